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
_NODES = (
    ("/", re.compile(r"\b(\d{1,2}) ?n ?\+? ?/ ?(\d{1,2}) ?n?\b", re.ASCII)),
    ("/", re.compile(r"\b(\d{1,2}) ?/ ?(\d{1,2}) ?(?:ganglions?|gg|n\b|adenopathies)", re.ASCII)),
    (" sur ", re.compile(r"\b(\d{1,2}) (?:ganglions?|adenopathies?)(?: \w+){0,4} sur (?:les )?(\d{1,2})\b", re.ASCII)),
    ("/", re.compile(r"\bn ?[0-3][a-c]? ?(?:\(sn\) ?)?\((\d{1,2}) ?/ ?(\d{1,2})\b", re.ASCII)),
    ("/", re.compile(r"\bganglion[a-z ]{0,40}\((\d{1,2}) ?/ ?(\d{1,2})\b", re.ASCII)),
)
"""What tells of nodes involved among those removed, each with a sign without which it cannot be there."""
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
    given = [treatment for treatment in treatments if treatment.item.status != "planned"]
    for item in story.of_types("response", "adverse_event"):
        if item.status not in ("affirmed", "suspected"):
            continue
        before = [treatment for treatment in given if _begun(treatment, item)]
        before = [treatment for treatment in before if treatment.tumour is not None] or before
        if not before:
            continue
        systemic = [treatment for treatment in before if treatment.item.get("kind") != "surgery"]
        chosen = before[-1] if item.type == "adverse_event" or not systemic else systemic[-1]
        beside = [t for t in before if any(_one_sentence(story, held, item) for held in t.items)]
        chosen = beside[-1] if beside else chosen
        (chosen.responses if item.type == "response" else chosen.toxicities).append(item)


def _begun(treatment: Treatment, item: Item) -> bool:
    start = treatment.start
    if item.date and start:
        shown = min(len(item.date), len(start))
        return start[:shown] <= item.date[:shown]
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
        cues = [place for cue in _MARGIN_CUES if (place := words.find(cue)) >= 0]
        match = _MARGINS.search(words, min(cues)) if cues else None
        if match and match["involved"] and _ABSENT.search(words, max(0, match.start() - _ABSENCE_REACH), match.start()):
            match = None  # `en l'absence de facteurs de récidive (emboles, limites envahies)`
        if match and margins is None:
            margins = match["r"].upper() if match["r"] else "R1" if match["involved"] else "R0"
        for sign, pattern in _NODES if nodes is None else ():
            told = pattern.search(words) if nodes is None and sign in words else None
            if told and int(told[1]) <= int(told[2]) > 0:
                nodes = f"{int(told[1])}/{int(told[2])}"
    return margins, nodes


def stop_reason(treatment: Treatment, story: Story, ends: dict[int, int]) -> str | None:
    """Why a course was ended, in the report's words: told in its sentence or behind it, before the next course."""
    if treatment.item.get("kind") in ("surgery", "transplant", "embolisation"):
        return None
    for item in treatment.items:
        page = story.page(item)
        start, end = item.span[0], ends.get(id(item), item.span[1])
        words = page.folded[start:end]
        match = _STOPPED.search(page.folded, start, end) if any(cue in words for cue in _STOP_CUES) else None
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
