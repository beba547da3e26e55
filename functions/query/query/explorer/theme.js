// Runs before the first paint, so that nobody sees the other theme flash by.
try {
  const kept = localStorage.getItem("theme");
  if (kept === "light" || kept === "dark") document.documentElement.dataset.theme = kept;
} catch {
  // No storage here: the system's theme it is.
}
