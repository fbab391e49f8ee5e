import { el } from "./dom.js";

/**
 * Asks whether an answer helped. Only a count is kept, so it is asked once and thanked for.
 *
 * @param {import("./words.js").Words} words
 * @param {(helpful: boolean) => void} onAnswer
 * @returns {HTMLElement}
 */
export function askForFeedback(words, onAnswer) {
  const box = el("div", { class: "feedback", role: "group" }, words.say("feedback"));
  const button = (/** @type {string} */ label, /** @type {boolean} */ helpful) => {
    const element = el("button", { type: "button", class: "quiet" }, words.say(label));
    element.addEventListener("click", () => {
      box.replaceChildren(words.say("feedback_thanks"));
      onAnswer(helpful);
    });
    return element;
  };
  box.append(button("feedback_yes", true), button("feedback_no", false));
  return box;
}
