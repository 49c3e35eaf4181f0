// How Python and a part of the page talk: one object a place, and reports with numbers.

import palette from "./colours.js"; // app.py makes it from lib/ui/colours.py

// A promise, never awaited out here: WebKit does not finish a module that waits at its top and that several import.
const styles = fetch(new URL("cells.css", import.meta.url)).then((answer) => answer.text());

function frame(css) {
  const root = document.createElement("div");
  root.className = "glass";
  for (const [name, colour] of Object.entries(palette.single)) root.style.setProperty(`--${name}`, colour);
  root.innerHTML = `<div></div><style>${css}</style>`;
  return root;
}

/** A promise of Streamlit's default export for a class with `update(data, send)` and `end()`. A place has one object,
 * made from `Class.from(data)`: when that changes, nothing of the object before stays. */
export const component = (Class) =>
  styles.then((css) => {
    const made = new WeakMap(); // place -> {one, from, root}
    const leave = (place) => {
      made.get(place)?.one.end();
      made.get(place)?.root.remove();
      made.delete(place);
    };
    return ({ data, parentElement: place, setStateValue: send }) => {
      const from = JSON.stringify(Class.from(data));
      if (made.get(place)?.from !== from) {
        leave(place);
        const root = frame(css);
        place.append(root);
        made.set(place, { one: new Class(root.firstChild, data), from, root });
      }
      made.get(place).one.update(data, send);
      return () => leave(place);
    };
  });

/** Numbers what a person did, so that a late answer from the server never undoes something newer. */
export class Report {
  n = 0;

  told(value) {
    this.n += 1;
    return { n: this.n, value };
  }

  /** Is this what the server says now, and not its answer to something that has been overtaken? */
  isNews(n) {
    if (n < this.n) return false;
    this.n = n;
    return true;
  }
}
