/** @typedef {import("./words.js").Words} Words */

const PLAIN_ICON = new URL("./plain.svg", import.meta.url).href;

/**
 * The title and the icon of the page around the widget, which a browser shows among its tabs and
 * recent apps, while the window looks like notes. The words before are kept in memory only.
 */
export class PlainPage {
  /** @type {{title: string, icons: Map<HTMLLinkElement, string>}|null} */
  #before = null;

  /** @param {Words} words */
  put(words) {
    const icons = [...document.querySelectorAll("link[rel~='icon']")].map(
      (link) => /** @type {HTMLLinkElement} */ (link),
    );
    this.#before ??= { title: document.title, icons: new Map(icons.map((i) => [i, i.href])) };
    document.title = words.say("title");
    for (const icon of icons) icon.href = PLAIN_ICON;
  }

  restore() {
    if (!this.#before) return;
    document.title = this.#before.title;
    for (const [icon, href] of this.#before.icons) icon.href = href;
    this.#before = null;
  }
}

/**
 * Whether `text` is one of the words that change the look. They are never sent.
 *
 * @param {string} text
 * @param {Words[]} languages
 */
export function changesLook(text, languages) {
  const typed = plain(text);
  return languages.some((words) => words.plainWords.some((word) => plain(word) === typed));
}

/** @param {string} text */
const plain = (text) => text.normalize("NFC").trim().toLowerCase();
