"""The course under treatment: how it went, how the disease answered, whether it is under control."""

from __future__ import annotations

import re

from anamnese.facts.reading import Draft, Reading
from anamnese.facts.response.words import FOUND_SECTIONS, NOT_SO, response, treated, words_before
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re

_OF_INFECTION = folded_re(
    r"(?: [a-z]+ment)? (?:sous|apres|avec|grace a) (?:une? |l')?"
    r"(?:tri-?|bi-?)?(?:antibio|soins locaux|antifong|pansement)"
)


def evolution(reading: Reading, hit: Hit) -> Draft | None:
    if reading.section(hit.start) in FOUND_SECTIONS or reading.folded[max(0, hit.start - 3) : hit.start] == "d'":
        return None
    if re.search(r"\b(?:post-?operatoire|suites)\b", reading.folded[hit.start : hit.end]):
        return None
    if not reading.facts("tumour") and reading.facts("patient"):
        return None  # the course of another illness
    if _OF_INFECTION.match(reading.folded, hit.end, reading.sentence(hit.start).end) or _infected(reading, hit):
        return None
    return response(reading, hit.start, hit.end, "favourable")


_INFECTION = folded_re(
    r"\b(?:infecti|pneumopathie|pneumonie|abces|sepsis|septic|bacteriemi|tuberculo|aspergill|candid|pyelonephrit|"
    r"erysipele|zona|cholangite|meningite(?! carcin)|fasciite|neutropeni|mucite|colite|aplasie|fistule|hematome|"
    r"embolie|thrombo(?!pen|cyt)|lymphocele|pancreatite|desunion|pneumothorax|hepatite|insuffisance renale)"
)
_OF_TUMOUR_AGAIN = folded_re(
    r"\b(?:chimio|radio|cures?|cycles?|tumeur|tumora|lesion|metasta|masse|cancer|carcin|lymphom)"
)
"""What the account has come back to behind an infection."""


def _infected(reading: Reading, hit: Hit) -> bool:
    """Whether the course is that of an infection told just before: `Pneumopathie traitée par ceftriaxone.
    L'│évolution est favorable│`."""
    sentence = reading.sentence(hit.start)
    opens = hit.start - sentence.start < _OPENS
    first = reading.sentence(max(0, sentence.start - 1)).start if opens else sentence.start
    told = _INFECTION.search(reading.folded, first, hit.start)
    return told is not None and _OF_TUMOUR_AGAIN.search(reading.folded, told.start(), hit.start) is None


_OPENS = 6
"""So few characters before the word its sentence opens with it."""
_FAVOURABLE = folded_re(
    r"(?:,? (?:et |que |ainsi que )?[a-z-]*(?:ique|ale|elle)){0,4}(?: a ete| etait| est| fut| reste| restait)?"
    r"(?: [a-z]+ment| tres| plutot| jugee| d'emblee)? (?:favorable|spectaculaire|satisfaisante|bonne|excellente)\b"
)
_FAVOURABLE_UNDER = folded_re(
    r"(?: (?:la|le|les|un|une|ce|cette|l'|\d|deux|trois|quatre|six))?[ ']?"
    r"(?!antibio|oxygeno|heparino|kine|anti)(?:[a-z-]*(?:therapie|traitement)|cures?|cycles?|[a-z]+(?:ib|mab))\b"
    r"(?: [a-z-]+){0,2}? (?:a ete|etait|est|fut|reste|restait)"
    r"(?: [a-z]+ment| tres| plutot| jugee)? (?:favorable|spectaculaire|satisfaisante|bonne|excellente)\b"
)


def evolutions(reading: Reading, hit: Hit) -> Draft | None:
    """`L'évolution clinique, biologique et radiologique était favorable`."""
    under = reading.folded.endswith(("sous", "apres"), 0, hit.end)
    pattern = _FAVOURABLE_UNDER if under else _FAVOURABLE
    told = pattern.match(reading.folded, hit.end, reading.sentence(hit.start).end)
    whole = evolution(reading, hit) if told else None
    return None if told is None or whole is None else response(reading, hit.start, told.end(), "favourable")


_SYSTEMIC_OR_RAYS = frozenset({"chemotherapy", "radiotherapy", "targeted", "immunotherapy", "hormone", "other"})
_AFTER_OPERATION = folded_re(
    r"[^.;\n]{0,40}\b(?:post-?op|operat|interven|chirurg|sort|sortie|cicatri|drain|antib|extub)"
)
"""What makes a course one of the days behind an operation, or of an infection."""
_STATED_WITH = folded_re(r"\b(?:avec|une|montre|note|notait|observe|permettant)(?: une)? $")


def course(reading: Reading, hit: Hit) -> Draft | None:
    """`sous imatinib avec une bonne évolution`: behind a treatment of the tumour, in its own sentence."""
    sentence = reading.sentence(hit.start)
    if not _STATED_WITH.search(words_before(reading, hit, 20)) or _AFTER_OPERATION.match(reading.folded, hit.end):
        return None
    given = any(
        sentence.start <= therapy.start < hit.start
        and therapy.status in (None, "affirmed")
        and therapy.get("kind") in _SYSTEMIC_OR_RAYS
        for therapy in reading.facts("therapy")
    )
    if not given or _INFECTION.search(reading.folded, sentence.start, hit.start):
        return None
    return response(reading, hit.start, hit.end, "favourable")


_OF_WHOM = folded_re(
    r"\b(?:patiente?|malade|enfant|il|elle|tumeur|maladie|lesions?|lymphome|cancer|cas|femme|homme)\b[^.;:,\n]{0,30}$"
)


def evolved(reading: Reading, hit: Hit) -> Draft | None:
    """`la patiente a évolué favorablement`: after a treatment of the tumour."""
    before = words_before(reading, hit, 60)
    if (
        not _OF_WHOM.search(before)
        or NOT_SO.search(before)
        or not treated(reading, hit)
        or _AFTER_OPERATION.match(reading.folded, hit.end)
    ):
        return None
    return evolution(reading, hit)


_BY_TREATMENT = folded_re(
    r" (?:au|aux|a (?:la|l'|ce|cette|son|une)?) ?(?:nouveau |premiere |seconde |deuxieme )?"
    r"(?:traitement(?! (?:antal|antib|antih|antic|antie|substit|diur|sympt|local|laxat|cortic))|chimio|radio|immuno|"
    r"hormono|therapie|ligne|cures?|cycles?|inhibiteur|polychimio|curie)"
)
_ENDS = folded_re(r" ?(?:[.,;)\n]|$)")


def answered(reading: Reading, hit: Hit) -> Draft | None:
    """`la tumeur a bien répondu à la chimiothérapie`; not a pain to morphine, nor a patient to orders."""
    folded = reading.folded
    if reading.section(hit.start) in FOUND_SECTIONS:
        return None
    behind = _BY_TREATMENT.match(folded, hit.end)
    if behind is None and not (_ENDS.match(folded, hit.end) and _OF_TUMOUR_ONLY.search(words_before(reading, hit, 50))):
        return None
    if not treated(reading, hit) and behind is None:
        return None
    if _infected(reading, hit) or _NOT_OF_TUMOUR.search(words_before(reading, hit, 60)):
        return None
    return response(reading, hit.start, hit.end, hit.term.name)


_OF_TUMOUR_ONLY = folded_re(
    r"\b(?:tumeur|maladie|lesions?|metastases?|lymphome|adenopathies?|masse|cancer)\b[^.;:\n]{0,30}$"
)
_NOT_OF_TUMOUR = folded_re(
    r"\b(?:douleurs?|fievre|anemie|nausees?|vomissements?|diarrhee|eruption|colite|mucite|toxicite|hypercalcemie|crises?|"
    r"hypertension|diabete|dermatite|pneumopathie)\b"
)


_REACHED_BEFORE = folded_re(
    r"\b(?:avec|permettant|permis|permit|permet|obtenant|obtenu|obtient|obtention d[e']|assurant|assure|tolerance et|"
    r"en faveur d'|montr[a-z]+|confirm[a-z]+|not[a-z]+|maintien d[e'u])[ ]?(?:un |le |d'un )?"
    r"(?:excellent |assez |relatif |meilleur )?$"
)
_REACHED_BEHIND = folded_re(
    r"[^.;,:\n]{0,25} (?:est |a ete |etait |fut )(?:obtenu|atteint|acquis|maintenu|assure|satisfaisant|bon|excellent)"
)


_OF_SYMPTOM = (
    " de la dou", " des dou", " du saig", " des saig", " de l'hem", " des sym", " de la sym", " de la gly", " des vom",
    " des cri", " antalg", " de l'epil", " de la tens",
)  # fmt: skip
"""What else than the disease is controlled: `contrôle local │de la douleur│`."""


def reached(reading: Reading, hit: Hit) -> Draft | None:
    """`chimiothérapie avec contrôle de la maladie`: reached, not aimed at nor lost, nor an examination."""
    if reading.section(hit.start) in FOUND_SECTIONS or not treated(reading, hit):
        return None
    if reading.folded.startswith(_OF_SYMPTOM, hit.end):
        return None
    if not _REACHED_BEFORE.search(words_before(reading, hit, 40)) and not _REACHED_BEHIND.match(
        reading.folded, hit.end
    ):
        return None
    return response(reading, hit.start, hit.end, "favourable")
