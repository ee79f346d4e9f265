/** The cohort page: draws each plot from the API, saves it, and lets the fields above act at once. */
import { request } from "../base.mjs";
import * as bars from "./bars.mjs";
import { savePng, saveSvg } from "./plot.mjs";
import * as survival from "./survival.mjs";
import * as swimmer from "./swimmer.mjs";

const PLOTS = { survival, swimmer, bars };
const NARROW = "(max-width: 900px)";

async function show(place) {
  const { status, body } = await request(place.dataset.source);
  if (status !== 200) {
    const note = document.createElement("p");
    note.className = "note warn";
    note.textContent = place.dataset.failed;
    place.replaceWith(note);
    return;
  }
  const chart = PLOTS[place.dataset.plot].draw(place, body, JSON.parse(place.dataset.words));
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", place.dataset.title);
  const { name } = place.dataset;
  const frame = place.closest(".plot");
  const acts = { svg: () => saveSvg(chart, name, told(frame)), png: () => savePng(chart, name, told(frame)) };
  for (const button of frame.querySelectorAll("[data-save]")) {
    button.hidden = false;
    button.addEventListener("click", acts[button.dataset.save]);
  }
  const key = frame.querySelector("[data-key]");
  if (key) swimmer.key(key, body);
}

/** What a saved figure says of itself: its title, its numbers, the selection, its key. */
function told(frame) {
  const words = (node) => node?.textContent.replace(/\s+/g, " ").trim();
  const asked = [...document.querySelectorAll(".chips .asked")].map((chip) => `${words(chip.querySelector(".soft"))} : ${words(chip.querySelector(".value"))}`);
  const key = [...frame.querySelectorAll("[data-key] > span")].map((entry) => ({ picture: entry.querySelector("svg"), words: words(entry.lastChild) }));
  return { lines: [words(frame.querySelector("h2")), words(frame.querySelector(".plot-head p")), asked.join(" · ")], key };
}

for (const place of document.querySelectorAll("[data-plot]")) show(place);

for (const form of document.querySelectorAll(".controls")) {
  form.querySelector("button").hidden = true;
  const [group, marker] = [form.elements.group, form.elements.marker];
  form.addEventListener("change", () => {
    if (marker) marker.disabled = group.value !== "marker";
    form.requestSubmit();
  });
}

const facets = document.querySelector(".facets");
if (facets && matchMedia(NARROW).matches) facets.open = false;
