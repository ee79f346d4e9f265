"""The FHIR export: valid R4B bundles that keep the rules of the profiles they claim, from every sample."""

from __future__ import annotations

import base64
import errno
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from typer.testing import CliRunner

from anamnese.cli import app
from anamnese.engine import read
from anamnese.exports import Subject, Target, fhir
from anamnese.exports.fhir import guide
from anamnese.exports.fhir.bundle import bundle, bundle_json
from anamnese.exports.fhir.elements import SYSTEMS
from anamnese.exports.fhir.sources import WORDS
from anamnese.exports.subjects import subjects
from anamnese.history.build import history
from anamnese.inputs import report_files
from anamnese.lexicon.tables import read_table
from conftest import ROOT
from sample_subjects import peak

SAMPLES = ROOT / "src" / "anamnese" / "samples"
TABLES = ROOT / "src" / "anamnese" / "exports" / "fhir"
CASES = sorted((SAMPLES / "cases").glob("*.txt"))
PATIENTS = sorted({path.name.split("-")[0] for path in (SAMPLES / "hospital").glob("*.txt")})
NO_SAMPLE = ("Le patient va bien.", "x", "Femme de 60 ans, suspicion de cancer du poumon. Chimiothérapie prévue.")


def of(*texts: str, name: str = "patient") -> Subject:
    """A patient with these reports."""
    cases = tuple(read(text, f"{name}-{i}") for i, text in enumerate(texts))
    return Subject(name, cases, history(cases))


@cache
def sample(name: str) -> dict[str, Any]:
    """The bundle of a sample case or of a sample patient with several documents."""
    paths = [SAMPLES / "cases" / f"{name}.txt"]
    if name in PATIENTS:
        paths = sorted((SAMPLES / "hospital").glob(f"{name}-*.txt"))
    cases = tuple(read(path.read_text(encoding="utf-8"), path.stem) for path in paths)
    return bundle(Subject(name, cases, history(cases)))


def resources(of_bundle: dict[str, Any], type_: str | None = None) -> list[dict[str, Any]]:
    found = [entry["resource"] for entry in of_bundle["entry"]]
    return [resource for resource in found if type_ in (None, resource["resourceType"])]


NAMES = [path.stem for path in CASES] + PATIENTS


# --- what every bundle must be


@pytest.mark.parametrize("name", NAMES)
def test_is_valid_r4b_and_is_what_the_models_write(name: str) -> None:
    made = sample(name)
    model = get_fhir_model_class("Bundle")(**made)
    assert json.loads(model.model_dump_json()) == made


@pytest.mark.parametrize("name", NAMES)
def test_references_resolve_inside_the_bundle(name: str) -> None:
    made = sample(name)
    urls = [entry["fullUrl"] for entry in made["entry"]]
    assert len(urls) == len(set(urls))
    assert {value for key, value in leaves(made) if key == "reference"} <= set(urls)
    for entry in made["entry"]:
        resource = entry["resource"]
        assert entry["fullUrl"] == f"urn:uuid:{resource['id']}"
        assert entry["request"] == {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"}


def leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """All plain values of a JSON value, each with the key nearest above it."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from leaves(part, key)
    else:
        yield key, value


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_empty(name: str) -> None:
    def check(value: Any, path: str) -> None:
        assert value not in (None, "", [], {}), path
        if isinstance(value, dict):
            for key, part in value.items():
                check(part, f"{path}.{key}")
        if isinstance(value, list):
            for part in value:
                check(part, path)

    check(sample(name), "Bundle")


@pytest.mark.parametrize("name", NAMES)
def test_invariants_of_fhir_that_models_do_not_check(name: str) -> None:
    """Of R4: per-1, ext-1, obs-6, obs-7, mad-1, con-4; and that dates are dates."""
    for resource in resources(sample(name)):
        for part in objects(resource):
            if {"start", "end"} <= set(part) and isinstance(part["start"], str):
                assert part["start"][: len(part["end"])] <= part["end"], "per-1"
            for extension in part.get("extension", []):
                values = [key for key in extension if key.startswith("value")]
                assert len(values) + ("extension" in extension) == 1, "ext-1"
        has_value = any(re.fullmatch(r"_?value[A-Z]\w*", key) for key in resource)
        if resource["resourceType"] == "Observation":
            assert not (has_value and "dataAbsentReason" in resource), "obs-6"
            assert has_value or {"component", "dataAbsentReason"} & set(resource), "us-core-2"
            for component in resource.get("component", []):
                assert not (has_value and component["code"] == resource["code"]), "obs-7"
        if resource["resourceType"] == "MedicationAdministration" and "dosage" in resource:
            assert "dose" in resource["dosage"], "mad-1"
        for key, value in leaves(resource):
            if key.lower().endswith(("datetime", "date")) or key in ("start", "end"):
                assert isinstance(value, int) or re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", value), (key, value)


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """All objects of a JSON value."""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(part)


@pytest.mark.parametrize("name", NAMES)
def test_every_resource_names_its_words(name: str) -> None:
    made = sample(name)
    texts = {
        f"urn:uuid:{document['id']}": base64.b64decode(document["content"][0]["attachment"]["data"]).decode()
        for document in resources(made, "DocumentReference")
    }
    proved = set()
    for provenance in resources(made, "Provenance"):
        proved.update(target["reference"] for target in provenance["target"])
        for entity in provenance["entity"]:
            (words,) = entity["extension"]
            assert words["url"] == WORDS
            parts = {part["url"]: next(v for k, v in part.items() if k != "url") for part in words["extension"]}
            text = texts[entity["what"]["reference"]]
            assert text[parts["start"] : parts["end"]] == parts["quote"]
    for resource in resources(made):
        if resource["resourceType"] not in ("Patient", "DocumentReference", "Device", "Provenance"):
            assert f"urn:uuid:{resource['id']}" in proved, resource


def test_same_record_same_bytes() -> None:
    texts = (CASES[0].read_text(encoding="utf-8"), CASES[1].read_text(encoding="utf-8"))
    assert bundle_json(of(*texts)) == bundle_json(of(*texts))
    assert bundle_json(of(texts[0])) != bundle_json(of(texts[1])), "reports of one name are not taken for one patient"


@pytest.mark.parametrize("text", NO_SAMPLE)
def test_little_told_is_little_written(text: str) -> None:
    made = bundle(of(text))
    get_fhir_model_class("Bundle")(**made)
    assert conformance_problems(made) == []
    (patient,) = resources(made, "Patient")
    assert "birthDate" not in patient and "deceasedBoolean" not in patient


@pytest.mark.parametrize("odd", ["\xa0", "\x0c", "\x00", "\x1b", "\u2028", "\ud800", "\U0001f600", "\\", '"', "<b>"])
def test_odd_characters(odd: str) -> None:
    subject = of(f"Femme de 61{odd} ans. Carcinome{odd}lobulaire infiltrant du sein{odd}gauche.{odd} Hb 11{odd} g/dL.")
    line = bundle_json(subject)
    assert json.loads(line.encode()) == bundle(subject)
    assert re.search(r"\\u00[01](?![9ad])", line) is None, "no control characters in FHIR strings"


# --- the rules of the profiles

RULES: dict[str, list[dict[str, str]]] = {}
PROFILES: dict[str, dict[str, str]] = {}
for _row in read_table(TABLES / "profiles.tsv"):
    if _row["url"]:
        PROFILES[_row["url"]] = _row
    else:
        RULES.setdefault(_row["profile"], []).append(_row)


def at(parent: Any, step: str) -> list[Any]:
    """The elements of a parent at one step of a path."""
    name, _, inner = step.partition("[")
    inner = inner.rstrip("]")
    if inner == "x":
        keys = [key for key in parent if re.fullmatch(rf"_?{name}[A-Z]\w*", key)]
        return [parent[key] for key in keys]
    value = parent.get(name, parent.get(f"_{name}"))
    found = value if isinstance(value, list) else [] if value is None else [value]
    if not inner:
        return found
    if name == "extension":
        return [part for part in found if part["url"].rsplit("/", 1)[-1] == inner]
    return [part for part in found if inner in {coding["code"] for coding in part["code"].get("coding", [])}]


def matches(value: Any, fixed: str) -> bool:
    """Whether an element has one of the fixed codes."""
    if fixed == "~day":
        return not isinstance(value, str) or len(value) >= 10
    if fixed.startswith("="):
        return bool(value == fixed[1:])
    codings = value.get("coding", [value]) if isinstance(value, dict) else []
    wanted = {(SYSTEMS[alias], code) for alias, _, code in (part.partition("#") for part in fixed.split())}
    return any((coding.get("system"), coding.get("code")) in wanted for coding in codings)


def conformance_problems(made: dict[str, Any]) -> list[str]:
    """What in a bundle breaks the rules of `profiles.tsv`."""
    types = {entry["fullUrl"]: entry["resource"]["resourceType"] for entry in made["entry"]}
    problems = []
    for resource in resources(made):
        for url in resource.get("meta", {}).get("profile", []):
            profile = PROFILES[url]
            if profile["type"] != resource["resourceType"]:
                problems.append(f"{url} on a {resource['resourceType']}")
            for rule in RULES[profile["profile"]]:
                problems += broken(resource, rule, types)
    return problems


def broken(resource: dict[str, Any], rule: dict[str, str], types: dict[str, str]) -> list[str]:
    *above, last = re.findall(r"(?:[^.\[]|\[[^\]]*\])+", rule["path"])
    parents = [resource]
    for step in above:
        parents = [part for parent in parents for part in at(parent, step)]
    told = f"{resource['resourceType']} {rule['profile']} {rule['path']}"
    problems = []
    for parent in parents:
        found = at(parent, last)
        most = len(found) if rule["max"] == "*" else int(rule["max"])
        if not int(rule["min"]) <= len(found) <= most:
            problems.append(f"{told}: {len(found)} times")
        if rule["fixed"] and found and not any(matches(value, rule["fixed"]) for value in found):
            problems.append(f"{told}: not {rule['fixed']}")
        if rule["type"] and last.endswith("[x]"):
            name = last.removesuffix("[x]")
            keys = [key for key in parent if re.fullmatch(rf"_?{name}[A-Z]\w*", key)]
            if not {key.lstrip("_").removeprefix(name) for key in keys} <= set(rule["type"].split()):
                problems.append(f"{told}: {keys}")
        elif rule["type"]:
            targets = {types[value["reference"]] for value in found}
            if not targets <= set(rule["type"].split()):
                problems.append(f"{told}: refers to {targets}")
    return problems


@pytest.mark.parametrize("name", NAMES)
def test_profiles_are_kept(name: str) -> None:
    assert conformance_problems(sample(name)) == []


def test_rules_find_what_is_broken() -> None:
    """The checker is no rubber stamp: a missing element, a wrong code, one too many, a wrong type are each told."""
    made = json.loads(json.dumps(sample("breast-1")))
    for resource in resources(made):
        profiles = " ".join(resource.get("meta", {}).get("profile", []))
        if resource["resourceType"] == "Patient":
            del resource["identifier"]
        elif "tumor-size" in profiles:
            resource["component"].append(resource["component"][0])
        elif "ecog" in profiles:
            resource["code"]["coding"][0]["code"] = "1234-5"
        elif "disease-status" in profiles:
            resource["subject"] = resource["focus"][0]
        elif "tumor-marker-test" in profiles and "valueQuantity" in resource:
            resource["valueInteger"] = 1
            del resource["valueQuantity"]
    told = "\n".join(conformance_problems(made))
    for part in ("identifier: 0", "component[33728-7]: 2", "code: not loinc#89247-1", "refers to", "valueInteger"):
        assert part in told


def test_all_profiles_of_the_table_are_used() -> None:
    used = {
        url
        for name in NAMES
        for resource in resources(sample(name))
        for url in resource.get("meta", {}).get("profile", [])
    }
    used |= {
        url
        for text in EXTRA_TEXTS
        for resource in resources(bundle(of(text)))
        for url in resource.get("meta", {}).get("profile", [])
    }
    assert {row["profile"] for url, row in PROFILES.items() if url not in used} == set()


EXTRA_TEXTS = (
    "Homme de 70 ans, cancer de la prostate. Karnofsky 80 %. FR 18/min. "
    "Une chimiothérapie par docétaxel 75 mg/m2 est prévue.",
    "Chimiothérapie par cisplatine 75 mg/m2 prévue.",
)
"""What the samples do not have."""


@pytest.mark.parametrize("text", EXTRA_TEXTS)
def test_extra_texts_keep_the_profiles(text: str) -> None:
    assert conformance_problems(bundle(of(text))) == []


# --- what the codes must be


def test_every_code_stands_in_a_table() -> None:
    """SNOMED, NCIt, LOINC answer and administrative codes come from `codes.tsv`, so that each has a source."""
    known = {(SYSTEMS[row["system"]], row["code"]) for row in read_table(TABLES / "codes.tsv")}
    from_rooms = {SYSTEMS[alias] for alias in ("icdo3", "atc", "meddra", "ctcae", "ucum", "absent", "loinc")}
    for name in NAMES:
        for coding in codings(sample(name)):
            if coding["system"] not in from_rooms:
                assert (coding["system"], coding["code"]) in known, coding


def codings(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "system" in value and "code" in value:
            yield value
        for part in value.values():
            yield from codings(part)
    elif isinstance(value, list):
        for part in value:
            yield from codings(part)


def test_forms_of_codes() -> None:
    forms = {
        "icdo3": r"C\d\d(\.\d)?|\d{4}/\d",
        "loinc": r"\d{1,5}-\d|LA\d+-\d",
        "sct": r"\d{6,18}",
        "atc": r"[A-Z]\d\d[A-Z]{2}\d\d|[A-Z]\d\d[A-Z]{1,2}|[A-Z]\d\d",
        "meddra": r"\d{8}",
    }
    for name in NAMES:
        for coding in codings(sample(name)):
            for alias, form in forms.items():
                if coding["system"] == SYSTEMS[alias]:
                    assert re.fullmatch(form, coding["code"]), coding


def test_snomed_codes_have_their_check_digit() -> None:
    for row in read_table(TABLES / "codes.tsv"):
        if row["system"] == "sct":
            assert verhoeff(row["code"]) == 0, row


def verhoeff(digits: str) -> int:
    """The check of the Verhoeff algorithm, 0 for a right number: SNOMED CT identifiers end in such a digit."""
    turn = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
    table = list(turn)
    for _ in range(6):
        table.append([turn[1][i] for i in table[-1]])
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = _dihedral(check, table[place % 8][int(digit)])
    return check


def _dihedral(a: int, b: int) -> int:
    if a < 5:
        return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
    return 5 + (a - b) % 5 if b < 5 else (a - b) % 5


def test_loinc_codes_have_their_check_digit() -> None:
    for row in read_table(TABLES / "codes.tsv"):
        if row["system"] == "loinc" and not row["code"].startswith("LA"):
            number, _, check = row["code"].partition("-")
            assert luhn(number) == int(check), row


def luhn(number: str) -> int:
    """The check digit of LOINC (modulus 10, each other digit doubled from the right)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value // 10 + value % 10
    return -total % 10


# --- some things told, as they must be written


def test_a_breast_cancer() -> None:
    made = bundle(
        of(
            "Femme de 61 ans. Le 3 mars 2021, biopsie : carcinome lobulaire infiltrant du sein gauche, cT2 N1 M0, "
            "RE 90 %, HER2 négatif. ECOG 1. TA 12/7. CA 15-3 à 41 U/mL. Mutation de PIK3CA. "
            "Radiothérapie de la paroi thoracique de 50 Gy en 25 fractions d'avril à mai 2021. "
            "Métastases hépatiques en juin 2022."
        )
    )
    primary = next(r for r in resources(made, "Condition") if "primary" in r["meta"]["profile"][0])
    assert primary["code"]["coding"][0]["code"] == "363346000"
    (site,) = primary["bodySite"]
    assert site["coding"][0] == {"system": SYSTEMS["icdo3"], "code": "C50.9"}
    assert site["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "7771000"
    assert primary["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "8520/3"
    secondary = next(r for r in resources(made, "Condition") if "secondary" in r["meta"]["profile"][0])
    assert secondary["bodySite"][0]["coding"][0]["code"] == "10200004"
    assert secondary["extension"][0]["valueReference"]["reference"] == f"urn:uuid:{primary['id']}"
    values = {r["code"]["coding"][0]["code"]: r for r in resources(made, "Observation") if r["code"].get("coding")}
    assert values["399504009"]["valueCodeableConcept"]["coding"][0]["code"] == "1228929004"
    assert values["85329-1"]["valueQuantity"]["value"] == 90
    assert values["48676-1"]["valueCodeableConcept"]["coding"][0]["code"] == "260385009"
    assert values["6875-9"]["valueQuantity"]["code"] == "U/mL"
    assert values["89247-1"]["valueInteger"] == 1
    assert [part["valueQuantity"]["value"] for part in values["85354-9"]["component"]] == [120, 70]
    assert values["69548-6"]["component"][0]["valueCodeableConcept"]["coding"][0]["code"] == "HGNC:8975"
    (course,) = [r for r in resources(made, "Procedure") if r["code"]["coding"][0]["code"] == "1217123003"]
    (delivered,) = [e for e in course["extension"] if e["url"].endswith("dose-delivered-to-volume")]
    dose = next(part for part in delivered["extension"] if part["url"] == "totalDoseDelivered")
    assert (dose["valueQuantity"]["value"], dose["valueQuantity"]["code"]) == (5000, "cGy")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Cancer du col de l'utérus, stade FIGO IIB.", "C96254"),
        ("Adénocarcinome de la prostate, score de Gleason 4+3.", "1279716004"),
        ("Adénocarcinome du côlon, stade IIIB.", "1222805004"),
        ("Adénocarcinome du côlon pT3 N1a M0.", "1229954009"),
        ("Adénocarcinome du côlon pT3 N1a M0.", "1229901006"),
    ],
)
def test_values_of_stages(text: str, code: str) -> None:
    found = [coding["code"] for coding in codings(bundle(of(text)))]
    assert code in found


@pytest.mark.parametrize(
    ("text", "code", "ucum"),
    [
        ("Créatinine 85 µmol/L.", "14682-9", "umol/L"),
        ("Créatinine 12 mg/l.", "2160-0", "mg/L"),
        ("Créatinine 1,1 mg/dL.", "2160-0", "mg/dL"),
        ("Glycémie 1,2 g/l.", "2345-7", "g/L"),
        ("Neutrophiles 75 %.", "770-8", "%"),
        ("Neutrophiles 1,6 G/L.", "751-8", "10*9/L"),
        ("AFP 12 UI/mL.", "19176-7", "[IU]/mL"),
        ("LDH 4 µkat/L.", None, "ukat/L"),
    ],
)
def test_the_code_of_a_result_is_of_its_unit(text: str, code: str | None, ucum: str) -> None:
    """LOINC has a code for each property: mass and substance concentration are two."""
    (lab,) = [r for r in resources(bundle(of(text)), "Observation") if r["category"][0] and "valueQuantity" in r]
    assert lab["valueQuantity"]["code"] == ucum
    assert lab["code"].get("coding", [{"code": None}])[0]["code"] == code


def test_a_score_has_its_answer() -> None:
    made = bundle(of("Carcinome canalaire infiltrant du sein droit, RE positifs, HER2 3+."))
    tests = {r["code"]["text"]: r for r in resources(made, "Observation") if r["code"].get("text")}
    assert tests["ER"]["code"]["coding"][0]["code"] == "16112-5"
    assert tests["HER2"]["code"]["coding"][0]["code"] == "18474-7"
    assert tests["HER2"]["valueCodeableConcept"]["coding"][0]["code"] == "LA11843-2"
    assert tests["HER2"]["interpretation"][0]["coding"][0]["code"] == "POS"


def test_a_suspected_tumour_is_not_confirmed() -> None:
    made = bundle(of("Homme de 58 ans. Suspicion d'adénocarcinome du pancréas."))
    for condition in resources(made, "Condition"):
        assert condition["verificationStatus"]["coding"][0]["code"] == "provisional"


def test_a_family_cancer_is_not_the_patients() -> None:
    made = bundle(of("Sa mère a eu un cancer du sein à 50 ans."))
    assert resources(made, "Condition") == []


# --- streaming, files and errors

RUN = CliRunner()
TEXT = "Femme de 50 ans. Carcinome canalaire infiltrant du sein droit, pT1c N0 M0. Hémoglobine 12,1 g/dL. "


def endless(count: int, check: Any = None) -> Iterator[Subject]:
    for i in range(count):
        if check is not None:
            check(i)
        yield of(TEXT + f"Dossier {i}.", name=f"p{i}")


def test_each_bundle_is_written_before_the_next_patient_is_read(tmp_path: Path) -> None:
    def check(i: int) -> None:
        assert len(list(tmp_path.glob("*.json"))) == i

    fhir.write(endless(5, check), Target(str(tmp_path), many=True))
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"p{i}.json" for i in range(5)]


@pytest.mark.parametrize("name", ["bundles.ndjson", "bundles"])
def test_memory_does_not_grow_with_the_patients(tmp_path: Path, name: str) -> None:
    def taken(count: int) -> int:
        return peak(lambda: fhir.write(endless(count), Target(str(tmp_path / name), many=True)))

    taken(2)
    few, many = taken(10), taken(60)
    bundle_size = len(bundle_json(next(endless(1))))
    assert many - few < 50 * bundle_size / 5, "what is held for a patient goes with it"


def test_ndjson_has_a_bundle_a_line(tmp_path: Path) -> None:
    out = tmp_path / "all.ndjson"
    result = RUN.invoke(app, ["export", str(SAMPLES / "cases"), "--to", "fhir", "--out", str(out)])
    assert result.exit_code == 0, result.output
    lines = out.read_text(encoding="utf-8").splitlines()
    told_of = [max(1, len(read(path.read_text(encoding="utf-8")).of_type("patient"))) for path in CASES]
    assert len(lines) == sum(told_of) > len(CASES), "a series of patients gives one each"
    assert all(json.loads(line)["resourceType"] == "Bundle" for line in lines)


def test_one_file_one_bundle(tmp_path: Path) -> None:
    out = tmp_path / "new" / "breast.json"
    result = RUN.invoke(app, ["export", str(CASES[0]), "--to", "fhir", "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert json.loads(out.read_text(encoding="utf-8")) == sample(CASES[0].stem)
    assert [path.name for path in out.parent.iterdir()] == ["breast.json"]


def test_grouping(tmp_path: Path) -> None:
    for patient in ("a", "b"):
        (tmp_path / "in" / patient).mkdir(parents=True)
        for document in ("1", "2"):
            (tmp_path / "in" / patient / f"cr{document}.txt").write_text(TEXT + patient + document, encoding="utf-8")
    command = ["export", str(tmp_path / "in"), "--to", "fhir", "--out"]
    assert RUN.invoke(app, [*command, str(tmp_path / "each")]).exit_code == 0
    assert sorted(path.name for path in (tmp_path / "each").iterdir()) == [
        "a-cr1.json", "a-cr2.json", "b-cr1.json", "b-cr2.json",
    ]  # fmt: skip
    assert RUN.invoke(app, [*command, str(tmp_path / "folders"), "--patient-by-folder"]).exit_code == 0
    assert sorted(path.name for path in (tmp_path / "folders").iterdir()) == ["a.json", "b.json"]
    assert RUN.invoke(app, [*command, str(tmp_path / "one.json"), "--one-patient"]).exit_code == 0
    made = json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))
    assert len(resources(made, "DocumentReference")) == 4 and len(resources(made, "Patient")) == 1


def test_names_are_never_shared(tmp_path: Path) -> None:
    for name in ("x.txt", "x.html", "d/x.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    made = list(subjects(tmp_path, report_files(tmp_path), "report", lambda *_: None))
    assert len({subject.id for subject in made}) == 3


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["{in}/none.txt", "--to", "fhir", "--out", "{out}/a.json"], "introuvable"),
        (["{in}/a.txt", "--to", "hl7", "--out", "{out}/a.json"], "standard inconnu"),
        (["{in}/empty", "--to", "fhir", "--out", "{out}"], "aucun fichier lisible"),
        (["{in}/a.txt", "--to", "fhir", "--out", "{out}"], "est un dossier"),
        (["{in}", "--to", "fhir", "--out", "{in}/a.txt"], "est un fichier"),
        (["{in}", "--to", "fhir", "--out", "{out}", "--one-patient", "--patient-by-folder"], "s'excluent"),
    ],
)
def test_wrong_usage(tmp_path: Path, arguments: list[str], told: str) -> None:
    (tmp_path / "in" / "empty").mkdir(parents=True)
    (tmp_path / "out").mkdir()
    (tmp_path / "in" / "a.txt").write_text(TEXT, encoding="utf-8")
    places = {"in": str(tmp_path / "in"), "out": str(tmp_path / "out")}
    result = RUN.invoke(app, ["export", *(argument.format(**places) for argument in arguments)])
    assert result.exit_code == 2
    assert told in result.output and len(result.output.strip().splitlines()) == 1


def test_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    out = tmp_path / "a.txt" / "sub" / "b.json"
    result = RUN.invoke(app, ["export", str(tmp_path / "a.txt"), "--to", "fhir", "--out", str(out)])
    assert result.exit_code == 1
    assert len(result.output.strip().splitlines()) == 1 and "Traceback" not in result.output


@pytest.mark.parametrize("out", ["all.ndjson", "folder"])
def test_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str) -> None:
    made = fhir.bundle_json

    def full(subject: Subject) -> str:
        if subject.id != "a":
            raise OSError(errno.ENOSPC, "No space left on device")
        return made(subject)

    monkeypatch.setattr(fhir, "bundle_json", full)
    (tmp_path / "in").mkdir()
    for name in ("a", "b"):
        (tmp_path / "in" / f"{name}.txt").write_text(TEXT, encoding="utf-8")
    result = RUN.invoke(app, ["export", str(tmp_path / "in"), "--to", "fhir", "--out", str(tmp_path / out)])
    assert result.exit_code == 1
    assert "disque plein" in result.output
    written = [path.name for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".txt"]
    assert written == ([] if out == "all.ndjson" else ["a.json"]), "whole files or none"


def test_unreadable_report_among_others(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "in" / "b.txt").write_bytes(b"")
    result = RUN.invoke(app, ["export", str(tmp_path / "in"), "--to", "fhir", "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "b.txt" in result.output
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.json"]


# --- the documentation


def test_documentation_is_that_of_the_code() -> None:
    page = (ROOT / "docs" / "fhir.md").read_text(encoding="utf-8")
    assert guide.renewed(page) == page, "run python -m anamnese.exports.fhir.guide docs/fhir.md"
    assert all(f"<!-- {part} -->\n<!--" not in page for part in guide.PARTS)


def elements_of(resource: dict[str, Any]) -> Iterator[str]:
    """The top elements that a resource has, extensions by their names."""
    for key, value in resource.items():
        if key == "extension":
            yield from (f"extension[{part['url'].rsplit('/', 1)[-1]}]" for part in value)
        elif key not in ("resourceType", "id", "meta"):
            yield key.lstrip("_")


def told_in_full() -> Subject:
    """A patient whose courses were all stopped with a palliative intent, and with a biomarker that has no result."""
    subject = of(
        "Femme de 60 ans. Carcinome canalaire du sein droit, RE 90 %. "
        "En mars 2020 radiothérapie de 50 Gy en 25 fractions. "
        "En mai 2020 mastectomie droite. En juin 2020 chimiothérapie par docétaxel 75 mg/m2. "
        "Une chimiothérapie par capécitabine 1000 mg/m2 est prévue."
    )
    (tumour,) = subject.history.tumours
    courses = tuple(
        replace(course, intent="palliative", stop_reason="toxicité") for e in tumour.episodes for course in e.courses
    )
    assert {course.status for course in courses} == {"affirmed", "planned"} and len(courses) == 4
    episode = replace(tumour.episodes[0], courses=courses)
    markers = tuple(replace(marker, value=None, result=None) for marker in tumour.biomarkers)
    tumour = replace(tumour, episodes=(episode,), biomarkers=markers)
    return subject._replace(history=replace(subject.history, tumours=(tumour,)))


def test_what_is_told_in_full_keeps_the_profiles() -> None:
    made = bundle(told_in_full())
    get_fhir_model_class("Bundle")(**made)
    assert conformance_problems(made) == []
    assert {r["status"] for r in resources(made, "Procedure")} == {"stopped"}


def test_mapping_has_all_that_is_written() -> None:
    """Every element of every sample bundle stands in the mapping, and what stands in the mapping is written."""
    mapped = {
        (row["resource"], element.strip())
        for row in read_table(TABLES / "mapping.tsv")
        for element in row["element"].split(",")
    }
    tops = {(resource, re.split(r"\.(?![^\[]*\])", element)[0]) for resource, element in mapped}
    written: set[tuple[str, str]] = set()
    extra = [bundle(told_in_full()), *(bundle(of(text)) for text in EXTRA_TEXTS)]
    for made in [sample(name) for name in NAMES] + extra:
        for resource in resources(made):
            written.update((resource["resourceType"], element) for element in elements_of(resource))
    assert written - tops == set()
    assert {top for top in tops if top not in written} == set()
