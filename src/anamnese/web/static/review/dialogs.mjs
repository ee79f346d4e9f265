/** The questions that the page asks before it acts. Each gives a promise of the answer; null where it was given up. */

import { chosen, element, made, model, t } from "./model.mjs";

/** Opens a dialog; gives whether it was confirmed. The focus goes back where it was. */
function asked(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  dialog.querySelector("[data-first]")?.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue !== ""), { once: true });
  });
}

export function listenToDialogs() {
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-close]")) dialog.close("");
    });
    dialog.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.target.matches("input:not([type=checkbox])")) return;
      event.preventDefault(); // Enter confirms; it would press the dialog's first button
      dialog.querySelector("button.primary").click();
    });
  }
}

export const dialogOpen = () => document.querySelector("dialog[open]") !== null;
export const showHelp = () => asked(element("help"));

const NOTE = (id) => element(id).value.trim() || null;

/** A question with a note. words: what it is about. */
export async function askNote(title, words, danger = false) {
  element("noted-title").textContent = title;
  element("noted-words").textContent = words;
  element("noted-yes").textContent = title;
  element("noted-yes").classList.toggle("danger-fill", danger);
  element("noted-note").value = "";
  return (await asked(element("noted"))) ? { note: NOTE("noted-note") } : null;
}

/** The case's label; null where it was given up. */
export async function askName(name) {
  element("label-name").value = name;
  return (await asked(element("label"))) ? element("label-name").value.trim() || null : null;
}

/** Why the case is to be erased; null where it was given up. The number of the case must be written first. */
export async function askErasure() {
  const number = element("erase-number");
  const allowed = () => { element("erase-yes").disabled = number.value.trim() !== String(model.id); };
  number.value = "";
  number.oninput = allowed;
  allowed();
  return (await asked(element("erase"))) ? element("erase-reason").value : null;
}

/** The signature, with what is still unreviewed and open. */
export async function askSignature(apart) {
  const unreviewed = model.facts.filter((fact) => fact.state === "proposed" && !apart.has(fact.kind));
  const findings = model.findings.filter((finding) => finding.state === "open");
  const place = element("sign-open");
  place.replaceChildren();
  place.className = unreviewed.length || findings.length ? "note warn" : "note ok";
  if (unreviewed.length) {
    const kinds = new Map();
    for (const fact of unreviewed) kinds.set(fact.kind_words, (kinds.get(fact.kind_words) ?? 0) + 1);
    place.append(made("p", t("sign.unreviewed", { count: unreviewed.length }), { class: "strong" }));
    place.append(made("p", [...kinds].map(([kind, count]) => `${kind} ${count}`).join(" · "), { class: "small" }));
  }
  if (findings.length) {
    place.append(made("p", t("sign.findings", { count: findings.length }), { class: "strong" }));
    const grave = ["high", "medium", "low"].map((severity) => [severity, findings.filter((each) => each.severity === severity).length]);
    place.append(made("p", grave.filter(([, count]) => count).map(([severity, count]) => `${t(`base.severity.${severity}`)} ${count}`).join(" · "), { class: "small" }));
  }
  if (!unreviewed.length && !findings.length) place.append(made("p", t("sign.clean")));
  element("sign-note").value = "";
  return (await asked(element("sign"))) ? { note: NOTE("sign-note") } : null;
}

/** Which of several things: choices are [{value, words, detail, checked}]; at least one, and not all where `some`. */
export async function askChoices(title, legend, yes, choices, some = false) {
  element("arrange-title").textContent = title;
  element("arrange-legend").textContent = legend;
  element("arrange-yes").textContent = yes;
  element("arrange-note").value = "";
  element("arrange-choices").replaceChildren(...choices.map((choice) => {
    const label = made("label", "", { class: "check" });
    const box = made("input", "", { type: "checkbox", value: choice.value });
    box.checked = choice.checked ?? choices.length === 1;
    const words = made("span", choice.words);
    words.append(made("small", choice.detail ? ` ${choice.detail}` : "", { class: "soft" }));
    label.append(box, words);
    return label;
  }));
  const boxes = [...element("arrange-choices").querySelectorAll("input")];
  boxes[0].dataset.first = "";
  const allowed = () => {
    const count = boxes.filter((box) => box.checked).length;
    element("arrange-yes").disabled = count === 0 || (some && count === boxes.length);
  };
  for (const box of boxes) box.addEventListener("change", allowed);
  allowed();
  if (!(await asked(element("arrange")))) return null;
  return { values: boxes.filter((box) => box.checked).map((box) => box.value), note: NOTE("arrange-note") };
}

/** All facts of a kind that nobody has reviewed; the doubtful and disputed ones left out unless asked for. */
export async function askKind(apart) {
  const open = model.facts.filter((fact) => fact.state === "proposed" && !apart.has(fact.kind));
  if (!open.length) return { keys: [] };
  const kinds = new Map(open.map((fact) => [fact.kind, fact.kind_words]));
  const select = element("all-kind");
  select.replaceChildren(made("option", "✱", { value: "" }), ...[...kinds].map(([kind, words]) => made("option", `${words} (${open.filter((fact) => fact.kind === kind).length})`, { value: kind })));
  select.options[0].textContent = t("all.every", { count: open.length });
  select.value = kinds.has(chosen()?.kind) ? chosen().kind : [...kinds.keys()][0];
  const sure = element("all-sure");
  const keys = () => open.filter((fact) => (!select.value || fact.kind === select.value) && !(sure.checked && (fact.doubt || fact.conflict))).map((fact) => fact.key);
  const count = () => {
    element("all-count").textContent = t("all.count", { count: keys().length });
    element("all-yes").disabled = keys().length === 0;
  };
  select.onchange = count;
  sure.onchange = count;
  count();
  return (await asked(element("all"))) ? { keys: keys() } : null;
}

/** Tells that another decision came first; html is made by the server. Gives whether to reload. */
export function askReload(html) {
  element("overtaken-body").innerHTML = html;
  return asked(element("overtaken"));
}
