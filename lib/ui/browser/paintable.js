// Grids in one row, some of them to paint on: picture × template = products.

import { Grid, component } from "./cells.js";
import { Paint } from "./paint.js";

class Paintable {
  constructor(root) {
    root.innerHTML = `<div class="row"></div><p class="said" role="status"></p>`;
    [this.root, this.row, this.said] = [root, ...root.children];
  }

  /** `panels` is a list of {name, title, paint, n, after, grid}: what `touch` says in lib/ui/grids.py. */
  update({ panels, width }, send) {
    this.panels ??= panels.map((panel) => this.add(panel));
    this.row.style.setProperty("--width", width);
    panels.forEach((panel, i) => {
      const { grid, paint } = this.panels[i];
      if (paint) paint.update(panel.grid, panel.n, (report) => send(panel.name, report));
      else grid.show(panel.grid);
    });
  }

  add({ name, title, paint, after }) {
    this.row.insertAdjacentHTML("beforeend", "<figure><figcaption></figcaption><div></div></figure>");
    const figure = this.row.lastElementChild;
    figure.firstChild.textContent = title;
    const grid = new Grid(figure.lastChild, title);
    if (after) this.row.insertAdjacentHTML("beforeend", `<span class="sign" aria-hidden="true">${after}</span>`);
    if (!paint) return { grid };
    const looked = () => grid.dark();
    return { grid, paint: new Paint(grid, paint, { looked, said: (text) => (this.said.textContent = text) }) };
  }

  end() {
    for (const { grid } of this.panels ?? []) grid.end();
  }
}

export default component(Paintable);
