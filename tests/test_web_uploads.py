"""Bringing files in: what is read, how it is grouped and filed, and what hostile files do (nothing)."""

from __future__ import annotations

import io
import logging
import os
import re
import signal
import subprocess
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from fpdf import FPDF

from anamnese.lexicon.tables import PACKAGE
from anamnese.reading.files import text_of_file
from anamnese.review.reading import read_report
from anamnese.store import Store
from anamnese.web.settings import UploadLimits
from anamnese.web.uploads.filing import plain_name
from anamnese.web.uploads.patients import Clues, Key, clues, groups
from anamnese.web.uploads.readers import Readers, ReadFile, Unreadable
from anamnese.web.uploads.saying import told
from anamnese.web.uploads.staging import Full, Staged, Staging
from web_clients import REPORT, SECOND, TestClient, application, person, program

TEXT = "Adénocarcinome du poumon droit, cT2aN0M0, opéré en mai 2020 par lobectomie supérieure droite."
HOSPITAL = PACKAGE / "samples" / "hospital"


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    made = Readers(UploadLimits())
    yield made
    made.close()


@pytest.fixture
def client(own: Store) -> Iterator[TestClient]:
    with program(own) as made:
        yield made


def _docx(text: str) -> bytes:
    document = Document()
    document.add_paragraph(text)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def _pdf(text: str) -> bytes:
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica", size=12)
    document.multi_cell(0, text=text)
    return bytes(document.output())


def _stage(client: TestClient, *files: tuple[str, bytes]) -> dict[str, Any]:
    answer = client.post("/api/uploads", files=[("file", file) for file in files])
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


# reading in a process of its own


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", TEXT.encode()),
        ("a.txt", TEXT.encode("utf-16")),
        ("a.TXT", TEXT.encode("cp1252")),
        ("a.docx", _docx(TEXT)),
        ("a.pdf", _pdf(TEXT)),
        ("a.html", f"<p>{TEXT}</p><script>alert(1)</script>".encode()),
        ("no suffix", TEXT.encode()),
    ],
)
def test_what_read_takes_is_read_the_same(readers: Readers, name: str, data: bytes) -> None:
    read = readers.read(name, data)
    assert read.text.split() == TEXT.split()
    assert read.reading == read_report(read.text)
    assert read.warnings == ()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("empty.txt", b"", "refused"),
        ("broken.pdf", b"%PDF-1.7 nothing", "refused"),
        ("broken.docx", b"PK\x03\x04nothing", "refused"),
        ("old.doc", b"\xd0\xcf\x11\xe0" + b"x" * 100, "refused"),
        ("binary.txt", bytes(range(256)) * 40, "refused"),
        ("long.txt", b"Carcinome du sein. " * 60_000, "refused"),
        ("large.txt", b"Carcinome du sein gauche.\n" * 2_400_000, "too_large"),
    ],
)
def test_what_cannot_be_read_is_told(readers: Readers, name: str, data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as told:
        readers.read(name, data)
    assert told.value.code == code
    assert (told.value.message or name).startswith(name)
    assert readers.read("a.txt", TEXT.encode()).text == TEXT


def test_more_facts_than_a_page_can_show_are_refused() -> None:
    few = Readers(UploadLimits(facts=3), processes=1)
    try:
        with pytest.raises(Unreadable) as refused:
            few.read("dates.txt", b"Suivi du 01/02/2020 au 03/04/2021. " * 3)
        assert refused.value.code == "refused"
        assert told(Staged("dates.txt", 1, problem="refused", message=refused.value.message), "en") == (
            "dates.txt: too long for a report; split the file"
        )
    finally:
        few.close()


def _bomb(size: int, name: str = "word/document.xml") -> bytes:
    """A Word file of a few kilobytes that unpacks to `size` bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open(name, "w", force_zip64=True) as entry:
            for _ in range(size // 2**20):
                entry.write(b" " * 2**20)
    return held.getvalue()


def test_a_small_file_that_unpacks_to_a_large_one_is_refused_before_it_does(readers: Readers) -> None:
    data = _bomb(120 * 2**20)
    assert len(data) < 500_000
    began = time.perf_counter()
    with pytest.raises(Unreadable) as told:
        readers.read("bomb.docx", data)
    assert told.value.code == "refused" and "décompress" in (told.value.message or "")
    assert time.perf_counter() - began < 10


def test_an_archive_that_lies_about_its_size_is_refused(readers: Readers) -> None:
    data = _bomb(120 * 2**20)
    size = (120 * 2**20).to_bytes(4, "little")
    lying = data.replace(size, (1000).to_bytes(4, "little"))
    assert lying != data
    with pytest.raises(Unreadable):
        readers.read("bomb.docx", lying)
    assert readers.read("a.txt", TEXT.encode()).text == TEXT


def test_entities_that_multiply_are_not_expanded(readers: Readers) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    xml = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "carcinome ">{entities}]><x>&l11;</x>'
    held = io.BytesIO(_docx(TEXT))
    other = io.BytesIO()
    with zipfile.ZipFile(held) as source, zipfile.ZipFile(other, "w") as target:
        for entry in source.infolist():
            target.writestr(entry, xml if entry.filename == "word/document.xml" else source.read(entry))
    with pytest.raises(Unreadable):
        readers.read("laughs.docx", other.getvalue())
    assert readers.read("a.txt", TEXT.encode()).text == TEXT


def test_a_file_that_takes_too_long_is_given_up() -> None:
    readers = Readers(UploadLimits(seconds=0.2), processes=1)
    try:
        assert readers.read("a.txt", TEXT.encode()).text == TEXT
        began = time.perf_counter()
        with pytest.raises(Unreadable) as told:
            readers.read("slow.txt", (TEXT.encode() + b"\n") * 10_000)
        assert told.value.code == "too_slow"
        assert time.perf_counter() - began < 5
        assert readers.read("a.txt", TEXT.encode()).text == TEXT  # another process has taken its place
    finally:
        readers.close()


def _drawing_within_drawing(levels: int) -> bytes:
    """A PDF of a few kilobytes whose page draws ten drawings that each draw ten drawings, and so on."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R "
        b"/Resources << /XObject << /D 6 0 R >> >> >>",
        b"<< /Length 5 >> stream\n/D Do\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for level in range(levels):
        last = level == levels - 1
        drawn = b"BT /F 9 Tf (sein) Tj ET " if last else b"/D Do " * 10
        uses = b"/Font << /F 5 0 R >>" if last else b"/XObject << /D %d 0 R >>" % (7 + level)
        kind = b"/Type /XObject /Subtype /Form /BBox [0 0 99 99]"
        held = b"<< %s /Resources << %s >> /Length %d >> stream\n%s\nendstream" % (kind, uses, len(drawn), drawn)
        objects.append(held)
    made, places = b"%PDF-1.4\n", []
    for number, held in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, held)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1, table, len(objects) + 1, made.rindex(b"endobj") + 7,
    )  # fmt: skip
    return made


def test_a_pdf_that_never_ends_is_given_up() -> None:
    readers = Readers(UploadLimits(seconds=2), processes=1)
    try:
        assert "sein" in readers.read("small.pdf", _drawing_within_drawing(2)).text
        data = _drawing_within_drawing(12)
        assert len(data) < 5000
        began = time.perf_counter()
        with pytest.raises(Unreadable) as told:
            readers.read("endless.pdf", data)
        assert told.value.code in ("too_slow", "too_much")
        assert time.perf_counter() - began < 10
        assert readers.read("a.txt", TEXT.encode()).text == TEXT
    finally:
        readers.close()


def test_a_file_that_takes_too_much_memory_is_given_up() -> None:
    readers = Readers(UploadLimits(memory_bytes=400_000_000, unpacked_bytes=10**9), processes=1)
    try:
        held = io.BytesIO()
        source = zipfile.ZipFile(io.BytesIO(_docx(TEXT)))
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as target:
            for entry in source.infolist():
                body = source.read(entry)
                if entry.filename == "word/document.xml":
                    body = body.replace(b"<w:body>", b"<w:body>" + b"<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 8_000_000)
                target.writestr(entry.filename, body)
        with pytest.raises(Unreadable) as told:
            readers.read("large.docx", held.getvalue())
        assert told.value.code in ("too_much", "refused", "too_slow")
        assert readers.read("a.txt", TEXT.encode()).text == TEXT
    finally:
        readers.close()


def _workers() -> list[str]:
    """The reading processes of these tests."""
    found = subprocess.run(["pgrep", "-P", str(os.getpid()), "-f", "uploads.worker"], capture_output=True, text=True)
    return found.stdout.split()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_a_process_that_dies_at_work_takes_nothing_with_it() -> None:
    readers = Readers(UploadLimits(), processes=1)
    try:
        readers.read("a.txt", TEXT.encode())
        found: list[str] = []

        def read() -> None:
            try:
                readers.read("slow.txt", (TEXT.encode() + b"\n") * 10_000)
            except Unreadable as told:
                found.append(told.code)

        reading = threading.Thread(target=read)
        reading.start()
        time.sleep(0.2)
        for child in _workers():
            os.kill(int(child), signal.SIGKILL)
        reading.join(30)
        assert found == ["too_much"]
        assert readers.read("a.txt", TEXT.encode()).text == TEXT
    finally:
        readers.close()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_the_reading_process_holds_no_secret_and_writes_nothing() -> None:
    os.environ["ANAMNESE_TEST_SECRET"] = "secret"
    try:
        readers = Readers(UploadLimits(), processes=1)
        readers.read("a.txt", TEXT.encode())
        environments = [Path(f"/proc/{child}/environ").read_bytes() for child in _workers()]
        assert environments and all(b"ANAMNESE_TEST_SECRET" not in each for each in environments)
        limits = [Path(f"/proc/{child}/limits").read_text() for child in _workers()]
        assert any("Max file size             0" in each for each in limits)
        readers.close()
    finally:
        del os.environ["ANAMNESE_TEST_SECRET"]


def test_every_reason_of_the_reading_is_told_in_english_too() -> None:
    reading = (PACKAGE / "reading" / "files.py").read_text(encoding="utf-8")
    worker = (PACKAGE / "web" / "uploads" / "worker.py").read_text(encoding="utf-8")
    lines = re.findall(r'InputError\(\s*f"\{name\} : ([^"]+)"', reading) + re.findall(r'f"\{name\} : ([^"]+)"', worker)
    assert len(lines) > 12
    for line in lines:
        file = Staged("a.pdf", 1, problem="refused", message=f"a.pdf : {line}")
        assert told(file, "fr") == file.message
        assert told(file, "en") != told(replace(file, message=None), "en"), line
    assert told(Staged("a.pdf", 1, problem="refused", message="a.pdf : autre chose"), "en") is not None


def test_a_series_of_patients_is_told() -> None:
    one = "Femme de 54 ans, carcinome du sein gauche en mars 2015. "
    both = "Cas n° 1\n" + one + "\n\nCas n° 2\nHomme de 61 ans, adénocarcinome du côlon en juin 2017."
    assert told(Staged("a.txt", 1, ReadFile(one, read_report(one))), "fr") is None
    assert "2 patients" in (told(Staged("a.txt", 1, ReadFile(both, read_report(both))), "fr") or "")


# grouping


def test_hospital_documents_are_grouped_by_patient_from_their_names_and_headers() -> None:
    files = sorted(HOSPITAL.glob("*.txt"))
    found = [clues(file.name, text := text_of_file(file), read_report(text)) for file in files]
    patients = [{files[place].stem.partition("-")[0] for place in group} for group in groups(found)]
    assert all(len(patient) == 1 for patient in patients)
    assert len(patients) == len({file.stem.partition("-")[0] for file in files})
    assert {clue.label for clue in found} == {file.stem.partition("-")[0] for file in files}


@pytest.mark.parametrize(
    ("name", "head", "keys"),
    [
        ("scan0001.txt", "Mme DUPONT Jeanne née le 02/03/1950\nIPP : 8012345678", {("number", "8012345678")}),
        ("x.txt", "NIP 80 123 456\n", {("number", "80123456")}),
        ("x.txt", "N° de dossier : 2021-3345\n", {("number", "20213345")}),
        ("smp12-3-irm.txt", "", {("file", "smp12")}),
        ("DURAND_Paul_02_cro.txt", "", {("file", "durand paul")}),
        ("2021-03-12.txt", "", set()),
        ("lettre.txt", "Cher confrère, j'ai revu Madame Martin.", set()),
    ],
)
def test_clues(name: str, head: str, keys: set[tuple[str, str]]) -> None:
    found = clues(name, head, {"birth_date": None})
    assert {(key.kind, key.value) for key in found.keys} == keys


def test_a_name_alone_joins_no_patients_and_a_birth_date_does() -> None:
    one = clues("a.txt", "Mme MARTIN Anne", {"birth_date": None})
    other = clues("b.txt", "Mme MARTIN Alice", {"birth_date": None})
    assert groups([one, other]) == [[0], [1]]
    born = [clues(name, "Mme MARTIN Anne", {"birth_date": "1950-03-02"}) for name in ("a.txt", "b.txt")]
    assert groups(born) == [[0, 1]]
    assert groups([born[0], clues("c.txt", "Mme MARTIN Anne", {"birth_date": "1951-03-02"})]) == [[0], [1]]


def test_files_are_joined_through_others() -> None:
    a, b, c = Key("file", "a"), Key("number", "1"), Key("person", "x")
    assert groups([Clues((a,), ""), Clues((c,), ""), Clues((b, c), ""), Clues((a, b), "")]) == [[0, 1, 2, 3]]


# filing


def test_files_are_read_grouped_and_filed(client: TestClient) -> None:
    files = [(file.name, file.read_bytes()) for file in sorted(HOSPITAL.glob("smp0[12]*.txt"))]
    told = _stage(client, *files)
    assert [file["status"] for file in told["files"]] == ["ready"] * len(files)
    assert all(file["facts"] > 5 for file in told["files"])
    assert [group["name"] for group in told["groups"]] == ["smp01", "smp02"]
    assert told == client.get("/api/uploads").json()
    plan = [{"name": group["name"], "files": group["files"]} for group in told["groups"]]
    results = client.post("/api/uploads/file", json={"groups": plan}).json()["results"]
    assert [result["status"] for result in results] == ["added"] * len(files)
    assert {result["case"]["name"] for result in results} == {"smp01", "smp02"}
    assert client.get("/api/uploads").json() == {"files": [], "groups": []}
    case = client.get(f"/api/cases/{results[0]['case']['id']}").json()
    assert [report["name"] for report in case["reports"]] == [Path(name).stem for name, _ in files if "smp01" in name]
    again = _stage(client, *files[:1])
    assert again["groups"] == []
    assert again["files"][0]["status"] == "duplicate"
    assert again["files"][0]["duplicate"] == results[0]["case"]


def test_files_with_the_same_words_are_told_before_they_are_filed(client: TestClient) -> None:
    told = _stage(client, ("a.txt", TEXT.encode()), ("b.txt", b""), ("c.txt", b""), ("d.txt", TEXT.encode() + b"\n \n"))
    first, empty, void, second = told["files"]
    assert [file["status"] for file in told["files"]] == ["ready", "unreadable", "unreadable", "duplicate"]
    assert (second["same_as"], second["duplicate"]) == (first["id"], None)
    assert first["same_as"] is empty["same_as"] is void["same_as"] is None
    assert [group["files"] for group in told["groups"]] == [[first["id"]]]
    left = client.delete(f"/api/uploads/{first['id']}").json()
    (kept,) = [file for file in left["files"] if file["id"] == second["id"]]
    assert (kept["status"], kept["same_as"]) == ("ready", None), "the other is gone: this one may be filed"
    assert [group["files"] for group in left["groups"]] == [[second["id"]]]
    client.post("/api/uploads/file", json={"groups": [{"name": "x", "files": [second["id"]]}]})
    again = _stage(client, ("e.txt", TEXT.encode()), ("f.txt", TEXT.encode()))["files"][-2:]
    assert [(file["status"], file["same_as"]) for file in again] == [("duplicate", None)] * 2
    assert all(file["duplicate"]["name"] == "x" for file in again)


def test_a_later_report_of_a_known_patient_is_led_to_the_case(client: TestClient) -> None:
    told = _stage(client, ("testine-2-tdm.txt", SECOND.encode()))
    [group] = told["groups"]
    assert (group["name"], group["case"]) == ("testine", {"id": 1, "name": "testine"})
    plan = {"groups": [{"case_id": 1, "files": group["files"]}]}
    [result] = client.post("/api/uploads/file", json=plan).json()["results"]
    assert result["case"]["id"] == 1
    assert len(client.get("/api/cases/1").json()["reports"]) == 2


def test_a_later_report_is_found_by_the_hospital_number(client: TestClient) -> None:
    [group] = _stage(client, ("scan.txt", f"IPP : 80123456\n{TEXT}".encode()))["groups"]
    assert group["case"] == {"id": 1, "name": "testine"}


def test_a_report_that_went_astray_is_moved(client: TestClient) -> None:
    client.post("/api/reports", files={"file": ("x.txt", TEXT.encode())}, data={"case_id": "1"})
    case = client.get("/api/cases/1").json()
    moved = client.post(f"/api/reports/{case['reports'][1]['id']}/move", json={"case_id": None}).json()
    assert moved["id"] != 1
    assert [report["name"] for report in client.get(f"/api/cases/{moved['id']}").json()["reports"]] == ["x"]
    assert client.post("/api/reports/999/move", json={"case_id": 1}).status_code == 404
    assert client.post("/api/reports/1/move", json={"case_id": 999}).status_code == 404


def test_programs_file_at_once(client: TestClient) -> None:
    files = [("file", ("a.txt", TEXT.encode())), ("file", ("b.txt", b"")), ("file", ("c.txt", TEXT.encode() + b" \n"))]
    results = client.post("/api/reports", files=files, data={"patient": "ANNE"}).json()["results"]
    assert [(result["file"], result["status"]) for result in results] == [
        ("a.txt", "added"), ("b.txt", "unreadable"), ("c.txt", "duplicate"),
    ]  # fmt: skip
    assert results[0]["case"]["name"] == results[2]["case"]["name"] == "ANNE"
    assert results[1]["message"].startswith("b.txt : fichier vide")
    client.cookies.set("anamnese_language", "en")
    english = client.post("/api/reports", files={"file": ("b.txt", b"")}).json()["results"][0]
    assert english["message"] == "b.txt: empty file; nothing to read"
    assert client.post("/api/reports", files=files, data={"case_id": "999"}).status_code == 404


def test_files_that_could_not_be_filed_are_not_lost(client: TestClient) -> None:
    client.post("/api/cases/1/decisions", json={"version": 0, "action": "validate"})
    [group] = _stage(client, ("testine-2-tdm.txt", SECOND.encode()))["groups"]
    plan = {"groups": [{"case_id": 1, "files": group["files"]}]}
    refused = client.post("/api/uploads/file", json=plan)
    assert (refused.status_code, refused.json()["code"]) == (422, "refused")
    assert [file["id"] for file in client.get("/api/uploads").json()["files"]] == group["files"]


def test_two_groups_of_one_label_are_one_case(client: TestClient) -> None:
    told = _stage(client, ("a.txt", TEXT.encode()), ("b.txt", SECOND.encode()), ("c.txt", b"Lymphome T du grele."))
    first, second, third = (file["id"] for file in told["files"])
    plan = [{"name": " X ", "files": [first]}, {"name": "X", "files": [second]}, {"files": [third]}]
    results = client.post("/api/uploads/file", json={"groups": plan}).json()["results"]
    assert [(result["file"], result["case"]["name"]) for result in results] == [
        ("a.txt", "X"), ("b.txt", "X"), ("c.txt", "c.txt"),
    ]  # fmt: skip
    assert results[0]["case"] == results[1]["case"]


def test_everybody_sees_their_own_files_only(own: Store) -> None:
    with application(own) as stranger:
        anne, paul = person(own, stranger, "anne", "reviewer"), person(own, stranger, "paul", "reviewer")
        told = _stage(anne, ("x.txt", TEXT.encode()))
        id = told["files"][0]["id"]
        assert paul.get("/api/uploads").json()["files"] == []
        paul.delete(f"/api/uploads/{id}")
        plan = {"groups": [{"name": "x", "files": [id]}]}
        assert paul.post("/api/uploads/file", json=plan).json()["results"] == []
        assert len(anne.get("/api/uploads").json()["files"]) == 1
        assert anne.delete(f"/api/uploads/{id}").json() == {"files": [], "groups": []}


def test_there_is_an_end_to_how_much_is_kept_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anamnese.web.uploads.staging.FILES", 2)
    staging = Staging()
    for number in range(2):
        staging.keep((None, "x"), Staged(str(number), 1))
    with pytest.raises(Full):
        staging.keep((None, "x"), Staged("3", 1))
    staging.keep((None, "y"), Staged("3", 1))
    now = time.monotonic()
    monkeypatch.setattr("time.monotonic", lambda: now + 9 * 3600)
    assert staging.of((None, "x")) == []


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\cr.txt", "cr.txt"),
        ("a\x00b\n.txt", "ab.txt"),
        ("", "sans nom"),
        ("/", "sans nom"),
        ("x" * 300, "x" * 120),
        ("cr %22relu%22.txt", 'cr "relu".txt'),
        ("cr%0D%0A.txt", "cr.txt"),
        ("50%2525 %e9.txt", "50%2525 %e9.txt"),
    ],
)
def test_names_of_files(given: str, name: str) -> None:
    assert plain_name(given) == name


# limits of a request


def test_too_many_files_at_a_time(own: Store) -> None:
    client = program(own, uploads=UploadLimits(files=3))
    files = [("file", (f"{number}.txt", TEXT.encode())) for number in range(4)]
    for path in ("/api/uploads", "/api/reports"):
        answer = client.post(path, files=files)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_many")


def test_too_much_at_a_time(own: Store) -> None:
    client = program(own, uploads=UploadLimits(request_bytes=100_000, file_bytes=50_000))
    assert client.post("/api/uploads", files={"file": ("a.txt", b"x" * 120_000)}).status_code == 413
    [file] = client.post("/api/uploads", files={"file": ("a.txt", b"x" * 60_000)}).json()["files"]
    assert (file["status"], file["size"]) == ("unreadable", 60_000)
    assert "trop volumineux" in file["message"]


def test_those_who_wait_leave_threads_for_others(own: Store) -> None:
    client = program(own, uploads=UploadLimits(requests=1))
    client.app.state.turns.acquire()  # somebody's files are being read
    answer = client.post("/api/uploads", files={"file": ("a.txt", TEXT.encode())})
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "busy", "5")
    client.app.state.turns.release()
    for _ in range(3):
        assert client.post("/api/uploads", files={"file": ("a.txt", TEXT.encode())}).status_code == 200


def test_a_stranger_sends_nothing(own: Store) -> None:
    stranger = application(own)
    for path in ("/api/uploads", "/api/reports"):
        assert stranger.post(path, files={"file": ("a.txt", b"x" * 1000)}).status_code == 401


def test_bodies_that_are_no_forms(client: TestClient) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    cut = b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n'
    for body in (b"", b"--x", b"--x\r\n\r\n", b"\x00" * 100, cut):
        assert client.post("/api/uploads", content=body, headers=headers).status_code in (400, 422)
    assert client.post("/api/uploads", json={"file": "x"}).status_code == 422
    assert client.post("/api/uploads", data={"file": "x"}).status_code == 422


def test_nothing_of_a_file_is_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        _stage(client, ("DURAND-1-cr.txt", REPORT.encode() + b"x"), ("DURAND.docx", b"PK\x03\x04" + REPORT.encode()))
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert "/api/uploads" in logged
    assert "DURAND" not in logged and "TESTINE" not in logged


def test_reports_of_one_name_are_not_put_into_one_case(client: TestClient) -> None:
    """Programs call every file `report.txt`; that alone makes no patient."""
    texts = (TEXT, TEXT.replace("poumon", "rein").replace("lobectomie supérieure", "néphrectomie"))
    cases = [
        client.post("/api/reports", files=[("file", ("report.txt", text.encode()))]).json()["results"][0]["case"]["id"]
        for text in texts
    ]
    assert cases[0] != cases[1]
    convention = [
        ("file", (f"smp77-{n}-crh.txt", f"{text} Compte rendu {n}.".encode())) for n, text in enumerate(texts)
    ]
    cases = [client.post("/api/reports", files=[one]).json()["results"][0]["case"]["id"] for one in convention]
    assert cases[0] == cases[1], "but a patient's part of the name does"
