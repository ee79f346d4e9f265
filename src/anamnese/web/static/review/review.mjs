/** The page of a case: what clicks and keys do. Each part of it has a module of its own. */

import { announce, toast } from "../base.mjs";
import { holderOfButton, merge, split } from "./arranging.mjs";
import { drawAxis, listenToAxis, toggleAxis } from "./axis.mjs";
import { decide, enqueue, showStatus } from "./decisions.mjs";
import { askKind, askNote, askSignature, dialogOpen, listenToDialogs, showHelp } from "./dialogs.mjs";
import { applyFilters, beside, choose, cycle, factsAt, listenToFilters, mayTake, rove, showReport } from "./facts.mjs";
import { add, closeForm, correct, formOpen, listenToForm, takeWords } from "./form.mjs";
import { erase, rename } from "./keeping.mjs";
import { chosen, element, mayDecide, model, signed, t } from "./model.mjs";
import { beginSelecting, listenToSelection, selecting, selectingKey, selection } from "./selecting.mjs";
import { listenToTabs, showTab } from "./tabs.mjs";

const APART = new Set(["section", "time", "mention"]); // kinds that are not reviewed one by one
const SINGLE_KEYS = "anamnese.single-keys";
let singleKeys = localStorage.getItem(SINGLE_KEYS) !== "off";

function step(by, open = false) {
  const next = model.chosen ? beside(by, open) : beside(1, open);
  if (next) choose(next.key);
  else announce(t("no_more"));
}

/** Decides on the chosen fact, and goes on to the next that nobody has reviewed. */
async function onFact(action) {
  const fact = chosen();
  if (!fact) return toast(t("none_chosen"), "warn");
  const { done } = mayTake(action, fact) ? await decide(action, { target: fact.key }) : { done: true };
  if (!done) return;
  const next = beside(1, true);
  if (next) choose(next.key);
  else { choose(fact.key, { quiet: true, still: true }); announce(t("all_done")); }
}

async function acceptAll() {
  const answer = await askKind(APART);
  if (!answer) return;
  if (!answer.keys.length) return toast(t("all_done"), "info");
  const { done } = await decide("accept_all", { target: answer.keys });
  if (done) toast(t("saved.accept_all"), "ok");
}

async function undo(target = null) {
  const { done } = await decide("undo", { target });
  if (done) toast(t("saved.undo"), "ok");
}

async function validate() {
  if (formOpen()) return toast(t("unsaved"), "warn");
  const answer = await askSignature(APART);
  if (!answer) return;
  const { done } = await decide("validate", { note: answer.note });
  if (done) toast(t("saved.validate"), "ok");
}

async function reopen() {
  const answer = await askNote(t("reopen"), t("reopen.words"));
  if (answer && (await decide("reopen", { note: answer.note })).done) toast(t("saved.reopen"), "ok");
}

async function comment() {
  const { done } = await decide("comment", { note: element("comment-note").value });
  if (done) element("comment-note").value = "";
}

async function onFinding(button) {
  const item = button.closest("[data-finding]");
  const action = button.dataset.act;
  const answer = await askNote(t(action), item.querySelector("p").textContent.replace(/\s+/g, " ").trim());
  if (answer) await decide(action, { target: item.dataset.finding, note: answer.note });
}

function edit() {
  if (chosen()) correct(chosen());
  else toast(t("none_chosen"), "warn");
}

function addWords(words) {
  if (formOpen()) takeWords(words);
  else add(words);
}

function addFact() {
  const words = selection();
  if (words) addWords(words);
  else beginSelecting();
}

function besideReport(by) {
  const tabs = [...document.querySelectorAll(".report-tabs [role=tab]")];
  const to = tabs[tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true") + by];
  if (!to) return;
  showTab(to);
  announce(t("report_shown", { name: to.textContent.trim() }));
}

function search() {
  showTab(element("tab-facts"));
  element("search").focus();
  element("search").select();
}

/** Gives up what is going on, the innermost first. */
function escape() {
  if (formOpen()) return closeForm();
  if (model.chosen) return choose(null, { quiet: true });
  document.activeElement?.blur?.();
}

const tab = (name) => () => { const to = element(`tab-${name}`); showTab(to); to.focus(); };

/** What only a person who may decide may do, and in a case that is not signed. */
const deciding = (act) => () => {
  if (mayDecide && !signed()) return act();
  return toast(t(mayDecide ? "signed" : "reader"), "warn");
};
const inTurn = (act) => () => enqueue(act);

const KEYS = {
  j: () => step(1), k: () => step(-1), J: () => step(1, true), K: () => step(-1, true),
  a: deciding(inTurn(() => onFact("accept"))), r: deciding(inTurn(() => onFact("reject"))), e: deciding(edit), x: deciding(inTurn(acceptAll)), n: deciding(addFact),
  m: deciding(inTurn(() => merge())), s: deciding(inTurn(() => split())), v: deciding(inTurn(validate)), u: inTurn(() => undo()),
  w: () => document.querySelector(".report:not([hidden])").focus(),
  "/": search, "?": showHelp, t: toggleAxis, "[": () => besideReport(-1), "]": () => besideReport(1), N: () => element("next-case").click(),
  1: tab("record"), 2: tab("facts"), 3: tab("findings"), 4: tab("log"),
};
const DO = { accept: KEYS.a, reject: KEYS.r, edit: KEYS.e, all: KEYS.x, previous: KEYS.k, next: KEYS.j };

const writing = (node) => node.matches("input:not([type=checkbox]), textarea, select");

document.addEventListener("keydown", (event) => {
  if (dialogOpen() || event.defaultPrevented) return;
  if (selectingKey(event, addWords)) return; // begun by who may decide
  if (event.key === "Escape") {
    if (event.target.matches("#search")) { element("facts").focus(); return event.preventDefault(); }
    return escape();
  }
  if (writing(event.target)) {
    if (event.target.matches("#search") && (event.key === "Enter" || event.key === "ArrowDown")) {
      event.preventDefault();
      element("facts").focus();
      if (!model.chosen || element(`o:${model.chosen}`).hidden) step(1);
    }
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.shiftKey) {
    event.preventDefault();
    return void KEYS.u();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !singleKeys || formOpen() || !(event.key in KEYS)) return;
  event.preventDefault();
  if (event.repeat && !"jkJK".includes(event.key)) return;
  KEYS[event.key]();
});

/** The list of facts: arrows as in any list. */
function listenToList() {
  element("part-facts").addEventListener("keydown", (event) => {
    const steps = { ArrowDown: () => step(1), ArrowUp: () => step(-1), Home: () => { model.chosen = null; step(1); }, Enter: KEYS.w };
    if (!(event.key in steps) || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    steps[event.key]();
  });
  element("part-facts").addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option.dataset.key);
  });
}

/** Words of the report and links of the record. */
function listenToWords() {
  element("part-reports").addEventListener("click", (event) => {
    const mark = event.target.closest("mark");
    if (!mark || !getSelection().isCollapsed || selecting()) return;
    const keys = factsAt(mark);
    const finding = keys.find((key) => key.startsWith("finding-"));
    if (keys.some((key) => model.byKey.has(key))) cycle(keys);
    else if (finding) showFinding(finding.slice("finding-".length));
  });
  document.querySelector(".panels").addEventListener("click", (event) => {
    const link = event.target.closest("a[data-keys], a[data-place]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (link.dataset.keys) cycle(link.dataset.keys.split(" "));
    else showPlace(link);
  });
}

function showFinding(key) {
  showTab(element("tab-findings"));
  const item = document.querySelector(`[data-finding="${key}"]`);
  item?.scrollIntoView({ block: "nearest" });
  item?.querySelector("a, button")?.focus({ preventScroll: true });
}

/** The words that a finding names, lit up in the report. */
function showPlace(link) {
  const [report, start] = link.dataset.place.split(":");
  showReport(report);
  const key = link.closest("[data-finding]").dataset.finding;
  for (const lit of document.querySelectorAll("mark.lit")) lit.classList.remove("lit");
  const marks = [...document.querySelectorAll(`.report[data-report="${report}"] mark[data-f="finding-${key}"]`)];
  for (const mark of marks) mark.classList.add("lit");
  const lines = [...document.querySelectorAll(`.report[data-report="${report}"] .l`)];
  const line = lines.findLast((each) => Number(each.dataset.s) <= Number(start));
  (marks[0] ?? line)?.scrollIntoView({ block: "center" });
}

/** Arrows go from link to link of a panel. */
function listenToLinks() {
  for (const panel of document.querySelectorAll(".panels > [role=tabpanel]")) {
    panel.addEventListener("keydown", (event) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const links = [...panel.querySelectorAll("a[data-keys]")].filter((link) => link.offsetParent);
      if (!by || panel.id === "panel-facts" || !links.length) return;
      event.preventDefault();
      links[Math.min(links.length - 1, Math.max(0, links.indexOf(document.activeElement) + by))].focus();
    });
  }
}

function listenToButtons() {
  element("open-help").addEventListener("click", showHelp);
  element("rename")?.addEventListener("click", () => enqueue(rename));
  element("open-erase")?.addEventListener("click", () => enqueue(erase));
  element("print").addEventListener("click", () => window.print());
  element("decide").addEventListener("click", (event) => DO[event.target.closest("[data-do]")?.dataset.do]?.());
  const box = element("single-keys");
  box.checked = singleKeys;
  box.addEventListener("change", () => {
    singleKeys = box.checked;
    localStorage.setItem(SINGLE_KEYS, singleKeys ? "on" : "off");
    announce(t(singleKeys ? "keys_on" : "keys_off"));
  });
  document.querySelector(".panels").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.act) enqueue(() => onFinding(button));
    else if (button?.dataset.undo) enqueue(() => undo(Number(button.dataset.undo)));
    else if (button?.dataset.arrange) enqueue(() => (button.dataset.arrange.startsWith("merge") ? merge : split)(holderOfButton(button)));
  });
  document.querySelector(".card-finding").addEventListener("click", (event) => showFinding(event.target.dataset.shows));
  if (!mayDecide) return;
  element("comment").addEventListener("submit", (event) => {
    event.preventDefault();
    enqueue(comment);
  });
  element("undo").addEventListener("click", KEYS.u);
  element("validate").addEventListener("click", KEYS.v);
  element("reopen").addEventListener("click", () => enqueue(reopen));
}

addEventListener("beforeunload", (event) => { if (formOpen()) event.preventDefault(); });

listenToDialogs();
listenToTabs(document.body);
listenToFilters();
listenToList();
listenToWords();
listenToLinks();
listenToButtons();
listenToForm();
listenToSelection((words) => deciding(() => addWords(words))(), formOpen);
listenToAxis();
applyFilters();
drawAxis();
showStatus();
rove();
if (location.hash.startsWith("#f:")) choose(decodeURIComponent(location.hash.slice(3)));
