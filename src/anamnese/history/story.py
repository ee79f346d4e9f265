"""The facts of one or several reports of a patient as one story: the same fact in two reports is one item with two
proofs."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from anamnese.case import Case, Fact, Span
from anamnese.history.calendar import compatible, first_day, last_day
from anamnese.history.naming import same_procedure
from anamnese.record import Certainty, Proof

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

_UNTOLD = frozenset({"section", "time", "mention", "patient"})


@dataclass(slots=True, eq=False)
class Item:
    """A fact of the story, told once or more. `order` is its place in the story told: report after report, word after
    word."""

    type: str
    attributes: dict[str, Any]
    status: str
    date: str | None
    order: tuple[int, int]
    report: str
    quote: str
    span: tuple[int, int]
    proofs: list[Proof] = field(default_factory=list)
    certainty: Certainty = "placed"
    """`stated` where a time with the item's date stands in its sentence, `inferred` where the date is carried over
    from elsewhere."""
    basis: tuple[Proof, ...] = ()
    """The time that an inferred date was carried over from."""
    of_document: bool = False
    """Whether the date is no more than the day of the document that tells of the item."""

    def get(self, name: str) -> Any:
        """An attribute, or None."""
        return self.attributes.get(name)

    @property
    def start(self) -> str | None:
        """When a treatment began, as far as told; the date of anything else."""
        return self.attributes.get("start_date") or self.date


class Page:
    """One report of the story: its sentences, times and mentions at hand."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.text = case.report.text
        self.folded = case.report.folded
        self._sentences = case.report.sentences
        self.times: list[tuple[int, str, int]] = []
        self.mentions: list[tuple[int, str]] = []
        self.patients = [fact.start for fact in case.facts if fact.type == "patient"]
        for place, fact in enumerate(case.facts):
            if fact.type == "time":
                self.times.append((fact.start, fact.attributes.get("value") or "", place))
            elif fact.type == "mention" and fact.status != "family":
                self.mentions.append((fact.start, fact.attributes.get("code") or ""))

    def patient(self, pos: int) -> int:
        """Which of a report's patients is told of at a place, from 0: a report of a series tells of several."""
        return max(0, bisect_right(self.patients, pos) - 1)

    def sentence(self, pos: int) -> Span:
        """The sentence or line around a place."""
        i = bisect_right(self._sentences, pos)
        start = self._sentences[i - 1] if i else 0
        return Span(start, self._sentences[i] if i < len(self._sentences) else len(self.folded))

    def of_header(self, fact: Fact, basis: tuple[Proof, ...]) -> bool:
        """Whether an inferred date is no more than one of the document's header."""
        report = self.case.report
        if report.date is None:
            return False
        if fact.date == report.date:
            return True
        body = report.sections[0].heading.start if report.sections else 0
        return any(self.case.facts[proof.fact].start < body for proof in basis)

    def certainty(self, fact: Fact) -> tuple[Certainty, tuple[Proof, ...]]:
        """Whether a fact's date stands in its sentence, else the time before it that has the date."""
        if fact.date is None:
            return "placed", ()
        sentence = self.sentence(fact.start)
        first = bisect_left(self.times, (sentence.start,))
        for i in range(first, len(self.times)):
            start, value, _ = self.times[i]
            if start >= max(sentence.end, fact.end):
                break
            if compatible(value, fact.date):
                return "stated", ()
        for i in range(first - 1, max(-1, first - 12), -1):
            _, value, place = self.times[i]
            if compatible(value, fact.date):
                return "inferred", (Proof(self.case.report.id, place),)
        return "inferred", ()


@dataclass(frozen=True, slots=True)
class Story:
    """The items of all reports in order of the telling, and the pages they come from, oldest report first."""

    pages: tuple[Page, ...]
    items: tuple[Item, ...]
    by_type: dict[str, list[Item]]

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases of the story, oldest report first."""
        return tuple(page.case for page in self.pages)

    def of(self, *types: str) -> list[Item]:
        """The items of some types, in order of the telling."""
        if len(types) == 1:
            return self.by_type.get(types[0], [])
        return sorted((item for type in types for item in self.by_type.get(type, ())), key=lambda item: item.order)

    def page(self, item: Item) -> Page:
        """The report that tells of an item first."""
        return self.pages[item.order[0]]


def tell(cases: Sequence[Case]) -> Story:
    """The story of a patient's reports, whatever order they are given in; a report given twice is taken once."""
    distinct = {(case.report.text): case for case in sorted(cases, key=lambda case: case.report.id, reverse=True)}
    pages = tuple(Page(case) for case in sorted(distinct.values(), key=_age))
    items: list[Item] = []
    known: dict[str, list[Item]] = {}
    for number, page in enumerate(pages):
        report = page.case.report
        for place, fact in enumerate(page.case.facts):
            if fact.type in _UNTOLD or (fact.status == "negated" and fact.type != "biomarker"):
                continue
            certainty, basis = page.certainty(fact)
            told = Item(
                fact.type, dict(fact.attributes), fact.status, fact.date, (number, fact.start), report.id, fact.quote,
                (fact.start, fact.end), [Proof(report.id, place)], certainty, basis,
                certainty == "inferred" and page.of_header(fact, basis),
            )  # fmt: skip
            if fact.type == "therapy" and _ends_before_it_begins(told):
                del told.attributes["end_date"]
            others = known.setdefault(fact.type, [])
            twin = _twin(told, others)
            if twin is not None:
                _merge(twin, told)
                continue
            items.append(told)
            others.append(told)
    return Story(pages, tuple(items), known)


def _ends_before_it_begins(told: Item) -> bool:
    start, end = told.start, told.get("end_date")
    return bool(start and end) and last_day(end) < first_day(start or "")


def _age(case: Case) -> tuple[str, str, str]:
    """What reports are ordered by: their date, else the latest date they tell."""
    latest = max((fact.date for fact in case.facts if fact.date and fact.status == "affirmed"), default="")
    return (case.report.date or latest, case.report.id, case.report.text)


def _twin(told: Item, known: Iterable[Item]) -> Item | None:
    """The item that tells the same: of another report, or of the same one where a course of drugs is told twice."""
    if told.type == "tumour":
        return None  # linked as tumours, not as tellings
    for item in known:
        if (item.status == "family") != (told.status == "family"):
            continue
        if told.type == "therapy":
            if _same_therapy(item, told):
                return item
            continue
        again = told.type == "stage" and told.certainty != "stated"
        if item.report == told.report or not (again or compatible(item.date, told.date)):
            continue
        if all(item.get(name) == told.get(name) for name in _TOLD_AS[told.type]) and (
            told.type in ("stage", "metastasis", "biomarker") or (item.date is not None and told.date is not None)
        ):
            return item
    return None


def _same_therapy(item: Item, told: Item) -> bool:
    """Whether two tellings are of one treatment: of one kind, at one time, with the same act, dose or drugs."""
    a, b = item.attributes, told.attributes
    if a.get("kind") != b.get("kind"):
        return False
    elsewhere = item.report != told.report
    if a.get("kind") in ("surgery", "radiotherapy", "transplant", "embolisation"):
        if not elsewhere or not compatible(item.start, told.start):
            return False
        if a.get("kind") == "radiotherapy":
            return a.get("dose_gy") is None or b.get("dose_gy") is None or a["dose_gy"] == b["dose_gy"]
        return a.get("kind") != "surgery" or same_procedure(a.get("procedure"), b.get("procedure"))
    drugs, others = set(a.get("drugs") or ()), set(b.get("drugs") or ())
    regimen, other = a.get("regimen"), b.get("regimen")
    same = drugs == others if drugs and others else bool(regimen and regimen == other)
    if not elsewhere:
        return same and item.start is not None and told.start is not None and _one_time(item, told)
    if drugs and others and not same and not (regimen and regimen == other):
        same = drugs <= others or others <= drugs
        return same and item.start is not None and told.start is not None and _one_time(item, told)
    return (same or (not regimen and not other and drugs == others)) and _one_time(item, told)


def _one_time(item: Item, told: Item) -> bool:
    """Whether two tellings of the same drugs may be of one course: their beginnings agree, or one begins within the
    other; a date that is
    no more than that of the document is no beginning of a course told before."""
    starts = (item.start, told.start)
    ends = (item.get("end_date"), told.get("end_date"))
    if told.of_document and not told.get("end_date"):
        return starts[0] is None or starts[1] is None or first_day(starts[0]) <= last_day(starts[1])
    if compatible(*starts):
        return compatible(*ends)
    return _within(starts[0], starts[1], ends[1]) or _within(starts[1], starts[0], ends[0])


def _within(date: str | None, start: str | None, end: str | None) -> bool:
    """Whether a partial date may lie between two others."""
    return (
        bool(date and start and end)
        and first_day(start or "") <= last_day(date or "")
        and first_day(date or "") <= last_day(end or "")
    )


def _merge(item: Item, told: Item) -> None:
    """Add a second telling: what it knows more is kept, what differs stays as told first; the other stays reachable
    by its proof."""
    item.proofs += told.proofs
    a, b = item.attributes, told.attributes
    begun = a.get("start_date")
    spans = told.type == "therapy" and b.get("end_date") and b.get("start_date") and not a.get("end_date")
    if spans and begun and b["start_date"] < begun:
        a["start_date"] = item.date = b["start_date"]
        item.certainty, item.basis, item.of_document = told.certainty, told.basis, told.of_document
    if (
        told.date
        and not told.of_document
        and (item.date is None or (len(told.date) > len(item.date) and told.date.startswith(item.date)))
    ):
        item.date, item.certainty, item.basis, item.of_document = told.date, told.certainty, told.basis, False
    for name, value in b.items():
        held = a.get(name)
        if name in ("start_date", "end_date"):
            if (held is None and not told.of_document) or (
                held is not None and len(value) > len(held) and value.startswith(held)
            ):
                a[name] = value
        elif held is None or (isinstance(held, list) and len(value) > len(held)):
            a[name] = value
    if item.status in ("planned", "suspected") and told.status == "affirmed":
        item.status = "affirmed"
