// A picture in several kinds: grayscale, binary, colour, and the channels of a colour. All of them show one list of pixels.

import { colours, Grid } from "./cells.js";
import palette from "./colours.js";

const KINDS = {
  gray: { title: "Grayscale", scale: "gray", high: 255, shown: brightness },
  binary: { title: "Binary", scale: "magma", high: 1, shown: isOne },
  colour: { title: "Colour", high: 255, lines: 3 },
  red: { title: "Red", scale: "red", high: 255, shown: (pixel) => channels(pixel)[0] },
  green: { title: "Green", scale: "green", high: 255, shown: (pixel) => channels(pixel)[1] },
  blue: { title: "Blue", scale: "blue", high: 255, shown: (pixel) => channels(pixel)[2] },
};

/** A pixel is one number here: red, green and blue, a byte each. */
function channels(pixel) {
  return [pixel >> 16, (pixel >> 8) & 255, pixel & 255];
}

/** As `to_gray` in lib/images.py has it. */
function brightness(pixel) {
  const [red, green, blue] = channels(pixel);
  return Math.floor((299 * red + 587 * green + 114 * blue + 500) / 1000);
}

/** As `to_binary` in lib/images.py has it. */
export function isOne(pixel, threshold) {
  return Number(brightness(pixel) >= threshold);
}

/** What the colours of a scale mean, from its first to its last, as HTML; between 0 and 1 there is nothing. Without a
 * scale, each cell has the colour that its three numbers make. */
function legend(scale, high) {
  if (!scale) return `<span class="legend">red, green, blue</span>`;
  const steps = palette.scales[scale].map((rgb) => `rgb(${rgb})`);
  const colours = high === 1 ? `${steps[0]} 50%,${steps.at(-1)} 50%` : steps;
  return `<span class="legend">0<i style="background:linear-gradient(90deg,${colours})"></i>${high}</span>`;
}

export const css = (pixel) => `rgb(${channels(pixel)})`;

export class Picture {
  values = []; // pixels, row by row
  views = [];
  undoable = [];

  show({ rows, columns, values }) {
    for (const view of this.views) view.build(rows, columns);
    this.values = [...values];
    this.draw();
  }

  draw() {
    for (const view of this.views) for (const i of this.values.keys()) view.drawOwn(i);
  }

  /** What one pixel is in every kind. */
  words(i) {
    const gray = brightness(this.values[i]);
    const [red, green, blue] = channels(this.values[i]);
    const place = this.views[0].place(i).replace("r", "R");
    const why = `${gray} is ${gray >= this.threshold ? "at least" : "below"} ${this.threshold}`;
    return `${place}: gray ${gray}; binary ${isOne(this.values[i], this.threshold)}, ${why}; red ${red}, green ${green}, blue ${blue}.`;
  }
}

export class View extends Grid {
  constructor(figure, picture, name) {
    const { title, scale, high } = KINDS[name];
    figure.className = name;
    figure.innerHTML = `<figcaption><span>${title} </span>${legend(scale, high)}</figcaption><div></div>`;
    super(figure.lastChild, title);
    Object.assign(this, { picture, kind: KINDS[name], longest: String(high).length });
    picture.views.push(this);
  }

  get values() {
    return this.picture.values;
  }

  show(shown) {
    const same = shown.rows === this.rows && shown.columns === this.columns;
    if (!same || String(shown.values) !== String(this.values)) this.picture.show(shown);
  }

  change(values) {
    this.picture.values = [...values];
    this.picture.draw();
  }

  draw(i) {
    for (const view of this.picture.views) view.drawOwn(i);
  }

  drawOwn(i) {
    const [text, colour, ink] = this.look(this.values[i]);
    this.cells[i].textContent = text;
    this.cells[i].style.setProperty("--cell", colour);
    this.cells[i].style.setProperty("--ink", ink);
  }

  /** A pixel's number in this kind, its colour and the number's. */
  look(pixel) {
    const own = channels(pixel);
    if (!this.kind.shown) return [own.join("\n"), ...colours([own, own], 0)];
    const number = this.kind.shown(pixel, this.picture.threshold);
    return [String(number), ...colours(palette.scales[this.kind.scale], number / this.kind.high)];
  }

  /** Its number in this kind, or its three in the order in which they show. */
  says = (i) => (this.kind.shown ? "" : "red, green, blue: ") + this.look(this.values[i])[0].replaceAll("\n", " ");
}

/** Too fine for cells: one drawing, that knows what is under a pointer. */
export class FineView extends View {
  build(rows, columns) {
    [this.rows, this.columns] = [rows, columns];
    this.element.innerHTML = `<canvas width="${columns}" height="${rows}"></canvas>`;
    this.element.parentElement.style.setProperty("--shape", columns / rows);
    this.canvas = this.element.firstChild;
    this.pen = this.canvas.getContext("2d");
  }

  drawOwn(i) {
    this.pen.fillStyle = this.look(this.values[i])[1];
    this.pen.fillRect(i % this.columns, Math.floor(i / this.columns), 1, 1);
  }

  fit() {}
  light() {}
  dark() {}

  under({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    const column = Math.floor(((clientX - box.x) / box.width) * this.columns);
    const row = Math.floor(((clientY - box.y) / box.height) * this.rows);
    const inside = Math.min(column, row) >= 0 && column < this.columns && row < this.rows;
    return inside ? row * this.columns + column : -1;
  }
}
