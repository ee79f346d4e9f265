/** A field that is written into to choose among the values that cases have: a combobox with a list (WAI-ARIA pattern).
 * What it chooses is sent as a code; without this module the words themselves are sent, and the server finds the code. */
import { announce, request } from "../base.mjs";

const WAIT = 120; // milliseconds after the last key

/** Makes a combobox of `field` (a `.combo` with an input); `chosen(code)` is called with what was taken. */
export function choosing(field, words, chosen) {
  const input = field.querySelector("input");
  const kind = field.dataset.kind;
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `${input.id}-list`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.querySelector("label").textContent);
  list.hidden = true;
  field.append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) input.setAttribute(name, value);

  let current = -1;
  let waiting = 0;
  let asked = null;

  function close() {
    list.hidden = true;
    current = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(next) {
    const options = list.children;
    if (!options.length) return;
    current = (next + options.length) % options.length;
    [...options].forEach((option, i) => option.setAttribute("aria-selected", String(i === current)));
    options[current].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[current].id);
  }

  function show(choices) {
    list.replaceChildren(...choices.map((choice, i) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${i}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.code = choice.code;
      const count = document.createElement("span");
      count.className = "n";
      count.textContent = choice.n;
      option.append(choice.label, count);
      return option;
    }));
    current = -1;
    list.hidden = !choices.length;
    input.setAttribute("aria-expanded", String(Boolean(choices.length)));
    announce(choices.length ? words.count.replace("{count}", choices.length) : words.none);
  }

  async function ask() {
    asked?.abort();
    asked = new AbortController();
    const params = new URLSearchParams(location.search);
    for (const name of ["sort", "page"]) params.delete(name);
    params.set("q", input.value);
    try {
      const { status, body } = await request(`/api/facets/${kind}?${params}`, { signal: asked.signal });
      if (status === 200 && document.activeElement === input) show(body.choices);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  const take = (option) => { close(); chosen(option.dataset.code); };
  input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, WAIT); });
  input.addEventListener("focus", ask);
  input.addEventListener("blur", () => { clearTimeout(waiting); setTimeout(close, 150); });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => { const option = event.target.closest("li"); if (option) take(option); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) { close(); event.stopPropagation(); event.preventDefault(); return; }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else mark(current + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && !list.hidden && current >= 0) {
      event.preventDefault();
      take(list.children[current]);
    }
  });
}
