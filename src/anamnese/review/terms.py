"""What lists and cohorts show of a case: its row, what it can be filtered by, and its observation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from anamnese.cohort.observation import Observation, main_tumour, observe
from anamnese.history.summary import stage_words
from anamnese.labels import code_name
from anamnese.reading.fold import fold
from anamnese.record import Course, TumourRecord
from anamnese.review.state import CaseState
from anamnese.sheet import describe

KINDS = ("site", "morphology", "stage", "biomarker", "treatment", "event", "metastasis", "finding", "severity")
"""What a case can be filtered by besides the columns of its row."""

_LONGEST = 120
"""The most characters of a code: a name that a report makes up is no code."""


def row_of(state: CaseState, observed: Observation) -> dict[str, Any]:
    """The case's row of the list, by the names of the columns of `store.models.CaseRow`."""
    history = state.history
    main = main_tumour(history)
    tumour = history.tumours[main] if main is not None else None
    open_ = Counter(finding.finding.severity for finding in state.findings if finding.state == "open")
    verdicts = Counter(standing.state for standing in state.review.facts.values())
    diagnosed = tumour.diagnosed if tumour else None
    return {
        "status": state.status,
        "validated_at": state.validated_at,
        "validated_by": state.validated_by,
        "sex": observed.sex,
        "age": observed.age if tumour else history.patient.age_years,
        "topography": tumour.topography if tumour else None,
        "morphology": tumour.morphology if tumour else None,
        "laterality": tumour.laterality if tumour else None,
        "stage": observed.stage,
        "staging": _staging(tumour),
        "diagnosed": diagnosed.value if diagnosed else None,
        "diagnosed_earliest": diagnosed.earliest if diagnosed else None,
        "diagnosed_latest": diagnosed.latest if diagnosed else None,
        "last_news": history.patient.death.value or history.patient.last_news.value,
        "vital": history.patient.vital_status,
        "findings_high": open_["high"],
        "findings_medium": open_["medium"],
        "findings_low": open_["low"],
        "facts": sum(verdicts.values()) - verdicts["rejected"],
        "unreviewed": verdicts["proposed"],
        "reports": len(state.stored),
    }


def _staging(tumour: TumourRecord | None) -> str | None:
    """The first staging, as it is written."""
    return next((words for stage in tumour.stages if (words := stage_words(stage))), None) if tumour else None


def terms_of(state: CaseState, observed: Observation) -> set[tuple[str, str]]:
    """What the case can be filtered by, as (kind, code). A code stands for what is below it, too: a topography has its
    organ (`C50` of `C50.4`), a marker with a result the marker, a treatment its kind, regimen and drugs."""
    return {(kind, code) for kind, code in _terms(state, observed) if code and len(code) <= _LONGEST}


def _terms(state: CaseState, observed: Observation) -> Iterator[tuple[str, str | None]]:
    history = state.history
    for tumour in history.tumours:
        if tumour.status == "negated":
            continue
        yield "site", tumour.topography
        yield "site", (tumour.topography or "")[:3]
        yield "morphology", tumour.morphology
        for marker in tumour.biomarkers:
            yield "biomarker", marker.name
            if marker.result:
                yield "biomarker", f"{marker.name}={marker.result}"
        for episode in tumour.episodes:
            if episode.kind != "initial" and not episode.suspected:
                yield "event", episode.kind
            for site in episode.sites:
                yield "metastasis", site
            for course in episode.courses:
                yield from _of_course(course)
    for course in history.other_courses:
        yield from _of_course(course)
    yield "stage", observed.stage
    if history.patient.vital_status == "dead":
        yield "event", "death"
    for finding in state.findings:
        if finding.state == "open":
            yield "finding", finding.finding.rule
            yield "severity", finding.finding.severity


def _of_course(course: Course) -> Iterator[tuple[str, str | None]]:
    """Treatments that were given; what was only planned is none."""
    if course.status != "affirmed":
        return
    yield "treatment", course.kind
    yield "treatment", course.regimen
    for drug in course.drugs:
        yield "treatment", drug.name


WORD = re.compile(r"[^\W_]+")
"""A word of full-text search: letters and digits. Texts are cut into words here, since each database would cut
`CA 15-3` in its own way."""


def words_of(state: CaseState) -> str:
    """The words that full-text search finds the case by, folded: its reports', the patient's label, and what people
    corrected or added, which no report has."""
    told = (fold(text) for text in (state.name, *own_words(state)))
    reports = (case.report.folded for case in state.cases)
    return " ".join(word for text in (*told, *reports) for word in WORD.findall(text))


def own_words(state: CaseState) -> list[str]:
    """What people corrected or added, in the words and codes that a page shows it in."""
    facts = (held.fact for held in state.review.facts.values() if held.state in ("corrected", "added"))
    return [f"{describe(fact)} {code_name(fact.attributes.get('code', ''))}" for fact in facts]


def observation_of(state: CaseState) -> Observation:
    """The case as a row of a cohort."""
    return observe(state.history)
