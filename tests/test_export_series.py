"""A report of several patients is exported as several: their stories never meet in one record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from anamnese.cli import app

SERIES = """Observations
Cas n° 1
Patiente de 54 ans, carcinome canalaire infiltrant du sein gauche diagnostiqué en mars 2015, T2N1M0. Elle est en
rémission complète en mai 2016.

Cas n° 2
Patient de 61 ans, adénocarcinome du côlon sigmoïde diagnostiqué en juin 2017, opéré le 3 juillet 2017. Il est
décédé en mai 2019.
"""


@pytest.fixture
def series(tmp_path: Path) -> Path:
    file = tmp_path / "serie.txt"
    file.write_text(SERIES, encoding="utf-8")
    return file


def test_each_patient_has_a_bundle(series: Path, tmp_path: Path) -> None:
    out = tmp_path / "serie.ndjson"
    assert CliRunner().invoke(app, ["export", str(series), "--to", "fhir", "--out", str(out)]).exit_code == 0
    bundles = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    people = [
        [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Patient"]
        for bundle in bundles
    ]
    assert [[person["gender"] for person in each] for each in people] == [["female"], ["male"]]
    assert "C18.7" not in json.dumps(bundles[0]) and "C50.9" not in json.dumps(bundles[1])


def test_one_file_of_json_holds_one_patient(series: Path, tmp_path: Path) -> None:
    out = tmp_path / "serie.json"
    done = CliRunner().invoke(app, ["export", str(series), "--to", "fhir", "--out", str(out)])
    assert done.exit_code == 2 and "plusieurs patients" in done.output
    assert not list(tmp_path.glob("serie.json*")), "nothing half-written is left"
