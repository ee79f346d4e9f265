"""Treatment: doses, units, frequencies and totals beyond what is published; courses that do not fit their dates."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from anamnese.case import Fact
from anamnese.checks.checked import Checked, Page, before
from anamnese.checks.rule import Clash, dated, measure, rule
from anamnese.checks.values import plain_unit
from anamnese.checks.words import Word, table
from anamnese.history.calendar import months_between
from anamnese.labels import number

_TOLERANCE = 1.2
"""A dose up to a fifth beyond the published range is a rounding or an adaptation."""


@cache
def _doses() -> dict[str, dict[str, tuple[float, float, str]]]:
    """By drug and unit: the least and most of one administration, and the unit as written."""
    doses: dict[str, dict[str, tuple[float, float, str]]] = {}
    for row in table("doses"):
        doses.setdefault(row["drug"], {})[plain_unit(row["unit"])] = (
            float(row["low"]),
            float(row["high"]),
            row["unit"],
        )
    return doses


def _dosed(record: Checked) -> Iterator[tuple[Page, Fact, float, str, dict[str, tuple[float, float, str]]]]:
    """The drugs with a dose and unit that tables know: dose, plain unit, ranges by unit."""
    for page in record.pages:
        for fact in page.told("medication"):
            dose, unit = fact.attributes.get("dose"), fact.attributes.get("unit")
            ranges = _doses().get(fact.attributes["name"])
            if ranges and dose and unit and fact.status in ("affirmed", "planned"):
                yield page, fact, float(dose), plain_unit(unit), ranges


def _fits(dose: float, limits: tuple[float, float, str]) -> bool:
    return limits[0] / _TOLERANCE <= dose <= limits[1] * _TOLERANCE


@rule(
    "high",
    fr="« {0} » : hors des doses publiées de {drug} ({low} à {high} {unit}).",
    en="“{0}”: outside the published doses of {drug} ({low} to {high} {unit}).",
)
def dose_out_of_range(record: Checked) -> Iterator[Clash]:
    """A dose beyond the published range in its own unit (`doses.tsv`), and in no other unit of the drug either."""
    for page, fact, dose, unit, ranges in _dosed(record):
        limits = ranges.get(unit)
        if limits is None or _fits(dose, limits) or _other_unit(dose, unit, ranges) or _totalled(page, fact):
            continue
        if (
            dose < limits[0]
            and fact.attributes.get("cycles") is None
            and page.words_between("lowered", *page.sentence(fact.start))
        ):
            continue
        yield Clash(
            (page.of(fact),),
            None,
            {"drug": fact.attributes["name"], "low": measure(limits[0]), "high": measure(limits[1]), "unit": limits[2]},
            severity="high" if dose > limits[1] else "medium",
        )


def _totalled(page: Page, fact: Fact) -> bool:
    """Whether the words beside a drug tell a total, or a way of giving it that has doses of its own."""
    sentence = page.sentence(fact.start)
    return bool(
        page.words_between(
            "totals", max(sentence.start, fact.start - 60), min(max(sentence.end, fact.end), fact.end + 40)
        )
    )


_PER_BODY = ("mg/m2", "mg/kg", "g/m2")


def _other_unit(dose: float, unit: str, ranges: dict[str, tuple[float, float, str]]) -> str | None:
    """The unit of another kind in which a dose would be a published one; one per body is meant by one per body."""
    fitting = {other: limits[2] for other, limits in ranges.items() if other != unit and _fits(dose, limits)}
    if unit in _PER_BODY and any(other in _PER_BODY for other in fitting):
        fitting = {other: told for other, told in fitting.items() if other in _PER_BODY}
    return next(iter(fitting.values())) if len(fitting) == 1 else None


@rule(
    "high",
    fr="« {0} » : {drug} ne se donne pas ainsi en {unit} ; sans doute {likely}.",
    en="“{0}”: {drug} is not given so in {unit}; probably {likely}.",
)
def dose_in_another_unit(record: Checked) -> Iterator[Clash]:
    """A dose that is published in another unit of the drug: mg/m² for mg/kg, mg for mg/m²."""
    for page, fact, dose, unit, ranges in _dosed(record):
        limits = ranges.get(unit)
        if (limits and _fits(dose, limits)) or unit not in ("mg/m2", "mg/kg", "mg", "auc", "g/m2"):
            continue
        if limits is None and unit in ("mg", "g/m2"):
            continue
        likely = _other_unit(dose, unit, ranges)
        if likely and not _totalled(page, fact):
            told = f"{number(dose, 'fr')} {likely}"
            yield Clash(
                (page.of(fact),),
                told,
                {"drug": fact.attributes["name"], "unit": fact.attributes["unit"], "likely": told},
            )


@rule(
    "medium",
    fr="« {0} » : cette écriture de dose est malformée ; sans doute « {likely} ».",
    en="“{0}”: this dose is malformed; probably “{likely}”.",
)
def malformed_dose(record: Checked) -> Iterator[Clash]:
    """`8mg(mg/kg)`, `75 mg/mg`: a number with a unit that is none."""
    for page in record.pages:
        for word in page.words("malformed"):
            amount = _AMOUNT_BEFORE.search(page.flat, max(0, word.start - 8), word.start)
            if amount is None:
                continue
            end = word.end + (
                page.flat[word.start : word.end].count("(") > page.flat[word.start : word.end].count(")")
                and page.flat[word.end : word.end + 1] == ")"
            )
            likely = f"{page.text[amount.start(1) : amount.end(1)]} {word.row['instead']}"
            yield Clash((page.place(amount.start(1), end),), likely, {"likely": likely})


_AMOUNT_BEFORE = re.compile(r"(?<![\d.,])(\d+(?:[.,]\d+)?) ?$")


@rule(
    "high",
    fr="« {0} » : {drugs}, pas plus d'une fois tous les {days} jours ; sans doute « {usual} ».",
    en="“{0}”: {drugs}, not more than once every {days} days; probably “{usual}”.",
)
def frequency_that_cannot_be(record: Checked) -> Iterator[Clash]:
    """`trastuzumab trois fois par semaine`: more often than a drug is ever given (`frequencies.tsv`), every three
    weeks misread.
    """
    shortest = {row["drug"]: row for row in table("frequencies")}
    for page in record.pages:
        drugs = [fact for fact in page.told("medication") if fact.attributes["name"] in shortest]
        starts = [fact.start for fact in drugs]
        for word in page.words("often") if drugs else ():
            interval, sentence = float(word.row["days"]), page.sentence(word.start)
            governed = [
                fact
                for fact in drugs[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]
                if _governs(page, word, fact) and _too_often(interval, shortest[fact.attributes["name"]])
            ]
            if not governed:
                continue
            row = shortest[governed[-1].attributes["name"]]
            names = ", ".join(dict.fromkeys(fact.attributes["name"] for fact in governed))
            first, last = min(governed, key=lambda fact: fact.start), max(fact.end for fact in governed)
            usual = word.row["instead"] or row["usual"]
            yield Clash(
                (page.place(word.start, word.end), page.place(first.start, max(last, first.end))),
                usual,
                {"drugs": names, "days": row["days"], "usual": usual},
            )


def _too_often(interval: float, row: dict[str, str]) -> bool:
    """Whether an interval in days is shorter than any that a drug is given at."""
    return interval < 0.75 * float(row["days"]) and not (interval <= 1 and row["daily"] == "yes")


def _governs(page: Page, word: Word, drug: Fact) -> bool:
    """Whether a frequency is that of a drug: it stands in the drug's own schedule, or right behind the drug."""
    if drug.start <= word.start < drug.end:
        return True
    schedule = drug.attributes.get("schedule", "")
    sentence = page.sentence(drug.start)
    if schedule and page.text[word.start : word.end] in schedule and sentence.start <= word.start < sentence.end + 1:
        return True
    between = page.flat[drug.end : word.start] if drug.end <= word.start else "."
    return len(between) <= 4 and not between.strip(" (,")


@rule(
    "medium",
    fr="« {0} » : {told} mais cette dose est celle {other}.",
    en="“{0}”: {told} but this dose is the {other}.",
)
def loading_against_maintenance(record: Checked) -> Iterator[Clash]:
    """A maintenance dose called loading dose or the other way round, or a loading dose given over many cycles
    (`loading.tsv`).
    """
    rows: dict[tuple[str, str], dict[str, str]] = {
        (row["drug"], plain_unit(row["unit"])): row for row in table("loading")
    }
    for page in record.pages:
        for fact in page.told("medication"):
            dose, unit = fact.attributes.get("dose"), fact.attributes.get("unit")
            row = rows.get((fact.attributes["name"], plain_unit(unit or "")))
            if row is None or dose is None:
                continue
            loading, maintenance = ({float(v) for v in row[kind].split()} for kind in ("loading", "maintenance"))
            around = page.words_between("dose_kinds", max(0, fact.start - 30), fact.end + 45)
            kinds = {word.row["kind"] for word in around}
            if kinds == {"loading"} and dose in maintenance - loading:
                suggestion = f"{number(min(loading, key=lambda v: abs(v - dose * 1.5)), 'fr')} {unit}"
                yield Clash(
                    (page.of(fact),),
                    suggestion,
                    {
                        "told": ("dite dose de charge", "called loading dose"),
                        "other": ("d'entretien", "maintenance dose"),
                    },
                )
            elif kinds == {"maintenance"} and dose in loading - maintenance:
                suggestion = f"{number(max(v for v in maintenance), 'fr')} {unit}"
                yield Clash(
                    (page.of(fact),),
                    suggestion,
                    {
                        "told": ("dite dose d'entretien", "called maintenance dose"),
                        "other": ("de charge", "loading dose"),
                    },
                )


@rule(
    "medium",
    fr="Dose cumulée de {drug} : {total} mg/m² au moins (« {0} »), au-delà de {limit} mg/m².",
    en="Cumulative dose of {drug}: at least {total} mg/m² (“{0}”), beyond {limit} mg/m².",
)
def cumulative_anthracycline(record: Checked) -> Iterator[Clash]:
    """The anthracyclines told with dose and cycles add up beyond the dose that the heart is held to bear
    (`cumulative.tsv`).
    """
    if not record.one_patient:
        return
    for row in table("cumulative"):
        told = {
            (fact.attributes["dose"], fact.attributes["cycles"], fact.date): (page, fact)
            for page, fact in record.facts("medication")
            if fact.attributes["name"] == row["drug"]
            and plain_unit(fact.attributes.get("unit", "")) == "mg/m2"
            and fact.attributes.get("dose")
            and fact.attributes.get("cycles")
        }
        total = sum(dose * cycles for dose, cycles, _ in told)
        if total > float(row["limit"]):
            yield Clash(
                tuple(page.of(fact) for page, fact in told.values()),
                None,
                {"drug": row["drug"], "total": measure(total), "limit": row["limit"]},
            )


_SHORTEST_CYCLE_DAYS = 7
_LONGEST_CYCLE_MONTHS = 4.0


@rule(
    "low",
    fr="« {0} » : {cycles} cycles ne tiennent pas entre {start} et {end}.",
    en="“{0}”: {cycles} cycles do not fit between {start} and {end}.",
)
def cycles_against_dates(record: Checked) -> Iterator[Clash]:
    """More weekly cycles than the course has weeks, or months on end for one cycle, with full or monthly dates on
    both ends.
    """
    for page, fact in record.facts("therapy"):
        start, end = fact.attributes.get("start_date"), fact.attributes.get("end_date")
        cycles = fact.attributes.get("cycles")
        if not (start and end and cycles) or cycles < 2 or min(len(start), len(end)) < 7 or before(end, start):
            continue
        sentence = page.sentence(fact.start)
        beside = {time.attributes["value"] for time in page.times_between(*sentence)}
        if (
            fact.attributes["kind"] not in ("chemotherapy", "immunotherapy", "targeted")
            or not {start, end} <= beside
            or start == end
        ):
            continue
        low, high = months_between(start, end)
        if high * 30.4 < (cycles - 1) * _SHORTEST_CYCLE_DAYS or low > cycles * _LONGEST_CYCLE_MONTHS:
            yield Clash((page.of(fact),), None, {"cycles": measure(cycles), "start": dated(start), "end": dated(end)})


@rule(
    "low",
    fr="{drug} dans deux cures à la fois : « {0} » ({first}) et « {1} » ({second}).",
    en="{drug} in two courses at once: “{0}” ({first}) and “{1}” ({second}).",
)
def overlapping_courses(record: Checked) -> Iterator[Clash]:
    """Two courses of one anticancer drug, both dated at both ends, of which the second begins well before the first
    has ended.
    """
    if not record.one_patient:
        return
    courses: dict[str, list[tuple[str, str, Page, Fact]]] = {}
    for page, fact in record.facts("therapy"):
        start, end = fact.attributes.get("start_date"), fact.attributes.get("end_date")
        if start and end and len(start) >= 7 and len(end) >= 7:
            for drug in fact.attributes.get("drugs", ()):
                courses.setdefault(drug, []).append((start, end, page, fact))
    for drug, told in courses.items():
        told.sort(key=lambda course: course[:2])
        for (a, b, page, first), (c, d, other, second) in pairwise(told):
            if (a, b) != (c, d) and before(c, b) and before(a, c) and before(c, d) and page is other:
                yield Clash(
                    (page.of(first), other.of(second)),
                    None,
                    {"drug": (drug.capitalize(), drug.capitalize()), "first": _span(a, b), "second": _span(c, d)},
                )


def _span(start: str, end: str) -> tuple[str, str]:
    from_fr, from_en = dated(start)
    to_fr, to_en = dated(end)
    return f"{from_fr} – {to_fr}", f"{from_en} – {to_en}"


RULES = (
    dose_out_of_range,
    dose_in_another_unit,
    malformed_dose,
    frequency_that_cannot_be,
    loading_against_maintenance,
    cumulative_anthracycline,
    cycles_against_dates,
    overlapping_courses,
)
