// The explorer: what stands in the address is shown. Nothing else decides what is shown.

import { get } from "./api.js";
import { facetsPath, go, here, onChange, sameMovies } from "./address.js";
import * as chosen from "./chosen.js";
import { copy } from "./curl.js";
import { byId } from "./dom.js";
import * as facets from "./facets.js";
import * as freshness from "./freshness.js";
import * as movie from "./movie.js";
import * as results from "./results.js";
import * as search from "./search.js";
import * as themes from "./themes.js";
import * as timeline from "./timeline.js";
import { counted, movies, say } from "./words.js";

const SLOW_MS = 250, VERY_SLOW_MS = 4_000;
let asking = new AbortController();
let shown = null; // the list that is shown, for who comes back to it from a movie
let scrolled = 0, opened = null; // where the list was left, and for which movie

async function show(wanted, { anew = false } = {}) {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  search.show(wanted.q);
  const waiting = showProgress(signal);
  try {
    if (wanted.movie) await showMovie(wanted, signal);
    else await showList(wanted, signal, anew);
  } catch (error) {
    if (signal.aborted) return;
    if (!error.kind) throw error;
    const place = wanted.movie ? movie : results;
    place.showTrouble(error, () => show(here(), { anew: true }));
    if (!wanted.movie) {
      shown = null;
      byId("count").textContent = "No answer";
    }
  } finally {
    waiting.end();
  }
}

async function showMovie(wanted, signal) {
  if (byId("movie").hidden) [scrolled, opened] = [scrollY, document.activeElement?.closest("#grid a")];
  await movie.show(wanted.movie, signal).finally(() => {
    if (!signal.aborted) lookAt("movie");
  });
}

/** Show one of the two parts of the page, and put the reader at its beginning. */
function lookAt(part) {
  const changed = byId(part).hidden;
  byId("movie").hidden = part !== "movie";
  byId("browse").hidden = part !== "browse";
  if (part === "movie") {
    scrollTo(0, 0);
    byId("movie").focus({ preventScroll: true });
  } else if (changed) scrollTo(0, scrolled);
}

async function showList(wanted, signal, anew) {
  const back = byId("browse").hidden;
  lookAt("browse");
  document.title = [...chosen.filters(wanted).map(({ label }) => label), "Movies"].join(" · ");
  if (!anew && shown && sameMovies(shown, wanted)) {
    if (back) (opened ?? byId("movies")).focus({ preventScroll: true });
    return;
  }
  if (!back) scrolled = 0;
  shown = null; // until all of it is there
  chosen.show(wanted);
  showOrder(wanted);
  const [age] = await Promise.all([results.show(wanted, signal), showCounts(wanted, signal)]);
  shown = wanted;
  freshness.dismiss();
  freshness.warn(age);
}

async function showCounts(wanted, signal) {
  const asked = ["", ["year_from", "year_to"], null].map((without) =>
    (without === null ? "/facets" : facetsPath(wanted, ...without)));
  // The same question is asked once: without filters all three are one.
  const answers = new Map([...new Set(asked)].map((path) => [path, get(path, signal)]));
  const [found, ofAllYears, all] = await Promise.all(asked.map((path) => answers.get(path).then(({ data }) => data)));
  const count = movies(found.movies, found.exact);
  byId("count").textContent = count;
  byId("headline").textContent = all.years.length
    ? `${counted(all.movies)} movies, ${all.years[0].value} to ${all.years.at(-1).value}` : "Movies";
  facets.show(found, ofAllYears.years, wanted);
  timeline.show(ofAllYears.years, all.years, wanted);
  say(`${count} ${found.movies === 1 ? "matches" : "match"}`);
}

function showOrder(wanted) {
  const order = byId("sort");
  order.options[0].hidden = order.options[0].disabled = !wanted.q;
  order.value = wanted.sort ?? (wanted.q ? "relevance" : "-year");
}

function showProgress(signal) {
  const timers = [
    setTimeout(() => { byId("progress").hidden = false; results.showWaiting(); }, SLOW_MS),
    setTimeout(() => say("Still waiting for the answer"), VERY_SLOW_MS),
  ];
  const end = () => {
    timers.forEach(clearTimeout);
    if (!signal.aborted) byId("progress").hidden = true;
  };
  return { end };
}

search.start();
results.start();
themes.start();
byId("sort").addEventListener("change", ({ target }) => go({ ...here(), sort: target.value }));
byId("curl").addEventListener("click", ({ currentTarget }) => copy(currentTarget, results.path(here())));
// A phone has no room for the filters beside the movies.
byId("filters").open = matchMedia("(min-width: 60rem)").matches;
history.scrollRestoration = "manual";
onChange(show);
show(here());
freshness.start(() => show(here(), { anew: true }));
