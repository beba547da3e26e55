// The theme: the system's, or the one that was chosen here.

import { byId } from "./dom.js";

const THEMES = ["system", "light", "dark"];
const button = byId("theme"), root = document.documentElement;

export function start() {
  button.addEventListener("click", () => choose(THEMES[(THEMES.indexOf(now()) + 1) % THEMES.length]));
  label();
}

const now = () => root.dataset.theme ?? "system";

function choose(theme) {
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // No storage here: it lasts as long as the page.
  }
  label();
}

function label() {
  const signs = { system: "◐", light: "☀", dark: "☾" };
  button.textContent = signs[now()];
  button.setAttribute("aria-label", `Theme: ${now()}`);
  button.title = `Theme: ${now()}`;
}
