"""The parts of the documentation page that the code and its tables tell.

`python -m anamnese.exports.fhir.guide docs/fhir.md` writes them anew between their marks.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from anamnese.engine import read
from anamnese.exports import Subject
from anamnese.exports.fhir.bundle import bundle
from anamnese.exports.fhir.elements import SYSTEMS
from anamnese.history.build import history
from anamnese.lexicon.tables import read_table

EXAMPLE = """Femme de 61 ans. Le 3 mars 2021, la biopsie répond : carcinome lobulaire infiltrant du sein gauche,
cT2 N1 M0, RE 90 %. Radiothérapie de la paroi thoracique de 50 Gy en 25 fractions en avril 2021.
Anémie de grade 2. ECOG 1."""
_SHOWN = ("primary-cancer-condition", "primary-tumor-category", "radiotherapy-course-summary", "ctc-adverse-event")


def mapping() -> str:
    """Part of the record by part of the record: where it is written."""
    rows = [(row["record"], f"`{row['resource']}`", f"`{row['element']}`", row["how"]) for row in _rows("mapping")]
    return _table(("Record", "Resource", "Element", "How"), rows)


def profiles() -> str:
    """The profiles that the export claims, with what they require."""
    rules: dict[str, list[str]] = {}
    heads: dict[str, tuple[str, str]] = {}
    for row in _rows("profiles"):
        if row["url"]:
            heads[row["profile"]] = (row["url"], row["type"])
        else:
            told = f"`{row['path']}` {row['min']}..{row['max']}" + (f" = {row['fixed']}" if row["fixed"] else "")
            rules.setdefault(row["profile"], []).append(told)
    rows = [(f"[{name}]({url})", f"`{type_}`", ", ".join(rules[name])) for name, (url, type_) in heads.items()]
    return _table(("Profile", "Resource", "Rules that the tests check"), rows)


def systems() -> str:
    """The code systems, with how many codes of each the table has."""
    aliases = [row["system"] for row in _rows("codes")]
    rows = [(f"`{alias}`", f"`{url}`", str(aliases.count(alias) or "")) for alias, url in SYSTEMS.items()]
    return _table(("Alias", "System", "Codes in codes.tsv"), rows)


def example() -> str:
    """A text, and some resources of its bundle: those of the profiles of `_SHOWN`, and the provenance of the first."""
    case = read(EXAMPLE, "exemple")
    made = [entry["resource"] for entry in bundle(Subject("exemple", (case,), history([case])))["entry"]]
    shown = [
        next(resource for resource in made if any(name in url for url in resource.get("meta", {}).get("profile", [])))
        for name in _SHOWN
    ]
    target = {"reference": f"urn:uuid:{shown[0]['id']}"}
    shown.append(next(resource for resource in made if target in resource.get("target", [])))
    blocks = [f"```json\n{json.dumps(resource, ensure_ascii=False, indent=1)}\n```" for resource in shown]
    return "\n\n".join([f"```text\n{EXAMPLE}\n```", *blocks])


PARTS = {"mapping": mapping, "profiles": profiles, "systems": systems, "example": example}


def renewed(page: str) -> str:
    """The page with its parts as they are now, each between `<!-- part -->` and `<!-- /part -->`."""
    for name, part in PARTS.items():
        start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        between = re.compile(re.escape(start) + ".*?" + re.escape(end), re.DOTALL)
        page = between.sub(f"{start}\n{part()}\n{end}".replace("\\", r"\\"), page)
    return page


def _rows(name: str) -> list[dict[str, str]]:
    return list(read_table(Path(__file__).with_name(f"{name}.tsv")))


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


if __name__ == "__main__":
    document = Path(sys.argv[1])
    document.write_text(renewed(document.read_text(encoding="utf-8")), encoding="utf-8")
