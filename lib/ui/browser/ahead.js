// What later pages need is fetched while the first is read. app.py names it in the page, as Streamlit's names change.

import "./line.js";

const REST = 500; // ms for what this page itself still asks for

const drawn = () => document.querySelector("[data-test-script-state=notRunning] h1");
const fetchLater = () => {
  for (const href of document.querySelector("meta[name=later]").content.split(" ").filter(Boolean))
    document.head.append(Object.assign(document.createElement("link"), { rel: "prefetch", href }));
};
const watch = setInterval(() => {
  if (!drawn()) return;
  clearInterval(watch);
  setTimeout(fetchLater, REST);
}, 250);
