"""Where a measured lesion is: the places between its word and its size, after the size, or before both."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from anamnese.facts.places import Place, places_between
from anamnese.reading.fold import folded_re, holds

if TYPE_CHECKING:
    from anamnese.facts.lesion.measures import Measure
    from anamnese.facts.reading import Reading

_AFTER = 70
"""How far after its size a lesion's place may begin, in characters."""
_ASIDE_REACH = 40
_BEFORE = 400
"""How far before its sentence the place of a lesion is looked for when its sentence tells none, in characters."""

_INTO = folded_re(
    r"(?:[ ,()]|(?:grande?s?|petite?s?|maxim\w+|minim\w+|moyen|axes?|diametres?|long\w*|large\w*|haut\w*|epaisseur|"
    r"plus|situee?s?|localisee?s?|sieg\w+|occup\w+|interess\w+|touch\w+|combl\w+|developpee?s?|dependant|depens?|centree?s?|"
    r"implantee?s?|adherente?s?(?= a la paroi)|hypodense|hypoechogene|infiltrant|"
    r"solide|kystique|tissulaire|allure|aspect|contours|reguliers|irreguliers|heterogene|homogene|spicule\w*|"
    r"hypermetabolique|visible|"
    r"palpable|rapport|dans|disposition|distribution|circonferentielle|niveau|situation|aux?|a|en|du|de|des|sur|la|les?|"
    r"pratiquement|toute?|une?|totalite|et(?= sieg| situ| local| interess| touch| occup)|pour|qui|remplacant|projetee?|"
    r"mobile|fixee?|cote|sein|ap|t|cc|tr)\b|[dl]')*[ (:]*"
)
"""Words that lead from a size to the place of what is measured."""

_PREPOSITION = folded_re(
    r"\b(?:dans|en|niveau|sur|aux?|a|de|du|des|situ\w+|local\w+|sieg\w+|occup\w+|interess\w+|touch\w+|combl\w+|d')"
)
_ASIDE = folded_re(
    r"[ ]?\("
    r"|(?:[ ]\w+){0,3}[ ](?:du|de la|de l'|des|d'|dans l[ae']s?|au niveau (?:du|de la|de l'|des))[ ]?"
    r"|(?:[ ]\w+){0,3}[ ](?:de|dans|a|au niveau de)[ ]l'"
    r"|[ ]et[ ](?:de la |du |de l'|la |le |l'|les |des )?"
)
"""What stands between the two places of one lesion: `nodule pulmonaire du LSD`, `mésentère et l'épiploon`."""

_NOWHERE = frozenset({"pièce opératoire", "paroi", "voie endocavitaire", "corps entier", "vaisseaux"})
"""Places that do not say where a lesion is."""

_THE_LARGEST = (", la plus ", ", le plus ", " la plus ", " le plus ", " dont la plus ", " dont le plus ", ", dont l")
_LARGEST_REACH = 40
_SIZED = folded_re(r"[ :(]{0,3}(?:de )?")
"""What stands between a place and a size of its own."""

_OF_TUMOUR = ("carcinome", "")
"""Kinds of lesions that are the tumour itself, whatever other organ was named last."""
_NODAL_KINDS = ("adénopathie", "métastase")

_DEPTH = re.compile(r"(?:(?:sous|intra)[ -]?)?(?:cutané|dermique|épidermique)(?:e|s|es|x)?", re.IGNORECASE)
_REACHED = folded_re(
    r"\b(?:envahi\w*|extensi\w+|eten(?:du|d|dant)\w*|infiltr\w+|refoul\w+|comprim\w+|contact|accompagne\w+|associe\w+|"
    r"adherente?s?|adherant|lamin\w+|arriv\w+|jusqu\w+)[^.;,:]{0,36}$"
)
"""What stands before a place that is not a lesion's own: `avec envahissement de la veine cave`."""
_TOUCHED = folded_re(
    r"(?:\b(?:refoul\w+|repouss\w+|comprim\w+|compress\w+|contact|adher(?:ente?s?|ant|e|ait)|accole\w*|collee?s?|"
    r"lamin\w+|arriv\w+|en regard|distance|jouxt\w+|proximite|proches?|deplac\w+|separ\w+|independ\w+|"
    r"contigu\w*|tangent\w*|englob\w+)|[ ]liee?s?)\b[^.;,:]{0,36}$"
)
_OF_TOUCHED = (
    "refoul", "repouss", "compr", "contact", "adher", "accol", "colle", "lamin", "arriv", "regard", "distance", "jouxt",
    "prox", "proche", "deplac", "separ", "independ", " lie", "contigu", "tangent", "englob",
)  # fmt: skip
"""One of these is in whatever the pattern matches."""
_ACCESS = folded_re(
    r"\b(?:(?:mini-?)?laparotomies?|incisions?|abord|par (?:la |une )?voie|trajet|lombotomie|cervicotomie|sternotomie|"
    r"thoracotomie|trocarts?)\b(?:[ ](?!(?:et|ont|avait|pour|permet\w*)\b|"
    r"a (?:permis|ete|montr|decouv|trouv|mis|revel))[a-z-]+){0,5}[ -](?:l')?$"
)
_OF_ACCESS = ("tomie", "incision", "abord", "voie", "trajet", "trocart")
_DOSED = folded_re(r"\d[ ]?(?:gy|grays?)\b[^.;:,\n]{0,40}[ ](?:sur|au niveau)[^.;:,\n]{0,30}$")
_OF_DOSED = ("gy", "gray")
_PASSING_REACH = 70
"""How far before a place the words begin that say that no lesion is in it."""
_LANDMARK = folded_re(
    r"[ ]a[ ](?:environ[ ]|moins de[ ])?\d{1,3}(?:[.,]\d{1,2})?[ ]?(?:[cm]?m|(?:centi|milli)?metres?|"
    r"travers[ ]de[ ]doigts?)[ ]?(?:\d{2}[ ])?(?:du|de la|de l'|des|de|d')[ ]?$"
)
_EXAMINED = folded_re(r"[ -]?(?:de l'|de la |du |des |d')?")
_HOLDS: dict[str, tuple[str, ...]] = {
    "C76.0": ("C0", "C10", "C11", "C12", "C13", "C30", "C31", "C32", "C69", "C71", "C73"),
    "C76.1": ("C33", "C34", "C37", "C38", "C50"),
    "C76.2": ("C16", "C17", "C18", "C22", "C23", "C24", "C25", "C42.2", "C48", "C64", "C65", "C74"),
    "C76.3": ("C18.7", "C19", "C20", "C51", "C52", "C53", "C54", "C55", "C56", "C57", "C61", "C66", "C67"),
}
"""The organs that an examination of a region shows, by their ICD-O-3 codes."""

_NODE_WORD = r"(?:ad[ée]nopathies?|ADPs?|ganglions?(?: lymphatiques?)?|lymphad[ée]nopathies?)"
_NODE = re.compile(
    rf"{_NODE_WORD}[ -]+(?:de la |de l'|du |des |de )?|"
    r"(?:pi[èe]ce|sp[ée]cimen)s? (?:de r[ée]section|d'ex[ée]r[èe]se|op[ée]ratoire)s? (?:de la |de l'|du |de )?",
    re.IGNORECASE,
)
"""What stands before the words of a place: `adénopathie axillaire`, `pièce de résection gastrique`."""
_BARE_NODE = re.compile(rf"(?:{_NODE_WORD}|(?:aires )?ganglionnaires?)$", re.IGNORECASE)


def site_of(reading: Reading, measure: Measure, floor: int, head: int, ceiling: int) -> str | None:
    """The words for where a lesion is: those between its word at `head` and its size and those after the size, else the
    nearest before it. `floor` is where the words about it begin, `ceiling` where the next size stands."""
    sentence = reading.sentence(measure.start)
    between = _first(reading, head, max(floor, head - 25), measure.start)
    after = place_after_size(reading, measure, ceiling)
    kind = _kind(reading, head)
    opening = sentence.start
    if kind == "adénopathie":  # `nodule du lobe gauche ; ganglions jusqu'à 24 mm`
        opening = max(opening, reading.folded.rfind(";", opening, head) + 1)
    earlier = _last(reading, opening, head, kind) if after is None else None
    if between is None and after is None and earlier is None and kind in _OF_TUMOUR:
        seat = _seat(reading, sentence.start, head)
        if seat is not None:
            return words_of(reading, seat)
    found: list[Place | None]
    if between is None and after is None:
        node = _node(reading, floor, measure.start)
        before = _last(reading, max(0, sentence.start - _BEFORE), sentence.start, kind, node)
        if earlier and _of_examination(reading, earlier):
            told = reversed(places_between(reading, max(0, sentence.start - _BEFORE), sentence.start))
            earlier = next((place for place in told if _is_in(place, earlier)), earlier)
        found = [earlier or before or node]
    elif between and after is None and earlier and _narrows(earlier, between, floor):
        found = [earlier, between]
    elif between and after and _finer(after, between):  # `nodules pulmonaires, le plus grand de 17 mm au LID`
        found = [after]
    else:
        found = [between, after]
    return ", ".join(dict.fromkeys(words_of(reading, place) for place in found if place)) or None


def _seat(reading: Reading, start: int, head: int) -> Place | None:
    """The last place before a tumour that is in the organ of one of the report's tumours."""
    organs = {str(tumour.get("topography") or "")[:3] for tumour in reading.facts("tumour")} - {"", "C80"}
    for place in reversed(places_between(reading, max(0, start - _BEFORE), head)):
        if reading.folded.endswith("(", 0, place.start):
            continue  # the abbreviation of the place before it
        if place.code and place.code[:3] in organs and _tells(place) and not place.nodal:
            return place
    return None


def words_of(reading: Reading, place: Place) -> str:
    """The words of a place without the node or specimen before it: `adénopathie axillaire` is at `axillaire`."""
    node = _NODE.match(place.text)
    end = place.end
    if reading.folded.startswith(_THAN, end) and (than := _LESS.search(place.text)) is not None:
        end = place.start + than.start()
    return reading.text[place.start + (node.end() if node else 0) : end]


_THAN = (" a ", " ou egal", " au ")
_LESS = re.compile(r"[ ](?:inf[ée]rieure?s?|sup[ée]rieure?s?)$", re.IGNORECASE)
"""`adénopathies axillaires │inférieures à 1 cm│`"""


def _first(reading: Reading, head: int, start: int, end: int) -> Place | None:
    """The first place that says where, of those that begin with or after the lesion's word; with the next, if it
    goes on."""
    places = [place for place in places_between(reading, start, end) if place.end > head and _tells(place)]
    while places and (_is_passing(reading, places[0], head) or _is_landmark(reading, places[0])):
        places.pop(0)
    if len(places) > 1:
        places = places[:1] + [place for place in places[1:] if not _is_landmark(reading, place)]
    if len(places) < 2:
        return places[0] if places else None
    if _is_depth(places[0]):  # `nodule sous-cutané, de la face externe de la cuisse`
        places = places[1:] or places
    for place in places[1:4]:  # `lésions supratentorielles, la plus grande frontale`
        if reading.folded.startswith(_THE_LARGEST, places[0].end) and place.start - places[0].end < _LARGEST_REACH:
            return place
    first, second = next((place for place in places[1:4] if _finer(place, places[0])), places[0]), None
    if first is places[0] and len(places) > 1:
        second = places[1]
    near = second is not None and second.start - first.end <= _ASIDE_REACH
    if second and near and _ASIDE.fullmatch(reading.folded, first.end, second.start):
        return first._replace(end=second.end)
    return first


def _finer(place: Place, first: Place) -> bool:
    """Whether a place is a part of the organ that another names as a whole: `masse pulmonaire …, du LSD`."""
    if not place.code or not first.code or place.nodal:
        return False
    if place.name == "segment du foie" and first.code == place.code:  # of the code of the whole liver
        return first.name != place.name
    return place.code[:3] == first.code[:3] and first.code.endswith(".9") and not place.code.endswith((".9", ".8"))


def _last(reading: Reading, start: int, end: int, kind: str, node: Place | None = None) -> Place | None:
    """The last place before a lesion of a kind that says where: an organ before a region, a node only for a node or a
    metastasis."""
    places = [
        place
        for place in places_between(reading, start, end)
        if _tells(place) and (place.nodal or node is None) and (not place.nodal or kind in _NODAL_KINDS)
    ]
    while places:
        last = _last_of(reading, places, kind)
        if not _is_passing(reading, last):
            return last
        places.remove(last)
    return None


def _last_of(reading: Reading, places: list[Place], kind: str) -> Place:
    """The last of some places that says where a lesion of a kind is."""
    if len(places) < 2:
        return places[0]
    own = [place for place in places if not (_is_reached(reading, place) or _is_landmark(reading, place))] or places
    last = max(own, key=lambda place: (_is_seat(place), place.nodal == (kind == "adénopathie"), place.start))
    if _is_depth(last):
        last = next((place for place in reversed(own) if not _is_depth(place) and not place.nodal), last)
    i = places.index(last)
    if i and reading.folded[places[i - 1].end : last.start] == " (":
        return places[i - 1]  # `sein gauche (SG)`
    return last


def _is_depth(place: Place) -> bool:
    """Whether a place only says how deep a lesion lies: `sous-cutané`."""
    return place.code in ("C49.9", "C44.9") and _DEPTH.fullmatch(place.text) is not None


def _is_reached(reading: Reading, place: Place) -> bool:
    """Whether a place is only what a lesion extends to, presses on or comes with."""
    start = max(0, place.start - 50)
    start = max(start, reading.folded.rfind(",", start, place.start) + 1)
    return _REACHED.search(reading.folded, start, place.start) is not None


def _is_passing(reading: Reading, place: Place, floor: int = 0) -> bool:
    """Whether a place is only what a lesion touches, the way by which an operation came to it, or what was
    irradiated: it is no lesion's own, were none other told. What stands before `floor` is not said of it."""
    folded = reading.folded
    start = max(floor, place.start - _PASSING_REACH)
    before = folded[start : place.start]
    return (
        (holds(before, _OF_TOUCHED) and _TOUCHED.search(before) is not None)
        or (holds(before, _OF_ACCESS) and _ACCESS.search(before) is not None)
        or (holds(before, _OF_DOSED) and _DOSED.search(before) is not None)
    )


def _is_landmark(reading: Reading, place: Place) -> bool:
    """Whether a distance is measured from a place: `à 2 cm du mamelon`."""
    start = max(0, place.start - 32)
    if reading.folded.find(" a ", start, place.start) < 0:
        return False
    return _LANDMARK.search(reading.folded, start, place.start) is not None


def _of_examination(reading: Reading, place: Place) -> bool:
    """Whether a place is the region of an examination: `IRM abdominale`."""
    hits = reading.hits_between("imaging", max(0, place.start - 40), place.start)
    return bool(hits) and _EXAMINED.fullmatch(reading.folded, hits[-1].end, place.start) is not None


def _is_in(place: Place, region: Place) -> bool:
    """Whether a place lies in the region that an examination shows, or is its organ with the side told."""
    if place.code is None or region.code is None or place.nodal:
        return False
    if region.code in _HOLDS:
        return place.code.startswith(_HOLDS[region.code])
    return place.code == region.code and place.laterality is not None


def place_after_size(reading: Reading, measure: Measure, ceiling: int) -> Place | None:
    """The place that the words after a size lead to, unless that place has a size of its own."""
    folded, tail = reading.folded, measure.tail
    end = min(tail + _AFTER, reading.sentence(measure.start).end)
    places = places_between(reading, tail, end + _ASIDE_REACH)
    while places and _is_landmark(reading, places[0]):  # `15 mm situé à 2 cm du mamelon, dans le quadrant externe`
        tail = places.pop(0).end
    place = places[0] if places else None
    if place is None or place.start > min(end, ceiling):
        return None
    if ceiling < len(folded) and _SIZED.fullmatch(folded, place.end, ceiling):
        return None
    between = folded[tail : place.start]
    if between in (" ", " (", ") ") or (between == ", " and folded.startswith(")", place.end)):
        return place  # `35 mm QSI G`, `(max 14 mm, LID)`
    led = _PREPOSITION.search(folded[tail : place.start].rpartition(",")[2])
    return place if led and _INTO.fullmatch(folded, tail, place.start) else None


def _is_seat(place: Place) -> bool:
    """Whether a place is an organ rather than a region of the body, a fluid or a position."""
    return place.code is not None and not place.code.startswith(("C76", "C41.9", "C42"))


def _kind(reading: Reading, head: int) -> str:
    """The kind of lesion that a word names."""
    hits = reading.hits_between("lesion", head, head + 30)
    return hits[0].term.name if hits else ""


def _node(reading: Reading, start: int, end: int) -> Place | None:
    """A lymph node of which the report tells no station."""
    for place in places_between(reading, start, end):
        if place.nodal and not _is_passing(reading, place):
            return place
    return None


def _narrows(place: Place, other: Place, floor: int) -> bool:
    """Whether a place is a part of the organ that another names as a whole, and no station of another node."""
    if place.nodal and place.start < floor:
        return False
    same = bool(place.code and other.code and place.code[:3] == other.code[:3])
    return same and str(other.code).endswith((".9", ".8"))


def _tells(place: Place) -> bool:
    if place.name in _NOWHERE or place.text[:5].lower() == "uroth":  # of the tumour's own name
        return False
    return not (place.nodal and _BARE_NODE.match(place.text))
