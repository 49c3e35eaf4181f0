// The training as a film: template, example and gradient at each of its moments, and the error over all pictures.

import { Grid, number } from "./cells.js";
import palette from "./colours.js";
import { component } from "./component.js";
import { Transport } from "./transport.js";

const HTML = `
<div class="row">
  <figure><figcaption>Template</figcaption><div></div></figure>
  <figure><figcaption>Example</figcaption><div></div></figure>
  <figure><figcaption>Gradient</figcaption><div></div></figure>
</div>
<div></div><p class="sum"></p>
<svg class="curve" role="img" aria-label="The mean squared error over all pictures, step by step"></svg>
<p class="said" role="status"></p>`;
const [LEFT, RIGHT, TOP, BOTTOM] = [52, 22, 14, 34]; // px around the curve

class Replay {
  static from = ({ name }) => name;

  constructor(root, { name }) {
    root.innerHTML = HTML;
    root.classList.add("replay");
    [this.template, this.example, this.gradient] = [...root.querySelectorAll("figcaption + div")].map(
      (element) => new Grid(element, element.previousSibling.textContent),
    );
    [, this.title] = root.querySelectorAll("figcaption");
    [this.sum, this.said] = root.querySelectorAll(".sum, .said");
    this.svg = root.querySelector("svg");
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.svg);
    this.transport = new Transport(root.children[1], { name, what: "step", show: (at) => this.show(at) });
  }

  update(data) {
    const text = JSON.stringify(data);
    if (text === this.text) return;
    const names = Object.keys(data.moments); // sent as one list a name, which is shorter
    const steps = data.moments.step;
    const moments = steps.map((_, at) => Object.fromEntries(names.map((name) => [name, data.moments[name][at]])));
    Object.assign(this, { text, data, moments });
    for (const name of ["template", "example", "gradient"]) {
      this[name].show({ ...data, ...data.shades[name], values: moments[0][name] ?? this.nothing() });
    }
    this.transport.update(steps.length - 1, {
      index: (step) => steps.findLastIndex((there) => there <= step),
      position: (at) => steps[at],
      words: (at) => `step ${steps[at]}`,
    });
    this.draw();
  }

  nothing = () => Array(this.data.rows * this.data.columns).fill(null);

  show(at) {
    const moment = this.moments[at];
    this.template.change(moment.template);
    this.example.change(moment.example ?? this.nothing());
    this.gradient.change(moment.gradient ?? this.nothing());
    this.title.textContent = moment.example ? `Example: ${moment.label ? "yes" : "no"}` : "Example";
    this.sum.textContent = this.sentence(moment);
    this.point(moment);
    if (!this.transport.timer) this.said.textContent = this.sum.textContent;
  }

  sentence({ step, label, output, mean, bias }) {
    const error = output - label;
    const all = `Mean squared error over all pictures: ${number(mean)}.`;
    const with_bias = bias === null ? "" : ` The bias is ${number(bias)}.`;
    if (!step) return `Step 0: random numbers, no example yet.${with_bias} ${all}`;
    return `Step ${step}: the example's label is ${label ? "yes" : "no"}, so ${label} was right. The template before it gave
      ${number(output)}, an error of ${number(error)}, squared ${number(error * error)}.${with_bias} ${all}`;
  }

  // ---- the curve: Python says where everything is, from 0 to 1 ----

  x = (share) => LEFT + share * (this.svg.clientWidth - LEFT - RIGHT);
  y = (share) => TOP + (1 - share) * (this.svg.clientHeight - TOP - BOTTOM);

  draw() {
    if (!this.data || !this.svg.clientWidth) return;
    const { x, y } = this;
    const { x_ticks: across, y_ticks: up, lines } = this.data.curve;
    const line = (y1, colour, style) =>
      `<line x1="${x(0)}" x2="${x(1)}" y1="${y1}" y2="${y1}" stroke="${colour}" ${style}/>`;
    const words = (text, at, anchor) => `<text x="${at[0]}" y="${at[1]}" text-anchor="${anchor}">${text}</text>`;
    const path = this.moments.map((moment) => `${x(moment.x)},${y(moment.y)}`).join(" ");
    const { single } = palette;
    this.svg.innerHTML = [
      ...up.map(([, at]) => line(y(at), single.faint, "")),
      ...up.map(([text, at]) => words(text, [LEFT - 8, y(at) + 4], "end")),
      ...across.map(([text, at]) => words(text, [x(at), y(0) + 18], "middle")),
      words("step", [x(0.5), y(0) + 32], "middle"),
      `<polyline points="${path}" fill="none" stroke="${single.curve}" stroke-width="2"/>`,
      ...lines.map(([, at, colour]) => line(y(at), colour, `stroke-dasharray="5 4"`)),
      ...lines.map(([text, at], i) => words(text, [x(0) + 6, y(at) + (i ? 14 : -5)], "start")),
      `<circle r="7" fill="${single.window}" stroke="${single.edge}" stroke-width="1.5"/>`,
    ].join("");
    this.point(this.moments[this.transport.at]);
  }

  /** The dot on the curve. */
  point(moment) {
    this.svg.lastChild?.setAttribute("cx", this.x(moment.x));
    this.svg.lastChild?.setAttribute("cy", this.y(moment.y));
  }

  end() {
    this.transport.end();
    this.sizes.disconnect();
    for (const grid of [this.template, this.example, this.gradient]) grid.end();
  }
}

export default component(Replay);
