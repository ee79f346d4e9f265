/** The case as a whole: its label, and its end. */

import { leave, request, toast } from "../base.mjs";
import { problem, reload } from "./decisions.mjs";
import { askErasure, askName } from "./dialogs.mjs";
import { model, t } from "./model.mjs";

export async function rename() {
  const before = model.name;
  const name = await askName(before);
  if (name === null || name === before) return;
  const { status, body } = await request(`/api/cases/${model.id}/name`, { method: "PUT", body: { version: model.version, name } });
  if (status === 200 || status === 409) await reload();
  document.title = document.title.replace(before, model.name);
  if (status === 200) toast(t("saved.rename"), "ok");
  else toast(problem(status, body), "error");
}

export async function erase() {
  const reason = await askErasure();
  if (!reason) return;
  const { status, body } = await request(`/api/cases/${model.id}?version=${model.version}&reason=${reason}`, { method: "DELETE" });
  if (status === 200) {
    leave(t("erased", { id: model.id }));
    return location.assign("/cases");
  }
  if (status === 409) await reload();
  toast(problem(status, body), "error");
}
