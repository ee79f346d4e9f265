"""Rows in the making: what they hold, what they refer to, and the words that prove them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from anamnese.exports import Subject
from anamnese.exports.omop.codes import Code
from anamnese.exports.omop.concepts import Concepts, fixed
from anamnese.exports.omop.dates import Day
from anamnese.record import Proof

Cells = dict[str, Any]
LINKABLE = ("condition_occurrence", "drug_exposure", "procedure_occurrence", "measurement", "episode")
"""The tables that a link may go to: those whose field is a concept."""
_EVENT_DATES = ("condition_start_date", "drug_exposure_start_date", "procedure_date", "measurement_date",
                "observation_date", "visit_start_date", "visit_end_date", "death_date", "episode_start_date",
                "condition_end_date", "drug_exposure_end_date", "episode_end_date")  # fmt: skip


@dataclass(eq=False, slots=True)
class Row:
    """A row of a table. A cell may be another row: its key is written. `number` counts the rows of the table within the
    patient; `key` is given when the patient is written."""

    table: str
    number: int
    cells: Cells
    proofs: tuple[Proof, ...] = ()
    key: int = 0


@dataclass(slots=True)
class Rows:
    """The rows of one patient, in an order in which each follows those that it refers to."""

    subject: Subject
    concepts: Concepts
    made: list[Row] = field(default_factory=list)
    person: Row = field(init=False)
    _counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.person = self.add("person", ())

    def add(self, table: str, proofs: Sequence[Proof], **cells: Any) -> Row:
        """A new row."""
        number = self._counts[table] = self._counts.get(table, 0) + 1
        row = Row(table, number, cells, tuple(proofs))
        self.made.append(row)
        return row

    def event(self, table: str, proofs: Sequence[Proof], prefix: str, day: Day, codes: Sequence[Code], source: str,
              **cells: Any) -> Row:  # fmt: skip
        """A row of something that happened to the person: its concept, its source and its type. What was told of a day
        that is not known stands in an observation of its own."""
        row = self.add(
            table, proofs, person_id=self.person,
            **{
                f"{prefix}_concept_id": self.concepts.standard(codes),
                f"{prefix}_source_value": source,
                f"{prefix}_source_concept_id": self.concepts.source(codes),
                f"{prefix}_type_concept_id": fixed("nlp"),
            },
            **cells,
        )  # fmt: skip
        if day.told is not None:
            self.precision(row, day)
        return row

    def precision(self, row: Row, day: Day, which: str = "") -> None:
        """What was told of the date of a row that is not known to the day; `_end` is that of its end."""
        link: Cells = {"observation_event_id": row, "obs_event_field_concept_id": 0}
        if row.table in LINKABLE:
            link["obs_event_field_concept_id"] = fixed(row.table)
        self.add(
            "observation", row.proofs, person_id=self.person, observation_concept_id=0, observation_date=day.day,
            observation_datetime=day.midnight(), observation_type_concept_id=fixed("nlp"),
            value_as_string=day.told, observation_source_value=f"date_told:{row.table}{which}",
            qualifier_source_value=day.certainty, observation_source_concept_id=0, **link,
        )  # fmt: skip

    def measure(self, day: Day, proofs: Sequence[Proof], codes: Sequence[Code], source: str, of: Row | None = None,
                value: float | None = None, text: str | None = None, results: Sequence[Code] = (),
                unit: str | None = None, units: Sequence[Code] = ()) -> Row:  # fmt: skip
        """A measurement; with `of` a modifier of that row."""
        cells: Cells = {"value_as_number": value, "value_source_value": text}
        if text is not None and value is None:
            cells["value_as_concept_id"] = self.concepts.standard(results)
        if unit:
            cells |= {"unit_source_value": unit, "unit_concept_id": self.concepts.standard(units)}
        if of is not None:
            cells |= {"measurement_event_id": of, "meas_event_field_concept_id": fixed(of.table)}
        return self.event("measurement", proofs, "measurement", day, codes, source, **day.cells("measurement"), **cells)

    def observe(self, day: Day, proofs: Sequence[Proof], codes: Sequence[Code], source: str, text: str,
                of: Row | None = None, values: Sequence[Code] = ()) -> Row:  # fmt: skip
        """An observation with a value in words."""
        cells: Cells = {"value_as_string": text, "value_source_value": text}
        if values:
            cells["value_as_concept_id"] = self.concepts.standard(values)
        if of is not None:
            cells |= {"observation_event_id": of, "obs_event_field_concept_id": fixed(of.table)}
        return self.event("observation", proofs, "observation", day, codes, source, **day.cells("observation"), **cells)

    def procedure(self, day: Day, proofs: Sequence[Proof], codes: Sequence[Code], source: str, **cells: Any) -> Row:
        """A procedure on a day."""
        dates = day.cells("procedure")
        return self.event("procedure_occurrence", proofs, "procedure", day, codes, source, **dates, **cells)

    def drug(self, name: str, day: Day, end: Day | None, proofs: Sequence[Proof], codes: Sequence[Code],
             **cells: Any) -> Row:  # fmt: skip
        """A drug given from a day on. An end that is not told is the beginning, as the CDM has it, with no
        `verbatim_end_date`."""
        last = end if end is not None and end.day >= day.day else None
        row = self.event(
            "drug_exposure", proofs, "drug", day, codes, name,
            **day.cells("drug_exposure_start"),
            drug_exposure_end_date=(last or day).day,
            drug_exposure_end_datetime=last.midnight() if last else None,
            verbatim_end_date=last.day if last is not None and last.told is None else None,
            **cells,
        )  # fmt: skip
        self.ended(row, last)
        return row

    def ended(self, row: Row, end: Day | None) -> None:
        """What was told of the end of a row, where it is not known to the day."""
        if end is not None and end.told is not None:
            self.precision(row, end, "_end")

    def include(self, episode: Row, event: Row) -> None:
        """Put an event into an episode."""
        self.add(
            "episode_event", (), episode_id=episode, event_id=event, episode_event_field_concept_id=fixed(event.table)
        )

    def days(self) -> Iterator[date]:
        """The days of what happened."""
        for row in self.made:
            for name in _EVENT_DATES:
                if row.cells.get(name) is not None:
                    yield row.cells[name]
