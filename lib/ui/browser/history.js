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

// Apart: they wait for nothing, and nothing waits for them.
import("./mended.js");
import("./embedded.js");
