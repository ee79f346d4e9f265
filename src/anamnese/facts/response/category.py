"""Responses with a category: in words, as an acronym, as a score, or as a disease that stays stable."""

from __future__ import annotations

from anamnese.facts.reading import Draft, Reading
from anamnese.facts.response.words import FOUND_SECTIONS, NOT_ABSENT, WORD, load_words, response, treated, words_before
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re, holds

_QUALITIES = load_words("qualities.tsv", "category")
_JUDGED = folded_re(
    r"(?: (?:rano|i?recist(?: 1[.,]1)?|globale|selon (?:les criteres )?[a-z]+))? ?: |"
    r"(?: (?:clinique|radiologique|biologique|tumorale|metabolique|therapeutique|globale|objective|"
    r"obtenue|observee|et)){0,3}"
    r"(?: (?:au|aux|a la|a l'|a ce|a cette|de la|du)[ ]?(?:traitement|chimio|radio|immuno|hormono|maladie|tumeur|"
    r"lesion|therapie|deux|trois|premier|prem|ligne|cure)[a-z-]*(?: [a-z]+(?:ante?|ique|tion|eure|iere))?)?"
    r" (?:est|etait|a ete|fut|reste|restait|s'avere|s'est averee)"
    r"(?: jugee| consideree| estimee| evaluee| qualifiee de)?(?: tres| plutot| globalement| initialement)?(?= )"
)
"""What stands between the noun and the quality that is said of it: `réponse │(clinique) au traitement était│ bonne`."""
_AFTER_NOUN = folded_re(r"(?: ?\(?[a-z-]+\)?,?(?: et| ou)?(?: a l')?){1,4}")
_AFTER_CYCLES = folded_re(r" apres (?:\w+ )?(?:cycles?|cures?)")
_NEARLY = folded_re(r"(?:quasi|presque|sub)[ -](?:complete|totale)\b")
_NAMED = folded_re(r"(?:\b(?:en|une|la|de) |^|[.:;,>=\n-]\s*)$")
_BEFORE_NOUN = folded_re(r"([a-z-](?<![a-z-].)[a-z-]*+(?: [a-z-]++)?+) ?$")
_ESTIMATED = folded_re(
    r"(?:[a-z ,]{0,45}(?:estimee?|evaluee?|chiffree?|superieure|de l'ordre de|"
    r"de plus de|>)(?: a)?(?: plus de)?| (?:de|a)) ?(\d{1,3}) ?%(?! (?:des (?:cas|pat|mal)|d(?:es|ans) (?:etu|ess)))"
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
    r"puis|cures?|cycles?|lignes?|\de|\deme|"
    r"tep|petscan|pet|tap|tac|tc|rmn?|scanner|tdm|irm|recist|lugano|cheson|deauville \d|m\d|j\d+|bonne|tres bonne|"
    r"montre|montrant|montrait|objective|objectivant|constate|note|notant|jugee?|classee?|considere[es]?|comme|"
    r"estimee?|cotee?|obtient|atteint|atteignant|garde|conserve|maintient|maintenant|permettant|etait|ete|"
    r"(?:confirm|permet|objectiv)[a-z]* la|(?:rc|rp|ms|pr|sd)(?: [a-z]+)? et|"
    r"reponse|conclut a une?|au total|conclusion|vers|derniere)|[:,;>=(/%]|\d{4}|^)\s*(?:\d+\s*)?$"
)
_ACRONYM_AFTER = folded_re(
    r"\s*(?:[.,;)\n/+]|$| a\b| au\b| aux\b| sur\b| apres\b| en\b| des\b|"
    r" de\b(?! (?:controle|face|profil|ce\b))| du\b(?! ?(?:\d|jour|matin|soir|lit|lendemain))|"
    r" dans (?:le|la|les)\b| selon\b| par (?:les |i?recist|rano|choi|le )| puis\b| metabolique|"
    r" pendant| durant| jusqu| chez\b| obtenu| confirm| majeure| mineure| importante| tumorale| loca|"
    r"(?<!cr) (?:radiologi|scano|scanno|biologi|biochimi|cytologi|morphologi)[a-z]+|"
    r" (?:hepati|pulmonair|osseu|ganglionn|cerebr|peritone|pleura|spleni|surrenal|cutane|medias|pelvi|visceral|"
    r"extra-?(?:cran|cerebr|hepat)|mening|systemi|hemato|medull|mammair|abdomin|thoraci|loco)[a-z-]++"
    r"(?! (?:negati|positi))|"
    r" ?[<>~-] ?\d| ?: ?(?:-\d|(?:diminu|regres|reduc)tion)|"
    r" clinique| persist| maintenue|\(| et\b| comme\b| mrd\b| non confirm| recist| depuis| avec| lors| dissociee)"
)
_TO_COME = folded_re(
    r"\b(?:(?:prevue?|programmee?|envisagee?|si)[ ](?:en |si |la )?|(?:vue|but|objectif|espoir)[ ]d'(?:obtenir )?une )$"
)
"""A response that is awaited: `allogreffe prévue en │RC1│`."""
_RECEPTORS = folded_re(r"\b(?:re|er|ro|rh|recepteurs?|progesterone|her-?2|ki-?67)\b")
_STABLE_SUBJECT = folded_re(
    r"(?:maladie|lesions?|tumeurs?|masses?|nodules?|metastases?|images?|imagerie|scanner|tdm|irm|rmn?|tac|tep|"
    r"pet|radiologi[a-z]+|taille|atteinte|"
    r"reliquat|residu|affection|situation|bilan|evolution|controles?|cas|cibles|carcinose|(?:re)?evaluation)\b"
    r"[^.;:\n]{0,60}(?: ?: ?)?$"
)
_PATIENT_STAYS = folded_re(
    r"(?:patiente?|malade|il|elle)\b(?: [a-z]+)? (?:reste|restait|est|est reste|est restee|demeure|"
    r"demeurait|est demeuree?|se maintient|est toujours|etait toujours)(?: [a-z]+ment)? $"
)
_NOT_THE_DISEASE = folded_re(
    r"(?:hemodynamiquement|hemodynamique|constantes?|tension|respiratoire|glycemi[a-z]+|poids|cliniquement|"
    r"neurologiquement|psoriasis|angiome|kyste|calcifie|renale?|condensation|prothese|endoprothese|osteosynthese|"
    r"cardiaque|neurologique|nutritionnelle|fonctionnelle|geriatrique|gerontologique|psychologique|creatinine|hemoglobine|"
    r"fevg|materiel|fracture|hematome|epanchement|anevrisme|stents?|drain|catheter|cicatrice|hernie|"
    r"thyroidien(?:ne)?)\W+(?:[a-z]+ ){0,3}$"
)


_OF_SPECIMEN = folded_re(
    r" (?:(?:anatomo-?)?patholog|histolog|[^.,;:\n]{0,25}\b(?:piece|histolog|anatomo-?pa|anapath))[a-z]*"
)
"""What makes a complete response one of the specimen: `réponse complète │sur la pièce│ opératoire`."""
_SPECIMEN_WORDS = ("histolog", "patholog", "piece", "anatomopa", "anatomo-pa", "anapath")
_SPECIMEN_REACH = 50
"""How far behind the response these words may end, in characters."""


def stated(reading: Reading, hit: Hit) -> Draft | None:
    category, end = hit.term.name, hit.end
    if category == "complete":
        if _NOT_THE_RESPONSE.search(words_before(reading, hit, 40)):
            return None
        last = min(reading.sentence(hit.start).end, end + _SPECIMEN_REACH)
        if holds(reading.folded[end:last], _SPECIMEN_WORDS):
            specimen = _OF_SPECIMEN.match(reading.folded, end, last)
            if specimen is not None:
                category, end = "pathologic_complete", specimen.end()
    elif category == "no_evidence_of_disease" and NOT_ABSENT.search(words_before(reading, hit, 40)):
        return None
    return response(reading, hit.start, end, category)


_GOOD = folded_re(
    r"bonne|excellente|importante|spectaculaire|significative|satisfaisante|objective|favorable|majeure|apres|"
    r"remarquable|durable|nette|franche|marquee|notable|adequate|exceptionnelle|impressionnante|considerable"
)
_OF_PATHOLOGY = ("patholog", "histolog")
_OF_FUNCTION = (" renale", " cardiaque")
"""What answers beside the disease in a myeloma or an amyloidosis is the function of an organ, not the disease."""
_OF_MARKERS = folded_re(
    r" (?:biologique|biochimique|serologique|humorale|des? marqueurs?(?: tumoraux)?|du psa|psa|du ca ?\d+[- ]?\d*|"
    r"de l'afp|de l'ace)"
    r"(?= ?(?:[.,;)\n]|$)| (?:de \d|sous|apres|avec|pendant|durant|depuis|au |a |des |initiale|prolongee|durable|"
    r"maintenue))"
)
_ANSWERS = folded_re(
    r" (?:clinique |radiologique |tumorale )?(?:au traitement|a (?:la |l'|cette |ce )?(?:traitement|chimio|immuno|"
    r"hormono|radio|ligne|therapie|premiere|deuxieme|seconde)|aux cures|aux deux)"
)
_GIVEN = folded_re(
    r"(?:montr|not|observ|present|constat|objectiv|retrouv|confirm|revel|obt[ei]n|avec|permi|permet|en faveur d|"
    r"temoign)[a-z]*(?: d)?[ ']une (?:premiere |nette )?$"
)
"""What gives a response without a quality: `le scanner montre une │réponse au traitement│`."""
_OPENS_RESPONSE = folded_re(r"(?:\b(?:une|avec|en) |(?:^|[.:;,(>\n-])\s*)$")
_OF_OTHER_THINGS = (
    " vaccin", " immunitaire", " humorale et cell", " anticorps", " plaquett", " transfusion", " antalgi", " aux antib",
    " a l'antib", " au rempl", " a l'insul", " aux antal", " aux antie", " a la transf", " ventric", " motric",
)  # fmt: skip
"""What answers well and is no tumour: `bonne réponse │vaccinale│`."""


_BETWEEN = frozenset({"et", "ou", "tres", "dissociee", "rano", "recist", "irecist", "irm", "tdm", "tep"})
_ADJECTIVES = ("ique", "ale", "aire", "elle", "euse", "ienne", "anee")
"""Endings of what may stand between the noun and its quality: `réponse │lésionnelle et scanographique│ partielle`."""


def noun(reading: Reading, hit: Hit) -> Draft | None:
    """`réponse (clinique) complète`, `bonne réponse`: the strongest quality beside the noun."""
    folded = reading.folded
    if folded.startswith(_OF_OTHER_THINGS, hit.end):
        return None
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
                if word[0] not in _BETWEEN and not word[0].endswith(_ADJECTIVES):
                    break
                continue
            if category is None or quality != "favourable":
                category = quality
            end = word.end()
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
    if category is None or (category == "favourable" and start == hit.start and hit.term.name != "complete"):
        plain = _OF_MARKERS.match(folded, hit.end, last) if _OPENS_RESPONSE.search(text_before) else None
        if plain is None and _GIVEN.search(text_before):
            plain = _ANSWERS.match(folded, hit.end, last)
        if plain is not None:
            return response(reading, hit.start, plain.end(), "favourable")
    if category is None or _NOT_THE_RESPONSE.search(text_before[: len(text_before) - (hit.start - start)]):
        return None
    if category == "favourable" and start == hit.start and not estimate and not _GOOD.search(folded, hit.end, end + 8):
        return None
    if category == "complete" and holds(folded[hit.end : end], _OF_PATHOLOGY):
        category = "pathologic_complete"
    if holds(folded[hit.end : end], _OF_FUNCTION):
        category = "favourable"
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
    if not _ACRONYM_BEFORE.search(before) or _TO_COME.search(before) or not treated(reading, hit):
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


_AT_EDGES = folded_re(
    r" (?:sur|au niveau|dans) (?:de |d')?(?:les |la |l')?(?:berge|marge|limite|recoupe|tranche|ganglion|curage)"
)


def residue(reading: Reading, hit: Hit) -> Draft | None:
    if _AT_EDGES.match(reading.folded, hit.end):
        return None
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


_MICROSATELLITE_REACH = 40


def _of_microsatellites(reading: Reading, hit: Hit) -> bool:
    """Whether what is stable are the microsatellites of the tumour's genome: `│stabilité│ des microsatellites`."""
    first = max(reading.sentence(hit.start).start, hit.start - _MICROSATELLITE_REACH)
    return reading.folded.find("microsatel", first, hit.end + _MICROSATELLITE_REACH) >= 0


_OTHER_SUBJECT = folded_re(r"\b(?:et|mais|qui) [a-z' ]{25,}$|\bpar ailleurs\b")


def stable(reading: Reading, hit: Hit) -> Draft | None:
    before = words_before(reading, hit, 80)
    if _NOT_THE_DISEASE.search(before) or _of_microsatellites(reading, hit):
        return None
    stays = _PATIENT_STAYS.search(before)
    if stays and reading.folded.startswith("stable", hit.start):
        return response(reading, hit.start - len(before) + stays.start(), hit.end, "stable")
    subject = _STABLE_SUBJECT.search(before, before.rfind(", ") + 1) or _STABLE_SUBJECT.search(before)
    if subject is None or (reading.section(hit.start) in FOUND_SECTIONS and "maladie" not in subject[0]):
        return None
    if _OTHER_SUBJECT.search(subject[0]):
        return None
    return response(reading, hit.start - len(before) + subject.start(), hit.end, "stable")


_OF_SITE = folded_re(
    r" (?:au niveau|a l'etage|sur l[ae]s?\b|dans l|hepat|pulmon|osseu|ganglion|cereb|viscer|medias|periton|pleur|local|"
    r"loco|cutan|extra|intra|system|abdomin|mammair|de la maladie|des (?:lesions|metastases))"
)
_SECOND = folded_re(
    r"[^.;:\n]{0,90}?[ ](?:et|mais)[ ](?:une[ ])?(?P<said>(?P<quality>partielle|complete|stable)"
    r"[ ](?=au niveau|a l'etage|sur l|dans l|hepat|pulmon|osseu|ganglion|cereb|viscer|medias|periton|pleur|local|cutan|"
    r"extra|intra|system|abdomin|mammair))"
)
_SECOND_WORDS = (
    "et partielle",
    "et complete",
    "et stable",
    "mais partielle",
    "mais complete",
    "mais stable",
    "une partielle",
)
_SECOND_REACH = 120


def second(reading: Reading, first: Draft) -> Draft | None:
    """The other half of a response that differs by site: `réponse complète pulmonaire et │partielle│ hépatique`."""
    last = min(reading.sentence(first.start).end, first.end + _SECOND_REACH)
    if not holds(reading.folded[first.end : last], _SECOND_WORDS):
        return None
    told = _SECOND.match(reading.folded, first.end, last)
    if told is None or told["quality"] == first.get("category"):
        return None
    category = (
        "complete" if told["quality"] == "complete" else "partial" if told["quality"] == "partielle" else "stable"
    )
    return response(reading, told.start("said"), told.end("said") - 1, category)


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
    if not told and before.endswith((" et ", " mais ")):
        told = _OF_SITE.match(reading.folded, hit.end)
    if not told or _NO_RESULT.search(before) or _of_microsatellites(reading, hit):
        return None
    return response(reading, hit.start, hit.end, "stable")


def unchanged(reading: Reading, hit: Hit) -> Draft | None:
    if reading.section(hit.start) in FOUND_SECTIONS:
        return None
    return response(reading, hit.start, hit.end, "stable", "affirmed")
