"""The folded shadow of a text: lower case, accents off, typographic signs made plain, **the same length**.

Everything matches against the shadow, so every offset found there is an offset of the original. It holds ASCII and the
degree sign alone, so that `re.ASCII` means the same there as Unicode and takes half the time. `œ` and `æ` are one
letter, `e` (`esophage`, `estrogène`, `cecum` are spellings too); `marked` tells them apart for who wants two. Signs
without width (combining accents, soft hyphens, zero-width spaces) become `VOID`, which the lexicon skips.
"""

from __future__ import annotations

import re
import unicodedata

VOID = "\x7f"
"""What stands in the shadow for a sign without width."""

OE = "\x01"
AE = "\x02"
"""What stands in a marked shadow for a ligature."""

_PLAIN = {
    "’": "'", "‘": "'", "‚": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "–": "-", "—": "-", "…": ".", "\t": " ", "\x0b": "\n", "\x0c": "\n", "\xa0": " ", "·": ".", "•": "-",
    "²": "2", "³": "3", "¹": "1", "µ": "u", "ß": "s", "×": "x", "\xad": VOID, "ª": "a", "º": "°", "÷": "/", "Œ": OE,
    "œ": OE, "Æ": AE, "æ": AE, "Ø": "o", "ø": "o", "Ð": "d", "ð": "d", "Þ": "t", "þ": "t", "ƒ": "f", "‹": '"',
    "›": '"', "ˆ": "'", "˜": "-", "®": " ", "©": " ", "™": " ",
}  # fmt: skip

_BEYOND = {
    "‐": "-", "‑": "-", "‒": "-", "―": "-", "−": "-", "─": "-", "⁻": "-", "′": "'", "″": '"', "ʼ": "'", "\u2028": "\n",
    "\u2029": "\n", "\x85": "\n", "≥": ">", "≤": "<", "≈": "~", "∼": "~", "→": ">", "⇒": ">", "➔": ">", "►": "-",
    "▪": "-", "■": "-", "●": "-", "○": "-", "◦": "-", "‣": "-", "∙": "-", "⁃": "-", "⁴": "4", "⁵": "5", "⁶": "6",
    "⁷": "7", "⁸": "8", "⁹": "9", "⁰": "0", "✕": "x", "✗": "x", "∗": "*", "⋅": ".", "α": "a", "β": "b", "γ": "g",
    "δ": "d", "ε": "e", "κ": "k", "λ": "l", "μ": "u", "ω": "o", "Α": "a", "Β": "b", "Γ": "g", "Δ": "d", "ı": "i",
    "℃": "c", "º": "°", "Μ": "u",
}  # fmt: skip


def _single(char: str) -> str:
    """The one shadow character of `char`."""
    if char in _PLAIN:
        return _PLAIN[char]
    if char in _BEYOND:
        return _BEYOND[char]
    if char.isspace():
        return " "
    category = unicodedata.category(char)
    if category in ("Mn", "Me", "Cf"):
        return VOID
    base = unicodedata.normalize("NFKD", char)[:1].lower()
    if len(base) == 1 and base.isascii() and base.isprintable():
        return base
    return " " if category == "So" else "?"  # a box or an arrow ends no sentence


def _byte_table(encoding: str) -> bytes:
    """The shadow of each character that an encoding has, as a byte of cp1252."""
    table = bytearray(range(256))
    for byte in range(256):
        try:
            char = bytes([byte]).decode(encoding)
        except UnicodeDecodeError:
            continue
        if char in ("\r", VOID):
            continue
        shadow = char if char in "\n°" or (char.isascii() and char.isprintable()) else _single(char)
        table[byte] = ord(shadow.lower())
    return bytes(table)


_TABLE = _byte_table("cp1252")
_LATIN = _byte_table("latin-1")
"""None of its characters has a shadow beyond Latin-1, which is encoded and decoded fastest."""


_UNUSUAL = re.compile("[^\x00-\x7e°œæŒÆ]")  # what cp1252 has of these, its table turns into their shadow


def _single_of(match: re.Match[str]) -> str:
    return _single(match[0])


def folded_re(pattern: str) -> re.Pattern[str]:
    """A regular expression over a shadow: what a letter, a digit and a word's edge are is asked of ASCII alone."""
    return re.compile(pattern, re.ASCII)


def holds(text: str, words: tuple[str, ...]) -> bool:
    """Whether one of some words is in a piece of text: asked before a pattern that cannot match without one of them,
    and would look for longer."""
    for word in words:  # noqa: SIM110 (a generator takes longer than the words)
        if word in text:
            return True
    return False


def stands(words: tuple[str, ...], pattern: re.Pattern[str], text: str, start: int, end: int) -> bool:
    """Whether a pattern finds something in `start:end`; asked only where one of the words stands that it needs."""
    return holds(text[start:end], words) and pattern.search(text, start, end) is not None


def fold(text: str) -> str:
    """The shadow of `text`, of the same length."""
    return unmarked(marked(text))


def unmarked(shadow: str) -> str:
    """A marked shadow with a letter for each ligature."""
    if OE in shadow:
        shadow = shadow.replace(OE, "e")
    return shadow.replace(AE, "e") if AE in shadow else shadow


def spelt_out(shadow: str) -> str:
    """The words of a marked shadow as they are written without ligatures, and without signs that have no width."""
    return shadow.replace(OE, "oe").replace(AE, "ae").replace(VOID, "")


def marked(text: str) -> str:
    """The shadow of `text` in which ligatures can be told from letters."""
    try:
        data = text.encode("latin-1")
        table = _LATIN
    except UnicodeEncodeError:
        table = _TABLE
        try:
            data = text.encode("cp1252")
        except UnicodeEncodeError:
            data = b"\r"
    if b"\r" in data:
        plain = text.replace("\r\n", " \n").replace("\r", "\n")
        data = _UNUSUAL.sub(_single_of, plain).encode("cp1252", "replace")
        table = _TABLE
    return data.translate(table).decode("latin-1")
