// The whole story in one picture: a photograph turns into numbers, a template slides over them, its scores are a map.

import { clamp, colours, Grid, number } from "./cells.js";
import palette from "./colours.js";
import { component } from "./component.js";
import { Pointer } from "./pointer.js";
import { icon } from "./transport.js";

const HTML = `
<div class="story">
  <figure class="photo"><figcaption>A photograph is numbers</figcaption>
    <div class="touch" tabindex="0" role="application"><canvas width="1" height="1"></canvas><b class="frame"></b></div></figure>
  <div class="sums" aria-hidden="true">
    <figure><figcaption>Window</figcaption><div></div></figure><span class="sign">×</span>
    <figure><figcaption>Template</figcaption><div></div></figure><span class="sign">=</span>
    <figure><figcaption>Products</figcaption><div></div></figure><span class="sign">→</span>
    <figure class="total"><figcaption>Sum</figcaption><output></output></figure>
  </div>
  <figure class="map"><figcaption>Score map <i title="below 0">−</i> <i title="above 0">+</i></figcaption>
    <div class="touch"><canvas role="img"></canvas><b class="frame"></b></div></figure>
</div>
<div class="foot"><button type="button"></button><p></p></div><p class="said" role="status"></p>`;
const ACTS = [
  ["photo", 1.2], // seconds
  ["pixels", 0.8],
  ["closer", 1],
  ["numbers", 2.2],
  ["back", 0.9],
  ["slide", 11],
  ["map", 3],
];
const LENGTH = ACTS.reduce((sum, [, seconds]) => sum + seconds, 0);
const CLOSE = 7; // pixels of the photograph across, from so near that their numbers can be read
const NUMBERS_FROM = 22; // px a pixel is wide: below, its number would be under 11 px high
const OFFER = "Press the picture: the window is yours.";
const TOLD = {
  photo: "A photograph of a cat.",
  pixels: "The same cat in a few pixels.",
  numbers: "Each pixel is a number: 0 is black, 255 is white.",
  slide: "The template slides over them: nine products, one sum.",
  map: `The sums show the cat’s edges. ${OFFER}`,
};
const YOURS = "The window is yours. Drag it, or use the arrow keys.";

/** The act of the play at so many seconds, and how much of it is over. */
function act(seconds) {
  let left = seconds % LENGTH;
  for (const [name, length] of ACTS) {
    if (left < length) return [name, left / length];
    left -= length;
  }
}

const ease = (share) => share * share * (3 - 2 * share);
const hasten = (share) => (Math.exp(5 * share) - 1) / (Math.exp(5) - 1); // the first windows can be read, the last fly

class Opening {
  static from = ({ pixels, template, scores }) => [pixels, template, scores];

  constructor(root, data) {
    root.innerHTML = HTML;
    root.classList.add("opening", "waiting");
    Object.assign(this, { root, ...data, seconds: 0, filled: -1, last: data.scores.values.length - 1 });
    [this.canvas, this.map] = root.querySelectorAll("canvas");
    [this.window, this.template, this.products] = [...root.querySelectorAll(".sums figcaption + div")].map(
      (element) => new Grid(element, element.previousSibling.textContent),
    );
    [this.total, this.button, this.hint] = ["output", "button", ".foot p"].map((css) => root.querySelector(css));
    this.said = root.querySelector(".said");
    this.prepare(data);
    this.listen();
    this.best = this.scores.values.reduce(
      (best, score, i, all) => (Math.abs(score) > Math.abs(all[best]) ? i : best),
      0,
    );
    this.sizes = new ResizeObserver(() => this.paint(true));
    this.sizes.observe(this.canvas);
    this.sight = new IntersectionObserver(([entry]) => {
      this.seen = entry.isIntersecting;
    });
    this.sight.observe(root);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.rest(this.best, OFFER);
    else this.play();
  }

  update() {}

  prepare({ pixels, template, scores, photo, words }) {
    const shades = { low: -255, high: 255, scale: "diverging" };
    this.window.show({ ...template, low: 0, high: 255, scale: "gray" });
    this.template.show(template);
    this.products.show({ ...template, ...shades });
    this.inks = pixels.values.map((pixel) => colours(palette.scales.gray, pixel / 255));
    this.fills = scores.values.map((score) => colours(palette.scales.diverging, (score + 255) / 510)[0]);
    [this.map.width, this.map.height] = [scores.columns, scores.rows];
    this.root.style.setProperty("--across", scores.columns / pixels.columns);
    for (const [kind, shown] of Object.entries({ photo: pixels, map: scores })) {
      const frame = this.root.querySelector(`.${kind} .frame`);
      const cells = kind === "photo" ? template : { rows: 1, columns: 1 };
      frame.style.width = `${(100 * cells.columns) / shown.columns}%`;
      frame.style.height = `${(100 * cells.rows) / shown.rows}%`;
    }
    this.root.querySelector(".photo .touch").ariaLabel = words.photo;
    this.map.ariaLabel = words.map;
    for (const [i, mark] of this.root.querySelectorAll("figcaption i").entries()) {
      [mark.style.background, mark.style.color] = colours(palette.scales.diverging, i);
    }
    this.photo = new Image();
    this.photo.onload = () => this.paint(true);
    this.photo.src = photo;
  }

  // ---- what is shown ----

  /** `smooth` is how much of the photograph lies over its pixels, `near` how close they are, both from 0 to 1; `at` is
   * the window's position, or -1 before there is one, and `to` the last score on the map. */
  show({ smooth = 0, near = 0, at = -1, to = at }) {
    Object.assign(this, { smooth, near });
    this.paint();
    this.fill(to);
    if (at === this.at) return;
    this.at = at;
    this.root.classList.toggle("waiting", at < 0);
    if (at >= 0) this.point(at);
  }

  paint(anew) {
    const state = `${this.smooth} ${this.near}`;
    if (!anew && state === this.painted) return;
    this.painted = state;
    const { rows, columns, values } = this.pixels;
    const width = Math.round(this.canvas.clientWidth * devicePixelRatio);
    if (!width) return;
    if (this.canvas.width !== width) [this.canvas.width, this.canvas.height] = [width, (width * rows) / columns];
    const cell = width / (columns - this.near * (columns - CLOSE));
    const [top, left] = this.spot(this.best).map((n, k) => this.near * clamp(n - 2, 0, [rows, columns][k] - CLOSE));
    const brush = this.canvas.getContext("2d");
    const gap = cell > 14 * devicePixelRatio ? 1 : 0;
    const legible = cell >= NUMBERS_FROM * devicePixelRatio;
    brush.clearRect(0, 0, width, width);
    brush.font = `${Math.min(18 * devicePixelRatio, cell / 2)}px ${getComputedStyle(this.root).fontFamily}`;
    [brush.textAlign, brush.textBaseline] = ["center", "middle"];
    for (const [i, [fill, ink]] of this.inks.entries()) {
      const [y, x] = [(Math.floor(i / columns) - top) * cell, ((i % columns) - left) * cell];
      if (x < -cell || y < -cell || x > width || y > width) continue;
      const [from, across] = [Math.floor(x), Math.floor(x + cell) - Math.floor(x) - gap];
      brush.fillStyle = fill;
      brush.fillRect(from, Math.floor(y), across, Math.floor(y + cell) - Math.floor(y) - gap);
      if (!legible) continue;
      brush.fillStyle = ink;
      brush.fillText(values[i], x + cell / 2, y + cell / 2);
    }
    if (!this.smooth || !this.photo.complete) return;
    brush.globalAlpha = this.smooth;
    brush.drawImage(this.photo, 0, 0, width, this.canvas.height);
    brush.globalAlpha = 1;
  }

  /** The score map up to that position, and nothing after it. */
  fill(to) {
    const { columns } = this.scores;
    const brush = this.map.getContext("2d");
    if (to < this.filled) {
      brush.clearRect(0, 0, this.map.width, this.map.height);
      this.filled = -1;
    }
    for (let i = this.filled + 1; i <= to; i += 1) {
      brush.fillStyle = this.fills[i];
      brush.fillRect(i % columns, Math.floor(i / columns), 1, 1);
    }
    this.filled = to;
  }

  spot = (at) => [Math.floor(at / this.scores.columns), at % this.scores.columns];

  point(at) {
    const [row, column] = this.spot(at);
    const { columns, values } = this.template;
    const under = values.map((_, k) => {
      const place = (row + Math.floor(k / columns)) * this.pixels.columns + column + (k % columns);
      return this.pixels.values[place];
    });
    this.window.change(under);
    this.products.change(under.map((pixel, k) => pixel * values[k]));
    this.total.textContent = number(this.scores.values[at]);
    for (const [kind, shown] of Object.entries({ photo: this.pixels, map: this.scores })) {
      const frame = this.root.querySelector(`.${kind} .frame`);
      frame.style.left = `${(100 * column) / shown.columns}%`;
      frame.style.top = `${(100 * row) / shown.rows}%`;
    }
  }

  // ---- playing, and taking it over ----

  play() {
    this.label("pause", "Pause");
    this.perform(...act(this.seconds));
    let before = performance.now();
    const tick = (now) => {
      if (this.seen) {
        this.seconds += Math.min(now - before, 100) / 1000;
        this.perform(...act(this.seconds));
      }
      before = now;
      this.timer = requestAnimationFrame(tick);
    };
    this.timer = requestAnimationFrame(tick);
  }

  perform(name, share) {
    if (TOLD[name] && this.hint.textContent !== TOLD[name]) this.hint.textContent = TOLD[name];
    if (name === "photo") this.show({ smooth: 1 });
    else if (name === "pixels") this.show({ smooth: 1 - share });
    else if (name === "closer") this.show({ near: ease(share) });
    else if (name === "numbers") this.show({ near: 1 });
    else if (name === "back") this.show({ near: 1 - ease(share) });
    else if (name === "slide") this.show({ at: Math.floor(this.last * hasten(share)) });
    else this.show({ at: this.last });
  }

  stop() {
    cancelAnimationFrame(this.timer);
    this.timer = null;
    this.label("play", "Play");
  }

  /** Stand still at that position with everything there is to see; playing begins anew after it. */
  rest(at, words) {
    this.stop();
    this.seconds = 0;
    this.hint.textContent = words;
    this.show({ at, to: this.last });
  }

  go(at) {
    this.rest(at, YOURS);
    const [row, column] = this.spot(at);
    this.said.textContent = `Window at row ${row}, column ${column}: the sum is ${this.total.textContent}.`;
  }

  label(name, words) {
    this.button.innerHTML = icon(name);
    this.button.title = words;
    this.button.ariaLabel = words;
  }

  listen() {
    this.button.onclick = () => (this.timer ? this.stop() : this.play());
    this.printed = () => this.timer && this.rest(this.best, OFFER); // all of it on paper
    addEventListener("beforeprint", this.printed);
    const [photo, map] = this.root.querySelectorAll(".touch");
    this.follow(photo, this.pixels, 1); // the window's middle goes under the finger
    this.follow(map, this.scores, 0);
    photo.onkeydown = (event) => {
      const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      if (!step) return;
      event.preventDefault();
      const [row, column] = this.spot(this.at < 0 || this.timer ? this.best : this.at);
      this.move(row + step[0], column + step[1]);
    };
  }

  follow(element, shown, middle) {
    const go = (event) => {
      const box = element.getBoundingClientRect();
      const row = Math.floor(((event.clientY - box.y) / box.height) * shown.rows) - middle;
      this.move(row, Math.floor(((event.clientX - box.x) / box.width) * shown.columns) - middle);
    };
    new Pointer(element, { over() {}, begin: go, move: go, end() {}, drop() {} });
  }

  move(row, column) {
    const { rows, columns } = this.scores;
    this.go(clamp(row, 0, rows - 1) * columns + clamp(column, 0, columns - 1));
  }

  end() {
    cancelAnimationFrame(this.timer);
    removeEventListener("beforeprint", this.printed);
    this.sizes.disconnect();
    this.sight.disconnect();
    for (const grid of [this.window, this.template, this.products]) grid.end();
  }
}

export default component(Opening);
