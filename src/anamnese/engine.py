"""From text to facts: lexicon, rooms, status, dates; a pure function of the text."""

from __future__ import annotations

from collections.abc import Iterable

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
    facts = _sealed([draft for draft in drafts if draft.end > draft.start], text)
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


def _sealed(drafts: list[Draft], text: str) -> tuple[Fact, ...]:
    """The facts of drafts in order of place and type, each once."""
    drafts.sort()
    facts: list[Fact] = []
    here = 0
    """Where the facts begin that stand at one place and are of one type."""
    last: Draft | None = None
    for draft in drafts:
        fact = draft.seal(text)
        if last is None or last.start != draft.start or last.end != draft.end or last.type != draft.type:
            here, last = len(facts), draft
        elif fact in facts[here:]:
            continue
        facts.append(fact)
    return tuple(facts)
