// A visitor's own course in this browser's storage: said to a session that does not know it, kept after each change.
// Of two tabs, the later change wins.

const NAME = `glass-box-course ${new URL(".", document.baseURI).pathname}`; // a host may serve the app more than once
let memory = ""; // where nothing stays: in windows without storage, or when it is full
let stays = true;
let written = ""; // the last change of this tab
let now; // {data, tell} of the place on the page

function stored() {
  try {
    if (stays) return localStorage.getItem(NAME) ?? "";
  } catch {
    stays = false;
  }
  return memory;
}

function store(text) {
  memory = text;
  try {
    if (text) localStorage.setItem(NAME, text);
    else localStorage.removeItem(NAME);
  } catch {
    stays = false;
  }
}

function probe() {
  try {
    const there = localStorage.getItem(NAME);
    localStorage.setItem(NAME, there ?? "");
    if (there === null) localStorage.removeItem(NAME);
  } catch {
    stays = false;
  }
}

function compare() {
  if (!now) return;
  const text = stored();
  if (text === now.told || (text === now.data.text && stays === now.data.stays)) return;
  now.told = text; // once: until the page has heard it, it says again what it knew
  now.tell("told", { text, stays, after: now.data.change });
}

probe();
addEventListener("storage", compare); // another tab has written

export default ({ data, setTriggerValue }) => {
  const here = { data, tell: setTriggerValue };
  now = here;
  if (data.change && data.change !== written) {
    written = data.change;
    store(data.text);
  }
  compare();
  return () => {
    if (now === here) now = undefined;
  };
};
