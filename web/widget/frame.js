import { contactsByCountry } from "./contacts.js";
import { el, icon, ICONS } from "./dom.js";

/** @typedef {import("./words.js").Words} Words */

/**
 * The parts around the conversation: who speaks, the language, leaving, the emergency lines.
 * They hold no state of their own; `speak` puts all their words in another language.
 */
export class Frame {
  #brand = el("p", { class: "brand" });
  #subtitle = el("p", { class: "subtitle small" });
  #languageLabel = el("label", { class: "hidden", for: "language" });
  #language = el("select", { id: "language" });
  #leave = el("button", { type: "button", class: "leave" });
  #who = el("p", { class: "who" });
  #emergency = el("button", { type: "button", class: "emergency" });
  #privacy = el("p", { class: "small" });
  #again = el("button", { type: "button", class: "link" });
  #skip = el("a", { href: "#", class: "skip" });
  #panel = el("dialog", { class: "panel" });

  /**
   * @param {{onLanguage: (code: string) => void, onLeave: () => void, onAgain: () => void,
   *   onSkip: () => void}} actions
   */
  constructor({ onLanguage, onLeave, onAgain, onSkip }) {
    this.#language.addEventListener("change", () => onLanguage(this.#language.value));
    this.#leave.addEventListener("click", onLeave);
    this.#again.addEventListener("click", onAgain);
    this.#emergency.addEventListener("click", () => this.#panel.showModal());
    this.#skip.addEventListener("click", (event) => {
      event.preventDefault();
      onSkip();
    });
    this.header = el(
      "header",
      {},
      this.#skip,
      el(
        "div",
        { class: "bar" },
        el("div", { class: "names" }, this.#brand, this.#subtitle),
        this.#languageLabel,
        el("div", { class: "language" }, icon(ICONS.globe), this.#language),
        this.#leave,
      ),
      el("div", { class: "strip" }, this.#who, this.#emergency),
    );
    this.footer = el("footer", {}, this.#privacy, this.#again);
    this.panel = this.#panel;
  }

  /** @param {Words} words @param {string} helpPage address of the page that needs no script */
  speak(words, helpPage) {
    const { strings } = words;
    this.#skip.textContent = words.say("skip");
    this.#brand.textContent = words.say("title");
    this.#subtitle.textContent = words.say("subtitle");
    this.#languageLabel.textContent = words.say("language");
    this.#language.replaceChildren(
      ...strings.languages.map(({ code, name, html_lang: lang }) =>
        el("option", { value: code, lang, selected: code === words.language }, name),
      ),
    );
    this.#leave.replaceChildren(icon(ICONS.leave), words.say("leave"));
    this.#leave.title = words.say("leave_hint");
    this.#leave.setAttribute("aria-description", words.say("leave_hint"));
    this.#who.textContent = words.say("who");
    this.#emergency.replaceChildren(icon(ICONS.phone), words.say("emergency"));
    this.#privacy.textContent = words.say("privacy", { minutes: strings.minutes });
    this.#again.textContent = words.say("start_again");
    this.#fillPanel(words, helpPage);
  }

  /** The lines are in the page from the start, so the panel works without a connection. */
  #fillPanel(/** @type {Words} */ words, /** @type {string} */ helpPage) {
    const close = el("button", { type: "button", class: "quiet" }, words.say("close"));
    close.addEventListener("click", () => this.#panel.close());
    this.#panel.setAttribute("aria-label", words.say("emergency"));
    this.#panel.lang = words.htmlLang;
    this.#panel.replaceChildren(
      ...[
        el("div", { class: "panel-bar" }, el("h2", {}, words.say("emergency")), close),
        el("p", { class: "panel-who" }, words.say("who")),
        contactsByCountry(words.strings.fallback.hotlines, words),
        words.strings.unreviewed && el("p", { class: "unreviewed" }, words.say("unreviewed")),
        el("p", {}, el("a", { href: helpPage }, words.say("help_page"))),
      ].filter((part) => part instanceof Node),
    );
  }
}
