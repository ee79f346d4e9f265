"""The mentions of surgical acts: what each names, where its words end, and how it is told."""

from __future__ import annotations

import re

from anamnese.facts.cues import AnyCue, Cue, stems
from anamnese.facts.reading import Reading
from anamnese.facts.therapy.surgery_reasons import of_no_tumour, specimen_tells, tells_neoplasm
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re, holds

_ADJECTIVE = (
    r"(?:radicale?s?|totale?s?|partielle?s?|simples?|modifiee?s?|elargie?s?|subtotale?s?|sub-totale?s?|bilaterale?s?|"
    r"unilaterale?s?|laterale?s?|"
    r"conservatrice|large|larges|complete?s?|incomplete?s?|chirurgicale?s?|tumorale?s?|marginale?s?|palliatives?|"
    r"prophylactiques?|inguinales?|"
    r"axillaires?|pelviens?|pelviennes?|inguina(?:l|ux|les?)|lombo-?aortiques?|ilio-?obturateurs?|iliaques?|"
    r"cervica(?:l|ux|les?)|centra(?:l|ux|les?)|"
    r"mediastina(?:l|ux|les?)|ganglionnaires?|retroperitonea(?:l|ux|les?)|hepatiques?|pulmonaires?|atypiques?|"
    r"anatomiques?|cutanees?|polaires?|"
    r"cephaliques?|caudales?|inferieure?s?|superieure?s?|moyennes?|droite?s?|gauches?|posterieure?s?|anterieure?s?|"
    r"lymphatiques?|"
    r"triangulaires?|recurrentiels?|jugulo-?carotidiens?|(?:sus|sous)-?claviculaires?|hilaires?|coeliaques?|obturateurs?|"
    r"r[012]|superficielles?|(?:exo|supra)-?faciales?|"
    r"pre-?aortiques?|latero-?aortiques?|retro-?aortiques?|occipita(?:l|le|ux|les)|fronta(?:l|le)|tempora(?:l|le)|"
    r"parieta(?:l|le)|transuretrale?s?|"
    r"en bloc|en monobloc|monobloc|macroscopique(?:ment)?|oncologiques?|carcinologiques?|extra-?fasciale?|"
    r"extracapsulaire|intracapsulaire|"
    r"endoscopiques?|transanales?|segmentaires?|curatives?|complementaires?|sous-muqueuses?|robot-assistee?s?|"
    r"[gd](?!'))"
)
_ADJECTIVES = folded_re(rf"(?:[ ](?:et |, )?{_ADJECTIVE}(?![a-z']))+")
_NUMBER_OF_OBJECT = (
    r"\d{1,3}(?:[ ]?(?:i?eme|ere?|nde?|e)s?\b)?"
    r"(?:(?:[ ]?[,/-][ ]?|[ ](?:et|a)[ ])(?:la |le |de la |du )?\d{1,2}(?:[ ]?(?:i?eme|ere?|e)s?\b)?){0,2}[ ]"
    r"(?:(?:cm|mm)[ ](?:de |d'|du ))?(?!(?:cm|mm|mois|ans?|jours?|semaines?|fois|heures?|h|ml|cures|cycles)\b)"
)
"""`(résection de la) │3e et 4e │côte`, `(de) │15 cm de │grêle`, `(du) │1/3 │distal`."""
_LEVELS = r"[cdtls]\d{1,2}(?:(?:[ ]?[,/-][ ]?|[ ](?:et|a)[ ])[cdtls]?\d{1,2}){0,3}"
_OBJECT_WORDS = (
    rf"(?P<object>(?:(?:vertebres? )?{_LEVELS}|(?:segments?|secteurs?|niveaux?|aires?) \d[ab]?(?:(?:[ ]?[,/-][ ]?|"
    r"[ ]et[ ])\d[ab]?){0,3}(?![\d.])|"
    rf"(?:{_NUMBER_OF_OBJECT})?(?!(?:la|le|les|une?)[ ]?\d)"
    r"[a-z'-]+(?:[ ][a-z'-]+){0,3}?))(?=[ ]?(?:[.,;:()\n+0-9]|$)|[ ](?:avec|par|sans|est|a|ont|en|et|au|"
    r"aux|dans|sur|qui|dont|pour|puis|apres|"
    r"suivie?s?|ete|sont|fut|furent|etai(?:t|ent)|sera|seront|avai(?:t|ent)|sous|lors|ou|ainsi|selon|a-t|de|du|d'|"
    r"des|ayant|mesurant|prenant|type|le|realisee?s?|effectuee?s?|"
    r"montrant|revelant|objectivant|emportant|passant)(?![a-z]))"
)
_OBJECT = folded_re(
    r"(?:[ ]?(?:des|du|de la|de l'|d'une?|de son|de sa|de ses|de|d'|au niveau d[eu])[ ]?)" + _OBJECT_WORDS
)
_DIRECT_OBJECT = folded_re(
    r"(?:[ ](?:chirurgicalement|ensuite|alors|aussi|egalement|completement))?[ ]"
    r"(?P<article>le |la |les |l'|une? |des |cette |ces |ce |son |sa |ses |deux |trois |quatre |plusieurs )"
    + _OBJECT_WORDS
)
"""`on résèque │le reste tumoral│`."""
_OF = {
    "le ": "du ", "la ": "de la ", "les ": "des ", "l'": "de l'", "un ": "d'un ", "une ": "d'une ", "des ": "de ",
    "ce ": "de ce ", "cette ": "de cette ", "ces ": "de ces ", "son ": "de son ", "sa ": "de sa ", "ses ": "de ses ",
    "deux ": "de deux ", "trois ": "de trois ", "quatre ": "de quatre ", "plusieurs ": "de plusieurs ",
}  # fmt: skip
"""How the article of an object stands behind the noun of the act."""
_BY_SURGEON = folded_re(r"\b(?:on|nous|chirurgiens?|equipe|operateur)[ ](?:lui |leur )?$")
_SUBJECTS = ("on ", "nous ", "lui ", "leur ", "chirurgien ", "chirurgiens ", "equipe ", "operateur ")
"""Before a verb in the present that tells an operation: `on lui │résèque│ la lésion`."""
_RECALL = AnyCue(
    Cue(
        r"pieces?|cicatrices?|lits?|loges?|sites?|moignons?|berges?|marges?|limites?|tranches?|produits?|"
        r"specimens?|suites?|suite|apres|post|depuis|"
        r"lors|cours|decours|delai|attente|suites? operatoires?|resultats?|histologie|anatomopathologie|anapath|ap|"
        r"etude|analyse|examen|fragments?|date|"
        r"complications?|jour|mois|ans|semaines?|materiel|recul|niveau|bords?|qualite|compte rendu|zone|tumeur|"
        r"exclusion",
        r"(?: :)?[ ](?:operatoires? )?(?:(?:de|d'|du|des|la|l'|le|les|une|un|cette|sa|son|a|au)[ ]?){0,3}"
        r"(?:premiere |derniere )?$",
    ),
    Cue(r"post-?|cette[ ]|sa[ ]|ladite[ ]", r"(?:premiere |derniere )?$"),
)
_DEFINITE = folded_re(r"(?:\b(?:la|cette|sa|son|ces|ses|leur)[ ]|l')(?:premiere |derniere )?$")
_ARTICLES = ("la ", "cette ", "sa ", "son ", "ces ", "ses ", "leur ", "l'", "premiere ", "derniere ")
_FRESH = Cue(
    r"nouvelle?|nouveau|deuxieme|2e|2eme|seconde?|troisieme|3e|re-?|autres?|iterative|reprise|controlateral\w*",
    r"\b[^.;]{0,20}$",
)
_NOT_DONE = AnyCue(
    Cue(
        r"recus\w*|contre-? ?indi\w*|refus\w*|non|inaccessible|pas d'indication|hors|inoperable|impossib\w*|declin\w*|"
        r"eviter|ecart\w*|"
        r"sans geste|pas de geste|aucun geste|"
        r"limites de|dossier de|candidate? a|(?<!en )(?<!mono)(?<!repris au )(?<!reprise au )bloc|avis de|"
        r"alternative a",
        r"[ ](?:[a-z']+[ ]){0,4}(?:a |d'|de |l'|la |le |une )?$",
    ),
    Cue(r"possibilite|eventualite|evaluer|interet|faisabilite|eventuelle?", r"\b[^.;,]{0,30}$"),
)
"""Before an operation that is refused, or only possible."""
_AFTER = 90
"""Characters behind the name of an operation that may tell that it was refused."""
_REFUSED_AFTER = folded_re(
    r"[^.;,]{0,50}\b(?:recuse\w*|refuse\w*|contre-? ?indique\w*|ecarte\w*|n'a pas (?:ete|pu)|n'etait pas|n'est pas|"
    r"difficile|non (?:realis|envisag|retenu)\w*|impossible|"
    r"(?:differ|report|annul|ajourn)ee?s?\b(?! (?:au|en|le|de|du|a)\b))"
)
_OF_REFUSED_AFTER = (
    "non ", "n'", "indique", "recuse", "refuse", "ecarte", "difficile", "impossible", "differ", "report", "annul",
    "ajourn",
)  # fmt: skip
_SERVICE = folded_re(
    r"\b(?:service|unite|departement|pole|consultation|cs|avis|clinique|equipe|staff|chef|bloc|chu|interne|rcp|"
    r"specialite|professeur|dr|institut|hopital|adresse\w*|"
    r"oriente\w*|transfere\w*|hospitalise\w*|urgences|admis\w*|suivi\w*|discipline)[ ](?:[a-z-]+[ ]){0,2}(?:de |d'|"
    r"du |en |des |la |a la |par la |au )?$|\ben $"
)
_SERVICE_AFTER = folded_re(
    r"[ ]?(?:generale|digestive|tho\b|dig\b|visc|uro|gyn|ortho|plast|thoracique|viscerale|orthopedique|maxillo|"
    r"endocrin|hbp\b|hepato|colorect|colo-rect|gyneco|senolog|mammaire et|pelvienne et|"
    r"plastique|vasculaire|cardiaque|urologique|pediatrique|oncologique et|cervico|"
    r"et |orl|(?:dr|pr|docteur|professeur)\b|"
    r"de la main|cardio|ambulatoire|esthetique|buccale|dentaire|de l'hopital|du chu)"
)
_BARE_LENGTH = len("chirurgie")
_SURGEON = (" le ", " du ", " au ", " un ", " mon ", " son ", " notre ", " les ")
"""Before `chir` where it is short for the surgeon: `non opérable pour le │chir│`."""
_MARGINS_OF = tuple(
    f"{margin} {link}"
    for margin in ("limites", "limite", "berges", "marges", "marge", "tranches", "tranche", "bords", "recoupes")
    for link in ("d'", "de ", "de la ", "de l'", "chirurgicales d'", "chirurgicales de ")
)
"""What is told of a specimen, whoever has cut it out: `les limites d'│exérèse│ sont saines`."""
_REFERRED = folded_re(
    r"\b(?:adresse|oriente|confie|transfere|refere|admis|hospitalise)(?:e|es|s)?\b[^.;]{0,50}\bpour (?:une? |sa )?$"
)
"""`adressée pour │prise en charge chirurgicale│`: what was done is told by its name, if it was done."""
_AGAIN = frozenset({"reprise chirurgicale", "reprise d’exérèse", "élargissement"})
"""Operations that follow another by their name."""
_MARGINS = folded_re(r"[ ]*:[ ]*(?:(?:in)?complete|r[012]\b|en marges|marges|limites|totale|in toto|large)")
"""The quality of a resection after its label: `Exérèse : complète (R0)`."""
_ALTERNATIVE = folded_re(r"\bvs\b|\bversus\b")
_SIDED = frozenset({"hémicolectomie", "hépatectomie", "lobectomie", "hémiglossectomie"})
"""Operations whose side or lobe is their extent; elsewhere the side is no part of the procedure."""
_SIDE = re.compile(r"[ ](?:et )?(?:droite?s?|gauches?|g|d)(?![a-zéè])", re.IGNORECASE)
_NODE_OBJECT = folded_re(
    r"[ ](?:biopsique |chirurgicale )?(?:d'une?|d'un|d'|de l'|de|du)[ ]?(?:\w+ )?(?:adenopathie|adp\b|ganglion)(?!s)"
)
_MANNER_WORDS = re.compile(
    r"[ ](?:et )?(?:(?:in)?compl[eè]te?s?|macroscopique(?:ment)?|chirurgicale?s?|palliatives?|prophylactiques?|"
    r"larges?|itérative|r[012])(?![a-zéè])"
)
"""Adjectives that say how, not what: no part of the procedure's name."""
_BY_BIOPSY = folded_re(r"biops\w+[ -](?:d'|par )?$")
_SENTINEL_ACT = folded_re(
    r"(?:; |\bet |\bet (?:le|du|de|une?) |\+ ?|, |avec |technique du |exerese du |prelevement du |recherche du |"
    r"procedure du |par )(?:le |du |une? |technique du |recherche du )?$"
)
_JOINED = ("+ ", "+", " et ")
_SIDE_OF = folded_re(r"[ ](?:[a-z]+[ ]){0,2}?(droite?|gauche|bilaterale?|d(?![a-z'])|g(?![a-z']))(?![a-z])")
_WITH_OBJECT = re.compile(r" (?:d'|de |du |des )")
_OF_SPECIMEN = (" de la piece", " en bloc de la piece", " en zone saine")
_REMOVED = folded_re(
    r"(?:[ ](?:chirurgicale|complete|totale|subtotale|partielle|radicale|large|en (?:mono)?bloc))*[ ]"
    r"(?:de (?:la |l')|du |des |d'une? |d'|de |la |le |les |l'|une? |ce(?:tte)? )"
    r"(?:(?:totalite|quasi-?totalite|partie) (?:de la |de l'|du )|(?:petite?|volumineuse?|grosse?)s? )?"
)
_TUMOUR = folded_re(r"tumeur|masse|lesion|nodule|kyste|metasta|plaque|adenopath|sein\b")
_TUMOUR_BEFORE = folded_re(
    r"\b(?:tumeurs?|masses?|lesions?|nodules?|polypes?|kystes?|metastases?|formations?)\b[^.;,]{0,45}$"
)
_ORGAN_BEFORE = folded_re(
    r"(?<!de )\b(?:l'|(?:les?|la|son|sa|ses|un|une)[ ])"
    r"(?:reins?|seins?|rate|uterus|ovaires?|annexes?|testicules?|prostate|thyroide|vessie|estomac|colon|"
    r"vesicule(?: biliaire)?|poumon|oeil|globe|parotide|larynx|epiploon|surrenale|thymus|glande|lobe)"
    r"(?: (?:droite?s?|gauches?|superieure?|inferieure?|moyen|malades?))?[ ]"
    r"(?:a|ont|est|fut|furent|etait|avait)[ ](?:ete )?(?:[a-z]+ment )?$"
)
"""The organ that was removed: `le │rein gauche a été│ enlevé`."""
_HAVING = ("on a ", "nous avons ", "on lui a ", "chirurgien a ", "chirurgiens ont ")
_NO_ORGAN = folded_re(
    r"dents?\b|ongle|sonde|drain|fils?\b|cathet|pac\b|chambre|vis\b|clou|materiel|plaques? (?:d'osteo|viss)|agraf|"
    r"platre|prothese|stent|bouchon"
)
_PERCUTANEOUS = folded_re(r"[^.;,]{0,50}\bpar (?:radio-? ?frequence|micro-? ?ondes|cryo|laser|voie percut)")
"""A lesion destroyed and not cut out: other words tell it."""
_ENABLED = Cue(r"permis|permett\w+|consist\w+|pu|reussi\w*", r"[ ][^.;]{0,50}$")
"""What an infinitive stands behind: `a permis de │réséquer│`, `a consisté à │exciser│`."""
_BREAST = folded_re(r"\bseins?\b|mammaire")
_POLYP = folded_re(r"\bpolypes?\b")
_BARE = folded_re(r"(?:[ ]d'|\bde )$")
_ARTICLE = re.compile(r"[ ](?:de |d')?(?:la|le|les|l'|des?|du|d')?$")
_DONE = folded_re(r"\b(?:ete|est|sont|fut|furent|etaient|etait|avons|ont|a|avait|puis)[ ](?:[a-z]+ment[ ])?$")
_APPOSED = (",", ";", ".", "\n", "")
"""Behind what was done with a tumour just named: `nodule pulmonaire, │réséqué│, bénin`."""
_DONE_AFTER = folded_re(
    r"[ ](?:en \d|par (?:voie|thoraco|coelio|laparo|cranio|lombo|chirurg)|a l'anse|chirurgicalement|le \d|au mois)"
)
_NO_TUMOUR = folded_re(
    r"[ ](?:[a-z]+[ ]){0,2}(?:d'un|d'une|des?|du|de la)[ ](?:[a-z]+[ ]){0,2}(?:inflammatoire|fistul|abces|infect|"
    r"hernie|necros|calcul|corps etranger|sinus pilonidal|trajet|prises? de contraste|rehaussement)"
)
_CLOSED_AFTER = folded_re(
    r"(?:[ ]de (?:protection|decharge))?,?[ ](?:a |a pu |ont |fut|est|etait|sera)[ ]?(?:etre |ete )?(?:[a-z]+ment )?"
    r"ferme(?:e|es|ees)?\b"
)
_PELVIC = folded_re(r"rect(?:um|al)|anus|anal|perine")
"""What a report must speak of where `AAP` is an amputation; it is also early access to a drug."""
_CLOSURE = "rétablissement de continuité"
_OWN_WORDS = frozenset({_CLOSURE, "dérivation urinaire"})
"""Operations with several names, of which the report's is kept."""

_QUESTION = folded_re(r"\?[ )\n]*$")
_OPERATED = folded_re(
    r"(?:\b(?:tumeur|cancer|carcinome|adenocarcinome|sarcome|melanome|gliome|meningiome|adk|cbc|cci|clis?|cec|"
    r"basocellulaire|spinocellulaire|seminome|thymome)(?: [a-z']+){0,6}|a|ont|est|fut|ete|"
    r"avait|etait|:|,|[.;]|\n|patiente?|-|^)[ ]?(?:ete )?(?:re)?$"
)


_OF_TUMOUR = (" d'un", " du ", " de son ", " de sa ", " pour un")
"""Behind `intervenue` where it says that she was operated on: `│intervenue│ d'un carcinome du rein en 2014`."""

_TUMOUR_NEXT = 40
"""Characters behind `intervenue` that name the tumour."""


class Mention:
    """A surgical act where it is named. `recall` and `definite` say that its words may speak of an act told before,
    `fresh` that they speak of another; `side` is `d`, `g`, `b` or empty."""

    __slots__ = ("day", "definite", "end", "fresh", "hit", "name", "procedure", "recall", "side", "sort", "start")

    def __init__(
        self,
        hit: Hit,
        name: str,
        sort: str,
        end: int,
        procedure: str,
        *,
        recall: bool = False,
        fresh: bool = False,
        definite: bool = False,
        side: str = "",
    ) -> None:
        self.hit = hit
        self.name = name
        self.sort = sort
        self.start = hit.start
        self.end = end
        self.procedure = procedure
        self.recall = recall
        self.fresh = fresh
        self.definite = definite
        self.side = side
        self.day: str | None = None
        """When it was done, where other words tell it."""

    @property
    def detailed(self) -> bool:
        """Whether the object of a resection is told."""
        return _WITH_OBJECT.search(self.procedure) is not None

    @property
    def benign(self) -> bool:
        """Whether the operation is as often done for a benign disease."""
        return self.hit.term.row["benign"] == "yes"


def mention_of(reading: Reading, hit: Hit) -> Mention | None:
    """The act that a hit names; None where its words are of no operation: a service, a refusal, a question."""
    folded, sort, name = reading.folded, hit.term.row["sort"], hit.term.name
    if sort in ("support", "minor", "transplant"):
        return None
    if hit.misspelt and "ct" not in folded[hit.start : hit.end]:
        return None
    after = folded[hit.end : hit.end + _AFTER]
    if (
        name == "laparotomie"
        or after.startswith(_OF_SPECIMEN)
        or (sort in ("ablation", "removal") and not _of_tumour(reading, hit.end))
    ):
        return None
    before = folded[max(0, hit.start - 60) : hit.start]
    length = hit.end - hit.start
    bare = length <= _BARE_LENGTH and folded[hit.start : hit.end] in ("chirurgie", "chir")
    if bare and (_SERVICE_AFTER.match(folded, hit.end) or _SERVICE.search(before)):
        return None
    if length == len("chir") and before.endswith(_SURGEON):
        return None
    found = stems(before)
    if sort in ("infinitive", "removal"):
        if not _ENABLED.stands(before, found):
            return None
        sort = "participle"
    elif sort in ("participle", "removed") and before.endswith(_SUBJECTS) and _BY_SURGEON.search(before):
        return _finite(reading, hit, sort)
    elif sort == "removed":
        if before.endswith(_HAVING):
            return _finite(reading, hit, sort)
        if not (_DONE.search(before) and (_TUMOUR_BEFORE.search(before) or _ORGAN_BEFORE.search(before))):
            return None
        sort = "participle"
    elif sort == "participle" and not (
        _DONE.search(before)
        or _DONE_AFTER.match(folded, hit.end)
        or (before.endswith(", ") and folded[hit.end : hit.end + 1] in _APPOSED and _TUMOUR_BEFORE.search(before))
    ):
        return None
    if sort == "act" and before.endswith(_MARGINS_OF):
        return None
    sentence = reading.sentence(hit.start)
    if _NOT_DONE.stands(before, found) or (
        holds(after, _OF_REFUSED_AFTER) and _REFUSED_AFTER.match(folded, hit.end, min(hit.end + _AFTER, sentence.end))
    ):
        return None
    if length == 3 and reading.text[hit.start : hit.end] == "AAP" and not _PELVIC.search(folded):
        return None
    if (hit.term.row["benign"] or sort == "broad") and of_no_tumour(reading, hit, before, sentence):
        return None
    if (name == "exérèse" or sort == "excision") and _NODE_OBJECT.match(folded, hit.end):
        return None
    if length == 2 and reading.text[hit.start : hit.end] == "GS" and not before.endswith(_JOINED):
        return None
    if sort == "sentinel" and (folded.startswith("biops", hit.start) or not _SENTINEL_ACT.search(before)):
        return None
    if folded.find("?", hit.end, sentence.end) >= 0 and _QUESTION.search(folded, hit.end, sentence.end):
        return None
    if sort == "act" and _MARGINS.match(folded, hit.end):
        return None
    first, last = max(sentence.start, hit.start - 40), min(sentence.end, hit.end + 40)
    if ("vs" in (around := folded[first:last]) or "versus" in around) and _ALTERNATIVE.search(folded, first, last):
        return None
    if name == "exérèse" and "biops" in before and _BY_BIOPSY.search(before):
        sort, name = "excision", "biopsie-exérèse"
    if sort == "weak" and (
        folded.startswith("intervention", hit.start)
        or (folded.startswith("interven", hit.start) and not _is_of_tumour(reading, hit.end))
        or not _OPERATED.search(before)
        or not tells_neoplasm(reading, sentence.start, sentence.end)
    ):
        return None
    if sort == "act" and _NO_TUMOUR.match(folded, hit.end, hit.end + 60) and not specimen_tells(reading, hit):
        return None
    if sort == "stoma" and (closed := _CLOSED_AFTER.match(folded, hit.end, min(hit.end + 60, len(folded)))):
        procedure = f"fermeture de {name}" if name == "colostomie" else f"fermeture d'{name}"
        return Mention(hit, _CLOSURE, "operation", closed.end(), procedure)
    end, words = _extent(reading, hit, sort)
    recall = (
        (sort == "broad" and "pour " in before and _REFERRED.search(before) is not None)
        or _RECALL.stands(before, found)
        or (sort == "act" and before.endswith((" d'", "de ")) and _BARE.search(before) is not None)
    )
    definite = before.endswith(_ARTICLES) and _DEFINITE.search(before) is not None
    fresh = _FRESH.stands(before, found) or name in _AGAIN
    procedure = _procedure(reading, hit, sort, name, words)
    if sort == "participle" and _POLYP.search(folded, max(sentence.start, hit.start - 120), hit.end + 20):
        procedure = "polypectomie"
    side = _SIDE_OF.match(folded, hit.end, min(hit.end + 40, len(folded)))
    return Mention(
        hit, name, sort, end, procedure,
        recall=recall, fresh=fresh, definite=definite, side=side[1][0] if side else "",
    )  # fmt: skip


def _is_of_tumour(reading: Reading, end: int) -> bool:
    """Whether a tumour is told right behind a word for an operation: `intervenue │d'un carcinome│`."""
    return reading.folded.startswith(_OF_TUMOUR, end) and tells_neoplasm(reading, end, end + _TUMOUR_NEXT)


def _finite(reading: Reading, hit: Hit, sort: str) -> Mention | None:
    """The act that a verb tells with its object: `on │résèque la métastase│`."""
    folded = reading.folded
    if sort == "removed" and not _of_tumour(reading, hit.end):
        return None
    told = _DIRECT_OBJECT.match(folded, hit.end, min(hit.end + 90, len(folded)))
    if told is None or _NO_ORGAN.match(folded, told.start("object")):
        return None
    name = "résection" if folded.startswith("resequ", hit.start) else "exérèse"
    object_ = " ".join(reading.text[told.start("object") : told.end("object")].lower().split())
    return Mention(hit, name, "finite", told.end("object"), f"{name} {_OF[told['article']]}{object_}")


def _of_tumour(reading: Reading, end: int) -> bool:
    """Whether what an ablation is of is a tumour or an organ, and no tube: `ablation de la │parotide`."""
    folded = reading.folded
    removed = _REMOVED.match(folded, end, end + 60)
    if removed is None or _NO_ORGAN.match(folded, removed.end()):
        return False
    if _PERCUTANEOUS.match(folded, removed.end(), removed.end() + 70):
        return False
    if _TUMOUR.match(folded, removed.end()):
        return True
    places = reading.hits_between("topography", removed.end(), removed.end() + 40)
    return bool(places) and places[0].start == removed.end()


def _extent(reading: Reading, hit: Hit, sort: str) -> tuple[int, str]:
    """Where the words of an act end, and those that follow its name: adjectives, and the object of a resection."""
    folded, end = reading.folded, hit.end
    if sort in ("broad", "weak", "participle", "sentinel"):
        return end, ""
    limit = min(end + 90, len(folded))
    adjectives = _ADJECTIVES.match(folded, end, limit)
    if adjectives:
        end = adjectives.end()
    if sort in ("act", "nodes", "excision", "ablation") or hit.term.name in (
        "métastasectomie",
        "amputation",
        "lobectomie",
    ):
        object_ = _OBJECT.match(folded, end, limit)
        if object_ and not reading.dates_between(object_.start("object"), object_.start("object") + 1):
            end = object_.end("object")
            more = _ADJECTIVES.match(folded, end, limit)
            end = more.end() if more else end
    while end > hit.end and folded[end - 1] in " '":
        end -= 1
    return end, reading.text[hit.end : end]


def _procedure(reading: Reading, hit: Hit, sort: str, name: str, words: str) -> str:
    if sort == "excision":
        sentence = reading.sentence(hit.start)
        if _BREAST.search(reading.folded, sentence.start, sentence.end):
            return "tumorectomie"
    if sort == "weak" or (sort == "broad" and name == "chirurgie" and not words):
        own = reading.text[hit.start : hit.end].lower()
        return own if own.startswith("chirurgie ") else ""
    if words:
        words = " ".join(words.lower().split())
        words = _ARTICLE.sub("", _MANNER_WORDS.sub("", " " + words)).strip()
    sided = name in _SIDED
    own = reading.text[hit.start : hit.end].lower()
    if sort in ("nodes", "operation") and own.startswith(name):
        name = " ".join(own.split())
    name = own if name in _OWN_WORDS else name
    name = name if "œ" not in name or "œ" in own else name.replace("œ", "oe")
    if words and not sided and sort == "operation":
        words = _SIDE.sub("", " " + words).strip()
    return f"{name} {words}".strip()
