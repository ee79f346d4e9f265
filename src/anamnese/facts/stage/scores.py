"""Prognostic scores that say how far or how threatening a tumour is: `MIPI élevé`, `score de Weiss 8`, `groupe E`."""

from __future__ import annotations

import re

from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re

_LEVEL = (
    r"(?:tres )?(?:faible|bas|basse|haut|haute|eleve|intermediaire|favorable|defavorable|bon|mauvais|standard)"
    r"(?:[ -](?:1|2|faible|bas|eleve|haut|favorable|defavorable)\b)?"
)
_AFTER = folded_re(
    r"\s*(?:(?:score|pronostique|revise|risque|simplifie|est|etait|calcule|evalue|estime|cote|de|a|:|=|[(])\s*){0,5}"
    rf"(?P<value>\d{{1,2}}(?![\d,.]\d|[%/]\d{{3}}|\s?(?:%|mm|cm|mg|ans|mois))|{_LEVEL}(?: risque)?\b)"
)
_BEFORE = folded_re(
    rf"(?:risque|pronostic|groupe|score|profil)\s(?:a |de |pronostique )?(?P<value>{_LEVEL}(?: risque)?)\s*"
    r"(?:[,(]?\s*(?:selon|de|du|d'|des|le|la|les|l'|score|criteres?|classification|modele|groupe)\s*){0,5}$"
)
_RISK_BEFORE = folded_re(
    rf"\b(?P<value>{_LEVEL} risque|risque {_LEVEL})(?: de (?:recidive|progression|rechute))?\s*"
    r"(?:[,(]?\s*(?:selon|de|d'apres|du|d'|des|le|la|les|l'|score|criteres?|classification|modele)\s*){1,5}$"
)
"""`haut risque selon Miettinen`"""
_GROUP = re.compile(r"\s(?P<value>[A-E])(?![A-Za-zÀ-ÿ'’-]|\s?[+-])")
_RETINA = folded_re(r"retinoblast")
_TROPHOBLAST = folded_re(r"trophoblast|choriocarcin|mole\b|molaire|hcg|figo")
_MOST = 25
"""No score of these goes higher."""


def points(reading: Reading, hit: Hit) -> Draft | None:
    """A score with its value on either side: `IPI 3`, `score de Weiss à 7/9`, `risque intermédiaire selon l'IMDC`."""
    folded = reading.folded
    sentence = reading.sentence(hit.start)
    near = max(sentence.start, hit.start - 70)
    if hit.term.code == "risk":
        return _risk(reading, hit, near)
    before = _BEFORE.search(folded, near, hit.start)
    after = None if before else _AFTER.match(folded, hit.end, min(hit.end + 50, sentence.end))
    found = before or after
    if not found or (found["value"].isdigit() and (hit.term.code == "words" or int(found["value"]) > _MOST)):
        return None
    value = reading.text[found.start("value") : found.end("value")].lower()
    group = f"{value} {hit.term.name}" if before else f"{hit.term.name} {value}"
    start = found.start("value") if before else hit.start
    return reading.draft("stage", start, max(hit.end, found.end("value")), system="other", group=group)


def _risk(reading: Reading, hit: Hit, near: int) -> Draft | None:
    """What a system that only parts risks makes of a tumour: `haut risque selon Miettinen`."""
    told = _RISK_BEFORE.search(reading.folded, near, hit.start)
    if told is None:
        return None
    group = reading.text[told.start("value") : told.end("value")].lower()
    return reading.draft("stage", told.start("value"), hit.end, system="other", group=group)


def gestational(reading: Reading, hit: Hit) -> Draft | None:
    """The prognostic score of a gestational trophoblastic tumour (FIGO 2000)."""
    found = _AFTER.match(reading.folded, hit.end, hit.end + 50)
    if not found or not found["value"].isdigit() or int(found["value"]) > _MOST:
        return None
    if not _TROPHOBLAST.search(reading.folded, max(0, hit.start - 250), hit.start):
        return None
    return reading.draft("stage", hit.start, found.end("value"), system="other", group=found["value"])


def retinal(reading: Reading, hit: Hit) -> Draft | None:
    """The group of a retinoblastoma (international classification, 2005)."""
    found = _GROUP.match(reading.text, hit.end)
    if not found or not _RETINA.search(reading.folded, max(0, hit.start - 900), hit.start + 200):
        return None
    return reading.draft("stage", hit.start, found.end(), system="other", group=f"groupe {found['value']}")
