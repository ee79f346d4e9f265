"""Taking cases out: any standard of `exports`, of the facts as they stand, with the decisions behind them, as one ZIP
file; or the FHIR bundles alone."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from anamnese import __version__
from anamnese.exports import Subject, Target, writer
from anamnese.exports.spreadsheets import inert
from anamnese.review.decisions import moment
from anamnese.review.export import Patient
from anamnese.store import Store

Form = Literal["zip", "file"]

_OUT = {"fhir": "fhir", "osiris": "osiris", "omop": "omop/omop.sqlite", "brat": "brat", "tables": "tables"}
"""Where each standard writes within the ZIP file: a folder, or a database."""
AT_ONCE = 2
"""Exports made at a time: each takes a processor for itself."""
_LOG = ("case_id", "case", "id", "version", "at", "by", "action", "target", "before", "after", "note", "undone_by")


class Busy(Exception):  # noqa: N818
    """As many exports as are made at a time are being made."""


class Package(NamedTuple):
    """An export that is done: a file to be sent and then removed with its folder."""

    file: Path
    name: str
    media_type: str

    def remove(self) -> None:
        """Remove the file: it holds what the reports hold."""
        shutil.rmtree(self.file.parent, ignore_errors=True)


class Exporting:
    """Makes exports, a few at a time."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def make(
        self,
        standard: str,
        ids: Sequence[int],
        by: str,
        form: Form = "zip",
        english: bool = False,
        asked: Sequence[tuple[str, str]] = (),
        tell: Callable[[int], None] = lambda done: None,
        patient: bool = False,
    ) -> Package:
        """Export the cases of these ids. `asked` is the selection they come from, for the record; `tell` is called with
        the number of cases done; `patient` waits for its turn. Raises `Busy`, `ExportError`."""
        write = writer(standard)
        if not self._turns.acquire(blocking=patient):
            raise Busy
        folder = Path(tempfile.mkdtemp(prefix="anamnese-"))
        try:
            made = _Made(self.store, ids, folder, tell)
            stem = f"anamnese-{standard}-{datetime.now():%Y%m%d-%H%M}"
            if form == "file":
                many = len(ids) != 1
                out = folder / ("bundles.ndjson" if many else "bundle.json")
                write(made.subjects(), Target(str(out), many=many, english=english))
                made.log.close()
                media = "application/fhir+ndjson" if many else "application/fhir+json"
                return Package(out, f"{stem}{out.suffix}", media)
            out = folder / "content" / _OUT[standard]
            out.parent.mkdir(parents=True, exist_ok=True)
            write(made.subjects(), Target(str(out), many=True, english=english))
            made.log.close()
            content = folder / "content"
            about = {"standard": standard, "by": by, "selection": [list(pair) for pair in asked], **made.about()}
            (content / "export.json").write_text(json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8")
            return Package(_zipped(content, folder / "export.zip"), f"{stem}.zip", "application/zip")
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        finally:
            self._turns.release()


class _Made:
    """The subjects of an export one at a time; their decisions are written as they go by."""

    def __init__(self, store: Store, ids: Sequence[int], folder: Path, tell: Callable[[int], None]) -> None:
        self._store, self._ids, self._tell = store, ids, tell
        self._cases: list[dict[str, Any]] = []
        (folder / "content").mkdir()
        self.log = (folder / "content" / "decisions.csv").open("w", encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self.log)
        self._rows.writerow(_LOG)

    def subjects(self) -> Iterator[Subject]:
        """The cases as they stand."""
        for done, patient in enumerate(self._store.patients(self._ids), 1):
            for decision in patient.log:
                entry = {**decision.to_json(), "case_id": patient.case_id, "case": patient.state.name}
                self._rows.writerow([_cell(entry[column]) for column in _LOG])
            self._cases.append(_about(patient))
            yield patient.subject
            self._tell(done)

    def about(self) -> dict[str, Any]:
        """What the export is: made when, by which program, of which cases in which state."""
        return {"program": f"anamnese {__version__}", "made_at": moment(datetime.now(UTC)), "cases": self._cases}


def _about(patient: Patient) -> dict[str, Any]:
    state = patient.state
    return {
        "id": state.id,
        "name": state.name,
        "exported_as": patient.subject.id,
        "status": state.status,
        "version": state.version,
        "validated_by": state.validated_by,
        "validated_at": moment(state.validated_at),
        "open_findings": sum(finding.state == "open" for finding in state.findings),
        "reports": [
            {"id": report.id, "name": report.name, "file": report.file_name, "exported_as": case.report.id}
            for report, case in zip(state.stored, patient.subject.cases, strict=True)
        ],
    }


def _cell(value: Any) -> str:
    """A cell of a table that people open in a spreadsheet."""
    if value is None:
        return ""
    return inert(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _zipped(content: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path for path in content.rglob("*") if path.is_file()):
            archive.write(file, file.relative_to(content).as_posix())
    shutil.rmtree(content)
    return target
