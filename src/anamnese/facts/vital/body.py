"""Weight and height: whose they are, and where they are told one beside the other or without their words."""

from __future__ import annotations

import re

from anamnese.facts.reading import Draft, Reading
from anamnese.facts.vital.values import FROM, HEIGHT, TO, WEIGHT, Found, height_of, number, weight_of
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re

_LOSS = folded_re(
    r"(?:perte|prise|gain|reprise|perdu|pris|variation|amaigrissement|baisse|stagnation|courbe|diminution|"
    r"augmentation)[ ](?:de[ ]|du[ ]|d'un[ ])?$"
)
_SPECIMEN = folded_re(
    r"\b(?:piece|tumeur|masse|rate|rein|uterus|foie|specimen|lobe|resection|nouveau-ne|naissance|foetus|prostate|"
    r"kyste|mesur|fragment|ovaire|sein)\b"
)
_SECOND_WEIGHT = folded_re(
    r"[ ]*(?:en |au )?debut[a-z ]{0,16},[ ]*(?=\d{2,3}(?:[.,]\d)?[ ]?kg[ ](?:en |a la )?fin)|"
    r"(?:[ ]*+,)?[ ]*(?:(?:en |a la )?fin|-+>|=>|puis|a l'arrivee)[ ]*(?:de traitement |de cure |:|a )?[ ]*"
    r"(?=\d{2,3}(?:[.,]\d)?[ ]?kg)|"
    r"[ ]*\((?:poids )?(?:habituel(?:lement)?|de forme|forme|anterieur(?:ement)?|initial)(?:[ ]*+:)?[ ]*"
    r"(?=\d{2,3}(?:[.,]\d)?[ ]?(?:kg)?\))|"
    r"[ ]*\((?=\d{2,3}(?:[.,]\d)?[ ]?(?:kg[ ]?)?(?:(?:a|au|le|en|il y a|avant|vs|lors|debut)[ ]|[jcms]\d))|"
    r"[ ]*\((?:vs|contre)[ ](?=\d{2,3}(?:[.,]\d)?[ ]?(?:kg)?[ )])"
)
_THEN_WEIGHED = folded_re(r"[ ]?(?:-+>|=>|>)[ ]?(?=\d{2,3}(?:[.,]\d)?(?![\d/%]))")
"""`70 -> 68 -> 66`"""
_BODY = folded_re(
    r"(?:[ ]*+(?:[,;/.]|pour|et|-|\(|:|mesure))?[ ]*(?:mesure[ ]|une taille de[ ])?"
    r"(?=1(?:\d\d|[.,]\d\d?|[ ]?m[ ]?\d\d))"
)
_BARE_BODY = folded_re(
    r"(?<![\d.,])(?P<height>[12][ ]?[.,][ ]?\d{1,2}[ ]?m|[12][ ]?m[ ]?\d{2}|1\d{2}[ ]?cm)"
    r"(?:[ ]*+(?:[,;/-]|et|pour))?[ ]*(?P<weight>\d{2,3}(?:[.,]\d)?)[ ]?$"
)
_OF_KILOS = folded_re(
    r"\b(?:patiente?|homme|femme|(?P<child>enfant|garcon|fille|fillette|nourrisson))[ ](?:agee?[ ])?"
    r"(?:de[ ]\d{1,3}[ ]ans,?[ ])?(?:et[ ])?de[ ](?P<weight>\d{1,3}(?:[.,]\d{1,2})?)[ ]?$"
)
"""`patient de 78 kg`"""
_LOST = folded_re(
    r"(?:perte|perdu|amaigri|maigri|pris[e ]|gain|poids|ponderal)[^.;\n]{0,40}?\b(?P<from>\d{2,3}(?:[.,]\d)?)[ ]?"
    r"(?:kg[ ]?)?(?:a|-+>|=>|>)[ ]?(?P<to>\d{2,3}(?:[.,]\d)?)[ ]?$"
)
"""`perte de 3 kg (de 61 à 58 kg)`"""
_LOST_REACH = 64
_STATUS = folded_re(r"(?:[ ]*+(?:[:=]|a|de))?[ ]*\d{1,3}[ ]?%?")
_CHILDHOOD = 16
"""The age in years below which a patient is a child."""
_KILOS = folded_re(r"(?:[ ]*+[,;./-])?[ ]*(?=\d{2,3}(?:[.,]\d)?[ ]?kg\b)")


def is_of_child(reading: Reading) -> bool:
    """Whether the report tells of one patient, a child: then `pesant 19 kg` is the patient's weight."""
    ages = [patient.get("age_years") for patient in reading.facts("patient")]
    return len(ages) == 1 and ages[0] is not None and ages[0] < _CHILDHOOD


def is_change(reading: Reading, hit: Hit) -> bool:
    """Whether what is told is a loss or a gain, no weight or size."""
    return _LOSS.search(reading.folded, max(0, hit.start - 24), hit.start) is not None


def of_specimen(reading: Reading, hit: Hit, weight: re.Match[str]) -> bool:
    """Whether a weight may be that of an organ told before it; none of those is as heavy as a grown-up."""
    if weight["unit"] and number(weight["value"]) >= _HEAVIEST_SPECIMEN:
        return False
    start = max(reading.sentence(hit.start).start, hit.start - 60)
    return _SPECIMEN.search(reading.folded, start, hit.start) is not None


_HEAVIEST_SPECIMEN = 30
"""In kilogrammes: from here on a weight is a body's."""


def second_weight(reading: Reading, first: re.Match[str], lead: str) -> list[Found]:
    """`78 kg (80 à C1)`, `passé de 80 à 72 kg`: an earlier weight told beside the present one."""
    folded = reading.folded
    gap = _SECOND_WEIGHT.match(folded, first.end())
    if gap is None and FROM.search(lead):
        gap = TO.match(folded, first.end())
    match = WEIGHT.match(folded, gap.end()) if gap else None
    if match and 2 <= (value := number(match["value"])) <= 350:
        return [Found(match.start(), match.end(), value)]
    found: list[Found] = []
    pos = first.end()
    while (arrow := _THEN_WEIGHED.match(folded, pos)) and (match := WEIGHT.match(folded, arrow.end())):
        found.append(Found(match.start(), match.end(), number(match["value"])))
        pos = match.end()
    return found


def height_after(reading: Reading, pos: int) -> list[Draft]:
    """`82 kg pour 176 cm`: a height without its word, behind a weight."""
    gap = _BODY.match(reading.folded, pos)
    match = HEIGHT.match(reading.folded, gap.end()) if gap else None
    if match and (match["metres"] or match["unit"]) and (value := height_of(match, "")) is not None:
        return [reading.draft("vital", match.start(), match.end(), "affirmed", name="height", value=value)]
    return []


def bare_body(reading: Reading, hit: Hit, done: int) -> list[Draft]:
    """`1,60 m, 71 kg`: a height and a weight without their words."""
    match = _BARE_BODY.search(reading.folded, max(done, hit.start - 24), hit.start)
    if match is None:
        told = _OF_KILOS.search(reading.folded, max(done, hit.start - 40), hit.start)
        if told and (2 if told["child"] else 30) <= (value := number(told["weight"])) <= 350:
            draft = reading.draft("vital", told.start("weight"), hit.end, "affirmed", name="weight", value=value)
            return [draft, *height_after(reading, hit.end)]
        return []
    height = HEIGHT.match(reading.folded, match.start())
    tall = height_of(height, "unit") if height else None
    weight = number(match["weight"])
    if height and tall is not None and 2 <= weight <= 350:
        return [
            reading.draft("vital", match.start(), match.end("height"), "affirmed", name="height", value=tall),
            reading.draft("vital", match.start("weight"), hit.end, "affirmed", name="weight", value=weight),
        ]
    return []


def weights_lost(reading: Reading, hit: Hit, done: int) -> list[Draft]:
    """`perte de 3 kg (de 61 à 58 kg)`: both weights."""
    folded = reading.folded
    before = folded[max(0, hit.start - 7) : hit.start]
    match = None
    if "a " in before or ">" in before:
        match = _LOST.search(folded, max(0, hit.start - _LOST_REACH), hit.start)
    if match is None or match.start("from") < done:
        return []
    first, last = number(match["from"]), number(match["to"])
    if min(first, last) < 30 or (first <= last and match[0].startswith(("per", "am", "mai"))):
        return []  # `une perte de 35 à 40 kg`
    return [
        reading.draft("vital", match.start("from"), match.end("from"), "affirmed", name="weight", value=first),
        reading.draft("vital", match.start("to"), hit.end, "affirmed", name="weight", value=last),
    ]


def body_beside_performance(reading: Reading) -> list[Draft]:
    """`OMS 1, 57 kg, 164 cm`: weight and height without their words, behind a performance status."""
    drafts: list[Draft] = []
    for hit in reading.hits("performance_status"):
        match = _STATUS.match(reading.folded, hit.end)
        gap = _KILOS.match(reading.folded, match.end()) if match else None
        weight = WEIGHT.match(reading.folded, gap.end()) if gap else None
        if weight and (value := weight_of(weight, "")) is not None:
            drafts.append(reading.draft("vital", weight.start(), weight.end(), "affirmed", name="weight", value=value))
            drafts += height_after(reading, weight.end())
    return drafts
