"""What is written around a drug's name: dose, route, schedule, cycles, as patterns to match at one place.

The words stand in `units.tsv`, `routes.tsv`, `schedules.tsv` and `fillers.tsv`. All patterns match the folded text at
one place; none is searched over a report.
"""

from __future__ import annotations

import re
from pathlib import Path

from anamnese.facts.medication.openings import Openings
from anamnese.lexicon.tables import read_table
from anamnese.reading.fold import folded_re, holds
from anamnese.reading.numbers import NUMBER, parse_number

_HERE = Path(__file__).parent

WORD_NUMBERS = {
    "une": 1, "un": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "dix-huit": 18,
    "vingt-quatre": 24, "vingt": 20,
}  # fmt: skip
_COUNT = rf"(?:\d{{1,2}}|{'|'.join(WORD_NUMBERS)})"
_TIME = r"(?:j(?:rs?|ours?)?|h(?:eures?|rs?)?|sem(?:aines?|\.)?|s|mois|ans?|annees?|min(?:utes?)?|mn)"
_DAYS = (
    r"(?:j(?:our)?s?|d|les jours)[ ]?\d{1,2}"
    r"(?:[ ]?(?:,|;|-|/|=|et|a|au|jusqu'a|>|\+|&)[ ]?(?:(?:le|les)[ ])?(?:j(?:our)?s?[ ]?)?"
    r"\d{1,2}(?!\d|\.\d|/(?!(?:14|21|28|35|42)\b)|[ ]?(?:mg|g\b|ui|cycles?|cures?)))*(?:/(?:14|21|28|35|42)\b)?"
)


def _words(table: str) -> list[str]:
    rows = read_table(_HERE / table)
    return [row["words"].replace("<N>", _COUNT).replace("<TIME>", _TIME).replace("<DAYS>", _DAYS) for row in rows]


# --- doses ----------------------------------------------------------------------------------------

_UNITS = tuple(read_table(_HERE / "units.tsv"))
# not `12 g/dl`, `5 mmol/l`, `10 mg/ml`: a concentration is no dose
_NO_CONCENTRATION = r"(?!(?!x ?\d)[a-z0-9])(?! ?(?:/|par) ?(?:d|m|u)?l(?:itre)?s?\b)(?! ?/ ?100)"
_AUC = (
    r"(?:auc|asc|aire sous (?:la )?courbe)(?:[ ]?(?:a|de|=|:))?[ ]?(?P<auc>\d{1,2}(?:[.,]\d+)?)"
    r"(?:[ ]?(?:-|a)[ ]?\d{1,2})?(?!\d|/\d)|(?P<auc_before>\d{1,2}(?:[.,]\d+)?)[ ]?(?:auc|asc)\b"
)
_WHOLE = rf"(?>{NUMBER})"  # what follows a part of a number is no unit
_AMOUNT = folded_re(
    rf"{_AUC}|(?P<value>{_WHOLE})"
    rf"(?:[ ]?x[ ]?10(?:[ ]?\^[ ]?|[ ]?(?=\d{{1,2}}[ ]?(?:cell|cd)))(?P<power>\d{{1,2}}))?+"
    rf"(?:[ ]?[/a-][ ]?(?P<to>{_WHOLE})(?:/{_WHOLE})?+)?+[ \n]?+"
)
_UNIT = Openings([f"(?P<u{i}>{row['words']}){_NO_CONCENTRATION}" for i, row in enumerate(_UNITS)])
_PERCENT = folded_re(r"(\d{1,3})[ ]?%")


class Dose:
    """A dose where it stands. `kind`: mass, count (of a form), activity, percent (of the full dose), bare (no unit)."""

    __slots__ = ("end", "kind", "start", "to", "unit", "value")

    def __init__(
        self, start: int, end: int, value: float, unit: str | None, kind: str, to: float | None = None
    ) -> None:
        self.start = start
        self.end = end
        self.value = value
        self.unit = unit
        self.kind = kind
        self.to = to
        """The other end of a range (`80 à 40 mg`)."""

    def changed(self) -> Dose:
        """The dose that a range leads to, where it is told to be changed to it."""
        return self if self.to is None else Dose(self.start, self.end, self.to, self.unit, self.kind, self.to)

    @property
    def per_size(self) -> bool:
        """Whether the dose is told for the patient's surface or weight: then it is the one prescribed."""
        return self.unit is not None and self.unit.endswith(("/m2", "/m²", "/kg"))


def dose_at(text: str, folded: str, pos: int, end: int) -> Dose | None:
    """The dose that begins at `pos`: `75 mg/m2`, `AUC 5`, `30 MU`, `2 x 10^6 cellules/kg`, `80 %`; else None."""
    amount = _AMOUNT.match(folded, pos, end)
    if amount is None:
        return None
    auc = amount["auc"] or amount["auc_before"]
    if auc is not None:
        return Dose(pos, amount.end(), parse_number(auc), "AUC", "mass")
    told = _UNIT.match(folded, amount.end(), end)
    if told is None:
        percent = _PERCENT.match(folded, pos, end)
        return Dose(pos, percent.end(), int(percent[1]), "%", "percent") if percent else None
    value = parse_number(amount["value"])
    if amount["power"]:
        value *= 10 ** int(amount["power"])
    row = _UNITS[int((told.lastgroup or "u0")[1:])]
    start, stop = told.span()
    written = " ".join(text[start:stop].split())
    unit = row["unit"] or written
    if "²" in written:
        unit = unit.replace("/m2", "/m²")
    closed = folded[stop - 1] == ")" and "(" not in folded[pos:stop]
    return Dose(pos, stop - closed, value, unit, row["kind"], parse_number(amount["to"]) if amount["to"] else None)


_AFTER_TABLET = (
    r"(?![,/]?\d)"
    r"(?=[ ]?(?:[,;:)+]|[ ]*[*|]|\.(?!\d)|/j|x[ ]?\d|\n|$|"
    r"(?:\d|un|une|deux|1/2)[ ]?(?:cp|comprim|gel|sachet|amp|bouff|goutte|x|/|par|fois|le|matin|soir)|le matin|"
    r"le soir|aux repas|matin|soir|si [a-z]|par jour|\d-\d-\d))"
)
_BARE_TABLET = folded_re(rf"(?P<value>{NUMBER}){_AFTER_TABLET}")
_BARE = folded_re(
    rf"(?P<value>{NUMBER})"
    r"(?=[ ]?(?:[,;)+/|-]|\.(?!\d)|et\b|j\d|tous|toutes|hebdo|$|\n|sur \d|en \d|iv\b|po\b))"
)


def bare_dose_at(folded: str, pos: int, end: int, anticancer: bool = True) -> Dose | None:
    """A number that stands for a dose without its unit (`cisplatine 75 + doxorubicine 25`, `Kardégic 75, aspirine`);
    no year, no count."""
    match = (_BARE if anticancer else _BARE_TABLET).match(folded, pos, end)
    if match is None:
        return None
    value = parse_number(match["value"])
    if not (5 if anticancer else 1) <= value <= (3000 if anticancer else 100_000) or 1950 <= value <= 2050:
        return None
    return Dose(pos, match.end(), value, None, "bare")


# --- routes, schedules, cycles --------------------------------------------------------------------


class Piece:
    """A piece of a prescription where it stands: its value (a route, a count of cycles), or None for a schedule."""

    __slots__ = ("end", "start", "value")

    def __init__(self, start: int, end: int, value: str | int | None = None) -> None:
        self.start = start
        self.end = end
        self.value = value


_ROUTES = tuple(read_table(_HERE / "routes.tsv"))
_ROUTE = Openings([f"(?P<r{i}>(?:{row['words']}))(?![a-z0-9])" for i, row in enumerate(_ROUTES)])
_SCHEDULE = Openings(_words("schedules.tsv"))
_FILLER = Openings(_words("fillers.tsv"))
"""Words that may stand between a drug and its dose without telling anything."""
_ACRONYM = folded_re(r"[a-z0-9-]{2,10}(?=\))")
"""An acronym in brackets, which tells nothing either: `(CMF)`."""


def route_at(folded: str, pos: int, end: int) -> Piece | None:
    """The route of administration that begins at `pos`; its value is empty where the format has none for it."""
    match = _ROUTE.match(folded, pos, end)
    if match is None or match.end() == pos:
        return None
    return Piece(pos, match.end(), _ROUTES[int((match.lastgroup or "r0")[1:])]["route"])


def schedule_at(folded: str, pos: int, end: int) -> Piece | None:
    """The piece of a schedule that begins at `pos`: `tous les 21 jours`, `J1, J8`, `x 3/j`, `pendant 2 ans`."""
    match = _SCHEDULE.match(folded, pos, end)
    if match is None or match.end() == pos:
        return None
    last = match.end() - match[0].endswith(" ")
    if folded[last : last + 1].isalnum():
        return None
    return Piece(pos, last - (match[0].endswith(")") and "(" not in match[0]))


def filler_at(folded: str, pos: int, end: int) -> re.Match[str] | None:
    """The words without a meaning that begin at `pos`."""
    acronym = _ACRONYM.match(folded, pos, end) if pos and folded[pos - 1] == "(" else None
    return acronym or _FILLER.match(folded, pos, end)


_NEW_OR_LAST = r"(?:(?:autres?|nouve(?:lle|au|aux)s?|premier[es]*|derni[eres]*|supplementaires?)[ ])?"
_CYCLES = Openings([
    r"(?:(?:x|pendant|pour|durant|avec|soit|apres|jusqu'a|,|a|en|sur)[ ]?)?"
    rf"(?:(?:un total de|au total|les|encore|environ)[ ])*(?P<n>{_COUNT})(?:[ ]?(?:-|/|a)[ ]?\d{{1,2}})?"
    rf"[ ]{_NEW_OR_LAST}"
    r"(?:cycles?|cures?|seances?|injections?|administrations?|instillations?|doses?)\b"
    r"(?:[ ](?:supplementaires?|au total|recus?|realises?))?(?![ ](?:de |d')[a-z])"
])  # fmt: skip
_COURSES = ("cycle", "cure", "injection", "instillation", "dose", "administration", "perfusion", "seance")
_SMALL_WORDS = ("de", "d'", "par", "du", "a", "avec")
_TO_A_DRUG = (
    "chimiotherapie", "polychimiotherapie", "traitement", "protocole", "type", "base", "association", "adjuvant",
    "adjuvante", "neoadjuvant", "neoadjuvante", "systemique", "intrathecal", "intrathecale", "la", "le", "l'", "a",
    "de", "d'", "par", "selon", "avec", "dont", "comprenant", "associant",
)  # fmt: skip
_CYCLES_BEFORE = folded_re(
    rf"(?:^|[^a-z0-9])(?P<n>{_COUNT})[ ]{_NEW_OR_LAST}(?P<unit>(?:{'|'.join(_COURSES)})s?|it)[ ]"
    rf"(?:(?:{'|'.join(_SMALL_WORDS)})[ ]?)?(?:(?:{'|'.join(_TO_A_DRUG)})[ (]*){{0,6}}$"
)
_OF_CYCLES_BEFORE = (" it ", *[f" {course}" for course in _COURSES])
_BARE_CYCLES = folded_re(
    r"x[ ]?(\d{1,2})(?![\d/^]|[.,]\d|[ ]?(?:mg|g\b|ui|j\b|jours?|sem|h\b|fois|prises|mois|ans?|10))"
)
_COUNT_BEFORE = folded_re(r"(?:^|[\n(,;:+-]|\b(?:de|par|puis|et|dont|a|recu|avec))[ ]?(\d{1,2})[ ]$")


def cycles_at(folded: str, pos: int, end: int) -> Piece | None:
    """`x 4 cycles`, `pendant six cures`, `8 cycles`: the count of courses that begins at `pos`."""
    match = _CYCLES.match(folded, pos, end)
    return Piece(pos, match.end(), count(match["n"])) if match else None


def bare_cycles_at(folded: str, pos: int, end: int) -> Piece | None:
    """`x 14` after an anticancer drug: so many cycles."""
    match = _BARE_CYCLES.match(folded, pos, end) if folded[pos : pos + 1] == "x" else None
    return Piece(pos, match.end(), int(match[1])) if match else None


def cycles_before(folded: str, start: int, pos: int) -> Piece | None:
    """`6 cures de`, `quatre cycles de chimiothérapie à base de`: the count of courses that ends at `pos`."""
    before = folded[start:pos]
    match = _CYCLES_BEFORE.search(before) if holds(before, _OF_CYCLES_BEFORE) else None
    if match is None or (count(match["n"]) == 1 and not match["unit"].startswith(("cycle", "cure"))):
        return None
    return Piece(start + match.start("n"), pos, count(match["n"]))


def count_before(folded: str, start: int, pos: int) -> Piece | None:
    """`12 paclitaxel`: a number right before the name of an anticancer drug."""
    if not folded[max(start, pos - 3) : pos].rstrip(" \n")[-1:].isdigit():
        return None
    match = _COUNT_BEFORE.search(folded[start:pos])
    return Piece(start + match.start(1), pos, int(match[1])) if match else None


def count(words: str) -> int:
    """A count in digits or in words."""
    return WORD_NUMBERS.get(words) or int(words)
