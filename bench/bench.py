"""Speed and memory, in one run on one core: anamnese, and beside it EDS-NLP, over the same texts.

    python bench/bench.py [FOLDER …]    (default: the sample cases and, where they are there, the bench's reports)

Prints documents and characters a second, time from process start to first result, peak memory, and how the time grows
with the length of hostile texts. anamnese is measured as pure Python and, where `make bench` has built it, compiled
(`hatch_build.py`), once both are seen to give the same bytes. Each reader is a process of its own; they take turns, a
few reports each, so that what else the machine does is borne by all alike.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "bench"
FOLDERS = [
    ROOT / "src/anamnese/samples/cases",
    ROOT / "src/anamnese/samples/hospital",
    SHARED / "dev",
    SHARED / "hospital",
    SHARED / "unlabelled",
]
BUILDS = {"pure Python": ROOT / "src", "compiled": ROOT / ".venv-bench" / "compiled"}
TURNS = 12
REPEATS = 3
"""How often anamnese reads a report in its turn, for the clock to be exact."""
READER = Path(__file__).with_name("reader.py")


def texts() -> list[str]:
    """The texts of the given folders."""
    folders = [Path(name) for name in sys.argv[1:]] or [folder for folder in FOLDERS if folder.is_dir()]
    return [path.read_text(encoding="utf-8") for folder in folders for path in sorted(folder.glob("*.txt"))]


class Reader:
    """A process that reads reports in its turns."""

    def __init__(self, name: str, path: Path | None = None, repeats: int = 1) -> None:
        self.name, self.repeats = name, repeats
        self.documents = self.characters = 0
        self.seconds = 0.0
        environment = {**os.environ, **({"PYTHONPATH": str(path)} if path else {})}
        self._process = subprocess.Popen(
            [sys.executable, str(READER), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )

    def ask(self, task: str, reports: list[str], repeats: int = 1) -> Any:
        """What the process answers; None where it has ended, for its program is not installed."""
        assert self._process.stdin is not None and self._process.stdout is not None
        asked = {"task": task, "reports": reports, "repeats": repeats}
        try:
            print(json.dumps(asked), file=self._process.stdin, flush=True)
        except BrokenPipeError:
            return None
        answer = self._process.stdout.readline()
        return json.loads(answer) if answer else None

    def turn(self, reports: list[str]) -> None:
        """Read some reports, and count them."""
        self.seconds += self.ask("read", reports, self.repeats)
        self.documents += len(reports) * self.repeats
        self.characters += sum(map(len, reports)) * self.repeats

    @property
    def rate(self) -> float:
        """Documents a second."""
        return self.documents / self.seconds

    def line(self, label: str, note: str) -> str:
        """The row of the table."""
        return f"{label:24}{self.rate:8.1f} documents/s {self.characters / self.seconds:12,.0f} characters/s   ({note})"


def main() -> None:
    """Print the table."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {0})
    reports = texts()
    print(f"{len(reports)} reports, {sum(map(len, reports)) / len(reports):,.0f} characters each, one core\n")
    builds = {name: path for name, path in BUILDS.items() if path.is_dir()}
    ours = {name: Reader("anamnese", path, REPEATS) for name, path in builds.items()}
    recorded = {name: Reader("history", path, REPEATS) for name, path in builds.items()}
    other = Reader("edsnlp")
    asked = (*ours.values(), *recorded.values(), other)
    readers = [reader for reader in asked if reader.ask("warm", reports[:20]) is not None]
    digests = {reader.ask("digest", reports) for reader in ours.values()}
    if len(digests) > 1:
        sys.exit("the compiled build gives other facts than the pure one")
    for turn in range(TURNS):
        for reader in readers:
            reader.turn(reports[turn::TURNS])
    for name, path in builds.items():
        memory = ours[name].ask("memory", [])
        seconds, first = start_up(path)
        print(ours[name].line(f"anamnese, {name}", "all fact types"))
        print(f"{'':24}{seconds:8.2f} s from process start to first result, {first:.0f} MB peak")
        print(f"{'':24}{memory:8.0f} MB peak after all reports")
        print(recorded[name].line("  and the history", "each report's patient, tumours, episodes, courses") + "\n")
    if other in readers:
        print(other.line("edsnlp", other.ask("pipes", [])))
        for name in builds:
            times, with_history = ours[name].rate / other.rate, recorded[name].rate / other.rate
            print(f"{'':24}{times:8.1f} x by anamnese, {name}; {with_history:.1f} x with the history")
    else:
        print("edsnlp                  not installed (pip install 'anamnese[bench]')")
    name = list(builds)[-1]
    print(f"\ngrowth with length, {name}")
    reference = 0.0
    for label, speed in ours[name].ask("growth", reports):
        reference = reference or speed
        print(f"  {label:22}{speed:12,.0f} characters/s  {speed / reference:6.2f} x")


def start_up(path: Path) -> tuple[float, float]:
    """Seconds from process start to the first result, and the peak memory of that process in MB (medians of 5).

    Python keeps the bytecode of its modules here, as it does of an installed program, whatever the shell says.
    """
    report = next(iter(sorted(FOLDERS[0].glob("*.txt"))))
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    told = [
        subprocess.run(
            [sys.executable, str(READER), "start", str(report)],
            check=True,
            capture_output=True,
            text=True,
            env={**environment, "PYTHONPATH": str(path)},
        ).stdout
        for _ in range(5)
    ]
    seconds, memory = zip(*(json.loads(answer) for answer in told), strict=True)
    return sorted(seconds)[2], sorted(memory)[2]


if __name__ == "__main__":
    main()
