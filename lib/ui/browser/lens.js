// A part of a grid, as large as a finger needs it: on cells too small to paint, a tap magnifies those around it.

import { clamp } from "./cells.js";

const THUMB = 24; // px a cell that a finger can hit
const LARGE = 30; // px a cell of the part, at least
const MOVES = [
  ["left", "M15 5v14l-9-7z", 0, -1],
  ["up", "M5 15h14l-7-9z", -1, 0],
  ["down", "M5 9h14l-7 9z", 1, 0],
  ["right", "M9 5v14l9-7z", 0, 1],
];

export class Lens {
  /** Its buttons come below the `grid`; `said(text)` hears where the part is. */
  constructor(grid, said) {
    Object.assign(this, { grid, said });
    this.bar = document.createElement("div");
    this.bar.className = "lens";
    this.bar.hidden = true;
    for (const [way, path, down, across] of MOVES) {
      const icon = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
      this.add(icon, `Move the part ${way}`, () => this.move(down, across));
    }
    const name = `Whole ${grid.name.toLowerCase()}`;
    this.add(name, name, () => this.leave());
    this.bar.append(document.createElement("span"));
    grid.element.after(this.bar);
  }

  add(words, label, act) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", innerHTML: words, title: label, onclick: act });
    button.setAttribute("aria-label", label);
    this.bar.append(button);
  }

  /** Are the cells, as they are shown, too small for a finger? */
  get isNeeded() {
    return !this.grid.part && this.grid.side < THUMB;
  }

  /** Magnify the part around a cell. */
  around(i) {
    const { rows, columns, element } = this.grid;
    const across = clamp(Math.floor(element.clientWidth / LARGE), 1, columns);
    const down = clamp(Math.round((across * rows) / columns), 1, rows);
    this.size = { rows: down, columns: across };
    this.go(Math.floor(i / columns) - Math.floor(down / 2), (i % columns) - Math.floor(across / 2));
  }

  go(row, column) {
    const { rows, columns } = this.size;
    const top = clamp(row, 0, this.grid.rows - rows);
    const left = clamp(column, 0, this.grid.columns - columns);
    this.grid.zoom({ top, left, rows, columns });
    this.show();
    const corner = (down, across) => this.grid.place((top + down) * this.grid.columns + left + across);
    this.bar.lastChild.textContent = `${corner(0, 0)} to ${corner(rows - 1, columns - 1)}`;
    this.said(`A part, large enough to paint with a finger: ${this.bar.lastChild.textContent}`);
  }

  /** By half of the part. */
  move(down, across) {
    const { top, left, rows, columns } = this.grid.part;
    this.go(top + down * Math.ceil(rows / 2), left + across * Math.ceil(columns / 2));
  }

  /** The part goes along with the keyboard. */
  follow(i) {
    if (this.grid.part && this.grid.cells[i].hidden) this.around(i);
  }

  leave() {
    this.grid.zoom(null);
    this.show();
    this.grid.element.focus();
  }

  /** The buttons are there while a part is. */
  show() {
    this.bar.hidden = !this.grid.part;
  }
}
