// One movie, on a page of its own: /?movie=<id>.

import { get } from "./api.js";
import { here, href } from "./address.js";
import { copy } from "./curl.js";
import { byId, el } from "./dom.js";
import { poster } from "./poster.js";
import { card } from "./results.js";

const MORE_MAX = 12;
const place = byId("movie");

/** Show the movie with this id. Raises Trouble. */
export async function show(id, signal) {
  const { data: movie } = await get(`/movies/${encodeURIComponent(id)}`, signal);
  const others = el("div", {});
  place.replaceChildren(back(), sheet(movie), others);
  document.title = `${movie.title} (${movie.year}) · Movies`;
  const person = movie.cast?.[0];
  if (person) await showMoreOf(person, movie.id, others, signal).catch(() => {}); // an extra: the page stands without
}

/** What is wrong in the movie's place. */
export function showTrouble(trouble, retry) {
  document.title = "Movies";
  place.replaceChildren(back(), el("div", { class: "state", role: "alert" },
    el("h1", {}, trouble.kind === "none" || trouble.kind === "refused" ? "There is no such movie" : "This movie cannot be shown now"),
    el("p", {}, trouble.message),
    trouble.kind !== "none" && trouble.kind !== "refused" && el("button", { type: "button", class: "main", click: retry }, "Try again")));
}

const back = () => el("p", { class: "back" }, el("a", { href: href({ ...here(), movie: undefined }) }, "← All movies"));

function sheet(movie) {
  return el("div", { class: "sheet" },
    poster(movie, { lazy: false }),
    el("div", { class: "about" },
      el("h1", {}, movie.title),
      el("p", { class: "line" }, el("a", { href: narrowed({ year_from: String(movie.year), year_to: String(movie.year) }) }, String(movie.year)),
        (movie.genres ?? []).map((genre) => el("a", { class: "chip", href: narrowed({ genre: [genre] }) }, genre))),
      movie.extract && el("p", { class: "extract" }, movie.extract),
      movie.cast?.length > 0 && el("section", { "aria-labelledby": "cast-title" }, el("h2", { id: "cast-title" }, "Cast"),
        el("ul", { class: "cast" }, movie.cast.map((person) => el("li", {}, el("a", { href: narrowed({ cast: [person] }) }, person))))),
      el("p", { class: "actions" },
        movie.href && el("a", { class: "main", rel: "noreferrer", href: wikipedia(movie.href) }, "Read on Wikipedia"),
        el("a", { href: `/movies/${movie.id}` }, "JSON"),
        el("button", { type: "button", class: "quiet", click: (event) => copy(event.currentTarget, `/movies/${movie.id}`) }, "Copy as curl"))));
}

const narrowed = (wanted) => href({ genre: [], cast: [], ...wanted });
const wikipedia = (page) => new URL(page.replaceAll("?", "%3F"), "https://en.wikipedia.org/wiki/").href;

async function showMoreOf(person, id, others, signal) {
  const { data } = await get(`/movies?cast=${encodeURIComponent(person)}&sort=-year&limit=${MORE_MAX + 1}`, signal);
  const rest = data.filter((movie) => movie.id !== id).slice(0, MORE_MAX);
  if (!rest.length) return;
  others.replaceChildren(el("section", { class: "others", "aria-labelledby": "others-title" },
    el("h2", { id: "others-title" }, "More with ", el("a", { href: narrowed({ cast: [person] }) }, person)),
    el("ol", { class: "grid" }, rest.map(card))));
}
