/** Words of a report chosen to add a fact: with the pointer, or word by word with the keyboard. */

import { announce } from "../base.mjs";
import { element, model, t } from "./model.mjs";

const WORD = /[\p{L}\p{N}]+(?:[.,'’/-][\p{L}\p{N}]+)*|[^\s]/gu;
const SETTLED = 250; // milliseconds after which a selection no longer moves
let mode = null; // {words, from, to} while words are chosen with the keyboard
let chosenWords = null; // what the pointer has selected

const lineOf = (node) => (node instanceof Element ? node : node.parentElement)?.closest(".l") ?? null;
const points = (text) => [...text].length; // offsets of reports count code points

/** How many UTF-16 units of a line stand before a place in it. */
function unitsBefore(line, node, offset) {
  const range = document.createRange();
  range.setStart(line, 0);
  range.setEnd(node, offset);
  return range.toString().length;
}

/** The node and offset of a place in a line. */
function placeIn(line, units) {
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  let rest = units;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (rest <= node.length) return [node, rest];
    rest -= node.length;
  }
  return [line, line.childNodes.length];
}

const LETTER = /[\p{L}\p{N}]/u;
const text = (line) => line.textContent.replace(/\n$/, "");

/** A place moved (by -1 or 1) to the border of the word that it stands in. */
function atBorder(line, place, by) {
  const words = text(line);
  let at = place;
  while (at > 0 && at < words.length && LETTER.test(words[at - 1]) && LETTER.test(words[at])) at += by;
  return at;
}

/** The whole words between two places of lines, as the server counts them; null where there are none. */
function wordsBetween(first, begin, last, stop) {
  const from = atBorder(first, begin, -1);
  const to = atBorder(last, stop, 1);
  const lead = text(first).slice(from, first === last ? to : undefined).match(/^\s*/)[0].length;
  const tail = text(last).slice(first === last ? from : 0, to).match(/\s*$/)[0].length;
  const start = Number(first.dataset.s) + points(text(first).slice(0, from + lead));
  const end = Number(last.dataset.s) + points(text(last).slice(0, Math.max(0, Math.min(to, text(last).length) - tail)));
  if (end <= start) return null;
  const quote = first === last ? text(first).slice(from, to).trim() : `${text(first).slice(from).trim()} … ${text(last).slice(0, to).trim()}`;
  return { report: first.closest(".report").dataset.report, start, end, quote };
}

/** What is selected in a report; null where nothing is. */
function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const [first, end] = [lineOf(range.startContainer), lineOf(range.endContainer)];
  if (!first || !end || first.closest(".report") !== end.closest(".report") || !first.closest("#part-reports")) return null;
  const from = unitsBefore(first, range.startContainer, range.startOffset);
  let [last, to] = [end, unitsBefore(end, range.endContainer, range.endOffset)];
  if (to === 0 && last !== first) { last = last.previousElementSibling; to = last.textContent.length; }
  return wordsBetween(first, from, last, to);
}

/** The words that stand selected, by pointer or keyboard. */
export const selection = () => (mode ? null : selected() ?? chosenWords);
export const selecting = () => mode !== null;

function tokens(article) {
  const found = [];
  for (const line of article.querySelectorAll(".l")) {
    for (const match of line.textContent.matchAll(WORD)) found.push({ line, from: match.index, to: match.index + match[0].length, word: match[0] });
  }
  return found;
}

function rangeOf(token) {
  const range = document.createRange();
  range.setStart(...placeIn(token.line, token.from));
  range.setEnd(...placeIn(token.line, token.to));
  return range;
}

/** Begins to choose words with the keyboard, at the chosen fact's words. */
export function beginSelecting() {
  const article = document.querySelector(".report:not([hidden])");
  const words = tokens(article);
  if (!words.length) return;
  const hit = article.querySelector(`mark[data-f="${model.chosen}"]`);
  const at = hit ? words.findIndex((token) => rangeOf(token).intersectsNode(hit)) : words.findIndex((token) => rangeOf(token).getBoundingClientRect().top > article.getBoundingClientRect().top);
  mode = { words, from: Math.max(0, at), to: Math.max(0, at) };
  article.focus({ preventScroll: true });
  document.body.classList.add("selecting");
  show();
  announce(t("choose_words"));
}

function show() {
  const [low, high] = [Math.min(mode.from, mode.to), Math.max(mode.from, mode.to)];
  const [first, last] = [mode.words[low], mode.words[high]];
  getSelection().setBaseAndExtent(...placeIn(first.line, first.from), ...placeIn(last.line, last.to));
  const box = rangeOf(mode.words[mode.to]).getBoundingClientRect();
  const scroller = first.line.closest(".report");
  const outer = scroller.getBoundingClientRect();
  if (box.top < outer.top + 20 || box.bottom > outer.bottom - 20) scroller.scrollTop += box.top - outer.top - outer.height / 2;
}

/** The word nearest above or below. */
function vertically(by) {
  const here = rangeOf(mode.words[mode.to]).getBoundingClientRect();
  let best = mode.to;
  let least = Infinity;
  mode.words.forEach((token, i) => {
    const box = rangeOf(token).getBoundingClientRect();
    const rows = (box.top - here.top) * by;
    if (rows < here.height / 2) return;
    const distance = rows * 100 + Math.abs(box.left - here.left);
    if (distance < least) { least = distance; best = i; }
  });
  return best;
}

const MOVES = {
  ArrowRight: () => mode.to + 1, ArrowLeft: () => mode.to - 1, ArrowDown: () => vertically(1), ArrowUp: () => vertically(-1),
  Home: () => mode.words.findIndex((token) => token.line === mode.words[mode.to].line),
  End: () => mode.words.findLastIndex((token) => token.line === mode.words[mode.to].line),
};

export function endSelecting() {
  mode = null;
  document.body.classList.remove("selecting");
  getSelection().removeAllRanges();
}

/** Keys while words are chosen; take(words) is called with them at Enter. Gives whether the key was one of these. */
export function selectingKey(event, take) {
  if (!mode) return false;
  if (event.key in MOVES) {
    const to = Math.min(mode.words.length - 1, Math.max(0, MOVES[event.key]()));
    mode.to = to;
    if (!event.shiftKey) mode.from = to;
    show();
    const [low, high] = [Math.min(mode.from, mode.to), Math.max(mode.from, mode.to)];
    announce(mode.words.slice(low, high + 1).map((token) => token.word).join(" "));
  } else if (event.key === "Enter") {
    const words = selected();
    endSelecting();
    if (words) take(words);
  } else if (event.key === "Escape") {
    endSelecting();
  } else {
    return event.key !== "Tab" && event.key !== "Shift";
  }
  event.preventDefault();
  return true;
}

/** A button beside words selected with the pointer; take(words) is called with them. inForm(): whether a form is open. */
export function listenToSelection(take, inForm) {
  const button = element("add-here");
  if (!button) return;
  const place = () => {
    chosenWords = mode ? null : selected();
    button.hidden = chosenWords === null;
    if (!chosenWords) return;
    button.firstElementChild.textContent = t(inForm() ? "take_words" : "add_words");
    const boxes = getSelection().getRangeAt(0).getClientRects();
    const box = boxes[boxes.length - 1];
    button.style.left = `${Math.min(box.right + 4, innerWidth - button.offsetWidth - 8)}px`;
    button.style.top = `${Math.min(box.bottom + 4, innerHeight - button.offsetHeight - 8)}px`;
  };
  let pressed = false;
  let timer = 0;
  document.addEventListener("pointerdown", () => { pressed = true; });
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => { pressed = false; setTimeout(place); });
  document.addEventListener("selectionchange", () => { // a finger's handles move the selection without a pointer
    clearTimeout(timer);
    if (!selected()) { chosenWords = null; button.hidden = true; } else if (!pressed) timer = setTimeout(place, SETTLED);
  });
  element("part-reports").addEventListener("scroll", () => { button.hidden = true; }, true);
  button.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the selection
  button.addEventListener("click", () => {
    const words = selected();
    button.hidden = true;
    if (words) take(words);
  });
}
