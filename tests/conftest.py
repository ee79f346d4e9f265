"""What the tests share: where the bench is, when it stands beside the project; a PostgreSQL server."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from anamnese.store import Store

settings.register_profile("anamnese", deadline=None)  # a busy machine is no fault of an example
settings.load_profile("anamnese")

ROOT = Path(__file__).parent.parent
BENCH = ROOT.parent / "shared" / "bench"


@pytest.fixture
def bench() -> Path:
    """The bench's folder; tests that use it are skipped where it is not there."""
    if not BENCH.is_dir():
        pytest.skip("../shared/bench is not there")
    return BENCH


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server of our own."""
    folder = Path(tempfile.mkdtemp(prefix="anamnese-pg-"))
    try:
        import pgserver

        started = pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as why:
        yield from _installed_server(folder, str(why))
        return
    try:
        yield started.get_uri()
    finally:
        started.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _installed_server(folder: Path, why: str) -> Iterator[str]:
    """A server of the programs that the system has, on a socket in a folder."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), reverse=True)
    programs = found[0].parent if found else Path(shutil.which("pg_ctl") or "/none/pg_ctl").parent
    root = os.getuid() == 0
    if not (programs / "initdb").exists() or (root and not shutil.which("runuser")):
        if os.environ.get("CI"):
            pytest.fail(f"no PostgreSQL server to test with: {why}")
        pytest.skip(f"no PostgreSQL server to test with: {why}")
    run = ["runuser", "-u", "postgres", "--"] if root else []
    if root:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    subprocess.run([*run, str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust"], check=True)
    start = ["-o", f"-k {folder} -h ''", "-l", str(folder / "log"), "-w", "start"]
    subprocess.run([*run, str(programs / "pg_ctl"), "-D", str(data), *start], check=True)
    try:
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        subprocess.run([*run, str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"], check=True)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def fresh_database(server: str) -> Callable[[], str]:
    """Makes a new database of the PostgreSQL server; gives its address."""
    from sqlalchemy import NullPool, create_engine, text

    numbers = count(1)
    engine = create_engine(
        server.replace("postgresql:", "postgresql+psycopg:", 1), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    with engine.connect() as connection:  # its disk may fail: we only kill programs that talk to it
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))

    def fresh() -> str:
        name = f"fresh_{next(numbers)}"
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        return str(engine.url.set(database=name).render_as_string(hide_password=False))

    return fresh


@pytest.fixture(scope="session")
def emptied_database(fresh_database: Callable[[], str]) -> Callable[[], str]:
    """Empties one database of the PostgreSQL server, again and again; gives its address."""
    from sqlalchemy import NullPool, create_engine, text

    address = fresh_database()
    engine = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def emptied() -> str:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        with engine.connect() as connection:
            connection.execute(text(f"{others} WHERE datname = current_database() AND pid <> pg_backend_pid()"))
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        return address

    return emptied


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of the workbench's store, on each server in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    return str(request.getfixturevalue("emptied_database")())


@pytest.fixture
def own(tmp_path: Path) -> Iterator["Store"]:
    """A store with one case of one report, the test's own."""
    from web_clients import filled

    opened = filled(tmp_path)
    yield opened
    opened.close()
