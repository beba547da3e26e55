// The search box: a combobox (ARIA practices: list autocomplete with manual selection) over /suggest.

import { get } from "./api.js";
import { go, here, VALUES_MAX } from "./address.js";
import { byId, el, settled } from "./dom.js";
import { say } from "./words.js";

const SUGGEST_MS = 90, SEARCH_MS = 220;
const KINDS = { title: "Movie", person: "Person", genre: "Genre" };

const box = byId("q"), list = byId("suggestions");
let suggested = [], at = -1, asking = null, typing = false;

export function start() {
  box.addEventListener("input", typed);
  box.addEventListener("keydown", pressed);
  box.addEventListener("blur", close);
  box.form.addEventListener("submit", (event) => {
    event.preventDefault();
    searchNow();
  });
  // Not lost to the box's blur before it is a click.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    const elsewhere = !event.target.closest?.("input, select, textarea");
    if (event.key === "/" && elsewhere && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  });
}

/** Show the words that are looked for, unless somebody is typing them. */
export function show(words = "") {
  if (document.activeElement !== box || !typing) box.value = words;
}

function typed() {
  typing = true;
  suggest.cancel();
  asking?.abort();
  if (box.value.trim()) suggest();
  else close();
  search();
}

// One step back for all that is typed at once, not one for each letter.
let begun = false;
const search = settled(SEARCH_MS, () => {
  const q = box.value.trim() || undefined;
  const wanted = { ...here(), q, movie: undefined };
  if (!q && wanted.sort === "relevance") wanted.sort = undefined;
  go(wanted, { replace: begun });
  begun = true;
});

function searchNow() {
  close();
  search.cancel();
  typing = false;
  go({ ...here(), q: box.value.trim() || undefined, movie: undefined }, { replace: begun });
  begun = false;
}

const suggest = settled(SUGGEST_MS, async () => {
  asking = new AbortController();
  try {
    const { data } = await get(`/suggest?q=${encodeURIComponent(box.value.trim())}`, asking.signal);
    if (document.activeElement === box) open(data);
  } catch (error) {
    if (error.name !== "AbortError") close(); // a hint only: the search itself tells what is wrong
  }
});

function open(found) {
  suggested = found;
  at = -1;
  list.replaceChildren(...found.map(({ kind, value }, index) =>
    el("li", { id: `suggestion-${index}`, role: "option", "aria-selected": "false", class: kind, click: () => take(index) },
      el("span", {}, value), el("small", {}, KINDS[kind]))));
  list.hidden = !found.length;
  box.setAttribute("aria-expanded", String(!list.hidden));
  box.removeAttribute("aria-activedescendant");
  if (found.length) say(`${found.length} ${found.length === 1 ? "suggestion" : "suggestions"}; arrow keys choose`);
}

function close() {
  suggest.cancel();
  asking?.abort();
  begun = false;
  if (!list.hidden) open([]);
}

function pressed(event) {
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in moves) {
    event.preventDefault();
    if (list.hidden && box.value.trim()) suggest();
    else if (suggested.length) point((at + 1 + moves[event.key] + suggested.length + 1) % (suggested.length + 1) - 1);
  } else if (event.key === "Enter" && at >= 0) {
    event.preventDefault();
    take(at);
  } else if (event.key === "Escape") {
    event.preventDefault();
    if (!list.hidden) close();
    else if (box.value) {
      box.value = "";
      searchNow();
    } else box.blur();
  }
}

function point(index) {
  list.children[at]?.setAttribute("aria-selected", "false");
  at = index;
  const pointed = list.children[at];
  if (pointed) {
    pointed.setAttribute("aria-selected", "true");
    pointed.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", pointed.id);
  } else box.removeAttribute("aria-activedescendant");
}

function take(index) {
  const { kind, value } = suggested[index];
  if (kind === "title") {
    box.value = value;
    searchNow();
    return;
  }
  const name = kind === "person" ? "cast" : "genre", wanted = here();
  box.value = "";
  close();
  search.cancel();
  typing = false;
  const values = wanted[name].includes(value) ? wanted[name] : [...wanted[name], value].slice(-VALUES_MAX);
  go({ ...wanted, [name]: values, q: undefined, movie: undefined, sort: wanted.sort === "relevance" ? undefined : wanted.sort });
}
