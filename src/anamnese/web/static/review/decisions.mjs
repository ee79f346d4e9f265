/** Sends decisions to the server, one after the other, and puts its answer on the page without losing the place. */

import { announce, request, toast } from "../base.mjs";
import { drawAxis } from "./axis.mjs";
import { askReload } from "./dialogs.mjs";
import { applyFilters, choose, showChosen, showReport } from "./facts.mjs";
import { element, mayDecide, model, signed, t, take } from "./model.mjs";

let queue = Promise.resolve();
const held = new Map();
const SAID = ["accept", "reject", "correct", "add", "accept_all", "undo", "validate", "reopen"];
const WHEN_SIGNED = new Set(["reopen", "undo", "comment"]);

/** Does one thing after the other: keys may be pressed faster than the server answers. */
export function enqueue(act) {
  queue = queue.then(act).catch((error) => { toast(t("base.failed"), "error"); throw error; }).catch(() => {});
  return queue;
}

/** Takes a decision. Gives {done} or {error}: words for the person, already shown unless `quiet`. */
export async function decide(action, { target = null, after = null, note = null, quiet = false } = {}) {
  if (!mayDecide) return failed(t("reader"), quiet);
  if (signed() && !WHEN_SIGNED.has(action)) return failed(t("signed"), quiet);
  const { status, body } = await request(`/cases/${model.id}/decisions`, {
    method: "POST", body: { version: model.version, action, target, after, note },
  });
  if (status === 200) {
    const before = new Set(model.order);
    show(body);
    const added = model.order.find((key) => !before.has(key));
    announce(t(`saved.${SAID.includes(action) ? action : "other"}`));
    return { done: true, added };
  }
  if (status === 409) {
    if (await askReload(body.html)) await reload();
    return { error: t("overtaken") };
  }
  return failed(problem(status, body), quiet);
}

/** Why the server did not do what it was asked. */
export function problem(status, body) {
  const known = { 0: t("base.offline"), 401: t("base.session_over"), 403: t("base.forbidden") };
  return sentence(known[status] ?? body?.error ?? t("base.failed"));
}

const sentence = (words) => words.charAt(0).toUpperCase() + words.slice(1) + (/[.!?]$/.test(words) ? "" : ".");

function failed(words, quiet) {
  const error = sentence(words);
  if (!quiet) toast(error, "error");
  return { error };
}

/** Shows the case as it is now; an open form stays. */
export async function reload() {
  const { status, body } = await request(`/cases/${model.id}/parts`);
  if (status === 200) show(body);
  else toast(status === 0 ? t("base.offline") : body?.error ?? t("base.failed"), "error");
}

const scrollers = () => [...document.querySelectorAll(".report, #facts, .panels > [role=tabpanel]")];

/** Where the focus is, so that it can be found again in parts that are made anew. */
function focusPath() {
  const node = document.activeElement;
  const part = node?.closest("[id^=part-]");
  if (!part) return null;
  if (node.id) return () => element(node.id);
  const all = [...part.querySelectorAll("a, button")];
  const at = all.indexOf(node);
  return () => [...part.querySelectorAll("a, button")][at] ?? part.closest("[tabindex]") ?? part.querySelector("[tabindex]");
}

function show({ html, data }) {
  const scrolled = new Map(scrollers().map((node) => [node.id, node.scrollTop]));
  const report = document.querySelector(".report:not([hidden])")?.dataset.report;
  const focus = focusPath();
  take(data);
  for (const [part, markup] of Object.entries(html)) {
    if (held.get(part) === markup) continue;
    held.set(part, markup);
    element(`part-${part}`).innerHTML = markup; // the server's own templates, in which every report is escaped text
  }
  if (report) showReport(report);
  for (const node of scrollers()) node.scrollTop = scrolled.get(node.id) ?? 0;
  applyFilters();
  drawAxis();
  showChosen(true);
  showStatus();
  focus?.()?.focus({ preventScroll: true });
}

/** Shows what may be done in the case's status. */
export function showStatus() {
  document.body.classList.toggle("signed", signed());
  if (!mayDecide) return;
  element("validate").hidden = signed();
  element("reopen").hidden = !signed();
  element("undo").disabled = !model.undoable;
  for (const button of document.querySelectorAll("#decide [data-do]")) {
    if (!["previous", "next"].includes(button.dataset.do)) button.hidden = signed();
  }
}

/** Chooses a fact that a decision made. */
export function chooseAdded(result) {
  if (result.added) choose(result.added);
}
