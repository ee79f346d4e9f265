"""OMOP CDM v5.4: keys that hold in a server, the rules of OHDSI, links of the Oncology extension, and the words."""

import csv
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet
import pytest
from sqlalchemy import create_engine, event, inspect, text
from sqlalchemy.engine import make_url

import anamnese
from anamnese.exports import ExportError, Subject, Target, writer
from anamnese.exports.omop import guide, places
from anamnese.exports.omop.concepts import Concepts, fixed, named
from anamnese.exports.omop.schema import metadata
from anamnese.history.patients import of_each_patient
from sample_subjects import SAMPLES, peak, sample_subjects, subject_of

REPORTS = sorted(SAMPLES.glob("cases/*.txt"))
RULES = Path(__file__).parent.parent.parent / "shared" / "standards" / "omop" / "OMOP_CDMv5.4_Field_Level.csv"
DOCUMENT = Path(__file__).parent.parent / "docs" / "omop.md"
Tables = dict[str, list[dict[str, Any]]]


def _tables(url: str) -> Tables:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            table.name: [dict(row) for row in connection.execute(table.select()).mappings()]
            for table in metadata("sqlite").sorted_tables
        }
    engine.dispose()
    return found


def _export(subjects: list[Subject], folder: Path, vocabulary: Path | None = None) -> Tables:
    out = folder / "omop.sqlite"
    writer("omop")(subjects, Target(str(out), vocabulary=str(vocabulary) if vocabulary else None))
    return _tables(f"sqlite:///{out}")


@pytest.fixture(scope="module")
def subjects() -> list[Subject]:
    return list(sample_subjects())


@pytest.fixture(scope="module")
def tables(subjects: list[Subject], tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return _export(subjects, tmp_path_factory.mktemp("omop"))


def _driver(url: str) -> str:
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def test_all_keys_hold_in_a_server(server: str, subjects: list[Subject], tables: Tables) -> None:
    writer("omop")(subjects, Target(server, True))
    found = _tables(_driver(server))
    assert {name: len(rows) for name, rows in found.items()} == {name: len(rows) for name, rows in tables.items()}
    engine = create_engine(_driver(server))
    inspector = inspect(engine)
    for table in metadata("sqlite").sorted_tables:
        assert inspector.get_pk_constraint(table.name)["constrained_columns"] == [c.name for c in table.primary_key]
        written = {tuple(key["constrained_columns"]) for key in inspector.get_foreign_keys(table.name)}
        assert written == {(key.parent.name,) for key in table.foreign_keys}
        for column in inspector.get_columns(table.name):
            assert column["nullable"] == table.c[column["name"]].nullable
    with engine.connect() as connection:
        unchecked = connection.execute(text("select count(*) from pg_constraint where not convalidated")).scalar()
    engine.dispose()
    assert unchecked == 0


def test_writing_again_replaces_a_patient_and_leaves_the_others(server: str, subjects: list[Subject]) -> None:
    writer("omop")(subjects[:3], Target(server, True))
    before = _tables(_driver(server))
    writer("omop")(subjects[1:2], Target(server, True))
    after = _tables(_driver(server))
    for name, rows in before.items():
        assert sorted(map(str, rows)) == sorted(map(str, after[name])), name


def test_a_server_that_is_down_is_told_in_one_line_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(ExportError) as told:
        writer("omop")([subject_of("Cancer du sein.")], Target("postgresql://moi:secret@127.0.0.1:9/omop"))
    assert "secret" not in str(told.value) and "\n" not in str(told.value) and "injoignable" in str(told.value)


def test_a_patient_is_written_whole_or_not_at_all(server: str) -> None:
    def some() -> Iterator[Subject]:
        yield subject_of("Cancer du sein le 3 mars 2021.", "premier")
        engine = create_engine(_driver(server))
        with engine.begin() as connection:
            connection.execute(text("alter table note_nlp add constraint refused check (nlp_system is null) not valid"))
        engine.dispose()
        yield subject_of("Cancer du sein le 3 mars 2021.", "second")

    with pytest.raises(ExportError, match="refusée par la base"):
        writer("omop")(some(), Target(server, True))
    engine = create_engine(_driver(server))
    with engine.begin() as connection:
        connection.execute(text("alter table note_nlp drop constraint refused"))
    engine.dispose()
    names = {row["person_source_value"] for row in _tables(_driver(server))["person"]}
    assert "premier" in names and "second" not in names


def _rules() -> list[dict[str, str]]:
    if not RULES.is_file():
        pytest.skip("../shared/standards is not there")
    with RULES.open(encoding="latin-1", newline="") as file:
        rows = [{name: value.strip() for name, value in row.items()} for row in csv.DictReader(file)]
    return [row for row in rows if not row["cdmTableName"].lower().startswith("cohort")]


def test_the_rules_of_ohdsi_hold_for_every_cell(tables: Tables) -> None:
    types: dict[str, Any] = {"integer": int, "float": (int, float), "date": date, "datetime": datetime}
    checked: Counter[str] = Counter()
    rules = _rules()
    keys = {
        (rule["cdmTableName"].lower(), rule["cdmFieldName"].lower().strip('"')): rule for rule in rules
    }  # fmt: skip
    held = {
        (table, field): {row[field] for row in tables[table]}
        for table, field in {
            (rule["fkTableName"].lower(), rule["fkFieldName"].lower())
            for rule in rules
            if rule["isForeignKey"] == "Yes"
        }
        if table in tables
    }
    for (table, field), rule in keys.items():
        kind = rule["cdmDatatype"].lower()
        values = [row[field] for row in tables[table]]
        if rule["isRequired"] == "Yes":
            assert None not in values, (table, field)
        if rule["isPrimaryKey"] == "Yes":
            assert len(set(values)) == len(values), (table, field)
        for value in values:
            if value is None:
                continue
            checked[kind] += 1
            if kind.startswith("varchar"):
                assert isinstance(value, str)
                assert "max" in kind or len(value) <= int(kind[8:-1]), (table, field, value)
            else:
                allowed = types[kind]
                as_number = float(value) if kind == "float" else value
                assert isinstance(as_number, allowed), (table, field, value)
                assert kind != "integer" or abs(value) < 2**31
            if rule["isForeignKey"] == "Yes" and rule["fkTableName"].lower() in tables:
                assert value in held[rule["fkTableName"].lower(), rule["fkFieldName"].lower()], (table, field, value)
    assert checked["integer"] > 10_000 and checked["date"] > 1_000


def test_every_link_goes_to_a_row_of_the_table_that_it_names(tables: Tables) -> None:
    fields = {fixed(name): name for name in
              ("condition_occurrence", "drug_exposure", "procedure_occurrence", "measurement", "episode")}  # fmt: skip
    ids = {name: {row[f"{name}_id"]: row["person_id"] for row in tables[name]} for name in fields.values()}
    people = {row["episode_id"]: row["person_id"] for row in tables["episode"]}
    links = [
        *((r["meas_event_field_concept_id"], r["measurement_event_id"], r["person_id"]) for r in tables["measurement"]),
        *((r["obs_event_field_concept_id"], r["observation_event_id"], r["person_id"]) for r in tables["observation"]),
        *((r["episode_event_field_concept_id"], r["event_id"], people[r["episode_id"]])
          for r in tables["episode_event"]),
    ]  # fmt: skip
    followed: Counter[str] = Counter()
    for concept, key, person in links:
        if concept:
            assert ids[fields[concept]][key] == person
            followed[fields[concept]] += 1
    assert set(followed) == set(fields.values())
    for row in tables["episode"]:
        assert row["episode_parent_id"] is None or people[row["episode_parent_id"]] == row["person_id"]


def test_every_term_stands_where_its_offset_says(tables: Tables) -> None:
    notes = {row["note_id"]: row["note_text"] for row in tables["note"]}
    assert len(notes) == len(list(SAMPLES.glob("*/*.txt")))
    for row in tables["note_nlp"]:
        at = int(row["offset"])
        assert notes[row["note_id"]][at : at + len(row["lexical_variant"])] == row["lexical_variant"]
        assert row["lexical_variant"] in row["snippet"] or len(row["snippet"]) == 250


def test_every_row_of_what_happened_is_proved_by_a_term(tables: Tables) -> None:
    proved = {
        tuple(part.removeprefix("proves=").split(":"))
        for row in tables["note_nlp"]
        for part in row["term_modifiers"].split("; ")
        if part.startswith("proves=")
    }
    for name in ("condition_occurrence", "drug_exposure", "procedure_occurrence", "measurement"):
        missing = [row for row in tables[name] if (name, str(row[f"{name}_id"])) not in proved]
        assert not missing, (name, missing[:2])


def test_every_day_that_was_not_told_says_so(tables: Tables) -> None:
    told = {(row["observation_source_value"], row["observation_event_id"]) for row in tables["observation"]}
    starts = {"condition_occurrence": "condition_start", "drug_exposure": "drug_exposure_start",
              "procedure_occurrence": "procedure", "measurement": "measurement",
              "episode": "episode_start"}  # fmt: skip
    for name, start in starts.items():
        for row in tables[name]:
            known = (f"date_told:{name}", row[f"{name}_id"])
            assert (row[f"{start}_datetime"] is None) == (known in told), (name, row)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    report = """Femme de 58 ans, tante maternelle traitée pour un cancer du sein.
En mars 2021, la biopsie répond : carcinome canalaire infiltrant du sein gauche, cT2N1M0, RE 90 %, grade 2.
Trastuzumab d'avril 2021 à mars 2022. Le 22 avril 2021, neutropénie de grade 3, hémoglobine 9,5 g/dL.
Le 9 juin 2023, rechute métastatique hépatique. Décès en août 2024."""
    return _export([subject_of(report)], tmp_path_factory.mktemp("one"), VOCABULARY(tmp_path_factory))


ATHENA_CONCEPTS = """0|No matching concept|Metadata|None|Undefined||No matching concept|19700101|20991231|
44505310|Infiltrating duct carcinoma of breast, NOS|Condition|ICDO3|ICDO Condition||8500/3-C50.9|19700101|20991231|
4116071|Infiltrating duct carcinoma of breast|Condition|SNOMED|Disorder|S|408643008|20040131|20991231|
21601387|trastuzumab|Drug|ATC|ATC 5th|C|L01FD01|19700101|20991231|
1387104|trastuzumab|Drug|RxNorm|Ingredient|S|224905|19700101|20991231|
3000963|Hemoglobin [Mass/volume] in Blood|Measurement|LOINC|Lab Test|S|718-7|19700101|20991231|
8713|gram per deciliter|Unit|UCUM|Unit|S|g/dL|19700101|20991231|
1635562|AJCC/UICC T2|Measurement|Cancer Modifier|Staging/Grading|S|AJCC/UICC-T2|19700101|20991231|
36770544|Metastasis to liver|Measurement|Cancer Modifier|Metastasis|S|OMOP4998856|19700101|20991231|
35909901|Old neutropenia|Condition|MedDRA|PT|C|10029366|19700101|20991231|
320073|Neutropenia|Condition|SNOMED|Disorder|S|165517008|20020131|20991231|
"""
ATHENA_RELATIONS = """44505310|4116071|Maps to|19700101|20991231|
21601387|1387104|ATC - RxNorm pr lat|19700101|20991231|
35909901|320073|Maps to|19700101|20991231|
35909901|4116071|Maps to|19700101|20991231|D
"""


def VOCABULARY(factory: pytest.TempPathFactory) -> Path:  # noqa: N802
    """An extract in the form that Athena gives: tabs, headings, dates without hyphens."""
    folder = factory.mktemp("athena")
    heads = "concept_id concept_name domain_id vocabulary_id concept_class_id standard_concept concept_code"
    heads = f"{heads} valid_start_date valid_end_date invalid_reason"
    relation = "concept_id_1 concept_id_2 relationship_id valid_start_date valid_end_date invalid_reason"
    version = "None\tOMOP Standardized Vocabularies\tOMOP generated\tv5.0 31-AUG-25\t44819096\n"
    for name, head, rows in (
        ("CONCEPT", heads, ATHENA_CONCEPTS),
        ("CONCEPT_RELATIONSHIP", relation, ATHENA_RELATIONS),
        ("VOCABULARY", "vocabulary_id vocabulary_name vocabulary_reference vocabulary_version id", version),
    ):
        (folder / f"{name}.csv").write_text("\t".join(head.split()) + "\n" + rows.replace("|", "\t"), encoding="utf-8")
    return folder


def test_standard_concepts_come_from_the_vocabulary(example: Tables) -> None:
    (tumour,) = [row for row in example["condition_occurrence"] if "C50.9" in row["condition_source_value"]]
    assert tumour["condition_source_value"] == "8500/3-C50.9"
    assert (tumour["condition_source_concept_id"], tumour["condition_concept_id"]) == (44505310, 4116071)
    (drug,) = example["drug_exposure"]
    assert (drug["drug_source_value"], drug["drug_concept_id"]) == ("L01FD01 trastuzumab", 1387104)
    measured = {row["measurement_source_value"]: row for row in example["measurement"]}
    assert measured["718-7 hémoglobine"]["measurement_concept_id"] == 3000963
    assert measured["718-7 hémoglobine"]["unit_concept_id"] == 8713
    assert measured["cT2"]["measurement_concept_id"] == 1635562
    assert measured["metastasis liver"]["measurement_concept_id"] == 36770544
    (event,) = [
        row for row in example["condition_occurrence"] if row["condition_status_source_value"] == "adverse_event"
    ]
    assert event["condition_concept_id"] == 320073
    assert {row["concept_id"] for row in example["concept"]} >= {44505310, 4116071, 1387104, 8713}
    assert example["cdm_source"][0]["vocabulary_version"] == "v5.0 31-AUG-25"


def test_modifiers_and_episodes_hang_on_the_condition(example: Tables) -> None:
    (tumour,) = [row for row in example["condition_occurrence"] if "C50.9" in row["condition_source_value"]]
    modifiers = {
        row["measurement_source_value"].split(" ")[-1]: row
        for row in example["measurement"]
        if row["measurement_event_id"] == tumour["condition_occurrence_id"]
    }
    assert {"cT2", "cN1", "cM0", "ER", "grade", "laterality", "liver"} <= set(modifiers)
    assert all(row["meas_event_field_concept_id"] == 1147127 for row in modifiers.values())
    kinds = {row["episode_concept_id"]: row for row in example["episode"]}
    assert set(kinds) == {fixed("initial"), fixed("recurrence"), fixed("regimen")}
    assert kinds[fixed("regimen")]["episode_parent_id"] == kinds[fixed("initial")]["episode_id"]
    assert kinds[fixed("initial")]["episode_object_concept_id"] == 4116071
    held = {(row["episode_id"], row["event_id"]) for row in example["episode_event"]}
    assert (kinds[fixed("initial")]["episode_id"], tumour["condition_occurrence_id"]) in held
    assert (kinds[fixed("regimen")]["episode_id"], example["drug_exposure"][0]["drug_exposure_id"]) in held


def test_dates_follow_the_conventions(example: Tables) -> None:
    (tumour,) = [row for row in example["condition_occurrence"] if "C50.9" in row["condition_source_value"]]
    assert (tumour["condition_start_date"], tumour["condition_start_datetime"]) == (date(2021, 3, 1), None)
    said = {row["observation_event_id"]: row["value_as_string"] for row in example["observation"]}
    assert said[tumour["condition_occurrence_id"]] == "2021-03"
    (event,) = [
        row for row in example["condition_occurrence"] if row["condition_status_source_value"] == "adverse_event"
    ]
    assert event["condition_start_datetime"] == datetime(2021, 4, 22)
    assert example["death"][0]["death_date"] == date(2024, 8, 31)
    (drug,) = example["drug_exposure"]
    assert (drug["drug_exposure_start_date"], drug["drug_exposure_end_date"]) == (date(2021, 4, 1), date(2022, 3, 1))
    assert drug["verbatim_end_date"] is None
    ends = {row["observation_source_value"]: row["value_as_string"] for row in example["observation"]}
    assert ends["date_told:drug_exposure_end"] == ends["date_told:episode_end"] == "2022-03"
    (note,) = example["note"]
    assert note["note_source_value"] == "date_told:2024-08/.."


def test_what_is_not_known_is_not_made_up(tmp_path: Path) -> None:
    report = "Adénocarcinome du côlon traité par FOLFOX. Suspicion de métastases hépatiques."
    found = _export([subject_of(report)], tmp_path)
    (person,) = found["person"]
    assert (person["year_of_birth"], person["gender_concept_id"], person["gender_source_value"]) == (0, 0, None)
    for name in ("condition_occurrence", "drug_exposure", "episode", "measurement", "observation_period", "death"):
        assert found[name] == [], name
    assert found["note"][0]["note_source_value"] == "date_told:XXXX"
    assert len(found["note_nlp"]) >= 3
    assert any("uncertain=true" in row["term_modifiers"] for row in found["note_nlp"])


def test_a_stay_and_a_birth_year_of_two(tmp_path: Path) -> None:
    report = "Le 4 mai 2021, patient de 60 ans hospitalisé. Sortie le 9 mai 2021. Cancer de la prostate."
    found = _export([subject_of(report)], tmp_path)
    assert found["person"][0]["year_of_birth"] == 1961
    said = {row["observation_source_value"]: row["value_as_string"] for row in found["observation"]}
    assert said["year_of_birth"] == "[1960..1961]"
    stays = [(row["visit_start_date"], row["visit_end_date"]) for row in found["visit_occurrence"]]
    assert stays in ([], [(date(2021, 5, 4), date(2021, 5, 9))])


def test_all_forms_hold_the_same(subjects: list[Subject], tables: Tables, tmp_path: Path) -> None:
    writer("omop")(subjects, Target(str(tmp_path / "omop.duckdb"), True))
    writer("omop")(subjects, Target(f"{tmp_path}/parquet/", True))
    database = duckdb.connect(str(tmp_path / "omop.duckdb"), read_only=True)
    for name, rows in tables.items():
        expected = sorted(sorted((k, str(_plain(v))) for k, v in row.items()) for row in rows)
        read = pyarrow.parquet.read_table(tmp_path / "parquet" / f"{name}.parquet").to_pylist()
        assert sorted(sorted((k, str(_plain(v))) for k, v in row.items()) for row in read) == expected, name
        cursor = database.execute(f"select * from {name}")
        heads = [column[0] for column in cursor.description]
        held = [dict(zip(heads, row, strict=True)) for row in cursor.fetchall()]
        assert sorted(sorted((k, str(_plain(v))) for k, v in row.items()) for row in held) == expected, name
    database.close()
    assert {path.name for path in tmp_path.iterdir()} == {"omop.duckdb", "parquet"}
    assert {path.name for path in (tmp_path / "parquet").iterdir()} == {f"{name}.parquet" for name in tables}


def _plain(value: Any) -> Any:
    return float(value) if value is not None and type(value).__name__ in ("Decimal", "float") else value


def test_the_same_record_has_the_same_keys(subjects: list[Subject], tables: Tables, tmp_path: Path) -> None:
    again = _export(subjects[:2], tmp_path)
    for name in ("person", "condition_occurrence", "episode", "measurement", "note_nlp"):
        people = {row[f"{name}_id"] for row in tables[name]}
        assert {row[f"{name}_id"] for row in again[name]} <= people


def test_rows_that_would_share_a_key_get_keys_of_their_own(
    subjects: list[Subject], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from anamnese.exports.omop import database

    hashed = database._hash
    monkeypatch.setattr(database, "_hash", lambda *told: hashed(*told) % 5_000 + 1)
    found = _export(subjects[:6], tmp_path)
    assert len(found["person"]) == 6 and len({row["note_nlp_id"] for row in found["note_nlp"]}) > 300


def test_memory_does_not_grow_with_the_patients(tmp_path: Path) -> None:
    def many(count: int) -> Iterator[Subject]:
        for number in range(count):
            yield subject_of("Femme de 50 ans. Cancer du sein le 3 mars 2021. FEC 100 en avril 2021.", f"p{number}")

    write, target = writer("omop"), Target(str(tmp_path / "many.sqlite"), True)
    write(many(200), target)  # what is made once is made before the measure
    assert peak(lambda: write(many(200), target)) < peak(lambda: write(many(20), target)) * 1.5 + 2_000_000


def test_a_full_disk_leaves_what_was_there(subjects: list[Subject], tmp_path: Path,
                                           monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    ground = places._sqlite

    def small(path: Path) -> Any:
        engine = ground(path)
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 300"))
        return engine

    monkeypatch.setattr(places, "_sqlite", small)
    for name in ("omop.sqlite", "omop.duckdb"):
        (tmp_path / name).write_text("before")
        with pytest.raises(ExportError, match="disque plein"):
            writer("omop")(subjects, Target(str(tmp_path / name), True))
        assert (tmp_path / name).read_text() == "before"
    with pytest.raises(ExportError, match="disque plein"):
        writer("omop")(subjects, Target(f"{tmp_path}/parquet/", True))
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert left == {"omop.sqlite", "omop.duckdb", "parquet"}


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "anamnese.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--out", "{tmp}/no/such\0"[:-1] + "/../../file.txt/x.sqlite"], 1, "dossier"),
        (["--out", "mysql://moi:secret@serveur/base"], 2, "base inconnue"),
        (["--out", "{tmp}/x.sqlite", "--vocabulary", "{tmp}/none"], 2, "CONCEPT.csv introuvable"),
    ],
)
def test_refusals_are_one_line(tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    report = tmp_path / "file.txt"
    report.write_text("Cancer du sein.", encoding="utf-8")
    done = _run("export", str(report), "--to", "omop", *[part.format(tmp=tmp_path) for part in arguments])
    assert done.returncode == code and said in done.stderr, done.stderr
    assert done.stderr.count("\n") == 1 and "secret" not in done.stderr


def test_the_command_writes_a_file(tmp_path: Path) -> None:
    people = sum(len(of_each_patient(anamnese.read_file(path))) for path in REPORTS)  # some tell of a series
    done = _run("export", str(SAMPLES / "cases"), "--to", "omop", "--out", str(tmp_path / "x.sqlite"))
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(tmp_path / "x.sqlite") as connection:
        assert connection.execute("pragma foreign_key_check").fetchall() == []
        assert connection.execute("select count(*) from person").fetchone()[0] == people > len(REPORTS)


def test_a_vocabulary_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for name in ("CONCEPT.csv", "CONCEPT_RELATIONSHIP.csv"):
        (tmp_path / name).write_text("concept_id\tconcept_name\nnot a number\n", encoding="utf-8")
    with pytest.raises(ExportError, match="illisible"):
        Concepts(tmp_path)


def test_the_document_tells_every_field_that_is_written(tables: Tables, example: Tables) -> None:
    told = {(row["table"], row["field"]) for row in guide.mapping_rows()}
    for name, field in told:
        assert field in metadata("sqlite").tables[name].c, (name, field)
    for found in (tables, example):
        for name, rows in found.items():
            for row in rows:
                missing = {field for field, value in row.items() if value is not None and (name, field) not in told}
                assert not missing, (name, missing)


def test_the_document_is_up_to_date() -> None:
    page = DOCUMENT.read_text(encoding="utf-8")
    assert guide.renewed(page) == page


def test_concepts_of_the_model_are_one_each() -> None:
    ids = [concept.concept_id for concept in named().values()]
    assert len(ids) == len(set(ids)) and all(len(concept.vocabulary_id) <= 20 for concept in named().values())
