"""The record as the page shows it: who the patient is, each tumour with its stages, markers, episodes and courses, and
what was read that is not part of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anamnese.case import FACT_TYPES
from anamnese.history_page.courses import (
    course_head,
    dose_words,
    episode_words,
    in_order,
    numbers,
    outcome_words,
    span_words,
    tumour_codes,
    tumour_name,
)
from anamnese.history_page.markup import Both
from anamnese.history_page.tables import earliest_first, stage_words
from anamnese.history_page.words import amount, joined, marker_name, measured, value_of
from anamnese.record import Course, Duration, Episode, Measure, Proof, TumourRecord, When
from anamnese.web.pages.review.rows import FactRow
from anamnese.web.pages.review.said import Said, Speaker
from anamnese.web.rendering import say

_APART = frozenset({"section", "time", "mention"})
"""Kinds of fact that are not told in a record: they serve the reading of others."""


@dataclass(frozen=True, slots=True)
class Line:
    """A term and what is said of it. `key` names the term."""

    key: str
    term: str
    parts: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Dated:
    """Statements that share a date."""

    when: Said
    parts: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class CourseView:
    """A course of treatment. `keys`: all facts it rests on; `own`: the facts that are the course."""

    kind: str
    head: Said
    given: str
    line: str
    span: Said
    status: str
    details: tuple[str, ...]
    outcomes: tuple[str, ...]
    keys: tuple[str, ...]
    own: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EpisodeView:
    """An episode with what was done and how it answered."""

    kind: str
    name: Said
    when: Said
    courses: tuple[CourseView, ...]
    responses: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class TumourView:
    """One tumour. `place`: its place in the history; `own`: the facts that are the tumour, by which it is merged and
    split."""

    place: int
    number: str
    name: Said
    codes: str
    status: str
    lines: tuple[Line, ...]
    stages: tuple[Dated, ...]
    biomarkers: tuple[Dated, ...]
    episodes: tuple[EpisodeView, ...]
    own: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordView:
    """The whole record."""

    patient: tuple[Line, ...]
    tumours: tuple[TumourView, ...]
    other_courses: tuple[CourseView, ...]
    markers: tuple[Line, ...]
    durations: tuple[Line, ...]
    rest: tuple[tuple[str, tuple[FactRow, ...]], ...]


def record_view(speaker: Speaker, rows: Sequence[FactRow]) -> RecordView:
    """The record of a state; `rows` are all its facts."""
    return _Record(speaker, {row.key: row for row in rows}).view()


class _Record:
    def __init__(self, speaker: Speaker, rows: dict[str, FactRow]) -> None:
        self.speaker = speaker
        self.rows = rows
        self.history = speaker.state.history
        self.told: set[str] = set()
        self.called = numbers(self.history)

    def view(self) -> RecordView:
        history = self.history
        patient = self._patient()
        tumours = tuple(self._tumour(place) for place in in_order(history))
        others = tuple(map(self._course, history.other_courses))
        markers = self._markers(history.markers)
        durations = tuple(map(self._duration, history.durations))
        return RecordView(patient, tumours, others, markers, durations, self._rest())

    def _keys(self, proofs: Iterable[Proof]) -> tuple[str, ...]:
        keys = self.speaker.keys(proofs)
        self.told.update(keys)
        return keys

    def _say(self, key: str) -> str:
        return say(f"review.{key}", self.speaker.language)

    def _of_type(self, keys: Iterable[str], *kinds: str) -> tuple[str, ...]:
        return tuple(key for key in keys if key in self.rows and self.rows[key].kind in kinds)

    def _patient(self) -> tuple[Line, ...]:
        speaker, patient = self.speaker, self.history.patient
        lines: list[Line] = []

        def add(term: str, text: str, proofs: Sequence[Proof], certainty: str = "") -> None:
            if text:
                lines.append(Line(term, self._say(f"patient.{term}"), (Said(text, self._keys(proofs), certainty),)))

        add("sex", speaker.pick(value_of(patient.sex)) if patient.sex else "", patient.proofs)
        if patient.age_years is not None:
            at = speaker.date(patient.age_at.value)
            years = speaker.pick(amount(patient.age_years, None))
            add("age", f"{years} {self._say('years')}" + (f" ({at})" if at else ""), patient.proofs)
        if patient.birth_date:
            add("birth", speaker.date(patient.birth_date), patient.proofs[:1])
        elif patient.birth_year:
            low, high = patient.birth_year
            add("birth", str(low) if low == high else f"{low}–{high}", patient.proofs[:1])
        if patient.vital_status:
            vital = f"vital.{patient.vital_status}"
            vital = f"{vital}.{patient.sex}" if patient.sex else vital
            add("vital", self._say(vital), patient.death.basis or patient.last_news.basis)
        add("death", speaker.date(patient.death.value), patient.death.basis, patient.death.certainty)
        if patient.last_news.value != patient.death.value:
            add("news", speaker.date(patient.last_news.value), patient.last_news.basis, patient.last_news.certainty)
        if patient.performance_status:
            parts = tuple(self._measure(each, dated=True) for each in patient.performance_status)
            lines.append(Line("performance", self._say("patient.performance"), parts))
        if patient.history:
            proofs = patient.history_proofs
            parts = tuple(
                Said(f"« {quote} »", self._keys(proofs[i : i + 1])) for i, quote in enumerate(patient.history)
            )
            lines.append(Line("history", self._say("patient.history"), parts))
        return tuple(lines)

    def _measure(self, measure: Measure, dated: bool = False) -> Said:
        both = joined(value_of(measure.name, "name"), measured(measure))
        words = self._dated(both, measure.when) if dated else self.speaker.pick(both)
        return Said(words, self._keys(measure.proofs), measure.when.certainty)

    def _tumour(self, place: int) -> TumourView:
        speaker, tumour = self.speaker, self.history.tumours[place]
        keys = self._keys(tumour.proofs)
        name = speaker.pick(tumour_name(tumour)) or self._say("tumour.unknown")
        return TumourView(
            place,
            self.called.get(place, ""),
            Said(name[:1].upper() + name[1:], keys),
            tumour_codes(tumour),
            tumour.status,
            tuple(self._about(tumour, keys)),
            tuple(
                Dated(
                    speaker.when(stage.when),
                    (
                        Said(
                            speaker.pick(stage_words(stage))
                            + (f" ({self._say('staging.' + stage.basis)})" if stage.system == "TNM" else ""),
                            self._keys(stage.proofs),
                        ),
                    ),
                )
                for stage in tumour.stages
            ),
            self._by_date(tumour.biomarkers),
            tuple(map(self._episode, tumour.episodes)),
            self._of_type(keys, "tumour"),
        )

    def _about(self, tumour: TumourRecord, keys: tuple[str, ...]) -> Iterable[Line]:
        when = self.speaker.when(tumour.diagnosed)
        if when.text:
            said = Said(when.text, when.keys or keys[:1], when.certainty)
            yield Line("diagnosed", self._say("tumour.diagnosed"), (said,))
        if tumour.basis:
            yield Line("basis", self._say("tumour.basis"), (Said(self._say(f"basis.{tumour.basis}")),))
        if tumour.grade:
            graded = [key for key in keys if key in self.rows and "grade" in self.rows[key].flat]
            yield Line("grade", self._say("tumour.grade"), (Said(tumour.grade, tuple(graded)),))

    def _by_date(self, measures: Sequence[Measure]) -> tuple[Dated, ...]:
        days: dict[tuple[str, str], tuple[Said, list[Said]]] = {}
        for measure in earliest_first(measures):
            when = self.speaker.when(measure.when)
            days.setdefault((when.text, when.certainty), (when, []))[1].append(self._measure(measure))
        return tuple(Dated(when, tuple(parts)) for when, parts in days.values())

    def _episode(self, episode: Episode) -> EpisodeView:
        name = self.speaker.pick(episode_words(episode))
        return EpisodeView(
            episode.kind,
            Said(name[:1].upper() + name[1:], self._keys(episode.proofs)),
            self.speaker.when(episode.when),
            tuple(map(self._course, episode.courses)),
            tuple(
                Said(self._dated(value_of(told.result or "", "category"), told.when), self._keys(told.proofs))
                for told in episode.responses
            ),
        )

    def _dated(self, both: Both, when: When) -> str:
        """Words, with their date in brackets where they have one."""
        words = self.speaker.pick(both)
        return f"{words} ({self.speaker.date(when.value)})" if when.value else words

    def _course(self, course: Course) -> CourseView:
        pick = self.speaker.pick
        keys = self._keys(course.proofs)
        kind, given = course_head(course)
        certainty = course.start.certainty if course.start.value else "undated"
        return CourseView(
            course.kind,
            Said(pick(kind), keys),
            pick(given),
            f"L{course.line}" if course.line else "",
            Said(pick(span_words(course.start, course.end)), self.speaker.keys(course.start.basis), certainty),
            course.status,
            tuple(pick(words) for words in dose_words(course)),
            tuple(pick(words) for words in outcome_words(course)),
            keys,
            self._of_type(keys, "therapy"),
        )

    def _markers(self, measures: Sequence[Measure]) -> tuple[Line, ...]:
        by_name: dict[str, list[Measure]] = {}
        for measure in earliest_first(measures):
            by_name.setdefault(measure.name, []).append(measure)
        return tuple(
            Line(name, self.speaker.pick(marker_name(name)), tuple(map(self._value, own)))
            for name, own in by_name.items()
        )

    def _value(self, measure: Measure) -> Said:
        return Said(self._dated(measured(measure), measure.when), self._keys(measure.proofs), measure.when.certainty)

    def _duration(self, duration: Duration) -> Line:
        pick = self.speaker.pick
        tumour = self.called.get(duration.tumour) if duration.tumour is not None else None
        line = f"L{duration.line}" if duration.line else None
        term = " ".join(part for part in (self._say(f"duration.{duration.name}"), line, tumour) if part)
        low, high = pick(amount(duration.months_low, None)), pick(amount(duration.months_high, None))
        months = low if low == high else f"{low} à {high}" if self.speaker.language == "fr" else f"{low} to {high}"
        words = f"{months} {self._say('months')}"
        if not duration.ended:
            words += f" · {self._say('censored')}"
        return Line(duration.name, term, (Said(words, self.speaker.keys(duration.proofs[:2])),))

    def _rest(self) -> tuple[tuple[str, tuple[FactRow, ...]], ...]:
        """What stands but is not told above, kind by kind."""
        kinds: dict[str, list[FactRow]] = {}
        for row in self.rows.values():
            if row.key not in self.told and row.state != "rejected" and row.kind not in _APART:
                kinds.setdefault(row.kind, []).append(row)
        return tuple((kind, tuple(kinds[kind])) for kind in FACT_TYPES if kind in kinds)
