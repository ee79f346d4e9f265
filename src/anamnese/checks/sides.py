"""Left and right: what is told of one side and done, seen or found again on the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anamnese.case import Fact
from anamnese.checks.checked import Checked, Page, before
from anamnese.checks.rule import Clash, Filling, rule
from anamnese.reading.fold import fold
from anamnese.record import Place

_NOT_BOTH = r"(?! ?(?:et|ou|puis|>|/|comme) ?(?:[ad]u |le |la |a |celui )*(?:gauche|droite?)\b)"
_SIDE_AFTER = re.compile(r"(?: [a-z-]+)? (gauche|droite?|[gd](?![a-z']))(?:s|es)?\b" + _NOT_BOTH)
_OTHER = {"left": "right", "right": "left"}
_WORDS: dict[str, Filling] = {"left": ("gauche", "left"), "right": ("droite", "right")}
_MIRROR = {"gauche": "droit", "gauches": "droits", "droit": "gauche", "droite": "gauche", "droits": "gauches",
           "droites": "gauches", "g": "D", "d": "G"}  # fmt: skip
_SIDE_WORD = re.compile(r"\b(gauches?|droite?s?|[gd])$")
_OPERATED_SIDE = re.compile(r"[^.,;:(\n+]{0,28}?\b(gauche|droite?)s?\b" + _NOT_BOTH)


def _side(word: str) -> str:
    return "left" if word[0] == "g" else "right"


_FEMININE = re.compile(r"ectomie|surrenale|parotide|amygdale|ovarienne|mammaire|enucleation|exenteration")


def _mirrored(place: Place) -> str:
    """The words with the other side."""
    side = _SIDE_WORD.search(place.quote.lower())
    if side is None:
        return place.quote
    other = _MIRROR[side[1]]
    if other == "droit" and _FEMININE.search(fold(place.quote)):
        other = "droite"
    return place.quote[: side.start()] + other


def _sided_organs(page: Page) -> Iterator[tuple[str, str, Place]]:
    """The mentions of paired organs with one side: (topography, side, words)."""
    for word in page.words("paired"):
        after = _SIDE_AFTER.match(page.flat, word.end)
        if after is None or (len(after[1]) == 1 and not page.text[after.start(1)].isupper()):
            continue
        yield word.row["organ"], _side(after[1]), page.place(word.start, after.end())


def _one_side(record: Checked, organ: str) -> tuple[Page, Fact, str] | None:
    """The tumour of a paired organ, and its side, where all tumours told of that organ (benign ones too) lie on one
    side.
    """
    told = [(page, fact) for page, fact in record.facts("tumour") if fact.attributes["topography"].startswith(organ)]
    sides = {fact.attributes.get("laterality") for _, fact in told} - {None}
    malignant = [(page, fact) for page, fact in record.tumours if (page, fact) in told]
    with_side = next(
        ((page, fact) for page, fact in malignant if _beside(page, fact, fact.attributes.get("laterality"))), None
    )
    if len(sides) != 1 or with_side is None or "bilateral" in sides:
        return None
    return (*with_side, sides.pop() or "")


_STEMS = {"left": "gauche", "right": "droit"}
_WINDOW = 60
"""Characters around a tumour's words in which its side stands."""
_NEXT_WORD = 12


def _beside(page: Page, tumour: Fact, side: str | None) -> bool:
    """Whether a tumour's side, and not the other, stands in its own words or beside them."""
    if side not in _STEMS:
        return False
    sentence = page.sentence(tumour.start)
    around = page.flat[
        max(sentence.start, tumour.start - _WINDOW) : min(max(sentence.end, tumour.end), tumour.end + _WINDOW)
    ]
    words = page.flat[tumour.start : tumour.end + _NEXT_WORD]
    told = words if any(stem in words for stem in _STEMS.values()) else around
    initial = (side[0] == "l" and re.search(r"\bG\b", tumour.quote)) or (
        side[0] == "r" and re.search(r"\b[Dd]t?\b", tumour.quote)
    )
    return bool(initial) or (_STEMS[side] in told and _STEMS[_OTHER[side]] not in told)


@rule(
    "high",
    fr=(
        "La tumeur est {side} (« {0} ») mais la suite décrit l'autre côté (« {1} »), sans autre mention "
        "d'une atteinte de ce côté."
    ),
    en=(
        "The tumour is on the {side} (“{0}”) but the story goes on with the other side (“{1}”), which "
        "nothing else tells of."
    ),
)
def signs_on_other_side(record: Checked) -> Iterator[Clash]:
    """A sign, lesion or relapse told once on the side opposite to the tumour, while what follows is on the tumour's
    side.
    """
    for page in record.pages:
        mentions: dict[str, list[tuple[str, Place]]] = {}
        for organ, side, place in _sided_organs(page):
            mentions.setdefault(organ, []).append((side, place))
        for organ, told in mentions.items():
            tumour = _one_side(record, organ)
            if tumour is None or page is not tumour[0]:
                continue
            opposite = [
                place for side, place in told if side == _OTHER.get(tumour[2]) and place.start > tumour[1].start
            ]
            signs = [place for place in opposite if _tells_of_disease(page, place)]
            same_later = [p for side, p in told if side == tumour[2] and opposite and p.start > opposite[0].start]
            if len(signs) == 1 and len(opposite) == 1 and same_later:
                yield Clash((page.of(tumour[1]), signs[0]), _mirrored(signs[0]), {"side": _WORDS[tumour[2]]})


def _tells_of_disease(page: Page, place: Place) -> bool:
    """Whether the clause around an organ tells of a sign there, and neither clears it nor sets it apart."""
    sentence = page.sentence(place.start)
    start, end = max(sentence.start, place.start - 120), min(sentence.end, place.end + 60)
    return bool(page.words_between("signs", start, end)) and not page.words_between(
        "set_apart", sentence.start, sentence.end
    )


def _sided(page: Page) -> Iterator[tuple[str, str, Place]]:
    """The mentions of paired organs with one side, and the operations of them with one."""
    yield from _sided_organs(page)
    for word in page.words("operations"):
        after = _OPERATED_SIDE.match(page.flat, word.end)
        if after and not page.words_between("paired", word.end, after.end()):
            yield word.row["organ"], _side(after[1]), page.place(word.start, after.end())


@rule(
    "medium",
    fr="« {1} » est seul de ce côté : tout le reste est à {side} (« {0} »).",
    en="“{1}” is alone on its side: all else is on the {side} (“{0}”).",
)
def side_told_once(record: Checked) -> Iterator[Clash]:
    """One mention of disease or operation on a side of an organ whose tumour is everywhere else told on the other."""
    if not record.one_patient:
        return
    surer = {clash.places[-1] for clash in signs_on_other_side.find(record)}
    for page in record.pages:
        mentions: dict[str, dict[str, list[Place]]] = {}
        for organ, side, place in _sided(page):
            mentions.setdefault(organ, {"left": [], "right": []})[side].append(place)
        for organ, by_side in mentions.items():
            if not record.has_tumour_of(organ):
                continue
            ill = {side: [place for place in places if _ill(page, place)] for side, places in by_side.items()}
            odd, usual = sorted(ill, key=lambda side: (len(ill[side]), len(by_side[side])))
            told = len(by_side[usual]) + any(_operated(page, place) for place in by_side[usual])
            diseased = [place for place in ill[odd] if not _apart(page, place)]
            if len(diseased) != 1 or len(ill[usual]) < max(2, len(ill[odd]) + 1) or told < _OFTEN:
                continue
            place = diseased[0]
            if place not in surer and not _two_sided(record, organ, page, place):
                yield Clash((ill[usual][0], place), _mirrored(place), {"side": _WORDS[usual]})


def _ill(page: Page, place: Place) -> bool:
    """Whether a side of an organ is told as operated or with signs of disease."""
    sentence = page.sentence(place.start)
    start, end = max(sentence.start, place.start - 60), min(sentence.end, place.end + 30)
    return _operated(page, place) or bool(page.words_between("signs", start, end))


def _apart(page: Page, place: Place) -> bool:
    """Whether the sentence sets a side apart from the tumour, or tells of both sides."""
    sentence = page.sentence(place.start)
    return bool(page.words_between("set_apart", *sentence) or page.words_between("both", *sentence))


def _operated(page: Page, place: Place) -> bool:
    """Whether the words are an operation with its side (`mastectomie gauche`)."""
    return any(word.start == place.start for word in page.words_between("operations", place.start, place.end))


_OFTEN = 3
"""Mentions of a side that make the other one odd; an operation there counts twice."""


def _two_sided(record: Checked, organ: str, page: Page, place: Place) -> bool:
    """Whether tumours of an organ are told on both sides, apart from one that the odd words themselves tell."""
    sides = {
        fact.attributes.get("laterality")
        for owner, fact in record.facts("tumour")
        if fact.attributes["topography"].startswith(organ)
        and not (owner is page and fact.start < place.end and place.start < fact.end)
    }
    return "bilateral" in sides or {"left", "right"} <= sides


@rule(
    "high",
    fr="La tumeur est {side} (« {0} ») mais le traitement local porte sur l'autre côté (« {1} »).",
    en="The tumour is on the {side} (“{0}”) but the local treatment is on the other side (“{1}”).",
)
def treatment_of_other_side(record: Checked) -> Iterator[Clash]:
    """An operation of a paired organ on the side opposite to its only tumour, not prophylactic and not before it."""
    for page, therapy in record.facts("therapy"):
        procedure = therapy.attributes.get("procedure")
        if not procedure:
            continue
        operation = next(iter(page.words_between("operations", therapy.start, therapy.end + 20)), None)
        if operation is None:
            continue
        tumour = _one_side(record, operation.row["organ"])
        after = _OPERATED_SIDE.match(page.flat, operation.end)
        if tumour is None or after is None or _side(after[1]) == tumour[2]:
            continue
        sentence = page.sentence(operation.start)
        if before(therapy.date, tumour[1].date) or page.words_between("set_apart", sentence.start, sentence.end):
            continue
        done = page.place(operation.start, after.end())
        yield Clash((tumour[0].of(tumour[1]), done), _mirrored(done), {"side": _WORDS[tumour[2]]})


@rule(
    "medium",
    fr="La même tumeur est dite d'un côté (« {0} ») puis de l'autre (« {1} »).",
    en="The same tumour is told on one side (“{0}”), then on the other (“{1}”).",
)
def one_tumour_on_two_sides(record: Checked) -> Iterator[Clash]:
    """Two tumours of one organ, histology and date on opposite sides in a report that nowhere tells of both sides."""
    surer = {clash.places[-1] for finder in (signs_on_other_side, side_told_once) for clash in finder.find(record)}
    for page in record.pages:
        first: dict[tuple[str, str | None, str | None], Fact] = {}
        if not record.one_patient or page.words("both"):
            continue
        for fact in page.facts("tumour"):
            side = fact.attributes.get("laterality")
            if side not in _OTHER or not _beside(page, fact, side):
                continue
            key = (fact.attributes["topography"][:3], fact.attributes.get("morphology"), fact.date)
            known = first.setdefault(key, fact)
            place = page.of(fact)
            inside = any(place.start <= other.start < place.end for other in surer)
            if known.attributes["laterality"] != side and not inside and not _apart(page, place):
                yield Clash((page.of(known), place))


@rule(
    "high",
    fr="Les comptes rendus ne disent pas le même côté pour la tumeur : « {0} » et « {1} ».",
    en="The reports do not tell the same side for the tumour: “{0}” and “{1}”.",
)
def tumour_sides_differ_between_reports(record: Checked) -> Iterator[Clash]:
    """One organ's malignant tumour left in one report and right in another, where neither report knows both."""
    seen: dict[str, tuple[Page, Fact, set[str]]] = {}
    for page in record.pages:
        by_organ: dict[str, list[Fact]] = {}
        for owner, fact in record.tumours:
            if owner is page and fact.attributes.get("laterality") in _OTHER:
                by_organ.setdefault(fact.attributes["topography"][:3], []).append(fact)
        for organ, facts in by_organ.items():
            sides = {fact.attributes["laterality"] for fact in facts}
            first = seen.setdefault(organ, (page, facts[0], sides))
            if len(sides) == 1 and len(first[2]) == 1 and sides != first[2]:
                yield Clash((first[0].of(first[1]), page.of(facts[0])))


@rule(
    "medium",
    fr="« {0} » : cet organe n'a pas de côté, ou n'a pas cette partie de ce côté.",
    en="“{0}”: this organ has no sides, or not this part on this side.",
)
def side_that_organ_lacks(record: Checked) -> Iterator[Clash]:
    """A side of an organ that has none (`utérus gauche`), a lobe that the side lacks (`lobe moyen gauche`)."""
    for page in record.pages:
        for word in page.words("no_such_side"):
            yield Clash((page.place(word.start, word.end),), word.row["instead"] or None)


_BILATERAL_OF_ONE_SIDE = re.compile(r" (?:du|de la|des|de l')[ ]?([a-z]+) (gauche|droite?)\b(?! (?:et|ou|>))")


@rule(
    "medium",
    fr="« {0} » : bilatéral et d'un seul côté à la fois.",
    en="“{0}”: bilateral and of one side at once.",
)
def bilateral_of_one_side(record: Checked) -> Iterator[Clash]:
    """`tumeur bilatérale du sein gauche`: both sides and one at once."""
    for page in record.pages:
        for word in page.words("bilateral"):
            after = _BILATERAL_OF_ONE_SIDE.match(page.flat, word.end)
            if after and page.words_between("paired", after.start(1), after.end(1)):
                yield Clash((page.place(word.start, after.end()),))


RULES = (
    signs_on_other_side,
    side_told_once,
    one_tumour_on_two_sides,
    treatment_of_other_side,
    tumour_sides_differ_between_reports,
    side_that_organ_lacks,
    bilateral_of_one_side,
)
