"use strict";
/* Nothing here is needed to reach a PDF. What is remembered stays in the browser's own storage. */

const find = (selector) => document.querySelector(selector);
const findAll = (selector) => [...document.querySelectorAll(selector)];
const isServed = location.protocol.startsWith("http");

/* Storage may be refused (private windows, some browsers on file://): then nothing is remembered. */
function recall(key) {
  try { return localStorage.getItem(`handout.${key}`); } catch { return null; }
}
function remember(key, value) {
  try { localStorage.setItem(`handout.${key}`, value); } catch { /* see above */ }
}

/* Start page: offer the page in the language chosen before, or the browser's first one that there is. */
function suggestLanguage() {
  const offered = findAll("[data-suggest]");
  const here = document.documentElement.lang.split("-")[0];
  const known = [here, ...offered.map((line) => line.dataset.suggest)];
  const wanted = [recall("language"), ...navigator.languages.map((tag) => tag.split("-")[0])];
  const best = wanted.find((code) => known.includes(code));
  offered.forEach((line) => { line.hidden = line.dataset.suggest !== best; });
  findAll("a[hreflang]").forEach((link) => link.addEventListener("click", () => {
    remember("language", link.hreflang.split("-")[0]);
  }));
}

/* Start page: open the operator that the address names, else the one chosen before. */
function openOperator() {
  const operators = findAll("[data-operator]");
  const open = (id) => operators.filter((item) => item.dataset.operator === id).forEach((item) => { item.open = true; });
  open(location.hash.slice(1) || recall("operator"));
  addEventListener("hashchange", () => open(location.hash.slice(1)));
  operators.forEach((item) => item.addEventListener("toggle", () => {
    if (item.open) remember("operator", item.dataset.operator);
  }));
}

/* The digits of a text as 0 to 9, whatever script they are of: Unicode keeps the ten of each in a row, from its zero on. */
function readDigits(text) {
  const isDigit = (code) => /\p{Nd}/u.test(String.fromCodePoint(code));
  return [...text].map((character) => character.codePointAt(0)).filter(isDigit).map((code) => {
    let zero = code;
    while (isDigit(zero - 1)) zero -= 1;
    return (code - zero) % 10;
  }).join("");
}

/* Start page: the operator whose list has the longest beginning of the number, without the country's code. */
function findIssuer(number) {
  const digits = readDigits(number).replace(/^(00)?8550?/, "0");
  const matches = findAll("[data-operator]").flatMap((item) => item.dataset.prefixes.split(" ")
    .filter((prefix) => prefix && digits.startsWith(prefix)).map((prefix) => [prefix.length, item.dataset.operator]));
  if (matches.length) return matches.sort((a, b) => b[0] - a[0])[0][1];
  return digits.length < 3 ? null : "";
}
function lookUpNumbers() {
  find("#number").addEventListener("input", (event) => {
    const issuer = findIssuer(event.target.value);
    findAll("[data-found]").forEach((line) => { line.hidden = line.dataset.found !== issuer; });
  });
}

/* Phone page: of boxes of one group one alone is ticked, and words in the field behind a box tick it. */
function keepOneTicked({ target }) {
  const box = document.getElementById(target.id.replace(/-text$/, ""));
  const set = (other, on) => { other.checked = on; other.dispatchEvent(new Event("input", { bubbles: true })); };
  if (box !== target && target.value && !box.checked) set(box, true);
  if (box === target && box.checked && box.dataset.group)
    findAll(`[data-group="${box.dataset.group}"]:checked`).filter((other) => other !== box).forEach((other) => set(other, false));
}

/* Phone page: ticks and notes, kept under the handout's name; personal details are not. */
function keepTicks(name) {
  const details = findAll("[data-details] input");
  const fields = findAll("main input, .bar input").filter((field) => !details.includes(field));
  const kept = JSON.parse(recall(name) || "{}");
  const clear = find("[data-clear]");
  fields.forEach((field) => {
    if (field.type === "checkbox") field.checked = Boolean(kept[field.id]);
    else field.value = kept[field.id] || "";
    field.addEventListener("input", () => {
      kept[field.id] = field.type === "checkbox" ? field.checked : field.value;
      remember(name, JSON.stringify(kept));
    });
  });
  clear.addEventListener("click", () => {
    clear.closest("details").open = false;
    [...fields, ...details].forEach((field) => { field.checked = false; field.value = ""; delete kept[field.id]; });
    remember(name, JSON.stringify(kept));
    fillCard();
    find("main").dispatchEvent(new Event("input"));
  });
}

/* Phone page: the card shows what is ticked, and what is written. */
function fillCard() {
  findAll("[data-ask]").forEach((line) => {
    const field = document.getElementById(line.dataset.ask), isTick = field.type === "checkbox";
    const note = isTick ? document.getElementById(`${field.id}-text`) : field;
    line.hidden = isTick ? !field.checked : !field.value.trim();
    if (note) line.querySelector("[data-note]").textContent = note.value;
  });
  find("[data-empty]").hidden = !find("[data-number]")?.hidden;
}

/* Phone page: the card fills the screen, so "Back" closes it, as it does with a page. Where a browser has no such
   layer, the card stands at the page's end. */
function openCard(card) {
  if (!("popover" in card)) {
    find("[popovertarget=card]").addEventListener("click", () => { fillCard(); card.scrollIntoView(); });
    find(".card > .button").hidden = true;
    return;
  }
  if (history.state === "card") history.back(); // loaded anew while the card was open
  card.addEventListener("beforetoggle", fillCard);
  card.addEventListener("toggle", ({ newState }) => {
    const isOpen = newState === "open", isLast = history.state === "card";
    if (isOpen && !isLast) history.pushState("card", "");
    if (!isOpen && isLast) history.back();
  });
  addEventListener("popstate", ({ state }) => { if (state !== "card") card.hidePopover(); });
  // What is behind the open card cannot be reached; before it closes, or the focus could not go back there.
  ["beforetoggle", "toggle"].forEach((name) => card.addEventListener(name, ({ type, newState }) => {
    const isOpen = newState === "open" && type === "toggle";
    findAll("body > :not(#card)").forEach((part) => { part.inert = isOpen; });
  }));
}

/* Phone page: who has written something is asked before it is lost with the page. */
function askBeforeLeaving() {
  const ask = (event) => { event.preventDefault(); event.returnValue = true; }; // the latter: Chromium before 119
  const written = findAll("[data-details] input:not([type=checkbox])");
  find("main").addEventListener("input", () => {
    if (written.some(({ value }) => value)) addEventListener("beforeunload", ask);
    else removeEventListener("beforeunload", ask);
  });
}

/* Phone page: what fills in page 1 is loaded when somebody begins to write. After a failure it is asked for under
   another name, because some browsers remember the failure. */
function offerFilling() {
  const button = find("[data-make]"), problem = find("[data-problem]");
  let loading, failures = 0;
  const load = () => {
    const names = ["fill", "mydetails"].map((name) => `./${name}.js${failures ? `?${failures}` : ""}`);
    loading = loading || Promise.all(names.map((name) => import(name)))
      .then(([fill, details]) => details.begin(fill, button.dataset.make))
      .catch((error) => { loading = null; failures += 1; throw error; });
    return loading;
  };
  button.hidden = false;
  find("main").addEventListener("focusin", (event) => {
    const hint = document.getElementById(`${event.target.id}-hint`);
    if (hint) hint.hidden = false;
    if (isServed && event.target.closest("[data-details]")) load().catch(() => { /* it is said when page 1 is asked for */ });
  });
  button.addEventListener("click", async () => {
    problem.textContent = "";
    button.disabled = true;
    let said = isServed ? "" : "needs_web";
    if (isServed) said = await load().then((make) => make()).catch((error) => error instanceof RangeError ? "mend_fields" : "no_network");
    button.disabled = false;
    if (said) problem.textContent = find(`[data-say=${said}]`).textContent;
  });
}

/* Copy an address; where the browser refuses, show it in a field, selected. Tell whether it was copied. */
async function copyLink(url, field) {
  try {
    await navigator.clipboard.writeText(url);
    return true;
  } catch {
    field.value = url;
    field.hidden = false;
    field.focus();
    field.setSelectionRange(0, url.length);
    return document.execCommand("copy");
  }
}

/* Phone page: its own address, without what a link added to it; shared, or where that is refused or unknown, copied. */
function offerSharing() {
  const button = find("[data-share]"), url = find("link[rel=canonical]")?.href ?? location.href.split(/[?#]/)[0];
  button.hidden = !isServed;
  button.addEventListener("click", async () => {
    try {
      await navigator.share({ url });
    } catch (error) {
      if (error.name === "AbortError") return; // the reader thought better of it
      find("[data-shared]").hidden = !await copyLink(url, find("[data-address]"));
    }
  });
}

/* Browsers inside chats and the like, by the names that they give themselves. */
const CHATS = /MicroMessenger|wxwork|\bQQ\/|Telegram|\bFB\w+\/|MetaIAB|Instagram|Barcelona|\bLine\/|musical_ly|trill_|Bytedance|Weibo|AliApp|KAKAO|Snapchat|Zalo|Viber|LinkedInApp|Twitter|\bWA4A|WAiOS|inapp/i;
/* Others of the kind, as Android and iOS mark them; some phones' real browsers have the same mark, and a name beside it. */
const INSIDE_APP = /; wv\)|(iPhone|iPad|iPod|Macintosh).*AppleWebKit(?!.*Safari\/)/;

function isInChat({ userAgent, standalone }) {
  const isTelegram = "TelegramWebview" in window || "TelegramWebviewProxy" in window;
  return isTelegram || CHATS.test(userAgent) || (INSIDE_APP.test(userAgent) && !standalone && !/browser|ecosia/i.test(userAgent));
}

/* Inside a chat the help is open, and on the start page the first thing; elsewhere it waits for a tap. */
function helpInChats() {
  const help = find("[data-chats]");
  const inChat = isInChat(navigator);
  help.addEventListener("toggle", () => {
    if (location.protocol === "file:") return; // a page from a disk may load no module
    import("./chats.js").then(({ showWays }) => showWays(help, inChat, copyLink)).catch(() => { /* the words are there */ });
  }, { once: true });
  help.open = inChat;
  if (inChat) {
    find("#choose")?.before(help);
    findAll('a[href$=".png"]').forEach((link) => link.removeAttribute("download")); // a picture that opens can be kept
  }
  find("[data-home]").hidden = !navigator.standalone;
}

/* Served pages that were seen once are there without a network: sw.js keeps them, and is told here of the first one. */
async function workOffline() {
  if (!("serviceWorker" in navigator) || !isServed) return;
  const first = !navigator.serviceWorker.controller;
  await navigator.serviceWorker.register(new URL("sw.js", find("script[src]").src));
  if (!first) return;
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage([location.href, ...performance.getEntriesByType("resource").map((entry) => entry.name)]);
}

/* What works only with a script. Its letters are in the fonts that the page begins with. */
findAll(".scripted").forEach((part) => { part.hidden = false; });
if (find("[data-lookup]")) {
  suggestLanguage();
  openOperator();
  lookUpNumbers();
} else if (find("[data-handout]")) {
  keepTicks(find("main").dataset.handout);
  find("main").addEventListener("input", keepOneTicked);
  openCard(find("#card"));
  if (window === top) askBeforeLeaving(); // not in the preview of editors, who reload it
  offerFilling();
  offerSharing();
}
helpInChats();
addEventListener("load", () => { workOffline().catch(() => { /* the network is back later, or never */ }); });
