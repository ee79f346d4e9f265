"""How long the workbench takes to answer with many cases in its store, over real HTTP.

    python bench/workbench.py [--cases 100000] [--store FILE] [--rounds 30] [--only NAME]

Makes the store (`many_cases.py`; kept for the next run where `--store` names a file), starts `anamnese serve` on it,
asks for each page some times, with other parameters each time, and prints the median and the 95th percentile beside
the limit, and the processor time that an answer took the server on average: on a busy machine an answer waits for
longer than it is worked on. The first answer is told apart. Exit code 1 where a 95th percentile is above its limit.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import httpx
from many_cases import NUMBER, fill

from anamnese.store import Query, open_store

LIST, DECISION, COHORT = 300, 150, 2000
"""Milliseconds that an answer may take."""

FILTERS = (
    "site=C50", "stage=III&sex=female", "status=in_review", "treatment=chemotherapy&site=C34",
    "biomarker=HER2=positive", "severity=high", "finding=biomarker_without_result", "treatment=cisplatine",
    "morphology=8140/3", "diagnosed_from=2010&diagnosed_to=2014-06", "age_from=60&age_to=69",
    "by=marie&status=validated",
    "updated_from=2025-01", "event=relapse_distant", "metastasis=liver&treatment=surgery",
)  # fmt: skip
SEARCHES = (
    "carcinome", "métastases hépatiques", '"carcinome canalaire"', "melanom", "cisplatine radiothérapie",
    "dossier 0421", "patient", "le", "adénocarcinome prostate", "Lavande Odile", "gleason", "a",
    "chimiothérapie par", "zzz",
)  # fmt: skip
SORTS = (
    "name", "-name", "updated", "age", "-age", "site", "stage", "-diagnosed", "status", "-findings", "facts", "sex",
    "morphology", "news",
)  # fmt: skip


class Asked(NamedTuple):
    """What is asked for: a request's method, path and JSON, one after another."""

    name: str
    limit: float
    requests: Iterator[tuple[str, str, object]]


def gets(*paths: str) -> Iterator[tuple[str, str, object]]:
    """The paths, again and again."""
    return (("GET", path, None) for path in itertools.cycle(paths))


def asked(client: httpx.Client, cases: int, cohort: list[str]) -> list[Asked]:
    """All that is measured."""
    chance = random.Random(7)

    def any_case(path: str) -> Iterator[tuple[str, str, object]]:
        while True:
            yield "GET", path.format(chance.randint(1, cases)), None

    return [
        Asked("list", LIST, gets("/cases")),
        Asked("list, sorted", LIST, gets(*(f"/cases?sort={sort}" for sort in SORTS))),
        Asked("list, far pages", LIST, (
            ("GET", f"/cases?page={chance.randint(1, cases // 50)}&sort={chance.choice(SORTS)}", None)
            for _ in itertools.count()
        )),
        Asked("list, filtered", LIST, gets(*(f"/cases?{filters}" for filters in FILTERS))),
        Asked("list, filtered and sorted", LIST, (
            ("GET", f"/cases?{chance.choice(FILTERS)}&sort={chance.choice(SORTS)}", None) for _ in itertools.count()
        )),
        Asked("search", LIST, gets(*(f"/cases?text={words}" for words in SEARCHES))),
        Asked("search, filtered and sorted", LIST, (
            ("GET", f"/cases?text={chance.choice(SEARCHES)}&{chance.choice(FILTERS)}&sort={chance.choice(SORTS)}", None)
            for _ in itertools.count()
        )),
        Asked("case page", LIST, any_case("/cases/{}")),
        Asked("case page, its log", LIST, any_case("/cases/{}/log")),
        Asked("case, API", LIST, any_case("/api/cases/{}")),
        Asked("list, API", LIST, gets(*(f"/api/cases?{filters}" for filters in FILTERS))),
        Asked("decision", DECISION, decisions(client, cases, chance)),
        Asked("list after a decision", LIST, after_decision(client, cases, chance, "/cases")),
        Asked("search after a decision", LIST, after_decision(client, cases, chance, "/cases?text=carcinome")),
        Asked("cohort page and its data", COHORT, gets("/cohort")),
        *(Asked(f"cohort: {path}", COHORT, gets(path)) for path in cohort),
        Asked("cohort, filtered", COHORT, gets(*(f"/cohort?{filters}" for filters in FILTERS))),
        Asked("cohort after a decision", COHORT, after_decision(client, cases, chance, "/cohort")),
    ]  # fmt: skip


def decisions(client: httpx.Client, cases: int, chance: random.Random) -> Iterator[tuple[str, str, object]]:
    """Accept, correct, reject, undo, in one case after another."""
    while True:
        id = chance.randint(1, cases)
        case = client.get(f"/api/cases/{id}").raise_for_status().json()
        if case["status"] == "validated":
            continue
        open_ = [fact for report in case["reports"] for fact in report["facts"] if fact["state"] == "proposed"]
        path, version = f"/api/cases/{id}/decisions", case["version"]
        for action, fact in zip(("accept", "reject", "correct"), open_[-3:], strict=False):
            inside = ("type", "quote", "start", "end")
            told = {"attributes": {k: v for k, v in fact["fact"].items() if k not in (*inside, "status", "date")}}
            after = {**told, "date": "2011-05", "status": "suspected"} if action == "correct" else None
            yield "POST", path, {"version": version, "action": action, "target": fact["key"], "after": after}
            version += 1
        yield "POST", path, {"version": version, "action": "undo"}


def after_decision(
    client: httpx.Client, cases: int, chance: random.Random, path: str
) -> Iterator[tuple[str, str, object]]:
    """A page right after a write: nothing that hangs on the store's revision can be used again."""
    for method, where, content in decisions(client, cases, chance):
        client.request(method, where, json=content).raise_for_status()
        yield "GET", path, None


class Server(NamedTuple):
    """The running server: a browser that is signed in, and its process."""

    client: httpx.Client
    process: int

    def worked(self) -> float:
        """Milliseconds of processor time that the server has used."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def measure(client: httpx.Client, what: Asked, rounds: int) -> list[float]:
    """Milliseconds of each answer."""
    taken = []
    for method, path, content in itertools.islice(what.requests, rounds):
        began = time.perf_counter()
        answer = client.request(method, path, json=content)
        taken.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
    return taken


@contextmanager
def served(store: Path) -> Iterator[Server]:
    """A server of its own process, and a browser that is signed in."""
    command = [sys.executable, "-P", "-m", "anamnese.cli", "serve", "--no-browser", "--port", "0", "--db", str(store)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        words = (word for line in server.stdout for word in line.split())
        link = next((word for word in words if word.startswith("http://127.0.0.1:")), None)
        if link is None:
            raise SystemExit("the server did not start")
        token = parse_qs(urlsplit(link).query)["token"][0]
        headers = {"Authorization": f"Bearer {token}"}
        try:
            with httpx.Client(base_url=link.split("/?")[0], headers=headers, timeout=120) as client:
                yield Server(client, server.pid)
        finally:
            server.terminate()


def percentile(values: list[float], share: float) -> float:
    """The value that a share of the values does not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=NUMBER)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--only", default="", help="measure what has this in its name")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anamnese-bench-") as folder:
        file = given.store or Path(folder) / "workbench.db"
        if not file.exists():
            store = open_store(str(file))
            fill(store, given.cases)
            store.close()
        store = open_store(str(file))
        cases = store.select(Query()).total
        store.close()
        print(f"{cases} cases, {file.stat().st_size / 1e9:.2f} GB")
        with served(file) as server:
            return report(server, cases, given.rounds, given.only)


def report(server: Server, cases: int, rounds: int, only: str) -> int:
    """The table; 1 where something takes too long. Of decisions that only prepare a measurement the server's work is
    counted too."""
    slow = 0
    client = server.client
    print(f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(f"{'milliseconds':40}{'first':>8}{'median':>8}{'95 %':>8}{'limit':>8}{'work':>8}")
    for what in asked(client, cases, cohort_data(client)):
        if only not in what.name:
            continue
        (first,) = measure(client, what, 1)
        before = server.worked()
        warm = measure(client, what, rounds)
        work = (server.worked() - before) / rounds
        median, most = statistics.median(warm), percentile(warm, 0.95)
        slow |= most > what.limit
        mark = "  SLOW" if most > what.limit else ""
        print(f"{what.name:40}{first:8.0f}{median:8.0f}{most:8.0f}{what.limit:8.0f}{work:8.0f}{mark}", flush=True)
    return slow


def cohort_data(client: httpx.Client) -> list[str]:
    """The documented addresses of the cohort's data that need no further parameters."""
    described = client.get("/api/openapi.json").raise_for_status().json()["paths"]
    return [path for path, ways in described.items() if path.startswith("/api/cohort") and _plain(path, ways)]


def _plain(path: str, ways: dict[str, dict[str, object]]) -> bool:
    parameters = ways.get("get", {}).get("parameters", [])
    assert isinstance(parameters, list)
    return "get" in ways and "{" not in path and not any(parameter.get("required") for parameter in parameters)


if __name__ == "__main__":
    sys.exit(main())
