"""The examples of every room: a sentence, and the facts that it must yield, exactly these."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import anamnese

PACKAGE = Path(anamnese.__file__).parent
SPAN_KEYS = {"quote", "type", "status", "date"}


def _examples() -> list[Any]:
    found = []
    for path in sorted(PACKAGE.glob("**/examples.yaml")):
        if path.parent.name == "checks":  # findings, not facts: tests/test_checks.py
            continue
        for i, example in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")) or []):
            found.append(pytest.param(path.parent.name, example, id=f"{path.parent.name}-{i}"))
    return found


@pytest.mark.parametrize(("room", "example"), _examples())
def test_example(room: str, example: dict[str, Any]) -> None:
    wanted = [{"type": example.get("type", room), **fact} for fact in example["facts"]]
    types = {fact["type"] for fact in wanted} | ({example.get("type", room)} if not wanted else set())
    read = [fact.to_json() for fact in anamnese.read(example["text"]).facts if fact.type in types]
    for fact in read:
        fact.setdefault("status", "affirmed")
    for fact in wanted:
        fact.setdefault("status", "affirmed")
    remaining = list(read)
    for fact in wanted:
        match = next((r for r in remaining if all(r.get(key) == value for key, value in fact.items())), None)
        assert match is not None, f"\n{example['text']}\nwanted {fact}\nread   {read}"
        remaining.remove(match)
    assert not remaining, f"\n{example['text']}\nnot wanted {remaining}"
