"""Compiles what reads a report into extension modules, where `ANAMNESE_COMPILE=1` asks for it:

    ANAMNESE_COMPILE=1 pip install .

The wheel then holds, beside each hot module, what mypyc makes of it, which Python imports first; without the variable
the wheel is pure Python. Both give the same facts, byte by byte. It takes a C compiler and some minutes.
"""

from __future__ import annotations

import ast
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "anamnese"
HOT = (
    "engine.py",
    "facts/*.py",
    "facts/*/*.py",
    "context/*.py",
    "lexicon/*.py",
    "reading/fold.py",
    "reading/numbers.py",
    "reading/sentences.py",
    "history/*.py",
    "history/dating/*.py",
    "sheet.py",
    "labels.py",
)
"""What runs for every report. The types of `case.py` stay Python's, for programs that copy, pickle or inspect them."""
OPTIMISATION = "2"
ACROSS_MODULES = ["-flto=auto", "-fno-semantic-interposition"] if os.name == "posix" else []
"""Lets the compiler see all modules, and what mypyc puts beside them, at once: two hundredths of the time."""


class CompilingHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the extension modules to the wheel."""

    PLUGIN_NAME = "custom"

    def _asked(self) -> bool:
        return self.target_name == "wheel" and os.environ.get("ANAMNESE_COMPILE", "0") not in ("", "0")

    def dependencies(self) -> list[str]:
        return ["mypy>=1.15", "setuptools>=70", "pybind11>=2.11"] if self._asked() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not self._asked() or version == "editable":
            return
        self._copy = tempfile.TemporaryDirectory()  # goes when the wheel is made, or the build has failed
        directory = Path(self._copy.name)
        shutil.copytree(Path(self.root) / "src" / PACKAGE, directory / PACKAGE)
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        for module in compiled(directory):
            build_data["force_include"][str(module)] = str(module.relative_to(directory))


def compiled(directory: Path) -> list[Path]:
    """The extension modules made of the hot modules of the package in a directory; its sources are rewritten."""
    from pybind11.setup_helpers import ParallelCompile
    from setuptools import Distribution
    from setuptools.command.build_ext import build_ext

    ParallelCompile("ANAMNESE_COMPILE_JOBS").install()
    here = Path.cwd()
    os.chdir(directory)
    try:
        command = build_ext(Distribution({"ext_modules": translated(directory)}))
        command.inplace = True
        command.ensure_finalized()
        command.run()
    finally:
        os.chdir(here)
    return sorted(path for path in directory.rglob("*") if path.suffix in (".so", ".pyd") and "build" not in path.parts)


def translated(directory: Path) -> list[Any]:
    """What is to be compiled, in C: of the hot modules of the package in a directory, which is the current one."""
    from mypyc.build import mypycify

    sources = sorted(path for pattern in HOT for path in (directory / PACKAGE).glob(pattern))
    sources = [path for path in sources if path.name != "__init__.py"]
    for source in sources:
        source.write_text(exact(source.read_text(encoding="utf-8")), encoding="utf-8")
    extensions = mypycify(
        ["--ignore-missing-imports", *(str(path.relative_to(directory)) for path in sources)],
        opt_level=OPTIMISATION,
        debug_level="0",
        multi_file=True,
    )
    for extension in extensions:
        extension.extra_compile_args += ACROSS_MODULES
        extension.extra_link_args += ACROSS_MODULES
    return list(extensions)


def exact(source: str) -> str:
    """A module's source with what mypyc must be told to do as Python does, and fast.

    Constants are marked as final, so that they are looked up once, and so are the binary searches. `float` in an
    annotation becomes `int | float`, for mypyc takes it for the machine's type and would make 40.0 of a dose of 40. No
    line moves.
    """
    tree = ast.parse(source)
    lines = [line.encode() for line in source.split("\n")]
    edits = [*_final(tree), *_floats(tree), *_searches(tree)]
    for line, begin, end, text in sorted(edits, reverse=True):
        lines[line - 1] = lines[line - 1][:begin] + text.encode() + lines[line - 1][end:]
    future = next((i for i, line in enumerate(lines) if line == b"from __future__ import annotations"), None)
    if future is None:
        return source
    lines[future] += b"; from typing import Final as _Final"
    return b"\n".join(lines).decode()


Edit = tuple[int, int, int, str]
"""A line, the bytes of it that are replaced, and by what."""


def _final(tree: ast.Module) -> list[Edit]:
    """The marks of the constants: names in capitals that the module assigns once, at its outermost level."""
    stored = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    edits: list[Edit] = []
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if not isinstance(target, ast.Name) or not target.id.isupper() or stored.count(target.id) > 1:
            continue
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            edits.append((target.end_lineno or 0, target.end_col_offset or 0, target.end_col_offset or 0, ": _Final"))
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            of = node.annotation
            edits.append((of.lineno, of.col_offset, of.col_offset, "_Final["))
            edits.append((of.end_lineno or 0, of.end_col_offset or 0, of.end_col_offset or 0, "]"))
    return edits


def _searches(tree: ast.Module) -> list[Edit]:
    """The functions of `bisect` as constants: a report asks some thousand times for them."""
    edits: list[Edit] = []
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "bisect":
            taken = ", ".join(f"{each.name} as _{each.name}" for each in node.names)
            kept = "; ".join(f"{each.name}: _Final = _{each.name}" for each in node.names)
            end = node.end_col_offset or 0
            edits.append((node.lineno, node.col_offset, end, f"from bisect import {taken}; {kept}"))
    return edits


def _floats(tree: ast.Module) -> list[Edit]:
    """`int | float` for each `float` in an annotation."""
    annotations: list[ast.expr | None] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign | ast.arg):
            annotations.append(node.annotation)
        elif isinstance(node, ast.FunctionDef):
            annotations.append(node.returns)
    return [
        (name.lineno, name.col_offset, name.end_col_offset or 0, "int | float")
        for annotation in annotations
        if annotation is not None
        for name in ast.walk(annotation)
        if isinstance(name, ast.Name) and name.id == "float"
    ]


if __name__ == "__main__":  # python hatch_build.py DIRECTORY: compile the copy of the package there, in place
    print(*compiled(Path(sys.argv[1])), sep="\n")
