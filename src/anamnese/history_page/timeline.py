"""The timeline: what is drawn of a record, lane by lane, above one time axis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from anamnese.history_page.courses import (
    course_label,
    course_words,
    episode_words,
    numbers,
    span_words,
    tumour_name,
)
from anamnese.history_page.layout import LEFT, RIGHT, Part, Shape
from anamnese.history_page.markup import Both
from anamnese.history_page.proofs import Proofs, shortened
from anamnese.history_page.scale import Scale
from anamnese.history_page.words import joined, known, say, when_words
from anamnese.record import Course, History, Measure, Proof, TimelineEvent, When

_KINDS = (
    "surgery",
    "radiotherapy",
    "chemotherapy",
    "targeted",
    "immunotherapy",
    "hormone",
    "transplant",
    "embolisation",
    "other",
)
_POINT = 4.0
"""Half the width of a mark."""

_BADGE = 11.0
"""Half the width of a badge."""

_THIN = 7.0
"""The least width of a bar."""

TAIL = 24.0
"""How far a bar without a beginning or an end is drawn on; it stands for no duration."""

_LONG_WORDS = 44


@dataclass(frozen=True, slots=True)
class Lane:
    """A stripe of the drawing with its name. `bars`: its shapes are bars; `rows`: how many rows it may take."""

    name: Both
    shapes: tuple[Shape, ...]
    bars: bool
    rows: int = 12


@dataclass(frozen=True, slots=True)
class Chart:
    """The values of one serum marker in order of time."""

    name: str
    unit: str
    values: tuple[Measure, ...]


def scale_of(history: History) -> Scale | None:
    """The axis that holds every dated part of a record; None where nothing is dated."""
    intervals = [(first, last) for first, last in _intervals(history) if first and last]
    return Scale(intervals, LEFT + 4, RIGHT - 14) if intervals else None


def _intervals(history: History) -> Iterator[tuple[str | None, str | None]]:
    """The first and last day of each dated part; a course's from its beginning to its end."""
    for _, course in courses_of(history):
        start, end = (course.start, course.end) if _in_order(course) else (course.start, When())
        yield start.earliest or end.earliest, end.latest or start.latest
    for tumour in history.tumours:
        yield tumour.diagnosed.earliest, tumour.diagnosed.latest
        for episode in tumour.episodes:
            yield episode.when.earliest, episode.when.latest
    dated = [event.when for event in history.timeline] + [marker.when for marker in history.markers]
    for when in (*dated, history.patient.last_news, history.patient.death):
        yield when.earliest, when.latest


def _in_order(course: Course) -> bool:
    """Whether a course may end after it began, as far as it tells."""
    return not (course.start.earliest and course.end.latest) or course.end.latest >= course.start.earliest


def courses_of(history: History) -> Iterator[tuple[int | None, Course]]:
    """All courses, each with the number of its tumour."""
    for i, tumour in enumerate(history.tumours):
        for episode in tumour.episodes:
            yield from ((i, course) for course in episode.courses)
    yield from ((None, course) for course in history.other_courses)


def lanes(history: History, proofs: Proofs, scale: Scale) -> list[Lane]:
    """The lanes in which something stands, from the disease to the investigations."""
    found = [
        Lane(say("disease"), tuple(_disease(history, proofs, scale)), False),
        Lane(say("response"), tuple(_events(history, proofs, scale, ("response",))), False, 4),
    ]
    called = numbers(history)
    dated = [(i, course) for i, course in courses_of(history) if course.start.value or course.end.value]
    for kind in _KINDS:
        own = [(i, c) for i, c in dated if (c.kind if c.kind in _KINDS else "other") == kind]
        found.append(Lane(say(f"lane.{kind}"), tuple(_bars(own, proofs, scale, called)), True))
    found += [
        Lane(say("toxicities"), tuple(_events(history, proofs, scale, ("adverse_event",))), False, 7),
        Lane(say("investigations"), tuple(_events(history, proofs, scale, ("imaging", "procedure"))), False, 3),
        Lane(say("undated"), tuple(_undated(history, proofs, scale)), True, 6),
    ]
    return [lane for lane in found if lane.shapes]


def turns(history: History, scale: Scale) -> list[float]:
    """Where the disease came back or went on: lines through all lanes."""
    return [
        _middle(episode.when, scale)
        for tumour in history.tumours
        for episode in tumour.episodes
        if episode.when.value and episode.kind not in ("initial", "remission", "second_primary")
    ]


def charts(history: History) -> list[Chart]:
    """The markers that were measured twice or more, in the order of their first value.

    Values without a unit stand with those of the only unit told."""
    found: dict[tuple[str, str], list[Measure]] = {}
    units: dict[str, dict[str, str]] = {}
    dated = [marker for marker in history.markers if marker.value is not None and marker.when.value]
    for marker in dated:
        own = units.setdefault(marker.name, {})
        if marker.unit:
            own.setdefault(marker.unit.casefold(), marker.unit)
    for marker in dated:
        own = units[marker.name]
        unit = own[marker.unit.casefold()] if marker.unit else next(iter(own.values())) if len(own) == 1 else ""
        found.setdefault((marker.name, unit), []).append(marker)
    return [
        Chart(name, unit, tuple(sorted(values, key=lambda value: value.when.earliest or "")))
        for (name, unit), values in found.items()
        if len(values) > 1
    ]


def _disease(history: History, proofs: Proofs, scale: Scale) -> Iterator[Shape]:
    """Diagnoses, episodes, death or last news; metastases found apart from an episode."""
    for tumour in history.tumours:
        name = tumour_name(tumour)
        if tumour.diagnosed.value:
            yield _mark(tumour.diagnosed, "diagnosis", name, tumour.proofs, scale, proofs)
        for episode in tumour.episodes:
            if episode.when.value and episode.kind not in ("initial", "second_primary"):
                yield _mark(
                    episode.when, episode.kind, episode_words(episode), episode.proofs, scale, proofs, episode.suspected
                )
    told = {
        site for t in history.tumours for e in t.episodes if e.when.value and e.kind != "initial" for site in e.sites
    }
    for event in history.timeline:
        if event.what == "metastasis" and event.when.value and _attribute(event, "site", proofs) not in told:
            words = joined(say("metastasis"), (event.label_fr, event.label_en))
            yield _mark(event.when, "metastasis", words, event.proofs, scale, proofs)
    patient = history.patient
    if patient.death.value:
        yield _mark(patient.death, "death", say("death"), patient.death.basis, scale, proofs)
    elif patient.last_news.value:
        yield _mark(patient.last_news, "last_news", say("last_news"), patient.last_news.basis, scale, proofs)


def _events(history: History, proofs: Proofs, scale: Scale, kinds: Sequence[str]) -> Iterator[Shape]:
    for event in history.timeline:
        if event.what in kinds and event.when.value:
            words: Both = event.label_fr, event.label_en
            look, badge = event.what, None
            if event.what == "response":
                category = _attribute(event, "category", proofs)
                look = f"response_{category}"
                badge = say(f"short.{category}") if known(f"short.{category}") else None
            yield _mark(event.when, look, words, event.proofs, scale, proofs, badge=badge)


def _attribute(event: TimelineEvent, name: str, proofs: Proofs) -> str:
    """An attribute of the fact behind an event; empty where it has none."""
    facts = [proofs.fact(proof) for proof in event.proofs]
    return next((str(fact.attributes.get(name, "")) for fact in facts if fact is not None), "")


def _mark(
    when: When,
    look: str,
    words: Both,
    proving: Sequence[Proof],
    scale: Scale,
    proofs: Proofs,
    doubtful: bool = False,
    badge: Both | None = None,
) -> Shape:
    """A mark in the middle of the interval in which it may be; a badge stands for its words."""
    x, half = _middle(when, scale), _BADGE if badge else _POINT
    left, right = scale.x(when.earliest or ""), scale.x(when.latest or "")
    part = Part(("", "") if badge else _short(words), tuple(proving))
    return Shape(
        min(left, x - half), max(right, x + half), look, (part,), _said(words, when_words(when), proving, proofs),
        badge or ("", ""), (x - half, x + half), False, doubtful,
    )  # fmt: skip


def _bars(
    courses: Iterable[tuple[int | None, Course]], proofs: Proofs, scale: Scale, called: dict[int, str]
) -> Iterator[Shape]:
    """Courses as bars; surgical acts of one day are one."""
    same_day: dict[str, list[tuple[int | None, Course]]] = {}
    for tumour, course in courses:
        key = f"{course.start.value} {tumour}" if course.kind == "surgery" else str(id(course))
        same_day.setdefault(key, []).append((tumour, course))
    for together in same_day.values():
        yield _bar(together, proofs, scale, called)


def _bar(together: Sequence[tuple[int | None, Course]], proofs: Proofs, scale: Scale, called: dict[int, str]) -> Shape:
    tumour, course = together[0]
    start, end = course.start, course.end
    if not _in_order(course):
        end = When()
    first, last = (start if start.value else end), (end if end.value else start)
    left, right = scale.x(first.earliest or ""), scale.x(last.latest or "")
    begun, ended = scale.x(first.latest or ""), scale.x(last.earliest or "")
    right = max(right, left + _THIN)
    open_end = not end.value and course.kind not in ("surgery", "transplant", "embolisation")
    exact = first.earliest == last.latest
    solid = (left, right) if exact else (begun, max(ended, begun)) if ended > begun else None
    prefix = called.get(tumour) if tumour is not None else None
    parts = tuple(
        Part(_short(joined(prefix if i == 0 else None, course_label(each))), each.proofs)
        for i, (_, each) in enumerate(together)
    )
    said = _said(
        _all([course_words(each) for _, each in together]), span_words(course.start, course.end),
        [proof for _, each in together for proof in each.proofs[:3]], proofs,
    )  # fmt: skip
    tail = TAIL if open_end and right + TAIL < RIGHT else 0.0
    lead = TAIL if not start.value and left - TAIL > LEFT else 0.0
    return Shape(
        left - lead, right + tail, course.kind if course.kind in _KINDS else "other", parts, said,
        solid=solid, open=tail > 0, open_before=lead > 0, doubtful=course.status != "affirmed",
    )  # fmt: skip


def _undated(history: History, proofs: Proofs, scale: Scale) -> Iterator[Shape]:
    """What has no date, between its neighbours in the story."""
    events = history.timeline
    for i, event in enumerate(events):
        if event.when.value or event.what not in ("therapy", "event", "response", "diagnosis", "metastasis"):
            continue
        before = next((e.when.earliest for e in reversed(events[:i]) if e.when.earliest), None)
        after = next((e.when.latest for e in events[i + 1 :] if e.when.latest), None)
        left = scale.x(before) if before else LEFT
        right = scale.x(after) if after else RIGHT - 2 * _POINT
        words: Both = event.label_fr, event.label_en
        yield Shape(
            min(left, right), max(left + 2 * _POINT, right), "undated", (Part(_short(words), event.proofs),),
            _said(words, joined(say("no_date"), say("undated_note"), by=", "), event.proofs, proofs),
        )  # fmt: skip


def _said(words: Both, when: Both, proving: Sequence[Proof], proofs: Proofs) -> Both:
    """All that is said where the pointer rests: what, when, and the words."""
    told = proofs.words(proving)
    return f"{words[0]}\n{when[0]}\n{told}".strip(), f"{words[1]}\n{when[1]}\n{told}".strip()


def _all(words: Sequence[Both]) -> Both:
    return " ; ".join(fr for fr, _ in words), "; ".join(en for _, en in words)


def _short(words: Both) -> Both:
    return shortened(words[0], _LONG_WORDS), shortened(words[1], _LONG_WORDS)


def _middle(when: When, scale: Scale) -> float:
    return (scale.x(when.earliest or "") + scale.x(when.latest or "")) / 2
