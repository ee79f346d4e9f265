"""Kaplan-Meier curves of a cohort by group: survival, its 95 % band, the numbers at risk, the median, the log-rank
test.

lifelines does the statistics. The band is Greenwood's on the log(-log) scale, the interval of the median is where the
band's edges cross one half (Brookmeyer and Crowley, Biometrics 1982).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from lifelines import KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test
from numpy.typing import NDArray

from anamnese.cohort.columns import Coded, Columns, Intervals
from anamnese.cohort.observation import Endpoint

CONFIDENCE = 0.95
FEW = 10
"""Below so many cases a curve says little; it is marked."""

IMPRECISE_MONTHS = 2.0
"""A duration known less precisely than this is counted as imprecise."""

_STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 120)
_MOST_TICKS = 8


class Point(NamedTuple):
    """The curve from this month on, until the next point."""

    month: float
    survival: float
    low: float
    high: float


class Landmark(NamedTuple):
    """A curve at a month: how many are at risk, and survival with its band; None after the last observation."""

    month: int
    at_risk: int
    survival: float | None
    low: float | None
    high: float | None


class Median(NamedTuple):
    """Median survival in months; None where the curve (or the edge of its band) does not reach one half."""

    months: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """One group. `censored` are the months of those censored, each once; `last` is the longest observation, where the
    curve stops."""

    group: str
    n: int
    events: int
    imprecise: int
    median: Median
    points: tuple[Point, ...]
    censored: tuple[float, ...]
    landmarks: tuple[Landmark, ...]
    last: float

    @property
    def few(self) -> bool:
        """Whether the group is too small to say much."""
        return self.n < FEW


class LogRank(NamedTuple):
    """The log-rank test that the shown groups survive alike."""

    chi2: float
    degrees: int
    p: float


@dataclass(frozen=True, slots=True)
class Survival:
    """The curves of an endpoint. `unobserved` cases have no measure of it, `ungrouped` ones have it and no group."""

    endpoint: Endpoint
    curves: tuple[Curve, ...]
    ticks: tuple[int, ...]
    log_rank: LogRank | None
    follow_up: Median
    """Median follow-up of those in the curves, by the reverse Kaplan-Meier method (Schemper and Smith, Control Clin
    Trials 1996): the time to censoring, which the event cuts short."""
    unobserved: int
    ungrouped: int


def survival(columns: Columns, endpoint: Endpoint, groups: Coded) -> Survival:
    """The curves of the groups, in their order. A duration with bounds counts at its midpoint."""
    measured = columns.intervals[endpoint]
    observed = measured.observed
    kept = observed & (groups.codes >= 0)
    months = measured.months
    ticks = _ticks(float(months[kept].max()) if kept.any() else 0.0)
    curves = tuple(
        _curve(name, measured, months, kept & (groups.codes == code), ticks)
        for code, name in enumerate(groups.names)
        if (kept & (groups.codes == code)).any()
    )
    return Survival(
        endpoint,
        curves,
        ticks,
        _log_rank(months[kept], measured.event[kept], groups.codes[kept]),
        _median(_fitted(months[kept], ~measured.event[kept])) if kept.any() else Median(None, None, None),
        int((~observed).sum()),
        int((observed & (groups.codes < 0)).sum()),
    )


def thinned(points: Sequence[Point], most: int = 400) -> tuple[Point, ...]:
    """The points that a plot of this many steps needs: those where survival or its band has changed by as much as a
    step, with the first and the last."""
    if len(points) <= most:
        return tuple(points)
    step = 3.0 / most
    kept = [points[0]]
    for point in points[1:-1]:
        last = kept[-1]
        if abs(point.survival - last.survival) + abs(point.low - last.low) + abs(point.high - last.high) >= step:
            kept.append(point)
    return (*kept, points[-1])


def _curve(
    name: str, measured: Intervals, months: NDArray[np.float64], kept: NDArray[np.bool_], ticks: Sequence[int]
) -> Curve:
    durations, events = months[kept], measured.event[kept]
    fitter = _fitted(durations, events)
    band = fitter.confidence_interval_
    times = fitter.survival_function_.index.to_numpy(float)
    shown = fitter.survival_function_.iloc[:, 0].to_numpy(float)
    low, high = (np.where(np.isnan(edge), shown, edge) for edge in band.to_numpy(float).T)
    points = tuple(Point(*map(float, values)) for values in zip(times, shown, low, high, strict=True))
    last = float(durations.max())
    ordered = np.sort(durations)
    return Curve(
        name,
        int(kept.sum()),
        int(events.sum()),
        int(((measured.high - measured.low)[kept] > IMPRECISE_MONTHS).sum()),
        _median(fitter),
        points,
        tuple(float(month) for month in np.unique(durations[~events])),
        tuple(_landmark(month, ordered, times, points, last) for month in ticks),
        last,
    )


def _fitted(durations: NDArray[np.float64], events: NDArray[np.bool_]) -> KaplanMeierFitter:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a band that is 0/0 where all have died: the band is the curve there
        return KaplanMeierFitter(alpha=1 - CONFIDENCE).fit(durations, events)


def _landmark(
    month: int, ordered: NDArray[np.float64], times: NDArray[np.float64], points: Sequence[Point], last: float
) -> Landmark:
    at_risk = len(ordered) - int(np.searchsorted(ordered, month, side="left"))
    if month > last:
        return Landmark(month, at_risk, None, None, None)
    point = points[int(np.searchsorted(times, month, side="right")) - 1]
    return Landmark(month, at_risk, point.survival, point.low, point.high)


def _median(fitter: KaplanMeierFitter) -> Median:
    """Where the curve and the edges of its band come down to one half. The band ends where nobody is left: there it
    has no variance to be made of."""
    shown = fitter.survival_function_.iloc[:, 0]
    band = fitter.confidence_interval_[shown > 0]
    low, high = (edge.index[edge <= 0.5].min() for _, edge in band.items())
    months = float(fitter.median_survival_time_)
    return Median(*(float(month) if np.isfinite(month) else None for month in (months, low, high)))


def _log_rank(months: NDArray[np.float64], events: NDArray[np.bool_], groups: NDArray[np.int32]) -> LogRank | None:
    """None where there is one group only, or nothing happened."""
    if len(np.unique(groups)) < 2 or not events.any():
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas to lifelines, and of variances of 0
        tested = multivariate_logrank_test(months, groups, events)
    p = float(tested.p_value)
    return LogRank(float(tested.test_statistic), len(np.unique(groups)) - 1, p) if np.isfinite(p) else None


def _ticks(last: float) -> tuple[int, ...]:
    """Months for the axis and the numbers at risk: at most eight even steps from 0."""
    step = next((step for step in _STEPS if last / step < _MOST_TICKS), _STEPS[-1])
    return tuple(range(0, int(last) + 1, step))
