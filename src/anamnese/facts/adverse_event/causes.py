"""What right behind a complaint makes it one of treatment: a drug, an operation, an irradiation."""

from __future__ import annotations

from anamnese.facts.reading import Reading
from anamnese.reading.fold import folded_re

_HARMFUL = frozenset({
    "chemotherapy", "targeted", "immunotherapy", "hormone", "immunosuppressant", "bone", "growth_factor",
    "corticosteroid", "radiopharmaceutical",
})  # fmt: skip
"""Classes of drugs whose effects on the patient a report on a tumour tells."""
_UNDER = folded_re(r"(?:(?! depuis )[^.;,]){0,25} (?:sous|post)[ -](?:la |le |l')?")
_OF_DRUG = folded_re(
    r"(?: (?!et |ou |puis |avec |traite)[a-z-]+){0,2}? (?:(?:induite?s?|causee?s?|liee?s?|dues?|secondaires?|"
    r"imputee?s?|imputables?|attribuee?s?) (?:par |a )?)?(?:a l'|au |aux |a la |a |du |de l'|le |la |l')"
)
_OF_ACT = folded_re(
    r"(?: (?!et |ou |puis |avec )[a-z-]+){0,3}?(?: a (?:j ?\d+|\d+ (?:jours|semaines|mois|ans)))?[ ,]*"
    r"(?:apres|post|de|sequellaires? d[eu]|secondaires? a|consecuti(?:f|ve)s? a|due?s? a|liee?s? a)[ -]"
    r"(?:la |le |l'|une |un |sa |son )?(?:[a-z-]{3,}(?:ectomie|tomie)s?|curage|chirurgie|intervention|operation|"
    r"irradiation|radiotherapie|chimiotherapie|radiochimiotherapie|greffe|allogreffe|autogreffe)\b"
)
_FOLLOWS = folded_re(r"apres|post|sequell|secondaire|consecuti|due? |liee|\ba (?:j ?\d|\d)")
_SEQUEL = folded_re(r"(?: (?!et |ou )[a-z]+){0,4}? (?:sequellaires?|residuel(?:le)?s? (?:de|du|a))\b")
_REACH = 60


def harmful_drugs(reading: Reading) -> set[int]:
    """Where the drugs of a report begin whose effects are worth telling."""
    return {hit.start for hit in reading.hits("drugs") if hit.term.row["class"] in _HARMFUL}


def caused(reading: Reading, end: int, last: int, drugs: set[int], treatments: set[int]) -> bool:
    """Whether the words behind a complaint, in its sentence, name its cause: `sous sunitinib`, `à l'ifosfamide`,
    `après thyroïdectomie`, `à 8 mois de la laparotomie`, `séquellaire`."""
    folded, stop = reading.folded, min(last, end + _REACH)
    under = _UNDER.match(folded, end, stop)
    if under and any(start in drugs or start in treatments for start in range(under.end() - 1, under.end() + 7)):
        return True
    of_drug = _OF_DRUG.match(folded, end, stop)
    if of_drug and of_drug.end() in drugs:
        return True
    of_act = _OF_ACT.match(folded, end, stop)
    return bool(of_act and _FOLLOWS.search(of_act[0])) or _SEQUEL.match(folded, end, stop) is not None
