"""Which cases: the same parameters select them in the list, the cohort, an export and the API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

SORTS = (
    "updated", "name", "sex", "age", "site", "morphology", "stage", "diagnosed", "news", "status", "findings", "facts",
)  # fmt: skip
"""What a list may be sorted by; with `-` before it, the other way round."""

_DATE = re.compile(r"([1-9]\d{3})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
MANY = ("site", "morphology", "stage", "biomarker", "treatment", "event", "metastasis", "status", "finding",
         "severity", "sex", "by", "first_treatment", "first_line", "first_regimen")  # fmt: skip
"""What a query may ask several codes of: kinds of term (`review.terms`), and columns of a case."""

_DATES = ("diagnosed_from", "diagnosed_to", "updated_from", "updated_to")
_AGES = ("age_from", "age_to")
_LONGEST = 400
NOBODY = 0
"""An id that no case has: what stands for ids that cannot be. Left out, they would select all cases."""


@dataclass(frozen=True, slots=True)
class Query:
    """A selection. Codes of one kind are alternatives (any of them); all that is given must hold."""

    text: str = ""
    """Words that the reports or the patient's label have, all of them; `"…"` for words in a row; the last may be
    unfinished."""
    site: tuple[str, ...] = ()
    morphology: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    biomarker: tuple[str, ...] = ()
    treatment: tuple[str, ...] = ()
    event: tuple[str, ...] = ()
    metastasis: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    finding: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    sex: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    """Who changed the case last."""
    first_treatment: tuple[str, ...] = ()
    first_line: tuple[str, ...] = ()
    first_regimen: tuple[str, ...] = ()
    """As in the cohort (`cohort.observation.Observation`)."""
    diagnosed_from: str | None = None
    diagnosed_to: str | None = None
    updated_from: str | None = None
    updated_to: str | None = None
    """Partial dates, both days within."""
    age_from: int | None = None
    age_to: int | None = None
    """Years at diagnosis, both within: 60 to 69 has those of 69.9 years too."""
    ids: tuple[int, ...] = ()
    """These cases only, by their ids; none given: all."""
    sort: str = "-updated"
    page: int = 1

    @classmethod
    def from_params(cls, params: Mapping[str, Any] | Iterable[tuple[str, str]]) -> Query:
        """The selection of a URL's parameters (a multi-dict, or pairs). What cannot be meant is left out."""
        pairs: dict[str, list[str]] = {}
        for name, value in _pairs(params):
            if told := _trimmed(value.replace("\x00", " ")):
                pairs.setdefault(name, []).append(told)
        given: dict[str, Any] = {"text": _trimmed(" ".join(pairs.get("text", [])))}
        for name in MANY:
            given[name] = tuple(dict.fromkeys(pairs.get(name, [])))
        for name in _DATES:
            given[name] = next((value for value in pairs.get(name, []) if _is_date(value)), None)
        for name in _AGES:
            given[name] = next((int(value) for value in pairs.get(name, []) if _is_number(value)), None)
        ids = (int(value) if _is_number(value) else NOBODY for value in pairs.get("ids", []))
        given["ids"] = tuple(dict.fromkeys(ids))
        given["sort"] = next((value for value in pairs.get("sort", []) if value.removeprefix("-") in SORTS), cls().sort)
        given["page"] = next((int(value) for value in pairs.get("page", []) if _is_number(value) and int(value)), 1)
        return cls(**given)

    def to_params(self) -> list[tuple[str, str]]:
        """The URL's parameters, without those that have their usual value."""
        usual = Query()
        found: list[tuple[str, str]] = []
        for field in fields(self):
            value = getattr(self, field.name)
            if value == getattr(usual, field.name):
                continue
            found += [(field.name, str(part)) for part in (value if isinstance(value, tuple) else (value,))]
        return found

    def without(self, *names: str) -> Query:
        """The selection without some of what it asks for."""
        usual = Query()
        return replace(self, **{name: getattr(usual, name) for name in names})

    @property
    def unordered(self) -> Query:
        """The cases that are meant, whatever their order and page."""
        return self.without("sort", "page")


def _pairs(params: Mapping[str, Any] | Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    many = getattr(params, "multi_items", None)
    if many is not None:
        return [(name, value) for name, value in many() if isinstance(value, str)]
    if isinstance(params, Mapping):
        return [
            (name, str(value))
            for name, values in params.items()
            for value in (values if isinstance(values, list | tuple) else [values])
        ]
    return params


def _trimmed(value: str) -> str:
    return value.strip()[:_LONGEST].rstrip()


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 10


def _is_date(value: str) -> bool:
    """Whether it is a partial date of the calendar, in a year with another behind it."""
    match = _DATE.fullmatch(value)
    try:
        return match is not None and date(int(match[1]), int(match[2] or 12), int(match[3] or 28)).year < date.max.year
    except ValueError:
        return False
