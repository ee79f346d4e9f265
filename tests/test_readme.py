"""The README shows what the program does now."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs"))

import readme  # noqa: E402


def test_the_generated_blocks_are_current() -> None:
    text = readme.README.read_text(encoding="utf-8")
    for name in ("report", "sheet", "fact", "terms"):
        block = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- /{name} -->", text, re.DOTALL)
        assert block is not None and block[1] == readme.blocks()[name], f"{name}: python docs/readme.py"


def test_every_command_of_the_readme_exists() -> None:
    from anamnese.cli import app

    names = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    told = set(re.findall(r"`(?:[^`|]*\| )?anamnese (\w+)", readme.README.read_text(encoding="utf-8")))
    assert told <= names, told - names
