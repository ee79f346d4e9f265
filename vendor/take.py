"""Take the browser libraries of `libraries.tsv` from the npm registry: `make vendor` (needs npm)."""

from __future__ import annotations

import csv
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

TABLE = Path(__file__).with_name("libraries.tsv")
SERVED = Path(__file__).parent.parent / "src/anamnese/web/static/vendor"


def rows() -> list[dict[str, str]]:
    """The table of what is vendored."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))


def without_map(content: bytes) -> bytes:
    """A script or a style sheet without the comment that names its source map, which is not served."""
    kept = [line for line in content.split(b"\n") if not line.startswith((b"//# sourceMapping", b"/*# sourceMapping"))]
    return b"\n".join(kept)


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
                        (SERVED / row["file"]).write_bytes(without_map(member.read()))


if __name__ == "__main__":
    main()
