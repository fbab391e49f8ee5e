/** Three presses count only when they come within this time. */
const WITHIN_MS = 5000;
const PRESSES = 3;

/**
 * Leaves for another page so that Back does not lead here again. What is seen is gone at once,
 * before the other page has come. Inside a frame the whole page is left, not only the frame.
 *
 * @param {string} address a neutral page, the same for everyone
 */
export function goElsewhere(address) {
  const { href } = new URL(address, document.baseURI);
  document.title = "";
  document.body.replaceChildren();
  try {
    (window.top ?? window).location.replace(href);
  } catch {
    window.location.replace(href);
  }
}

/**
 * Calls `leave` when Esc or Shift is pressed three times in a row. Shift held for capitals does
 * not count: any other key in between starts the count anew.
 *
 * @param {Document} page
 * @param {() => void} leave
 * @returns {() => void} stops listening
 */
export function watchKeys(page, leave) {
  /** @type {{key: string, times: number[]}} */
  let presses = { key: "", times: [] };

  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (event.key !== presses.key) presses = { key: "", times: [] };
  };
  /** @param {KeyboardEvent} event */
  const onKeyUp = (event) => {
    if (event.isComposing || (event.key !== "Escape" && event.key !== "Shift")) return;
    const now = event.timeStamp;
    const recent = event.key === presses.key ? presses.times : [];
    presses = { key: event.key, times: [...recent.filter((time) => now - time < WITHIN_MS), now] };
    if (presses.times.length === PRESSES) leave();
  };
  page.addEventListener("keydown", onKeyDown, true);
  page.addEventListener("keyup", onKeyUp, true);
  return () => {
    page.removeEventListener("keydown", onKeyDown, true);
    page.removeEventListener("keyup", onKeyUp, true);
  };
}
