// The ledger's page: what stands in the address is shown, and kept as it is in the ledger.

import { here, href, onChange } from "./address.js";
import { byId, el } from "./dom.js";
import * as file from "./file.js";
import * as files from "./files.js";
import * as letters from "./letters.js";
import * as live from "./live.js";

const main = byId("main");
let shown = null, view = null, look = null; // the address that is shown, by which module, and what looks at it anew
let scrolled = 0, opened = null; // where the list was left, and for which file

/** Show what is wanted, or what has changed of it. Raises Trouble where another attempt may help. */
async function show(signal) {
  const wanted = here();
  if (href(wanted) !== shown) open(wanted);
  try {
    await look(signal);
  } catch (error) {
    if (signal.aborted || error.status === undefined) throw error;
    const forGood = error.status >= 400 && error.status < 500;
    if (forGood || main.getAttribute("aria-busy")) showTrouble(error, forGood);
    if (!forGood) throw error;
  }
  main.removeAttribute("aria-busy");
}

function open(wanted) {
  const before = view;
  view = wanted.file ? file : wanted.list ? letters : files;
  if (before === files && view === file) [scrolled, opened] = [scrollY, wanted.file];
  main.setAttribute("aria-busy", "true");
  look = view.open(wanted, main);
  shown = href(wanted);
  for (const link of byId("views").children) {
    if (link.getAttribute("href") === href({ list: wanted.list })) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (before && before !== view) {
    const left = view === files && before === file && main.querySelector(`[data-file="${CSS.escape(opened)}"]`);
    (left || main).focus({ preventScroll: true });
    scrollTo(0, left ? scrolled : 0);
  }
}

function showTrouble(trouble, forGood) {
  shown = null; // the next look begins anew
  main.replaceChildren(el("div", { class: "state", role: forGood && "alert" },
    el("h1", {}, forGood ? "There is nothing here" : "The ledger cannot be read now"),
    el("p", {}, trouble.message),
    el("p", {}, forGood ? el("a", { class: "main", href: "/" }, "All files") : el("button", { type: "button", class: "main", click: live.now }, "Try again"))));
}

onChange(live.now);
live.start(show);
