// The training as a film: the template at each of its moments, the example it sees next, and the error over all pictures.

import { Grid, number } from "./cells.js";
import palette from "./colours.js";
import { component } from "./component.js";
import { Transport } from "./transport.js";

const figure = (name, title) => `<figure class="${name}"><figcaption>${title}</figcaption><div></div></figure>`;
const HTML = `
<div class="film">
  ${figure("grown", "Template")}
  <div class="seen">${figure("next", "Example")}${figure("slope", "Gradient")}</div>
  <div></div>
  <svg class="curve" role="img"></svg>
  <p class="sum"></p>
</div>
<p class="said" role="status"></p>`;
const SHADES = { template: [-1, "diverging"], example: [0, "magma"], gradient: [-1, "diverging"] };
const DASHES = `stroke-width="2" stroke-dasharray="5 4"`;
const [RIGHT, TOP, BOTTOM, DIGIT] = [12, 30, 24, 7.5]; // px around the curve, and a character's width

/** A weight as it stands in its cell, so that what is said of it can be checked with a pencil. */
const seen = (x) => Number(x.toFixed(Math.abs(x) < 10 ? 2 : Math.abs(x) < 100 ? 1 : 0));
/** a + b − c */
const added = (numbers) =>
  numbers.map((x, i) => (i ? `${x < 0 ? " −" : " +"}\u00a0${number(Math.abs(x), 2)}` : number(x, 2))).join("");
const keep = (text) => text.replaceAll(" ", "\u00a0"); // no line ends in it

class Replay {
  static from = ({ name }) => name;

  constructor(root, { name }) {
    root.innerHTML = HTML;
    root.classList.add("replay");
    this.grids = [...root.querySelectorAll("figcaption + div")].map(
      (element) => new Grid(element, element.previousSibling.textContent),
    );
    for (const { element } of this.grids) element.setAttribute("role", "img");
    this.title = root.querySelector(".next figcaption");
    [this.sum, this.said] = root.querySelectorAll(".sum, .said");
    this.svg = root.querySelector("svg.curve");
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.svg);
    this.printed = () => this.svg.setAttribute("viewBox", `0 0 ${this.svg.clientWidth} ${this.svg.clientHeight}`);
    this.shown = () => this.svg.removeAttribute("viewBox");
    addEventListener("beforeprint", this.printed); // nobody draws anew for the paper: what there is has to fit it
    addEventListener("afterprint", this.shown);
    const show = (at) => this.show(at);
    const played = () => {
      this.quiet = true;
    };
    const stopped = () => this.say(this.transport.at < this.transport.last ? "Paused. " : "The end. ");
    const controls = root.querySelector(".film > div:not([class])");
    this.transport = new Transport(controls, { name, what: "step", show, played, stopped });
  }

  update({ name, ...data }) {
    const text = JSON.stringify(data);
    if (text === this.text) return;
    const film = JSON.parse(data.film);
    Object.assign(this, { text, film, data, steps: film.step });
    for (const [i, [low, scale]] of Object.values(SHADES).entries()) {
      const values = Array(data.rows * data.columns).fill(0);
      this.grids[i].show({ rows: data.rows, columns: data.columns, low, high: 1, scale, values });
    }
    this.transport.update(this.steps.length - 1, {
      index: (step) => this.steps.findLastIndex((there) => there <= step),
      position: (at) => this.steps[at],
      words: (at) => `step ${this.steps[at]}`,
    });
    this.draw();
  }

  show(at) {
    const moment = this.moment(at);
    for (const [i, values] of [moment.template, moment.example, moment.gradient].entries()) {
      this.grids[i].change(values);
    }
    this.title.textContent = `Example: ${moment.label ? "yes" : "no"}`;
    this.sum.innerHTML = this.sentence(moment);
    this.point(at);
    if (!this.quiet) this.say();
  }

  /** All that is shown follows from the template and the example as they stand in their cells. */
  moment(at) {
    const { film, data } = this;
    const [template, example] = [film.template[at].map(seen), [...film.example[at]].map(Number)];
    const [label, bias] = [film.label[at], film.bias && seen(film.bias[at])];
    const lit = template.filter((_, i) => example[i]);
    const sum = seen(lit.reduce((total, weight) => total + weight, 0));
    const output = seen(sum / data.best + (bias ?? 0));
    const error = seen(output - label);
    const slope = seen((2 * error) / data.best);
    const gradient = example.map((pixel) => pixel * slope);
    return { step: this.steps[at], template, example, gradient, label, bias, lit, sum, output, error, slope };
  }

  sentence({ step, label, bias, lit, sum, output, error, slope }) {
    const best = this.data.best === 1 ? "" : ` ÷ ${number(this.data.best)}`;
    const total = lit.length > 1 ? `${added(lit)} =\u00a0${number(sum, 2)}` : number(sum, 2);
    const divided = best || bias !== null ? `,${best}${this.offset(bias)} = ${number(output, 2)}` : "";
    const wanted = `${label ? "yes" : "no"}, ${label}`;
    return `<b>${keep(`Step ${step}:`)}</b> the weights on yellow pixels give ${total}${keep(divided)}.
      The label is ${keep(wanted)}, so the error is ${keep(`${number(output, 2)} − ${label} = ${number(error, 2)}`)}.
      ${keep(`Gradient on yellow: 2 × ${number(error, 2)}${best} = ${number(slope, 2)}.`)}`;
  }

  offset = (bias) => (bias === null ? "" : ` ${bias < 0 ? "−" : "+"} bias ${number(Math.abs(bias), 2)}`);

  /** What people hear: nothing while it plays. */
  say(first = "") {
    this.quiet = false;
    this.said.textContent = `${first}${this.sum.textContent} ${this.heading(this.transport.at)}.`;
    for (const grid of this.grids) {
      const rows = Array.from({ length: grid.rows }, (_, row) =>
        grid.values.slice(row * grid.columns, (row + 1) * grid.columns).map((x) => number(x, 2)),
      );
      const title = grid === this.grids[1] ? this.title.textContent : grid.name;
      grid.element.setAttribute("aria-label", `${title}, row by row: ${rows.map((row) => row.join(", ")).join("; ")}`);
    }
  }

  // ---- the curve: Python says where everything is, from 0 to 1 ----

  x = (share) => this.left + share * (this.svg.clientWidth - this.left - RIGHT);
  y = (share) => TOP + (1 - share) * (this.svg.clientHeight - TOP - BOTTOM);

  draw() {
    if (!this.film || !this.svg.clientWidth) return;
    const { x, y, film } = this;
    const last = film.mean.length - 1;
    this.left = Math.max(38, 10 + DIGIT * Math.max(...film.y_ticks.map(([words]) => words.length)));
    const every = Math.ceil((20 * (film.y_ticks.length - 1)) / (y(0) - y(1))); // ticks that do not touch
    const up = film.y_ticks.filter((_, i) => i % every === 0);
    const level = (at, colour, style = "") =>
      `<line x1="${x(0)}" x2="${x(1)}" y1="${y(at)}" y2="${y(at)}" stroke="${colour}" ${style}/>`;
    const words = (text, left, top, anchor) => `<text x="${left}" y="${top}" text-anchor="${anchor}">${text}</text>`;
    const path = film.x.map((at, i) => `${x(at)},${y(film.y[i])}`).join(" ");
    const lines = film.lines.slice(0, this.data.lines);
    const { single } = palette;
    this.svg.innerHTML = [
      words("", 0, 12, "start"),
      ...up.map(([text, at]) => level(at, single.faint) + words(text, this.left - 6, y(at) + 4, "end")),
      words("step", 0, y(0) + 18, "start"),
      ...film.x_ticks.map(([text, at]) => words(text, x(at), y(0) + 18, at > 0.99 ? "end" : "middle")),
      ...lines.map(([, at, colour]) => level(at, colour, DASHES)),
      ...lines.map(([text, , colour], i) => this.legend(text, colour, i)),
      `<polyline points="${path}" fill="none" stroke="${single.curve}" stroke-width="2.5"/>`,
      words(number(film.mean[0]), x(0) + 6, y(film.y[0]) - 8, "start"),
      words(number(film.mean[last]), x(1), y(film.y[last]) - 12, "end"),
      `<circle r="7" fill="${single.window}" stroke="${single.edge}" stroke-width="1.5"/>`,
    ].join("");
    this.svg.setAttribute(
      "aria-label",
      `The mean squared error over all pictures: ${number(film.mean[0])} at step 0,
      ${number(film.mean[last])} after step ${this.steps[last]}. ${lines.map(([text]) => text).join(", ")}.`,
    );
    this.point(this.transport.at);
  }

  /** What a dashed line is, in the corner that the curve leaves free. */
  legend(text, colour, i) {
    const grows = this.film.y.at(-1) > this.film.y[0];
    const top = (grows ? TOP + 4 : 12) + 16 * (i + (grows || this.svg.clientWidth < 420));
    const left = grows ? this.x(0) + 6 : this.x(1) - 20;
    return `<line x1="${left}" x2="${left + 20}" y1="${top - 4}" y2="${top - 4}" stroke="${colour}" ${DASHES}/>
      <text x="${left + (grows ? 26 : -6)}" y="${top}" text-anchor="${grows ? "start" : "end"}">${text}</text>`;
  }

  heading = (at) => `Error over all pictures: ${number(this.film.mean[at])}`;

  /** The dot on the curve, and its height in words. */
  point(at) {
    if (!this.left) return;
    this.svg.firstChild.textContent = this.heading(at);
    this.svg.lastChild?.setAttribute("cx", this.x(this.film.x[at]));
    this.svg.lastChild?.setAttribute("cy", this.y(this.film.y[at]));
  }

  end() {
    this.transport.end();
    removeEventListener("beforeprint", this.printed);
    removeEventListener("afterprint", this.shown);
    this.sizes.disconnect();
    for (const grid of this.grids) grid.end();
  }
}

export default component(Replay);
