"""Which date governs a fact: each place that may tell one is asked in its turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anamnese.history.calendar import shift
from anamnese.history.dating.account import Account
from anamnese.history.dating.apart import comes_after, is_behind_another, is_over
from anamnese.history.dating.carried import carried_date
from anamnese.history.dating.diagnosis import date_of_diagnosis
from anamnese.history.dating.part import date_below_heading, date_of_part
from anamnese.history.dating.sentence import attached_date, date_in_sentence
from anamnese.reading.fold import folded_re

if TYPE_CHECKING:
    from anamnese.facts.reading import Draft, Reading

_UNDATED = frozenset({"section", "patient", "time", "mention"})
_TO_COME = frozenset({"therapy", "medication", "imaging", "procedure"})
_DAY_COUNT = folded_re(r"[ ,(]{0,2}(?:obtenue? |evaluee? )?a j ?\+? ?(?P<days>[1-9]\d{1,2})\b")


def date_facts(reading: Reading, drafts: list[Draft]) -> None:
    """Give each draft the date that its place in the text tells, and a treatment its day of beginning."""
    account = Account(reading) if reading.dates else None
    for draft in drafts:
        if draft.type in _UNDATED or draft.status == "family":
            continue
        if draft.date is None:
            draft.date = _date_of(account, draft) if account is not None else draft.get("start_date")
        if draft.date is None:
            continue
        if account is not None and _to_come(account, draft, draft.date):
            draft.status = "planned"
        if draft.type == "therapy":
            draft.attributes.setdefault("start_date", draft.date)
            if draft.get("fractions") == 1:
                draft.attributes.setdefault("end_date", draft.date)


def _date_of(account: Account, draft: Draft) -> str | None:
    """The date of a fact whose own words tell none, from the first place that tells one."""
    if draft.type == "tumour":
        return date_of_diagnosis(account, draft)
    date = draft.get("start_date") or attached_date(account, draft)
    if date is None and draft.type == "response":
        date = _day_of_transplant(account, draft)
    if date is not None:
        return date
    over = draft.type == "therapy" and is_over(account, draft)
    follows = draft.type == "therapy" and (comes_after(account, draft) or is_behind_another(account, draft))
    if draft.type == "event" and account.folded.startswith("recul", draft.start):
        return None  # `un recul de 12 mois` counts from what it does not say
    date = date_in_sentence(account, draft, follows or over)
    if date is None and over:
        date = _of_transplant(account, draft)
    if date is None and draft.type == "event":
        date = date_below_heading(account, draft)
    if date is None and draft.status != "planned" and not follows and not over:
        date = date_of_part(account, draft) or carried_date(account, draft)
    return date


def _to_come(account: Account, draft: Draft, date: str) -> bool:
    """Whether an act is dated later than the document that tells of it was written."""
    return (
        account.written is not None
        and draft.type in _TO_COME
        and draft.status in (None, "affirmed")
        and len(date) == 10
        and date > account.written
    )


def _of_transplant(account: Account, draft: Draft) -> str | None:
    """The month of the transplant of a sentence, for what prepares it."""
    if not account.folded.startswith("conditionnement", draft.start):
        return None
    sentence = account.reading.sentence(draft.start)
    before = account.between(sentence.start, draft.start)
    return before[-1].value[:7] if before else None


def _day_of_transplant(account: Account, draft: Draft) -> str | None:
    """The day of a response that is counted from a transplant: `réponse complète à J100`."""
    counted = _DAY_COUNT.match(account.folded, draft.end)
    if counted is None:
        return None
    days = [
        attached_date(account, fact) or date_in_sentence(account, fact)
        for fact in account.reading.facts("therapy")
        if fact.get("kind") == "transplant" and fact.start < draft.start
    ]
    last = next((day for day in reversed(days) if day is not None and len(day) == len("2017-03-22")), None)
    return shift(last, 0, int(counted["days"]), keep="month") if last else None
