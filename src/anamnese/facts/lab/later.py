"""The values of an analyte told behind its first: `puis 45`, `(C1 : 187)`, `de 120 à 45`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anamnese.facts.lab.values import Measure, measure_at, skip_reference, unit_at
from anamnese.facts.reading import Reading
from anamnese.reading.fold import folded_re
from anamnese.reading.numbers import NUMBER, parse_number

CELLS = "10*9/L"
"""The usual unit of blood cells, which are told as counts and as percentages."""

_WHEN = (
    r"(?:(?:avant|apres|pendant|durant|lors de|au cours de|a l'issue de|avec|sous|post|pre|suite a)[ -]|"
    r"(?:(?:a la|en|au) )?(?:fin|debut|terme|decours|moment) d(?:e |u |es |')|(?:lors|au cours|a l'issue) d(?:u |')|"
    r"apres (?:la )?fin d(?:e |u )|a (?=l[a'])|au (?=dernier|premier|control|diagnos|debut|bilan))"
    r"(?:la |le |l'|les |ces |cette |son |sa )?(?:(?:une?|premiere?|derniere?|deuxieme|seconde?)[ ])?"
)
_EVENT = (
    r"(?:chirurgie|chimiotherapie|radiotherapie|radiochimiotherapie|immunotherapie|hormonotherapie|traitement|therapie|"
    r"intervention|operation|exerese|resection|ablation|biopsie|cystectomie|prostatectomie|mastectomie|gastrectomie|"
    r"nephrectomie|hepatectomie|colectomie|thyroidectomie|orchidectomie|orchiectomie|hysterectomie|transplantation|"
    r"greffe|drainage|remplissage|transfusions?|hydratation|cure|cycle|induction|consolidation|castration|rechute|"
    r"recidive|progression|diagnostic|hospitalisation|admission|sortie|entree|controle|bilan|suivi|evolution|"
    r"fin d(?:u |e |e la )(?:traitement|chimiotherapie|radiotherapie))(?![a-z])"
    r"(?:[ ](?:initiale?|adjuvante?|neoadjuvante?|palliative?|d'induction)(?![a-z]))?"
)
_ELAPSED = (
    r"(?:(?:a|apres|au|au bout de|au terme de|pendant)[ ](?:les )?)?(?:\d{1,2}(?:e|eme|er|ere)?|un|deux|trois|quatre|"
    r"cinq|six|huit|douze|premier)[ ](?:cures?|cycles?|seances?|jours?|semaines?|sem|mois|ans?)(?![a-z])"
    rf"(?:[ ](?:plus tard|(?:de|du|d'|apres|avant)[ ]?(?:la[ ]|le[ ]|l')?{_EVENT}|apres|avant)(?![a-z]))?"
    r"(?=[ ]?[:=][ ]?[<~]?[ ]?\d)"
)
MOMENT = rf"(?:(?=[adeflmpst]){_WHEN}{_EVENT}|(?=[acdhpqstu]|\d\d?[a-z]*[ ][acjms]){_ELAPSED})"
"""When a value held, between an analyte and its value: `avant traitement`, `à la fin de la chimiothérapie`; a time that
has gone by only with a colon behind it: `après 6 cycles :`, `3 mois après l'intervention :`."""

_AND = folded_re(
    r"(?:[ ]*+[,;])?[ ]*(?:(?:et|qui|pour|avec|une?|ensuite|avant|de)[ ])*"
    r"(?:puis|ensuite|contre|vs|versus|>|->|=>|-+>|suivie?s?[ ]d'un|nadir|pic|maximum|par[ ]rapport[ ](?:a|"
    r"au)[a-z' ]{0,30}?|compare[ ]a|auparavant|initialement|"
    r"(?:re)?(?:mont|descend|augment|diminu|pass|chut|baiss|attei|revien|revenu|evolu)[a-z]*)"
    r"(?:[ ]*+(?:,|:))?[ ]*(?:(?:est|ensuite|progressivement|rapidement|puis|a|de|d'|nouveau|jusqu'a|un|une|au|du|"
    r"nadir|pic|taux|initial)[ ])*(?=[<>~]?[ ]?\d)"
)
FROM_TO = folded_re(r"[ ]*(?:jusqu')?a[ ](?=[<>~]?[ ]?\d)")
_ARROW = folded_re(r"[ ]*(?:-*>|=+>|puis)[ ]*(?:a[ ])?(?=\d)")
_LATER = folded_re(rf"[ ]*[,;][ ]*(?:et[ ]|puis[ ]|mais[ ])?(?:en[ ](?=pre|post))?{MOMENT}[ ]?[:=][ ]?(?=[<>~]?[ ]?\d)")
"""`; après la chirurgie : 3`"""
_PAREN_LABEL = folded_re(
    r"[ ]*\([ ]*(?P<label>(?:c\d+|j\d+|m\d+|auparavant|avant|apres|vs|contre|initial[a-z]*|precedem[a-z]*|"
    r"precedent[a-z]*|anterieur[a-z]*|au diagnostic|"
    r"nadir|pic|etait|taux precedent|dernier[a-z]*|le|en|au|du)(?:[ ]*+[:=])?[ ]*(?:a[ ]|de[ ])?)?"
)
_PAREN_TAIL = folded_re(
    r"[ ]*(?:(?:en|le|au|a|il y a|avant|apres|post|pre|sous|lors|debut|fin|initial|preced|auparavant|anterieur|mois|"
    r"j\d|c\d|m\d)[^()\n]{0,40})?\)"
)
_NEXT_INSIDE = folded_re(r"[^()\n,;]{0,30}?(?:,[ ]+|[ ]?;[ ]*|[ ](?:et|puis)[ ])(?:(?:et|puis|a)[ ])?(?=\d)")
"""What stands between two values in one pair of parentheses: `(vs 1870 au diagnostic, 640 après C3)`."""
_PERCENT = folded_re(r"[ ]*(?:[-(,]|soit|,[ ]*soit)[ ]*(?:soit[ ])?")
_OF_OTHERS = folded_re(r"[ ]*(?:de|d')[ ]?[a-z]")
"""What makes a percentage that of other cells: `leucocytes 48 200/mm3, 72 % de blastes`."""
_CLOSES = frozenset({".", ")", "\n", ""})
"""Signs right behind a value behind which no other is told against it."""
_MAX_VALUES = 12
_SERIES = folded_re(
    rf"(?:[<>~]=?[ ]?)?{NUMBER}(?:(?:[ ]-[ ]|[ ]?;[ ]|,[ ]|(?:,[ ]|[ ])(?:et|puis)[ ](?:a[ ])?)[<>~]?{NUMBER}){{1,7}}"
)
_EACH = folded_re(NUMBER)
_BEFORE_AND_AFTER = folded_re(r"[ ]avant[^.;,\n\d]{0,40}?[ ](?:et|puis|contre)[ ](?:de[ ]|a[ ])?(?=[<>~]?[ ]?\d)")
_AFTER = folded_re(r"[ ]apres\b")
"""`160 UI/mL avant et 14 UI/mL après l'opération`"""
_SEVERAL = folded_re(r"\b(?:reprises|controles?|prelevements|fois|dosages|successi|iterati|bilans|examens)")
"""What tells that several values follow."""
_LISTED = folded_re(r"[ ]*[,;/][ ]*(?:puis[ ]|et[ ])?(?:a[ ])?(?=\d)")
_SEPARATOR = folded_re(r"(?:[ ]*[,;/-][ ]*|[ ]{2,})(?:puis[ ]|et[ ])?(?:en[ ]|le[ ])?")
_LABELLED = folded_re(r"[ ]*\([^()\n]{1,20}\)[ ]*[,;>-]+[ ]*(?:puis[ ]|et[ ])?(?:a[ ])?(?=\d[\d.,]*[^()\n]{0,10}\()")
_COLON = folded_re(r"[ ]*[):=][ ]*(?=[<>~]?[ ]?\d)")
_OPEN = folded_re(r"(?:[ ]*+[):=])?[ ]*(?=[<>~]?[ ]?\d)")
_DATE_BEHIND = folded_re(r"[ ]?\(?(?:(?:en|le|au|du|a la date du)[ ])?")
_DATE_NEAR = 16
"""A date right behind a value begins within so many characters."""


def further(
    reading: Reading, row: dict[str, str], first: Measure, changing: bool, following: int
) -> Iterator[tuple[Measure, str | None]]:
    """The values told against the first: `puis 45`, `(C1 : 187)`, `de 120 à 45`, `-21 %`."""
    if reading.folded[first.end : first.end + 1] in _CLOSES:
        return
    previous = first
    pos = _skip_reference(reading, first.end)
    for _ in range(_MAX_VALUES):
        if pos >= following:
            return
        found = _next_value(reading, row, previous, pos, changing, following)
        if found is None:
            return
        measure, date, pos = found
        if measure.start >= following:
            return
        yield measure, date or date_behind(reading, measure.end)
        previous, changing = measure, False
        pos = _skip_reference(reading, pos)


def series_at(reading: Reading, name_end: int, first: Measure) -> list[Measure]:
    """The values behind a first one that share the last one's unit: `(3,02 - 2,89 - 2,97 mmol/l)`, `121 et 118 mmol/l`.
    Two numbers with a dash are a range unless they fall or are told to be several."""
    folded = reading.folded
    if not folded[first.end - 1].isdigit() and " - " not in folded[first.start : first.end]:
        return []  # a unit of its own stands right behind the first
    match = _SERIES.match(folded, first.start)
    unit = unit_at(reading, match.end()) if match else None
    if match is None or unit is None or unit[1].weak or folded.endswith("entre ", 0, first.start):
        return []
    numbers = [
        Measure(first.start + number.start(), first.start + number.end(), parse_number(number[0]), unit[1], unit[2])
        for number in _EACH.finditer(match[0])
    ]
    dashed = " et " not in match[0] and "puis" not in match[0]
    rising = len(numbers) == 2 and numbers[0].value < numbers[1].value
    if dashed and rising and not _SEVERAL.search(folded, name_end, first.start):
        return []
    numbers[-1].end = unit[0]
    return numbers[1:]


def _skip_reference(reading: Reading, pos: int) -> int:
    """Where a reference range ends; `(12/04 : 88)` is none, but an earlier value with its date."""
    end = skip_reference(reading.folded, pos)
    return pos if any(date.calendar for date in reading.dates_between(pos, end)) else end


def _next_value(
    reading: Reading, row: dict[str, str], previous: Measure, pos: int, changing: bool, following: int
) -> tuple[Measure, str | None, int] | None:
    folded = reading.folded
    dated = _dated_until(reading, pos)
    if dated:
        pos = dated[0]
    if changing and (match := FROM_TO.match(folded, pos)):
        measure = measure_at(reading, match.end(), len(folded))
        if measure and _goes_on(measure, previous):
            return measure, None, measure.end
    if row["ucum"] == CELLS and previous.unit and previous.unit.ucum != "%" and (match := _PERCENT.match(folded, pos)):
        measure = measure_at(reading, match.end(), len(folded))
        if measure and measure.unit and measure.unit.ucum == "%" and not _OF_OTHERS.match(folded, measure.end):
            return measure, None, measure.end
    if folded[pos : pos + 2].lstrip(" ").startswith("("):
        found = _in_parentheses(reading, previous, pos)
        if found:
            return found
    elif previous.inside and (inside := _NEXT_INSIDE.match(folded, previous.end)):
        found = _parenthetical(reading, previous, inside.end(), "", True)
        if found:
            return found
    listed = _date_first(reading, pos)
    if listed:
        measure = measure_at(reading, listed[0], len(folded))
        if measure and _goes_on(measure, previous):
            return measure, listed[1], measure.end
    limit = min(following, pos + 90)
    if folded.startswith(" avant", pos) and (then := _BEFORE_AND_AFTER.match(folded, pos, limit)):
        measure = measure_at(reading, then.end(), len(folded))
        if measure and _goes_on(measure, previous) and _AFTER.match(folded, measure.end):
            return measure, None, measure.end
    match = _LABELLED.match(folded, pos) or _AND.match(folded, pos, limit) or _ARROW.match(folded, pos)
    if match is None:
        match = _dated_list(reading, pos) or _LATER.match(folded, pos, limit)
    if match is None:
        return None
    measure = measure_at(reading, match.end(), len(folded))
    if measure is None or not _goes_on(measure, previous):
        return None
    return measure, None, measure.end


def _dated_until(reading: Reading, pos: int) -> tuple[int, str] | None:
    """The date that stands right behind a value (`45 le 12/03`, `45 (01/2015)`): where it ends, and the date."""
    match = _DATE_BEHIND.match(reading.folded, pos) if reading.dates_between(pos, pos + _DATE_NEAR) else None
    if match is None:
        return None
    for date in reading.dates_between(match.end(), match.end() + 1):
        if date.calendar and not _COLON.match(reading.folded, date.end):
            closed = reading.folded[date.end : date.end + 1] == ")"
            return date.end + (closed and "(" in match[0]), date.value
    return None


def _date_first(reading: Reading, pos: int) -> tuple[int, str] | None:
    """`; 01/2023 : 15,3`: where the value behind a date begins, and the date."""
    separator = _SEPARATOR.match(reading.folded, pos)
    for date in reading.dates_between(separator.end(), separator.end() + 1) if separator else ():
        colon = _OPEN.match(reading.folded, date.end)
        if date.calendar and colon:
            return colon.end(), date.value
    return None


def date_behind(reading: Reading, pos: int) -> str | None:
    dated = _dated_until(reading, pos)
    return dated[1] if dated else None


def _dated_list(reading: Reading, pos: int) -> re.Match[str] | None:
    """The separator in `45 (01/2015), 12 (03/2015)`: both values are followed by their dates."""
    match = _LISTED.match(reading.folded, pos)
    if match is None or not reading.dates_between(pos - 24, match.end()):
        return None
    return match if reading.dates_between(match.end(), match.end() + 24) else None


def _goes_on(measure: Measure, previous: Measure) -> bool:
    """Whether a later number is a value of the same analyte: of the same unit, or bare behind a value."""
    if measure.unit is None:
        return not 1900 <= measure.value <= 2040 or measure.value == int(previous.value)
    return previous.unit is None or measure.unit.ucum == previous.unit.ucum


def _in_parentheses(reading: Reading, previous: Measure, pos: int) -> tuple[Measure, str | None, int] | None:
    """`(C1 : 187)`, `(2,1 en avril)`, `(auparavant 776)`: a value in parentheses that says when it held."""
    match = _PAREN_LABEL.match(reading.folded, pos)
    return _parenthetical(reading, previous, match.end(), match["label"] or "", False) if match else None


def _former_in_brackets(reading: Reading) -> bool:
    """Whether a report says that bare values in brackets are earlier ones: `(valeurs du 23/04 entre parenthèses)`."""
    at = reading.folded.find("entre parenthese")
    return at >= 0 and any(word in reading.folded[max(0, at - 60) : at] for word in ("valeur", "resultat", "bilan"))


def _parenthetical(
    reading: Reading, previous: Measure, start: int, label: str, goes_on: bool
) -> tuple[Measure, str | None, int] | None:
    """A value in parentheses from `start` on, up to where they close or the next value in them is announced."""
    folded, date = reading.folded, None
    dates = reading.dates_between(start, start + 1)
    if dates and dates[0].calendar:
        date = dates[0].value
        start = dates[0].end
        while folded[start : start + 1] in (" ", ":", ",", "="):
            start += 1
    measure = measure_at(reading, start, len(folded))
    if measure is None or not _goes_on(measure, previous):
        return None
    following = _NEXT_INSIDE.match(folded, measure.end)
    tail = following or _PAREN_TAIL.match(folded, measure.end)
    told = goes_on or label or date or (tail is not None and len(tail[0].strip(" ,;")) > 1)
    if tail is None or not (told or reading.once(_former_in_brackets)):
        return None
    if date is None and (dates := reading.dates_between(measure.end, tail.end())) and dates[0].calendar:
        date = dates[0].value
    measure.inside = following is not None
    return measure, date, measure.end if following else tail.end()
