// What Streamlit's own parts lack for a screen reader, for a low screen and for our style sheet.

import palette from "./colours.js";

const LOW = 500; // px: on a screen as low as a phone's that lies, the sidebar starts closed
const SOON = 100; // ms after a change

for (const [name, colour] of Object.entries(palette.page)) {
  document.documentElement.style.setProperty(`--${name}`, colour);
}

const set = (element, name, value) => element.getAttribute(name) !== value && element.setAttribute(name, value);
const each = (selector, act) => {
  for (const element of document.querySelectorAll(selector)) act(element);
};

const letters = (text) => text.replaceAll(/[^\p{L}\p{N}]/gu, "");

function mend() {
  // A chart has its name; the numbers in its cells would be read one by one.
  each(".js-plotly-plot", (drawing) => set(drawing, "aria-hidden", "true"));
  // And the sentence below it, which is its name, would be said twice.
  each('[data-testid="stPlotlyChart"][aria-label]', (chart) => {
    const below = chart.closest('[data-testid="stElementContainer"]')?.nextElementSibling;
    const isTwin = below && letters(below.textContent) === letters(chart.ariaLabel);
    if (isTwin && !below.querySelector("a, button, [tabindex]")) set(below, "aria-hidden", "true");
  });
  // An icon in a text, beside the words that say the same, is called by its file: "check_circle icon".
  each('[role="img"][aria-label$=" icon"]', (icon) => set(icon, "aria-hidden", "true"));
  // A name comes with the asterisks that make it bold.
  each('[aria-label*="**"]', (named) => set(named, "aria-label", named.ariaLabel.replaceAll("**", "")));
  // What scrolls sideways is reached by keyboard.
  each('[data-testid="stCode"] pre, [data-testid="stMarkdownContainer"] table', (wide) => {
    if (wide.scrollWidth > wide.clientWidth) set(wide, "tabindex", "0");
  });
}

let due;
function mendSoon() {
  due ??= setTimeout(() => {
    due = null;
    mend();
    closeOnce();
  }, SOON);
}
new MutationObserver(mendSoon).observe(document, { subtree: true, childList: true });
addEventListener("resize", mendSoon); // what has had room may have to scroll now

let isOver = innerHeight >= LOW;
function closeOnce() {
  const button = document.querySelector('[data-testid="stSidebarCollapseButton"] button');
  if (isOver || !button) return;
  isOver = true;
  const { right } = document.querySelector('[data-testid="stSidebar"]').getBoundingClientRect();
  if (right > 0) button.click();
}
