"""Radiation: doses beyond what a place bears, fractions that nobody gives, products that are not the total."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anamnese.checks.checked import Checked
from anamnese.checks.rule import Clash, measure, rule
from anamnese.checks.words import table
from anamnese.labels import number
from anamnese.reading.fold import fold

_ANYWHERE = "*"


@rule(
    "medium",
    fr="« {0} » : {dose} Gy, au-delà de ce que l'on donne à {site_fr} ({limit} Gy).",
    en="“{0}”: {dose} Gy, beyond what is given to {site_en} ({limit} Gy).",
)
def radiation_beyond_tolerance(record: Checked) -> Iterator[Clash]:
    """External radiation beyond the dose that a place is held to bear (`radiation.tsv`); brachytherapy and isotopes
    aside.
    """
    rows = table("radiation")
    for page, fact in record.facts("therapy"):
        dose = fact.attributes.get("dose_gy")
        if fact.attributes["kind"] != "radiotherapy" or not dose:
            continue
        sentence = page.sentence(fact.start)
        if page.words_between("not_external", *sentence):
            continue
        site = fold(fact.attributes.get("site") or "")
        row = next((row for row in rows if row["site"] != _ANYWHERE and re.search(row["site"], site)), None)
        limit = row or next(row for row in rows if row["site"] == _ANYWHERE)
        if dose > float(limit["gy"]):
            yield Clash(
                (page.of(fact),),
                None,
                {"dose": measure(dose), "limit": limit["gy"], "site_fr": limit["name_fr"], "site_en": limit["name_en"]},
                severity="high" if dose > 2 * float(limit["gy"]) else None,
            )


_LEAST_FRACTION, _MOST_FRACTION = 0.7, 30.0
"""Gy of one fraction: hyperfractionation gives 1.0–1.2, low-dose lymphoma treatment 2, single-fraction radiosurgery
to 24–30 (QUANTEC, HyTEC).
"""
_PER_FRACTION = re.compile(
    r"(\d{1,2}) (?:fractions?|seances?|fr) (?:quotidiennes? )?(?:de|x) ?(\d{1,2}(?:[.,]\d{1,2})?) ?gy"
)
_TOTAL = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?) ?gy")


@rule(
    "medium",
    fr="« {0} » : {fraction} Gy par fraction, ce qui ne se donne pas.",
    en="“{0}”: {fraction} Gy a fraction, which is not given.",
)
def fraction_that_cannot_be(record: Checked) -> Iterator[Clash]:
    """A total dose and a number of fractions that make a dose of each that nobody gives."""
    for page, fact in record.facts("therapy"):
        dose, fractions = fact.attributes.get("dose_gy"), fact.attributes.get("fractions")
        if dose and fractions and not _LEAST_FRACTION <= dose / fractions <= _MOST_FRACTION:
            yield Clash((page.of(fact),), None, {"fraction": measure(round(dose / fractions, 2))})


@rule(
    "medium",
    fr="« {0} » : {fractions} fractions de {each} Gy font {total} Gy, pas {told} Gy.",
    en="“{0}”: {fractions} fractions of {each} Gy make {total} Gy, not {told} Gy.",
)
def fractions_against_total(record: Checked) -> Iterator[Clash]:
    """`60 Gy en 25 fractions de 2 Gy`: a product that is not the total."""
    for page, fact in record.facts("therapy"):
        dose = fact.attributes.get("dose_gy")
        if fact.attributes["kind"] != "radiotherapy" or not dose:
            continue
        sentence = page.sentence(fact.start)
        match = _PER_FRACTION.search(page.flat, max(sentence.start, fact.start - 10), min(sentence.end, fact.end + 50))
        if match is None or page.flat.startswith((" par ", "/"), match.end()):
            continue
        fractions, each = int(match[1]), float(match[2].replace(",", "."))
        totals = [float(m[1].replace(",", ".")) for m in _TOTAL.finditer(page.flat, sentence.start, sentence.end)]
        if len(set(totals) - {each}) == 1 and dose in totals and abs(fractions * each - dose) > 0.05 * dose:
            yield Clash(
                (page.place(min(fact.start, match.start()), max(fact.end, match.end())),),
                f"{number(fractions * each, 'fr')} Gy",
                {
                    "fractions": str(fractions),
                    "each": measure(each),
                    "total": measure(round(fractions * each, 2)),
                    "told": measure(dose),
                },
            )


RULES = (
    radiation_beyond_tolerance,
    fraction_that_cannot_be,
    fractions_against_total,
)
