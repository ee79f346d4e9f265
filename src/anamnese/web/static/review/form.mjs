/** The form in which a fact is corrected or added: the fields of its kind, checked before they are sent. */

import { announce, toast } from "../base.mjs";
import { combo } from "../combo.mjs";
import { chooseAdded, decide, enqueue } from "./decisions.mjs";
import { element, model, t } from "./model.mjs";

const APART = new Set(["type", "quote", "start", "end", "status", "date"]);
let open = null; // {key} of the fact to correct, and {report, start, end} of words that were chosen
let before = null; // where the focus was
let lastKind = "tumour";

export const formOpen = () => open !== null;

/** A partial date as a person writes it: 20/03/2015, 03/2015, 2015. */
const written = (date) => (date ?? "").split("-").reverse().join("/");

/** A partial date of the fact format; null for none, undefined for what is no date. */
function parsed(text) {
  const value = text.trim();
  if (!value) return null;
  const french = value.match(/^(?:(?:(\d{1,2})[/.\- ])?(\d{1,2})[/.\- ])?(\d{4})$/);
  const [year, month, day] = french ? [french[3], french[2], french[1]] : value.match(/^(\d{4})-(\d{2})(?:-(\d{2}))?$/)?.slice(1) ?? [];
  if (!year) return undefined;
  return [year, month?.padStart(2, "0"), day?.padStart(2, "0")].filter(Boolean).join("-");
}

const numberOf = (text) => (/^[+-]?\d+([.,]\d+)?$/.test(text.trim()) ? Number(text.trim().replace(",", ".")) : undefined);
const shownNumber = (value) => (typeof value === "number" && document.documentElement.lang === "fr" ? String(value).replace(".", ",") : String(value));

/** How each control shows a value and reads it; undefined is what cannot be read. */
const CONTROLS = {
  choice: { show: String, read: (text) => text || null },
  text: { show: String, read: (text) => text.trim() || null },
  texts: { show: (value) => value.join(", "), read: (text) => { const parts = text.split(",").map((part) => part.trim()).filter(Boolean); return parts.length ? parts : null; } },
  number: { show: shownNumber, read: (text) => (text.trim() ? numberOf(text) : null), wrong: "bad_number" },
  numbers: { show: (value) => value.map(shownNumber).join(" × "), read: (text) => { if (!text.trim()) return null; const parts = text.split(/[×x*;]/).map(numberOf); return parts.includes(undefined) ? undefined : parts; }, wrong: "bad_number" },
  measure: { show: shownNumber, read: (text) => (text.trim() ? numberOf(text) ?? text.trim() : null) },
  date: { show: written, read: parsed, wrong: "bad_date" },
};

function fill(kind, values) {
  const place = element("form-attributes");
  place.replaceChildren(element(`fields-${kind}`).content.cloneNode(true));
  for (const field of place.children) {
    const input = field.querySelector("input, select");
    const value = values[field.dataset.field];
    if (value !== undefined) input.value = CONTROLS[field.dataset.control].show(value);
    if (field.dataset.terms) suggest(field, input);
  }
}

function suggest(field, input) {
  const hint = document.createElement("small");
  hint.className = "hint";
  hint.id = `${input.id}-hint`;
  field.append(hint);
  input.setAttribute("aria-describedby", hint.id);
  const many = field.dataset.control === "texts";
  combo(input, { kind: field.dataset.terms, many, name: t("suggestions"), none: t("no_suggestion"), shown: (term) => { hint.textContent = !many && term && term.label !== term.value ? term.label : ""; } });
}

function begin(title, quote, kind, values, status, date) {
  before = document.activeElement;
  element("form-title").textContent = title;
  element("form-quote").textContent = quote;
  const select = element("form-type");
  for (const option of select.options) option.hidden = "rare" in option.dataset && option.value !== kind;
  select.value = kind;
  element("form-status").value = status ?? "affirmed";
  element("form-date").value = written(date);
  element("form-note").value = "";
  element("form-wrong").textContent = "";
  fill(kind, values);
  element("card-fact").hidden = true;
  element("card-empty").hidden = true;
  element("form").hidden = false;
  element("card").classList.add("with-form");
  (element("form-attributes").querySelector("input, select") ?? select).focus();
}

/** Opens the form on a fact. */
export function correct(fact) {
  open = { key: fact.key };
  const values = Object.fromEntries(Object.entries(fact.flat).filter(([name]) => !APART.has(name)));
  begin(t("correct_title"), fact.flat.quote, fact.kind, values, fact.flat.status, fact.flat.date);
}

/** Opens the form on words of a report, for a fact that was missed. */
export function add(words) {
  open = { report: words.report, start: words.start, end: words.end };
  begin(t("add_title"), words.quote, lastKind, {}, "affirmed", null);
  element("form-type").focus();
}

/** Other words for the fact of the form: those of its own report only. */
export function takeWords(words) {
  const report = open.report ?? model.byKey.get(open.key)?.report;
  if (words.report !== report) return;
  Object.assign(open, { report, start: words.start, end: words.end });
  element("form-quote").textContent = words.quote;
}

/** Closes the form; the focus goes back. */
export function closeForm() {
  if (!open) return;
  open = null;
  element("form").hidden = true;
  element("card").classList.remove("with-form");
  element("card-fact").hidden = !model.chosen;
  element("card-empty").hidden = Boolean(model.chosen);
  if (before?.isConnected) before.focus({ preventScroll: true });
}

function wrong(input, words) {
  input.setAttribute("aria-invalid", "true");
  element("form-wrong").textContent = `${input.labels[0].textContent.replace("*", "").trim()} : ${words}`;
  input.focus();
}

/** What the fields hold; null where one is wrong, which is then said. */
function read() {
  for (const input of element("form").querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  element("form-wrong").textContent = "";
  const date = parsed(element("form-date").value);
  if (date === undefined) return wrong(element("form-date"), t("bad_date")) ?? null;
  const attributes = {};
  for (const field of element("form-attributes").children) {
    const input = field.querySelector("input, select");
    const control = CONTROLS[field.dataset.control];
    const value = control.read(input.value);
    if (value === undefined) return wrong(input, t(control.wrong)) ?? null;
    if (value === null && input.required) return wrong(input, t("required")) ?? null;
    if (value !== null) attributes[field.dataset.field] = value;
  }
  return { type: element("form-type").value, attributes, status: element("form-status").value, date };
}

async function save() {
  const after = read();
  if (!after || !open) return;
  const note = element("form-note").value.trim() || null;
  const to = open;
  const target = to.key ?? to.report;
  const place = to.start === undefined ? {} : { start: to.start, end: to.end, ...(to.key ? {} : { report: Number(to.report) }) };
  lastKind = after.type;
  const result = await decide(to.key ? "correct" : "add", { target, after: { ...after, ...place }, note, quiet: true });
  if (result.error) {
    element("form-wrong").textContent = result.error;
    return;
  }
  closeForm();
  toast(t(`saved.${to.key ? "correct" : "add"}`), "ok");
  chooseAdded(result);
}

export function listenToForm() {
  const form = element("form");
  if (!form) return;
  form.addEventListener("submit", (event) => { event.preventDefault(); enqueue(save); });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) { event.stopPropagation(); closeForm(); }
  });
  element("form-cancel").addEventListener("click", closeForm);
  element("form-type").addEventListener("change", (event) => {
    const values = {};
    for (const field of element("form-attributes").children) {
      const value = CONTROLS[field.dataset.control].read(field.querySelector("input, select").value);
      if (value !== null && value !== undefined) values[field.dataset.field] = value;
    }
    const known = new Set([...element(`fields-${event.target.value}`).content.children].map((field) => `${field.dataset.field} ${field.dataset.control}`));
    const kept = [...element("form-attributes").children].filter((field) => known.has(`${field.dataset.field} ${field.dataset.control}`)).map((field) => field.dataset.field);
    fill(event.target.value, Object.fromEntries(Object.entries(values).filter(([name]) => kept.includes(name))));
    announce(event.target.selectedOptions[0].textContent);
  });
}
