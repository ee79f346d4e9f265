"""Staging: T, N and M categories, TNM stage groups, and the stages of other systems."""

from __future__ import annotations

from anamnese.exports.fhir.chart import Chart
from anamnese.exports.fhir.elements import Element, absent, code, concept, date_time, fixed
from anamnese.record import StageRecord, TumourRecord

_CATEGORIES = {
    "t": "mcode-tnm-primary-tumor-category",
    "n": "mcode-tnm-regional-nodes-category",
    "m": "mcode-tnm-distant-metastases-category",
}
_HAEMATOLOGICAL = "9590"
"""ICD-O-3 histologies from here on are lymphomas and leukaemias, which have no TNM."""


def add_staging(chart: Chart) -> None:
    """The stages of each tumour: the categories before the groups that rest on them."""
    for i in chart.tumours:
        tumour = chart.history.tumours[i]
        for j, stage in enumerate(tumour.stages):
            for letter in _CATEGORIES:
                _add_category(chart, i, j, stage, letter)
        for j, stage in enumerate(tumour.stages):
            if stage.group:
                _add_group(chart, i, j, stage, tumour)


def _common(chart: Chart, i: int, stage: StageRecord) -> Element:
    return {
        "status": "final",
        "category": [fixed("laboratory" if _kind(stage) == ".pathological" else "exam")],
        "subject": chart.patient,
        **chart.about(i),
        **date_time("effectiveDateTime", stage.when),
    }


def _kind(stage: StageRecord) -> str:
    """How the prefix says that it was staged; a category without one does not say."""
    prefix = (stage.prefix or "").lower()
    return ".pathological" if "p" in prefix else ".clinical" if "c" in prefix else ""


def _add_category(chart: Chart, i: int, j: int, stage: StageRecord, letter: str) -> None:
    """One category. M0 beside pathological T and N is clinical: the UICC and the AJCC have no pM0."""
    value = getattr(stage, letter)
    if value is None:
        return
    words = f"{(stage.prefix or '').lower()}{letter.upper()}{'X' if value in ('x', 'X') else value}"
    coded, kind = words, _kind(stage)
    if kind == ".pathological" and coded.endswith("M0"):
        coded, kind = "cM0", ".clinical"
    elements = _common(chart, i, stage) | {
        "code": concept(None, code("category_code", letter + kind)),
        "valueCodeableConcept": concept(words, code("tnm", coded)),
        "method": absent(),
    }
    chart.add("Observation", f"stage-{i}-{j}-{letter}", [_CATEGORIES[letter]], elements, stage.proofs)


def _add_group(chart: Chart, i: int, j: int, stage: StageRecord, tumour: TumourRecord) -> None:
    of_tnm = stage.system in ("TNM", "stage") and (tumour.morphology or "8000") < _HAEMATOLOGICAL
    elements = _common(chart, i, stage)
    if of_tnm:
        elements |= {
            "code": concept(None, code("category_code", "group" + _kind(stage))),
            "valueCodeableConcept": concept(stage.group, code("stage_group", stage.group)),
            "method": absent(),
            **_members(chart, i, j, stage, tumour),
        }
    else:
        method = code("stage_method", stage.system)
        elements |= {
            "code": concept(None, code("stage_code", stage.system) or code("stage_code", "other")),
            "valueCodeableConcept": concept(_words(stage), code("stage_value", _words(stage))),
            **({"method": concept(None, method)} if method else {}),
        }
    profile = "mcode-tnm-stage-group" if of_tnm else "mcode-cancer-stage"
    chart.add("Observation", f"stage-{i}-{j}-group", [profile], elements, stage.proofs)


def _words(stage: StageRecord) -> str:
    return stage.group or "" if stage.system in ("other", "stage") else f"{stage.system} {stage.group}"


def _members(chart: Chart, i: int, j: int, stage: StageRecord, tumour: TumourRecord) -> Element:
    """The categories that a group rests on: its own, else those of the one TNM of the same date."""
    own = [(j, stage)] if stage.t or stage.n or stage.m else []
    same = own or [
        (k, other)
        for k, other in enumerate(tumour.stages)
        if other.system == "TNM" and other.when.value is not None and other.when.value == stage.when.value
    ]
    if len(same) != 1:
        return {}
    k, found = same[0]
    members = [
        chart.ref("Observation", f"stage-{i}-{k}-{letter}")
        for letter in _CATEGORIES
        if getattr(found, letter) is not None
    ]
    return {"hasMember": members} if members else {}
