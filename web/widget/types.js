/**
 * The shapes that travel between the widget and the web part, as JSDoc types.
 * `GET /api/schema` publishes the blocks as JSON Schema.
 *
 * @typedef {{type: "text", text: string, tone?: "plain"|"danger"|"note",
 *   english?: string|null}} TextBlock
 * @typedef {{id: string, name: string, quote: string|null, why: string}} Flag
 * @typedef {{type: "verdict", level: "lure"|"careful"|"unclear", headline: string, note: string,
 *   kind: string|null, flags: Flag[], ask_back: string|null, next_moves: string|null,
 *   noticed: string[]}} VerdictBlock
 * @typedef {{id: string, name: string, name_local: string|null, kind: string, country: string,
 *   country_name: string,
 *   serves: string, dial_inside: string|null, dial_from_abroad: string|null, sms: string|null,
 *   whatsapp: string|null, url: string|null, app: string|null, press: string|null,
 *   extension: string|null, hours: string|null, languages: string|null, purpose: string|null,
 *   hedge: string|null, last_printed: string|null, last_dialled: string|null, source: string[]}} Hotline
 * @typedef {{type: "hotlines", items: Hotline[], note?: string|null}} HotlinesBlock
 * @typedef {{title: string, publisher: string|null, date: string|null, url: string|null}} Source
 * @typedef {{type: "sources", items: Source[], reviewed: string|null,
 *   unreviewed_translation: boolean}} SourcesBlock
 * @typedef {{type: "paper", paper: "show"|"trip"|"report", label: string}} PaperBlock
 * @typedef {{label: string, choice: string}} Choice
 * @typedef {{type: "choices", items: Choice[]}} ChoicesBlock
 * @typedef {TextBlock|VerdictBlock|HotlinesBlock|SourcesBlock|PaperBlock|ChoicesBlock} Block
 *
 * @typedef {{conversation: string, language: string, replies: Block[]}} Reply
 * @typedef {{error: string, message: string, hotlines: Hotline[], english?: string}} Refusal
 * @typedef {Refusal & Reply} Alternative a refusal that offers something in place of an answer
 * @typedef {{code: string, name: string, html_lang: string}} Language
 * @typedef {{language: string, html_lang: string, labels: Record<string, string>,
 *   languages: Language[], minutes: number, text_limit: number, unreviewed: boolean,
 *   readable: string[],
 *   fallback: {message: string, hotlines: Hotline[], english: string|null}}} Strings
 */
export {};
