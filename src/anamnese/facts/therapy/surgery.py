"""Surgical acts: each operation one fact, told at its first mention that is not a mere recall of it."""

from __future__ import annotations

import re
from typing import NamedTuple

from anamnese.facts.reading import Reading
from anamnese.facts.therapy.course import Course
from anamnese.facts.therapy.patients import by_patient
from anamnese.facts.therapy.periods import told_year
from anamnese.lexicon.matcher import Hit

_ADJECTIVE = (
    r"(?:radicale?s?|totale?s?|partielle?s?|simples?|modifiee?s?|elargie?s?|subtotale?s?|sub-totale?s?|bilaterale?s?|unilaterale?s?|laterale?s?|"
    r"conservatrice|large|larges|complete?s?|incomplete?s?|chirurgicale?s?|tumorale?s?|marginale?s?|palliatives?|prophylactiques?|inguinales?|"
    r"axillaires?|pelviens?|pelviennes?|inguina(?:l|ux|les?)|lombo-?aortiques?|ilio-?obturateurs?|iliaques?|cervica(?:l|ux|les?)|centra(?:l|ux|les?)|"
    r"mediastina(?:l|ux|les?)|ganglionnaires?|retroperitonea(?:l|ux|les?)|hepatiques?|pulmonaires?|atypiques?|anatomiques?|cutanees?|polaires?|"
    r"cephaliques?|caudales?|inferieure?s?|superieure?s?|moyennes?|droite?s?|gauches?|posterieure?s?|anterieure?s?|lymphatiques?|"
    r"pre-?aortiques?|latero-?aortiques?|retro-?aortiques?|occipita(?:l|le|ux|les)|fronta(?:l|le)|tempora(?:l|le)|parieta(?:l|le)|transuretrale?s?|"
    r"en bloc|en monobloc|monobloc|macroscopique(?:ment)?|oncologiques?|carcinologiques?|extra-?fasciale?|extracapsulaire|intracapsulaire|"
    r"endoscopiques?|transanales?|segmentaires?|curatives?|complementaires?|sous-muqueuses?|robot-assistee?s?|[gd](?!'))"
)
_ADJECTIVES = re.compile(rf"(?:[ ](?:et |, )?{_ADJECTIVE}(?![a-z']))+")
_OBJECT = re.compile(
    r"(?:[ ]?(?:des|du|de la|de l'|d'une?|de son|de sa|de ses|de|d'|au niveau d[eu])[ ]?)"
    r"(?P<object>[a-z'-]+(?:[ ][a-z'-]+){0,3}?)(?=[ ]?(?:[.,;:()\n+0-9]|$)|[ ](?:avec|par|sans|est|a|ont|en|et|au|aux|dans|sur|qui|dont|pour|puis|apres|"
    r"suivie?s?|ete|sous|lors|ou|ainsi|selon|a-t|de|du|d'|des|ayant|mesurant|prenant|type|realisee?s?|effectuee?s?|montrant|revelant|objectivant)(?![a-z]))"
)
_RECALL = re.compile(
    r"(?:\b(?:pieces?|cicatrices?|lits?|loges?|sites?|moignons?|berges?|marges?|limites?|tranches?|produits?|specimens?|suites?|suite|apres|post|depuis|"
    r"lors|cours|decours|delai|attente|suites? operatoires?|resultats?|histologie|anatomopathologie|anapath|ap|etude|analyse|examen|fragments?|date|"
    r"complications?|jour|mois|ans|semaines?|materiel|recul|niveau|bords?|qualite|compte rendu|zone|tumeur|exclusion)(?: :)?"
    r"[ ](?:operatoires? )?(?:(?:de|d'|du|des|la|l'|le|les|une|un|cette|sa|son|a|au)[ ]?){0,3}|\bpost-?|\b(?:cette|sa|ladite)[ ])(?:premiere |derniere )?$"
)
_DEFINITE = re.compile(r"(?:\b(?:la|cette|sa|son|ces|ses|leur)[ ]|l')(?:premiere |derniere )?$")
_FRESH = re.compile(r"\b(?:nouvelle?|nouveau|deuxieme|2e|2eme|seconde?|troisieme|3e|re-?|autres?|iterative|reprise|controlateral\w*)\b[^.;]{0,20}$")
_REFUSED = re.compile(
    r"(?:recus\w*|contre-? ?indi\w*|refus\w*|non|inaccessible|pas d'indication|hors|inoperable|impossib\w*|declin\w*|eviter|ecart\w*|"
    r"limites de|dossier de|candidate? a|bloc|avis de|alternative a)[ ](?:[a-z']+[ ]){0,4}(?:a |d'|de |l'|la |le |une )?$"
)
_REFUSED_AFTER = re.compile(r"[^.;,]{0,50}\b(?:recuse\w*|refuse\w*|contre-? ?indique\w*|ecarte\w*|n'a pas (?:ete|pu)|n'etait pas|n'est pas|difficile|non (?:realis|envisag|retenu)\w*|impossible)")
_SERVICE = re.compile(
    r"(?:service|unite|departement|pole|consultation|cs|avis|clinique|equipe|staff|chef|bloc|chu|interne|rcp|specialite|professeur|dr|institut|hopital|adresse\w*|"
    r"oriente\w*|transfere\w*|hospitalise\w*|urgences|admis\w*|suivi\w*|discipline)[ ](?:[a-z-]+[ ]){0,2}(?:de |d'|du |en |des |la |a la |par la |au )?$|\ben $"
)
_SERVICE_AFTER = re.compile(
    r"[ ]?(?:generale|digestive|tho\b|dig\b|visc|uro|gyn|ortho|plast|thoracique|viscerale|orthopedique|maxillo|plastique|vasculaire|cardiaque|urologique|pediatrique|oncologique et|cervico|"
    r"et |orl|de la main|cardio|ambulatoire|esthetique|buccale|dentaire|de l'hopital|du chu)"
)
_OFTEN_LISTED = re.compile(r"\b(?:appendic|cholecyst|amygdal)ectomie|\bhernie|\bcesarienne")
_HISTORY_OF = re.compile(r"\b(?:antecedents?|atcd|atcds)\b")
_NEOPLASM = re.compile(
    r"cancer|carcino|tumeur|tumora|neopla|metasta|adenom|sarcom|melanom|lymphom|myom|kyst|teratom|fibro|gliom|masse|nodul|lesion|"
    r"adk|cci|cli\b|seminom|blastom|hyperplasi|goitre"
)
_BENIGN = frozenset({
    "cholécystectomie", "appendicectomie", "hystérectomie", "thyroïdectomie", "amygdalectomie", "polypectomie", "kystectomie",
    "myomectomie", "adénomectomie", "salpingectomie", "splénectomie", "sigmoïdectomie", "laminectomie", "circoncision", "vésiculectomie",
    "annexectomie", "ovariectomie", "parathyroïdectomie", "cordectomie", "résection transurétrale", "exérèse", "résection", "amputation",
    "prostatectomie", "colectomie", "gastrectomie", "énucléation", "curetage",
})  # fmt: skip
"""Operations as often done for a benign disease: among antecedents they count beside a word of neoplasm only."""
_SIDED = frozenset({"hémicolectomie", "hépatectomie", "lobectomie", "hémiglossectomie"})
"""Operations whose side or lobe is their extent; elsewhere the side is no part of the procedure."""
_SIDE = re.compile(r"[ ](?:et )?(?:droite?s?|gauches?|g|d)(?![a-zéè])", re.IGNORECASE)
_NODE_OBJECT = re.compile(r"[ ](?:biopsique |chirurgicale )?(?:d'une?|d'un|d'|de l'|de|du)[ ]?(?:\w+ )?(?:adenopathie|adp\b|ganglion)(?!s)")
_MANNER_WORDS = re.compile(
    r"[ ](?:et )?(?:(?:in)?compl[eè]te?s?|macroscopique(?:ment)?|chirurgicale?s?|palliatives?|prophylactiques?|larges?|itérative)(?![a-zéè])"
)
"""Adjectives that say how, not what: no part of the procedure's name."""
_AND = re.compile(r"(?: et| ou|,)(?: de| d'| la| l'| de la)?[ ]?$")
_SENTINEL_ACT = re.compile(
    r"(?:\bet |\bet (?:le|du|de|une?) |\+ ?|, |avec |technique du |exerese du |prelevement du |recherche du |procedure du |par )(?:le |du |une? |technique du |recherche du )?$"
)
_SIDE_OF = re.compile(r"[ ](?:[a-z]+[ ]){0,2}?(droite?|gauche|bilaterale?|d(?![a-z'])|g(?![a-z']))(?![a-z])")
_POLYP = re.compile(r"\bpolypes?\b")
_CLAUSE = re.compile(r"[^,;.\n]{0,100}(?:, (?:d'une?|pour|devant|sur)\b[^,;.\n]{0,60})?")
_BIOPSY = re.compile(r"biops|drainage|explorat")
_BARE = re.compile(r"(?:[ ]d'|\bde )$")
_ARTICLE = re.compile(r"[ ](?:de |d')?(?:la|le|les|l'|des?|du|d')?$")
_A = re.compile(r"(?<!par )(?<!d')\bune[ ](?:seconde |nouvelle )?$")
_CONSERVING = frozenset({"tumorectomie", "zonectomie", "quadrantectomie", "segmentectomie", "chirurgie conservatrice"})
_UNSPECIFIC = ("broad", "weak", "approach", "participle", "stoma", "bone")
_DONE = re.compile(r"\b(?:ete|est|sont|fut|furent|etaient|etait|avons|ont|a|avait|puis)[ ](?:[a-z]+ment[ ])?$")
_DONE_AFTER = re.compile(r"[ ](?:en \d|par voie|a l'anse|chirurgicalement|le \d|au mois)")
_NO_TUMOUR = re.compile(r"[ ](?:[a-z]+[ ]){0,2}(?:d'un|d'une|des?|du|de la)[ ](?:[a-z]+[ ]){0,2}(?:inflammatoire|fistul|abces|infect|hernie|necros|calcul|corps etranger|sinus pilonidal|trajet)")
_LISTED = re.compile(r"[ ]?(?:,|et)?[ ]?(?:en|le|de)?[ ]?\(?")
_QUESTION = re.compile(r"\?[ )\n]*$")
_OPERATED = re.compile(r"(?:\b(?:tumeur|cancer|carcinome|sarcome|melanome|gliome|meningiome|adk)(?: [a-z']+){0,4}|a|ont|est|fut|ete|avait|etait|:|,|\n|patiente?|-)[ ]?(?:ete )?(?:re)?$")
_DONE_BY = re.compile(r"(?:traitement|prise en charge|geste|intervention|opere\w*|operation|chirurgie)[^.;]{0,60}(?:par|:|consist\w*|type|avec|a savoir|pour|de|d'|\()[^.;]{0,12}$")
_NEAR = 260
"""Characters around a word that only says « surgery » within which a named operation tells what was done."""


class _Mention(NamedTuple):
    hit: Hit
    name: str
    sort: str
    start: int
    end: int
    procedure: str
    recall: bool
    fresh: bool
    definite: bool
    side: str


def surgical_acts(reading: Reading) -> list[Course]:
    """The operations of a report in order of place."""
    mentions: list[_Mention] = []
    for hit in reading.hits("surgery"):
        mention = _mention(reading, hit)
        if mention is None or (mentions and mention.start < mentions[-1].end):
            continue
        if mentions and mentions[-1].recall and _AND.fullmatch(reading.folded[mentions[-1].end : mention.start]):
            mention = mention._replace(recall=True)  # `pièces de mastectomie et de tumorectomie`
        mentions.append(mention)
    told: list[_Mention] = []
    for group in by_patient(reading, mentions, lambda mention: mention.start):
        specific = [mention for mention in group if mention.sort not in _UNSPECIFIC]
        known: list[_Mention] = []
        for mention in group:
            if _tells(reading, mention, specific, known):
                known.append(mention)
        told += known
    return [course for mention in told for course in _courses(reading, mention)]


def _courses(reading: Reading, mention: _Mention) -> list[Course]:
    """The act; one for each day where its words list several (`exérèse en février et en mars 2018`)."""
    procedure = mention.procedure or None
    dates = []
    end = mention.end
    for time in reading.dates_between(mention.end, mention.end + 60):
        if not _LISTED.fullmatch(reading.folded[end : time.start]):
            break
        dates.append(time)
        end = time.end
    if len(dates) < 2:
        return [Course("surgery", mention.start, mention.end, procedure=procedure)]
    return [
        Course("surgery", mention.start, time.end, procedure=procedure, start_date=time.value) for time in dates
    ]


def _mention(reading: Reading, hit: Hit) -> _Mention | None:
    folded, sort, name = reading.folded, hit.term.row["sort"], hit.term.name
    if sort in ("support", "minor", "transplant"):
        return None
    if hit.misspelt and "ct" not in folded[hit.start : hit.end]:
        return None
    before = folded[max(0, hit.start - 60) : hit.start]
    if _REFUSED.search(before) or _REFUSED_AFTER.match(folded, hit.end, min(hit.end + 90, reading.sentence(hit.start).end)):
        return None
    if name == "laparotomie" or (sort == "ablation" and not re.match(r"[ ](?:de la|d'une|de|du|des|en bloc|complete|de l')[ ]?(?:tumeur|masse|lesion|nodule|sein|rein|kyste|uterus|metasta|ovaire)", folded[hit.end : hit.end + 30])):
        return None
    if sort == "broad" and (_SERVICE.search(before) or _SERVICE_AFTER.match(folded, hit.end)) and name == "chirurgie":
        return None
    if (name == "exérèse" or sort == "excision") and _NODE_OBJECT.match(folded, hit.end):
        return None
    if sort == "sentinel" and not _SENTINEL_ACT.search(before):
        return None
    if reading.folded.startswith("biops", hit.start) and sort == "sentinel":
        return None
    if _QUESTION.search(folded, hit.end, reading.sentence(hit.start).end):
        return None
    if name == "exérèse" and re.search(r"biops\w+[ -](?:d'|par )?$", before):
        sort, name = "excision", "biopsie-exérèse"
    if sort == "weak" and (
        folded.startswith("intervention", hit.start)
        or not _OPERATED.search(before)
        or not _NEOPLASM.search(folded, reading.sentence(hit.start).start, reading.sentence(hit.start).end)
    ):
        return None
    if sort == "participle" and not (_DONE.search(before) or _DONE_AFTER.match(folded, hit.end)):
        return None
    if sort == "act" and _NO_TUMOUR.match(folded, hit.end, hit.end + 60):
        return None
    end, words = _extent(reading, hit, sort)
    recall = bool(_RECALL.search(before)) or (sort == "act" and bool(_BARE.search(before)))
    definite = bool(_DEFINITE.search(before))
    fresh = bool(_FRESH.search(before)) or name == "reprise chirurgicale"
    procedure = _procedure(reading, hit, sort, name, words)
    if sort == "participle" and _POLYP.search(folded, max(reading.sentence(hit.start).start, hit.start - 120), hit.end + 20):
        procedure = "polypectomie"
    side = _SIDE_OF.match(folded, hit.end, min(hit.end + 40, len(folded)))
    return _Mention(hit, name, sort, hit.start, end, procedure, recall, fresh, definite, side[1][0] if side else "")


def _extent(reading: Reading, hit: Hit, sort: str) -> tuple[int, str]:
    """Where the words of an act end, and those that follow its name: adjectives, and the object of a resection."""
    folded, end = reading.folded, hit.end
    if sort in ("broad", "weak", "participle", "sentinel"):
        return end, ""
    limit = min(end + 90, len(folded))
    adjectives = _ADJECTIVES.match(folded, end, limit)
    if adjectives:
        end = adjectives.end()
    if sort in ("act", "nodes", "excision", "ablation") or hit.term.name in ("métastasectomie", "amputation", "lobectomie"):
        object_ = _OBJECT.match(folded, end, limit)
        if object_:
            end = object_.end("object")
            more = _ADJECTIVES.match(folded, end, limit)
            end = more.end() if more else end
    while end > hit.end and folded[end - 1] in " '":
        end -= 1
    return end, reading.text[hit.end : end]


def _procedure(reading: Reading, hit: Hit, sort: str, name: str, words: str) -> str:
    if sort == "excision":
        return "tumorectomie"
    if sort == "weak" or (sort == "broad" and name == "chirurgie" and not words):
        own = reading.text[hit.start : hit.end].lower()
        return own if own.startswith("chirurgie ") else ""
    words = " ".join(words.lower().split())
    words = _ARTICLE.sub("", _MANNER_WORDS.sub("", " " + words)).strip()
    own = reading.text[hit.start : hit.end].lower()
    if sort in ("nodes", "operation") and own.startswith(name):
        name = " ".join(own.split())
    if name not in _SIDED and sort == "operation":
        words = _SIDE.sub("", " " + words).strip()
    return f"{name} {words}".strip()


def _tells(reading: Reading, mention: _Mention, specific: list[_Mention], told: list[_Mention]) -> bool:
    folded = reading.folded
    sentence = reading.sentence(mention.start)
    draft = reading.draft("therapy", mention.start, mention.end, kind="surgery")
    if reading.scopes.status(draft) in ("negated", "family"):
        return False
    same_sentence = [other for other in specific if other is not mention and sentence.start <= other.start < sentence.end]
    if mention.sort in ("broad", "weak"):
        return _tells_broad(reading, mention, specific, told)
    if mention.sort == "participle":
        return not same_sentence and not (told and mention.start - told[-1].end < _NEAR)
    if mention.sort in ("approach", "bone", "stoma"):
        if mention.sort == "bone":
            return bool(same_sentence) and not any(other.name == mention.name for other in told)
        return (
            not any(abs(other.start - mention.start) < _NEAR for other in specific)
            and not _BIOPSY.search(folded, sentence.start, sentence.end) and not mention.recall and not mention.definite and not any(other.name == mention.name for other in told)
        )  # fmt: skip
    if mention.name in _BENIGN and all(other.name in _BENIGN for other in same_sentence) and _among_antecedents(reading, mention, sentence.start):
        start = max(sentence.start, *(folded.rfind(sign, sentence.start, mention.start) for sign in ",;:"))
        clause = _CLAUSE.match(folded, mention.end)
        if not _NEOPLASM.search(folded, start, clause.end() if clause else mention.end):
            return False
    if mention.recall:
        return not told
    before = [other for other in told if _same_act(other, mention)]
    if not before:
        return not (mention.definite and mention.sort == "act" and told) or " d" in mention.procedure
    if mention.fresh:
        return True
    last = before[-1]
    if mention.side and last.side and mention.side != last.side and last.side != "b" and not mention.recall:
        return mention.sort != "nodes"
    if mention.definite:
        return False
    if mention.sort == "act":
        indefinite = re.search(r"(?:\b(?:une|d'une|des|par|avec|en|:|\+|et|a)[ ]|[:+,-] ?|\n)$", folded[max(0, mention.start - 8) : mention.start])
        return bool(indefinite) and mention.start - last.end > 80
    return _other_date(reading, last, mention) or (
        _A.search(folded, max(0, mention.start - 12), mention.start) is not None and _other_year(reading, last, mention)
    )


def _same_act(earlier: _Mention, mention: _Mention) -> bool:
    if earlier.name == mention.name:
        if earlier.sort == "nodes" and mention.sort == "nodes":
            first, second = _nodes(earlier.procedure), _nodes(mention.procedure)
            return not first or not second or bool(first & second)
        return True
    if mention.name == "chirurgie conservatrice" and earlier.name in _CONSERVING:
        return True
    return mention.sort == "act" and earlier.sort == "act" and mention.definite


def _nodes(procedure: str) -> set[str]:
    """What tells one dissection of nodes from another."""
    return {word[:6] for word in procedure.split()[1:] if not word.startswith(("droit", "gauche", "bilat", "ganglion", "d", "l"))}


def _among_antecedents(reading: Reading, mention: _Mention, start: int) -> bool:
    """Whether an operation stands in an enumeration of antecedents."""
    folded = reading.folded
    line = folded.rfind("\n", 0, mention.start) + 1
    section = reading.section_span(mention.start)
    heading = folded[section.start : section.start + 40]
    return bool(
        _HISTORY_OF.search(folded, min(line, start), mention.start)
        or (_HISTORY_OF.search(heading) and "maladie" not in heading)
        or (
            mention.sort != "act"
            and reading.section(mention.start) in ("history", None)
            and _OFTEN_LISTED.search(folded, max(0, mention.start - 100), mention.end + 60)
        )
    )


def _other_date(reading: Reading, earlier: _Mention, mention: _Mention) -> bool:
    """Whether two mentions of one operation stand beside different dates."""
    ours = _near_dates(reading, mention)
    theirs = _near_dates(reading, earlier)
    if not ours or not theirs:
        return False
    return not any(a.startswith(b) or b.startswith(a) for a in ours for b in theirs)


def _other_year(reading: Reading, earlier: _Mention, mention: _Mention) -> bool:
    """Whether the report has moved on to another year between two mentions."""
    ours = told_year(reading, mention.start)
    theirs = told_year(reading, earlier.start)
    return bool(ours and theirs and ours != theirs)


def _near_dates(reading: Reading, mention: _Mention) -> list[str]:
    sentence = reading.sentence(mention.start)
    return [time.value for time in reading.dates_between(max(sentence.start, mention.start - 60), min(sentence.end, mention.end + 60))]


def _tells_broad(reading: Reading, mention: _Mention, specific: list[_Mention], told: list[_Mention]) -> bool:
    """Whether a word that only says « surgery » is all that tells of an operation."""
    folded = reading.folded
    reach = 60 if folded.startswith("chirurgicalement", mention.end - 16) else _NEAR
    near = any(-reach // 2 < other.start - mention.end < reach for other in specific)
    if mention.sort == "weak":
        return not specific and not told and not near
    if mention.recall or mention.definite:
        return not specific and not told
    if near:
        return False
    if mention.name == "reprise chirurgicale" or mention.fresh:
        return True
    before = folded[max(0, mention.start - 30) : mention.start]
    if re.search(r"\b(?:la|de|en|d'|a|sans|apres|avant)[ ]$|[a-z]'$", before) and not re.search(r"(?:d'une|par|puis|traite\w*)[ ]$", before):
        return not specific and not told
    return not (told and mention.start - told[-1].end < 2 * _NEAR)
