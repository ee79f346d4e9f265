"""The vocabulary of one patient's record: `History` and `Finding`, and everything in them names the facts it rests on.

Dates are partial dates (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`); a partial date is the interval of the days that it may be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from anamnese.unguarded import unguarded

Certainty = Literal["stated", "inferred", "placed"]
"""`stated`: the date stands with the words; `inferred`: it is that of the narrative around them; `placed`: only the
order is known."""

EpisodeKind = Literal[
    "initial",
    "relapse_local",
    "relapse_regional",
    "relapse_distant",
    "relapse",
    "progression",
    "second_primary",
    "remission",
]
Severity = Literal["high", "medium", "low"]
Basis = Literal["histology", "cytology", "imaging", "clinical"]
StageBasis = Literal["clinical", "pathological", "post_therapy", "relapse", "other"]


class Proof(NamedTuple):
    """A fact of a report: `report` is the report's id, `fact` the place of the fact in its facts, from 0."""

    report: str
    fact: int


@unguarded
@dataclass(frozen=True, slots=True)
class When:
    """When something happened: `value` as the text tells it, and the first and last day that it may be; all None
    where unknown."""

    value: str | None = None
    earliest: str | None = None
    latest: str | None = None
    certainty: Certainty = "stated"
    basis: tuple[Proof, ...] = ()
    """The facts that the date was inferred from, where it is not the fact's own."""


@unguarded
@dataclass(frozen=True, slots=True)
class Measure:
    """A value at a time: a performance status, a biomarker, a serum marker."""

    name: str
    value: float | None
    result: str | None
    unit: str | None
    when: When
    proofs: tuple[Proof, ...]


@unguarded
@dataclass(frozen=True, slots=True)
class PatientRecord:
    """The person. `birth_year` is the interval that ages at dates allow; `vital_status` None where no news tells it."""

    sex: str | None
    age_years: float | None
    age_at: When
    birth_year: tuple[int, int] | None
    birth_date: str | None
    vital_status: Literal["alive", "dead"] | None
    last_news: When
    death: When
    performance_status: tuple[Measure, ...]
    history: tuple[str, ...]
    """Relevant history in the report's words: family cancers, earlier tumours, usual treatments."""
    proofs: tuple[Proof, ...]
    history_proofs: tuple[Proof, ...] = ()
    """A proof of each piece of relevant history, in the same order."""


@unguarded
@dataclass(frozen=True, slots=True)
class StageRecord:
    """One staging. `basis`: clinical (`c` or none), pathological (`p`), post_therapy (`yc`, `yp`), relapse (`r`),
    other."""

    system: str
    basis: StageBasis
    prefix: str | None
    t: str | None
    n: str | None
    m: str | None
    group: str | None
    when: When
    proofs: tuple[Proof, ...]


@unguarded
@dataclass(frozen=True, slots=True)
class DrugRecord:
    """A drug of a course with its dose as prescribed."""

    name: str
    dose: float | None = None
    unit: str | None = None
    schedule: str | None = None
    route: str | None = None
    atc: str | None = None


@unguarded
@dataclass(frozen=True, slots=True)
class Course:
    """One course of treatment. `line` numbers systemic courses of advanced disease from 1; `regimen_recognised` tells
    that no acronym was written and the drugs are those of one."""

    kind: str
    intent: str | None
    regimen: str | None
    regimen_recognised: bool
    drugs: tuple[DrugRecord, ...]
    cycles: float | None
    start: When
    end: When
    line: int | None
    status: str
    dose_gy: float | None
    fractions: float | None
    site: str | None
    procedure: str | None
    margins: str | None
    nodes: str | None
    best_response: str | None
    toxicities: tuple[str, ...]
    stop_reason: str | None
    proofs: tuple[Proof, ...]


@unguarded
@dataclass(frozen=True, slots=True)
class Episode:
    """A stretch of a tumour's story: its first disease, a relapse, a progression, a remission."""

    kind: EpisodeKind
    when: When
    sites: tuple[str, ...]
    suspected: bool
    courses: tuple[Course, ...]
    responses: tuple[Measure, ...]
    proofs: tuple[Proof, ...]


@unguarded
@dataclass(frozen=True, slots=True)
class TumourRecord:
    """One primary. `basis`: how it was diagnosed, the surest told (histology before cytology before imaging before
    clinical)."""

    topography: str | None
    morphology: str | None
    laterality: str | None
    grade: str | None
    status: str
    diagnosed: When
    basis: Basis | None
    stages: tuple[StageRecord, ...]
    biomarkers: tuple[Measure, ...]
    episodes: tuple[Episode, ...]
    proofs: tuple[Proof, ...]


@unguarded
@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One event of the story, in order. `what` is a fact type or a kind of record (`diagnosis`, `therapy`,
    `therapy_end`, `marker` …)."""

    what: str
    label_fr: str
    label_en: str
    when: When
    tumour: int | None
    proofs: tuple[Proof, ...]
    status: str = "affirmed"


@unguarded
@dataclass(frozen=True, slots=True)
class Duration:
    """A derived measure in months, with its bounds where the dates are imprecise."""

    name: Literal["time_to_relapse", "progression_free_survival", "overall_survival", "line_duration"]
    tumour: int | None
    line: int | None
    months_low: float
    months_high: float
    ended: bool
    """False where the end was not reached at the last news (a censored observation)."""
    proofs: tuple[Proof, ...]


@unguarded
@dataclass(frozen=True, slots=True)
class History:
    """One patient's record, from one or several reports."""

    patient: PatientRecord
    tumours: tuple[TumourRecord, ...]
    other_courses: tuple[Course, ...]
    """Treatments that could not be tied to a tumour."""
    timeline: tuple[TimelineEvent, ...]
    durations: tuple[Duration, ...]
    markers: tuple[Measure, ...]
    """Serum markers over time."""
    reports: tuple[str, ...] = field(default=())


class Place(NamedTuple):
    """Words of a report: offsets in code points, `end` exclusive."""

    report: str
    start: int
    end: int
    quote: str


@unguarded
@dataclass(frozen=True, slots=True)
class Finding:
    """What does not add up: the rule that found it, both sides' words, and the likely intended reading where there is
    one."""

    rule: str
    severity: Severity
    message_fr: str
    message_en: str
    suggestion: str | None
    spans: tuple[Place, ...]


def plain(value: Any) -> Any:
    """A record as plain JSON values; absent (None) and empty parts are left out."""
    if hasattr(value, "__dataclass_fields__"):
        parts = {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
        return {name: part for name, part in parts.items() if part is not None and part != [] and part != {}}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {name: plain(part) for name, part in zip(value._fields, value, strict=True)}
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    return value
