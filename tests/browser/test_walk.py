"""The whole way in a browser: reports in, one reviewed by keyboard, signed, seen in the cohort, taken out as FHIR."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import anamnese
from anamnese.exports import Subject, Target, writer
from anamnese.history.build import history

playwright = pytest.importorskip("playwright.sync_api")
pytest.importorskip("axe_playwright_python")
from browser.reviewing import correct_the_morphology  # noqa: E402 (it needs both)

expect = playwright.expect

SAMPLES = Path(anamnese.__file__).parent / "samples"
NARRATIVE = frozenset({"text", "div", "id", "fullUrl", "timestamp", "lastUpdated"})


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every plain value of a document, under its path, but for what each document has of its own."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name not in NARRATIVE:
                yield from leaves(part, f"{path}.{name}")
    elif isinstance(value, list):
        for part in value:
            yield from leaves(part, f"{path}[]")
    else:
        yield path, value


def test_from_files_to_fhir(page: Any, address: str, tmp_path: Path) -> None:
    root = address.split("/?")[0]

    # bring reports in: three of one patient, one of another, one twice, one that cannot be read
    folder = SAMPLES / "hospital"
    files = [*sorted(folder.glob("smp04-*.txt")), SAMPLES / "cases/testis-1.txt"]
    again = tmp_path / "copie.txt"
    again.write_bytes(files[-1].read_bytes())
    broken = tmp_path / "abîmé.pdf"
    broken.write_bytes(b"%PDF-1.4 broken")
    page.goto(f"{root}/import")
    page.locator("#files").set_input_files([*files, broken])
    file_all = page.get_by_role("button", name="Classer les 4 comptes rendus")
    expect(file_all).to_be_visible(timeout=60_000)
    expect(page.get_by_text(re.compile("abîmé.pdf")).first).to_be_visible()
    file_all.click()
    expect(page.locator("#results").get_by_role("link", name="smp04").first).to_be_visible(timeout=30_000)
    page.locator("#files").set_input_files([again])
    expect(page.get_by_text(re.compile("déjà dans le dossier")).first).to_be_visible(timeout=30_000)

    # find the case
    page.goto(f"{root}/cases")
    expect(page.get_by_role("row")).to_have_count(3)
    page.keyboard.press("/")
    page.keyboard.type("cryptorchidie")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name="testis-1").click()
    expect(page.get_by_role("heading", name="testis-1", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    case = int(page.url.rstrip("/").split("/")[-1])

    # correct the morphology of the tumour, accept the rest, settle what does not add up, sign
    keys = page.keyboard
    correct_the_morphology(page, "germinale", "9085/3", "carcinome embryonnaire", "9070/3")
    expect(page.get_by_role("tabpanel").get_by_text("carcinome embryonnaire", exact=False).first).to_be_visible()
    keys.press("3")
    page.get_by_role("button", name="Résoudre…").first.click()
    page.get_by_role("dialog").get_by_role("textbox").fill("vérifié dans le dossier")
    page.locator("dialog[open] .dialog-foot button.primary").click()
    expect(page.get_by_text("vérifié dans le dossier").first).to_be_visible()
    keys.press("v")
    page.get_by_role("button", name="Signer").click()
    expect(page.get_by_text("Validé").first).to_be_visible()

    # see it in the cohort of what is validated, and come back to it from there
    page.goto(f"{root}/cohort?status=validated")
    expect(page.get_by_text(re.compile("^1 dossier$")).first).to_be_visible()
    expect(page.locator("svg").first).to_be_visible()
    page.get_by_role("link", name="Voir la liste").click()
    expect(page.get_by_role("link", name="testis-1")).to_be_visible()
    expect(page.get_by_text("9070/3")).to_be_visible()

    # take it out, and compare with what was read before anybody corrected it
    page.goto(f"{root}/export?ids={case}")
    page.get_by_role("checkbox").check()
    with page.expect_download(timeout=60_000) as taken:
        page.get_by_role("button", name="Exporter", exact=True).click()
    bundle = json.loads(Path(taken.value.path()).read_text(encoding="utf-8"))
    read = anamnese.read_file(SAMPLES / "cases/testis-1.txt")
    before = tmp_path / "before.json"
    writer("fhir")([Subject("testis-1", (read,), history([read]))], Target(str(before)))
    proposed = set(leaves(json.loads(before.read_text(encoding="utf-8"))))
    corrected = set(leaves(bundle))
    new = sorted(str(value) for _, value in corrected - proposed)
    old = sorted(str(value) for _, value in proposed - corrected)
    assert (old, new) == (["9085/3"], ["9070/3"]), "nothing but the corrected code differs"
