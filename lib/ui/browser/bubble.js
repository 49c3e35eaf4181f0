// The number of one cell, large and with its place: for grids whose cells are too small to show theirs.

const BESIDE = 6; // px from the cell
const FINGER = 44; // px from the cell, so that no finger is on it
const HEADER = 56; // px of the page's header, which stays when it scrolls

export class Bubble {
  at = -1; // the cell it tells of

  /** Tells of the cell that a mouse or a finger is on; `grid.walk` has it told for the keyboard. */
  constructor(grid) {
    this.grid = grid;
    const { element } = grid;
    for (const kind of ["pointerdown", "pointermove"]) {
      element.addEventListener(kind, (event) => this.over(event));
    }
    element.addEventListener("pointerleave", (event) => event.pointerType === "touch" || this.hide());
    for (const kind of ["pointercancel", "blur"]) element.addEventListener(kind, () => this.hide());
  }

  over(event) {
    if (event.isPrimary) this.show(this.grid.under(event), event.pointerType === "touch" ? FINGER : BESIDE);
  }

  /** Tell of that cell, or (-1, or where the cells show their numbers) of none. After a tap it stays, for the finger
   * hides what it is on; a press elsewhere or Escape ends it. */
  show(i, gap = BESIDE) {
    const cell = this.grid.cells[i];
    if (!cell || !this.grid.isSmall || cell.classList.contains("empty")) return this.hide();
    this.box ??= this.make();
    if (i !== this.at) this.mark(false); // and no change where there is none: who hears of changes asks for a refresh
    Object.assign(this, { at: i, gap });
    this.mark(true);
    this.write();
    if (!this.shown) {
      this.shown = new AbortController();
      this.box.showPopover(); // above all else: no row that scrolls sideways cuts it
      this.listen(this.shown.signal);
    }
    this.place();
  }

  make() {
    const box = document.createElement("div");
    Object.assign(box, { className: "bubble", popover: "manual", innerHTML: "<b></b><span></span>" });
    box.setAttribute("aria-hidden", "true"); // the cell, or what the grid says of it, has the same words
    this.grid.element.parentElement.append(box);
    return box;
  }

  listen(signal) {
    const inside = (event) => event.composedPath().includes(this.grid.element);
    addEventListener("scroll", () => this.place(), { signal, capture: true, passive: true });
    addEventListener("pointerdown", (event) => inside(event) || this.hide(), { signal, capture: true });
    addEventListener("keydown", (event) => event.key === "Escape" && this.hide(), { signal, capture: true });
  }

  /** The number may have changed, or the grid may show its numbers now. */
  refresh() {
    if (this.at >= 0) this.show(this.at, this.gap);
  }

  write() {
    this.box.firstChild.textContent = this.grid.names.value(this.at);
    this.box.lastChild.textContent = this.grid.place(this.at);
  }

  /** Above its cell; below where a screen has no room above. */
  place() {
    const { left, top, bottom, width } = this.grid.cells[this.at].getBoundingClientRect();
    const { offsetWidth: wide, offsetHeight: high } = this.box;
    const above = top - this.gap - high;
    const most = document.documentElement.clientWidth - wide - 4;
    this.box.style.left = `${Math.max(4, Math.min(left + width / 2 - wide / 2, most))}px`;
    this.box.style.top = `${above > HEADER ? above : bottom + this.gap}px`;
  }

  mark(told) {
    this.grid.cells[this.at]?.classList.toggle("told", told);
  }

  hide() {
    this.mark(false);
    this.at = -1;
    if (!this.shown) return;
    this.shown.abort();
    this.shown = null;
    this.box.hidePopover();
  }
}
