"""Time expressions, resolved: calendar dates in every French form, and durations told from a date.

Full and partial dates keep their precision. A date without its year takes it from a range it belongs to
(`du 21 au 24/09/2023`), else from the date nearest before it, so that the two lie closest; nothing is resolved where
nothing stands before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from anamnese.facts.time.expression import TimeExpression
from anamnese.facts.time.named import named_dates
from anamnese.facts.time.numeric import numeric_dates
from anamnese.facts.time.ranges import with_ranges
from anamnese.facts.time.raw import Raw, before, exists, found, is_publication
from anamnese.facts.time.relative import with_relative
from anamnese.history.calendar import closest_year
from anamnese.reading.fold import folded_re

if TYPE_CHECKING:
    from anamnese.facts.reading import Reading

_BIRTH = folded_re(r"\b(?:ne(?:e|\(e\))?(?: le)?|ddn|dn|date de naissance|d\.n\.)[ :]*(?:le )?$")
_BIRTH_STEMS = ("ne", "dn", "naissance", "d.n.")
"""What stands in all that `_BIRTH` finds."""
_HEADER = 700
"""How far the header of a document reaches, in characters."""
_HEADER_LINE = 110
"""A line of a header has at most so many characters before its date."""
_ISSUE = folded_re(
    r"(?:date|arrivee|admission|sejour|note|reunion|seance|examen du|consultation du|edite|edition|le|du|intervention|"
    r"entree|rcp|valide|recu|preleve|hospitalisation|cure)[^\n]{0,40}$"
)
_PROSE = folded_re(r"[.] +[a-z]")
_FOLLOWING = 200
"""A date without a year that stands first takes it from one within so many characters behind it."""


def find_times(reading: Reading) -> list[TimeExpression]:
    """The time expressions of a report in order of place."""
    raws = [*numeric_dates(reading), *named_dates(reading)]
    raws.sort(key=_order)
    kept: list[Raw] = []
    for raw in raws:
        if not kept or raw.start >= kept[-1].end:
            kept.append(raw)
    return with_relative(reading, _resolved(reading.folded, with_ranges(reading.folded, kept)))


def _order(raw: Raw) -> tuple[int, int]:
    return raw.start, -raw.end


def _resolved(folded: str, raws: list[Raw]) -> list[TimeExpression]:
    """The dates with the years that they lack."""
    resolved: list[TimeExpression] = []
    document = _document_date(folded, raws)
    anchor: str | None = None
    anchored_at = -1
    for i, raw in enumerate(raws):
        birth = found(_BIRTH_STEMS, _BIRTH, before(folded, raw.start)) is not None
        if raw.year is None:
            told_here = anchor is not None and len(anchor) >= 7 and folded.find("\n", anchored_at, raw.start) < 0
            base = anchor if told_here or document is None else document
            base = base or _told_behind(raws, i)
            if base is None or raw.month is None:
                continue
            raw.year = _year_near(base, raw, anchor)
            if raw.day is not None and not exists(raw.year, raw.month, raw.day):
                continue
        resolved.append(TimeExpression(raw.start, raw.end, raw.value, raw.bound, True, birth))
        if not birth and not (raw.month is None and is_publication(folded, raw.start)):
            anchor, anchored_at = raw.value, raw.start
    return resolved


def _told_behind(raws: list[Raw], i: int) -> str | None:
    """The next date that has its year, close behind one that begins a report without."""
    following = next((raw for raw in raws[i + 1 : i + 4] if raw.year is not None), None)
    return following.value if following is not None and following.start - raws[i].end < _FOLLOWING else None


def _year_near(base: str, raw: Raw, anchor: str | None) -> int:
    """The year in which a date lies closest to `base`; the end of a range lies not before its beginning."""
    year = closest_year(base, raw.month or 1, raw.day)
    if raw.bound == "end" and anchor == base and len(base) >= 7 and (year, raw.month) < (int(base[:4]), int(base[5:7])):
        return year + 1
    return year


def _document_date(folded: str, raws: list[Raw]) -> str | None:
    """The date in the header of a hospital document: the first full date there that is no birth date; None for a report
    that begins with prose."""
    for raw in raws:
        if raw.start > _HEADER:
            return None
        if raw.year is None or raw.month is None or raw.day is None:
            continue
        words = folded[folded.rfind("\n", 0, raw.start) + 1 : raw.start]
        if _BIRTH.search(words[-24:]):
            continue
        if _PROSE.search(words) or len(words) > _HEADER_LINE:
            return None
        if _ISSUE.search(words) or not words.strip():
            return raw.value
    return None
