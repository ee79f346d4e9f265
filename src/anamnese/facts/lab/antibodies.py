"""Antibodies of a patient, by what they are against: `anticorps anti-récepteur de l'acétylcholine : 18,4 nmol/l`."""

from __future__ import annotations

from anamnese.facts.lab.values import measure_at
from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re

_AGAINST = folded_re(
    r"[ -]?(?P<what>[a-z][a-z0-9/'-]*(?:[ ](?!(?:est|etait|sont|etaient|a|positi[a-z]+|eleve[a-z]*|dose[a-z]*)\b)"
    r"[a-z0-9/'-]+){0,5}?)(?P<aside>[ ]\([a-z0-9/ +-]{1,20}\))?"
    r"(?:[ ]*(?:[:=,(]|(?:a|de|est|etait|sont|etaient|positi[a-z]+|eleve[a-z]*|dose[a-z]*|taux)\b)){0,5}[ ]*"
    r"(?=[<>]?[ ]?\d)"
)
_OF_A_DOSE = ("g", "mg", "ug", "mL", "L")
"""Units that an antibody has that is given as a drug."""


def read_antibody(reading: Reading, hit: Hit) -> Draft | None:
    """The measured antibody whose name begins with a hit; None where no value with a unit follows."""
    last = reading.sentence(hit.start).end
    against = _AGAINST.match(reading.folded, reading.folded.rfind("anti", hit.start, hit.end) + 4, last)
    measure = measure_at(reading, against.end(), last) if against else None
    if against is None or measure is None or measure.unit is None or measure.unit.weak:
        return None
    if measure.unit.ucum in _OF_A_DOSE or "/" not in measure.unit.ucum or measure.unit.ucum.endswith(("/m2", "/kg")):
        return None
    words = reading.text[against.start("what") : against.end("what")].lower()
    return reading.draft(
        "lab", hit.start, measure.end, "affirmed",
        analyte=f"anticorps anti-{words}", value=measure.value, unit=measure.written,
    )  # fmt: skip
