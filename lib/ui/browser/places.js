// One template for every place: each as it lies on the picture, and all of them side by side.

import { clamp, Grid } from "./cells.js";
import palette from "./colours.js";
import { component } from "./component.js";
import { Pointer } from "./pointer.js";
import { Transport } from "./transport.js";

const HTML = `
<figure><figcaption></figcaption><div tabindex="0" role="application"></div></figure>
<div></div><p class="sum"></p>
<figure class="all"><figcaption></figcaption><canvas role="img"></canvas></figure>
<p class="said" role="status"></p>`;
const MOST = 10; // pixels of a pattern whose sum is written out

class Places {
  static from = ({ name }) => name;

  constructor(root, { name }) {
    root.innerHTML = HTML;
    root.classList.add("places");
    this.grid = new Grid(root.querySelector("figure div"), "Picture");
    [this.title, this.count] = root.querySelectorAll("figcaption");
    [this.sum, this.said, this.canvas] = [".sum", ".said", "canvas"].map((css) => root.querySelector(css));
    this.transport = new Transport(root.children[1], { name, what: "template", show: (at) => this.show(at) });
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.canvas);
    this.listen();
  }

  /** `settled`: may the number of templates be seen? Until then, those to come are not drawn. */
  update(data) {
    const text = JSON.stringify(data);
    if (text === this.text) return;
    Object.assign(this, { text, ...data });
    const { picture, pattern, it, settled } = data;
    [this.down, this.across] = [picture.rows - pattern.rows + 1, picture.columns - pattern.columns + 1];
    this.ones = [...pattern.values.keys()].filter((k) => pattern.values[k]);
    this.title.textContent = `The ${it} of one template: play them all`;
    this.count.textContent = settled
      ? `All ${this.down * this.across} templates: ${this.down} down, ${this.across} across`
      : "The templates so far";
    this.grid.element.ariaLabel = `Picture of ${picture.rows} × ${picture.columns}: arrow keys move the template’s ${it}`;
    this.grid.show(picture);
    this.transport.update(this.down * this.across - 1, {
      index: (at) => at,
      position: (at) => at,
      words: (at) => this.place(at),
    });
    this.draw();
  }

  corner = (at) => [Math.floor(at / this.across), at % this.across];

  place(at) {
    const [row, column] = this.corner(at);
    return `row ${row}, column ${column}`;
  }

  /** The cells of the picture on which that template is 1. */
  cells(at) {
    const [top, left] = this.corner(at);
    const { columns } = this.pattern;
    return this.ones.map((k) => (top + Math.floor(k / columns)) * this.picture.columns + left + (k % columns));
  }

  show(at) {
    const cells = this.cells(at);
    this.grid.dark();
    this.grid.light(cells);
    const pixels = cells.map((cell) => this.picture.values[cell]);
    const total = pixels.reduce((sum, pixel) => sum + pixel, 0);
    const sum =
      pixels.length > 1 && pixels.length <= MOST ? `${pixels.join("\u00a0+\u00a0")}\u00a0=\u00a0${total}` : total;
    this.sum.textContent = `This template has its ${this.it} at ${this.place(at)}. Its other ${(
      this.picture.values.length - cells.length
    ).toLocaleString("en")} weights are 0. Its sum here: ${sum}, ${total === cells.length ? "a match" : "no match"}.`;
    this.canvas.ariaLabel = `${this.count.textContent}, each with its ${this.it} at another place`;
    if (!this.transport.timer) this.said.textContent = this.sum.textContent;
    this.draw();
  }

  /** All templates as small pictures, each where its pattern lies; those to come are faint, or not there yet. */
  draw() {
    const { canvas, picture, pattern } = this;
    const width = Math.round(canvas.clientWidth * devicePixelRatio);
    if (!picture || !width) return;
    const across = width / this.across; // of one template
    const high = (across * picture.rows) / picture.columns;
    const shown = this.settled ? this.down : this.corner(this.transport.at)[0] + 1; // rows: no room for what is not there
    canvas.style.aspectRatio = `${this.across * picture.columns} / ${shown * picture.rows}`;
    [canvas.width, canvas.height] = [width, Math.round(high * shown)];
    const brush = canvas.getContext("2d");
    const gap = Math.min(3, across / 8);
    const edge = Math.min(1, gap / 2);
    const pixel = (across - gap) / picture.columns;
    const [dark, bright] = [palette.scales.magma[0], palette.scales.magma.at(-1)].map((rgb) => `rgb(${rgb})`);
    for (let at = 0; at < this.down * this.across; at += 1) {
      if (at > this.transport.at && !this.settled) break;
      const [row, column] = this.corner(at);
      const [x, y] = [column * across + gap / 2, row * high + gap / 2];
      brush.globalAlpha = at > this.transport.at ? 0.5 : 1;
      brush.fillStyle = palette.single.window;
      if (at === this.transport.at) brush.fillRect(x - gap / 2, y - gap / 2, across, high);
      brush.fillStyle = palette.single.line; // on a dark page, too
      brush.fillRect(x, y, across - gap, high - gap);
      brush.fillStyle = dark;
      brush.fillRect(x + edge, y + edge, across - gap - 2 * edge, high - gap - 2 * edge);
      brush.fillStyle = bright;
      for (const k of this.ones) {
        const left = x + (column + (k % pattern.columns)) * pixel;
        const top = y + (row + Math.floor(k / pattern.columns)) * pixel;
        brush.fillRect(left, top, Math.max(pixel, 1), Math.max(pixel, 1));
      }
    }
  }

  // ---- gestures: the pattern's first corner goes where a finger or an arrow key leads it ----

  listen() {
    const { element } = this.grid;
    const press = (event) => {
      const i = this.grid.under(event);
      if (i >= 0) this.go(Math.floor(i / this.picture.columns), i % this.picture.columns);
    };
    new Pointer(element, { over() {}, begin: press, move: press, end() {}, drop() {} });
    element.onkeydown = (event) => {
      const [row, column] = this.corner(this.transport.at);
      const to = this.grid.walk(event, row * this.picture.columns + column);
      if (to !== null) this.go(Math.floor(to / this.picture.columns), to % this.picture.columns);
    };
    this.canvas.onclick = ({ offsetX, offsetY }) => {
      const across = this.canvas.clientWidth / this.across;
      this.go(Math.floor((offsetY * this.picture.columns) / this.picture.rows / across), Math.floor(offsetX / across));
    };
  }

  go(row, column) {
    this.transport.go(clamp(row, 0, this.down - 1) * this.across + clamp(column, 0, this.across - 1));
  }

  end() {
    this.transport.end();
    this.sizes.disconnect();
    this.grid.end();
  }
}

export default component(Places);
