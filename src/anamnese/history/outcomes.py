"""What became of a course: responses, toxicities, why it ended; of an operation, its margins and nodes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from anamnese.history.story import Item, Page, Story
from anamnese.history.treatment import Treatment

RESPONSES = (
    "pathologic_complete",
    "complete",
    "no_evidence_of_disease",
    "partial",
    "favourable",
    "stable",
    "progression",
)
"""From the best response to the worst."""

_MARGINS = re.compile(
    r"(?P<r>\br[012]\b)"
    r"|(?P<involved>(?:limites|marges|recoupes|tranches)[^.;\n]{0,40}"
    r"\b(?:positives?|atteintes?|envahies?|tumorales|non saines)|exerese incomplete|residu macroscopique)"
    r"|(?P<clear>(?:limites|marges|recoupes|tranches)[^.;\n]{0,40}"
    r"\b(?:saines|negatives|libres|indemnes|non envahies|non tumorales)|exerese (?:en zone saine|complete))",
    re.ASCII,
)
_MARGIN_CUES = (
    "limites", "marges", "recoupes", "tranches", "exerese incomplete", "exerese en zone saine", "exerese complete",
    "residu macroscopique", "r0", "r1", "r2",
)  # fmt: skip
"""What `_MARGINS` begins with: most of what is told of an operation has none of it, and is not searched."""
_ABSENT = re.compile(r"\babsence\b[^.;\n]*$", re.ASCII)
_ABSENCE_REACH = 120
_FAR = 1 << 40
_NODES = (
    ("/", 7, re.compile(r"(\d(?<!\w\d)\d?) ?n ?\+? ?/ ?(\d{1,2}) ?n?\b", re.ASCII)),
    ("/", 3, re.compile(r"(\d(?<!\w\d)\d?) ?/ ?(\d{1,2}) ?(?:ganglions?|gg|n\b|adenopathies)", re.ASCII)),
    (
        " sur ",
        _FAR,
        re.compile(r"(\d(?<!\w\d)\d?) (?:ganglions?|adenopathies?)(?: \w+){0,4} sur (?:les )?(\d{1,2})\b", re.ASCII),
    ),
    ("/", 14, re.compile(r"n(?<!\wn) ?[0-3][a-c]? ?(?:\(sn\) ?)?\((\d{1,2}) ?/ ?(\d{1,2})\b", re.ASCII)),
    ("/", 52, re.compile(r"ganglion(?<!\wganglion)[a-z ]{0,40}\((\d{1,2}) ?/ ?(\d{1,2})\b", re.ASCII)),
)
"""What tells of nodes involved among those removed, each with a sign without which it cannot be there, and how many
characters before the sign it begins at most; a word or number begins where its first letter or digit has none before
it."""
_STOPPED = re.compile(
    r"\b(?:arret(?:e|ee|es|ees|er)?|interromp\w+|interruption|suspend\w*|suspension|stopp\w+)\b[^.;\n]{0,50}?"
    r"\b(?:pour|en raison d[eu']|du fait d[eu']|devant|suite a|a cause d[eu']|secondaire a|par)\b ?"
    r"(?:l[ae'] ?|les |un |une |des )?(?P<why>[^.;,\n(]{3,70})",
    re.ASCII,
)
_STOP_CUES = ("arret", "interr", "suspen", "stopp")
"""Beginnings of the verbs of `_STOPPED`, without one of which it is not searched."""
_REACH = 700
"""How far behind a course its outcome may be told, in characters."""


def attach(treatments: Sequence[Treatment], story: Story) -> None:
    """Give each response and toxicity to the course that it follows: by date where both have one, else by the
    telling; to one that is of no tumour only where no other is."""
    given = [(treatment, treatment.start) for treatment in treatments if treatment.item.status != "planned"]
    for item in story.of_types("response", "adverse_event") if given else ():
        if item.status not in ("affirmed", "suspected"):
            continue
        before = [treatment for treatment, start in given if _begun(treatment, start, item)]
        before = [treatment for treatment in before if treatment.tumour is not None] or before
        if not before:
            continue
        chosen = _told_beside(before, item, story)
        if chosen is None:
            systemic = [treatment for treatment in before if treatment.item.kind != "surgery"]
            chosen = before[-1] if item.type == "adverse_event" or not systemic else systemic[-1]
        (chosen.responses if item.type == "response" else chosen.toxicities).append(item)


def _told_beside(before: Sequence[Treatment], item: Item, story: Story) -> Treatment | None:
    """The last course that is told in an item's sentence."""
    for treatment in reversed(before):
        for held in treatment.items:
            if _one_sentence(story, held, item):
                return treatment
    return None


def _begun(treatment: Treatment, start: str | None, item: Item) -> bool:
    date = item.date
    if date and start:
        return start[: len(date)] <= date[: len(start)]
    return treatment.item.order <= item.order


def _one_sentence(story: Story, held: Item, item: Item) -> bool:
    if held.page != item.page or held.order > item.order:
        return False
    return story.page(held).one_sentence(held.span[0], item.span[0])


def best_response(treatment: Treatment) -> str | None:
    """The best of the responses to a course."""
    ranks = [RESPONSES.index(r.get("category")) for r in treatment.responses if r.get("category") in RESPONSES]
    return RESPONSES[min(ranks)] if ranks else None


def toxicities(treatment: Treatment) -> tuple[str, ...]:
    """The toxicities of a course in the fact's words, with their grade."""
    found: dict[str, str] = {}
    for item in treatment.toxicities:
        grade = item.get("grade")
        term = str(item.get("term"))
        if isinstance(grade, int | float):
            found[term] = f"{term} (grade {grade:g})"
        else:
            found.setdefault(term, term)
    return tuple(found.values())


def margins_and_nodes(treatment: Treatment, story: Story, ends: dict[int, int]) -> tuple[str | None, str | None]:
    """The margins (`R0`, `R1`, `R2`) and nodes (`2/12`) told behind an operation, before the next course is."""
    margins = nodes = None
    for item in treatment.items:
        page = story.page(item)
        start = page.sentence(item.span[0]).start
        words = page.folded[start : ends.get(id(item), start)]
        cue = _first_of(_MARGIN_CUES, words, 0, len(words))
        match = _MARGINS.match(words, cue) if cue >= 0 else None
        while cue >= 0 and not match:
            cue = _first_of(_MARGIN_CUES, words, cue + 1, len(words))
            match = _MARGINS.match(words, cue) if cue >= 0 else None
        if match and match["involved"] and _ABSENT.search(words, max(0, match.start() - _ABSENCE_REACH), match.start()):
            match = None  # `en l'absence de facteurs de récidive (emboles, limites envahies)`
        if match and margins is None:
            margins = match["r"].upper() if match["r"] else "R1" if match["involved"] else "R0"
        if nodes is None:
            nodes = _nodes(words)
    return margins, nodes


def _nodes(words: str) -> str | None:
    for sign, before, pattern in _NODES:
        place = words.find(sign)
        told = pattern.search(words, max(0, place - before)) if place >= 0 else None
        if told and int(told[1]) <= int(told[2]) > 0:
            return f"{int(told[1])}/{int(told[2])}"
    return None


def _first_of(cues: Sequence[str], words: str, start: int, end: int) -> int:
    """Where the first of some words stands in `start:end`, none of which holds another; -1 where none does."""
    first = -1
    for cue in cues:
        place = words.find(cue, start, end)
        if place >= 0:
            first, end = place, place + len(cue) - 1  # what is found next must begin before it
    return first


def stop_reason(treatment: Treatment, story: Story, ends: dict[int, int]) -> str | None:
    """Why a course was ended, in the report's words: told in its sentence or behind it, before the next course."""
    if treatment.item.kind in ("surgery", "transplant", "embolisation"):
        return None
    for item in treatment.items:
        page = story.page(item)
        start, end = item.span[0], ends.get(id(item), item.span[1])
        cue = _first_of(_STOP_CUES, page.folded, start, end)
        match = _STOPPED.search(page.folded, cue, end) if cue >= 0 else None
        if match:
            return " ".join(page.text[match.start("why") : match.end("why")].split())
    return None


def reaches(treatments: Sequence[Treatment], story: Story) -> dict[int, int]:
    """Where the telling of each item ends: where that of another course begins, and not far behind its words."""
    found: dict[int, int] = {}
    by_page: dict[int, list[Item]] = {}
    course: dict[int, int] = {}
    for number, treatment in enumerate(treatments):
        for item in treatment.items:
            by_page.setdefault(item.page, []).append(item)
            course[id(item)] = number
    for number, items in by_page.items():
        items.sort(key=lambda item: item.order)
        page: Page = story.pages[number]
        for i, item in enumerate(items):
            end = min(len(page.folded), item.span[1] + _REACH)
            for other in items[i + 1 :]:
                if other.span[0] >= end:
                    break
                if other.span[0] >= item.span[1] and course[id(other)] != course[id(item)]:
                    end = other.span[0]
                    break
            found[id(item)] = end
    return found
