"""`/api/cohort`: survival, swimmer rows and distributions of the cases that a selection means, as JSON and CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, FastAPI, Query
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from anamnese.cohort.distributions import DISTRIBUTIONS
from anamnese.cohort.grouping import GROUPINGS
from anamnese.cohort.observation import ENDPOINTS
from anamnese.cohort.observation import Endpoint as Measured
from anamnese.cohort.tables import (
    Cell,
    Table,
    curve_table,
    distribution_table,
    group_table,
    landmark_table,
    swimmer_table,
    to_csv,
)
from anamnese.labels import Language
from anamnese.web.cohorts import ORDERS, cohorts_of, warm
from anamnese.web.plots import distribution_plot, group_words, survival_plot, swimmer_plot
from anamnese.web.rendering import say
from anamnese.web.requests import LanguageOf, SelectionOf, StoreOf


@asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    warm(app.state.store)
    yield


router = APIRouter(prefix="/api/cohort", tags=["cohort"], lifespan=_living)

EndpointName = StrEnum("EndpointName", {name: name for name in ENDPOINTS})  # type: ignore[misc]
GroupName = StrEnum("GroupName", {name: name for name in GROUPINGS})  # type: ignore[misc]
OrderName = StrEnum("OrderName", {name: name for name in ORDERS})  # type: ignore[misc]
SpreadKind = StrEnum("SpreadKind", {name: name for name in DISTRIBUTIONS})  # type: ignore[misc]

Endpoint = Annotated[EndpointName, Query(description="What is measured.")]
Group = Annotated[GroupName, Query(description="What the curves are grouped by.")]
Marker = Annotated[str | None, Query(max_length=120, description="For `group=marker`: the name of the marker.")]
Order = Annotated[OrderName, Query(description="In which order the patients stand.")]
Part = Annotated[int, Query(ge=1, description="Which part of the patients, from 1.")]

OVERALL = EndpointName("overall_survival")
TOGETHER = GroupName("none")
LONGEST = OrderName("longest")


class MedianJson(BaseModel):
    """A median in months with its 95 % interval; null where the curve (or its band) does not reach one half."""

    months: float | None
    low: float | None
    high: float | None


class LandmarkJson(BaseModel):
    """A curve at a month."""

    month: int
    at_risk: int
    survival: float | None = Field(description="Null beyond the last observation.")
    low: float | None
    high: float | None


class CurveJson(BaseModel):
    """A group."""

    group: str
    label: str
    cases: str | None = Field(description="The list of its cases; null where no selection tells them.")
    n: int
    events: int
    imprecise: int = Field(description="Durations known less precisely than two months.")
    few: bool = Field(description="Fewer than ten patients.")
    median: MedianJson
    points: list[tuple[float, float, float, float]] = Field(
        description="[month, survival, low, high] of each step; thinned where there are more than a plot shows."
    )
    censored: list[float] = Field(description="Months of those censored, each once.")
    landmarks: list[LandmarkJson]
    last: float = Field(description="The longest observation: the curve stops there.")


class LogRankJson(BaseModel):
    """The log-rank test among all groups shown."""

    chi2: float
    degrees: int
    p: float


class SurvivalJson(BaseModel):
    """Kaplan-Meier curves. Durations of imprecise dates count at the midpoint of their bounds."""

    endpoint: str
    title: str
    ticks: list[int]
    curves: list[CurveJson]
    log_rank: LogRankJson | None
    follow_up: MedianJson = Field(description="Median follow-up, by the reverse Kaplan-Meier method.")
    unobserved: int = Field(description="Cases without a measure of the endpoint.")
    ungrouped: int = Field(description="Cases with a measure, of unknown group.")


class BarJson(BaseModel):
    """A course of treatment, in months from the diagnosis."""

    kind: str
    start: float
    end: float
    ended: bool = Field(description="False where its end is not told: it is drawn to the next event.")
    line: int | None
    what: str


class MarkJson(BaseModel):
    """What happened, and when."""

    kind: Literal["relapse", "progression", "complete_response", "partial_response", "death", "followed"]
    at: float


class SwimmerJson(BaseModel):
    """A patient."""

    case: int
    name: str
    about: str = Field(description="Site and stage.")
    address: str
    end: float
    bars: list[BarJson]
    marks: list[MarkJson]


class SwimmersJson(BaseModel):
    """Some of the patients, in order."""

    title: str
    rows: list[SwimmerJson]
    labels: dict[str, str]
    letters: dict[str, str]
    part: int
    parts: int
    total: int
    undrawn: int = Field(description="Cases without a dated diagnosis or dated news.")


class PartJson(BaseModel):
    """A part of a bar: a result of a marker."""

    name: str
    label: str
    n: int
    cases: str | None


class SpreadBarJson(BaseModel):
    """A value and how many cases have it."""

    value: str
    label: str
    coded: bool = Field(description="Whether the value is a code that a person may want to see.")
    n: int
    cases: str | None
    parts: list[PartJson]


class SpreadJson(BaseModel):
    """A distribution."""

    kind: str
    title: str
    across: bool
    bars: list[SpreadBarJson]
    told: int = Field(description="Cases that have a value.")
    untold: int
    left_out: int = Field(description="Rarer values that have no bar.")


@router.get("/survival", response_model=SurvivalJson, summary="Survival by group")
def survival(
    store: StoreOf,
    selection: SelectionOf,
    language: LanguageOf,
    endpoint: Endpoint = OVERALL,
    group: Group = TOGETHER,
    marker: Marker = None,
) -> Response:
    """Kaplan-Meier curves with 95 % bands, numbers at risk, medians and the log-rank test."""
    shown = cohorts_of(store).survival(selection, cast(Measured, endpoint.value), group.value, marker)
    return JSONResponse(survival_plot(shown, selection, group.value, marker, language))


@router.get("/survival.csv", summary="Survival by group as CSV", response_class=Response)
def survival_csv(
    store: StoreOf,
    selection: SelectionOf,
    language: LanguageOf,
    endpoint: Endpoint = OVERALL,
    group: Group = TOGETHER,
    marker: Marker = None,
    table: Annotated[Literal["curves", "at_risk", "groups"], Query(description="Which table.")] = "curves",
) -> Response:
    """Every step of the curves, or the numbers at risk, or a row a group."""
    shown = cohorts_of(store).survival(selection, cast(Measured, endpoint.value), group.value, marker)
    made = {"curves": curve_table, "at_risk": landmark_table, "groups": group_table}[table](shown)
    rows = [(group_words(group.value, str(row[0]), language), *row[1:]) for row in made.rows]
    return _file(f"{endpoint.value}-{table}", made.headings, rows, language)


@router.get("/swimmer", response_model=SwimmersJson, summary="Swimmer plot")
def swimmer(
    store: StoreOf, selection: SelectionOf, language: LanguageOf, order: Order = LONGEST, part: Part = 1
) -> Response:
    """A row a patient: courses of treatment and events, in months from the diagnosis."""
    return JSONResponse(swimmer_plot(cohorts_of(store).swimmers(selection, order.value, part), language))


@router.get("/swimmer.csv", summary="Swimmer plot as CSV", response_class=Response)
def swimmer_csv(
    store: StoreOf, selection: SelectionOf, language: LanguageOf, order: Order = LONGEST, part: Part = 1
) -> Response:
    """A row a course or event of the patients shown."""
    shown = cohorts_of(store).swimmers(selection, order.value, part)
    return _table("swimmer", swimmer_table((row.name, row.swimmer) for row in shown.rows), language)


@router.get("/distribution/{kind}", response_model=SpreadJson, summary="A distribution")
def distribution(kind: SpreadKind, store: StoreOf, selection: SelectionOf, language: LanguageOf) -> Response:
    """How the cases are spread: each counts once, by its main tumour."""
    shown = cohorts_of(store).distribution(selection, kind.value)
    return JSONResponse(distribution_plot(shown, selection, language))


@router.get("/distribution/{kind}/csv", summary="A distribution as CSV", response_class=Response)
def distribution_csv(kind: SpreadKind, store: StoreOf, selection: SelectionOf, language: LanguageOf) -> Response:
    """A row a value, with its share of the cases that have one."""
    made = distribution_table(cohorts_of(store).distribution(selection, kind.value))
    rows = [(row[0], group_words(kind.value, str(row[0]), language), *row[1:]) for row in made.rows]
    return _file(f"distribution-{kind.value}", (made.headings[0], "label", *made.headings[1:]), rows, language)


def _table(name: str, made: Table, language: Language) -> Response:
    return _file(name, made.headings, made.rows, language)


def _file(name: str, headings: Iterable[str], rows: Iterable[Sequence[Any]], language: Language) -> Response:
    worded = [say(f"cohort.csv.{heading}", language) for heading in headings]
    cells: list[Sequence[Cell]] = [tuple(row) for row in rows]
    disposition = {"content-disposition": f'attachment; filename="anamnese-{name}.csv"'}
    return Response(to_csv(worded, cells), media_type="text/csv; charset=utf-8", headers=disposition)
