// Products added up: a bar that fills towards the value that a match needs, and the sum in full.

import { clamp, number } from "./cells.js";
import { added, equation } from "./sliding.js";

const HTML = `<div class="track"><div class="fill"></div><div class="zero"></div><div class="goal"></div><output></output></div>
<div class="scale"><span class="zero">0</span><span class="goal"></span></div><p class="sum"></p>`;

export class Total {
  constructor(root) {
    this.root = root;
    root.className = "adds";
    root.innerHTML = HTML;
    this.words = root.querySelector(".sum");
  }

  /** `value` is what a match needs; null is the most that these weights can reach. A verdict that is `asked` for
   * elsewhere on the page is not given here: that of the picture that is yellow all over. */
  show(pixels, weights, { value, asked }) {
    const products = pixels.map((pixel, i) => pixel * weights[i]);
    const [total, best] = [added(products), added(weights.map((x) => Math.max(x, 0)))];
    const goal = value ?? (best > 0 ? best : 1);
    const [low, high] = [Math.min(0, goal, added(weights.map((x) => Math.min(x, 0)))), Math.max(1, goal, best)];
    const percent = (x) => (100 * (clamp(x, low, high) - low)) / (high - low);
    const [from, to] = [percent(Math.min(total, 0)), percent(Math.max(total, 0))];
    const hidden = asked && pixels.every((pixel) => pixel === 1);
    const matches = !hidden && total >= goal;
    const verdict = matches ? "a match" : "no match";
    this.root.classList.toggle("match", matches);
    this.root.querySelector(".fill").style.cssText = hidden ? "" : `left:${from}%;width:${to - from}%`;
    for (const mark of this.root.querySelectorAll(".zero")) mark.style.left = `${percent(0)}%`;
    for (const mark of this.root.querySelectorAll(".goal")) mark.style.left = `${percent(goal)}%`;
    this.root.querySelector(".scale .goal").textContent = `match from ${number(goal)}`;
    this.root.querySelector("output").textContent = hidden ? "What do you predict?" : `${number(total)}: ${verdict}`;
    this.sentence = hidden
      ? "All yellow: the question below asks for this sum."
      : `${equation(pixels, { values: weights }, total)}. A match needs at least ${number(goal)}: ${verdict}.`;
    this.words.textContent = this.sentence;
    return products;
  }

  /** One product of them, while somebody looks at it; none for -1. */
  look(i, pixel, weight) {
    this.words.textContent =
      i < 0 ? this.sentence : `Pixel ${number(pixel)} × weight ${number(weight)} = ${number(added([pixel * weight]))}.`;
  }
}
