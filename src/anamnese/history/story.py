"""The facts of one or several reports of a patient as one story: the same fact in two reports is one item with two proofs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from anamnese.case import Case, Fact
from anamnese.history.calendar import compatible
from anamnese.history.naming import same_procedure
from anamnese.record import Proof

_TOLD_AS = {
    "metastasis": ("site",),
    "stage": ("system", "prefix", "t", "n", "m", "group"),
    "biomarker": ("name", "result", "value"),
    "response": ("category",),
    "event": ("kind",),
    "lab": ("analyte", "value"),
    "vital": ("name", "value"),
    "lesion": ("site", "size_mm"),
    "performance_status": ("scale", "value"),
    "adverse_event": ("term", "grade"),
    "procedure": ("kind", "site"),
    "imaging": ("modality", "site"),
    "medication": ("name", "dose", "unit"),
}
"""The attributes that two tellings of one fact share."""


@dataclass(slots=True)
class Item:
    """A fact of the story, told once or more. `order` is its place in the story told: report after report, word after word."""

    type: str
    attributes: dict[str, Any]
    status: str
    date: str | None
    order: tuple[int, int]
    report: str
    quote: str
    span: tuple[int, int]
    proofs: list[Proof] = field(default_factory=list)

    def get(self, name: str) -> Any:
        """An attribute, or None."""
        return self.attributes.get(name)


@dataclass(frozen=True, slots=True)
class Story:
    """The items of all reports in order of the telling, and the cases they come from, oldest report first."""

    cases: tuple[Case, ...]
    items: tuple[Item, ...]

    def of(self, *types: str) -> list[Item]:
        """The items of some types, in order of the telling."""
        return [item for item in self.items if item.type in types]


def tell(cases: Sequence[Case]) -> Story:
    """The story of a patient's reports, whatever order they are given in; a report given twice is taken once."""
    distinct = {(case.report.text): case for case in sorted(cases, key=lambda case: case.report.id, reverse=True)}
    ordered = tuple(sorted(distinct.values(), key=_age))
    items: list[Item] = []
    known: dict[str, list[Item]] = {}
    for number, case in enumerate(ordered):
        for place, fact in enumerate(case.facts):
            if fact.type in ("section", "time", "mention", "patient"):
                continue
            proof = Proof(case.report.id, place)
            twin = _twin(fact, case.report.id, known.get(fact.type, ()))
            if twin is not None:
                _merge(twin, fact, proof)
                continue
            item = Item(
                fact.type, dict(fact.attributes), fact.status, fact.date, (number, fact.start), case.report.id, fact.quote,
                (fact.start, fact.end), [proof],
            )  # fmt: skip
            items.append(item)
            known.setdefault(fact.type, []).append(item)
    return Story(ordered, tuple(items))


def _age(case: Case) -> tuple[str, str, str]:
    """What reports are ordered by: their date, else the latest date they tell."""
    latest = max((fact.date for fact in case.facts if fact.date and fact.status == "affirmed"), default="")
    return (case.report.date or latest, case.report.id, case.report.text)


def _twin(fact: Fact, report: str, known: Iterable[Item]) -> Item | None:
    """The item of another report that says the same as a fact."""
    for item in known:
        if item.report == report or (item.status == "family") != (fact.status == "family"):
            continue
        if not compatible(item.date, fact.date):
            continue
        if fact.type == "therapy":
            if _same_therapy(item, fact):
                return item
        elif fact.type == "tumour":
            continue  # linked as tumours, not as tellings
        elif all(item.get(name) == fact.attributes.get(name) for name in _TOLD_AS[fact.type]) and (
            fact.type in ("stage", "metastasis", "biomarker") or (item.date is not None and fact.date is not None)
        ):
            return item
    return None


def _same_therapy(item: Item, fact: Fact) -> bool:
    a, b = item.attributes, fact.attributes
    if a["kind"] != b["kind"] or not compatible(a.get("end_date"), b.get("end_date")):
        return False
    if a["kind"] == "surgery":
        return same_procedure(a.get("procedure"), b.get("procedure"))
    if a["kind"] == "radiotherapy":
        return a.get("dose_gy") is None or b.get("dose_gy") is None or a["dose_gy"] == b["dose_gy"]
    drugs, others = set(a.get("drugs", ())), set(b.get("drugs", ()))
    if drugs and others:
        return drugs <= others or others <= drugs
    return a.get("regimen", "") == b.get("regimen", "") or not (a.get("regimen") and b.get("regimen"))


def _merge(item: Item, fact: Fact, proof: Proof) -> None:
    """Add a second telling: what it knows more is kept, what differs stays as told first."""
    item.proofs.append(proof)
    if fact.date and len(fact.date) > len(item.date or ""):
        item.date = fact.date
    for name, value in fact.attributes.items():
        held = item.attributes.get(name)
        if held is None or (isinstance(held, list) and len(value) > len(held)):
            item.attributes[name] = value
        elif name in ("start_date", "end_date") and len(value) > len(held) and value.startswith(held):
            item.attributes[name] = value
    if item.status in ("planned", "suspected") and fact.status == "affirmed":
        item.status = "affirmed"
