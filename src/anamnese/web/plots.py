"""What the plots of a cohort are drawn from: the numbers of `cohort/` with the words for them and the addresses that
lead to the cases behind them. The page's tables and the API's JSON are both made of these."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from anamnese.cohort.distributions import Bar, Distribution
from anamnese.cohort.grouping import ALL, OTHERS
from anamnese.labels import Language, code_name, label
from anamnese.store import Query
from anamnese.web import filters
from anamnese.web.cohorts import SwimmerPart, SwimmerRow
from anamnese.web.rendering import known, say

if TYPE_CHECKING:
    from anamnese.cohort.survival import Curve, Survival

_ACROSS = frozenset({"organ", "morphology", "marker", "treatment", "stage"})
"""Distributions whose bars lie, so that there is room for names."""

_KIND_OF = {
    "organ": "site", "morphology": "morphology", "stage": "stage", "treatment": "treatment", "marker": "biomarker",
    "sex": "sex", "first_treatment": "first_treatment", "first_line": "first_line", "first_regimen": "first_regimen",
}  # fmt: skip
"""Which filter of a selection picks the cases of a group or bar."""


def group_words(by: str, group: str, language: Language) -> str:
    """The name of a group, or of a bar."""
    if group in (ALL, OTHERS):
        return say(f"cohort.{group}", language)
    if by == "age":
        low, _, high = group.partition("-")
        if not high:
            return say("cohort.years_on", language, age=low.removesuffix("+"))
        return say("cohort.years", language, ages=f"{low}–{high}")
    if by == "year":
        return group
    if by == "organ" and known(f"organ.{group}"):
        return say(f"organ.{group}", language)
    if by == "morphology":
        return code_name(group, language) or group
    return filters.words_of(_KIND_OF[by], group, language)


def cases_of(query: Query, by: str, group: str) -> str | None:
    """The parameters that select the cases of a group; None where a selection cannot say it."""
    base = query.without("sort", "page")
    if group == ALL:
        return filters.params(base)
    if group == OTHERS:
        return None
    if by == "age":
        low, _, high = group.removesuffix("+").partition("-")
        return filters.params(replace(base, age_from=int(low), age_to=int(high) if high else None))
    if by == "year":
        return filters.params(replace(base, diagnosed_from=group, diagnosed_to=group))
    kind = _KIND_OF[by]
    asked: tuple[str, ...] = getattr(query, kind)
    within = tuple(code for code in asked if code.startswith(group)) if by == "organ" else ()
    if asked and kind in ("biomarker", "treatment") and group not in asked and group.partition("=")[0] not in asked:
        return None  # codes of a kind are alternatives: both together cannot be asked for
    return filters.params(filters.with_(base, {kind: within or (group,)}))


def _cases(query: Query, by: str, group: str) -> str | None:
    params = cases_of(query, by, group)
    return None if params is None else f"/cases?{params}" if params else "/cases"


def survival_plot(shown: Survival, query: Query, by: str, marker: str | None, language: Language) -> dict[str, Any]:
    """The curves, thinned to what a plot shows."""
    test = shown.log_rank
    return {
        "endpoint": shown.endpoint,
        "title": survival_title(shown.endpoint, by, marker, language),
        "ticks": list(shown.ticks),
        "curves": [_curve(curve, query, by, language) for curve in shown.curves],
        "log_rank": test._asdict() if test else None,
        "follow_up": shown.follow_up._asdict(),
        "unobserved": shown.unobserved,
        "ungrouped": shown.ungrouped,
    }


def _curve(curve: Curve, query: Query, by: str, language: Language) -> dict[str, Any]:
    from anamnese.cohort.survival import thinned

    return {
        "group": curve.group,
        "label": group_words(by, curve.group, language),
        "cases": _cases(query, by, curve.group),
        "n": curve.n,
        "events": curve.events,
        "imprecise": curve.imprecise,
        "few": curve.few,
        "median": curve.median._asdict(),
        "points": [[round(value, 4) for value in point] for point in thinned(curve.points)],
        "censored": [round(month, 2) for month in curve.censored],
        "landmarks": [mark._asdict() for mark in curve.landmarks],
        "last": curve.last,
    }


def survival_title(endpoint: str, by: str, marker: str | None, language: Language) -> str:
    """What a plot of curves shows."""
    return say(
        f"cohort.by.{by}",
        language,
        endpoint=say(f"cohort.endpoint.{endpoint}", language),
        marker=label(marker or "", language, "name"),
    )


def swimmer_plot(part: SwimmerPart, language: Language) -> dict[str, Any]:
    """The rows, with the names of what is in them."""
    kinds = {bar.kind for row in part.rows for bar in row.swimmer.bars}
    marks = {mark.kind for row in part.rows for mark in row.swimmer.marks}
    return {
        "title": say("cohort.swimmer", language),
        "rows": [_row(row, language) for row in part.rows],
        "labels": {kind: label(kind, language, "kind") for kind in sorted(kinds)}
        | {kind: say(f"cohort.mark.{kind}", language) for kind in sorted(marks)},
        "letters": {kind: say(key, language) for kind in sorted(kinds) if known(key := f"cohort.letters.{kind}")},
        "part": part.part,
        "parts": part.parts,
        "total": part.total,
        "undrawn": part.undrawn,
    }


def _row(row: SwimmerRow, language: Language) -> dict[str, Any]:
    return {
        "case": row.case,
        "name": row.name,
        "about": ", ".join(
            part
            for part in (
                group_words("organ", row.organ, language) if row.organ else "",
                group_words("stage", row.stage, language) if row.stage else "",
            )
            if part
        ),
        "address": f"/cases/{row.case}",
        "end": row.swimmer.end,
        "bars": [bar._asdict() for bar in row.swimmer.bars],
        "marks": [mark._asdict() for mark in row.swimmer.marks],
    }


def distribution_plot(shown: Distribution, query: Query, language: Language) -> dict[str, Any]:
    """The bars."""
    return {
        "kind": shown.kind,
        "title": say(f"cohort.spread.{shown.kind}", language),
        "across": shown.kind in _ACROSS,
        "bars": [_bar(bar, shown.kind, query, language) for bar in shown.bars],
        "told": shown.told,
        "untold": shown.untold,
        "left_out": shown.left_out,
    }


def _bar(bar: Bar, kind: str, query: Query, language: Language) -> dict[str, Any]:
    return {
        "value": bar.name,
        "label": group_words(kind, bar.name, language),
        "n": bar.n,
        "coded": kind in ("organ", "morphology"),
        "cases": _cases(query, kind, bar.name) if bar.n else None,
        "parts": [
            {
                "name": part.name,
                "label": label(part.name, language),
                "n": part.n,
                "cases": _cases(query, kind, f"{bar.name}={part.name}"),
            }
            for part in bar.parts
        ],
    }
