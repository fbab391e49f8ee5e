/**
 * @typedef {import("./types.js").Reply} Reply
 * @typedef {import("./types.js").Refusal} Refusal
 * @typedef {import("./types.js").Strings} Strings
 */

/** The server answers within 3 s even when parts of it are down; the rest is a slow network. */
const GIVE_UP_AFTER_MS = 20000;

/** A picture takes its time on a slow network, and then to be read. */
const GIVE_UP_READING_AFTER_MS = 60000;

/** An answer that is not 2xx. `refusal` is null when nothing readable came back at all. */
export class Failure extends Error {
  /**
   * @param {number} status 0 when the network failed
   * @param {Refusal|null} refusal
   */
  constructor(status, refusal) {
    super(`status ${status}`);
    this.status = status;
    this.refusal = refusal;
  }
}

/** The web part, seen from the page. Sends no cookie and no referrer. */
export class Api {
  /** @param {string} base the web part's address, no slash at the end; "" for this page's */
  constructor(base) {
    this.base = base;
  }

  /** @param {string} language @returns {Promise<Strings>} */
  strings(language) {
    return this.#call("GET", `/api/strings?language=${encodeURIComponent(language)}`);
  }

  /**
   * Opens a conversation.
   * @param {string} language
   * @param {string} [conversation] the one it takes the place of
   * @returns {Promise<Reply>}
   */
  open(language, conversation) {
    return this.#call("POST", "/api/conversation", { language, conversation });
  }

  /**
   * @param {{text?: string, choice?: string, conversation?: string, language?: string,
   *   country?: string}} message
   * @returns {Promise<Reply>}
   */
  chat(message) {
    return this.#call("POST", "/api/chat", message);
  }

  /** @param {string} conversation @param {boolean} helpful @returns {Promise<void>} */
  feedback(conversation, helpful) {
    return this.#call("POST", "/api/feedback", { conversation, helpful });
  }

  /**
   * What stands in a picture, whose words are in `language`.
   * @param {Blob} picture
   * @param {string} language
   * @returns {Promise<{text: string, notes: string[]}>}
   */
  read(picture, language) {
    const path = `/api/offers/picture?language=${encodeURIComponent(language)}`;
    return this.#call("POST", path, picture, { giveUpAfter: GIVE_UP_READING_AFTER_MS });
  }

  /**
   * Asks for the conversation to be deleted. `keepalive` lets the request outlive the page.
   * @param {string} conversation
   * @returns {Promise<void>}
   */
  forget(conversation) {
    return this.#call("DELETE", "/api/conversation", { conversation }, { keepalive: true });
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body] a picture as it is, anything else as JSON
   * @param {{keepalive?: boolean, giveUpAfter?: number}} [how]
   * @returns {Promise<any>}
   */
  async #call(method, path, body, { keepalive = false, giveUpAfter = GIVE_UP_AFTER_MS } = {}) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), giveUpAfter);
    const type = body instanceof Blob ? body.type : "application/json";
    try {
      const response = await fetch(this.base + path, {
        method,
        headers: body === undefined ? {} : { "Content-Type": type },
        body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
        credentials: "omit",
        referrerPolicy: "no-referrer",
        cache: "no-store",
        keepalive,
        signal: abort.signal,
      });
      if (response.status === 204) return undefined;
      const data = await response.json();
      if (!response.ok) throw new Failure(response.status, data);
      return data;
    } catch (error) {
      throw error instanceof Failure ? error : new Failure(0, null);
    } finally {
      clearTimeout(timer);
    }
  }
}
