// What a stage works out by itself: the cells under the template, and their sum.

import { number } from "./cells.js";

const JOINED = "\u00a0"; // a space that keeps a sign with its number

/** A number as it stands in a product: one below 0 in brackets. */
export const factor = (x) => (x < 0 ? `(${number(x)})` : number(x));

/** The picture with its border of padding: null in a cell that is not part of it. */
export function bordered({ picture: grid, padding }) {
  if (!padding) return grid;
  const [rows, columns] = [grid.rows + 2 * padding, grid.columns + 2 * padding];
  const values = Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns) - padding, (i % columns) - padding];
    const inside = row >= 0 && column >= 0 && row < grid.rows && column < grid.columns;
    return inside ? grid.values[row * grid.columns + column] : null;
  });
  return { ...grid, rows, columns, values };
}

/** The cells of the bordered picture under the template at a position. */
export function windowAt(at, { picture, template, scores, stride, padding, dilation }) {
  const top = Math.floor(at / scores.columns) * stride;
  const left = (at % scores.columns) * stride;
  return template.values.map((_, k) => {
    const row = top + Math.floor(k / template.columns) * dilation;
    return row * (picture.columns + 2 * padding) + left + (k % template.columns) * dilation;
  });
}

/** Decimals: rounding must not miss a perfect sum. */
export const added = (products) => Math.round(products.reduce((sum, one) => sum + one, 0) * 1e9) / 1e9;

/** The pixels under the template at a position, and their products with it; the border is 0. */
export function multiplied(at, data, values) {
  const pixels = windowAt(at, data).map((cell) => values[cell] ?? 0);
  return [pixels, pixels.map((pixel, k) => pixel * data.template.values[k])];
}

/** The scores of a picture that comes without them, as lib/convolution.py gives them. */
export const correlate = (data, values) =>
  Array.from({ length: data.scores.rows * data.scores.columns }, (_, at) => added(multiplied(at, data, values)[1]));

/** A sum product by product, with signs that no line break takes from their numbers. */
export function equation(pixels, template, total) {
  const products = pixels.map((pixel, k) => `${factor(pixel)}×${factor(template.values[k])}`);
  return `${products.join(` +${JOINED}`)} =${JOINED}${number(total)}`;
}

/** A photograph's pixels travel as bytes. */
export function unpacked(grid) {
  return grid.bytes ? { ...grid, values: Array.from(atob(grid.bytes), (byte) => byte.charCodeAt(0)) } : grid;
}
