"""Responses with a category: in words, as an acronym, as a score, or as a disease that stays stable."""

from __future__ import annotations

from anamnese.facts.reading import Draft, Reading
from anamnese.facts.response.words import FOUND_SECTIONS, NOT_ABSENT, WORD, load_words, response, words_before
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re, holds

_QUALITIES = load_words("qualities.tsv", "category")
_JUDGED = folded_re(
    r"(?: (?:rano|i?recist(?: 1[.,]1)?|globale|selon (?:les criteres )?[a-z]+))? ?: |"
    r" (?:est|etait|a ete)(?: jugee| consideree| estimee)?(?= )"
)
_AFTER_NOUN = folded_re(r"(?: ?\(?[a-z-]+\)?(?: et| ou)?(?: a l')?){1,4}")
_AFTER_CYCLES = folded_re(r" apres (?:\w+ )?(?:cycles?|cures?)")
_NEARLY = folded_re(r"(?:quasi|presque|sub)[ -](?:complete|totale)\b")
_NAMED = folded_re(r"(?:\b(?:en|une|la|de) |^|[.:;,>=\n-]\s*)$")
_BEFORE_NOUN = folded_re(r"([a-z-](?<![a-z-].)[a-z-]*+(?: [a-z-]++)?+) ?$")
_ESTIMATED = folded_re(
    r"[a-z ,]{0,45}(?:estimee?|evaluee?|chiffree?|superieure|de l'ordre de|"
    r"de plus de|>)(?: a)?(?: plus de)? ?(\d{1,3}) ?%"
)
"""A response in percent of the tumour; partial from 30 % (RECIST 1.1)."""
_NOT_THE_RESPONSE = folded_re(
    r"\b(?:evaluation|reevaluation|evaluer|critere|maintien|selon|fonction|absence|pas|sans|faible|"
    r"attendre|atteindre|"
    r"en l'absence|mauvaise|minime|peu|aucune|defaut|manque|duree|predire|predicti[a-z]+|taux|si|"
    r"cas|selon|prevoir|juger|apprecier)(?: de| d'| la| une| bonne| l'| cette)* ?$"
)
_ACRONYM_BEFORE = folded_re(
    r"(?:\b(?:avec|en|une?|obtenant|obtention d'une?|obtenu|donc|soit|evaluation|reevaluation|statut|"
    r"puis|cures?|cycles?|lignes?|"
    r"tep|petscan|pet|scanner|tdm|irm|recist|lugano|cheson|deauville \d|m\d|j\d+|bonne|tres bonne|"
    r"montre|montrant|montrait|"
    r"reponse|conclut a une?|au total|conclusion|vers|derniere)|[:,;>=(/%]|\d{4}|^)\s*(?:\d+\s*)?$"
)
_ACRONYM_AFTER = folded_re(
    r"\s*(?:[.,;)\n/+]|$| a\b| au\b| aux\b| sur\b| apres\b| en\b| de\b| selon\b| puis\b| metabolique|"
    r" clinique| persist| maintenue|\(| et\b| recist| depuis| avec| lors| dissociee)"
)
_TO_COME = folded_re(r"\b(?:prevue?|programmee?|envisagee?|si)[ ](?:en |si |la )?$")
"""A response that is awaited: `allogreffe prévue en │RC1│`."""
_RECEPTORS = folded_re(r"\b(?:re|er|ro|rh|recepteurs?|progesterone|her-?2|ki-?67)\b")
_STABLE_SUBJECT = folded_re(
    r"(?:maladie|lesions?|tumeurs?|masses?|nodules?|metastases?|images?|imagerie|scanner|tdm|irm|rmn?|tac|tep|"
    r"pet|radiologi[a-z]+|taille|atteinte|"
    r"reliquat|residu|affection|situation|bilan|evolution|controles?|cas)\b[^.;:\n]{0,60}$"
)
_PATIENT_STAYS = folded_re(
    r"(?:patiente?|malade|il|elle)\b(?: [a-z]+)? (?:reste|restait|est|est reste|est restee|demeure|"
    r"demeurait|est demeuree?|se maintient|est toujours|etait toujours)(?: [a-z]+ment)? $"
)
_NOT_THE_DISEASE = folded_re(
    r"(?:hemodynamiquement|hemodynamique|constantes?|tension|respiratoire|glycemi[a-z]+|poids|cliniquement|"
    r"neurologiquement|psoriasis|angiome|kyste|calcifie|renale?|condensation|prothese|endoprothese|osteosynthese|"
    r"materiel|fracture|hematome|epanchement|anevrisme|stents?|drain|catheter|cicatrice|hernie|"
    r"thyroidien(?:ne)?)\W+(?:[a-z]+ ){0,3}$"
)


def stated(reading: Reading, hit: Hit) -> Draft | None:
    if hit.term.name == "complete" and _NOT_THE_RESPONSE.search(words_before(reading, hit, 40)):
        return None
    if hit.term.name == "no_evidence_of_disease" and NOT_ABSENT.search(words_before(reading, hit, 40)):
        return None
    return response(reading, hit.start, hit.end, hit.term.name)


_GOOD = folded_re(
    r"bonne|excellente|importante|spectaculaire|significative|satisfaisante|objective|favorable|majeure|apres|"
    r"remarquable|durable|nette"
)
_OF_PATHOLOGY = ("patholog", "histolog")


def noun(reading: Reading, hit: Hit) -> Draft | None:
    """`réponse (clinique) complète`, `bonne réponse`: the strongest quality beside the noun."""
    folded = reading.folded
    last = reading.sentence(hit.start).end
    end, category = hit.end, None
    judged = _JUDGED.match(folded, hit.end, last)
    match = _AFTER_NOUN.match(folded, judged.end() if judged else hit.end, last)
    if match:
        for word in WORD.finditer(folded, match.start(), match.end()):
            quality = _QUALITIES.get(word[0])
            nearly = _NEARLY.match(folded, word.start(), last)
            if nearly:
                category, end = "partial", nearly.end()
                break
            if quality is None:
                if word[0] not in (
                    "et",
                    "ou",
                    "anatomopathologique",
                    "histologique",
                    "pathologique",
                    "immunologique",
                    "hematologique",
                    "moleculaire",
                    "cytogenetique",
                    "morphologique",
                    "cerebrale",
                    "pulmonaire",
                    "hepatique",
                    "systemique",
                    "dissociee",
                ):
                    break
                continue
            if category is None or quality != "favourable":
                category, end = quality, word.end()
            if quality != "favourable":
                break
    text_before = words_before(reading, hit, 60)
    before = _BEFORE_NOUN.search(text_before)
    start = hit.start
    if before:
        for words in (before[1], before[1].rpartition(" ")[2]):
            if words in _QUALITIES:
                start = hit.start - len(text_before) + before.start() + (len(before[1]) - len(words))
                if category is None or _QUALITIES[words] != "favourable":
                    category = _QUALITIES[words]
                break
    if category in (None, "favourable") and hit.term.name == "complete" and _NAMED.search(text_before):
        category = "complete"
    estimate = _ESTIMATED.match(folded, hit.end, last)
    if estimate and category in (None, "favourable"):
        category, end = (
            ("complete" if estimate[1] == "100" else "partial" if int(estimate[1]) >= 30 else "stable"),
            estimate.end(),
        )
    if category is None and _AFTER_CYCLES.match(folded[hit.end : hit.end + 30]):
        category = "favourable"
    if category is None or _NOT_THE_RESPONSE.search(text_before[: len(text_before) - (hit.start - start)]):
        return None
    if category == "favourable" and start == hit.start and not estimate and not _GOOD.search(folded, hit.end, end + 8):
        return None
    if category == "complete" and holds(folded[hit.end : end], _OF_PATHOLOGY):
        category = "pathologic_complete"
    return response(reading, start, end, category)


_BRACKETED = folded_re(r"(?:(?:reponse|remission|maladie) \w+|\bx ?\d{1,2}(?: en \d{4})?|\d (?:cures?|cycles?)) \($")
_SPELT_OUT = folded_re(r"(?:reponse|remission|maladie) (?:\w+ ){0,2}\w+ \($")


def acronym(reading: Reading, hit: Hit) -> Draft | None:
    """`RC`, `RP`: also receptors, a rectocolitis, a right breast; so only where an evaluation is being told."""
    sentence = reading.sentence(hit.start)
    before = reading.folded[max(sentence.start, hit.start - 40) : hit.start]
    if reading.folded[hit.end : hit.end + 1] in "+-" and reading.folded[hit.end : hit.end + 1]:
        return None
    if not _ACRONYM_AFTER.match(reading.folded, hit.end):
        return None
    if _RECEPTORS.search(reading.folded, max(sentence.start, hit.start - 50), min(sentence.end, hit.end + 50)):
        return None
    if before.rstrip().endswith("(") and not _BRACKETED.search(before.rstrip()):
        return None
    if _SPELT_OUT.search(before):
        return None  # the acronym of the words just said
    if not _ACRONYM_BEFORE.search(before) or _TO_COME.search(before):
        return None
    return response(reading, hit.start, hit.end, hit.term.name)


_OF_TARGETS = folded_re(r"(?: 1[.,]1)?(?: ?[:=(,]| a| de){0,2} ?- ?(?P<percent>\d{1,3}) ?%")


def recist(reading: Reading, hit: Hit) -> Draft | None:
    """`RECIST : -45 %`: a partial response from 30 % less (RECIST 1.1), a stable disease below."""
    less = _OF_TARGETS.match(reading.folded, hit.end, reading.sentence(hit.start).end)
    if less is None or int(less["percent"]) > 100 or _in_words(reading, hit):
        return None
    percent = int(less["percent"])
    category = "complete" if percent == 100 else "partial" if percent >= 30 else "stable"
    return response(reading, hit.start, less.end(), category, "affirmed")


def residue(reading: Reading, hit: Hit) -> Draft | None:
    return response(reading, hit.start, hit.end, hit.term.name, "affirmed")


def deauville(reading: Reading, hit: Hit) -> Draft | None:
    return None if _in_words(reading, hit) else response(reading, hit.start, hit.end, hit.term.name)


def _in_words(reading: Reading, hit: Hit) -> bool:
    """Whether the sentence of a score or a percentage tells the category in words, too."""
    sentence = reading.sentence(hit.start)
    return any(
        other.term.row["role"] in ("noun", "stated", "acronym") and other.start != hit.start
        for other in reading.hits_between("response", sentence.start, sentence.end)
    )


_OTHER_SUBJECT = folded_re(r"\b(?:et|mais|qui) [a-z' ]{25,}$|\bpar ailleurs\b")


def stable(reading: Reading, hit: Hit) -> Draft | None:
    before = words_before(reading, hit, 80)
    if _NOT_THE_DISEASE.search(before):
        return None
    stays = _PATIENT_STAYS.search(before)
    if stays and reading.folded.startswith("stable", hit.start):
        return response(reading, hit.start - len(before) + stays.start(), hit.end, "stable")
    subject = _STABLE_SUBJECT.search(before)
    if subject is None or (reading.section(hit.start) in FOUND_SECTIONS and "maladie" not in subject[0]):
        return None
    if _OTHER_SUBJECT.search(subject[0]):
        return None
    return response(reading, hit.start - len(before) + subject.start(), hit.end, "stable")


_OF_ANOTHER_STATE = (
    " hemodynam", " rachid", " chirurg", " orthop", " de la frac", " tension", " de l'etat hem", " respir",
    " du rachis",
)  # fmt: skip
"""What is stabilised that is no tumour."""
_AFTER_COURSES = folded_re(r"(?:cures?|cycles?|perfusions?|injections?|20\d\d|\d\)), $")
_OPENS_STABILISATION = folded_re(
    r"\b(?:une|avec|de|la|montre|obtenu|en) (?:nette |bonne |relative )?$|(?:^|[:.;(\n])\s*$"
)
_NO_RESULT = folded_re(r"(?:compte tenu|maintien|vu) d?e? ?la $")


def stabilisation(reading: Reading, hit: Hit) -> Draft | None:
    before = words_before(reading, hit, 50)
    if reading.folded.startswith(_OF_ANOTHER_STATE, hit.end):
        return None
    told = _AFTER_COURSES.search(before) or _OPENS_STABILISATION.search(before)
    if not told or _NO_RESULT.search(before):
        return None
    return response(reading, hit.start, hit.end, "stable")


def unchanged(reading: Reading, hit: Hit) -> Draft | None:
    if reading.section(hit.start) in FOUND_SECTIONS:
        return None
    return response(reading, hit.start, hit.end, "stable", "affirmed")
