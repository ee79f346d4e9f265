"""Bytes → text: plain text in any usual encoding, PDF with text, Word, HTML; a failure says what to do."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from anamnese.reading.language import is_french

if TYPE_CHECKING:
    from anamnese.case import Case

MAX_BYTES = 50 * 1024 * 1024
MAX_CHARACTERS = 20_000_000
"""A report is a few thousand characters; a larger text is no report, but a whole export in one file."""
SUFFIXES = (".txt", ".text", ".pdf", ".docx", ".html", ".htm")

_WIDTHLESS = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_HYPHENATED = re.compile(r"(?<=[a-zà-öø-ÿœ])-\n(?=[a-zà-öø-ÿœ])")


class InputError(Exception):
    """An input that cannot be read. The message is one line in French: what is wrong, and what to do."""


def read_file(path: str | Path) -> Case:
    """Read the report in a file. Raises `InputError` where the file has no text that can be read."""
    from anamnese.engine import read

    path = Path(path)
    return read(text_of_file(path), path.stem)


def text_of_file(path: Path) -> str:
    """The text of a file, as offsets refer to it: NFC, lines ended by `\\n`, without signs that have no width."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputError(
                f"{path.name} : {size / 1e6:.0f} Mo, plus que les 50 Mo admis ; découpez le fichier en comptes rendus"
            )
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{path.name} : fichier introuvable ; vérifiez le chemin") from error
    except IsADirectoryError as error:
        raise InputError(f"{path.name} : est un dossier, pas un fichier") from error
    except PermissionError as error:
        raise InputError(f"{path.name} : lecture refusée ; vérifiez vos droits sur le fichier") from error
    except OSError as error:
        raise InputError(f"{path.name} : lecture impossible ({error.strerror})") from error
    return text_of_bytes(data, path.suffix.lower(), path.name)


def text_of_bytes(data: bytes, suffix: str = ".txt", name: str = "entrée") -> str:
    """The text of a file's bytes; its kind is told by its first bytes, else by its suffix."""
    if not data.strip(b"\x00 \t\r\n"):
        raise InputError(f"{name} : fichier vide ; rien à lire")
    if data.startswith(b"%PDF") or (suffix == ".pdf"):
        text = _pdf(data, name)
    elif data.startswith(b"PK\x03\x04") or suffix == ".docx":
        text = _docx(data, name)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError(f"{name} : ancien format Word ou Excel (.doc, .xls) ; enregistrez-le en .docx ou en texte")
    elif data.startswith(b"{\\rtf"):
        raise InputError(f"{name} : format RTF, non lu ; enregistrez-le en .docx ou en texte")
    elif suffix in (".html", ".htm") or re.match(rb"\s*(?:<!doctype html|<html)", data[:200], re.IGNORECASE):
        text = _html(data, name)
    else:
        text = _plain(data, name)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_WIDTHLESS)
    if not text.strip():
        raise InputError(f"{name} : aucun texte dans le fichier ; rien à lire")
    if len(text) > MAX_CHARACTERS:
        raise InputError(f"{name} : {len(text)} caractères, trop long pour un compte rendu ; découpez le fichier")
    return text


def warnings_of(text: str, name: str) -> list[str]:
    """What a reader of the result should know of its text: one line each."""
    if not is_french(text):
        return [f"{name} : le texte ne semble pas être en français ; le résultat sera incomplet"]
    return []


def _plain(data: bytes, name: str) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if _is_binary(data):
        wide = _wide(data)
        if wide is not None:
            return wide
        raise InputError(f"{name} : fichier binaire, pas un texte ; donnez un .txt, .pdf, .docx ou .html")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if _looks_french(text):
        return text
    from charset_normalizer import from_bytes

    best = from_bytes(data[:1_000_000]).best()
    return str(data.decode(best.encoding, "replace")) if best is not None else text


def _looks_french(text: str) -> bool:
    """Whether the accents of a decoded text are those of French (a text in another code page shows others)."""
    high = [c for c in text[:20000] if ord(c) > 127]
    usual = sum(c in "éèêëàâäùûüîïôöçÉÈÊÀÂÎÔÇœŒ°²³«»’‘“”–—…€µ±×·\xa0" for c in high)
    return usual >= 0.8 * len(high)


def _is_binary(data: bytes) -> bool:
    head = data[:8192]
    return b"\x00" in head or sum(b < 32 and b not in b"\t\n\r\x0b\x0c\x1b" for b in head) > len(head) // 20


def _wide(data: bytes) -> str | None:
    """The text of UTF-16 without a byte-order mark, told by where its zero bytes lie."""
    head = data[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    for zeros, other, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros > 0.7 * half and other < 0.1 * half:
            return data.decode(encoding, "replace")
    return None


def _pdf(data: bytes, name: str) -> str:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise InputError(f"{name} : PDF chiffré ; enregistrez-en une copie sans mot de passe") from error
        raise InputError(f"{name} : PDF abîmé, illisible ; demandez-en une nouvelle copie") from error
    try:
        pages = []
        for number in range(len(document)):
            try:
                page = document[number]
                text_page = page.get_textpage()
                pages.append(text_page.get_text_bounded())
                text_page.close()
                page.close()
            except pypdfium2.PdfiumError as error:
                raise InputError(
                    f"{name} : page {number + 1} du PDF illisible ; demandez-en une nouvelle copie"
                ) from error
    finally:
        document.close()
    text = "\n".join(pages).replace("\r\n", "\n").replace("\ufffe", "").replace("\x02", "")
    if not text.strip():
        raise InputError(
            f"{name} : PDF sans texte (document numérisé) ; passez-le d'abord à la reconnaissance de caractères (OCR)"
        )
    return _HYPHENATED.sub("", text)


def _docx(data: bytes, name: str) -> str:
    from docx import Document
    from docx.table import Table

    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > 8 * MAX_BYTES:
                raise InputError(f"{name} : archive démesurée une fois décompressée ; fichier refusé")
            if "word/document.xml" not in archive.namelist():
                raise InputError(f"{name} : archive qui n'est pas un document Word (.docx)")
        document = Document(BytesIO(data))
    except InputError:
        raise
    except Exception as error:  # python-docx lets the errors of its XML and ZIP parsers through
        raise InputError(f"{name} : document Word abîmé ou chiffré, illisible ; enregistrez-le à nouveau") from error
    lines: list[str] = []
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            for row in part.rows:
                cells: list[str] = []
                for cell in row.cells:
                    words = " ".join(cell.text.split())
                    if not cells or words != cells[-1]:
                        cells.append(words)
                lines.append("   ".join(cells))
            lines.append("")
        else:
            lines.append(part.text)
    return "\n".join(lines)


_BLOCKS = (
    "p",
    "div",
    "br",
    "li",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "ul",
    "ol",
    "section",
    "article",
    "pre",
    "hr",
)


def _html(data: bytes, name: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    declared = re.search(rb"charset=[\"']?([\w-]+)", data[:2048])
    try:
        source = data.decode(declared[1].decode() if declared else "utf-8")
    except (UnicodeDecodeError, LookupError):
        source = _plain(data, name)
    tree = LexborHTMLParser(source)
    for node in tree.css("script, style, noscript, template, head"):
        node.decompose()
    for tag in _BLOCKS:
        for node in tree.css(tag):
            node.insert_before("\n")
            node.insert_after("\n")
    for node in tree.css("td, th"):
        node.insert_after("   ")
    body = tree.body
    text = body.text(deep=True) if body is not None else ""
    lines = [re.sub(r"[ \t]+$", "", line) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"
