/** Tumours and courses put together and taken apart: by the facts that each is made of. */

import { toast } from "../base.mjs";
import { decide } from "./decisions.mjs";
import { askChoices } from "./dialogs.mjs";
import { element, model, t } from "./model.mjs";

const KINDS = { tumour: ".tumour[data-own]", course: "tr.course[data-own]" };
const BOND = { tumour: "tumours", course: "courses" };
const own = (node) => node.dataset.own.split(" ").filter(Boolean);
const nameOf = (node) => (node.matches(".tumour") ? node.querySelector("h2") : node.cells[1].querySelector("a")?.parentElement ?? node.cells[1]);

function named(node) {
  if (node.matches(".tumour")) return { words: node.querySelector("h2").textContent.trim(), detail: [...node.querySelector(".about").children].map((part) => part.textContent.trim()).join(" · ") };
  const said = nameOf(node).cloneNode(true);
  for (const more of said.querySelectorAll("div")) more.remove();
  return { words: said.textContent.replace(/\s+/g, " ").trim(), detail: node.cells[0].textContent.trim() };
}

const all = (kind) => [...element("part-record").querySelectorAll(KINDS[kind])].filter((node) => own(node).length);

/** The tumour or course that a fact belongs to: itself a fact of it, or told in it. */
function holderOf(key) {
  for (const kind of ["course", "tumour"]) {
    const node = all(kind).find((each) => own(each).includes(key));
    if (node) return { kind, node };
  }
  const link = element("part-record").querySelector(`a[data-keys~="${key}"]`);
  for (const kind of ["course", "tumour"]) {
    const node = link?.closest(KINDS[kind]);
    if (node && own(node).length) return { kind, node };
  }
  return null;
}

export async function merge(holder = holderOf(model.chosen)) {
  if (!holder) return toast(t("not_arrangeable"), "warn");
  const { kind, node } = holder;
  const others = all(kind).filter((each) => each !== node);
  if (!others.length) return toast(t("alone"), "warn");
  const action = `merge_${BOND[kind]}`;
  const choices = others.map((each, i) => ({ value: String(i), ...named(each) }));
  const answer = await askChoices(t(action), t(`${action}.legend`, { name: named(node).words }), t("merge"), choices);
  if (!answer) return;
  const target = [...own(node), ...answer.values.flatMap((value) => own(others[Number(value)]))];
  await decide(action, { target, note: answer.note });
}

export async function split(holder = holderOf(model.chosen)) {
  if (!holder) return toast(t("not_arrangeable"), "warn");
  const { kind, node } = holder;
  const keys = own(node);
  if (keys.length < 2) return toast(t("whole"), "warn");
  const action = `split_${kind}`;
  const choices = keys.map((key) => {
    const fact = model.byKey.get(key);
    const detail = [`« ${fact.quote} »`, t("place", { line: fact.line }), fact.date].filter(Boolean).join(" · ");
    return { value: key, words: fact.words, detail, checked: key === model.chosen };
  });
  const answer = await askChoices(t(action), t(`${action}.legend`), t("split"), choices, true);
  if (answer) await decide(action, { target: answer.values, note: answer.note });
}

/** The holder of a button in the record. */
export function holderOfButton(button) {
  const node = button.closest(KINDS.course) ?? button.closest(KINDS.tumour);
  return { kind: node.matches(KINDS.tumour) ? "tumour" : "course", node };
}
