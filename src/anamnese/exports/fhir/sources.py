"""Where everything comes from: the reports, the program, and for each resource the words that prove it."""

from __future__ import annotations

import base64

from anamnese import __version__
from anamnese.exports.fhir.chart import Chart
from anamnese.exports.fhir.elements import Element, absent, extension, fixed
from anamnese.record import Proof

WORDS = "urn:anamnese:fhir:words"
"""The extension that says where a fact stands in its report: its kind, its offsets in code points, its words."""


def add_documents(chart: Chart) -> None:
    """A document for each report, with its whole text."""
    for case in chart.subject.cases:
        report = case.report
        elements: Element = {
            "identifier": [{"system": "urn:anamnese:report", "value": report.id}],
            "status": "current",
            "type": fixed("unknown_type"),
            "category": [fixed("clinical-note")],
            "subject": chart.patient,
            "content": [
                {
                    "attachment": {
                        "contentType": "text/plain; charset=utf-8",
                        "language": "fr",
                        "data": base64.b64encode(report.text.encode("utf-8", "replace")).decode("ascii"),
                        "title": report.id,
                    }
                }
            ],
            **({"context": {"period": {"start": report.date, "end": report.date}}} if report.date else {}),
        }
        chart.add("DocumentReference", report.id, ["us-core-documentreference"], elements)


def provenances(chart: Chart) -> list[Element]:
    """The provenance of each resource that rests on facts, and the device that read them."""
    device = {
        "resourceType": "Device",
        "id": chart.id("Device"),
        "deviceName": [{"name": "anamnese", "type": "model-name"}],
        "version": [{"value": __version__}],
    }
    found: list[Element] = []
    for resource, proofs in chart.resources:
        entities = [entity for proof in proofs if (entity := _entity(chart, proof)) is not None]
        if not entities:
            continue
        found.append(
            {
                "resourceType": "Provenance",
                "id": chart.id("Provenance", resource["id"]),
                "target": [{"reference": f"urn:uuid:{resource['id']}"}],
                "_recorded": absent(),
                "agent": [{"type": fixed("assembler"), "who": chart.ref("Device")}],
                "entity": entities,
            }
        )
    return [device, *found]


def _entity(chart: Chart, proof: Proof) -> Element | None:
    fact = chart.fact(proof)
    if fact is None:
        return None
    words = [
        extension("fact", valueCode=fact.type),
        extension("start", valueUnsignedInt=fact.start),
        extension("end", valueUnsignedInt=fact.end),
        extension("quote", valueString=fact.quote),
    ]
    return {
        "extension": [{"url": WORDS, "extension": words}],
        "role": "source",
        "what": chart.ref("DocumentReference", proof.report),
    }
