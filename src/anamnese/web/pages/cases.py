"""`/cases`: the list of the cases, with search, filters, order and pages."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from anamnese.store import CasePage, Query
from anamnese.store.selection import PAGE
from anamnese.web import figures, filters
from anamnese.web.rendering import render
from anamnese.web.requests import LanguageOf, StoreOf

router = APIRouter()

COLUMNS = ("name", "age", "site", "stage", "diagnosed", "status", "findings", "facts", "updated")
"""The columns that sort, in order."""

_DOWN_FIRST = frozenset({"updated", "diagnosed", "findings", "facts"})
"""Columns of which one wants the latest or the most first."""

_WRITTEN = ("site", "morphology", "treatment", "biomarker")
"""Filters with so many values that one writes to find them."""

_CHOSEN = ("status", "severity", "finding", "stage", "sex", "event", "metastasis", "by")


@router.get("/")
def home() -> Response:
    """The list is where work begins."""
    return RedirectResponse("/cases", 303)


@router.get("/cases")
def cases(request: Request, store: StoreOf, language: LanguageOf) -> Response:
    """A page of the list. What a plain form sent (empty fields, words instead of codes) leads to the address meant."""
    given = request.query_params.multi_items()
    query = filters.meant(store, filters.typed(given))
    if sorted(query.to_params()) != sorted(given):
        return RedirectResponse(f"/cases?{urlencode(query.to_params())}" if query.to_params() else "/cases", 303)
    shown = store.select(query)
    return render(
        request,
        "cases/list.html",
        room="cases",
        query=query,
        shown=shown,
        first=(shown.page - 1) * PAGE + 1,
        none_at_all=not shown.total and query.unordered == Query(),
        chips=filters.chips(query, language),
        written=_WRITTEN,
        chosen={kind: filters.choices(store, query, kind, language) for kind in _CHOSEN},
        sorts={column: _sort(query, column) for column in COLUMNS},
        pages=_pages(shown, query),
        selected=filters.params(query.without("sort")),
        kept=query.without("text", "page").to_params(),
        counted=lambda key, n: figures.counted(key, n, language),
        count=lambda n: figures.count(n, language),
    )


def _sort(query: Query, column: str) -> tuple[str | None, str]:
    """How a column is sorted now (`aria-sort`), and the parameters that a click on it leads to."""
    current = query.sort.removeprefix("-") == column
    down = query.sort.startswith("-")
    state = ("descending" if down else "ascending") if current else None
    turned = not down if current else column in _DOWN_FIRST
    return state, urlencode(replace(query.without("page"), sort=f"{'-' if turned else ''}{column}").to_params())


def _pages(shown: CasePage, query: Query) -> list[tuple[int | None, str]]:
    """The first, the last and the pages around the current one, with their parameters; None stands for those left
    out."""
    near = {1, shown.pages, *range(shown.page - 2, shown.page + 3)}
    numbers = sorted(number for number in near if 1 <= number <= shown.pages)
    found: list[tuple[int | None, str]] = []
    for number in numbers:
        if found and number - (found[-1][0] or 0) > 1:
            found.append((None, ""))
        found.append((number, urlencode(replace(query, page=number).to_params())))
    return found
