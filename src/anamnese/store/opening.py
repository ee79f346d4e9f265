"""Opening a store: SQLite or PostgreSQL, taken to the newest schema."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from anamnese.store.errors import StoreError

_WAIT_SECONDS = 30
"""How long a writer waits for another."""

_TURN_SECONDS = 0.01
"""How long before a new file is asked for again."""

_POOL = 10
"""Connections kept open; twice as many may be open at once."""

_UPGRADE_LOCK = 0x616E616D
"""PostgreSQL's advisory lock under which one process takes the schema forward while others wait ("anam")."""


def open_engine(url: str) -> Engine:
    """The engine of `sqlite:///path`, a bare path, or `postgresql+psycopg://…`. Raises `StoreError`."""
    if "://" not in url:
        url = f"sqlite:///{Path(url).absolute()}"
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise StoreError("base inconnue ; donnez un fichier SQLite ou postgresql+psycopg://…")
        sqlite = parsed.get_backend_name() == "sqlite"
        if sqlite and parsed.database in (None, "", ":memory:"):
            raise StoreError("une base en mémoire perdrait les décisions ; donnez un fichier")
        engine = create_engine(
            parsed,
            json_serializer=_compact,
            pool_size=_POOL,
            max_overflow=_POOL,
            pool_pre_ping=not sqlite,
            connect_args={"timeout": _WAIT_SECONDS} if sqlite else {},
        )
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreError("adresse de base illisible ; donnez un fichier SQLite ou postgresql+psycopg://…") from error
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _prepare_sqlite(connection: Any, _: Any) -> None:
    """A decision that was acknowledged is on the disk (`synchronous=FULL`); readers do not wait for a writer (WAL);
    what is removed is overwritten (`secure_delete`)."""
    connection.isolation_level = None  # transactions begin where SQLAlchemy begins them, below
    cursor = connection.cursor()
    _write_ahead(cursor)
    for pragma in (
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "cache_size=-16384",
        "mmap_size=1073741824",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Turn a new file to write-ahead logging. SQLite asks for the file alone and does not wait as it does elsewhere,
    where another opens it at the same moment."""
    until = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(_TURN_SECONDS)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its turn at the beginning: it would fail, not wait, if it asked after it has read."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction, committed at the end of the block."""
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One look at the store: all that is read in the block is of one moment."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


def upgrade(engine: Engine, to: str = "head") -> None:
    """Take the schema forward. Raises `StoreError` where it is newer than this program, or cannot be reached."""
    script = ScriptDirectory(str(Path(__file__).with_name("migrations")))
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        with engine.connect() as connection:
            held = MigrationContext.configure(connection).get_current_revision()
        if held == (script.get_current_head() if to == "head" else to):
            return
        if held is not None and held not in {revision.revision for revision in script.walk_revisions()}:
            raise StoreError(
                f"base d'un schéma plus récent ({held}) que ce programme ; mettez anamnese à jour pour l'ouvrir"
            )
        with writing(engine) as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, to)
    except SQLAlchemyError as error:
        raise StoreError(_why(error)) from error


def _why(error: SQLAlchemyError) -> str:
    words = str(getattr(error, "orig", None) or error)
    if "not a database" in words:
        return "ce fichier n'est pas une base SQLite ; donnez un autre --db"
    if "unable to open" in words:
        return "base impossible à ouvrir ; vérifiez le dossier et vos droits"
    if "locked" in words:
        return "base occupée par un autre programme ; fermez-le et réessayez"
    return f"base injoignable ou inutilisable ({type(error).__name__}) ; vérifiez l'adresse et vos droits"
