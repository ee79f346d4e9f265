"""A case as a whole, in a real browser: given another name, and erased."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api")
pytest.importorskip("axe_playwright_python")
from browser.reviewing import check_accessibility  # noqa: E402 (it needs both)

expect = playwright.expect

TEXT = "Femme de 61 ans. Carcinome lobulaire du sein droit, pT1c N0 M0, en mai 2018."


def test_a_case_is_renamed_and_then_erased(page: Any, address: str) -> None:
    root, token = address.split("/?token=")
    sent = page.request.post(
        f"{root}/api/reports",
        headers={"Authorization": f"Bearer {token}"},
        multipart={"file": {"name": "DUPONT Jeanne.txt", "mimeType": "text/plain", "buffer": TEXT.encode()}},
    )
    case = sent.json()["results"][0]["case"]["id"]
    page.goto(f"{root}/cases/{case}")
    other = page.context.new_page()
    other.goto(page.url)

    page.get_by_text("Plus", exact=True).click()
    page.get_by_role("button", name="Renommer…").click()
    name = page.get_by_label("Nom du dossier")
    expect(name).to_have_value("DUPONT Jeanne")
    check_accessibility(page)
    name.fill("patiente 0147")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="patiente 0147", level=1)).to_be_visible()
    expect(page).to_have_title(re.compile("^patiente 0147"))
    page.get_by_role("tab", name=re.compile("^Journal")).click()
    expect(page.get_by_role("tabpanel")).to_contain_text("Dossier renommé")
    expect(page.locator("#part-log")).not_to_contain_text("DUPONT")

    # who looks at what was before is told, and shown what is now
    other.get_by_text("Plus", exact=True).click()
    other.get_by_role("button", name="Renommer…").click()
    other.get_by_label("Nom du dossier").fill("autre")
    other.keyboard.press("Enter")
    expect(other.get_by_role("alert")).to_contain_text("modifié ce dossier")
    expect(other.get_by_role("heading", name="patiente 0147", level=1)).to_be_visible()

    page.get_by_text("Plus", exact=True).click()
    page.get_by_role("button", name="Supprimer le dossier…").click()
    dialog = page.get_by_role("dialog", name="Supprimer le dossier")
    confirm = dialog.get_by_role("button", name="Supprimer pour toujours")
    expect(confirm).to_be_disabled()
    dialog.get_by_label(re.compile("numéro du dossier")).fill("0")
    page.keyboard.press("Enter")
    expect(confirm).to_be_disabled()
    check_accessibility(page)
    dialog.get_by_label("Motif").select_option(label="Importé par erreur")
    dialog.get_by_label(re.compile("numéro du dossier")).fill(str(case))
    confirm.click()
    expect(page).to_have_url(f"{root}/cases")
    expect(page.locator("#toasts")).to_contain_text(f"Dossier n° {case} supprimé")
    expect(page.get_by_text("patiente 0147")).to_have_count(0)
    page.goto(f"{root}/erasures")
    expect(page.get_by_role("row", name=re.compile(f"n° {case}"))).to_contain_text("Importé par erreur")
    told = page.request.get(f"{root}/api/cases/{case}")
    assert told.status == 404 and json.loads(told.text())["code"] == "unknown_case"
