"""brat standoff: for each report its text (`ID.txt`) and its facts (`ID.ann`), with the configuration that brat shows
them by.

`entities` says which fact becomes what; `standoff` is the format. The target is a folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from anamnese.exports import ExportError, Subject, Target
from anamnese.exports.brat.entities import annotation_conf, entities, visual_conf
from anamnese.exports.brat.standoff import write as write_standoff
from anamnese.exports.parts import Parts


def write(subjects: Iterable[Subject], target: Target) -> None:
    """Write the reports of all subjects into the folder `target.out`, a report at a time: the text first, so that
    there are never
    facts without their text."""
    with Parts(Path(target.out)) as parts:
        parts.write("annotation.conf", annotation_conf())
        parts.write("visual.conf", visual_conf(target.english))
        for subject in subjects:
            for case in subject.cases:
                _keep_another_text(parts.folder / f"{case.report.id}.txt", case.report.text)
                parts.write(f"{case.report.id}.txt", case.report.text)
                parts.write(f"{case.report.id}.ann", write_standoff(entities(case)))


def _keep_another_text(path: Path, text: str) -> None:
    """Refuse to write over a text that is not the one to write: it may be the very report that was read."""
    if path.exists() and path.read_bytes() != text.encode():
        raise ExportError(f"{path} : existe déjà avec un autre texte ; donnez un autre dossier", usage=True)
