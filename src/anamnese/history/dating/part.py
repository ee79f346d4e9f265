"""The date of a fact that the heading of its part tells, or the day of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anamnese.history.dating.account import OBSERVED_TODAY, Account
from anamnese.history.dating.apart import is_aside
from anamnese.history.dating.samples import sampled_first
from anamnese.reading.fold import folded_re

if TYPE_CHECKING:
    from anamnese.facts.reading import Draft

_FIRST_DAY = folded_re(r"\bc ?1 ?[,/-]? ?j ?1\b[^.;\n]{0,40}$")
_SHOWN = frozenset({"lab", "biomarker", "lesion", "metastasis", "response"})
"""Types of fact that an examination of one day shows."""
_OPENS_LINE = 40
"""The day of an examination stands at most so many characters behind the beginning of its line."""
_HEADING_REST = 12
"""How many characters a heading has beside the words of an event: an ordinal, a colon."""


def date_of_part(account: Account, draft: Draft) -> str | None:
    """The date in the heading of a fact's part, or the day of the document for what was observed on it."""
    if account.observed is None:
        return None
    kind = account.reading.section(draft.start)
    if draft.type == "tumour":
        return sampled_first(account, draft)
    if draft.type == "therapy" and draft.get("kind") == "surgery" and account.sampled is not None:
        return account.sampled
    ended = draft.get("end_date") if draft.type == "therapy" else None
    if ended is not None and ended <= account.observed:
        return None  # over by then
    if kind == "history":
        today = draft.type in OBSERVED_TODAY or (draft.type == "therapy" and _begins_today(account, draft))
        return account.observed if today else None
    part = account.reading.section_span(draft.start)
    line_end = account.folded.find("\n", part.start)
    heading = account.between(part.start, line_end if line_end >= 0 else part.end)
    if draft.type in _SHOWN and (opening := _opening_line(account, draft.start, part.start)) is not None:
        return opening
    if heading and draft.start > heading[-1].end:
        own = [time for time in heading if not is_aside(account, time)]  # `BIOLOGIE du 14/05 (valeurs du 23/04 …)`
        return (own or heading)[-1].value
    carried = [
        time
        for time in account.between(max(part.start, draft.start - 400), draft.start)
        if len(time.value) > len("2017") and not (draft.type == "lab" and is_aside(account, time))
    ]
    if carried and draft.type in _SHOWN and kind != "conclusion":
        return carried[-1].value
    if draft.type == "medication" and kind in ("treatment", "conclusion") and account.left is not None:
        return account.left
    return account.observed


def _opening_line(account: Account, pos: int, floor: int) -> str | None:
    """The day with which the line of a place opens, below the heading of its part: `Scanner du 30/06/2025 : … .
    │Kyste rénal│`."""
    line = account.reading.line_start(pos)
    if line <= floor:
        return None
    first = account.between(line, min(pos, line + _OPENS_LINE))
    return first[0].value if first and len(first[0].value) == len("2025-06-30") else None


def _begins_today(account: Account, draft: Draft) -> bool:
    """Whether a line tells of the first day of a course's first cycle, for which the patient came."""
    line = account.folded.rfind("\n", 0, draft.start) + 1
    return _FIRST_DAY.search(account.folded, line, draft.start) is not None


def date_below_heading(account: Account, draft: Draft) -> str | None:
    """The first date behind a heading that tells of an event: `Première rechute`, on a line or by itself."""
    own = account.reading.sentence(draft.start)
    words = account.folded[own.start : own.end].strip()
    if own.end >= len(account.folded) or len(words) > draft.end - draft.start + _HEADING_REST:
        return None
    first = account.reading.sentence(own.end)
    below = account.between(first.start, first.end)
    return below[0].value if below else None
