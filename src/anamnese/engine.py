"""From text to facts: lexicon, rooms, status, dates; a pure function of the text."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

from anamnese.case import Case, Fact, Report
from anamnese.facts import rooms
from anamnese.facts.reading import Draft, Reading
from anamnese.history.dating import date_facts
from anamnese.uncollected import uncollected


def read(text: str, id: str = "case") -> Case:
    """Read one report. Every fact's `quote` stands at `start:end` of `text`; any string gives a case."""
    with uncollected():  # a reading leaves no circles behind; looking for some costs a tenth of the time
        return _read(text, id)


def _read(text: str, id: str) -> Case:
    reading = Reading(text)
    for _, rule in rooms():
        reading.add(_kept(reading, rule(reading)))
    drafts = reading.all_facts()
    date_facts(reading, drafts)
    facts = _distinct([draft.seal(text) for draft in drafts if draft.end > draft.start])
    report = Report(
        id,
        text,
        reading.folded,
        tuple(reading.sections),
        tuple(reading.sentence_starts),
        reading.document.observed,
        next((time.value for time in reading.dates if time.birth), None),
    )
    reading.close()
    return Case(report, facts)


_NO_STATUS = frozenset({"section", "patient", "time"})


def _kept(reading: Reading, drafts: Iterable[Draft]) -> list[Draft]:
    """The drafts that stand: each given the status that the words around it tell, without what is denied."""
    kept = []
    for draft in drafts:
        if draft.status is None and draft.type not in _NO_STATUS:
            status = reading.scopes.status(draft)
            if status == "negated" and draft.type != "mention":
                if draft.type != "biomarker":
                    continue
            elif status != "affirmed":
                draft.status = status
        kept.append(draft)
    return kept


def _distinct(facts: list[Fact]) -> tuple[Fact, ...]:
    """The facts in order of place, each once."""
    facts.sort(key=_PLACE)
    distinct: list[Fact] = []
    here = 0
    """Where the facts begin that stand at one place and are of one type."""
    for fact in facts:
        if distinct:
            last = distinct[-1]
            if last.start != fact.start or last.end != fact.end or last.type != fact.type:
                here = len(distinct)
            elif fact in distinct[here:]:
                continue
        distinct.append(fact)
    return tuple(distinct)


_PLACE = attrgetter("start", "end", "type")
