"""What `hatch_build.py` tells mypyc of the hot modules changes nothing that they say."""

from __future__ import annotations

import ast
import gc
import importlib.util
import shutil
import sys
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    """`hatch_build.py`, without hatchling, which only builds have."""
    plugin = "hatchling.builders.hooks.plugin.interface"
    stand_in = ModuleType(plugin)
    stand_in.BuildHookInterface = object  # type: ignore[attr-defined]
    parts = plugin.split(".")
    names = [".".join(parts[: i + 1]) for i in range(len(parts))]
    before = {name: sys.modules.get(name) for name in names}
    sys.modules.update({name: ModuleType(name) for name in names[:-1]} | {plugin: stand_in})
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, known in before.items():
        if known is None:
            del sys.modules[name]
        else:
            sys.modules[name] = known
    return module


class Plain(ast.NodeTransformer):
    """Takes back what the hook marks."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        if any(name.asname == "_Final" for name in node.names):
            return None
        for name in node.names:
            if name.asname == f"_{name.name}":  # looked up once, by the assignment behind it
                name.asname = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        self.generic_visit(node)
        if isinstance(node.annotation, ast.Name) and node.annotation.id == "_Final":
            assert node.value is not None
            if isinstance(node.value, ast.Name) and ast.unparse(node.value) == f"_{ast.unparse(node.target)}":
                return None
            return ast.Assign([node.target], node.value, lineno=node.lineno)
        if isinstance(node.annotation, ast.Subscript) and getattr(node.annotation.value, "id", "") == "_Final":
            node.annotation = node.annotation.slice
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        return ast.Name("float", ast.Load()) if ast.unparse(node) == "int | float" else node


def test_the_hot_modules_stay_what_they_are(hook: ModuleType) -> None:
    package = ROOT / "src" / hook.PACKAGE
    sources = [path for pattern in hook.HOT for path in package.glob(pattern)]
    assert len(sources) > 80
    for path in sources:
        source = path.read_text(encoding="utf-8")
        told = hook.exact(source)
        assert told.count("\n") == source.count("\n"), path
        assert ast.unparse(Plain().visit(ast.parse(told))) == ast.unparse(Plain().visit(ast.parse(source))), path


def test_mypyc_knows_what_the_hot_modules_are_written_in(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(partial(gc.set_threshold, *gc.get_threshold()))  # mypy lets garbage lie
    pytest.importorskip("setuptools", reason="mypyc wants setuptools")
    package = str(hook.PACKAGE)
    shutil.copytree(ROOT / "src" / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)
    assert hook.translated(tmp_path)
    assert len(list(tmp_path.glob("build/*.c"))) > 80


def test_constants_are_final_and_numbers_stay_as_written(hook: ModuleType) -> None:
    source = (
        "from __future__ import annotations\n"
        "LIMIT = 3\n"
        "_TABLE: dict[str, float] = {}\n"
        "Alias = dict[str, int]\n"
        "TWICE = 1\n"
        "TWICE = 2\n"
        "def é(x: float, y: int = 0) -> float | None:\n"
        "    seen: list[float] = [float(x)]\n"
        "    return seen[0]\n"
    )
    assert hook.exact(source) == (
        "from __future__ import annotations; from typing import Final as _Final\n"
        "LIMIT: _Final = 3\n"
        "_TABLE: _Final[dict[str, int | float]] = {}\n"
        "Alias = dict[str, int]\n"
        "TWICE = 1\n"
        "TWICE = 2\n"
        "def é(x: int | float, y: int = 0) -> int | float | None:\n"
        "    seen: list[int | float] = [float(x)]\n"
        "    return seen[0]\n"
    )


def test_a_module_that_cannot_be_told_is_left_alone(hook: ModuleType) -> None:
    source = "LIMIT: float = 3.0\n"
    assert hook.exact(source) == source
