"""Reviewing a case in a real browser, with the keyboard only."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import anamnese

playwright = pytest.importorskip("playwright.sync_api")
pytest.importorskip("axe_playwright_python")
from browser.reviewing import correct_the_morphology  # noqa: E402 (it needs both)

expect = playwright.expect

SAMPLES = Path(anamnese.__file__).parent / "samples"
HOSTILE = """Motif : <script>document.title = "pwned"</script><img src=x onerror="document.title='pwned'">
Antécédents : {{ 7 * 7 }} ${7 * 7} "><svg onload=alert(1)>
Femme de 59 ans, carcinome canalaire infiltrant du sein gauche T2N1M0 en juin 2019, <b>HER2 positif</b>.
Traitement : trastuzumab 8 mg/kg puis 6 mg/kg tous les 21 jours. javascript:alert(1)
"""
Bring = Callable[[str, str], int]


@pytest.fixture
def bring(page: Any, address: str) -> Bring:
    """Files a report through the API, as a program does; gives the id of its case."""

    def filed(name: str, text: str) -> int:
        answer = page.request.post(
            address.split("/?")[0] + "/api/reports",
            headers={"Authorization": f"Bearer {address.split('token=')[1]}"},
            multipart={"file": {"name": f"{name}.txt", "mimeType": "text/plain", "buffer": text.encode()}},
        )
        assert answer.ok, answer.text()
        case: int = answer.json()["results"][0]["case"]["id"]
        return case

    return filed


def state(page: Any, address: str, case: int) -> Any:
    """The case as the API tells it."""
    return json.loads(page.request.get(f"{address.split('/?')[0]}/api/cases/{case}").text())


def test_review_by_keyboard_alone(page: Any, address: str, bring: Bring) -> None:
    case = bring("testis-1", (SAMPLES / "cases/testis-1.txt").read_text(encoding="utf-8"))
    page.goto(f"{address.split('/?')[0]}/cases/{case}")
    page.wait_for_load_state("networkidle")
    keys = page.keyboard
    card = page.get_by_role("region", name="Fait choisi")

    keys.press("j")
    expect(card.get_by_text("à relire")).to_be_visible()
    keys.press("a")
    expect(page.get_by_text(re.compile(r"^1 / \d+ faits relus$"))).to_be_visible()

    # the code of the tumour is corrected by its French name
    correct_the_morphology(page, "germinale", "9085/3", "carcinome embryonnaire", "9070/3")
    told = state(page, address, case)
    corrected = [fact for fact in told["reports"][0]["facts"] if fact["state"] == "corrected"]
    assert [(fact["proposed"]["morphology"], fact["fact"]["morphology"]) for fact in corrected] == [
        ("9085/3", "9070/3")
    ]
    assert any(tumour["morphology"] == "9070/3" for tumour in told["history"]["tumours"]), "the record follows"

    # a wrong fact is rejected, and the rejection taken back
    keys.press("/")
    keys.press("Delete")
    keys.press("Enter")
    keys.press("J")
    keys.press("r")
    expect(page.get_by_text(re.compile(r"^3 / \d+ faits relus$"))).to_be_visible()
    keys.press("u")
    expect(page.get_by_text(re.compile(r"^2 / \d+ faits relus$"))).to_be_visible()

    # what does not add up is settled with a word
    keys.press("3")
    keys.press("Tab")
    settle = page.get_by_role("button", name="Résoudre…").first
    settle.focus()
    keys.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(re.compile("Note")).focus()
    keys.type("vu avec le clinicien")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_text("vu avec le clinicien").first).to_be_visible()

    # signed
    keys.press("v")
    expect(page.get_by_role("dialog", name="Valider le dossier")).to_be_visible()
    page.get_by_role("button", name="Signer").focus()
    keys.press("Enter")
    expect(page.get_by_text("Validé").first).to_be_visible()
    signed = state(page, address, case)
    assert signed["status"] == "validated" and signed["validated_by"]
    actions = [entry["action"] for entry in signed["log"]]
    assert actions == ["accept", "correct", "reject", "undo", "resolve_finding", "validate"]
    settled = [finding for finding in signed["findings"] if finding["state"] == "resolved"]
    assert [finding["note"] for finding in settled] == ["vu avec le clinicien"]


def test_a_missing_fact_is_added_from_its_words(page: Any, address: str, bring: Bring) -> None:
    text = "Homme de 61 ans. Adénocarcinome du rectum découvert le 3 mai 2021. Le patient porte un machin rare."
    case = bring("rectum", text)
    page.goto(f"{address.split('/?')[0]}/cases/{case}")
    page.get_by_text("machin rare").evaluate(
        """node => {
            const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
            for (let text = walker.nextNode(); text; text = walker.nextNode()) {
                const at = text.data.indexOf("machin rare");
                if (at >= 0) getSelection().setBaseAndExtent(text, at, text, at + "machin rare".length);
            }
        }"""
    )
    page.keyboard.press("n")
    form = page.get_by_role("form", name=re.compile("Ajouter"))
    form.get_by_label("Type de fait").select_option("adverse_event")
    form.get_by_role("combobox", name=re.compile("Effet")).fill("machin")
    form.get_by_label("Date").fill("04/05/2021")
    form.get_by_role("button", name=re.compile("Enregistrer")).click()
    expect(form).to_be_hidden()
    facts = state(page, address, case)["reports"][0]["facts"]
    added = [fact["fact"] for fact in facts if fact["state"] == "added"]
    assert [(fact["type"], fact["quote"], fact["term"], fact["date"]) for fact in added] == [
        ("adverse_event", "machin rare", "machin", "2021-05-04")
    ]
    assert text[added[0]["start"] : added[0]["end"]] == "machin rare"


def test_words_show_their_facts_and_facts_their_words(page: Any, address: str, bring: Bring) -> None:
    case = bring("sein", "Femme de 50 ans. Carcinome lobulaire du sein droit, stade pT1c N0 M0, le 4 mars 2018.")
    page.goto(f"{address.split('/?')[0]}/cases/{case}")
    page.locator("mark", has_text="pT1c").first.click()
    card = page.get_by_role("region", name="Fait choisi")
    expect(card).to_contain_text("pT1c")
    page.get_by_role("tab", name=re.compile("^Faits")).click()
    page.get_by_role("option", name=re.compile("lobulaire")).first.click()
    expect(page.locator("mark.hit").first).to_contain_text("Carcinome lobulaire")


def test_a_hostile_report_is_only_text(page: Any, address: str, bring: Bring) -> None:
    case = bring("hostile", HOSTILE)
    for path in (f"/cases/{case}", "/cases?text=script", f"/cases/{case}/log"):
        page.goto(address.split("/?")[0] + path)
        page.wait_for_timeout(300)
        assert "pwned" not in page.title()
    page.goto(f"{address.split('/?')[0]}/cases/{case}")
    expect(page.get_by_text('<script>document.title = "pwned"</script>').first).to_be_visible()
    expect(page.get_by_text("{{ 7 * 7 }}").first).to_be_visible()
    assert page.locator("article script, article img, article svg").count() == 0


def test_the_second_of_two_people_is_told(page: Any, address: str, bring: Bring) -> None:
    case = bring("deux", "Homme de 70 ans. Adénocarcinome de la prostate, Gleason 4+3, le 4 mars 2018. PSA 12 ng/ml.")
    page.goto(f"{address.split('/?')[0]}/cases/{case}")
    other = page.context.new_page()
    other.goto(page.url)
    other.keyboard.press("j")
    other.keyboard.press("a")
    expect(other.get_by_text(re.compile(r"^1 / \d+ faits relus$"))).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.get_by_role("dialog", name="Le dossier a changé entre-temps")).to_be_visible()
    states = [fact["state"] for fact in state(page, address, case)["reports"][0]["facts"]]
    assert "accepted" in states and "rejected" not in states, "nothing is overwritten"


def test_a_case_of_one_date_shows_it_and_one_without_says_so(page: Any, address: str, bring: Bring) -> None:
    dated = bring("un jour", "Exérèse le 5 juin 2009 d'un mélanome du dos, Breslow 1,2 mm.")
    page.goto(f"{address.split('/?')[0]}/cases/{dated}")
    expect(page.locator("#axis .vis-major", has_text="2009").first).to_be_visible()
    undated = bring("sans date", "Mélanome du dos.")
    page.goto(f"{address.split('/?')[0]}/cases/{undated}")
    words, tools = (page.locator(place).bounding_box() for place in ("#axis-none", ".axis-tools"))
    expect(page.locator("#axis-none")).to_be_visible()
    padding = page.locator("#axis-none").evaluate("place => parseFloat(getComputedStyle(place).paddingLeft)")
    assert words["x"] + padding >= tools["x"] + tools["width"], "its words are not under the buttons"
    assert words["height"] >= tools["height"]
