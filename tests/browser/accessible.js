// Checks of what a person with another way of seeing or touching meets. Runs in the page and
// returns sentences about everything that is wrong; an empty list is a pass.
() => {
  const problems = [];
  const all = [];
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      all.push(element);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document);

  const describe = (element) =>
    `<${element.localName} class="${element.className?.baseVal ?? element.className}"> ` +
    `"${(element.textContent ?? "").trim().slice(0, 40)}"`;
  const shown = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    element.getClientRects().length > 0 &&
    !element.closest(".hidden, .skip");

  // Contrast (WCAG 2.2, 1.4.3): 4.5 to 1, or 3 to 1 for large text.
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((value) => {
      const part = value / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parent = (element) => element.parentElement ?? element.getRootNode().host ?? null;
  const background = (element) => {
    for (let at = element; at; at = parent(at)) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  for (const element of all) {
    const own = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim(),
    );
    if (
      !own ||
      !shown(element) ||
      ["option", "title", "script", "style"].includes(element.localName)
    ) {
      continue;
    }
    const style = getComputedStyle(element);
    const [light, dark] = [luminance(rgba(style.color)), luminance(background(element))].sort(
      (a, b) => b - a,
    );
    const contrast = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (large ? 3 : 4.5)) {
      problems.push(`contrast ${contrast.toFixed(2)}: ${describe(element)}`);
    }
    if (size < 12) problems.push(`text of ${size} px: ${describe(element)}`);
  }

  // Targets of 44 px (2.5.5); links inside a sentence are excepted.
  for (const element of all) {
    const target = element.matches("button, select, textarea, a[href], summary");
    if (!target || !shown(element)) continue;
    if (element.localName === "a" && getComputedStyle(element).display.startsWith("inline"))
      continue;
    const { width, height } = element.getBoundingClientRect();
    if (width < 44 || height < 44) {
      problems.push(
        `target of ${Math.round(width)} by ${Math.round(height)} px: ${describe(element)}`,
      );
    }
  }

  // Names (4.1.2), languages (3.1.1, 3.1.2), ids, images, headings.
  const ids = new Map();
  let level = 0;
  for (const element of all) {
    if (element.id) {
      const key = element.getRootNode();
      const seen = ids.get(key) ?? new Set();
      if (seen.has(element.id)) problems.push(`id used twice: ${element.id}`);
      ids.set(key, seen.add(element.id));
    }
    const named = element.textContent.trim() || element.ariaLabel;
    if (element.matches("button, a[href], summary") && shown(element) && !named) {
      problems.push(`no name: ${describe(element)}`);
    }
    if (element.matches("input, select, textarea") && element.labels.length === 0) {
      problems.push(`no label: ${describe(element)}`);
    }
    if (element.matches("svg") && element.getAttribute("aria-hidden") !== "true") {
      problems.push(`a drawing read aloud: ${describe(element)}`);
    }
    if (element.matches("a[target=_blank]") && !element.rel.includes("noopener")) {
      problems.push(`opens a page that could steer this one: ${describe(element)}`);
    }
    const heading = /^h([1-6])$/.exec(element.localName);
    if (heading && (shown(element) || element.closest(".hidden"))) {
      if (Number(heading[1]) > level + 1)
        problems.push(`heading skips a level: ${describe(element)}`);
      level = Number(heading[1]);
    }
    const scrolls =
      /(auto|scroll)/.test(getComputedStyle(element).overflowY) &&
      element.scrollHeight > element.clientHeight + 1;
    if (
      scrolls &&
      shown(element) &&
      element.tabIndex < 0 &&
      !element.querySelector("a, button, textarea")
    ) {
      problems.push(`cannot be scrolled by keyboard: ${describe(element)}`);
    }
  }
  if (!document.documentElement.lang) problems.push("the page names no language");
  if (document.documentElement.scrollWidth > innerWidth) problems.push("the page scrolls sideways");
  for (const element of all) {
    const box = element.getBoundingClientRect();
    if (shown(element) && box.width > 0 && (box.right > innerWidth + 1 || box.left < -1)) {
      problems.push(`reaches out of the screen: ${describe(element)}`);
    }
  }
  return problems;
};
