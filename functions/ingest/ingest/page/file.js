// One file: what became of it and why, what of it was rejected, and how to have it read anew.

import { here, href } from "./address.js";
import { ask } from "./api.js";
import { el } from "./dom.js";
import * as rejects from "./rejects.js";
import * as replay from "./replay.js";
import { counted, label, plural, size, STATES, when } from "./words.js";

const PARTS = ["stored", "merged", "rejected"];

/** Put a file's place into `main`; the function that looks at it anew. */
export function open(wanted, main) {
  const head = el("div"), facts = el("div"), refused = rejects.place(wanted.file);
  let drawn = null;
  main.replaceChildren(el("article", { class: "file" },
    el("p", { class: "back" }, el("a", { href: href({ ...here(), file: undefined }) }, "← All files")),
    head, replay.place(wanted.file), refused.place, facts));
  return async (signal) => {
    const { data: row } = await ask(`/files/${encodeURIComponent(wanted.file)}`, { signal });
    const text = JSON.stringify(row);
    if (text !== drawn) {
      head.replaceChildren(...about(row));
      facts.replaceChildren(...details(row));
      document.title = `${row.key} · Ledger`;
      await refused.look(row, signal);
      drawn = text;
    }
  };
}

function about(row) {
  return [
    el("h1", {}, row.key),
    el("p", { class: "line" }, label(row.state), el("span", {}, STATES[row.state])),
    row.reason && el("div", { class: "reason" }, el("p", {}, row.reason), el("p", { class: "hint" }, "Mend the file and upload it again, under this key or another.")),
    row.last_error && el("div", { class: "reason" }, el("p", {}, row.last_error), el("p", { class: "hint" }, "The last attempt broke off there; it is made again by itself.")),
    row.state === "removed" && row.gives_movies && el("p", { class: "hint" }, "Its movies were kept (INGEST_ON_REMOVE=keep)."),
    row.entries > 0 && el("div", { class: "share", "aria-hidden": "true" }, PARTS.map((part) => row[part] > 0 && el("span", { class: part, "--part": row[part] }))),
    row.entries !== null && el("p", { class: "counts" }, `${plural(row.entries, "record")}: `, PARTS.flatMap((part, index) => [index ? ", " : "", el("strong", { class: part }, counted(row[part])), ` ${part}`])),
  ].filter(Boolean);
}

function details(row) {
  const pairs = [
    ["Size", row.size_bytes !== null && `${size(row.size_bytes)}`],
    ["Last changed in the bucket", row.last_modified && when(row.last_modified)],
    ["First seen", when(row.received_at)],
    ["Decided", row.finished_at && when(row.finished_at)],
    ["Attempts", counted(row.attempts)],
    ["Given up by the Broker", row.dead_letters > 0 && el("a", { href: "/?list=dead-letters" }, plural(row.dead_letters, "time"))],
    ["Seen by readers since data version", row.data_version !== null && String(row.data_version)],
    ["Fields that are not known, left out", row.ignored_fields.length > 0 && row.ignored_fields.join(", ")],
    ["Version", el("code", {}, row.version)],
    ["ETag", row.etag !== row.version && el("code", {}, row.etag)],
    ["SHA-256", row.sha256 && el("code", {}, row.sha256)],
  ];
  return [
    el("h2", {}, "In the ledger"),
    el("dl", {}, pairs.filter(([, value]) => value).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
    el("p", { class: "actions" }, el("a", { href: href({ prefix: row.key }) }, "All versions of this key"), el("a", { href: `/files/${row.id}` }, "JSON")),
  ];
}
