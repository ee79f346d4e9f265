"""The timeline: every event of the story in order, undated ones between their neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from anamnese.history.attribution import Attribution
from anamnese.history.dates import when
from anamnese.history.story import Item, Story
from anamnese.history.treatment import Treatment
from anamnese.labels import label
from anamnese.record import Course, Proof, TimelineEvent, When
from anamnese.sheet import describe

_SHOWN = (
    "tumour", "metastasis", "stage", "response", "event", "imaging", "procedure", "adverse_event", "lesion",
    "performance_status", "lab",
)  # fmt: skip
SERUM_MARKERS = frozenset({
    "cea", "ca 15-3", "ca 125", "ca 19-9", "ca 72-4", "psa", "afp", "hcg", "ldh", "nse", "scc", "chromogranine a",
    "calcitonine", "thyroglobuline", "bêta-2 microglobuline", "cyfra 21-1", "he4",
})  # fmt: skip
"""Analytes that follow a tumour; the timeline shows no others."""
_NAMED = {"tumour": "diagnosis", "lab": "marker"}
"""Fact types whose events have another name."""
_TOLD_BY_THE_RECORD = frozenset({"start_date", "end_date", "procedure"})
"""Attributes of a treatment that its course tells better."""


@dataclass(slots=True, eq=False)
class _Entry:
    """An event in the making, with its place in the telling and its first day, where that is known."""

    what: str
    label_fr: str
    label_en: str
    when: When
    tumour: int | None
    proofs: tuple[Proof, ...]
    status: str
    order: tuple[int, int]
    earliest: str | None

    def event(self, when: When) -> TimelineEvent:
        """The event at its time."""
        return TimelineEvent(self.what, self.label_fr, self.label_en, when, self.tumour, self.proofs, self.status)


@dataclass(slots=True, eq=False)
class _Given:
    """A treatment as its course tells it, to be described."""

    type: str
    attributes: dict[str, Any]


_TOLD, _FIRST_DAY = attrgetter("order"), attrgetter("earliest")


def timeline(
    story: Story, treatments: Sequence[Treatment], courses: Sequence[Course], attribution: Attribution
) -> tuple[TimelineEvent, ...]:
    """The events in order: by the first day that each may be, what is told first before what is told later; an event
    without a date
    behind the one told before it, with the days of its neighbours as its bounds."""
    entries = [
        _event(item, attribution)
        for item in story.of(*_SHOWN)
        if item.status in ("affirmed", "suspected") and (item.type != "lab" or item.get("analyte") in SERUM_MARKERS)
    ]
    for treatment, course in zip(treatments, courses, strict=True):
        entries += _of_course(treatment, course)
    return _ordered(entries)


def _ordered(entries: Sequence[_Entry]) -> tuple[TimelineEvent, ...]:
    told = sorted(entries, key=_TOLD)
    dated = sorted([entry for entry in told if entry.earliest], key=_FIRST_DAY)
    behind: dict[int, list[_Entry]] = {}
    first: list[_Entry] = []
    previous: _Entry | None = None
    for entry in told:
        if entry.earliest:
            previous = entry if previous is None or not _goes_back(entry, previous) else previous
        elif previous is None:
            first.append(entry)
        else:
            behind.setdefault(id(previous), []).append(entry)
    ordered = [entry.event(_placed(None, dated[0] if dated else None)) for entry in first]
    for i, entry in enumerate(dated):
        ordered.append(entry.event(entry.when))
        after = dated[i + 1] if i + 1 < len(dated) else None
        ordered += [other.event(_placed(entry, after)) for other in behind.get(id(entry), ())]
    return tuple(ordered)


def _goes_back(entry: _Entry, before: _Entry) -> bool:
    """Whether the date of an event does not carry an account on past the event told before it: it may hold that day
    too, or it is that of a diagnosis told again (`récidive d'un carcinome`)."""
    reached = before.earliest or ""
    return (entry.earliest or "") < reached and (entry.what == "diagnosis" or (entry.when.latest or "") >= reached)


def _placed(before: _Entry | None, after: _Entry | None) -> When:
    """When an undated event between two dated ones was: their days bound it where they are in order of the telling
    too."""
    latest = after.when.latest if after else None
    basis = tuple([proof for entry in (before, after) if entry for proof in entry.proofs[:1]])
    return When(None, before.earliest if before else None, latest, "placed", basis)


def _event(item: Item, attribution: Attribution) -> _Entry:
    day = when(item.date, item.certainty, item.basis)
    return _Entry(
        _NAMED.get(item.type, item.type),
        describe(item, "fr"),
        describe(item, "en"),
        day,
        attribution.of(item),
        tuple(item.proofs),
        item.status,
        item.order,
        day.earliest,
    )


def _of_course(treatment: Treatment, course: Course) -> list[_Entry]:
    """The beginning of a course, and its end where that is another day."""
    item = treatment.item
    attributes = {
        key: value for key, value in item.attributes.items() if value is not None and key not in _TOLD_BY_THE_RECORD
    }
    if course.procedure is not None:
        attributes["procedure"] = course.procedure
    if course.drugs:
        attributes["drugs"] = [drug.name for drug in course.drugs]
    given = _Given("therapy", attributes)
    fr, en = describe(given, "fr"), describe(given, "en")
    tumour, proofs, status, order = treatment.tumour, tuple(treatment.proofs), item.status, item.order
    began, ended = course.start, course.end
    entries = []
    if began.value or not ended.value:
        entries.append(_Entry("therapy", fr, en, began, tumour, proofs, status, order, began.earliest))
    if ended.value and ended != began:
        fr, en = f"{label('therapy_end', 'fr')} : {fr}", f"{label('therapy_end', 'en')}: {en}"
        entries.append(_Entry("therapy_end", fr, en, ended, tumour, proofs, status, order, ended.earliest))
    return entries
