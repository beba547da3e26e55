// Having a file read and stored anew. Who asks for it must have the token: it is asked for once, kept in this tab alone,
// and sent in a header, nowhere else.

import { ask } from "./api.js";
import { byId, el, say, told } from "./dom.js";
import * as live from "./live.js";

const MS_MAX = 600_000; // as long as a request may last on a cluster
const KEPT = "ingest-token";
const dialog = byId("ask"), box = byId("token"), wrong = byId("ask-wrong");
let answer = () => {};

dialog.addEventListener("close", () => answer(""));
byId("ask-not").addEventListener("click", () => dialog.close());
dialog.querySelector("form").addEventListener("submit", () => answer(box.value.trim()));

/** The button, and what came of it. */
export function place(id) {
  const said = el("p", { class: "outcome" });
  const tell = (text, bad = false) => {
    said.textContent = text;
    said.classList.toggle("wrong", bad);
    say(text);
  };
  const button = el("button", { type: "button", class: "quiet", click: async () => {
    button.disabled = true;
    try {
      await replay(id, tell);
    } finally {
      button.disabled = false;
      button.focus({ preventScroll: true });
    }
  } }, "Replay");
  const on = told("replay") === "on";
  return el("div", { class: "replay" }, on && button, said, el("p", { class: "hint" }, on
    ? "Reads and stores the file anew, whatever the ledger says of it: after a change of limits or of the code."
    : "Replay is off: this ingest runs without a token. Set INGEST_TOKEN where it runs."));
}

async function replay(id, tell) {
  let token = kept() ?? await wanted("");
  while (token) {
    tell("The file is being read…");
    try {
      const { data, status } = await ask(`/files/${encodeURIComponent(id)}/replay`, { method: "POST", token, ms: MS_MAX });
      keep(token);
      tell(status === 202 ? "Another request is reading this file just now." : `Read anew: ${data.state}.`);
      break;
    } catch (error) {
      if (error.status === undefined) throw error;
      keep(error.status === 401 ? null : token);
      tell(error.message, true);
      if (error.status !== 401) break;
      tell("");
      token = await wanted("This is not the token of this ingest.");
    }
  }
  live.now();
}

/** The token, from who has it; "" from who would rather not. */
function wanted(why) {
  wrong.textContent = why;
  wrong.hidden = !why;
  box.setAttribute("aria-invalid", String(Boolean(why)));
  dialog.showModal();
  return new Promise((resolve) => {
    answer = (token) => {
      box.value = "";
      resolve(token); // the first answer counts; closing brings a second
    };
  });
}

function kept() {
  try {
    return sessionStorage.getItem(KEPT);
  } catch {
    return null; // no storage here: it is asked for each time
  }
}

function keep(token) {
  try {
    if (token) sessionStorage.setItem(KEPT, token);
    else sessionStorage.removeItem(KEPT);
  } catch {
    // As above.
  }
}
