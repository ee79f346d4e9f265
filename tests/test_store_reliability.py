"""What must not be lost: decisions that were acknowledged, those of another person, a store of an earlier schema."""

import os
import random
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, insert, select, text

from anamnese.reading.fold import fold
from anamnese.review.decisions import Proposal
from anamnese.review.reading import digest, read_report
from anamnese.store import NewReport, Query, Stale, Store, StoreError, open_store
from anamnese.store.derived import forget_words
from anamnese.store.opening import open_engine, upgrade, writing

TEXT = "Femme de 54 ans. En mars 2014, carcinome canalaire infiltrant du sein gauche, classé pT2N1M0, HER2 négatif.\n"
LONG = TEXT + "".join(f"Hémoglobine à {n},2 g/dl le 0{n % 9 + 1}/03/201{n % 10}.\n" for n in range(8, 40))
REVISIONS = ("0001", "0002", "0003", "0004", "0005")
NOW = datetime(2025, 5, 4, 3, 2, 1, tzinfo=UTC)

DECIDING = """
import sys
from anamnese.review.decisions import Proposal
from anamnese.store import open_store

store = open_store(sys.argv[1])
while True:
    state = store.state(1)
    keys = [key for key, standing in state.review.facts.items() if standing.state == "proposed"]
    proposal = Proposal("accept", keys[0]) if keys else Proposal("undo")
    after = store.decide(1, state.version, proposal, "marie")
    sys.stdout.write(f"{after.version} {after.log[-1].action} {after.log[-1].target}\\n")
    sys.stdout.flush()
"""


def add(store: Store, name: str, report: str) -> int:
    added = store.add_case(name, [NewReport(name, report)], "marie")
    assert added.case_id is not None
    return added.case_id


def test_what_was_acknowledged_survives_a_killed_program(url: str) -> None:
    """The program is killed at any moment, again and again: every decision that it told of is there, whole."""
    store = open_store(url)
    add(store, "Dorade", LONG)
    chance = random.Random(3)
    told: list[str] = []
    for _ in range(4):
        with subprocess.Popen([sys.executable, "-c", DECIDING, url], stdout=subprocess.PIPE, text=True) as program:
            assert program.stdout is not None
            for _ in range(chance.randint(1, 9)):
                told.append(program.stdout.readline().strip())
            threading.Event().wait(chance.random() / 50)  # somewhere in the next decision
            os.kill(program.pid, signal.SIGKILL)
            told += [line.strip() for line in program.stdout if line.endswith("\n")]
        state = store.state(1)
        log = [f"{decision.version} {decision.action} {decision.target}" for decision in state.log]
        assert log[: len(told)] == told and len(log) - len(told) in (0, 1), "one may be done and not yet told"
        told = log
        assert state.version == len(log) == state.log[-1].version
        row = store.select(Query()).rows[0]
        assert (row.version, row.unreviewed) == (
            state.version, sum(held.state == "proposed" for held in state.review.facts.values()),
        )  # fmt: skip
    store.close()


def test_sqlite_waits_for_the_disk(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "store.db"))
    with store.reading() as connection:
        modes = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in (
            "synchronous", "journal_mode", "foreign_keys", "secure_delete",
        )]  # fmt: skip
    assert modes == [2, "wal", 1, 1]
    store.close()


def test_of_two_who_decide_at_once_one_is_told(url: str) -> None:
    """Many people on one case, all at once: every decision that was taken is in the log, every other was told."""
    first = open_store(url)
    case = add(first, "Dorade", LONG)
    keys = [key for key, held in first.state(case).review.facts.items() if held.state == "proposed"]
    taken: list[tuple[int, str]] = []
    stale: list[int] = []
    start = threading.Barrier(4)

    def work(person: int) -> None:
        store = open_store(url)
        start.wait()
        for turn in range(8):
            version = store.state(case).version
            key = keys[person * 8 + turn]
            try:
                taken.append((store.decide(case, version, Proposal("accept", key), f"person {person}").version, key))
            except Stale as told:
                assert told.version > version and told.last is not None
                stale.append(told.version)
        store.close()

    people = [threading.Thread(target=work, args=(person,)) for person in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    state = first.state(case)
    assert len(taken) + len(stale) == 32 and taken
    assert [(decision.version, decision.target) for decision in state.log] == sorted(taken)
    assert [decision.version for decision in state.log] == list(range(1, len(taken) + 1))
    assert state.version == len(taken)
    first.close()


def test_a_report_brought_in_by_two_at_once_is_taken_once(url: str) -> None:
    store = open_store(url)
    results: list[Any] = []
    start = threading.Barrier(3)

    def bring(name: str) -> None:
        own = open_store(url)
        start.wait()
        results.append(own.add_case(name, [NewReport(name, TEXT)], name))
        own.close()

    people = [threading.Thread(target=bring, args=(name,)) for name in ("a", "b", "c")]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert store.select(Query()).total == 1
    assert sorted(len(result.report_ids) for result in results) == [0, 0, 1]
    assert sum(len(result.duplicates) for result in results) == 2
    store.close()


def test_readers_do_not_wait_for_a_writer(url: str) -> None:
    store = open_store(url)
    case = add(store, "Dorade", TEXT)
    with store.writing() as connection:
        connection.execute(text("UPDATE cases SET name = 'X'"))
        assert store.state(case).name == "Dorade" and store.select(Query()).rows[0].name == "Dorade"
    assert store.state(case).name == "X"
    store.close()


def test_a_look_at_a_case_is_of_one_moment(url: str) -> None:
    """While one person decides, another never sees a version without its decision."""
    store = open_store(url)
    case = add(store, "Dorade", LONG)
    done = threading.Event()
    seen: list[tuple[int, int]] = []

    def look() -> None:
        own = open_store(url)
        while not done.is_set():
            state = own.state(case)
            seen.append((state.version, len(state.log)))
        own.close()

    looking = threading.Thread(target=look)
    looking.start()
    for version, key in enumerate(list(store.state(case).review.facts)[:12]):
        store.decide(case, version, Proposal("accept", key), "marie")
    done.set()
    looking.join()
    assert seen and all(version == decisions for version, decisions in seen)
    store.close()


def test_the_schema_of_the_revisions_is_that_of_the_models(url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from anamnese.store.models import Base

    engine = open_engine(url)
    upgrade(engine)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert not [found for found in differences if "search" not in str(found)], "the full-text index is no model"
    engine.dispose()


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_store_of_an_earlier_schema_is_taken_along(url: str, revision: str) -> None:
    engine = open_engine(url)
    upgrade(engine, revision)
    upgrade(engine, revision)  # nothing to do
    _fill(engine, revision)
    engine.dispose()
    store = open_store(url)
    state = store.state(1)
    assert [(d.action, d.by, d.note) for d in state.log] == [("accept", "marie", "relu")]
    assert (state.status, state.version, len(state.reports)) == ("in_review", 1, 1)
    assert [row.topography for row in store.select(Query(text="canalaire", site=("C50",))).rows] == ["C50.9"]
    store.add_reports(1, [NewReport("b", "Un examen de routine.\n")], "paul")
    assert [store.select(Query(text=words)).total for words in ("canalaire", "routine")] == [1, 1]
    assert store.facets(Query(), ["stage", "biomarker", "sex"])["sex"] == [("female", 1)]
    (observed,) = store.observations_since().rows
    assert observed[0] == 1 and "C50.9" in observed
    with store.reading() as connection:
        assert connection.execute(text("SELECT name, role FROM users")).all() == [("marie", "reviewer")]
    again = store.decide(1, 2, Proposal("undo"), "paul")
    assert again.status == "to_review"
    assert add(store, "Cerfeuil", LONG) == 2
    store.close()
    store = open_store(url, lambda done, total: pytest.fail("there is nothing more to derive"))
    store.close()


def test_what_another_program_derived_is_derived_anew(url: str) -> None:
    store = open_store(url)
    for number in range(3):
        add(store, f"Dorade {number}", f"{TEXT}Pièce {number}.\n")
    shown = store.select(Query())
    with store.writing() as connection:
        connection.execute(text("UPDATE cases SET derived = '0.0.1/1', topography = 'C61.9' WHERE id < 3"))
        connection.execute(text("DELETE FROM terms"))
        for case in (1, 2):
            forget_words(connection, case)
    assert store.case_ids(Query(text="canalaire")) == [3]
    store.close()
    told: list[tuple[int, int]] = []
    store = open_store(url, lambda done, total: told.append((done, total)))
    assert told == [(2, 2)]
    assert store.select(Query()) == shown
    assert store.select(Query(text="canalaire")).total == 3
    assert store.facets(Query(), ["site"])["site"] == [("C50", 2), ("C50.9", 2)], "what was derived by us is left alone"
    store.close()


def _fill(engine: Engine, revision: str) -> None:
    """Data as a program of that schema kept them."""
    tables = MetaData()
    tables.reflect(engine, resolve_fks=False)
    reading = read_report(TEXT)
    key = next(f"1/{n}" for n, fact in enumerate(reading["facts"]) if fact["type"] == "tumour")
    fact = next(fact for fact in reading["facts"] if fact["type"] == "tumour")
    moment = NOW if engine.dialect.name == "postgresql" else NOW.replace(tzinfo=None)
    rows: dict[str, dict[str, Any]] = {
        "cases": {
            "name": "Dorade", "folded_name": "dorade", "created_at": moment, "updated_at": moment, "version": 1,
            "status": "in_review", "findings_high": 0, "findings_medium": 0, "findings_low": 0, "facts": 1,
            "unreviewed": 1, "reports": 1,
        },
        "reports": {
            "case_id": 1, "name": "a", "digest": digest(TEXT), "program": "0.0.9", "added_at": moment,
            "added_by": "marie", "text": TEXT, "reading": reading,
        },
        "decisions": {
            "case_id": 1, "version": 1, "action": "accept", "target": key, "note": "relu", "by": "marie", "at": moment,
            "before": {"state": "proposed", "fact": fact},
            "after": {"state": "accepted", "fact": fact},
        },
        "users": {
            "name": "marie", "password_hash": "x", "role": "reviewer", "active": True, "created_at": moment,
        },
    }  # fmt: skip
    with writing(engine) as connection:
        for name, row in rows.items():
            connection.execute(insert(tables.tables[name]).values(row))
        words = fold(f"Dorade\n{TEXT}")
        if "search_words" in tables.tables:
            connection.execute(text("INSERT INTO search_words (case_id, words) VALUES (1, :words)"), {"words": words})
        if engine.dialect.name == "sqlite":
            connection.execute(text("INSERT INTO search (rowid, words) VALUES (1, :words)"), {"words": words})
        else:
            entry = text("INSERT INTO search (case_id, part, document) VALUES (1, 0, to_tsvector('simple', :words))")
            connection.execute(entry, {"words": words})
        assert connection.scalar(select(tables.tables["alembic_version"].c.version_num)) == revision


def test_a_newer_schema_is_refused(url: str) -> None:
    open_store(url).close()
    engine = open_engine(url)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreError) as refused:
        open_store(url)
    assert "plus récent" in str(refused.value)


def test_many_may_open_an_empty_store_at_once(url: str) -> None:
    problems: list[BaseException] = []

    def open_() -> None:
        try:
            open_store(url).close()
        except BaseException as problem:
            problems.append(problem)

    people = [threading.Thread(target=open_) for _ in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert not problems
