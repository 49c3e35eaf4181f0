// The sliding window: picture, template and score map as three linked grids, and the sum at one position.

import { Grid, number } from "./cells.js";
import palette from "./colours.js";
import { component } from "./component.js";
import { Paint, Strokes } from "./paint.js";
import { Pixels } from "./pixels.js";
import { Pointer } from "./pointer.js";
import { added, bordered, correlate, equation, multiplied, unpacked, windowAt } from "./sliding.js";
import { Transport } from "./transport.js";

const figure = (part, name, more = "") =>
  `<figure class="${part}"><figcaption>${name}</figcaption><div></div>${more}</figure>`;
const sign = (text) => `<span class="sign" aria-hidden="true">${text}</span>`;
const COVER = `<div class="cover"><b aria-hidden="true">?</b><button type="button">Show the score map</button></div>`;
const LEGEND = `<p class="legend"><span></span><i></i><span></span></p>`;
const TABS = `<div class="tabs"><button type="button" aria-pressed="true">Picture</button><button type="button"
    aria-pressed="false">Score map </button></div>`;
const HTML = `${figure("picture", "Picture")}${TABS}
  <div class="sums">${figure("window", "Window")}${sign("×")}${figure("template", "Template")}${sign("=")}${figure("products", "Products")}${sign("→")}
    ${figure("total", "Sum")}</div>
  ${figure("score-map", "Score map", COVER + LEGEND)}
  <div></div><p class="sum"></p>`;
const SLIM = 4; // a template of more rows or columns has no room between picture and score map
const [TWO, THREE] = [560, 760]; // px from which the two maps, and the sum between them, stand side by side
const PER_TICK = 20; // positions at a time that play on a photograph

class Stage {
  /** `paint` says what can be painted: [[part, key, kind], ...]; `fine` is that the cells have no room for numbers. */
  static from = ({ name, paint, fine }) => [name, paint, fine];

  constructor(root, { name, paint, fine }) {
    root.innerHTML = `<div class="stage maps">${HTML}</div><p class="said" role="status"></p>`;
    [this.root, this.said] = root.children;
    const [picture, window, template, products, total, scores] = this.root.querySelectorAll("figcaption + div");
    const Cells = fine ? Pixels : Grid;
    this.picture = new Cells(picture, "Picture");
    this.scores = new Cells(scores, "Score map");
    this.window = new Grid(window, "Window");
    this.template = new Grid(template, "Template");
    this.products = new Grid(products, "Products");
    this.total = new Grid(total, "Sum");
    this.sum = this.root.querySelector(".sum");
    scores.setAttribute("role", "application");
    scores.setAttribute("aria-label", "Score map: arrow keys move the window");
    scores.tabIndex = 0;
    this.strokes = new Strokes();
    this.listen(scores);
    this.touch(paint);
    this.turn();
    this.sizes = new ResizeObserver(() => this.lay());
    this.sizes.observe(this.root);
    this.transport = this.controls(name);
  }

  update(told, send) {
    const data = { ...told, picture: unpacked(told.picture) };
    const grids = { picture: bordered(data), template: data.template };
    const painted = Object.fromEntries(data.paint.map(([part, key]) => [key, grids[part]]));
    this.strokes.update(data.n, painted, (report) => send("strokes", report));
    this.send = send;
    const text = JSON.stringify({ ...told, n: 0 });
    if (text === this.text) return;
    Object.assign(this, { text, data });
    for (const part of ["picture", "template"]) {
      if (!data.paint.some(([one]) => one === part)) this[part].show(grids[part]);
    }
    const scores = { ...data.scores, values: data.scores.values ?? correlate(data, grids.picture.values) };
    this.scores.show(scores);
    this.small.show(scores);
    this.window.show({ ...data.picture, ...data.template, ...this.shades(data.picture), values: data.template.values });
    this.products.show({ ...data.template, ...this.reach(data) });
    this.total.show({ ...this.shades(scores), rows: 1, columns: 1, values: [0] });
    if (!data.fine) {
      for (const [i, cell] of this.picture.cells.entries()) cell.classList.toggle("missed", data.missed.includes(i));
    }
    this.filled = -1;
    this.isClosed = data.covered === "closed"; // no press opens it
    this.isOpen &&= !this.isClosed;
    this.cover(data.covered && !this.isOpen);
    this.arrange(scores);
    this.quietly(() =>
      this.transport.update(scores.rows * scores.columns - 1, {
        index: ([row, column]) => row * scores.columns + column,
        position: (at) => [Math.floor(at / scores.columns), at % scores.columns],
        words: (at) => this.scores.place(at),
        pace: data.fine ? PER_TICK : 1,
      }),
    );
  }

  /** What somebody did is said; what the server answers is not. */
  quietly(act) {
    this.isQuiet = true;
    act();
    this.isQuiet = false;
  }

  /** Sizes for cells.css, and the legend. */
  arrange({ low, high, scale }) {
    const { rows, columns } = this.data.template;
    const { style } = this.root;
    const sizes = { picture: this.picture, scores: this.scores, template: this.template };
    for (const [name, grid] of Object.entries(sizes)) {
      style.setProperty(`--${name}-columns`, grid.columns);
      style.setProperty(`--${name}-rows`, grid.rows);
    }
    this.isSlim = Math.max(rows, columns) <= SLIM;
    this.isLong = !this.data.template.values.every(Number.isInteger);
    this.lay();
    const [least, most] = this.root.querySelectorAll(".legend span");
    [least.textContent, most.textContent] = [number(low, 2), number(high, 2)];
    this.root.querySelector(".legend i").style.background =
      `linear-gradient(90deg, ${palette.scales[scale].map((rgb) => `rgb(${rgb})`)})`;
  }

  /** How many grids stand side by side, and whether the sum is written from top to bottom. */
  lay() {
    const { clientWidth: width, classList } = this.root;
    const grids = width < TWO ? "one" : width >= THREE && this.isSlim ? "three" : "two";
    for (const name of ["one", "two", "three"]) classList.toggle(name, name === grids);
    classList.toggle("fits", this.isSlim);
    classList.toggle("long", this.isLong && this.isSlim);
    classList.toggle("upright", grids === "three" || (grids === "one" && (this.isLong || !this.isSlim)));
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

  /** Where there is room for one grid only, two buttons say which; its own small picture grows on the other's. */
  turn() {
    const tabs = [...this.root.querySelectorAll(".tabs button")];
    const show = (chosen) => {
      this.root.classList.toggle("turned", chosen === tabs[1]);
      for (const tab of tabs) tab.ariaPressed = String(tab === chosen);
    };
    for (const tab of tabs) tab.onclick = () => show(tab);
    this.small = new Pixels(document.createElement("div"), "");
    tabs[1].append(this.small.canvas);
  }

  // ---- the cover over the answer to the page's question ----

  cover(isCovered) {
    this.root.classList.toggle("covered", isCovered);
    this.scores.element.inert = isCovered;
    const button = this.root.querySelector(".cover button");
    button.hidden = this.isClosed;
    button.onclick = () => {
      this.open();
      this.scores.element.focus();
    };
  }

  /** The server hears of it, and shows the rest of the page. */
  open() {
    if (!this.data.covered || this.isClosed || this.isOpen) return;
    this.isOpen = true;
    this.cover(false);
    this.send("opened", true);
  }

  shades = ({ low, high, scale }) => ({ low, high, scale });

  controls(name) {
    const transport = new Transport(this.root.querySelector(".score-map + div"), {
      name,
      what: "position",
      show: (at) => this.show(at),
      played: () => {
        this.open();
        this.whole.checked = false;
        this.fillTo(this.transport.at);
      },
      stopped: () => this.stopped(),
    });
    transport.root.insertAdjacentHTML(
      "beforeend",
      `<label class="whole"><input type="checkbox" checked> Show all scores</label>`,
    );
    this.whole = transport.root.querySelector("[type=checkbox]");
    this.whole.onchange = () => this.fillTo(transport.at);
    return transport;
  }

  // ---- what is shown ----

  windowAt = (at) => windowAt(at, this.data);

  positions = () => [...this.scores.values.keys()];

  /** The colours of products: as far as the picture's largest number and the strongest weight go. */
  reach({ picture, template }) {
    return { low: template.low * picture.high, high: template.high * picture.high };
  }

  show(at) {
    this.fillTo(at);
    this.point(at);
  }

  /** Light the window of a position and write out its sum. */
  point(at) {
    const cells = this.windowAt(at);
    const [pixels, products] = multiplied(at, this.data, this.picture.values);
    this.dark();
    this.picture.light(cells);
    this.scores.light([at]);
    this.window.change(cells.map((cell) => this.picture.values[cell]));
    this.products.change(products);
    this.total.change([added(products)]);
    this.sum.textContent = this.sentence(at, pixels, added(products));
    if (!this.transport.timer && !this.isQuiet) this.said.textContent = this.sum.textContent;
  }

  sentence(at, pixels, total) {
    const { template, value } = this.data;
    const verdict = value === null ? "" : total >= value ? ", a match" : ", no match";
    return `Score map, ${this.scores.place(at)}: ${equation(pixels, template, total)}${verdict}.`;
  }

  /** Playing is silent; its end and a pause are said once. */
  stopped() {
    const what = this.transport.at < this.transport.last ? "Paused" : "The end";
    this.said.textContent = `${what}. ${this.sum.textContent}`;
  }

  dark() {
    for (const grid of [this.picture, this.template, this.scores]) grid.dark();
  }

  fillTo(at) {
    const to = this.whole.checked ? this.transport.last : at;
    if (to === this.filled) return;
    const [from, until] =
      this.filled < 0 ? [0, this.transport.last] : [Math.min(to, this.filled), Math.max(to, this.filled)];
    for (let i = from; i <= until; i += 1) {
      this.scores.empty(i, i > to);
      this.small.empty(i, i > to);
    }
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
      const many = this.root.classList.contains("covered") ? "one pixel" : `${pixels.length} pixels, one`;
      this.sum.textContent = `The weight ${weight} is multiplied with ${many} for each score.`;
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
    this.sizes.disconnect();
    this.transport.end();
    const grids = [this.picture, this.scores, this.window, this.template, this.products, this.total];
    for (const grid of grids) grid.end();
  }
}

export default component(Stage);
