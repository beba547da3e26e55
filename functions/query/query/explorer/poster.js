// A movie's poster: drawn at once, and covered by the real one where there is one that arrives.

import { art } from "./art.js";
import { el } from "./dom.js";

const ORIGINS = new Set(document.querySelector("meta[name=picture-origins]").content.split(" ").filter(Boolean));
// Where so many in a row did not arrive, the network is away: no more are asked for until the page is loaded anew.
const FAILURES_MAX = 4;
let failures = 0;

/** The poster of a movie, as decoration: title and year stand beside it. */
export function poster(movie, { lazy = true } = {}) {
  const frame = el("div", { class: "poster", "aria-hidden": "true" }, art(movie), el("span", { class: "lettering" }, movie.title));
  if (isWelcome(movie.thumbnail) && failures < FAILURES_MAX) frame.append(picture(movie.thumbnail, lazy));
  return frame;
}

function isWelcome(address) {
  const url = address ? URL.parse(address) : null;
  return url !== null && ORIGINS.has(url.origin);
}

function picture(address, lazy) {
  const image = el("img", {
    alt: "", decoding: "async", loading: lazy ? "lazy" : "eager", referrerpolicy: "no-referrer",
    load: () => { failures = 0; image.classList.add("there"); },
    error: () => { failures += 1; image.remove(); },
  });
  image.src = address;
  return image;
}
