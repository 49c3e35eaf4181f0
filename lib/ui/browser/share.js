// A view as a link, as a code to scan, and as a frame for another web page; each with a button that copies it.

import { component } from "./component.js";

const LONG = 2000; // ms that a button says what it has done

const HTML = `
<p class="holds"></p>
<div></div>
<button type="button" class="code" aria-haspopup="dialog"></button>
<p class="long" hidden>This link is too long for a code that a phone can read. Send it as text.</p>
<dialog aria-label="The link as a code to scan"><div class="wall"><b></b>
  <button type="button" autofocus>Close</button></div></dialog>
<div></div>
<p class="held" hidden>Whoever hosts this server says which other web pages may show it: so far, none.</p>
<p class="said" role="status"></p>`;

/** A text in a field to select, with its own button. */
function field(name, text, say) {
  const part = document.createElement("div");
  part.innerHTML = `<label>${name}<textarea readonly spellcheck="false" rows="2"></textarea></label>
    <button type="button"></button>`;
  const [area, button] = [part.querySelector("textarea"), part.querySelector("button")];
  part.className = "field";
  area.value = text;
  area.onfocus = () => area.select();
  button.textContent = "Copy";
  button.ariaLabel = `Copy: ${name}`;
  button.onclick = async () => {
    const words = (await copied(area)) ? "Copied" : "Selected: now copy it";
    button.textContent = words;
    say(`${words}: ${name}`);
    setTimeout(() => {
      button.textContent = "Copy";
      say("");
    }, LONG);
  };
  return part;
}

/** By plain HTTP, or without the permission, there is no clipboard: then what is selected is copied the old way. */
async function copied(area) {
  try {
    await navigator.clipboard.writeText(area.value);
    return true;
  } catch {
    area.focus();
    area.select();
    return document.execCommand("copy");
  }
}

class Share {
  static from = (data) => data;

  constructor(root, { link, only, frame, code, own, held }) {
    root.className = "share";
    root.innerHTML = HTML;
    const said = root.querySelector(".said");
    const say = (words) => {
      said.textContent = words;
    };
    const [first, others] = root.querySelectorAll(":scope > div");
    root.querySelector(".holds").textContent =
      `The link opens this view. It does not hold your answers${own ? " or your own picture: others see the cat" : ""}.`;
    first.append(field("Link to this view", link, say));
    others.append(
      field("Only the picture and its controls", only, say),
      field("The same, as a frame for a web page", frame, say),
    );
    const open = Object.assign(document.createElement("a"), { href: only, target: "_blank", rel: "noopener" });
    open.textContent = "Open only the picture and its controls";
    others.firstChild.after(open);
    root.querySelector(".held").hidden = !held;
    root.querySelector(".long").hidden = code;
    root.querySelector(".code").hidden = !code;
    if (code) this.draw(root, link, code);
  }

  /** The code, small; a press fills the screen with it, and Escape, Close or a press closes it. */
  draw(root, link, code) {
    const [small, large] = [root.querySelector(".code"), root.querySelector("dialog")];
    const wall = large.querySelector(".wall");
    small.innerHTML = `${code}<span>Show it large</span>`;
    small.ariaLabel = "QR code of the link: show it large";
    wall.insertAdjacentHTML("afterbegin", code);
    wall.querySelector("b").textContent = link;
    this.large = large;
    small.onclick = () => {
      large.showModal();
      wall.requestFullscreen?.().catch(() => {}); // a frame, or a phone, may not: then it fills the window
    };
    wall.onfullscreenchange = () => document.fullscreenElement ?? large.close();
    wall.onclick = () => large.close();
    large.onclose = () => document.fullscreenElement && document.exitFullscreen();
    addEventListener("keydown", this.key, true);
  }

  /** Escape closes the large code alone: Streamlit would close all of Share. */
  key = (event) => {
    if (event.key !== "Escape" || !this.large?.open) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    this.large.close();
  };

  update() {}

  end() {
    removeEventListener("keydown", this.key, true);
    this.large?.close();
  }
}

export default component(Share);
