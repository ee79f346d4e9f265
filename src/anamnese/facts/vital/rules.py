"""Vital signs: a word of `terms.tsv` and the number behind it, or a number before a unit that says all (`110 bpm`)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from anamnese.facts.columns import dated_row
from anamnese.facts.reading import Draft, Reading
from anamnese.facts.vital.body import (
    bare_body,
    body_beside_performance,
    height_after,
    is_change,
    is_of_child,
    of_specimen,
    second_weight,
    weights_lost,
)
from anamnese.facts.vital.values import FROM, PAIN, READ, SMALL_HEIGHT, TO, Found, number, pain_of
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re

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
    r"axillaire|rectale|tympanique|buccale|centrale|capillaire|invasive|chez|dextro|bras|gauche|droit|couche|debout|assis|aux|urgences|arrivee|arrivees)(?![a-z0-9]))*)"
)
_REACH = 60
_THEN_SATURATED = folded_re(
    r"[^.;:\n\d]{0,24}?(?:puis|->|=>|>|remontant)[ ]*(?:a[ ])?(?P<value>\d{2,3})(?=[ ]?%[ ]*(?:sous|avec|apres|o2))"
)
"""`81 % AA puis 93 % sous 6 L/min`."""
_THEN_PRESSED = folded_re(
    r"[ ]?(?:(?:au|a l'|a la)[^.;:,\n\d]{3,20})?,?[ ](?:puis|->|=>|>)[ ](?:a[ ])?(?=\d{2,3}[ ]?/)"
)
"""`168/98 puis 162/95`"""
_OXYGEN = folded_re(
    r"[^.;\n]{0,30}?\d{1,2}[ ]?l(?:itres?)?(?:[ ]?/[ ]?min(?:ute)?|pm)?[^.;\n\d]{0,30}?(?:a|:|est de|de)[ "
    r"](?=\d{2,3}[ ]?%)"
)
_SECOND_PAIN = folded_re(r"[^.;:\n\d]{0,24}?(?:,|et|puis|-+>|=>|>)[ ]*(?:a[ ])?(?=\d{1,2}[ ]?/[ ]?10\b)")
_OTHER = folded_re(
    r"[ ]*(?:jours?|j\b|heures?|h\b|mois\b|ans?\b|annees?|semaines?|sem\b|%|mg|g\b|gr\b|grammes?|mm\b(?!/)|"
    r"cm[23]?\b|ml\b|cc\b|x\b|x[ ]?\d|ui\b|/[ ]?\d)"
)
"""What makes a number without its own unit no vital sign."""
_FINDING_LEAD = folded_re(
    r"[ ]*[^.;:\n\d]{0,24}?[ ]?(?:a|de|jusqu'a|environ|\(|:|=)[ ]*(?=\d)|[ ]*\(?(?=\d{2}[ "
    r".,°])"
)
_MMHG = folded_re(r"(?:[4-9]\d|[12]\d\d)[ ]?/")
_THRESHOLD = folded_re(r"super|infer|<|>")
_FETAL = folded_re(r"fo?eta|rcf|embryon|cardiaques positif")
_BEFORE: dict[str, re.Pattern[str]] = {
    "blood_pressure": folded_re(r"(?<![\d/])\d{1,3}(?:[.,]\d)?[ ]?/[ ]?\d{1,3}(?:[.,]\d)?[ ]?$"),
    "heart_rate": folded_re(r"(?<![\d.,])\d{2,3}[ ]?$"),
    "respiratory_rate": folded_re(r"(?<![\d.,])\d{2}[ ]?$"),
    "temperature": folded_re(r"(?<![\d.,])\d{2}(?:[.,]\d{1,2})?[ ]?°?[ ]?$"),
}
_CHILD = folded_re(r"\b(?:enfant|garcon|fillette|nourrisson|fille|bebe|il|elle|patiente?|nouveau-ne)\b[^.;:]{0,25}$")
_LETTER = folded_re(r"[ ]?[:=]?[ ]?(?:[01][ ]?[.,m][ ]?\d\d|\d{2,3}(?:[.,]\d)?[ ]?cm)")
_CENTIMETRES = folded_re(r"[ ]?[:=][ ]?1[3-9]\d(?![\d.,/]|[ ]?(?:[munkp]?g|mm|ml|ui|mois|ans|jours?|mmol)\b)")
"""`T=161`: no temperature, and a height without its unit."""
_SCORED = folded_re(r"[ ]?[:=][ ]?\d")
_EXAMINED = folded_re(
    r"[ ]?\d{2,3}(?:[.,]\d)?(?:[ ]?kg)?(?:[ ]*+[,;/-])?[ ]*(?:ta|pa|t|fc|pouls|taille|oms|ps|sc|imc)\b"
)
"""`P 57,5 TA 11/7`: a weight under its letter, among other signs."""


def read(reading: Reading) -> Iterable[Draft]:
    """One `vital` for each value of each sign."""
    drafts: list[Draft] = []
    last_end = -1
    for hit in reading.hits("vital"):
        if hit.start < last_end:
            continue
        if hit.term.name == "weight" and hit.term.row["kind"] == "unit":
            if not any(sign.isdigit() for sign in reading.folded[max(0, hit.start - 2) : hit.start]):
                continue  # `3 mg/kg`
            for draft in weights_lost(reading, hit, last_end) or bare_body(reading, hit, last_end):
                last_end = max(last_end, draft.end)
                drafts.append(draft)
            continue
        row = _dated(reading, hit)
        if len(row) > 1:
            last_end = row[-1].end
            drafts += row
            continue
        for found in _before_unit(reading, hit) if hit.term.row["kind"] == "unit" else _of(reading, hit):
            last_end = max(last_end, found.end)
            start = min(hit.start, found.start)
            drafts.append(reading.draft("vital", start, found.end, "affirmed", name=hit.term.name, value=found.value))
            if hit.term.name == "weight":
                for draft in height_after(reading, found.end):
                    last_end = max(last_end, draft.end)
                    drafts.append(draft)
    return drafts + body_beside_performance(reading) + _by_its_degrees(reading, drafts)


_FEVERISH = folded_re(r"(?<![\d.,])(?:3[5-9]|4[0-2])°[0-9](?![\d.,°])")


def _by_its_degrees(reading: Reading, told: list[Draft]) -> list[Draft]:
    """`38°9`: a temperature by the way it is written, where its word is far away."""
    folded = reading.folded
    drafts: list[Draft] = []
    at = folded.find("°")
    if at < 0:
        return drafts
    starts = [draft.start for draft in told]  # in order of place, and none within another
    while at >= 0:
        match = _FEVERISH.match(folded, max(0, at - 2))
        before = bisect_right(starts, at) - 1
        if match and (before < 0 or told[before].end < at) and _is_body(folded, at):
            value = number(match[0])
            drafts.append(
                reading.draft("vital", match.start(), match.end(), "affirmed", name="temperature", value=value)
            )
        at = folded.find("°", at + 1)
    return drafts


_LABEL = 8
"""So many characters before a sign tell mostly that it does not open its line."""


def _dated(reading: Reading, hit: Hit) -> list[Draft]:
    """`Poids (kg)   72   71   69,5` under a line of dates: one value for each date."""
    if hit.term.row["kind"] in ("finding", "unit"):
        return []
    before = reading.folded[max(0, hit.start - _LABEL) : hit.start].rstrip(" |-*")
    if before and before[-1] != "\n":
        return []  # in a sentence, as mostly
    line = reading.line_start(hit.start)
    if reading.folded[line : hit.start].strip(" |-*"):
        return []
    drafts: list[Draft] = []
    pattern, value_of = READ[hit.term.name]
    for cell, date in dated_row(reading, hit.end):
        match = pattern.match(reading.folded, cell.start, cell.end)
        value = value_of(match, "") if match else None
        if match and value is not None:
            drafts.append(
                reading.draft("vital", hit.start, match.end(), "affirmed", date, name=hit.term.name, value=value)
            )
    return drafts


def _before_unit(reading: Reading, hit: Hit) -> list[Found]:
    """The value before a unit that says all."""
    folded, name = reading.folded, hit.term.name
    before = _BEFORE[name].search(folded, max(0, hit.start - 12), hit.start)
    if before is None:
        return []
    pattern, value_of = READ[name]
    match = pattern.match(folded, before.start())
    value = value_of(match, "") if match else None
    if (
        match is None
        or value is None
        or _FETAL.search(folded, max(0, hit.start - 60), hit.start)
        or _THRESHOLD.search(folded, max(0, before.start() - 14), before.start())
        or (name == "temperature" and not _is_body(folded, hit.start))
    ):
        return []
    return [Found(match.start(), max(match.end(), hit.end), value)]


def _of(reading: Reading, hit: Hit) -> list[Found]:
    """The values behind the word of a sign."""
    folded, name, kind = reading.folded, hit.term.name, hit.term.row["kind"]
    if name in ("weight", "height") and is_change(reading, hit):
        return []
    pattern, value_of = READ[name]
    limit = min(hit.end + _REACH, max(reading.sentence(hit.end - 1).end, hit.end + 8))
    if kind == "finding" and name not in ("weight", "height"):
        lead = _FINDING_LEAD.match(folded, hit.end, limit)
    else:
        lead = _LEAD.match(folded, hit.end, limit)
    if lead is None:
        return []
    pos = lead.end()
    if pos > limit or (kind == "finding" and _THRESHOLD.search(lead[0])):
        return []
    if name == "pain" and "douleur" in folded[max(0, hit.start - 12) : hit.start]:
        kind = ""
    if name == "heart_rate" and _FETAL.search(folded, max(0, hit.start - 60), hit.start):
        return []
    dates = reading.dates_between(pos, pos + 1) if name != "blood_pressure" else []
    if kind == "finding" and name == "blood_pressure" and not _MMHG.match(folded, pos):
        return []  # `hypotension (12/03)`
    if dates and dates[0].calendar and dates[0].end < limit and (lead := _LEAD.match(folded, dates[0].end, limit + 10)):
        pos = lead.end()
    if name != "spo2" and not folded[pos : pos + 1].isdigit():
        return []  # as all values begin; behind its flow of oxygen, a saturation may stand farther off
    if kind == "letter":
        bare = _CENTIMETRES.match(folded, hit.end) is not None
        if not bare and _LETTER.match(folded, hit.end) is None:
            return []
        kind = "" if bare else "finding"
    if name == "pain" and hit.term.pattern.startswith("=E") and _SCORED.match(folded, hit.end):
        kind = ""
    if name == "weight" and folded.startswith((" :", ":"), hit.end):
        kind = ""
    if name == "weight" and hit.end - hit.start == 1 and _EXAMINED.match(folded, hit.end):
        kind = ""
    if (
        kind == "finding"
        and name == "weight"
        and (_CHILD.search(folded, max(0, hit.start - 40), hit.start) or is_of_child(reading))
    ):
        kind = ""
    match = pattern.match(folded, pos)
    if match is None and name == "height" and not kind and is_of_child(reading):
        match = SMALL_HEIGHT.match(folded, pos)
    if (
        name == "spo2"
        and (match is None or match["unit"] is None)
        and (oxygen := _OXYGEN.match(folded, hit.end, hit.end + 90))
    ):
        match = pattern.match(folded, oxygen.end())
    value = value_of(match, kind) if match else None
    if match is None or value is None or _is_other(reading, name, match):
        return []
    if name == "weight" and of_specimen(reading, hit, match):
        return []
    found = [Found(match.start(), match.end(), value)]
    if name == "weight":
        found += second_weight(reading, match, lead[0])
    elif name == "pain" and FROM.search(lead[0]) and (to := TO.match(folded, match.end())):
        found += _later_pain(folded, to.end())
    elif name == "pain" and match["scale"] and (second := _SECOND_PAIN.match(folded, match.end())):
        found += _later_pain(folded, second.end())
    elif name == "blood_pressure" and (then := _THEN_PRESSED.match(folded, match.end())):
        later = pattern.match(folded, then.end())
        if later and (second_value := value_of(later, "")) is not None:
            found.append(Found(later.start(), later.end(), second_value))
    elif name == "spo2" and (then := _THEN_SATURATED.match(folded, match.end())):
        found.append(Found(then.start("value"), then.end("value"), number(then["value"])))
    return found


def _later_pain(folded: str, pos: int) -> list[Found]:
    """The second of two scores: `de 8 à 3`, `6/10 au repos, 8/10 à l'effort`."""
    later = PAIN.match(folded, pos)
    if later and (value := pain_of(later, "")) is not None:
        return [Found(later.start(), later.end(), value)]
    return []


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
