/** Bringing reports in: sends each file by itself with its progress, shows how the files are grouped by patient, lets
 *  the person change that, and files them. The server reads and keeps the files; this page only shows and arranges. */
import { announce, request, toast } from "../base.mjs";

const AT_ONCE = 2;
const root = document.getElementById("imports");
const words = JSON.parse(root.dataset.words);
const place = (id) => document.getElementById(id);

/** Files of the server by id; patients: {name, caseId, caseName, because}; which file is of which patient. */
const files = new Map();
let patients = [];
const patientOf = new Map();
const queue = [];
const inOrder = new Intl.Collator(document.documentElement.lang, { numeric: true });
let sending = 0;

function say(key, values = {}) {
  let text = words[`imports.js.${key}`] ?? key;
  for (const [name, value] of Object.entries(values)) text = text.replaceAll(`{${name}}`, value);
  return text;
}

function made(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== null));
  return element;
}

function caseLink(link) {
  return made("a", { href: `/cases/${link.id}`, textContent: link.name });
}

// sending

function add(list) {
  for (const file of list) {
    const bar = made("progress", { max: 1, value: 0, ariaLabel: file.name });
    const state = made("span", { className: "soft", textContent: say("waiting") });
    const row = made("li", {}, made("span", { className: "name", textContent: file.name }), bar, state);
    place("sending").append(row);
    queue.push({ file, bar, state, row });
  }
  place("under-way").hidden = queue.length + sending === 0;
  while (sending < AT_ONCE && queue.length) send(queue.shift());
}

function send(item) {
  sending += 1;
  const call = new XMLHttpRequest();
  const body = new FormData();
  body.append("file", item.file, item.file.name);
  call.open("POST", "/api/uploads");
  call.setRequestHeader("X-CSRF-Token", document.querySelector('meta[name="csrf"]')?.content ?? "");
  call.responseType = "json";
  item.state.textContent = say("sending");
  call.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) item.bar.value = event.loaded / event.total;
  });
  call.upload.addEventListener("load", () => {
    item.bar.removeAttribute("value");
    item.state.textContent = say("reading");
  });
  call.addEventListener("load", () => done(item, call.status === 200 ? null : (call.response?.error ?? say("failed")), call.response));
  call.addEventListener("error", () => done(item, say("offline"), null));
  call.send(body);
}

function done(item, problem, answer) {
  sending -= 1;
  if (problem) {
    item.bar.remove();
    item.state.className = "wrong";
    item.state.textContent = problem;
  } else {
    item.row.remove();
    merge(answer);
  }
  if (queue.length) send(queue.shift());
  else if (sending === 0) finish();
}

async function finish() {
  place("under-way").hidden = place("sending").children.length === 0;
  await refresh();
  announce(say("read", { count: files.size }));
}

// what the server has

async function refresh() {
  const { status, body } = await request("/api/uploads");
  if (status !== 200) {
    if (status) toast(body?.error ?? say("failed"), "error");
    return;
  }
  const there = new Set(body.files.map((file) => file.id));
  for (const id of files.keys()) if (!there.has(id)) forget(id);
  merge(body);
}

function forget(id) {
  files.delete(id);
  patientOf.delete(id);
}

/** Takes over what the server tells; files that the person has placed stay where they are. */
function merge(told) {
  for (const file of told.files) {
    files.set(file.id, file);
    if (file.status !== "ready") patientOf.delete(file.id);
  }
  for (const group of told.groups) {
    const placed = group.files.map((id) => patientOf.get(id)).find((patient) => patient !== undefined);
    const patient = placed ?? { name: group.name, caseId: group.case?.id ?? null, caseName: group.case?.name ?? "", because: [] };
    if (placed === undefined) patients.push(patient);
    if (!patient.changed) patient.because = group.because;
    for (const id of group.files) if (!patientOf.has(id)) patientOf.set(id, patient);
  }
  show();
}

// showing

function membersOf(patient) {
  return [...files.values()].filter((file) => patientOf.get(file.id) === patient).sort((one, other) => inOrder.compare(one.file, other.file));
}

function show() {
  patients = patients.filter((patient) => membersOf(patient).length > 0);
  place("groups").replaceChildren(...patients.map(patientBox));
  const ready = [...patientOf.keys()].length;
  place("unfiled").hidden = patients.length === 0;
  place("file-all").textContent = say(ready === 1 ? "file_one" : "file_all", { count: ready });
  const other = [...files.values()].filter((file) => file.status !== "ready");
  place("aside").hidden = other.length === 0;
  place("not-filed").replaceChildren(...other.map(asideRow));
}

function patientBox(patient, number) {
  const name = made("input", { id: `patient-${number}`, value: patient.caseId ? optionOf(patient.caseId, patient.caseName) : patient.name, maxLength: 120 });
  name.setAttribute("list", "cases");
  name.autocomplete = "off";
  const fate = made("p", { className: "why soft", id: `fate-${number}` });
  name.setAttribute("aria-describedby", fate.id);
  const tell = () => {
    fate.replaceChildren();
    if (patient.caseId) fate.append(say("joins") + " ", caseLink({ id: patient.caseId, name: patient.caseName }));
    else fate.append(say("new_case"));
    if (patient.homonym) fate.append(" · ", made("span", { className: "wrong", textContent: say("homonym") }));
    if (patient.because.length) fate.append(" · " + say("because", { what: patient.because.map((kind) => say(`because_${kind}`)).join(", ") }));
  };
  name.addEventListener("input", () => {
    const chosen = /^(.*) · n° (\d+)$/u.exec(name.value);
    patient.caseId = chosen ? Number(chosen[2]) : null;
    patient.caseName = chosen ? chosen[1] : "";
    patient.name = name.value;
    patient.changed = true;
    patient.homonym = false;
    tell();
    if (!chosen) suggest(name.value, (names) => {
      patient.homonym = names.includes(name.value.trim());
      tell();
    });
  });
  tell();
  const label = made("label", { textContent: say("patient"), htmlFor: name.id });
  const head = made("div", { className: "patient-head" }, made("p", { className: "field" }, label, name), fate);
  const rows = membersOf(patient).map((file) => fileRow(file, patient));
  return made("section", { className: "patient", ariaLabel: patient.name }, head, made("ul", { className: "files" }, ...rows));
}

function fileRow(file, patient) {
  const told = made("span", { className: "soft", textContent: say("facts", { count: file.facts }) });
  if (file.message) told.append(" · ", made("span", { className: "wrong", textContent: file.message }));
  const to = made("select", { ariaLabel: say("move", { name: file.file }) });
  to.append(made("option", { textContent: say("move_to"), value: "" }));
  patients.forEach((other, number) => {
    if (other !== patient) to.append(made("option", { textContent: other.name || other.caseName, value: String(number) }));
  });
  if (membersOf(patient).length > 1) to.append(made("option", { textContent: say("own_case"), value: "new" }));
  to.disabled = to.options.length === 1;
  to.addEventListener("change", () => {
    let target = patients[Number(to.value)];
    if (to.value === "new") {
      target = { name: file.file.replace(/\.[^.]*$/u, ""), caseId: null, caseName: "", because: [], changed: true };
      patients.splice(patients.indexOf(patient) + 1, 0, target);
    }
    patient.changed = target.changed = true;
    patient.because = target.because = [];
    patientOf.set(file.id, target);
    show();
    announce(say("moved", { name: file.file }));
  });
  const buttons = made("span", { className: "buttons" }, to, removeButton(file));
  return made("li", {}, made("span", { className: "name", textContent: file.file }), told, buttons);
}

function asideRow(file) {
  const told = made("span", { className: file.status === "unreadable" ? "wrong" : "" });
  if (file.duplicate) told.append(say("duplicate") + " ", caseLink(file.duplicate));
  else if (file.same_as) told.textContent = say("same_as", { name: files.get(file.same_as)?.file ?? "" });
  else told.textContent = file.message ?? say("failed");
  return made("li", {}, made("span", { className: "name", textContent: file.file }), told, removeButton(file));
}

function removeButton(file) {
  const button = made("button", { type: "button", className: "small-button", textContent: say("remove"), ariaLabel: say("remove_file", { name: file.file }) });
  button.addEventListener("click", () => remove([file.id]));
  return button;
}

async function remove(ids) {
  for (const id of ids) {
    const { status, body } = await request(`/api/uploads/${id}`, { method: "DELETE" });
    if (status !== 200) return toast(body?.error ?? say("offline"), "error");
    forget(id);
    merge(body); // another with the same words may be filed now
  }
  place("files").focus();
}

place("remove-all").addEventListener("click", () => remove([...files.values()].filter((file) => file.status !== "ready").map((file) => file.id)));

// cases that are there already

const optionOf = (id, name) => `${name} · n° ${id}`;
let asked = 0;

/** Offers the cases whose label or reports have what was typed; `tell` is given the labels found. */
async function suggest(text, tell) {
  const mine = ++asked;
  const options = [];
  let found = [];
  if (text.trim().length > 1) {
    const { status, body } = await request(`/api/cases?sort=name&text=${encodeURIComponent(text.trim())}`);
    if (status === 200) found = body.rows;
    options.push(...found.slice(0, 20).map((row) => made("option", { value: optionOf(row.id, row.name) })));
  }
  if (mine !== asked) return;
  place("cases").replaceChildren(...options);
  tell(found.map((row) => row.name));
}

// filing

place("file-all").addEventListener("click", async (event) => {
  const button = event.currentTarget;
  button.disabled = true;
  const groups = patients.map((patient) => ({ name: patient.name, case_id: patient.caseId, files: membersOf(patient).map((file) => file.id) }));
  const { status, body } = await request("/api/uploads/file", { method: "POST", body: { groups } });
  button.disabled = false;
  if (status !== 200) {
    toast(body?.error ?? say("offline"), "error");
    return refresh();
  }
  place("filed").hidden = false;
  place("results").prepend(...body.results.map((result) => made("li", {},
    made("span", { className: "name", textContent: result.file }),
    made("span", {}, say(result.status === "added" ? "added" : "duplicate") + " ", result.case ? caseLink(result.case) : ""))));
  for (const id of [...patientOf.keys()]) forget(id);
  patients = [];
  await refresh();
  announce(say("filed", { count: body.results.length }));
  place("filed-title").focus();
});

place("files").addEventListener("change", (event) => {
  add(event.target.files);
  event.target.value = "";
});
for (const kind of ["dragenter", "dragover"]) {
  root.addEventListener(kind, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    place("drop").classList.add("over");
  });
}
root.addEventListener("dragleave", (event) => {
  if (!root.contains(event.relatedTarget)) place("drop").classList.remove("over");
});
root.addEventListener("drop", (event) => {
  event.preventDefault();
  place("drop").classList.remove("over");
  add(event.dataTransfer.files);
});
for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => event.preventDefault()); // a file dropped beside would replace the page
addEventListener("beforeunload", (event) => { if (sending) event.preventDefault(); });

refresh();
