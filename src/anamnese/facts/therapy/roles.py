"""What a mention of systemic treatment is: a course, a recall of one told before, or none."""

from __future__ import annotations

from pathlib import Path

from anamnese.facts.cues import AnyCue, Cue, stems
from anamnese.facts.reading import Reading
from anamnese.facts.therapy.counts import doses_before
from anamnese.facts.therapy.course import Course
from anamnese.facts.therapy.ends import is_stopped, recalled_by_stop
from anamnese.lexicon.tables import read_table
from anamnese.reading.fold import folded_re, holds

_OF_IT = (
    r"[ ](?:(?!puis|suivi|ensuite|alors|mise?\b|relay|relais|debut|introd|instaur|passage|switch|initi)[a-z']+[ ]){0,3}"
    r"(?:(?:a|au|aux|de|du|des|par|sous|pour|d')[ ]?(?:la |le |les |l')?)?$"
)
"""What links harm to what does it, over three words that tell of no other treatment."""
_HARM = Cue(
    r"toleran\w*|toxicit\w*|allergi\w*|hypersensib\w*|reactions?|intoleran\w*|contre-? ?indi\w*|secondaires?|"
    r"imput(?:able|e)\w*|induit\w*|"
    r"effets? (?:indesirables?|secondaires?)|neuropathie|cardiotoxi\w*|liee?s?(?= a)|du(?= a)|dus(?= a)|due(?= a)|"
    r"dues(?= a)|dose|doses|ci|"
    r"reduction|diminution|adaptation|"
    r"predict\w*|sensib\w*|sensibilite|eligib\w*|cible|acces|amm|non indique\w*|indication|ni|inhibiteurs?|"
    r"recepteurs?|mutation|efficacite|"
    r"concentration|dosage|taux|antecedent de prise|hormis",
    _OF_IT,
)
"""What tells of a drug without telling a course of it."""
_GRANTED = folded_re(
    r"(?:\b(?:a|ont|avait|eu|obtient|obtenu|obtenir|beneficie)[ ](?:d'un |un |l'|de l')?|(?:^|[.:;,(\n])[ ]?)acces"
    r"(?:[ ](?:(?:par|en|via|pour|dans|au titre|compassionnel|precoce|derogatoire|nominatif|elargi|un|son|le|cadre|"
    r"usage|programme|protocole|d'un|de|du)[ ]){1,6}|[ ])(?:a |au |aux )(?:la |l'|le )?$|"
    r"(?<!d')\bacces[ ](?:(?:par|en|via|compassionnel|precoce|derogatoire|nominatif|elargi|un|usage|programme)[ ]){1,4}"
    r"(?:a |au |aux )(?:la |l'|le )?$"
)
"""`accès par usage compassionnel au │lorlatinib`: the way by which a drug not yet on the market is given."""
_ALLERGY = Cue(
    r"allergi\w*", r"[ ]?:?(?:(?!\b(?:puis|switch|relai|relay|remplac|passage|mise?\b|trait|sous))[^.;\n]){0,60}$"
)
"""`allergies : pénicilline, │docétaxel`."""
_SENSITIVE = Cue(r"sensib\w*", r"[ ](?:a|au|aux)[ ](?:[a-z0-9'-]+[ ]){0,6}\($")
"""`sensibilité aux inhibiteurs de FGFR (│pémigatinib│)`."""
_GRADED = folded_re(r"\b(?:grade|gr|g)[ .]?[1-5](?=[ ]sous)" + _OF_IT)
"""`mucite grade 3 sous │cisplatine`."""
_ALTERNATIVE = folded_re(r"\b(?:vs|versus)\b")
_COMPARED = folded_re(r"\b(?:vs|versus)[ ](?:l'|la |le |une? )?(?:[a-z]+-)?$")
_COMPARED_AFTER = folded_re(r"[ ](?:vs|versus)[ ](?!placebo)")
"""Treatments weighed against each other, neither of which is given by these words."""
_COUNTED = folded_re(
    r"(?:\b(?:\d{1,2}|deux|trois|quatre|cinq|six|huit|douze|autres|supplementaires|nouvelles|nouveaux)[ ]){1,2}"
    r"(?:cures|cycles|seances)(?: (?:supplementaires|hebdomadaires))? (?:a base )?(?:d'|de )$"
)
_DEFINITE = folded_re(
    r"(?:\b(?:la|le|les|cette|ce|sa|son|ses|de|sous|apres|en|avant|du|des|post|pre|sans)[ ]|l'|post-|d'|"
    r"[-/])(?:meme |traitement de )?$"
)
_DEFINITE_REACH = 24
"""No match of the pattern is longer."""
_INDEFINITE = folded_re(
    r"(?:\b(?:une|un|par|avec|(?:recu|recoit|sous|par)(?: des)?|a subi|[+:]|et|puis|autres|cures de|cycles de|"
    r"seances de|complement de|pour|traitement par|en|d'une|d'un|ligne de)[ ]|[:+-] ?|\n|^)$"
)
_SERVICE = AnyCue(
    Cue(
        r"service|unite|centre|departement|pole|hopital|hdj|consultation|cs|avis|medecin|salle|infirmiere|chambre|jour",
        r"[ ](?:[a-z]+[ ]){0,1}(?:de |d'|du |en )$",
    ),
    Cue(r"agents|produits|drogues|medicaments", r" de $"),
)
_LINKS = (" de ", " d'")
_SERVICE_LINKS = ("de ", "d'", "du ", "en ")
_OTHER_DISEASE = folded_re(
    r"arthrit|psoria|lupus|vascularit|crohn|rectocolit|sclerose en|myastheni|nephrotique|glomerul|\bgreffe renale|"
    r"transplantation renale|rejet"
)
_PURPOSES = {row["drug"]: folded_re(row["words"]) for row in read_table(Path(__file__).with_name("purposes.tsv"))}
_IMMUNOSUPPRESSIVE = frozenset(
    {"évérolimus", "sirolimus", "cyclophosphamide", "méthotrexate", "rituximab", "chlorambucil", "mercaptopurine"}
)
"""Anticancer drugs also given against immunity; they are no course beside its diseases or other immunosuppressants."""
_NOT_TO_DO = AnyCue(
    Cue(
        r"pas|sans|non|aucune?|ni",
        r"[ ](?:d'|de |lieu (?:a|de) |encore )?(?:indication|place|projet|benefice|necessite|recours|traitement|ci|"
        r"contre-? ?indication)\b[^.;,]{0,24}$",
    ),
    Cue(r"renon\w+|recus\w+", r" a (?:l'|la |une? )?$"),
    Cue(
        r"deced\w+|deces|exitus|mort|morte",
        r"\b[^.;]{0,24}[ ]avant[ ](?:la |le |l'|toute? |sa |son )?(?:(?:premiere? |1ere? |debut |mise en route |"
        r"instauration |administration |cure |cycle |seance |dose |injection |perfusion )){0,3}"
        r"(?:de (?:la |l')?|d'|du )?$",
    ),
    Cue(r"pas de (?:reprise|reintroduction) (?:de |du |de la |de l')$"),
    Cue(
        r"ecart(?:e|ent|er|ait|ant|ons|a)|decart\w+|rejett\w+|rejet(?:e|er|ons|ant)|deconseil\w+|"
        r"exclu(?:t|ons|ant|re|ait)|proscri\w+|evit(?:e|er|ons|ant)",
        r"[ ](?:(?:l'|d'|tout |toute |une? )?(?:usage|utilisation|emploi|recours|administration|ajout|introduction|"
        r"option|prescription)[ ](?:d'une? |de la |de l'|de |du |d'|des |a la |a l'|au |a )?(?:traitement par )?|"
        r"(?:le |la |l'|les |une? |du |tout |toute )?(?:traitement par )?(?:le |la |l')?)$",
    ),
    Cue(
        r"non|pas|plus",
        r"[ ](?:[a-z]+ment[ ])?(?:etre )?(?:candidate?s?|eligibles?|aptes?)[ ](?:a la |a l'|au |aux |a |pour )"
        r"(?:(?:recevoir|beneficier|debuter|tolerer|poursuivre)[ ])?(?:d'une? |de |du |une? |la |le |l'|des )?"
        r"(?:(?:traitement|chimiotherapie)[ ](?:par |a base de |de )(?:le |la |l'|du )?)?$",
    ),
    Cue(r"absence", r" de (?:toute |tout )?(?:autre )?$"),
    Cue(
        r"sans",
        r"[ ](?:pouvoir|avoir pu|jamais)[ ](?:debuter|commencer|recevoir|administrer|instaurer|introduire|initier|"
        r"beneficier)[ ](?:d'une? |de |du |le |la |l'|une? |des )?$",
    ),
    Cue(r"possibilite|eventualite|evaluer|interet|faisabilite|apte a|capable de", r"\b[^.;,]{0,30}$"),
)
"""Before a treatment that is not, or may only be, given."""
_INDICATION = folded_re(r"\bindications?[ ](?:d'une? |de la |de l'|de )$")
_RETAINED = folded_re(r"[^.;]{0,30}\b(?:retenu|pose|porte|confirme|valide)(?:e|es)?\b")
"""`l'indication d'une │chimiothérapie│ adjuvante a été retenue`: a course that is told further by its drugs."""
_QUESTION = folded_re(r"\?[ )\n]*$")
_NOT_INDICATED = folded_re(
    r"[ )]{0,3}[^.;,)]{0,24}\b(?:non[ -](?:indique|elig|envisag|retenu)\w*|contre-? ?indique\w*|pas indique\w*|"
    r"recuse\w*|refuse\w*|ecarte\w*|n'est pas|n'etait pas)|[ ]?(?:en )?(?:injection |voie )?intra-?vitre"
)
_OF_NOT_INDICATED = ("non", "indique", "recuse", "refuse", "ecarte", "n'e", "vitre")


def role_of(reading: Reading, course: Course, first: str, before: str, after: str) -> str:
    """`course`, `recall` or `none`, by the sort of its first word and the words before and after it."""
    found = stems(before)
    if (
        (before.endswith(_SERVICE_LINKS) and _SERVICE.stands(before, found))
        or _NOT_TO_DO.stands(before, found)
        or (holds(after, _OF_NOT_INDICATED) and _NOT_INDICATED.match(after))
    ):
        return "none"
    if (
        course.drugs
        and len(course.drugs) == 1
        and course.drugs[0] in _IMMUNOSUPPRESSIVE
        and _against_immunity(reading, course)
    ):
        return "none"
    if len(course.drugs) == 1 and _for_something_else(reading, course):
        return "none"
    sentence = reading.sentence(course.start)
    if reading.folded.find("?", course.end, sentence.end) >= 0 and _QUESTION.search(
        reading.folded, course.end, sentence.end
    ):
        return "none"
    if course.named:
        if _against_another(before, after):
            return "none"
        if first in ("drug", "class") and _harms(before, found) and not doses_before(before):
            return "recall" if is_stopped(reading.folded, course.end) else "none"
        if recalled_by_stop(before, found, after):
            return "recall"
        return "course"
    if _ALTERNATIVE.search(before[-30:]) or _ALTERNATIVE.search(after[:24]):
        return "none"
    if first == "class":
        indefinite = _INDEFINITE.search(before) or (before.endswith(_LINKS) and _COUNTED.search(before))
        return "course" if indefinite and not _harms(before, found) else "none"
    if before.endswith(_LINKS) and _COUNTED.search(before):
        return "course"
    if "indication" in before and _INDICATION.search(before) and _RETAINED.match(after):
        return "course"
    if (
        _harms(before, found)
        or recalled_by_stop(before, found, "")
        or _DEFINITE.search(before, max(0, len(before) - _DEFINITE_REACH))
    ):
        return "recall"
    return "course"


def _against_another(before: str, after: str) -> bool:
    """Whether a treatment is weighed against another: `X vs Y : bénéfice comparable`."""
    if (" vs " in before or " versus " in before) and _COMPARED.search(before):
        return True
    return after.startswith((" vs ", " versus ")) and _COMPARED_AFTER.match(after) is not None


def _harms(before: str, found: list[bytes]) -> bool:
    """Whether the words before a mention, whose stems are given, tell of it without telling a course of it."""
    if "acces " in before and _GRANTED.search(before):
        return False
    if _HARM.stands(before, found) or _ALLERGY.stands(before, found) or _SENSITIVE.stands(before, found):
        return True
    return " sous" in before and _GRADED.search(before) is not None


def _for_something_else(reading: Reading, course: Course) -> bool:
    """Whether a drug that is also given for something else than a tumour stands beside that."""
    words = _PURPOSES.get(course.drugs[0])
    if words is None or not words.search(reading.folded, max(0, course.start - 90), course.end + 60):
        return False
    sentence = reading.sentence(course.start)
    first, last = max(sentence.start, course.start - 90), min(sentence.end, course.end + 60)
    return words.search(reading.folded, first, last) is not None


def _against_immunity(reading: Reading, course: Course) -> bool:
    sentence = reading.sentence(course.start)
    return bool(_OTHER_DISEASE.search(reading.folded, sentence.start, sentence.end)) or any(
        hit.term.row["class"] == "immunosuppressant"
        for hit in reading.hits_between("drugs", course.start - 120, course.end + 60)
    )
