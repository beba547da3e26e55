// What is shown is kept as it is in the ledger: asked for every few seconds while somebody looks at the page, less and
// less often while there is no answer, and not at all once nobody has touched the page for a while: ingest may rest then.

import { byId } from "./dom.js";
import { age } from "./words.js";

const POLL_MS = 4_000, POLL_MS_MAX = 60_000, IDLE_MS_MAX = 600_000;
const pulse = byId("pulse"), notice = byId("notice");
let look = async () => {}, asking = new AbortController(), wait = POLL_MS, timer, touched = Date.now();

/** Begin; `show` shows what is wanted now, given a signal, and raises Trouble. */
export function start(show) {
  look = show;
  pulse.addEventListener("click", now);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) now(); });
  for (const sign of ["pointermove", "keydown", "scroll"]) addEventListener(sign, touch, { passive: true });
  return now();
}

/** Look at once; whatever is asked for is given up. */
export async function now() {
  asking.abort();
  clearTimeout(timer);
  asking = new AbortController();
  const { signal } = asking;
  touched = Date.now();
  await turn(signal);
}

async function turn(signal) {
  try {
    await look(signal);
    wait = POLL_MS;
    tell("live", "Live");
  } catch (error) {
    if (signal.aborted) return;
    if (error.status === undefined) throw error;
    wait = Math.min(wait * 2, POLL_MS_MAX);
    tell("away", "No answer", `${error.message} Next attempt within ${wait / 1000} seconds; what is shown may be old.`);
  }
  age();
  timer = setTimeout(later, wait, signal);
}

function later(signal) {
  if (document.hidden) return; // its being seen again begins anew
  if (Date.now() - touched > IDLE_MS_MAX) tell("resting", "Paused");
  else turn(signal);
}

function touch() {
  if (pulse.dataset.is === "resting") now();
  touched = Date.now();
}

function tell(is, word, why = "") {
  pulse.dataset.is = is;
  pulse.textContent = word;
  pulse.title = is === "resting" ? "Nobody was here for ten minutes. Press to look again." : "Press to look now.";
  notice.hidden = !why;
  if (notice.textContent !== why) notice.textContent = why;
}
