"""How the disease answered its treatment: a category in words, an acronym, a score, or an improvement without one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from anamnese.facts.reading import Draft, Reading
from anamnese.facts.response.words import load_words
from anamnese.lexicon.matcher import Hit

_HERE = Path(__file__).parent
_QUALITIES = load_words(_HERE / "qualities.tsv", "category")
_TARGETS = frozenset(load_words(_HERE / "targets.tsv"))

_FOUND_SECTIONS = frozenset({"exam", "investigations"})
"""Sections that describe what one examination found: words of change and of absence are no evaluation there."""

_WORD = re.compile(r"[a-z0-9œ-]+")
_AFTER_NOUN = re.compile(r"(?: \(?[a-z-]+\)?(?: et| ou)?(?: a l')?){1,4}")
_BEFORE_NOUN = re.compile(r"([a-zœ-]+(?: [a-zœ-]+)?) ?$")
_ESTIMATED = re.compile(r"[a-z ,]{0,45}(?:estimee?|evaluee?|chiffree?|superieure|de l'ordre de|de plus de)(?: a)?(?: plus de)? ?(\d{1,3}) ?%")
"""A response in percent of the tumour; partial from 30 % (RECIST 1.1)."""
_NOT_THE_RESPONSE = re.compile(
    r"\b(?:evaluation|reevaluation|evaluer|critere|maintien|selon|fonction|absence|pas|sans|faible|attendre|atteindre|"
    r"en l'absence|mauvaise|minime|peu|aucune|defaut|manque|duree|predire|predicti[a-z]+|taux|si|"
    r"cas|selon|prevoir|juger|apprecier)(?: de| d'| la| une| bonne| l'| cette)* ?$"
)
_DENIED = re.compile(
    r"(?:\bsans\b|\bpas\b|\baucune?s?\b|\babsence\b|\bni\b|\bplus\b|\bindemnes?\b|\bsans aucune?\b)"
    r"(?: (?:de |d'|du |la |l'|le |les |une? )*(?:signes?|evidences?|arguments?|elements?|images?|traces?|preuves?|lesions?|"
    r"stigmates?|aspects?|foyers?|manifestations?|indices?|donnees?|faveur|en faveur|faisant|evoquer|suggestifs?|suggestives?|evocat[a-z]+|"
    r"evoquant|suspecter|suspecte?s?|suspicion|cliniques?|radiologiques?|biologiques?|scanographiques?|endoscopiques?|"
    r"echographiques?|et|ou|ni|objectivee?|montree?|revelee?|mis en evidence|eu|developpee?|constatee?|observee?|retrouvee?|notee?|presentee?|detectee?|decelable|"
    r"tumorale?s?|locale?s?|loco-?regionale?s?|a distance|recidives?|rechutes?|metastases?|localisations?|secondaires?|macroscopiques?|"
    r"pour|patente?|manifeste|particulier|nouvelle?|nouveaux?|actuel|recente?|visible|adenopathies?|masses?)){0,9}"
    r"(?: ?(?:de la|des|de|du|d'|la|l'|sa|cette|une?|leur|toute|en faveur))* ?$"
)
_NOT_ABSENT = re.compile(r"(?:survie|intervalle|periode|duree|delai|recherche|seulement|uniquement|temps|antecedents?)(?: \w+){0,2} $")
_ORGAN_ONLY = re.compile(
    r" (?:hepatique|mammaire|pulmonaire|osseuse|cerebrale|renale|ovarienne|peritoneale|surrenalienne|splenique|cardiaque|"
    r"thyroidienne|vasculaire|hepatiques|pulmonaires|osseuses|cerebrales|ganglionnaire|ganglionnaires|visible|visibles)\b(?! (?:ni|ou|et))"
)
_DENIED_TAIL = re.compile(
    r"(?: (?:tumorale?s?|locale?s?|loco-?regionale?s?|metastatiques?|evolutive|residuelle|oncologique|neoplasique|clinique|radiologique|"
    r"decelables?|a distance|ni a distance|ou a distance|ni de metastases?(?: a distance)?|ou de metastases?|ni metastases?|"
    r"de (?:la|sa) (?:maladie|tumeur)|ni locale|et|ou|ni|peritoneaux|peritoneal|du cancer))*"
)
_PATHOLOGY = re.compile(r"histo|patholog|anapath|\bpiece\b")
_ELSEWHERE = re.compile(r" (?:extra-?[a-z]+|metastatique|a distance|systemique|visceral[a-z]*|ganglionnaire|sus-[a-z]+|ailleurs)\b")
"""Denied of one part of the body only."""
_TIME_WITHOUT = re.compile(r"(?:mois|ans?|semaines?|annees?) $")
_ABSENT_FOLLOW_UP = re.compile(r"recul|suivi|actuel|controle|surveillance|apres|depuis|dernier|ce jour|mois|\bans?\b")

_ACRONYM_BEFORE = re.compile(
    r"(?:\b(?:avec|en|une?|obtenant|obtention d'une?|obtenu|donc|soit|evaluation|reevaluation|statut|puis|cures?|cycles?|lignes?|"
    r"tep|petscan|pet|scanner|tdm|irm|recist|lugano|cheson|deauville \d|m\d|j\d+|bonne|tres bonne|montre|montrant|montrait|"
    r"reponse|conclut a une?|au total|conclusion|vers|derniere)|[:,;>=(/%]|\d{4}|^)\s*(?:\d+\s*)?$"
)
_ACRONYM_AFTER = re.compile(r"\s*(?:[.,;)\n/+]|$| a\b| au\b| aux\b| sur\b| apres\b| en\b| de\b| selon\b| puis\b| metabolique| clinique| persist| maintenue|\(| et\b| recist| depuis| avec| lors| dissociee)")
_RECEPTORS = re.compile(r"\b(?:re|er|ro|rh|recepteurs?|progesterone|her-?2|ki-?67)\b")

_STABLE_SUBJECT = re.compile(
    r"(?:maladie|lesions?|tumeurs?|masses?|nodules?|metastases?|images?|imagerie|scanner|tdm|irm|tep|pet|radiologi[a-z]+|taille|atteinte|"
    r"reliquat|residu|affection|situation|bilan|evolution|controles?|cas)\b[^.;:\n]{0,60}$"
)
_PATIENT_STAYS = re.compile(
    r"(?:patiente?|malade|il|elle)\b(?: [a-z]+)? (?:reste|restait|est|est reste|est restee|demeure|demeurait|est demeuree?|se maintient|est toujours|etait toujours)(?: [a-z]+ment)? $"
)
_NOT_THE_DISEASE = re.compile(r"(?:hemodynamiquement|hemodynamique|constantes?|tension|respiratoire|glycemi[a-z]+|poids|cliniquement|neurologiquement|psoriasis|angiome|kyste|calcifie|renale?|condensation|thyroidien(?:ne)?)\W+(?:[a-z]+ ){0,3}$")

_NOT_TUMOUR = re.compile(
    r" (?:ulterieure |progressive |rapide |nette |significative |transitoire |spontanee |partielle )*(?:de la |du |des |de l'|de |d')"
    r"(?:bilan|profil|fonction|hemoglobine|hypoglycemie|glycemie|fievre|cytolyse|plaquettes|numeration|hemogramme|"
    r"corticoides|corticotherapie|diuretiques|doses?|dosage|murmure|posologie|acuite|fraction|fracture|toxicite|neutropenie|"
    r"creatinine|creatininemie|diurese|tension|pression|saturation|luxation|mobilite|force|poids|appetit|qualite|transaminases|survie|pronostic|"
    r"immunosuppress[a-z]+|traitement|antalgiques|vision|nausees?|vomissements?|triglycerides|parametres|av\b|autonomie|fonctionnelle)"
)
_SIZE_TARGET = re.compile(r"(?: \(?[a-z0-9>%,.-]+\)?){0,4}? (?:de la |du |des |de l'|de |d'|en |d'une )([a-zœ0-9-]+)(?: ([a-zœ0-9-]+))?")
_LESIONS = frozenset(
    "masse masses tumeur tumeurs lesion lesions nodule nodules adenopathies adenopathie metastases processus images ascite "
    "epanchement fixation fixations carcinose epaississement quasi ensemble toutes plus".split()
)
_TUMOUR_ADJECTIVE = re.compile(r" (?:tumorale?|metastatique|lesionnelle|morphologique|radiologique|clinique|metabolique|franche|partielle|complete|spectaculaire)\b")
_REASON = re.compile(r"(?:devant|compte tenu de|en raison de|vu|etant donne|du fait de|apres|suite a|malgre|grace a|fonction de)(?: la| l'| cette| une| de)* ?(?:tres )?(?:bonne |excellente |nette |rapide |et )*$")
_IN_SUM = re.compile(r"(?:au total|en resume|en conclusion|conclusion) ?:?[^.]{0,20}$")
_GAP = 110


def read(reading: Reading) -> Iterable[Draft]:
    drafts: list[Draft] = []
    softer: list[Draft] = []
    for hit in reading.hits("response"):
        draft = _ROLES[hit.term.row["role"]](reading, hit)
        if draft is not None:
            (softer if draft.get("category") == "favourable" else drafts).append(draft)
    drafts += _complete_by_stage(reading, drafts)
    drafts += [draft for draft in softer if not _overshadowed(reading, draft, drafts)]
    yield from _once(reading, sorted(drafts, key=lambda draft: draft.start))


def _draft(reading: Reading, start: int, end: int, category: str, status: str | None = None) -> Draft:
    return reading.draft("response", start, end, status, category=category)


def _before(reading: Reading, hit: Hit, width: int) -> str:
    first = reading.sentence(hit.start).start
    return reading.folded[max(first, hit.start - width) : hit.start]


def _stated(reading: Reading, hit: Hit) -> Draft | None:
    if hit.term.name == "complete" and _NOT_THE_RESPONSE.search(_before(reading, hit, 40)):
        return None
    if hit.term.name == "no_evidence_of_disease" and _NOT_ABSENT.search(_before(reading, hit, 40)):
        return None
    return _draft(reading, hit.start, hit.end, hit.term.name)


def _noun(reading: Reading, hit: Hit) -> Draft | None:
    """`réponse (clinique) complète`, `bonne réponse`: the strongest quality beside the noun."""
    folded = reading.folded
    last = reading.sentence(hit.start).end
    end, category = hit.end, None
    match = _AFTER_NOUN.match(folded, hit.end, last)
    if match:
        for word in _WORD.finditer(folded, match.start(), match.end()):
            quality = _QUALITIES.get(word[0])
            if quality is None:
                if word[0] not in ("et", "ou", "anatomopathologique", "histologique", "pathologique", "immunologique", "hematologique", "moleculaire", "cytogenetique", "morphologique", "cerebrale", "pulmonaire", "hepatique", "systemique", "dissociee"):
                    break
                continue
            if category is None or quality != "favourable":
                category, end = quality, word.end()
            if quality != "favourable":
                break
    text_before = _before(reading, hit, 60)
    before = _BEFORE_NOUN.search(text_before)
    start = hit.start
    if before:
        for words in (before[1], before[1].rpartition(" ")[2]):
            if words in _QUALITIES:
                start = hit.start - len(text_before) + before.start() + (len(before[1]) - len(words))
                if category is None or _QUALITIES[words] != "favourable":
                    category = _QUALITIES[words]
                break
    if category in (None, "favourable") and hit.term.name == "complete" and re.search(r"\b(?:en|une|la|de) $", text_before):
        category = "complete"
    estimate = _ESTIMATED.match(folded, hit.end, last)
    if estimate and category in (None, "favourable"):
        category, end = ("complete" if estimate[1] == "100" else "partial" if int(estimate[1]) >= 30 else "stable"), estimate.end()
    if category is None and re.match(r" apres (?:\w+ )?(?:cycles?|cures?)", folded[hit.end : hit.end + 30]):
        category = "favourable"
    if category is None or _NOT_THE_RESPONSE.search(text_before[: len(text_before) - (hit.start - start)]):
        return None
    if category == "favourable" and start == hit.start and not estimate and not re.search(r"bonne|excellente|importante|spectaculaire|significative|satisfaisante|objective|favorable|majeure|apres|remarquable|durable|nette", folded[hit.end : end + 8]):
        return None
    if category == "complete" and re.search(r"patholog|histolog", folded[hit.end : end]):
        category = "pathologic_complete"
    return _draft(reading, start, end, category)


def _acronym(reading: Reading, hit: Hit) -> Draft | None:
    """`RC`, `RP`: also receptors, a rectocolitis, a right breast; so only where an evaluation is being told."""
    sentence = reading.sentence(hit.start)
    before = reading.folded[max(sentence.start, hit.start - 40) : hit.start]
    if reading.folded[hit.end : hit.end + 1] in "+-" and reading.folded[hit.end : hit.end + 1]:
        return None
    if not _ACRONYM_AFTER.match(reading.folded, hit.end):
        return None
    if _RECEPTORS.search(reading.folded, max(sentence.start, hit.start - 50), min(sentence.end, hit.end + 50)):
        return None
    if before.rstrip().endswith("(") and not re.search(r"(?:reponse|remission|maladie) \w+ \($", before.rstrip() + ""):
        return None
    if re.search(r"(?:reponse|remission|maladie) (?:\w+ ){0,2}\w+ \($", before):
        return None  # the acronym of the words just said
    if not _ACRONYM_BEFORE.search(before):
        return None
    return _draft(reading, hit.start, hit.end, hit.term.name)


def _residue(reading: Reading, hit: Hit) -> Draft | None:
    return _draft(reading, hit.start, hit.end, hit.term.name, "affirmed")


def _deauville(reading: Reading, hit: Hit) -> Draft | None:
    sentence = reading.sentence(hit.start)
    for other in reading.hits_between("response", sentence.start, sentence.end):
        if other.term.row["role"] in ("noun", "stated", "acronym") and other.start != hit.start:
            return None
    return _draft(reading, hit.start, hit.end, hit.term.name)


def _stable(reading: Reading, hit: Hit) -> Draft | None:
    before = _before(reading, hit, 80)
    if _NOT_THE_DISEASE.search(before):
        return None
    stays = _PATIENT_STAYS.search(before)
    if stays and reading.folded.startswith("stable", hit.start):
        return _draft(reading, hit.start - len(before) + stays.start(), hit.end, "stable")
    subject = _STABLE_SUBJECT.search(before)
    if subject is None or (reading.section(hit.start) in _FOUND_SECTIONS and "maladie" not in subject[0]):
        return None
    if re.search(r"\b(?:et|mais|qui) [a-z' ]{25,}$|\bpar ailleurs\b", subject[0]):
        return None
    return _draft(reading, hit.start - len(before) + subject.start(), hit.end, "stable")


def _stabilisation(reading: Reading, hit: Hit) -> Draft | None:
    before = _before(reading, hit, 50)
    if re.match(r" (?:hemodynam|rachid|chirurg|orthop|de la frac|tension|de l'etat hem|respir|du rachis)", reading.folded[hit.end : hit.end + 20]):
        return None
    if not re.search(r"\b(?:une|avec|de|la|montre|obtenu|en) (?:nette |bonne |relative )?$", before) or re.search(r"(?:compte tenu|maintien|vu) d?e? ?la $", before):
        return None
    return _draft(reading, hit.start, hit.end, "stable")


def _unchanged(reading: Reading, hit: Hit) -> Draft | None:
    if reading.section(hit.start) in _FOUND_SECTIONS:
        return None
    return _draft(reading, hit.start, hit.end, "stable", "affirmed")


def _relapse(reading: Reading, hit: Hit) -> Draft | None:
    """No evidence of disease: relapse, residual or active disease denied at an evaluation."""
    before = _before(reading, hit, 130)
    denied = _DENIED.search(before)
    if denied is None or _NOT_ABSENT.search(before[: denied.start()] + " ") or re.search(r"(?:survie|intervalle|periode) $", before[: denied.start()]):
        return None
    words = hit.term.pattern and reading.folded[hit.start : hit.end]
    evidence = re.search(r"signe|evidence|argument|trace|preuve|element|stigmate|manifestation|indice|image", denied[0])
    if words in ("maladie", "dissemination", "localisation secondaire", "localisations secondaires", "metastase", "metastases") and not evidence and words != "maladie":
        return None
    if words == "maladie":
        if not evidence and not denied[0].startswith("sans"):
            return None
        if re.match(r" (?:metabolique|cardiaque|chronique|hereditaire|de [A-Z]|auto|associee|infectieuse|connue|familiale|generale|systemique auto)", reading.folded[hit.end : hit.end + 30]):
            return None
    section = reading.section(hit.start)
    sentence = reading.sentence(hit.start)
    follow_up = _ABSENT_FOLLOW_UP.search(reading.folded, sentence.start, sentence.end) is not None
    if words.startswith(("residu", "reliquat", "tumeur resid", "neoplasie resid")) and _PATHOLOGY.search(
        reading.folded, sentence.start, sentence.end
    ):
        before_it = any(t.get("kind") == "chemotherapy" and t.start < hit.start for t in reading.facts("therapy"))
        start = hit.start - len(before) + denied.start()
        return _draft(reading, start, hit.end, "pathologic_complete", "affirmed") if before_it else None
    if words.startswith(("implant", "lesion", "reliquat", "tumeur", "progression", "metastase", "localisation", "dissemination")) and (
        section not in ("course", None) or not follow_up
    ):
        return None
    if words.startswith("maladie") and (
        _ELSEWHERE.match(reading.folded, hit.end) or (not evidence and _TIME_WITHOUT.search(before[: denied.start()]))
    ):
        return None
    if section in _FOUND_SECTIONS or _ORGAN_ONLY.match(reading.folded, hit.end):
        return None
    if section not in ("course", None, "history") and not follow_up:
        return None
    tail = _DENIED_TAIL.match(reading.folded, hit.end, sentence.end)
    start = hit.start - len(before) + denied.start()
    return _draft(reading, start, tail.end() if tail else hit.end, "no_evidence_of_disease", "affirmed")


def _better(reading: Reading, hit: Hit) -> Draft | None:
    if reading.section(hit.start) in _FOUND_SECTIONS or _NOT_TUMOUR.match(reading.folded, hit.end):
        return None
    before = _before(reading, hit, 50)
    if re.search(r"\b(?:faible|absence d'|sans|aucune?|pas d'|malgre l'|apres l'|non)(?: \w+)? ?$", before):
        return None
    if reading.folded.startswith("amelioration ulterieure", hit.start):
        return None
    start = hit.start
    adjective = re.search(r"(?:nette|bonne|legere|importante|franche|discrete|significative|spectaculaire|net|tres nette|grande|excellente) $", before)
    if adjective:
        start -= len(adjective[0])
    tail = re.match(r"(?: (?:clinique|radiologique|biologique|symptomatique|respiratoire|neurologique|significative|nette|generale|et|partielle|rapide|spectaculaire))*", reading.folded[hit.end : hit.end + 60])
    end = hit.end + (len(tail[0].removesuffix(" et")) if tail else 0)
    return _draft(reading, start, end, "favourable")


def _improves(reading: Reading, hit: Hit) -> Draft | None:
    if reading.section(hit.start) not in ("course", "treatment"):
        return None
    return _draft(reading, hit.start, hit.end, "favourable") if re.search(r"(?:patiente?|etat|clinique|symptom[a-z]+) (?:\w+ )?$", _before(reading, hit, 40)) else None


def _evolution(reading: Reading, hit: Hit) -> Draft | None:
    if reading.section(hit.start) in _FOUND_SECTIONS or reading.folded[max(0, hit.start - 3) : hit.start] == "d'":
        return None
    if re.search(r"\b(?:post-?operatoire|suites)\b", reading.folded[hit.start : hit.end]):
        return None
    return _draft(reading, hit.start, hit.end, "favourable")


def _less(reading: Reading, hit: Hit) -> Draft | None:
    """`régression de la masse`, `diminution de plus de 50 % des lésions`: less of the tumour or of what it causes."""
    if reading.section(hit.start) in _FOUND_SECTIONS or _NOT_TUMOUR.match(reading.folded, hit.end):
        return None
    last = reading.sentence(hit.start).end
    if hit.term.name == "favourable" and re.match(r"[^.,;]{0,40}infectie", reading.folded[hit.end : hit.end + 60]):
        return None
    if re.search(r"\bdefini[a-z]* .{0,20}$", _before(reading, hit, 40)):
        return None
    match = _SIZE_TARGET.match(reading.folded, hit.end, min(last, hit.end + 60))
    if match and reading.folded.startswith(("disparition", "resolution", "resorption"), hit.start) and match[1] not in _LESIONS:
        return None
    if match and (match[1] in _TARGETS or (match[2] or "") in _TARGETS) and match[2] not in ("mammaire", "plasmatique"):
        return _draft(reading, hit.start, match.end(), _amount(reading, hit, match.end(), last, match[1]))
    adjective = _TUMOUR_ADJECTIVE.match(reading.folded, hit.end, last)
    if adjective and not reading.folded.startswith(("reduction", "resolution", "disparition"), hit.start):
        return _draft(reading, hit.start, adjective.end(), "favourable")
    return None


_TOTAL = re.compile(r" (?:quasi )?(?:totale|complete)\b")
_PERCENT = re.compile(r"(\d{1,3}) ?%")


def _amount(reading: Reading, hit: Hit, end: int, last: int, target: str) -> str:
    """complete where all of a lesion is gone, partial from 30 % less of it (RECIST 1.1), else only an improvement."""
    if target not in _LESIONS and target not in ("taille", "volume", "cellularite", "charge", "atteinte"):
        return "favourable"
    total = _TOTAL.match(reading.folded, hit.end)
    if total and "quasi" not in total[0]:
        return "complete"
    percent = _PERCENT.search(reading.folded, hit.end, min(last, end + 30))
    return "partial" if percent and 30 <= int(percent[1]) < 100 else "favourable"


def _lessened(reading: Reading, hit: Hit) -> Draft | None:
    before = _before(reading, hit, 60)
    words = {word[0] for word in _WORD.finditer(before)}
    if reading.section(hit.start) in _FOUND_SECTIONS or not words & _TARGETS:
        return None
    return _draft(reading, hit.start, hit.end, "favourable")


_MARKER_TARGET = re.compile(
    r" (?:complete |progressive |significative |nette |rapide )?(?:du |de la |de l'|des |d'|de )(?:taux (?:de |d'|du )|taux seriques? (?:de |d'|du ))?"
    r"(psa|cea|ace|ca ?\d|ca-\d|afp|alpha|hcg|beta|b-?hcg|marqueurs?|thyroglobuline|calcitonine|ca\b|antigene|chromogranine|ige?g|tep|pet)(?:[ -]?(?:\d[\d.-]*|hcg|foetoproteine))*"
)


def _marker(reading: Reading, hit: Hit) -> Draft | None:
    match = _MARKER_TARGET.match(reading.folded, hit.end, reading.sentence(hit.start).end)
    if match is None or reading.section(hit.start) in _FOUND_SECTIONS:
        return None
    return _draft(reading, hit.start, match.end(), "favourable")


_ROLES = {
    "stated": _stated, "noun": _noun, "acronym": _acronym, "residue": _residue, "deauville": _deauville,
    "stable": _stable, "stabilisation": _stabilisation, "unchanged": _unchanged, "relapse": _relapse,
    "better": _better, "improves": _improves, "evolution": _evolution, "less": _less, "lessened": _lessened,
    "marker": _marker,
}  # fmt: skip


def _complete_by_stage(reading: Reading, drafts: list[Draft]) -> list[Draft]:
    """ypT0 N0: nothing left of the tumour after neoadjuvant treatment (AJCC 8, chapter 1)."""
    found = []
    for stage in reading.facts("stage"):
        if str(stage.get("prefix") or "").startswith("yp") and stage.get("t") == "0" and str(stage.get("n") or "").startswith("0"):
            near = any(d.get("category") == "pathologic_complete" and abs(d.start - stage.start) < 250 for d in drafts)
            if not near:
                found.append(_draft(reading, stage.start, stage.end, "pathologic_complete"))
    return found


def _overshadowed(reading: Reading, soft: Draft, drafts: list[Draft]) -> bool:
    """Whether an improvement only spells out a response with a category beside it in the sentence."""
    clinical = re.search(r"amelioration[^,.]{0,30}clinique", reading.folded[soft.start : soft.end + 30])
    sentence = reading.sentence(soft.start)
    for draft in drafts:
        if sentence.start <= draft.start < sentence.end:
            gap = soft.start - draft.end if draft.start < soft.start else draft.start - soft.end
            if gap < _GAP and not clinical:
                return True
    return False


def _once(reading: Reading, drafts: list[Draft]) -> Iterable[Draft]:
    """The responses, each evaluation once: not again as the reason of what follows, nor twice in a clause."""
    last: Draft | None = None
    told: set[str] = set()
    for draft in drafts:
        category = draft.get("category")
        if category in told and _IN_SUM.search(reading.folded, max(0, draft.start - 40), draft.start):
            continue
        told.add(category)
        if last is not None:
            same = last.get("category") == draft.get("category")
            if draft.start < last.end:
                continue
            near = draft.start - last.end
            if (same or category == "favourable") and near < 400 and _REASON.search(reading.folded, max(0, draft.start - 40), draft.start):
                continue
            if same and near < 60 and draft.get("category") == "no_evidence_of_disease":
                continue
            if same and draft.get("category") == "favourable" and reading.sentence(draft.start) == reading.sentence(last.start):
                continue
            if same and near < 12:
                continue
        last = draft
        yield draft
