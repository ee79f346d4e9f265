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
    account = Account(reading)
    for draft in drafts:
        if draft.type in _UNDATED or draft.status == "family":
            continue
        if draft.type == "tumour":
            if draft.date is None:
                draft.date = date_of_diagnosis(account, draft)
            continue
        if draft.date is None:
            draft.date = draft.get("start_date") or attached_date(account, draft)
        if draft.date is None and draft.type == "response" and (day := _day_of_transplant(account, draft)):
            draft.date = day
        over = draft.date is None and draft.type == "therapy" and is_over(account, draft)
        follows = (
            draft.date is None
            and draft.type == "therapy"
            and (comes_after(account, draft) or is_behind_another(account, draft))
        )
        if draft.date is None and draft.type == "event" and account.folded.startswith("recul", draft.start):
            continue  # `un recul de 12 mois` counts from what it does not say
        if draft.date is None:
            draft.date = date_in_sentence(account, draft, follows or over)
        if draft.date is None and over:
            draft.date = _of_transplant(account, draft)
        if draft.date is None and draft.type == "event":
            draft.date = date_below_heading(account, draft)
        if draft.date is None and draft.status != "planned" and not follows and not over:
            draft.date = date_of_part(account, draft) or carried_date(account, draft)
        if _to_come(account, draft):
            draft.status = "planned"
        if draft.type == "therapy" and draft.date is not None:
            draft.attributes.setdefault("start_date", draft.date)
            if draft.get("fractions") == 1:
                draft.attributes.setdefault("end_date", draft.date)


def _to_come(account: Account, draft: Draft) -> bool:
    """Whether an act is dated later than the document that tells of it was written."""
    return (
        draft.status in (None, "affirmed")
        and draft.type in _TO_COME
        and account.written is not None
        and draft.date is not None
        and len(draft.date) == 10
        and draft.date > account.written
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
