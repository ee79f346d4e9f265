"""Whether an operation is one that has been told before: by its name, its organ, its side of the body, its day."""

from __future__ import annotations

import re

from anamnese.facts.reading import Reading
from anamnese.facts.therapy.operations import Mention
from anamnese.facts.therapy.periods import told_year
from anamnese.facts.therapy.surgery_reasons import tells_neoplasm
from anamnese.reading.fold import folded_re

NEAR = 260
"""Characters around a word that only says « surgery » within which a named operation tells what was done."""
_CONSERVING = frozenset({"tumorectomie", "zonectomie", "quadrantectomie", "segmentectomie", "chirurgie conservatrice"})
_OPERATED_TOGETHER = ((1, 14), (17, 21), (53, 57), (64, 68))
"""ICD-O-3 topography: mouth and pharynx, bowel, female genital organs, urinary tract."""
WIDE = (0, 40, 41, 42, 48, 49, 76, 77, 80)
"""Organs that are operated on beside any other, and none told."""
_OF_DAY = folded_re(
    r"(?:[ ](?:a|eut|avait) (?:eu )?lieu|[ ](?:a ete|est|fut|etait|avait ete) (?:realise|pratique|effectue|fait)e?|"
    r"[ ]se (?:fait|deroule))?[ ]?\(?(?:d'|de |du |en |le )?(?:mois d[e'] ?)?(?:debut |fin |mi-)?"
)
_TAKES_PLACE = 34
"""Characters behind an operation within which its day is told: `L'exérèse │a été réalisée le 3 mai 2016│`."""
_TO_MONTH = len("2016-01")
_APART = 2
"""Months between two operations of one name that tell that they are two, and no date of decision and of operation."""
_NUMBERS = re.compile(r"\d+")


def organ_of(code: str) -> int:
    """The number of an organ in ICD-O-3; those that are operated on by one name have one number. 0 where none is."""
    number = int(code[1:3]) if code[:1] == "C" and code[1:3].isdigit() else 0
    return next((first for first, last in _OPERATED_TOGETHER if first <= number <= last), number)


def organ_told(reading: Reading, mention: Mention) -> int:
    """The organ that stands in the sentence of an operation whose name tells none; 0 where none or several do."""
    sentence = reading.sentence(mention.start)
    organs = {organ_of(place.term.code) for place in reading.hits_between("topography", sentence.start, sentence.end)}
    organs.discard(0)
    return organs.pop() if len(organs) == 1 else 0


def of_another_organ(reading: Reading, mention: Mention, told: list[Mention]) -> bool:
    """Whether an operation that is only recalled (`après │orchiectomie`) is none of those told, by its organ: its
    account is this recall."""
    organ = organ_of(mention.hit.term.code)
    if mention.sort != "operation" or organ in WIDE:
        return False
    sentence = reading.sentence(mention.start)
    if mention.benign and not tells_neoplasm(reading, sentence.start, sentence.end):
        return False
    for other in told:
        theirs = organ_of(other.hit.term.code) or organ_told(reading, other)
        if theirs == organ or theirs in WIDE or other.name == mention.name:
            return False
        near = abs(mention.start - other.end) < NEAR
        if near and not (other_date(reading, other, mention) or other_year(reading, other, mention)):
            return False
    return True


def on_another_day(reading: Reading, told: list[Mention], mention: Mention) -> bool:
    """Whether an operation with its article is another than those of its name told before, by its own date: `RTU en mai
    2015 … La │RTU│ d'octobre 2016`."""
    dates = reading.dates_between(mention.end, mention.end + _TAKES_PLACE)
    if not dates or not _OF_DAY.fullmatch(reading.folded, mention.end, dates[0].start):
        return False
    for other in told:
        theirs = near_dates(reading, other)
        if not theirs or not all(_far_apart(dates[0].value, value) for value in theirs):
            return False
    return True


def _far_apart(one: str, other: str) -> bool:
    """Whether two dates are of two operations: so many months apart; of another year where no month is told."""
    if len(one) < _TO_MONTH or len(other) < _TO_MONTH:
        return one[:4] != other[:4]
    return abs(int(one[:4]) * 12 + int(one[5:7]) - int(other[:4]) * 12 - int(other[5:7])) >= _APART


def other_numbers(earlier: str, procedure: str) -> bool:
    """Whether what was removed twice has other numbers: `amputation du 2e doigt`, `amputation du 5e orteil`."""
    ours, theirs = _NUMBERS.findall(procedure), _NUMBERS.findall(earlier)
    return bool(ours and theirs) and set(ours).isdisjoint(theirs)


def same_act(earlier: Mention, mention: Mention) -> bool:
    if earlier.sort == mention.sort == "nodes":  # `évidement ganglionnaire`, then `le curage`
        first, second = nodes(earlier.procedure), nodes(mention.procedure)
        return not first or not second or bool(first & second)
    if earlier.name == mention.name:
        return True
    if mention.name == "chirurgie conservatrice" and earlier.name in _CONSERVING:
        return True
    return mention.sort == "act" and earlier.sort == "act" and mention.definite


def nodes(procedure: str) -> set[str]:
    """What tells one dissection of nodes from another."""
    return {
        word[:6]
        for word in procedure.split()[1:]
        if not word.startswith(("droit", "gauche", "bilat", "ganglion", "d", "l")) and not word[0].isdecimal()
    }


def other_date(reading: Reading, earlier: Mention, mention: Mention) -> bool:
    """Whether two mentions of one operation stand beside different dates."""
    ours = near_dates(reading, mention)
    theirs = near_dates(reading, earlier)
    if not ours or not theirs:
        return False
    return not any(a.startswith(b) or b.startswith(a) for a in ours for b in theirs)


def other_year(reading: Reading, earlier: Mention, mention: Mention) -> bool:
    """Whether the report has moved on to another year between two mentions."""
    ours = told_year(reading, mention.start)
    theirs = told_year(reading, earlier.start)
    return bool(ours and theirs and ours != theirs)


def near_dates(reading: Reading, mention: Mention) -> list[str]:
    sentence = reading.sentence(mention.start)
    return [
        time.value
        for time in reading.dates_between(max(sentence.start, mention.start - 60), min(sentence.end, mention.end + 60))
    ]
