"""Performance status: ECOG, which WHO (OMS) shares, from 0 to 5; Karnofsky from 10 to 100."""

from __future__ import annotations

from collections.abc import Iterable

from anamnese.facts.columns import dated_row
from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re

_JOINED = folded_re(r"[ \n]*[(/:,-]?[ ]*(?:de[ ]l'|selon[ ](?:l'|la[ ]|le[ ])?|score[ ]|\()?[ ]*$")
_LEAD = folded_re(
    r"(?>(?:[ ]+|\([ ]?0[ ]?(?:-|a|/)[ ]?(?:[45]|100[ ]?%?)[ ]?\)|"
    r"[:=~()<>|-]+|[ld]'|(?:a|de|est|etait|etant|estime|estimee?|evaluee?|evalue|score|cote|cotee?|"
    r"initiale?|actuel|stable|"
    r"egale?|au|diagnostic|du|la|le|patiente?|reste|restait|toujours|classee?|conserve|coter?|stade|altere|entre|"
    r"actuellement|superieure?|inferieure?|"
    r"passe|passait|ce|jour|admission|inclusion|jusqu'a|autour|environ|ps|status|valeur|index|indice|performance|"
    r"calculee?|mesuree?)(?![a-z0-9])|\n(?=[ \n]*[0-5]\b))*)"
)
_ECOG = folded_re(
    r"(?P<value>[0-5])(?![\d%]|[.,]\d|[ ]?(?:mois|ans?|jours?|cycles?|cures?|cm|mm|mg|g/)\b)(?:[ ]?(?:-|/|a|ou)[ "
    r"]?[0-5](?![\d%/]|[.,]\d))?(?![a-z])"
)
_GRADE = folded_re(r"[ ](?:de |a |: ?)?grade[ ](?P<value>[0-4])(?![\d.,]\d|[a-z])")
"""`ECOG de grade 2`; the grade of the OMS is that of a tumour."""
_THEN = folded_re(
    r"[ ]*(?:puis|->|=>|>)[ ]*(?:a[ ])?(?P<value>[0-5])(?![\d%]|[.,]\d)"
    r"|(?:[ ]*+(?:ce jour|actuellement))?[ ]*\((?P<earlier>[0-5])[ ]"
    r"(?:a|au|en|avant|lors|il y a|initial\w*|precedem\w*)\b"
)
"""A second value: `0 puis 1`, `1 ce jour (2 au diagnostic)`."""
_CHANGED = folded_re(r"[0-5][ ]?(?:a|-|puis)[ ]?(?P<value>[0-5])$")
_ECOG_ROMAN = folded_re(r"(?P<value>iv|i{1,3})(?![a-z0-9'])")
_KARNOFSKY = folded_re(
    r"(?P<value>100|[1-9][05])(?!\d|[.,]\d)(?:[ ]?(?:-|/|a|et)[ ]?(?:100|[1-9]0)(?!\d))?(?:[ ]?(?:%|pour cent))?"
)
_GLUED = folded_re(r"[a-z.]+(?P<value>[0-4])$")
_OTHER_SCALE = folded_re(
    r"(?:grade|classification|classifie[es]*|grading|selon)[ ](?:histo[a-z]*[ ]|de[ ]l'|l'|la[ ]|selon[ ]l')*$"
)
_GRADE_BEFORE = folded_re(
    r"(?P<value>[0-5]|(?<=stade )(?:iv|i{1,3})|(?<=grade )(?:iv|i{1,3}))"
    r"[ ]*(?:\(|/4[ ]|,)?(?:[ ]*+(?:selon|de|sur|dans|par|d'apres))?[ ]*(?:l'|la[ ]|le[ ]|les[ ])?"
    r"(?:(?:echelle|classification|score|criteres?|indice|index)[ ])?(?:de[ ]|du[ ])?(?:l'|la[ ]|performance[ "
    r"](?:status[ ])?(?:de[ ])?(?:l')?)?$"
)
_PERCENT_BEFORE = folded_re(
    r"(?P<value>100|[1-9]0)[ ]?%?[ ]*(?:\(|selon|de|sur|d'apres)[ ]*(?:l'|la[ ]|le[ ])?(?:(?:echelle|"
    r"score|indice|index)[ ](?:de[ ])?)?$"
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_GENERAL = folded_re(r"performance|etat general|autonom|activite|index|indice|score|\bps\b|status|stade")


def read(reading: Reading) -> Iterable[Draft]:
    """One `performance_status` for each value; names that follow each other (`PS (ECOG)`) are one."""
    hits = reading.hits("performance_status")
    if not hits:
        return
    folded = reading.folded
    i, last_end = 0, -1
    while i < len(hits):
        first = last = hits[i]
        i += 1
        while i < len(hits) and hits[i].start - last.end <= 14 and hits[i].term.name == first.term.name:
            if hits[i].start >= last.end and not _JOINED.match(folded[last.end : hits[i].start]):
                break
            last = hits[i]
            i += 1
        if first.start < last_end:
            continue
        row = list(_dated(reading, first, last))
        if len(row) > 1:
            last_end = row[-1].end
            yield from row
            continue
        draft = _after(reading, folded, first, last) or _before(reading, folded, first, last)
        if draft and draft.start >= last_end:
            last_end = draft.end
            yield draft
            if first.term.name == "ECOG" and (second := _second(reading, folded, draft)):
                last_end = second.end
                yield second


def _dated(reading: Reading, first: Hit, last: Hit) -> Iterable[Draft]:
    """`OMS   0   1   1` under a line of dates: one value for each date."""
    line = reading.line_start(first.start)
    if reading.folded[line : first.start].strip(" |-*"):
        return
    pattern = _ECOG if first.term.name == "ECOG" else _KARNOFSKY
    for cell, date in dated_row(reading, last.end):
        match = pattern.match(reading.folded, cell.start, cell.end)
        if match:
            value = int(match["value"])
            scale = first.term.name
            yield reading.draft(
                "performance_status", first.start, match.end(), "affirmed", date, scale=scale, value=value
            )


def _after(reading: Reading, folded: str, first: Hit, last: Hit) -> Draft | None:
    scale = first.term.name
    words = folded[first.start : last.end]
    of_tumours = words.startswith(("oms", "who"))  # the same names are those of a grading
    if of_tumours and _OTHER_SCALE.search(folded, max(0, first.start - 30), first.start):
        return None
    if scale == "ECOG" and (glued := _GLUED.match(words)):
        return _draft(reading, first.start, last.end, scale, glued["value"])
    lead = _LEAD.match(folded, last.end, last.end + 70)
    pattern = _ECOG if scale == "ECOG" else _KARNOFSKY
    match = pattern.match(folded, lead.end()) if lead else None
    if match is None and lead and scale == "ECOG" and not of_tumours:
        match = _ECOG_ROMAN.match(folded, lead.end()) or _GRADE.match(folded, last.end)
    if match is None:
        return None
    # a fraction of 100 is a percentage: `IK 80/100`
    return _draft(reading, first.start, match.end(), scale, match["value"])


def _second(reading: Reading, folded: str, first: Draft) -> Draft | None:
    """A second value told behind or against the first; of `passé de 1 à 3` the later one."""
    if folded.find("pass", first.start, first.end) >= 0:
        changed = _CHANGED.search(folded, first.start, first.end)
        return _draft(reading, first.start, first.end, "ECOG", changed["value"]) if changed else None
    match = _THEN.match(folded, first.end)
    told = "value" if match and match["value"] else "earlier"
    return _draft(reading, first.start, match.end(told), "ECOG", match[told]) if match else None


def _before(reading: Reading, folded: str, first: Hit, last: Hit) -> Draft | None:
    """`stade 1 de l'OMS`, `évalué à 2 selon l'échelle ECOG`."""
    scale = first.term.name
    window = max(reading.sentence(first.start).start, first.start - 50)
    if scale != "ECOG":
        match = _PERCENT_BEFORE.search(folded, window, first.start)
        return _draft(reading, match.start(), last.end, scale, match["value"]) if match else None
    match = _GRADE_BEFORE.search(folded, window, first.start)
    if (
        match is None
        or folded[match.start() - 1 : match.start()].isalnum()
        or folded[match.start() - 1 : match.start()] in ("/", ",", ".")
    ):
        return None
    if folded.startswith(("oms", "who"), first.start) and not _GENERAL.search(
        folded, max(reading.sentence(first.start).start, match.start() - 70), match.start()
    ):
        return None
    return _draft(reading, match.start(), last.end, scale, match["value"])


def _draft(reading: Reading, start: int, end: int, scale: str, value: str) -> Draft:
    number = _ROMAN.get(value) or int(value)
    return reading.draft("performance_status", start, end, "affirmed", scale=scale, value=number)
