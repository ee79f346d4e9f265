"""Measured lesions: what has a size in millimetres or centimetres, where it is, and how large.

A size is a lesion's if the nearest word before it that can be measured is one (`terms.tsv`: `nodule du LSD de 9 mm`;
but `marge de 9 mm`), if it stands beside a place in a list of lesions (`4 lésions : S VII 21 mm, S VI 14 mm`), or if it
goes on from the lesion before it (`31 mm (vs 47 mm)`, `La plus grande mesure 12 mm`). A distance (`à 5 cm de la marge
anale`) is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from anamnese.facts.lesion.measures import Measure, find_measures
from anamnese.facts.places import Place, places_between
from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.matcher import Hit

_REACH = 220
"""How far before its size a lesion may be named, in characters."""

_LEAD = re.compile(
    r"(?:[ \n,:;()=-]|d'|de |du |des |environ|env[.]|mesur\w+|faisant|fait|atteign\w+|atteint|allant|jusqu'?a?|jusqu|plus|moins|"
    r"grande?s?|volumineu\w+|la |le |les |un |une |a |au |entre|sup\w*|inf\w*|l'ordre|estim\w+|evalu\w+|chiffr\w+|toutes? |deux |"
    r"tailles?|diametres?|axes?|petit|est|etait|en |total\w*|maxim\w+|moyen\w*|approximativement|centr\w+|par|qui|>|<|~|\+)*"
)
"""Words between a place and its size that say nothing of themselves."""

_DISTANCE_BEFORE = re.compile(
    r"(?:[ ](?:a|sur|entre)|distant[es]*[ ](?:de|d')|jusqu'au|recule|espacee?s?[ ]de|enfoui\w*[ ]de)[ ](?:environ |moins de |plus de )?$"
)
_SIZED_AT = re.compile(r"(?:jusqu'?|egale?|mesuree?s?|estimee?s?|evaluee?s?|chiffree?s?|passant|[ ]sup\w*|[ ]inf\w*)[ ]?a[ ](?:environ )?$")
_DISTANCE_AFTER = re.compile(
    r"[ ](?:du|de la|de l'|des|d'une?|en (?:dehors|dedans|arriere|avant|amont|aval)|au[ -]de|sous|de profondeur|par rapport|d'intervalle|d'invasion)(?![ ]?(?:axe|plus|diametre))"
)
_AT = re.compile(r"(?<!jusqu)(?<!jusqu')[ ]a[ ](?:environ )?$")
_FAR_MM = 100
_ALONG = re.compile(r"[ ]sur[ ](?:environ |moins de |plus de )?$")
_EXTENT = re.compile(r"(?:eten\w+|etal\w+)(?: \w+)?[ ]sur[ ](?:environ )?$")
_NOT_A_SIZE = re.compile(r"(?:tailles?[ ]?:?|stature|mesure|imc[^.\n]{0,12}|perimetre[a-z ]{0,20}|kg[ ,;/]{0,3}(?:pour )?)[ ]?$")
_ANAPHORA = re.compile(
    r"[ *>-]*(?:l[ae]s? |une |l')?(?:(?:plus|moins) (?:grand|gros|volumineu|petit|large)\w*|celle?s?-ci|celui-ci|elles?|ils?|ce(?:tte)? \w+|"
    r"(?:seconde?|deuxieme|autre|premiere?|derniere?)|mesur\w+|de taille|taille|diametre|dimensions?|sa taille|son diametre)\b"
)
_WHOLE_ORGANS = frozenset(
    "C22.0 C42.2 C61.9 C55.9 C64.9 C67.9 C73.9 C62.9 C24.0 C23.9 C54.1 C49.4 C49.3 C53.9 C37.9 C63.7 C38.0 C69.9 C34.0".split()
)
"""Organs that are measured as a whole: beside them a size without a lesion is the organ's own."""

_TALLEST_LESION_MM = 600
"""A longer length is the height of a patient or a slip."""

_AFTER_LIMIT = 70
_BEFORE = 300
_INTO = re.compile(
    r"(?:[ ,(]*(?:(?:de (?:plus )?(?:grand|petit)\w*(?: (?:axe|diametre))?|de diametre|maxim\w+|minim\w+|moyen|d'axe|de long\w*|de large\w*|"
    r"de haut\w*|d'epaisseur|situee?s?|localisee?s?|sieg\w+|occupant|interessant|touchant|developpee?s?|dependant|centree?s? sur|"
    r"implantee?s?|adherente?s?|hypodense|hypoechogene|infiltrant|solide|kystique|spicule\w*|hypermetabolique|visible|palpable|"
    r"en rapport|dans|disposition|distribution|circonferentielle|au niveau|situation|au|aux|a|en|du|de|des|sur|la|les?|pratiquement|"
    r"toute?|une?|totalite|et(?= sieg| situ| local| interess| touch| occup)|pour|plus|grande?|qui|remplacant|projetee?|mobile|fixee?|axe|cote|sein|diametre|ap|t|cc|tr)\b|[dl]'))*[ (:]*"
)
"""Words that lead from a size to the place of what is measured."""

_PREPOSITION = re.compile(r"\b(?:dans|en|niveau|sur|aux?|a|de|du|des|situ\w+|local\w+|sieg\w+|occup\w+|interess\w+|touch\w+|d')")
_ASIDE = re.compile(r"[ ]?\(|(?:[ ]\w+){0,3}[ ](?:du|de la|de l'|des|d'|dans l[ae']s?|au niveau (?:du|de la|de l'|des))[ ]?|(?:[ ]\w+){0,3}[ ](?:de|dans|a|au niveau de)[ ]l'|[ ]et[ ](?:de la |du |de l'|la |le |l'|les |des )?")
"""What stands between the two places of one lesion: `nodule pulmonaire du LSD`, `mésentère et l'épiploon`."""


class _Lesion(NamedTuple):
    """A measured thing: its first word, where the words about it begin, whether it is a lesion, and its place."""

    start: int
    floor: int
    measured: bool
    site: str | None
    end: int


def read(reading: Reading) -> Iterable[Draft]:
    """One `lesion` for each size of a lesion."""
    previous: _Lesion | None = None
    measures = find_measures(reading.folded)
    for number, measure in enumerate(measures):
        ceiling = measures[number + 1].start if number + 1 < len(measures) else len(reading.text)
        found = _lesion(reading, measure, previous, ceiling)
        if found.measured and max(measure.size_mm) <= _TALLEST_LESION_MM and min(measure.size_mm) > 0:
            yield reading.draft("lesion", found.start, measure.end, size_mm=measure.size_mm, site=found.site)
        previous = found._replace(end=measure.end)


def _lesion(reading: Reading, measure: Measure, previous: _Lesion | None, ceiling: int) -> _Lesion:
    """What a size is the size of."""
    folded = reading.folded
    sentence = reading.sentence(measure.start)
    floor = max(sentence.start, previous.end if previous else 0, measure.start - _REACH)
    nothing = _Lesion(measure.start, floor, False, None, measure.end)
    if _is_distance(folded, measure) or (
        len(measure.size_mm) == 1 and measure.size_mm[0] > 1000 and _NOT_A_SIZE.search(folded, max(0, measure.start - 30), measure.start)
    ):
        return nothing
    head = _head(reading, floor, measure.start)
    if head is not None:
        if head.term.row.get("kind") == "other":
            return nothing
        start = _opening(reading, floor, head.start)
        return _Lesion(start, floor, True, _site(reading, measure, floor, head.start, ceiling), measure.end)
    beside = _beside(reading, floor, measure.start)
    in_sentence = previous is not None and previous.end > sentence.start
    if beside is not None:
        listed = (in_sentence and previous is not None and previous.measured) or _head(reading, sentence.start, floor) is not None
        if listed or (beside.code is not None and _is_part(beside)):
            return _Lesion(beside.start, floor, True, _words(reading, beside), measure.end)
        return nothing
    after = _head(reading, measure.end, min(measure.end + 30, sentence.end, ceiling), first=True)
    if after is not None and after.term.row.get("kind") != "other" and _LEAD.fullmatch(folded, measure.end, after.start):
        return _Lesion(measure.start, floor, True, _site(reading, measure, floor, measure.start, ceiling), measure.end)
    if in_sentence and previous is not None and measure.start - previous.end < 90:
        return _Lesion(measure.start, previous.floor, previous.measured, previous.site, measure.end)
    if _ANAPHORA.match(folded, sentence.start) and sentence.start > 0:
        before = reading.sentence(sentence.start - 1)
        head = _head(reading, before.start, before.end)
        if head is not None and head.term.row.get("kind") != "other":
            return _Lesion(measure.start, floor, True, _site(reading, measure, before.start, head.start, ceiling), measure.end)
    return nothing


def _is_distance(folded: str, measure: Measure) -> bool:
    """Whether a length is how far something is from something else, or how far it goes."""
    window = max(0, measure.start - 26)
    if len(measure.size_mm) == 1 and measure.size_mm[0] >= _FAR_MM and _AT.search(folded, window, measure.start):
        return True  # `tumeur du sigmoïde à 28 cm`
    if not _DISTANCE_BEFORE.search(folded, window, measure.start):
        return False
    if _SIZED_AT.search(folded, window, measure.start):
        return False
    if _ALONG.search(folded, window, measure.start):
        return not _EXTENT.search(folded, window, measure.start)
    return _DISTANCE_AFTER.match(folded, measure.end) is not None


def _head(reading: Reading, start: int, end: int, first: bool = False) -> Hit | None:
    """The last (or first) word between two places that can be measured: a lesion, a tumour by its name, or another thing."""
    heads = [*reading.hits_between("lesion", start, end), *reading.hits_between("morphology", start, end)]
    if not heads:
        return None
    return min(heads, key=lambda hit: hit.start) if first else max(heads, key=lambda hit: hit.end)


def _opening(reading: Reading, floor: int, start: int) -> int:
    """Where the words for a lesion open: `masse tumorale` at `masse`."""
    before = reading.hits_between("lesion", max(floor, start - 25), start)
    return before[-1].start if before and before[-1].end == start - 1 and before[-1].term.row["kind"] == "lesion" else start


def _beside(reading: Reading, floor: int, pos: int) -> Place | None:
    """The place that stands right before a size."""
    places = places_between(reading, floor, pos)
    if places and (_LEAD.fullmatch(reading.folded, places[-1].end, pos) or _is_cell(reading.folded, places[-1].end, pos)):
        return places[-1]
    return None


def _is_cell(folded: str, start: int, end: int) -> bool:
    """Whether a size stands in a later column of the table line that its place begins."""
    gap = folded[start:end]
    return "   " in gap and len(gap) < 60 and "\n" not in gap


def _is_part(place: Place) -> bool:
    """Whether a place is none of the organs that are measured as a whole."""
    return place.code not in _WHOLE_ORGANS or place.text[-1].isupper() or " " in place.text


def _site(reading: Reading, measure: Measure, floor: int, head: int, ceiling: int) -> str | None:
    """The words for where a lesion is: those between it and its size and those after the size, else the nearest before."""
    sentence = reading.sentence(measure.start)
    between = _first(reading, head, max(floor, head - 25), measure.start)
    after = _after(reading, measure, ceiling)
    nodal = _is_nodal(reading, head)
    earlier = _last(reading, sentence.start, head, nodal)
    if between is None and after is None:
        node = _node(reading, floor, measure.start)
        found = [earlier or _last(reading, max(0, sentence.start - _BEFORE), sentence.start, nodal, node) or node]
    elif between is not None and after is None and earlier is not None and _narrows(earlier, between):
        found = [earlier, between]
    else:
        found = between and after and [between, after] or [between or after]
    return ", ".join(dict.fromkeys(_words(reading, place) for place in found if place)) or None


def _first(reading: Reading, head: int, start: int, end: int) -> Place | None:
    """The first place that says where, of those that begin with or after the lesion's word; with the next, if it goes on."""
    places = [place for place in places_between(reading, start, end) if place.end > head and _tells(place)]
    if not places:
        return None
    first = places[0]
    if len(places) > 1 and places[1].start - first.end <= 40 and _ASIDE.fullmatch(reading.folded, first.end, places[1].start):
        return first._replace(end=places[1].end)
    return first


def _last(reading: Reading, start: int, end: int, nodal: bool, node: Place | None = None) -> Place | None:
    """The last place before a lesion that says where; an organ before a region, and a node only for a node."""
    places = [place for place in places_between(reading, start, end) if _tells(place) and (node is None or place.nodal)]
    if not places:
        return None
    last = max(places, key=lambda place: (_is_seat(place), place.nodal == nodal, place.start))
    i = places.index(last)
    if i and reading.folded[places[i - 1].end : last.start] == " (":
        return places[i - 1]  # `sein gauche (SG)`
    return last


def _is_seat(place: Place) -> bool:
    """Whether a place is an organ rather than a region of the body, a fluid or a position."""
    return place.code is not None and not place.code.startswith(("C76", "C41.9", "C42"))


def _is_nodal(reading: Reading, head: int) -> bool:
    """Whether the word for a lesion is one for a lymph node."""
    return any(hit.term.name == "adénopathie" for hit in reading.hits_between("lesion", head, head + 30)[:1])


def _node(reading: Reading, start: int, end: int) -> Place | None:
    """A lymph node of which the report tells no station."""
    return next((place for place in places_between(reading, start, end) if place.nodal), None)


def _narrows(place: Place, other: Place) -> bool:
    """Whether a place is a part of the organ that another names as a whole."""
    return bool(place.code and other.code and place.code[:3] == other.code[:3] and other.code.endswith((".9", ".8")))


def _tells(place: Place) -> bool:
    return place.code != "C77.9" and place.name not in ("pièce opératoire", "paroi")


def _after(reading: Reading, measure: Measure, ceiling: int) -> Place | None:
    """The place that the words after a size lead to, unless that place has a size of its own."""
    end = min(measure.end + _AFTER_LIMIT, reading.sentence(measure.start).end)
    place = next(iter(places_between(reading, measure.end, end + 40)), None)
    if place is None or place.start > min(end, ceiling) or not _INTO.fullmatch(reading.folded, measure.end, place.start):
        return None
    if not _PREPOSITION.search(reading.folded[measure.end : place.start].rpartition(",")[2]):
        return None
    return place


def _words(reading: Reading, place: Place) -> str:
    """The words of a place without the node before it: `adénopathie axillaire` is at `axillaire`."""
    words = reading.text[place.start : place.end]
    return _NODE.sub("", words) or words


_NODE = re.compile(
    r"^(?:ad[ée]nopathies?|ADPs?|ganglions?(?: lymphatiques?)?|lymphad[ée]nopathies?)[ -]+(?:de la |de l'|du |des |de )?", re.IGNORECASE
)
