"""Where a specimen was taken whose name does not tell it: in the lesion that the text has told before.

In the sentence of the procedure the nearest place counts, in the sentences before it the first that is told of a
lesion: what a mass invades, the nodes that accompany it, what is normal and where it hurts is no seat of a specimen.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from anamnese.facts.cues import AnyCue, Cue, by_letter, stems
from anamnese.facts.examinations import case_start
from anamnese.facts.places import place_after, places_between
from anamnese.reading.fold import folded_re

if TYPE_CHECKING:
    from anamnese.facts.places import Place
    from anamnese.facts.reading import Reading

_LESIONS = (
    "masse", "lesion", "localisation", "lyse", "nodule", "neoformation", "neoplasie", "tumeur", "tumefaction",
    "formation", "fixation", "foyer", "fistule", "processus", "polype", "placard", "plaque", "proliferation",
    "ulceration", "ulcere", "opacite", "kyste", "bourgeon", "epaississement", "epanchement", "collection", "cancer",
    "conglomerat", "magma", "amas", "carcinome", "adenocarcinome", "verrue", "verruqueuse", "image", "hematome",
)  # fmt: skip
_LESION = f"(?:{by_letter(*_LESIONS)})"
_NODES = ("adenopathie", "ganglion", "adp")
_NODE = f"(?:{by_letter(*_NODES)})"
_HEAD = folded_re(rf"\b(?P<noun>(?:{_LESION}|{_NODE})s?)\b(?!.*\b(?:{_LESION}|{_NODE})s?\b)")
"""The last word for a lesion in what stands before a place."""
_HEAD_STEMS = frozenset(stems(" ".join((*_LESIONS, *_NODES))))
"""The first letters of these words."""
_BEFORE = 90
"""Characters before a place, in its sentence, that tell whether something was taken there, and of what."""
_LABELS = folded_re(rf"[ ]?:[ ]?(?:une?[ ]|presence[ ]d'une?[ ])?{_LESION}s?\b")
_SAMPLED = folded_re(
    r"(?:[ ](?!de\b|du\b|des\b)[a-z-]{3,20}){0,3}"
    r"[ ](?:de[ ](?:la[ ]|l'|cette[ ]|ce[ ]|cet[ ]|son[ ]|sa[ ])?|du[ ]|des[ ]|d'une?[ ])"
    rf"(?P<noun>{_LESION}s?|{_NODE}s?)\b"
)
"""What is sampled, by its name: `la cytoponction du │nodule│`."""
_UNKNOWN = re.compile(
    r"(?:\s[a-zà-ÿ-]{2,14}){0,4}?\s(?:de la |du |de l['’]|d['’]une |d['’]un |de cette |de ce )"
    r"(?P<name>[A-Z]{2,5})(?![\w-])"
)
"""What is sampled by an abbreviation that no table knows, and is not what was told before."""
_ADJECTIVE = folded_re(
    r"[ ](?P<words>(?!tumor|initial|princip|residuel|suspect|nodal|central|lateral)"
    r"[a-z-]{3,}(?:ales?|aires?|ien(?:ne)?s?|aux?)"
    r"(?:[ ](?:gauche|droite?)s?)?)(?=[ ,.:;)\n]|$)"
)
"""The adjective of a place that no table knows: `la lésion │prétibiale│`."""
_NOT_THERE = AnyCue(
    Cue(
        r"sans|pas d[e']|absence d[e']|ni|aucune?",
        r"\b(?:[^.;,]|,(?=[ ]$|[ ][a-z-]{3,}(?:aux|ales|iques|aires|ennes|iens)\b)){0,60}$",
    ),
    Cue(
        r"envahi[a-z]*|extension|etendue?s?[ ](?:a|au|aux|vers|jusqu[a-z']*)|englob[a-z]*|erosion|"
        r"infiltr(?:(?:ant|e|ait|ent|aient)[ ](?:la|le|les|l')|ation)|atteignant|adheren[a-z]*|arrivant|contact|"
        r"comprim[a-z]*|refoul[a-z]*|respect[a-z]*|deplac[a-z]*|menac[a-z]*|fixee?s?[ ](?:a|au|aux)",
        r"\b[^.;:]{0,60}$",
    ),
    Cue(r"associee?s?[ ]a|accompagnee?s?[ ]d[e']", r"[^.;]{0,60}$"),
    Cue(
        r"doul(?:eurs?|oureuse?)|gene|sensibilite|algies?|oedeme|brulures?|cicatrice|prothese",
        r"[ ](?:(?!et[ ])[^.;,]){0,24}$",
    ),
    Cue(r"drains?|voie|abord|incision|chirurgie|sonde|selles?|cm[ ]d[eu]", r"[ ][^.;,]{0,16}$"),
    Cue(r"examens?|consultation|service|avis|bilan|specialiste", r"[ ](?:en[ ]|d'|de[ ])?$"),
)
"""Before what is free, invaded, or hurts: nothing was taken there."""
_NORMAL = folded_re(
    r"[ ]*(?:[:,]|est|etai(?:t|ent)|sont|apparai[a-z]*|macroscopiquement|[a-z]+ement)?[ ]*(?:macroscopiquement[ ])?"
    r"(?:normal|normaux|sans[ ](?:particul|anomal|nodul|lesion|recidiv|fixation|alter)|libres?\b|indemnes?\b|ras\b|"
    r"negati|inchang|propres?\b)"
)
_VAGUE = ("C26.9", "C42.0", "C44.9", "C49.9", "C57.9", "C76", "C80")
"""Codes of what is no organ: `digestif`, `sanguin`, `cutané`, `gynécologique`; told where nothing else is."""
_MEASURED = folded_re(r"cm\b")
"""A place told by its distance: `(à 30) │cm des arcades dentaires│`."""
_BRACKETS = ("(", "( ", "(\n")
_ITS_PLACES = folded_re(r"[ ]?(?:[a-z-]+(?:[ ]et|,)[ ])?")
"""Between an examination and the second of its places: `TDM cérébrale et abdominale`."""
_SENTENCES = 4
_REACH = 600
"""A specimen's place is told at most so many sentences and characters before it."""
_NAMED_REACH = 1500
"""So far back a lesion is looked for by its own name (`la cytoponction du nodule`)."""
_SAME_REACH = 200
_NEXT = 2
_PLACES = 40
"""So many places before a specimen are looked at."""


def sampled_place(reading: Reading, start: int, end: int, verb: bool, drained: bool) -> str | None:
    """The words for the place of a specimen that is named at `start:end` without one. A `verb` tells of the words right
    before it (`une adénopathie, biopsiée`); what is `drained` is told in its own sentence."""
    sampled = None if verb else _SAMPLED.match(reading.folded, end, end + 90)
    noun = sampled["noun"] if sampled else "tumeur" if reading.folded.startswith(" tumoral", end) else None
    if sampled is not None and (adjective := _ADJECTIVE.match(reading.folded, sampled.end())):
        return reading.text[adjective.start("words") : adjective.end("words")]
    unknown = _UNKNOWN.match(reading.text, end) if sampled is None and not verb else None
    if unknown and not reading.hits_between("morphology", unknown.start("name"), unknown.end()):
        place = place_after(reading, unknown.end(), limit=8)
        return place.text if place else None  # `biopsie de la FVV`, `biopsie de la PACS du sein`
    wants_node = verb or (noun is not None and noun.startswith(_NODES))
    sentence, opening = reading.sentence_index(start), reading.sentence(start).start
    floor = max(case_start(reading, start), opening if drained else 0)
    told: dict[str, str] = {}
    told_in = -1
    last = bisect_left(reading.place_starts, start) - 1
    for i in range(last, max(-1, last - _PLACES), -1):
        place = reading.places[i]
        far, back = start - place.start, sentence - reading.sentence_index(place.start)
        near = far <= _REACH and back <= _SENTENCES
        if place.start < floor or far > _NAMED_REACH or (noun is None and not near):
            break
        if noun is None and told_in >= 0 and back != told_in:
            break  # the first place of the nearest sentence that tells of a lesion
        if reading.folded.startswith("cm", place.start) and _MEASURED.match(reading.folded, place.start):
            continue  # how far down the gullet, no organ's name
        if place.end > start or (i and reading.folded.endswith(_BRACKETS, 0, place.start)):
            continue  # `de la jonction œso-gastrique (JOG)`
        first = max(reading.sentence(place.start).start, place.start - _BEFORE)
        before = stems(reading.folded[first : place.start])
        kind = _kind(reading, i, noun, wants_node, place.start >= opening, before)
        if (
            kind is None
            or not (near or kind == "named")
            or (kind == "plain" and back > _NEXT)
            or _NOT_THERE.stands(reading.folded, before, first, place.start)
            or _elsewhere(reading, place)
        ):
            continue
        if kind == "named" or (kind == "here" and noun is None and far <= _SAME_REACH and not _is_vague(place)):
            return place.text
        if kind == "node" and place.start >= opening and noun is None and _is_at_hand(reading, place, opening, start):
            return place.text
        if kind == "lesion" and told_in in (-1, back):
            told["lesion"], told_in = place.text, back
        else:
            told.setdefault(kind, place.text)
    scope = _scoped(reading, opening, start)
    return told.get("lesion") if scope is None and "lesion" in told else scope or _first(told)


_AT_HAND = folded_re(r"[ ]?(?:,|:|dont|avec|et)[ ](?:une?[ ]|la[ ]|le[ ]|dont[ ]|avec[ ])?")
_A_LESION = folded_re(rf"\b{_LESION}s?\b")


def _is_at_hand(reading: Reading, place: Place, opening: int, start: int) -> bool:
    """Whether the node told right before a specimen is all that its sentence tells of: `ADP du secteur IV, biopsie`."""
    return (
        _AT_HAND.fullmatch(reading.folded, place.end, start) is not None
        and _A_LESION.search(reading.folded, opening, start) is None
    )


def _kind(reading: Reading, i: int, noun: str | None, wants_node: bool, here: bool, before: list[bytes]) -> str | None:
    """What the i-th place is to a specimen: the sampled lesion by its `noun`, a lesion, a node, another place; whether
    it is `here`, in its sentence. The stems of the words before it are given."""
    place = reading.places[i]
    if place.nodal and not wants_node:
        return "node"
    if here and wants_node:
        return "here"
    head = _head(reading, i, place, before)
    if head is not None and head.startswith(_NODES) and not wants_node:
        return "node"
    if here:
        return "here"
    if head is not None and head == noun:
        return "named"
    if head is None:
        return "plain" if place.code is not None else None
    return "plain" if _is_vague(place) else "lesion"


def punctured_place(reading: Reading, start: int) -> str | None:
    """The place of the puncture that the same sentence tells by its name before a cytology: `thoracentèse : exsudat,
    │cytologie│ négative`."""
    opening = max(reading.sentence(start).start, start - _SAME_REACH)
    for hit in reversed(reading.hits_between("procedure", opening, start)):
        if hit.term.name == "puncture":
            site = hit.term.row["site"]
            return site if site and not places_between(reading, hit.end, start) else None
    return None


def _first(told: dict[str, str]) -> str | None:
    return next((told[kind] for kind in ("lesion", "here", "plain", "node") if kind in told), None)


def _is_vague(place: Place) -> bool:
    return place.code is not None and place.code.startswith(_VAGUE)


def _scoped(reading: Reading, opening: int, start: int) -> str | None:
    """The organ of the endoscopy that the same sentence tells of: `coloscopie : colite, │biopsie│`."""
    for hit in reversed(reading.hits_between("procedure", opening, start)):
        if hit.term.name == "endoscopy" and hit.term.row["site"]:
            return hit.term.row["site"]
    return None


def _head(reading: Reading, i: int, place: Place, before: list[bytes]) -> str | None:
    """The word for a lesion that a place is told of: `│masse│ du rein`, `foie : │nodule│`."""
    folded = reading.folded
    if not _HEAD_STEMS.isdisjoint(before):
        previous = reading.places[i - 1].end if i else 0
        begin = max(previous, place.start - 80, reading.sentence(place.start).start)
        head = _HEAD.search(folded, begin, place.start)
        if head is not None:
            return head["noun"]
    inside = _HEAD.search(folded, place.start, place.end)
    if inside is not None:
        return inside["noun"]
    return "lesion" if _LABELS.match(folded, place.end) else None


def _elsewhere(reading: Reading, place: Place) -> bool:
    """Whether a place is only an examination's region, or told to be normal."""
    folded = reading.folded
    if _NORMAL.match(folded, place.end, reading.sentence(place.start).end):
        return True
    for hit in reading.hits_between("imaging", place.start - 50, place.start):
        if _ITS_PLACES.fullmatch(folded, hit.end, place.start):
            return True
    return False
