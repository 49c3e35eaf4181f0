// Play, pause, step, scrub and speed over positions 0 to `last`; Python hears of a position when it rests.

import { clamp } from "./cells.js";
import { Report } from "./component.js";

const REST = 400; // ms without a move
const ICONS = {
  start: "M6 6h2v12H6zM20 6v12l-10-6z",
  previous: "M15 5v14l-9-7z",
  play: "M7 5v14l12-7z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  next: "M9 5v14l9-7z",
};
export const icon = (name) => `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
const button = (name, words) =>
  `<button type="button" class="${name}" aria-label="${words}" title="${words}">${icon(name)}</button>`;
const places = new Map(); // name -> Place

/** Where Python and a transport of that name meet: it may be there before, or come later. */
class Place {
  report = new Report();

  /** From rest.js: the position Python has now, and how to tell it another. */
  heard({ position, n }, send) {
    this.send = send;
    const isLate = this.position === undefined && this.isBusy?.(); // somebody was quicker than the first word of it
    if (this.report.isNews(n) && this.isNew(position) && !isLate) this.moved?.(position);
  }

  rest(position) {
    if (this.isNew(position)) this.send?.(this.report.told(position));
  }

  isNew(position) {
    const changed = String(position) !== String(this.position); // a number, or [row, column]
    this.position = position;
    return changed;
  }
}

export const place = (name) => places.get(name) ?? places.set(name, new Place()).get(name);

/** Python's part of a place is gone, and its count of reports with it. */
export const leave = (name) => Object.assign(place(name), { report: new Report(), send: null });

export class Transport {
  /** Draws its controls into `root`; `show(at)` is called on every move, `what` names a position. `played()` hears that
   * it starts to play, `stopped()` that it has ended or pauses. */
  constructor(root, { name, what, show, played = () => {}, stopped = () => {} }) {
    Object.assign(this, { root, what, show, played, stopped, at: 0, last: 0, timer: null, place: place(name) });
    root.className = "transport";
    root.innerHTML = `${button("start", "Back to the start")}${button("previous", `Previous ${what}`)}${button("play", "Play")}
      ${button("next", `Next ${what}`)}<input type="range" class="scrub" min="0" step="1" aria-label="${what}">
      <label>Speed <input type="range" class="speed" min="1" max="60" aria-label="Speed: ${what}s a second"></label>`;
    const part = (name) => root.querySelector(`.${name}`);
    [this.scrub, this.speed, this.playing] = [part("scrub"), part("speed"), part("play")];
    this.speed.value = matchMedia("(prefers-reduced-motion: reduce)").matches ? 1 : 8;
    part("start").onclick = () => this.go(0);
    part("previous").onclick = () => this.go(this.at - 1);
    part("next").onclick = () => this.go(this.at + 1);
    this.playing.onclick = () => (this.timer ? this.stop() : this.play());
    this.scrub.oninput = () => this.go(Number(this.scrub.value));
  }

  /** There are positions 0 to `last` now. `index` finds the one that Python calls by a name, `position` is that name,
   * `words` what people hear; playing takes `pace` positions at a time. */
  update(last, { index, position, words, pace = 1 }) {
    Object.assign(this, { last, position, words, pace });
    this.scrub.max = last;
    this.place.isBusy = () => this.timer || this.resting;
    this.place.moved = (there) => {
      this.stop();
      this.move(index(there));
    };
    const moving = this.timer || this.resting;
    this.move(moving || this.place.position === undefined ? this.at : index(this.place.position));
  }

  /** Somebody moves: playing ends, and Python is told once it rests. */
  go(at) {
    this.stop();
    this.move(at);
    this.restSoon();
  }

  move(at) {
    this.at = clamp(at, 0, this.last);
    this.scrub.value = this.at;
    this.scrub.setAttribute("aria-valuetext", this.words(this.at));
    this.show(this.at);
  }

  restSoon() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.resting = null;
      this.place.rest(this.position(this.at));
    }, REST);
  }

  play() {
    clearTimeout(this.resting);
    this.resting = null;
    const wait = () => 1000 / this.speed.value / this.pace; // ms from one position to the next
    let due = performance.now() + wait();
    const tick = (now) => {
      const steps = Math.min(Math.floor((now - due) / wait()) + 1, this.pace);
      if (steps > 0) {
        due = Math.max(due + steps * wait(), now - 50);
        this.move(this.at + steps);
      }
      if (this.at < this.last) this.timer = requestAnimationFrame(tick);
      else this.stop();
    };
    this.timer = requestAnimationFrame(tick);
    this.label("pause", "Pause");
    this.played();
    this.move(this.at >= this.last ? 0 : this.at);
  }

  stop() {
    if (!this.timer) return;
    cancelAnimationFrame(this.timer);
    this.timer = null;
    this.label("play", "Play");
    this.stopped();
    this.restSoon();
  }

  label(name, words) {
    this.playing.innerHTML = icon(name);
    this.playing.title = words;
    this.playing.setAttribute("aria-label", words);
  }

  end() {
    cancelAnimationFrame(this.timer);
    clearTimeout(this.resting);
    this.place.moved = null;
  }
}
