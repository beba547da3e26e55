// Whether what is shown is what there is: /status is looked at now and then while somebody looks at the page.

import { get } from "./api.js";
import { byId, el } from "./dom.js";
import { ago, counted, movies } from "./words.js";

const POLL_MS = 4_000, POLL_MS_MAX = 60_000;
const pill = byId("freshness"), toast = byId("toast"), notice = byId("notice");
let status = null, wait = POLL_MS, timer, renew = () => {};

/** Begin; `show` shows the newest data. */
export function start(show) {
  renew = show;
  document.addEventListener("visibilitychange", look);
  addEventListener("online", look);
  look();
}

async function look() {
  clearTimeout(timer);
  if (document.hidden) return;
  try {
    const { data } = await get("/status");
    if (status && data.data_version !== status.data_version) offer(data.movies - status.movies);
    status = data;
    wait = POLL_MS;
    tell();
  } catch {
    wait = Math.min(wait * 2, POLL_MS_MAX); // what is asked for next tells it
  }
  clearTimeout(timer);
  timer = setTimeout(look, wait);
}

function tell() {
  pill.hidden = false;
  pill.classList.toggle("stale", status.stale);
  pill.title = `Data version ${status.data_version}, ${counted(status.files)} files`;
  pill.textContent = `${movies(status.movies)}, updated ${ago(status.changed_at)}`;
  warn(status.stale ? status.age_seconds : null);
}

/** Say that the answers are from memory, so many seconds old; null takes it back. */
export function warn(age) {
  const text = age === null ? "" : `The database cannot be reached. What you see was right ${Math.round(age)} seconds ago and is kept until it is back.`;
  notice.hidden = !text;
  if (notice.textContent !== text) notice.textContent = text;
}

function offer(more) {
  const news = more > 0 ? `${movies(more)} more` : more < 0 ? `${movies(-more)} fewer` : "Movies have changed";
  toast.replaceChildren(el("span", {}, news), el("button", { type: "button", class: "main", click: () => {
    dismiss();
    renew();
  } }, "Show"), el("button", { type: "button", class: "quiet", "aria-label": "Not now", click: dismiss }, "×"));
  toast.hidden = false;
}

/** The newest data is shown. */
export function dismiss() {
  toast.hidden = true;
}

/** How many movies there are in all, as far as is known. */
export const total = () => status?.movies ?? null;
