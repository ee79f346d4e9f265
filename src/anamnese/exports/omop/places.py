"""Where the tables go: a file of SQLite or DuckDB, a server of PostgreSQL, or a folder of Parquet files.

Files are written beside their names and take them when the last patient is done. DuckDB and Parquet, which take rows a
column at a time, are written from a file of SQLite, where keys are looked up and references checked.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Date, DateTime, Engine, Integer, Numeric, Table, create_engine, event, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from anamnese.exports import ExportError
from anamnese.exports.omop.schema import metadata
from anamnese.exports.parts import Parts

Kind = Literal["sqlite", "duckdb", "parquet", "postgresql"]
Fill = Callable[[Engine], None]
_ROWS = 5_000
"""Rows held at once on the way from one form to another."""


class Place(NamedTuple):
    """Where to write: a path, or the address of a server. `shown` names it without its password."""

    kind: Kind
    path: Path
    url: URL | None
    shown: str


def place_of(out: str) -> Place:
    """The place that a path or an address names: `.duckdb` and `.ddb` are DuckDB, a folder or `.parquet` is Parquet,
    any other path is SQLite."""
    if "://" not in out:
        path = Path(out)
        if path.suffix.lower() in (".duckdb", ".ddb"):
            return Place("duckdb", path, None, out)
        folder = out.endswith(("/", "\\")) or path.is_dir() or path.suffix.lower() == ".parquet"
        return Place("parquet" if folder else "sqlite", path, None, out)
    try:
        url = make_url(out)
    except (ArgumentError, ValueError) as error:
        raise ExportError("--out : adresse illisible ; écrivez postgresql://compte@serveur/base", usage=True) from error
    shown = url.render_as_string(hide_password=True)
    family = url.drivername.split("+")[0]
    if family in ("postgresql", "postgres"):
        return Place("postgresql", Path(), url.set(drivername="postgresql+psycopg"), shown)
    if family in ("sqlite", "duckdb") and url.database and url.database != ":memory:":
        return Place("sqlite" if family == "sqlite" else "duckdb", Path(url.database), None, shown)
    raise ExportError(
        f"{shown} : base inconnue ; donnez un fichier, un dossier ou une adresse postgresql://", usage=True
    )


def write_to(place: Place, fill: Fill) -> None:
    """Have `fill` write into a database, and bring it to its place."""
    if place.kind == "postgresql":
        assert place.url is not None
        _fill(create_engine(place.url), fill)
    elif place.kind == "parquet":
        with Parts(place.path) as parts:
            ground = _ground(parts, "omop")
            try:
                _fill(_sqlite(ground), fill)
                _to_parquet(ground, lambda name: parts.path(f"{name}.parquet"))
            finally:
                ground.unlink(missing_ok=True)
    else:
        with Parts(place.path.parent) as parts:
            if place.path.is_dir():
                raise IsADirectoryError(errno.EISDIR, "is a folder", str(place.path))
            part = parts.path(place.path.name)
            part.unlink(missing_ok=True)
            part.touch()  # tells at once, and as the system says it, when nothing can be written there
            if place.kind == "sqlite":
                _fill(_sqlite(part), fill)
            else:
                part.unlink()
                _to_duckdb(parts, place.path.name, part, fill)


def _fill(engine: Engine, fill: Fill) -> None:
    try:
        fill(engine)
    finally:
        engine.dispose()


def _ground(parts: Parts, name: str) -> Path:
    """A file of SQLite that is but a step on the way; it is removed before its final name would be taken."""
    ground = parts.folder / f".{name}.sqlite.part"
    ground.unlink(missing_ok=True)
    ground.touch()
    return ground


def _sqlite(path: Path) -> Engine:
    """A file that is thrown away when anything fails: no journal on disk, no waiting for the disk."""
    engine = create_engine(URL.create("sqlite", database=str(path)))

    @event.listens_for(engine, "connect")
    def _settle(connection: Any, _: Any) -> None:
        for setting in ("foreign_keys = ON", "journal_mode = MEMORY", "synchronous = OFF"):
            connection.execute(f"PRAGMA {setting}")

    return engine


def _to_parquet(ground: Path, path_of: Callable[[str], Path]) -> None:
    """Each table as a file of Parquet, with its columns' types."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    engine = _sqlite(ground)
    try:
        with engine.connect() as connection:
            for table in metadata("sqlite").sorted_tables:
                schema = pa.schema([pa.field(c.name, _arrow(pa, c.type), c.nullable) for c in table.c])
                with pq.ParquetWriter(path_of(table.name), schema) as writer:
                    for rows in _rows(connection, table):
                        writer.write_table(pa.Table.from_pylist(rows, schema=schema))
    finally:
        engine.dispose()


def _rows(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    found = connection.execution_options(stream_results=True).execute(select(table))
    for rows in found.mappings().partitions(_ROWS):
        yield [{name: float(v) if isinstance(v, Decimal) else v for name, v in row.items()} for row in rows]


def _arrow(pa: Any, type_: Any) -> Any:
    if isinstance(type_, Integer):
        return pa.int64() if type_.__class__.__name__ == "BigInteger" else pa.int32()
    if isinstance(type_, DateTime):
        return pa.timestamp("us")
    if isinstance(type_, Date):
        return pa.date32()
    return pa.float64() if isinstance(type_, Numeric) else pa.string()


def _to_duckdb(parts: Parts, name: str, part: Path, fill: Fill) -> None:
    ground = _ground(parts, name)
    step = parts.folder / f".{name}.part"
    try:
        _fill(_sqlite(ground), fill)
        engine = create_engine(URL.create("duckdb", database=str(part)))
        try:
            metadata("duckdb").create_all(engine)
            steps: dict[str, Path] = {}

            def path_of(table: str) -> Path:
                steps[table] = step.with_name(f"{step.name}.{table}")
                return steps[table]

            _to_parquet(ground, path_of)
            for table in metadata("duckdb").sorted_tables:
                with engine.begin() as connection:
                    source = str(steps[table.name]).replace("'", "''")
                    connection.exec_driver_sql(
                        f"INSERT INTO {table.name} BY NAME SELECT * FROM read_parquet('{source}')"
                    )
                steps[table.name].unlink()
        finally:
            engine.dispose()
    finally:
        ground.unlink(missing_ok=True)
        for left in parts.folder.glob(f"{step.name}.*"):
            left.unlink(missing_ok=True)
        part.with_name(part.name + ".wal").unlink(missing_ok=True)
