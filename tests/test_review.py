"""Decisions over what was read: each refused where it cannot stand, replayed, taken back; the record follows."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import anamnese
from anamnese.history.build import history
from anamnese.review.actions import ACTIONS
from anamnese.review.decisions import Decision, Proposal
from anamnese.review.log import draft, made, replay, standing
from anamnese.review.reading import case_of, digest, read_report
from anamnese.review.refusal import Refused
from anamnese.review.state import About, CaseState, FactState, StoredReport
from anamnese.review.terms import observation_of, row_of, terms_of

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
BREAST = (
    "Femme de 54 ans. En mars 2014, carcinome canalaire infiltrant du sein gauche, classé pT2N1M0, RE+, HER2 négatif.\n"
    "Mastectomie gauche le 12/04/2014. Chimiothérapie par FEC 100, 3 cures, puis docétaxel, 3 cures, de mai à octobre "
    "2014.\nEn juin 2018, métastases hépatiques. Traitement par capécitabine. Dernières nouvelles en janvier 2020.\n"
)
LETTER = (
    "Patiente suivie pour un carcinome lobulaire du sein droit, diagnostiqué en mars 2014.\n"
    "Tumorectomie le 20/04/2014.\n"
    "Suspicion de métastases osseuses.\n"
)


class Desk:
    """A case on a desk: decisions are taken one after another, as the store does."""

    def __init__(self, *texts: str) -> None:
        self.reports = [
            StoredReport(number, f"cr-{number}", case_of(str(number), text, read_report(text)))
            for number, text in enumerate(texts, 1)
        ]
        self.log: list[Decision] = []
        self.state = self._state()

    def _state(self) -> CaseState:
        return CaseState(About(7, "Cas", len(self.log), NOW, NOW, "marie"), self.reports, self.log)

    def decide(self, action: str, target: Any = None, after: Any = None, note: str | None = None) -> CaseState:
        drafted = draft(self.state.start, self.log, self.state, Proposal(action, target, after, note))
        number = len(self.log) + 1
        self.log.append(made(drafted, number, number, "marie", NOW))
        self.state = self._state()
        return self.state

    def fact(self, type: str, nth: int = 0, **attributes: Any) -> FactState:
        found = [
            held
            for report in self.state.reports
            for held in report.facts
            if held.fact.type == type and attributes.items() <= held.fact.attributes.items()
        ]
        return found[nth]


@pytest.fixture
def desk() -> Desk:
    return Desk(BREAST)


@pytest.fixture
def two() -> Desk:
    return Desk(BREAST, LETTER)


def shown(state: CaseState) -> dict[str, Any]:
    """All of a case but what tells who touched it last."""
    plain = state.to_json()
    return {name: plain[name] for name in plain if name not in ("log", "version")}


def test_a_reading_comes_back_as_it_was() -> None:
    told = json.loads(json.dumps(read_report(BREAST)))
    assert case_of("cas", BREAST, told) == anamnese.read(BREAST, "cas")
    form = "RCP\n[X] Chirurgie  [ ] Radiothérapie\nCarcinome de l'œsophage, OMS : ☐ 0 ☑ 1"
    assert case_of("cas", form, read_report(form)) == anamnese.read(form, "cas")  # as to what is not ticked, too


def test_reports_that_differ_by_spaces_alone_are_the_same() -> None:
    assert digest("Femme de 54 ans.\r\n") == digest("Femme  de 54 ans.\n\n")
    assert digest("Femme de 54 ans.") != digest("Femme de 55 ans.")


def test_a_fact_is_accepted_corrected_and_rejected(desk: Desk) -> None:
    tumour = desk.fact("tumour")
    assert desk.state.status == "to_review"
    assert desk.decide("accept", tumour.key).status == "in_review"
    assert desk.fact("tumour").state == "accepted"
    state = desk.decide(
        "correct", tumour.key, {"attributes": {**tumour.fact.attributes, "topography": "C50.4"}, "date": "2014-03-07"}
    )
    corrected = desk.fact("tumour")
    assert (corrected.state, corrected.fact.attributes["topography"], corrected.fact.date) == (
        "corrected", "C50.4", "2014-03-07",
    )  # fmt: skip
    assert corrected.proposed == tumour.fact
    assert (state.history.tumours[0].topography, state.history.tumours[0].diagnosed.value) == ("C50.4", "2014-03-07")
    assert not desk.decide("reject", tumour.key).history.tumours
    assert desk.fact("tumour").state == "rejected"
    assert desk.decide("accept", tumour.key).history.tumours[0].topography == tumour.fact.attributes["topography"]


def test_a_missing_fact_is_added_with_the_words_of_the_text(desk: Desk) -> None:
    start = BREAST.index("hépatiques")
    state = desk.decide(
        "add", 1, {"type": "metastasis", "start": start, "end": start + 10, "quote": "autre chose", "site": "liver",
                   "date": "2018-06"},
    )  # fmt: skip
    added = desk.fact("metastasis", nth=-1)
    assert (added.key, added.state, added.fact.quote, added.proposed) == ("1/+1", "added", "hépatiques", None)
    assert state.review.facts["1/+1"].fact in state.cases[0].facts
    assert desk.decide("correct", "1/+1", {"attributes": {"site": "lung"}}).review.facts["1/+1"].state == "added"
    assert desk.decide("reject", "1/+1").review.facts["1/+1"].state == "rejected"
    assert desk.decide("accept", "1/+1").review.facts["1/+1"].state == "added"


@pytest.mark.parametrize(
    ("after", "why"),
    [
        ({"attributes": {"topography": "sein"}}, "topography"),
        ({"attributes": {"morphology": "8500/3"}}, "il manque : topography"),
        ({"attributes": {"topography": "C50.9", "colour": "blue"}}, "colour"),
        ({"attributes": {"topography": "C50.9"}, "date": "2014-13"}, "date"),
        ({"attributes": {"topography": "C50.9"}, "date": "2014-02-30"}, "date"),
        ({"attributes": {"topography": "C50.9"}, "status": "maybe"}, "statut"),
        ({"attributes": {"topography": "C50.9"}, "start": 3, "end": 2}, "passage"),
        ({"attributes": {"topography": "C50.9"}, "start": 0, "end": 10_000}, "passage"),
        ({"attributes": {"topography": "C50.9"}, "start": True, "end": 5}, "passage"),
        ({"attributes": {"topography": "C50.9"}, "type": "planet"}, "planet"),
        ({"attributes": []}, "attributes"),
        ({"attributes": {"topography": ["C50.9"]}}, "topography"),
        ({"attributes": {"size_mm": [12, "x"]}, "type": "lesion"}, "size_mm"),
        ({"attributes": {"analyte": "psa", "value": float("nan")}, "type": "lab"}, "value"),
        ({"attributes": {"analyte": "psa", "value": True}, "type": "lab"}, "value"),
        ({"attributes": {"name": "tamoxif\ud800ne"}, "type": "medication"}, "name"),
        ({"attributes": {"name": "tamoxif\x00ne"}, "type": "medication"}, "name"),
        ({"attributes": {"name": "tamoxifène" * 200}, "type": "medication"}, "name"),
        ({"attributes": {"topography": "C50.9"}, "date": "2014\ud800"}, "date"),
    ],
)
def test_what_the_fact_format_does_not_allow_is_refused(desk: Desk, after: Any, why: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.decide("correct", desk.fact("tumour").key, after)
    assert why in refused.value.message_fr and refused.value.message_en
    assert len(refused.value.message_fr.encode()) < 300, "any answer can hold it"


@pytest.mark.parametrize(
    ("action", "target", "after"),
    [
        ("accept", "1/999", None), ("accept", None, None), ("accept", ["1/0"], None), ("dance", "1/0", None),
        ("add", 2, {"type": "metastasis", "start": 0, "end": 5, "site": "liver"}),
        ("add", True, {"type": "metastasis", "start": 0, "end": 5, "site": "liver"}),
        ("accept_all", [], None), ("accept_all", "1/0", None), ("accept_all", [["1/0"]], None),
        ("merge_tumours", ["1/0"], None), ("split_tumour", ["1/0"], None),
        ("resolve_finding", "0000", None), ("comment", None, None), ("reopen", None, None), ("undo", None, None),
        ("undo", "12", None), ("add_report", "1", None),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(desk: Desk, action: str, target: Any, after: Any) -> None:
    with pytest.raises(Refused):
        desk.decide(action, target, after)


def test_the_same_again_is_refused(desk: Desk) -> None:
    tumour = desk.fact("tumour")
    desk.decide("accept", tumour.key)
    with pytest.raises(Refused):
        desk.decide("accept", tumour.key)
    with pytest.raises(Refused):
        desk.decide("correct", tumour.key, {"attributes": tumour.fact.attributes, "date": tumour.fact.date})
    fact = tumour.fact.to_json()
    with pytest.raises(Refused):
        desk.decide("add", 1, fact)


def test_all_that_is_open_is_accepted_at_once(desk: Desk) -> None:
    first, second, third = (desk.fact("therapy", nth) for nth in range(3))
    desk.decide("reject", second.key)
    desk.decide("accept_all", [first.key, second.key, third.key])
    assert [desk.state.review.facts[held.key].state for held in (first, second, third)] == [
        "accepted", "rejected", "accepted",
    ]  # fmt: skip
    assert desk.log[-1].after == {"state": "accepted", "keys": [first.key, third.key]}


def test_a_validated_case_must_be_reopened(desk: Desk) -> None:
    state = desk.decide("validate", note="relu")
    assert (state.status, state.validated_by, state.validated_at) == ("validated", "marie", NOW)
    assert desk.log[-1].after and desk.log[-1].after["unreviewed"] == len(desk.state.review.facts)
    for action, target in (("accept", desk.fact("tumour").key), ("validate", None)):
        with pytest.raises(Refused):
            desk.decide(action, target)
    assert desk.decide("comment", note="vu en RCP").status == "validated"
    assert desk.decide("reopen").status == "in_review"
    assert desk.decide("accept", desk.fact("tumour").key).validated_by is None


def test_a_signature_tells_what_was_signed(desk: Desk) -> None:
    signed = desk.decide("validate").log[-1].after
    again = Desk(BREAST).decide("validate").log[-1].after
    other = Desk(BREAST)
    other.decide("reject", other.fact("tumour").key)
    assert signed and again and signed["digest"] == again["digest"]
    changed = other.decide("validate").log[-1].after
    assert changed and changed["digest"] != signed["digest"]
    arranged = Desk(BREAST, LETTER)
    plain = Desk(BREAST, LETTER).decide("validate").log[-1].after
    arranged.decide("merge_tumours", [key for group in arranged.state.groups["tumours"] for key in group])
    merged = arranged.decide("validate").log[-1].after
    assert plain and merged and plain["digest"] != merged["digest"]


def test_undo_takes_back_the_last_decision_that_stands(desk: Desk) -> None:
    before = shown(desk.state)
    first, second = desk.fact("tumour"), desk.fact("therapy")
    desk.decide("accept", first.key)
    middle = shown(desk.state)
    desk.decide("reject", second.key)
    assert shown(desk.decide("undo")) == middle
    assert shown(desk.decide("undo")) == before
    assert desk.state.status == "to_review"
    with pytest.raises(Refused):
        desk.decide("undo")
    assert [decision.action for decision in standing(desk.log)] == []


def test_a_named_decision_is_taken_back_where_nothing_rests_on_it(desk: Desk) -> None:
    tumour, therapy = desk.fact("tumour"), desk.fact("therapy")
    desk.decide("correct", tumour.key, {"attributes": {**tumour.fact.attributes, "grade": "2"}})
    desk.decide("reject", therapy.key)
    desk.decide("correct", tumour.key, {"attributes": {**tumour.fact.attributes, "grade": "3"}})
    with pytest.raises(Refused) as refused:
        desk.decide("undo", 1)
    assert "3" in refused.value.message_fr
    desk.decide("undo", 2)
    assert desk.fact("therapy").state == "proposed"
    desk.decide("undo", 3)
    desk.decide("undo", "1")
    assert desk.fact("tumour").fact == tumour.fact


def test_what_rests_on_an_added_fact_keeps_it(desk: Desk) -> None:
    start = BREAST.index("hépatiques")
    desk.decide("add", 1, {"type": "metastasis", "start": start, "end": start + 10, "site": "liver"})
    desk.decide("correct", "1/+1", {"attributes": {"site": "lung"}})
    with pytest.raises(Refused):
        desk.decide("undo", 1)
    desk.decide("undo", 2)
    desk.decide("undo", 1)
    assert "1/+1" not in desk.state.review.facts


def test_tumours_are_merged_and_split(two: Desk) -> None:
    tumours = two.state.history.tumours
    assert len(tumours) == 2
    keys = [two.state.key(tumour.proofs[0]) for tumour in tumours]
    merged = two.decide("merge_tumours", keys)
    assert len(merged.history.tumours) == 1
    assert {merged.key(proof) for proof in merged.history.tumours[0].proofs} >= set(keys)
    with pytest.raises(Refused):
        two.decide("merge_tumours", keys)
    split = two.decide("split_tumour", [keys[1]])
    assert len(split.history.tumours) == 2
    with pytest.raises(Refused):
        two.decide("split_tumour", [keys[1]])
    assert len(two.decide("merge_tumours", keys).history.tumours) == 1
    assert len(two.decide("undo").history.tumours) == 2


def test_one_tumour_told_in_two_reports_can_be_two() -> None:
    desk = Desk(BREAST, "Carcinome canalaire infiltrant du sein gauche opéré en 2014. Surveillance en mars 2021.\n")
    assert len(desk.state.history.tumours) == 1
    second = next(held.key for held in desk.state.reports[1].facts if held.fact.type == "tumour")
    state = desk.decide("split_tumour", [second])
    assert [[state.key(proof) for proof in tumour.proofs] for tumour in state.history.tumours].count([second]) == 1
    assert len(state.history.tumours) == 2


def test_courses_are_merged_and_split(desk: Desk) -> None:
    def courses(state: CaseState) -> list[set[str]]:
        return [
            {key for key in map(state.key, course.proofs) if state.review.facts[key].fact.type == "therapy"}
            for tumour in state.history.tumours
            for episode in tumour.episodes
            for course in episode.courses
        ]

    before = courses(desk.state)
    pair = [next(iter(group)) for group in before[1:3]]
    merged = desk.decide("merge_courses", pair)
    assert set(pair) in courses(merged) and len(courses(merged)) == len(before) - 1
    one = next(
        course
        for tumour in merged.history.tumours
        for episode in tumour.episodes
        for course in episode.courses
        if {merged.key(proof) for proof in course.proofs} >= set(pair)
    )
    assert {drug.name for drug in one.drugs} >= {"docétaxel"} and len(one.drugs) > 1
    assert courses(desk.decide("split_course", [pair[1]])) == before


def test_a_course_told_in_two_reports_can_be_two() -> None:
    text = "Chimiothérapie par docétaxel du 3 mai 2014 au 8 octobre 2014 pour un carcinome du sein gauche. {}\n"
    desk = Desk(text.format("Bien toléré."), text.format("Surveillance en 2016."))
    record = desk.state.groups["courses"]
    assert [len(group) for group in record] == [2]
    state = desk.decide("split_course", [record[0][1]])
    assert [len(group) for group in state.groups["courses"]] == [1, 1]


def test_without_an_arrangement_the_record_is_that_of_the_rules(two: Desk) -> None:
    assert two.state.history == history([report.case for report in two.reports])


def test_findings_are_resolved_dismissed_and_opened_again() -> None:
    desk = Desk("Femme de 60 ans. Adénocarcinome de la prostate diagnostiqué en mars 2015.\n")
    finding = desk.state.findings[0]
    assert finding.state == "open" and finding.keys
    assert any(held.conflict for held in desk.state.reports[0].facts if held.key in finding.keys)
    desk.decide("dismiss_finding", finding.key, note="faute de frappe")
    held = next(f for f in desk.state.findings if f.key == finding.key)
    assert (held.state, held.note, held.by) == ("dismissed", "faute de frappe", "marie")
    with pytest.raises(Refused):
        desk.decide("dismiss_finding", finding.key)
    desk.decide("resolve_finding", finding.key)
    desk.decide("reopen_finding", finding.key)
    assert next(f for f in desk.state.findings if f.key == finding.key).state == "open"
    desk.decide("undo")
    assert next(f for f in desk.state.findings if f.key == finding.key).state == "resolved"


def test_a_correction_changes_the_findings_at_once() -> None:
    desk = Desk("Femme de 60 ans. Adénocarcinome de la prostate diagnostiqué en mars 2015.\n")
    assert "tumour_of_other_sex" in {held.finding.rule for held in desk.state.findings}
    patient = desk.fact("patient")
    state = desk.decide("correct", patient.key, {"attributes": {"sex": "male", "age_years": 60}})
    assert "tumour_of_other_sex" not in {held.finding.rule for held in state.findings}
    assert "tumour_of_other_sex" in {held.finding.rule for held in desk.decide("undo").findings}


def test_suspected_facts_are_doubts_until_they_are_reviewed(two: Desk) -> None:
    suspected = next(held for report in two.state.reports for held in report.facts if held.doubt)
    assert suspected.fact.status == "suspected"
    state = two.decide("accept", suspected.key)
    assert not any(held.doubt for report in state.reports for held in report.facts if held.key == suspected.key)


def test_the_plain_case_names_facts_by_their_keys(two: Desk) -> None:
    two.decide("reject", two.fact("stage").key)
    plain = json.loads(json.dumps(two.state.to_json()))
    keys = {fact["key"] for report in plain["reports"] for fact in report["facts"]}
    rejected = {fact["key"] for report in plain["reports"] for fact in report["facts"] if fact["state"] == "rejected"}
    assert keys == set(two.state.review.facts) and len(rejected) == 1

    def proofs(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [key for name in ("proofs", "basis", "history_proofs", "keys") for key in _strings(value.get(name))]
            return own + [key for part in value.values() for key in proofs(part)]
        return [key for part in value for key in proofs(part)] if isinstance(value, list) else []

    named = set(proofs(plain["history"])) | set(proofs(plain["summary_fr"])) | set(proofs(plain["findings"]))
    assert named and named <= keys - rejected


def _strings(value: Any) -> list[str]:
    return [part for part in value if isinstance(part, str)] if isinstance(value, list) else []


def test_a_row_tells_of_the_current_facts(two: Desk) -> None:
    observed = observation_of(two.state)
    assert {("site", "C50"), ("treatment", "surgery"), ("biomarker", "HER2=negative")} <= terms_of(two.state, observed)
    row = row_of(two.state, observed)
    assert (row["topography"][:3], row["sex"], row["reports"]) == ("C50", "female", 2)
    two.decide("reject", two.fact("biomarker", name="HER2").key)
    assert not {code for kind, code in terms_of(two.state, observation_of(two.state)) if code.startswith("HER2")}


PROPOSALS = st.tuples(
    st.sampled_from([*ACTIONS, *["undo"] * 6, *["accept", "reject", "correct", "add"] * 2]),
    st.integers(0, 10_000),
    st.integers(0, 10_000),
    st.sampled_from([None, "vu", "à revoir"]),
)
ATTRIBUTES = {
    "tumour": {"topography": "C50.4", "morphology": "8500/3"},
    "therapy": {"kind": "chemotherapy", "drugs": ["docétaxel"]},
    "metastasis": {"site": "bone"},
    "event": {"kind": "death"},
}


def _proposal(desk: Desk, action: str, a: int, b: int, note: str | None) -> Proposal:
    """Something that a person might ask for, often what cannot stand."""
    keys = sorted(desk.state.review.facts)
    types = ("tumour",) if "tumour" in action else ("therapy",)
    own = sorted(key for key in keys if desk.state.review.facts[key].fact.type in types)
    kinds = sorted(ATTRIBUTES)
    date = (None, "2014", "2015-03", "2016-02-29")[b % 4]
    if action in ("merge_tumours", "split_tumour", "merge_courses", "split_course"):
        chosen = [own[a % len(own)], own[b % len(own)]] if own else []
        return Proposal(action, chosen if action.startswith("merge") else chosen[:1], None, note)
    if action == "accept_all":
        return Proposal(action, [keys[a % len(keys)], keys[b % len(keys)]], None, note)
    if action == "correct":
        key = keys[a % len(keys)]
        fact = desk.state.review.facts[key].fact
        attributes = ATTRIBUTES.get(fact.type, fact.attributes)
        return Proposal(action, key, {"attributes": attributes, "date": date}, note)
    if action == "add":
        start = a % (len(BREAST) - 30)
        kind = kinds[b % len(kinds)]
        after = {"type": kind, "start": start, "end": start + 12, **ATTRIBUTES[kind], "date": date}
        return Proposal(action, 1 + b % 2, after, note)
    if action.endswith("_finding"):
        findings = desk.state.findings
        return Proposal(action, findings[a % len(findings)].key if findings else "", None, note)
    if action == "undo":
        return Proposal(action, None if b % 2 else a % (len(desk.log) + 1), None, note)
    return Proposal(action, keys[a % len(keys)] if action in ("accept", "reject") else None, None, note)


@given(st.lists(PROPOSALS, min_size=1, max_size=14))
@example([(action, a, a, None) for a, action in enumerate(["validate", "comment", "reopen", "accept", "validate"])])
@example([("merge_tumours", 0, 1, "vu"), ("split_tumour", 0, 0, None), ("undo", 1, 0, None), ("undo", 0, 0, None)])
@example([("merge_courses", 0, 1, "vu"), ("split_course", 1, 0, None), ("reject", 5, 0, None), ("undo", 0, 1, None)])
@example([("dismiss_finding", 0, 0, "vu"), ("resolve_finding", 0, 0, None), ("reopen_finding", 0, 0, None)])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_decisions_and_undos(asked: list[tuple[str, int, int, str | None]]) -> None:
    """Proposed facts never change; what is refused changes nothing; replaying the log gives what one decision after
    another gave; undoing the last decision restores what was before it; the record can always be made."""
    desk = Desk(BREAST, LETTER)
    read = {key: held.proposed for key, held in desk.state.review.facts.items()}
    start = incremental = desk.state.start
    for action, a, b, note in asked:
        before = desk.state
        proposal = _proposal(desk, action, a, b, note)
        try:
            desk.decide(proposal.action, proposal.target, proposal.after, proposal.note)
        except Refused as refused:
            assert refused.message_fr and refused.message_en
            continue
        taken = desk.log[-1]
        incremental = ACTIONS[taken.action].apply(incremental, taken) if action != "undo" else replay(start, desk.log)
        assert incremental == desk.state.review == replay(start, desk.log)
        held = desk.state.review.facts
        assert {key: fact.proposed for key, fact in held.items() if fact.proposed} == read
        json.dumps(desk.state.to_json())
        if action != "undo":
            undone = draft(start, desk.log, desk.state, Proposal("undo"))
            log = [*desk.log, made(undone, len(desk.log) + 1, len(desk.log) + 1, "paul", NOW)]
            after = CaseState(before.about, desk.reports, log)
            assert after.review == before.review
            assert shown(after) == shown(before)
