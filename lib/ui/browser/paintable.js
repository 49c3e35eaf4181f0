// Grids in one row, some of them to paint on: picture × template = products.

import { Grid } from "./cells.js";
import { component } from "./component.js";
import { Paint, Strokes } from "./paint.js";

class Paintable {
  /** `panels` is a list of {title, key, paint, after, grid}: what `touch` says in lib/ui/grids.py. */
  static from = ({ panels }) => panels.map(({ title, key, paint, after }) => [title, key, paint, after]);

  constructor(root, { panels }) {
    this.strokes = new Strokes();
    root.innerHTML = `<div class="row"></div><p class="said" role="status"></p>`;
    [this.row, this.said] = root.children;
    this.grids = panels.map((panel) => this.add(panel));
  }

  update({ panels, width, n }, send) {
    this.row.style.setProperty("--width", width);
    const grids = Object.fromEntries(panels.map((panel) => [panel.key, panel.grid]));
    this.strokes.update(n, grids, (report) => send("strokes", report));
    for (const [i, panel] of panels.entries()) if (!panel.key) this.grids[i].show(panel.grid);
  }

  add({ title, key, paint, after }) {
    this.row.insertAdjacentHTML("beforeend", "<figure><figcaption></figcaption><div></div></figure>");
    const figure = this.row.lastElementChild;
    figure.firstChild.textContent = title;
    const grid = new Grid(figure.lastChild, title.split(":")[0]);
    if (after) this.row.insertAdjacentHTML("beforeend", `<span class="sign" aria-hidden="true">${after}</span>`);
    const said = (text) => {
      this.said.textContent = text;
    };
    if (key) this.strokes.paints[key] = new Paint(grid, paint, this.strokes, { looked: () => {}, said });
    return grid;
  }

  end() {
    for (const grid of this.grids) grid.end();
  }
}

export default component(Paintable);
