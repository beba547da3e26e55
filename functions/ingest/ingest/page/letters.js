// What the Broker gave up and has not been stored since.

import { href } from "./address.js";
import { ask } from "./api.js";
import { el } from "./dom.js";
import { plural, when } from "./words.js";

const SHOWN_MAX = 200;

/** Put the list into `main`; the function that looks at it anew. */
export function open(_wanted, main) {
  const list = el("ol", { class: "rows letters", "aria-label": "Dead letters, newest first" }), state = el("div");
  let drawn = null;
  main.replaceChildren(el("section", { class: "files" },
    el("h1", {}, "Dead letters"),
    el("p", { class: "hint" }, "Events that the Broker gave up. Nothing is lost: what they speak of is in the bucket, and the next comparison asks for it. A row goes when its file is stored."),
    list, state));
  document.title = "Dead letters · Ledger";
  return async (signal) => {
    const { data, next } = await ask(`/dead-letters?limit=${SHOWN_MAX}`, { signal });
    const text = JSON.stringify(data);
    if (text === drawn) return;
    drawn = text;
    list.replaceChildren(...data.map(entry));
    state.replaceChildren(next ? el("p", { class: "hint" }, `These are the newest ${SHOWN_MAX}; the others are at `, el("a", { href: next }, next))
      : data.length ? "" : el("div", { class: "state" }, el("h2", {}, "Nothing was given up"), el("p", {}, "Every event came to an end.")));
  };
}

function entry(letter) {
  return el("li", {}, el("div", {},
    el("span", { class: "label failed" }, letter.code ?? "no answer"),
    el("span", { class: "key" }, letter.key ? el("a", { href: href({ prefix: letter.key }) }, letter.key) : `${letter.event_type || "an event"} that names no key`),
    el("span", { class: "counts" }, `given up ${plural(letter.times, "time")}`),
    when(letter.last_at),
    el("span", { class: "why" }, meaning(letter))));
}

function meaning({ code, destination }) {
  if (code === null) return `There was no answer${destination && ` from ${destination}`}.`;
  if (code === 422 || code === 413) return "It was refused for good: the file's row says why.";
  return `The last answer was ${code}. The next comparison asks again; “make reconcile” does so at once.`;
}
