import { english as folded } from "./blocks.js";
import { contactsByCountry } from "./contacts.js";
import { el } from "./dom.js";
import { foldLine, setFolded } from "./fold.js";

/**
 * @typedef {import("./types.js").Hotline} Hotline
 * @typedef {import("./words.js").Words} Words
 */

/**
 * What is shown when an answer could not be had: apart from the conversation, announced at once,
 * with the contacts and a way to try again.
 */
export class Problem {
  /** Always in the page, so that screen readers watch it before something is put into it. */
  #announced = el("div", { role: "alert" });
  #retry = el("button", { type: "button", class: "quiet" });
  #below = el("div");
  /** @type {(() => void)|null} */
  #again = null;
  element = el(
    "section",
    { class: "problem", hidden: true },
    this.#retry,
    this.#announced,
    this.#below,
  );
  #line = foldLine(this.element);

  constructor() {
    this.element.prepend(this.#line);
    this.#retry.addEventListener("click", () => this.#again?.());
  }

  /**
   * @param {string} message
   * @param {Words} words
   * @param {{title?: string, hotlines?: Hotline[], english?: string|null,
   *   retry?: (() => void)|null, kept?: boolean}} [options] `english` is the message in English
   *   where no native speaker has read it yet; `kept` says that the text is still in the box
   */
  show(
    message,
    words,
    { title = "", hotlines = [], english = null, retry = null, kept = false } = {},
  ) {
    this.element.lang = words.htmlLang;
    this.speak(words);
    setFolded(this.element, true);
    this.#announced.replaceChildren(
      ...[
        title && el("h2", {}, title),
        ...message.split("\n\n").map((paragraph) => el("p", { dir: "auto" }, paragraph)),
        kept && el("p", { class: "small" }, words.say("error_draft")),
      ].filter((part) => part instanceof Node),
    );
    this.#again = retry;
    this.#retry.hidden = !retry;
    this.#retry.textContent = words.say("retry");
    this.#below.replaceChildren();
    if (english) this.#below.append(folded(english, words));
    if (hotlines.length > 0) this.#below.append(contactsByCountry(hotlines, words));
    this.element.hidden = false;
    this.element.scrollTop = 0;
  }

  /** @param {Words} words */
  speak(words) {
    this.#line.textContent = words.say("problem");
  }

  hide() {
    if (this.element.hidden) return;
    this.element.hidden = true;
    this.#announced.replaceChildren();
    this.#below.replaceChildren();
  }
}
