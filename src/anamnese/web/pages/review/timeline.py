"""The story on a time axis: lanes and items, each with the first and the last day that it may be and the facts that
tell it. An imprecise date is the whole interval it may be; what has no date stands between its neighbours, and says
so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from anamnese.history_page.courses import course_label, course_words, episode_words, in_order, span_words, tumour_name
from anamnese.history_page.markup import Both
from anamnese.history_page.proofs import shortened
from anamnese.history_page.words import value_of, when_words
from anamnese.record import Course, Proof, TimelineEvent, When
from anamnese.web.pages.review.said import Speaker
from anamnese.web.rendering import known, say

_LONG = 34
"""The most characters of a label."""

LANES = ("disease", "treatment", "response", "toxicity", "investigation")
_LANE_OF = {
    "response": "response", "adverse_event": "toxicity", "imaging": "investigation", "procedure": "investigation",
    "marker": "investigation", "metastasis": "disease", "performance_status": "investigation",
}  # fmt: skip
"""The lane of an event by what it is; diagnoses, episodes, death and last news are told by the record itself."""

_BY_MONTH = "investigation"
"""The lane whose items are one a month, without words but their number: they are told where the pointer or the keyboard
rests on them."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something on the axis. `first` and `last`: the days it may lie between (of a course: the first and the last it
    may have gone on); `look`: classes; `short`: its label; `long`: all that is said of it; `range`: more than a day."""

    id: int
    lane: str
    first: str
    last: str
    look: str
    short: str
    long: str
    keys: tuple[str, ...]
    range: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """All lanes that hold something, in order, and the items."""

    lanes: tuple[tuple[str, str], ...]
    items: tuple[Item, ...]

    def to_json(self) -> dict[str, Any]:
        """For the page's modules."""
        return {
            "lanes": [{"id": lane, "words": words} for lane, words in self.lanes],
            "items": [{name: getattr(item, name) for name in item.__slots__} for item in self.items],
        }


def axis(speaker: Speaker) -> Axis:
    """The time axis of a state's record."""
    made = _Axis(speaker)
    items = [*made.disease(), *made.courses(), *_together(made.events())]
    lanes = tuple(
        (lane, say(f"review.lane.{lane}", speaker.language))
        for lane in LANES
        if any(item.lane == lane for item in items)
    )
    return Axis(lanes, tuple(items))


def _together(items: Iterable[Item]) -> Iterator[Item]:
    """The items of the lane that is told by month, those of one month as one."""
    months: dict[str, list[Item]] = {}
    for item in items:
        if item.lane == _BY_MONTH:
            months.setdefault(item.first[:7], []).append(item)
        else:
            yield item
    for held in months.values():
        first, last = min(item.first for item in held), max(item.last for item in held)
        looks = dict.fromkeys(look for item in held for look in item.look.split() if look != "inferred")
        yield replace(
            held[0],
            first=first,
            last=last,
            look=held[0].look if len(held) == 1 else "several" + (" imprecise" if "imprecise" in looks else ""),
            short=str(len(held)) if len(held) > 1 else "",
            long="\n".join(" — ".join(item.long.split("\n")) for item in held),
            keys=tuple(dict.fromkeys(key for item in held for key in item.keys)),
            range=first != last,
        )


class _Axis:
    def __init__(self, speaker: Speaker) -> None:
        self.speaker = speaker
        self.history = speaker.state.history
        self.count = 0
        self.undated = {event.proofs[:1]: event.when for event in self.history.timeline if not event.when.value}

    def _item(
        self, lane: str, first: str, last: str, look: str, short: str, long: str, proofs: Sequence[Proof], span: bool
    ) -> Item:
        self.count += 1
        label = "" if lane == _BY_MONTH else shortened(short, _LONG)
        return Item(self.count, lane, first, last, look, label, long, self.speaker.keys(proofs), span)

    def _at(self, lane: str, when: When, look: str, words: Both, proofs: Sequence[Proof]) -> Iterator[Item]:
        """An event: a point where the day is known, else the interval that it may be."""
        if not when.earliest or not when.latest or when.latest < when.earliest:
            return
        looks = [look]
        said = self.speaker.pick(words)
        if not when.value:
            looks.append("undated")
            date = say("review.undated_note", self.speaker.language)
        else:
            date = self.speaker.pick(when_words(when))
            if when.certainty == "inferred":
                looks.append("inferred")
                date += f" ({say('review.inferred', self.speaker.language)})"
        span = when.earliest != when.latest
        if span and when.value:
            looks.append("imprecise")
        yield self._item(lane, when.earliest, when.latest, " ".join(looks), said, f"{said}\n{date}", proofs, span)

    def disease(self) -> Iterator[Item]:
        """Diagnoses, episodes, death or last news."""
        history = self.history
        for place in in_order(history):
            tumour = history.tumours[place]
            if tumour.diagnosed.value:
                yield from self._at("disease", tumour.diagnosed, "diagnosis", tumour_name(tumour), tumour.proofs)
            for episode in tumour.episodes:
                if episode.kind not in ("initial", "second_primary"):
                    look = f"{episode.kind} suspected" if episode.suspected else episode.kind
                    yield from self._at("disease", episode.when, look, episode_words(episode), episode.proofs)
        patient = history.patient
        if patient.death.value:
            yield from self._at("disease", patient.death, "death", _own("patient.death"), patient.death.basis)
        elif patient.last_news.value:
            yield from self._at("disease", patient.last_news, "news", _own("patient.news"), patient.last_news.basis)

    def courses(self) -> Iterator[Item]:
        """Courses as bars from their first to their last day; one without dates where the story tells it."""
        history = self.history
        told = [c for place in in_order(history) for e in history.tumours[place].episodes for c in e.courses]
        for course in (*told, *history.other_courses):
            yield from self._course(course)

    def _course(self, course: Course) -> Iterator[Item]:
        start, end = course.start, course.end
        pick = self.speaker.pick
        looks = ["course", f"t-{course.kind}"]
        if course.status != "affirmed":
            looks.append(course.status)
        begin, stop = (start if start.value else end), (end if end.value else start)
        date = pick(span_words(start, end))
        if not begin.value:
            begin = stop = self.undated.get(course.proofs[:1], When())
            looks.append("undated")
            date = say("review.undated_note", self.speaker.language)
        first, last = begin.earliest, stop.latest
        if not first or not last:
            return
        if start.value and not end.value and course.kind not in ("surgery", "transplant", "embolisation"):
            looks.append("open")
        elif begin.value and (begin.earliest != begin.latest or stop.earliest != stop.latest):
            looks.append("imprecise")
        long = f"{pick(course_words(course))}\n{date}"
        yield self._item(
            "treatment", first, max(first, last), " ".join(looks), pick(course_label(course)), long, course.proofs, True
        )

    def events(self) -> Iterator[Item]:
        """What else the story tells, lane by lane."""
        sites = {
            site
            for tumour in self.history.tumours
            for episode in tumour.episodes
            if episode.when.value and episode.kind != "initial"
            for site in episode.sites
        }
        for event in self.history.timeline:
            lane = _LANE_OF.get(event.what)
            if lane is None or (event.what == "metastasis" and self._site(event) in sites):
                continue
            words: Both = (event.label_fr, event.label_en)
            look = event.what
            if event.what == "response":
                category = self._attribute(event, "category")
                look = f"response response-{category}"
            if event.what == "metastasis":
                short = value_of(self._site(event))
                words = (f"mét. {short[0]}", f"{short[1]} met.")
            if not event.when.value and lane in ("investigation", "toxicity"):
                continue
            yield from self._at(lane, event.when, look, words, event.proofs)

    def _site(self, event: TimelineEvent) -> str:
        return self._attribute(event, "site")

    def _attribute(self, event: TimelineEvent, name: str) -> str:
        for proof in event.proofs:
            attributes = self.speaker.fact_of(proof).attributes
            if name in attributes:
                return str(attributes[name])
        return ""


def _own(key: str) -> Both:
    """Words of the page in both languages."""
    assert known(f"review.{key}"), key
    return say(f"review.{key}", "fr"), say(f"review.{key}", "en")
