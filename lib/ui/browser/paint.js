// Painting on a grid: click, drag, touch and keyboard, and the buttons below it. One report a stroke.

import { Report } from "./cells.js";

/** All strokes of one component. A stroke takes along those that the server has not answered: on its way, Streamlit
 * writes back the texts that the browser had before, and theirs would be lost. */
export class Strokes {
  paints = {};
  report = new Report();

  /** The server's word on every grid, or nothing of it where a newer stroke is on its way there. */
  update(n, grids, send) {
    this.send = send;
    const news = this.report.isNews(n);
    for (const [name, paint] of Object.entries(this.paints)) {
      if (news) paint.pending = false;
      paint.update(grids[name], news);
    }
  }

  tell(paint) {
    paint.pending = true;
    const pending = Object.entries(this.paints).filter(([, one]) => one.pending);
    this.send(this.report.told(Object.fromEntries(pending.map(([name, one]) => [name, one.values()]))));
  }
}

const KINDS = {
  pixels: { next: (x) => (x ? 0 : 1), invert: (x) => (x ? 0 : 1), random: () => Math.round(Math.random()) },
  levels: {
    next: (x) => (x > 8 ? 8 : x > 0 ? 0 : 16), // full, half, none
    invert: (x) => 16 - x,
    random: () => Math.floor(Math.random() * 17),
  },
  weights: {
    next: (x) => (x > 0 ? -1 : x < 0 ? 0 : 1), // -1, 0, 1 and round again
    invert: (x) => -x,
    random: () => Math.floor(Math.random() * 3) - 1,
  },
};
const HINT = {
  pixels: "space switches a pixel on or off",
  levels: "space changes a pixel",
  weights: "space changes a weight",
};

export class Paint {
  /** Make `grid` paintable; `paint` is one of the KINDS. Says `looked(cell or -1)` and `said(text)`; `place` names a cell. */
  constructor(grid, paint, strokes, { looked, said, place = (i) => grid.place(i) }) {
    Object.assign(this, { grid, kind: KINDS[paint], strokes, looked, said, place, at: 0, marked: false, stroke: null });
    const { element, name } = grid;
    element.classList.add("paint");
    element.tabIndex = 0;
    element.setAttribute("role", "application");
    element.setAttribute("aria-label", `${name}: arrow keys move, ${HINT[paint]}`);
    const button = (words) => `<button type="button" aria-label="${words} the ${name.toLowerCase()}">${words}</button>`;
    element.insertAdjacentHTML("afterend", `<div class="tools">${["Clear", "Invert", "Random"].map(button).join("")}</div>`);
    const [clear, invert, random] = element.nextElementSibling.children;
    clear.onclick = () => this.all(() => 0);
    invert.onclick = () => this.all(this.kind.invert);
    random.onclick = () => this.all(this.kind.random);
    this.listen(element);
  }

  /** Show what the server says, unless a newer stroke is under way; a grid of another size is always shown. */
  update(shown, news) {
    const resized = shown.rows !== this.grid.rows || shown.columns !== this.grid.columns;
    if (!resized && !(news && this.stroke === null)) return;
    this.stroke = null;
    this.grid.show(shown);
    this.mark();
  }

  /** What is painted, without the padding. */
  values = () => this.grid.values.filter((value) => value !== null);

  all(change) {
    this.grid.values.forEach((value, i) => value === null || this.set(i, change(value)));
    this.tell();
  }

  set(i, value) {
    if (i < 0 || this.grid.values[i] === null || this.grid.values[i] === value) return;
    this.grid.values[i] = value;
    this.grid.draw(i);
  }

  /** Every cell on the way from the last point of the stroke: a fast hand skips some. */
  drawTo(event) {
    const [x, y] = [event.clientX - this.from.clientX, event.clientY - this.from.clientY];
    const cell = this.grid.cells[0].clientWidth;
    const points = Math.ceil((2 * Math.hypot(x, y)) / cell);
    for (let n = 1; n <= points; n += 1) {
      const point = { clientX: this.from.clientX + (x * n) / points, clientY: this.from.clientY + (y * n) / points };
      this.set(this.grid.under(point), this.stroke);
    }
    this.from = event;
  }

  tell() {
    this.strokes.tell(this);
  }

  listen(element) {
    element.onpointerdown = (event) => {
      const i = this.grid.under(event);
      if (event.button || i < 0 || this.grid.values[i] === null) return;
      this.at = i;
      this.stroke = this.kind.next(this.grid.values[i]);
      element.setPointerCapture(event.pointerId);
      this.set(i, this.stroke);
      this.from = event;
    };
    element.onpointermove = (event) => {
      if (this.stroke !== null) this.drawTo(event);
      this.looked(this.grid.under(event));
    };
    element.onpointerup = element.onpointercancel = () => {
      if (this.stroke === null) return;
      this.stroke = null;
      this.tell();
    };
    element.onpointerleave = () => this.looked(-1);
    element.onkeydown = (event) => {
      if (event.key === " " || event.key === "Enter") {
        event.preventDefault();
        if (this.grid.values[this.at] === null) return;
        this.set(this.at, this.kind.next(this.grid.values[this.at]));
        this.tell();
      } else {
        this.at = this.grid.walk(event, this.at) ?? this.at;
      }
      this.focus();
    };
    element.onfocus = () => element.matches(":focus-visible") && this.focus();
    element.onblur = () => {
      this.marked = false;
      this.mark();
      this.looked(-1);
    };
  }

  focus() {
    this.marked = true;
    this.mark();
    this.looked(this.at);
    this.said(`${this.place(this.at)}: ${this.grid.values[this.at] ?? "padding"}`);
  }

  /** Frame the cell that the keyboard is on. */
  mark() {
    this.at = Math.min(this.at, this.grid.cells.length - 1);
    this.grid.cells.forEach((cell, i) => cell.classList.toggle("at", this.marked && i === this.at));
  }
}
