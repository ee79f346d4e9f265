"""The transaction Bundle of one patient, validated by `fhir.resources` (its R4B models).

What is written are the values that the models took: their own JSON is the same (a test says so) and slower by far."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from fhir.resources.R4B import get_fhir_model_class

from anamnese.exports import Subject
from anamnese.exports.fhir.chart import Chart
from anamnese.exports.fhir.disease import add_disease
from anamnese.exports.fhir.elements import Element
from anamnese.exports.fhir.markers import add_biomarkers
from anamnese.exports.fhir.measures import add_measures
from anamnese.exports.fhir.person import add_person
from anamnese.exports.fhir.sources import add_documents, provenances
from anamnese.exports.fhir.staging import add_staging
from anamnese.exports.fhir.treatment import add_treatment

_THEMES = (add_person, add_documents, add_disease, add_staging, add_biomarkers, add_treatment, add_measures)


def bundle(subject: Subject) -> Element:
    """The bundle as plain JSON values. Sent twice it changes nothing: each entry puts its resource under its own id."""
    chart = Chart(subject)
    for add in _THEMES:
        add(chart)
    resources = [resource for resource, _ in chart.resources] + provenances(chart)
    made = {
        "resourceType": "Bundle",
        "id": chart.id("Bundle"),
        "type": "transaction",
        "entry": [
            {
                "fullUrl": f"urn:uuid:{resource['id']}",
                "resource": resource,
                "request": {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"},
            }
            for resource in resources
        ],
    }
    return dict(_clean(made))


_NOT_IN_STRINGS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
"""What a FHIR string may not have: control characters, and halves of characters that no encoding can write."""


def _clean(value: Any) -> Any:
    """The value with a replacement character for each character that a FHIR string may not have."""
    if isinstance(value, str):
        return _NOT_IN_STRINGS.sub("\ufffd", value)
    if isinstance(value, dict):
        return {key: _clean(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_clean(part) for part in value]
    return value


@cache
def _model() -> Any:
    return get_fhir_model_class("Bundle")


def bundle_json(subject: Subject) -> str:
    """The bundle as JSON on one line. Raises ValueError where it is not valid FHIR."""
    made = bundle(subject)
    _model()(**made)
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"))
