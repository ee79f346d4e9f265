"""Vital signs: a word of `terms.tsv` and the number behind it, or a number before a unit that says all (`110 bpm`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from anamnese.facts.columns import dated_row
from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re
from anamnese.reading.numbers import parse_number

_LEAD = folded_re(
    r"(?>(?:[ \n]+|[:=~.(\[<>°|-]+(?!\d)|[(<>=:~°|](?=[ ]?\d)|/[ ]?(?:taille|t)(?=[ ]*[:=|])|"
    r"il y a \d+ (?:mois|ans?|semaines|sem)|[jc]\d{1,2}(?=[ ]?[:=])|"
    r"\((?:en[ ])?[a-z/%°. ]{1,24}\)|\)|,[ ](?=(?:a|de)[ ])|"
    r"[ld]'|"
    r"(?:a|au|de|du|le|la|est|etait|etant|mesure|mesuree|environ|jusqu'a|jusque|allant|chiffree?|prise|estimee?|"
    r"evaluee?|cotee?|"
    r"actuel|actuelle|habituel|ce|jour|debut|fin|sec|usuel|corporel|forme|stable|sa|son|une|un|en|air|ambiant|libre|aa|base|basale?|"
    r"initiale?|entree|"
    r"admission|sortie|repos|au|reguliere?|sous|oxygene|o2|vaa|autour|superieure?|inferieure?|systolique|maximale?|max|"
    r"min|egale?|"
    r"elevee?|normale?|correcte?|conserve|conservee?|bilaterale|symetrique|isolee?|intermittente?|persistante?|"
    r"sinusale|pas|descendant|"
    r"avec|score|intensite|patiente?|kg|cm|m|evaluation|maximum|moyenne|mmhg|bpm|saturation|tres|ete|avait|"
    r"artere|veille|matin|forme|bras [dg]|affichait|passe|passee?|non|"
    r"invasive|chez|dextro|bras|gauche|droit|couche|debout|assis|aux|urgences|arrivee|arrivees)(?![a-z0-9]))*)"
)
_REACH = 60

_PRESSURE = folded_re(
    r"(?P<high>\d{1,3}(?:[.,]\d)?)[ ]?(?:mm ?hg|cm ?hg)?[ ]?(?:/|sur|-(?=\d{1,3}[ ]?[mc]m ?hg))[ "
    r"]?(?P<low>\d{1,3}(?:[.,]\d)?)(?:[ ]?(?:mm|cm)[ ]?(?:de )?(?:hg|mercure))?(?![\d/])"
)
_RATE = folded_re(
    r"(?P<value>\d{1,3})(?![\d.,/]\d)(?:[ ]?(?:bpm|bat[a-z]*|puls[a-z]*|cycles?|c|cpm|rpm|resp[a-z]*|mouv[a-z]*|"
    r"b|p|coups|mvts?)?[ ]?(?:/|par)[ ]?(?:min(?:ute)?s?|mn)|[ ]?(?:bpm|cpm|rpm)|[ ]?(?:battements|pulsations|"
    r"cycles|mouvements)(?:[ ](?:par|/)[ ]?minutes?)?)?"
)
_SATURATION = folded_re(r"(?P<value>\d{2,3}(?:[.,]\d)?)[ ]?(?:-[ ]?\d{2,3})?[ ]?(?P<unit>%|pour cent)?")
_THEN_SATURATED = folded_re(
    r"[^.;:\n\d]{0,24}?(?:puis|->|=>|>|remontant)[ ]*(?:a[ ])?(?P<value>\d{2,3})(?=[ ]?%[ ]*(?:sous|avec|apres|o2))"
)
"""`81 % AA puis 93 % sous 6 L/min`."""
_OXYGEN = folded_re(
    r"[^.;\n]{0,30}?\d{1,2}[ ]?l(?:itres?)?(?:[ ]?/[ ]?min(?:ute)?|pm)?[^.;\n\d]{0,30}?(?:a|:|est de|de)[ "
    r"](?=\d{2,3}[ ]?%)"
)
_TEMPERATURE = folded_re(
    r"(?P<value>\d{2}(?:(?:[ ]?[.,][ ]?|[ ]?°[ ]?)\d{1,2}(?!\d))?)(?:[ ]?(?:-|a|/)[ ]?\d{2}(?:[.,°]\d)?)?"
    r"(?:[ ]?(?P<unit>°[ ]?c?|degres(?:[ ]c(?:elsius)?)?|c))?(?![a-z0-9])"
)
_WEIGHT = folded_re(
    r"(?P<value>\d{1,3}(?:[.,]\d{1,3})?)[ ]?(?P<unit>kgs?|kilogrammes?|kilos?)?(?![\w,.]?\d)(?![a-z%/])(?<![ ])"
)
_HEIGHT = folded_re(
    r"(?P<value>\d{3}(?:[.,]\d)?)[ ]?(?P<unit>cms?|centimetres?)?(?![a-z0-9²])(?<![ ])|(?P<metres>[0-2])[ ]?(?:[.,]|"
    r"m(?:etre)?[ ]?)(?P<rest>\d{1,2})[ ]?(?:m(?:etres?)?)?(?![a-z0-9]|[ ]?x|[ ]?[cm]m)"
)
_SECOND_PAIN = folded_re(r"[^.;:\n\d]{0,24}?(?:,|et|puis|-+>|=>|>)[ ]*(?:a[ ])?(?=\d{1,2}[ ]?/[ ]?10\b)")
_SMALL_HEIGHT = folded_re(r"(?P<value>\d{2}(?:[.,]\d)?)[ ]?(?P<unit>cms?|centimetres?)(?![a-z0-9²/])(?P<metres>)")
"""The height of a small child, with the groups of `_HEIGHT`."""
_INDEX = folded_re(r"(?P<value>\d{2}(?:[.,]\d{1,2})?)(?![\d])(?![ ]?kg(?![ ]?/))(?:[ ]?kg[ ]?/[ ]?m[2²]?)?")
_PAIN = folded_re(
    r"(?P<value>\d{1,3}(?:[.,]\d)?)(?:[ ]?(?:-|a|et)[ ]?\d{1,2}(?=[ ]?/))?(?:[ ]?(?P<scale>/[ ]?(?:100|10)\b|"
    r"sur[ ](?:100|10)\b))?(?![\d.,]\d|[a-z0-9])"
)


class _Found(NamedTuple):
    start: int
    end: int
    value: float | str


def _number(string: str) -> float:
    return parse_number(string.replace(" ", "").replace("°", ","))


def _pressure(match: re.Match[str], kind: str) -> str | None:
    high, low = _number(match["high"]), _number(match["low"])
    plausible = (40 <= high <= 320 and 15 <= low <= 200) or (4 <= high <= 30 and 2 <= low <= 18)
    return f"{match['high']}/{match['low']}" if plausible and low < high else None


def _rate(low: int, high: int) -> Callable[[re.Match[str], str], float | None]:
    def rate(match: re.Match[str], kind: str) -> float | None:
        value = int(match["value"])
        return value if low <= value <= high else None

    return rate


def _saturation(match: re.Match[str], kind: str) -> float | None:
    value = _number(match["value"])
    return value if 40 <= value <= 100 and (match["unit"] or value > 70) else None


def _temperature(match: re.Match[str], kind: str) -> float | None:
    value = _number(match["value"])
    return value if 33 <= value <= 43 else None


def _weight(match: re.Match[str], kind: str) -> float | None:
    value = _number(match["value"])
    if match["unit"] is None:
        return value if not kind and 30 <= value <= 200 else None
    return value if (30 if kind else 2) <= value <= 350 else None


def _height(match: re.Match[str], kind: str) -> float | None:
    if match["metres"]:
        if kind and "m" not in match[0]:
            return None
        centimetres = int(match["metres"]) * 100 + int(match["rest"].ljust(2, "0"))
        return centimetres if 50 <= centimetres <= 230 and match["metres"] != "0" else None
    value = _number(match["value"])
    least = 100 if match.re is _HEIGHT else 45
    return value if least <= value <= 220 and (match["unit"] or not kind) else None


def _index(match: re.Match[str], kind: str) -> float | None:
    value = _number(match["value"])
    return value if 10 <= value <= 80 else None


def _pain(match: re.Match[str], kind: str) -> float | None:
    value = _number(match["value"])
    if match["scale"] and match["scale"].endswith("100"):
        value = value / 10
    return value if value <= 10 and (match["scale"] or not kind) else None


_READ: dict[str, tuple[re.Pattern[str], Callable[[re.Match[str], str], float | str | None]]] = {
    "blood_pressure": (_PRESSURE, _pressure),
    "heart_rate": (_RATE, _rate(20, 300)),
    "respiratory_rate": (_RATE, _rate(5, 90)),
    "spo2": (_SATURATION, _saturation),
    "temperature": (_TEMPERATURE, _temperature),
    "weight": (_WEIGHT, _weight),
    "height": (_HEIGHT, _height),
    "bmi": (_INDEX, _index),
    "pain": (_PAIN, _pain),
}
"""How the value of each sign is written, and which values are plausible."""

_OTHER = folded_re(
    r"[ ]*(?:jours?|j\b|heures?|h\b|mois\b|ans?\b|annees?|semaines?|sem\b|%|mg|g\b|gr\b|grammes?|mm\b(?!/)|"
    r"cm[23]?\b|ml\b|cc\b|x\b|x[ ]?\d|ui\b|/[ ]?\d)"
)
"""What makes a number without its own unit no vital sign."""

_FINDING_LEAD = folded_re(
    r"[ ]*[^.;:\n\d]{0,24}?[ ]?(?:a|de|jusqu'a|environ|\(|:|=)[ ]*(?=\d)|[ ]*\(?(?=\d{2}[ "
    r".,°])"
)
_THRESHOLD = folded_re(r"super|infer|<|>")
_FETAL = folded_re(r"fo?eta|rcf|embryon|cardiaques positif")
_LOSS = folded_re(
    r"(?:perte|prise|gain|reprise|perdu|pris|variation|amaigrissement|baisse|stagnation|courbe|diminution|"
    r"augmentation)[ ](?:de[ ]|du[ ]|d'un[ ])?$"
)
_SPECIMEN = folded_re(
    r"\b(?:piece|tumeur|masse|rate|rein|uterus|foie|specimen|lobe|resection|nouveau-ne|naissance|foetus|prostate|"
    r"kyste|mesur|fragment|ovaire|sein)\b"
)
_BEFORE: dict[str, re.Pattern[str]] = {
    "blood_pressure": folded_re(r"(?<![\d/])\d{1,3}(?:[.,]\d)?[ ]?/[ ]?\d{1,3}(?:[.,]\d)?[ ]?$"),
    "heart_rate": folded_re(r"(?<![\d.,])\d{2,3}[ ]?$"),
    "respiratory_rate": folded_re(r"(?<![\d.,])\d{2}[ ]?$"),
    "temperature": folded_re(r"(?<![\d.,])\d{2}(?:[.,]\d{1,2})?[ ]?°?[ ]?$"),
}
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
_TO = folded_re(r"[ ]*(?:jusqu')?a[ ](?=\d)")
_FROM = folded_re(r"pass[a-z]*[ ]de[ ]$|[ ]de[ ]$")
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
_CHILD = folded_re(r"\b(?:enfant|garcon|fillette|nourrisson|fille|bebe|il|elle|patiente?|nouveau-ne)\b[^.;:]{0,25}$")
_LETTER = folded_re(r"[ ]?[:=]?[ ]?(?:[01][ ]?[.,m][ ]?\d\d|\d{2,3}(?:[.,]\d)?[ ]?cm)")
_CENTIMETRES = folded_re(r"[ ]?[:=][ ]?1[3-9]\d(?![\d.,/]|[ ]?(?:[munkp]?g|mm|ml|ui|mois|ans|jours?|mmol)\b)")
"""`T=161`: no temperature, and a height without its unit."""
_SCORED = folded_re(r"[ ]?[:=][ ]?\d")
_LOST = folded_re(
    r"(?:perte|perdu|amaigri|maigri|pris[e ]|gain|poids|ponderal)[^.;\n]{0,40}?\b(?P<from>\d{2,3}(?:[.,]\d)?)[ ]?"
    r"(?:kg[ ]?)?(?:a|-+>|=>|>)[ ]?(?P<to>\d{2,3}(?:[.,]\d)?)[ ]?$"
)
"""`perte de 3 kg (de 61 à 58 kg)`"""
_LOST_REACH = 64
_EXAMINED = folded_re(
    r"[ ]?\d{2,3}(?:[.,]\d)?(?:[ ]?kg)?(?:[ ]*+[,;/-])?[ ]*(?:ta|pa|t|fc|pouls|taille|oms|ps|sc|imc)\b"
)
"""`P 57,5 TA 11/7`: a weight under its letter, among other signs."""
_STATUS = folded_re(r"(?:[ ]*+(?:[:=]|a|de))?[ ]*\d{1,3}[ ]?%?")
_KILOS = folded_re(r"(?:[ ]*+[,;./-])?[ ]*(?=\d{2,3}(?:[.,]\d)?[ ]?kg\b)")


def read(reading: Reading) -> Iterable[Draft]:
    """One `vital` for each value of each sign."""
    last_end = -1
    for hit in reading.hits("vital"):
        if hit.start < last_end:
            continue
        if hit.term.name == "weight" and hit.term.row["kind"] == "unit":
            if not any(map(str.isdigit, reading.folded[max(0, hit.start - 2) : hit.start])):
                continue  # `3 mg/kg`
            changed = list(_lost(reading, hit, last_end)) or _bare_body(reading, hit, last_end)
            for draft in changed:
                last_end = max(last_end, draft.end)
                yield draft
            continue
        row = list(_dated(reading, hit))
        if len(row) > 1:
            last_end = row[-1].end
            yield from row
            continue
        for found in _of(reading, hit):
            last_end = max(last_end, found.end)
            start = min(hit.start, found.start)
            yield reading.draft("vital", start, found.end, "affirmed", name=hit.term.name, value=found.value)
            if hit.term.name == "weight":
                for draft in _height_after(reading, found.end):
                    last_end = max(last_end, draft.end)
                    yield draft
    yield from _beside_performance(reading)


def _dated(reading: Reading, hit: Hit) -> Iterator[Draft]:
    """`Poids (kg)   72   71   69,5` under a line of dates: one value for each date."""
    line = reading.line_start(hit.start)
    if hit.term.row["kind"] in ("finding", "unit") or reading.folded[line : hit.start].strip(" |-*"):
        return
    pattern, value_of = _READ[hit.term.name]
    for cell, date in dated_row(reading, hit.end):
        match = pattern.match(reading.folded, cell.start, cell.end)
        value = value_of(match, "") if match else None
        if match and value is not None:
            yield reading.draft("vital", hit.start, match.end(), "affirmed", date, name=hit.term.name, value=value)


def _of(reading: Reading, hit: Hit) -> Iterator[_Found]:
    folded, name, kind = reading.folded, hit.term.name, hit.term.row["kind"]
    pattern, value_of = _READ[name]
    if kind == "unit":
        before = _BEFORE[name].search(folded, max(0, hit.start - 12), hit.start)
        match = pattern.match(folded, before.start()) if before else None
        value = value_of(match, "") if match else None
        if _FETAL.search(folded, max(0, hit.start - 60), hit.start):
            return
        if before and _THRESHOLD.search(folded, max(0, before.start() - 14), before.start()):
            return
        if match and value is not None and (name != "temperature" or _is_body(folded, hit.start)):
            yield _Found(match.start(), max(match.end(), hit.end), value)
        return
    if name in ("weight", "height") and not _of_the_patient(reading, hit):
        return
    limit = min(hit.end + _REACH, max(reading.sentence(hit.end - 1).end, hit.end + 8))
    if kind == "finding" and name not in ("weight", "height"):
        lead = _FINDING_LEAD.match(folded, hit.end, limit)
    else:
        lead = _LEAD.match(folded, hit.end, limit)
    if lead is None or lead.end() > limit or (kind == "finding" and _THRESHOLD.search(lead[0])):
        return
    if name == "pain" and "douleur" in folded[max(0, hit.start - 12) : hit.start]:
        kind = ""
    if name == "heart_rate" and _FETAL.search(folded, max(0, hit.start - 60), hit.start):
        return
    pos = lead.end()
    dates = reading.dates_between(pos, pos + 1) if name != "blood_pressure" else []
    if dates and dates[0].calendar and dates[0].end < limit and (lead := _LEAD.match(folded, dates[0].end, limit + 10)):
        pos = lead.end()
    if kind == "letter":
        bare = _CENTIMETRES.match(folded, hit.end) is not None
        if not bare and _LETTER.match(folded, hit.end) is None:
            return
        kind = "" if bare else "finding"
    if name == "pain" and hit.term.pattern.startswith("=E") and _SCORED.match(folded, hit.end):
        kind = ""
    if name == "weight" and folded.startswith((" :", ":"), hit.end):
        kind = ""
    if name == "weight" and hit.end - hit.start == 1 and _EXAMINED.match(folded, hit.end):
        kind = ""
    if kind == "finding" and name == "weight" and (
        _CHILD.search(folded, max(0, hit.start - 40), hit.start) or _is_of_child(reading)
    ):
        kind = ""
    match = pattern.match(folded, pos)
    if match is None and name == "height" and not kind and _is_of_child(reading):
        match = _SMALL_HEIGHT.match(folded, pos)
    if (
        name == "spo2"
        and (match is None or match["unit"] is None)
        and (oxygen := _OXYGEN.match(folded, hit.end, hit.end + 90))
    ):
        match = pattern.match(folded, oxygen.end())
    value = value_of(match, kind) if match else None
    if match is None or value is None or _is_other(reading, name, match):
        return
    yield _Found(match.start(), match.end(), value)
    if name == "weight":
        yield from _second_weight(reading, match, lead[0])
    elif name == "pain" and _FROM.search(lead[0]) and (to := _TO.match(folded, match.end())):
        yield from _later_pain(folded, to.end())
    elif name == "pain" and match["scale"] and (second := _SECOND_PAIN.match(folded, match.end())):
        yield from _later_pain(folded, second.end())
    elif name == "spo2" and (then := _THEN_SATURATED.match(folded, match.end())):
        yield _Found(then.start("value"), then.end("value"), _number(then["value"]))


def _later_pain(folded: str, pos: int) -> Iterator[_Found]:
    """The second of two scores: `de 8 à 3`, `6/10 au repos, 8/10 à l'effort`."""
    later = _PAIN.match(folded, pos)
    if later and (value := _pain(later, "")) is not None:
        yield _Found(later.start(), later.end(), value)


def _is_of_child(reading: Reading) -> bool:
    """Whether the report tells of one patient, a child: then `pesant 19 kg` is the patient's weight."""
    ages = [patient.get("age_years") for patient in reading.facts("patient")]
    return len(ages) == 1 and ages[0] is not None and ages[0] < _CHILDHOOD


_CHILDHOOD = 16


def _is_body(folded: str, pos: int) -> bool:
    """Whether degrees are the body's: heated chemotherapy and storage have theirs."""
    return not re.search(r"chip|chimio|conserv|bain|congel|incub|prechauff", folded[max(0, pos - 60) : pos])


def _is_other(reading: Reading, name: str, match: re.Match[str]) -> bool:
    """Whether the number belongs to something else: a duration, a count, a dose, a lesion."""
    if name in ("blood_pressure", "spo2") or (name == "temperature" and match["unit"]):
        return False
    if name in ("weight", "height") and match["unit"]:
        return False
    return _OTHER.match(reading.folded, match.end()) is not None


def _of_the_patient(reading: Reading, hit: Hit) -> bool:
    """Whether a weight or a size is the patient's: not a loss, not a specimen's."""
    folded = reading.folded
    if _LOSS.search(folded, max(0, hit.start - 24), hit.start):
        return False
    if hit.term.name == "height":
        return True
    return _SPECIMEN.search(folded, max(reading.sentence(hit.start).start, hit.start - 60), hit.start) is None


def _second_weight(reading: Reading, first: re.Match[str], lead: str) -> Iterator[_Found]:
    """`78 kg (80 à C1)`, `passé de 80 à 72 kg`: an earlier weight told beside the present one."""
    folded = reading.folded
    gap = _SECOND_WEIGHT.match(folded, first.end())
    if gap is None and _FROM.search(lead):
        gap = _TO.match(folded, first.end())
    match = _WEIGHT.match(folded, gap.end()) if gap else None
    if match and 2 <= (value := _number(match["value"])) <= 350:
        yield _Found(match.start(), match.end(), value)
        return
    pos = first.end()
    while (arrow := _THEN_WEIGHED.match(folded, pos)) and (match := _WEIGHT.match(folded, arrow.end())):
        yield _Found(match.start(), match.end(), _number(match["value"]))
        pos = match.end()


def _height_after(reading: Reading, pos: int) -> Iterator[Draft]:
    """`82 kg pour 176 cm`: a height without its word, behind a weight."""
    gap = _BODY.match(reading.folded, pos)
    match = _HEIGHT.match(reading.folded, gap.end()) if gap else None
    if match and (match["metres"] or match["unit"]) and (value := _height(match, "")) is not None:
        yield reading.draft("vital", match.start(), match.end(), "affirmed", name="height", value=value)


def _bare_body(reading: Reading, hit: Hit, done: int) -> Iterator[Draft]:
    """`1,60 m, 71 kg`: a height and a weight without their words."""
    match = _BARE_BODY.search(reading.folded, max(done, hit.start - 24), hit.start)
    if match is None:
        told = _OF_KILOS.search(reading.folded, max(done, hit.start - 40), hit.start)
        if told and (2 if told["child"] else 30) <= (value := _number(told["weight"])) <= 350:
            yield reading.draft("vital", told.start("weight"), hit.end, "affirmed", name="weight", value=value)
            yield from _height_after(reading, hit.end)
        return
    height = _HEIGHT.match(reading.folded, match.start())
    tall = _height(height, "unit") if height else None
    weight = _number(match["weight"])
    if height and tall is not None and 2 <= weight <= 350:
        yield reading.draft("vital", match.start(), match.end("height"), "affirmed", name="height", value=tall)
        yield reading.draft("vital", match.start("weight"), hit.end, "affirmed", name="weight", value=weight)


def _lost(reading: Reading, hit: Hit, done: int) -> Iterator[Draft]:
    """`perte de 3 kg (de 61 à 58 kg)`: both weights."""
    folded = reading.folded
    before = folded[max(0, hit.start - 7) : hit.start]
    match = None
    if "a " in before or ">" in before:
        match = _LOST.search(folded, max(0, hit.start - _LOST_REACH), hit.start)
    if match is None or match.start("from") < done:
        return
    first, last = _number(match["from"]), _number(match["to"])
    if min(first, last) < 30 or (first <= last and match[0].startswith(("per", "am", "mai"))):
        return  # `une perte de 35 à 40 kg`
    yield reading.draft("vital", match.start("from"), match.end("from"), "affirmed", name="weight", value=first)
    yield reading.draft("vital", match.start("to"), hit.end, "affirmed", name="weight", value=last)


def _beside_performance(reading: Reading) -> Iterator[Draft]:
    """`OMS 1, 57 kg, 164 cm`: weight and height without their words, behind a performance status."""
    for hit in reading.hits("performance_status"):
        match = _STATUS.match(reading.folded, hit.end)
        gap = _KILOS.match(reading.folded, match.end()) if match else None
        weight = _WEIGHT.match(reading.folded, gap.end()) if gap else None
        if weight and (value := _weight(weight, "")) is not None:
            yield reading.draft("vital", weight.start(), weight.end(), "affirmed", name="weight", value=value)
            yield from _height_after(reading, weight.end())
