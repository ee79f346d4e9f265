"""Files of every kind give their text; what cannot be read says what is wrong and what to do."""

from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from fpdf import FPDF
from fpdf.enums import AccessPermission

import anamnese
from anamnese.reading.files import InputError, text_of_bytes, text_of_file, warnings_of

TEXT = "Motif : une femme de 59 ans, opérée à l’été 2014 d’un carcinome du sein – pT2N1M0, « œdème » du bras.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings(encoding: str) -> None:
    assert text_of_bytes(TEXT.encode(encoding)) == TEXT


def test_latin_1() -> None:
    text = "Patiente opérée en février, décédée à l'hôpital.\n"
    assert text_of_bytes(text.encode("latin-1")) == text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    assert text_of_bytes(f"un{end}deux{end}".encode()) == "un\ndeux\n"


def test_signs_without_width_and_decomposed_accents() -> None:
    assert text_of_bytes("carci\u00adnome\u200b ope\u0301re\u0301".encode()) == "carcinome opéré"


def test_shadow_of_typographic_signs() -> None:
    case = anamnese.read("Carcinome de l’œsophage\u00a0: T2\u202fN1 M0, Ki‑67 à 20\u00a0%")
    assert [fact.attributes["value"] for fact in case.of_type("biomarker")] == [20]


def _pdf(text: str, password: str | None = None) -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    for line in filter(None, text.split("\n")):
        pdf.cell(text=line, new_x="LMARGIN", new_y="NEXT")
    if password:
        pdf.set_encryption(owner_password=password, user_password=password, permissions=AccessPermission.none())
    return bytes(pdf.output())


def test_pdf() -> None:
    assert "opérée en 2014\npT2N1M0" in text_of_bytes(_pdf("Femme opérée en 2014\npT2N1M0"), ".pdf")


def test_docx_with_table() -> None:
    document = Document()
    document.add_paragraph("Conclusion")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Hb", "11,2 g/dl"
    document.add_paragraph("Fin.")
    out = BytesIO()
    document.save(out)
    assert text_of_bytes(out.getvalue(), ".docx") == "Conclusion\nHb   11,2 g/dl\n\nFin."


def test_html() -> None:
    page = (
        "<html><head><title>x</title><style>p{}</style></head><body><h1>Conclusion</h1>"
        "<p>Sein &amp; foie<br>pT2</p><script>alert(1)</script></body></html>"
    )
    text = text_of_bytes(page.encode(), ".html")
    assert [line for line in text.split("\n") if line] == ["Conclusion", "Sein & foie", "pT2"]


@pytest.mark.parametrize(
    ("data", "suffix", "words"),
    [
        (b"", ".txt", "vide"),
        (b"  \n\n ", ".txt", "vide"),
        (bytes(range(256)) * 8, ".txt", "binaire"),
        (_pdf(""), ".pdf", "OCR"),
        (_pdf("x", password="secret"), ".pdf", "chiffré"),
        (b"%PDF-1.4 rien", ".pdf", "abîmé"),
        (b"PK\x03\x04 rien", ".docx", "abîmé"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 50, ".doc", ".docx"),
        (b"{\\rtf1 x}", ".rtf", "RTF"),
        (b"<html><body></body></html>", ".html", "aucun texte"),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, suffix: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as error:
        text_of_bytes(data, suffix, "x" + suffix)
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("x" + suffix)


def test_too_large(tmp_path: Path) -> None:
    path = tmp_path / "export.txt"
    path.write_bytes(b"le patient " * 5_000_000)
    with pytest.raises(InputError, match="50 Mo"):
        text_of_file(path)


def test_another_language_is_warned_of() -> None:
    english = (
        "The patient was admitted to the hospital with a mass of the left breast and she was treated with surgery. " * 5
    )
    assert warnings_of(english, "x")
    assert not warnings_of(TEXT * 5, "x")
