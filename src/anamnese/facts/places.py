"""Where in the body: the places that a report names, shared by all rooms.

A place is a run of words of the tables `lexicon/topography.tsv` (organs, regions, nodes; ICD-O-3 code),
`lexicon/laterality.tsv` and `lexicon/position.tsv` (lobe, pôle, supérieur, postéro-) that only hyphens and the small
words of apposition hold together: `lobe hépatique droit`, `QSE du sein G`, `corps de L2`, `thoraco-abdomino-pelvienne`,
`apophyse épineuse de C4`. `et` and commas part places, so that each member of a list is one place.

A room asks for the place beside its own words:

    place = place_after(reading, hit.end, limit=30)      # `TDM │thoraco-abdomino-pelvienne`, `nodule │du lobe moyen`
    place = place_before(reading, hit.start, limit=60)   # `le nodule du LSD, biopsié │…`
    for place in places_between(reading, start, end): …  # the members of a list

All three stay inside one sentence. A row of the topography without a name hides words that mean no place
(`au sein de`, `voie buccale`); a row with a name and no code names what can be sampled or imaged but is no seat of a
tumour (`LCR`, `corps entier`): its places have the code None.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from anamnese.facts.starts import begun
from anamnese.reading.fold import folded_re

if TYPE_CHECKING:
    from anamnese.facts.reading import Reading
    from anamnese.lexicon.matcher import Hit
    from anamnese.lexicon.tables import Term

_JOINTS = frozenset(
    [first + sign + last for first in ("", " ") for sign in ("", "-", " ", "\n") for last in ("", " ")]
    + [
        f" {word}{blank}"
        for word in (
            *("du", "de", "des", "en", "de la", "de l'", "d'", "d'un", "d'une", "de son", "de sa"),
            *("au niveau de la", "au niveau du"),
        )
        for blank in ("", " ", "\n")
    ]
)
"""What may stand between two words of one place."""

_FARTHEST = 20
_SIDE_JOINTS = frozenset([" a ", " du cote ", " cote ", " a la ", " au ", " (", ", "])
"""What may also stand before a side: `sein à droite`, `rein (G`."""

_ROMAN = r"(?:viii|vii|vi|v|iv|iii|ii|i)"
_NUMBERED = {
    "liver": folded_re(
        r"(?:(?:[ ]?[,/+-][ ]?|[ ]et[ ]|[ ])(?:s(?:eg(?:ment)?s?)?[.]?[ ]?)?"
        rf"(?:{_ROMAN}|[2-8])[ab]?\b"
        r"(?![.,]?\d| ?(?:mm|cm|ans?\b|mois|sem|jours?|fois|nodules?|lesions?|cures?|cycles?)))+"
    ),
    "lymph_node": folded_re(
        r"[ ](?:(?:du |de |des |d'|en |au )?(?:l'aire |la )?(?:secteurs?|niveaux?|groupes?|stations?|aires?)[ ])?"
        r"(?:ii?[ab]|iii|iv|v[ab]|ii|vi)\b(?:(?:[ ]?[,/+-][ ]?|[ ]et[ ])(?:ii?[ab]?|iii|iv|v[ab]?|vi)\b)*"
    ),
    "bone": folded_re(r"(?:(?:[ ]de[ ]|[ ]en[ ]|[-/, ][ ]?|[ ]et[ ])[cdtls]\d{1,2}\b(?![.,]\d))+"),
}
"""Numbers that go on naming segments, levels of nodes or vertebrae: `S IV, VI et VII`, `ADP IIa`, `corps de T3`."""

_SIDES = {"left": "left", "right": "right", "bilateral": "bilateral"}


_NODES_OF = {
    "C34.0": "C77.1", "C38.3": "C77.1", "C48.0": "C77.2", "C48.1": "C77.2", "C49.0": "C77.0", "C76.0": "C77.0",
    "C76.1": "C77.3", "C76.2": "C77.2", "C76.3": "C77.5",
}  # fmt: skip
"""The nodes of a region: `adénopathies latérocervicales` are C77.0."""


class Place(NamedTuple):
    """A place in the body: its words, and what the tables say of it."""

    start: int
    end: int
    text: str
    """The words of the report."""
    code: str | None
    """The ICD-O-3 topography, None for a place that is only a position or a fluid."""
    name: str | None
    """The canonical French name of its organ or region."""
    laterality: str | None
    """`left`, `right`, `bilateral` or None."""
    metastasis: str | None
    """The site of the fact format that a metastasis in this place has; two with a comma for `pleuro-pulmonaire`."""
    nodal: bool
    """Whether it is a lymph node or a station of nodes."""


def place_after(reading: Reading, pos: int, limit: int = 40) -> Place | None:
    """The first place that begins within `limit` characters after `pos`, in the same sentence."""
    places, starts = reading.places, reading.place_starts
    i = begun(starts, pos - 1)
    if i == len(places) or starts[i] > pos + limit or starts[i] >= reading.sentence(pos).end:
        return None
    return places[i]


def place_before(reading: Reading, pos: int, limit: int = 60) -> Place | None:
    """The last place that ends at most `limit` characters before `pos`, in the same sentence."""
    places = reading.places
    i = begun(reading.place_starts, pos) - 1
    while i >= 0 and places[i].end > pos:
        i -= 1
    if i < 0 or places[i].end < pos - limit or places[i].start < reading.sentence(pos).start:
        return None
    return places[i]


def places_between(reading: Reading, start: int, end: int) -> list[Place]:
    """The places that lie inside `start:end`, in order."""
    places = reading.places
    i = begun(reading.place_starts, start - 1)
    found = []
    while i < len(places) and places[i].start < end:
        if places[i].end <= end:
            found.append(places[i])
        i += 1
    return found


def find_places(reading: Reading) -> list[Place]:
    """All places of a report, in order; none overlap."""
    words = _merged(reading.hits("topography"), _merged(reading.hits("laterality"), reading.hits("position")))
    folded, text = reading.folded, reading.text
    places: list[Place] = []
    run: list[Hit] = []
    end = 0
    for hit in words:
        start, stop, term = hit.start, hit.end, hit.term
        if stop <= end:  # inside a longer word: kept where that only tells the side (`les deux reins`)
            if term.channel == "topography" and run and run[-1].term.channel == "laterality":
                run.append(hit)
            continue
        side = term.channel == "laterality"
        joined = bool(run) and _is_joined(folded, end, start, side, stop - start)
        if joined and "\n" in folded[end:start]:
            joined = reading.sentence(start).start < start  # a wrapped line, not the next of a list
        if run and not (joined and term.name):
            _close(text, run, end, places)
            run = []
        end = stop
        if term.name and not (side and not run and stop - start == 1):
            run.append(hit)
            end = _numbered_end(folded, hit) if term.channel == "topography" else stop
    if run:
        _close(text, run, end, places)
    return places


def _merged(first: list[Hit], second: list[Hit]) -> list[Hit]:
    """The hits of two channels in order of place, longer ones before others, of equal ones those of the first."""
    if not first or not second:
        return first or second
    merged: list[Hit] = []
    i = 0
    for hit in first:
        start = hit.start
        while i < len(second):
            other = second[i]
            if other.start > start or (other.start == start and other.end <= hit.end):
                break
            merged.append(other)
            i += 1
        merged.append(hit)
    merged += second[i:]
    return merged


def _is_joined(folded: str, end: int, start: int, side: bool, length: int) -> bool:
    """Whether a word at `start` belongs to the place that ends at `end`."""
    if side and length == 1 and folded[start + 1 : start + 2] in ("'", "/"):
        return False  # the D of `D'…`
    gap = start - end
    if gap <= 0 or (gap == 1 and folded[end] in " -"):
        return True
    if gap > _FARTHEST:
        return False
    between = folded[end:start]
    return between in _JOINTS or (side and between in _SIDE_JOINTS)


def _numbered_end(folded: str, hit: Hit) -> int:
    """Where a word ends with the numbers of the segments or vertebrae that follow it."""
    numbered = _NUMBERED.get(hit.term.row.get("metastasis", ""))
    more = numbered.match(folded, hit.end, hit.end + 40) if numbered else None
    return more.end() if more else hit.end


def _close(text: str, run: list[Hit], end: int, places: list[Place]) -> None:
    """Make a place of a run of words, if they name one, without a prefix that nothing follows: `sein │sous taxane`."""
    while len(run) > 1 and run[-1].term.row.get("kind") == "prefix":
        run.pop()
        end = run[-1].end
    told = _told((run[0].term,) if len(run) == 1 else tuple([hit.term for hit in run]))
    if told is not None:
        start = run[0].start
        fields = (start, end, text[start:end], told[0], told[1], told[2], told[3], told[4])
        places.append(tuple.__new__(Place, fields))  # half the cost of Place(…)


@lru_cache(maxsize=4096)
def _told(terms: tuple[Term, ...]) -> tuple[str | None, str | None, str | None, str | None, bool] | None:
    """What the terms of one place tell of it: its code, name, side, site of a metastasis, whether it is nodal; None
    where they name no place."""
    organs = [term for term in terms if term.channel == "topography"]
    if not organs:
        named = any(term.row.get("kind") == "place" for term in terms)
        return (None, None, _side(terms), None, False) if named else None
    best = max(reversed(organs), key=_telling)  # of equals the last
    nodal = any(term.code.startswith("C77") for term in organs)
    metastasis = "lymph_node" if nodal else "bone" if _is_bone(organs) else best.row["metastasis"] or None
    code = best.code or None
    if nodal and best.code == "C77.9":
        code = next((_NODES_OF[term.code] for term in organs if term.code in _NODES_OF), code)
    return code, best.name, _side(terms), metastasis, nodal


def _is_bone(organs: list[Term]) -> bool:
    """Whether a place is told to be bone besides its region: `osseux temporal`."""
    return any(term.code == "C41.9" for term in organs)


def _telling(term: Term) -> tuple[bool, bool, bool, bool]:
    """How much a word tells of the seat: an organ more than a region, a part of it more than the whole."""
    code = term.code
    vague = code.startswith(("C77.9", "C49.9"))
    return bool(code), not code.startswith("C76"), not vague, not code.endswith((".9", ".8"))


def _side(terms: tuple[Term, ...]) -> str | None:
    """The side that the words of a place tell."""
    told = (term.name if term.channel == "laterality" else term.row.get("laterality", "") for term in terms)
    sides = {_SIDES[side] for side in told if side in _SIDES}
    return None if not sides else sides.pop() if len(sides) == 1 else "bilateral"
