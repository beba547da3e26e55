// The filters that are on, each to be taken off.

import { go, here } from "./address.js";
import { byId, el } from "./dom.js";
import { years } from "./words.js";

/** What is on: [{label, without}], without being what would be wanted without it. */
export function filters(wanted) {
  const found = [];
  if (wanted.q) found.push({ label: `“${wanted.q}”`, without: { ...wanted, q: undefined, sort: wanted.sort === "relevance" ? undefined : wanted.sort } });
  if (wanted.name) found.push({ label: `Title ${wanted.name}`, without: { ...wanted, name: undefined } });
  if (wanted.year_from || wanted.year_to) {
    found.push({ label: years(wanted.year_from, wanted.year_to), without: { ...wanted, year_from: undefined, year_to: undefined } });
  }
  for (const name of ["genre", "cast"]) {
    for (const value of wanted[name]) {
      found.push({ label: value, without: { ...wanted, [name]: wanted[name].filter((each) => each !== value) } });
    }
  }
  return found;
}

export function show(wanted) {
  const on = filters(wanted), bar = byId("chosen");
  bar.hidden = !on.length;
  bar.replaceChildren(...on.map(({ label, without }) => el("li", {}, remover(label, without))),
    ...(on.length > 1 ? [el("li", {}, el("button", { type: "button", class: "quiet", click: () => go({ genre: [], cast: [], sort: here().sort === "relevance" ? undefined : here().sort }) }, "Clear all"))] : []));
}

/** A button that takes one filter off. */
export function remover(label, without) {
  return el("button", { type: "button", class: "chip", "aria-label": `Without ${label}`, click: () => {
    go({ ...without, movie: undefined });
    byId("movies").focus({ preventScroll: true });
  } }, el("span", {}, label), el("span", { "aria-hidden": "true" }, "×"));
}
