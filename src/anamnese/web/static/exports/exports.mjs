/** Taking cases out: the export is made while the page shows how far it is; then the browser fetches its file. Without
 *  scripts the form itself fetches it. */
import { request, toast } from "../base.mjs";

const EVERY = 400; // milliseconds between two looks
const form = document.getElementById("export");
const words = JSON.parse(form.dataset.words);
const place = (id) => document.getElementById(id);
let current = null;

function say(key, values = {}) {
  let text = words[`exports.js.${key}`] ?? key;
  for (const [name, value] of Object.entries(values)) text = text.replaceAll(`{${name}}`, value);
  return text;
}

function onlyFhir() {
  const fhir = form.elements.to.value === "fhir";
  place("bare").disabled = !fhir;
  if (!fhir) place("bare").checked = false;
}

function working(on) {
  place("make").disabled = on;
  place("cancel").hidden = !on;
  place("progress").hidden = !on;
}

form.addEventListener("change", onlyFhir);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (current) return;
  working(true);
  place("bar").removeAttribute("value");
  place("state").textContent = say("begun");
  const wanted = { to: form.elements.to.value, form: place("bare").checked ? "file" : "zip", selection: JSON.parse(form.dataset.selection) };
  const { status, body } = await request("/api/exports", { method: "POST", body: wanted });
  if (status !== 202) {
    working(false);
    toast(body?.error ?? say("failed"), "error");
    return;
  }
  current = body;
  setTimeout(look, EVERY);
});

async function look() {
  if (!current) return;
  const { status, body } = await request(`/api/exports/${current.id}`);
  if (!current) return;
  if (status === 0) return setTimeout(look, 5 * EVERY);
  if (status !== 200 || body.state === "failed") return over(body?.error ?? say("failed"));
  if (body.done) place("bar").value = body.done;
  place("bar").max = body.total;
  place("state").textContent = body.done < body.total ? say("done_of", { done: body.done, total: body.total }) : say("packing");
  if (body.state !== "done") return setTimeout(look, EVERY);
  location.assign(`/api/exports/${current.id}/file`);
  over(null);
}

function over(problem) {
  current = null;
  working(false);
  if (problem) toast(problem, "error");
  else toast(say("ready"), "ok");
}

place("cancel").addEventListener("click", async () => {
  if (!current) return;
  const { id } = current;
  current = null;
  working(false);
  await request(`/api/exports/${id}`, { method: "DELETE" });
});

onlyFhir();
