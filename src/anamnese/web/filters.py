"""What a selection filters by, in words: chips of what is asked for, choices with their counts, and the addresses that
add or take away one of them. The list and the cohort use the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from anamnese.history_page.words import date_words
from anamnese.labels import Language, code_name, label
from anamnese.reading.fold import fold
from anamnese.store import Query, Store
from anamnese.web.figures import counted
from anamnese.web.rendering import known, say

KINDS = (
    "site", "morphology", "stage", "sex", "treatment", "biomarker", "event", "metastasis", "status", "severity",
    "finding", "by",
)  # fmt: skip
"""What has choices, in the order that they are shown."""

_COURSES = ("first_treatment", "first_line", "first_regimen")
"""What the cohort's groups select by; nobody chooses them in a form."""

RANGES = (("diagnosed_from", "diagnosed_to"), ("updated_from", "updated_to"), ("age_from", "age_to"))

_OWN_WORDS = {"status": "base.status", "severity": "base.severity", "finding": "finding"}
"""Kinds whose values have words of the pages' own."""

_ATTRIBUTE = {"treatment": "kind", "first_treatment": "kind", "first_line": "kind"}
_IN_ORDER = {
    "stage": ("0", "I", "II", "III", "IV"),
    "status": ("to_review", "in_review", "validated"),
    "severity": ("high", "medium", "low"),
}
"""Kinds whose values have an order of their own; the others stand by their counts."""

_WORD = re.compile(r"\w+")


class Choice(NamedTuple):
    """A value to filter by: `n` cases have it."""

    code: str
    label: str
    n: int


class Chip(NamedTuple):
    """Something that is asked for, and the parameters without it."""

    kind: str
    label: str
    without: str


def words_of(kind: str, code: str, language: Language) -> str:
    """What a person reads for a value of a kind."""
    if kind == "site":
        organ = say(f"organ.{code}", language)
        return f"{organ if known(f'organ.{code}') else code_name(code, language) or code} ({code})"
    if kind == "morphology":
        name = code_name(code, language)
        return f"{name} ({code})" if name else code
    if kind == "biomarker":
        name, _, result = code.partition("=")
        return f"{label(name, language, 'name')} {label(result, language)}" if result else label(code, language, "name")
    if kind in _OWN_WORDS and known(f"{_OWN_WORDS[kind]}.{code}"):
        return say(f"{_OWN_WORDS[kind]}.{code}", language)
    if kind == "stage":
        return say("filter.stage_value", language, stage=code)
    return label(code, language, _ATTRIBUTE.get(kind, kind))


def choices(store: Store, query: Query, kind: str, language: Language) -> list[Choice]:
    """The values of a kind among the cases of a query, whatever the query asks of the kind itself."""
    return [
        Choice(code, words_of(kind, code, language), n)
        for code, n in _ordered(kind, store.facets(query, (kind,))[kind])
    ]


def found(offered: Iterable[Choice], typed: str, limit: int) -> list[Choice]:
    """The choices of which every word typed begins a word; those that begin so first."""
    wanted = _WORD.findall(fold(typed))
    fitting = []
    for choice in offered:
        words = _WORD.findall(fold(choice.label))
        if all(any(word.startswith(token) for word in words) for token in wanted):
            fitting.append((bool(wanted) and not words[0].startswith(wanted[0]), choice))
    return [choice for _, choice in sorted(fitting, key=lambda pair: pair[0])][:limit]


def meant(store: Store, query: Query) -> Query:
    """The query with what was typed instead of chosen (a browser without scripts sends words) as the codes meant by it;
    words that mean nothing here stay as they are."""
    changes: dict[str, tuple[str, ...]] = {}
    for kind in KINDS:
        asked = getattr(query, kind)
        if not asked:
            continue
        codes = {code for code, _ in store.facets(query, (kind,))[kind]}
        typed = [value for value in asked if value not in codes]
        if typed:
            offered = choices(store, query, kind, "fr")
            changes[kind] = tuple(
                dict.fromkeys(best[0].code if value in typed and (best := found(offered, value, 1)) else value
                              for value in asked)
            )  # fmt: skip
    return with_(query, changes)


def chips(query: Query, language: Language) -> list[Chip]:
    """Everything that a query asks for."""
    made = []
    if query.text:
        made.append(Chip("text", say("filter.text_value", language, text=query.text), params(query.without("text"))))
    for kind in (*KINDS, *_COURSES):
        for code in getattr(query, kind):
            rest = tuple(other for other in getattr(query, kind) if other != code)
            words = code if kind == "stage" else words_of(kind, code, language)
            made.append(Chip(kind, words, params(with_(query, {kind: rest}))))
    for low, high in RANGES:
        since, until = getattr(query, low), getattr(query, high)
        if since is not None or until is not None:
            name = low.removesuffix("_from")
            made.append(Chip(name, _range(since, until, language), params(query.without(low, high))))
    if query.ids:
        made.append(Chip("ids", counted("filter.ids_value", len(query.ids), language), params(query.without("ids"))))
    return made


def params(query: Query) -> str:
    """The parameters of an address that selects these cases, on the first page."""
    return urlencode(query.without("page").to_params())


def toggled(query: Query, kind: str, code: str) -> str:
    """The parameters with a value added, or taken away where it is asked for."""
    asked = getattr(query, kind)
    rest = tuple(other for other in asked if other != code) if code in asked else (*asked, code)
    return params(with_(query, {kind: rest}))


def with_(query: Query, changes: Mapping[str, Any]) -> Query:
    """The query with other values of some of its parts."""
    return replace(query, **changes)


def _range(since: str | int | None, until: str | int | None, language: Language) -> str:
    place = 0 if language == "fr" else 1
    low, high = (date_words(end)[place] if isinstance(end, str) else str(end) for end in (since, until))
    if since is not None and since == until:
        return low
    if since is None:
        return say("filter.until", language, end=high)
    return say("filter.since", language, start=low) if until is None else f"{low} – {high}"


def _ordered(kind: str, counted: Sequence[tuple[str, int]]) -> Sequence[tuple[str, int]]:
    order = _IN_ORDER.get(kind)
    return sorted(counted, key=lambda pair: order.index(pair[0]) if pair[0] in order else 99) if order else counted


_WRITTEN_DATE = re.compile(r"(?:(\d\d?)[/.])?(\d\d?)[/.](\d{4})")


def typed(given: Iterable[tuple[str, str]]) -> Query:
    """The query of a form: dates may be written as a person writes them, `15/01/2014` or `01/2014`."""
    dates = {name for pair in RANGES for name in pair if not name.startswith("age")}
    return Query.from_params([(name, _iso(value) if name in dates else value) for name, value in given])


def _iso(written: str) -> str:
    told = _WRITTEN_DATE.fullmatch(written.strip())
    if told is None:
        return written
    day, month, year = told.groups()
    return f"{year}-{int(month):02d}" + (f"-{int(day):02d}" if day else "")
