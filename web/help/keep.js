// Keeps one help page on this phone when its button is tapped, and never without the tap: what is
// kept can be found by whoever searches the phone. The other button takes all of it away again.

const NAME = "keep"; // the one policy the page may make; see web/headers.py
const place = document.querySelector("#keep");
const { page, css, worker } = place.dataset;
const policy = globalThis.trustedTypes?.createPolicy(NAME, { createScriptURL: (url) => url });

const say = (state) => {
  for (const line of document.querySelectorAll("[data-state]")) {
    line.hidden = line.dataset.state !== state;
  }
};

const registered = async () => {
  const scope = new URL(page, location.href).href;
  const all = await navigator.serviceWorker.getRegistrations();
  return all.find((one) => one.scope === scope);
};

const show = async () => {
  const kept = Boolean(await registered());
  place.querySelector("[name=keep]").hidden = kept;
  place.querySelector("[name=remove]").hidden = !kept;
};

const keep = async () => {
  const cache = await caches.open(page);
  await cache.addAll([page, css].map((url) => new Request(url, { cache: "reload" })));
  const url = policy ? policy.createScriptURL(worker) : worker;
  await navigator.serviceWorker.register(url, { scope: page });
};

const remove = async () => {
  await (await registered())?.unregister();
  await caches.delete(page);
};

const onTap = (name, action, state) =>
  place.querySelector(`[name=${name}]`).addEventListener("click", async () => {
    try {
      await action();
      say(state);
    } catch {
      await remove();
      say("not");
    }
    await show();
  });

if ("serviceWorker" in navigator && "caches" in globalThis) {
  onTap("keep", keep, "kept");
  onTap("remove", remove, "removed");
  await show();
  place.hidden = false;
} else {
  say("not");
}
