"""The REST API: its document, cases and decisions, completion, exports; and that nothing sent to it breaks it."""

from __future__ import annotations

import csv
import io
import json
import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from anamnese.exports import WRITERS, ExportError
from anamnese.review.actions import ACTIONS, UNDO
from anamnese.store import NewReport, Query, Store, open_store
from anamnese.web import exporting
from anamnese.web.api.parameters import SELECTION
from anamnese.web.terminology import SOURCES, terminology
from web_clients import SECOND, TestClient, application, filled, person, program

Json = dict[str, Any]
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for the tests that leave its cases alone."""
    opened = filled(tmp_path_factory.mktemp("store"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def api(shared: Store) -> TestClient:
    return program(shared)


@pytest.fixture(scope="module")
def document(api: TestClient) -> Json:
    told: Json = api.get("/api/openapi.json").json()
    return told


def _fact(state: Json, kind: str) -> Json:
    """The first fact of a kind, with its key."""
    found: Json = next(fact for fact in state["reports"][0]["facts"] if fact["fact"]["type"] == kind)
    return found


def _decide(client: TestClient, version: int, action: str, **more: Any) -> Json:
    answer = client.post("/api/cases/1/decisions", json={"version": version, "action": action, **more})
    assert answer.status_code == 200, answer.text
    told: Json = answer.json()
    return told


# the document


def test_the_document_is_whole(document: Json) -> None:
    assert document["openapi"].startswith("3.1")
    names = []
    for path, methods in document["paths"].items():
        assert path.startswith("/api/")
        for method, operation in methods.items():
            where = f"{method} {path}"
            names.append(operation["operationId"])
            assert operation["summary"] and operation["description"], where
            assert operation["tags"], where
            assert {"401", "403"} <= set(operation["responses"]), where
            in_path = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "path"}
            assert in_path == set(re.findall(r"\{(\w+)\}", path)), where
            if method in ("post", "put") and operation.get("requestBody"):
                assert operation["requestBody"]["content"], where
            assert any(code.startswith("2") for code in operation["responses"]), where
    assert len(names) == len(set(names))


def test_every_reference_of_the_document_leads_somewhere_and_every_schema_is_one(document: Json) -> None:
    schemas = document["components"]["schemas"]

    def walk(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            for part in value.values():
                yield from walk(part)
        elif isinstance(value, list):
            for part in value:
                yield from walk(part)

    references = set(walk(document))
    assert references
    for reference in references:
        assert reference.removeprefix("#/components/schemas/") in schemas, reference
    for name, schema in schemas.items():
        Draft202012Validator.check_schema(schema)
        for example in schema.get("examples", ()):
            _validate(document, name, example)
    assert not re.search(r"HTTPValidationError|x-component", json.dumps(document))


def _validate(document: Json, name: str, value: Any) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    found = Draft202012Validator(schema).iter_errors(value)
    assert not (problems := [f"{error.json_path}: {error.message[:200]}" for error in found]), (name, problems)


def test_the_parameters_of_a_selection_are_those_that_the_store_reads() -> None:
    assert {each["name"] for each in SELECTION} == {field.name for field in fields(Query)}


def test_the_actions_told_are_those_there_are(document: Json) -> None:
    assert set(document["components"]["schemas"]["ActionName"]["enum"]) == {*ACTIONS, UNDO}


def test_answers_are_as_the_document_says(own: Store, document: Json) -> None:
    client = program(own)
    _validate(document, "CasePageJson", client.get("/api/cases").json())
    state = client.get("/api/cases/1").json()
    _validate(document, "CaseJson", state)
    tumour = _fact(state, "tumour")["key"]
    state = _decide(client, 0, "correct", target=tumour, after={"topography": "C50.4"}, note="quadrant")
    _validate(document, "CaseJson", state)
    _validate(document, "CaseJson", _decide(client, state["version"], "undo"))
    problems = [
        client.get("/api/cases/999"),
        client.post("/api/cases/1/decisions", json={"version": 9, "action": "x"}),
        client.post("/api/cases/1/decisions", json={"version": 2, "action": "accept", "target": "9/9"}),
        application(own).get("/api/cases"),
        client.get("/api/terms/nothing?q=a"),
        client.get("/api/nothing"),
        client.put("/api/cases/1"),
    ]
    assert [answer.status_code for answer in problems] == [404, 422, 422, 401, 422, 404, 405]
    for answer in problems:
        _validate(document, "Problem", answer.json())
    stale = client.post("/api/cases/1/decisions", json={"version": 0, "action": "accept", "target": tumour})
    assert stale.status_code == 409
    _validate(document, "StaleProblem", stale.json())
    _validate(document, "TermChoices", client.get("/api/terms/drug?q=trast").json())
    _validate(document, "Me", client.get("/api/me").json())
    _validate(document, "StagedFiles", client.post("/api/uploads", files={"file": ("a.txt", SECOND.encode())}).json())
    _validate(document, "FileResults", client.post("/api/reports", files={"file": ("a.txt", SECOND.encode())}).json())


def test_the_document_as_a_page(api: TestClient, document: Json) -> None:
    page = api.get("/api/docs").text
    for path, methods in document["paths"].items():
        assert path in page
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
    assert "http://" not in page.replace("http://127.0.0.1", "") and "cdn" not in page.lower()


# cases and decisions


def test_a_case_is_found_read_and_decided_on(own: Store) -> None:
    client = program(own, local_name="anne")
    rows = client.get("/api/cases", params={"site": "C50"}).json()["rows"]
    assert [row["name"] for row in rows] == ["testine"]
    assert client.get("/api/cases", params={"site": "C34"}).json()["total"] == 0
    state = client.get("/api/cases/1").json()
    tumour = _fact(state, "tumour")
    assert tumour["fact"]["topography"] == "C50.9"
    state = _decide(client, 0, "correct", target=tumour["key"], after={"topography": "C50.4"}, note="quadrant")
    assert state["history"]["tumours"][0]["topography"] == "C50.4"
    assert state["status"] == "in_review"
    changed = _fact(state, "tumour")
    assert (changed["state"], changed["proposed"]["topography"]) == ("corrected", "C50.9")
    [entry] = state["log"]
    assert (entry["by"], entry["note"], entry["after"]["fact"]["topography"]) == ("anne", "quadrant", "C50.4")
    state = _decide(client, state["version"], "validate")
    assert (state["status"], state["validated_by"]) == ("validated", "anne")
    refused = client.post("/api/cases/1/decisions", json={"version": state["version"], "action": "accept",
                                                         "target": tumour["key"]})  # fmt: skip
    assert refused.status_code == 422 and refused.json()["code"] == "refused"


def test_the_second_of_two_people_is_told(own: Store) -> None:
    client = application(own)
    anne, paul = person(own, client, "anne", "reviewer"), person(own, client, "paul", "reviewer")
    seen = paul.get("/api/cases/1").json()
    _decide(anne, seen["version"], "comment", note="vu")
    late = paul.post("/api/cases/1/decisions", json={"version": seen["version"], "action": "comment", "note": "moi"})
    assert late.status_code == 409
    told = late.json()
    assert (told["version"], told["last"]["by"], told["last"]["note"]) == (1, "anne", "vu")
    assert [entry["note"] for entry in paul.get("/api/cases/1").json()["log"]] == ["vu"]


def test_messages_in_english_are_a_cookie_away(api: TestClient) -> None:
    french = api.get("/api/cases/999").json()["error"]
    english = api.get("/api/cases/999", headers={"cookie": "anamnese_language=en"}).json()["error"]
    assert french.startswith("Ce dossier") and english.startswith("This case")


# completion


@pytest.mark.parametrize(
    ("kind", "typed", "value", "code"),
    [
        ("topography", "sein", "C50.9", "C50.9"),
        ("topography", "C50.4", "C50.4", "C50.4"),
        ("topography", "c504", "C50.4", "C50.4"),
        ("topography", "lobe sup poumon", "C34.1", "C34.1"),
        ("morphology", "melanome nod", "8721/3", "8721/3"),
        ("morphology", "CARCINOME CANALAIRE INF", "8500/3", "8500/3"),
        ("morphology", "85003", "8500/3", "8500/3"),
        ("morphology", "adénocarcinome", "8140/3", "8140/3"),
        ("drug", "herceptin", "trastuzumab", "L01FD01"),
        ("drug", "L01XA01", "cisplatine", "L01XA01"),
        ("drug", "doxorubcine", "doxorubicine", "L01DB01"),
        ("biomarker", "her2", "HER2", "ERBB2"),
        ("regimen", "folfiri", "FOLFIRI", ""),
        ("analyte", "hemoglob", "hémoglobine", "718-7"),
        ("adverse_event", "neutropenie", "neutropénie", "10029366"),
        ("procedure", "mastect", "mastectomie", "C50"),
        ("unit", "µg/l", "µg/L", "ug/L"),
    ],
)
def test_completion(api: TestClient, kind: str, typed: str, value: str, code: str) -> None:
    first = api.get(f"/api/terms/{kind}", params={"q": typed}).json()["terms"][0]
    assert (first["value"], first["code"]) == (value, code)


def test_completion_gives_nothing_for_nothing(api: TestClient) -> None:
    assert api.get("/api/terms/drug").json()["terms"] == []
    assert api.get("/api/terms/drug?q=%20%20").json()["terms"] == []
    assert api.get("/api/terms/drug?q=zzqqxx").json()["terms"] == []


def test_completion_is_quick() -> None:
    for kind in SOURCES:
        terms = terminology(kind)
        for typed in ("c", "a", "car", "carcinome", "l0", "doxorubcine", "s i", "e" * 100):
            best = min(_seconds(lambda terms=terms, typed=typed: terms.find(typed)) for _ in range(5))  # type: ignore[misc]
            assert best < 0.02, (kind, typed, best)


def _seconds(act: Any) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


# exports


def _unpacked(answer: Any) -> zipfile.ZipFile:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.content))


EXPECTED = {
    "fhir": "fhir/testine.json",
    "osiris": "osiris/OSIRIS_pivot_Patient.csv",
    "omop": "omop/omop.sqlite",
    "brat": "brat/testine-1-consultation.ann",
    "tables": "tables/patients.csv",
}


@pytest.mark.parametrize("standard", WRITERS)
def test_every_standard_is_taken_out_with_the_decisions(own: Store, standard: str) -> None:
    client = program(own, local_name="anne")
    state = client.get("/api/cases/1").json()
    surgery = next(fact for fact in state["reports"][0]["facts"] if fact["fact"].get("kind") == "surgery")
    _decide(client, 0, "correct", target=_fact(state, "tumour")["key"], after={"topography": "C50.4"}, note="=2+2")
    _decide(client, 1, "reject", target=surgery["key"])
    archive = _unpacked(client.get("/api/export", params={"to": standard}))
    names = set(archive.namelist())
    assert {"decisions.csv", "export.json"} < names
    assert EXPECTED[standard] in names or any(standard in name for name in names), names
    rows = list(csv.DictReader(io.StringIO(archive.read("decisions.csv").decode("utf-8-sig"))))
    assert [(row["case"], row["action"], row["by"]) for row in rows] == [
        ("testine", "correct", "anne"), ("testine", "reject", "anne"),
    ]  # fmt: skip
    assert rows[0]["note"] == "'=2+2"  # no formula in a spreadsheet
    assert json.loads(rows[0]["before"])["fact"]["topography"] == "C50.9"
    about = json.loads(archive.read("export.json"))
    assert (about["standard"], about["by"], about["cases"][0]["status"]) == (standard, "anne", "in_review")
    content = b"".join(archive.read(name) for name in names if name not in ("decisions.csv", "export.json"))
    if standard == "fhir":
        assert b"C50.4" in content and b"C50.9" not in content
        assert "mastectomie" not in content.decode().casefold().replace("mastectomie gauche le 12/04/2014 puis", "")
    if standard == "brat":
        annotations = archive.read("brat/testine-1-consultation.ann").decode()
        assert "C50.4" in annotations and "Mastectomie" not in annotations


def test_fhir_alone_is_the_bundle_that_the_zip_holds(own: Store) -> None:
    client = program(own)
    own.add_case("autre", [NewReport("autre", "Adénocarcinome du poumon droit, cT2aN0M0, en mai 2020.", None)], "x")
    alone = client.get("/api/export?to=fhir&form=file&ids=1")
    assert alone.headers["content-type"] == "application/fhir+json"
    archive = _unpacked(client.get("/api/export?to=fhir&ids=1"))
    assert json.loads(alone.content) == json.loads(archive.read("fhir/testine.json"))
    many = client.get("/api/export?to=fhir&form=file&sort=name")
    assert many.headers["content-type"] == "application/fhir+ndjson"
    bundles = [json.loads(line) for line in many.text.splitlines()]
    assert len(bundles) == 2 and json.loads(alone.content) in bundles
    assert len(_unpacked(client.get("/api/export?to=fhir&site=C34")).namelist()) == 3


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("to=brat&form=file", "only_fhir"),
        ("to=brat&ids=x", "nothing_selected"),
        ("to=brat&ids=999", "nothing_selected"),
        ("to=brat&site=C99", "nothing_selected"),
        ("to=word", "invalid"),
        ("", "invalid"),
    ],
)
def test_exports_that_are_refused(api: TestClient, address: str, code: str) -> None:
    answer = api.get(f"/api/export?{address}")
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_an_export_leaves_nothing_behind(own: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting.tempfile, "tempdir", str(tmp_path))
    before = set(tmp_path.iterdir())
    client = program(own)
    assert client.get("/api/export?to=tables").status_code == 200
    assert set(tmp_path.iterdir()) == before

    def full(*_: Any) -> None:
        raise ExportError("disque plein ; libérez de la place et relancez")

    monkeypatch.setattr(exporting, "writer", lambda standard: full)
    broken = client.get("/api/export?to=tables")
    assert (broken.status_code, broken.json()["error"]) == (422, "disque plein ; libérez de la place et relancez")
    assert set(tmp_path.iterdir()) == before


def _exported(client: TestClient, *cases: int) -> Json:
    """An export that is done."""
    begun = client.post("/api/exports", json={"to": "brat", "selection": [["ids", str(case)] for case in cases]})
    assert begun.status_code == 202
    told: Json = begun.json()
    for _ in range(200):
        if told["state"] != "working":
            break
        time.sleep(0.05)
        told = client.get(f"/api/exports/{told['id']}").json()
    return told


def test_an_export_under_way(own: Store) -> None:
    with application(own) as client:
        anne, paul = person(own, client, "anne", "reader"), person(own, client, "paul", "reader")
        told = _exported(anne, 1)
        id = told["id"]
        assert (told["state"], told["done"], told["total"]) == ("done", 1, 1)
        assert paul.get(f"/api/exports/{id}").status_code == paul.get(f"/api/exports/{id}/file").status_code == 404
        file = anne.get(f"/api/exports/{id}/file")
        assert "brat/testine-1-consultation.ann" in _unpacked(file).namelist()
        assert anne.delete(f"/api/exports/{id}").status_code == 200
        assert anne.get(f"/api/exports/{id}/file").status_code == 404


def test_names_that_are_no_file_names(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "x.db"))
    for number, name in enumerate(("../../etc/passwd", "..\\x", "DUPONT", "dupont", "a" * 200, ".", "nul\x00l")):
        store.add_case(name, [NewReport(name, f"Mélanome du dos, Breslow {number + 1} mm.", None)], "x")
    client = program(store)
    for standard in ("fhir", "brat"):
        names = _unpacked(client.get(f"/api/export?to={standard}")).namelist()
        assert len({name.casefold() for name in names}) == len(names) >= 7
        for name in names:
            assert ".." not in name.split("/") and "\\" not in name and not name.startswith("/")
            assert len(name.encode()) < 255
    store.close()


def test_a_case_gets_another_label(own: Store) -> None:
    client = program(own, local_name="anne")
    address = "/api/cases/1/name"
    told = client.put(address, json={"version": 0, "name": "patiente 0147"}).json()
    assert (told["name"], told["version"]) == ("patiente 0147", 1)
    assert [(entry["action"], entry["by"], entry["before"], entry["after"]) for entry in told["log"]] == [
        ("rename", "anne", None, None)
    ]
    overtaken = client.put(address, json={"version": 0, "name": "autre"})
    assert (overtaken.status_code, overtaken.json()["last"]["action"]) == (409, "rename")
    for name, status in (("patiente 0147", 422), ("   ", 422), ("", 422), ("x" * 201, 422)):
        assert client.put(address, json={"version": 1, "name": name}).status_code == status
    rows = client.get("/api/cases?text=0147").json()["rows"]
    assert [row["name"] for row in rows] == ["patiente 0147"]
    names = _unpacked(client.get("/api/export?to=brat")).read("export.json").decode()
    assert "patiente 0147" in names and '"testine"' not in names
    assert person(own, client, "lise", "reader").put(address, json={"version": 1, "name": "y"}).status_code == 403


def test_an_erased_case_is_in_no_answer_and_no_export(own: Store) -> None:
    own.add_case("autre", [NewReport("autre", "Mélanome du dos, Breslow 2 mm, en mai 2015.")], "x")
    with program(own, local_name="anne") as client:
        both, other = _exported(client, 1, 2), _exported(client, 2)
        reviewer = person(own, client, "marie", "reviewer")
        where = "/api/cases/1?version=0&reason=request"
        assert reviewer.delete(where).status_code == 403
        assert reviewer.get("/api/erasures").status_code == reviewer.get("/erasures").status_code == 403
        assert client.delete("/api/cases/1?version=0").status_code == 422, "a reason is needed"
        assert client.delete("/api/cases/1?version=0&reason=ennui").status_code == 422, "out of the list"
        assert client.delete("/api/cases/1?version=3&reason=request").status_code == 409
        assert client.get("/api/cases/1").status_code == 200
        told = client.delete(where).json()
        assert told.pop("at") and told == {
            "case_id": 1, "reports": 1, "decisions": 0, "reason": "request", "by": "anne",
        }  # fmt: skip
        assert client.get("/api/cases/1").status_code == client.get("/cases/1").status_code == 404
        assert client.delete(where).status_code == 404
        assert client.get(f"/api/exports/{both['id']}/file").status_code == 404, "an export that holds it is dropped"
        assert client.get(f"/api/exports/{other['id']}/file").status_code == 200
        assert client.get("/api/cases?text=mastectomie").json()["rows"] == []
        for address in ("/cases", "/api/cases", "/api/cohort/swimmer", "/cohort", "/cohort?view=swimmer"):
            answer = client.get(address)
            assert answer.status_code == 200 and "testine" not in answer.text.lower(), address
        archive = _unpacked(client.get("/api/export?to=tables"))
        assert all(b"testine" not in archive.read(name).lower() for name in archive.namelist())
        journal = client.get("/erasures").text
        assert "n° 1" in journal and "anne" in journal and "testine" not in journal.lower()
        assert [entry["case_id"] for entry in client.get("/api/erasures").json()] == [1]


# whatever is sent

_SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
    | st.sampled_from(["1/0", "1/+1", "1/999", "C50.9", "8500/3", "tumour", "1", "\x00", "\ud800", 2**70, 1e999]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["type", "topography", "start", "end", "status", "date", "report", "keys", "quote", "kind"])
        | st.text(max_size=8), inner, max_size=5),
    max_leaves=8,
)  # fmt: skip


@_SLOW
@given(
    body=st.fixed_dictionaries(
        {"version": st.integers(-1, 2**70) | st.just(0), "action": st.sampled_from([*ACTIONS, UNDO])},
        optional={"target": _VALUES, "after": _VALUES, "note": st.text(max_size=20) | _VALUES},
    )
)
def test_no_decision_breaks_the_program(shared: Store, api: TestClient, body: Json) -> None:
    if body["version"] == 0:
        body["version"] = shared.state(1).version
    answer = api.post("/api/cases/1/decisions", content=json.dumps(body), headers=JSON)
    assert answer.status_code in (200, 409, 422), (answer.status_code, body)
    if answer.status_code != 200:
        assert {"error", "code"} <= set(answer.json())
    assert api.get("/api/cases/1").status_code == 200


@_SLOW
@given(body=_VALUES, path=st.sampled_from(["/api/uploads/file", "/api/exports", "/api/reports/1/move"]))
def test_no_body_breaks_the_program(api: TestClient, body: Any, path: str) -> None:
    answer = api.post(path, content=json.dumps(body), headers=JSON)
    assert answer.status_code in (200, 202, 404, 422), (answer.status_code, body)


@_SLOW
@given(
    path=st.sampled_from(["/api/cases", "/api/terms/drug", "/api/export", "/cases", "/cohort", "/export"]),
    names=st.lists(st.sampled_from([*(each["name"] for each in SELECTION), "q", "limit", "to", "form"]), max_size=4),
    values=st.lists(st.text(max_size=20) | st.sampled_from(["2014", '"', "-updated", "1", "0", "C50", "brat", "*"]),
                    min_size=4, max_size=4),
)  # fmt: skip
def test_no_address_breaks_the_program(api: TestClient, path: str, names: list[str], values: list[str]) -> None:
    answer = api.get(path, params=list(zip(names, values, strict=False)), follow_redirects=True)
    assert answer.status_code in (200, 404, 422), (answer.status_code, answer.url)
