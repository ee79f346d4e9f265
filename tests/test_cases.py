"""Whole reports: the sample cases that ship with the package, and the bench where it stands beside the project."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

import anamnese
from anamnese.case import facts_schema
from anamnese.evaluate import Evaluation, evaluate

SAMPLES = Path(anamnese.__file__).parent / "samples"


def _evaluate(folder: Path) -> Evaluation:
    return evaluate(folder, lambda text, name: [fact.to_json() for fact in anamnese.read(text, name).facts])


def _reports() -> list[Path]:
    return sorted(SAMPLES.glob("*/*.txt"))


@pytest.mark.parametrize("path", _reports(), ids=lambda path: path.stem)
def test_sample_is_read_whole(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    case = anamnese.read(text, path.stem)
    assert all(text[fact.start : fact.end] == fact.quote for fact in case.facts)
    assert case.of_type("patient")
    jsonschema.validate(case.to_json(), facts_schema())
    assert case == anamnese.read(text, path.stem)


@pytest.mark.parametrize("path", [path.with_suffix(".json") for path in _reports()], ids=lambda path: path.stem)
def test_sample_gold_stands_in_the_text(path: Path) -> None:
    text = path.with_suffix(".txt").read_text(encoding="utf-8")
    gold = json.loads(path.read_text(encoding="utf-8"))
    for fact in gold["facts"]:
        assert text[fact["start"] : fact["end"]] == fact["quote"]
    jsonschema.validate({"id": gold["id"], "facts": gold["facts"]}, facts_schema())


@pytest.mark.parametrize(("folder", "least"), [("cases", 0.80), ("hospital", 0.80)])
def test_samples_are_read_well(folder: str, least: float) -> None:
    result = _evaluate(SAMPLES / folder)
    assert result.ungrounded == 0
    assert result.micro().f1 >= least


@pytest.mark.parametrize(("folder", "micro"), [("seeds", 0.97), ("dev", 0.92), ("hospital", 0.92)])
def test_bench_is_read_well(bench: Path, folder: str, micro: float) -> None:
    result = _evaluate(bench / folder)
    assert result.ungrounded == 0
    assert result.micro().f1 >= micro


def test_evaluation_agrees_with_the_referee(bench: Path, tmp_path: Path) -> None:
    folder = bench / "hospital"
    for path in sorted(folder.glob("*.txt")):
        case = anamnese.read_file(path)
        (tmp_path / f"{path.stem}.json").write_text(json.dumps(case.to_json()), encoding="utf-8")
    command = [sys.executable, str(bench / "score.py"), str(folder), str(tmp_path), "--json"]
    referee = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    result = _evaluate(folder)
    assert result.micro().f1 == pytest.approx(referee["summary"]["micro_f1"])
    assert result.macro_f1() == pytest.approx(referee["summary"]["macro_f1"])
    assert result.attribute_accuracy() == pytest.approx(referee["summary"]["attribute_accuracy"])


@pytest.mark.parametrize("kind", ["seeds", "dev", "hospital", "unlabelled"])
def test_bench_output_is_valid(bench: Path, kind: str) -> None:
    validator = jsonschema.Draft202012Validator(facts_schema())
    for path in sorted((bench / kind).glob("*.txt")):
        case = anamnese.read_file(path)
        assert all(case.report.text[fact.start : fact.end] == fact.quote for fact in case.facts)
        errors = [error.message for error in validator.iter_errors(case.to_json())]
        assert not errors, f"{path.name}: {errors[:3]}"
