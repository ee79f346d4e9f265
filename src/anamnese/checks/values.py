"""Values: what cannot be measured, units that cannot be, scales left behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from anamnese.checks.checked import Checked, Page
from anamnese.checks.rule import Clash, measure, rule
from anamnese.checks.words import table
from anamnese.labels import number
from anamnese.lexicon.tables import PACKAGE, read_table

_NOT_UNIT = re.compile(r"[^a-z0-9/%]")


def plain_unit(unit: str) -> str:
    """A unit in the one form that the tables have: lower case, `u` for micro, `giga` for the G of cells, no spaces."""
    unit = "giga" + unit[1:] if unit.startswith("G/") else unit
    return _NOT_UNIT.sub(
        "", unit.lower().replace("µ", "u").replace("μ", "u").replace("³", "3").replace("mcg", "ug").replace("²", "2")
    )


@cache
def _ranges() -> dict[tuple[str, str], tuple[float, float, str]]:
    """By analyte and plain unit: the least, the most, the unit as written."""
    return {
        (row["analyte"], plain_unit(unit)): (float(row["low"]), float(row["high"]), row["units"].split()[0])
        for row in table("analytes")
        for unit in row["units"].split()
    }


@rule(
    "medium",
    fr="« {0} » : hors de ce qui se mesure chez un vivant ({low} à {high} {unit}).",
    en="“{0}”: outside what is measured in the living ({low} to {high} {unit}).",
)
def value_beyond_measure(record: Checked) -> Iterator[Clash]:
    """A value of blood outside the range that has been survived, in its own unit; `analytes.tsv` has the ranges."""
    for page, fact in record.facts("lab"):
        unit = fact.attributes.get("unit")
        limits = _ranges().get((fact.attributes["analyte"], plain_unit(unit))) if unit else None
        if (
            limits
            and not limits[0] <= fact.attributes["value"] <= limits[1]
            and not page.words_between("other_fluids", *page.sentence(fact.start))
        ):
            yield Clash(
                (page.of(fact),),
                _other_unit(fact.attributes["analyte"], fact.attributes["value"]),
                {"low": measure(limits[0]), "high": measure(limits[1]), "unit": unit or ""},
            )


def _other_unit(analyte: str, value: float) -> str | None:
    """The value in the one other unit in which it could be; None where none or several fit."""
    fitting = {unit for (name, _), (low, high, unit) in _ranges().items() if name == analyte and low <= value <= high}
    return f"{number(value, 'fr')} {fitting.pop()}" if len(fitting) == 1 else None


@rule(
    "high",
    fr="« {0} » : un pourcentage ne dépasse pas 100.",
    en="“{0}”: a percentage is not beyond 100.",
)
def percentage_beyond_100(record: Checked) -> Iterator[Clash]:
    """`Ki-67 150 %`: a share of cells, a blast count, a saturation beyond the whole."""
    for page, fact in record.facts("biomarker"):
        value = fact.attributes.get("value")
        if isinstance(value, int | float) and fact.attributes.get("unit") == "%" and not 0 <= value <= 100:
            yield Clash((page.of(fact),))
    for page in record.pages:
        for word in page.words("shares"):
            match = _PERCENT.match(page.flat, word.end)
            if (
                match
                and float(match[1].replace(",", ".")) > 100
                and not any(
                    fact.start <= word.start < fact.end and fact.attributes.get("unit") == "%"
                    for fact in page.facts("biomarker")
                )
            ):
                yield Clash((page.place(word.start, match.end()),))


_PERCENT = re.compile(r"[ :=(a]{1,4}(?:estime[e]? a |evalue[e]? a |environ |de )?(\d{1,4}(?:[.,]\d+)?) ?%")
_PER_TIME_OR_WEIGHT = re.compile(
    r"(?:mg|g|ug|ng|mmol|umol|ui|u)/(?:j|jour|jr|h|min|kg|24h)\b|^mmhg$|^cm[h]?2?o?$|^bpm$"
)


@rule(
    "medium",
    fr="« {0} » : cette unité ne peut être celle d'un dosage sanguin{likely_fr}.",
    en="“{0}”: this unit cannot be that of a blood test{likely_en}.",
)
def unit_that_cannot_be(record: Checked) -> Iterator[Clash]:
    """A concentration told per day or per kilogram (`mg/j` for `mg/L`); analytes of urine collections are left out."""
    timed = _timed()
    for page, fact in record.facts("lab"):
        unit = plain_unit(fact.attributes.get("unit") or _unit_after(page, fact.end))
        if fact.attributes["analyte"] in timed or not _PER_TIME_OR_WEIGHT.search(unit):
            continue
        end = fact.end if fact.attributes.get("unit") else fact.end + len(_unit_after(page, fact.end))
        if page.words_between("other_fluids", *page.sentence(fact.start)):
            continue
        place = page.place(fact.start, end)
        likely = (
            re.sub(r"/ ?(?:j|jour|jr)$", "/L", place.quote) if re.search(r"/ ?(?:j|jour|jr)$", place.quote) else None
        )
        told = likely.split()[-1] if likely else ""
        yield Clash(
            (place,),
            likely,
            {"likely_fr": f" ; sans doute {told}" if told else "", "likely_en": f"; probably {told}" if told else ""},
        )


_UNIT_AFTER = re.compile(r" ?(?:mg|g|ug|ng|mmol|umol) ?/ ?(?:j|jour|jr|kg)\b| ?mmhg\b")


def _unit_after(page: Page, pos: int) -> str:
    match = _UNIT_AFTER.match(page.flat, pos)
    return match[0] if match else ""


@cache
def _timed() -> frozenset[str]:
    return frozenset(row["analyte"] for row in table("timed_analytes"))


@cache
def _dimensions() -> tuple[dict[str, str], dict[str, str]]:
    """What each analyte is measured in, and what each unit measures: `count` of cells, `activity`, `mass` or amount
    of substance.
    """
    lab = Path(PACKAGE) / "facts" / "lab"
    analytes = {
        row["name"]: dimension for row in read_table(lab / "terms.tsv") if (dimension := _dimension(row["ucum"]))
    }
    units = {
        plain_unit(form): dimension
        for row in read_table(lab / "units.tsv")
        if (dimension := _dimension(row["ucum"]))
        for form in {row["form"], row["unit"] or row["form"]}
    }
    return analytes, units


def _dimension(ucum: str) -> str:
    if re.match(r"10\*\d+/", ucum) or ucum in ("/uL", "/mm3", "/L"):
        return "count"
    if ucum in ("U/L", "U/mL", "[IU]/L", "[IU]/mL", "k[IU]/L", "kU/L"):
        return "activity"
    if re.match(r"(?:[munpf]?g|[munpf]?mol|[m]?eq)/[dmu]?L$", ucum):
        return "mass"
    return ""


_KINDS = {
    "count": ("un nombre de cellules", "a count of cells"),
    "activity": ("une activité", "an activity"),
    "mass": ("une masse ou une quantité", "a mass or an amount"),
}


@rule(
    "medium",
    fr="« {0} » : {analyte} se mesure comme {right}, l'unité est celle d'{wrong}.",
    en="“{0}”: {analyte} is measured as {right}, the unit is that of {wrong}.",
)
def unit_of_other_kind(record: Checked) -> Iterator[Clash]:
    """Cells in grams, an enzyme or electrolyte in cells: a unit of another kind of quantity (`unit_kinds.tsv` names
    the analytes).
    """
    analytes, units = _dimensions()
    strict = {row["analyte"] for row in table("unit_kinds")}
    for page, fact in record.facts("lab"):
        analyte, unit = fact.attributes["analyte"], fact.attributes.get("unit")
        if not unit or analyte not in strict:
            continue
        right, wrong = analytes.get(analyte), units.get(plain_unit(unit))
        if right == "count" and plain_unit(unit) == "g/l":
            continue  # giga in lower case
        if right and wrong and right != wrong:
            yield Clash((page.of(fact),), None, {"analyte": analyte, "right": _KINDS[right], "wrong": _KINDS[wrong]})


_AMOUNT = re.compile(
    r"[ :=(]{0,3}(?:etait |est )?(?:mesuree? |estimee? )?(?:a |de |d')?[ ]?"
    r"(\d{1,4}(?:[.,]\d{1,2})?) ?(° ?c?|degres|%|kg\b|bpm|batt|/ ?min|c\b|/mn)"
)


@rule(
    "medium",
    fr="« {0} » : hors de ce qui se mesure chez un vivant ({low} à {high} {unit}).",
    en="“{0}”: outside what is measured in the living ({low} to {high} {unit}).",
)
def vital_beyond_measure(record: Checked) -> Iterator[Clash]:
    """A temperature, pulse, saturation or weight that cannot be (`vitals.tsv`), as the text has it: the reading
    leaves such values out.
    """
    for page in record.pages:
        for word in page.words("vitals"):
            match = _AMOUNT.match(page.flat, word.end)
            row = word.row
            if match is None or not match[2].startswith(tuple(row["signs"].split())):
                continue
            if not float(row["low"]) <= float(match[1].replace(",", ".")) <= float(row["high"]):
                yield Clash(
                    (page.place(word.start, match.end()),),
                    None,
                    {"low": row["low"], "high": row["high"], "unit": row["unit"]},
                )


_PRESSURE = re.compile(r"[ :=(]{0,3}(?:etait |est )?(?:a |de )?(\d{2,3}) ?/ ?(\d{2,3}) ?(?:mmhg|mm hg|mm de)")


@rule(
    "medium",
    fr="« {0} » : la pression diastolique dépasse la systolique.",
    en="“{0}”: the diastolic pressure is beyond the systolic.",
)
def pressures_exchanged(record: Checked) -> Iterator[Clash]:
    """A blood pressure whose second number is the greater."""
    for page in record.pages:
        for word in page.words("pressures"):
            match = _PRESSURE.match(page.flat, word.end)
            if match and int(match[2]) > int(match[1]):
                yield Clash((page.place(word.start, match.end()),), f"{match[2]}/{match[1]}")


@rule(
    "low",
    fr="L'IMC (« {2} ») ne va pas avec le poids (« {0} ») et la taille (« {1} ») : {bmi}.",
    en="The BMI (“{2}”) does not go with the weight (“{0}”) and height (“{1}”): {bmi}.",
)
def bmi_against_weight_and_height(record: Checked) -> Iterator[Clash]:
    """A body-mass index more than 2 kg/m² off that of the weight and height told with it."""
    for page in record.pages:
        told = {
            fact.attributes["name"]: fact
            for fact in reversed(page.facts("vital"))
            if isinstance(fact.attributes["value"], int | float)
        }
        if not {"weight", "height", "bmi"} <= told.keys() or told["weight"].date != told["bmi"].date:
            continue
        weight, height, bmi = (told[name].attributes["value"] for name in ("weight", "height", "bmi"))
        metres = height / 100 if height > 3 else height
        if metres <= 0.3:
            continue
        expected = weight / metres**2
        if abs(expected - bmi) > 2:
            yield Clash(
                tuple(page.of(told[name]) for name in ("weight", "height", "bmi")),
                None,
                {"bmi": measure(round(expected, 1))},
            )


_SCORE = re.compile(r"[ :=àa(]{0,4}(?:est |a |de |evalue[e]? a |estime[e]? a )?(\d{1,3})\b(?![.,/]?\d|/)")


@rule(
    "medium",
    fr="« {0} » : cette échelle va de {low} à {high}.",
    en="“{0}”: this scale goes from {low} to {high}.",
)
def score_beyond_its_scale(record: Checked) -> Iterator[Clash]:
    """ECOG 7, Karnofsky 150 %, grade 6 of toxicity: a score that its scale does not have (`scales.tsv`)."""
    for page in record.pages:
        for word in page.words("scales"):
            match = _SCORE.match(page.flat, word.end)
            if match is None:
                continue
            low, high = float(word.row["low"]), float(word.row["high"])
            if not low <= int(match[1]) <= high:
                yield Clash(
                    (page.place(word.start, match.end()),), None, {"low": word.row["low"], "high": word.row["high"]}
                )


_LARGEST_LESION_CM = 60
"""Centimetres; the largest solid tumours reported are ovarian cysts and retroperitoneal sarcomas of about half a
metre.
"""
_CENTIMETRES = re.compile(r"(?<![\d.,])((?:\d{2,4} ?[*x/] ?)*)(\d{2,4}) ?$")


@rule(
    "medium",
    fr="« {0} » : aucune lésion n'est si grande ; sans doute des millimètres.",
    en="“{0}”: no lesion is so large; probably millimetres.",
)
def lesion_too_large(record: Checked) -> Iterator[Clash]:
    """A lesion larger than any: centimetres written for millimetres."""
    for page in record.pages:
        for word in page.words("centimetres"):
            size = _CENTIMETRES.search(page.flat, max(0, word.start - 20), word.start)
            if size is None or int(size[2]) <= _LARGEST_LESION_CM:
                continue
            start = page.sentence(word.start).start
            lesion = page.words_between("signs", max(start, word.start - _LESION_BEFORE), word.start)
            if lesion:
                place = page.place(size.start(), word.end)
                yield Clash((page.place(lesion[-1].start, word.end),), place.quote.replace("cm", "mm"))


_LESION_BEFORE = 50
"""Characters from a lesion to its size."""


RULES = (
    value_beyond_measure,
    percentage_beyond_100,
    unit_that_cannot_be,
    unit_of_other_kind,
    vital_beyond_measure,
    pressures_exchanged,
    bmi_against_weight_and_height,
    score_beyond_its_scale,
    lesion_too_large,
)
