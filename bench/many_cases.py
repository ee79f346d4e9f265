"""A store of many cases made from the sample cases, in a few minutes: each sample is read once, then varied.

    python bench/many_cases.py FILE [NUMBER]     (default: 100000 cases)

A variant has its years moved and its ages changed by as much, in the words (same length, so that all places hold) and
in the facts; each case has a label of its own, a case number behind its reports, and a status: to review, in review,
or validated, with the decisions that make it so. What is derived from a variant is computed by the program itself.
"""

from __future__ import annotations

import itertools
import json
import random
import re
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, text, update

import anamnese
from anamnese import __version__
from anamnese.reading.fold import fold
from anamnese.review.decisions import Decision, Proposal
from anamnese.review.log import Draft, draft, made
from anamnese.review.reading import case_of, digest, read_report
from anamnese.review.state import About, CaseState, StoredReport
from anamnese.review.terms import WORD
from anamnese.store import Store, open_store
from anamnese.store.derived import Derived, derived
from anamnese.store.models import CaseRow, DecisionRow, ObservationRow, ReportRow, RevisionRow, TermRow

SAMPLES = Path(anamnese.__file__).parent / "samples"
NUMBER = 100_000
VARIANTS = 20
"""Variants of each sample: its years moved by up to so many, and its age changed."""
AT_ONCE = 2_000
FIRST = datetime(2024, 1, 1, tzinfo=UTC)

_YEAR = re.compile(r"(?<![\d.,/-])(?:19|20)\d\d(?![\d])|(?<=\d/)(?:19|20)\d\d(?!\d)")
_AGE = re.compile(r"\b(\d\d)(?= ans\b)")
_DATED = frozenset({"date", "start_date", "end_date"})
_FAMILY = """Aubier Bastide Cerfeuil Dorade Escarpin Fougère Garance Hirondelle Iris Jonquille Lavande Merle Nénuphar
Orme Pivoine Quetsche Romarin Sauge Tilleul Valériane""".split()
_GIVEN = "Alix Basile Céleste Denis Élise Félix Gisèle Hugo Inès Jules Karine Léon Mona Noé Odile Paul".split()


@dataclass(frozen=True, slots=True)
class Sample:
    """A patient of the samples: names, texts and readings of the reports."""

    name: str
    reports: tuple[tuple[str, str, dict[str, Any]], ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """A sample varied, in one status: what the store keeps of it."""

    name: str
    reports: tuple[tuple[str, str, str], ...]
    """Name, text and reading (JSON) of each."""
    dates: tuple[str | None, ...]
    derived: Derived
    log: tuple[Draft, ...]


def samples() -> list[Sample]:
    """The sample cases, and the patients of the hospital documents."""
    files = [[file] for file in sorted((SAMPLES / "cases").glob("*.txt"))]
    hospital = sorted((SAMPLES / "hospital").glob("*.txt"))
    files += [list(group) for _, group in itertools.groupby(hospital, lambda file: file.stem.partition("-")[0])]
    return [
        Sample(
            group[0].stem.partition("-")[0] if len(group) > 1 else group[0].stem,
            tuple((file.stem, words, read_report(words)) for file in group for words in [file.read_text("utf-8")]),
        )
        for group in files
    ]


def varied(sample: Sample, years: int, age: int) -> Iterator[Variant]:
    """A sample with its years moved and its age changed, in each status."""
    reports = []
    for number, (name, words, reading) in enumerate(sample.reports, 1):
        moved = _AGE.sub(lambda m: f"{_aged(int(m[1]), age):02}", _YEAR.sub(lambda m: str(int(m[0]) + years), words))
        reports.append((number, name, moved, _moved(reading, moved, years, age)))
    stored = [StoredReport(number, name, case_of(str(number), words, told)) for number, name, words, told in reports]
    about = About(1, sample.name, 0, FIRST, FIRST, None)
    for actions in ((), ("accept",), ("accept_all", "validate")):
        log: list[Decision] = []
        drafts: list[Draft] = []
        state = CaseState(about, stored, log)
        for number, action in enumerate(actions, 1):
            proposed = [key for key, standing in state.review.facts.items() if standing.state == "proposed"]
            target = {"accept": next(iter(proposed), None), "accept_all": proposed}.get(action)
            drafts.append(draft(state.start, log, state, Proposal(action, target)))
            log.append(made(drafts[-1], number, number, "marie", FIRST))
            state = CaseState(about, stored, log)
        yield Variant(
            sample.name,
            tuple((name, words, json.dumps(told, ensure_ascii=False)) for _, name, words, told in reports),
            tuple(told["date"] for _, _, _, told in reports),
            derived(state),
            tuple(drafts),
        )


def _aged(age: int, by: int) -> int:
    return age + by if 20 <= age <= 89 and 20 <= age + by <= 89 else age


def _moved(reading: Mapping[str, Any], words: str, years: int, age: int) -> dict[str, Any]:
    """A reading of the varied words: same places, other years and age."""
    facts = []
    for fact in reading["facts"]:
        moved = {**fact, "quote": words[fact["start"] : fact["end"]]}
        for name in _DATED & set(fact):
            moved[name] = _shifted(fact[name], years)
        if fact["type"] == "time":
            moved["value"] = _shifted(fact["value"], years)
        if "age_years" in fact:
            moved["age_years"] = _aged(fact["age_years"], age)
        facts.append(moved)
    dates = {name: reading[name] and _shifted(reading[name], years) for name in ("date", "birth_date")}
    return {**reading, **dates, "facts": facts}


def _shifted(date: str, years: int) -> str:
    moved = f"{int(date[:4]) + years}{date[4:]}"
    leap = int(moved[:4]) % 4 == 0 and (int(moved[:4]) % 100 != 0 or int(moved[:4]) % 400 == 0)
    return moved[:8] + "28" if moved[5:] == "02-29" and not leap else moved


def fill(store: Store, number: int, tell: Any = print) -> None:
    """Fill an empty store."""
    began = time.perf_counter()
    chance = random.Random(number)
    variants: list[list[Variant]] = []
    for sample in samples():
        for _ in range(VARIANTS if number > 2000 else 3):
            variants.append(list(varied(sample, chance.randint(-12, 3), chance.randint(-9, 9))))
    tell(f"{len(variants)} variants in {time.perf_counter() - began:.0f} s")
    report = decision = 0
    for first in range(1, number + 1, AT_ONCE):
        rows = _Rows(report, decision)
        for id in range(first, min(first + AT_ONCE, number + 1)):
            status = chance.choices((0, 1, 2), (60, 25, 15))[0]
            rows.add(id, chance.choice(variants)[status], chance)
        with store.writing() as connection:
            rows.write(connection)
        report, decision = rows.report, rows.decision
        if first % 20_000 == 1:
            tell(f"{first + AT_ONCE - 1} cases, {time.perf_counter() - began:.0f} s")
    with store.writing() as connection:
        connection.execute(update(RevisionRow).values(value=number))
        if connection.dialect.name == "sqlite":
            connection.execute(text("INSERT INTO search (search) VALUES ('optimize')"))
            connection.execute(text("ANALYZE"))
        else:
            for table in ("cases", "reports", "decisions"):
                connection.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))
    tell(f"{number} cases in {time.perf_counter() - began:.0f} s")


class _Rows:
    """The rows of some cases, to be written at once."""

    def __init__(self, report: int, decision: int) -> None:
        self.report, self.decision = report, decision
        self.of: dict[Any, list[dict[str, Any]]] = {
            table: [] for table in (CaseRow, ReportRow, DecisionRow, TermRow, ObservationRow)
        }
        self.words: list[dict[str, Any]] = []

    def add(self, id: int, variant: Variant, chance: random.Random) -> None:
        """A case of a variant."""
        name = f"{chance.choice(_FAMILY)} {chance.choice(_GIVEN)} {id:06}"
        at = FIRST + timedelta(minutes=chance.randrange(1_000_000))
        by = chance.choice(("marie", "paul", "inès"))
        first, folded = self.report + 1, [fold(name)]
        for place, (report, words, reading) in enumerate(variant.reports):
            self.report += 1
            words = words + (f"\nDossier {id:06}\n" if place + 1 == len(variant.reports) else f"\nPièce {id:06}\n")
            folded.append(fold(words))
            self.of[ReportRow].append({
                "id": self.report, "case_id": id, "name": f"{report}-{id}", "file_name": f"{report}-{id}.txt",
                "digest": digest(words), "document_date": variant.dates[place], "program": __version__, "added_at": at,
                "added_by": by, "text": words, "reading": json.loads(reading),
            })  # fmt: skip
        self.words.append({"id": id, "words": " ".join(WORD.findall("\n".join(folded)))})
        for version, drafted in enumerate(variant.log, 1):
            self.decision += 1
            self.of[DecisionRow].append({
                "id": self.decision, "case_id": id, "version": version, "action": drafted.action,
                "target": _keyed(drafted.target, first), "before": _keyed(drafted.before, first),
                "after": _keyed(drafted.after, first), "note": None, "by": by, "at": at, "undone_by": None,
            })  # fmt: skip
        signed = {"validated_at": at, "validated_by": by} if variant.derived.case["status"] == "validated" else {}
        self.of[CaseRow].append({
            **variant.derived.case, "validated_at": None, "validated_by": None, **signed, "id": id, "name": name,
            "folded_name": fold(name), "created_at": at, "updated_at": at, "updated_by": by,
            "version": len(variant.log), "revision": id,
        })  # fmt: skip
        self.of[TermRow] += [{"kind": kind, "code": code, "case_id": id} for kind, code in variant.derived.terms]
        self.of[ObservationRow].append({"case_id": id, **variant.derived.observation})

    def write(self, connection: Connection) -> None:
        """Write them all."""
        for table, rows in self.of.items():
            if rows:
                rows.sort(key=lambda row: (row["kind"], row["code"]) if "kind" in row else 0)
                connection.execute(insert(table), rows)
        into = (
            (
                "INSERT INTO search_words (case_id, words) VALUES (:id, :words)",
                "INSERT INTO search (rowid, words) VALUES (:id, :words)",
            )
            if connection.dialect.name == "sqlite"
            else ("INSERT INTO search (case_id, part, document) VALUES (:id, 0, to_tsvector('simple', :words))",)
        )
        for statement in into:
            connection.execute(text(statement), self.words)


_KEY = re.compile(r'"(\d+)/(\d+)"')


def _keyed(part: Any, first: int) -> Any:
    """Fact keys of the reports' numbers in the store."""
    if part is None:
        return None
    shown = _KEY.sub(lambda m: f'"{int(m[1]) + first - 1}/{m[2]}"', json.dumps(part, ensure_ascii=False))
    return json.loads(shown)


if __name__ == "__main__":
    opened = open_store(sys.argv[1])
    fill(opened, int(sys.argv[2]) if len(sys.argv) > 2 else NUMBER)
    opened.close()
