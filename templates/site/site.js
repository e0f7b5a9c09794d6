"use strict";
/* Nothing here is needed to reach a PDF. What is remembered stays in the browser's own storage. */

const find = (selector) => document.querySelector(selector);
const findAll = (selector) => [...document.querySelectorAll(selector)];

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

/* Phone page: ticks and notes, kept under the handout's name. */
function keepTicks(name) {
  const fields = findAll("main input, .bar input");
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
    fields.forEach((field) => { field.checked = false; field.value = ""; delete kept[field.id]; });
    remember(name, JSON.stringify(kept));
  });
}

/* Phone page: the card shows what is ticked, and what is written beside it. */
function fillCard() {
  find("#card").addEventListener("beforetoggle", () => {
    findAll("[data-ask]").forEach((line) => {
      line.hidden = !document.getElementById(line.dataset.ask).checked;
      const note = document.getElementById(`${line.dataset.ask}-text`);
      if (note) line.querySelector("[data-note]").textContent = note.value;
    });
  });
}

/* Served pages that were seen once are there without a network: sw.js keeps them, and is told here of the first one. */
async function workOffline() {
  if (!("serviceWorker" in navigator) || !location.protocol.startsWith("http")) return;
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
  fillCard();
}
addEventListener("load", () => { workOffline().catch(() => { /* the network is back later, or never */ }); });
