// A grid of numbers as cells, with the colours of the charts: what every component here is made of.

const css = await (await fetch(new URL("cells.css", import.meta.url))).text();
const NUMBERS_FROM = 18; // px a cell: smaller cells show only their colour

export const clamp = (n, low, high) => Math.min(Math.max(n, low), high);

/** A number as people write it: at most `decimals` decimals, a real minus sign. */
export const number = (x, decimals = 4) =>
  (Math.abs(x) >= 1000 ? Math.round(x).toLocaleString("en") : String(Number(x.toFixed(decimals)) + 0)).replace("-", "−");

/** Streamlit's default export for a class with `update(data, send)` and perhaps `end()`: one object per place. */
export function component(Class) {
  const made = new WeakMap();
  return ({ data, parentElement, setStateValue }) => {
    let one = made.get(parentElement);
    if (!one) {
      const root = document.createElement("div");
      root.className = "glass";
      one = new Class(root);
      root.insertAdjacentHTML("beforeend", `<style>${css}</style>`);
      parentElement.append(root);
      made.set(parentElement, one);
    }
    one.update(data, setStateValue);
    return () => {
      one.end?.();
      one.root?.remove();
      made.delete(parentElement);
    };
  };
}

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

function colours(scale, low, high, value) {
  const t = clamp((value - low) / (high - low || 1), 0, 1) * (scale.length - 1);
  const i = Math.min(Math.floor(t), scale.length - 2);
  const rgb = scale[i].map((from, k) => Math.round(from + (t - i) * (scale[i + 1][k] - from)));
  return [`rgb(${rgb})`, 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2] > 140 ? "#111" : "#fff"];
}

export class Grid {
  /** `element` becomes the grid; `name` is what screen readers call it. */
  constructor(element, name) {
    this.element = element;
    this.name = name;
    this.cells = [];
    this.lit = [];
    element.classList.add("grid");
    this.size = new ResizeObserver(() => this.fit());
    this.size.observe(element);
  }

  /** Show numbers row by row; null is padding: a zero that is not part of the picture. */
  show({ rows, columns, values, low, high, scale }) {
    if (this.rows !== rows || this.columns !== columns) {
      [this.rows, this.columns, this.lit] = [rows, columns, []];
      this.element.style.setProperty("--columns", columns);
      this.cells = values.map((_, i) => {
        const cell = document.createElement("i");
        cell.dataset.i = i;
        return cell;
      });
      this.element.replaceChildren(...this.cells);
      this.fit();
    }
    [this.low, this.high, this.scale] = [low, high, scale.map(([, rgb]) => rgb.match(/\d+/g).map(Number))];
    this.change(values);
  }

  /** Other numbers in the same cells. */
  change(values) {
    this.values = [...values];
    this.values.forEach((_, i) => this.draw(i));
    const longest = Math.max(...this.cells.map((cell) => cell.textContent.length));
    this.element.style.setProperty("--digits", longest);
  }

  draw(i) {
    const [cell, value] = [this.cells[i], this.values[i]];
    const text = number(value ?? 0, Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0);
    if (cell.textContent !== text) cell.textContent = text;
    cell.classList.toggle("padding", value === null);
    [cell.style.background, cell.style.color] = value === null ? ["", ""] : colours(this.scale, this.low, this.high, value);
  }

  fit() {
    this.element.classList.toggle("small", this.element.clientWidth / this.columns < NUMBERS_FROM);
  }

  light(indices) {
    for (const i of indices) {
      this.cells[i].classList.add("lit");
      this.lit.push(this.cells[i]);
    }
  }

  dark() {
    for (const cell of this.lit) cell.classList.remove("lit");
    this.lit = [];
  }

  /** The cell a pointer is on, or -1. */
  under(event) {
    const cell = this.element.getRootNode().elementFromPoint(event.clientX, event.clientY);
    const i = Number(cell?.dataset.i ?? -1);
    return this.cells[i] === cell ? i : -1;
  }

  place(i) {
    return `row ${Math.floor(i / this.columns)}, column ${i % this.columns}`;
  }

  /** Where an arrow key, Home or End leads from a cell; null for any other key. */
  walk(event, from) {
    const [row, column] = [Math.floor(from / this.columns), from % this.columns];
    const to = {
      ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], ArrowUp: [row - 1, column], ArrowDown: [row + 1, column],
      Home: [row, 0], End: [row, this.columns - 1],
    }[event.key];
    if (!to) return null;
    event.preventDefault();
    return clamp(to[0], 0, this.rows - 1) * this.columns + clamp(to[1], 0, this.columns - 1);
  }

  end() {
    this.size.disconnect();
  }
}
