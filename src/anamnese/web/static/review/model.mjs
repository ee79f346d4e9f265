/** What the page knows of its case, and the words it says. Others read it; only `take` changes it. */

const first = JSON.parse(document.getElementById("case-data").textContent);

export const words = first.words;
export const mayDecide = first.may_decide;

/** The case as it stands: id, version, status, facts (by key, in the order of the text), findings, axis. */
export const model = { chosen: null };

export function take(data) {
  const order = data.facts.map((fact) => fact.key);
  Object.assign(model, data, { order, byKey: new Map(data.facts.map((fact) => [fact.key, fact])) });
  if (model.chosen && !model.byKey.has(model.chosen)) model.chosen = null;
}

take(first);

export const chosen = () => model.byKey.get(model.chosen) ?? null;
export const signed = () => model.status === "validated";

/** The words of a key of `review.js.`, with {name} filled in. */
export function t(key, values = {}) {
  const said = words[`review.js.${key}`] ?? words[key] ?? key;
  return said.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export const element = (id) => document.getElementById(id);

/** An element of a name with text and attributes: never HTML. */
export function made(name, text = "", attributes = {}) {
  const node = document.createElement(name);
  node.textContent = text;
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}
