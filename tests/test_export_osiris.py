"""OSIRIS: the headers and codes of the standard, identifiers that resolve, and the words behind every row."""

import csv
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from anamnese.case import Case, Fact, Report
from anamnese.exports import Subject, Target, guide, terminologies, writer
from anamnese.exports.osiris import PROOF_COLUMNS, PROOFS, codes, pivot_name
from anamnese.exports.osiris.codes import pivots
from anamnese.exports.osiris.rows import PatientRows
from anamnese.history.build import history
from anamnese.lexicon.tables import PACKAGE, read_table
from sample_subjects import SAMPLES, as_told, peak, sample_subjects, subject_of

STANDARD = Path(__file__).parent.parent.parent / "shared" / "standards" / "osiris"
Rows = dict[str, list[dict[str, str]]]

REFERENCES = {
    "TumorPathologyEvent_ParentRef": ("TumorPathologyEvent", "Instance_Id"),
    "TumorPathologyEvent_Ref": ("TumorPathologyEvent", "Instance_Id"),
    "Treatment_Ref": ("Treatment", "Instance_Id"),
    "Analysis_Ref": ("Analysis", "Instance_Id"),
    "BiologicalSample_Ref": ("BiologicalSample", "BiologicalSample_ExternalAccession"),
    "Consent_Ref": ("Consent", "Instance_Id"),
}


def _export(subjects: list[Subject], folder: Path) -> Rows:
    writer("osiris")(subjects, Target(str(folder), True))
    found: Rows = {}
    for file in pivots():
        with (folder / pivot_name(file)).open(encoding="utf-8", newline="") as handle:
            found[file] = list(csv.DictReader(handle))
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("osiris")


@pytest.fixture(scope="module")
def rows(folder: Path) -> Rows:
    return _export(list(sample_subjects()), folder)


@pytest.fixture
def domains() -> dict[str, set[str]]:
    if not STANDARD.is_dir():
        pytest.skip("../shared/standards is not there")
    found: dict[str, set[str]] = defaultdict(set)
    with (STANDARD / "ConceptualDomain.tsv").open(encoding="utf-8-sig", newline="") as handle:
        for row in csv.DictReader(handle, delimiter="\t"):
            found[row["ConceptualDomain"]].add(row["ValueMeaning"])
    return found


def test_headers_are_those_of_the_standard(folder: Path, rows: Rows) -> None:
    if not STANDARD.is_dir():
        pytest.skip("../shared/standards is not there")
    for file in rows:
        header = (folder / pivot_name(file)).read_bytes().split(b"\r\n")[0]
        assert header == (STANDARD / pivot_name(file)).read_bytes().split(b"\r\n")[0], file


def test_every_coded_value_is_a_member_of_its_domain(rows: Rows, domains: dict[str, set[str]]) -> None:
    written: Counter[str] = Counter()
    for file, elements in pivots().items():
        for element in elements:
            for row in rows[file]:
                value = row[element.column]
                if element.domain and value:
                    assert value in domains[element.domain], (file, element.column, value)
                    written[element.domain] += 1
    assert len(written) >= 20


def test_every_code_of_our_tables_has_a_member_or_is_known_to_have_none(domains: dict[str, set[str]]) -> None:
    def values(table: str) -> set[str]:
        return {row["code"] for row in read_table(PACKAGE / table) if row.get("code")}

    assert all(codes.topography(code) in domains["ICDO3:Topography"] for code in values("lexicon/topography.tsv"))
    morphologies = {code: codes.morphology(code) for code in values("facts/tumour/morphology.tsv")}
    assert {code for code in morphologies.values() if code} <= domains["ICDO3:Morphology"]
    assert sum(not code for code in morphologies.values()) < 30
    drugs = {codes.atc(code) for code in values("facts/medication/drugs.tsv")}
    assert drugs <= domains["ATC"]
    terms = {code.removeprefix("MedDRA:") for code in values("facts/adverse_event/terms.tsv")}
    events = {code: codes.adverse_event(code) for code in terms}
    assert {code for code in events.values() if code} <= domains["MedDRA_CTCAE-v5.0"]
    assert sum(not code for code in events.values()) < 30


def test_our_tables_say_what_the_standard_says(domains: dict[str, set[str]]) -> None:
    every = set().union(*domains.values())
    here = Path(codes.__file__).parent
    for table in ("codes.tsv", "parentage.tsv"):
        assert {row["code"] for row in read_table(here / table) if row["code"]} <= every
    for elements in pivots().values():
        for element in elements:
            assert element.domain in (*domains, "", "ICD10")
            assert not element.unknown or element.unknown in domains[element.domain]


def test_identifiers_are_one_alone_and_resolve(rows: Rows) -> None:
    assert len({row["Patient_Id"] for row in rows["Patient"]}) == len(rows["Patient"]) == len(sample_subjects())
    patients = {row["Patient_Id"] for row in rows["Patient"]}
    for file, lines in rows.items():
        assert len({row["Instance_Id"] for row in lines}) == len(lines)
        for row in lines:
            assert row["Patient_Id"] in patients
            for column, (target, key) in REFERENCES.items():
                if row.get(column):
                    of = {other[key] for other in rows[target] if other["Patient_Id"] == row["Patient_Id"]}
                    assert row[column] in of, (file, column)
    for row in (*rows["Drug"], *rows["Biomarker"], *rows["TNM"]):
        assert next(row[column] for column in row if column.endswith("_Ref"))


def test_dates_are_days(rows: Rows) -> None:
    for lines in rows.values():
        for row in lines:
            for column, value in row.items():
                if column.endswith("Date") and value:
                    assert re.fullmatch(r"\d{4}-\d\d-\d\d", value)
    assert all(row["Patient_LastNewsDate"].endswith("-15") for row in rows["Patient"] if row["Patient_LastNewsDate"])


def test_every_row_has_its_words(folder: Path, rows: Rows) -> None:
    with (folder / PROOFS).open(encoding="utf-8", newline="") as handle:
        proofs = list(csv.DictReader(handle))
    assert tuple(proofs[0]) == PROOF_COLUMNS
    paths = {path.stem: path for path in SAMPLES.glob("*/*.txt")}
    texts = {name: path.read_text(encoding="utf-8") for name, path in paths.items()}
    proven = set()
    for proof in proofs:
        if proof["report"]:
            words = texts[proof["report"]][int(proof["start"]) : int(proof["end"])]
            assert " ".join(words.split()) == proof["quote"]
            assert proof["source"] == paths[proof["report"]].relative_to(SAMPLES).as_posix()
            proven.add((proof["file"], proof["Instance_Id"]))
    for file, lines in rows.items():
        if file != "Patient":
            assert {(file, row["Instance_Id"]) for row in lines} <= proven, file


def test_a_relapse_is_tied_to_its_primary(tmp_path: Path) -> None:
    subject = subject_of(
        "Femme de 52 ans. Le 12 mars 2014, carcinome canalaire infiltrant du sein gauche T2bN1M0, grade 2.\n"
        "Le 3 juin 2017, récidive locale du sein gauche. Le 9 septembre 2018, rechute métastatique hépatique."
    )
    rows = _export([subject], tmp_path)
    first, *again = rows["TumorPathologyEvent"]
    assert first["TumorPathologyEvent_Type"] == "UMLS:C0677930"
    assert first["TumorPathologyEvent_DiagnosisDate"] == "2014-03-12"
    assert first["TumorPathologyEvent_Laterality"] == "UMLS:C0205091"
    assert not first["TumorPathologyEvent_ParentRef"] and not first["TumorPathologyEvent_HistologicalGradeValue"]
    assert [row["TumorPathologyEvent_Type"] for row in again] == ["UMLS:C0521158", "UMLS:C2939419"]
    assert {row["TumorPathologyEvent_ParentRef"] for row in again} == {first["Instance_Id"]}
    (tnm,) = rows["TNM"]
    assert (tnm["TNM_T"], tnm["TNM_N"], tnm["TNM_M"]) == ("T2", "N1", "M0")
    assert tnm["TNM_Type"] == "UMLS:C0439673"  # no prefix is told
    told = {(part.column, part.told) for row in PatientRows(subject, Counter()).rows for part in row.inexact}
    assert ("TNM_T", "T2b") in told
    assert ("TumorPathologyEvent_HistologicalGradeValue", "2") in told


def test_no_cell_is_a_formula_and_files_still_meet(tmp_path: Path) -> None:
    text = '=HYPERLINK("http://x") @SUM(A1) -2+3'
    facts = (
        Fact("patient", 0, 23, text[:23], {"sex": "female", "age_years": 40}),
        Fact("procedure", 23, 31, text[23:31], {"kind": "biopsy"}, date="2020-05-04"),
        Fact("tumour", 32, 36, text[32:36], {"topography": "C50.9", "morphology": "8500/3"}, date="2020-05-04"),
    )
    case = Case(Report("+r", text, text), facts)
    rows = _export([Subject("=1+1", (case,), history([case]), ("-f.txt",))], tmp_path)
    assert rows["TumorPathologyEvent"] and rows["BiologicalSample"]
    cells = [cell for lines in rows.values() for row in lines for cell in row.values()]
    with (tmp_path / PROOFS).open(encoding="utf-8", newline="") as handle:
        proofs = list(csv.DictReader(handle))
    cells += [cell for row in proofs for cell in row.values()]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert {row["Patient_Id"] for row in proofs} == {row["Patient_Id"] for row in rows["Patient"]} == {"'=1+1"}
    assert {as_told(row["report"]) for row in proofs if row["report"]} == {"+r"}
    assert {as_told(row["quote"]) for row in proofs if row["quote"]} == {fact.quote.strip() for fact in facts}


def test_what_is_not_known_is_not_made_up(tmp_path: Path) -> None:
    rows = _export(
        [subject_of("Adénocarcinome du côlon découvert en 2015. Chimiothérapie par FOLFOX en mai 2015.")], tmp_path
    )
    (patient,) = rows["Patient"]
    assert patient["Patient_Gender"] == "UMLS:C0439673" and not patient["Patient_BirthDate"]
    (event,) = rows["TumorPathologyEvent"]
    assert not event["TumorPathologyEvent_DiagnosisDate"] and not event["TumorPathologyEvent_PerformanceStatus"]
    assert not event["TumorPathologyEvent_T"] and not event["TumorPathologyEvent_TNMType"]
    (treatment,) = rows["Treatment"]
    assert treatment["Treatment_Type"] == "UMLS:C3665472" and not treatment["Treatment_StartDate"]
    proofs = (tmp_path / PROOFS).read_text(encoding="utf-8")
    assert "Treatment_StartDate,2015-05,2015-05-01,2015-05-31" in proofs
    assert not rows["Consent"] and not rows["RelatedPathology"]


@pytest.mark.parametrize(
    ("sentence", "member"),
    [
        ("Sa mère est décédée d'un cancer du sein.", "UMLS:C0026591"),
        ("Cancer du sein chez une tante maternelle.", "UMLS:C3714275"),
        ("Sa grand-mère paternelle a eu un cancer de l'ovaire.", "UMLS:C1273524"),
        ("Antécédents familiaux : cancer de la prostate (père).", "UMLS:C0015671"),
        ("Un frère suivi pour un cancer du poumon.", "UMLS:C0037047"),
    ],
)
def test_kinship(sentence: str, member: str, tmp_path: Path) -> None:
    rows = _export([subject_of(f"Femme de 40 ans. {sentence}")], tmp_path)
    assert [row["FamilyCancerHistory_Parentage"] for row in rows["FamilyCancerHistory"]] == [member]


def test_an_error_leaves_no_file(tmp_path: Path) -> None:
    def failing() -> Iterator[Subject]:
        yield subject_of("Homme de 60 ans. Adénocarcinome du côlon.")
        raise OSError(28, "No space left on device")

    (tmp_path / pivot_name("Patient")).write_text("avant", encoding="utf-8")
    with pytest.raises(OSError, match="No space"):
        writer("osiris")(failing(), Target(str(tmp_path), True))
    assert [path.name for path in tmp_path.iterdir()] == [pivot_name("Patient")]
    assert (tmp_path / pivot_name("Patient")).read_text(encoding="utf-8") == "avant"


def test_many_records_need_the_memory_ofsubject_of(tmp_path: Path) -> None:
    subject = sample_subjects()[0]
    write = writer("osiris")
    write([subject], Target(str(tmp_path)))

    def taken(count: int) -> int:
        return peak(lambda: write((subject for _ in range(count)), Target(str(tmp_path), True)))

    assert taken(400) < taken(40) + 500_000


def test_the_page_says_what_is_written(rows: Rows) -> None:
    """A column that the page says nothing fills is empty, and one that it says is filled is so in some row."""
    for file, elements in pivots().items():
        for element in elements:
            values = {row[element.column] for row in rows[file]} - {"", element.unknown}
            if not element.filled or element.filled.startswith("left empty"):
                assert not values, (file, element.column)
            elif not element.unknown and file != "Consent":
                assert values, (file, element.column)


@pytest.mark.parametrize("name", guide.PAGES)
def test_the_pages_are_as_the_code_tells(name: str) -> None:
    page = (Path(__file__).parent.parent / "docs" / name).read_text(encoding="utf-8")
    assert guide.renewed(name, page) == page, "run python -m anamnese.exports.guide docs"


@pytest.mark.parametrize("standard", ["osiris", "brat", "tables"])
def test_a_place_that_is_a_file_is_told_in_one_line(standard: str, tmp_path: Path) -> None:
    place = tmp_path / "occupé"
    place.write_text("avant", encoding="utf-8")
    for out in (place, place / "dessous"):
        command = [
            sys.executable,
            "-m",
            "anamnese.cli",
            "export",
            str(SAMPLES / "cases"),
            "--to",
            standard,
            "--out",
            str(out),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert len(done.stderr.strip().splitlines()) == 1 and "dossier" in done.stderr
    assert place.read_text(encoding="utf-8") == "avant"


def test_an_adverse_event_in_words_of_its_own_has_the_code_of_its_kind() -> None:
    for term, kind in (("hématurie macroscopique", "hématurie"), ("rash du tronc", "rash"), ("fatigue", "asthénie")):
        assert terminologies.meddra(term) == terminologies.meddra(kind) is not None
    assert terminologies.meddra("mot inconnu") is None
