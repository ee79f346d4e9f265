"""The timeline: every event of the story in order, undated ones between their neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from anamnese.case import Fact
from anamnese.history.attribution import Attribution
from anamnese.history.courses import dates, procedures
from anamnese.history.dates import when
from anamnese.history.story import Item, Story
from anamnese.history.treatment import Treatment, own_drugs
from anamnese.labels import label
from anamnese.record import TimelineEvent, When
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


class _Entry(NamedTuple):
    event: TimelineEvent
    order: tuple[int, int]


def timeline(story: Story, treatments: Sequence[Treatment], attribution: Attribution) -> tuple[TimelineEvent, ...]:
    """The events in order: by the first day that each may be, what is told first before what is told later; an event
    without a date
    behind the one told before it, with the days of its neighbours as its bounds."""
    entries = [
        _Entry(_event(item, attribution), item.order)
        for item in story.of(*_SHOWN)
        if item.status in ("affirmed", "suspected") and (item.type != "lab" or item.get("analyte") in SERUM_MARKERS)
    ]
    for treatment in treatments:
        entries += _of_course(treatment)
    return _ordered(entries)


def _ordered(entries: Sequence[_Entry]) -> tuple[TimelineEvent, ...]:
    told = sorted(entries, key=lambda entry: entry.order)
    dated = sorted((e for e in told if e.event.when.earliest), key=lambda e: (e.event.when.earliest or "", e.order))
    behind: dict[int, list[_Entry]] = {}
    first: list[_Entry] = []
    previous: _Entry | None = None
    for entry in told:
        if entry.event.when.earliest:
            previous = entry if previous is None or not _goes_back(entry.event, previous.event) else previous
        elif previous is None:
            first.append(entry)
        else:
            behind.setdefault(id(previous.event), []).append(entry)
    ordered = [_placed(entry.event, None, dated[0] if dated else None) for entry in first]
    for i, entry in enumerate(dated):
        ordered.append(entry.event)
        after = dated[i + 1] if i + 1 < len(dated) else None
        ordered += [_placed(other.event, entry, after) for other in behind.get(id(entry.event), ())]
    return tuple(ordered)


def _goes_back(event: TimelineEvent, before: TimelineEvent) -> bool:
    """Whether the date of an event does not carry an account on past the event told before it: it may hold that day
    too, or it is that of a diagnosis told again (`récidive d'un carcinome`)."""
    earliest, latest, reached = event.when.earliest or "", event.when.latest or "", before.when.earliest or ""
    return earliest < reached and (event.what == "diagnosis" or latest >= reached)


def _placed(event: TimelineEvent, before: _Entry | None, after: _Entry | None) -> TimelineEvent:
    """An undated event between two dated ones: their days bound it where they are in order of the telling too."""
    earliest = before.event.when.earliest if before else None
    latest = after.event.when.latest if after else None
    basis = tuple(proof for entry in (before, after) if entry for proof in entry.event.proofs[:1])
    return replace(event, when=When(None, earliest, latest, "placed", basis))


def _event(item: Item, attribution: Attribution) -> TimelineEvent:
    fact = Fact(item.type, *item.span, item.quote, item.attributes, item.status, item.date)
    what = {"tumour": "diagnosis", "lab": "marker"}.get(item.type, item.type)
    return TimelineEvent(
        what,
        describe(fact, "fr"),
        describe(fact, "en"),
        when(item.date, item.certainty, item.basis),
        attribution.of(item),
        tuple(item.proofs),
        item.status,
    )


def _of_course(treatment: Treatment) -> list[_Entry]:
    """The beginning of a course, and its end where that is another day."""
    item = treatment.item
    attributes = {**item.attributes, "procedure": procedures(treatment)}
    drugs = own_drugs(treatment)
    attributes = {
        key: value for key, value in attributes.items() if value is not None and key not in ("start_date", "end_date")
    }
    if drugs:
        attributes["drugs"] = list(drugs)
    fact = Fact("therapy", *item.span, item.quote, attributes, item.status, item.date)
    words = describe(fact, "fr"), describe(fact, "en")
    proofs = tuple(proof for held in treatment.items for proof in held.proofs)
    began, ended = dates(treatment)
    entries = []
    if began.value or not ended.value:
        entries.append(
            _Entry(TimelineEvent("therapy", *words, began, treatment.tumour, proofs, item.status), item.order)
        )
    if ended.value and ended != began:
        fr, en = f"{label('therapy_end', 'fr')} : {words[0]}", f"{label('therapy_end', 'en')}: {words[1]}"
        entries.append(
            _Entry(TimelineEvent("therapy_end", fr, en, ended, treatment.tumour, proofs, item.status), item.order)
        )
    return entries
