import { el } from "./dom.js";

/**
 * A line that stands for `whole` while the window looks like notes: tapping it shows the rest, and
 * again hides it. In the ordinary look the style sheet shows everything but this line.
 *
 * @param {HTMLElement} whole gets the class `unfolded` while it is open
 * @param {() => void} [onOpen]
 * @returns {HTMLButtonElement} to be put first into `whole`
 */
export function foldLine(whole, onOpen = () => {}) {
  const line = el("button", { type: "button", class: "fold", "aria-expanded": "false" });
  line.addEventListener("click", () => {
    const open = !whole.classList.contains("unfolded");
    if (open) onOpen();
    setFolded(whole, !open);
  });
  return line;
}

/** @param {HTMLElement} whole @param {boolean} folded */
export function setFolded(whole, folded) {
  whole.classList.toggle("unfolded", !folded);
  whole.querySelector(":scope > .fold")?.setAttribute("aria-expanded", String(!folded));
}
