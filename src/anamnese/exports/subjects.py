"""From files to the patients to export: one report each, or the reports of a folder, or all of them together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from anamnese.engine import read
from anamnese.exports import Subject
from anamnese.history.build import history
from anamnese.history.patients import of_each_patient
from anamnese.inputs import names_of
from anamnese.reading.files import InputError, text_of_file, warnings_of

Grouping = Literal["report", "folder", "all"]
"""What one patient is: a report, the reports of one folder, or all the reports."""


def subjects(
    path: Path, files: Sequence[Path], grouping: Grouping, tell: Callable[[str, bool], None]
) -> Iterator[Subject]:
    """The patients, one at a time. `tell` is given each message, and whether a report could not be read."""
    root = path if path.is_dir() else path.parent
    names = names_of(files, root)
    groups: dict[str, list[tuple[str, Path]]] = {}
    for name, file in zip(names, files, strict=True):
        groups.setdefault(_patient(name, file, path, grouping), []).append((name, file))
    for patient, members in groups.items():
        cases, sources = [], []
        for name, file in members:
            try:
                text = text_of_file(file)
            except InputError as error:
                tell(str(error), True)
                continue
            for warning in warnings_of(text, name):
                tell(warning, False)
            cases.append(read(text, name))
            sources.append(file.relative_to(root).as_posix())
        if len(cases) == 1 and len(parts := of_each_patient(cases[0])) > 1:
            # a series: its patients never share a record
            for number, part in enumerate(parts, 1):
                yield Subject(f"{patient}-{number}", (part,), history([part]), tuple(sources))
        elif cases:
            yield Subject(patient, tuple(cases), history(cases), tuple(sources))


def _patient(name: str, file: Path, path: Path, grouping: Grouping) -> str:
    if grouping == "report":
        return name
    root = path if path.is_dir() else path.parent
    if grouping == "all" or file.parent == root:
        return root.resolve().name
    return "-".join(file.parent.relative_to(root).parts)
