/* What helps inside a chat's own browser; loaded when the help is opened. */

/* The link that public reports say leads from a chat to the phone's browser, "" where none does. None is certain. */
export function findWayOut(userAgent, { protocol, host, pathname, search }) {
  if (!protocol.startsWith("http")) return "";
  const place = `//${host}${pathname}${search}`;
  const quoted = encodeURIComponent(protocol + place);
  const ways = [
    [/MicroMessenger|wxwork|\bQQ\//, ""],
    [/Instagram/, `instagram://extbrowser/?url=${quoted}`],
    [/\bLine\//, `${protocol}${place}${search ? "&" : "?"}openExternalBrowser=1`],
    [/Android/, `intent:${place}#Intent;scheme=${protocol.slice(0, -1)};S.browser_fallback_url=${quoted};end`],
    [/iPhone|iPad|iPod/, `x-safari-${protocol}${place}`],
    [/^/, ""],
  ];
  return ways.find(([app]) => app.test(userAgent))[1];
}

/* Show the help's buttons: to copy the link (by site.js) and, inside a chat, to leave it. */
export function showWays(help, inChat, copyLink) {
  const copy = help.querySelector("[data-copy]");
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    const copied = String(await copyLink(location.href, help.querySelector("[data-link]")));
    help.querySelectorAll("[data-copied]").forEach((line) => { line.hidden = line.dataset.copied !== copied; });
  });
  const leave = help.querySelector("[data-leave]");
  const way = inChat && findWayOut(navigator.userAgent, location);
  leave.hidden = !way;
  leave.addEventListener("click", () => { location.href = way; });
}
