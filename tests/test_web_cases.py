"""The list of the cases: search, filters, order, pages, choice; as a browser without scripts sees and sends them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

import anamnese
from anamnese.checks import RULES
from anamnese.labels import _names
from anamnese.store import NewReport, Query, Store, open_store
from anamnese.web import filters
from anamnese.web.figures import count, counted, decimal, p_value, percent
from anamnese.web.rendering import known, say
from web_clients import TestClient, page, program

CASES = Path(anamnese.__file__).parent / "samples" / "cases"
CHOSEN = ("breast-1", "breast-2", "lung-1", "lung-2", "melanoma-1", "prostate-1")
HOSTILE = '<script>alert("1")</script> & "Fils"'


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    held = open_store(str(tmp_path_factory.mktemp("list") / "store.db"))
    for name in CHOSEN:
        held.add_case(name, [NewReport(name, (CASES / f"{name}.txt").read_text())], "marie")
    held.add_case(HOSTILE, [NewReport("r", "<b>Patiente</b> de 40 ans. <img src=x> Aucune tumeur connue.")], "paul")
    yield held
    held.close()


@pytest.fixture(scope="module")
def client(store: Store) -> TestClient:
    return program(store)


def names(shown: HTMLParser) -> list[str]:
    return [link.text() for link in shown.css("tbody th a")]


def chip_links(shown: HTMLParser) -> list[str]:
    return [link.attributes["href"] or "" for link in shown.css(".chips .asked a")]


class TestList:
    def test_a_row_tells_the_case(self, client: TestClient) -> None:
        shown = page(client, "/cases")
        (row,) = [row for row in shown.css("tbody tr") if "breast-2" in row.text()]
        told = " ".join(row.text(separator=" ").split())
        expected = ("homme", "66 ans", "carcinome canalaire infiltrant", "8500/3", "sein", "C50.9", "II", "16/09/2020")
        for words in (*expected, "À relire", "marie"):
            assert words in told
        link = row.css_first("th a")
        assert link is not None
        assert client.get(link.attributes["href"] or "").status_code == 200

    def test_all_cases_are_listed_the_last_changed_first(self, client: TestClient) -> None:
        shown = page(client, "/cases")
        assert names(shown) == [HOSTILE, *reversed(CHOSEN)]
        assert "7 dossiers" in shown.css_first("h1").text()
        assert shown.css_first("th[aria-sort]").attributes["aria-sort"] == "descending"

    def test_a_hostile_label_is_text(self, client: TestClient) -> None:
        answer = client.get("/cases")
        assert "<script>alert" not in answer.text
        assert "&lt;script&gt;" in answer.text

    def test_nothing_is_inline(self, client: TestClient) -> None:
        """The policy of the pages forbids styles and scripts in them."""
        for address in ("/cases", "/cases?stage=III&text=sein"):
            shown = page(client, address)
            assert not shown.css("[style], [onclick], style")
            assert all(script.attributes.get("src") for script in shown.css("script"))

    def test_the_start_is_the_list(self, client: TestClient) -> None:
        assert client.get("/").headers["location"] == "/cases"

    def test_english(self, client: TestClient) -> None:
        client.cookies.set("anamnese_language", "en")
        try:
            shown = page(client, "/cases?stage=III")
        finally:
            client.cookies.clear()
        assert "2 cases" in shown.css_first("h1").text()
        assert "Stage III" in " ".join(shown.css_first(".chips").text().split())


class TestSearch:
    def test_words_of_the_reports(self, client: TestClient) -> None:
        assert set(names(page(client, "/cases?text=alectinib"))) == {"lung-1"}

    def test_filters_narrow_and_chips_take_them_away(self, client: TestClient) -> None:
        shown = page(client, "/cases?site=C50&sex=female")
        assert names(shown) == ["breast-1"]
        assert [" ".join(chip.text().split()) for chip in shown.css(".asked")] == [
            "Site sein (C50) ×",
            "Sexe femme ×",
        ]
        without_site, without_sex = chip_links(shown)
        assert set(names(page(client, without_sex))) == {"breast-1", "breast-2"}
        assert "breast-2" not in names(page(client, without_site))

    def test_a_form_keeps_the_filters_there_are(self, client: TestClient) -> None:
        form = page(client, "/cases?site=C50&diagnosed_from=2016").css_first("form.find")
        hidden = {(field.attributes["name"], field.attributes["value"]) for field in form.css("input[type=hidden]")}
        assert hidden == {("site", "C50")}
        assert form.css_first("input[name=diagnosed_from]").attributes["value"] == "2016"

    @pytest.mark.parametrize(
        ("sent", "meant"),
        [
            ("site=sein&morphology=&text=", "site=C50"),
            ("site=poum", "site=C34"),
            ("treatment=Chimio", "treatment=chemotherapy"),
            ("sex=femme&stage=", "sex=female"),
            ("diagnosed_from=01/2015&diagnosed_to=31/12/2020", "diagnosed_from=2015-01&diagnosed_to=2020-12-31"),
            ("diagnosed_from=hier&page=1&sort=-updated", ""),
            ("site=C50&site=lune", "site=C50&site=lune"),
        ],
    )
    def test_a_browser_without_scripts_sends_words(self, client: TestClient, sent: str, meant: str) -> None:
        answer = client.get(f"/cases?{sent}")
        location = answer.headers["location"] if answer.status_code == 303 else f"/cases?{sent}"
        assert parse_qsl(urlsplit(location).query) == parse_qsl(meant)
        assert client.get(location).status_code == 200

    def test_nothing_found(self, client: TestClient) -> None:
        shown = page(client, "/cases?text=zzzz")
        assert not shown.css("table")
        assert "Aucun dossier" in shown.css_first(".empty").text()
        assert shown.css_first(".empty a").attributes["href"] == "/cases"

    def test_an_empty_store_says_where_to_begin(self, tmp_path: Path) -> None:
        shown = page(program(open_store(str(tmp_path / "empty.db"))), "/cases")
        assert shown.css_first(".empty a").attributes["href"] == "/import"
        assert not shown.css("form.find")


class TestOrder:
    @pytest.mark.parametrize("column", ["name", "age", "site", "stage", "diagnosed", "status", "findings", "facts"])
    def test_each_column_sorts_both_ways(self, client: TestClient, column: str) -> None:
        link = page(client, "/cases").css_first(f"th.{column} a").attributes["href"] or ""
        once = page(client, link)
        first = once.css_first(f"th.{column}")
        again = page(client, first.css_first("a").attributes["href"] or "")
        states = {first.attributes["aria-sort"], again.css_first(f"th.{column}").attributes["aria-sort"]}
        assert states == {"ascending", "descending"}
        assert sorted(names(once)) == sorted(names(again))

    def test_by_name(self, client: TestClient) -> None:
        assert names(page(client, "/cases?sort=name"))[1:] == sorted(CHOSEN)

    def test_pages(self, tmp_path: Path) -> None:
        held = open_store(str(tmp_path / "many.db"))
        for i in range(120):
            held.add_case(f"Patient {i:03}", [NewReport("r", f"Patient {i}. Rien.")], "marie")
        client = program(held)
        second = page(client, "/cases?sort=name&page=2")
        assert names(second) == [f"Patient {i:03}" for i in range(50, 100)]
        assert "51 – 100 sur 120" in second.css_first(".pages").text()
        assert second.css_first(".pages [aria-current=page]").text() == "2"
        links = [link.attributes["href"] for link in second.css(".pages a")]
        assert links == ["/cases?sort=name", "/cases?sort=name&page=3"]
        assert names(page(client, "/cases?page=99&sort=name")) == [f"Patient {i:03}" for i in range(100, 120)]
        held.close()


class TestChoice:
    def test_the_checked_cases_go_to_the_export_and_the_cohort(self, client: TestClient, store: Store) -> None:
        form = page(client, "/cases").css_first("form.list")
        ids = [int(box.attributes["value"] or 0) for box in form.css("input[name=ids]")]
        assert sorted(ids) == sorted(store.case_ids(Query()))
        assert {button.attributes["formaction"] for button in form.css("button")} == {"/export", "/cohort"}
        assert all(box.attributes["aria-label"] for box in form.css("input[name=ids]"))

    def test_the_selection_is_handed_on(self, client: TestClient) -> None:
        shown = page(client, "/cases?site=C50&sort=name")
        links = [link.attributes["href"] for link in shown.css(".page-head a")]
        assert links == ["/cohort?site=C50", "/export?site=C50"]

    def test_chosen_cases_are_a_selection(self, client: TestClient, store: Store) -> None:
        first, second = store.case_ids(Query())[:2]
        shown = page(client, f"/cases?ids={first}&ids={second}")
        assert len(names(shown)) == 2
        assert "2 dossiers" in shown.css_first(".chips").text()


class TestFacets:
    def test_beginnings_of_words_without_accents(self, client: TestClient) -> None:
        found = client.get("/api/facets/treatment", params={"q": "therapie cib"}).json()
        assert found["choices"][0]["code"] == "targeted"
        assert found["choices"][0]["label"] == "thérapie ciblée"

    def test_counts_are_those_of_the_selection(self, client: TestClient) -> None:
        sexes = client.get("/api/facets/sex", params={"site": "C50"}).json()["choices"]
        assert {choice["code"]: choice["n"] for choice in sexes} == {"female": 1, "male": 1}
        organs = client.get("/api/facets/site", params={"site": "C50", "q": "C34"}).json()["choices"]
        assert organs[0] == {"code": "C34", "label": "bronche et poumon (C34)", "n": 2}

    def test_kinds_are_bounded(self, client: TestClient) -> None:
        assert client.get("/api/facets/moon").status_code == 422
        assert client.get("/api/facets/site", params={"limit": 0}).status_code == 422

    @pytest.mark.parametrize("kind", filters.KINDS)
    def test_every_value_has_words(self, store: Store, kind: str) -> None:
        for language in ("fr", "en"):
            for choice in filters.choices(store, Query(), kind, language):  # type: ignore[arg-type]
                assert choice.label
                assert not re.match(r"^(finding|base|organ|filter)\.", choice.label)


class TestWords:
    def test_every_rule_has_a_title(self) -> None:
        assert [rule.name for rule in RULES if not known(f"finding.{rule.name}")] == []

    def test_every_organ_has_a_name(self) -> None:
        organs = {code[:3] for code in _names("lexicon/topography.tsv")}
        assert [organ for organ in sorted(organs) if not known(f"organ.{organ}")] == []

    def test_both_languages_fill_in_the_same(self) -> None:
        for key in ("cases.shown", "cohort.by.marker", "filter.remove"):
            french, english = (set(re.findall(r"\{(\w+)\}", say(key, language))) for language in ("fr", "en"))  # type: ignore[arg-type]
            assert french == english

    def test_numbers(self) -> None:
        assert (count(12345, "fr"), count(12345, "en")) == ("12\u202f345", "12,345")
        assert (decimal(3.25, "fr"), decimal(None, "en")) == ("3,2", "–")
        assert (percent(0.5, "fr"), percent(0.5, "en"), percent(None, "fr")) == ("50\u00a0%", "50%", "–")
        assert p_value(0.0004, "fr") == "p < 0,001"
        assert p_value(0.0321, "en") == "p = 0.032"
        assert p_value(0.5, "fr") == "p = 0,50"

    def test_plurals(self) -> None:
        assert [counted("cases.count", n, "fr") for n in (0, 1, 2)] == ["0 dossier", "1 dossier", "2 dossiers"]
        assert [counted("cases.count", n, "en") for n in (0, 1, 2)] == ["0 cases", "1 case", "2 cases"]
