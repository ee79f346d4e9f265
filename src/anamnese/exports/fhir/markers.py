"""Biomarkers: tumour marker tests, and genomic variants where an alteration of a gene is told present or absent."""

from __future__ import annotations

from functools import cache

from anamnese.exports.fhir.chart import Chart
from anamnese.exports.fhir.elements import Element, absent_concept, code, concept, fixed, observed, quantity
from anamnese.exports.terminologies import gene
from anamnese.labels import label
from anamnese.lexicon.tables import PACKAGE, read_table
from anamnese.record import Measure

_GENOMIC_RESULTS = frozenset({"mutated", "wild_type", "amplified", "rearranged"})
_GENOMIC_FORMS = frozenset({"dna", "variant", "fusion"})
"""The forms of `facts/biomarker/terms.tsv` that name an alteration itself: positive is present, negative absent."""


def add_biomarkers(chart: Chart) -> None:
    """The biomarkers of each tumour."""
    for i in chart.tumours:
        for j, marker in enumerate(chart.history.tumours[i].biomarkers):
            common = {
                "status": "final",
                "subject": chart.patient,
                **chart.about(i),
                **observed(marker.when),
            }
            if _is_genomic(marker):
                _add_variant(chart, f"marker-{i}-{j}", marker, common)
            else:
                test = concept(marker.name, _code(chart, i, marker))
                _add_test(chart, f"marker-{i}-{j}", marker, common | {"code": test})


def _is_genomic(marker: Measure) -> bool:
    if marker.result in _GENOMIC_RESULTS:
        return True
    return marker.result is not None and _forms().get(marker.name, "") in _GENOMIC_FORMS


@cache
def _forms() -> dict[str, str]:
    forms: dict[str, str] = {}
    for row in read_table(PACKAGE / "facts" / "biomarker" / "terms.tsv"):
        forms.setdefault(row["name"], row["form"])
    return forms


def _add_variant(chart: Chart, key: str, marker: Measure, common: Element) -> None:
    symbol = gene(marker.name) or marker.name
    components = [{"code": fixed("gene_studied"), "valueCodeableConcept": concept(marker.name, code("gene", symbol))}]
    if marker.result in ("amplified", "rearranged"):
        components.append({"code": fixed("change_type"), "valueCodeableConcept": concept(label(marker.result, "fr"))})
    elements = common | {
        "category": [fixed("laboratory"), fixed("GE")],
        "code": fixed("variant"),
        "valueCodeableConcept": concept(label(marker.result, "fr"), code("variant", marker.result)),
        "component": components,
        **_figure_as_note(marker),
    }
    chart.add("Observation", key, ["mcode-genomic-variant"], elements, marker.proofs)


def _figure_as_note(marker: Measure) -> Element:
    """The figure beside a variant, in words: the text does not tell whether it is a share of alleles or of cells."""
    if marker.value is None:
        return {}
    return {"note": [{"text": f"{label(marker.value, 'fr')} {marker.unit or ''}".strip()}]}


def _code(chart: Chart, i: int, marker: Measure) -> Element | None:
    """The LOINC code of a test, by what was measured: a share of cells (of a breast cancer), a score, or a result."""
    if marker.value is None:
        return code("marker", marker.name)
    scaled = f"{marker.name} {marker.unit or ''}".strip()
    organ = (chart.history.tumours[i].topography or "")[:3]
    return code("marker", f"{scaled}@{organ}") or (code("marker", scaled) if marker.unit else None)


def _add_test(chart: Chart, key: str, marker: Measure, common: Element) -> None:
    result = code("result", marker.result)
    elements = common | {"category": [fixed("laboratory")]}
    if marker.value is not None and marker.unit in ("%", None):
        elements["valueQuantity"] = quantity(marker.value, marker.unit, "%" if marker.unit == "%" else None)
    elif marker.value is not None and marker.unit == "+":
        figure = label(marker.value, "fr")
        score = code("her2_score", figure) if marker.name == "HER2" else None
        elements["valueCodeableConcept"] = concept(f"{figure}+" if marker.value else figure, score)
    elif marker.value is not None:
        elements["valueString"] = f"{label(marker.value, 'fr')} {marker.unit}"
    elif marker.result is not None:
        coded = code("microsatellite", marker.result) if marker.name == "MSI" else result
        elements["valueCodeableConcept"] = concept(label(marker.result, "fr"), coded)
    else:
        elements["dataAbsentReason"] = absent_concept()
    if marker.value is not None and marker.result is not None:
        elements["interpretation"] = [concept(label(marker.result, "fr"), code("interpretation", marker.result))]
    chart.add("Observation", key, ["mcode-tumor-marker-test"], elements, marker.proofs)
