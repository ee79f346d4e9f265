"""Whose report a file is: what its header and its name tell, as a suggestion that a person confirms.

Two files are taken for one patient's where they share a hospital number, or a surname with a date of birth, or the
part of their names that the hospital's convention gives to the patient (`smp01` of `smp01-1-tdm`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any, Literal, NamedTuple

from anamnese.lexicon.tables import normalise

HEADER = 1500
"""Characters of a report in which its header is looked for."""

_NUMBER = re.compile(
    r"\b(IPP|NIP|INS|N°?\s*(?:de\s+)?(?:patient|dossier|permanent)|num[ée]ro\s+(?:de\s+)?(?:patient|dossier)|"
    r"identifiant\s+(?:du\s+)?patient)\s*(?:n°\s*)?[:=#]?\s*([A-Z]{0,3}[\d][\d ./-]{3,17}\d)",
    re.IGNORECASE,
)
_SURNAME = r"[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'’-]+(?: [A-ZÀ-ÖØ-Þ'’-]{2,})*"
_PERSON = (
    re.compile(rf"\b(?:M\.|Mr|Mme|Mlle|Monsieur|Madame|Mademoiselle)\s+({_SURNAME})\b"),
    re.compile(rf"\b[Nn](?:om|OM)(?:\s+(?:de naissance|usuel|du patient|patient))?\s*:\s*({_SURNAME})\b"),
    re.compile(rf"\b(?:Patiente?|PATIENTE?)\s*:\s*({_SURNAME})\b"),
)
_CONVENTION = re.compile(r"^(?P<patient>.*?[^\W_].*?)[-_ ](?P<number>\d{1,3})[-_ ][^\W\d_][\w-]*$")
"""`PATIENT-NUMBER-KIND`, as `smp01-1-tdm`: the document's number among the patient's, and what it is."""


KeyKind = Literal["number", "person", "file"]


class Key(NamedTuple):
    """Something that two files of one patient share."""

    kind: KeyKind
    value: str


class Clues(NamedTuple):
    """What a file tells of its patient: `keys` to compare, and a `label` for the case."""

    keys: tuple[Key, ...]
    label: str


def clues(file_name: str, text: str, reading: Mapping[str, Any]) -> Clues:
    """What a file's name and header tell of its patient."""
    head = text[:HEADER]
    stem = PurePath(file_name).stem.strip() or "sans nom"
    keys: list[Key] = []
    label = stem
    person = next(filter(None, (pattern.search(head) for pattern in _PERSON)), None)
    born = reading.get("birth_date")
    if person is not None and born is not None and len(born) == 10:
        keys.append(Key("person", f"{normalise(person[1]).split()[0]} {born}"))
        label = f"{person[1]} {born}"
    number = _NUMBER.search(head)
    if number is not None:
        digits = re.sub(r"[ ./-]", "", number[2]).upper()
        keys.insert(0, Key("number", digits))
        label = f"{'IPP' if number[1].upper() == 'IPP' else 'Dossier'} {digits}"
    convention = _CONVENTION.match(stem)
    if convention is not None:
        keys.append(Key("file", normalise(convention["patient"])))
        label = convention["patient"]
    return Clues(tuple(keys), label)


def groups(files: Sequence[Clues]) -> list[list[int]]:
    """The files that are likely one patient's, as their places, in the order of their first file: those that share a
    key, directly or through others."""
    of: list[int] = list(range(len(files)))

    def root(place: int) -> int:
        while of[place] != place:
            place = of[place]
        return place

    first: dict[Key, int] = {}
    for place, file in enumerate(files):
        for key in file.keys:
            one, other = sorted((root(first.setdefault(key, place)), root(place)))
            of[other] = one
    found: dict[int, list[int]] = {}
    for place in range(len(files)):
        found.setdefault(root(place), []).append(place)
    return list(found.values())
