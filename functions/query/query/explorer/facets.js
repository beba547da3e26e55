// What there is to narrow by: genres, decades and people, each with how many movies it leaves.

import { go, here, VALUES_MAX } from "./address.js";
import { byId, el } from "./dom.js";
import { counted } from "./words.js";

const SHOWN = { genre: 12, decade: 20, cast: 8 };
const unfolded = new Set();
let last = null;

/** Show the counts of `found` (of /facets), and of `allYears` for the decades. */
export function show(found, allYears, wanted) {
  last = [found, allYears, wanted];
  const focused = document.activeElement?.dataset?.facet;
  byId("facets").replaceChildren(
    part("genre", "Genre", found.genres.map(({ value, count }) => ({
      value, count, chosen: has(wanted.genre, value), change: () => toggle("genre", value),
    })), found.exact),
    part("decade", "Decade", decades(allYears, wanted), true),
    part("cast", "Cast", found.cast.map(({ value, count }) => ({
      value, count, chosen: has(wanted.cast, value), change: () => toggle("cast", value),
    })), found.exact));
  // The button that was pressed is another one now: who uses the keyboard stays where they were.
  if (focused) document.querySelector(`[data-facet="${CSS.escape(focused)}"]`)?.focus();
}

function part(name, title, entries, exact) {
  const most = Math.max(1, ...entries.map((entry) => entry.count));
  const order = name === "decade" ? entries : [...entries].sort((one, other) => other.chosen - one.chosen);
  const shown = unfolded.has(name) ? order : order.slice(0, SHOWN[name]);
  const rest = order.length - shown.length;
  return el("section", { class: "facet", "aria-labelledby": `facet-${name}` },
    el("h3", { id: `facet-${name}` }, title),
    entries.length ? el("ul", {}, shown.map((entry) => el("li", {}, button(name, entry, most, exact)))) : el("p", { class: "hint" }, "Nothing here to narrow by."),
    rest > 0 && el("button", { type: "button", class: "quiet", "data-facet": `${name}-all`, click: () => { unfolded.add(name); show(...last); } }, `Show ${rest} more`));
}

function button(name, { value, count, chosen, change }, most, exact) {
  return el("button", {
    type: "button", "aria-pressed": String(chosen), "data-facet": `${name}=${value}`, "--share": count / most, click: ({ currentTarget }) => {
      currentTarget.setAttribute("aria-pressed", String(!chosen));
      change();
    },
  }, el("span", {}, value), el("small", {}, `${counted(count)}${exact ? "" : "+"}`));
}

function decades(years, wanted) {
  const counts = new Map();
  for (const { value, count } of years) {
    const from = Math.floor(value / 10) * 10;
    counts.set(from, (counts.get(from) ?? 0) + count);
  }
  return [...counts].sort(([one], [other]) => other - one).map(([from, count]) => {
    const chosen = Number(wanted.year_from) === from && Number(wanted.year_to) === from + 9;
    const range = chosen ? {} : { year_from: String(from), year_to: String(from + 9) };
    return { value: `${from}s`, count, chosen, change: () => go({ ...here(), year_from: undefined, year_to: undefined, ...range }) };
  });
}

const folded = (text) => text.toLowerCase();
const has = (values, value) => values.some((each) => folded(each) === folded(value));

function toggle(name, value) {
  const wanted = here();
  const without = wanted[name].filter((each) => folded(each) !== folded(value));
  const values = without.length < wanted[name].length ? without : [...without, value].slice(-VALUES_MAX);
  go({ ...wanted, [name]: values });
}
