"""The reports as notes, and every fact read from them with its place."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from importlib.metadata import version

from anamnese.case import Case, Fact
from anamnese.exports.omop import codes
from anamnese.exports.omop.concepts import fixed
from anamnese.exports.omop.dates import Day, first_day
from anamnese.exports.omop.rows import Row, Rows
from anamnese.history.dates import when
from anamnese.record import Proof

UNKNOWN_DAY = date(1970, 1, 1)
"""The day of a report that tells no day at all: the CDM's own first day (valid_start_date of its vocabulary)."""
_AROUND = 60
"""Code points of text on either side of the words, in `snippet`."""
_SILENT = ("section", "time")
"""Facts of the text itself, not of the patient."""


def today() -> date:
    """The day of the export; `SOURCE_DATE_EPOCH` sets it where the same bytes are wanted again."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC).date() if epoch and epoch.isdigit() else date.today()


def note_day(case: Case) -> Day:
    """The day of a report; where it tells none, the last day that it tells of, before which it was not written."""
    told = first_day(when(case.report.date))
    if told is not None:
        return told
    days = [day for fact in case.facts if fact.status == "affirmed" and (day := first_day(when(fact.date)))]
    last = max(days, key=lambda day: day.day, default=None)
    return Day(last.day, f"{last.told or last.day}/..", "placed") if last else Day(UNKNOWN_DAY, "XXXX", "placed")


def storable(text: str) -> str:
    """A text as any database takes it, of the same length: no NUL, no half of a surrogate pair."""
    if "\0" not in text and text.isascii():
        return text
    return "".join("\ufffd" if char == "\0" or "\ud800" <= char <= "\udfff" else char for char in text)


def add_notes(rows: Rows) -> None:
    """A NOTE for each report, and a NOTE_NLP for each fact; `proves` in its modifiers names rows that rest on it."""
    proved: dict[Proof, list[Row]] = {}
    for row in rows.made:
        for proof in row.proofs:
            proved.setdefault(proof, []).append(row)
    for case in rows.subject.cases:
        day = note_day(case)
        note = rows.add(
            "note", (), person_id=rows.person, note_date=day.day, note_datetime=day.midnight(),
            note_type_concept_id=fixed("ehr_note"), note_class_concept_id=0, note_title=case.report.id,
            note_text=storable(case.report.text), encoding_concept_id=fixed("utf8"),
            language_concept_id=fixed("french"),
            note_source_value=f"date_told:{day.told}" if day.told else None,
        )  # fmt: skip
        for place, fact in enumerate(case.facts):
            if fact.type not in _SILENT:
                _add_term(rows, note, case, fact, proved.get(Proof(case.report.id, place), []))


def _add_term(rows: Rows, note: Row, case: Case, fact: Fact, proved: list[Row]) -> None:
    known = _codes(fact)
    text = case.report.text
    rows.add(
        "note_nlp", (), note_id=note, section_concept_id=0,
        snippet=storable(text[max(0, fact.start - _AROUND) : fact.end + _AROUND]), offset=str(fact.start),
        lexical_variant=storable(text[fact.start : fact.end]) or "?",
        note_nlp_concept_id=rows.concepts.standard(known), note_nlp_source_concept_id=rows.concepts.source(known),
        nlp_system=f"anamnese {version('anamnese')}", nlp_date=today(),
        term_exists="Y" if fact.status in ("affirmed", "suspected") else "N", term_temporal=_temporal(case, fact),
        term_modifiers=_Modifiers(fact, proved),
    )  # fmt: skip


class _Modifiers:
    """What is told of a term, in words; made when the keys of the rows that it proves are known."""

    def __init__(self, fact: Fact, proved: list[Row]) -> None:
        self._fact = fact
        self._proved = proved

    def __str__(self) -> str:
        fact = self._fact
        told = {
            "negation": str(fact.status == "negated").lower(),
            "subject": "family" if fact.status == "family" else "patient",
            "conditional": str(fact.status == "planned").lower(),
            "uncertain": str(fact.status == "suspected").lower(),
            "end": fact.end, "type": fact.type, **fact.attributes, **({"date": fact.date} if fact.date else {}),
        }  # fmt: skip
        pairs = [f"{name}={storable(str(value))}" for name, value in told.items()]
        return "; ".join(pairs + [f"proves={row.table}:{row.key}" for row in self._proved if row.key])


def _temporal(case: Case, fact: Fact) -> str | None:
    """Whether it was so before the day of the report; None where one of the days is not known."""
    day = first_day(when(case.report.date))
    told = when(fact.date)
    if day is None or told.latest is None:
        return None
    return "past" if told.latest < day.day.isoformat() else "present"


def _codes(fact: Fact) -> tuple[codes.Code, ...]:
    told = fact.attributes
    match fact.type:
        case "tumour":
            return codes.icdo3(told.get("morphology"), told.get("topography"))
        case "medication":
            return codes.drug(told["name"], None)
        case "lab":
            return codes.analyte("lab", told["analyte"])
        case "biomarker":
            return codes.biomarker(told["name"], told.get("result"))
        case "metastasis":
            return codes.codes("metastasis", told["site"])
        case "adverse_event":
            return codes.adverse_event(told["term"])
        case "performance_status":
            return codes.codes("measure", told["scale"])
        case "vital":
            return codes.codes("vital", told["name"])
        case "imaging":
            return codes.codes("modality", told["modality"])
        case "procedure":
            return codes.codes("procedure", told["kind"])
        case _:
            return ()
