"""Exports that are made while their person waits or does something else: started, asked after, fetched."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from anamnese.exports import ExportError
from anamnese.web.exporting import Busy, Exporting, Form, Package

KEPT_SECONDS = 3600.0
"""How long an export that is done can be fetched."""
OF_ONE = 3
"""Exports of one person that are under way or can be fetched."""

_errors = logging.getLogger("anamnese.errors")

State = Literal["working", "done", "failed"]


class _Cancelled(Exception):  # noqa: N818
    """Nobody wants the export any more."""


@dataclass(slots=True)
class Job:
    """An export under way. `problem` is a French line where the standard's writer gave one."""

    owner: tuple[int | None, str]
    standard: str
    cases: frozenset[int]
    id: str = field(default_factory=lambda: secrets.token_hex(12))
    done: int = 0
    state: State = "working"
    problem: str | None = None
    package: Package | None = None
    cancelled: bool = False
    at: float = field(default_factory=time.monotonic)


class Jobs:
    """All exports under way, each seen by its owner only."""

    def __init__(self, exporting: Exporting) -> None:
        self._exporting = exporting
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()

    def start(
        self,
        owner: tuple[int | None, str],
        standard: str,
        ids: Sequence[int],
        form: Form,
        english: bool,
        asked: Sequence[tuple[str, str]],
    ) -> Job:
        """Begin an export. Raises `Busy`."""
        job = Job(owner, standard, frozenset(ids))
        with self._lock:
            self._forget_old()
            own = [held for held in self._jobs.values() if held.owner == owner]
            if sum(held.state == "working" for held in own) >= OF_ONE:
                raise Busy
            finished = sorted((held for held in own if held.state != "working"), key=lambda held: held.at)
            for held in finished[: max(0, len(own) + 1 - OF_ONE)]:
                self._drop(held)
            self._jobs[job.id] = job
        threading.Thread(target=self._make, args=(job, ids, form, english, asked), daemon=True).start()
        return job

    def of(self, owner: tuple[int | None, str], id: str) -> Job | None:
        """A person's own export."""
        with self._lock:
            job = self._jobs.get(id)
            return job if job is not None and job.owner == owner else None

    def cancel(self, job: Job) -> None:
        """Make an export no further, and keep it no longer."""
        with self._lock:
            self._drop(job)

    def forget(self, case: int) -> None:
        """Keep no export of a case that was erased, nor make any further."""
        with self._lock:
            for job in [held for held in self._jobs.values() if case in held.cases]:
                self._drop(job)

    def close(self) -> None:
        """Keep nothing: what was made holds what the reports hold."""
        with self._lock:
            for job in list(self._jobs.values()):
                self._drop(job)

    def _make(self, job: Job, ids: Sequence[int], form: Form, english: bool, asked: Sequence[tuple[str, str]]) -> None:
        def tell(done: int) -> None:
            job.done = done
            if job.cancelled:
                raise _Cancelled

        try:
            package = self._exporting.make(
                job.standard, ids, job.owner[1], form, english, asked, tell=tell, patient=True
            )
            with self._lock:
                if job.cancelled:
                    package.remove()
                else:
                    job.package, job.state = package, "done"
        except _Cancelled:
            pass
        except ExportError as error:
            job.problem, job.state = str(error), "failed"
        except Exception as error:
            _errors.error("export %s: %s", job.standard, type(error).__name__)  # never its words
            job.state = "failed"

    def _drop(self, job: Job) -> None:
        job.cancelled = True
        with suppress(KeyError):
            del self._jobs[job.id]
        if job.package is not None:
            job.package.remove()

    def _forget_old(self) -> None:
        before = time.monotonic() - KEPT_SECONDS
        for job in [held for held in self._jobs.values() if held.state != "working" and held.at < before]:
            self._drop(job)
