// Elements, made without ever reading text as markup.

export const byId = (id) => document.getElementById(id);

/** An element with attributes and children. A function is a listener; false, null and undefined leave something out. */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (key.startsWith("--")) made.style.setProperty(key, value);
    else if (value != null && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child != null && child !== false));
  return made;
}

/** What the page was told when it was served. */
export const told = (name) => document.querySelector(`meta[name="${name}"]`).content;

/** Says something to who listens to the page instead of looking at it. */
export function say(text) {
  byId("said").textContent = text;
}
