// Grids in one row, some of them to paint on: picture × template = products.

import { Grid, component } from "./cells.js";
import { Paint, Strokes } from "./paint.js";

class Paintable {
  constructor(root) {
    this.strokes = new Strokes();
    root.innerHTML = `<div class="row"></div><p class="said" role="status"></p>`;
    [this.root, this.row, this.said] = [root, ...root.children];
  }

  /** `panels` is a list of {name, title, paint, after, grid}: what `touch` says in lib/ui/grids.py. */
  update({ panels, width, n }, send) {
    if (panels.length !== this.grids?.length) this.build(panels);
    this.row.style.setProperty("--width", width);
    const grids = Object.fromEntries(panels.map((panel) => [panel.name, panel.grid]));
    this.strokes.update(n, grids, (report) => send("strokes", report));
    panels.forEach((panel, i) => panel.paint || this.grids[i].show(panel.grid));
  }

  build(panels) {
    this.end();
    this.row.replaceChildren();
    this.strokes.paints = {};
    this.grids = panels.map((panel) => this.add(panel));
  }

  add({ name, title, paint, after }) {
    this.row.insertAdjacentHTML("beforeend", "<figure><figcaption></figcaption><div></div></figure>");
    const figure = this.row.lastElementChild;
    figure.firstChild.textContent = title;
    const grid = new Grid(figure.lastChild, title.split(":")[0]);
    if (after) this.row.insertAdjacentHTML("beforeend", `<span class="sign" aria-hidden="true">${after}</span>`);
    const said = (text) => (this.said.textContent = text);
    if (paint) this.strokes.paints[name] = new Paint(grid, paint, this.strokes, { looked: () => {}, said });
    return grid;
  }

  end() {
    for (const grid of this.grids ?? []) grid.end();
  }
}

export default component(Paintable);
