// A grid of numbers as cells, with the colours of the charts: what every component here is made of.

import { Bubble } from "./bubble.js";
import palette from "./colours.js";
import { Names } from "./names.js";

const NUMBERS_FROM = 11; // px a number is high: smaller ones are not shown, and a bubble tells of one cell at a time
const MIDDLE = Math.sqrt(1.05 * 0.05) - 0.05; // the luminance on which black and white read equally well, 4.58 : 1

export const clamp = (n, low, high) => Math.min(Math.max(n, low), high);

/** A number as people write it: at most `decimals` decimals, a real minus sign. */
export function number(x, decimals = 4) {
  const text = Math.abs(x) >= 1000 ? Math.round(x).toLocaleString("en") : String(Number(x.toFixed(decimals)) + 0);
  return text.replace("-", "−");
}

/** Relative luminance, 0 to 1 (WCAG 2.2). */
function luminance(rgb) {
  const [r, g, b] = rgb.map((n) => n / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The colours of a cell and of its number: black or white, whichever reads better. */
export function colours(scale, share) {
  const t = clamp(share, 0, 1) * (scale.length - 1);
  const i = Math.min(Math.floor(t), scale.length - 2);
  const rgb = scale[i].map((from, k) => Math.round(from + (t - i) * (scale[i + 1][k] - from)));
  return [`rgb(${rgb})`, luminance(rgb) > MIDDLE ? "#000" : "#fff"];
}

export class Grid {
  /** `element` becomes the grid; `name` is what screen readers call it. */
  constructor(element, name) {
    this.element = element;
    this.name = name;
    this.cells = [];
    this.lit = [];
    element.classList.add("grid");
    this.bubble = new Bubble(this);
    this.names = new Names(this, number);
    this.size = new ResizeObserver(() => this.fit());
    this.size.observe(element);
  }

  /** Show numbers row by row; null is padding: a zero that is not part of the picture. `scale` is a name. */
  show({ rows, columns, values, low, high, scale }) {
    this.build(rows, columns);
    [this.low, this.high, this.scale] = [low, high, palette.scales[scale]];
    this.change(values);
  }

  /** Empty cells, where there are not as many already. */
  build(rows, columns) {
    if (this.rows === rows && this.columns === columns) return;
    this.bubble.hide();
    [this.rows, this.columns, this.lit, this.part] = [rows, columns, [], null];
    this.element.style.setProperty("--columns", columns);
    this.element.parentElement.style.setProperty("--shape", columns / rows);
    this.cells = Array.from({ length: rows * columns }, (_, i) => {
      const cell = document.createElement("i");
      cell.dataset.i = i;
      return cell;
    });
    this.element.replaceChildren(...this.cells);
    this.fit();
  }

  /** Other numbers in the same cells. */
  change(values) {
    this.values = [...values];
    for (const i of this.values.keys()) this.draw(i);
    const longest = Math.max(...this.cells.map((cell) => cell.textContent.length));
    if (longest !== this.longest) {
      this.longest = longest;
      this.fit();
    }
  }

  draw(i) {
    const [cell, value] = [this.cells[i], this.values[i]];
    const text = number(value ?? 0, Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0);
    if (cell.textContent !== text) cell.textContent = text;
    cell.classList.toggle("padding", value === null);
    const share = (value - this.low) / (this.high - this.low || 1);
    const [colour, ink] = value === null ? ["", ""] : colours(this.scale, share);
    cell.style.setProperty("--cell", colour);
    cell.style.setProperty("--ink", ink);
    this.drawn?.(i); // somebody else goes by these numbers
  }

  /** The side of a cell, in px. */
  get side() {
    return this.element.clientWidth / (this.part ?? this).columns;
  }

  /** Show these rows and columns only, {top, left, rows, columns}, and larger; or (null) all of them again. */
  zoom(part) {
    this.part = part;
    const { top, left, rows, columns } = part ?? { ...this, top: 0, left: 0 };
    for (const [i, cell] of this.cells.entries()) {
      const [row, column] = [Math.floor(i / this.columns) - top, (i % this.columns) - left];
      cell.hidden = Math.min(row, column) < 0 || row >= rows || column >= columns;
    }
    this.element.style.setProperty("--columns", columns);
    this.fit();
  }

  /** Numbers as large as their cells and their digits, half as wide as high, allow, and none where people could not read them. */
  fit() {
    const [longest, lines] = [this.longest ?? 1, this.kind?.lines ?? 1];
    const high = Math.min(18, 0.6 * this.side, (1.7 * this.side) / longest, (0.97 * this.side) / lines); // px
    this.isSmall = high < NUMBERS_FROM;
    this.element.classList.toggle("small", this.isSmall);
    this.element.style.setProperty("--number", `${high}px`);
    const middle = this.element.offsetTop + this.element.offsetHeight / 2; // of the figure: for the signs beside it
    this.element.parentElement.parentElement?.style.setProperty("--middle", `${middle}px`);
    this.bubble.refresh();
  }

  /** Leave the place of a cell empty, or fill it. */
  empty(i, isEmpty) {
    this.cells[i].classList.toggle("empty", isEmpty);
  }

  light(indices) {
    for (const i of indices) {
      this.cells[i].classList.add("lit");
      this.lit.push(this.cells[i]);
    }
  }

  dark() {
    for (const cell of this.lit) cell.classList.remove("lit");
    this.lit = [];
  }

  /** The cell a pointer is on, or -1. */
  under(event) {
    const cell = this.element.getRootNode().elementFromPoint(event.clientX, event.clientY);
    const i = Number(cell?.dataset.i ?? -1);
    return this.cells[i] === cell ? i : -1;
  }

  /** What a screen reader says of a cell. */
  says = (i) => this.values[i] ?? "padding";

  place(i) {
    return `row ${Math.floor(i / this.columns)}, column ${i % this.columns}`;
  }

  /** Where an arrow key, Home or End leads from a cell, which the bubble then tells of; null for any other key. */
  walk(event, from) {
    const [row, column] = [Math.floor(from / this.columns), from % this.columns];
    const to = {
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      Home: [row, 0],
      End: [row, this.columns - 1],
    }[event.key];
    if (!to) return null;
    event.preventDefault();
    const i = clamp(to[0], 0, this.rows - 1) * this.columns + clamp(to[1], 0, this.columns - 1);
    this.bubble.show(i);
    return i;
  }

  end() {
    this.size.disconnect();
    this.bubble.hide();
    this.names.changes.disconnect();
  }
}
