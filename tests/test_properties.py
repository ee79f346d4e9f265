"""Any string and any bytes: no error but the program's own, every quote where it stands, the same facts again."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import anamnese
from anamnese.case import Case
from anamnese.lexicon.tables import expand, normalise
from anamnese.reading.files import SUFFIXES, InputError, text_of_bytes
from anamnese.reading.fold import fold

SAMPLES = [path.read_text(encoding="utf-8") for path in sorted(Path(anamnese.__file__).parent.glob("samples/*/*.txt"))]
FRAGMENTS = [
    *["carcinome canalaire infiltrant", "pT2N1M0", "le 17/01/2016", "20 x 16 mm", "docétaxel 75 mg/m2", "HER2 3+"],
    *[" ", "\n", "\n\n", ", ", ". ", "pas de ", "métastases hépatiques", "J1 J8 (J1=J21)", "(", ")", "4/0.5mg/6h"],
    *["99/99/9999", "31/02/2015", "Hb 8,2 g/dl", "x10^9/L", "du 21 au 24/09", "œ", "é", "\r\n", "\t", "T4N", "Gleason"],
    *[
        "RE+ RP-",
        "jusqu'en ",
        "six mois plus tard",
        "à\n6 mois",
        "1 000 000 000 000 000 000",
        "0",
        "grade ",
        "EVA 6/10",
    ],
    *["." * 200, " " * 200, "_" * 200, "- " * 100, "Ki67 ", "RE ", "Hb ", "OMS ", "Examen ", "compte rendu de "],
    *["Conclusion\n", "- ", ":", "<", "%", "né le ", "Observation 2 ", "femme de 40 ans"],
]


def check(case: Case, text: str) -> None:
    assert case.report.text == text
    assert len(case.report.folded) == len(text)
    for fact in case.facts:
        assert 0 <= fact.start < fact.end <= len(text)
        assert text[fact.start : fact.end] == fact.quote
    assert anamnese.read(text).to_json() == case.to_json()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_any_string(text: str) -> None:
    check(anamnese.read(text), text)


@given(st.text(max_size=60))
def test_the_shadow_is_ascii_and_the_degree_sign(text: str) -> None:
    shadow = fold(text)
    assert len(shadow) == len(text)
    assert shadow.replace("°", "").isascii()
    assert shadow == shadow.lower()
    assert not {"\x01", "\x02"} & set(shadow)


@settings(max_examples=250, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join))
def test_fragments_of_reports_in_any_order(text: str) -> None:
    check(anamnese.read(text), text)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_truncated_and_edited_samples(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(SAMPLES))
    start = data.draw(st.integers(0, len(text)))
    text = text[start : start + data.draw(st.integers(0, 2500))]
    for _ in range(data.draw(st.integers(0, 6))):
        place = data.draw(st.integers(0, len(text)))
        text = (
            text[:place]
            + data.draw(st.one_of(st.text(max_size=5), st.sampled_from(FRAGMENTS)))
            + text[place + data.draw(st.integers(0, 8)) :]
        )
    check(anamnese.read(text), text)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=600), st.sampled_from(SUFFIXES))
def test_any_bytes_with_any_suffix(data: bytes, suffix: str) -> None:
    try:
        text = text_of_bytes(data, suffix)
    except InputError as error:
        assert "\n" not in str(error)
        return
    check(anamnese.read(text), text)


@pytest.mark.parametrize(
    "prefix", [b"%PDF-1.7\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf1", b"\xff\xfe", b"<html>"]
)
@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300))
def test_broken_files_of_every_kind(prefix: bytes, data: bytes) -> None:
    try:
        text_of_bytes(prefix + data, ".txt")
    except InputError as error:
        assert "\n" not in str(error)


@given(st.text(max_size=200))
def test_the_shadow_has_the_length_of_the_text(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert normalise(normalise(text)) == normalise(text)


def test_patterns_expand() -> None:
    assert expand("tumeur(s) [mal|bén]igne(s)") == [
        "tumeur maligne", "tumeur malignes", "tumeur bénigne", "tumeur bénignes",
        "tumeurs maligne", "tumeurs malignes", "tumeurs bénigne", "tumeurs bénignes",
    ]  # fmt: skip
