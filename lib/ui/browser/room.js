// Hears how far the room is, every few seconds, without a run of the page: the page runs when there is something new.

import { bring, keepCourse, keptCourse } from "./bring.js";
import { component } from "./component.js";
import { go } from "./history.js";
import { reconnect } from "./line.js";

const [OFTEN, SELDOM, AGAIN] = [3000, 12000, 6000]; // ms: in sight, out of sight, until something is reported once more
const STYLE = `
  .room { display: flex; align-items: center; gap: 0.75rem; font-size: 1rem }
  .room[hidden], .room [hidden] { display: none }
  .room a { color: inherit; font-weight: 600 }
  .room .come { inset: auto 0 1.5rem; margin: 0 auto; padding: 0.6rem 1.2rem; border-radius: 0.5rem; text-align: center;
    color: var(--st-background-color); background: var(--st-primary-color); border: 2px solid var(--st-background-color) }
  .room > button { flex: none; padding: 0; width: 4rem; border: 0; background: none; cursor: zoom-in }
  .room b { font-size: 1.6rem; letter-spacing: 0.12em; line-height: 1 }
  .room p { margin: 0; line-height: 1.3; overflow-wrap: anywhere }
  .room dialog { box-sizing: border-box; width: 100vw; height: 100dvh; max-width: none; max-height: none; padding: 1rem;
    border: 0; color: #000; background: #fff }
  .room dialog[open] { display: grid; grid-template-rows: auto minmax(0, 1fr) auto; justify-items: center; gap: 0.5rem }
  .room dialog b { font-size: clamp(3rem, 12vw, 8rem) }
  .room dialog .code { height: 100%; aspect-ratio: 1; max-width: 100% }
  .room dialog p { font-size: clamp(1.2rem, 3vw, 2.4rem); text-align: center }
  .room dialog button { font-size: 1rem; color: #000; background: #fff; border: 1px solid #000; padding: 0.3rem 1rem }`;
const HTML = `<style>${STYLE}</style>
  <button type="button" class="wall" aria-haspopup="dialog" aria-label="Show the code on the whole screen" hidden></button>
  <p class="wall" hidden><b></b><br><span></span></p>
  <a class="come" role="status" popover="manual"></a>
  <dialog aria-label="The code of the room"><b></b><div class="code"></div><p></p><button type="button">Close</button>
  </dialog>`;
const followed = {}; // code -> what was last said about following; a page that comes anew does not follow it again
const ELSEWHERE = [3, 20]; // polls that know of another room than this page: until something is done, until once more
let [other, polls] = ["", 0]; // what they know, and how often in a row they said so

class Room {
  static from = ({ code, wall }) => [code, wall];

  constructor(root, { code, wall, qr }) {
    this.root = root;
    this.code = code;
    root.className = "room";
    root.innerHTML = HTML;
    this.come = root.querySelector(".come");
    this.come.onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.follow();
    };
    this.come.href = this.door;
    if (wall) this.hang(wall, qr);
    this.wake = () => document.hidden || this.ask();
    document.addEventListener("visibilitychange", this.wake);
    this.later(Math.random() * OFTEN);
  }

  /** The code for all to read. */
  hang(wall, qr) {
    const [button, words, dialog] = this.root.querySelectorAll(".wall, dialog");
    button.innerHTML = qr;
    dialog.querySelector(".code").innerHTML = qr;
    for (const place of [words, dialog]) place.querySelector("b").textContent = this.code;
    for (const place of [words.querySelector("span"), dialog.querySelector("p")]) place.textContent = wall;
    button.hidden = words.hidden = false;
    button.onclick = () => dialog.showModal();
    dialog.onclick = () => dialog.close();
  }

  get door() {
    return new URL(`./?room=${this.code}`, document.baseURI);
  }

  update(data, send) {
    Object.assign(this, { data, send });
    if (data.keep) keepCourse(this.code, data.keep);
    if (data.ask) this.report("course", keptCourse(this.code));
    this.show();
  }

  end() {
    this.ended = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.wake);
  }

  later(wait) {
    clearTimeout(this.timer);
    if (!this.ended) this.timer = setTimeout(() => this.ask(), wait);
  }

  async ask() {
    this.later(2 * SELDOM); // should no answer ever come
    let pause = document.hidden ? SELDOM : OFTEN;
    try {
      const address = new URL(`./room/${this.code}${this.data.who ? `?who=${this.data.who}` : ""}`, document.baseURI);
      const answer = await fetch(address, { cache: "no-store", referrerPolicy: "no-referrer" });
      if (answer.ok) this.hear(await answer.json());
      else pause = SELDOM;
    } catch {
      pause = (1 + Math.random()) * OFTEN; // the server is away: all tabs wait for it, and shall not come at once
    }
    this.later(pause * (0.85 + 0.3 * Math.random()));
  }

  hear(said) {
    if (this.ended) return;
    this.said = said;
    const { news = 0, born = null } = said;
    if (news !== this.data.news || born !== this.data.born) this.report("news", `${born} ${news}`);
    this.show();
    this.gather(born);
    const asked = `${said.step} ${said.follow}`;
    const isNew = followed[this.code] && followed[this.code] !== asked;
    followed[this.code] = asked;
    if (isNew && said.follow && !this.data.wall && said.step !== this.data.step) this.follow();
  }

  /** A server came back, and the code leads there again: the leader brings the room, and all tabs follow it there. */
  gather(born) {
    const now = born === this.data.born ? "" : `${this.code} ${born}`;
    [other, polls] = [now, now && now === other ? polls + 1 : 1];
    if (!now || polls % ELSEWHERE[1] !== ELSEWHERE[0]) return;
    if (born) reconnect();
    else bring(this.code, this.data.step).catch(() => {});
  }

  /** Once, and again after a while: a report is lost while the page is not connected. */
  report(name, text) {
    const now = Date.now();
    if (this.told === text && now < this.again) return;
    [this.told, this.again] = [text, now + AGAIN];
    this.send(name, { text, now });
  }

  show() {
    const there = this.said?.step;
    const elsewhere = Boolean(there) && there !== this.data.step;
    this.come.textContent = elsewhere ? `The room is at step ${there}: come along` : "";
    if (this.come.isConnected) this.come.togglePopover(elsewhere); // above all: also for who has scrolled
  }

  /** The address of the room leads to its lesson; where that is, the page goes without a reload. */
  async follow() {
    try {
      const { url } = await fetch(this.door, { method: "HEAD", cache: "no-store" });
      go(url);
    } catch {
      location.href = this.door;
    }
  }
}

export default component(Room);
