"""Which names stand for an examination of the patient, and which of them together for one."""

from __future__ import annotations

from anamnese.facts.examinations import not_done, own_date, site_after
from anamnese.facts.reading import Reading
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re, holds

_APPOSITION = folded_re(
    r"[ \n]*(?:\(|/|-|:|,)?[ ]*(?:(?:au|a la)[ ][a-z0-9-]{2,30}[ ]?\(?|couplee?s?[ ](?:a[ ](?:la|l'|un|une)|au|"
    r"avec(?:[ ](?:la|le|un|une))?)[ ]*|associee?[ ](?:a[ ]la|au)[ ]|combinee?[ ](?:a[ ]la|au)[ ]|(?:du[ "
    r"])?corps[ ]entier[^()]{0,40}\()?[ ]*$"
)
_GUIDING = folded_re(
    r"(?:guid[a-z]*|sous le controle|(?<=sous )controle|(?<=avec )controle|guidage|reperage|reperee?s?|assistance|"
    r"sous|orientee?s?)[ ](?:par[ ]|sous[ ]|de[ ]|"
    r"d'|au[ ]|a[ ]l')*(?:un[ ]|une[ ]|la[ ]|l'|le[ ])?$"
)
_GUIDING_WORDS = ("guid", "sous", "controle", "reper", "orient", "assistance")
"""One of these is in whatever the pattern matches, as are those below in what theirs do."""
_GENERAL = folded_re(
    r"[ ]*+(?:[a-z-]++[ ]){0,3}?(?:est|reste|demeure|constitue|sont|permet(?:tent)?|peut|peuvent|joue)[ "
    r"](?:[a-z]+[ ]){0,3}?(?:l'examen|examens?[ ]de|la technique|la methode|choix|indispensable|de reference|de "
    r"preciser|d'evaluer|de poser|un role|souvent|montrer|etre|utile|generalement|classiquement|le gold)"
)
_MACHINE = folded_re(
    r"[ ]*(?:\d[ ]*[-:][ ]*(?:radiol|dr|secteur)|(?:a |en )?(?:basse|faible) dose|d'attenuation|\d+[ "
    r"]?(?:barrettes?|coupes|canaux|t\b|tesla)|1[.,]5[ ]?t|multi-?(?:barrette|coupe|detect)|siemens|general "
    r"electric|ge\b|philips|toshiba|canon)"
)
_CONDITIONAL = folded_re(r"[^.;:\n]{0,40}?\b(?:si[ ](?!necess)|en cas de|selon (?:la|les|l')|au besoin)\b")
_CONDITIONAL_WORDS = ("si ", "en cas de", "selon l", "au besoin")
_CONDITIONAL_REACH = 50
"""No match of the pattern is longer."""
_ASPECT = folded_re(
    r"(?:aspects?|signal|signes?|sequences?|criteres?|actuellement|classiquement|generalement|"
    r"habituellement)[ ](?:en[ ]|a[ ]|de[ ])?(?:la[ ]|l['´])?$"
)
_ASPECT_WORDS = ("sign", "aspect", "ement", "sequence", "critere")
_REGION = folded_re(r"(?:\n|^|[-*+:(]|\b(?:une?|la|le|du|au|par|et|nouveau|dernier|nouvelle))[ ]*$")
_PARTIAL = folded_re(
    r"[ ]*(?:de face|de profil|(?:du |le )?\d{1,2}/\d|au lit|thorax|:?[ ]*(?:normale?|ras\b|sans |pas de |foyer|"
    r"opacite|infiltrat|epanchement|syndrome|pneumothorax|pneumopathie|nodule|image|cardiomegalie|poumons?|parenchyme|condensation|"
    r"atelectasie|lacher|elargissement|surcharge))"
)
_SHORT = folded_re(
    r"[ ]*(?:(?:de|du|des|d'|de la|de l')[ ]?)?(?:controle|face|standard|injecte|sans|avec injection|"
    r"\(?\d{1,2}[/.]\d)"
)
_NOT_RADIO = folded_re(r"[ ]?-|[ ]?/|[ ](?:chimio|thera|frequ|chir|logi|onco|inter)")
_AS_ADJECTIVE = folded_re(
    r"(?:controles?|bilan|complement|exploration|imagerie|examens?|etude|reevaluation|surveillance|suivi|"
    r"evaluation)[ ](?:[a-z]{3,12}[ ])?(?:clinique[ ])?(?:et[ ])?$|\b(?:la|une)[ ]$"
)
_RM_AFTER = folded_re(
    r"[ ](?:fonctionnelle|stable|apres (?:les? |la )?(?:\d|un|deux|trois|quatre|cinq|six|premi|deuxi|troisi)|"
    r"de reevaluation|on observe|multiparametrique|nucleaire|semestrielle|"
    r"trimestrielle|annuelle|postoperatoire|"
    r"preoperatoire|dynamique|initiale?|normale?|negati(?:f|ve)|avec contraste|"
    r"(?:en|de) [a-z]{3,9} (?:19|20)\d\d|montr[a-z]+|objectiv[a-z]+|met en|"
    r"mettait en|mis en|revel[a-z]+|inform[a-z]+|confirm[a-z]+|decri[a-z]+|retrouv[a-z]+|visualis[a-z]+|identifi[a-z]+|"
    r"constat[a-z]+|a (?:montre|mis|revele|objective|confirme|decrit))|[ ]?:[ ]?[a-z]"
)
_RM_BEFORE = folded_re(
    r"\b(?:la|une|par|en|avec|nouvelle|derniere|d'une|realis[a-z]+|pratiqu[a-z]+|demand[a-z]+|effectu[a-z]+)[ ]$"
)
_TC_BEFORE = folded_re(r"\b(?:le|un|au|ce|dernier|nouveau|premier|d'un)[ ]$")
"""The scanner is masculine where the resonance is feminine: `le RM` is a stenosis."""
_TC_REGIMEN = folded_re(
    r"\b(?:cycles?|cures?|chimio[a-z]*|protocole|schema|regime|type|selon|lignes?)\b[^.;:,\n]{0,24}$"
)
"""Before `TC` that is docetaxel with cyclophosphamide."""
_TC_GIVEN = folded_re(
    r"[ ](?:(?:a ete|est|etait|fut)[ ](?:arret|stopp|suspen|interromp|repris|debut|administr|remplac|poursuivi|recu)|"
    r"x[ ]?\d|(?:neo)?-?adjuvant|hebdo|toutes)"
)
"""Behind it."""
_OPACITY_BEFORE = folded_re(r"\b(?:nodul|opacit|depoli|plage|foyer|image|zone|type)[^.;:\n]{0,24}$")
_OPACITY_AFTER = folded_re(r"[^.;:,\n]{0,16}?(?:\blob|\bd[eu] (?:l[sim][dg]\b|\d)|\d[ ]?mm|\bpure?\b|\bmixte|\bsolid)")
"""Beside `GGO` that is ground glass, no bone scan."""
_BESIDE = 40
_CT_BEFORE = folded_re(r"\b(?:le|un|au|du|dernier|nouveau)[ ]$")
"""`CT` is chemotherapy in reports after Spanish ones, and then feminine."""
_FOUND = folded_re(
    r"[ ]?:[ ]?(?:pas|sans|normale?|aucune?|absence|masse|nodul|lesion|adenopath|image|metasta|epanchement|tumeur|"
    r"progress|reponse|stab|infiltrat|thrombo|doute|multiple|deux|une? )"
)
"""What an examination finds, not what a chemotherapy is made of."""
_RADIONUCLIDE_THERAPY = folded_re(
    r"(?:\b(?:[mgk]bq|m?ci)\b|\b(?:doses?|cures?|cycles?|seances?|trait[a-z]+|therap[a-z]+|radiotherap[a-z]+|administr[a-z]+)\b)"
    r"[^.;:,\n]{0,24}$"
)
_LABELLED = folded_re(
    r"(?:[ ][a-z]{3,10}){0,2}?[ ](?:a la|avec|au|par|a l'|de la)[ ]?"
    r"(?:(?:la|le|du|l')[ ]?)?(?:[a-z0-9]{1,9}[- ]?){0,2}$"
)
"""What stands between `scintigraphie` and its tracer."""
_MITRAL = folded_re(r"[ ](?:serree?|lache|rhumatismal|moder)")
_OF_SERVICE = folded_re(
    r"\b(?:radiologie|imagerie medicale|imagerie|departement|unite|cabinet|service|plateau technique|secteur)"
    r"(?: d'imagerie| de radiologie)?(?:[ ]*+(?:[-–/]|de))?[ ]*$"
)
_LETTERHEAD = folded_re(r"(?:^|\n)[^\n]{0,40}\b(?:gie|imagerie|radiologie|centre|cabinet|groupe)\b[^\n]{0,50}[ ]{3,}$")
"""Before the unit that a letterhead names apart: `GIE IMAGERIE DU LAC       │Scanner│ Sud`."""
_LETTERHEAD_REACH = 160
_SERVICE_ENDS = (
    "service", "radiologie", "imagerie", "medicale", "unite", "departement", "cabinet", "technique", "secteur", "de",
)  # fmt: skip
"""What stands before an examination where the pattern matches, but for blanks and signs."""


def is_same(reading: Reading, first: Hit, last: Hit, following: Hit) -> bool:
    """Whether two names are one examination's: `tomodensitométrie (TDM)`, `TEP couplée au scanner`."""
    if following.start <= last.end:
        return following.start < last.end or following.start == last.start
    one, other = first.term.name, following.term.name
    if following.start - last.end > 70 or not (
        one == other or (one == "pet" and other in ("ct", "mri")) or {one, other} == {"pet", "scintigraphy"}
    ):
        return False
    between = reading.folded[last.end : following.start]
    if following.term.row["kind"] == "tracer" and _LABELLED.match(between):
        return True
    if one == other and ((between.startswith((" (", "(", "-", " -")) and "(" in between) or between == " "):
        return len(between) < 60 and ")" not in between and not any(map(str.isdigit, between.replace("18", "")))
    if one == other:
        return between.endswith(_OR) and _is_other_name(first, following, between)
    return _APPOSITION.match(between) is not None and not between.strip().startswith((",", ":"))


_OR = (" ou ", " dit ", " dite ", " soit ", "(ou ", " appele ", " appelee ", " denomme ", " denommee ")
"""Before the other name of one examination: `l'urographie intraveineuse ou UIV`."""
_OF_ONE_NAME = 32
"""Between an examination and its other name, its place included, in characters."""


def _is_other_name(first: Hit, following: Hit, between: str) -> bool:
    """Whether `ou` joins two names of one examination, the second without an article; radiographs of two organs are
    two (`radiographie du thorax ou ASP`)."""
    if len(between) > _OF_ONE_NAME or ")" in between or "." in between or ";" in between or "\n" in between:
        return False
    return first.term.name != "xray" or first.term.row["site"] == following.term.row["site"]


def is_examination(reading: Reading, first: Hit, last: Hit) -> bool:
    """Whether a name stands for an examination of the patient: not for a guide of the needle, a machine, a rule."""
    folded, kind = reading.folded, first.term.row["kind"]
    before = max(0, first.start - 40)
    if kind == "adjective" and _AS_ADJECTIVE.search(folded, before, first.start) is None:
        return False
    if kind == "short":
        if _NOT_RADIO.match(folded, last.end):
            return False
        site = site_after(reading, last.end)
        if (
            not (site and site[0] - last.end < 14)
            and _SHORT.match(folded, last.end) is None
            and _FOUND.match(folded, last.end) is None
            and not (_CT_BEFORE.search(folded, before, first.start) and _RM_AFTER.match(folded, last.end))
            and own_date(reading, last.end) is None
        ):
            return False
    if kind == "rm" and not _is_abbreviated(reading, first):
        return False
    if kind == "bone" and (
        _OPACITY_BEFORE.search(folded, before, first.start) or _OPACITY_AFTER.match(folded, last.end)
    ):
        return False
    if kind == "tracer" and _RADIONUCLIDE_THERAPY.search(folded, before, first.start):
        return False
    near = folded[before : first.start]
    if (
        near.rstrip(" -/\n").endswith(_SERVICE_ENDS)
        and not first.term.row["site"]
        and _OF_SERVICE.search(folded, before, first.start)
        and site_after(reading, last.end) is None
        and own_date(reading, last.end) is None
    ):
        return False
    if first.start < _LETTERHEAD_REACH and _LETTERHEAD.search(folded, 0, first.start):
        return False
    if kind == "region" and _REGION.search(folded, before, first.start) is None:
        return False
    if kind == "partial" and _PARTIAL.match(folded, last.end) is None:
        return False
    if holds(near, _GUIDING_WORDS) and (
        near.endswith(("guidee-", "sous-")) or _GUIDING.search(folded, before, first.start)
    ):
        return False
    if _MACHINE.match(folded, last.end):
        return False
    if _GENERAL.match(folded, last.end) and own_date(reading, last.end) is None:
        return False
    if holds(near, _ASPECT_WORDS) and _ASPECT.search(folded, before, first.start):
        return False
    if not_done(reading, last.end):
        return False
    return (
        not holds(folded[last.end : last.end + _CONDITIONAL_REACH], _CONDITIONAL_WORDS)
        or _CONDITIONAL.match(folded, last.end) is None
        or own_date(reading, last.end) is not None
    )


def _is_abbreviated(reading: Reading, hit: Hit) -> bool:
    """Whether `RM` or `TC` is an examination, as reports after Spanish ones write it: with its article, its place, its
    date, its kind or its result; not a mitral stenosis."""
    folded, window = reading.folded, max(0, hit.start - 16)
    computed = hit.term.name == "ct"
    if computed and (
        _TC_REGIMEN.search(folded, max(0, hit.start - _BESIDE), hit.start) or _TC_GIVEN.match(folded, hit.end)
    ):
        return False
    site = site_after(reading, hit.end)
    return (
        bool(site and site[0] - hit.end < 14)
        or _SHORT.match(folded, hit.end) is not None
        or own_date(reading, hit.end) is not None
        or _RM_AFTER.match(folded, hit.end) is not None
        or (computed and _TC_BEFORE.search(folded, window, hit.start) is not None)
        or bool(_RM_BEFORE.search(folded, window, hit.start) and not _MITRAL.match(folded, hit.end))
    )
