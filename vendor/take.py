"""Take the browser libraries of `libraries.tsv` from the npm registry: `make vendor` (needs npm)."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

TABLE = Path(__file__).with_name("libraries.tsv")
SERVED = Path(__file__).parent.parent / "src/anamnese/web/static/vendor"

_INJECTION = re.compile(
    rb"(function [a-z]+\()t,e\)\{void 0===e&&\(e=\{\}\);var i=e\.insertAt;if\(t&&\"undefined\"!=typeof document\)\{"
    rb".{0,400}?createTextNode\(t\)\)\}\}"
)
"""A library's way to add a style sheet. Ours is linked; an injected one the Content-Security-Policy refuses."""


def rows() -> list[dict[str, str]]:
    """The table of what is vendored."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))


def as_served(content: bytes) -> bytes:
    """A file without the comment that names its source map, which is not served, and without injected styles."""
    kept = [line for line in content.split(b"\n") if not line.startswith((b"//# sourceMapping", b"/*# sourceMapping"))]
    return _INJECTION.sub(rb"\1){}", b"\n".join(kept))


def main() -> None:
    """Write every file of the table anew."""
    with tempfile.TemporaryDirectory() as folder:
        for package in sorted({f"{row['package']}@{row['version']}" for row in rows()}):
            packed = subprocess.run(
                ["npm", "pack", "--json", "--silent", package], cwd=folder, check=True, capture_output=True, text=True
            )
            name = package.rsplit("@", 1)[0]
            with tarfile.open(Path(folder, json.loads(packed.stdout)[0]["filename"])) as archive:
                for row in rows():
                    if row["package"] == name and (member := archive.extractfile(f"package/{row['path']}")):
                        (SERVED / row["file"]).write_bytes(as_served(member.read()))


if __name__ == "__main__":
    main()
