// How things are said.

const number = new Intl.NumberFormat("en");
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60]];

export const counted = (count) => number.format(count);

export const movies = (count, exact = true) =>
  `${exact ? "" : "At least "}${counted(count)} ${count === 1 ? "movie" : "movies"}`;

export function years(from, to) {
  if (from === to) return `${from}`;
  if (to === undefined) return `${from} or later`;
  return from === undefined ? `${to} or earlier` : `${from}–${to}`;
}

/** "3 minutes ago" for an ISO time. */
export function ago(time, now = Date.now()) {
  const seconds = Math.max(0, (now - Date.parse(time)) / 1000);
  const unit = UNITS.find(([, size]) => seconds >= size);
  return unit ? relative.format(-Math.floor(seconds / unit[1]), unit[0]) : "just now";
}

/** Says something to who listens to the page instead of looking at it. */
export function say(text) {
  document.getElementById("said").textContent = text;
}
