"""`anamnese serve` and `anamnese user` as people run them: real servers on real sockets."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from typer.testing import CliRunner, Result

from anamnese.cli import app
from anamnese.store import open_store
from anamnese.web.places import data_folder, place_of
from web_clients import PASSWORD, REPORT

COMMAND = [sys.executable, "-P", "-m", "anamnese.cli"]


def _run(*arguments: str, stdin: str | None = None) -> Result:
    """A command that ends by itself."""
    return CliRunner().invoke(app, arguments, input=stdin, env={"COLUMNS": "200"})


@contextmanager
def _served(log: Path, *arguments: str) -> Iterator[tuple[str, list[str], subprocess.Popen[str]]]:
    """A server under way: the link that it shows, the lines before it, its process."""
    command = [*COMMAND, "serve", "--no-browser", "--port", "0", *arguments]
    with log.open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        lines: list[str] = []
        try:
            assert process.stdout is not None
            for line in process.stdout:
                lines.append(line.rstrip("\n"))
                found = re.search(r"https?://\S+", line)
                if found:
                    yield found[0], lines, process
                    return
            pytest.fail(f"no address: {lines} {log.read_text()}")
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


def test_the_whole_way_through_a_real_server(tmp_path: Path) -> None:
    db = tmp_path / "workbench.db"
    log = tmp_path / "log"
    with _served(log, "--db", str(db)) as (link, lines, process):
        assert lines[0] == f"Base : {db}"
        assert link.startswith("http://127.0.0.1:")
        token = link.partition("token=")[2]
        base = link.partition("/?")[0]
        with httpx.Client(base_url=base, timeout=30) as browser:
            assert browser.get("/cases").headers["location"] == "/login?next=%2Fcases"
            page = browser.get(f"/?token={token}", follow_redirects=True)
            assert page.status_code == 200 and token not in page.text and token not in str(page.url)
            csrf = re.search(r'name="csrf" content="([^"]+)"', page.text)
            assert csrf is not None
            assert browser.post("/api/reports", files={"file": ("TESTINE.txt", REPORT.encode())}).status_code == 403
            headers = {"x-csrf-token": csrf[1], "origin": base}
            sent = browser.post("/api/reports", files={"file": ("TESTINE.txt", REPORT.encode())}, headers=headers)
            assert sent.json()["results"][0]["status"] == "added"
            assert browser.head("/cases?text=TESTINE").status_code == 200  # the connection goes on after it
            assert "TESTINE" in browser.get("/cases?text=TESTINE").text
            assert browser.get("/cases", headers={"host": "evil.example"}).status_code == 400
        program = httpx.get(f"{base}/api/cases/1", headers={"authorization": f"Bearer {token}"})
        assert program.json()["reports"][0]["name"] == "TESTINE"
        with pytest.raises(httpx.HTTPError):  # on this machine only
            httpx.get(base.replace("127.0.0.1", _own_address()), timeout=2)
        process.send_signal(signal.SIGINT)
        process.wait(20)
        assert process.stdout is not None
        rest = process.stdout.read()
    told = log.read_text() + rest
    assert "POST /api/reports 200" in told and "HEAD /cases 200" in told
    assert "TESTINE" not in told and token not in told and "?" not in told and "Traceback" not in told
    for file in tmp_path.glob("workbench.db*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def _own_address() -> str:
    """An address of this machine that others reach; one that nobody has where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent
            return str(probe.getsockname()[0])
        except OSError:
            return "192.0.2.1"


def test_a_bomb_among_good_files_is_told_and_the_rest_is_filed(tmp_path: Path) -> None:
    from test_web_uploads import TEXT, _bomb

    with _served(tmp_path / "log", "--db", str(tmp_path / "x.db")) as (link, _, _process):
        headers = {"authorization": f"Bearer {link.partition('token=')[2]}"}
        files = [("file", ("bomb.docx", _bomb(120 * 2**20))), ("file", ("a.txt", TEXT.encode()))]
        base = link.partition("/?")[0]
        results = httpx.post(f"{base}/api/reports", files=files, headers=headers, timeout=60).json()["results"]
        assert [result["status"] for result in results] == ["unreadable", "added"]


def test_accounts_from_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anamnese.store.accounts._hasher", PasswordHasher())  # not that of the other tests
    db = str(tmp_path / "x.db")
    made = _run("user", "add", "anne", "--role", "administrator", "--db", db, stdin=f"{PASSWORD}\n")
    assert (made.exit_code, made.stdout) == (0, "anne : compte créé (administrator)\n")
    strength = re.search(rb"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d", b"".join(map(Path.read_bytes, tmp_path.iterdir())))
    assert strength is not None and int(strength[1]) >= 65_536 and int(strength[2]) >= 3  # RFC 9106, second choice
    short = _run("user", "add", "paul", "--db", db, stdin="court\n")
    assert (short.exit_code, short.stderr) == (2, "mot de passe refusé : au moins 12 caractères\n")
    assert _run("user", "add", "anne", "--db", db, stdin=f"{PASSWORD}\n").exit_code == 2
    assert _run("user", "add", "paul", "--role", "king", "--db", db, stdin=f"{PASSWORD}\n").exit_code == 2
    assert _run("user", "add", "paul", "--role", "reader", "--db", db, stdin=f"{PASSWORD}\n").exit_code == 0
    assert _run("user", "password", "paul", "--db", db, stdin="autre-mot-de-passe\n").exit_code == 0
    assert _run("user", "password", "nobody", "--db", db, stdin="autre-mot-de-passe\n").exit_code == 2
    token = _run("user", "token", "paul", "--label", "registre", "--db", db).stdout.strip()
    assert len(token) == 43
    listed = [line.split("\t") for line in _run("user", "list", "--db", db).stdout.splitlines()]
    assert [row[:3] for row in listed] == [["anne", "administrator", "actif"], ["paul", "reader", "actif"]]
    assert _run("user", "disable", "anne", "--db", db).exit_code == 2  # the last administrator
    with _served(tmp_path / "log", "--db", db) as (link, _, _process):
        assert "token" not in link  # accounts are asked for now
        with httpx.Client(base_url=link, timeout=30) as browser:
            assert browser.post("/login", data={"name": "paul", "password": PASSWORD}).status_code == 401
            assert browser.post("/login", data={"name": "paul", "password": "autre-mot-de-passe"}).status_code == 303
            assert browser.get("/api/me").json() == {"name": "paul", "role": "reader"}
            assert browser.get("/users").status_code == browser.get("/import").status_code == 403
        bearer = {"authorization": f"Bearer {token}"}
        assert httpx.get(f"{link}api/me", headers=bearer).json()["name"] == "paul"
        assert _run("user", "disable", "paul", "--db", db).exit_code == 0  # while it serves
        assert httpx.get(f"{link}api/me", headers=bearer).status_code == 401
    assert _run("user", "enable", "paul", "--db", db).stdout == "paul : compte réactivé\n"


def test_no_password_is_taken_from_the_command_line() -> None:
    told = _run("user", "add", "--help").stdout
    assert "--role" in told and "--password" not in told


def test_other_machines_are_let_in_with_accounts_only(tmp_path: Path) -> None:
    db = str(tmp_path / "x.db")
    refused = _run("serve", "--no-browser", "--host", "0.0.0.0", "--port", "0", "--db", db)
    assert refused.exit_code == 2
    assert "anamnese user add" in refused.stderr
    _run("user", "add", "anne", "--role", "administrator", "--db", db, stdin=f"{PASSWORD}\n")
    log = tmp_path / "log"
    with _served(log, "--host", "0.0.0.0", "--name", "registre.test", "--db", db) as (link, _, _process):
        assert httpx.get(f"{link}login", headers={"host": "registre.test"}).status_code == 200
        assert httpx.get(f"{link}login", headers={"host": "evil.example"}).status_code == 400
        assert httpx.get(f"{link}login", headers={"host": socket.gethostname()}).status_code == 200
    assert "--certificate" in log.read_text()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--key", "x.pem"), "--certificate"),
        (("--certificate", "missing.pem"), "introuvable"),
        (("--host", "192.0.2.77"), "comptes"),
        (("--db", "/proc/nowhere/x.db"), "dossier"),
        (("--db", "mysql://x/y"), "base"),
    ],
)
def test_what_cannot_be_served_is_told_in_a_line(tmp_path: Path, arguments: tuple[str, str], told: str) -> None:
    rest = () if "--db" in arguments else ("--db", str(tmp_path / "x.db"))
    ran = _run("serve", "--no-browser", *arguments, *rest)
    assert ran.exit_code == 2
    assert told in ran.stderr or "compte" in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_a_taken_port_and_a_file_that_is_no_store(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = _run("serve", "--no-browser", "--port", str(other.getsockname()[1]), "--db", str(tmp_path / "x.db"))
    assert taken.exit_code == 2 and "écoute impossible" in taken.stderr
    no_store = tmp_path / "text.db"
    no_store.write_text("ceci n'est pas une base " * 100)
    ran = _run("serve", "--no-browser", "--port", "0", "--db", str(no_store))
    assert ran.exit_code == 2 and ran.stderr.count("\n") == 1


@pytest.mark.parametrize(("module", "command"), [("fastapi", "serve"), ("uvicorn", "serve"), ("argon2", "user list")])
def test_what_is_not_installed_is_told(tmp_path: Path, module: str, command: str) -> None:
    code = f"import sys; sys.modules[{module!r}] = None; sys.argv[1:] = {command.split()!r}\n"
    code += "import anamnese.cli; anamnese.cli.main()"
    told = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, env=told, timeout=60)
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
    assert module in ran.stderr and "pip install 'anamnese[web]'" in ran.stderr


def test_the_sample_cases_are_loaded_once(tmp_path: Path) -> None:
    db = tmp_path / "x.db"
    for _ in range(2):
        with _served(tmp_path / "log", "--db", str(db), "--samples"):
            pass
    store = open_store(str(db))
    names = [subject.id for subject in store.subjects(range(1, 100))]
    store.close()
    assert "breast-1" in names and "smp01" in names
    assert len(names) == len(set(names)) == 30


@pytest.mark.skipif(sys.platform != "linux", reason="the rule of Linux")
def test_the_store_is_in_the_users_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    place = place_of(None)
    assert place.url == str(tmp_path / "data" / "anamnese" / "anamnese.db")
    assert stat.S_IMODE((tmp_path / "data" / "anamnese").stat().st_mode) == 0o700
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert data_folder() == Path.home() / ".local" / "share" / "anamnese"
    assert place_of("postgresql+psycopg://anne:secret@host/base").shown == "postgresql+psycopg://anne:***@host/base"
