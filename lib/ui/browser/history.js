// Back leads through the pages visited. Streamlit adds an entry to the browser's history for every value that the
// server writes into the address, and takes a page's values out of the address before it shows the next page.

const push = history.pushState.bind(history);
let left; // the address of the page as it was when a link was pressed

addEventListener(
  "click",
  () => {
    left = location.href;
  },
  true,
);

history.pushState = (state, title, url) => {
  if (new URL(url, location.href).pathname === location.pathname) {
    history.replaceState(state, title, url);
    return;
  }
  if (left) history.replaceState(state, title, left);
  push(state, title, url);
};

// The steps on a page lead where the sidebar's links lead, which Streamlit follows without a reload.
addEventListener("click", (event) => {
  const step = event.target.closest?.(".steps a");
  const link = [...document.querySelectorAll('[data-testid="stSidebarNavLink"]')].find(
    (one) => one.href === step?.href,
  );
  if (!link) return;
  event.preventDefault();
  link.click();
});

/** Go to a view of the app without a reload: Streamlit takes an entry of the history at its word, also one just made. */
export function go(link) {
  const there = new URL(link, document.baseURI);
  for (const [key, value] of new URLSearchParams(location.search)) {
    if (key.startsWith("embed")) there.searchParams.append(key, value);
  }
  push({}, "", there);
  dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  scrollTo(0, 0);
}

addEventListener("click", (event) => {
  const link = event.target.closest?.("a.lesson-link");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.href);
});

import("./mended.js"); // apart: it waits for nothing, and nothing waits for it
