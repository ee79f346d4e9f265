"""FHIR R4: one transaction Bundle for each patient, after the mCODE STU4 profiles (http://hl7.org/fhir/us/mcode)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from anamnese.exports import ExportError, Subject, Target
from anamnese.exports.fhir.bundle import bundle_json
from anamnese.exports.parts import Parts


def write(subjects: Iterable[Subject], target: Target) -> None:
    """Write the bundles: a file for one patient; for many a folder of files, or NDJSON with a bundle a line."""
    out = Path(target.out)
    lines = out.suffix.lower() == ".ndjson"
    if target.many and not lines:
        if out.exists() and not out.is_dir():
            raise ExportError(f"{out} : est un fichier ; donnez un dossier (ou un fichier .ndjson)", usage=True)
        with Parts(out) as parts:
            for subject in subjects:
                parts.write(f"{subject.id}.json", bundle_json(subject) + "\n")
        return
    if out.is_dir():
        raise ExportError(f"{out} : est un dossier ; donnez un nom de fichier", usage=True)
    bundles = (bundle_json(subject) for subject in subjects)
    first = next(bundles, None)
    if first is None:
        return
    with Parts(out.parent) as parts:
        file = parts.open(out.name)
        file.write(first + "\n")
        for bundle in bundles:
            if not lines:
                raise ExportError(f"{out} : plusieurs patients ; donnez un fichier .ndjson", usage=True)
            file.write(bundle + "\n")
