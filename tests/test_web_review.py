"""The page of a case: what it shows of a state, what a decision gives back, and that a report is only ever text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode
from starlette.testclient import TestClient

import anamnese
from anamnese.case import FACT_TYPES, REQUIRED
from anamnese.review.actions import ACTIONS
from anamnese.store import NewReport, Store, open_store
from anamnese.web.pages.review.forms import forms
from anamnese.web.pages.review.said import Speaker
from anamnese.web.pages.review.timeline import LANES, axis
from anamnese.web.rendering import HERE, known, words
from web_clients import person, program

SAMPLES = Path(anamnese.__file__).parent / "samples"
HOSTILE = (
    "Antécédents : <script>alert(1)</script> <img src=x onerror=alert(1)>\r\n"
    '"><svg onload=alert(2)> {{ 7 * 7 }} &amp; </div></section>\r\n'
    "Femme de 59 ans 𝒳, carcinome canalaire infiltrant du sein gauche T2N1M0 en juin 2019, <b>HER2 positif</b>.\r\n"
)
AT_FIRST = "Femme de 47 ans. Carcinome canalaire infiltrant du sein droit en mars 2015, pT2N1M0, HER2 positif."
LATER = "CONSULTATION DU 12/06/2019\nRécidive hépatique. Carcinome du sein droit en mars 2015. Capécitabine 6 cycles."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    held = open_store(str(tmp_path / "store.db"))
    yield held
    held.close()


@pytest.fixture
def client(store: Store) -> TestClient:
    return program(store)


def filed(store: Store, *texts: str, name: str = "cas") -> int:
    case = store.add_case(name, [NewReport(f"cr{i}", text) for i, text in enumerate(texts, 1)], "marie").case_id
    assert case is not None
    return case


def sample(store: Store, name: str) -> int:
    return filed(store, (SAMPLES / "cases" / f"{name}.txt").read_text(encoding="utf-8"), name=name)


def shown(client: TestClient, case: int, language: str = "fr") -> HTMLParser:
    client.cookies.set("anamnese_language", language)
    answer = client.get(f"/cases/{case}")
    assert answer.status_code == 200, answer.text[:300]
    return HTMLParser(answer.text)


def one(page: HTMLParser | LexborNode, selector: str) -> LexborNode:
    node = page.css_first(selector)
    assert node is not None, selector
    return node


def look(page: HTMLParser, key: str) -> str:
    return one(page, f'mark[data-f="{key}"]').attributes["class"] or ""


def said(html: str) -> str:
    """The words of a part, their spaces evened out."""
    return " ".join(one(HTMLParser(f"<main>{html}</main>"), "main").text().split())


def data(page: HTMLParser) -> Any:
    return json.loads(one(page, "#case-data").text())


def decide(client: TestClient, case: int, version: int, action: str, **more: Any) -> Any:
    body = {"version": version, "action": action, **more}
    return client.post(f"/cases/{case}/decisions", json=body, headers={"Accept": "application/json"})


def lines(page: HTMLParser, report: int) -> dict[int, str]:
    """The lines of a report as the page shows them, by where they begin."""
    found = page.css(f"#report-{report} .l")
    return {int(line.attributes["data-s"] or -1): line.text().removesuffix("\n") for line in found}


@pytest.mark.parametrize(
    ("role", "found"),
    [
        ("reader", set()),
        ("reviewer", {"rename", "label"}),
        ("administrator", {"rename", "label", "open-erase", "erase"}),
    ],
)
def test_each_role_is_offered_what_it_may_do(store: Store, client: TestClient, role: Any, found: set[str]) -> None:
    case = filed(store, AT_FIRST)
    page = shown(person(store, client, "someone", role), case)
    assert {id for id in ("rename", "label", "open-erase", "erase") if page.css_first(f"#{id}")} == found


@pytest.mark.parametrize("text", [HOSTILE, AT_FIRST, "a\n\n\n𝒳 b\r\nc\rd", "TDM\tTAP   le 3 mai 2021   normale\n" * 4])
def test_lines_stand_where_they_say(store: Store, client: TestClient, text: str) -> None:
    case = filed(store, text)
    report = store.state(case).reports[0]
    told = lines(shown(client, case), report.id)
    assert told
    for start, line in told.items():
        assert report.text[start : start + len(line)] == line
    covered = "".join(told.values())
    assert covered == re.sub(r"[\r\n]", "", report.text), "nothing of the report is left out"


@pytest.mark.parametrize("name", ["breast-1", "bladder-1", "lymphoma-1", "myeloma-1"])
def test_every_fact_shows_its_words(store: Store, client: TestClient, name: str) -> None:
    case = sample(store, name)
    page = shown(client, case)
    listed = {option.attributes["data-key"] for option in page.css("#facts [role=option]")}
    for report in store.state(case).reports:
        for held in report.facts:
            pieces = page.css(f'mark[data-f="{held.key}"]')
            told = "".join(piece.text() for piece in pieces)
            assert "".join(told.split()) == "".join(held.fact.quote.split()), held
            assert all(f"k-{held.fact.type}" in (piece.attributes["class"] or "") for piece in pieces)
            assert sum(piece.attributes.get("id") == f"f:{held.key}" for piece in pieces) == 1
            assert held.key in listed


def test_every_link_of_the_record_leads_to_words(store: Store, client: TestClient) -> None:
    case = sample(store, "breast-1")
    page = shown(client, case)
    links = page.css("#part-record a[data-keys]")
    assert len(links) > 40
    for link in links:
        keys = (link.attributes["data-keys"] or "").split()
        assert keys and page.css_first(f'mark[data-f="{keys[0]}"]') is not None
        assert link.attributes["href"] == f"#f:{keys[0]}"
    told = one(page, "#part-record")
    for expected in ("Carcinome lobulaire infiltrant", "C50.9 8520/3", "pT2N2aM0", "capécitabine", "L2"):
        assert expected in told.text(), expected


def test_what_the_record_does_not_tell_is_listed(store: Store, client: TestClient) -> None:
    case = sample(store, "breast-1")
    page = shown(client, case)
    in_record = {
        key for link in page.css("#part-record a[data-keys]") for key in (link.attributes["data-keys"] or "").split()
    }
    apart = {"section", "time", "mention"}
    facts = [held for report in store.state(case).reports for held in report.facts if held.fact.type not in apart]
    assert {held.key for held in facts} <= in_record


def test_a_hostile_report_is_text(store: Store, client: TestClient) -> None:
    case = filed(store, HOSTILE, name="<i>Nom</i> {{ 1 }}")
    answer = client.get(f"/cases/{case}")
    page = HTMLParser(answer.text)
    assert not page.css("img[src=x]") and not page.css(".report svg") and not page.css("h1 i")
    scripts = page.css("script")
    assert all(node.attributes.get("src") or node.attributes.get("type") == "application/json" for node in scripts)
    assert "<script>alert" not in answer.text
    assert one(page, "h1").text() == "<i>Nom</i> {{ 1 }}"
    parts = client.get(f"/cases/{case}/parts").json()["html"]
    assert not any("<img src=x" in part or "<svg" in part for part in parts.values())


def test_nothing_inline(store: Store, client: TestClient) -> None:
    case = sample(store, "breast-1")
    for path in (f"/cases/{case}", f"/cases/{case}/log"):
        page = HTMLParser(client.get(path).text)
        assert not page.css("[style], style")
        assert not [node for node in page.css("*") if any(name.startswith("on") for name in node.attributes)]


def test_several_reports_are_tabs(store: Store, client: TestClient) -> None:
    case = filed(store, AT_FIRST, LATER)
    page = shown(client, case)
    tabs = page.css(".report-tabs [role=tab]")
    assert [tab.attributes["aria-selected"] for tab in tabs] == ["true", "false"]
    for tab in tabs:
        panel = one(page, f"#{tab.attributes['aria-controls']}")
        assert panel.attributes["aria-labelledby"] == tab.attributes["id"]
    assert len({fact["report"] for fact in data(page)["facts"]}) == 2


@pytest.mark.parametrize("language", ["fr", "en"])
def test_all_is_said_in_both_languages(store: Store, client: TestClient, language: str) -> None:
    case = sample(store, "breast-1")
    page = shown(client, case, language)
    for node in page.css("script"):
        node.decompose()
    assert not re.findall(r"\b(?:review|base)\.[a-z_.]+", one(page, "body").text(separator=" "))
    assert one(page, "html").attributes["lang"] == language


def test_every_word_asked_for_is_there() -> None:
    asked = set()
    for template in (HERE / "templates" / "review").glob("*.html"):
        asked |= set(re.findall(r"""\bt\(["']([a-z_.]+)["'][,)]""", template.read_text(encoding="utf-8")))
    for module in (HERE / "static" / "review").glob("*.mjs"):
        said = re.findall(r"""\bt\("([a-z_.]+)"[,)]""", module.read_text(encoding="utf-8"))
        asked |= {key if known(key) else f"review.js.{key}" for key in said}
    assert len(asked) > 120
    assert not [key for key in asked if not known(key)]
    for kind, attributes in FACT_TYPES.items():
        assert known(f"review.kind.{kind}") and known(f"review.kinds.{kind}")
        assert all(known(f"review.attribute.{name}") for name in attributes)
    assert all(known(f"review.done.{action}") for action in (*ACTIONS, "undo", "add_report", "move_report"))
    assert all(row["fr"] and row["en"] for key, row in words().items() if key.startswith("review."))


def test_every_kind_has_a_form_of_its_schema(store: Store, client: TestClient) -> None:
    answer = client.get(f"/cases/{filed(store, AT_FIRST)}").text
    for form in forms("fr"):
        markup = re.search(rf'<template id="fields-{form.kind}">(.*?)</template>', answer, re.DOTALL)
        assert markup is not None
        fields = HTMLParser(markup[1]).css("[data-field]")
        assert [field.attributes["data-field"] for field in fields] == list(FACT_TYPES[form.kind])
        for field in fields:
            control = one(field, "input, select")
            name = field.attributes["data-field"]
            assert ("required" in control.attributes) == (name in REQUIRED.get(form.kind, ()))
            given = [option.attributes["value"] for option in field.css("option")][1:]
            assert given == [str(value) for value in FACT_TYPES[form.kind][name or ""].get("enum", ())]


@pytest.mark.parametrize("name", ["breast-1", "breast-2", "lymphoma-1", "prostate-1"])
def test_the_axis_holds_the_story(store: Store, name: str) -> None:
    state = store.state(sample(store, name))
    drawn = axis(Speaker(state, "fr"))
    keys = {held.key for report in state.reports for held in report.facts}
    for item in drawn.items:
        assert item.first <= item.last and item.lane in LANES
        assert set(item.keys) <= keys
        assert ("undated" in item.look) == ("sans date" in item.long), item
    courses = [course for tumour in state.history.tumours for episode in tumour.episodes for course in episode.courses]
    dated = [course for course in courses if course.start.value or course.end.value]
    assert sum("course" in item.look.split() for item in drawn.items) >= len(dated)
    imprecise = [item for item in drawn.items if "imprecise" in item.look]
    assert imprecise and all(item.range and item.first < item.last for item in imprecise)


def test_a_decision_gives_the_parts_anew(store: Store, client: TestClient) -> None:
    case = filed(store, AT_FIRST)
    before = data(shown(client, case))
    key = next(fact["key"] for fact in before["facts"] if fact["kind"] == "tumour")
    after = {"attributes": {"topography": "C50.4", "morphology": "8500/3", "laterality": "right"}, "date": "2015-03"}
    answer = decide(client, case, before["version"], "correct", target=key, after=after, note="vu au scanner")
    assert answer.status_code == 200
    told = answer.json()
    assert told["data"]["version"] > before["version"] and told["data"]["status"] == "in_review"
    fact = next(fact for fact in told["data"]["facts"] if fact["key"] == key)
    assert fact["state"] == "corrected" and fact["flat"]["topography"] == "C50.4" and "C50.9" in fact["before"]
    assert "C50.4" in told["html"]["record"] and "C50.4" in told["html"]["strip"]
    log = HTMLParser(told["html"]["log"])
    assert "C50.9" in one(log, ".changes del").text() and "C50.4" in one(log, ".changes ins").text()
    assert "vu au scanner" in told["html"]["log"]
    again = shown(client, case)
    for part, html in told["html"].items():
        assert said(html) == " ".join(one(again, f"#part-{part}").text().split()), f"{part} as on a new page"


def test_reviewed_facts_look_reviewed(store: Store, client: TestClient) -> None:
    case = filed(store, AT_FIRST)
    held = data(shown(client, case))
    first, second = held["facts"][0]["key"], held["facts"][1]["key"]
    told = decide(client, case, held["version"], "accept", target=first).json()
    told = decide(client, case, told["data"]["version"], "reject", target=second).json()
    page = HTMLParser(told["html"]["reports"])
    assert "st-accepted" in look(page, first) and "st-rejected" in look(page, second)
    assert "2 / " in said(told["html"]["strip"])
    assert second not in {key for item in told["data"]["axis"]["items"] for key in item["keys"]}
    undone = decide(client, case, told["data"]["version"], "undo").json()
    assert "st-proposed" in undone["html"]["reports"] and undone["data"]["undoable"]
    assert "retirée" in undone["html"]["log"]


def test_the_second_of_two_is_told_who_was_first(store: Store, client: TestClient) -> None:
    case = filed(store, AT_FIRST)
    held = data(shown(client, case))
    key = held["facts"][0]["key"]
    assert decide(client, case, held["version"], "accept", target=key).status_code == 200
    answer = decide(client, case, held["version"], "reject", target=key)
    assert answer.status_code == 409
    told = answer.json()
    assert told["code"] == "stale" and "Accepté" in told["html"] and "local" in told["html"]
    assert store.state(case).reports[0].facts[0].state == "accepted", "nothing was overwritten"


def test_refusals_are_said(store: Store, client: TestClient) -> None:
    case = filed(store, AT_FIRST)
    held = data(shown(client, case))
    answer = decide(client, case, held["version"], "accept", target="9/9")
    assert answer.status_code == 422 and answer.json()["error"]
    assert decide(client, case, held["version"], "explode").status_code == 422
    assert client.post(f"/cases/{case}/decisions", json={"action": "accept"}).status_code == 422
    assert client.get("/cases/999").status_code == 404


def test_a_signed_case_offers_no_decision(store: Store, client: TestClient) -> None:
    case = filed(store, AT_FIRST, LATER)
    held = data(shown(client, case))
    told = decide(client, case, held["version"], "validate", note="relu").json()
    assert told["data"]["status"] == "validated" and "Validé par" in told["html"]["strip"]
    assert "data-arrange" not in told["html"]["record"] and "data-undo" not in told["html"]["log"]
    refused = decide(client, case, told["data"]["version"], "accept", target=held["facts"][0]["key"])
    assert refused.status_code == 422
    reopened = decide(client, case, told["data"]["version"], "reopen", note="oubli").json()
    assert reopened["data"]["status"] == "in_review"


def test_a_reader_reads(store: Store, client: TestClient) -> None:
    case = filed(store, AT_FIRST, LATER)
    reader = person(store, client, "rita", "reader")
    page = shown(reader, case)
    assert not page.css("#form, #validate, #undo, [data-do=accept], [data-arrange], template")
    held = data(page)
    assert held["may_decide"] is False and held["facts"]
    answer = decide(reader, case, held["version"], "accept", target=held["facts"][0]["key"])
    assert answer.status_code == 403
    reviewer = person(store, client, "rose", "reviewer")
    answer = decide(reviewer, case, held["version"], "accept", target=held["facts"][0]["key"])
    assert answer.status_code == 200 and "rose" in said(answer.json()["html"]["log"])


def test_findings_are_settled_with_a_note(store: Store, client: TestClient) -> None:
    case = sample(store, "breast-1")
    held = data(shown(client, case))
    finding = held["findings"][0]
    conflict = [fact["key"] for fact in held["facts"] if fact["conflict"]]
    assert conflict
    told = decide(client, case, held["version"], "dismiss_finding", target=finding["key"], note="vu").json()
    assert next(each for each in told["data"]["findings"] if each["key"] == finding["key"])["state"] == "dismissed"
    item = one(HTMLParser(told["html"]["findings"]), f'[data-finding="{finding["key"]}"]')
    assert "« vu »" in item.text()
    assert f"finding-{finding['key']}" not in told["html"]["reports"], "its words are no longer marked"


def test_merging_and_splitting_tumours(store: Store, client: TestClient) -> None:
    case = sample(store, "bladder-1")
    page = shown(client, case)
    sections = page.css("#part-record .tumour")
    assert len(sections) > 2 and all(section.css("[data-arrange=merge_tumours]") for section in sections)
    owned = [(section.attributes["data-own"] or "").split() for section in sections]
    told = decide(client, case, 0, "merge_tumours", target=[*owned[0], *owned[1]]).json()
    merged = HTMLParser(told["html"]["record"]).css(".tumour")
    assert len(merged) == len(sections) - 1
    assert any(section.css("[data-arrange=split_tumour]") for section in merged)
    told = decide(client, case, told["data"]["version"], "split_tumour", target=owned[0]).json()
    assert len(HTMLParser(told["html"]["record"]).css(".tumour")) == len(sections)


def test_the_log_page_tells_it_all(store: Store, client: TestClient) -> None:
    case = filed(store, AT_FIRST)
    held = data(shown(client, case))
    keys = [fact["key"] for fact in held["facts"][:3]]
    version = decide(client, case, held["version"], "accept_all", target=keys).json()["data"]["version"]
    version = decide(client, case, version, "undo").json()["data"]["version"]
    decide(client, case, version, "comment", note="à revoir")
    page = HTMLParser(client.get(f"/cases/{case}/log").text)
    entries = [" ".join(entry.text().split()) for entry in page.css(".entry")]
    assert [entry.split(" local")[0] for entry in entries] == ["Commentaire", "Retrait", "Acceptés ensemble"]
    assert "retirée" in entries[2] and "3 fait(s)" in entries[2] and "« à revoir »" in entries[0]
    assert all(re.search(r"\d\d/\d\d/\d{4} \d\d:\d\d", entry) for entry in entries)


def test_the_next_case_is_one_that_is_not_validated(store: Store, client: TestClient) -> None:
    first, second, third = (filed(store, f"{AT_FIRST} {i}", name=name) for i, name in enumerate("abc"))
    assert client.get(f"/cases/next?after={first}").headers["location"] == f"/cases/{second}"
    assert decide(client, second, 0, "validate").status_code == 200
    assert client.get(f"/cases/next?after={first}").headers["location"] == f"/cases/{third}"
    assert client.get(f"/cases/next?after={third}").headers["location"] == f"/cases/{first}", "round again"
    for case in (first, third):
        decide(client, case, 0, "validate")
    assert client.get(f"/cases/next?after={first}").headers["location"] == "/cases"
