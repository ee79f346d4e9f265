"""The store on SQLite and on PostgreSQL: what is brought in, found, decided, moved and taken out."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

import anamnese
from anamnese.cohort.columns import FIELDS, row
from anamnese.exports import WRITERS, Target, writer
from anamnese.history.build import history
from anamnese.reading.fold import fold
from anamnese.review.decisions import Proposal
from anamnese.review.reading import read_report
from anamnese.review.terms import KINDS, observation_of, row_of, terms_of
from anamnese.store import NewReport, Query, Refused, Stale, Store, StoreError, UnknownCase, UnknownReport, open_store
from anamnese.store.models import Base
from anamnese.store.query import MANY, SORTS
from anamnese.store.selection import SORTED

SAMPLES = Path(anamnese.__file__).parent / "samples"
LUNG = (
    "Homme de 61 ans. Adénocarcinome du poumon droit diagnostiqué le 3 mars 2019, stade IV. Cisplatine et pémétrexed.\n"
)
BREAST = "Femme de 54 ans. En mars 2014, carcinome canalaire infiltrant du sein gauche, classé pT2N1M0, HER2 négatif.\n"
LATER = "Patiente suivie pour un cancer du sein gauche. Rechute hépatique en juin 2018, traitée par capécitabine.\n"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url)
    yield opened
    opened.close()


def add(store: Store, name: str, *texts: str) -> int:
    added = store.add_case(name, [NewReport(f"{name}-{n}", text) for n, text in enumerate(texts, 1)], "marie")
    assert added.case_id is not None and len(added.report_ids) == len(texts)
    return added.case_id


def key_of(store: Store, case: int, type: str) -> str:
    return next(held.key for report in store.state(case).reports for held in report.facts if held.fact.type == type)


def test_a_case_comes_back_as_it_was_read(store: Store) -> None:
    case = add(store, "Dorade Lili", BREAST, LATER)
    state = store.state(case)
    assert (state.name, state.version, state.status, state.updated_by) == ("Dorade Lili", 0, "to_review", "marie")
    ids = [str(report.id) for report in state.reports]
    read = [anamnese.read(held.case.report.text, str(held.id)) for held in state.stored]
    assert sorted(state.cases, key=lambda c: c.report.id) == sorted(read, key=lambda c: c.report.id)
    assert state.history == history(read) and sorted(state.history.reports) == sorted(ids)
    with pytest.raises(UnknownCase):
        store.state(case + 1000)


@pytest.mark.parametrize("number", [-1, 2**31, 2**63, 10**30])
def test_a_number_that_no_database_holds_is_unknown(store: Store, number: int) -> None:
    case = add(store, "Dorade", BREAST)
    accept = Proposal("accept", key_of(store, case, "tumour"), None, None)
    with pytest.raises(UnknownCase):
        store.state(number)
    with pytest.raises(UnknownCase):
        store.decide(number, 0, accept, "marie")
    with pytest.raises(Stale):
        store.decide(case, number, accept, "marie")
    with pytest.raises(UnknownReport):
        store.regroup(number, None, "marie")
    with pytest.raises(UnknownCase):
        store.regroup(store.state(case).reports[0].id, number, "marie")


def test_a_label_is_one_line_of_what_can_be_seen(store: Store) -> None:
    case = add(store, " L\u2019\u00c9toile\n\u202e\x00a/b \U0001f600 ", BREAST)
    assert store.state(case).name == "L\u2019\u00c9toile \ufffda/b \U0001f600"


def test_ids_that_cannot_be_select_no_case(store: Store) -> None:
    add(store, "Dorade", BREAST)
    for ids in ("99999999999999", "abc", "-1", "1e3"):
        assert store.case_ids(Query.from_params([("ids", ids)])) == [], ids


def test_reports_are_known_again_by_their_content(store: Store) -> None:
    case = add(store, "Dorade Lili", BREAST)
    again = store.add_case("Autre", [NewReport("copie", BREAST.replace(" ", "  "))], "paul")
    assert (again.case_id, again.report_ids) == (None, ())
    assert [(d.name, d.case_id, d.case_name) for d in again.duplicates] == [("copie", case, "Dorade Lili")]
    mixed = store.add_case("Autre", [NewReport("a", BREAST), NewReport("b", LUNG), NewReport("c", LUNG)], "paul")
    assert len(mixed.report_ids) == 1 and len(mixed.duplicates) == 1
    assert store.select(Query()).total == 2


def test_a_text_that_databases_cannot_hold_is_kept_in_its_length(store: Store) -> None:
    case = add(store, "N\x00m \ud800", f"Carcinome du sein gauche.\x00 \udfff {BREAST}")
    state = store.state(case)
    assert len(state.reports[0].text) == len(BREAST) + 29
    assert "\x00" not in state.reports[0].text and "\x00" not in state.name
    assert all(held.fact.quote in state.reports[0].text for held in state.reports[0].facts)


def test_a_reading_that_was_made_elsewhere_is_taken(store: Store) -> None:
    reading = read_report(LUNG)
    reading["facts"] = reading["facts"][:2]
    added = store.add_case("Cerfeuil", [NewReport("a", LUNG, "a.txt", json.loads(json.dumps(reading)))], "marie")
    assert added.case_id and len(store.state(added.case_id).reports[0].facts) == 2


def test_decisions_are_kept_and_told(store: Store) -> None:
    case = add(store, "Dorade Lili", BREAST)
    key = key_of(store, case, "tumour")
    first = store.decide(case, 0, Proposal("accept", key, note="relu"), "marie")
    fact = first.review.facts[key].fact
    after = {"attributes": {**fact.attributes, "topography": "C50.4"}, "date": "2014-03-02"}
    second = store.decide(case, 1, Proposal("correct", key, after), "paul")
    assert (second.version, second.status, second.updated_by) == (2, "in_review", "paul")
    state = store.state(case)
    assert state.to_json() == second.to_json()
    assert [(d.action, d.by, d.version, d.note) for d in state.log] == [
        ("accept", "marie", 1, "relu"), ("correct", "paul", 2, None),
    ]  # fmt: skip
    assert state.log[0].at.tzinfo is not None and abs((datetime.now(UTC) - state.log[0].at).total_seconds()) < 600
    undone = store.decide(case, 2, Proposal("undo"), "paul")
    assert [d.undone_by for d in undone.log] == [None, undone.log[2].id, None]
    assert undone.review.facts[key].fact == fact and undone.review.facts[key].state == "accepted"


def test_an_old_version_is_told_and_changes_nothing(store: Store) -> None:
    case = add(store, "Dorade Lili", BREAST)
    key = key_of(store, case, "tumour")
    store.decide(case, 0, Proposal("accept", key), "marie")
    before = store.state(case).to_json()
    with pytest.raises(Stale) as stale:
        store.decide(case, 0, Proposal("reject", key), "paul")
    assert stale.value.version == 1 and stale.value.last and stale.value.last.by == "marie"
    with pytest.raises(UnknownCase):
        store.decide(case + 77, 0, Proposal("reject", key), "paul")
    assert store.state(case).to_json() == before


def test_a_refused_decision_changes_nothing(store: Store) -> None:
    case = add(store, "Dorade Lili", BREAST)
    before, revision = store.state(case).to_json(), store.revision()
    with pytest.raises(Refused):
        store.decide(case, 0, Proposal("correct", key_of(store, case, "tumour"), {"attributes": {}}), "paul")
    assert (store.state(case).to_json(), store.revision()) == (before, revision)


def test_what_is_derived_is_that_of_the_current_facts(store: Store) -> None:
    case = add(store, "Dorade Lili", BREAST, LATER)

    def check() -> None:
        state = store.state(case)
        observed = observation_of(state)
        shown = asdict(store.select(Query(ids=(case,))).rows[0])
        assert {
            name: value for name, value in row_of(state, observed).items() if name in shown
        }.items() <= shown.items()
        facets = store.facets(Query(ids=(case,)), KINDS)
        assert {(kind, code) for kind in KINDS for code, _ in facets[kind]} == terms_of(state, observed)
        (held,) = store.observations_since().rows
        assert list(held[1:]) == list(row(observed))

    check()
    store.decide(case, 0, Proposal("reject", key_of(store, case, "tumour")), "marie")
    check()
    store.decide(case, 1, Proposal("undo"), "marie")
    check()
    store.decide(case, 2, Proposal("validate"), "marie")
    check()


def test_lists_are_found_by_what_their_cases_have(store: Store) -> None:
    lung, breast = add(store, "Cerfeuil Éloi", LUNG), add(store, "Dorade Lili", BREAST, LATER)
    store.decide(breast, 0, Proposal("accept", key_of(store, breast, "tumour")), "paul")
    for params, expected in (
        ("site=C50", {breast}), ("site=C34", {lung}), ("site=C50&site=C34", {lung, breast}), ("site=C61", set()),
        ("stage=IV", {lung}), ("sex=female", {breast}), ("sex=female&sex=male", {lung, breast}),
        ("biomarker=HER2=negative", {breast}), ("biomarker=HER2", {breast}), ("treatment=cisplatine", {lung}),
        ("treatment=chemotherapy", {lung, breast}), ("status=in_review", {breast}), ("status=validated", set()),
        ("by=paul", {breast}), ("diagnosed_from=2019", {lung}), ("diagnosed_to=2014-03", {breast}),
        ("diagnosed_from=2014-03-15&diagnosed_to=2014-03-15", {breast}), ("diagnosed_to=2013", set()),
        ("updated_from=2020", {lung, breast}), ("updated_to=2020", set()), ("age_from=60&age_to=65", {lung}),
        ("age_to=54", {breast}), (f"ids={lung}", {lung}), ("first_line=chemotherapy&site=C34", {lung}),
        ("event=relapse_distant", {breast}), ("metastasis=liver", {breast}),
        ("text=adenocarcinome", {lung}), ("text=ADÉNO", {lung}), ("text=Lili", {breast}), ("text=eloi", {lung}),
        ("text=capécitabine canalaire", {breast}), ('text="canalaire infiltrant"', {breast}),
        ('text="infiltrant canalaire"', set()), ("text=capecitabin", {breast}), ("text=capecitabin ", {breast}),
        ("text=le", {lung}), ("text=zzz", set()), ("text=%2C", {lung, breast}), ("text=sein&site=C34", set()),
        ("text=\" OR '*) NEAR(", set()), ("text='sein:'", {breast}), ("text=AND", set()), ("text=pT2N1M0", {breast}),
    ):  # fmt: skip
        pairs = [pair.partition("=")[::2] for pair in params.replace("%2C", ",").split("&")]
        query = Query.from_params([(name, value + (" x"[:1] if params.endswith(" ") else "")) for name, value in pairs])
        page = store.select(query)
        assert {found.id for found in page.rows} == expected == set(store.case_ids(query)), params
        assert page.total == len(expected), params


def test_both_databases_cut_words_alike(asked: list[Store]) -> None:
    words = "CA 15-3 à 2,4 U/ml ; ratio -12 ; a_b ; x.y@z.fr ; 10/2014 ; l'œdème ; C50.4 ; IIB-IIC ; http://a.b/c ; β2."
    for store in asked:
        if not store.select(Query(text="ratio")).total:
            add(store, "Signes", words)
    for sought in ("CA 15-3", "15 3", '"ca 15 3"', "2,4", "2.4", "12", "-12", "a_b", "b", "x.y", "z.fr", "10/2014",
                   "œdème", "C50.4", "c50", "iib", "http", "β2", "u/ml", "b/c"):  # fmt: skip
        assert [store.select(Query(text=sought)).total for store in asked] == [1, 1], sought


def test_a_word_that_goes_on_is_found_only_at_the_end(store: Store) -> None:
    add(store, "Cerfeuil", LUNG)
    assert store.select(Query(text="adenocarc")).total == 1
    assert store.select(Query(text="adenocarc poumon")).total == 0
    assert store.select(Query(text='"adenocarc"')).total == 0
    assert store.select(Query(text="adenocarc ")).total == 0


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """More cases than a page holds, made of the samples."""
    opened = open_store(str(tmp_path_factory.mktemp("many") / "many.db"))
    readings = {file: (file.read_text("utf-8")) for file in sorted((SAMPLES / "cases").glob("*.txt"))}
    for file, words in readings.items():
        reading = read_report(words)
        for copy in range(5):
            added = f"{words}\nDossier {copy}\n"
            opened.add_case(
                f"{file.stem} {copy}", [NewReport(file.stem, added, None, reading)], ("paul", "marie")[copy % 2]
            )
    yield opened
    opened.close()


@pytest.mark.parametrize("sort", SORTS)
def test_every_sort_goes_through_all_pages(many: Store, sort: str) -> None:
    for query in (Query(sort=sort), Query(sort=sort, sex=("male",)), Query(sort=sort, text="dossier")):
        total = many.select(query).total
        up = [row for page in range(1, 5) for row in _page(many, query, page)]
        down = [
            row for page in range(1, 5) for row in _page(many, Query(**{**asdict(query), "sort": f"-{sort}"}), page)
        ]
        assert len(up) == len({row.id for row in up}) == total == len(down)
        names = [column.key for column in SORTED[sort]]

        def keys(rows: list, names: list = names) -> list:  # type: ignore[type-arg]
            return [
                tuple(getattr(row, name) if name != "folded_name" else fold(row.name) for name in names) for row in rows
            ]

        told_up = [key for key in keys(up) if None not in key]
        told_down = [key for key in keys(down) if None not in key]
        assert told_up == sorted(told_up) and told_down == sorted(told_down, reverse=True)
        assert all(None in key for key in keys(up)[len(told_up) :]), "what has no value comes last"
        assert all(None in key for key in keys(down)[len(told_down) :])
        assert [row.id for row in up] == many.case_ids(query)


def _page(store: Store, query: Query, page: int) -> list:  # type: ignore[type-arg]
    shown = store.select(Query(**{**asdict(query), "page": page}))
    return list(shown.rows) if shown.page == page else []


def test_a_page_beyond_the_end_is_the_last(many: Store) -> None:
    page = many.select(Query(page=999))
    assert (page.page, page.pages, page.total) == (3, 3, 120)
    assert many.select(Query(text="zzz", page=3)).pages == 1


def test_facets_leave_out_what_is_asked_of_their_own_kind(many: Store) -> None:
    all_, narrowed = many.facets(Query(), ["site", "sex"]), many.facets(Query(site=("C50",)), ["site", "sex"])
    assert narrowed["site"] == all_["site"]
    assert sum(number for _, number in narrowed["sex"]) == many.select(Query(site=("C50",))).total
    for kind in MANY:
        for code, number in many.facets(Query(), [kind])[kind]:
            assert many.select(Query(**{kind: (code,)})).total == number, (kind, code)


def test_what_is_kept_in_memory_follows_every_write(store: Store) -> None:
    """Two doors to one database: what one writes, the other's lists and facets have."""
    other = open_store(store.engine.url.render_as_string(hide_password=False))
    cases = [add(store, "A", LUNG), add(store, "B", BREAST)]
    queries = [Query(site=("C50",)), Query(text="sein"), Query(sex=("female",)), Query(age_from=50), Query(sort="name")]

    def same() -> None:
        fresh = open_store(store.engine.url.render_as_string(hide_password=False))
        for query in queries:
            assert other.case_ids(query) == fresh.case_ids(query) == store.case_ids(query)
            assert other.select(query) == fresh.select(query)
            for kind in MANY:
                assert other.facets(query, [kind]) == fresh.facets(query, [kind])
        fresh.close()

    same()
    cases.append(add(store, "C", LATER))
    same()
    key = key_of(store, cases[1], "tumour")
    fact = store.state(cases[1]).review.facts[key].fact
    store.decide(cases[1], 0, Proposal("correct", key, {"attributes": {**fact.attributes, "topography": "C34.1"}}), "x")
    same()
    assert other.select(Query(site=("C34",))).total == 2
    store.regroup(store.state(cases[2]).reports[0].id, cases[1], "x")
    same()
    store.add_reports(cases[0], [NewReport("d", "Examen du sein droit normal en 2021.\n")], "x")
    same()
    other.close()


def test_observations_tell_what_changed_since(store: Store) -> None:
    first = add(store, "A", LUNG)
    add(store, "B", BREAST)
    all_ = store.observations_since(None)
    assert all_.anew and len(all_.rows) == 2 and len(all_.rows[0]) == len(FIELDS) + 1
    assert not store.observations_since(all_.at).rows
    store.decide(first, 0, Proposal("reject", key_of(store, first, "tumour")), "marie")
    changed = store.observations_since(all_.at)
    assert [held[0] for held in changed.rows] == [first] and not changed.anew
    store.decide(first, 1, Proposal("undo"), "marie")
    store.regroup(store.state(first).reports[0].id, first + 1, "marie")
    assert store.observations_since(changed.at).anew
    assert store.swimmers([first + 1])[first + 1][0] == "B"


def test_a_report_is_moved_to_another_case(store: Store) -> None:
    wrong, right = add(store, "Dorade", BREAST, LUNG), add(store, "Cerfeuil", LATER)
    moved = next(report.id for report in store.state(wrong).reports if report.text == LUNG)
    assert store.regroup(moved, right, "marie") == right
    assert [len(store.state(case).reports) for case in (wrong, right)] == [1, 2]
    assert store.state(right).log[-1].action == store.state(wrong).log[-1].action == "move_report"
    assert store.state(right).status == "to_review"
    assert store.case_ids(Query(text="pémétrexed")) == [right]
    own = store.regroup(moved, None, "marie")
    assert own not in (wrong, right) and store.case_ids(Query(text="pémétrexed")) == [own]
    assert store.regroup(moved, right, "marie") == right
    with pytest.raises(UnknownCase):
        store.state(own)
    with pytest.raises(UnknownReport):
        store.regroup(moved + 1000, None, "marie")
    with pytest.raises(UnknownCase):
        store.regroup(moved, 10_000, "marie")
    assert store.case_ids(Query(text="pémétrexed")) == [right]


def test_a_report_with_decisions_stays(store: Store) -> None:
    case, other = add(store, "Dorade", BREAST, LUNG), add(store, "Cerfeuil", LATER)
    state = store.state(case)
    report = next(report for report in state.reports if report.text == BREAST)
    key = next(held.key for held in report.facts if held.fact.type == "tumour")
    store.decide(case, 0, Proposal("accept", key), "marie")
    with pytest.raises(Refused):
        store.regroup(report.id, other, "marie")
    store.decide(case, 1, Proposal("undo"), "marie")
    assert store.regroup(report.id, other, "marie") == other
    store.decide(other, store.state(other).version, Proposal("validate"), "marie")
    with pytest.raises(Refused):
        store.regroup(report.id, case, "marie")
    with pytest.raises(Refused):
        store.add_reports(other, [NewReport("x", "Un autre texte.\n")], "marie")


def test_a_case_gets_another_label(store: Store) -> None:
    case, other = add(store, "Dupont Jeanne", BREAST), add(store, "Dorade", LUNG)
    store.decide(case, 0, Proposal("validate"), "marie")
    state = store.rename(case, 1, "  Patiente\n0147 ", "paul")
    assert (state.name, state.version, state.status, state.updated_by) == ("Patiente 0147", 2, "validated", "paul")
    entry = state.log[-1]
    assert (entry.action, entry.by) == ("rename", "paul")
    assert "dupont" not in json.dumps([decision.to_json() for decision in state.log]).lower()
    assert [row.name for row in store.select(Query(sort="name")).rows] == ["Dorade", "Patiente 0147"]
    assert store.case_ids(Query(text="dupont")) == [] and store.case_ids(Query(text="0147 canalaire")) == [case]
    for name, refusal in (("Patiente 0147", Refused), ("  ", Refused)):
        with pytest.raises(refusal):
            store.rename(case, 2, name, "paul")
    with pytest.raises(Stale):
        store.rename(case, 1, "Autre", "paul")
    with pytest.raises(UnknownCase):
        store.rename(case + other, 0, "Autre", "paul")
    assert store.state(case).version == 2 and store.state(case).name == "Patiente 0147"


def test_an_erased_case_is_nowhere_any_more(store: Store) -> None:
    kept, gone = add(store, "Dorade", LUNG), add(store, "Vanneau Xylophila", BREAST, LATER)
    store.decide(gone, 0, Proposal("accept", key_of(store, gone, "tumour"), None, "Vanneau, vue ce matin"), "marie")
    store.facets(Query(), MANY), store.case_ids(Query(text="canalaire")), store.observations_since()
    with pytest.raises(Stale):
        store.erase(gone, 0, "request", "anne")
    before = store.observations_since().at
    erased = store.erase(gone, 1, "request", "anne")
    assert asdict(erased) | {"at": None} == {
        "case_id": gone, "reports": 2, "decisions": 1, "reason": "request", "by": "anne", "at": None,
    }  # fmt: skip
    assert store.erasures() == [erased]
    with pytest.raises(UnknownCase):
        store.state(gone)
    with pytest.raises(UnknownCase):
        store.erase(gone, 2, "request", "anne")
    assert store.case_ids(Query()) == [kept] and store.select(Query()).total == 1
    assert store.case_ids(Query(text="canalaire")) == store.case_ids(Query(text="vanneau")) == []
    assert all(code != "C50" for code, _ in store.facets(Query(), ["site"])["site"])
    assert [row[0] for row in store.observations_since().rows] == [kept]
    since = store.observations_since(before)
    assert since.anew and [row[0] for row in since.rows] == [kept]
    assert [patient.case_id for patient in store.patients([kept, gone])] == [kept]
    with store.reading() as connection:
        for table in Base.metadata.sorted_tables:
            if "case_id" in table.columns and table.name != "erasures":
                assert set(connection.scalars(select(table.c.case_id))) <= {kept}, table.name
    again = add(store, "Vanneau", BREAST)
    assert again > gone, "numbers are not given again"


def test_an_erased_case_leaves_no_words_in_the_file(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "store.db"))
    for number in range(30):
        add(store, f"Dorade {number}", f"{LUNG}Pièce {number}.")
    gone = add(store, "Vanneau Xylophila", f"{BREAST}Suivie pour une zygopetalose.")
    add(store, "Dorade", BREAST)
    store.add_reports(gone, [NewReport("b", LATER)], "marie")  # its words are indexed anew
    version = store.state(gone).version
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir()).lower()
    words = (b"xylophila", b"zygopetalose", b"zygopetal")
    assert all(word in held for word in words)
    store.erase(gone, version, "mistake", "anne")
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir()).lower()
    assert not any(word in left for word in words)
    assert store.case_ids(Query(text="canalaire")) and store.select(Query(text="cisplatine")).total == 30
    with store.reading() as connection:
        connection.exec_driver_sql("INSERT INTO search (search) VALUES ('integrity-check')")
    store.close()


def test_what_people_write_is_found_like_the_words_of_reports(store: Store) -> None:
    case, other = add(store, "Dorade", BREAST), add(store, "Cerfeuil", LUNG)
    key = key_of(store, case, "tumour")
    attributes = store.state(case).review.facts[key].fact.attributes
    assert store.case_ids(Query(text="lobulaire")) == store.case_ids(Query(text="8520/3")) == []
    store.decide(case, 0, Proposal("correct", key, {"attributes": {**attributes, "morphology": "8520/3"}}), "marie")
    assert store.case_ids(Query(text="lobulaire")) == store.case_ids(Query(text="8520/3")) == [case]
    assert store.case_ids(Query(text="canalaire")) == [case], "what the report says is found as before"
    report = store.state(other).reports[0].id
    added = {"type": "adverse_event", "term": "zygopetalose", "start": 0, "end": 5, "report": report}
    store.decide(other, 0, Proposal("add", None, added), "marie")
    assert store.case_ids(Query(text="zygopetalose")) == store.case_ids(Query(text="zygopet")) == [other]
    store.decide(case, 1, Proposal("accept_all", [k for k in store.state(case).review.facts if k != key]), "marie")
    assert store.case_ids(Query(text="lobulaire")) == [case]
    store.decide(case, 2, Proposal("undo", 1), "marie")
    store.decide(other, 1, Proposal("undo"), "marie")
    assert store.case_ids(Query(text="lobulaire")) == store.case_ids(Query(text="zygopetalose")) == []
    assert store.case_ids(Query(text="canalaire")) == [case]


def test_what_is_taken_out_is_what_stands(store: Store, tmp_path: Path) -> None:
    case = add(store, "Dorade / Lili", BREAST)
    twin = add(store, "Dorade / Lili", LUNG)
    key = key_of(store, case, "tumour")
    fact = store.state(case).review.facts[key].fact
    store.decide(
        case, 0, Proposal("correct", key, {"attributes": {**fact.attributes, "morphology": "8520/3"}}), "marie"
    )
    patients = {patient.case_id: patient for patient in store.patients(Query())}
    assert {patient.subject.id for patient in patients.values()} == {f"Dorade _ Lili-{case}", f"Dorade _ Lili-{twin}"}
    assert next(store.patients([case])).subject.id == f"Dorade _ Lili-{case}"
    subject = patients[case].subject
    assert [f.attributes["morphology"] for f in subject.cases[0].of_type("tumour")] == ["8520/3"]
    assert subject.history.tumours[0].morphology == "8520/3"
    assert subject.history.reports == (subject.cases[0].report.id,) == ("Dorade _ Lili-1",)
    assert [decision.action for decision in patients[case].log] == ["correct"]
    for standard in WRITERS:
        target = tmp_path / standard
        writer(standard)(
            store.subjects(Query()), Target(str(target) + (".db" if standard == "omop" else ""), many=True)
        )
    assert "8520/3" in (tmp_path / "fhir" / f"Dorade _ Lili-{case}.json").read_text("utf-8")


def test_no_label_leads_out_of_the_export_folder(store: Store) -> None:
    add(store, "../../etc/passwd", BREAST)
    add(store, "...", LUNG)
    for subject in store.subjects(Query()):
        assert "/" not in subject.id and not subject.id.startswith(".") and subject.id


def test_an_unusable_address_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("rien d'une base\n" * 100)
    for url in (str(tmp_path / "text.db"), str(tmp_path / "none" / "x.db"), "mysql://x/y", "sqlite://", "x://y",
                "postgresql+psycopg://nobody:secret@127.0.0.1:9/none"):  # fmt: skip
        with pytest.raises(StoreError) as error:
            open_store(url)
        assert "\n" not in str(error.value) and "secret" not in str(error.value)


NAMES = [*MANY, "text", "sort", "page", "ids", "age_from", "age_to", "diagnosed_from", "diagnosed_to", "updated_from",
         "updated_to", "other"]  # fmt: skip
VALUES = ["C50", "-name", "2", "2014-03", "2014-02-31", "99999999999", "carcin", '"le sein"', "0000", "9999-12-31",
          "9999"]  # fmt: skip
PARAMETERS = st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=12) | st.sampled_from(VALUES)), max_size=6)


@given(PARAMETERS)
@example([("site", "\0")])
@example([("text", "a" * 500), ("text", "b" * 500)])
@settings(deadline=None)
def test_any_parameters_are_a_query_and_its_parameters_are_the_same_query(pairs: list[tuple[str, str]]) -> None:
    query = Query.from_params(pairs)
    assert Query.from_params(query.to_params()) == query
    assert hash(query) == hash(Query.from_params(query.to_params()))


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, fresh_database: Callable[[], str]) -> Iterator[list[Store]]:
    stores = [open_store(str(tmp_path_factory.mktemp("asked") / "asked.db")), open_store(fresh_database())]
    for store in stores:
        add(store, "Cerfeuil", LUNG)
        add(store, "Dorade", BREAST)
    yield stores
    for store in stores:
        store.close()


@given(PARAMETERS)
@settings(deadline=None)
def test_any_query_is_answered_alike_by_both_databases(asked: list[Store], pairs: list[tuple[str, str]]) -> None:
    query = Query.from_params(pairs)
    found = [[(row.name, row.facts) for row in store.select(query).rows] for store in asked]
    assert found[0] == found[1]
    assert np.array_equal(*[store.case_ids(query) for store in asked])
