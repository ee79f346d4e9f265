/** The facts: which are shown, which is chosen, and how that looks in the report, the list, the record and the card. */

import { announce } from "../base.mjs";
import { chosen, element, model, t } from "./model.mjs";
import { showTab } from "./tabs.mjs";

const shown = { off: new Set(), only: new Set(), search: "" };
const PASSES = {
  open: (fact) => fact.state === "proposed",
  doubt: (fact) => fact.doubt,
  conflict: (fact) => fact.conflict,
};
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const listeners = [];

/** Calls back where another fact is chosen. */
export const onChoice = (listener) => listeners.push(listener);

const passes = (fact) =>
  !shown.off.has(fact.kind) && [...shown.only].every((name) => PASSES[name](fact)) &&
  (!shown.search || folded(`${fact.kind_words} ${fact.words} ${fact.quote} ${fact.date} ${Object.values(fact.flat).join(" ")}`).includes(shown.search));

/** The facts that the filters let through, in the order of the text. */
export const visible = () => model.facts.filter(passes);

const marksOf = (key) => document.querySelectorAll(`#part-reports mark[data-f="${key}"]`);

/** Applies the filters to the report and the list, and writes the counts. */
export function applyFilters() {
  const through = new Set(visible().map((fact) => fact.key));
  for (const mark of document.querySelectorAll("#part-reports mark")) {
    const fact = model.byKey.get(mark.dataset.f);
    mark.classList.toggle("off", fact ? !through.has(fact.key) : shown.only.size > 0);
  }
  for (const option of element("facts").children) option.hidden = !through.has(option.dataset.key);
  element("facts-none").hidden = through.size > 0;
  const counts = {};
  for (const fact of model.facts) counts[fact.kind] = (counts[fact.kind] ?? 0) + 1;
  for (const button of document.querySelectorAll(".filters [data-kind]")) {
    const count = counts[button.dataset.kind] ?? 0;
    button.hidden = !count;
    button.querySelector("small").textContent = count;
  }
  const counted = model.facts.filter((fact) => !shown.off.has(fact.kind));
  for (const button of document.querySelectorAll(".filters [data-only]")) {
    button.querySelector("small").textContent = counted.filter(PASSES[button.dataset.only]).length;
  }
  const open = model.findings.filter((finding) => finding.state === "open").length;
  element("tab-findings").querySelector(".count").textContent = open || "";
  element("tab-facts").querySelector(".count").textContent = through.size;
}

export function listenToFilters() {
  for (const button of document.querySelectorAll(".filters [data-kind]")) {
    if (button.getAttribute("aria-pressed") === "false") shown.off.add(button.dataset.kind);
  }
  document.querySelector(".filters").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    if (button.dataset.kind) shown.off[on ? "delete" : "add"](button.dataset.kind);
    else shown.only[on ? "add" : "delete"](button.dataset.only);
    applyFilters();
  });
  element("search").addEventListener("input", (event) => {
    shown.search = folded(event.target.value.trim());
    applyFilters();
  });
}

/** Shows the report of an id. */
export function showReport(id) {
  const tab = document.getElementById(`report-tab-${id}`);
  if (tab) showTab(tab);
}

function bringIntoView(node, scroller, middle) {
  if (!node || !scroller || scroller.hidden) return;
  const [inner, outer] = [node.getBoundingClientRect(), scroller.getBoundingClientRect()];
  if (!inner.height || (inner.top >= outer.top + 8 && inner.bottom <= outer.bottom - 8)) return;
  const goal = middle ? inner.top - outer.top - outer.height / 3 : inner.top < outer.top ? inner.top - outer.top - 8 : inner.bottom - outer.bottom + 8;
  scroller.scrollTop += goal;
}

/** Chooses a fact and shows it everywhere. quiet: without a word to screen readers; still: without moving anything. */
export function choose(key, { quiet = false, still = false } = {}) {
  model.chosen = model.byKey.has(key) ? key : null;
  showChosen(still);
  const fact = chosen();
  if (fact && !quiet) announce(said(fact));
  for (const listener of listeners) listener(fact, still);
}

function said(fact) {
  const order = visible();
  const at = order.indexOf(fact) + 1;
  return t("fact", { at: at || "–", of: order.length, kind: fact.kind_words, words: [fact.words, fact.status, fact.date].filter(Boolean).join(", "), state: fact.state_words, quote: fact.quote });
}

/** One stop of Tab for all links of a panel: the chosen fact's, else the first. Arrows go from link to link. */
export function rove() {
  for (const panel of document.querySelectorAll(".panels > [role=tabpanel]")) {
    const links = [...panel.querySelectorAll("a[data-keys]")];
    const stop = links.find((link) => link.classList.contains("hit")) ?? links[0];
    for (const link of links) link.tabIndex = link === stop ? 0 : -1;
  }
}

/** Draws the choice anew, as after the parts were replaced. */
export function showChosen(still = false) {
  for (const node of document.querySelectorAll(".hit")) node.classList.remove("hit");
  for (const option of document.querySelectorAll('#facts [aria-selected="true"]')) option.setAttribute("aria-selected", "false");
  const fact = chosen();
  const busy = element("card").classList.contains("with-form"); // a form stays, whatever is chosen meanwhile
  element("card-empty").hidden = busy || fact !== null;
  element("card-fact").hidden = busy || fact === null;
  const list = element("facts");
  if (!fact) { rove(); return void list.removeAttribute("aria-activedescendant"); }
  const marks = [...marksOf(fact.key)];
  for (const mark of marks) mark.classList.add("hit");
  const links = [...document.querySelectorAll(`.panels a[data-keys~="${fact.key}"]`)];
  for (const link of links) link.classList.add("hit");
  rove();
  const option = document.getElementById(`o:${fact.key}`);
  option.setAttribute("aria-selected", "true");
  list.setAttribute("aria-activedescendant", option.id);
  fillCard(fact);
  if (still) return;
  showReport(fact.report);
  bringIntoView(marks[0], document.querySelector(`.report[data-report="${fact.report}"]`), true);
  bringIntoView(option, element("facts"), false);
  const link = links.find((each) => each.offsetParent);
  bringIntoView(link, link?.closest('[role="tabpanel"]'), true);
}

const TAKEN = { accept: ["proposed", "rejected"], reject: ["proposed", "accepted", "corrected", "added"] };

/** Whether an action would change anything of a fact. */
export const mayTake = (action, fact) => TAKEN[action].includes(fact.state);

function fillCard(fact) {
  const order = visible();
  const several = document.querySelectorAll("#part-reports .report").length > 1;
  const report = document.getElementById(`report-tab-${fact.report}`)?.firstChild.textContent.trim() ?? "";
  const texts = {
    kind: fact.kind_words,
    words: fact.words,
    status: fact.status,
    quote: `« ${fact.quote} »`,
    place: [several ? t("place_in", { report, line: fact.line }) : t("place", { line: fact.line }), fact.date || t("undated")].join(" · "),
    before: fact.before ? t("before", { words: fact.before }) : "",
    finding: "",
    state: fact.state_words,
    count: t("count", { at: order.indexOf(fact) + 1 || "–", of: order.length }),
  };
  for (const slot of document.querySelectorAll("#card-fact [data-slot]")) slot.textContent = texts[slot.dataset.slot];
  const slot = (name) => document.querySelector(`#card-fact [data-slot="${name}"]`);
  slot("kind").className = `kind-name k-${fact.kind}`;
  slot("state").className = `chip state-chip ${fact.state}`;
  slot("before").hidden = !fact.before;
  const finding = model.findings.find((each) => each.state === "open" && each.keys.includes(fact.key));
  slot("finding").hidden = !finding;
  slot("finding").textContent = finding?.message ?? "";
  slot("finding").dataset.shows = finding?.key ?? "";
  for (const action of Object.keys(TAKEN)) {
    document.querySelector(`#decide [data-do="${action}"]`)?.setAttribute("aria-disabled", String(!mayTake(action, fact)));
  }
}

/** The next (1) or previous (-1) shown fact; open: the next that nobody has reviewed. Null where there is none. */
export function beside(step, open = false) {
  const order = visible().filter((fact) => !open || fact.state === "proposed" || fact.key === model.chosen);
  const place = order.findIndex((fact) => fact.key === model.chosen);
  if (place >= 0) return order[place + step] ?? null;
  const at = model.order.indexOf(model.chosen);
  const behind = order.filter((fact) => step * (model.order.indexOf(fact.key) - at) > 0);
  return (step > 0 ? behind[0] : behind.at(-1)) ?? null;
}

/** The facts that stand on the words of a mark, the shortest first. */
export function factsAt(mark) {
  const keys = [];
  for (let node = mark; node; node = node.parentElement.closest("mark")) {
    if (!node.classList.contains("off")) keys.push(node.dataset.f);
  }
  return keys;
}

/** Chooses among some facts: the first, or the one after the chosen. */
export function cycle(keys) {
  const held = keys.filter((key) => model.byKey.has(key));
  if (!held.length) return;
  choose(held[(held.indexOf(model.chosen) + 1) % held.length]);
}
