"""Writing rows into a database: keys, concepts, one transaction a patient."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, String, Table, delete, insert, select, update

from anamnese.exports.omop.concepts import FOREVER, Concept, Concepts, fixed
from anamnese.exports.omop.notes import storable, today
from anamnese.exports.omop.patient import rows_of
from anamnese.exports.omop.rows import Row, Rows
from anamnese.exports.omop.schema import keys, metadata

_LARGEST = 2**31 - 1
"""The largest key: the CDM's integers have 32 bits."""
_AT_ONCE = 500
"""Keys asked for in one question; SQLite takes no more than 999 parameters."""


class Database:
    """A database of the CDM. Rows keep their keys from one export to the next: a key is the hash of the patient's name
    and of the row's place among the patient's rows of its table; of two rows that would share one the later gets
    another."""

    def __init__(self, engine: Engine, concepts: Concepts) -> None:
        self._engine = engine
        self._concepts = concepts
        self._written: set[int] = set()
        made = metadata(engine.dialect.name)
        made.create_all(engine)
        self._tables = {table.name: table for table in made.sorted_tables}
        with engine.begin() as connection:
            self._write_concepts(connection, {fixed("none"), fixed("cdm")})
            self._write_source(connection)

    def write(self, rows: Rows) -> None:
        """Write one patient, whole or not at all. A patient whom an earlier export wrote is written anew."""
        with self._engine.begin() as connection:
            self._give_person_key(connection, rows)
            by_table: dict[str, list[Row]] = {}
            for row in rows.made:
                by_table.setdefault(row.table, []).append(row)
            for name, found in by_table.items():
                self._give_keys(connection, self._tables[name], found, rows.subject.id)
            cells = {name: [self._cells(self._tables[name], row) for row in found] for name, found in by_table.items()}
            used = {
                value for found in cells.values() for row in found for column, value in row.items()
                if column.endswith(("_concept_id", "_concept_id_1", "_concept_id_2")) and value is not None
            }  # fmt: skip
            self._write_concepts(connection, used)
            for name, table in self._tables.items():
                if cells.get(name):
                    connection.execute(insert(table), cells[name])

    def _give_person_key(self, connection: Connection, rows: Rows) -> None:
        """The key of the person; an earlier export of the same patient gives way."""
        table, row = self._tables["person"], rows.person
        name = row.cells["person_source_value"] = _person_name(rows.subject.id)
        row.cells["person_id"] = None
        for attempt in range(_LARGEST):
            row.key = _hash(rows.subject.id, "person", 1, attempt)
            held = connection.execute(select(table.c.person_source_value).where(table.c.person_id == row.key)).all()
            if not held:
                return
            if held[0][0] == name:
                self._remove(connection, row.key)
                return

    def _remove(self, connection: Connection, person: int) -> None:
        """Remove what an earlier export wrote of a patient."""
        note, episode = self._tables["note"], self._tables["episode"]
        notes = select(note.c.note_id).where(note.c.person_id == person)
        episodes = select(episode.c.episode_id).where(episode.c.person_id == person)
        nlp, event = self._tables["note_nlp"], self._tables["episode_event"]
        connection.execute(delete(nlp).where(nlp.c.note_id.in_(notes)))
        connection.execute(delete(event).where(event.c.episode_id.in_(episodes)))
        for table in reversed(self._tables.values()):
            if "person_id" in table.c:
                connection.execute(delete(table).where(table.c.person_id == person))

    def _give_keys(self, connection: Connection, table: Table, rows: Sequence[Row], subject: str) -> None:
        column = keys(table)
        if column is None or table.name == "person":
            return
        taken: set[int] = set()
        waiting, attempt = list(rows), 0
        while waiting:
            candidates = {row.number: _hash(subject, table.name, row.number, attempt) for row in waiting}
            held = self._held(connection, table, column, list(candidates.values()))
            again = []
            for row in waiting:
                key = candidates[row.number]
                if key in held or key in taken:
                    again.append(row)
                else:
                    row.key = key
                    taken.add(key)
            waiting, attempt = again, attempt + 1

    def _held(self, connection: Connection, table: Table, column: str, values: list[int]) -> set[int]:
        held: set[int] = set()
        for start in range(0, len(values), _AT_ONCE):
            asked = values[start : start + _AT_ONCE]
            held |= set(connection.execute(select(table.c[column]).where(table.c[column].in_(asked))).scalars())
        return held

    def _cells(self, table: Table, row: Row) -> dict[str, Any]:
        """The cells of a row for every column: keys for rows, texts no longer than their column."""
        cells: dict[str, Any] = dict.fromkeys(table.c.keys())
        for name, value in row.cells.items():
            if isinstance(value, Row):
                value = value.key
            type_ = table.c[name].type
            if value is not None and isinstance(type_, String):
                value = storable(str(value))[: type_.length]
            cells[name] = value
        column = keys(table)
        if column is not None:
            cells[column] = row.key
        return cells

    def _write_concepts(self, connection: Connection, used: set[int]) -> None:
        """Write the concepts that rows refer to, their vocabularies, domains and classes, where missing."""
        wanted = sorted(used - self._written)
        if not wanted:
            return
        concept = self._tables["concept"]
        missing = [i for i in wanted if i not in self._held(connection, concept, "concept_id", wanted)]
        found = [self._concepts.row(i) for i in missing]
        for name, field in (("domain", 2), ("vocabulary", 3), ("concept_class", 4)):
            table, column = self._tables[name], f"{name}_id"
            asked = sorted({str(row[field]) for row in found})
            held = set(connection.execute(select(table.c[column]).where(table.c[column].in_(asked))).scalars())
            new = [
                dict.fromkeys(table.c.keys()) | {column: value, f"{name}_name": value, f"{name}_concept_id": 0}
                for value in asked
                if value not in held
            ]
            if new:
                connection.execute(insert(table), new)
        if found:
            connection.execute(insert(concept), [_concept_cells(row) for row in found])
        self._written |= set(wanted)

    def _write_source(self, connection: Connection) -> None:
        """The row of CDM_SOURCE that tells where the data come from; what it tells of its holder is not known."""
        table = self._tables["cdm_source"]
        told = {
            "cdm_source_abbreviation": "anamnese", "cdm_holder": "unknown",
            "source_description": "French oncology reports, read by anamnese",
            "source_release_date": today(), "cdm_release_date": today(), "cdm_version": "5.4",
            "cdm_version_concept_id": fixed("cdm"), "vocabulary_version": self._concepts.version,
        }  # fmt: skip
        name = {"cdm_source_name": "anamnese"}
        if connection.execute(select(table).where(table.c.cdm_source_name == "anamnese")).first():
            connection.execute(update(table).where(table.c.cdm_source_name == "anamnese").values(**told))
        else:
            connection.execute(insert(table), {**name, **told})


def write_all(engine: Engine, subjects: Iterator[Any], concepts: Concepts) -> None:
    """Write all patients, one at a time."""
    database = Database(engine, concepts)
    for subject in subjects:
        database.write(rows_of(subject, concepts))


def _hash(subject: str, table: str, number: int, attempt: int) -> int:
    told = f"{subject}\0{table}\0{number}\0{attempt}".encode("utf-8", "surrogateescape")
    return int.from_bytes(hashlib.blake2b(told, digest_size=8).digest(), "big") % _LARGEST + 1


def _person_name(subject: str) -> str:
    """A patient's name as PERSON holds it; one that is too long ends with its own hash."""
    if len(subject) <= 50:
        return storable(subject)
    return f"{storable(subject)[:39]}~{_hash(subject, 'name', 0, 0):010d}"


def _concept_cells(row: Concept) -> dict[str, Any]:
    cells = row._asdict()
    cells["concept_name"] = (row.concept_name or row.concept_code)[:255]
    for name in ("valid_start_date", "valid_end_date"):
        cells[name] = _day(cells[name])
    return cells


def _day(value: str) -> date:
    return datetime.strptime(value.replace("-", "") or FOREVER, "%Y%m%d").date()
