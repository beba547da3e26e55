// The records of a file that could not be stored, each with its reason.

import { ask } from "./api.js";
import { el } from "./dom.js";
import { counted, plural } from "./words.js";

const PAGE = 20;

/** Where a file's rejects are shown, and look(row, signal), which shows them where the row tells of any. */
export function place(id) {
  const list = el("ol", { class: "rejects" });
  const more = el("button", { type: "button", class: "more", click: () => add(false).catch(({ message }) => { more.textContent = `${message} Try again`; }) });
  const title = el("h2", { id: "rejects-title" });
  const section = el("section", { "aria-labelledby": "rejects-title", hidden: true },
    title,
    el("p", { class: "hint" }, "Download these records, mend them, and upload the file under any key."),
    el("p", { class: "actions" }, el("a", { class: "main", href: `/files/${encodeURIComponent(id)}/rejects.ndjson`, download: "" }, "Download as NDJSON")),
    list, more);
  let rejected = 0, after = 0;

  async function add(anew, signal) {
    const { data } = await ask(`/files/${encodeURIComponent(id)}/rejects?limit=${PAGE}&after=${anew ? 0 : after}`, { signal });
    if (anew) list.replaceChildren();
    list.append(...data.map(entry));
    after = data.at(-1)?.position ?? after;
    const left = rejected - list.children.length;
    more.hidden = left <= 0 || !data.length;
    more.textContent = `Show more, ${counted(left)} left`;
  }

  return {
    place: section,
    look: async (row, signal) => {
      rejected = row.rejected ?? 0;
      section.hidden = !rejected;
      title.textContent = plural(rejected, "rejected record");
      if (rejected) await add(true, signal);
    },
  };
}

const entry = ({ position, reason, record }) => el("li", {},
  el("p", {}, el("span", { class: "where" }, `Record ${counted(position)}`), reason),
  el("pre", { tabindex: 0, "aria-label": `Record ${position}` }, JSON.stringify(record)));
