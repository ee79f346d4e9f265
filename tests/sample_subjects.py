"""The package's sample reports as exports take them; what tests of several exports ask of what was written."""

from __future__ import annotations

import gc
import re
import tracemalloc
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path

import anamnese
from anamnese.exports import Subject
from anamnese.history.build import history

SAMPLES = Path(anamnese.__file__).parent / "samples"


@cache
def sample_subjects() -> tuple[Subject, ...]:
    """Each case report as a patient, and the documents of each hospital patient together."""
    groups: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(SAMPLES.glob("*/*.txt")):
        groups[path.stem if path.parent.name == "cases" else path.stem.split("-")[0]].append(path)
    found = []
    for name, paths in groups.items():
        cases = tuple(anamnese.read(path.read_text(encoding="utf-8"), path.stem) for path in paths)
        files = tuple(path.relative_to(SAMPLES).as_posix() for path in paths)
        found.append(Subject(name, cases, history(cases), files))
    return tuple(found)


def subject_of(text: str, name: str = "cas") -> Subject:
    """A patient of one report."""
    case = anamnese.read(text, name)
    return Subject(name, (case,), history([case]), (f"{name}.txt",))


def as_told(cell: str) -> str:
    """The text of a cell of a CSV file, as docs/tables.md tells to get it back."""
    return cell[1:] if re.match("'+[=+\\-@\t\r\n\0＝＋－＠]", cell) else cell


def peak(act: Callable[[], object]) -> int:
    """The most bytes that Python holds at a time while something is done, beyond what it held before."""
    gc.collect()  # what earlier tests left is not this one's
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
