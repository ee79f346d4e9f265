"""TNM as it is written: `T2N1M0`, `cT3 N1 M0`, `ypT0N0(0/5)M0`, `pT2pN1aM0`, `T2, N1, M0`, `pT1cN0cM0`, `pN1a`, `M1c`.

The letter `c` between a category and the next letter is part of the category (`T1cN0`) unless the next category has
one too (`cT3cN2cM1`): then it is the prefix.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from anamnese.reading.fold import folded_re


class Tnm(NamedTuple):
    """One statement of TNM: where it stands, its prefix and its categories as written after the letter."""

    start: int
    end: int
    prefix: str | None
    t: str | None
    n: str | None
    m: str | None


_PREFIX = re.compile(
    r"(?<![A-Za-z0-9])(?:\((?=[A-Za-z]{1,2}\)))?(?:(?P<y>[yYrRa])?(?P<kind>mr|mi|[cpuCPU])?|(?P<only>[yr]))"
    r"(?:[.]|[)]?[ ]?)$"
)
_T = re.compile(
    r"T[ ]?(?P<t>[0-4](?:[a-dA-D](?![a-zé](?<![pcyr])|[pcyr]{1,2}[a-z])(?:[1-3]|"
    r"i{1,3}\b)?)?(?:mic?\b)?(?:[-/][Tt]?(?:[0-4][a-d]?|is))?|[xX]|is|IS|[aA](?![A-FH-Za-zé]|G[a-z]|\s?[:=]?\s?\d))"
)
_ASIDE = r"(?:\s*+(?:\([^()\n]{0,48}\)|\[[^\]\n]{0,30}\]))?"
_GAP = rf"{_ASIDE}(?:\s*+[,;/.-])?(?:\s*+(?:sn|m)\b)?{_ASIDE}\s*"
_N = re.compile(
    _GAP + r"(?:(?P<prefix>[ypc]{1,2}|r)[ ]?)?[N][ ]?(?P<n>[0-3oO](?:[a-c](?![a-zé])|"
    r"[ABC](?![A-Za-zé]))?(?:[ ]?\(?mic?\)?(?![a-z]))?(?:-[0-3][a-c]?)?|[xX]|\+)"
)
_M = re.compile(
    _GAP + r"(?:(?P<prefix>[ypc]{1,2}|r)[ ]?)?[M][ ]?(?P<m>[01oO](?:[a-d](?![a-zé])|[A-D](?![A-Za-zé]))?|"
    r"[xX]|\+)(?!\d|(?!B[0-2])[A-Za-zé])"
)
_GRADED = re.compile(r"[ ]?G[1-3]\b")
_M_ASIDE = re.compile(r"[^.;\n()]{0,48}\([cp]?M(?P<m>[01xX])\)")
_OPENINGS = (("T", frozenset("01234xXiIaA ")), ("N", frozenset("0123x+ ")), ("M", frozenset("01")))
"""The letter of each category that may open a statement, and what may stand behind it there."""
_ALONE = folded_re(
    r"(?:\bclass\w*|\bstade|\btnm|\bstadifi\w*|\btumeur|\buicc|\bajcc)(?:(?:\s*+[:(])?\s*(?:cliniquement|"
    r"initialement|comme|en|un|une|etant|de|radiologiquement|tumorale?))*(?:\s*+[:(])?\s*$"
    r"|\b(?:cancer|carcinome|adenocarcinome)(?: (?!(?:avec|en|au|et|metast\w*|oss\w*|rachi\w*|vertebr\w*|corps|irm|"
    r"niveau|sequence|atteinte|fracture|tassement|hyper\w*|hypo\w*|iso\w*)\b)[a-z'-]+){0,6} $"
)
_VERTEBRA = re.compile(r"[ ]?[-/][ ]?[TDL]?\d")
"""`cancer du sein T8-T9`: what follows is another vertebra."""
_SIGNAL = folded_re(
    r"\s*(?:pondere|\+?\s?gado|fat|et t[12]|flair|star|spin|sans|apres injection|dix|es\b|se\b|eg\b|"
    r"axial|sagittal|coronal)|\s*,\s*t[12]\b"
)
_STAGED = folded_re(r"(?:\bstade|\bclassee?)\s$")
_STAGE_FOUR = folded_re(r"stade\s+iv[abc]?\s*[(,:]\s*$")
_M_ALONE = re.compile(r"M(?P<m>[01](?:[a-d](?![a-zé]))?)(?![\dA-Za-zé])")
_UNKNOWN_T = re.compile(r"(?<![A-Za-z0-9])(?P<prefix>y?[cp]|)T[ ]?[?][ ,]*$")
"""`pT?N1M1`"""
_N_ALONE = re.compile(r"N[ ]?(?P<n>[0-3x](?:[a-c](?![a-zé]))?(?:[ ]?\(?mic?\)?(?![a-z]))?|\+)")


def statements(text: str, folded: str) -> list[Tnm]:
    """The TNM statements of a text in order of place."""
    told: list[Tnm] = []
    done = 0
    for start in _openings(text):
        if start < done:
            continue
        parse = _PARSERS[text[start]]
        found = parse(text, folded, start)
        if found:
            done = found.end
            told.append(found)
    return told


def _openings(text: str) -> list[int]:
    """Where a statement may open, in order: of the capitals of a text few have the sign behind them that it takes."""
    found: list[int] = []
    for letter, following in _OPENINGS:
        at = text.find(letter)
        while at >= 0:
            if text[at + 1 : at + 2] in following:
                found.append(at)
            at = text.find(letter, at + 1)
    found.sort()
    return found


def _prefix(text: str, start: int) -> tuple[int, str | None]:
    match = _PREFIX.search(text, max(0, start - 6), start)
    if not match:
        return -1, None
    letters = (match["only"] or (match["y"] or "") + (match["kind"] or "")).lower()
    return (match.start() if letters else start), letters or None


def _from_t(text: str, folded: str, start: int) -> Tnm | None:
    t_match = _T.match(text, start)
    if not t_match:  # as in most words of capitals: told sooner than by what stands before
        return None
    begin, prefix = _prefix(text, start)
    if begin < 0:
        return None
    t, pos = t_match["t"], t_match.end()
    shared_c = None
    n_match = _N.match(text, pos)
    if n_match is None and t[-1:] in "c" and len(t) > 1:
        n_match = _N.match(text, pos - 1)
    n = _category(n_match, "n")
    if n_match:
        pos = n_match.end()
    m_match = _M.match(text, pos)
    if n_match and m_match is None and n and n.endswith("c"):
        m_match = _M.match(text, pos - 1)
    if t.endswith("c") and n and n.endswith("c") and m_match and prefix and text[pos : pos + 1] in "Mc":
        shared_c = True
    if n == "0c":  # there is no N0c: the letter is the prefix of M
        shared_c = True
    if n_match and m_match is None:
        m_match = _M_ASIDE.match(text, pos)
    m = _category(m_match, "m")
    if m_match:
        pos = m_match.end()
    if shared_c:
        t = t.removesuffix("c")
        n = n.removesuffix("c") if n else n
    if n is None and m is None:
        if t[0] in "aAi" and prefix is None and not _GRADED.match(text, pos):
            return None
        graded = _GRADED.match(text, pos) is not None
        if prefix is None and not graded and not _ALONE.search(folded, max(0, start - 50), start):
            return None
        if prefix is None and (_SIGNAL.match(folded, pos) or _VERTEBRA.match(text, pos)):
            return None
        if prefix in ("a", "r") or " " in t_match[0]:
            return None
    return Tnm(begin, pos, prefix, _clean(t), n, m)


def _from_n(text: str, folded: str, start: int) -> Tnm | None:
    match = _N_ALONE.match(text, start)
    if not match:
        return None
    unknown = _UNKNOWN_T.search(text, max(0, start - 7), start)
    begin, prefix = (unknown.start(), unknown["prefix"] or None) if unknown else _prefix(text, start)
    if begin < 0:
        return None
    m_match = _M.match(text, match.end())
    if prefix is None and m_match is None and not _STAGED.search(folded, max(0, start - 12), start):
        return None
    if prefix is None and "+" in match["n"]:
        return None
    end = m_match.end() if m_match else match.end()
    return Tnm(begin, end, prefix, None, _category(match, "n"), _category(m_match, "m"))


def _from_m(text: str, folded: str, start: int) -> Tnm | None:
    match = _M_ALONE.match(text, start)
    if not match:
        return None
    begin, prefix = _prefix(text, start)
    if begin < 0:
        return None
    if prefix not in ("c", "p") and not (
        match["m"][1:]
        or _STAGE_FOUR.search(folded, max(0, start - 20), start)
        or _STAGED.search(folded, max(0, start - 12), start)
    ):
        return None
    return Tnm(begin, match.end(), prefix if prefix in ("c", "p") else None, None, None, _category(match, "m"))


_PARSERS = {"T": _from_t, "N": _from_n, "M": _from_m}


def _category(match: re.Match[str] | None, name: str) -> str | None:
    return _clean(match[name]) if match else None


_APART = folded_re(r"[ ()]")


def _clean(category: str) -> str:
    lower = category.lower()
    if not lower.isalnum():
        lower = _APART.sub("", lower)
    return lower.replace("o", "0").replace("mic", "mi").replace("t", "")
