"""A measured value as reports write it: a number, with its unit (`units.tsv`), that is no date, range or multiple."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from anamnese.facts.reading import Reading
from anamnese.lexicon.tables import read_table
from anamnese.reading.fold import fold, folded_re
from anamnese.reading.numbers import NUMBER, parse_number


class Unit(NamedTuple):
    """One row of `units.tsv`: how a unit is written, and whether it says by itself that a number is a lab value."""

    form: str
    written: str
    ucum: str
    weak: bool


class Measure:
    """A value in the text: from its number to the end of its unit."""

    __slots__ = ("end", "inside", "start", "unit", "value", "written")

    def __init__(
        self, start: int, end: int, value: float, unit: Unit | None = None, written: str | None = None
    ) -> None:
        self.start = start
        self.end = end
        self.value = value
        self.unit = unit
        self.written = written
        self.inside = False
        """Whether it stands in parentheses that go on with another value."""


def _unit_pattern(form: str) -> str:
    """A pattern for one written form; spaces may stand around a slash and before an exponent."""
    letters = [" ?/ ?" if c == "/" else " ?" if c == " " else re.escape(c) for c in fold(form)]
    pattern = "".join(letters).replace("mm3", "mm ?3").replace(r"\^", r"\^ ?")
    return pattern + (r"(?![a-z0-9])" if form[-1].isalnum() else "")


def _load_units() -> tuple[dict[str, re.Pattern[str]], dict[str, Unit]]:
    units: dict[str, Unit] = {}
    by_first: dict[str, list[str]] = defaultdict(list)
    for row in read_table(Path(__file__).with_name("units.tsv")):
        form = row["form"]
        key = fold(form).replace(" ", "")
        if key not in units:
            units[key] = Unit(form, row["unit"], row["ucum"], row["kind"] == "weak")
        by_first[fold(form)[0]].append(form)
    patterns = {
        first: folded_re("|".join(_unit_pattern(form) for form in sorted(forms, key=len, reverse=True)))
        for first, forms in by_first.items()
    }
    return patterns, units


_PATTERNS, _UNITS = _load_units()

_NUMBER = folded_re(rf"(?:[<>=~]+ ?)?(?P<number>{NUMBER})(?:[ ]?-[ ]?{NUMBER}(?=[ ]*(?:[a-z%/]+/|%)))?")
_GLUED = folded_re(r"[a-z0-9°]|[/.:-][ ]?\d|[.,]\d|'")
"""What may not follow a number at once: it would be part of a date, a ratio, a code."""

_FOREIGN = folded_re(
    r"[ ]*(?:x[ ]?(?:la|les|le|n|lsn)?\b|(?:la|les|de la)[ ](?:valeur[ ]|limite[ ])?(?:normale|superieure)|"
    r"fois\b|n\b|lsn\b|ans?\b|annees?\b|mois\b|jours?\b|j\b|h\b|heures?\b|semaines?\b|sem\b|minutes?\b|"
    r"cycles?\b|cures?\b|seances?\b|mg\b|g\b|kg\b|cm\b|mm\b|ml\b|cc\b|gy\b|cp\b|gelules?\b|nodules?\b|lesions?\b|"
    r"ganglions?\b|"
    r"adenopathies\b|culots?\b|cgr\b|unites?\b|patients?\b|cas\b|eme\b|er\b|ere\b|e\b|points?\b|grade\b|\+|"
    r"degres\b|litres?\b|"
    r"janv|fevr|mars\b|avril\b|mai\b|juin\b|juil|aout\b|sept|octo|nove|dece|premiers?\b|derniers?\b|carottes?\b|"
    r"biopsies\b|sur[ ]\d|unite\b)"
)
"""What makes a number without a unit something else: multiples of normal, durations, doses, counts of other things."""


def unit_at(reading: Reading, pos: int) -> tuple[int, Unit, str] | None:
    """The unit that begins at `pos` or after spaces: its end, the unit, and how to write it."""
    folded = reading.folded
    while folded[pos : pos + 1] == " ":
        pos += 1
    wrapped = folded.startswith("\n", pos)
    pattern = _PATTERNS.get(folded[pos + wrapped : pos + wrapped + 1])
    match = pattern.match(folded, pos + wrapped) if pattern else None
    if wrapped and (match is None or _UNITS[match[0].replace(" ", "")].weak or "/" not in match[0]):
        return None  # only what can be nothing but a unit is one on the next line
    pos += wrapped
    if match is None:
        return None
    unit = _UNITS[match[0].replace(" ", "")]
    written = unit.written or reading.text[pos : match.end()].replace(" ", "").replace("\n", "")
    return match.end(), unit, written


def measure_at(reading: Reading, pos: int, limit: int) -> Measure | None:
    """The measured value whose number begins at `pos`, or None where the number is something else."""
    folded = reading.folded
    match = _NUMBER.match(folded, pos, max(limit, pos))
    if match is None:
        return None
    start, end = match.span()
    measure = Measure(start, end, parse_number(match["number"]))
    found = unit_at(reading, end)
    if found:
        measure.end, measure.unit, measure.written = found
        return measure
    if _GLUED.match(folded, end) or _FOREIGN.match(folded, end):
        return None
    return measure


_REFERENCE = folded_re(
    rf"[ ]*[(\[][ ]*(?:[<>]+[ ]?{NUMBER}|{NUMBER}[^()\[\]\n\d]{{0,12}}?[ ]?(?:-|/|a|et)[ "
    rf"]?{NUMBER})[^()\[\]\n]{{0,24}}[)\]]"
    r"|(?:[ ]*+[,;])?(?:[ ]*+[(\[-])?[ ]*(?:pour (?:une|un)[ ])?(?:n|vn|vr|nl|lsn|uln|ref|norm(?:e|es|ale|ales|al|aux)|"
    r"valeurs?[ ](?:normales?|usuelles?|de reference)|"
    r"reference|limite[ ]superieure|limites[ ]normales|taux[ ]normal|seuil)\b[^()\[\]\n;]{0,40}(?:[)\]]|(?=[;.]))"
)


def skip_reference(folded: str, pos: int) -> int:
    """Where the reference range that begins at `pos` ends (`(0-35 UI/ml)`, `(N < 5)`); `pos` where there is none."""
    match = _REFERENCE.match(folded, pos)
    return match.end() if match else pos
