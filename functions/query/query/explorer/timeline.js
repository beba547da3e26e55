// Movies by year, to brush over: drag with a pointer, or move the two ends with the keyboard.

import { go, here } from "./address.js";
import { byId, el, settled, svg } from "./dom.js";
import { movies, years } from "./words.js";

const COMMIT_MS = 250, HIGH = 100, LABEL_PX = 58;
const frame = byId("timeline");
let first = 0, last = 0, from = 0, to = 0; // the years there are, and those that are chosen
let counts = new Map();
let wide = 0; // pixels; asking the frame itself would lay the whole page out, cards and all

const bars = svg("svg", { class: "bars", preserveAspectRatio: "none", "aria-hidden": "true" });
const range = el("div", { class: "range", "aria-hidden": "true" });
const tip = el("output", { class: "tip", "aria-hidden": "true", hidden: true });
const axis = el("div", { class: "axis", "aria-hidden": "true" });
const plot = el("div", { class: "plot" }, bars, range, tip);
const ends = [end("From year"), end("To year")];
plot.append(...ends);

/** Show the years of `found` between the first and the last of `all` (both of /facets). */
export function show(found, all, wanted) {
  frame.hidden = !all.length;
  if (!all.length) return;
  if (!plot.isConnected) frame.replaceChildren(plot, axis);
  [first, last] = [all[0].value, all[all.length - 1].value];
  counts = new Map(found.map(({ value, count }) => [value, count]));
  from = within(wanted.year_from, first);
  to = Math.max(from, within(wanted.year_to, last));
  draw();
  mark();
}

const within = (text, otherwise) => (text === undefined || Number.isNaN(Number(text)) ? otherwise : Math.min(last, Math.max(first, Number(text))));
const span = () => last - first + 1;

function draw() {
  const most = Math.max(1, ...counts.values());
  bars.setAttribute("viewBox", `0 0 ${span()} ${HIGH}`);
  bars.replaceChildren(...[...counts].map(([year, count]) => {
    const high = Math.max(1.5, (count / most) * HIGH);
    return svg("rect", { x: year - first + 0.1, y: HIGH - high, width: 0.8, height: high, "data-year": year });
  }));
  label();
}

function label() {
  const room = Math.max(2, Math.floor(wide / LABEL_PX));
  const step = [1, 2, 5, 10, 20, 50].find((years) => span() / years <= room) ?? 100;
  axis.replaceChildren();
  for (let year = Math.ceil(first / step) * step; year <= last; year += step) {
    axis.append(el("span", { "--at": (year - first + 0.5) / span() }, String(year)));
  }
}

function mark() {
  plot.classList.toggle("all", from === first && to === last);
  plot.style.setProperty("--from", (from - first) / span());
  plot.style.setProperty("--to", (to - first + 1) / span());
  for (const bar of bars.children) bar.classList.toggle("out", bar.dataset.year < from || bar.dataset.year > to);
  ends.forEach((slider, index) => {
    const value = index ? to : from;
    for (const [name, is] of [["valuemin", index ? from : first], ["valuemax", index ? last : to], ["valuenow", value]]) slider.setAttribute(`aria-${name}`, is);
    slider.setAttribute("aria-valuetext", `${value}, ${movies(counts.get(value) ?? 0)}`);
  });
}

function choose(one, other) {
  [from, to] = [Math.max(first, Math.min(one, other)), Math.min(last, Math.max(one, other))];
  mark();
}

function commit() {
  const all = from === first && to === last;
  go({ ...here(), year_from: all ? undefined : String(from), year_to: all ? undefined : String(to) });
}
const commitSoon = settled(COMMIT_MS, commit);

function end(label) {
  return el("div", { class: label.startsWith("From") ? "end start" : "end", role: "slider", tabindex: 0, "aria-label": label, "aria-orientation": "horizontal", keydown: (event) => {
    const isFirst = event.currentTarget === ends[0], now = isFirst ? from : to;
    const moved = { ArrowLeft: now - 1, ArrowDown: now - 1, ArrowRight: now + 1, ArrowUp: now + 1, PageDown: now - 10, PageUp: now + 10, Home: isFirst ? first : from, End: isFirst ? to : last };
    if (event.key === "Escape") choose(first, last);
    else if (!(event.key in moved)) return;
    else if (isFirst) choose(Math.min(to, Math.max(first, moved[event.key])), to);
    else choose(from, Math.max(from, Math.min(last, moved[event.key])));
    event.preventDefault();
    commitSoon();
  } });
}

// With a pointer

const yearAt = (event) => {
  const { left, width } = plot.getBoundingClientRect();
  return Math.min(last, Math.max(first, first + Math.floor(((event.clientX - left) / width) * span())));
};
let drag = null; // the year where it began

plot.addEventListener("pointerdown", (event) => {
  if (event.button) return;
  plot.setPointerCapture(event.pointerId);
  // An end is dragged alone; anywhere else a new range begins.
  const held = ends.indexOf(event.target);
  drag = held === 0 ? to : held === 1 ? from : yearAt(event);
  if (held < 0) choose(drag, drag);
});
plot.addEventListener("pointermove", (event) => {
  const year = yearAt(event);
  if (drag !== null) choose(drag, year);
  tip.hidden = false;
  tip.textContent = drag !== null && from !== to ? years(from, to) : `${year} · ${movies(counts.get(year) ?? 0)}`;
  tip.style.setProperty("--at", (year - first + 0.5) / span());
});
plot.addEventListener("pointerup", () => {
  if (drag !== null) commit();
  drag = null;
});
plot.addEventListener("pointercancel", () => { drag = null; });
plot.addEventListener("pointerleave", () => { tip.hidden = drag === null; });

new ResizeObserver(([{ contentRect }]) => {
  wide = contentRect.width;
  if (wide && last) label();
}).observe(frame);
