"""What a cohort needs of one case: the groups it belongs to and its measures of survival.

A case is observed through one tumour, its main one (`main_tumour`): survival of a patient is counted once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from anamnese.cohort.swimmer import MONTHS_BEFORE, Swimmer, dated_months, swim
from anamnese.record import Course, Duration, History, PatientRecord, StageRecord, TumourRecord

Endpoint = Literal["overall_survival", "progression_free_survival", "time_to_relapse"]
ENDPOINTS: tuple[Endpoint, ...] = ("overall_survival", "progression_free_survival", "time_to_relapse")

_MALIGNANT = "36"
"""Behaviours of ICD-O-3 that are cancer: primary and metastatic."""

_NO_INDEX = ("C44",)
"""Skin other than melanoma: registries do not take it as the tumour of a patient who has another (ENCR, multiple
primaries)."""

_M1_IS_NOT_IV = ("C58", "C62", "C73", "C77", "C81")
"""Organs where M1 alone does not make stage IV (UICC TNM 8): trophoblast, testis, thyroid; lymphomas have no TNM."""

_ROMAN = ("IV", "III", "II", "I", "0")
_LOCAL_TREATMENT = frozenset({"surgery", "radiotherapy", "transplant", "embolisation"})
_FREE_OF_DISEASE = frozenset({"complete", "pathologic_complete", "no_evidence_of_disease"})


class Interval(NamedTuple):
    """Months to an event, or to where the observation was censored: the least and the most that the dates allow."""

    low: float
    high: float
    event: bool


@dataclass(frozen=True, slots=True)
class Observation:
    """A case as a row of a cohort. Codes are those of the fact format; None where the record does not tell."""

    sex: str | None = None
    age: float | None = None
    """Years at the diagnosis of the main tumour."""
    site: str | None = None
    morphology: str | None = None
    stage: str | None = None
    """Stage at diagnosis: 0, I, II, III or IV."""
    year: int | None = None
    """Year of diagnosis."""
    first_treatment: str | None = None
    """Kind of the first treatment given."""
    first_line: str | None = None
    """Kind of the first systemic line of advanced disease."""
    first_regimen: str | None = None
    """Its regimen, else its drugs."""
    overall_survival: Interval | None = None
    progression_free_survival: Interval | None = None
    time_to_relapse: Interval | None = None
    markers: tuple[str, ...] = ()
    """`NAME=result`, the first result told of each."""
    treatments: tuple[str, ...] = ()
    """Kinds of treatment given, in order, each once."""
    swimmer: Swimmer | None = None


def main_tumour(history: History) -> int | None:
    """The tumour that a case is counted by: a malignant one before others, none of the skin but melanoma before that,
    then the one that the record tells most of, then the first. None where no tumour is told."""

    def rank(index: int) -> tuple[bool, bool, int, int]:
        tumour = history.tumours[index]
        malignant = (tumour.morphology or "8000/3")[-1] in _MALIGNANT and tumour.status == "affirmed"
        passed_over = (tumour.topography or "").startswith(_NO_INDEX) and not _melanoma(tumour)
        return malignant, not passed_over, _told(tumour), -index

    return max(range(len(history.tumours)), key=rank, default=None)


def observe(history: History) -> Observation:
    """The row of a case."""
    index = main_tumour(history)
    if index is None:
        return Observation(sex=history.patient.sex)
    tumour = history.tumours[index]
    given = [course for episode in tumour.episodes for course in episode.courses if course.status == "affirmed"]
    first = _first(given, tumour)
    line = next((course for course in given if course.line == 1), None)
    measured = {(d.name, d.line): d for d in reversed(history.durations) if d.tumour == index}
    overall = _interval(measured.get(("overall_survival", None)))
    diagnosed = tumour.diagnosed.value
    return Observation(
        sex=history.patient.sex,
        age=_age(history.patient, tumour),
        site=tumour.topography,
        morphology=tumour.morphology,
        stage=stage_at_diagnosis(tumour),
        year=int(diagnosed[:4]) if diagnosed else None,
        first_treatment=first.kind if first else None,
        first_line=line.kind if line else None,
        first_regimen=(line.regimen or " + ".join(drug.name for drug in line.drugs) or None) if line else None,
        overall_survival=overall,
        progression_free_survival=_interval(measured.get(("progression_free_survival", 1))),
        time_to_relapse=_relapse(tumour, _interval(measured.get(("time_to_relapse", None))), overall),
        markers=_markers(tumour),
        treatments=tuple(dict.fromkeys(course.kind for course in given)),
        swimmer=swim(history, index),
    )


def stage_at_diagnosis(tumour: TumourRecord) -> str | None:
    """The group of the first staging that is not of a relapse, nor after treatment, nor dated after one: its Roman
    figure without the letter behind it. M1 without a group is IV where UICC has it so."""
    later = [e.when.earliest for e in tumour.episodes if e.kind not in ("initial", "second_primary")]
    limit = min((day for day in later if day), default="9999")
    at_diagnosis = [
        stage
        for stage in tumour.stages
        if stage.basis not in ("relapse", "post_therapy") and (stage.when.earliest or "") < limit
    ]
    groups = [group for stage in at_diagnosis if (group := _group(stage))]
    if groups:
        return groups[0]
    spread = any((stage.m or "").startswith("1") for stage in at_diagnosis)
    return "IV" if spread and not (tumour.topography or "").startswith(_M1_IS_NOT_IV) else None


def _group(stage: StageRecord) -> str | None:
    if stage.system not in ("stage", "FIGO", "Ann Arbor", "ISS", "TNM") or not stage.group:
        return None
    group = stage.group.upper().removeprefix("R-").strip()
    return next((roman for roman in _ROMAN if group.startswith(roman)), None)


def _told(tumour: TumourRecord) -> int:
    """How much the record tells of a tumour: its proofs, stages, markers, and the courses of its episodes."""
    courses = sum(len(course.proofs) for episode in tumour.episodes for course in episode.courses)
    return len(tumour.proofs) + len(tumour.stages) + len(tumour.biomarkers) + len(tumour.episodes) + courses


def _melanoma(tumour: TumourRecord) -> bool:
    return "8720" <= (tumour.morphology or "")[:4] <= "8790"


def _first(courses: list[Course], tumour: TumourRecord) -> Course | None:
    """The first course by its date, the first told among undated ones; none that begins long before the diagnosis."""
    diagnosed = tumour.diagnosed.value
    own = [
        course
        for course in courses
        if not diagnosed or (months := dated_months(diagnosed, course.start)) is None or months >= MONTHS_BEFORE
    ]
    return min(own, key=lambda course: course.start.earliest or "9999", default=None)


def _interval(duration: Duration | None) -> Interval | None:
    return Interval(duration.months_low, duration.months_high, duration.ended) if duration else None


def _relapse(tumour: TumourRecord, relapse: Interval | None, overall: Interval | None) -> Interval | None:
    """Time to relapse, censored at the last news or death without one (DATECAN: death is no relapse).

    Only a disease that was gone can come back: without a relapse, a tumour is observed where it was treated locally or
    told gone, and neither distant at diagnosis nor progressing."""
    if relapse is not None or overall is None:
        return relapse
    if stage_at_diagnosis(tumour) == "IV" or any(episode.kind == "progression" for episode in tumour.episodes):
        return None
    initial = [episode for episode in tumour.episodes if episode.kind in ("initial", "second_primary")]
    treated = any(
        course.kind in _LOCAL_TREATMENT and course.status == "affirmed" and course.intent != "palliative"
        for episode in initial
        for course in episode.courses
    )
    gone = any(
        episode.kind == "remission" or any(response.result in _FREE_OF_DISEASE for response in episode.responses)
        for episode in tumour.episodes
    )
    return Interval(overall.low, overall.high, False) if treated or gone else None


def _markers(tumour: TumourRecord) -> tuple[str, ...]:
    first: dict[str, str] = {}
    for marker in tumour.biomarkers:
        if marker.result:
            first.setdefault(marker.name, marker.result)
    return tuple(f"{name}={result}" for name, result in first.items())


def _age(patient: PatientRecord, tumour: TumourRecord) -> float | None:
    """Years at diagnosis, to a tenth: from the date of birth, else from an age at a date, else from the years of birth
    that ages allow; the age as told where nothing is dated."""
    diagnosed = tumour.diagnosed
    months = None
    if patient.birth_date:
        months = dated_months(patient.birth_date, diagnosed)
    elif patient.age_years is not None and patient.age_at.value:
        since = dated_months(patient.age_at.value, diagnosed)
        months = patient.age_years * 12 + since if since is not None else None
    if months is None and patient.birth_year and diagnosed.value:
        months = (int(diagnosed.value[:4]) - sum(patient.birth_year) / 2) * 12
    if months is None:
        return patient.age_years
    return round(max(0.0, months) / 12, 1)
