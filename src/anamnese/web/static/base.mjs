/** What every page may use: messages, words for screen readers, and requests to the server with the session's proof. */

const MESSAGE_TIME = 7000; // milliseconds; errors stay until clicked away
const OK_TIME = 3000;
const BREATH = 80;

/** Shows a message in the corner. kind: ok, info, warn or error. */
export function toast(text, kind = "info") {
  const message = document.createElement("p");
  const grave = kind === "warn" || kind === "error";
  message.className = `toast ${kind}`;
  message.setAttribute("role", grave ? "alert" : "status");
  message.textContent = text;
  message.addEventListener("click", () => message.remove());
  const place = document.getElementById("toasts");
  for (const before of place.children) if (before.textContent === text) before.remove(); // once is enough
  place.append(message);
  if (kind !== "error") setTimeout(() => message.remove(), kind === "ok" ? OK_TIME : MESSAGE_TIME);
}

const said = [];

/** Says words to a screen reader without showing them; what is said in one breath is one message. */
export function announce(text) {
  said.push(text);
  if (said.length > 1) return;
  const place = document.getElementById("announce");
  place.textContent = "";
  setTimeout(() => { place.textContent = said.splice(0).join(". "); }, BREATH);
}

/** Asks the server; gives {status, body}, body being the answer's JSON (null where it is none). Status 0: no answer. */
export async function request(path, { method = "GET", body, signal } = {}) {
  const headers = { Accept: "application/json" };
  const csrf = document.querySelector('meta[name="csrf"]')?.content;
  if (method !== "GET" && csrf) headers["X-CSRF-Token"] = csrf;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    const answer = await fetch(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
    const json = answer.headers.get("content-type")?.includes("json");
    return { status: answer.status, body: json ? await answer.json() : null };
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return { status: 0, body: null };
  }
}

const LEFT = "anamnese.message";

/** Leaves a message for the next page; nothing of a patient, since the browser keeps it until then. */
export function leave(text) {
  sessionStorage.setItem(LEFT, text);
}

const left = sessionStorage.getItem(LEFT);
sessionStorage.removeItem(LEFT);
if (left) toast(left, "ok");

for (const message of document.querySelectorAll("#toasts .toast:not(.error)")) setTimeout(() => message.remove(), MESSAGE_TIME);

/** Menus close on Escape, on a click elsewhere and when the focus leaves them. */
for (const menu of document.querySelectorAll("details.menu")) {
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("focusout", (event) => { if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
  });
}
