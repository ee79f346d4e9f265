"""The dated samples and treatments that tell when a tumour was known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anamnese.history.calendar import earliest
from anamnese.history.dating.account import Account
from anamnese.history.dating.sentence import attached_date, date_in_sentence

if TYPE_CHECKING:
    from anamnese.facts.reading import Draft

_SAMPLES = frozenset({"biopsy", "cytology"})
_GIVEN = frozenset({"surgery", "chemotherapy", "radiotherapy", "targeted", "immunotherapy"})
"""Treatments of a cancer, which is known by then."""


def sampled_first(account: Account, draft: Draft) -> str | None:
    """The day of the diagnosis where no words about a tumour date it: in a report on a specimen, the day of that,
    unless the history names the tumour; else that of the first dated sample or treatment."""
    namings = ((draft.start, draft.end), *draft.namings)
    if account.sampled is not None and all(account.reading.section(start) != "history" for start, _ in namings):
        return account.sampled
    part = account.part(draft.start)
    return earliest(_dates_of(account, "procedure", _SAMPLES, *part)) or earliest(
        [date for date in _dates_of(account, "therapy", _GIVEN, *part) if len(date) > len("2017")]
    )


def sampled_before(account: Account, pos: int) -> str | None:
    """The day of the first dated sample that is told before a place."""
    return earliest(_dates_of(account, "procedure", _SAMPLES, account.part(pos)[0], pos))


def _dates_of(account: Account, type: str, kinds: frozenset[str], start: int, end: int) -> list[str]:
    """The days told for the facts of some kinds inside a part of the text, in no order."""
    facts = [
        fact
        for fact in account.reading.facts(type)
        if fact.get("kind") in kinds and fact.status in (None, "affirmed") and start <= fact.start < end
    ]
    dates = [
        fact.get("start_date") or attached_date(account, fact) or date_in_sentence(account, fact) for fact in facts
    ]
    return [date for date in dates if date is not None]
