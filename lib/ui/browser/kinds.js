// One picture as grayscale, binary and colour, each to paint on: what is painted on one shows in the others at once.

import { component, Report } from "./component.js";
import { Paint, Strokes } from "./paint.js";
import { css, FineView, isOne, Picture, View } from "./views.js";

const FINE = 32; // a side longer than this is no grid of cells, and nobody paints on it
const [BLACK, WHITE] = [0, 0xffffff];
const gray = (level) => 0x010101 * level;
const GRAYS = [0, 64, 128, 192, 255].map((level) => [String(level), gray(level)]);
const COLOURS = Object.entries({
  black: BLACK,
  red: 0xff0000,
  yellow: 0xffff00,
  green: 0x00ff00,
  cyan: 0x00ffff,
  blue: 0x0000ff,
  magenta: 0xff00ff,
  white: WHITE,
});
const HINT = "The pixel you point at is written here in all three kinds.";
const HTML = `<div class="tabs"></div><div class="kinds"><figure></figure><figure></figure><figure></figure></div><p class="sum"></p>
<details><summary>Red, green and blue, a grid each</summary>
<div class="kinds"><figure></figure><figure></figure><figure></figure></div></details><p class="said" role="status"></p>`;

/** Paints on one view of a picture; what there is to undo is the picture's. */
class Brush extends Paint {
  static all = (strokes) => Object.values(strokes.paints);

  get undoable() {
    return this.grid.picture.undoable;
  }

  set undoable(undoable) {
    this.grid.picture.undoable = undoable;
  }

  remember(undoable) {
    super.remember(undoable);
    for (const brush of Brush.all(this.strokes)) brush.undoButton.ariaDisabled = String(!undoable.length);
  }
}

class Kinds {
  static from = ({ rows, columns, paint }) => [Math.max(rows, columns) > FINE, paint];

  constructor(root, data) {
    const [fine, paint] = Kinds.from(data);
    Object.assign(this, { root, fine, paint: paint && !fine, picture: new Picture(), strokes: new Strokes() });
    this.report = new Report(); // of the threshold
    this.looked = -1;
    root.innerHTML = HTML;
    [this.words, this.apart, this.said] = root.querySelectorAll(".sum, details, .said");
    const [grayscale, binary, colour, ...channels] = root.querySelectorAll("figure");
    this.add(
      grayscale,
      "gray",
      this.brush(GRAYS, WHITE, () => gray(Math.floor(256 * Math.random()))),
    );
    this.add(binary, "binary", this.switch());
    this.add(
      colour,
      "colour",
      this.brush(COLOURS, 0xff0000, () => COLOURS[Math.floor(8 * Math.random())][1]),
    );
    this.addThreshold(binary);
    this.addTabs([grayscale, binary, colour]);
    this.apart.ontoggle = () => {
      for (const name of ["red", "green", "blue"]) if (channels.length) this.add(channels.shift(), name);
      this.picture.show({ ...this.shown, values: this.picture.values });
    };
  }

  update(data, send) {
    this.send = send;
    if (this.report.isNews(data.n_threshold)) this.picture.threshold = data.threshold;
    this.shown = { rows: data.rows, columns: data.columns, values: unpacked(data.pixels) };
    if (!this.paint) this.picture.show(this.shown);
    const all = { gray: this.shown, binary: this.shown, colour: this.shown };
    this.strokes.update(data.n, all, (report) => send("strokes", report));
    this.showThreshold();
    this.look(this.looked < this.picture.values.length ? this.looked : -1);
  }

  /** Show the picture in one kind; a `brush` makes it paintable. */
  add(figure, name, brush) {
    const view = new (this.fine ? FineView : View)(figure, this.picture, name);
    const looked = (i) => this.look(i);
    figure.firstChild.append(this.larger(figure, view.name));
    if (brush && this.paint) {
      const said = (text) => {
        this.said.textContent = text;
      };
      this.strokes.paints[name] = new Brush(view, brush, this.strokes, { looked, said });
      if (brush.buttons) view.element.after(brush.buttons);
    } else {
      view.element.onpointermove = (event) => looked(view.under(event));
      view.element.onpointerleave = () => looked(-1);
    }
  }

  /** A brush that switches a pixel to 0 or 1. */
  switch() {
    const next = (pixel) => (isOne(pixel, this.picture.threshold) ? BLACK : WHITE);
    const random = () => (Math.random() < 0.5 ? BLACK : WHITE);
    return { next, random, invert: (pixel) => WHITE - pixel, hint: "space switches a pixel on or off" };
  }

  /** A brush that paints what is chosen of a row of buttons, [[name, pixel], ...]; the same again erases. */
  brush(choices, first, random) {
    const buttons = document.createElement("div");
    buttons.className = "choices";
    let chosen = first;
    for (const [name, pixel] of choices) {
      const button = document.createElement("button");
      const choose = () => {
        chosen = pixel;
        for (const one of buttons.children) one.ariaPressed = String(one === button);
      };
      Object.assign(button, { type: "button", title: `Paint ${name}`, onclick: choose, ariaPressed: pixel === first });
      button.setAttribute("aria-label", `Paint ${name}`);
      button.style.background = css(pixel);
      buttons.append(button);
    }
    const next = (pixel) => (pixel === chosen ? BLACK : chosen);
    return { next, random, buttons, invert: (pixel) => WHITE - pixel, hint: "space paints a pixel" };
  }

  /** Where there is room for one kind only, these choose which. */
  addTabs(figures) {
    const tabs = this.root.firstChild;
    const choose = (chosen) => {
      for (const [i, figure] of figures.entries()) {
        figure.classList.toggle("aside", figure !== chosen);
        tabs.children[i].ariaPressed = String(figure === chosen);
      }
    };
    for (const figure of figures) {
      const tab = document.createElement("button");
      const words = figure.firstChild.firstChild.textContent.trim();
      Object.assign(tab, { type: "button", textContent: words, onclick: () => choose(figure) });
      tabs.append(tab);
    }
    choose(figures[0]);
  }

  larger(figure, name) {
    const button = document.createElement("button");
    const grow = () => {
      button.ariaPressed = String(figure.classList.toggle("large"));
    };
    Object.assign(button, {
      type: "button",
      className: "larger",
      textContent: "⤢",
      onclick: grow,
      ariaPressed: "false",
    });
    Object.assign(button, { title: `${name}: larger`, ariaLabel: `${name}: larger` });
    return button;
  }

  addThreshold(figure) {
    const label = document.createElement("label");
    label.innerHTML = `Threshold <input type="range" min="1" max="255"><output></output>`;
    figure.querySelector(".grid").after(label);
    [this.slider, this.number] = label.children;
    this.slider.oninput = () => {
      this.picture.threshold = Number(this.slider.value);
      this.picture.draw();
      this.showThreshold();
    };
    this.slider.onchange = () => this.send("threshold", this.report.told(this.picture.threshold));
  }

  showThreshold() {
    this.slider.value = this.number.textContent = this.picture.threshold;
  }

  /** A pointer or the keyboard is on that pixel, or (-1) no longer on any. */
  look(i) {
    this.looked = i;
    for (const view of this.picture.views) {
      view.dark();
      if (i >= 0) view.light([i]);
    }
    this.words.textContent = i < 0 ? (this.paint ? `Click or drag to paint. ${HINT}` : HINT) : this.picture.words(i);
  }

  end() {
    for (const view of this.picture.views) view.end();
  }
}

/** Pixels from red, green and blue as bytes in base64. */
function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return Array.from(
    { length: bytes.length / 3 },
    (_, i) => (bytes[3 * i] << 16) | (bytes[3 * i + 1] << 8) | bytes[3 * i + 2],
  );
}

export default component(Kinds);
