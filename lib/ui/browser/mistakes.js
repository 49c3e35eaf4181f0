// What was taken for what, as a table of counts whose cells open their pictures; at first, all that went wrong.

import { colours, Grid } from "./cells.js";
import palette from "./colours.js";
import { component } from "./component.js";

const HTML = `<p class="said" role="status"></p>
<figure class="counts"><figcaption>Down: what it is. Across: what was answered. Press a number.</figcaption>
<div class="table"><span></span><div class="top"></div><div class="left"></div><div tabindex="0" role="application"></div></div>
<p class="names"></p></figure>
<figure class="shown"><figcaption></figcaption><div class="pictures"></div><button type="button" hidden>Show all it gets wrong</button></figure>`;
const FIRST = 12; // pictures shown before somebody asks for more

class Mistakes {
  static from = ({ name, shape }) => [name, shape];

  constructor(root, { shape }) {
    root.innerHTML = HTML;
    root.classList.add("mistakes");
    this.shape = shape;
    [this.said, this.names] = root.querySelectorAll("p");
    this.words = root.querySelectorAll("figcaption")[1];
    this.axes = root.querySelectorAll(".top, .left");
    this.pictures = root.querySelector(".pictures");
    this.more = root.querySelector("button");
    this.grid = new Grid(root.querySelector("[role=application]"), "Answers");
    this.at = 0;
    this.grid.element.onclick = (event) => this.grid.under(event) >= 0 && this.press(this.grid.under(event));
    this.grid.element.onkeydown = (event) => {
      const to = this.grid.walk(event, this.at);
      if (to !== null) this.press(to);
    };
    this.more.onclick = () => this.all(Infinity);
  }

  /** `counts` is the grid of counts, `answers` its names, `cells` has the pictures of each of its cells as letters. */
  update(data) {
    const text = JSON.stringify(data);
    if (text === this.text) return;
    Object.assign(this, { text, ...data });
    this.grid.show(data.counts);
    const long = data.answers[0].length > 2; // then the table has numbers instead
    this.names.textContent = long ? data.answers.map((name, n) => `${n}: ${name}`).join(", ") : "";
    const short = data.answers.map((name, n) => `<span>${long ? n : name}</span>`).join("");
    for (const axis of this.axes) axis.innerHTML = short;
    this.grid.element.ariaLabel = "Counts of answers, a row for each label: arrow keys move and open the pictures";
    this.all(FIRST);
  }

  press(i) {
    this.at = i;
    this.grid.dark();
    this.grid.light([i]);
    const [label, answer] = this.pair(i);
    const [pictures, n] = [this.cells[i] ?? [], this.counts.values[i]];
    const which = `${this.answers[label]}, answered ${this.answers[answer]}`;
    this.words.textContent = `${which}: ${pictures.length < n ? `${pictures.length} of ${n}` : n}`;
    this.said.textContent = this.words.textContent;
    this.show(pictures.map((picture) => [picture, ""]));
    this.more.hidden = false;
    this.more.textContent = "Show what it gets wrong";
  }

  /** Label and answer of a cell of the table. */
  pair = (i) => [Math.floor(i / this.answers.length), i % this.answers.length];

  /** All that went wrong, each with what was answered. */
  all(most) {
    const wrong = Object.entries(this.cells)
      .map(([i, pictures]) => [...this.pair(i), pictures])
      .filter(([label, answer]) => label !== answer)
      .flatMap(([label, answer, pictures]) =>
        pictures.map((picture) => [picture, `${this.answers[label]}, not ${this.answers[answer]}`]),
      );
    const shown = wrong.slice(0, most);
    this.grid.dark();
    this.words.textContent = this.wrong
      ? `It gets ${shown.length < this.wrong ? `${this.wrong} wrong; here are ${shown.length}` : `these ${this.wrong} wrong`}`
      : "It gets none of them wrong";
    this.show(shown);
    this.more.hidden = shown.length === wrong.length;
    this.more.textContent = `Show ${wrong.length}`;
  }

  show(pictures) {
    this.pictures.replaceChildren(...pictures.map(([picture, words]) => this.tile(picture, words)));
  }

  tile(picture, words) {
    const place = document.createElement("div");
    place.innerHTML = `<canvas role="img"></canvas><span></span>`;
    const [canvas, under] = place.children;
    [canvas.height, canvas.width] = this.shape;
    canvas.ariaLabel = words || this.words.textContent;
    under.textContent = words;
    const pen = canvas.getContext("2d");
    for (const [i, letter] of [...picture].entries()) {
      [pen.fillStyle] = colours(palette.scales.magma, Number.parseInt(letter, 36) / this.high);
      pen.fillRect(i % canvas.width, Math.floor(i / canvas.width), 1, 1);
    }
    return place;
  }

  end() {
    this.grid.end();
  }
}

export default component(Mistakes);
