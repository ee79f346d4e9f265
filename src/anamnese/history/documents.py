"""The dates of a hospital document: the day that it tells of, and the day on which a stay ended."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from anamnese.history.calendar import shift
from anamnese.reading.fold import folded_re

if TYPE_CHECKING:
    from anamnese.facts.reading import Reading

HEADER = 900
"""How far the header of a document reaches, in characters."""

_HEADER_LINES = 4
"""A report whose beginning has fewer line ends has no header."""

_PROSE = 90
"""A header's line has at most so many characters before its date."""

_ROLE_WORDS = (
    (
        "sampled",
        r"preleve(?:e|ment)?|prelevements?|prele?vt|prelt|date d[eu] (?:prelevement|l'intervention)|intervention|"
        r"operatoire|opere|cro",
        30,
    ),
    (
        "observed",
        r"seance|examen|consultation|note|chimiotherapie|cycle|visite|reunion|rcp|realise|cure|cs|hdj|vue?|passage|scanner|"
        r"tdm|irm|tep|pet|echographie|mammographie|scintigraphie|imagerie",
        30,
    ),
    ("entered", r"entree?|arrivee|hospitalisation|hospitalise[es]*|admission|sejour|admise?|crh", 60),
    ("left", r"sortie?", 14),
)
_ROLES = (
    *((role, folded_re(rf"\b(?:{words})\b[^\n]{{0,{reach}}}$")) for role, words, reach in _ROLE_WORDS),
    (
        "issued",
        folded_re(
            r"(?:\b(?:edite|emis|dicte|redige|date|fait|valide|imprime|recue?|reponse|signe|etabli|rendu|saisi)\b[^\n]{0,24}"
            r"|\b(?:lettre|courrier|compte[ -]rendu|cr|note|synthese)(?: de liaison| medicale?)? (?:du|en date du) "
            r"|(?:^|[,;:.)] ?|\s\s)le |(?:^|\s\s)[a-z][a-z' -]{2,40},\s?"
            r"|(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)[ ])$"
        ),
    ),
)
"""What the words before a date in a header tell of it, the surest first."""


_OPERATION = folded_re(r"\b(?:compte[ -]rendu|protocole|cr|rapport)[ ](?:d'intervention\b|operatoire)")
_WRITTEN = folded_re(
    r"\b(?:edite|emis|dicte|redige|date|valide|imprime|signe|relu|ajout|complement|tape|transcrit)[a-z]*\b[^\n]{0,30}$"
)


_LATER_DAYS, _LATER_MONTHS = 3, 4
"""A document does not tell of so many days that lie so many months after it: it plans few, and soon ones."""

_LETTERHEAD = 250
_SET_APART = folded_re(r"(?:^|[ ]{3})[ ]*$")
_ENDS_LINE = folded_re(r"[ ]*(?:\d{1,2}[ ]?[h:][ ]?\d{0,2}[ ]*)?(?:\n|$)")
"""A date by itself at the right of a letterhead is that of the document."""
_PLACE = folded_re(r"[ ]*[a-z][a-z' -]{2,60},[ ]?le[ ]")
"""Before the day in the line of a letterhead that tells where a letter was written."""
_SENTENCE = folded_re(r"[a-z]{3}[.] +[a-z]")
"""Words that end a sentence before a date: prose, no header."""


class DocumentDates(NamedTuple):
    """The days that a hospital document tells of; each None where it does not tell."""

    sampled: str | None
    """The day of the operation or of the sample."""
    observed: str | None
    """The day that the document tells of: the visit, the sample, the first day of a stay."""
    left: str | None
    """The last day of a stay."""
    written: str | None
    """The last day on which it was written or added to: what is dated later was to come."""


_UNTOLD = DocumentDates(None, None, None, None)


def document_dates(reading: Reading) -> DocumentDates:
    """The dates that a document's header tells. A report that begins with prose has none."""
    if not reading.dates:
        return _UNTOLD
    folded = reading.folded
    if folded.count("\n", 0, HEADER) < _HEADER_LINES:
        day = _day_of_letterhead(reading)
        return DocumentDates(None, day, None, day) if day else _UNTOLD
    found: dict[str, str] = {}
    stay_end: str | None = None
    told = sorted(time.value for time in reading.dates if time.calendar and not time.birth and len(time.value) >= 7)
    for time in reading.dates:
        if time.start > HEADER:
            break
        if time.birth or not time.calendar or len(time.value) < 10:
            continue
        line = reading.line_start(time.start)
        before = folded[line : time.start]
        headed = line > 0 and reading.section(line - 1) is not None
        if headed or len(before) > _PROSE or _SENTENCE.search(before) or _is_long_past(time.value, told):
            continue
        if time.bound == "end" and "entered" in found:
            stay_end = stay_end or time.value
            continue
        for role, cue in _ROLES:
            if cue.search(before):
                found.setdefault(role, time.value)
                break
        else:
            if time.start < _LETTERHEAD and _SET_APART.search(before) and _ENDS_LINE.match(folded, time.end):
                found.setdefault("issued", time.value)
    issued = found.get("issued")
    if "sampled" not in found and issued and _OPERATION.search(folded, 0, HEADER // 2):
        found["sampled"] = issued
    observed = next((found[role] for role in ("sampled", "observed", "entered", "issued") if role in found), None)
    left = found.get("left") or stay_end
    last = _last_written(reading, max(observed, left or "", issued or "")) if observed else None
    return DocumentDates(found.get("sampled"), observed, left, last)


def _last_written(reading: Reading, known: str) -> str:
    """The last day on which a document was written or added to, where that is later than one known."""
    for time in reading.dates:
        if time.value <= known or time.birth or not time.calendar or len(time.value) < 10:
            continue
        line = reading.line_start(time.start)
        if time.start - line <= _PROSE and _WRITTEN.search(reading.folded, line, time.start):
            known = time.value
    return known


def _day_of_letterhead(reading: Reading) -> str | None:
    """The day of a short letter, which one of its first lines tells by itself behind a place: `Vannes, le 3 mai
    2021`."""
    for time in reading.dates:
        if time.start >= _LETTERHEAD:
            return None
        placed = _PLACE.fullmatch(reading.folded, reading.line_start(time.start), time.start)
        if placed and len(time.value) == len("2021-05-03") and _ENDS_LINE.match(reading.folded, time.end):
            return time.value
    return None


def _is_long_past(date: str, told: list[str]) -> bool:
    """Whether a report tells of too many later days to be of a date: it is one of its story, not that of its
    header."""
    return len(told) - bisect_left(told, shift(date, _LATER_MONTHS, 0)) >= _LATER_DAYS
