// A whole small network as one picture: a stroke on its first grid runs through every layer, and wires say what is
// made of what. The arithmetic is in forward.js, the layer that somebody opens in opened.js.

import { Grid } from "./cells.js";
import palette from "./colours.js";
import { component, Report } from "./component.js";
import { changed, hear, percentages } from "./forward.js";
import { Maps, Scores, Shares } from "./layers.js";
import { Opened } from "./opened.js";
import { Paint, Strokes } from "./paint.js";
import { Wires } from "./wires.js";

const HTML = `
<div class="whole">
  <figure class="in"><figcaption></figcaption><div></div><p class="answer"></p></figure>
</div>
<p class="sum"></p>
<p class="legend"><i class="diverging"></i> below 0, 0, above 0 <i class="magma"></i> 0 to the largest</p>
<div class="opened" hidden></div><p class="said" role="status"></p>`;
const REST = 300; // ms from the last press until Python hears what is open

/** The picture to paint on: whatever changes a cell of it is heard of, once a frame. */
class Painted extends Grid {
  draw(i) {
    super.draw(i);
    this.heard?.();
  }
}

class WholeNetwork {
  static from = ({ name, key }) => [name, key];

  constructor(root, { name, key, kind }) {
    root.innerHTML = HTML;
    root.classList.add("network");
    for (const name of ["diverging", "magma"])
      root.style.setProperty(`--${name}`, palette.scales[name].map((rgb) => `rgb(${rgb})`).join());
    [this.root, this.whole, this.key, this.reported] = [root, root.firstElementChild, key, new Report()];
    [this.title, this.hint, this.said] = ["figcaption", ".sum", ".said"].map((css) => root.querySelector(css));
    this.answer = root.querySelector(".answer");
    this.title.textContent = "Picture: paint";
    this.picture = new Painted(this.title.nextElementSibling, "Picture");
    this.picture.heard = () => {
      this.waits ??= requestAnimationFrame(() => this.run());
    };
    this.strokes = new Strokes();
    const said = (text) => {
      this.said.textContent = text;
    };
    const looked = (i) => this.look(i < 0 ? null : { layer: 0, map: 0, i });
    this.strokes.paints[key] = new Paint(this.picture, kind, this.strokes, { looked, said });
    this.wires = new Wires(this.whole);
    this.opened = new Opened(root.querySelector(".opened"), {
      look: (at) => this.look(at),
      opened: (at) => this.tell(at),
    });
    this.listen();
    this.hears = hear(name, (network, told) => this.meet(network, told));
    this.size = new ResizeObserver(() => this.wires.draw());
    this.size.observe(this.whole);
  }

  /** The picture, what is done to it before it goes in, its label, and the layer that is open; see `whole_network`. */
  update(data, send) {
    this.data = data;
    this.send = send;
    this.strokes.update(data.n, { [this.key]: data.picture }, (report) => send("strokes", report));
    if (this.reported.isNews(data.n_open) && !this.resting) this.wanted = data.open;
    this.refresh();
  }

  /** Picture and network come one after the other: what both are needed for. */
  refresh() {
    this.run();
    if (this.wanted === undefined || !this.data || !this.fits()) return;
    const [name, map, i] = this.wanted ?? [];
    const layer = this.network.layers.find((one) => one.name === name);
    this.opened.open(layer ? { layer: layer.n, map, i } : null, this.network, this.told);
    this.wanted = undefined;
  }

  /** Another network, or the same one an epoch later. */
  meet(network, told) {
    const layers = JSON.stringify([told.layers, told.answers]);
    Object.assign(this, { network, told });
    this.wires.network = network;
    if (layers !== this.layers) this.build(layers);
    this.refresh();
  }

  /** A drawing for each layer, in order; dropout is the same as the layer before, and has none. */
  build(layers) {
    this.layers = layers;
    this.opened.open(null);
    for (const figure of this.whole.querySelectorAll("figure:not(.in)")) figure.remove();
    const { answers, words } = this.told;
    const [first, ...others] = this.network.layers;
    const convolution = others[0];
    const templates = { ...convolution, rows: 3, columns: 3, size: 9, kind: "Template", of: convolution.n };
    this.drawings = [];
    this.goesIn = new Maps({ ...first, kind: "Changed" }, words);
    this.goesIn.figure.hidden = true;
    this.templates = new Maps(templates, words);
    this.whole.append(this.goesIn.figure, this.templates.figure);
    for (const layer of others) {
      const Drawing = { Dense: Scores, Probabilities: Shares }[layer.kind] ?? Maps;
      if (layer.kind === "Dropout") continue;
      this.drawings[layer.n] = new Drawing(layer, words, answers);
      this.whole.append(this.drawings[layer.n].figure);
    }
    const maps = [this.templates, ...this.drawings].filter((one) => one instanceof Maps);
    for (const one of [this.goesIn, ...maps]) one.down(convolution.maps);
    const sizes = {
      down: convolution.maps,
      across: maps.reduce((sum, one) => sum + one.across, 0),
      layers: maps.length,
    };
    sizes.units = maps.reduce((sum, one) => sum + 1 / one.across, 0); // its width where each layer is one column
    sizes.letters = Math.max(...answers.map((name) => name.length));
    for (const [name, n] of Object.entries(sizes)) this.whole.style.setProperty(`--${name}`, n);
    this.whole.classList.toggle("long", answers[0].length > 2);
    this.wires.of((n) => this.drawing(n), this.templates);
  }

  drawing(n) {
    if (n) return this.drawings[n] ?? this.drawings[n - 1];
    return this.goesIn.figure.hidden ? this.picture : this.goesIn;
  }

  /** Is the network that is there the one for this picture? */
  fits = () => this.network?.layers[0].size === this.picture.values?.length;

  /** Let the picture run through all layers, and draw them. */
  run() {
    cancelAnimationFrame(this.waits);
    this.waits = null;
    if (!this.data || !this.fits()) return;
    const { data, network, told } = this;
    const painted = this.picture.values.map((x) => x / data.picture.high);
    this.whole.style.setProperty("--cells", data.picture.columns);
    network.run(changed(painted, data, data.picture.columns));
    const same = data.change === "none";
    if (this.goesIn.figure.hidden !== same) {
      this.goesIn.figure.hidden = same;
      this.wires.draw();
    }
    if (!same) this.goesIn.draw({ ...this.goesIn.layer, values: network.layers[0].values });
    this.templates.draw({ ...this.templates.layer, values: network.layers[1].weights });
    for (const [n, drawing] of this.drawings.entries()) drawing?.draw(network.layers[n]);
    this.answer.innerHTML = this.sentence(percentages(network.layers.at(-1).values), told);
    this.opened.draw(network, told);
    this.root.dispatchEvent(new CustomEvent("ran"));
  }

  sentence(percents, { answers, epoch, epochs }) {
    const shares = [...this.network.layers.at(-1).values];
    const best = shares.indexOf(Math.max(...shares));
    const own = String(this.picture.values) !== String(this.data.picture.values) || this.data.label === null;
    const label = own ? "Your picture." : `The label says ${this.data.label}.`;
    const learning = epoch < epochs ? ` It is still learning: epoch ${epoch} of ${epochs}.` : "";
    return `The network answers <b>${answers[best]}</b>, ${percents[best]}\u00a0% sure. ${label}${learning}`;
  }

  // ---- looks and presses ----

  /** Light what a number is made of, and say it; null is a look away. `at` is {layer, map, i}. */
  look(at) {
    if (!this.network || JSON.stringify(at) === JSON.stringify(this.looked)) return;
    this.looked = at;
    if (!at) return this.wires.dark();
    this.hint.textContent = this.wires.light(at, this.told.answers);
  }

  listen() {
    const at = (event) => this.drawings && this.found(event);
    this.whole.onpointermove = (event) => {
      if (!event.target.closest(".in")) this.look(at(event));
    };
    this.whole.onpointerleave = () => this.look(null);
    this.whole.onclick = (event) => {
      const found = at(event) ?? this.named(event);
      if (!found) return;
      this.look(found.i === undefined ? null : found);
      const cell = found.template ? { layer: found.layer, map: found.map, i: 0 } : found;
      this.opened.open(cell, this.network, this.told);
      this.tell(cell);
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.opened.row.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
    };
    this.hint.textContent = matchMedia("(hover: none)").matches
      ? "Press a number: wires show what it is made of, and its layer opens."
      : "Point at a number: wires show what it is made of. Press it: its layer opens.";
  }

  /** The number under a pointer: {layer, map, i}, or {layer, map, template} for a template; null elsewhere. */
  found(event) {
    for (const drawing of [this.templates, this.goesIn, ...this.drawings]) {
      const found = drawing?.under(event);
      if (found) return found;
    }
    return null;
  }

  /** The layer whose name was pressed. */
  named(event) {
    const n = event.target.closest("button[data-n]")?.dataset.n;
    return n === undefined ? null : { layer: Number(n) };
  }

  /** Python writes what is open into the link, once it rests. */
  tell(at) {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.resting = null;
      const { name, columns } = this.network.layers[at?.layer ?? 0];
      const cell = at?.i === undefined ? "" : ` ${at.map},${Math.floor(at.i / columns)},${at.i % columns}`;
      this.send("open", this.reported.told(at ? name + cell : ""));
    }, REST);
  }

  end() {
    cancelAnimationFrame(this.waits);
    clearTimeout(this.resting);
    this.hears();
    this.size.disconnect();
    this.picture.end();
    this.opened.end();
  }
}

export default component(WholeNetwork);
