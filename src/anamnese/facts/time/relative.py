"""Times told from another one: `six mois plus tard`, `un an après`, `il y a trois mois`, `le lendemain`, `à 6 mois`."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from anamnese.facts.time.expression import TimeExpression
from anamnese.history.calendar import shift
from anamnese.reading.fold import folded_re, holds

if TYPE_CHECKING:
    from anamnese.facts.reading import Reading
    from anamnese.lexicon.matcher import Hit

_WORD_NUMBERS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "dix-sept": 17,
    "dix-huit": 18, "dix-neuf": 19, "vingt": 20, "vingt et un": 21, "vingt-deux": 22, "vingt-quatre": 24, "trente": 30,
    "trente-six": 36, "quarante": 40,
}  # fmt: skip
_DURATION = (
    r"(?P<n>\d{1,3}|"
    + "|".join(sorted(_WORD_NUMBERS, key=len, reverse=True))
    + r")\s(?P<unit>ans?|annees?|mois|semaines?|sem|jours?|j)(?P<half> et demie?)?"
)
_BEFORE = folded_re(r"(?:^|[^\w])" + _DURATION + r" $")
_BEHIND = folded_re(r" (?:environ )?" + _DURATION + r"\b")
_INSIDE = folded_re(_DURATION)
_OF_EVENT = folded_re(r" (?:la|le|l'|son|sa|les|ce)")
_OF_ACT = folded_re(r" (?:(?:la|le|l'|les|son|sa|ses|une?) ?)?[a-z]{3}")
"""Behind `14 mois après`: what it is counted from, where no sentence ends (`l'arrêt de l'ibrutinib`)."""
_THEN = folded_re(
    r" (?:il|elle|ils|elles|on|nous|le patient|la patiente|notre patient|apparition|apparait|survenue|avec|par|en|sans|"
    r"avoir)\b"
)
_GIVEN_MEANWHILE = ("cure", "cycle", "terme d", "issue d", "fin d", "seance")
"""Between a date and a count of months: a course of a length that nothing tells, from whose end these are counted."""
_OPENED_BY_DATE = 24
"""So few characters before a date that opens its sentence: `Au contrôle de │juin 2015│ (41 mois après …)`."""
_RESTATES = folded_re(r"\bsoit (?:environ |plus de |pres de )?$")
"""`En octobre 2016, soit 17 mois après`: only counts what the date before it tells."""
_TAKEN = folded_re(r" (?:de |d')(?P<what>[a-z]*therapies?\b|[a-z-]+)")
_NOT_LATER = folded_re(r"(?:\d|survie|risque|age|agee|taux|espacee?s?|tous les|toutes les|pendant) ?$")
_COUNTED_FROM = folded_re(
    r" ?(?:[,.;:)\n]|$)| (?:de (?:traitement|maintien|la fin d|suivi|surveillance|remission|bon controle)|"
    r"d'evolution|du (?:debut|traitement)|post-?operatoire|"
    r"on |elle |il |la |le |les )"
)
_NEARBY = 90
"""A date within so many characters before a count of months tells the same time."""


def with_relative(reading: Reading, times: list[TimeExpression]) -> list[TimeExpression]:
    """The times, with those told from the one before them."""
    hits = reading.hits("relative")
    if not hits or not times:
        return times
    starts = [time.start for time in times]
    presented = [reading.sentence(patient.start).start for patient in reading.facts("patient")[1:]]
    added: list[TimeExpression] = []
    lost = -1  # where the last time is told that nothing tells to be counted from
    for hit in hits:
        told = _told(reading, hit, times, starts)
        if told is None:
            continue
        begin, end, duration = told
        i = bisect_right(starts, begin) - 1
        while i >= 0 and times[i].birth:
            i -= 1
        if i < 0 or times[i].start < max((start for start in presented if start <= begin), default=0):
            continue  # told from nothing, or from a date of another patient
        base, sign = times[i], int(hit.term.row["sign"])
        if hit.term.name == "later":
            last = added[-1] if added and added[-1].start > base.start and added[-1].value >= base.value else base
            chained = not _names_act(reading.folded, hit)
            if (chained and lost > last.start) or _is_counted_otherwise(reading, hit, begin, last if chained else base):
                lost = begin
                continue
            base = last if chained else base
        if duration is None:
            value: str | None = shift(base.value, 0, sign) if len(base.value) == 10 else base.value
        else:
            value = _shifted(base.value, duration, sign)
        if value is not None:
            added.append(TimeExpression(begin, end, value, None, False))
    return sorted([*times, *added], key=lambda time: time.start) if added else times


def _names_act(folded: str, hit: Hit) -> bool:
    """Whether the words behind a duration name what it is counted from."""
    return _OF_ACT.match(folded, hit.end) is not None and _THEN.match(folded, hit.end) is None


def _is_counted_otherwise(reading: Reading, hit: Hit, begin: int, base: TimeExpression) -> bool:
    """Whether a duration is counted from something later or other than the last date: from the end of a course given
    since, or in a document from an act that its own date is not of (`14 mois après │l'arrêt de l'ibrutinib│`)."""
    folded = reading.folded
    if _names_act(folded, hit):
        return base.start < _HEADER and "\n" in folded[base.end : begin]
    if reading.sentence(base.start).start == reading.sentence(begin).start:
        return False
    return holds(folded[base.end : begin], _GIVEN_MEANWHILE)


_HEADER = 700
"""How far the header of a document reaches, whose date no act of its story is of."""


def _told(
    reading: Reading, hit: Hit, times: list[TimeExpression], starts: list[int]
) -> tuple[int, int, re.Match[str] | None] | None:
    """Where a relative time stands and the duration that it tells; None where the words tell none."""
    folded, form = reading.folded, hit.term.row["form"]
    if form == "alone":
        return hit.start, hit.end, None
    if form == "after":
        match = _BEFORE.search(folded, max(0, hit.start - 30), hit.start)
        if match is None or (hit.term.name != "later" and _OF_EVENT.match(folded, hit.end)):
            return None  # `deux mois avant la chirurgie`: told from an event
        begin = match.start("n")
        if _RESTATES.search(folded, max(0, begin - 16), begin) or _restated(reading, begin, times, starts):
            return None
        return begin, hit.end, match
    if form == "before":
        match = _BEHIND.match(folded, hit.end)
        return (hit.start, match.end(), match) if match else None
    match = _INSIDE.search(folded, hit.start, hit.end)
    if match is None or _NOT_LATER.search(folded, max(0, hit.start - 16), hit.start):
        return None
    if not (_COUNTED_FROM.match(folded, hit.end) or _begun_then(reading, hit, times, starts)):
        return None
    if _dated_beside(reading, hit, times, starts):
        return None
    if hit.term.name == "anniversary" and not _of_follow_up(reading, hit):
        return None
    return hit.start, hit.end, match


_ADULT = 18
"""In years; of a younger patient, `à trois ans` tells the age."""
_FOLLOWED = (" de suivi", " de surveillance", " de traitement", " du traitement")


def _of_follow_up(reading: Reading, hit: Hit) -> bool:
    """Whether a count of years is no age: `│À deux ans│, il est sans récidive`, `│à un an│ de suivi`."""
    if reading.folded.startswith(_FOLLOWED, hit.end):
        return True
    if reading.folded[reading.sentence(hit.start).start : hit.start].strip(" -\n"):
        return False
    ages = [patient.get("age_years") for patient in reading.facts("patient")]
    return all(age is None or age >= _ADULT for age in ages)


def _restated(reading: Reading, pos: int, times: list[TimeExpression], starts: list[int]) -> bool:
    """Whether a duration only explains the date that it stands behind, in brackets or behind one that opens its
    sentence: `En mars 2021, │13 mois après│, progression`."""
    i = bisect_right(starts, pos) - 1
    if i < 0 or pos - times[i].end > _BESIDE:
        return False
    between = reading.folded[times[i].end : pos].strip()
    if between == "(":
        return True
    return between == "," and times[i].start - reading.sentence(pos).start < _OPENED_BY_DATE


_BESIDE = 4


def _begun_then(reading: Reading, hit: Hit, times: list[TimeExpression], starts: list[int]) -> bool:
    """Whether a count of months is that of a treatment which the sentence of the last date names: `Sous létrozole
    depuis mars 2010. │Après trois ans│ de létrozole`."""
    taken = _TAKEN.match(reading.folded, hit.end)
    i = bisect_right(starts, hit.start) - 1
    if taken is None or i < 0:
        return False
    if not taken["what"].endswith(("therapie", "therapies")) and not reading.hits_between(
        "drugs", taken.start("what"), taken.end() + 1
    ):
        return False
    sentence = reading.sentence(times[i].start)
    return reading.folded.find(taken["what"], sentence.start, sentence.end) >= 0


def _dated_beside(reading: Reading, hit: Hit, times: list[TimeExpression], starts: list[int]) -> bool:
    """Whether a date beside a count of months tells the same (`en janvier 2015, à 10 mois de la chirurgie`), and is
    not that since which it counts (`depuis 09/2024 ; réponse partielle │à 3 mois│`)."""
    i = bisect_right(starts, hit.start)
    sentence = reading.sentence(hit.start)
    return any(
        sentence.start <= time.start < hit.end + 25
        and time.end > hit.start - _NEARBY
        and not (time.end < hit.start and (time.bound == "start" or ";" in reading.folded[time.end : hit.start]))
        for time in times[max(0, i - 1) : i + 1]
    )


def _shifted(base: str, duration: re.Match[str], sign: int) -> str | None:
    """`base` moved by a duration; None where the base is less precise than the duration."""
    count = _WORD_NUMBERS.get(duration["n"]) or int(duration["n"])
    unit = duration["unit"]
    if unit[0] == "a":
        months = 12 * count + (6 if duration["half"] else 0)
        return shift(base, sign * months, 0, keep="month" if len(base) >= 7 else "year")
    if unit[0] == "m":
        return shift(base, sign * count, 0, keep="month") if len(base) >= 7 else None
    days = count * (7 if unit[0] == "s" else 1)
    return shift(base, 0, sign * days) if len(base) == 10 else None
