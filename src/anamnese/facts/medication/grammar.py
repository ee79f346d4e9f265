"""What is written around a drug's name: its dose, route, schedule and cycles, as patterns to match at one place.

All patterns match the folded text and are meant for `pattern.match(folded, pos, end)`; none is searched over a report.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from anamnese.lexicon.tables import read_table
from anamnese.reading.numbers import NUMBER, parse_number

_HERE = Path(__file__).parent

WORD_NUMBERS = {
    "une": 1, "un": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "dix-huit": 18, "vingt-quatre": 24,
    "vingt": 20,
}  # fmt: skip
_WORD = "|".join(WORD_NUMBERS)
COUNT = rf"(?:\d{{1,2}}|{_WORD})"

_UNITS = tuple(read_table(_HERE / "units.tsv"))
_UNIT = "|".join(rf"(?P<u{i}>{row['words']})" for i, row in enumerate(_UNITS))
# not `12 g/dl`, `5 mmol/l`, `10 mg/ml`: a concentration is no dose
_NO_CONCENTRATION = r"(?!(?!x ?\d)[a-z0-9])(?! ?(?:/|par) ?(?:d|m|u)?l(?:itre)?s?\b)(?! ?/ ?100)"

_DOSE = re.compile(
    rf"(?:(?:auc|asc|aire sous (?:la )?courbe)(?:[ ]?(?:a|de|=|:))?[ ]?(?P<auc>\d{{1,2}}(?:[.,]\d+)?)(?:[ ]?(?:-|a)[ ]?\d{{1,2}})?(?!\d|/\d)"
    rf"|(?P<auc_before>\d{{1,2}}(?:[.,]\d+)?)[ ]?(?:auc|asc)\b"
    rf"|(?P<value>{NUMBER})(?:[ ]?x[ ]?10[ ]?\^?[ ]?(?P<power>\d{{1,2}}))?"
    rf"(?:[ ]?(?:-|/|a)[ ]?(?P<to>{NUMBER}))?[ ]?(?:{_UNIT}){_NO_CONCENTRATION}"
    rf"|(?P<percent>\d{{1,3}})[ ]?%)"
)


class Dose(NamedTuple):
    """A dose where it stands. `kind`: mass, count (of a form), activity, percent (of the full dose) or bare (no unit)."""

    start: int
    end: int
    value: float
    unit: str | None
    kind: str


def dose_at(text: str, folded: str, pos: int, end: int) -> Dose | None:
    """The dose that begins at `pos`: `75 mg/m2`, `AUC 5`, `30 MU`, `2 x 10^6 cellules/kg`, `80 %`; None for anything else."""
    match = _DOSE.match(folded, pos, end)
    if match is None:
        return None
    if match["auc"] or match["auc_before"]:
        return Dose(pos, match.end(), parse_number(match["auc"] or match["auc_before"]), "AUC", "mass")
    if match["percent"]:
        return Dose(pos, match.end(), int(match["percent"]), "%", "percent")
    value = parse_number(match["value"])
    if match["power"]:
        value *= 10 ** int(match["power"])
    name = match.lastgroup or "u0"
    row = _UNITS[int(name[1:])]
    unit = row["unit"] or " ".join(text[match.start(name) : match.end(name)].split())
    if row["unit"] == "mg/m2" and "²" in text[match.start(name) : match.end(name)]:
        unit = "mg/m²"
    if row["unit"] in ("mcg", "µg"):
        unit = text[match.start(name) : match.end(name)]
    return Dose(pos, match.end(), value, unit, row["kind"])


_BARE_TABLET = re.compile(
    rf"(?P<value>{NUMBER})(?=[ ]?(?:[,;)+]|\.(?!\d)|/j|x[ ]?\d|\n|$|(?:\d|un|une|deux|1/2)[ ]?(?:cp|comprim|gel|x|/|par|fois|le)|le matin|le soir|matin|soir|si besoin|par jour|\d-\d-\d))"
)
_BARE = re.compile(rf"(?P<value>{NUMBER})(?=[ ]?(?:[,;)+/-]|\.(?!\d)|et\b|j\d|tous|toutes|hebdo|$|\n))")


def bare_dose_at(folded: str, pos: int, end: int, anticancer: bool = True) -> Dose | None:
    """A number that stands for a dose without its unit (`cisplatine 75 + doxorubicine 25`, `Kardégic 75, amlodipine 5`); no
    year, no count."""
    match = (_BARE if anticancer else _BARE_TABLET).match(folded, pos, end)
    if match is None:
        return None
    value = parse_number(match["value"])
    if not (5 if anticancer else 1) <= value <= 3000 or 1950 <= value <= 2050 and "," not in match["value"]:
        return None
    return Dose(pos, match.end(), value, None, "bare")


_ROUTES = tuple(read_table(_HERE / "routes.tsv"))
_ROUTE = re.compile("|".join(rf"(?P<r{i}>(?:{row['words']}))(?![a-z0-9])" for i, row in enumerate(_ROUTES)))


class Piece(NamedTuple):
    """A piece of a prescription where it stands: its value (a route, a count of cycles, or None for a schedule)."""

    start: int
    end: int
    value: str | int | None = None


def route_at(folded: str, pos: int, end: int) -> Piece | None:
    """The route of administration that begins at `pos`; its value is empty where the format has none for it."""
    match = _ROUTE.match(folded, pos, end)
    if match is None or match.end() == pos:
        return None
    return Piece(pos, match.end(), _ROUTES[int((match.lastgroup or "r0")[1:])]["route"])


_TIME = r"(?:j(?:rs?|ours?)?|h(?:eures?|rs?)?|sem(?:aines?|\.)?|s|mois|ans?|annees?|min(?:utes?)?|mn)"
_DAY = r"(?:j(?:ours?)?[ ]?\d{1,2}|\d{1,2})"
_DAYS = rf"(?:j(?:our)?s?|d|les jours)[ ]?\d{{1,2}}(?:[ ]?(?:,|;|-|/|=|et|a|au|jusqu'a|>|\+|&)[ ]?(?:(?:le|les)[ ])?(?:j(?:our)?s?[ ]?)?\d{{1,2}}(?![\d/.]|[ ]?(?:mg|g\b|ui|cycles?|cures?)))*"
_SCHEDULES = (
    rf"\(?(?:de |a |le |les |au |aux )?{_DAYS}\)?",
    rf"(?:toutes|tous)[ ]les[ ](?:(?:{COUNT}|quelques)[ ]?)?(?:{_TIME}|matins?|soirs?|lundis|jours|semaines)?\b(?:[ ]?(?:de|sur|x)[ ]\d+)?",
    rf"(?:a raison d'|a raison de )?(?:{COUNT})[ ]?(?:fois|x|prises?|injections?|perfusions?|bolus|bains? de bouche|dose|administrations?|inhalations?|comprimes?|cps?|gelules?|gouttes|bouffees?|patchs?|sachets?|ampoules?)?[ ]?(?:/|par|chaque|tous les|toutes les)[ ]?(?:{COUNT}[ ])?{_TIME}\b",
    rf"x[ ]?(?:{COUNT})[ ]?(?:fois)?[ ]?(?:(?:/|par)[ ]?(?:{COUNT}[ ]?)?{_TIME}\b|{_TIME}\b|(?!\d|[,.]\d|[ ]?(?:cycles?|cures?|10\b|mg|g\b|%|\^)))",
    rf"(?:{COUNT})[ ](?:comprimes?|cps?|gelules?|gouttes|sachets?|bouffees?|ampoules?|patchs?)[ ](?:(?:le|au|par|a|chaque)[ ])?(?:matin et (?:le )?soir|matin|midi|soir|coucher|repas)",
    rf"(?:/|par|chaque|x|q|q[.]|une fois par|1/)[ ]?(?:{COUNT}[ ]?)?{_TIME}\b",
    rf"(?:pendant|pour|durant|sur|en|depuis|x|apres|au bout de)[ ](?:(?:environ|encore|au moins|une duree de)[ ])*(?:{COUNT}|un total de {COUNT})(?:[ ]?(?:-|a)[ ]?\d{{1,2}})?[ ]?{_TIME}\b(?:[ ](?:supplementaires?|consecutifs?|consecutives?|sur[ ]\d+))?",
    rf"\d{{1,3}}[ ]?(?:h|heures?|min|minutes?|mn)\b(?![/])",
    rf"(?:les[ ])?(?:{COUNT})[ ](?:jours?|semaines?)(?:[ ]sur[ ]\d{{1,2}}|[ ]par[ ](?:semaine|mois)|/7|/28|[ ]on|[ ]off)?\b",
    r"(?:bi-?|tri-?)?hebdomadaires?(?:ment)?|hebdo\b|mensuel(?:le)?s?|trimestriel(?:le)?s?|quotidien(?:ne)?s?(?:ment)?|journalier|bimensuel(?:le)?s?|annuel(?:le)?",
    r"(?:le[ ]|les[ ])?matins?(?:[ ,]*(?:,|et|-|midi|/)[ ]*(?:midi[ ,]*(?:et)?[ ]*)?(?:le[ ])?soirs?)?|(?:le[ ])?soir|(?:au|le) coucher|midi et soir|(?:les )?nuits?",
    r"(?:en )?si (?:besoin|necessaire|douleurs?|nausees?|diarrhees?|vomissements?|fievre|insomnie|anxiete|constipation|dyspnee|crise|prurit|aplasie)(?:[ ](?:et|ou)[ ](?:vomissements|nausees))?|a la demande|au besoin|interdoses?|si necessaire|d'intervalle libre",
    r"en (?:continu|dose unique|une fois|une seule (?:prise|injection|dose)|une prise|deux prises|trois prises|2 prises|3 prises|prise unique|injection unique|discontinu|dose de charge|dose initiale|dose densifiee|dose-dense|schema metronomique|alternance)|dose de charge|dose initiale|dose unique|continue?s?\b|en une injection",
    r"\d{1,2}-\d{1,2}-\d{1,2}(?:-\d{1,2})?(?![\d/])",
    r"(?:a l'induction|en premedication|au long cours|a vie|sans interruption|de facon ininterrompue|de facon continue|en preoperatoire|en post-?operatoire|24 ?h/24)",
)
_SCHEDULE = re.compile("|".join(f"(?:{words})" for words in _SCHEDULES))


def schedule_at(folded: str, pos: int, end: int) -> Piece | None:
    """The piece of a schedule that begins at `pos`: `tous les 21 jours`, `J1, J8`, `x 3/j`, `matin et soir`, `pendant 2 ans`."""
    match = _SCHEDULE.match(folded, pos, end)
    if match is None or match.end() == pos or folded[match.end() : match.end() + 1].isalnum():
        return None
    return Piece(pos, match.end())


_CYCLES = re.compile(
    rf"(?:(?:x|pendant|pour|durant|avec|soit|apres|jusqu'a|,|a|en|sur)[ ]?)?(?:(?:un total de|au total|les|encore|environ)[ ])*(?P<n>{COUNT})(?:[ ]?(?:-|/|a)[ ]?\d{{1,2}})?"
    r"[ ](?:(?:autres?|nouve(?:lle|au|aux)s?|premier[es]*|derni[eres]*|supplementaires?)[ ])?(?:cycles?|cures?|seances?|injections?|administrations?|instillations?|doses?)\b(?:[ ](?:supplementaires?|au total|recus?|realises?))?(?![ ](?:de |d')[a-z])"
)
_CYCLES_BEFORE = re.compile(
    rf"(?:^|[^a-z0-9])(?P<n>{COUNT})[ ](?:(?:autres?|nouve(?:lle|au|aux)s?|premier[es]*|supplementaires?)[ ])?(?P<unit>cycles?|cures?|injections?|instillations?|doses?|administrations?|perfusions?|it|seances?)[ ]"
    r"(?:(?:de|d'|par|du|a|avec)[ ]?)?(?:(?:chimiotherapie|polychimiotherapie|traitement|protocole|type|base|association|adjuvante?|neoadjuvante?|systemique|intrathecale?|la|le|l'|a|de|d'|par|selon|avec|dont|comprenant|associant)[ (]*){0,6}$"
)
_BARE_CYCLES = re.compile(r"x[ ]?(\d{1,2})(?![\d/^]|[.,]\d|[ ]?(?:mg|g\b|ui|j\b|jours?|sem|h\b|fois|prises|mois|ans?|10))")
_COUNT_BEFORE = re.compile(r"(?:^|[\n(,;:+-]|\b(?:de|par|puis|et|dont|a|recu|avec))[ ]?(\d{1,2})[ ]$")


def cycles_at(folded: str, pos: int, end: int) -> Piece | None:
    """`x 4 cycles`, `pendant six cures`, `8 cycles`: the count of courses that begins at `pos`."""
    match = _CYCLES.match(folded, pos, end)
    return Piece(pos, match.end(), count(match["n"])) if match else None


def bare_cycles_at(folded: str, pos: int, end: int) -> Piece | None:
    """`x 14` after an anticancer drug: so many cycles."""
    match = _BARE_CYCLES.match(folded, pos, end)
    return Piece(pos, match.end(), int(match[1])) if match else None


def cycles_before(folded: str, start: int, pos: int) -> Piece | None:
    """`6 cures de`, `quatre cycles de chimiothérapie à base de`: the count of courses that ends at `pos`."""
    match = _CYCLES_BEFORE.search(folded[start:pos])
    if match is None or (count(match["n"]) == 1 and not match["unit"].startswith(("cycle", "cure"))):
        return None
    return Piece(start + match.start("n"), pos, count(match["n"]))


def count_before(folded: str, start: int, pos: int) -> Piece | None:
    """`12 paclitaxel`: a number right before the name of an anticancer drug."""
    match = _COUNT_BEFORE.search(folded[start:pos])
    return Piece(start + match.start(1), pos, int(match[1])) if match else None


def count(words: str) -> int:
    """A count in digits or in words."""
    return WORD_NUMBERS.get(words) or int(words)
