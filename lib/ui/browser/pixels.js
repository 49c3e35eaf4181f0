// A grid whose cells are too small for numbers, as one canvas: what stage.js needs of a Grid, and thousands of cells.

import { clamp, colours } from "./cells.js";
import palette from "./colours.js";

export class Pixels {
  /** `element` becomes the grid; `name` is what screen readers call it. */
  constructor(element, name) {
    Object.assign(this, { element, name, values: [] });
    element.classList.add("grid", "pixels");
    element.setAttribute("role", "img");
    element.setAttribute("aria-label", name);
    element.innerHTML = `<canvas></canvas><b class="frame" hidden></b>`;
    [this.canvas, this.frame] = element.children;
    this.paper = this.canvas.getContext("2d");
  }

  /** As a Grid's: numbers row by row, and null is padding. */
  show({ rows, columns, values, low, high, scale }) {
    Object.assign(this, { rows, columns, low, high, scale: palette.scales[scale] });
    [this.canvas.width, this.canvas.height] = [columns, rows];
    this.change(values);
  }

  change(values) {
    this.values = [...values];
    for (const i of this.values.keys()) this.empty(i, false);
  }

  /** Draw a cell, or leave its place empty. */
  empty(i, isEmpty) {
    const place = [i % this.columns, Math.floor(i / this.columns), 1, 1];
    if (isEmpty || this.values[i] === null) return this.paper.clearRect(...place);
    const share = (this.values[i] - this.low) / (this.high - this.low || 1);
    [this.paper.fillStyle] = colours(this.scale, share);
    this.paper.fillRect(...place);
  }

  /** One frame around all of these cells. */
  light(indices) {
    this.frame.hidden = !indices.length;
    if (!indices.length) return;
    const down = indices.map((i) => Math.floor(i / this.columns));
    const across = indices.map((i) => i % this.columns);
    const share = (n, all) => `${(100 * n) / all}%`;
    const span = (all) => Math.max(...all) - Math.min(...all) + 1;
    Object.assign(this.frame.style, {
      top: share(Math.min(...down), this.rows),
      left: share(Math.min(...across), this.columns),
      height: share(span(down), this.rows),
      width: share(span(across), this.columns),
    });
  }

  dark() {
    this.frame.hidden = true;
  }

  /** The cell a pointer is on, or -1. */
  under({ clientX, clientY }) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const column = Math.floor(((clientX - left) / width) * this.columns);
    const row = Math.floor(((clientY - top) / height) * this.rows);
    const isIn = row >= 0 && column >= 0 && row < this.rows && column < this.columns;
    return isIn ? row * this.columns + column : -1;
  }

  place(i) {
    return `row ${Math.floor(i / this.columns)}, column ${i % this.columns}`;
  }

  /** Where an arrow key, Home or End leads from a cell; null for any other key. */
  walk(event, from) {
    const [row, column] = [Math.floor(from / this.columns), from % this.columns];
    const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    const [down, across] = { ...steps, Home: [0, -column], End: [0, this.columns] }[event.key] ?? [];
    if (down === undefined) return null;
    event.preventDefault();
    return clamp(row + down, 0, this.rows - 1) * this.columns + clamp(column + across, 0, this.columns - 1);
  }

  end() {}
}
