import { Words } from "./words.js";

/** The labels in every language that was asked for, kept so that none is fetched twice. */
export class Library {
  /** @type {Map<string, Words>} */
  #known = new Map();

  /** @param {import("./api.js").Api} api */
  constructor(api) {
    this.api = api;
  }

  /** The labels of every language that has been fetched. */
  get all() {
    return [...this.#known.values()];
  }

  /**
   * The labels of a language.
   * @param {string} language
   * @returns {Promise<Words>}
   */
  async words(language) {
    const known = this.#known.get(language);
    if (known) return known;
    const words = new Words(await this.api.strings(language));
    this.#known.set(words.language, words);
    return words;
  }

  /**
   * Fetches the other languages ahead, so that the switch and the emergency lines work in each
   * of them without a connection.
   * @param {Words} words
   */
  async fetchOthers(words) {
    for (const { code } of words.strings.languages) {
      await this.words(code).catch(() => {});
    }
  }
}
