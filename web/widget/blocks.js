import { contacts, contactsByCountry } from "./contacts.js";
import { el, icon, ICONS } from "./dom.js";

/**
 * @typedef {import("./types.js").Block} Block
 * @typedef {import("./types.js").Choice} Choice
 * @typedef {import("./types.js").HotlinesBlock} HotlinesBlock
 * @typedef {import("./types.js").PaperBlock} PaperBlock
 * @typedef {import("./types.js").SourcesBlock} SourcesBlock
 * @typedef {import("./types.js").VerdictBlock} VerdictBlock
 * @typedef {import("./words.js").Words} Words
 */

/**
 * One reply block as an element; null for a kind of block this widget does not know.
 *
 * @param {Block} block
 * @param {Words} words
 * @param {(choice: Choice, button: HTMLButtonElement) => void} onChoice
 * @returns {HTMLElement|null}
 */
export function render(block, words, onChoice) {
  switch (block.type) {
    case "text":
      return el(
        "div",
        { class: `text ${block.tone ?? "plain"}` },
        ...paragraphs(block.text),
        block.english && english(block.english, words),
      );
    case "verdict":
      return verdict(block, words);
    case "hotlines":
      return hotlines(block, words);
    case "sources":
      return sources(block, words);
    case "paper":
      return paper(block, words);
    case "choices":
      return choices(block.items, words, onChoice);
    default:
      return null;
  }
}

/**
 * A link to a page that stays on this device. It opens beside the conversation, which would
 * otherwise be lost with its contacts.
 *
 * @param {PaperBlock} block
 * @param {Words} words
 */
function paper(block, words) {
  const href = new URL(`../${block.paper}/${words.language}`, import.meta.url).href;
  return el("p", {}, el("a", { href, target: "_blank", rel: "noopener noreferrer" }, block.label));
}

/**
 * The English of words that no native speaker has read yet, folded below them.
 *
 * @param {string} text
 * @param {Words} words
 */
export function english(text, words) {
  return el(
    "details",
    { class: "english" },
    el("summary", {}, words.say("in_english")),
    el("div", { lang: "en" }, ...paragraphs(text)),
  );
}

/**
 * Plain text as paragraphs and lists. Lines that begin with `- ` or `1. ` are list lines.
 *
 * @param {string} text
 * @returns {HTMLElement[]}
 */
export function paragraphs(text) {
  /** @type {HTMLElement[]} */
  const elements = [];
  let open = /** @type {HTMLElement|null} */ (null);
  for (const line of text.split("\n")) {
    const bullet = /^(?:-|(\d+)\.) +(.*)$/.exec(line);
    if (bullet) {
      const tag = bullet[1] ? "ol" : "ul";
      if (open?.localName !== tag) {
        open = el(tag, bullet[1] && bullet[1] !== "1" ? { start: bullet[1] } : {});
        elements.push(open);
      }
      open.append(el("li", { dir: "auto" }, bullet[2]));
    } else if (line.trim() === "") {
      if (open?.localName === "p") open = null;
    } else if (open?.localName === "p") {
      open.append(el("br"), line);
    } else {
      open = el("p", { dir: "auto" }, line);
      elements.push(open);
    }
  }
  return elements;
}

/**
 * Lines of several countries are put so that the numbers come first: one of them is the person's.
 * @param {HotlinesBlock} block
 * @param {Words} words
 */
function hotlines(block, words) {
  const countries = new Set(block.items.map((item) => item.country));
  return countries.size > 1
    ? contactsByCountry(block.items, words, block.note)
    : contacts(block.items, words, block.note);
}

/**
 * @param {Choice[]} items
 * @param {Words} words
 * @param {(choice: Choice, button: HTMLButtonElement) => void} onChoice
 */
function choices(items, words, onChoice) {
  return el(
    "ul",
    { class: "choices", "aria-label": words.say("choices") },
    ...items.map((choice) => {
      const button = el("button", { type: "button", class: "choice" }, choice.label);
      button.addEventListener("click", () => onChoice(choice, button));
      return el("li", {}, button);
    }),
  );
}

/** @param {SourcesBlock} block @param {Words} words */
function sources(block, words) {
  return el(
    "div",
    { class: "sources", role: "group", "aria-label": words.say("sources") },
    block.items.length > 0 && el("h3", {}, icon(ICONS.book), words.say("sources")),
    el(
      "ul",
      {},
      ...block.items.map((item) => {
        const date = item.date ? words.date(item.date) : words.say("source_undated");
        const title = item.url
          ? el("a", { href: item.url, target: "_blank", rel: "noopener noreferrer" }, item.title)
          : el("span", {}, item.title);
        const where = [item.publisher, date].filter(Boolean).join(" · ");
        return el("li", { dir: "auto" }, title, el("span", { class: "small" }, where));
      }),
    ),
    block.reviewed &&
      el("p", { class: "small" }, words.say("reviewed", { date: words.date(block.reviewed) })),
    block.unreviewed_translation && el("p", { class: "unreviewed" }, words.say("unreviewed")),
  );
}

/** @param {VerdictBlock} block @param {Words} words */
function verdict(block, words) {
  return el(
    "div",
    { class: `verdict ${block.level}`, role: "group", "aria-label": block.headline },
    el("h3", {}, block.headline),
    block.flags.length > 0 && el("h4", {}, words.say("flags")),
    block.flags.length > 0 &&
      el(
        "ul",
        { class: "flags" },
        ...block.flags.map((flag) =>
          el(
            "li",
            {},
            el("strong", {}, flag.name),
            flag.quote && el("q", { dir: "auto" }, flag.quote),
            el("span", {}, flag.why),
          ),
        ),
      ),
    ...block.noticed.map((noticed) => el("p", {}, noticed)),
    block.next_moves && el("h4", {}, words.say("next_moves")),
    block.next_moves && el("div", { class: "text" }, ...paragraphs(block.next_moves)),
    block.ask_back && el("h4", {}, words.say("ask_back")),
    block.ask_back && askBack(block.ask_back, words),
    el("p", { class: "small" }, block.note),
  );
}

/** @param {string} question @param {Words} words */
function askBack(question, words) {
  const copied = el("span", { class: "small", role: "status" });
  const copy = el("button", { type: "button", class: "quiet" }, words.say("copy"));
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(question);
    copied.textContent = words.say("copied");
  });
  const canCopy = Boolean(navigator.clipboard);
  return el(
    "blockquote",
    {},
    el("p", { dir: "auto" }, question),
    canCopy && copy,
    canCopy && copied,
  );
}
