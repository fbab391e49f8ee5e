import { Api, Failure } from "./api.js";
import { Composer } from "./composer.js";
import { el } from "./dom.js";
import { askForFeedback } from "./feedback.js";
import { Frame } from "./frame.js";
import { goElsewhere, watchKeys } from "./leave.js";
import { Library } from "./library.js";
import { Log } from "./log.js";
import { PictureChooser } from "./picture.js";
import { changesLook, PlainPage } from "./plain.js";
import { Problem } from "./problem.js";
import { Words } from "./words.js";

/**
 * @typedef {import("./types.js").Choice} Choice
 * @typedef {import("./types.js").Reply} Reply
 * @typedef {{text: string}|{choice: string, label: string}} Message
 */

const STYLES = new URL("./forewarn-chat.css", import.meta.url);

/** A person on a slow network sees the contacts after this time, while the answer is awaited. */
const SHOW_CONTACTS_AFTER_MS = 5000;

/** The server no longer knows the conversation: it is over, not broken. */
const ENDED = new Set(["conversation_unknown", "conversation_ended"]);

/**
 * The Forewarn chat.
 *
 * Attributes: `language` (the first language), `country` (ISO code, where the page knows it),
 * `server` (address of the web part; this page's own by default), `leave-to` (where Leave leads;
 * a page of recipes by default).
 * Its own children are shown until it is ready, and stay when it cannot start.
 *
 * Nothing is kept on the device: no cookie, no storage, nothing in the address or the history.
 */
export class ForewarnChat extends HTMLElement {
  #api = new Api("");
  #library = new Library(this.#api);
  /** @type {Words} */
  #words = /** @type {any} */ (null);
  #conversation = "";
  #isPlain = false;
  #plainPage = new PlainPage();
  #stopWatching = () => {};
  /** Counts requests, so that an answer to an abandoned one is not shown. */
  #turn = 0;

  #log = new Log((choice) => this.#send({ choice: choice.choice, label: choice.label }));
  #picture = new PictureChooser((picture, language) => this.#read(picture, language));
  #composer = new Composer((text) => this.#take(text), this.#picture.button);
  #problem = new Problem();
  #status = el("p", { class: "status", role: "status" });
  #frame = new Frame({
    onLanguage: (code) => this.#switchLanguage(code),
    onLeave: () => this.#leave(),
    onDelete: () => this.#delete(),
    onLook: () => this.#changeLook(),
    onSkip: () => this.#composer.focus(),
  });

  connectedCallback() {
    this.#api = new Api((this.getAttribute("server") ?? "").replace(/\/$/, ""));
    this.#library = new Library(this.#api);
    this.#stopWatching = watchKeys(document, () => this.#leave());
    window.addEventListener("pageshow", this.#onPageShow);
    if (!this.shadowRoot) void this.#start();
  }

  disconnectedCallback() {
    this.#stopWatching();
    window.removeEventListener("pageshow", this.#onPageShow);
  }

  /** A page that comes back from the browser's memory must not show what was said before. */
  #onPageShow = (/** @type {PageTransitionEvent} */ event) => {
    if (event.persisted && this.#words) void this.#startAgain();
  };

  async #start() {
    try {
      const language = this.getAttribute("language") ?? document.documentElement.lang;
      this.#words = await this.#library.words(language);
    } catch {
      return; // the element's own children lead to the help page
    }
    await this.#build();
    await this.#open();
    void this.#library.fetchOthers(this.#words);
  }

  async #build() {
    const root = this.attachShadow({ mode: "open" });
    const styles = el("link", { rel: "stylesheet", href: STYLES });
    const ready = new Promise((resolve) => {
      styles.addEventListener("load", resolve);
      styles.addEventListener("error", resolve);
    });
    const body = el(
      "div",
      { class: "chat", hidden: true },
      this.#frame.header,
      this.#log.element,
      this.#problem.element,
      this.#status,
      this.#composer.element,
      this.#frame.footer,
      this.#frame.panel,
      this.#picture.dialog,
    );
    root.append(styles, body);
    this.#speak(this.#words);
    await ready;
    body.hidden = false;
  }

  // ------------------------------------------------------------------------------- languages

  /** @param {Words} words */
  #speak(words) {
    this.#words = this.#isPlain ? words.plain : words;
    this.#dress();
  }

  /** Says and shows everything anew, in the language and look of now. */
  #dress() {
    const words = this.#words;
    const body = /** @type {HTMLElement} */ (this.shadowRoot?.querySelector(".chat"));
    body.lang = words.htmlLang;
    body.classList.toggle("plain", words.isPlain);
    this.#frame.speak(words, this.#api.base);
    this.#log.speak(words);
    this.#problem.speak(words);
    this.#composer.speak(words);
    this.#picture.speak(words);
    if (words.isPlain) this.#plainPage.put(words);
    else this.#plainPage.restore();
  }

  // ----------------------------------------------------------------------------- watched phones

  /**
   * Makes the window look like a page of notes, or like itself again. Every message is folded to
   * a line; nothing is sent, and nothing is kept of it anywhere.
   */
  #changeLook() {
    this.#isPlain = !this.#isPlain;
    this.#frame.panel.close();
    this.#log.fold();
    this.#words = new Words(this.#words.strings, this.#isPlain);
    this.#dress();
  }

  /** @param {string} text what the person wrote: sent, unless it is a word for us alone */
  #take(text) {
    if (changesLook(text, [this.#words, ...this.#library.all])) this.#changeLook();
    else void this.#send({ text });
  }

  /** @param {string} code */
  async #switchLanguage(code) {
    try {
      this.#speak(await this.#library.words(code));
    } catch {
      this.#offline(() => this.#switchLanguage(code));
      return;
    }
    await this.#open();
  }

  // ---------------------------------------------------------------------------- conversation

  /**
   * Opens a conversation and shows the first screen under whatever is there. The server keeps the
   * conversation of a person in danger, with its contacts, and goes on in the chosen language.
   */
  async #open() {
    await this.#ask(
      () => this.#api.open(this.#words.language, this.#conversation || undefined),
      (reply) => this.#log.guide(reply.replies, this.#words, { opening: true }),
      () => this.#open(),
    );
  }

  /** @param {Message} message */
  async #send(message) {
    const isText = "text" in message;
    const shown = this.#log.you(isText ? message.text : message.label, this.#words);
    await this.#ask(
      () => this.#deliver(message),
      (reply) => this.#log.guide(reply.replies, this.#words, { after: this.#didItHelp(reply) }),
      () => {
        if (isText) this.#composer.draft = "";
        return this.#send(message);
      },
      () => {
        shown.remove();
        if (isText) this.#composer.restore(message.text);
        else this.#log.reviveChoices();
      },
      isText,
    );
  }

  /**
   * Sends a message. A text that meets an ended conversation opens a new one and goes there: the
   * person need not know.
   * @param {Message} message
   */
  async #deliver(message) {
    const about = {
      language: this.#words.language,
      country: this.getAttribute("country") ?? undefined,
    };
    const body = "text" in message ? { text: message.text } : { choice: message.choice };
    try {
      return await this.#api.chat({ ...body, ...about, conversation: this.#conversation });
    } catch (error) {
      if (!ended(error) || !("text" in message)) throw error;
      return this.#api.chat({ ...body, ...about });
    }
  }

  /**
   * Puts what stands in a picture into the box, where the person corrects it before it is sent.
   * @param {Blob} picture
   * @param {string} language
   */
  async #read(picture, language) {
    const turn = (this.#turn += 1);
    this.#problem.hide();
    this.#waiting(true, "picture_reading");
    try {
      const { text, notes } = await this.#api.read(picture, language);
      if (turn !== this.#turn) return;
      this.#composer.restore(text);
      for (const note of [this.#words.say("picture_read"), ...notes]) {
        this.#log.note(el("p", { class: "ended small" }, note));
      }
      this.#composer.focus();
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#fail(error, () => this.#read(picture, language), false);
    } finally {
      if (turn === this.#turn) this.#waiting(false);
    }
  }

  /**
   * One exchange with the server.
   * @param {() => Promise<Reply>} request
   * @param {(reply: Reply) => void} show
   * @param {() => void} retry
   * @param {() => void} [undo] when no answer came
   * @param {boolean} [kept] whether `undo` puts a text back into the box
   */
  async #ask(request, show, retry, undo = () => {}, kept = false) {
    const turn = (this.#turn += 1);
    this.#problem.hide();
    this.#waiting(true);
    const slow = setTimeout(() => this.#showFallback(null, null), SHOW_CONTACTS_AFTER_MS);
    try {
      const reply = await request();
      if (turn !== this.#turn) return;
      this.#problem.hide();
      this.#conversation = reply.conversation;
      if (reply.language !== this.#words.language)
        this.#speak(await this.#library.words(reply.language));
      show(reply);
    } catch (error) {
      if (turn !== this.#turn) return;
      const instead = alternative(error);
      if (instead) {
        this.#problem.hide();
        this.#conversation = instead.conversation;
        show(instead);
        return;
      }
      undo();
      this.#fail(error, retry, kept);
    } finally {
      clearTimeout(slow);
      if (turn === this.#turn) this.#waiting(false);
    }
  }

  /** @param {boolean} waiting @param {string} [label] what is said meanwhile */
  #waiting(waiting, label = "sending") {
    this.#composer.busy = waiting;
    this.#picture.button.disabled = waiting;
    this.#status.textContent = waiting ? this.#words.say(label) : "";
  }

  /** @param {Reply} reply */
  #didItHelp(reply) {
    if (!reply.replies.some((block) => block.type === "sources")) return null;
    return askForFeedback(this.#words, (helpful) => {
      this.#api.feedback(reply.conversation, helpful).catch(() => {});
      this.#log.element.focus({ preventScroll: true });
    });
  }

  // ---------------------------------------------------------------------------- when it fails

  /** @param {unknown} error @param {() => void} retry @param {boolean} kept */
  #fail(error, retry, kept) {
    if (!(error instanceof Failure)) throw error;
    const { status, refusal } = error;
    if (!refusal?.message) return this.#offline(retry, kept);
    if (ended(error)) return void this.#openAfterEnd();
    const serious = status >= 500 || status === 429;
    this.#problem.show(refusal.message, this.#words, {
      title: status >= 500 ? this.#words.say("error_title") : "",
      hotlines: refusal.hotlines,
      english: refusal.english,
      retry: serious ? retry : null,
      kept,
    });
  }

  async #openAfterEnd() {
    this.#log.note(el("p", { class: "ended small" }, this.#words.say("ended")));
    await this.#open();
  }

  /** @param {(() => void)|null} retry @param {boolean} [kept] */
  #offline(retry, kept = false) {
    this.#showFallback(this.#words.say("offline"), retry, kept);
  }

  /**
   * The fallback that came with the page: it needs no server.
   * @param {string|null} title
   * @param {(() => void)|null} retry
   * @param {boolean} [kept]
   */
  #showFallback(title, retry, kept = false) {
    const { message, hotlines, english } = this.#words.strings.fallback;
    this.#problem.show(message, this.#words, { title: title ?? "", hotlines, english, retry, kept });
  }

  // ---------------------------------------------------------------------------------- leaving

  /** Lets the server delete the conversation at once; it would expire by itself. */
  #forget() {
    if (this.#conversation) this.#api.forget(this.#conversation).catch(() => {});
    this.#conversation = "";
  }

  async #startAgain() {
    this.#forget();
    this.#log.clear();
    this.#problem.hide();
    await this.#open();
    this.#log.element.focus({ preventScroll: true });
  }

  /** Deletes the conversation here and at the server, and says whether it is deleted there too. */
  async #delete() {
    this.#turn += 1;
    const conversation = this.#conversation;
    this.#conversation = "";
    this.#log.clear();
    this.#problem.hide();
    this.#composer.draft = "";
    this.#waiting(true);
    const isDeleted = !conversation || (await this.#isForgotten(conversation));
    const { minutes } = this.#words.strings;
    const said = this.#words.say(isDeleted ? "deleted" : "delete_later", { minutes });
    this.#log.note(el("p", { class: "ended small" }, said));
    await this.#open();
    this.#log.element.focus({ preventScroll: true });
  }

  /** @param {string} conversation */
  async #isForgotten(conversation) {
    try {
      await this.#api.forget(conversation);
      return true;
    } catch (error) {
      return ended(error);
    }
  }

  #leave() {
    this.#turn += 1;
    this.#forget();
    this.shadowRoot?.replaceChildren();
    goElsewhere(this.getAttribute("leave-to") ?? `${this.#api.base}/recipes`);
  }
}

/**
 * What the server offers in place of an answer, such as buttons for a message without words.
 * @param {unknown} error
 * @returns {import("./types.js").Alternative|null}
 */
function alternative(error) {
  const refusal = error instanceof Failure ? error.refusal : null;
  return refusal && "replies" in refusal
    ? /** @type {import("./types.js").Alternative} */ (refusal)
    : null;
}

/** @param {unknown} error */
function ended(error) {
  return error instanceof Failure && ENDED.has(error.refusal?.error ?? "");
}

customElements.define("forewarn-chat", ForewarnChat);
