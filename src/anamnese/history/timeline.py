"""The timeline: every event of the story in order, undated ones between their neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from anamnese.history.attribution import Attribution
from anamnese.history.dates import when
from anamnese.history.story import Item, Story
from anamnese.history.treatment import Treatment
from anamnese.labels import label
from anamnese.record import Course, Proof, TimelineEvent, When
from anamnese.sheet import descriptions

_SHOWN = (
    "tumour", "metastasis", "stage", "response", "event", "imaging", "procedure", "adverse_event", "lesion",
    "performance_status", "lab",
)  # fmt: skip
SERUM_MARKERS = frozenset({
    "cea", "ca 15-3", "ca 125", "ca 19-9", "ca 72-4", "psa", "afp", "hcg", "ldh", "nse", "scc", "chromogranine a",
    "calcitonine", "thyroglobuline", "bêta-2 microglobuline", "cyfra 21-1", "he4",
})  # fmt: skip
"""Analytes that follow a tumour; the timeline shows no others."""
_NAMED = {"tumour": "diagnosis", "lab": "marker"}
"""Fact types whose events have another name."""
_TOLD_BY_THE_RECORD = frozenset({"start_date", "end_date", "procedure"})
"""Attributes of a treatment that its course tells better."""


class _Entry:
    """An event in the making, with its place in the telling and its first day, where that is known."""

    __slots__ = ("behind", "earliest", "label_en", "label_fr", "order", "proofs", "status", "tumour", "what", "when")

    def __init__(
        self,
        what: str,
        labels: tuple[str, str],
        when: When,
        tumour: int | None,
        proofs: tuple[Proof, ...],
        status: str,
        order: int,
    ) -> None:
        self.what = what
        self.label_fr, self.label_en = labels
        self.when = when
        self.tumour = tumour
        self.proofs = proofs
        self.status = status
        self.order = order
        self.earliest: str | None = when.earliest
        self.behind: list[_Entry] = []
        """The undated events that are told behind it."""

    def event(self, when: When) -> TimelineEvent:
        """The event at its time."""
        return TimelineEvent(self.what, self.label_fr, self.label_en, when, self.tumour, self.proofs, self.status)


_TOLD = attrgetter("order")
_FIRST_DAY = attrgetter("earliest")


def timeline(
    story: Story, treatments: Sequence[Treatment], courses: Sequence[Course], attribution: Attribution
) -> tuple[TimelineEvent, ...]:
    """The events in order: by the first day that each may be, what is told first before what is told later; an event
    without a date
    behind the one told before it, with the days of its neighbours as its bounds."""
    entries = [
        _event(item, attribution)
        for item in story.of_types(*_SHOWN)
        if item.status in ("affirmed", "suspected") and (item.type != "lab" or item.get("analyte") in SERUM_MARKERS)
    ]
    for treatment, course in zip(treatments, courses, strict=True):
        entries += _of_course(treatment, course)
    return _ordered(entries)


def _ordered(entries: list[_Entry]) -> tuple[TimelineEvent, ...]:
    entries.sort(key=_TOLD)
    dated = [entry for entry in entries if entry.earliest]
    dated.sort(key=_FIRST_DAY)
    first: list[_Entry] = []
    previous: _Entry | None = None
    for entry in entries:
        if entry.earliest:
            previous = entry if previous is None or not _goes_back(entry, previous) else previous
        elif previous is None:
            first.append(entry)
        else:
            previous.behind.append(entry)
    ordered: list[TimelineEvent] = []
    _place(first, None, dated[0] if dated else None, ordered)
    for i, entry in enumerate(dated):
        ordered.append(entry.event(entry.when))
        if entry.behind:
            _place(entry.behind, entry, dated[i + 1] if i + 1 < len(dated) else None, ordered)
    return tuple(ordered)


def _goes_back(entry: _Entry, before: _Entry) -> bool:
    """Whether the date of an event does not carry an account on past the event told before it: it may hold that day
    too, or it is that of a diagnosis told again (`récidive d'un carcinome`)."""
    reached = before.earliest or ""
    return (entry.earliest or "") < reached and (entry.what == "diagnosis" or (entry.when.latest or "") >= reached)


def _place(
    undated: Sequence[_Entry], before: _Entry | None, after: _Entry | None, ordered: list[TimelineEvent]
) -> None:
    """Add undated events between two dated ones, whose days bound them where they are in order of the telling too."""
    basis = tuple([proof for entry in (before, after) if entry for proof in entry.proofs[:1]])
    when = When(None, before.earliest if before else None, after.when.latest if after else None, "placed", basis)
    for entry in undated:
        ordered.append(entry.event(when))


def _event(item: Item, attribution: Attribution) -> _Entry:
    return _Entry(
        _NAMED.get(item.type, item.type),
        descriptions(item.type, item.attributes),
        when(item.date, item.certainty, item.basis),
        attribution.of(item),
        tuple(item.proofs),
        item.status,
        item.order,
    )


def _of_course(treatment: Treatment, course: Course) -> list[_Entry]:
    """The beginning of a course, and its end where that is another day."""
    item = treatment.item
    attributes = {
        key: value for key, value in item.attributes.items() if value is not None and key not in _TOLD_BY_THE_RECORD
    }
    if course.procedure is not None:
        attributes["procedure"] = course.procedure
    if course.drugs:
        attributes["drugs"] = [drug.name for drug in course.drugs]
    labels = descriptions("therapy", attributes)
    tumour, proofs, status, order = treatment.tumour, tuple(treatment.proofs), item.status, item.order
    began, ended = course.start, course.end
    entries = []
    if began.value or not ended.value:
        entries.append(_Entry("therapy", labels, began, tumour, proofs, status, order))
    if ended is not began and ended.value and ended != began:
        labels = f"{label('therapy_end', 'fr')} : {labels[0]}", f"{label('therapy_end', 'en')}: {labels[1]}"
        entries.append(_Entry("therapy_end", labels, ended, tumour, proofs, status, order))
    return entries
