"""Files that appear whole or not at all: each is written as `NAME.part` beside its final name and renamed once all
are done."""

from __future__ import annotations

import errno
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TextIO


class Parts:
    """The files of one export in the making. Leaving the `with` block renames them; an error removes them and leaves
    what was there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._parts: dict[Path, Path] = {}
        self._open: list[TextIO] = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except FileExistsError as error:
            raise NotADirectoryError(errno.ENOTDIR, "not a folder", str(folder)) from error

    def path(self, name: str) -> Path:
        """Where to write the file `name` until it is done."""
        final = self.folder / name
        part = final.with_name(final.name + ".part")
        self._parts[part] = final
        return part

    def open(self, name: str, encoding: str = "utf-8") -> TextIO:
        """The file `name`, open for writing text with its line ends as written."""
        file = self.path(name).open("w", encoding=encoding, newline="")
        self._open.append(file)
        return file

    def write(self, name: str, content: str) -> None:
        """Write the file `name` whole and rename it at once: for many small files, which must not stay open."""
        part = self.path(name)
        with part.open("w", encoding="utf-8", newline="") as file:
            file.write(content)
        part.replace(self._parts.pop(part))

    def __enter__(self) -> Parts:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._close(quietly=kind is not None)
            if kind is None:
                for part, final in self._parts.items():
                    part.replace(final)
        finally:
            for part in self._parts:
                with suppress(OSError):
                    part.unlink(missing_ok=True)

    def _close(self, quietly: bool) -> None:
        """Close all files; what a full disk keeps from being written shows only here."""
        failure: OSError | None = None
        for file in self._open:
            try:
                file.close()
            except OSError as error:
                failure = failure or error
        if failure is not None and not quietly:
            raise failure
