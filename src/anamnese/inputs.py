"""What a command is given: files, folders or standard input, each report with a name of its own; and whole outputs."""

from __future__ import annotations

import errno
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from anamnese.reading.files import SUFFIXES, InputError, text_of_bytes, text_of_file, warnings_of


class Input(NamedTuple):
    """A report to read: its name, its text or None where it could not be read, and what to tell of it."""

    name: str
    text: str | None
    messages: tuple[str, ...]


def refusal(paths: Sequence[Path]) -> str | None:
    """What is wrong with the paths that a command is given; None where nothing is."""
    for path in paths:
        if str(path) == "-":
            continue
        if not path.exists():
            return f"{path} : fichier introuvable ; vérifiez le chemin"
        if path.is_dir() and not report_files(path):
            return f"{path} : aucun fichier lisible ({', '.join(SUFFIXES)}) dans ce dossier"
    return None


def report_files(path: Path) -> list[Path]:
    """The files to read: `path` itself, or the readable files of a folder and below it."""
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and file.suffix.lower() in SUFFIXES)


def names_of(files: Sequence[Path], root: Path) -> list[str]:
    """A name for each file that no other has: its stem, with its folders and its suffix where others share it."""
    stems = Counter(file.stem for file in files)
    names = [
        file.stem if stems[file.stem] == 1 else "-".join(file.relative_to(root).with_suffix("").parts) for file in files
    ]
    taken = Counter(names)
    return [
        name if taken[name] == 1 else "-".join(file.relative_to(root).parts)
        for name, file in zip(names, files, strict=True)
    ]


def inputs(paths: Sequence[Path]) -> Iterator[Input]:
    """The reports of files, folders and standard input (`-`), one at a time, each with a name of its own."""
    taken: Counter[str] = Counter()
    for path in paths:
        files = report_files(path)
        names = ["stdin"] if str(path) == "-" else names_of(files, path if path.is_dir() else path.parent)
        for name, file in zip(names, files, strict=True):
            taken[name] += 1
            yield _input(name if taken[name] == 1 else f"{name}-{taken[name]}", file)


def _input(name: str, file: Path) -> Input:
    try:
        text = (
            text_of_file(file) if str(file) != "-" else text_of_bytes(sys.stdin.buffer.read(), name="entrée standard")
        )
    except InputError as error:
        return Input(name, None, (str(error),))
    return Input(name, text, tuple(warnings_of(text, name)))


def write_whole(path: Path, content: str) -> None:
    """Write a whole file or nothing under its final name. Raises OSError."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(content, encoding="utf-8")
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


_REASONS = {
    errno.ENOSPC: "disque plein ; libérez de la place et relancez",
    errno.EDQUOT: "quota de disque atteint ; libérez de la place et relancez",
    errno.EACCES: "écriture refusée ; vérifiez vos droits sur le dossier",
    errno.EPERM: "écriture refusée ; vérifiez vos droits sur le dossier",
    errno.EROFS: "disque en lecture seule ; choisissez un autre endroit",
    errno.ENOENT: "dossier introuvable ; créez-le ou vérifiez le chemin",
    errno.ENOTDIR: "le chemin passe par un fichier ; donnez un dossier",
    errno.EISDIR: "est un dossier ; donnez un nom de fichier",
    errno.ENAMETOOLONG: "nom de fichier trop long ; choisissez-en un plus court",
}


def unwritable(path: Path | str | None, error: OSError) -> str:
    """What to tell where an output cannot be written: what, why, and what to do."""
    reason = _REASONS.get(error.errno or 0)
    return f"{path} : {reason or f'écriture impossible ({error.strerror}) ; vérifiez le dossier et la place libre'}"
