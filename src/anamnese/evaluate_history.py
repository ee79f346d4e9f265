"""How well histories are made: tumours, episodes, courses and the order of dated events, against gold histories.

A gold history is `ID.json`: `tumours`, `episodes` and `courses` (whose `tumour` is a position in `tumours`) and the
dated `timeline`. An episode is right where its
tumour, kind and date are; a course where its kind, drugs or regimen, line, and the dates that the gold gives are.
Dates are compared to the month,
and only as precisely as both tell. What is only planned or suspected may be there or not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from anamnese.evaluate import Count
from anamnese.history.naming import stems
from anamnese.lexicon.tables import normalise
from anamnese.record import Course, Episode, History, TimelineEvent, TumourRecord

Gold = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """One part of a gold history that is missing or wrong, or one of ours that the gold does not have."""

    case: str
    part: str
    what: str
    gold: Any


@dataclass(slots=True)
class HistoryEvaluation:
    """Counts a part (`tumours`, `episodes`, `courses`, `events`), the pairs of dated events in order, and every
    fault."""

    parts: dict[str, Count] = field(
        default_factory=lambda: {part: Count() for part in ("tumours", "episodes", "courses", "events")}
    )
    attributes: dict[str, Count] = field(default_factory=dict)
    """Of the courses that are found: how many have each attribute right."""
    pairs: int = 0
    pairs_in_order: int = 0
    faults: list[Fault] = field(default_factory=list)

    def order(self) -> float:
        """The share of neighbouring dated events of the gold that stand in the same order."""
        return self.pairs_in_order / self.pairs if self.pairs else 1.0

    def episodes_and_courses(self) -> float:
        """The share of the gold's episodes and courses that are right in all that the gold tells."""
        parts = [self.parts["episodes"], self.parts["courses"]]
        gold = sum(count.gold for count in parts)
        return sum(count.correct for count in parts) / gold if gold else 1.0


def evaluate_histories(gold_dir: Path, history_of: Callable[[str], History | None]) -> HistoryEvaluation:
    """Compare the history of each `ID.json` of a folder with what `history_of(ID)` gives; None leaves the case out."""
    result = HistoryEvaluation()
    for path in sorted(gold_dir.glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        record = history_of(gold["id"])
        if record is not None:
            compare(gold, record, result)
    return result


def reports_of(id: str, folders: Sequence[Path]) -> list[Path]:
    """The reports that a gold history is of: `ID.txt`, or all documents `ID-….txt` of a patient."""
    for folder in folders:
        found = [folder / f"{id}.txt"] if (folder / f"{id}.txt").exists() else sorted(folder.glob(f"{id}-*.txt"))
        if found:
            return found
    return []


def compare(gold: Gold, record: History, result: HistoryEvaluation) -> None:
    """Add one gold history and ours to the counts."""
    id = gold["id"]
    tumours = _match_tumours(gold, record, result)
    ours = [
        (number, tumour.episodes[place])
        for number, tumour in enumerate(record.tumours)
        if tumour.status == "affirmed"
        for place in range(len(tumour.episodes))
    ]
    _score(
        id,
        "episodes",
        gold["episodes"],
        ours,
        lambda g, o: _same_episode(g, o, tumours),
        lambda o: not o[1].suspected,
        result,
    )
    courses = [*_courses(record)]
    pairs = _score(
        id,
        "courses",
        gold["courses"],
        courses,
        lambda g, o: _right_course(g, o[1]),
        lambda o: o[0] is not None and o[1].status == "affirmed",
        result,
    )
    for number, (found, course) in pairs.items():
        _score_attributes(
            id, gold["courses"][number], course, tumours.get(gold["courses"][number]["tumour"]) == found, result
        )
    _score_order(gold, record, result)


def _match_tumours(gold: Gold, record: History, result: HistoryEvaluation) -> dict[int, int]:
    """The place of each gold tumour among ours."""
    ours = [(i, tumour) for i, tumour in enumerate(record.tumours) if tumour.status != "family"]
    matched = _score(
        gold["id"],
        "tumours",
        gold["tumours"],
        ours,
        lambda g, o: _same_tumour(g, o[1]),
        lambda o: o[1].status == "affirmed",
        result,
    )
    return {g: o[0] for g, o in matched.items()}


def _score(
    id: str,
    part: str,
    gold: Sequence[Gold],
    ours: Sequence[Any],
    likeness: Callable[[Gold, Any], float],
    counted: Callable[[Any], bool],
    result: HistoryEvaluation,
) -> dict[int, Any]:
    """Pair gold with ours, the likest first; a likeness of 1 or more is right, less is found, 0 is another."""
    ranked = sorted(
        (
            (-score, g, o)
            for g, one in enumerate(gold)
            for o, other in enumerate(ours)
            if (score := likeness(one, other)) > 0
        )
    )
    pairs: dict[int, int] = {}
    scores: dict[int, float] = {}
    for score, g, o in ranked:
        if g not in pairs and o not in pairs.values():
            pairs[g], scores[g] = o, -score
    count = result.parts[part]
    count.gold += len(gold)
    count.correct += sum(score >= 1 for score in scores.values())
    count.predicted += sum(o in pairs.values() or counted(other) for o, other in enumerate(ours))
    for g, one in enumerate(gold):
        if scores.get(g, 0) < 1:
            got = f"got {_shown(ours[pairs[g]])}" if g in pairs else "missed"
            result.faults.append(Fault(id, part, got, one))
    for o, other in enumerate(ours):
        if o not in pairs.values() and counted(other):
            result.faults.append(Fault(id, part, f"spurious {_shown(other)}", None))
    return {g: ours[o] for g, o in pairs.items()}


def _same_tumour(gold: Gold, ours: TumourRecord) -> float:
    organ = bool((ours.topography or "")[:3] == gold["topography"][:3])
    histology = bool((ours.morphology or "")[:4] == gold["morphology"][:4])
    side: bool = gold.get("laterality") in (None, ours.laterality)
    if not organ and not (histology and int(gold["morphology"][:4]) >= 9590):
        return 0.0
    return 0.4 + 0.3 * histology + 0.2 * side + 0.1 * same_date(gold.get("date"), ours.diagnosed.value) + 1e-9


def same_date(gold: str | None, ours: str | None) -> bool:
    """Whether ours is the gold's date, to the month and as precisely as both tell; the gold's None is any."""
    if gold is None:
        return True
    if ours is None:
        return False
    shown = min(len(gold), len(ours), 7)
    return gold[:shown] == ours[:shown]


def _same_episode(gold: Gold, ours: tuple[int, Episode], tumours: dict[int, int]) -> float:
    if tumours.get(gold["tumour"]) != ours[0]:
        return 0.0
    kind, date = ours[1].kind == gold["kind"], same_date(gold["date"], ours[1].when.value)
    return 1.0 if kind and date else 0.6 if date and _changed(ours[1].kind, gold["kind"]) else 0.4 if kind else 0.0


def _changed(ours: str, gold: str) -> bool:
    """Whether both kinds tell that the disease came back or went on, or both tell of a first disease."""
    groups = (("initial", "second_primary"), ("remission",))
    return all((ours in group) == (gold in group) for group in groups)


def _courses(record: History) -> Iterator[tuple[int | None, Course]]:
    for number, tumour in enumerate(record.tumours):
        for episode in tumour.episodes:
            for course in episode.courses:
                yield number, course
    for course in record.other_courses:
        yield None, course


def _right_course(gold: Gold, ours: Course) -> float:
    """1 where a course is the gold's in all that the gold tells; less where only the treatment is the same."""
    if ours.kind != gold["kind"]:
        return 0.0
    drugs = _substances(gold["drugs"])
    told = _substances(drug.name for drug in ours.drugs)
    if drugs or gold["regimen"]:
        shared = len(drugs & told) / max(len(drugs | told), 1)
        named = bool(gold["regimen"]) and _acronym(gold["regimen"]) == _acronym(ours.regimen)
        if shared < 0.5 and not named:
            return 0.0
        likeness = 0.4 + 0.1 * shared + 0.1 * named
    else:
        likeness = 0.3
    dates = [same_date(gold[end], when.value) for end, when in (("start", ours.start), ("end", ours.end))]
    if not drugs and not gold["regimen"] and not (dates[0] or (gold["start"] is None and dates[1])):
        return 0.0
    if all(dates) and gold["line"] == ours.line:
        return likeness + 0.7
    return likeness + 0.1 * sum(dates) + 0.05 * bool(gold["line"] == ours.line)


def _substances(names: Iterable[str]) -> set[str]:
    """The substances of a course; fixed combinations are written with a stroke or without."""
    return {normalise(name) for name in names}


def _acronym(regimen: str | None) -> str:
    """A regimen without its punctuation, and without the rituximab that some write before it."""
    return re.sub(r"[^a-z0-9]|^r-", "", (regimen or "").lower())


def _score_attributes(id: str, gold: Gold, ours: Course, tumour: bool, result: HistoryEvaluation) -> None:
    told = {
        "tumour": tumour,
        "start": same_date(gold["start"], ours.start.value) if gold["start"] else None,
        "end": same_date(gold["end"], ours.end.value) if gold["end"] else None,
        "line": gold["line"] == ours.line,
        "cycles": gold["cycles"] == ours.cycles if gold["cycles"] else None,
        "regimen": _acronym(gold["regimen"]) == _acronym(ours.regimen) if gold["regimen"] else None,
    }
    for name, right in told.items():
        if right is None:
            continue
        count = result.attributes.setdefault(name, Count())
        count.gold += 1
        count.predicted += 1
        count.correct += right
        if not right:
            result.faults.append(Fault(id, f"course.{name}", f"got {_shown((0, ours))}", gold))


def _score_order(gold: Gold, record: History, result: HistoryEvaluation) -> None:
    """Find the gold's dated events in our timeline: by date and words, else by date alone; then look at their order."""
    places: list[int | None] = []
    count = result.parts["events"]
    for event in gold["timeline"]:
        fitting = [
            (i, ours)
            for i, ours in enumerate(record.timeline)
            if ours.when.value and same_date(event["date"], ours.when.value)
        ]
        best = max(fitting, key=lambda pair: (_likeness(event, pair[1]), -pair[0]), default=None)
        places.append(best[0] if best else None)
        count.gold += 1
        count.predicted += best is not None
        count.correct += best is not None
        if best is None:
            result.faults.append(Fault(gold["id"], "events", "missed", event))
    found = [(event["date"], place) for event, place in zip(gold["timeline"], places, strict=True) if place is not None]
    for (date, place), (later, next_place) in pairwise(found):
        if date[:7] == later[:7] and date != later and len(date) != len(later):
            continue  # a month and a day in it: no order told
        result.pairs += 1
        result.pairs_in_order += place <= next_place
        if place > next_place:
            result.faults.append(Fault(gold["id"], "order", f"{record.timeline[place].label_fr} before", (date, later)))


def _likeness(event: Gold, ours: TimelineEvent) -> float:
    words = stems(event["what"])
    exact = len(event["date"]) <= len(ours.when.value or "") and (ours.when.value or "").startswith(event["date"])
    return len(words & stems(ours.label_fr)) + 2 * exact


def _shown(ours: Any) -> str:
    if isinstance(ours, tuple) and isinstance(ours[1], TumourRecord):
        tumour = ours[1]
        return f"{tumour.topography} {tumour.morphology} {tumour.laterality} {tumour.diagnosed.value}"
    if isinstance(ours, tuple) and isinstance(ours[1], Episode):
        return f"{ours[0]} {ours[1].kind} {ours[1].when.value} {' '.join(ours[1].sites)}"
    course: Course = ours[1]
    named = [course.regimen or "", *(drug.name for drug in course.drugs), course.procedure or ""]
    return (
        f"{ours[0]} {course.kind} {' '.join(named)} "
        f"{course.start.value}..{course.end.value} line {course.line} {course.status}"
    )
