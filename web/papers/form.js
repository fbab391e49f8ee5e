// Runs inside the page, also when the page was saved and is opened as a file. What is written stays
// in the boxes: nothing here asks the network, a store or the address bar for anything.

const boxes = /** @type {HTMLTextAreaElement[]} */ ([
  ...document.querySelectorAll(".field textarea"),
]);
const countries = /** @type {HTMLSelectElement[]} */ ([...document.querySelectorAll("select")]);
const lines = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".lines li")]);
const none = /** @type {HTMLElement|null} */ (document.querySelector(".none"));
const tools = /** @type {HTMLElement} */ (document.querySelector(".tools"));
const status = /** @type {HTMLElement} */ (tools.querySelector("[role=status]"));
const text = /** @type {HTMLTextAreaElement} */ (tools.querySelector("#text"));
const copied = /** @type {HTMLElement} */ (text.parentElement);

/** Whole, not cut off with a scroll bar, when it is printed. */
function grow(/** @type {HTMLTextAreaElement} */ box) {
  box.style.blockSize = "auto";
  box.style.blockSize = `${box.scrollHeight + 2}px`;
}

/** Shows the contacts of the countries on the way that are for this person, and the family's. */
function choose() {
  const home = countries.find((one) => "home" in one.dataset)?.value;
  const route = countries.filter((one) => "route" in one.dataset).map((one) => one.value);
  for (const line of lines) {
    const { country, of } = line.dataset;
    const onTheWay = route.includes(country ?? "") && (!of || of === home);
    line.hidden = !(onTheWay || (country === home && "family" in line.dataset));
  }
  const found = lines.some((line) => !line.hidden && "consular" in line.dataset);
  if (none) none.hidden = found || !home;
}

/** The words of an element in one line, its parts apart. */
function words(/** @type {Element} */ element, separator = " / ") {
  const parts = [...element.querySelectorAll(":scope > span")];
  const texts = parts.length ? parts.map((one) => one.textContent) : [element.textContent];
  return texts.map((one) => (one ?? "").trim().replace(/\s+/g, " ")).join(separator);
}

/** All that is filled in, and all that is always said, as plain text. */
function asText() {
  const written = [words(/** @type {Element} */ (document.querySelector("h1")))];
  for (const part of document.querySelectorAll("section")) {
    const inside = [];
    for (const one of part.querySelectorAll(".mark, .says li, .lines li, .none, .field")) {
      if (one.matches(".lines li, .none")) {
        const plain = (one.textContent ?? "").trim().replace(/\s+/g, " ");
        if (!(/** @type {HTMLElement} */ (one).hidden)) inside.push(`- ${plain}`);
      } else if (one.matches(".field")) {
        const box = /** @type {HTMLTextAreaElement|HTMLSelectElement|null} */ (
          one.querySelector("textarea, select")
        );
        const value = box && box.value && "options" in box ? box.selectedOptions[0].text : box?.value;
        const label = one.querySelector("label");
        if (label && value?.trim()) inside.push(`${words(label)}: ${value.trim()}`);
      } else {
        inside.push(one.matches("li") ? `- ${words(one)}` : `(${words(one)})`);
      }
    }
    const title = words(/** @type {Element} */ (part.querySelector("h2")));
    if (inside.some((line) => !line.startsWith("("))) written.push([title, ...inside].join("\n"));
  }
  return written.join("\n\n");
}

async function copy() {
  text.value = asText();
  copied.hidden = false;
  try {
    await navigator.clipboard.writeText(text.value);
    status.textContent = status.dataset.copied ?? "";
  } catch {
    status.textContent = status.dataset.failed ?? "";
    text.select();
  }
}

function clear() {
  for (const box of [...boxes, text]) box.value = "";
  for (const country of countries) country.value = "";
  for (const box of boxes) grow(box);
  copied.hidden = true;
  status.textContent = "";
  choose();
}

for (const box of boxes) box.addEventListener("input", () => grow(box));
for (const country of countries) country.addEventListener("change", choose);
tools.querySelector("#print")?.addEventListener("click", () => window.print());
tools.querySelector("#copy")?.addEventListener("click", () => void copy());
tools.querySelector("#clear")?.addEventListener("click", clear);
// A page that comes back from the browser's memory must not show what was written before.
window.addEventListener("pageshow", (event) => event.persisted && clear());
tools.hidden = false;
