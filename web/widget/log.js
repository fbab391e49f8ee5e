import { render } from "./blocks.js";
import { el } from "./dom.js";
import { foldLine, setFolded } from "./fold.js";

/**
 * @typedef {import("./types.js").Block} Block
 * @typedef {import("./types.js").Choice} Choice
 * @typedef {import("./words.js").Words} Words
 */

/** Space left above an answer that was brought into view. */
const GAP_PX = 12;

/**
 * The conversation as it is seen. A message is added whole and once, so a screen reader, which is
 * told of additions only, reads it once and never the history again.
 */
export class Log {
  element = el("div", {
    class: "log",
    role: "log",
    "aria-live": "polite",
    "aria-relevant": "additions",
    tabindex: "0",
  });

  /** Messages so far; each has a number while the window looks like notes. */
  #count = 0;

  /** @param {(choice: Choice) => void} onChoice */
  constructor(onChoice) {
    this.onChoice = onChoice;
  }

  /** @param {Words} words */
  speak(words) {
    this.element.setAttribute("aria-label", words.say("log"));
    for (const line of this.element.querySelectorAll(".fold")) {
      line.textContent = words.say("note", { number: Number(line.getAttribute("data-number")) });
    }
  }

  /** Leaves of every message only its line, where the window looks like notes. */
  fold() {
    for (const message of this.element.querySelectorAll(".unfolded")) {
      setFolded(/** @type {HTMLElement} */ (message), true);
    }
  }

  clear() {
    this.element.replaceChildren();
    this.#count = 0;
  }

  /**
   * Shows what the person said.
   * @param {string} text
   * @param {Words} words
   * @returns {HTMLElement} so that it can be taken back when it did not reach the server
   */
  you(text, words) {
    const message = el(
      "article",
      { class: "message you" },
      el("h2", { class: "hidden" }, words.say("you")),
      el("p", { dir: "auto" }, text),
    );
    this.#add(message, words);
    this.#show(message, "end");
    return message;
  }

  /**
   * Shows an answer; the buttons of earlier answers no longer work.
   * @param {Block[]} blocks
   * @param {Words} words
   * @param {{opening?: boolean, after?: Node|null}} [options] `opening` marks the first screen;
   *   `after` is put under the answer
   */
  guide(blocks, words, { opening = false, after = null } = {}) {
    this.retireChoices();
    const message = el(
      "article",
      { class: opening ? "message guide opening" : "message guide", lang: words.htmlLang },
      el("h2", { class: "hidden" }, words.say("guide")),
      ...blocks.map((block) => render(block, words, (choice, button) => this.#tap(choice, button))),
      after,
    );
    this.#add(message, words);
    this.#show(message, "start");
  }

  /** @param {HTMLElement} message @param {Words} words */
  #add(message, words) {
    const line = foldLine(message, () => this.fold());
    line.setAttribute("data-number", String((this.#count += 1)));
    line.textContent = words.say("note", { number: this.#count });
    message.prepend(line);
    this.element.append(message);
  }

  /** @param {HTMLElement} note */
  note(note) {
    this.element.append(note);
    this.#show(note, "end");
  }

  retireChoices() {
    for (const button of this.element.querySelectorAll("button.choice")) {
      button.setAttribute("aria-disabled", "true");
    }
  }

  reviveChoices() {
    const last = [...this.element.querySelectorAll(".choices")].pop();
    for (const button of last?.querySelectorAll("button.choice") ?? []) {
      button.removeAttribute("aria-disabled");
      button.removeAttribute("aria-pressed");
    }
  }

  /**
   * A tapped button stays where it is and keeps the focus: the next Tab leads on to the answer.
   * @param {Choice} choice
   * @param {HTMLButtonElement} button
   */
  #tap(choice, button) {
    if (button.getAttribute("aria-disabled") === "true") return;
    this.retireChoices();
    button.setAttribute("aria-pressed", "true");
    this.onChoice(choice);
  }

  /**
   * Brings a message into view: an answer by its first line, together with what was asked when
   * both fit; what the person said by its last line. Only the log scrolls; `scrollIntoView` would
   * move the page around it too.
   * @param {HTMLElement} message
   * @param {"start"|"end"} edge
   */
  #show(message, edge) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const bottom = message.offsetTop + message.offsetHeight + GAP_PX;
    const asked = /** @type {HTMLElement|null} */ (message.previousElementSibling);
    const both = asked?.matches(".you") && bottom - asked.offsetTop <= this.element.clientHeight;
    const first = both && asked ? asked : message;
    this.element.scrollTo({
      top: edge === "start" ? first.offsetTop - GAP_PX : this.element.scrollHeight,
      behavior: still ? "auto" : "smooth",
    });
  }
}
