"""`/cohort`: the cases of a selection together: facets at the left, survival, swimmer plot and distributions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from anamnese.case import FACT_TYPES
from anamnese.cohort.distributions import DISTRIBUTIONS
from anamnese.cohort.grouping import GROUPINGS
from anamnese.cohort.observation import ENDPOINTS, Endpoint
from anamnese.labels import Language
from anamnese.store import Query, Store
from anamnese.web import figures, filters
from anamnese.web.cohorts import ORDERS, SWIMMERS, Cohorts, cohorts_of
from anamnese.web.plots import distribution_plot, survival_plot, swimmer_plot
from anamnese.web.rendering import render
from anamnese.web.requests import LanguageOf, StoreOf

router = APIRouter()

VIEWS = ("survival", "swimmer", "spread")
_SHOWN = 7
"""Values of a facet that are shown at once; more are a click away."""
_MOST = 40
"""Values of a facet on the page; the list of cases completes among all."""
_MARKERS = 80

_TREATMENT_KINDS = frozenset(FACT_TYPES["therapy"]["kind"]["enum"])


class FacetValue(NamedTuple):
    """A value of a facet: `params` adds it to the selection, or takes it away where it is `on`; `share` is in percent
    of the most frequent."""

    label: str
    n: int
    on: bool
    share: int
    params: str


class Facet(NamedTuple):
    """Values to select by: those shown, those behind a click."""

    name: str
    label: str
    shown: Sequence[FacetValue]
    more: Sequence[FacetValue]
    chosen: int


@router.get("/cohort")
def cohort(request: Request, store: StoreOf, language: LanguageOf) -> Response:
    """The page; the parameters of a plot (`view`, `endpoint`, `group`, `marker`, `order`, `part`) stand beside those of
    the selection."""
    given = request.query_params.multi_items()
    options = {name: value for name, value in given if name in _OPTIONS and value}
    asked = [(name, value) for name, value in given if name not in _OPTIONS]
    query = filters.meant(store, filters.typed(asked))
    kept = _chosen(options)
    if sorted(query.unordered.to_params()) != sorted(asked) or kept != options:
        return RedirectResponse(_address(query, kept), 303)
    cohorts = cohorts_of(store)
    columns = cohorts.columns(query)
    view = kept.get("view", VIEWS[0])
    return render(
        request,
        "cohort/page.html",
        room="cohort",
        query=query,
        n=len(columns),
        view=view,
        views=[(name, _address(query, kept | {"view": name, "part": ""})) for name in VIEWS],
        kept=query.unordered.to_params(),
        options=kept,
        options_params=urlencode({name: value for name, value in kept.items() if name != "part"}),
        selected=filters.params(query.without("sort")),
        chips=filters.chips(query, language),
        facets=_facets(store, query, kept, language),
        count=lambda value: figures.count(value, language),
        counted=lambda key, value: figures.counted(key, value, language),
        decimal=lambda value, digits=1: figures.decimal(value, language, digits),
        percent=lambda share: figures.percent(share, language),
        p_value=lambda p: figures.p_value(p, language),
        **_VIEWS[view](cohorts, query, kept, language),
    )


_OPTIONS: dict[str, Sequence[str]] = {
    "view": VIEWS, "endpoint": ENDPOINTS, "group": GROUPINGS, "marker": (), "order": ORDERS, "part": (),
}  # fmt: skip
"""The parameters of the plots, and the values they may have (any where none are told)."""


def _chosen(options: dict[str, str]) -> dict[str, str]:
    """The options that can be meant."""
    kept = {name: value for name, value in options.items() if not _OPTIONS[name] or value in _OPTIONS[name]}
    part = kept.pop("part", "")
    if part.isascii() and part.isdecimal() and len(part) <= 6 and int(part) > 1:
        kept["part"] = part
    return {name: value[:120] for name, value in kept.items() if value != _USUAL.get(name)}


_USUAL = {"view": VIEWS[0], "endpoint": ENDPOINTS[0], "group": GROUPINGS[0], "order": ORDERS[0]}


def _address(query: Query, options: dict[str, str]) -> str:
    held = [*query.unordered.to_params(), *_chosen({k: v for k, v in options.items() if v}).items()]
    return f"/cohort?{urlencode(held)}" if held else "/cohort"


def _survival(cohorts: Cohorts, query: Query, options: dict[str, str], language: Language) -> dict[str, Any]:
    from anamnese.cohort.survival import FEW

    endpoint, group = cast(Endpoint, options.get("endpoint", ENDPOINTS[0])), options.get("group", "none")
    markers = _markers(cohorts, query)
    marker = options.get("marker") or (markers[0][0] if markers else None)
    shown = cohorts.survival(query, endpoint, group, marker)
    asked = {"endpoint": endpoint, "group": group} | ({"marker": marker} if group == "marker" and marker else {})
    return {
        "plot": survival_plot(shown, query, group, marker, language),
        "endpoint": endpoint,
        "group": group,
        "marker": marker,
        "markers": markers,
        "endpoints": ENDPOINTS,
        "groupings": GROUPINGS,
        "source": urlencode([*query.unordered.to_params(), *asked.items()]),
        "few": FEW,
        "immortal": group in ("first_line", "first_regimen") and endpoint != "progression_free_survival",
    }


def _swimmer(cohorts: Cohorts, query: Query, options: dict[str, str], language: Language) -> dict[str, Any]:
    order = options.get("order", ORDERS[0])
    part = cohorts.swimmers(query, order, int(options.get("part", "1")))
    asked = {"order": order, "part": str(part.part)}
    near = sorted({1, part.parts, *range(max(1, part.part - 2), min(part.parts, part.part + 2) + 1)})
    return {
        "plot": swimmer_plot(part, language),
        "orders": ORDERS,
        "order": order,
        "source": urlencode([*query.unordered.to_params(), *asked.items()]),
        "first": (part.part - 1) * SWIMMERS + 1,
        "last": (part.part - 1) * SWIMMERS + len(part.rows),
        "parts": [(number, _address(query, options | {"part": str(number)})) for number in near],
    }


def _spread(cohorts: Cohorts, query: Query, options: dict[str, str], language: Language) -> dict[str, Any]:
    shown = [cohorts.distribution(query, kind) for kind in DISTRIBUTIONS]
    return {
        "plots": [distribution_plot(each, query, language) for each in shown],
        "source": urlencode(query.unordered.to_params()),
    }


_VIEWS = {"survival": _survival, "swimmer": _swimmer, "spread": _spread}


def _markers(cohorts: Cohorts, query: Query) -> list[tuple[str, int]]:
    """The markers with results among the cases, the most frequent first."""
    shown: dict[str, int] = {}
    for told, n in cohorts.columns(query).sets["markers"].counts().items():
        name = told.rpartition("=")[0]
        shown[name] = shown.get(name, 0) + n
    return sorted(shown.items(), key=lambda pair: (-pair[1], pair[0]))[:_MARKERS]


def _facets(store: Store, query: Query, options: dict[str, str], language: Language) -> list[Facet]:
    made = []
    for name, kind in _FACETS:
        offered = [choice for choice in filters.choices(store, query, kind, language) if _belongs(name, choice.code)]
        made.append(_facet(name, kind, offered, query, options))
    return [facet for facet in made if facet.shown]


_FACETS = (
    ("site", "site"), ("morphology", "morphology"), ("stage", "stage"), ("sex", "sex"), ("treatment", "treatment"),
    ("drug", "treatment"), ("biomarker", "biomarker"), ("event", "event"), ("metastasis", "metastasis"),
    ("status", "status"), ("severity", "severity"),
)  # fmt: skip
"""The facets, and the filters they are of."""


def _belongs(facet: str, code: str) -> bool:
    """Whether a value belongs to a facet: sites by organ, markers with a result, kinds of treatment apart from what was
    given."""
    if facet == "site":
        return len(code) == 3
    if facet == "biomarker":
        return "=" in code
    if facet in ("treatment", "drug"):
        return (code in _TREATMENT_KINDS) == (facet == "treatment")
    return True


def _facet(name: str, kind: str, offered: Sequence[filters.Choice], query: Query, options: dict[str, str]) -> Facet:
    most = max((choice.n for choice in offered), default=1)
    asked = getattr(query, kind)
    extra = urlencode(_chosen(options | {"part": ""}))
    values = [
        FacetValue(
            choice.label, choice.n, choice.code in asked, max(1, round(100 * choice.n / most)),
            "&".join(part for part in (filters.toggled(query.unordered, kind, choice.code), extra) if part),
        )
        for choice in offered
    ]  # fmt: skip
    on = [value for value in values if value.on]
    off = [value for value in values if not value.on]
    shown = [*on, *off[: max(0, _SHOWN - len(on))]]
    rest = off[max(0, _SHOWN - len(on)) :][:_MOST]
    label = "cohort.facet.drug" if name == "drug" else f"filter.{name}"
    return Facet(name, label, shown, rest, len(on))
