// Answers with the kept help page when the network does not. It was asked for with a tap on
// "keep" (keep.js), knows that page and its style alone, and lets everything else pass.

const PATIENCE_MS = 4_000;
const page = new URL(registration.scope).pathname;

const newest = async (request, cache) => {
  const response = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!response.ok) throw new Error("not to be had");
  await cache.put(request.url, response.clone());
  return response;
};

const answer = async (request) => {
  // Taken away in the meantime: opening it would make it anew.
  if (!(await caches.has(page))) return fetch(request);
  const cache = await caches.open(page);
  try {
    return await newest(request, cache);
  } catch (error) {
    const kept = await cache.match(request.url);
    if (kept) return kept;
    throw error;
  }
};

addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  const ours = pathname === page || pathname === "/help.css";
  if (ours && event.request.method === "GET") event.respondWith(answer(event.request));
});
