import { el, icon, ICONS } from "./dom.js";

/** @typedef {import("./words.js").Words} Words */

/** From here on the person is told how many characters are left. */
const SHOW_COUNT_BELOW = 200;

let instances = 0;

/** The box a person writes in. What is written stays there until the server has taken it. */
export class Composer {
  #id = `forewarn-input-${(instances += 1)}`;
  #label = el("label", { for: this.#id, class: "hidden" });
  #input = el("textarea", { id: this.#id, rows: "1", autocomplete: "off", dir: "auto" });
  #send = el("button", { type: "submit", class: "send" });
  #note = el("p", { class: "note small", role: "status" });
  /** @type {Words|null} */
  #words = null;
  #busy = false;

  /**
   * @param {(text: string) => void} onSend
   * @param {HTMLElement} beside a button that stands before the box
   */
  constructor(onSend, beside) {
    this.element = el(
      "form",
      { class: "composer", novalidate: true },
      this.#label,
      this.#note,
      beside,
      this.#input,
      this.#send,
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(onSend);
    });
    this.#input.addEventListener("keydown", (event) => {
      const alone = !event.shiftKey && !event.isComposing;
      if (event.key !== "Enter" || !alone || touchKeyboard()) return;
      event.preventDefault();
      this.#submit(onSend);
    });
    this.#input.addEventListener("input", () => this.#measure());
  }

  /** @param {Words} words */
  speak(words) {
    this.#words = words;
    this.#label.textContent = words.say("input");
    this.#input.placeholder = words.say("placeholder");
    this.#send.replaceChildren(el("span", {}, words.say("send")), icon(ICONS.send));
    this.#measure();
  }

  get draft() {
    return this.#input.value;
  }

  /** @param {string} text */
  set draft(text) {
    this.#input.value = text;
    this.#measure();
  }

  /**
   * Puts a text that was not taken back in front of whatever was written since.
   * @param {string} text
   */
  restore(text) {
    this.draft = this.draft.trim() === "" ? text : `${text}\n${this.draft}`;
  }

  focus() {
    this.#input.focus();
  }

  /**
   * While an answer is awaited the person may go on writing, but not send.
   * @param {boolean} busy
   */
  set busy(busy) {
    this.#busy = busy;
    this.#send.setAttribute("aria-disabled", String(busy));
  }

  /** @param {(text: string) => void} onSend */
  #submit(onSend) {
    if (this.#busy || !this.#words) return;
    if (this.draft.trim() === "") {
      this.#note.textContent = this.#words.say("empty");
      this.#input.focus();
      return;
    }
    if (this.#left() < 0) return;
    const text = this.draft;
    this.draft = "";
    onSend(text);
  }

  #left() {
    return (this.#words?.strings.text_limit ?? 0) - [...this.draft].length;
  }

  #measure() {
    this.#input.style.height = "auto";
    this.#input.style.height = `${this.#input.scrollHeight}px`;
    if (!this.#words) return;
    const left = this.#left();
    this.#note.classList.toggle("wrong", left < 0);
    this.#input.setAttribute("aria-invalid", String(left < 0));
    if (left < 0) this.#note.textContent = this.#words.say("too_long", { count: -left });
    else if (left < SHOW_COUNT_BELOW) {
      this.#note.textContent = this.#words.say("characters_left", { count: left });
    } else this.#note.textContent = "";
  }
}

/** On a touch keyboard Enter makes a new line; the button sends. */
function touchKeyboard() {
  return matchMedia("(hover: none) and (pointer: coarse)").matches;
}
