"""One reader of `bench.py` in a process of its own: reads reports when it is told to, and says how long it took.

python bench/reader.py anamnese|history|edsnlp      answers tasks, a line of JSON each
python bench/reader.py start REPORT         the seconds and megabytes of one `anamnese read`
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any

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


def anamnese_reader() -> Callable[[str], object]:
    """What reads all fact types."""
    from anamnese import read

    return read


def history_reader() -> Callable[[str], object]:
    """What reads all fact types and makes the patient's history of them."""
    from anamnese import read
    from anamnese.history.build import history

    return lambda report: history([read(report)])


def edsnlp_reader() -> Callable[[str], object]:
    """EDS-NLP with the pipes that come nearest to what we read."""
    import edsnlp
    import edsnlp.pipes as eds

    nlp = edsnlp.blank("eds")
    for pipe in EDSNLP_PIPES:
        nlp.add_pipe(getattr(eds, pipe)() if hasattr(eds, pipe) else f"eds.{pipe}")
    return nlp  # type: ignore[no-any-return]


LED = ("Ki67", "RE", "Hb", "pT2N1", "Gleason", "OMS", "Examen", "Poids", "Scanner", "docétaxel 75 mg/m2", "stade")
"""Words behind which forms set rows of dots or blanks."""

READERS = {"anamnese": anamnese_reader, "history": history_reader, "edsnlp": edsnlp_reader}


def seconds_for(read: Callable[[str], object], reports: list[str], repeats: int = 1) -> float:
    """The seconds that it takes to read some reports so many times."""
    start = time.perf_counter()
    for _ in range(repeats):
        for report in reports:
            read(report)
    return time.perf_counter() - start


def digest(read: Callable[[str], Any], reports: list[str]) -> str:
    """A fingerprint of all facts of some reports, as they are printed."""
    facts = [[fact.to_json() for fact in read(report).facts] for report in reports]
    return sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


def growth(read: Callable[[str], object], reports: list[str]) -> list[tuple[str, float]]:
    """Characters a second on long texts, after those on the reports themselves."""
    base = "\n".join(reports)
    long = {
        "reports, 200 kB": (base * (1 + 200_000 // len(base)))[:200_000],
        "reports, 5 MB": (base * (1 + 5_000_000 // len(base)))[:5_000_000],
        "one sentence, 5 MB": "Carcinome du sein gauche pT2N1M0, docétaxel 75 mg/m2 tous les 21 jours. " * 70_000,
        "leaders, 5 MB": "".join(f"{word}{sign * 900} " for word in LED for sign in " ._-\n") * 89,
        "digits, 5 MB": "1234567890" * 500_000,
        "spaced digits, 5 MB": "12 3,5 " * 700_000,
        "one letter, 5 MB": "a" * 5_000_000,
        "spaces, 5 MB": " " * 5_000_000,
        "newlines, 5 MB": "\n" * 5_000_000,
    }
    return [(name, len(text) / seconds_for(read, [text])) for name, text in long.items()]


def start(report: str) -> None:
    """Run the command once, and print the seconds from its start to its end and its peak memory in MB."""
    begin = time.perf_counter()
    code = "from anamnese.cli import main\ntry: main()\nexcept SystemExit: pass\n"
    subprocess.run(
        [sys.executable, "-c", code, "read", report, "--format", "facts"], check=True, stdout=subprocess.DEVNULL
    )
    seconds = time.perf_counter() - begin
    print(json.dumps((seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)))


def main() -> None:
    """Answer until the tasks end."""
    if sys.argv[1] == "start":
        return start(sys.argv[2])
    read: Callable[[str], Any] = READERS[sys.argv[1]]()
    for line in sys.stdin:
        asked = json.loads(line)
        reports: list[str] = asked["reports"]
        answers: dict[str, Callable[[], Any]] = {
            "warm": lambda reports=reports: seconds_for(read, reports),
            "read": lambda reports=reports, repeats=asked["repeats"]: seconds_for(read, reports, repeats),
            "digest": lambda reports=reports: digest(read, reports),
            "memory": lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "growth": lambda reports=reports: growth(read, reports),
            "pipes": lambda: ", ".join(EDSNLP_PIPES),
        }
        print(json.dumps(answers[asked["task"]]()), flush=True)


if __name__ == "__main__":
    main()
