"""No evidence of disease: relapse, residual or active disease that is denied at an evaluation."""

from __future__ import annotations

from bisect import bisect_left

from anamnese.facts.reading import Draft, Reading
from anamnese.facts.response.words import FOUND_SECTIONS, NOT_ABSENT, response, treated, words_before
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re, holds

_DENIED = folded_re(
    r"(?:\bsans\b|\bpas\b|\baucune?s?\b|\babsence\b|\bni\b|\bplus\b|\bindemnes?\b|\bsans aucune?\b)"
    r"(?: (?:de |d'|du |la |l'|le |les |une? )*(?:signes?|evidences?|arguments?|elements?|images?|"
    r"traces?|preuves?|lesions?|"
    r"stigmates?|aspects?|foyers?|manifestations?|indices?|donnees?|faveur|en faveur|faisant|evoquer|"
    r"suggestifs?|suggestives?|evocat[a-z]+|"
    r"evoquant|suspecter|suspecte?s?|suspicion|cliniques?|radiologiques?|biologiques?|scanographiques?|"
    r"endoscopiques?|"
    r"echographiques?|et|ou|ni|objectivee?|montree?|revelee?|mis en evidence|eu|developpee?|constatee?|"
    r"observee?|retrouvee?|notee?|presentee?|detectee?|decelable|"
    r"tumorale?s?|locale?s?|loco[ -]?regionale?s?|a distance|recidives?|rechutes?|metastases?|"
    r"localisations?|secondaires?|macroscopiques?|"
    r"pour|patente?|manifeste|particulier|nouvelle?|nouveaux?|actuel|recente?|visible|adenopathies?|masses?)){0,9}"
    r"(?: ?(?:de la|des|de|du|d'|la|l'|sa|cette|une?|leur|toute|en faveur))* ?$"
)
_OF_DENIED = ("sans", "pas", "aucun", "absence", "ni", "plus", "indemne")
_SPAN_OF = folded_re(r"(?:survie|intervalle|periode) $")
_EVIDENCE = folded_re(r"signe|evidence|argument|trace|preuve|element|stigmate|manifestation|indice|image")
_ORGAN_ONLY = folded_re(
    r" (?!(?:locale?s?|locaux|loco[ -]?regionale?s?|tumorale?s?|clinique|radiologique|biologique|"
    r"metastatique|oncologique|neoplasique)\b)"
    r"[a-z]+(?:ale|ique|aire|ienne|euse|visible)s?\b(?! (?:ni|ou|et))"
)
"""Denied of one organ only."""
_DENIED_TAIL = folded_re(
    r"(?: (?:tumorale?s?|locale?s?|loco[ -]?regionale?s?|metastatiques?|evolutive|residuelle|oncologique|"
    r"neoplasique|clinique|radiologique|"
    r"decelables?|a distance|ni a distance|ou a distance|ni de metastases?(?: a distance)?|"
    r"ou de metastases?|ni metastases?|"
    r"de (?:la|sa) (?:maladie|tumeur)|ni locale|et|ou|ni|peritoneaux|peritoneal|du cancer))*"
)
_CLAUSE = 260
"""How far in its sentence the words that say when and how stand, in characters."""
_PATHOLOGY = folded_re(r"histo|patholog|anapath|\bpiece\b|\bap(?: ?:| de la )")
_ELSEWHERE = folded_re(
    r" (?:extra-?[a-z]+|metastatique|a distance|systemique|visceral[a-z]*|ganglionnaire|sus-[a-z]+|"
    r"ailleurs)\b"
)
"""Denied of one part of the body only."""
_ALONE = folded_re(r"\s*(?:[.,;)]|$)|\s*\n")
_TIME_WITHOUT = folded_re(r"(?:mois|ans?|semaines?|annees?) $")
_NO_REMNANT = folded_re(
    r"\b(?:sans|absence|pas|plus|aucune?|ni|indemnes?|depourvue?s?)\b(?: (?:de|d'|du|toute?|tous|la|le|l'|"
    r"retrouve[a-z]*|montre[a-z]*|comport[a-z]*|contien[a-z]*|identifi[a-z]*|mis|en|evidence|observ[a-z]*|signe|persist[a-z]*|il)"
    r"\b ?'?){0,7} ?$"
)
_ELSEWHERE_CUT = folded_re(
    r"\b(?:berges?|marges?|limites?|recoupes?|tranches?|collerette|ganglions?|ganglionnaires?|curage|embole?s?|adenopathies?|"
    r"biopsies?|frottis|liquide)\b"
)
"""What may be free of tumour while the specimen is not."""
_SYSTEMIC_OR_RAYS = frozenset({"chemotherapy", "radiotherapy", "targeted", "immunotherapy", "hormone"})
"""Kinds of treatment that may clear a tumour before its operation."""
_OTHER_ILLNESS = folded_re(
    r" (?:metabolique|cardiaque|chronique|hereditaire|auto|associee|infectieuse|connue|familiale|generale|"
    r"systemique auto)"
)
"""What makes `maladie` another than the tumour."""
_FOLLOW_UP_WORDS = (
    "apres", "mois", "controle", "suivi", "depuis", "dernier", "actuel", "surveillance", "recul", "ce jour",
)  # fmt: skip
_YEARS = folded_re(r"\bans?\b")


def remnant(reading: Reading, hit: Hit) -> Draft | None:
    """`La pièce ne comportait plus de cellules tumorales`: after treatment, none of the tumour is left in it."""
    before = words_before(reading, hit, 90)
    denied = _NO_REMNANT.search(before) if treated(reading, hit, _SYSTEMIC_OR_RAYS) else None
    if denied is None:
        return None
    sentence = reading.sentence(hit.start)
    near = max(sentence.start, hit.start - _CLAUSE), min(sentence.end, hit.end + 40)
    if not _PATHOLOGY.search(reading.folded, *near) or _ELSEWHERE_CUT.search(reading.folded, *near):
        return None
    return response(reading, hit.start - len(before) + denied.start(), hit.end, "pathologic_complete", "affirmed")


_PIECE = folded_re(
    r"\bpieces?\b|residuel|(?:mast|pneumon|lob|n?ephr|gastr|col|hyster|oesophag|ov[ao]ri|tumor)ectomie|amputation"
)
_OTHER_ORGAN = folded_re(r"cholecyst|appendic|amygdal")


def remnant_of_piece(reading: Reading, hit: Hit) -> Draft | None:
    """`aucun signe de malignité sur la pièce`: said of many things else, so of a specimen of the operation only."""
    sentence = reading.sentence(hit.start)
    near = max(sentence.start, hit.start - _CLAUSE), min(sentence.end, hit.end + _CLAUSE)
    if not _PIECE.search(reading.folded, *near) or _OTHER_ORGAN.search(reading.folded, *near):
        return None
    return remnant(reading, hit)


def cleared(reading: Reading, hit: Hit) -> Draft | None:
    """`La pièce opératoire est indemne de tumeur`: what holds its own denial."""
    if not _is_of_piece(reading, hit):
        return None
    return response(reading, hit.start, hit.end, "pathologic_complete", "affirmed")


def necrosis(reading: Reading, hit: Hit) -> Draft | None:
    """`nécrose tumorale complète sur la pièce`: all of the tumour has died under the treatment before the operation."""
    if not _is_of_piece(reading, hit):
        return None
    return response(reading, hit.start, hit.end, "pathologic_complete")


def _is_of_piece(reading: Reading, hit: Hit) -> bool:
    """Whether a finding is one of the specimen of an operation that followed a treatment by drugs or rays."""
    if not treated(reading, hit, _SYSTEMIC_OR_RAYS):
        return False
    sentence = reading.sentence(hit.start)
    near = max(sentence.start, hit.start - _CLAUSE), min(sentence.end, hit.end + 60)
    return (
        _PATHOLOGY.search(reading.folded, *near) is not None
        and not _ELSEWHERE_CUT.search(reading.folded, *near)
        and not _OTHER_ORGAN.search(reading.folded, *near)
    )


_EXAMINED = folded_re(
    r"\b(?:scanners?|tdm|irm|tep|pet|tap|echograph|radiograph|scintigraph|mammograph|\w+scop|bilans?|imagerie|examens?)"
)


_OTHER_EXAMINATION = folded_re(
    r"\b(?:ecg|electro[a-z]+|ett|etf|[a-z]*cardi[a-z]+|biolog[a-z]*|biochim[a-z]+|creatin[a-z]*|nfs|hemogramme|iono[a-z]*|"
    r"ecbu|hemocultures?|crp|glycemie|calcemie|tsh|hepatique|renal)[ ](?:[a-z]+[ ])?$"
)
"""Examinations that look for no tumour."""


def normal(reading: Reading, hit: Hit) -> Draft | None:
    """`Les scanners de contrôle étaient normaux`: an examination after the treatment finds nothing."""
    if not treated(reading, hit) or reading.section(hit.start) in FOUND_SECTIONS:
        return None
    if _OTHER_EXAMINATION.search(words_before(reading, hit, 50)):
        return None
    if reading.folded.find("negati", hit.start, hit.end) >= 0 and not _EXAMINED.search(words_before(reading, hit, 60)):
        return None  # cultures, smears
    return response(reading, hit.start, hit.end, "no_evidence_of_disease")


_OF_FOLLOW_UP = folded_re(
    r"\b(?:(?P<by>[a-z-]+)[ ](?:(?:cerebrale?|abdominale?|pulmonaire|"
    r"pelvienne|hepatique|thoracique|(?:thoraco|abdomino)-[a-z-]+|corps entier)[ ])?de[ ])?"
    r"controles?(?:[ ](?:successifs|ulterieurs?|reguliers?|annuels?|post-?operatoires?|scann?ographiques?|"
    r"radiologiques?|cliniques?|endoscopiques?|echographiques?|tomodensitometriques?|cystoscopiques?|et)){0,4}"
    r"(?:,?[ ](?:a|au|de|apres|du|en|realisee?|effectuee?|pratiquee?)[ ][^.;:,\n]{1,40})?[ ]$"
)
_OF_TUMOUR_LOOKED_FOR = folded_re(
    r"(?:scanner|tdm|irm|tep|echo|echographie|radiographie|scintigraphie|mammographie|coloscopie|cystoscopie|fibroscopie|"
    r"endoscopie|rectoscopie|gastroscopie|uroscanner|pet|examen|bilan|imagerie|tomodensitometrie|colposcopie|frottis)s?"
)


def checked(reading: Reading, hit: Hit) -> Draft | None:
    """`Le contrôle scannographique à 6 mois était normal`: an examination of the follow-up, after a treatment."""
    before = words_before(reading, hit, 110)
    if "controle" not in before or reading.section(hit.start) in FOUND_SECTIONS or not treated(reading, hit):
        return None
    told = _OF_FOLLOW_UP.search(before)
    if told is None or (told["by"] is not None and not _OF_TUMOUR_LOOKED_FOR.fullmatch(told["by"])):
        return None
    return response(reading, hit.start - len(before) + told.start(), hit.end, "no_evidence_of_disease")


_HERE_ONLY = folded_re(r" (?!(?:ni|tumora|clini|radio|biolog|metasta|a distance|est|a|n'))[a-z]")
"""A place behind the word."""
_OVER = folded_re(r"\b(?:oper|rese[qc]|trait|irradi|apres|remission|depuis|suivi|recul|plus tard|exere)")


def _place(draft: Draft) -> int:
    return draft.start


def _metastases(reading: Reading) -> list[Draft]:
    """The secondary disease that is told, in order of place."""
    return sorted(reading.facts("metastasis"), key=_place)


def _beside_metastasis(reading: Reading, hit: Hit, start: int, denied: int) -> bool:
    """Whether what is denied is a relapse in one place, beside secondary disease that has just been found: `une
    métastase splénique est découverte, sans │récidive│ colique`."""
    if not _HERE_ONLY.match(reading.folded, hit.end):
        return False
    known = reading.once(_metastases)
    at = bisect_left(known, start, key=_place)
    found = known[at] if at < len(known) and known[at].start < hit.start else None
    if found is None or _OVER.search(reading.folded, found.end, hit.start):
        return False
    return reading.scopes.status(found) == "affirmed"


_NO_ACCOUNT = frozenset({"exam", "investigations", "discussion"})
_OF_SURVIVAL = folded_re(r"\b(?:survies?|ssp|pfs|mediane|taux|intervalle|duree|periode|temps|objectif|critere)\b")


_OF = (" de la ", " de l'", " du ", " des ")
_OF_TUMOUR = folded_re(
    r" (?:de la |de l'|du |des )(?:[a-z]+ )?(?:lesion|tum|maladie|metasta|mass|nodul|canc|carcin|cible|adenop|atteinte|"
    r"localis|residu|reliquat|processus)"
)


_OFF_TREATMENT = folded_re(r"\bmalgre (?:l'arret|la suspension|l'interruption|l'abstention|l'absence)\b")
"""What has not grown though its treatment was stopped responds to none: `malgré l'arrêt du létrozole, pas de
│progression│`."""


def progress(reading: Reading, hit: Hit) -> Draft | None:
    """`sous létrozole sans progression`, `absence de progression au scanner`: the disease stays as it was."""
    before = words_before(reading, hit, 130)
    denied = _DENIED.search(before) if holds(before, _OF_DENIED) else None
    if denied is None or reading.section(hit.start) in _NO_ACCOUNT or _OF_SURVIVAL.search(before):
        return None
    if before[: denied.start()].endswith("en l'") or not treated(reading, hit):
        return None  # `en l'absence de progression`: a condition
    if _OFF_TREATMENT.search(before[: denied.start()]):
        return None
    if reading.folded.startswith(_OF, hit.end) and not _OF_TUMOUR.match(reading.folded, hit.end):
        return None
    start = hit.start - len(before) + denied.start()
    return response(reading, start, hit.end, "stable", "affirmed")


_GROWS = folded_re(
    r"\b(?:maladie|tumeurs?|lesions?|cancer|metastases?|masses?|nodules?|lymphome|adenopathies?|processus|sarcome|melanome|"
    r"carcinome|myelome)\b[^.;:,\n]{0,30}$"
)


def not_grown(reading: Reading, hit: Hit) -> Draft | None:
    """`la maladie n'a pas progressé`, `les lésions n'évoluent plus`: under treatment the disease stays as it was."""
    before = words_before(reading, hit, 60)
    subject = _GROWS.search(before)
    if subject is None or reading.section(hit.start) in _NO_ACCOUNT or not treated(reading, hit):
        return None
    return response(reading, hit.start - len(before) + subject.start(), hit.end, "stable", "affirmed")


def _is_follow_up(folded: str, start: int, end: int) -> bool:
    """Whether a piece of text tells of a follow-up."""
    return holds(folded[start:end], _FOLLOW_UP_WORDS) or _YEARS.search(folded, start, end) is not None


def relapse(reading: Reading, hit: Hit) -> Draft | None:
    """No evidence of disease: relapse, residual or active disease denied at an evaluation."""
    before = words_before(reading, hit, 130)
    denied = _DENIED.search(before) if holds(before, _OF_DENIED) else None
    if denied is None:
        return None
    told = before[: denied.start()]
    if NOT_ABSENT.search(told + " ") or _SPAN_OF.search(told):
        return None
    words = hit.term.pattern and reading.folded[hit.start : hit.end]
    evidence = _EVIDENCE.search(denied[0])
    if (
        words
        in (
            "maladie",
            "dissemination",
            "localisation secondaire",
            "localisations secondaires",
            "metastase",
            "metastases",
        )
        and not evidence
        and words != "maladie"
    ):
        return None
    if words == "maladie":
        alone = denied[0].startswith("absence") and _ALONE.match(reading.folded, hit.end)
        if not evidence and not denied[0].startswith("sans") and not alone:
            return None
        if _OTHER_ILLNESS.match(reading.folded, hit.end, hit.end + 30):
            return None
    section = reading.section(hit.start)
    sentence = reading.sentence(hit.start)
    if words.startswith(("recidive", "rechute")) and _beside_metastasis(reading, hit, sentence.start, denied.start()):
        return None
    near = max(sentence.start, hit.start - _CLAUSE), min(sentence.end, hit.end + _CLAUSE)
    if words.startswith(("residu", "reliquat", "tumeur resid", "neoplasie resid")) and _PATHOLOGY.search(
        reading.folded, *near
    ):
        start = hit.start - len(before) + denied.start()
        cleared = treated(reading, hit, _SYSTEMIC_OR_RAYS)
        return response(reading, start, hit.end, "pathologic_complete", "affirmed") if cleared else None
    if words.startswith(("implant", "lesion", "reliquat", "tumeur", "metastase", "localisation", "dissemination")) and (
        section not in ("course", None) or not _is_follow_up(reading.folded, *near)
    ):
        return None
    if words.startswith("maladie") and (
        _ELSEWHERE.match(reading.folded, hit.end) or (not evidence and _TIME_WITHOUT.search(before[: denied.start()]))
    ):
        return None
    if section in FOUND_SECTIONS or _ORGAN_ONLY.match(reading.folded, hit.end):
        return None
    if section not in ("course", None, "history") and not _is_follow_up(reading.folded, *near):
        return None
    tail = _DENIED_TAIL.match(reading.folded, hit.end, sentence.end)
    start = hit.start - len(before) + denied.start()
    return response(reading, start, tail.end() if tail else hit.end, "no_evidence_of_disease", "affirmed")
