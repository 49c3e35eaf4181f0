// One layer of a network, opened: all its numbers in grids to swipe through, and the sum behind the one pressed.

import { Grid, number } from "./cells.js";
import { percentages } from "./forward.js";
import { shades } from "./layers.js";
import { factor } from "./sliding.js";

const HTML = `<div class="head"><p></p><button type="button" aria-label="Close this layer" title="Close">✕</button></div>
<div class="swipe" tabindex="-1"></div><p class="sum"></p><div class="swipe behind"></div>`;
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
const added = (numbers) =>
  numbers.map((x, n) => (n && x < 0 ? `− ${number(-x)}` : `${n ? "+ " : ""}${number(x)}`)).join(" ");

/** A grid of many: it draws a cell again only where that shows something new. */
class Shown extends Grid {
  told = [];

  draw(i) {
    const now = [this.values[i], this.low, this.high, this.cells[i].dataset.i].join();
    if (this.told[i] === now && this.cells[i].textContent) return;
    this.told[i] = now;
    super.draw(i);
  }
}

export class Opened {
  /** `look(at)` hears of looks at a number, `opened(at)` of presses; `at` is {layer, map, i}. */
  constructor(root, { look, opened }) {
    Object.assign(this, { root, look, opened, at: null, grids: [], parts: [] });
    root.innerHTML = HTML;
    [this.words, this.sum] = root.querySelectorAll("p");
    [this.row, this.behind] = root.querySelectorAll(".swipe");
    root.querySelector("button").onclick = () => {
      this.open(null);
      opened(null);
    };
  }

  /** Show a layer and one of its numbers, or nothing. */
  open(at, network, told) {
    const other = at?.layer !== this.at?.layer || network?.layers !== this.network?.layers;
    this.at = at;
    this.root.hidden = !at;
    if (!at) return this.clear();
    if (other) this.build(network.layers[at.layer], network, told);
    this.draw(network, told);
    const figure = this.grids[at.map]?.element.parentElement;
    if (other && figure) this.row.scrollLeft = figure.offsetLeft - this.row.offsetLeft;
  }

  clear() {
    this.seen?.disconnect();
    this.hidden = new Set();
    for (const grid of [...this.grids, ...this.parts.flat()]) grid.end();
    [this.grids, this.parts, this.network] = [[], [], null];
    this.row.replaceChildren();
    this.behind.replaceChildren();
  }

  /** A grid for each map; scores and probabilities are one row. */
  build(layer, network, told) {
    this.clear();
    this.network = network;
    this.layer = layer;
    this.words.innerHTML = "<b></b>: <span></span>";
    this.words.firstChild.textContent = layer.name;
    const before = network.layers[layer.n - 1];
    const deep = layer.kind === "Convolution" && before.maps > 1;
    this.words.lastChild.textContent = deep
      ? `each template has one part for each of the ${before.maps} maps before, and adds up what all of them give.`
      : told.parts[layer.kind];
    const flat = layer.size === 1 && layer.maps > 1;
    this.row.classList.toggle("flat", flat);
    const titles = flat
      ? [told.answers.length === layer.maps ? told.answers.join(" · ") : ""]
      : [...Array(layer.maps).keys()];
    this.grids = titles.map((title, map) => this.grid(this.row, String(title), layer, flat ? null : map));
    this.seen = new IntersectionObserver((changes) => this.scrolled(changes), { root: this.row });
    for (const { element } of this.grids) this.seen.observe(element);
    if (layer.kind === "Convolution") this.parts = this.sums(before.maps);
    if (layer.kind === "Dense") {
      this.parts = [Array.from({ length: before.maps }, (_, map) => this.add(this.behind, `× ${map}`))];
    }
  }

  add(place, title, columns = 3) {
    place.insertAdjacentHTML("beforeend", "<figure><figcaption></figcaption><div></div></figure>");
    const figure = place.lastElementChild;
    figure.firstChild.textContent = title;
    figure.style.setProperty("--n", columns);
    return new Shown(figure.lastChild, title);
  }

  /** A grid whose numbers can be looked at and pressed; `map` is null where each cell is one of the layer's maps. */
  grid(place, title, layer, map) {
    const grid = this.add(place, title, layer.columns);
    const { element } = grid;
    const at = (k) => (map === null ? { layer: layer.n, map: k, i: 0 } : { layer: layer.n, map, i: k });
    const press = (k) => {
      this.at = at(k);
      this.look(this.at);
      this.draw(this.network, this.told);
      this.opened(this.at);
    };
    Object.assign(element, { tabIndex: 0, role: "application" });
    element.ariaLabel = `${layer.name} ${title}: arrow keys move`;
    element.onpointermove = (event) => this.look(grid.under(event) < 0 ? null : at(grid.under(event)));
    element.onpointerleave = () => this.look(null);
    element.onclick = (event) => grid.under(event) >= 0 && press(grid.under(event));
    element.onkeydown = (event) => {
      const from = map === null ? (this.at.map ?? 0) : this.at.map === map ? (this.at.i ?? 0) : 0;
      const to = grid.walk(event, from);
      if (to !== null) press(to);
    };
    return grid;
  }

  /** Window × template = products, for each map before. */
  sums(n) {
    this.behind.classList.toggle("one", n === 1);
    return Array.from({ length: n }, (_, from) => {
      this.behind.insertAdjacentHTML("beforeend", `<div class="product"></div>`);
      const place = this.behind.lastElementChild;
      return ["Window", "× template", "= products"].map((title) =>
        this.add(place, n > 1 && title === "Window" ? `Map ${from}` : title),
      );
    });
  }

  /** Grids that are out of sight wait with their numbers. */
  scrolled(changes) {
    for (const { target, isIntersecting } of changes) {
      const grid = this.grids.find((one) => one.element === target);
      if (isIntersecting) this.hidden.delete(grid);
      else this.hidden.add(grid);
    }
    this.draw(this.network, this.told);
  }

  // ---- numbers ----

  draw(network, told) {
    if (!this.at || network.layers[this.at.layer]?.name !== this.layer.name) return;
    Object.assign(this, { network, told, layer: network.layers[this.at.layer] });
    const { layer } = this;
    const { rows, columns, size, maps } = layer;
    const colours = shades(layer);
    if (this.grids.length < maps)
      this.show(this.grids[0], { rows: 1, columns: maps, values: [...layer.values], ...colours });
    else
      for (const [map, grid] of this.grids.entries())
        this.show(grid, {
          rows,
          columns,
          values: [...layer.values.subarray(map * size, (map + 1) * size)],
          ...colours,
        });
    this.mark();
    this.behind.hidden = this.at.i === undefined || !this.parts.length;
    this.sum.textContent = this.at.i === undefined ? "Press a number: how it came about." : this.sentence();
  }

  /** The same cells with other numbers are the quick way. */
  show(grid, shown) {
    if (this.hidden.has(grid) && grid.rows) return;
    if (grid.rows === shown.rows && grid.columns === shown.columns && grid.high === shown.high)
      grid.change(shown.values);
    else grid.show(shown);
  }

  mark() {
    const { map, i } = this.at;
    const flat = this.grids.length < this.layer.maps;
    for (const [n, grid] of this.grids.entries()) {
      grid.dark();
      if (i !== undefined && (flat || n === map)) grid.light([flat ? map : i]);
    }
  }

  sentence() {
    const { layer, at, network } = this;
    const before = network.layers[layer.n - 1];
    const value = number(layer.values[at.map * layer.size + at.i]);
    return {
      Input: () => `This pixel is ${value}: 0 is black, 1 is full.`,
      Convolution: () => `${added(this.products(before))} = ${value}`,
      Activation: () => `The larger one of 0 and ${number(before.values[at.map * layer.size + at.i])}: ${value}`,
      Pooling: () => `The largest of ${this.block(before)}: ${value}`,
      Dropout: () => `${value}, as before: nothing is left out when the network answers.`,
      Dense: () => this.score(before, value),
      Probabilities: () => this.share(before),
    }[layer.kind]();
  }

  /** Fills the grids of products; the numbers to add up: the products, or the sums of several windows. */
  products(before) {
    const { layer, at, network } = this;
    const window = new Map(layer.windows[at.i]);
    const windows = Array.from({ length: before.maps }, (_, from) =>
      [...Array(9).keys()].map((k) => (window.has(k) ? before.values[from * before.size + window.get(k)] : null)),
    );
    const templates = windows.map((_, from) => [...network.template(layer, at.map, from)]);
    const products = windows.map((cells, from) => cells.map((x, k) => x * templates[from][k]));
    const most = (grids) => Math.max(...grids.flat().map(Math.abs)) || 1;
    const colours = [
      shades(before),
      { low: -most(templates), high: most(templates), scale: "diverging" },
      { low: -most(products), high: most(products), scale: "diverging" },
    ];
    for (const [from, grids] of this.parts.entries()) {
      for (const [k, values] of [windows, templates, products].entries())
        grids[k].show({ rows: 3, columns: 3, values: values[from], ...colours[k] });
      grids[2].element.previousSibling.textContent = `= ${number(sum(products[from]))}`;
    }
    return before.maps > 1 ? products.map(sum) : products[0];
  }

  block(before) {
    const { layer, at } = this;
    const numbers = layer.blocks[at.i].map((cell) => before.values[at.map * before.size + cell]);
    return numbers.length > 9 ? `${numbers.length} numbers` : numbers.map((x) => number(x)).join(", ");
  }

  score(before, value) {
    const { layer, at, network, told } = this;
    const products = network.products(layer, at.map);
    const most = Math.max(...products.map(Math.abs)) || 1;
    const { rows, columns, size } = before;
    for (const [map, grid] of this.parts[0].entries()) {
      const values = [...products.subarray(map * size, (map + 1) * size)];
      grid.element.previousSibling.textContent = `Map ${map}: ${number(sum(values), 2)}`;
      grid.show({ rows, columns, values, low: -most, high: most, scale: "diverging" });
    }
    const bias = layer.bias[at.map];
    return `Score of ${told.answers[at.map]}: ${products.length} products, below, add up to ${added([sum(products), bias])} (the bias) = ${value}`;
  }

  share(before) {
    const { layer, at, told } = this;
    const powers = before.values.map((x) => Math.exp(x));
    const percent = percentages(layer.values)[at.map];
    return `${told.answers[at.map]}: e = 2.718… to the power of its score, ${factor(before.values[at.map])}, is ${number(powers[at.map])}. All such powers add up to ${number(sum(powers))}: a share of ${percent} %`;
  }

  end() {
    this.clear();
  }
}
