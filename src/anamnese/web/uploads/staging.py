"""Files that were read and not filed yet: kept in memory for the person who brought them, for some hours."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from anamnese.web.uploads.patients import Clues
from anamnese.web.uploads.readers import ReadFile

HOURS = 8.0
FILES = 1000
"""Of one person, at most."""
CHARACTERS = 60_000_000
"""Of all texts of all people together, at most: with what was read of them about a gigabyte."""

Owner = tuple[int | None, str]
"""Whose a file is: the account (None: the local person) and its name."""


@dataclass(frozen=True, slots=True)
class Known:
    """A report of the store with the same words."""

    report_id: int
    case_id: int
    case_name: str


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that was brought in. Either `read` or `problem` (a key of `words/uploads.tsv`) is there."""

    name: str
    size: int
    read: ReadFile | None = None
    clues: Clues | None = None
    digest: str = ""
    problem: str = ""
    message: str | None = None
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    at: float = field(default_factory=time.monotonic)


class Full(Exception):  # noqa: N818
    """More files are kept aside than there is room for."""


class Staging:
    """The files of all people, each seen by its owner only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: dict[Owner, dict[str, Staged]] = {}

    def keep(self, owner: Owner, file: Staged) -> None:
        """Keep a file. Raises `Full`."""
        with self._lock:
            self._forget_old()
            own = self._files.setdefault(owner, {})
            room = CHARACTERS - sum(_length(held) for files in self._files.values() for held in files.values())
            if len(own) >= FILES or _length(file) > room:
                raise Full
            own[file.id] = file

    def of(self, owner: Owner) -> list[Staged]:
        """A person's files, in the order they came."""
        with self._lock:
            self._forget_old()
            return list(self._files.get(owner, {}).values())

    def take(self, owner: Owner, ids: Iterable[str]) -> list[Staged]:
        """A person's files of these ids, which are kept no longer; unknown ids are passed over."""
        with self._lock:
            own = self._files.get(owner, {})
            return [own.pop(id) for id in dict.fromkeys(ids) if id in own]

    def put_back(self, owner: Owner, files: Iterable[Staged]) -> None:
        """Keep files on that could not be filed."""
        with self._lock:
            self._files.setdefault(owner, {}).update({file.id: file for file in files})

    def _forget_old(self) -> None:
        before = time.monotonic() - HOURS * 3600
        for owner, files in list(self._files.items()):
            kept = {id: file for id, file in files.items() if file.at > before}
            if kept:
                self._files[owner] = kept
            else:
                del self._files[owner]


def _length(file: Staged) -> int:
    return len(file.read.text) if file.read is not None else 0
