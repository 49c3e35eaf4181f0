// Painting on a grid: click, drag, touch and keyboard, and the buttons below it. One report a stroke.

import { Report } from "./cells.js";

const KINDS = {
  pixels: { next: (x) => (x ? 0 : 1), invert: (x) => (x ? 0 : 1), random: () => Math.round(Math.random()) },
  weights: {
    next: (x) => (x > 0 ? -1 : x < 0 ? 0 : 1), // -1, 0, 1 and round again
    invert: (x) => -x,
    random: () => Math.floor(Math.random() * 3) - 1,
  },
};
const HINT = { pixels: "space switches it on or off", weights: "space changes the weight" };

export class Paint {
  /** Make `grid` paintable; `paint` is "pixels" or "weights". Hears of a look with `looked(cell or -1)`. */
  constructor(grid, paint, { looked = () => {}, said = () => {} } = {}) {
    Object.assign(this, { grid, kind: KINDS[paint], looked, said, report: new Report(), at: 0, stroke: null });
    const { element } = grid;
    element.classList.add("paint");
    element.tabIndex = 0;
    element.setAttribute("role", "application");
    element.setAttribute("aria-label", `${grid.name}: arrow keys move, ${HINT[paint]}`);
    element.insertAdjacentHTML("afterend", `<div class="tools"><button type="button">Clear</button>
      <button type="button">Invert</button><button type="button">Random</button></div>`);
    const [clear, invert, random] = element.nextElementSibling.children;
    clear.onclick = () => this.all(() => 0);
    invert.onclick = () => this.all(this.kind.invert);
    random.onclick = () => this.all(this.kind.random);
    this.listen(element);
  }

  /** What the server says is painted; false if a newer stroke is on its way there. */
  update(shown, n, send) {
    this.send = send;
    const news = this.report.isNews(n) && this.stroke === null;
    if (news) this.grid.show(shown);
    return news;
  }

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
    this.send(this.report.told(this.grid.values.filter((value) => value !== null)));
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
      this.grid.dark();
      this.looked(-1);
    };
  }

  focus() {
    this.at = Math.min(this.at, this.grid.values.length - 1);
    this.looked(this.at);
    this.grid.light([this.at], "at");
    this.said(`${this.grid.place(this.at)}: ${this.grid.values[this.at] ?? "padding"}`);
  }
}
