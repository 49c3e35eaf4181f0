// The layers of a network as small drawings: maps of numbers as pixels, scores as cells, probabilities as bars.

import { clamp, colours, number } from "./cells.js";
import palette from "./colours.js";
import { percentages } from "./forward.js";

const SIGNED = new Set(["Template", "Convolution", "Dense"]); // kinds with numbers below 0
const STEPS = 255;
const tables = {}; // scale -> STEPS + 1 colours, four bytes each

function table(name) {
  tables[name] ??= Array.from({ length: STEPS + 1 }, (_, n) => {
    return [
      ...colours(palette.scales[name], n / STEPS)[0]
        .match(/\d+/g)
        .map(Number),
      255,
    ];
  });
  return tables[name];
}

/** How the grids and drawings of a layer take their colours; `reach` is the largest number there can be. */
export function shades({ kind, reach }) {
  const high = reach || 1;
  return SIGNED.has(kind) ? { low: -high, high, scale: "diverging" } : { low: 0, high, scale: "magma" };
}

/** A figure with the layer's name as a button that opens it. */
function figureOf(layer, words, className) {
  const figure = document.createElement("figure");
  const [caption, meaning] = words[layer.kind];
  figure.className = `layer ${className}`;
  figure.innerHTML = `<figcaption><button type="button"></button></figcaption><div class="maps-of"></div>`;
  const button = figure.querySelector("button");
  Object.assign(button, { textContent: caption, title: meaning });
  button.dataset.n = layer.of ?? layer.n;
  return figure;
}

/** Where cells lie: {x, y, width, height} of the smallest box around them, as the screen has it. */
export function around(boxes) {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

export class Maps {
  /** One canvas a map, a pixel a number. */
  constructor(layer, words) {
    this.layer = layer;
    this.figure = figureOf(layer, words, layer.kind.toLowerCase());
    this.place = this.figure.lastElementChild;
    this.place.setAttribute("role", "img");
    this.place.ariaLabel = `${words[layer.kind][0].replaceAll("\u00ad", "")}: ${layer.maps} of ${layer.rows} × ${layer.columns} numbers`;
    this.canvases = Array.from({ length: layer.maps }, () => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [layer.columns, layer.rows];
      this.place.append(canvas);
      return canvas;
    });
  }

  /** A layer with twice as many maps as the first has two columns of them where there is room. */
  down(most) {
    this.across = Math.ceil(this.layer.maps / most);
    this.figure.style.setProperty("--double", this.across);
  }

  /** Show the numbers of a layer: this one of the network that is there now. */
  draw(layer) {
    const { size, values, kind } = layer;
    const { low, high, scale } = shades(
      kind === "Template" ? { kind, reach: Math.max(...values.map(Math.abs)) } : layer,
    );
    const ink = table(scale);
    for (const [map, canvas] of this.canvases.entries()) {
      const pen = canvas.getContext("2d");
      const image = pen.createImageData(canvas.width, canvas.height);
      for (let i = 0; i < size; i += 1) {
        const share = clamp((values[map * size + i] - low) / (high - low), 0, 1);
        image.data.set(ink[Math.round(share * STEPS)], 4 * i);
      }
      pen.putImageData(image, 0, 0);
    }
  }

  box(map, cells) {
    const { x, y, width, height } = this.canvases[map].getBoundingClientRect();
    const { rows, columns } = this.layer;
    if (!cells) return { x, y, width, height };
    const [w, h] = [width / columns, height / rows];
    return around(
      cells.map((i) => {
        return { x: x + (i % columns) * w, y: y + Math.floor(i / columns) * h, width: w, height: h };
      }),
    );
  }

  under({ target, clientX, clientY }) {
    const map = this.canvases.indexOf(target);
    if (map < 0) return null;
    const { rows, columns, of, n } = this.layer;
    if (of) return { layer: of, map, template: true };
    const { x, y, width, height } = target.getBoundingClientRect();
    const row = clamp(Math.floor(((clientY - y) / height) * rows), 0, rows - 1);
    return { layer: n, map, i: row * columns + clamp(Math.floor(((clientX - x) / width) * columns), 0, columns - 1) };
  }
}

/** One row for each answer. */
class Rows {
  across = 0;

  constructor(layer, words, answers) {
    this.layer = layer;
    this.answers = answers;
    this.figure = figureOf(layer, words, layer.kind.toLowerCase());
    this.place = this.figure.lastElementChild;
    this.rows = answers.map(() => this.place.appendChild(document.createElement("div")));
  }

  down() {}

  box(map) {
    const { x, y, width, height } = this.rows[map].getBoundingClientRect();
    return { x, y, width, height };
  }

  under({ target }) {
    const map = this.rows.findIndex((row) => row.contains(target));
    return map < 0 ? null : { layer: this.layer.n, map, i: 0 };
  }
}

export class Scores extends Rows {
  draw({ values, ...layer }) {
    const { low, high, scale } = shades(layer);
    for (const [n, row] of this.rows.entries()) {
      const [colour, ink] = colours(palette.scales[scale], (values[n] - low) / (high - low));
      row.textContent = number(values[n], 1);
      Object.assign(row.style, { background: colour, color: ink });
    }
  }
}

export class Shares extends Rows {
  constructor(...all) {
    super(...all);
    for (const [n, row] of this.rows.entries()) {
      row.innerHTML = "<b></b><span><i></i></span><output></output>";
      row.firstChild.textContent = this.answers[n];
    }
  }

  draw({ values }) {
    const percents = percentages(values);
    const best = values.indexOf(Math.max(...values));
    for (const [n, row] of this.rows.entries()) {
      row.classList.toggle("best", n === best);
      row.querySelector("i").style.width = `${percents[n]}%`;
      row.lastChild.textContent = `${percents[n]} %`;
    }
  }
}
