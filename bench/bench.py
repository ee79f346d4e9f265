"""Speed and memory, in one run on one core: anamnese, and beside it EDS-NLP, over the same texts.

    python bench/bench.py [FOLDER …]    (default: the sample cases and, where they are there, the bench's reports)

Prints documents and characters a second, time from process start to first result, peak memory, and how the time grows
with the length of hostile texts.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "bench"
FOLDERS = [
    ROOT / "src/anamnese/samples/cases",
    ROOT / "src/anamnese/samples/hospital",
    SHARED / "dev",
    SHARED / "hospital",
    SHARED / "unlabelled",
]
SECONDS = 8.0
EDSNLP_PIPES = (
    "normalizer",
    "sentences",
    "sections",
    "dates",
    "TNM",
    "drugs",
    "quantities",
    "solid_tumor",
    "negation",
    "hypothesis",
    "family",
    "history",
)


def texts() -> list[str]:
    """The texts of the given folders."""
    folders = [Path(name) for name in sys.argv[1:]] or [folder for folder in FOLDERS if folder.is_dir()]
    return [path.read_text(encoding="utf-8") for folder in folders for path in sorted(folder.glob("*.txt"))]


def rate(read: Callable[[str], object], reports: list[str]) -> tuple[float, float]:
    """Documents and characters a second, over whole passes for some seconds after a warm-up pass."""
    for report in reports[:20]:
        read(report)
    documents = characters = 0
    start = time.perf_counter()
    while True:
        for report in reports:
            read(report)
            documents += 1
            characters += len(report)
            if time.perf_counter() - start > SECONDS:
                spent = time.perf_counter() - start
                return documents / spent, characters / spent


def start_up() -> tuple[float, float]:
    """Seconds from process start to the first result, and the peak memory of that process in MB (medians of 5)."""
    report = next(iter(sorted(FOLDERS[0].glob("*.txt"))))
    seconds, memory = [], []
    for _ in range(5):
        start = time.perf_counter()
        code = (
            "import resource, sys; from anamnese.cli import main\n"
            "try: main()\nexcept SystemExit: pass\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, "read", str(report), "--format", "facts"],
            check=True,
            capture_output=True,
            text=True,
        )
        seconds.append(time.perf_counter() - start)
        memory.append(int(done.stderr.split()[-1]) / 1024)
    return sorted(seconds)[2], sorted(memory)[2]


def growth(read: Callable[[str], object], reports: list[str]) -> None:
    """Characters a second on long texts, against those on the reports themselves."""
    base = "\n".join(reports)
    usual = (base * (1 + 200_000 // len(base)))[:200_000]
    hostile = {
        "reports, 5 MB": (base * (1 + 5_000_000 // len(base)))[:5_000_000],
        "one sentence, 5 MB": "Carcinome du sein gauche pT2N1M0, docétaxel 75 mg/m2 tous les 21 jours. " * 70_000,
        "digits, 5 MB": "1234567890" * 500_000,
        "spaced digits, 5 MB": "12 3,5 " * 700_000,
        "one letter, 5 MB": "a" * 5_000_000,
        "spaces, 5 MB": " " * 5_000_000,
        "newlines, 5 MB": "\n" * 5_000_000,
    }
    start = time.perf_counter()
    read(usual)
    reference = len(usual) / (time.perf_counter() - start)
    print(f"  {'reports, 200 kB':22}{reference:12,.0f} characters/s")
    for name, text in hostile.items():
        start = time.perf_counter()
        read(text)
        speed = len(text) / (time.perf_counter() - start)
        print(f"  {name:22}{speed:12,.0f} characters/s  {speed / reference:6.2f} x")


def edsnlp_reader() -> Callable[[str], object] | None:
    """EDS-NLP with the pipes that come nearest to what we read; None where it is not installed."""
    try:
        import edsnlp
        import edsnlp.pipes as eds
    except ImportError:
        return None
    nlp = edsnlp.blank("eds")
    for pipe in EDSNLP_PIPES:
        nlp.add_pipe(getattr(eds, pipe)() if hasattr(eds, pipe) else f"eds.{pipe}")
    return nlp  # type: ignore[no-any-return]


def main() -> None:
    """Print the table."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {0})
    reports = texts()
    print(f"{len(reports)} reports, {sum(map(len, reports)) / len(reports):,.0f} characters each, one core\n")
    seconds, memory = start_up()
    from anamnese import read

    ours = rate(read, reports)
    print(f"anamnese    {ours[0]:8.1f} documents/s {ours[1]:12,.0f} characters/s   (all fact types)")
    print(f"            {seconds:8.2f} s from process start to first result, {memory:.0f} MB peak\n")
    print(f"            {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB peak after all reports\n")
    other = edsnlp_reader()
    if other is None:
        print("edsnlp      not installed (pip install 'anamnese[bench]')")
    else:
        theirs = rate(other, reports)
        print(f"edsnlp      {theirs[0]:8.1f} documents/s {theirs[1]:12,.0f} characters/s   ({', '.join(EDSNLP_PIPES)})")
        print(f"ratio       {ours[0] / theirs[0]:8.1f}\n")
    print("growth with length")
    growth(read, reports)


if __name__ == "__main__":
    main()
