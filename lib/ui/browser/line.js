// The page's connection to its server, to begin it anew. ahead.js loads it before Streamlit connects.

let line;

window.WebSocket = class extends WebSocket {
  constructor(...all) {
    super(...all);
    line = this;
  }
};

/** Streamlit connects again by itself, and all values stay. */
export const reconnect = () => line?.close();
