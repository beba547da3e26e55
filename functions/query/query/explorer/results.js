// The movies that match: a grid that grows by pages.

import { get } from "./api.js";
import { format, here, href, moviesPath } from "./address.js";
import { filters, remover } from "./chosen.js";
import { byId, el } from "./dom.js";
import { poster } from "./poster.js";
import { say } from "./words.js";

const PAGE = 48;
const ALONE_MAX = 20; // pages that come by scrolling; those after them are asked for
const SHORT_MAX = 5; // pages with nothing in them that are passed over at once
const grid = byId("grid"), more = byId("more"), state = byId("state");
let next = null, pages = 0, loading = null;

export function start() {
  more.addEventListener("click", () => loadMore(true));
  new IntersectionObserver(([seen]) => {
    if (seen.isIntersecting && pages < ALONE_MAX) loadMore(false);
  }, { rootMargin: "800px" }).observe(more);
  grid.addEventListener("keydown", walk);
}

export const path = (wanted) => moviesPath(wanted, PAGE);

/** The first page of what is wanted. Raises Trouble. Returns the age of an answer that may be behind, else null. */
export async function show(wanted, signal) {
  loading?.abort();
  grid.setAttribute("aria-busy", "true");
  try {
    const { movies, following, age } = await pageOf(path(wanted), signal);
    grid.replaceChildren(...movies.map(card));
    [next, pages] = [following, 1];
    more.hidden = !next;
    state.replaceChildren();
    if (!movies.length && !next) await showNone(wanted, signal);
    return age;
  } finally {
    if (!signal.aborted) grid.removeAttribute("aria-busy");
  }
}

/** Cards in the place of those that are waited for. */
export function showWaiting() {
  if (grid.children.length || state.children.length) return;
  grid.replaceChildren(...Array.from({ length: 12 }, () => el("li", { class: "card waiting", "aria-hidden": "true" }, el("div", { class: "poster" }), el("p"))));
}

/** What is wrong in the place of the movies, and what can be done. */
export function showTrouble(trouble, retry) {
  grid.replaceChildren();
  more.hidden = true;
  const titles = { away: "No connection", slow: "This takes too long", service: "The service has a problem", refused: "This cannot be asked for", none: "Not found" };
  const on = trouble.kind === "refused" ? filters(here()).map(({ label, without }) => el("li", {}, remover(label, without))) : [];
  state.replaceChildren(el("div", { class: "state", role: "alert" },
    el("h3", {}, titles[trouble.kind]), el("p", {}, trouble.message),
    on.length ? el("ul", { class: "chosen" }, on) : el("button", { type: "button", class: "main", click: retry }, "Try again"),
    el("p", {}, el("a", { href: "/" }, "Start anew"))));
}

async function pageOf(first, signal) {
  let following = first, taken;
  for (let short = 0; short < SHORT_MAX && following; short++) {
    taken = await get(following, signal);
    following = taken.next;
    if (taken.data.length) break;
  }
  return { movies: taken.data, following, age: taken.age };
}

async function loadMore(byHand) {
  if (!next || grid.hasAttribute("aria-busy")) return;
  loading = new AbortController();
  const { signal } = loading;
  grid.setAttribute("aria-busy", "true");
  try {
    const { movies, following } = await pageOf(next, signal);
    const cards = movies.map(card);
    grid.append(...cards);
    [next, pages] = [following, pages + 1];
    more.hidden = !next;
    more.textContent = "Show more";
    if (byHand) cards[0]?.firstChild.focus({ preventScroll: true });
    say(`${grid.children.length} movies shown${next ? "" : ", that is all"}`);
  } catch (error) {
    if (error.name === "AbortError") return;
    pages = ALONE_MAX; // no more by themselves
    more.textContent = `${error.message} Try again`;
  } finally {
    if (!signal.aborted) grid.removeAttribute("aria-busy");
  }
}

/** A movie as an entry of a list. */
export function card(movie) {
  return el("li", { class: "card" },
    el("a", { href: href({ ...here(), movie: movie.id }) }, poster(movie),
      el("h3", {}, movie.title), el("p", {}, [movie.year, ...(movie.genres ?? []).slice(0, 2)].join(" · "))));
}

async function showNone(wanted, signal) {
  const on = filters(wanted);
  const meant = wanted.q ? await get(`/suggest?q=${encodeURIComponent(wanted.q)}`, signal).then(({ data }) => data.slice(0, 5), () => []) : [];
  if (signal.aborted) return;
  state.replaceChildren(el("div", { class: "state" },
    el("h3", {}, on.length ? "No movie matches all of this" : "There are no movies yet"),
    el("p", {}, on.length ? "Take something off:" : "Put a file into the bucket, and what is in it appears here within seconds."),
    on.length > 0 && el("ul", { class: "chosen" }, on.map(({ label, without }) => el("li", {}, remover(label, without)))),
    meant.length > 0 && el("p", {}, "Or did you mean"),
    meant.length > 0 && el("ul", { class: "chosen" }, meant.map(({ kind, value }) => el("li", {}, el("a", { class: "chip", href: meaning(kind, value) }, value))))));
}

const meaning = (kind, value) => `/?${format({ genre: [], cast: [], [{ title: "q", person: "cast", genre: "genre" }[kind]]: value })}`;

/** Arrow keys go from card to card, rows included; Tab does as well. */
function walk(event) {
  const links = [...grid.querySelectorAll("a")], at = links.indexOf(document.activeElement);
  const columns = getComputedStyle(grid).gridTemplateColumns.split(" ").length;
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
  const target = event.key in steps ? links[at + steps[event.key]] : null;
  if (at < 0 || !target) return;
  event.preventDefault();
  target.focus();
}
