/** The story on a time axis, drawn by vis-timeline. Items lead to their facts, and the chosen fact shows in it. */

import { Timeline } from "../vendor/vis-timeline-graph2d.min.mjs";
import { announce } from "../base.mjs";
import { choose, cycle, onChoice } from "./facts.mjs";
import { element, made, model, t } from "./model.mjs";

const DAY = 86_400_000;
const SHORTEST = 20 * DAY; // what is shown at least: vis-timeline does not move to a shorter window at all
const BEFORE = 0.015; // room before the first item, as a share of the whole span
const LABEL = 150; // pixels for the labels behind the last items
const LANES = 98; // pixels of the lanes' names
const HIGHEST = () => Math.max(200, Math.min(320, Math.round(innerHeight * 0.3))); // pixels
const MONTHS = t("months").split(" ");

let drawn = null;
let told = ""; // what is drawn
let byId = new Map();

const noon = (value) => { const [year, month, day] = value.split("-").map(Number); const date = new Date(2000, 0, 1); date.setFullYear(year, month - 1, day); return date; };
const after = (date, days) => new Date(date.getTime() + days * DAY);

const OTHERS = { millisecond: "", second: "", minute: "", hour: "" };
const MINOR = {
  weekday: (date) => String(date.date()), day: (date) => String(date.date()), week: (date) => String(date.date()),
  month: (date) => MONTHS[date.month()], year: (date) => String(date.year()),
};
const MAJOR = { weekday: monthAndYear, day: monthAndYear, week: monthAndYear, month: (date) => String(date.year()) };
function monthAndYear(date) { return `${MONTHS[date.month()]} ${date.year()}`; }

const format = {
  minorLabels: (date, scale) => (scale in OTHERS ? "" : MINOR[scale]?.(date) ?? ""),
  majorLabels: (date, scale) => (scale in OTHERS ? "" : MAJOR[scale]?.(date) ?? ""),
};

/** What stands in an item: its words, as text. */
function template(item) {
  return made("span", item.short);
}

function items() {
  return model.axis.items.map((item) => ({
    id: item.id,
    group: item.lane,
    className: item.look,
    content: item.short,
    short: item.short,
    long: item.long,
    start: noon(item.first),
    ...(item.range ? { end: after(noon(item.last), 1), type: "range" } : { type: "point" }),
  }));
}

/** The first and last day of all that is drawn, with room for the labels, which stand behind their items. */
function bounds() {
  const first = Math.min(...model.axis.items.map((item) => noon(item.first).getTime()));
  const last = Math.max(...model.axis.items.map((item) => noon(item.last).getTime()));
  const span = Math.max(last - first, 30 * DAY);
  const start = first - span * BEFORE;
  const end = last + (span * LABEL) / Math.max(150, element("axis").clientWidth - LANES - LABEL);
  return [new Date(start), new Date(Math.max(end, start + SHORTEST))];
}

/** Draws the axis, anew where it was drawn before; the window stays where it was. */
export function drawAxis() {
  const tells = JSON.stringify(model.axis);
  if (tells === told) return;
  told = tells;
  byId = new Map(model.axis.items.map((item) => [item.id, item]));
  const place = element("axis");
  element("axis-none").hidden = byId.size > 0;
  place.hidden = byId.size === 0 || element("axis-toggle").getAttribute("aria-expanded") === "false";
  if (!byId.size) { drawn?.destroy(); drawn = null; return; }
  const groups = model.axis.lanes.map((lane, order) => ({ id: lane.id, content: lane.words, order }));
  if (drawn) {
    drawn.setData({ items: items(), groups });
    return showChosenItems();
  }
  drawn = new Timeline(place, items(), groups, {
    onInitialDrawComplete: showAll, template, format, groupTemplate: (group) => made("span", group?.content ?? ""),
    align: "left", stack: true, selectable: true, multiselect: true, showTooltips: false, showCurrentTime: false,
    orientation: "top", maxHeight: HIGHEST(), verticalScroll: true, zoomKey: "ctrlKey", horizontalScroll: false, moveable: true,
    zoomMin: SHORTEST, zoomMax: 80 * 365 * DAY, margin: { axis: 2, item: { horizontal: 6, vertical: 2 } },
  });
  drawn.on("click", ({ item, event }) => {
    event.preventDefault?.();
    if (item !== null && item !== undefined) cycle(byId.get(item).keys);
    showChosenItems();
  });
  drawn.on("changed", scrollable);
  drawn.on("itemover", ({ item, event }) => {
    light(byId.get(item)?.keys ?? []);
    const shape = event.target.closest(".vis-item, .vis-dot");
    if (shape && byId.has(item)) shape.title = byId.get(item).long;
  });
  drawn.on("itemout", () => light([]));
}

/** The lanes can be reached with the keyboard where they do not all fit; the arrows up and down then scroll them. */
function scrollable() {
  const lanes = element("axis").querySelector(".vis-left");
  if (lanes.scrollHeight > lanes.clientHeight + 1) {
    for (const [name, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", t("lanes")]]) lanes.setAttribute(name, value);
  } else for (const name of ["tabindex", "role", "aria-label"]) lanes.removeAttribute(name);
}

/** Lights up the words of an item under the pointer. */
function light(keys) {
  for (const mark of document.querySelectorAll("mark.lit")) mark.classList.remove("lit");
  for (const key of keys) for (const mark of document.querySelectorAll(`mark[data-f="${key}"]`)) mark.classList.add("lit");
}

function showChosenItems() {
  if (!drawn) return;
  drawn.setSelection(model.axis.items.filter((item) => item.keys.includes(model.chosen)).map((item) => item.id));
}

/** Zooms around the chosen item where there is one. */
function zoom(way) {
  if (!drawn) return;
  drawn[way](0.5, { animation: false });
  const chosenItem = byId.get(drawn.getSelection()[0]);
  if (chosenItem) drawn.moveTo(noon(chosenItem.first), { animation: false });
}

function goTo(item) {
  const window = drawn.getWindow();
  const at = noon(item.first);
  if (at < window.start || at > window.end) drawn.moveTo(at, { animation: false });
  choose(item.keys[0], { quiet: true });
  drawn.setSelection([item.id]);
  announce(item.long.split("\n").join(", "));
}

/** Arrows go from event to event in order of time. */
function step(by) {
  const order = model.axis.items.filter((item) => item.keys.length).sort((a, b) => a.first.localeCompare(b.first) || a.id - b.id);
  const [selected] = drawn.getSelection();
  const at = order.findIndex((item) => item.id === selected);
  const to = order[at < 0 ? (by > 0 ? 0 : order.length - 1) : at + by];
  if (to) goTo(to);
}

const KEYS = {
  ArrowRight: () => step(1), ArrowLeft: () => step(-1),
  "+": () => zoom("zoomIn"), "=": () => zoom("zoomIn"), "-": () => zoom("zoomOut"), 0: () => showAll(),
  Enter: () => document.querySelector(".report:not([hidden])")?.focus(),
};

function showAll() { drawn?.setWindow(...bounds(), { animation: false }); }

export function toggleAxis() {
  const button = element("axis-toggle");
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  document.querySelector(".axis-pane").classList.toggle("folded", !open);
  element("axis").hidden = !open || byId.size === 0;
  if (open) drawn?.redraw();
}

export function listenToAxis() {
  element("axis-in").addEventListener("click", () => zoom("zoomIn"));
  element("axis-out").addEventListener("click", () => zoom("zoomOut"));
  element("axis-all").addEventListener("click", showAll);
  element("axis-toggle").addEventListener("click", toggleAxis);
  element("axis").addEventListener("keydown", (event) => {
    if (!drawn || event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
    event.preventDefault();
    event.stopPropagation();
    KEYS[event.key]();
  });
  onChoice(showChosenItems);
}
