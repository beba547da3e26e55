// What is shown stands in the address, under the names that the API has for it:
// /?genre=Western&year_from=1950 shows what /movies?genre=Western&year_from=1950
// gives. `movie` alone is the page's own: the id of the one that is open.

const LISTS = ["genre", "cast"];
const TEXTS = ["q", "name", "year_from", "year_to", "sort", "movie"];
export const VALUES_MAX = 8; // of a list; the API takes no more

/** What an address asks for: {q, name, genre: [], cast: [], year_from, year_to, sort, movie}. */
export function parse(search) {
  const given = new URLSearchParams(search);
  const wanted = {};
  for (const name of LISTS) wanted[name] = given.getAll(name).filter(Boolean);
  for (const name of TEXTS) if (given.get(name)?.trim()) wanted[name] = given.get(name);
  if (given.get("year")) wanted.year_from = wanted.year_to = given.get("year");
  return wanted;
}

/** The query string for it, without `?`; names left out are not asked for. */
export function format(wanted, ...without) {
  const query = new URLSearchParams();
  for (const name of [...TEXTS, ...LISTS]) {
    if (without.includes(name)) continue;
    for (const value of [wanted[name] ?? []].flat()) query.append(name, value);
  }
  return query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
}

export const href = (wanted) => {
  const query = format(wanted);
  return query ? `/?${query}` : "/";
};

export const here = () => parse(location.search);

/** The API's path for the movies that are wanted. Newest first, unless words are looked for or an order is chosen. */
export function moviesPath(wanted, limit) {
  const sort = wanted.sort ?? (wanted.q ? undefined : "-year");
  const query = format({ ...wanted, sort }, "movie");
  return `/movies?${query}${query ? "&" : ""}limit=${limit}`;
}

/** The API's path for what there is to narrow by. */
export function facetsPath(wanted, ...without) {
  const query = format(wanted, "movie", "sort", ...without);
  return query ? `/facets?${query}` : "/facets";
}

/** Whether two ask for the same movies in the same order, whichever of them is open. */
export const sameMovies = (one, other) => format(one, "movie") === format(other, "movie");

let listener = () => {}, due = 0;

/** Call `action` with what is wanted whenever the address changes. */
export function onChange(action) {
  listener = action;
  addEventListener("popstate", changed);
  document.addEventListener("click", followed);
}

/** Who pressed something sees it pressed, in the next frame; what it leads to is worked on after that. */
function changed() {
  const tell = () => listener(here());
  cancelAnimationFrame(due);
  if (document.hidden) tell(); // no frame would come
  else due = requestAnimationFrame(() => setTimeout(tell));
}

/** Go there; `replace` leaves no step to come back to. */
export function go(wanted, { replace = false } = {}) {
  const target = href(wanted);
  if (target === location.pathname + location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", target);
  changed();
}

// Links within the page change it in place; with a key held or another button they do what links do.
function followed(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.origin !== location.origin || link.pathname !== "/" || link.hash) return;
  event.preventDefault();
  go(parse(link.search));
}
