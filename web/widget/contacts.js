import { el, icon, ICONS } from "./dom.js";

/**
 * @typedef {import("./types.js").Hotline} Hotline
 * @typedef {import("./words.js").Words} Words
 */

/** What a phone can dial: the digits, and the plus sign of a full number. */
const dialable = (/** @type {string} */ number) => number.replace(/[^\d+]/g, "");

/**
 * Contacts as cards, each beginning with its country, and the note that a call leaves a trace.
 *
 * @param {Hotline[]} items
 * @param {Words} words
 * @param {string|null} [note] what to say where no contact is known
 * @returns {HTMLElement}
 */
export function contacts(items, words, note = null) {
  return el(
    "div",
    { class: "contacts", role: "group", "aria-label": words.say("hotlines") },
    items.length > 0 && el("h3", {}, icon(ICONS.phone), words.say("hotlines")),
    items.length > 0 && el("p", { class: "small" }, words.say("call_trace")),
    ...(note ?? "").split("\n\n").map((line) => line && el("p", { class: "small" }, line)),
    items.length > 0 &&
      el("ul", { class: "cards" }, ...items.map((item) => el("li", {}, card(item, words)))),
  );
}

/**
 * The same contacts for someone in a hurry: a card for each country, its numbers first.
 *
 * @param {Hotline[]} items
 * @param {Words} words
 * @param {string|null} [note] what else there is to say about them
 * @returns {HTMLElement}
 */
export function contactsByCountry(items, words, note = null) {
  const countries = [...new Set(items.map((item) => item.country))];
  return el(
    "div",
    { class: "contacts", role: "group", "aria-label": words.say("hotlines") },
    el("p", { class: "small" }, words.say("call_trace")),
    el(
      "ul",
      { class: "cards" },
      ...countries.map((code) => {
        const lines = items.filter((item) => item.country === code);
        return el("li", {}, countryCard(lines[0].country_name, lines, words));
      }),
    ),
    ...(note ?? "").split("\n\n").map((line) => line && el("p", { class: "small" }, line)),
  );
}

/** @param {string} country @param {Hotline[]} lines @param {Words} words */
function countryCard(country, lines, words) {
  return el(
    "article",
    { class: "card" },
    el("h3", {}, country),
    lines.every(onlyInside) && el("p", { class: "small" }, words.say("inside_only", { country })),
    el(
      "div",
      { class: "line-pair" },
      ...lines.map((line) =>
        el(
          "div",
          {},
          el("div", { class: "dials" }, ...dials(line, words, line.name)),
          line.hedge && el("p", { class: "hedge" }, line.hedge),
          el("p", { class: "small" }, dates(line, words)),
        ),
      ),
    ),
    more(lines, words),
  );
}

/** @param {Hotline} item @param {Words} words */
function card(item, words) {
  return el(
    "article",
    { class: "card" },
    el(
      "p",
      { class: "card-name" },
      el("strong", {}, item.country_name),
      el("span", { class: "card-what" }, item.name),
    ),
    item.name_local && el("p", { class: "small", dir: "auto" }, item.name_local),
    item.purpose && el("p", { class: "card-purpose" }, item.purpose),
    item.hedge && el("p", { class: "hedge" }, item.hedge),
    el("div", { class: "dials" }, ...dials(item, words)),
    onlyInside(item) &&
      el("p", { class: "small" }, words.say("inside_only", { country: item.country_name })),
    el("p", { class: "small" }, dates(item, words)),
    more([item], words),
  );
}

/** @param {Hotline} item */
const onlyInside = (item) => Boolean(item.dial_inside) && !item.dial_from_abroad;

/**
 * The ways to reach a contact. A number for inside the country and one for callers abroad are two
 * links, so that a short number is never offered to someone for whom it rings elsewhere.
 *
 * @param {Hotline} item
 * @param {Words} words
 * @param {string} [name] the contact's, where nothing around the links names it
 * @returns {HTMLElement[]}
 */
function dials(item, words, name = "") {
  const country = item.country_name;
  const after = [
    item.press && words.say("press", { key: item.press }),
    item.extension && words.say("extension", { number: item.extension }),
  ]
    .filter(Boolean)
    .join(" · ");
  const links = [];
  if (item.dial_inside) {
    const href = `tel:${dialable(item.dial_inside)}`;
    const label = [words.say("inside", { country }), name].filter(Boolean).join(" · ");
    links.push(dial(href, label, item.dial_inside, after));
  }
  if (item.dial_from_abroad) {
    const href = `tel:${dialable(item.dial_from_abroad)}`;
    links.push(dial(href, words.say("from_abroad"), item.dial_from_abroad, after, country));
  }
  if (item.sms) {
    links.push(dial(`sms:${dialable(item.sms)}`, words.say("sms", { country }), item.sms));
  }
  if (item.whatsapp) {
    const href = `https://wa.me/${item.whatsapp.replace(/\D/g, "")}`;
    links.push(dial(href, words.say("whatsapp"), item.whatsapp, "", country));
  }
  if (item.url) links.push(dial(item.url, words.say("website"), host(item.url), "", country));
  return links;
}

/**
 * @param {string} href
 * @param {string} label
 * @param {string} shown
 * @param {string} [after]
 * @param {string} [country] said to screen readers where the label does not name it
 */
function dial(href, label, shown, after = "", country = "") {
  const outside = href.startsWith("http");
  return el(
    "a",
    {
      class: "dial",
      href,
      target: outside && "_blank",
      rel: outside && "noopener noreferrer",
    },
    el(
      "span",
      { class: "dial-label" },
      country && el("span", { class: "hidden" }, `${country}, `),
      label,
    ),
    el("span", { class: "dial-number", dir: "ltr" }, shown),
    after && el("span", { class: "dial-label" }, after),
  );
}

/** @param {Hotline} item @param {Words} words */
function dates(item, words) {
  const printed = item.last_printed
    ? words.say("last_printed", { date: words.date(item.last_printed) })
    : words.say("last_printed_unknown");
  const dialled = item.last_dialled
    ? words.say("last_dialled", { date: words.date(item.last_dialled) })
    : words.say("not_dialled");
  return `${printed} · ${dialled}`;
}

/**
 * What else is known of lines, folded away: a frightened person needs the number first.
 *
 * @param {Hotline[]} lines
 * @param {Words} words
 */
function more(lines, words) {
  const names = lines.map((line) => line.name).join(", ");
  return el(
    "details",
    {},
    el("summary", {}, words.say("more"), el("span", { class: "hidden" }, `: ${names}`)),
    ...lines.map((line) => facts(line, words, lines.length > 1)),
  );
}

/**
 * @param {Hotline} line
 * @param {Words} words
 * @param {boolean} named whether to begin with its name
 */
function facts(line, words, named) {
  const rows = [
    [words.say("serves"), line.serves],
    [words.say("hours"), line.hours],
    [words.say("spoken"), line.languages],
    [words.say("line_source"), line.source.map(sourceName).join(" · ")],
  ].filter(([, value]) => value);
  return el(
    "div",
    { class: "facts" },
    named && el("p", {}, el("strong", {}, line.name), line.purpose && ` · ${line.purpose}`),
    el(
      "dl",
      {},
      ...rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", { dir: "auto" }, value)]),
    ),
    line.app && el("p", {}, words.say("app", { name: line.app })),
  );
}

/** Addresses are shown as a reader knows them: without the scheme. @param {string} source */
const sourceName = (source) => source.replace(/^https?:\/\/(www\.)?/, "");

/** @param {string} url */
function host(url) {
  return new URL(url).host.replace(/^www\./, "");
}
