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
  const { name, title } = place.dataset;
  const frame = place.closest(".plot");
  const acts = { svg: () => saveSvg(chart, name, title), png: () => savePng(chart, name, title) };
  for (const button of frame.querySelectorAll("[data-save]")) {
    button.hidden = false;
    button.addEventListener("click", acts[button.dataset.save]);
  }
  const key = frame.querySelector("[data-key]");
  if (key) swimmer.key(key, body);
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
