"""brat: what another reader reads back is what was written; gold in the form of CANTEMIST and FRACCO."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from bratly.io import read_and_load_ann_file
from hypothesis import given
from hypothesis import strategies as st

import anamnese
from anamnese.case import FACT_TYPES, Case, Fact, Report
from anamnese.evaluate_mentions import Mention, average_precision, evaluate_mentions, ranked
from anamnese.exports import ExportError, Subject, Target, writer
from anamnese.exports.brat.entities import annotation_conf, entities, entity_type
from anamnese.exports.brat.standoff import Entity, StandoffError, fragments, parse, write
from anamnese.history.build import history

SAMPLES = Path(anamnese.__file__).parent / "samples"


def _subjects() -> Iterator[Subject]:
    for path in sorted(SAMPLES.glob("*/*.txt")):
        case = anamnese.read(path.read_text(encoding="utf-8"), path.stem)
        yield Subject(path.stem, (case,), history([case]), (path.name,))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("brat")
    writer("brat")(_subjects(), Target(str(out), True))
    return out


def test_another_reader_reads_what_was_written(folder: Path) -> None:
    written = sorted(folder.glob("*.ann"))
    assert len(written) == len(list(SAMPLES.glob("*/*.txt")))
    for path in written:
        read = read_and_load_ann_file(
            str(path), no_duplicates=False, sorting=False, renumerotize=False, grammar_check=True
        )
        assert read is not None
        assert "".join(f"{line!s}\n" for line in read.annotations) == path.read_text(encoding="utf-8")


def test_every_fact_is_an_entity_with_its_words(folder: Path) -> None:
    for subject in _subjects():
        (case,) = subject.cases
        text = (folder / f"{case.report.id}.txt").read_text(encoding="utf-8")
        assert text == case.report.text
        found = parse((folder / f"{case.report.id}.ann").read_text(encoding="utf-8"))
        assert found == tuple(entities(case))
        assert [(e.type, e.start, e.end) for e in found] == [(entity_type(f.type), f.start, f.end) for f in case.facts]
        for entity in found:
            assert entity.text == " ".join(text[start:end] for start, end in entity.fragments)


def test_the_configuration_knows_every_type_and_value(folder: Path) -> None:
    configured = (folder / "annotation.conf").read_text(encoding="utf-8")
    assert configured == annotation_conf()
    values = {
        line.split("\t")[0]: line.split("Value:")[1].split("|") for line in configured.splitlines() if "Value:" in line
    }
    types = {entity_type(kind) for kind in FACT_TYPES}
    assert types <= set(configured.splitlines())
    labels = (folder / "visual.conf").read_text(encoding="utf-8").splitlines()
    assert types == {line.split(" | ")[0] for line in labels if " | " in line}
    for path in folder.glob("*.ann"):
        for entity in parse(path.read_text(encoding="utf-8")):
            assert all(attribute.value in values[attribute.name] for attribute in entity.attributes)


def test_codes_are_references() -> None:
    case = anamnese.read(
        "Carcinome canalaire infiltrant du sein gauche. Vinorelbine 30 mg/m2. CA 15-3 à 45 UI/ml.", "c"
    )
    references = {f"{r.resource}:{r.id}" for entity in entities(case) for r in entity.references}
    assert {"ICDO3:C50_9", "ICDO3:8500_3", "ATC:L01CA04", "LOINC:6875_9"} <= references


@given(st.text(alphabet=st.sampled_from("aé \t\n\r\x0b\x85\u2028𝒳"), max_size=30), st.data())
def test_fragments_hold_all_words_and_no_line_end(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = fragments(text, start, end)
    assert "".join(text[start:end].split()) == "".join("".join(text[a:b] for a, b in found).split())
    if found:
        entity = Entity("lesion", found, " ".join(text[a:b] for a, b in found))
        assert len(write([entity]).splitlines()) == 1
        assert parse(write([entity])) == (entity,)


def test_quotes_over_lines_are_read_by_another(tmp_path: Path) -> None:
    text = "carcinome\n  lobulaire\tdu sein"
    facts = (
        Fact("mention", 0, 21, text[:21], {"code": "8520/3"}),
        Fact("section", 22, 29, text[22:], {"kind": "history"}),
    )
    case = Case(Report("r", text, text), facts)
    writer("brat")([Subject("r", (case,), history([case]))], Target(str(tmp_path)))
    read = read_and_load_ann_file(str(tmp_path / "r.ann"), sorting=False, renumerotize=False)
    assert read is not None
    assert str(read.annotations[0]) == "T1\tmorphology 0 9;12 21\tcarcinome lobulaire"


def test_a_folder_of_ours_is_gold(folder: Path) -> None:
    scores = evaluate_mentions(folder, lambda text, name: anamnese.read(text, name).facts)
    assert scores.ner.f1 == scores.norm.f1 == scores.coding.f1 == scores.mean_average_precision == 1
    assert scores.ner.gold > 150


GOLD = """T1\tMORFOLOGIA_NEOPLASIA 0 30\tCarcinome lobulaire infiltrant
#1\tAnnotatorNotes T1\t8520/3
T2\tMORFOLOGIA_NEOPLASIA 49 60\tmétastases
#2\tAnnotatorNotes T2\t8000/6
T3\tOTRO 0 9\tCarcinome
"""


def test_a_corpus_is_scored_as_the_shared_task_does(tmp_path: Path) -> None:
    text = "Carcinome lobulaire infiltrant du sein gauche. Des métastases."
    (tmp_path / "un.txt").write_text(text, encoding="utf-8")
    (tmp_path / "un.ann").write_text(GOLD, encoding="utf-8")
    scores = evaluate_mentions(
        tmp_path,
        lambda *_: [
            Fact("mention", 0, 30, text[:30], {"code": "8520/3"}),
            Fact("mention", 51, 61, "métastases", {"code": "8000/6"}),
            Fact("mention", 34, 38, "sein", {"code": "8140/3"}, "suspected"),
            Fact("mention", 34, 38, "sein", {"code": "8000/3"}, "negated"),
        ],
    )
    assert (scores.ner.correct, scores.ner.predicted, scores.ner.gold) == (1, 3, 2)
    assert (scores.norm.correct, scores.norm.predicted, scores.norm.gold) == (1, 3, 2)
    assert (scores.coding.correct, scores.coding.predicted, scores.coding.gold) == (2, 3, 2)
    assert scores.mean_average_precision == 1


def test_average_precision() -> None:
    assert average_precision(["a", "x", "b"], {"a", "b"}) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision([], {"a"}) == 0
    mentions = [Mention(0, 1, "s", True), Mention(1, 2, "a"), Mention(2, 3, "b"), Mention(3, 4, "b")]
    assert ranked(mentions) == ["b", "a", "s"]


def test_evaluate_command_prints_the_measures(tmp_path: Path) -> None:
    (tmp_path / "un.txt").write_text("Carcinome lobulaire infiltrant du sein gauche. Des métastases.", encoding="utf-8")
    (tmp_path / "un.ann").write_text(GOLD.replace("49 60", "51 61"), encoding="utf-8")
    command = [sys.executable, "-m", "anamnese.cli", "evaluate", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == ["NER", "NORM", "CODING"]
    assert done.stdout.splitlines()[-1].split()[-1] == "1.000"
    (tmp_path / "un.ann").write_text("pas une annotation\n", encoding="utf-8")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "ligne 1" in done.stderr and "Traceback" not in done.stderr


def test_what_is_no_annotation_is_told() -> None:
    with pytest.raises(StandoffError, match="ligne 2"):
        parse("T1\tmorphology 0 3\tabc\nTx quelque chose\n", "un.ann")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder_is_an_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError):
        writer("brat")(_subjects(), Target(str(tmp_path)))


def test_an_error_leaves_nothing_half_written(tmp_path: Path) -> None:
    def failing() -> Iterator[Subject]:
        yield next(_subjects())
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        writer("brat")(failing(), Target(str(tmp_path), True))
    assert not list(tmp_path.glob("*.part"))
    for ann in tmp_path.glob("*.ann"):
        assert ann.with_suffix(".txt").exists()


def test_a_report_is_never_written_over(tmp_path: Path) -> None:
    subject = next(_subjects())
    report = tmp_path / f"{subject.id}.txt"
    report.write_text("le compte rendu lu, en latin-1 peut-être", encoding="utf-8")
    with pytest.raises(ExportError, match="autre texte"):
        writer("brat")([subject], Target(str(tmp_path)))
    assert report.read_text(encoding="utf-8").startswith("le compte rendu lu")
    report.write_text(subject.cases[0].report.text, encoding="utf-8")
    writer("brat")([subject], Target(str(tmp_path)))
    assert (tmp_path / f"{subject.id}.ann").exists()
