"""Which dates begin and end a stretch of time: `du 21 au 24/09`, `jusqu'en mai 2015`, `depuis 2012`."""

from __future__ import annotations

from anamnese.facts.time.raw import Raw, before, exists, found
from anamnese.reading.fold import folded_re

_REACH = 34
_GAP = 30
_FIRST_DAY = folded_re(r"\b(?:du|le|les|entre le) (\d{1,2})(?:er)? (?:au|et|et le|et au) (?:le )?$")
_BARE_FIRST_DAY = folded_re(r"(?<![\d/.,\n-])(?<!\n )(?<!^)(\d{1,2})(?:er)? ?(?:au|-) ?$")
_TWO_DAYS = folded_re(r"[(:,] ?(\d{1,2})(?:er)? et $")
"""`(18 et 25/05/2020)`."""
_LEAD_ON = ("au", "-", "et", "et le", "au le", "le le")
"""How the words end that lead from the first day to the second."""
_BETWEEN = folded_re(
    r" *(?:et(?: le)?|au|a|-+>?|/|>|=>|jusqu'(?:au|en|a)|et jusqu'(?:au|en|a)) *(?:en |le )?(?:fin |debut |mi-? ?)?$"
)
_OPENS = folded_re(r"\bentre(?: le| l'annee)? *(?:fin |debut |mi-?)?$")
_TO = r" *(?:le |en |la |du )?(?:mois de |fin |debut |mi-?)?$"
_ENDS = folded_re(
    r"\b(?:jusqu'? ?(?:au|en|a|a la|a la fin de|a fin)?(?: mois d[e'])?|fin en|fin (?:du|de la|des) \w+ (?:le|en|"
    r"au)|termine[es]*(?: le| en)?|arrete[es]*(?: le| en)?|"
    r"derniere?(?: cure| cycle| dose| perfusion| seance)?(?: le| en| du)?)" + _TO
)
_END_STEMS = ("jusqu", "fin", "termine", "arrete", "dernier")
"""What stands in all that `_ENDS` finds."""
_BEGINS = folded_re(
    r"\b(?:depuis|a partir d[eu]|a compter d[eu]|des|debute[es]*(?: le| en)?|c1(?:j1)?(?: le)?|commence[es]*(?: le|"
    r" en)?|"
    r"entre|introduit[es]*(?: le| en)?)" + _TO
)
_BEGIN_STEMS = ("depuis", "partir", "compter", "des", "debut", "c1", "commence", "entre", "introdui")
"""What stands in all that `_BEGINS` finds."""


def with_ranges(folded: str, raws: list[Raw]) -> list[Raw]:
    """The dates with their bounds, and the first day of `du 21 au 24/09`, which takes month and year of the second."""
    out: list[Raw] = []
    for raw in raws:
        previous = out[-1] if out else None
        if previous is not None and _joined(folded, previous, raw):
            raw.bound = "end"
            previous.bound = previous.bound or "start"
            if previous.year is None and raw.year is not None and previous.month is not None:
                crosses = raw.month is not None and previous.month > raw.month
                previous.year = raw.year - 1 if crosses else raw.year
        else:
            first = _first_day(folded, raw, previous.end if previous else 0)
            if first is not None:
                out.append(first)
                raw.bound = "end"
        out.append(raw)
    for raw in out:
        if raw.bound is None:
            words = before(folded, raw.start, _REACH)
            ends = found(_END_STEMS, _ENDS, words)
            raw.bound = "end" if ends else "start" if found(_BEGIN_STEMS, _BEGINS, words) else None
    return out


def _joined(folded: str, previous: Raw, raw: Raw) -> bool:
    """Whether two dates are the ends of one range."""
    if raw.start - previous.end >= _GAP:
        return False
    gap = folded[previous.end : raw.start]
    return _BETWEEN.match(gap) is not None and (
        gap.strip() not in ("et", "et le") or _OPENS.search(before(folded, previous.start, 20)) is not None
    )


def _first_day(folded: str, raw: Raw, floor: int) -> Raw | None:
    """The day alone that begins a range whose second date tells month and year."""
    if raw.day is None or raw.month is None:
        return None
    words = before(folded, raw.start, _REACH)
    if not words.rstrip(" \n").endswith(_LEAD_ON):
        return None
    match = _FIRST_DAY.search(words) or _BARE_FIRST_DAY.search(words) or _TWO_DAYS.search(words)
    if match is None or not exists(raw.year or 2000, raw.month, int(match[1])):
        return None
    offset = raw.start - len(words)
    if offset + match.start(1) < floor:
        return None
    return Raw(offset + match.start(1), offset + match.end(1), raw.year, raw.month, int(match[1]), "start")
