"""Writes the generated blocks of README.md: `python docs/readme.py`; with `--check`, tells whether they are current.

A block stands between `<!-- name -->` and `<!-- /name -->`. The sheet, the fact and the figures are what the program
gives for the sample cases that ship with it.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import anamnese
from anamnese.evaluate import Evaluation, evaluate
from anamnese.lexicon.tables import PACKAGE, patterns_of, read_table, tables
from anamnese.sheet import render

README = Path(__file__).parent.parent / "README.md"
SAMPLES = PACKAGE / "samples"
REPORT = SAMPLES / "hospital" / "smp05-2-rcp.txt"


def blocks() -> dict[str, str]:
    """The content of every generated block."""
    text = REPORT.read_text(encoding="utf-8")
    case = anamnese.read(text, REPORT.stem)
    fact = json.dumps(case.of_type("tumour")[0].to_json(), ensure_ascii=False)
    return {
        "report": f"```text\n{text.rstrip()}\n```",
        "sheet": f"```text\n{render(case).rstrip()}\n```",
        "fact": f"```json\n{fact}\n```",
        "terms": _terms(),
        "accuracy": _accuracy(),
    }


def _terms() -> str:
    def distinct(table: str, column: str) -> int:
        return len({row[column] for row in read_table(PACKAGE / table) if row[column]})

    patterns = sum(1 for table in tables() for _ in patterns_of(table))
    return (
        f"The terminologies hold {patterns:,} expressions: {distinct('facts/tumour/morphology.tsv', 'code')} ICD-O-3.2 "
        f"morphologies, {distinct('lexicon/topography.tsv', 'code')} topographies, "
        f"{distinct('facts/medication/drugs.tsv', 'name'):,} substances with ATC codes, "
        f"{distinct('facts/therapy/regimens.tsv', 'name')} regimens, "
        f"{distinct('facts/lab/terms.tsv', 'name')} analytes, "
        f"{distinct('facts/biomarker/terms.tsv', 'name')} biomarkers, "
        f"{distinct('facts/adverse_event/terms.tsv', 'name')} adverse events."
    )


def _accuracy() -> str:
    results = [_measure(SAMPLES / folder) for folder in ("cases", "hospital")]
    kinds = sorted({kind for result in results for kind, count in result.types.items() if count.gold})
    lines = ["| kind of fact | case reports P / R / F1 | hospital documents P / R / F1 |", "| --- | --- | --- |"]
    for kind in kinds:
        cells = [_cell(result, kind) for result in results]
        lines.append(f"| `{kind}` | {cells[0]} | {cells[1]} |")
    micro = [f"{c.precision:.2f} / {c.recall:.2f} / **{c.f1:.3f}**" for c in (result.micro() for result in results)]
    lines.append(f"| all (micro) | {micro[0]} | {micro[1]} |")
    shares = [f"{result.attribute_accuracy():.3f}" for result in results]
    lines.append(f"| attributes right | {shares[0]} | {shares[1]} |")
    return "\n".join(lines)


def _measure(folder: Path) -> Evaluation:
    return evaluate(folder, lambda text, name: [fact.to_json() for fact in anamnese.read(text, name).facts])


def _cell(result: Evaluation, kind: str) -> str:
    count = result.types[kind]
    return f"{count.precision:.2f} / {count.recall:.2f} / {count.f1:.2f}" if count.gold else ""


def written(readme: str) -> str:
    """The README with its blocks made anew."""
    for name, content in blocks().items():
        block = f"<!-- {name} -->\n{content}\n<!-- /{name} -->"
        readme = re.sub(rf"<!-- {name} -->.*?<!-- /{name} -->", lambda _, block=block: block, readme, flags=re.DOTALL)
    return readme


def main() -> None:
    """Write the README, or say that it is not current (exit code 1)."""
    old = README.read_text(encoding="utf-8")
    new = written(old)
    if "--check" in sys.argv:
        sys.exit(0 if old == new else "README.md is not current: python docs/readme.py")
    README.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
