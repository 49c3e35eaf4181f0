// Grids in one row, some of them to paint on: picture × template = products, and their sum.

import { Grid } from "./cells.js";
import { component } from "./component.js";
import { Paint, Strokes } from "./paint.js";
import { Total } from "./total.js";

class Paintable {
  /** `panels` is a list of {title, key, paint, after, grid}: what `touch` says in lib/ui/grids.py. With a `total`, the
   * third is the first times the second. */
  static from = ({ panels, total }) => [
    Boolean(total),
    panels.map((one) => [one.title, one.key, one.paint, one.after]),
  ];

  constructor(root, { panels, total }) {
    this.strokes = new Strokes();
    root.innerHTML = `<div class="row"></div><div></div><p class="said" role="status"></p>`;
    this.row = root.firstChild;
    this.said = root.lastChild;
    this.grids = panels.map((panel) => this.add(panel));
    if (!total) return;
    this.total = new Total(root.children[1]);
    for (const grid of this.grids.slice(0, 2)) grid.drawn = () => this.add_up();
  }

  update({ panels, width, n, total }, send) {
    this.row.style.setProperty("--width", width);
    this.goal = null; // until all grids are as they should be
    const grids = Object.fromEntries(panels.map((panel) => [panel.key, panel.grid]));
    this.strokes.update(n, grids, (report) => send("strokes", report));
    for (const [i, panel] of panels.entries()) if (!panel.key) this.grids[i].show(panel.grid);
    this.goal = total;
    this.add_up();
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
    const looked = (i) => this.look(i);
    if (key) this.strokes.paints[key] = new Paint(grid, paint, this.strokes, { looked, said });
    else grid.element.onpointermove = (event) => looked(grid.under(event));
    grid.element.onpointerleave ??= () => looked(-1);
    return grid;
  }

  /** The products and their sum follow the pointer, before the server hears of the stroke. */
  add_up() {
    if (!this.goal) return;
    const [picture, template, products] = this.grids;
    products.change(this.total.show(picture.values, template.values, this.goal));
    if (this.looked >= 0) this.total.look(this.looked, picture.values[this.looked], template.values[this.looked]);
  }

  /** The pixel, the weight on top of it, and their product. */
  look(i) {
    if (!this.total || i === this.looked) return;
    this.looked = i;
    for (const grid of this.grids) {
      grid.dark();
      if (i >= 0) grid.light([i]);
    }
    this.total.look(i, this.grids[0].values[i], this.grids[1].values[i]);
  }

  end() {
    for (const grid of this.grids) grid.end();
  }
}

export default component(Paintable);
