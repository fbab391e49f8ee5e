import { el, icon, ICONS } from "./dom.js";

/** @typedef {import("./words.js").Words} Words */

/** Points across a picture that is sent: a phone's screen. */
const WIDEST = 1080;

/** What is sent of a picture with many colours, from 0 to 1. */
const QUALITY = 0.9;

/**
 * The button that lets a person choose a screenshot, behind what not to send. It is there only
 * where the server can read pictures, and not while the window looks like notes.
 */
export class PictureChooser {
  button = el("button", { type: "button", class: "picture" }, icon(ICONS.picture));
  dialog = el("dialog", { class: "panel" });

  /** @param {(picture: Blob, language: string) => void} onPicture */
  constructor(onPicture) {
    this.onPicture = onPicture;
    this.button.addEventListener("click", () => this.dialog.showModal());
  }

  /** @param {Words} words */
  speak(words) {
    const { readable, languages } = words.strings;
    const offered = languages.filter(({ code }) => readable.includes(code));
    this.dialog.close();
    this.button.hidden = words.isPlain || offered.length === 0;
    this.button.setAttribute("aria-label", words.say("picture"));
    this.button.title = words.say("picture");
    const close = el("button", { type: "button", class: "quiet" }, words.say("close"));
    close.addEventListener("click", () => this.dialog.close());
    const language = el(
      "select",
      {},
      ...offered.map(({ code, name, html_lang: lang }) =>
        el("option", { value: code, lang, selected: code === words.language }, name),
      ),
    );
    const file = el("input", { type: "file", accept: "image/*" });
    file.addEventListener("change", async () => {
      const [chosen] = file.files ?? [];
      if (!chosen) return;
      this.dialog.close();
      this.onPicture(await pointsOf(chosen), language.value);
      file.value = "";
    });
    this.dialog.lang = words.htmlLang;
    this.dialog.setAttribute("aria-label", words.say("picture"));
    this.dialog.replaceChildren(
      el("div", { class: "panel-bar" }, el("h2", {}, words.say("picture")), close),
      el("p", { class: "panel-who" }, words.say("picture_not")),
      el("label", {}, words.say("picture_language"), language),
      el("label", {}, words.say("picture_choose"), file),
    );
  }
}

/**
 * The points of a picture alone, no more of them than are needed: the place where it was taken
 * never leaves the phone. A file this browser cannot draw is sent as it is, and explained there.
 *
 * @param {Blob} file
 * @returns {Promise<Blob>}
 */
async function pointsOf(file) {
  try {
    const drawing = await createImageBitmap(file);
    const share = Math.min(1, WIDEST / drawing.width);
    const canvas = el("canvas");
    canvas.width = Math.max(1, Math.round(drawing.width * share));
    canvas.height = Math.max(1, Math.round(drawing.height * share));
    const brush = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    brush.fillStyle = "white";
    brush.fillRect(0, 0, canvas.width, canvas.height);
    brush.drawImage(drawing, 0, 0, canvas.width, canvas.height);
    drawing.close();
    const drawn = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return drawn ?? file;
  } catch {
    return file;
  }
}
