/** A text field with suggestions from a terminology: the combobox pattern of WAI-ARIA, list autocomplete. */

import { request } from "./base.mjs";

const DELAY = 90; // milliseconds between the last key and the question
const MOST = 12;
let lists = 0;

/**
 * Gives a field suggestions. kind: the terminology. many: several values separated by commas, of which the last is
 * completed. name: what the list is called. none: words said where nothing matches. shown(term): called with the term of the field's value, or null.
 */
export function combo(input, { kind, many = false, name = "…", none = "", shown = () => {} }) {
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `suggestions-${++lists}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", name);
  list.hidden = true;
  input.parentElement.classList.add("combo");
  input.after(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
    input.setAttribute(name, value);
  }
  let terms = [];
  let at = -1;
  let timer = 0;
  let asked = null;

  const close = () => {
    clearTimeout(timer);
    asked?.abort();
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (place) => {
    at = place;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  };
  const take = (term) => {
    const before = many ? input.value.slice(0, input.value.lastIndexOf(",") + 1) : "";
    input.value = before ? `${before} ${term.value}` : term.value;
    shown(term);
    close();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const show = () => {
    list.replaceChildren(...terms.map((term, i) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${i}`;
      option.setAttribute("role", "option");
      const words = document.createElement("span");
      words.textContent = term.label || term.value;
      const code = document.createElement("code");
      code.textContent = term.label && term.label !== term.value ? term.value : term.code ?? "";
      option.append(words, code);
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); take(term); });
      return option;
    }));
    list.hidden = !terms.length;
    input.setAttribute("aria-expanded", String(terms.length > 0));
    mark(-1);
  };
  const ask = async (open = true) => {
    const asks = (many ? input.value.slice(input.value.lastIndexOf(",") + 1) : input.value).trim();
    asked?.abort();
    if (!asks) return close();
    asked = new AbortController();
    try {
      const { status, body } = await request(`/api/terms/${kind}?q=${encodeURIComponent(asks)}&limit=${MOST}`, { signal: asked.signal });
      terms = status === 200 ? body.terms.slice(0, MOST) : [];
      if (!many) shown(terms.find((term) => term.value === asks) ?? (terms.length || status !== 200 ? null : { value: asks, label: none }));
      if (open && document.activeElement === input) show();
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  };

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, DELAY); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && list.hidden && input.value.trim()) { event.preventDefault(); return void ask(); }
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark((at + (event.key === "ArrowDown" ? 1 : -1) + terms.length) % terms.length);
    } else if ((event.key === "Enter" || event.key === "Tab") && at >= 0) {
      if (event.key === "Enter") event.preventDefault();
      take(terms[at]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  if (!many && input.value) ask(false); // what the value is called
}
