// Painting on a grid: with a pointer or the keyboard, and the buttons below it. One report a stroke.

import { Report } from "./component.js";
import { Lens } from "./lens.js";
import { Pointer } from "./pointer.js";

/** All strokes of one component. A stroke takes along those that the server has not answered: on its way, Streamlit
 * writes back the texts that the browser had before, and theirs would be lost. */
export class Strokes {
  paints = {}; // the key that a stroke is written to -> Paint
  report = new Report();

  /** The server's word on every grid, or nothing of it where a newer stroke is on its way there. */
  update(n, grids, send) {
    this.send = send;
    const news = this.report.isNews(n);
    for (const [key, paint] of Object.entries(this.paints)) {
      if (news) paint.pending = false;
      paint.update(grids[key], news);
    }
  }

  tell(paint) {
    paint.pending = true;
    const pending = Object.entries(this.paints).filter(([, one]) => one.pending);
    this.send(this.report.told(Object.fromEntries(pending.map(([key, one]) => [key, one.painted()]))));
  }
}

const KINDS = {
  pixels: {
    next: (x) => (x ? 0 : 1),
    invert: (x) => (x ? 0 : 1),
    random: () => Math.round(Math.random()),
    hint: "space switches a pixel on or off",
  },
  levels: {
    next: (x) => (x < 16 ? 16 : 0),
    invert: (x) => 16 - x,
    random: () => Math.floor(Math.random() * 17),
    hint: "space paints a pixel, or erases a full one",
  },
  weights: {
    next: (x) => (x > 0 ? -1 : x < 0 ? 0 : 1), // -1, 0, 1 and round again
    invert: (x) => -x,
    random: () => Math.floor(Math.random() * 3) - 1,
    hint: "space changes a weight",
    what: "weights",
  },
};
const ARROW = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12.5 8c-2.6 0-5 1-6.9 2.6L2 7v9h9l-3.6-3.6
  c1.4-1.2 3.2-1.9 5.1-1.9 3.5 0 6.5 2.3 7.6 5.5l2.4-.8C21.1 11 17.2 8 12.5 8z"/></svg>`;
const STEPS = 100; // strokes that Undo remembers

export class Paint {
  /** Make `grid` paintable; `kind` is one of the KINDS, or made like one. `place` names a cell, `looked(cell or -1)` hears of looks and
   * `said(text)` of what a screen reader should say. */
  constructor(grid, kind, strokes, { looked, said, place = grid.place.bind(grid) }) {
    grid.place = place;
    Object.assign(this, { grid, kind: KINDS[kind] ?? kind, strokes, looked, said, place, at: 0, marked: false });
    this.brush = null; // what the stroke under way paints
    this.meanwhile = null; // what the server said while it was
    const { element, name } = grid;
    element.classList.add("paint");
    element.tabIndex = 0;
    element.setAttribute("role", "application");
    element.setAttribute("aria-label", `${name}: arrow keys move, ${this.kind.hint}, Ctrl+Z takes a stroke back`);
    this.addTools(name.toLowerCase());
    this.lens = new Lens(grid, said);
    this.listen(element);
  }

  addTools(name) {
    const tools = [
      ["Clear", `Clear the ${name}`, () => this.all(() => 0, `The ${name} is cleared`)],
      ["Invert", `Invert the ${name}`, () => this.all(this.kind.invert, `The ${name} is inverted`)],
      ["Random", `Fill the ${name} at random`, () => this.all(this.kind.random, `The ${name} is filled at random`)],
      [ARROW, `Undo the last stroke on the ${name}`, () => this.undo()],
    ].map(([word, label, act]) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", innerHTML: word, title: label, onclick: act });
      button.setAttribute("aria-label", label);
      return button;
    });
    this.undoButton = tools.at(-1);
    const row = document.createElement("div");
    row.className = "tools";
    row.role = "group";
    row.ariaLabel = this.grid.name;
    row.append(...tools);
    this.grid.element.after(row);
    this.remember([]);
  }

  /** Show what the server says, but not into a stroke under way; a grid of another size is always shown. */
  update(shown, news) {
    if (shown.rows !== this.grid.rows || shown.columns !== this.grid.columns) this.pointer.drop();
    else if (!news) return;
    if (this.pointer.drawing) this.meanwhile = shown;
    else this.show(shown);
  }

  show(shown) {
    if (String(shown.values) !== String(this.grid.values)) this.remember([]); // another picture, chosen elsewhere
    this.grid.show(shown);
    this.lens.show();
    this.mark();
  }

  /** What is painted, without the padding. */
  painted = () => this.grid.values.filter((value) => value !== null);

  // ---- a change of cells, and back ----

  set(i, value) {
    if (i < 0 || this.grid.values[i] === null || this.grid.values[i] === value) return;
    this.grid.values[i] = value;
    this.grid.draw(i);
  }

  all(change, words) {
    this.before = [...this.grid.values];
    for (const [i, value] of this.before.entries()) this.set(i, change(value));
    this.done();
    this.said(words);
  }

  /** If the cells have changed, Undo remembers them as they were, and the server hears of it. */
  done() {
    if (String(this.before) !== String(this.grid.values)) {
      this.said(this.stroke());
      this.remember([...this.undoable, this.before].slice(-STEPS));
      this.strokes.tell(this);
    } else if (this.meanwhile) this.show(this.meanwhile);
    this.meanwhile = null;
  }

  /** What a stroke did, in words. */
  stroke() {
    const painted = [...this.before.keys()].filter((i) => this.before[i] !== this.grid.values[i]);
    return painted.length === 1 ? this.words(painted[0]) : `${painted.length} ${this.kind.what ?? "pixels"} painted`;
  }

  words(i) {
    return `${this.place(i)}: ${this.grid.names.value(i)}`;
  }

  undo() {
    if (this.pointer.drawing) return this.pointer.drop();
    const before = this.undoable.at(-1);
    if (!before) return;
    this.grid.change(before);
    this.remember(this.undoable.slice(0, -1));
    this.said("The last stroke is undone.");
    this.strokes.tell(this);
  }

  /** What the grid showed before each stroke, the last one last. */
  remember(undoable) {
    this.undoable = undoable;
    this.undoButton.ariaDisabled = String(!undoable.length); // not `disabled`, which would take the focus from it
  }

  // ---- strokes ----

  begin(event) {
    const i = this.grid.under(event);
    this.before = [...this.grid.values];
    if (i < 0 || this.before[i] === null) return;
    if (event.pointerType === "touch" && this.lens.isNeeded) return this.lens.around(i);
    this.at = i;
    this.brush = this.kind.next(this.before[i]);
    this.set(i, this.brush);
    this.last = event;
  }

  /** Every cell on the way from the last point of the stroke: a fast hand skips some. */
  move(event) {
    if (this.brush === null) return;
    const [x, y] = [event.clientX - this.last.clientX, event.clientY - this.last.clientY];
    const points = Math.ceil((2 * Math.hypot(x, y)) / this.grid.side);
    for (let n = 1; n <= points; n += 1) {
      const point = { clientX: this.last.clientX + (x * n) / points, clientY: this.last.clientY + (y * n) / points };
      this.set(this.grid.under(point), this.brush);
    }
    this.last = event;
  }

  end() {
    this.brush = null;
    this.done();
  }

  drop() {
    this.grid.change(this.before);
    this.end();
  }

  over(event) {
    this.looked(this.grid.under(event));
  }

  // ---- the keyboard ----

  listen(element) {
    this.pointer = new Pointer(element, this);
    element.onpointerleave = () => this.looked(-1);
    element.onkeydown = (event) => this.press(event);
    element.onfocus = () => element.matches(":focus-visible") && this.focus();
    element.onblur = () => {
      this.marked = false;
      this.mark();
      this.looked(-1);
    };
  }

  press(event) {
    if (event.key === "z" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return this.undo();
    }
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      this.before = [...this.grid.values];
      this.set(this.at, this.kind.next(this.before[this.at]));
      this.done();
    } else {
      this.at = this.grid.walk(event, this.at) ?? this.at;
    }
    this.focus();
  }

  focus() {
    this.marked = true;
    this.mark();
    this.lens.follow(this.at);
    this.grid.bubble.show(this.at);
    this.looked(this.at);
    this.said(this.words(this.at));
  }

  /** Frame the cell that the keyboard is on. */
  mark() {
    this.at = Math.min(this.at, this.grid.cells.length - 1);
    for (const [i, cell] of this.grid.cells.entries()) cell.classList.toggle("at", this.marked && i === this.at);
  }
}
