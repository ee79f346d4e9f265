"""Measured lesions: what has a size in millimetres or centimetres, where it is, and how large.

A size is a lesion's if the nearest word before it that can be measured is one (`terms.tsv`: `nodule du LSD de 9 mm`;
but `marge de 9 mm`), if it stands beside a place in a list of lesions (`4 lésions : S VII 21 mm, S VI 14 mm`), or if it
goes on from the lesion before it (`31 mm (vs 47 mm)`, `La plus grande mesure 12 mm`). A distance (`à 5 cm de la marge
anale`) is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from anamnese.facts.lesion.grids import read_grids
from anamnese.facts.lesion.measures import Measure, compared_at, find_measures
from anamnese.facts.lesion.sites import place_after_size, site_of, words_of
from anamnese.facts.places import Place, places_between
from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re

_REACH = 220
"""How far before its size a lesion may be named, in characters."""
_GOES_ON = 90
"""How far after a lesion's size another size is still the same lesion's."""
_FAR_MM = 100
"""`à 28 cm`: from this length on, what stands at a length is far from something, not as large as that."""
_LARGEST_MM = 1500
"""A longer length is that of a patient; slips (`tumeur de 90 x 70 cm`) stand as they are written."""

_LEAD = folded_re(
    r"(?:[ \n,:;()=<>~+-]|(?:env[.]|(?:de|du|des|environ|mesur\w+|faisant|fait|atteign\w+|atteint|allant|jusqu|plus|"
    r"moins|grande?s?|volumineu\w+|la|le|les|une?|a|au|entre|sup\w*|inf\w*|ordre|estim\w+|evalu\w+|chiffr\w+|toutes?|deux|"
    r"tailles?|diametres?|axes?|petit|est|etait|en|total\w*|maxim\w+|moyen\w*|approximativement|centr\w+|par|qui|"
    r"presque|stables?|inchangee?s?)\b)|[dl]'|')*"
)
"""Words between a place and its size that say nothing of themselves."""

_MACROSCOPY = folded_re(r"[^\n.:]{0,30}(?:macroscop|\bpieces?\b)")
_ABOUT = r"(?:environ |moins de |plus de )?$"
_AT = folded_re(rf"(?<!jusqu)(?<!jusqu')[ ]a[ ]{_ABOUT}")
_DISTANCE_BEFORE = folded_re(
    rf"(?:[ ](?:a|sur|entre)|distant[es]*[ ](?:de|d')|jusqu'au|recule|espacee?s?[ ]de|enfoui\w*[ ]de)[ ]{_ABOUT}"
)
_LEADS_TO_LENGTH = (" a", " sur", " entre", " d'", "jusqu'au", "recule", " environ", " moins de", " plus de")
"""How what `_DISTANCE_BEFORE` finds ends, but for spaces and for `distant de`, `espacées de`, `enfoui de`."""
_SIZED_AT = folded_re(
    r"(?:jusqu'?|egale?|mesuree?s?|estimee?s?|evaluee?s?|chiffree?s?|passant|[ ]sup\w*|[ ]inf\w*)[ ]?a[ ](?:environ )?$"
)
_DISTANCE_AFTER = folded_re(
    r"[ ](?:du|de la|de l'|des|d'une?|en (?:dehors|dedans|arriere|avant|amont|aval)|au[ -]de|sous|de profondeur|"
    r"par rapport|d'intervalle|d'invasion)(?![ ]?(?:axe|plus|diametre))"
)
_OF_MARGIN = folded_re(
    r"[ ](?:des?|du|de la|d[eu] (?:l'|tout)|au large|en dehors|de part)[ ]?"
    r"(?:berge|marge|bord|limite|tumeur|lesion|tranche)"
)
"""`exérèse passant à 1 cm des berges`"""
_LANDMARKS = folded_re(
    r"(?:(?<![^a-z]a )\bdistance[ ](?:[a-z]+[ ])?(?:entre|separant|de|du|d'|mamelon|tumeur|marge|au|a)\b[^.;,\n]{0,70}"
    r"|\b(?:mesur\w+|separee?s?)[ ](?:de[ ])?(?:du|de la|de l'|entre)[ ]?(?:le |la |l')?"
    r"(?:sillon|mamelon|nombril|ombilic|xiphoide|pubis|marge|arcade|fourchette|clavicule|acromion|rotule|malleole|epine|pli)"
    r"[^.;,\n]{0,60})$"
)
"""`la distance entre la marge anale et la tumeur est de 5 cm`, `mesurant du sillon au mamelon 52 cm`"""
_LANDMARK_REACH = 110
_WORDS_BEFORE = 40
"""How far before a length its preposition and the word that this belongs to may begin, in characters."""
_OF_WALL = folded_re(
    r"[ ](?:de |du |sur |d')(?:l'epaisseur |epaisseur )?(?:du |de la |de )?(?:myometre|paroi|stroma|muscul)"
)
"""`infiltration de 14/17 mm de myomètre`: how much of a wall is invaded."""
_OF_AXIS = folded_re(r"[ ]de (?:son )?(?:plus )?(?:grand(?:e)? (?:axe|diametre|dimension)|diametre|petit axe)")
"""`une extension aux parties molles sur 8 cm de grand axe`"""
_ALONG = folded_re(rf"[ ]sur[ ]{_ABOUT}")
_THRESHOLD = folded_re(
    r"\bfacteurs?[^.;:\n]{0,60}pronosti[^.;\n]{0,90}"
    r"(?:depass\w+|superieure?s?[ ]a|inferieure?s?[ ]a|plus de|moins de|[<>])[ ]?$"
)
"""`facteurs de mauvais pronostic (marges positives, tumeur dépassant 5 cm)`: what a factor begins at, not a size."""
_THRESHOLD_REACH = 190
_EXTENT = folded_re(
    r"(?:(?:eten\w+|etal\w+|proliferation)(?: \w+)?|\b(?:epaissi\w+|stenos\w+|retrecissement|atteinte|ulcer\w+|"
    r"processus|infiltrat|placard|plage|circonferen\w+|bourgeonn\w+)"
    r"(?:[ ](?!envahi|infiltr|extens|engain|arriv)[a-z'-]+){0,6})"
    r"[ ]sur[ ](?:environ )?$"
)
_EXTENT_REACH = 80

_ANOTHER_SIZE = folded_re(r"[ ](?:d'|de |de l')?(?:indice|breslow|profondeur|marge|recoupe)")
_AXIS = folded_re(r"[ ](?:d'|de )(?:epaisseur|hauteur|haut|longueur|long|largeur|large|profondeur)s?\b")

_ANAPHORA = folded_re(
    r"[ *>-]*(?:l[ae]s? |une |l')?(?:(?:plus|moins) (?:grand|gros|volumineu|petit|large)\w*|celle?s?-ci|celui-ci|"
    r"elles?|ils?|ce(?:tte)? \w+|(?:seconde?|deuxieme|autre|premiere?|derniere?)|mesur\w+|de taille|taille|diametre|"
    r"dimensions?|sa taille|son diametre|(?:anterieure?|posterieure?|droite?|gauche|superieure?|inferieure?|"
    r"principale?|premiere?|seconde?) (?:mesur\w+|fai\w+|de \d+))\b"
)
"""What opens a sentence about the lesion of the sentence before."""

_LARGEST = folded_re(r"[,;(:][ ]?(?:dont )?l[ae]s? plus (?:grand|gros|volumineu|large)|\bchacune?\b|\bl'une?\b")
"""What turns back from another thing to the lesions: `nodules autour de la cicatrice, le plus grand 14 mm`."""

_CAVITIES = frozenset({"calibre", "épaisseur"})
"""Ducts and linings, measured for themselves unless a lesion of them is (`tumeur du cholédoque, 2 cm`)."""
_IN_IT = folded_re(
    r"(?:[ ](?!paroi)[a-z]{4,}){0,2}?(?:[ ](?:de la|de sa|du|de l'|des|dans la|dans le)[ ]?|[ ]?,?[ ]d'(?:une[ ])?)"
)
_WITH = folded_re(
    r"\b(?:avec|contenant|comportant|renfermant|siege d[e'])[ ]?"
    r"(?:(?:quelques|des?|d'|une?|multiples|fines?|petites?|zones?|plages?)[ ]?){0,3}$"
)
_WHOLE_ORGANS = frozenset({
    "C22.0", "C23.9", "C24.0", "C34.0", "C37.9", "C38.0", "C42.2", "C49.3", "C49.4", "C53.9", "C54.1", "C55.9",
    "C56.9", "C61.9", "C62.9", "C63.7", "C64.9", "C67.9", "C69.9", "C73.9",
})  # fmt: skip
"""Organs that are measured as a whole: beside them a size without a lesion is the organ's own."""
_ABBREVIATED = folded_re(r"[ ](?:ext|int|com|prim|ant|post|sup|inf|lat)[. ][ ]?(?:(?:droite?|gauche|d|g)\b)?(?=[ :])")
"""What abbreviates the rest of a place: `iliaque ext. droit`."""
_SIDE = re.compile(r"[ ](?:gauches?|droite?s?|g|d|gche|dte?)$", re.IGNORECASE)


class _Measured:
    """A measured thing: its first word, where the words about it begin, whether it is a lesion, and its place."""

    __slots__ = ("end", "floor", "is_lesion", "site", "start")

    def __init__(self, start: int, floor: int, is_lesion: bool, site: str | None, end: int) -> None:
        self.start = start
        self.floor = floor
        self.is_lesion = is_lesion
        self.site = site
        self.end = end


def read(reading: Reading) -> Iterable[Draft]:
    """One `lesion` for each size of a lesion."""
    words = sorted(_of_words(reading), key=_ending)
    return sorted(read_grids(reading, words) + words, key=_place)


def _ending(draft: Draft) -> int:
    return draft.end


def _place(draft: Draft) -> tuple[int, int]:
    return draft.start, draft.end


def _of_words(reading: Reading) -> list[Draft]:
    """The lesions whose sizes bear their unit."""
    drafts: list[Draft] = []
    previous: _Measured | None = None
    folded = reading.folded
    measures = find_measures(folded)
    distances = [_is_distance(folded, measure) for measure in measures]
    for number, measure in enumerate(measures):
        if distances[number]:
            continue
        ceiling = len(folded) + _REACH
        for n in range(number + 1, min(number + 6, len(measures))):
            if measures[n].start >= measure.tail and not distances[n]:
                ceiling = measures[n].start
                break
        found = _measured(reading, measure, previous, ceiling)
        if found.is_lesion and max(measure.size_mm) <= _LARGEST_MM and min(measure.size_mm) > 0:
            drafts.append(reading.draft("lesion", found.start, measure.end, size_mm=measure.size_mm, site=found.site))
        axis = _AXIS.match(folded, measure.end) if folded.startswith(" d", measure.end) else None
        if axis:
            found.end = axis.end()
        previous = found
    return drafts


def _measured(reading: Reading, measure: Measure, previous: _Measured | None, ceiling: int) -> _Measured:
    """What a size is the size of."""
    folded, end = reading.folded, measure.end
    sentence = reading.sentence(measure.start)
    floor = max(sentence.start, previous.end if previous else 0, measure.start - _REACH)
    nothing = _Measured(measure.start, floor, False, None, end)
    head = _head(reading, floor, measure.start)
    if head is not None and not _is_lesion(head) and (turn := _LARGEST.search(folded, head.end, measure.start)):
        earlier = _head(reading, floor, head.start)
        head = earlier if _is_lesion(earlier) and turn else head
    if head is not None and (head.term.name in _CAVITIES or folded.startswith("berge", head.start)):
        inner = _head(reading, floor, head.start)
        if inner is not None and _is_lesion(inner) and _IN_IT.fullmatch(folded, inner.end, head.start):
            head = inner
    if head is not None:
        if not _is_lesion(head) or _is_remnant_of_other(reading, head, floor):
            return nothing
        if min(measure.size_mm) < _ENLARGED and _is_node_of_specimen(reading, head):
            return nothing
        site = site_of(reading, measure, floor, head.start, ceiling)
        return _Measured(_opening(reading, floor, head.start), floor, True, site, end)
    same = previous if previous is not None and previous.end > sentence.start else None
    beside = _beside(reading, floor, measure.start)
    if beside is not None and _of_specimen(reading, measure.start):
        return nothing
    if beside is not None:
        listed = (same is not None and same.is_lesion) or _is_lesion(_head(reading, sentence.start, floor))
        listed = listed or folded.endswith(_RETURNED, 0, beside.start) or _is_compared(folded, beside, measure)
        if beside.code is None and folded.startswith("lobe", beside.start):
            return nothing  # the lobe of a gland, measured as a whole
        if listed or (beside.code is not None and _is_part(beside)):
            return _Measured(beside.start, floor, True, words_of(reading, beside), end)
        return nothing
    after = _head(reading, end, min(end + 30, sentence.end, ceiling), first=True)
    if after is not None and _is_lesion(after) and _LEAD.fullmatch(folded, end, after.start):
        site = site_of(reading, measure, floor, measure.start, ceiling)
        return _Measured(measure.start, floor, True, site, end)
    if same is not None and measure.start - same.end < _GOES_ON:
        place = place_after_size(reading, measure, ceiling)
        return _Measured(
            measure.start, same.floor, same.is_lesion, words_of(reading, place) if place else same.site, end
        )
    if sentence.start > 0 and _ANAPHORA.match(folded, sentence.start):
        before = reading.sentence(sentence.start - 1)
        head = _head(reading, before.start, before.end)
        if head is not None and not _is_lesion(head):  # `une masse en regard de la cicatrice. Elle mesure …`
            head = _head(reading, before.start, before.end, first=True)
        if head is not None and _is_lesion(head):
            site = site_of(reading, measure, before.start, head.start, ceiling)
            return _Measured(measure.start, floor, True, site, end)
    return nothing


_SEATS_OF_TARGETS = ("C22", "C25", "C34", "C71", "C74")
_RETURNED = ("progression ", "recidive ", "rechute ")
"""`progression hépatique (94 mm)`"""


def _is_compared(folded: str, place: Place, measure: Measure) -> bool:
    """Whether an earlier size stands behind: what is followed up so is a lesion, were it told by its organ alone; a
    spleen or a liver is measured so too."""
    if place.code is None or not place.code.startswith(_SEATS_OF_TARGETS):
        return False
    small = len(measure.size_mm) > 1 or measure.size_mm[0] < _FAR_MM
    return small and folded.startswith(" (", measure.end) and compared_at(folded, measure.end)


def _is_remnant_of_other(reading: Reading, head: Hit, floor: int) -> bool:
    """Whether `résiduelle` only says which thickness or margin is meant: `épaisseur résiduelle 6 mm`."""
    if not reading.folded.startswith("residuel", head.start):
        return False
    before = reading.hits_between("lesion", max(floor, head.start - 24), head.start)
    return bool(before) and before[-1].end == head.start - 1 and not _is_lesion(before[-1])


_ENLARGED = 15
"""The short axis in millimetres from which a node is a measurable lesion (RECIST 1.1)."""


def _is_node_of_specimen(reading: Reading, head: Hit) -> bool:
    """Whether a node is one that was taken out and measured with the specimen."""
    return reading.folded.startswith("ganglion", head.start) and _of_specimen(reading, head.start)


def _of_specimen(reading: Reading, pos: int) -> bool:
    """Whether a place with a size stands in the description of a specimen: it is what was taken out."""
    start = reading.section_span(pos).start
    return _MACROSCOPY.match(reading.folded, start, min(start + 60, pos)) is not None


def _is_distance(folded: str, measure: Measure) -> bool:
    """Whether a length is how far something is from something else, or how far it goes."""
    window = max(0, measure.start - _WORDS_BEFORE)
    if folded.startswith(" ", measure.end) and _ANOTHER_SIZE.match(folded, measure.end):
        return True
    slashed = len(measure.size_mm) == 2 and "/" in folded[measure.start : measure.end]
    if slashed and _OF_WALL.match(folded, measure.end):
        return True
    if len(measure.size_mm) == 1:
        factor = folded.find("pronosti", max(0, measure.start - _THRESHOLD_REACH), measure.start)
        if factor >= 0 and _THRESHOLD.search(folded, max(0, factor - 80), measure.start):
            return True
        if measure.size_mm[0] >= _FAR_MM and _AT.search(folded, window, measure.start):
            return True
        reach = max(0, measure.start - _LANDMARK_REACH)
        between = folded.find("distan", reach, measure.start) >= 0 or folded.find("mesur", reach, measure.start) >= 0
        if between and _LANDMARKS.search(folded, reach, measure.start):
            return True
    before = folded[window : measure.start].rstrip(" \n")
    parted = before.endswith(" de") and ("distant" in before or "espacee" in before or "enfoui" in before)
    if not (parted or before.endswith(_LEADS_TO_LENGTH)):
        return False
    if not _DISTANCE_BEFORE.search(folded, window, measure.start):
        return False
    if _SIZED_AT.search(folded, window, measure.start):
        return _OF_MARGIN.match(folded, measure.end) is not None
    if _OF_AXIS.match(folded, measure.end):
        return False
    if _ALONG.search(folded, window, measure.start):
        return not _EXTENT.search(folded, max(0, measure.start - _EXTENT_REACH), measure.start)
    return _DISTANCE_AFTER.match(folded, measure.end) is not None


def _head(reading: Reading, start: int, end: int, first: bool = False) -> Hit | None:
    """The last (or first) word between two places that can be measured: a lesion, a tumour by its name, or another
    thing."""
    found = reading.hits_between("lesion", start, end) + reading.hits_between("morphology", start, end)
    heads = [hit for hit in found if hit.term.row.get("kind") != "place"]
    if len(heads) < 2:
        return heads[0] if heads else None
    things = [hit for hit in heads if hit.term.row.get("kind") != "signal" and not _aside(reading, hit, start, end)]
    for thing in things:
        if _is_lesion(thing):
            heads = things
            break
    return min(heads, key=_start) if first else max(heads, key=_end)


def _start(hit: Hit) -> int:
    return hit.start


def _end(hit: Hit) -> int:
    return hit.end


def _aside(reading: Reading, hit: Hit, start: int, end: int) -> bool:
    """Whether something is only what a lesion has in it: `processus tissulaire, avec des calcifications, de 8 cm`."""
    if reading.folded.find(",", hit.end, end) < 0:
        return False
    return _WITH.search(reading.folded, max(start, hit.start - 36), hit.start) is not None


def _is_lesion(head: Hit | None) -> bool:
    return head is not None and head.term.row.get("kind") != "other"


def _opening(reading: Reading, floor: int, start: int) -> int:
    """Where the words for a lesion open: `masse tumorale` at `masse`."""
    before = reading.hits_between("lesion", max(floor, start - 25), start)
    return before[-1].start if before and before[-1].end == start - 1 and _is_lesion(before[-1]) else start


def _beside(reading: Reading, floor: int, pos: int) -> Place | None:
    """The place that stands right before a size, or opens the table line that the size is a cell of."""
    places = places_between(reading, floor, pos)
    if not places:
        return None
    last = places[-1]
    cut = _ABBREVIATED.match(reading.folded, last.end, pos)
    if cut:
        last = last._replace(end=cut.end())
    return last if _LEAD.fullmatch(reading.folded, last.end, pos) or _is_cell(reading.folded, last.end, pos) else None


def _is_cell(folded: str, start: int, end: int) -> bool:
    """Whether a size stands in a later column of the table line that its place begins."""
    gap = folded[start:end]
    return "   " in gap and len(gap) < 60 and "\n" not in gap


def _is_part(place: Place) -> bool:
    """Whether a place is none of the organs that are measured as a whole, but perhaps a part of one."""
    return place.code not in _WHOLE_ORGANS or place.name == "segment du foie" or " " in _SIDE.sub("", place.text)
