"""The parameters that select cases, as the document of the API tells them: the same for the list, the cohort and the
exports. They are read by `store.Query.from_params`; a test holds the two together."""

from __future__ import annotations

from typing import Any

from anamnese.store.query import SORTS

_TEXTS: dict[str, str] = {
    "text": 'Words that the reports or the label have, all of them; `"…"` for words in a row.',
    "diagnosed_from": "A partial date (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`).",
    "diagnosed_to": "A partial date.",
    "updated_from": "A partial date.",
    "updated_to": "A partial date.",
}
_CODES: dict[str, str] = {
    "site": "ICD-O-3 topography: `C50` or `C50.4`.",
    "morphology": "ICD-O-3 morphology: `8500/3`.",
    "stage": "Stage group at diagnosis: 0, I, II, III, IV.",
    "biomarker": "`HER2`, or `HER2=positive`.",
    "treatment": "A kind of treatment, a drug or a regimen.",
    "first_treatment": "The kind of the first treatment.",
    "first_line": "The kind of the first line of advanced disease.",
    "first_regimen": "The first regimen.",
    "event": "A kind of event: `relapse_local`, `progression`, `death` …",
    "metastasis": "A site of metastases: `liver`, `bone` …",
    "status": "`to_review`, `in_review`, `validated`.",
    "finding": "A rule that an open finding is of.",
    "severity": "`high`, `medium`, `low`: of an open finding.",
    "sex": "`female`, `male`.",
    "by": "Who changed the case last.",
}
_NUMBERS: dict[str, str] = {"age_from": "Years at diagnosis.", "age_to": "Years at diagnosis.", "page": "From 1."}


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


def _several(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


SELECTION: list[dict[str, Any]] = [
    *(_parameter(name, {"type": "string"}, told) for name, told in _TEXTS.items()),
    *(_parameter(name, _several({"type": "string"}), f"{told} Several: any of them.") for name, told in _CODES.items()),
    *(_parameter(name, {"type": "integer", "minimum": 0}, told) for name, told in _NUMBERS.items()),
    _parameter("ids", _several({"type": "integer"}), "These cases only."),
    _parameter(
        "sort",
        {"enum": [sign + name for name in SORTS for sign in ("", "-")], "default": "-updated"},
        "The order of the list; `-`: the other way round.",
    ),
]
"""Every parameter of a selection."""

SELECTING: dict[str, Any] = {"parameters": SELECTION}
"""What a route adds to its description (`openapi_extra`) that takes a selection."""
