// The sliding window: picture, template and score map as three linked grids, and the sum at one position.

import { Grid, number } from "./cells.js";
import { component } from "./component.js";
import { Paint, Strokes } from "./paint.js";
import { Pointer } from "./pointer.js";
import { Transport } from "./transport.js";

const HTML = `
<div class="maps">
  <figure><figcaption>Picture</figcaption><div></div></figure>
  <figure><figcaption>Score map</figcaption><div tabindex="0" role="application"
    aria-label="Score map: arrow keys move the window"></div></figure>
</div>
<div></div>
<div class="row sums">
  <figure><figcaption>Window</figcaption><div></div></figure><span class="sign" aria-hidden="true">×</span>
  <figure><figcaption>Template</figcaption><div></div></figure><span class="sign" aria-hidden="true">=</span>
  <figure><figcaption>Products</figcaption><div></div></figure>
</div>
<p class="sum"></p><p class="said" role="status"></p>`;
const factor = (x) => (x < 0 ? `(${number(x)})` : number(x));

class Stage {
  /** `paint` says what can be painted: [[part, key, kind], ...]. */
  static from = ({ name, paint }) => [name, paint];

  constructor(root, { name, paint }) {
    root.innerHTML = HTML;
    const [picture, scores, window, template, products] = root.querySelectorAll("figcaption + div");
    this.root = root;
    this.picture = new Grid(picture, "Picture");
    this.scores = new Grid(scores, "Score map");
    this.window = new Grid(window, "Window");
    this.template = new Grid(template, "Template");
    this.products = new Grid(products, "Products");
    [this.sum, this.said] = root.querySelectorAll(".sum, .said");
    this.strokes = new Strokes();
    this.listen(scores);
    this.touch(paint);
    this.transport = this.controls(name);
  }

  update(data, send) {
    const grids = { picture: this.bordered(data), template: data.template };
    const painted = Object.fromEntries(data.paint.map(([part, key]) => [key, grids[part]]));
    this.strokes.update(data.n, painted, (report) => send("strokes", report));
    const text = JSON.stringify({ ...data, n: 0 });
    if (text === this.text) return;
    Object.assign(this, { text, data });
    if (!data.paint.length) for (const part of ["picture", "template"]) this[part].show(grids[part]);
    this.scores.show(data.scores);
    this.window.show({ ...data.picture, ...data.template, ...this.shades(data.picture), values: data.template.values });
    this.products.show(data.template);
    for (const [i, cell] of this.picture.cells.entries()) cell.classList.toggle("missed", data.missed.includes(i));
    this.filled = -1;
    this.root.querySelector(".sums").style.setProperty("--width", `min(${48 * data.template.columns}px, 14rem)`);
    this.root.querySelector(".sums").classList.toggle("wide", data.template.columns > 5);
    const { columns } = data.scores;
    this.transport.update(data.scores.values.length - 1, {
      index: ([row, column]) => row * columns + column,
      position: (at) => [Math.floor(at / columns), at % columns],
      words: (at) => this.scores.place(at),
    });
  }

  /** Hear of looks at picture and template, and of strokes where they can be painted. */
  touch(paint) {
    const said = (text) => {
      this.said.textContent = text;
    };
    for (const part of ["picture", "template"]) {
      const grid = this[part];
      const looked = (i) => this.look(part, i);
      const place = part === "picture" ? (i) => this.pixelPlace(i) : undefined;
      const [, key, kind] = paint.find(([one]) => one === part) ?? [];
      if (key) this.strokes.paints[key] = new Paint(grid, kind, this.strokes, { looked, said, place });
      else {
        grid.element.onpointermove = (event) => looked(grid.under(event));
        grid.element.onpointerleave = () => looked(-1);
      }
    }
  }

  shades = ({ low, high, scale }) => ({ low, high, scale });

  /** The picture with its border of padding. */
  bordered({ picture: grid, padding }) {
    if (!padding) return grid;
    const [rows, columns] = [grid.rows + 2 * padding, grid.columns + 2 * padding];
    const values = Array.from({ length: rows * columns }, (_, i) => {
      const [row, column] = [Math.floor(i / columns) - padding, (i % columns) - padding];
      const inside = row >= 0 && column >= 0 && row < grid.rows && column < grid.columns;
      return inside ? grid.values[row * grid.columns + column] : null;
    });
    return { ...grid, rows, columns, values };
  }

  controls(name) {
    const show = (at) => this.show(at);
    const played = () => {
      this.whole.checked = false;
      this.fillTo(this.transport.at);
    };
    const transport = new Transport(this.root.children[1], { name, what: "position", show, played });
    transport.root.insertAdjacentHTML("beforeend", `<label><input type="checkbox" checked> Show all scores</label>`);
    this.whole = transport.root.querySelector("[type=checkbox]");
    this.whole.onchange = () => this.fillTo(transport.at);
    return transport;
  }

  // ---- which cells belong together ----

  /** The picture cells under the template at a position, border included. */
  windowAt(at) {
    const { template, scores, stride, dilation } = this.data;
    const top = Math.floor(at / scores.columns) * stride;
    const left = (at % scores.columns) * stride;
    return template.values.map((_, k) => {
      const row = top + Math.floor(k / template.columns) * dilation;
      return row * this.picture.columns + left + (k % template.columns) * dilation;
    });
  }

  positions = () => [...this.scores.cells.keys()];

  // ---- what is shown ----

  show(at) {
    this.fillTo(at);
    this.point(at);
  }

  /** Light the window of a position and write out its sum. */
  point(at) {
    const cells = this.windowAt(at);
    const pixels = cells.map((cell) => this.picture.values[cell] ?? 0);
    this.dark();
    this.picture.light(cells);
    this.scores.light([at]);
    this.window.change(cells.map((cell) => this.picture.values[cell]));
    this.products.change(pixels.map((pixel, k) => pixel * this.data.template.values[k]));
    this.sum.textContent = this.sentence(at, pixels);
    if (!this.transport.timer) this.said.textContent = this.sum.textContent;
  }

  sentence(at, pixels) {
    const { template, value } = this.data;
    const products = pixels.map((pixel, k) => `${factor(pixel)}×${factor(template.values[k])}`);
    const exact = pixels.reduce((sum, pixel, k) => sum + pixel * template.values[k], 0);
    const total = Math.round(exact * 1e9) / 1e9; // decimals: rounding must not miss a perfect sum
    const verdict = value === null ? "" : total >= value ? ", a match" : ", no match";
    return `Score map, ${this.scores.place(at)}: ${products.join(" + ")} = ${number(total)}${verdict}.`;
  }

  dark() {
    for (const grid of [this.picture, this.template, this.scores]) grid.dark();
  }

  fillTo(at) {
    const to = this.whole.checked ? this.transport.last : at;
    if (to === this.filled) return;
    const [from, until] =
      this.filled < 0 ? [0, this.transport.last] : [Math.min(to, this.filled), Math.max(to, this.filled)];
    for (let i = from; i <= until; i += 1) this.scores.cells[i].classList.toggle("empty", i > to);
    this.filled = to;
  }

  // ---- gestures ----

  /** A pointer or the keyboard is on a cell of that grid, or (-1) no longer on any. */
  look(name, i) {
    if (this.transport.timer || i === this.looked?.[name]) return;
    this.looked = { [name]: i };
    if (i < 0) return this.point(this.transport.at);
    if (name === "scores") return this.point(i);
    this.dark();
    this[name].light([i]);
    if (name === "picture") {
      const touched = this.positions().filter((at) => this.windowAt(at).includes(i));
      this.scores.light(touched);
      const what = this.picture.values[i] === null ? "The border" : "The pixel";
      this.sum.textContent = `${what} at ${this.pixelPlace(i)} takes part in ${touched.length} of the scores.`;
    } else {
      const pixels = this.positions().map((at) => this.windowAt(at)[i]);
      this.picture.light(pixels);
      const weight = number(this.template.values[i]);
      this.sum.textContent = `The weight ${weight} is multiplied with ${pixels.length} pixels, one for each score.`;
    }
  }

  /** Rows and columns count from the picture's own corner. */
  pixelPlace(i) {
    const { columns } = this.picture;
    const { padding } = this.data;
    return `row ${number(Math.floor(i / columns) - padding)}, column ${number((i % columns) - padding)}`;
  }

  listen(scores) {
    let before;
    const go = (event) => {
      const i = this.scores.under(event);
      if (i >= 0) this.transport.go(i);
    };
    const begin = (event) => {
      before = this.transport.at;
      go(event);
    };
    const over = (event) => this.look("scores", this.scores.under(event));
    new Pointer(scores, { over, begin, move: go, end() {}, drop: () => this.transport.go(before) });
    scores.onpointerleave = () => this.look("scores", -1);
    scores.onkeydown = (event) => {
      const to = this.scores.walk(event, this.transport.at);
      if (to !== null) this.transport.go(to);
    };
  }

  end() {
    this.transport.end();
    for (const grid of [this.picture, this.scores, this.window, this.template, this.products]) grid.end();
  }
}

export default component(Stage);
