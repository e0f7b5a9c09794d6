"use strict";
/* Network first, so that nobody reads old facts while there is a network. Without one, or when it says nothing for a
   while, what was seen before. What cannot be kept (no room, storage refused) is shown all the same. */
const CACHE = "sim-handouts";
const KEPT = /\/[^./]*$|\/forms\/.*\.json$|\.(html|js|svg|png|woff2|pdf)$/; // all else, such as the archive, is the browser's own affair
const SILENCE = 5000; // milliseconds without a byte
let silentSince = -Infinity;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

/* A page tells what it was made of before this worker was there. */
addEventListener("message", (event) => event.waitUntil(Promise.allSettled(event.data.map(async (address) => {
  const key = nameKey(address);
  if (key) await keep(key, await fetch(key, { cache: "no-cache" }));
}))));

addEventListener("fetch", (event) => {
  const { method, url, headers } = event.request;
  const streamed = headers.has("Range") || headers.get("Accept") === "text/event-stream";
  const key = method === "GET" && !streamed && nameKey(url);
  if (key) event.respondWith(answer(event, key));
});

/* The address under which a file of the site is kept; what a link adds to it ("?…", "#…") says nothing here. */
function nameKey(address) {
  const { origin, pathname } = new URL(address);
  return origin === location.origin && KEPT.test(pathname) ? origin + pathname.replace(/\/index\.html$/, "/") : null;
}

async function answer(event, key) {
  const kept = await caches.open(CACHE).then((cache) => cache.match(key)).catch(() => undefined);
  if (!kept) {
    const response = await fetch(event.request, { cache: "no-cache" });
    event.waitUntil(keep(key, response));
    return response;
  }
  const asked = ask(event.request).then((response) => {
    if (response.status >= 500) return kept;
    event.waitUntil(keep(key, response));
    return response;
  }).catch(() => kept);
  if (performance.now() - silentSince > SILENCE) return asked;
  event.waitUntil(asked);
  return kept;
}

/* The whole answer of the network, past the browser's own cache, which may hold an old one. Fails after a silence. */
async function ask(request) {
  const silence = new AbortController();
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => { silentSince = performance.now(); silence.abort(); }, SILENCE);
  };
  try {
    wait();
    const response = await fetch(request, { cache: "no-cache", signal: silence.signal });
    silentSince = -Infinity;
    if (!response.body) return response; // a redirect, which the browser follows
    const parts = [];
    const reader = response.body.getReader();
    for (let part; !(part = await reader.read()).done; wait()) parts.push(part.value);
    return new Response(new Blob(parts), response);
  } finally {
    clearTimeout(timer);
  }
}

/* Without "Vary": every address here has one answer, and a cache takes none with "Vary: *". */
async function keep(key, response) {
  if (response.status !== 200) return;
  const { body, headers } = response.clone();
  const plain = new Headers(headers);
  plain.delete("Vary");
  try {
    await (await caches.open(CACHE)).put(key, new Response(body, { headers: plain }));
  } catch { /* no room, or storage is refused */ }
}
