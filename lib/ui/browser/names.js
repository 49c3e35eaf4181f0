// What a screen reader hears of a grid: one picture with its size, or, where a press does something, every cell.

const FEW = 25; // numbers that one can listen to in a row

export class Names {
  /** Keeps the names of `grid` right, whoever draws on it; `say` writes a number. A grid that is to be touched has the
   * role application before it is shown: its cells are buttons for those who explore a screen with a finger. */
  constructor(grid, say) {
    Object.assign(this, { grid, say });
    const { element } = grid;
    if (!element.hasAttribute("role")) element.setAttribute("role", "img");
    this.changes = new MutationObserver((records) => this.heard(records));
    const attributes = { attributes: true, attributeFilter: ["class", "style"] };
    this.changes.observe(element, { subtree: true, childList: true, characterData: true, ...attributes });
  }

  heard(records) {
    const { element, cells, bubble } = this.grid;
    bubble.refresh();
    if (element.getAttribute("role") === "img") return this.whole(element);
    const isNew = records.some((record) => record.target === element && record.type === "childList");
    const changed = records.map(({ target }) => (target.closest ? target : target.parentElement)?.closest("i"));
    for (const cell of new Set(isNew ? cells : changed)) if (cell) this.touched(cell);
  }

  /** A name that somebody else gave the grid stays. */
  whole(element) {
    const there = element.getAttribute("aria-label");
    if (there !== null && there !== this.told) return;
    this.told = this.picture();
    this.set(element, this.told);
  }

  touched(cell) {
    const i = Number(cell.dataset.i);
    cell.setAttribute("role", "button");
    this.set(cell, `${this.grid.place(i)}: ${this.value(i)}`);
  }

  /** Name and size; the numbers where they are few. */
  picture() {
    const { name, rows, columns, cells } = this.grid;
    const all =
      cells.length && cells.length <= FEW ? `: ${[...cells.keys()].map((i) => this.value(i)).join(", ")}` : "";
    return `${name}, ${rows} ${rows === 1 ? "row" : "rows"} of ${columns}${all}`;
  }

  /** What the number of a cell is in words. */
  value(i) {
    if (this.grid.cells[i].classList.contains("empty")) return "not yet";
    const said = this.grid.says(i);
    return typeof said === "number" ? this.say(said) : said;
  }

  set(element, name) {
    if (element.getAttribute("aria-label") !== name) element.setAttribute("aria-label", name);
  }
}
