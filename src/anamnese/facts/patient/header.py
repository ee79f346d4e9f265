"""The patient in the header of a hospital document: `Mme X   DDN : …   Age : 52 ans`, `X Y - F - 65 ans`."""

from __future__ import annotations

import re
from typing import NamedTuple

from anamnese.facts.reading import Draft, Reading
from anamnese.reading.fold import folded_re, holds

_REACH = 1500
"""How far a header reaches, in characters."""
_LINES = 22
_LONGEST = 150
"""A longer line is prose."""

_PROSE = folded_re(r"[a-z]{3}[.] +[a-z]|\b(?:presente|est|ete|chez|pour un|avec|j'ai|vous|revu|votre)\b")
_TITLE = folded_re(
    r"(?<![a-z])(?:(?P<female>mme|mlle|melle|madame|mademoiselle|patiente|femme)|(?P<male>m[.]|mr|monsieur|"
    r"homme))(?![a-z])"
)
_LABEL = folded_re(
    r"\bsexe *[:.|=]? *(?:(?P<female>feminin|femme|fille|f\b|fem\b)|(?P<male>masculin|homme|garcon|[mhg]\b|masc\b))"
)
_WORD = folded_re(r"\b(?:(?P<female>fem(?:inin)?|nee(?= |:|$))|(?P<male>masc(?:ulin)?|ne(?= le| *:| \d)))\b")
_LETTER = re.compile(r"(?:^|[ (,;/|-])(?:(?P<female>F)|(?P<male>[MH]))(?=[ ),;/|-]|$)")
_AGE = folded_re(
    r"\b(?:age *(?:au diagnostic)? *[:|=]? *(?P<labelled>\d{1,3})(?: ?ans?\b)?|(?P<age>\d{1,3}) ?ans\b(?! (?:de|d'))|"
    r"(?P<months>\d{1,2}) mois\b|[hfm] ?/ ?(?P<coded>\d{2,3})(?![\d/]))"
)
_SHORT_AGE = re.compile(r"(\d(?<![\w/.,-]\d)\d{0,2}) ?[aA](?=[ ]*(?:[,;)/|-]|$|  ))", re.MULTILINE)
"""`61 A`, `61a`; `12 à 15` has its accent in the text."""
_ALONE = folded_re(r"[ (]*(?P<age>\d{1,3}) ?ans[ )]*$")
_NAMED = folded_re(r"[ |*-]*(?:(?P<female>patiente|mme|mlle|madame|mademoiselle)|(?P<male>m[.]|mr|monsieur))(?![a-z])")
_BIRTH = folded_re(r"\b(?:ne(?:e|\(e\))?(?: le)?|ddn|dn|(?:date de )?naissance)\b")
_PERSON = folded_re(r"\b(?:patiente?|nom|prenom|ipp|dossier)\b")
_PROSE_WORDS = (". ", "presente", "est", "ete", "chez", "pour un", "avec", "j'ai", "vous", "revu", "votre")
_AGE_WORDS = ("age", "ans", "mois", "/")
_BIRTH_WORDS = ("ne", "dn", "naissance")
"""What stands in all that the patterns of these names find."""
_STAFF = folded_re(r"\b(?:dr|pr|docteur|professeur|prescripteur|operateur|medecin|interne)\b")


def years_of_months(months: int) -> float:
    """An age in months as years: completed years from the first on, a fraction before it."""
    return months // 12 if months >= 12 else round(months / 12, 2)


_APART = 1
"""So many lines on other things may stand between those on the patient."""


class _Evidence(NamedTuple):
    start: int
    end: int
    sex: str | None = None
    age: float | None = None


def header_patient(reading: Reading) -> Draft | None:
    """The patient that the header names; None where there is no header that tells sex or age."""
    folded = reading.folded
    evidence: list[_Evidence] = []
    named: _Evidence | None = None
    apart = start = 0
    for _ in range(_LINES):
        end = folded.find("\n", start)
        end = len(folded) if end < 0 else end
        if start >= _REACH or start >= len(folded) or reading.section(start) is not None:
            break
        if end - start > _LONGEST or _find(_PROSE_WORDS, _PROSE, folded, start, end):
            if evidence or not folded[:start].strip():
                break
        else:
            found = _line(reading.text, folded, start, end)
            alone = _ALONE.match(folded, start, end) if named else None
            if alone:
                found.append(_Evidence(alone.start("age"), end, None, int(alone["age"])))
            apart = 0 if found else apart + bool(folded[start:end].strip())
            if evidence and apart > _APART:
                break
            evidence += found
            title = None if named else _NAMED.match(folded, start, end)
            if title:
                named = _Evidence(title.start(title.lastgroup or 0), title.end(), title.lastgroup)
            if _told(evidence):
                break
        start = end + 1
    if not any(item.sex or item.age is not None for item in evidence):
        return None
    if named and not any(item.sex for item in evidence):
        evidence.append(named)  # `Patiente | X`, and her age on a line below
    sex = next((item.sex for item in evidence if item.sex), None)
    age = next((item.age for item in evidence if item.age is not None), None)
    if age is None and sex is None:
        return None
    return reading.draft(
        "patient", min(item.start for item in evidence), max(item.end for item in evidence), sex=sex, age_years=age
    )


def _told(evidence: list[_Evidence]) -> bool:
    return any(item.sex for item in evidence) and any(item.age is not None for item in evidence)


def _line(text: str, folded: str, start: int, end: int) -> list[_Evidence]:
    """What one line of a header tells of the patient; nothing where it names no patient."""
    age = _find(_AGE_WORDS, _AGE, folded, start, end)
    birth = _find(_BIRTH_WORDS, _BIRTH, folded, start, end)
    label = _find(("sexe",), _LABEL, folded, start, end)
    short = None if age else _SHORT_AGE.search(text, start, end)
    if not (age or birth or label or short) or (not (age or birth) and _STAFF.search(folded, start, end)):
        return []
    found: list[_Evidence] = []
    for pattern, string in ((_LABEL, folded), (_TITLE, folded), (_LETTER, text), (_WORD, folded)):
        match = pattern.search(string, start, end)
        if match and match[0].strip(" (,;/|-") not in ("", "patient"):
            found.append(
                _Evidence(match.start() + len(match[0]) - len(match[0].lstrip(" (,;/|-")), match.end(), match.lastgroup)
            )
            break
    if age is not None:
        told_years = age["labelled"] or age["age"] or age["coded"]
        years = int(told_years) if told_years else years_of_months(int(age["months"]))
        if years <= 120:
            found.append(_Evidence(age.start(), age.end(), None, years))
    if short is not None and int(short[1]) <= 120:
        found.append(_Evidence(short.start(), short.end(), None, int(short[1])))
    told = any(item.sex for item in found) or birth or (age and age["labelled"])
    return found if told or _PERSON.search(folded, start, end) else []


def _find(stems: tuple[str, ...], pattern: re.Pattern[str], folded: str, start: int, end: int) -> re.Match[str] | None:
    """What a pattern finds first in a line; asked only where a stem stands that it cannot do without."""
    return pattern.search(folded, start, end) if holds(folded[start:end], stems) else None
