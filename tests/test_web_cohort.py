"""The cohort page and its API: what is shown is what is computed, and leads to its cases."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

import anamnese
from anamnese.cohort.grouping import GROUPINGS
from anamnese.cohort.observation import ENDPOINTS
from anamnese.review.decisions import Proposal
from anamnese.store import NewReport, Query, Store, open_store
from anamnese.web import filters
from anamnese.web.cohorts import ORDERS, Cohorts, cohorts_of
from anamnese.web.pages.cohort import VIEWS
from anamnese.web.plots import cases_of
from web_clients import TestClient, page, program

CASES = Path(anamnese.__file__).parent / "samples" / "cases"
CHOSEN = (
    "breast-1", "breast-2", "colorectal-1", "kidney-1", "lung-1", "lung-2", "lymphoma-1", "melanoma-1", "myeloma-1",
    "ovary-1", "pancreas-1", "prostate-1", "stomach-1", "testis-1", "wilms-1",
)  # fmt: skip


def fill(store: Store) -> None:
    for name in CHOSEN:
        store.add_case(name, [NewReport(name, (CASES / f"{name}.txt").read_text())], "marie")
    store.add_case('=1+1 <b>"M."</b>', [NewReport("r", "Patiente. Aucune tumeur connue.")], "paul")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    held = open_store(str(tmp_path_factory.mktemp("cohort") / "store.db"))
    fill(held)
    yield held
    held.close()


@pytest.fixture(scope="module")
def client(store: Store) -> TestClient:
    return program(store)


def rows(answer: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.removeprefix("\ufeff"))))


def total(client: TestClient, address: str) -> int:
    words = page(client, address).css_first("h1 .count").text().split()
    return int(words[0])


class TestPage:
    @pytest.mark.parametrize("view", VIEWS)
    def test_each_view_has_a_table_beside_each_plot(self, client: TestClient, view: str) -> None:
        shown = page(client, "/cohort" if view == VIEWS[0] else f"/cohort?view={view}")
        plots = shown.css(".plot")
        assert plots
        for plot in plots:
            canvas = plot.css_first("[data-plot]")
            assert plot.css("table tbody tr")
            assert client.get(canvas.attributes["data-source"] or "").status_code == 200
            assert all(json.loads(canvas.attributes["data-words"] or "").values())
            for link in plot.css(".saving a"):
                answer = client.get(link.attributes["href"] or "")
                assert answer.headers["content-type"] == "text/csv; charset=utf-8"
                assert answer.headers["content-disposition"].startswith("attachment")

    @pytest.mark.parametrize("view", VIEWS)
    def test_nothing_is_inline_and_no_words_are_missing(self, client: TestClient, view: str) -> None:
        for group in ("stage", "marker"):
            address = f"/cohort?group={group}" if view == VIEWS[0] else f"/cohort?view={view}"
            answer = client.get(address)
            shown = HTMLParser(answer.text)
            assert not shown.css("[style], [onclick], style")
            assert all(script.attributes.get("src") for script in shown.css("script"))
            assert "cohort." not in shown.css_first("main").text()

    def test_the_numbers_are_those_of_the_api(self, client: TestClient) -> None:
        shown = page(client, "/cohort?group=sex")
        told = client.get("/api/cohort/survival?group=sex").json()
        cells = [[cell.text().strip() for cell in row.css("th, td")] for row in shown.css("table.groups tbody tr")]
        assert [(row[0], int(row[1]), int(row[2])) for row in cells] == [
            (curve["label"], curve["n"], curve["events"]) for curve in told["curves"]
        ]
        assert sum(curve["n"] for curve in told["curves"]) + told["unobserved"] + told["ungrouped"] == len(CHOSEN) + 1

    def test_small_groups_are_warned_of(self, client: TestClient) -> None:
        assert "Moins de 10 patients" in page(client, "/cohort?group=stage").css_first(".note.warn").text()
        assert not page(client, "/cohort").css(".note.warn")

    def test_groups_of_what_comes_later_are_warned_of(self, client: TestClient) -> None:
        """Who received a first line lived until then: measured from the diagnosis, that time is immortal."""
        assert "temps immortel" in client.get("/cohort?group=first_line").text
        assert "temps immortel" not in client.get("/cohort?group=stage").text
        within = "/cohort?endpoint=progression_free_survival&group=first_line"
        assert "temps immortel" not in client.get(within).text

    def test_facets_narrow_as_the_list_does(self, client: TestClient) -> None:
        shown = page(client, "/cohort?view=swimmer")
        (link,) = [link for link in shown.css(".facets a") if link.text().strip().startswith("sein")]
        address = link.attributes["href"] or ""
        assert sorted(parse_qsl(urlsplit(address).query)) == [("site", "C50"), ("view", "swimmer")]
        narrowed = page(client, address)
        assert "2 dossiers" in narrowed.css_first("h1").text()
        (chosen,) = narrowed.css(".facets a[aria-current]")
        assert chosen.attributes["href"] == "/cohort?view=swimmer"
        assert narrowed.css_first(".page-head a").attributes["href"] == "/cases?site=C50"

    def test_a_facet_counts_what_a_click_would_show(self, client: TestClient) -> None:
        shown = page(client, "/cohort?sex=female")
        for link in shown.css(".facets a:not([aria-current])"):
            if not link.text().strip().startswith("homme"):  # sexes are alternatives: one more widens
                n = int(link.css_first(".n").text())
                assert total(client, link.attributes["href"] or "") == n

    def test_options_that_cannot_be_meant_are_left_out(self, client: TestClient) -> None:
        answer = client.get("/cohort?view=moon&endpoint=x&part=-3&group=sex&site=&sort=name&page=4")
        assert answer.headers["location"] == "/cohort?group=sex"
        answer = client.get("/cohort?site=sein&view=spread")
        assert answer.headers["location"] == "/cohort?site=C50&view=spread"

    def test_nobody(self, client: TestClient) -> None:
        shown = page(client, "/cohort?text=zzzz")
        assert "Aucun dossier" in shown.css_first(".empty").text()
        assert not shown.css("[data-plot]")

    def test_an_empty_store(self, tmp_path: Path) -> None:
        empty = program(open_store(str(tmp_path / "empty.db")))
        for view in VIEWS:
            assert page(empty, "/cohort" if view == VIEWS[0] else f"/cohort?view={view}").css(".empty")
        for path in (
            "survival",
            "survival.csv",
            "swimmer",
            "swimmer.csv",
            "distribution/age",
            "distribution/marker/csv",
        ):
            assert empty.get(f"/api/cohort/{path}").status_code == 200

    def test_a_hostile_name_is_text(self, client: TestClient) -> None:
        for address in (
            "/cohort?view=swimmer",
            "/cohort?text=zz%22%3E%3Cscript%3E",
            "/cohort?group=marker&marker=%3Cb%3E",
        ):
            text = client.get(address).text
            assert "<b>" not in text
            assert "<script>" not in text

    def test_english(self, client: TestClient) -> None:
        client.cookies.set("anamnese_language", "en")
        try:
            shown = page(client, "/cohort?group=stage")
            told = client.get("/api/cohort/survival.csv?table=groups").text
        finally:
            client.cookies.clear()
        assert shown.css_first("#plot-title").text() == "Overall survival by stage"
        assert rows(told)[0]["median_months"]


class TestThroughToTheCases:
    @pytest.mark.parametrize("endpoint", ENDPOINTS)
    @pytest.mark.parametrize("group", [name for name in GROUPINGS if name != "marker"])
    def test_a_curve_leads_to_its_cases(self, client: TestClient, store: Store, endpoint: str, group: str) -> None:
        told = client.get(f"/api/cohort/survival?endpoint={endpoint}&group={group}").json()
        columns = cohorts_of(store).columns(Query())
        assert told["curves"] or endpoint != "overall_survival"
        for curve in told["curves"]:
            if curve["group"] == "others":
                assert curve["cases"] is None
                continue
            listed = set(store.case_ids(Query.from_params(parse_qsl(urlsplit(curve["cases"]).query))))
            observed = {
                int(case)
                for case, seen in zip(columns.cases, columns.intervals[endpoint].observed, strict=True)  # type: ignore[index]
                if seen
            }
            # a site is that of any tumour in the list, and that of the main one here
            found = len(listed & observed)
            assert found >= curve["n"] if group == "organ" else found == curve["n"]

    def test_a_marker_leads_to_its_cases(self, client: TestClient) -> None:
        told = client.get("/api/cohort/survival?group=marker&marker=HER2").json()
        assert [curve["label"] for curve in told["curves"]]
        for curve in told["curves"]:
            assert total(client, curve["cases"]) >= curve["n"]

    def test_what_a_selection_cannot_say_has_no_link(self) -> None:
        asked = Query(biomarker=("ER=positive",))
        assert cases_of(asked, "marker", "HER2=negative") is None
        assert cases_of(Query(biomarker=("HER2",)), "marker", "HER2=negative") == "biomarker=HER2%3Dnegative"
        assert cases_of(Query(site=("C50.4",)), "organ", "C50") == "site=C50.4"
        assert cases_of(Query(sex=("female",)), "age", "75+") == "sex=female&age_from=75"

    @pytest.mark.parametrize("kind", ["stage", "age", "year", "treatment", "organ", "morphology", "marker"])
    def test_a_bar_leads_to_its_cases(self, client: TestClient, kind: str) -> None:
        told = client.get(f"/api/cohort/distribution/{kind}").json()
        assert told["bars"]
        for bar in told["bars"]:
            if not bar["n"]:
                assert bar["cases"] is None
                continue
            listed = total(client, bar["cases"])
            assert listed == bar["n"] if kind in ("stage", "age") else listed >= bar["n"]

    def test_a_swimmer_leads_to_its_case(self, client: TestClient) -> None:
        told = client.get("/api/cohort/swimmer").json()
        assert {row["name"] for row in told["rows"]} == set(CHOSEN)
        row = told["rows"][0]
        assert row["name"] in page(client, row["address"]).css_first("main").text()


class TestSwimmer:
    def test_rows_and_their_order(self, client: TestClient) -> None:
        told = client.get("/api/cohort/swimmer").json()
        ends = [row["end"] for row in told["rows"]]
        assert ends == sorted(ends, reverse=True)
        assert (told["total"], told["undrawn"], told["part"], told["parts"]) == (len(CHOSEN), 1, 1, 1)
        shortest = client.get("/api/cohort/swimmer?order=shortest").json()
        assert [row["end"] for row in shortest["rows"]] == sorted(ends)
        for row in told["rows"]:
            assert sum(mark["kind"] in ("death", "followed") for mark in row["marks"]) == 1
            assert all(mark["at"] <= row["end"] for mark in row["marks"])
            assert all(bar["kind"] in told["labels"] for bar in row["bars"])

    @pytest.mark.parametrize("order", ORDERS)
    def test_every_order_shows_everybody(self, client: TestClient, order: str) -> None:
        told = client.get(f"/api/cohort/swimmer?order={order}").json()
        assert sorted(row["name"] for row in told["rows"]) == sorted(CHOSEN)

    def test_csv(self, client: TestClient) -> None:
        told = rows(client.get("/api/cohort/swimmer.csv").text)
        lung = [row for row in told if row["patient"] == "lung-1"]
        assert ("targeted", "alectinib", "1") in {(r["nature"], r["detail"], r["ligne_de_traitement"]) for r in lung}
        assert [row["debut_mois"] for row in lung if row["nature"] == "death"] == ["54.1"]


class TestApi:
    def test_curves_as_csv(self, client: TestClient) -> None:
        told = client.get("/api/cohort/survival?group=sex").json()
        curves = rows(client.get("/api/cohort/survival.csv?group=sex").text)
        assert {row["groupe"] for row in curves} == {"homme", "femme"}
        assert sum(row["groupe"] == "homme" for row in curves) == len(
            next(curve for curve in told["curves"] if curve["group"] == "male")["points"]
        )
        risk = rows(client.get("/api/cohort/survival.csv?group=sex&table=at_risk").text)
        assert len(risk) == 2 * len(told["ticks"])
        assert risk[0]["a_risque"] == str(told["curves"][0]["n"])

    def test_a_selection_is_that_of_the_list(self, client: TestClient, store: Store) -> None:
        told = client.get("/api/cohort/survival?site=C34").json()
        assert sum(curve["n"] for curve in told["curves"]) == len(store.case_ids(Query(site=("C34",))))

    @pytest.mark.parametrize(
        "path",
        ["survival?endpoint=moon", "survival?group=moon", "swimmer?part=0", "swimmer?order=x", "distribution/moon"],
    )
    def test_what_is_no_option_is_refused(self, client: TestClient, path: str) -> None:
        answer = client.get(f"/api/cohort/{path}")
        assert answer.status_code == 422
        assert answer.json()["code"] == "invalid"

    def test_an_unknown_marker_has_no_curves(self, client: TestClient) -> None:
        told = client.get("/api/cohort/survival?group=marker&marker=none").json()
        assert told["curves"] == []
        assert told["ungrouped"] == len(CHOSEN)


class TestFreshness:
    def test_a_decision_is_seen_at_once(self, tmp_path: Path) -> None:
        held = open_store(str(tmp_path / "store.db"))
        held.add_case("a", [NewReport("a", (CASES / "lung-1.txt").read_text())], "marie")
        client = program(held)
        assert client.get("/api/cohort/distribution/organ").json()["bars"][0]["value"] == "C34"
        (case,) = held.case_ids(Query())
        state = held.state(case)
        for fact in [fact for report in state.reports for fact in report.facts if fact.fact.type == "tumour"]:
            corrected = Proposal("correct", fact.key, {"attributes": {**fact.fact.attributes, "topography": "C61.9"}})
            held.decide(case, held.state(case).version, corrected, "marie")
        assert client.get("/api/cohort/distribution/organ").json()["bars"][0]["value"] == "C61"
        assert total(client, "/cohort?status=in_review") == 1
        held.close()

    def test_what_was_computed_is_kept_while_the_store_stands(self, store: Store) -> None:
        cohorts = Cohorts(store)
        first = cohorts.columns(Query(sex=("female",)))
        assert cohorts.columns(Query(sex=("female",), sort="name", page=2)) is first
        assert cohorts_of(store) is cohorts_of(store)


def test_filters_find_the_words_typed() -> None:
    offered = [filters.Choice("a", "cancer du sein", 1), filters.Choice("b", "sein", 2), filters.Choice("c", "rein", 3)]
    assert [choice.code for choice in filters.found(offered, "sei", 9)] == ["b", "a"]
    assert [choice.code for choice in filters.found(offered, "", 2)] == ["a", "b"]
    assert filters.found(offered, "xyz", 9) == []
