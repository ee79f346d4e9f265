"""The brat standoff format (https://brat.nlplab.org/standoff.html): annotations as lines, written and read.

Offsets count Unicode code points, the end exclusive. An annotation that runs over a line end is in several fragments,
since the format
has one line for each annotation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_BREAKS = re.compile(r"\s*[\t\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]\s*")
"""What cannot stand in a line: line ends as any reader counts them, and the tabs that part its fields."""

_ENTITY = re.compile(r"^(T\d+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t?(.*)$")
_ATTRIBUTE = re.compile(r"^([AM]\d+)\t(\S+) (\S+)(?: (.*))?$")
_REFERENCE = re.compile(r"^(N\d+)\t(\S+) (\S+) ([^\s:]+):(\S+)\t?(.*)$")
_NOTE = re.compile(r"^(#\d*)\t(\S+) (\S+)\t?(.*)$")


class StandoffError(ValueError):
    """A line that is no brat annotation. The message is one line in French."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A value of an annotation; None for a flag, which is true by standing there."""

    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Reference:
    """The entry of a terminology that an annotation stands for. `id` is made of letters, digits and `_` alone."""

    resource: str
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Entity:
    """A piece of the text with its type and all that is said of it."""

    type: str
    fragments: tuple[tuple[int, int], ...]
    text: str
    attributes: tuple[Attribute, ...] = ()
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def start(self) -> int:
        """Where the first fragment begins."""
        return self.fragments[0][0]

    @property
    def end(self) -> int:
        """Where the last fragment ends."""
        return self.fragments[-1][1]


def fragments(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The pieces of `text[start:end]` that each stand in one line, without the blanks around line ends."""
    found, place = [], start
    for match in _BREAKS.finditer(text, start, end):
        if match.start() > place:
            found.append((place, match.start()))
        place = match.end()
    if place < end:
        found.append((place, end))
    return tuple(found)


def one_line(value: str) -> str:
    """A value as it may stand in a line."""
    return _BREAKS.sub(" ", value).strip()


def write(entities: Iterable[Entity]) -> str:
    """The lines of an `.ann` file; each entity is followed by what is said of it."""
    lines: list[str] = []
    counts = dict.fromkeys("TAN#", 0)

    def number(letter: str) -> str:
        counts[letter] += 1
        return f"{letter}{counts[letter]}"

    for entity in entities:
        name = number("T")
        spans = ";".join(f"{start} {end}" for start, end in entity.fragments)
        lines.append(f"{name}\t{entity.type} {spans}\t{entity.text}")
        for attribute in entity.attributes:
            value = "" if attribute.value is None else f" {attribute.value}"
            lines.append(f"{number('A')}\t{attribute.name} {name}{value}")
        for reference in entity.references:
            lines.append(f"{number('N')}\tReference {name} {reference.resource}:{reference.id}\t{reference.label}")
        for note in entity.notes:
            lines.append(f"{number('#')}\tAnnotatorNotes {name}\t{note}")
    return "".join(line + "\n" for line in lines)


def parse(content: str, name: str = "") -> tuple[Entity, ...]:
    """The entities of an `.ann` file with their attributes, references and notes; relations and events are passed over.

    Raises `StandoffError` for a line that is none of the format's."""
    entities: dict[str, tuple[str, tuple[tuple[int, int], ...], str]] = {}
    said: dict[str, tuple[list[Attribute], list[Reference], list[str]]] = {}
    for number, line in _lines(content):
        if line[0] in "RE*":
            continue
        if match := _ENTITY.match(line):
            spans = tuple(tuple(map(int, span.split())) for span in match[3].split(";"))
            entities[match[1]] = (match[2], spans, match[4])  # type: ignore[assignment]
        elif match := _ATTRIBUTE.match(line):
            said.setdefault(match[3], ([], [], []))[0].append(Attribute(match[2], match[4]))
        elif match := _REFERENCE.match(line):
            said.setdefault(match[3], ([], [], []))[1].append(Reference(match[4], match[5], match[6]))
        elif match := _NOTE.match(line):
            said.setdefault(match[3], ([], [], []))[2].append(match[4])
        else:
            raise StandoffError(f"{name} ligne {number} : ce n'est pas une annotation brat ; vérifiez le fichier")
    return tuple(
        Entity(kind, spans, text, *(tuple(part) for part in said.get(key, ((), (), ()))))  # type: ignore[arg-type]
        for key, (kind, spans, text) in entities.items()
    )


def _lines(content: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(content.split("\n"), 1):
        line = line.rstrip("\r")
        if line.strip():
            yield number, line
