// The address of what is shown, as a command for a terminal.

import { byId, el } from "./dom.js";

const SHOWN_MS = 2_000;

export const command = (path) => `curl '${location.origin}${path.replaceAll("'", "%27")}'`;

/** Copies the command for a path; where nothing may be copied it is shown, selected, to be copied by hand. */
export async function copy(button, path) {
  const text = command(path);
  try {
    await navigator.clipboard.writeText(text);
    flash(button, "Copied");
  } catch {
    const shown = el("input", { readonly: true, "aria-label": "Command", class: "command" });
    shown.value = text;
    shown.addEventListener("blur", () => shown.replaceWith(button));
    button.replaceWith(shown);
    shown.select();
  }
}

function flash(button, word) {
  const before = button.dataset.word ??= button.textContent;
  button.textContent = word;
  byId("said").textContent = `${word} to the clipboard`;
  setTimeout(() => { button.textContent = before; }, SHOWN_MS);
}
