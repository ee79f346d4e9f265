/** The list: keys, filters that act at once, and the checked cases. */
import { choosing } from "./choosing.mjs";

const form = document.querySelector(".find");
const list = document.getElementById("list");

if (form) {
  const more = document.getElementById("more");
  more.open = sessionStorage.getItem("cases.more") === "open";
  more.addEventListener("toggle", () => sessionStorage.setItem("cases.more", more.open ? "open" : "shut"));

  /** Sends the form without what is empty: the address says what is asked for, and nothing else. */
  const send = () => {
    for (const field of form.elements) if (field.name && !field.value.trim()) field.disabled = true;
    form.requestSubmit();
    for (const field of form.elements) field.disabled = false;
  };
  const words = { count: form.dataset.choices, none: form.dataset.noChoice };
  for (const field of form.querySelectorAll(".combo")) {
    const input = field.querySelector("input");
    choosing(field, words, (code) => { input.value = code; send(); });
  }
  for (const field of form.querySelectorAll("select")) field.addEventListener("change", send);
}

/** Rows: j and k move from one patient to the next, Enter opens, x checks. */
const links = [...document.querySelectorAll(".list a.open")];

function step(by) {
  if (!links.length) return;
  const at = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + by));
  links[next].focus();
  links[next].scrollIntoView({ block: "nearest" });
}

const KEYS = {
  "/": () => { const search = document.getElementById("text"); search?.focus(); search?.select(); },
  j: () => step(1),
  k: () => step(-1),
  x: () => document.activeElement.closest("tr")?.querySelector("input[name=ids]")?.click(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
  if (event.key === "Escape" && typing) typing.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

if (list) {
  const boxes = [...list.querySelectorAll("input[name=ids]")];
  const all = document.getElementById("all");
  const picked = document.getElementById("picked");
  const count = document.getElementById("picked-count");
  all.hidden = false;
  const tell = () => {
    const checked = boxes.filter((box) => box.checked).length;
    count.textContent = checked ? picked.dataset.count.replace("{count}", checked) : picked.dataset.none;
    for (const button of picked.querySelectorAll("button")) button.disabled = !checked;
    all.checked = checked === boxes.length;
    all.indeterminate = checked > 0 && checked < boxes.length;
  };
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; tell(); });
  for (const box of boxes) box.addEventListener("change", tell);
  tell();
}
