"""Derived measures in months, with their bounds: time to relapse, progression-free and overall survival, duration of
each line.

Definitions follow DATECAN (Bellera et al., Ann Oncol 2015): from diagnosis, or from the first day of a line, to the
event; where
there is none until the last news, the observation is censored there.
"""

from __future__ import annotations

from collections.abc import Sequence

from anamnese.history.calendar import first_day, last_day, months_between
from anamnese.record import Duration, Episode, PatientRecord, Proof, TumourRecord

_RELAPSES = ("relapse_local", "relapse_regional", "relapse_distant", "relapse")
_ENDS = ("progression", *_RELAPSES)


def durations(patient: PatientRecord, tumours: Sequence[TumourRecord]) -> tuple[Duration, ...]:
    """The measures of every malignant tumour."""
    found: list[Duration] = []
    for i, tumour in enumerate(tumours):
        if (tumour.morphology or "/3")[-1] not in "36" or tumour.status == "suspected":
            continue
        found += _of_tumour(i, tumour, patient)
    return tuple(found)


def _of_tumour(index: int, tumour: TumourRecord, patient: PatientRecord) -> list[Duration]:
    found = []
    start, news = tumour.diagnosed.value, patient.death.value or patient.last_news.value
    relapse = next((e for e in tumour.episodes if e.kind in _RELAPSES and e.when.value and not e.suspected), None)
    if start and relapse is not None:
        found.append(
            _duration(
                "time_to_relapse", index, None, start, relapse.when.value, True, (*tumour.proofs, *relapse.proofs)
            )
        )
    if start and news:
        found.append(
            _duration("overall_survival", index, None, start, news, patient.death.value is not None, tumour.proofs)
        )
    for number, episode in enumerate(tumour.episodes):
        for course in episode.courses:
            if course.line is None or not course.start.value:
                continue
            end = _progression(tumour.episodes[number + 1 :], course.start.value)
            stop = end.when.value if end else news
            if stop:
                ended = end is not None or patient.death.value is not None
                found.append(
                    _duration(
                        "progression_free_survival", index, course.line, course.start.value, stop, ended, course.proofs
                    )
                )
            if course.end.value:
                found.append(
                    _duration(
                        "line_duration", index, course.line, course.start.value, course.end.value, True, course.proofs
                    )
                )
    return [duration for duration in found if duration is not None]


def _progression(later: Sequence[Episode], start: str) -> Episode | None:
    return next(
        (e for e in later if e.kind in _ENDS and e.when.value and last_day(e.when.value) >= first_day(start)),
        None,
    )


def _duration(
    name: str, tumour: int, line: int | None, start: str, end: str | None, ended: bool, proofs: tuple[Proof, ...]
) -> Duration | None:
    if end is None or last_day(end) < first_day(start):
        return None
    low, high = months_between(start, end)
    return Duration(name, tumour, line, low, high, ended, tuple(dict.fromkeys(proofs)))  # type: ignore[arg-type]
