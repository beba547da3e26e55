// How things are said.

import { el } from "./dom.js";

const number = new Intl.NumberFormat("en");
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const exact = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });
const PERIODS = [["day", 86_400], ["hour", 3_600], ["minute", 60]];
const SIZES = ["bytes", "KB", "MB", "GB", "TB"];

/** What each state of a file means to who sent it. */
export const STATES = {
  received: "It is being read, or waits to be.",
  stored: "Its movies are in the database.",
  duplicate: "The same content was there already; nothing had to be stored.",
  superseded: "A newer version of this key took its place.",
  failed: "It cannot be stored, and nothing of it was.",
  removed: "It was deleted from the bucket.",
};

export const counted = (count) => number.format(count);

export const plural = (count, one, many = `${one}s`) => `${counted(count)} ${count === 1 ? one : many}`;

/** "1.4 MB" */
export function size(bytes) {
  const step = bytes < 1000 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${step ? (bytes / 1000 ** step).toPrecision(3) : bytes} ${SIZES[step]}`;
}

function ago(time) {
  const seconds = Math.max(0, (Date.now() - Date.parse(time)) / 1000);
  const period = PERIODS.find(([, long]) => seconds >= long);
  return period ? relative.format(-Math.floor(seconds / period[1]), period[0]) : "just now";
}

/** "3 minutes ago", with the moment itself beside it. */
export const when = (time) => el("time", { datetime: time, title: exact.format(new Date(time)) }, ago(time));

/** Say again how long ago each moment on the page is by now. */
export function age() {
  for (const each of document.querySelectorAll("time")) each.textContent = ago(each.dateTime);
}

/** A state as a label. */
export const label = (state) => el("span", { class: `label ${state}` }, state);
