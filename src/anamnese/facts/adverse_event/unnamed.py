"""Complications that no table names: what stands where only a complication can stand.

`Les suites ont été marquées par des contractions utérines`, `Complication : quadranopsie supérieure gauche`.
"""

from __future__ import annotations

from anamnese.facts.adverse_event.grades import Grade
from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re

_LABEL = folded_re(r" ?(?:post-?operatoires? |immediates? |precoces? )?: ?")
_PHRASE = folded_re(
    r" ?(?:une? |des |l'|la |le |les |du |d'une? )?(?P<what>[a-z][a-z'-]{4,}"
    r"(?: (?!(?:et|qui|dont|avec|sans|apres|pour|le|au|aux|a|sous|puis|vite|bien|en|dans|par|rapidement)\b|"
    r"ayant|traite|jugul|resol|necessit|spontane)[a-z'-]+){0,4})(?= |[.,;:()\n]|$)"
)
_NO_COMPLICATION = frozenset({
    "simples", "simple", "favorable", "favorables", "amelioration", "disparition", "deces", "recidive", "rechute",
    "progression", "evolution", "sortie", "aucune", "absence", "neant", "apparition", "survenue", "bonne", "bonnes",
    "normalisation", "regression", "diminution", "reprise", "augmentation", "metastase", "metastases", "regain",
    "normales", "normale", "habituelles", "excellente", "nette", "persistance", "administration", "stabilisation",
    "transfert", "hospitalisation", "chute", "realisation", "decision", "reduction", "poursuite", "guerison", "autre",
    "retour", "rares", "possible", "possibles", "grade", "clavien", "mineures", "majeures", "post-operatoires",
})  # fmt: skip
"""Words that open what is no complication, or none that is named."""


_GRADED = folded_re(r"[ ]?:[ ]?(?P<what>[a-z][a-z'-]{3,}(?:[ ][a-z'-]+){0,4}?)[ ]?(?:[,(:][ ]?)?(?:de[ ])?$")
_OF_AN_ORGAN = ("ique", "ive", "aire", "ale", "euse", "ee", "ienne", "elle")
"""How adjectives end that say whose toxicity it is: `Toxicité : digestive G2`."""


def graded_toxicity(reading: Reading, hit: Hit, grade: Grade) -> Draft | None:
    """The toxicity that no table names between its label and its grade: `Toxicité : sécheresse nasale G1`."""
    label = _GRADED.search(reading.folded, hit.end, grade.start) if grade.start > hit.end else None
    if label is None or label.start() != hit.end:
        return None
    start, end = label.span("what")
    words = " ".join(reading.text[start:end].lower().split())
    if label["what"].split(" ")[0] in _NO_COMPLICATION:
        return None
    if " " not in words and label["what"].endswith(_OF_AN_ORGAN):
        start, words = hit.start, f"toxicité {words}"
    return reading.draft("adverse_event", start, grade.end, term=words, grade=grade.value)


def unnamed(reading: Reading, cue: Hit) -> Draft | None:
    """The complication behind words that only a complication follows, where no table names one."""
    folded = reading.folded
    words = folded[cue.start : cue.end]
    pos = cue.end
    if words.startswith("complication"):
        label = _LABEL.match(folded, pos)
        if label is None or folded[reading.line_start(cue.start) : cue.start].strip(" -*>."):
            return None
        pos = label.end()
    elif not (words.startswith("suites ") and words.endswith(("par", "de", "d'"))):
        return None
    last = reading.sentence(cue.start).end
    phrase = _PHRASE.match(folded, pos, last)
    if phrase is None or phrase["what"].split(" ")[0].split("'")[-1] in _NO_COMPLICATION:
        return None
    start, end = phrase.span("what")
    if reading.hits_between("adverse_event", pos, end):
        return None
    return reading.draft("adverse_event", start, end, term=" ".join(reading.text[start:end].lower().split()))
