/** @typedef {import("./types.js").Strings} Strings */

/** The widget's own labels in one language, as `GET /api/strings` sends them. */
export class Words {
  /**
   * @param {Strings} strings
   * @param {boolean} [isPlain] whether labels are said as on a page of notes, where they can be
   */
  constructor(strings, isPlain = false) {
    this.strings = strings;
    this.isPlain = isPlain;
  }

  /** The same words for a window that looks like notes: nothing in them tells what it is. */
  get plain() {
    return new Words(this.strings, true);
  }

  /** What to type to change the look. */
  get plainWords() {
    return this.strings.labels.widget_plain_words.split(",").map((word) => word.trim());
  }

  get language() {
    return this.strings.language;
  }

  get htmlLang() {
    return this.strings.html_lang;
  }

  /**
   * @param {string} label its name without the prefix `widget_`
   * @param {Record<string, string|number>} [values] what stands for the {placeholders}
   */
  say(label, values = {}) {
    const { labels } = this.strings;
    const ordinary = labels[`widget_${label}`] ?? "";
    const text = this.isPlain ? (labels[`widget_plain_${label}`] ?? ordinary) : ordinary;
    return text.replace(/\{([a-z_]+)\}/g, (whole, name) => String(values[name] ?? whole));
  }

  /**
   * A date as people write it in this language. Thai readers would otherwise be shown the
   * Buddhist year, which sources in other languages do not print: the calendar is fixed.
   *
   * @param {string} printed a year, a month or a day: 2025, 2025-01 or 2025-01-24
   */
  date(printed) {
    const match = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(printed);
    if (!match) return printed;
    const [, year, month, day] = match;
    const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day ?? 1)));
    /** @type {Intl.DateTimeFormatOptions} */
    const shape = { year: "numeric", month: "long", timeZone: "UTC" };
    if (day) shape.day = "numeric";
    const written = new Intl.DateTimeFormat(`${this.htmlLang}-u-ca-gregory`, shape).format(at);
    // A browser that knows no month of this language (Chromium in Burmese, Khmer and Lao) writes M06.
    return /M\d\d/.test(written) ? printed : written;
  }
}
