"""The person of a record: sex, age, birth, vital status, last news, performance status, relevant history."""

from __future__ import annotations

import re
from collections.abc import Sequence

from anamnese.case import Case, Fact
from anamnese.history.calendar import first_day
from anamnese.history.dates import when
from anamnese.history.story import Item, Story
from anamnese.history.tumours import Primary
from anamnese.record import Measure, PatientRecord, Proof, When

_NEWS = frozenset(
    ("event", "response", "imaging", "lab", "vital", "performance_status", "procedure", "therapy", "adverse_event")
)
"""What tells that the patient was seen."""

_FINDINGS = frozenset(("tumour", "imaging", "procedure", "event", "lab", "metastasis", "lesion"))
_PAUSE = re.compile(r"[.,;:()\n]\s?")
_CLAUSE = 80
"""The most characters of a relative's disease told before its name and behind it."""


def person(story: Story, tumours: Sequence[Primary]) -> PatientRecord:
    """The patient's part of the record, from the patients of all reports."""
    told = [
        (page.case, place, fact)
        for page in story.pages
        for place, fact in enumerate(page.case.facts)
        if fact.type == "patient" and page.patient(fact.start) == 0
    ]
    sexes = [fact.attributes["sex"] for _, _, fact in told if fact.attributes.get("sex")]
    aged = next((one for one in told if one[2].attributes.get("age_years") is not None), None)
    birth_date = next((case.report.birth_date for case in story.cases if case.report.birth_date), None)
    deaths = [
        item
        for item in story.of("event")
        if item.get("kind") == "death" and item.status == "affirmed" and _of_first(story, item)
    ]
    death = next((item for item in deaths if item.date), deaths[0] if deaths else None)
    latest = _latest(story)
    relevant = _relevant(story, tumours)
    return PatientRecord(
        sex=max(sorted(set(sexes)), key=sexes.count, default=None),
        age_years=aged[2].attributes["age_years"] if aged else None,
        age_at=_age_at(*aged) if aged else When(certainty="placed"),
        birth_year=_birth_year(told, birth_date),
        birth_date=birth_date,
        vital_status="dead" if death else "alive" if latest else None,
        last_news=_news(story, latest),
        death=when(death.date, death.certainty, (*death.proofs, *death.basis)) if death else When(certainty="placed"),
        performance_status=tuple(
            Measure(
                str(item.get("scale")),
                item.get("value"),
                None,
                None,
                when(item.date, item.certainty, item.basis),
                tuple(item.proofs),
            )
            for item in sorted(story.of("performance_status"), key=lambda item: (item.date or "", item.order))
        ),
        history=tuple(relevant),
        proofs=tuple(Proof(case.report.id, place) for case, place, _ in told),
        history_proofs=tuple(relevant.values()),
    )


def _of_first(story: Story, item: Item) -> bool:
    """Whether an item tells of the first patient of a report: the record is that patient's."""
    return story.page(item).patient(item.span[0]) == 0


def _first_date(case: Case) -> tuple[str | None, tuple[Proof, ...]]:
    """The date that an age told in a report most likely holds at: the report's own, else the first that it dates a
    finding by, else the first that it dates anything by (operations of the antecedents are often told first)."""
    if case.report.date:
        return case.report.date, ()
    dated = [(place, fact) for place, fact in enumerate(case.facts) if fact.date and fact.status == "affirmed"]
    dated = [one for one in dated if one[1].type not in ("patient", "time")]
    found = [one for one in dated if one[1].type in _FINDINGS]
    for place, fact in (found or dated)[:1]:
        return fact.date, (Proof(case.report.id, place),)
    return None, ()


def _age_at(case: Case, place: int, fact: Fact) -> When:
    if fact.date:
        return when(fact.date, "stated", (Proof(case.report.id, place),))
    date, basis = _first_date(case)
    return when(date, "inferred" if date else "placed", basis)


def _birth_year(told: list[tuple[Case, int, Fact]], birth_date: str | None) -> tuple[int, int] | None:
    """The years of birth that all ages told at dated reports allow; None where none is dated, or they disagree."""
    if birth_date:
        return int(birth_date[:4]), int(birth_date[:4])
    low, high = 0, 9999
    for case, _, fact in told:
        age, date = fact.attributes.get("age_years"), fact.date or _first_date(case)[0]
        if age is None or date is None:
            continue
        year = int(date[:4]) - int(age)
        low, high = max(low, year - 1), min(high, year)
    return (low, high) if low <= high < 9999 else None


def _latest(story: Story) -> Item | None:
    """The last dated item that tells of the patient."""
    dated = [item for item in story.items if item.date and item.type in _NEWS and _of_first(story, item)]
    dated = [item for item in dated if item.status in ("affirmed", "suspected")]
    return max(dated, key=lambda item: (first_day(item.date or ""), item.order), default=None)


def _news(story: Story, latest: Item | None) -> When:
    """The date of the last news: that of a follow-up or death told as such, else the latest of what was observed or
    done."""
    told = [item for item in story.of("event") if item.get("kind") in ("last_follow_up", "death") and item.date]
    stated = max(told, key=lambda item: first_day(item.date or ""), default=None)
    if (
        stated is not None
        and stated.date
        and (latest is None or stated.date >= (latest.date or "")[: len(stated.date)])
    ):
        return when(stated.date, stated.certainty, tuple(stated.proofs))
    if latest is None:
        return When(certainty="placed")
    return when(latest.date, "inferred", tuple(latest.proofs))


def _relevant(story: Story, tumours: Sequence[Primary]) -> dict[str, Proof]:
    """Relevant history in the reports' words: cancers of relatives, earlier benign tumours, usual treatments (what is
    given in the part of the antecedents, undated, and in no course)."""
    items = [item for item in story.items if item.status == "family"]
    if len(tumours) > 1:
        items += [tumour.tellings[0] for tumour in tumours[:-1] if not tumour.malignant]
    in_courses = {drug for item in story.of("therapy") for drug in item.get("drugs") or ()}
    items += [
        item
        for item in story.of("medication")
        if item.date is None
        and item.status == "affirmed"
        and item.get("name") not in in_courses
        and _in_antecedents(story, item)
    ]
    found: dict[str, Proof] = {}
    for item in items:
        found.setdefault(_in_words(story, item), item.proofs[0])
    return found


def _in_words(story: Story, item: Item) -> str:
    """A piece of history in the report's words; of a relative's disease, the clause around it, which tells of whom."""
    if item.status != "family":
        return " ".join(item.quote.split())
    page = story.page(item)
    sentence = page.sentence(item.span[0])
    start = max(
        (match.end() for match in _PAUSE.finditer(page.folded, sentence.start, item.span[0])), default=sentence.start
    )
    end = _PAUSE.search(page.folded, item.span[1], max(item.span[1], sentence.end))
    start = max(start, item.span[0] - _CLAUSE)
    return " ".join(page.text[start : min(end.start() if end else sentence.end, item.span[1] + _CLAUSE)].split())


def _in_antecedents(story: Story, item: Item) -> bool:
    kind = None
    for section in story.page(item).case.report.sections:
        if section.heading.start > item.span[0]:
            break
        kind = section.kind
    return kind == "history"
