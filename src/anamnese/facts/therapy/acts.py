"""Transplants, embolisations, ablations: treatments on one day that are neither drugs, irradiation nor surgery."""

from __future__ import annotations

import re

from anamnese.facts.reading import Reading
from anamnese.facts.therapy.course import Course
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re

_RECALL = folded_re(
    r"(?:\b(?:la|cette|sa|apres|post|avant|depuis|j\d+ de|mois de|pre|delai|lors de|candidate? a|eligible a|recus\w*|"
    r"recusee? de|rejet de|attente de)[ ](?:la |l'|une )?|l'|post-?|pre-?)$"
)
_PLANNED_BEFORE = folded_re(
    r"(?:avant|en vue d'|dans l'attente de|preparation a|suivie? d'|intensification et)(?: une| l'| la|une)?[ ]?$"
)
_POSSIBLE = folded_re(r"\b(?:possibilite|faisabilite|eventualite) (?:de |d')(?:realiser |faire )?(?:une |l')?$")
_REFUSED_AFTER = folded_re(r"[^.;,]{0,40}(?:recuse|refuse|non retenu|contre-? ?indique|non realis)")
_WITH = folded_re(
    r"(?:[ ][a-z-]+){0,2}[ ]?(?:\(|a la |a l'|au |avec (?:de la |du |de l')?|par (?:de la |du )?|"
    r"(?:par |avec (?:des )?)?(?:microspheres|microbilles|billes|particules) (?:d'embolisation )?chargees? (?:a la |"
    r"de |d'|en |avec (?:de |du |de la |de l')?)|"
    r"chargees? (?:a la |de ))"
)
"""What links an embolisation to the drug that it brings."""
_CARRIED_REACH = 110
"""Characters behind an embolisation within which the drug is told that it brings."""
_INTO_ARTERY = frozenset({
    "doxorubicine", "épirubicine", "idarubicine", "pirarubicine", "mitomycine", "cisplatine", "oxaliplatine",
    "carboplatine", "irinotécan", "streptozotocine", "fotémustine", "melphalan", "raltitrexed",
})  # fmt: skip
"""Drugs that embolisations bring into the artery of a tumour, whatever is told between."""
_BRINGS = (
    " avec ", " avec de la ", " avec du ", " avec de l'", " avec 50 mg de ", " a la ", " a l'", " au ", " par ",
    "charges de ", "chargees de ", "charges a la ", "chargees a la ", "charges a l'", "chargees a l'", "charges en ",
    "chargees en ", "charges d'", "chargees d'", "chargees avec de la ", "emulsion de ", "melange de ", "injection de ",
    "injection d'", "mg de ", "mg d'", "utilisant la ", "utilisant de la ", "(", "a base de ", "a base d'",
)  # fmt: skip
_OTHER_COURSE = folded_re(
    r"\b(?:puis|suivie?s?|ensuite|apres|avant|relais|assoc\w*|chimiotherapie|traite\w*|recu|recoit|debut\w*|"
    r"et (?:une?|du|de la|par)|sans|progress\w*|recidiv\w*|rechut\w*|en attente)\b"
)
"""What parts an embolisation from a drug that is given besides."""
_OF_TISSUE = folded_re(
    r"[ ](?:massive|osseuse|corneenne|cutanee|tendineuse|vasculaire|structurale|valvulaire|renale|"
    r"d[e'] ?(?:la |l'|une? )?(?:os|tendon|peau|cornee|humerus|femur|tibia|bassin|valve|rein))"
)
"""An allograft of tissue replaces what was removed; it treats no tumour."""
_LOCAL_AFTER = folded_re(r"[ ]?(?:hemostatique|pour (?:hemo|saign)|prothe|buccale|orale\b|de la bouche|ungueale)")
"""What stops a bleeding, or keeps a mouth sound, treats no tumour: `cryothérapie │buccale`."""
_MOTIVE = folded_re(r"(?:\bpour|en vue d'|dans le cadre d')[ ]?(?:une |son |sa |l')?$|\bmotifs?\b[^.]{0,60}$")
_GRAFT = "greffe de cellules souches"
_GRAFTED = folded_re(r"\b(?:a|ete|est|fut|avait ete|etait)[ ](?:ete )?(?:re-?)?$")
_CELLS = folded_re(r"[^.;]{0,50}\b(?:donneur|cellules souches|csh|csp|moelle|haplo|geno-?ident|pheno-?ident)")
"""`a été │greffé│ avec un donneur familial`; else the transplant has been told."""
_ORGANS = folded_re(
    r"\b(?:renal\w*|reins?|hepati\w*|foie|cardia\w*|coeur|pulmon\w*|poumons?|corne\w*|peau|cutane\w*|osseu\w*|"
    r"lambeau|attente|liste)\b"
)
_ON_DAY = folded_re(r"[ ](?:le |en |du |: ?)?")
_REINJECTED = folded_re(r"\b(?:re-?)?(?:injec|infus|perfus)[a-z]*[ ](?:de |d')?[^.;\n]{0,6}[.,]?[^.;\n]{0,30}$")
"""`réinjection de 4,2 x10^6 │CD34/kg│`: the cells of a transplant, which are also counted where they are collected."""
_DAY = 60
"""Characters before or behind an act within which its day is told."""


def carried_by(reading: Reading, end: int) -> Hit | None:
    """The drug that an embolisation named before `end` brings: `chimioembolisation (doxorubicine)`, `chimioembolisation
    du lobe droit (2 séances) avec adriamycine`."""
    hits = reading.hits_between("drugs", end, end + _CARRIED_REACH)
    if not hits:
        return None
    folded, drug = reading.folded, hits[0]
    if _WITH.fullmatch(folded, end, drug.start):
        return drug
    if drug.term.name not in _INTO_ARTERY or not folded.endswith(_BRINGS, end, drug.start):
        return None
    if drug.start >= reading.sentence(end - 1).end or _OTHER_COURSE.search(folded, end, drug.start):
        return None
    return drug


def is_meant(reading: Reading, hit: Hit) -> bool:
    """Whether a word that is short for a transplant stands for one: `│auto│ le 12/03/2021`."""
    cue = hit.term.row["cue"]
    if cue == "dated":
        dates = reading.dates_between(hit.end, hit.end + 16)
        return bool(dates) and _ON_DAY.fullmatch(reading.folded, hit.end, dates[0].start) is not None
    if cue == "reinjected":
        return _REINJECTED.search(reading.folded, max(0, hit.start - 60), hit.start) is not None
    return True


def _days(reading: Reading, course: Course) -> bool:
    """Whether the day of an act is told beside it."""
    sentence = reading.sentence(course.start)
    return bool(reading.dates_between(max(sentence.start, course.start - _DAY), min(course.end + _DAY, sentence.end)))


def _was_grafted(reading: Reading, hit: Hit, before: str, told: list[Course]) -> bool:
    """Whether a patient was grafted with cells: no kidney, and no tumour grafted on a scar."""
    folded = reading.folded
    sentence = reading.sentence(hit.start)
    if not _GRAFTED.search(before) or _ORGANS.search(folded, sentence.start, sentence.end):
        return False
    if hit.term.name != _GRAFT or _CELLS.match(folded, hit.end, sentence.end):
        return True
    return any(course.kind == "transplant" for course in told)


def _carries_out(reading: Reading, motive: Course, course: Course) -> bool:
    """Whether an act told with its day is the one that the patient was told to come for."""
    before = reading.folded[max(0, motive.start - 70) : motive.start]
    end = min(motive.end + _DAY, reading.sentence(motive.start).end)
    if not _MOTIVE.search(before) or reading.dates_between(motive.end, end):
        return False
    return _days(reading, course) and course.status(reading) != "planned"


def other_acts(reading: Reading) -> list[Course]:
    """Each transplant, embolisation or ablation once."""
    folded = reading.folded
    told: list[Course] = []
    for hit in reading.hits("modalities"):
        row = hit.term.row
        if row["sort"] not in ("point", "local") or row["kind"] not in ("transplant", "embolisation", "other"):
            continue
        if row["cue"] and not is_meant(reading, hit):
            continue
        before = folded[max(0, hit.start - 40) : hit.start]
        if _POSSIBLE.search(before) or _REFUSED_AFTER.match(folded, hit.end, hit.end + 70):
            continue
        if _LOCAL_AFTER.match(folded, hit.end) or (row["kind"] == "transplant" and _OF_TISSUE.match(folded, hit.end)):
            continue
        grafted = row["cue"] == "grafted"
        if grafted and not _was_grafted(reading, hit, before, told):
            continue
        course = Course(
            row["kind"],
            hit.start,
            hit.end,
            drugs=[drug.term.name] if row["kind"] == "embolisation" and (drug := carried_by(reading, hit.end)) else [],
            procedure=hit.term.name if row["sort"] == "point" else reading.text[hit.start : hit.end].lower(),
        )
        if course.status(reading) in ("negated", "family"):
            continue
        last = told[-1] if told else None
        if grafted and last is not None and last.kind == "transplant" and _days(reading, course):
            if _days(reading, last):
                continue
            course.procedure = last.procedure  # `suivie d'une autogreffe. … Il a été greffé le 12/03`
            told[-1] = course
            continue
        if last is not None and last.procedure == course.procedure and _carries_out(reading, last, course):
            told[-1] = course  # `hospitalisé pour allogreffe. … Allogreffe le 21/07`
            continue
        known = any(earlier.procedure == course.procedure for earlier in told)
        if known and not re.search(r"\b(?:nouvelle|deuxieme|seconde|2e|autre|une)[ ]$", before):
            continue
        if _RECALL.search(before) and told and not _PLANNED_BEFORE.search(before):
            continue
        told.append(course)
    return told
