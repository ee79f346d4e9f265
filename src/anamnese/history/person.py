"""The person of a record: sex, age, birth, vital status, last news, performance status, relevant history."""

from __future__ import annotations

from anamnese.case import Case, Fact
from anamnese.history.dates import when
from anamnese.history.story import Item, Story
from anamnese.record import Measure, PatientRecord, Proof, When


def person(story: Story) -> PatientRecord:
    """The patient's part of the record, from the patients of all reports."""
    told = [
        (case, place, fact) for case in story.cases for place, fact in enumerate(case.facts) if fact.type == "patient"
    ]
    proofs = tuple(Proof(case.report.id, place) for case, place, _ in told)
    sexes = [fact.attributes["sex"] for _, _, fact in told if fact.attributes.get("sex")]
    aged = next(
        ((case, place, fact) for case, place, fact in told if fact.attributes.get("age_years") is not None), None
    )
    birth_date = next((case.report.birth_date for case in story.cases if case.report.birth_date), None)
    deaths = [item for item in story.of("event") if item.get("kind") == "death" and item.status == "affirmed"]
    return PatientRecord(
        sex=max(sorted(set(sexes)), key=sexes.count, default=None),
        age_years=aged[2].attributes["age_years"] if aged else None,
        age_at=_age_at(aged[0], aged[1], aged[2]) if aged else When(certainty="placed"),
        birth_year=_birth_year(told, birth_date),
        birth_date=birth_date,
        vital_status="dead" if deaths else "alive" if _last_news(story) else None,
        last_news=_news(story),
        death=when(
            next((item.date for item in deaths if item.date), None), "stated", tuple(deaths[0].proofs) if deaths else ()
        ),
        performance_status=tuple(
            Measure(item.get("scale"), item.get("value"), None, None, when(item.date, "inferred"), tuple(item.proofs))
            for item in story.of("performance_status")
        ),
        history=_relevant(story),
        proofs=proofs,
    )


def _first_date(case: Case) -> str | None:
    """The date that an age told in a report most likely holds at: the report's own, else the first that it dates a finding by."""
    return case.report.date or next(
        (fact.date for fact in case.facts if fact.date and fact.type not in ("patient", "time")), None
    )


def _age_at(case: Case, place: int, fact: Fact) -> When:
    if fact.date:
        return when(fact.date)
    return when(_first_date(case), "inferred", (Proof(case.report.id, place),))


def _birth_year(told: list[tuple[Case, int, Fact]], birth_date: str | None) -> tuple[int, int] | None:
    """The years of birth that all ages told at dated reports allow; None where none is dated, or they disagree."""
    if birth_date:
        return int(birth_date[:4]), int(birth_date[:4])
    low, high = 0, 9999
    for case, _, fact in told:
        age, date = fact.attributes.get("age_years"), case.report.date or _first_date(case)
        if age is None or date is None:
            continue
        year = int(date[:4]) - int(age)
        low, high = max(low, year - 1), min(high, year)
    return (low, high) if low <= high < 9999 else None


def _last_news(story: Story) -> Item | None:
    dated = [
        item for item in story.items
        if item.date and item.status in ("affirmed", "suspected") and item.type in ("event", "response", "imaging", "lab", "vital", "performance_status", "procedure", "therapy")
    ]  # fmt: skip
    return max(dated, key=lambda item: (item.date or "", item.order), default=None)


def _news(story: Story) -> When:
    """The date of the last news: that of a follow-up told as such, else the latest of what was observed or done."""
    told = [item for item in story.of("event") if item.get("kind") in ("last_follow_up", "death") and item.date]
    latest = _last_news(story)
    stated = max(told, key=lambda item: item.date or "", default=None)
    if stated is not None and (latest is None or (stated.date or "") >= (latest.date or "")[: len(stated.date or "")]):
        return when(stated.date, "stated", tuple(stated.proofs))
    if latest is None:
        return When(certainty="placed")
    return when(latest.date, "inferred", tuple(latest.proofs))


def _relevant(story: Story) -> tuple[str, ...]:
    """Cancers of relatives in the report's words."""
    return tuple(dict.fromkeys(" ".join(item.quote.split()) for item in story.items if item.status == "family"))
