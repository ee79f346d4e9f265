"""The command line as a newcomer uses it: what it prints, where it writes, how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

REPORT = "Conclusion\nFemme de 59 ans. Carcinome lobulaire infiltrant du sein gauche, pT2N1M0, en juin 1989.\n"


def run(*arguments: str, stdin: bytes | None = None, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "anamnese.cli", *arguments],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env={**os.environ, "COLUMNS": "120"},
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "un.txt").write_text(REPORT, encoding="utf-8")
    (tmp_path / "deux.txt").write_bytes(REPORT.encode("cp1252"))
    return tmp_path


def test_directory_to_facts(folder: Path) -> None:
    done = run("read", str(folder), "--format", "facts", "--out", str(folder / "out"))
    assert done.returncode == 0, done.stderr
    schema = json.loads(run("schema").stdout)
    for name in ("un", "deux"):
        facts = json.loads((folder / "out" / f"{name}.json").read_text(encoding="utf-8"))
        jsonschema.validate(facts, schema)
        assert facts["id"] == name
        assert {"tumour", "stage", "patient"} <= {fact["type"] for fact in facts["facts"]}


def test_one_bad_file_is_named_and_the_rest_done(folder: Path) -> None:
    (folder / "vide.txt").write_bytes(b"")
    done = run("read", str(folder), "--format", "facts", "--out", str(folder / "out"))
    assert done.returncode == 1
    assert b"vide.txt" in done.stderr and b"Traceback" not in done.stderr
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["deux.json", "un.json"]


def test_standard_input_gives_json_with_the_text() -> None:
    done = run("read", "-", stdin=REPORT.encode())
    assert done.returncode == 0
    case = json.loads(done.stdout)
    assert all(case["text"][fact["start"] : fact["end"]] == fact["quote"] for fact in case["facts"])


def test_sheet(folder: Path) -> None:
    sheet = run("read", str(folder / "un.txt"), "--format", "text").stdout.decode()
    assert "Tumeurs" in sheet and "pT2N1M0" in sheet and "l. 2" in sheet
    assert "Tumours" in run("read", str(folder / "un.txt"), "--format", "text", "--english").stdout.decode()


@pytest.mark.parametrize(
    "arguments",
    [["read"], ["read", "absent.txt"], ["read", "x", "--format", "pdf"], ["evaluate", "absent"], ["nothing"]],
)
def test_wrong_usage(arguments: list[str], tmp_path: Path) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_unwritable_output(folder: Path) -> None:
    (folder / "fichier").write_text("x")
    done = run("read", str(folder / "un.txt"), "--format", "facts", "--out", str(folder / "fichier" / "x.json"))
    assert done.returncode == 1
    assert "le chemin passe par un fichier" in done.stderr.decode() and b"Traceback" not in done.stderr


def test_evaluate(folder: Path) -> None:
    run("read", str(folder / "un.txt"), "--format", "facts", "--out", str(folder / "un.json"))
    (folder / "deux.txt").unlink()
    done = run("evaluate", str(folder))
    assert done.returncode == 0
    assert "micro F1 1.000" in done.stdout.decode()


def test_nothing_of_a_report_reaches_the_errors(folder: Path) -> None:
    (folder / "bad.pdf").write_bytes(b"%PDF-1.4 Madame SECRET")
    done = run("read", str(folder / "bad.pdf"))
    assert done.returncode == 1
    assert b"SECRET" not in done.stderr + done.stdout


def test_reports_of_one_name_in_two_folders_are_both_kept(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / "in" / folder).mkdir(parents=True)
        (tmp_path / "in" / folder / "rapport.txt").write_text(REPORT, encoding="utf-8")
    assert run("read", str(tmp_path / "in"), "--format", "facts", "--out", str(tmp_path / "out")).returncode == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a-rapport.json", "b-rapport.json"]
