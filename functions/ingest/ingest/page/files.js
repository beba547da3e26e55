// The newest files, by state and by the beginning of their keys.

import { go, here, href } from "./address.js";
import { ask } from "./api.js";
import { el, say, told } from "./dom.js";
import { counted, label, plural, size, STATES, when } from "./words.js";

const PAGE = 50, TYPED_MS = 250;
let rows = [], next = null, asked = null, drawn = null;

const states = el("nav", { class: "states", "aria-label": "State" });
const box = el("input", { id: "prefix", type: "search", maxlength: 1024, autocomplete: "off", spellcheck: "false", placeholder: "Key begins with", input: typed, keydown: escaped });
const list = el("ol", { class: "rows", "aria-label": "Files, newest first", keydown: walk });
const state = el("div");
const older = el("button", { type: "button", class: "more", hidden: true, click: showOlder }, "Show older files");
const place = el("section", { class: "files" },
  el("h1", {}, "Files in ", el("span", {}, told("bucket"))),
  el("form", { class: "narrow", role: "search", "aria-label": "Files", submit: (event) => event.preventDefault() },
    states, el("label", { class: "unseen", for: "prefix" }, "Key begins with"), box),
  list, state, older);

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || !box.isConnected || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, dialog")) return;
  event.preventDefault();
  box.focus();
});

/** Put the list into `main`; the function that looks at what is wanted anew. */
export function open(wanted, main) {
  const path = `/files?${new URLSearchParams({ limit: PAGE, ...(wanted.state && { state: wanted.state }), ...(wanted.prefix && { prefix: wanted.prefix }) })}`;
  if (path !== asked) [asked, rows, next, drawn] = [path, [], null, null];
  if (!place.isConnected) main.replaceChildren(place);
  states.replaceChildren(...[undefined, ...Object.keys(STATES)].map((each) =>
    el("a", { class: "chip", href: href({ ...wanted, state: each }), "aria-current": each === wanted.state && "true" }, each ?? "all")));
  if (document.activeElement !== box) box.value = wanted.prefix ?? "";
  document.title = [wanted.prefix, wanted.state, "Ledger"].filter(Boolean).join(" · ");
  return (signal) => look(path, wanted, signal);
}

async function look(path, wanted, signal) {
  const { data, next: following } = await ask(path, { signal });
  const first = drawn === null, newest = rows[0]?.id ?? 0;
  // What was asked for by hand stays below.
  const kept = following ? rows.filter((row) => row.id < data.at(-1).id) : [];
  if (!kept.length) next = following;
  rows = [...data, ...kept];
  draw(wanted);
  const more = rows.filter((row) => row.id > newest).length;
  if (first) say(`${plural(rows.length, "file")} shown${next ? ", there are older ones" : ""}`);
  else if (more) say(plural(more, "new file"));
}

function draw(wanted) {
  const text = JSON.stringify(rows);
  if (text === drawn) return;
  drawn = text;
  const focused = document.activeElement?.dataset.file;
  list.replaceChildren(...rows.map((row) => entry(row, wanted)));
  if (focused) list.querySelector(`[data-file="${focused}"]`)?.focus({ preventScroll: true });
  state.replaceChildren(...(rows.length ? [] : [none(wanted)]));
  older.hidden = !next;
}

function entry(row, wanted) {
  const why = row.reason ?? (row.state === "received" ? row.last_error : null);
  return el("li", {}, el("a", { href: href({ ...wanted, file: row.id }), "data-file": row.id },
    label(row.state),
    el("span", { class: "key" }, row.key),
    el("span", { class: "counts" }, counts(row)),
    el("span", { class: "size" }, row.size_bytes === null ? "" : size(row.size_bytes)),
    when(row.received_at),
    why && el("span", { class: "why" }, why)));
}

const counts = (row) => [
  row.stored !== null && `${counted(row.stored)} stored`,
  row.merged > 0 && `${counted(row.merged)} merged`,
  row.rejected > 0 && el("strong", {}, `${counted(row.rejected)} rejected`),
].filter(Boolean).flatMap((part, index) => (index ? [" · ", part] : [part]));

function none(wanted) {
  const narrowed = wanted.state || wanted.prefix;
  return el("div", { class: "state" },
    el("h2", {}, narrowed ? "No file is like this" : "No file has come yet"),
    narrowed ? el("p", {}, wanted.state ? `${wanted.state}: ${STATES[wanted.state]}` : `No key begins with ${wanted.prefix}`)
      : el("p", {}, "Put one into the bucket, and it appears here within seconds:"),
    narrowed ? el("p", {}, el("a", { class: "main", href: "/" }, "All files")) : el("pre", {}, "make upload FILES=films.json"));
}

async function showOlder() {
  const path = asked, shown = rows.length;
  older.textContent = "Asking…";
  try {
    const { data, next: following } = await ask(next);
    if (path !== asked) return;
    next = following;
    rows = [...rows, ...data.filter((row) => row.id < rows.at(-1).id)];
    draw(here());
    list.children[shown]?.firstChild.focus({ preventScroll: true });
    older.textContent = "Show older files";
  } catch (error) {
    older.textContent = `${error.message} Try again`;
  }
}

let timer;
function typed() {
  clearTimeout(timer);
  timer = setTimeout(() => go({ ...here(), prefix: box.value }, { replace: true }), TYPED_MS);
}

function escaped(event) {
  if (event.key !== "Escape" || !box.value) return;
  event.preventDefault();
  box.value = "";
  typed();
}

/** Arrow keys go from file to file; Tab does as well. */
function walk(event) {
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  const target = step && event.target.closest("li")?.[step]?.firstChild;
  if (!target) return;
  event.preventDefault();
  target.focus();
}
