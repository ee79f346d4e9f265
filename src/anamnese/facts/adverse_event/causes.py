"""What right behind a complaint makes it one of treatment: a drug, an operation, an irradiation."""

from __future__ import annotations

from anamnese.facts.reading import Reading
from anamnese.reading.fold import folded_re, holds

_HARMFUL = frozenset({
    "chemotherapy", "targeted", "immunotherapy", "hormone", "immunosuppressant", "bone", "growth_factor",
    "corticosteroid", "radiopharmaceutical",
})  # fmt: skip
"""Classes of drugs whose effects on the patient a report on a tumour tells."""
_UNDER = folded_re(r"(?:(?! depuis )[^.;,]){0,25} (?:sous|post)[ -](?:la |le |l')?")
_OF_DRUG = folded_re(
    r" par (?:le |la |l')?"
    r"|(?: (?!et |ou |puis |avec |traite)[a-z-]+){0,2}? (?:(?:induite?s?|causee?s?|liee?s?|dues?|secondaires?|"
    r"imputee?s?|imputables?|attribuee?s?) (?:par |a )?)?(?:a l'|au |aux |a la |a |du |de l'|le |la |l')"
)
_OF_ACT = folded_re(
    r"(?: (?!et |ou |puis |avec )[a-z-]+){0,3}?(?: a (?:j ?\d+|\d+ (?:jours|semaines|mois|ans)))?[ ,]*"
    r"(?:apres|post|de|sequellaires? d[eu]|secondaires? a|consecuti(?:f|ve)s? a|due?s? a|liee?s? a)[ -]"
    r"(?:la |le |l'|une |un |sa |son )?(?:[a-z-]{3,}(?:ectomie|tomie)s?|curage|chirurgie|intervention|operation|"
    r"irradiation|radiotherapie|chimiotherapie|radiochimiotherapie|greffe|allogreffe|autogreffe)\b"
)
_OF_ACTS = ("tomie", "curage", "chirurgie", "intervention", "operation", "irradiation", "therapie", "greffe")
_FOLLOWS = folded_re(r"apres|post|sequell|secondaire|consecuti|due? |liee|\ba (?:j ?\d|\d)")
_SEQUEL = folded_re(r"(?: (?!et |ou )[a-z]+){0,4}? (?:sequellaires?|residuel(?:le)?s? (?:de|du|a))\b")
_OF_WOUND = folded_re(
    r"(?: (?:partiel(?:le)?|complete?|totale?|superficiel(?:le)?|profonde?|minime|limitee?|torpide|cutanee?|localisee?|"
    r"distale?|precoce|tardive))*"
    r" (?:de la |du |des |de l'|de |sur (?:le |la |les |l')?|au niveau (?:de la |du |des |de l'))"
    r"(?:(?:site|foyer) (?:operatoire|chirurgical)|cicatrice|lambeau|greff(?:on|e(?! d)|es)?|plaie(?: operatoire)?|"
    r"sutures?|points(?: de suture)?|fils|anastomose|moignon|(?:berges?|bords?)(?: cutanee?s?)?"
    r"(?: (?:de la|du|de l') ?(?:plaie|cicatrice|incision|lambeau|site operatoire|suture))?)\b"
    r"(?! (?:de (?:la |l')|du |d')(?:tumeur|lesion|masse|ulcer|processus|nodule))"
)
_OF_DEVICE = folded_re(
    r"(?: (?:d|g|droite?|gauche|bilaterale))?(?: a [a-z. ]{2,25}?)?"
    r"(?: (?:du (?:bras|cou|msd|msg|ms|membre superieur)|jugulaire|humerale|basilique|axillaire|sous-claviere|"
    r"brachiale)(?: (?:interne|d|g|droite?|gauche))?)? (?:sur|du|de la|liee? (?:au|a la|a)) "
    r"(?:catheter|kt|pac|picc[a-z -]*|midline|"
    r"chambre implantable|voie (?:veineuse )?centrale|(?:descellement (?:du |de |d'une? )?)?"
    r"(?:materiel|vis|plaque|osteosynthese)|d'une (?:vis|plaque))\b"
)
_REACH = 60


_IN_OPERATION = folded_re(
    r"\b(?:[a-z]{4,}ectomie|resection|exerese|exploration|intervention|operation|chirurgie|dissection|liberation|curage|"
    r"amputation|reprise|resequer?|reseque[a-z]+)\b[^.;]{0,90}\b(?:avec|au prix)(?: d'une?| de| des| une?)? $"
)
_WITHOUT_DRUG = folded_re(
    r"\bsans (?:le |la |l')?(?P<drug>[a-z0-9-]+)(?: [a-z]+ment)? "
    r"(?:pour|devant|en raison|a cause|du fait|suite a)(?: de| d')? ?(?:une? |l'|la |des )?$"
)


def while_operating(reading: Reading, start: int) -> bool:
    """Whether an operation is told to have gone with what follows: `la résection s'est faite avec un saignement`."""
    return _IN_OPERATION.search(reading.folded, max(reading.sentence(start).start, start - 140), start) is not None


def why_without(reading: Reading, start: int, drugs: set[int]) -> bool:
    """Whether a complaint is why a drug was left out: `sans cisplatine pour insuffisance rénale`."""
    if reading.folded.find("sans ", max(0, start - 70), start) < 0:
        return False
    without = _WITHOUT_DRUG.search(reading.folded, max(reading.sentence(start).start, start - 70), start)
    return without is not None and without.start("drug") in drugs


def of_wound(reading: Reading, end: int, last: int) -> int | None:
    """Where words end that make a complaint one of an operation's wound: `(partielle) de la cicatrice`."""
    match = _OF_WOUND.match(reading.folded, end, min(last, end + _REACH))
    return match.end() if match else None


def of_device(reading: Reading, end: int, last: int) -> bool:
    """Whether a catheter or an implant is the cause: `bactériémie à SCN sur cathéter`, `descellement du matériel`."""
    return _OF_DEVICE.match(reading.folded, end, min(last, end + _REACH)) is not None


def harmful_drugs(reading: Reading) -> set[int]:
    """Where the drugs of a report begin whose effects are worth telling."""
    return {hit.start for hit in reading.hits("drugs") if hit.term.row["class"] in _HARMFUL}


def caused(reading: Reading, end: int, last: int, drugs: set[int], treatments: set[int]) -> bool:
    """Whether the words behind a complaint, in its sentence, name its cause: `sous sunitinib`, `à l'ifosfamide`,
    `après thyroïdectomie`, `à 8 mois de la laparotomie`, `séquellaire`."""
    folded, stop = reading.folded, min(last, end + _REACH)
    behind = folded[end:stop]
    under = _UNDER.match(folded, end, stop) if "sous" in behind or "post" in behind else None
    if under and any(start in drugs or start in treatments for start in range(under.end() - 1, under.end() + 7)):
        return True
    of_drug = _OF_DRUG.match(folded, end, stop) if drugs else None
    if of_drug and of_drug.end() in drugs:
        return True
    of_act = _OF_ACT.match(folded, end, stop) if holds(behind, _OF_ACTS) else None
    if of_act and _FOLLOWS.search(of_act[0]):
        return True
    return ("sequell" in behind or "residuel" in behind) and _SEQUEL.match(folded, end, stop) is not None
