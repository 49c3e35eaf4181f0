// A small network's arithmetic in the browser: what each layer makes of a picture, and what is behind one number.

const floats = (text) => new Float32Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);

/** The window of a convolution's number in the layer before: [template cell, cell] for each cell inside the picture. */
function windowAt(layer, before, i) {
  const [row, column] = [Math.floor(i / layer.columns) - layer.padding, (i % layer.columns) - layer.padding];
  const found = [];
  for (let k = 0; k < 9; k += 1) {
    const [r, c] = [row + Math.floor(k / 3), column + (k % 3)];
    if (r >= 0 && c >= 0 && r < before.rows && c < before.columns) found.push([k, r * before.columns + c]);
  }
  return found;
}

/** The block of a pooled number in the layer before, as cells of one map. */
function blockAt(layer, before, i) {
  const [high, wide] = [Math.floor(before.rows / layer.rows), Math.floor(before.columns / layer.columns)];
  const [top, left] = [Math.floor(i / layer.columns) * high, (i % layer.columns) * wide];
  return Array.from({ length: high * wide }, (_, k) => {
    return (top + Math.floor(k / wide)) * before.columns + left + (k % wide);
  });
}

const RUN = {
  Convolution(layer, before) {
    const values = new Float64Array(layer.maps * layer.size);
    for (let i = 0; i < layer.size; i += 1)
      for (const [k, cell] of layer.windows[i])
        for (let from = 0; from < before.maps; from += 1) {
          const value = before.values[from * before.size + cell];
          if (value === 0) continue;
          for (let map = 0; map < layer.maps; map += 1)
            values[map * layer.size + i] += value * layer.weights[(map * before.maps + from) * 9 + k];
        }
    return values;
  },
  Activation: (_, before) => before.values.map((x) => Math.max(x, 0)),
  Pooling(layer, before) {
    return Float64Array.from({ length: layer.maps * layer.size }, (_, n) => {
      const first = Math.floor(n / layer.size) * before.size;
      return Math.max(...layer.blocks[n % layer.size].map((cell) => before.values[first + cell]));
    });
  },
  Dropout: (_, before) => before.values, // it leaves out numbers while the network learns, never when it answers
  Dense(layer, before) {
    const n = before.values.length;
    return Float64Array.from({ length: layer.maps }, (_, answer) => {
      return before.values.reduce((sum, x, i) => sum + x * layer.weights[answer * n + i], layer.bias[answer]);
    });
  },
  Probabilities(_, before) {
    const most = Math.max(...before.values);
    const powers = before.values.map((x) => Math.exp(x - most));
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((x) => x / sum);
  },
};

export class Network {
  /** `layers` is [name, maps, rows, columns] in order, and `weights` all weights in the same order, a Float32Array;
   * `reach` has the largest number of each layer over many pictures: how far its colours go. */
  constructor({ layers, weights, reach }) {
    let [before, from] = [null, 0];
    const take = (n) => {
      from += n;
      return weights.subarray(from - n, from);
    };
    this.layers = layers.map(([name, maps, rows, columns], n) => {
      const layer = {
        n,
        name,
        kind: name.split(" ")[0],
        maps,
        rows,
        columns,
        size: rows * columns,
        reach: reach[name],
      };
      const cells = [...Array(layer.size).keys()];
      if (layer.kind === "Convolution") {
        Object.assign(layer, { padding: (rows + 2 - before.rows) / 2, weights: take(maps * before.maps * 9) });
        layer.windows = cells.map((i) => windowAt(layer, before, i));
      }
      if (layer.kind === "Pooling") layer.blocks = cells.map((i) => blockAt(layer, before, i));
      if (layer.kind === "Dense") {
        layer.weights = take(maps * before.maps * before.size);
        layer.bias = take(maps);
      }
      before = layer;
      return layer;
    });
  }

  /** Let the numbers of a picture, from 0 to 1, run through all layers: each has its `values`, map by map. */
  run(picture) {
    this.layers[0].values = Float64Array.from(picture);
    for (const [n, layer] of this.layers.entries()) if (n) layer.values = RUN[layer.kind](layer, this.layers[n - 1]);
  }

  /** The numbers of one map of a layer. */
  map = (layer, n) => layer.values.subarray(n * layer.size, (n + 1) * layer.size);

  /** The nine weights of a convolution's template `n` for the map `from` of the layer before. */
  template(layer, n, from = 0) {
    const first = (n * this.layers[layer.n - 1].maps + from) * 9;
    return layer.weights.subarray(first, first + 9);
  }

  /** What a dense score adds up: weight × value for each number before. */
  products(layer, n) {
    const { values } = this.layers[layer.n - 1];
    return values.map((x, i) => x * layer.weights[n * values.length + i]);
  }

  /** Where one number comes from: [{layer, map, cells}], of the layer before; of many, the `most` that count most. */
  sources(layer, n, i, most = 8) {
    const before = this.layers[layer.n - 1];
    if (!before) return [];
    const of = (map, cells) => ({ layer: before.n, map, cells });
    if (layer.kind === "Convolution") {
      const cells = layer.windows[i].map(([, cell]) => cell);
      return Array.from({ length: before.maps }, (_, map) => of(map, cells));
    }
    if (layer.kind === "Pooling") return [of(n, layer.blocks[i])];
    if (layer.kind === "Dense") {
      const products = this.products(layer, n);
      const strongest = [...products.keys()].sort((a, b) => Math.abs(products[b]) - Math.abs(products[a]));
      return strongest
        .slice(0, most)
        .filter((k) => products[k])
        .map((k) => of(Math.floor(k / before.size), [k % before.size]));
    }
    return [of(n, [i])];
  }
}

// ---- the weights come apart from the picture, which changes often ----

const known = new Map(); // name -> {network, told, listeners}
const entry = (name) => known.get(name) ?? known.set(name, { listeners: new Set() }).get(name);

/** Hear of the network of that name, now and whenever it is another one; returns how to hear no more. */
export function hear(name, listener) {
  const { listeners, network, told } = entry(name);
  listeners.add(listener);
  if (network) listener(network, told);
  return () => listeners.delete(listener);
}

export function tell(name, data) {
  const one = entry(name);
  Object.assign(one, { network: new Network(data), told: data });
  for (const listener of one.listeners) listener(one.network, data);
}

/** Shares that sum to 1 as percents with one decimal that sum to exactly 100: the largest remainder method. */
export function percentages(shares) {
  const exact = [...shares].map((share) => share * 1000);
  const tenths = exact.map(Math.floor);
  const left = 1000 - tenths.reduce((a, b) => a + b);
  const cutOff = [...exact.keys()].sort((a, b) => exact[b] - tenths[b] - (exact[a] - tenths[a]));
  for (const n of cutOff.slice(0, left)) tenths[n] += 1;
  return tenths.map((n) => (n / 10).toFixed(1));
}

const seeds = new Map(); // the noise of a change travels as text, and is read once

/** Pictures as lib/changes.py changes them; `columns` is how far "shifted" moves, `noise` the base64 of what is added. */
export function changed(values, { change, columns, noise }, width) {
  if (change === "blank") return values.map(() => 0);
  if (change === "inverted") return values.map((x) => 1 - x);
  if (change === "shifted") return values.map((_, i) => (i % width < columns ? 0 : values[i - columns]));
  if (change !== "noise") return values;
  if (!seeds.has(noise)) seeds.set(noise, floats(noise));
  return values.map((x, i) => Math.min(Math.max(x + seeds.get(noise)[i], 0), 1));
}
