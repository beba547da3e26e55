// What is shown stands in the address: /?state=failed&prefix=2026/ is a list, /?state=failed&file=7 a file opened
// from it, /?list=dead-letters what the Broker gave up.

const NAMES = ["list", "state", "prefix", "file"];

/** What the address asks for, by name. */
export function here(search = location.search) {
  const given = new URLSearchParams(search);
  return Object.fromEntries(NAMES.filter((name) => given.get(name)).map((name) => [name, given.get(name)]));
}

/** The address of what is wanted. */
export function href(wanted) {
  const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
  return query.size ? `/?${query.toString().replaceAll("%2F", "/")}` : "/";
}

let changed = () => {};

/** Call `listener` whenever the address changes. */
export function onChange(listener) {
  changed = listener;
  addEventListener("popstate", () => changed());
  document.addEventListener("click", followed);
}

/** Go there; `replace` leaves no step to come back to. */
export function go(wanted, { replace = false } = {}) {
  if (href(wanted) === location.pathname + location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", href(wanted));
  changed();
}

// Links within the page change it in place; with a key held or another button they do what links do.
function followed(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.origin !== location.origin || link.pathname !== "/" || link.hash) return;
  event.preventDefault();
  go(here(link.search));
}
