import { contactsByCountry } from "./contacts.js";
import { el, icon, ICONS } from "./dom.js";

/** @typedef {import("./words.js").Words} Words */

/**
 * The parts around the conversation: who speaks, the language, leaving, the emergency lines.
 * They hold no state of their own; `speak` puts all their words in another language.
 */
export class Frame {
  #brand = el("h1", { class: "brand" });
  #subtitle = el("p", { class: "subtitle small" });
  #languageLabel = el("label", { class: "hidden", for: "language" });
  #language = el("select", { id: "language" });
  #leave = el("button", { type: "button", class: "leave" });
  #who = el("p", { class: "who" });
  #emergency = el("button", { type: "button", class: "emergency" });
  #privacy = el("a", { class: "privacy small", target: "_blank", rel: "noopener" });
  #delete = el("button", { type: "button", class: "link" });
  #look = el("button", { type: "button", class: "look" }, icon(ICONS.notes));
  #skip = el("a", { href: "#", class: "skip" });
  #panel = el("dialog", { class: "panel" });

  /**
   * @param {{onLanguage: (code: string) => void, onLeave: () => void, onDelete: () => void,
   *   onLook: () => void, onSkip: () => void}} actions
   */
  constructor({ onLanguage, onLeave, onDelete, onLook, onSkip }) {
    this.#language.addEventListener("change", () => onLanguage(this.#language.value));
    this.#leave.addEventListener("click", onLeave);
    this.#delete.addEventListener("click", onDelete);
    this.#look.addEventListener("click", onLook);
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
        this.#look,
        this.#leave,
      ),
      el("div", { class: "strip" }, this.#who, this.#emergency),
    );
    this.footer = el("footer", {}, this.#privacy, this.#delete);
    this.panel = this.#panel;
  }

  /** @param {Words} words @param {string} server address of the web part */
  speak(words, server) {
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
    const hint = words.say("plain_hint", { word: words.plainWords[0] });
    this.#look.setAttribute("aria-label", words.say(words.isPlain ? "plain_back" : "plain"));
    this.#look.title = words.isPlain ? words.say("plain_back") : hint;
    this.#look.setAttribute("aria-description", words.isPlain ? "" : hint);
    this.#leave.replaceChildren(icon(ICONS.leave), words.say("leave"));
    this.#leave.title = words.say("leave_hint");
    this.#leave.setAttribute("aria-description", words.say("leave_hint"));
    this.#who.textContent = words.say("who");
    this.#emergency.replaceChildren(icon(ICONS.phone), words.say("emergency"));
    this.#privacy.textContent = words.say("privacy", { minutes: strings.minutes });
    if (words.isPlain) this.#privacy.removeAttribute("href");
    else this.#privacy.href = `${server}/privacy/${words.language}`;
    this.#delete.textContent = words.say("delete");
    this.#fillPanel(words, `${server}/help/${words.language}`);
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
