"""The process that reads files for the application: whatever a file does to it, the application lives on.

It takes on standard input, again and again, a JSON header and a file's bytes, and gives on standard output a JSON
answer; each is preceded by its length (four bytes, big-endian). Nothing is written anywhere else.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import zipfile
from io import BytesIO
from typing import IO, Any

from anamnese.reading.files import InputError, text_of_bytes, warnings_of
from anamnese.review.reading import read_report

LENGTH = struct.Struct(">I")


def answer(header: dict[str, Any], data: bytes) -> dict[str, Any]:
    """What is read of one file: `{"text", "reading", "warnings"}`, or `{"refused"}` with a French line saying why."""
    name = header["name"]
    try:
        if data.startswith(b"PK"):
            _check_unpacked(data, header["unpacked_bytes"], name)
        text = text_of_bytes(data, header["suffix"], name)
    except InputError as error:
        return {"refused": str(error)}
    if len(text) > header["characters"]:
        return {"refused": f"{name} : {len(text)} caractères, trop long pour un compte rendu ; découpez le fichier"}
    reading = read_report(text)
    if len(reading["facts"]) > header["facts"]:
        found = len(reading["facts"])
        return {"refused": f"{name} : {found} faits lus, trop long pour un compte rendu ; découpez le fichier"}
    return {"text": text, "reading": reading, "warnings": warnings_of(text, name)}


def _check_unpacked(data: bytes, limit: int, name: str) -> None:
    """Refuse an archive that unpacks to more than `limit` bytes; `zipfile` unpacks no more than an entry declares."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        return  # not an archive after all; the reading says what it is
    if size > limit:
        raise InputError(f"{name} : archive démesurée une fois décompressée ; fichier refusé")


def take(source: IO[bytes]) -> bytes | None:
    """The next piece; None at the end."""
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    piece = source.read(length)
    return piece if len(piece) == length else None


def give(target: IO[bytes], piece: bytes) -> None:
    """Send a piece."""
    target.write(LENGTH.pack(len(piece)))
    target.write(piece)
    target.flush()


def _bound(memory: int) -> None:
    """Bound what the process may take: memory, and no file written."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _bound_time(seconds: float) -> None:
    """End this process after so many seconds more of work, should nobody be there any more to end it."""
    if sys.platform != "win32":
        import resource

        used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 2, resource.RLIM_INFINITY))


def main() -> None:
    """Answer until standard input ends."""
    source = sys.stdin.buffer
    target = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())  # what a library prints would stand among the answers
    _bound(int(sys.argv[1]))
    read_report("Carcinome.")  # the lexicon is loaded before the first file is timed
    give(target, b"{}")
    while (header := take(source)) is not None and (data := take(source)) is not None:
        try:
            asked = json.loads(header)
            _bound_time(asked["seconds"])
            told = answer(asked, data)
        except Exception as error:
            told = {"failed": type(error).__name__}  # never its words
        give(target, json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass"))


if __name__ == "__main__":
    main()
