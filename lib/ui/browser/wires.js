// The wires of a network: faint from layer to layer, and lit from a number to those it is made of.

import { number } from "./cells.js";
import { around } from "./layers.js";

const SVG = `<svg class="wires" aria-hidden="true"><path></path></svg>`;
const middle = ({ y, height }) => y + height / 2;

export class Wires {
  /** Draws into `whole`, behind and before the layers in it. */
  constructor(whole) {
    this.whole = whole;
    whole.insertAdjacentHTML("afterbegin", SVG);
    whole.insertAdjacentHTML("beforeend", SVG.replace("wires", "wires lit"));
    [this.behind, this.before] = whole.querySelectorAll("svg.wires");
  }

  /** `drawing(n)` is where layer `n` is drawn: something with a `box(map, cells)`, or the grid to paint on. */
  of(drawing, templates) {
    Object.assign(this, { drawing, templates });
    this.whole.append(this.before); // over the layers
    this.draw();
  }

  // ---- places ----

  /** A box on the screen as the drawing counts. */
  here({ x, y, width, height }) {
    const corner = this.whole.getBoundingClientRect();
    return { x: x - corner.x, y: y - corner.y, width, height };
  }

  box(n, map = 0, cells = null) {
    const drawing = this.drawing(n);
    if (drawing.box) return this.here(drawing.box(map, cells));
    const elements = cells ? cells.map((i) => drawing.cells[i]) : [drawing.element];
    return this.here(around(elements.map((element) => element.getBoundingClientRect())));
  }

  template = (n) => this.here(this.templates.box(n));

  /** From one box to another: from side to side, or from below to above where they stand below each other. */
  wire(from, to) {
    if (to.x >= from.x + from.width) return `M${from.x + from.width} ${middle(from)}L${to.x} ${middle(to)}`;
    const [a, b] = [from.x + from.width / 2, to.x + to.width / 2];
    return to.y > from.y ? `M${a} ${from.y + from.height}L${b} ${to.y}` : `M${a} ${from.y}L${b} ${to.y + to.height}`;
  }

  // ---- faint ----

  /** All wires, where the layers stand side by side. */
  draw() {
    if (!this.drawing) return;
    this.dark();
    const { layers } = this.network;
    const drawn = layers.filter(({ n, kind }) => n && kind !== "Dropout");
    const first = this.template(0);
    const picture = this.box(0);
    const sideBySide = first.x > picture.x + picture.width && this.box(drawn.at(-1).n, 0).x > first.x;
    this.behind.firstElementChild.setAttribute("d", sideBySide ? this.all(picture, drawn) : "");
  }

  all(picture, drawn) {
    const paths = [];
    for (const [k, layer] of drawn.entries()) {
      const boxes = Array.from({ length: layer.maps }, (_, map) => this.box(layer.n, map));
      if (!k) {
        for (const [map, box] of boxes.entries()) {
          const template = this.template(map);
          paths.push(this.wire(picture, template), this.wire(template, box));
        }
        continue;
      }
      const each = layer.kind === "Convolution" || layer.kind === "Dense"; // made of all before, the others of one
      const before = Array.from({ length: drawn[k - 1].maps }, (_, map) => this.box(drawn[k - 1].n, map));
      for (const [map, box] of boxes.entries())
        for (const [from, one] of before.entries()) if (each || from === map) paths.push(this.wire(one, box));
    }
    return paths.join("");
  }

  // ---- lit ----

  dark() {
    this.before.replaceChildren();
  }

  /** Light frames and wires of what is looked at; returns a sentence about it. */
  light(at, answers) {
    const { frames, wires } = at.template ? this.ofTemplate(at) : at.layer ? this.ofNumber(at) : this.ofPixel(at);
    const frame = ({ x, y, width, height }) => `M${x - 1} ${y - 1}h${width + 2}v${height + 2}h${-width - 2}z`;
    const all = [...frames.map(frame), ...wires].join("");
    this.before.innerHTML = `<path class="under" d="${all}"/><path d="${all}"/>`;
    return this.sentence(at, answers);
  }

  ofTemplate({ layer, map }) {
    const [template, scores] = [this.template(map), this.box(layer, map)];
    return { frames: [template, scores], wires: [this.wire(template, scores)] };
  }

  ofNumber({ layer: n, map, i }) {
    const layer = this.network.layers[n];
    const to = this.box(n, map, [i]);
    const froms = this.network.sources(layer, map, i).map((one) => this.box(one.layer, one.map, one.cells));
    if (n > 1) return { frames: [to, ...froms], wires: froms.map((from) => this.wire(from, to)) };
    const template = this.template(map);
    return { frames: [to, template, ...froms], wires: [this.wire(froms[0], template), this.wire(template, to)] };
  }

  /** A pixel takes part in a few scores of each map. */
  ofPixel({ i }) {
    const layer = this.network.layers[1];
    const cells = this.scoresOf(i);
    const pixel = this.box(0, 0, [i]);
    const boxes = Array.from({ length: layer.maps }, (_, map) => this.box(1, map, cells));
    return { frames: [pixel, ...boxes], wires: [] };
  }

  scoresOf(pixel) {
    const { windows } = this.network.layers[1];
    return [...windows.keys()].filter((at) => windows[at].some(([, cell]) => cell === pixel));
  }

  sentence({ layer: n, map, i, template }, answers) {
    if (template) return `Template ${map} slides over the picture: its scores are map ${map}.`;
    const layer = this.network.layers[n];
    if (!n) return `This pixel takes part in ${this.scoresOf(i).length} scores of each score map.`;
    const [before, value] = [this.network.layers[n - 1], layer.values[map * layer.size + i]];
    const was = number(before.values[map * layer.size + i] ?? 0);
    const place = `${Math.floor(i / layer.columns)}, column ${i % layer.columns}`;
    const where = `${layer.name}, map ${map}, row ${place}: `;
    return {
      Convolution: () =>
        before.maps > 1
          ? `${where}windows of ${before.maps} maps × ${before.maps} templates, added up: ${number(value)}.`
          : `${where}the window × template ${map}, added up: ${number(value)}.`,
      Activation: () => (value > 0 ? `${where}${was} stays.` : `${where}${was} becomes 0.`),
      Pooling: () => `${where}the largest of ${layer.blocks[i].length} numbers: ${number(value)}.`,
      Dropout: () => `${where}as before: ${number(value)}.`,
      Dense: () => `Score of ${answers[map]}: ${before.values.length} numbers × weights, added up: ${number(value)}.`,
      Probabilities: () => `${answers[map]}: its score ${was}, compared with all scores.`,
    }[layer.kind]();
  }
}
