"""Reading hostile files with bounds: in processes of their own, ended when they take too long or too much."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import PurePath
from queue import LifoQueue
from typing import Any

from anamnese.web.settings import UploadLimits
from anamnese.web.uploads.worker import give, take

_START_SECONDS = 60.0
"""For a process to load the lexicon: under a second, much more on a machine that is busy."""
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
"""What a reading process inherits: nothing that it could give away."""


@dataclass(frozen=True, slots=True)
class Unreadable(Exception):  # noqa: N818
    """A file that cannot be read. `code` is a key of `words/uploads.tsv`; `message` a French line, where the reading
    has one."""

    code: str
    message: str | None = None


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What was read of a file. `reading` is that of `review.reading.read_report`."""

    text: str
    reading: dict[str, Any]
    warnings: tuple[str, ...] = field(default=())


class Readers:
    """Some reading processes, started when needed and used again."""

    def __init__(self, limits: UploadLimits, processes: int = 2) -> None:
        self.limits = limits
        self._idle: LifoQueue[_Reader | None] = LifoQueue()
        for _ in range(processes):
            self._idle.put(None)

    def read(self, name: str, data: bytes) -> ReadFile:
        """Read one file. Raises `Unreadable`."""
        limits = self.limits
        if len(data) > limits.file_bytes:
            raise Unreadable("too_large")
        header = {
            "name": name,
            "suffix": PurePath(name).suffix.lower(),
            "unpacked_bytes": limits.unpacked_bytes,
            "characters": limits.characters,
            "facts": limits.facts,
            "seconds": limits.seconds,
        }
        reader = self._idle.get()
        try:
            if reader is None or not reader.alive:
                reader = _Reader(limits.memory_bytes)
            told = reader.ask(header, data, limits.seconds)
        except BaseException:
            if reader is not None:
                reader.end()
            reader = None
            raise
        finally:
            self._idle.put(reader)
        if "refused" in told:
            raise Unreadable("refused", told["refused"])
        if "failed" in told:
            raise Unreadable("too_much" if told["failed"] == "MemoryError" else "failed")
        return ReadFile(told["text"], told["reading"], tuple(told["warnings"]))

    def close(self) -> None:
        """End the processes that are idle; one at work ends with its file."""
        for _ in range(self._idle.qsize()):
            reader = self._idle.get()
            if reader is not None:
                reader.end()
            self._idle.put(None)


class _Reader:
    """One reading process."""

    def __init__(self, memory: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "anamnese.web.uploads.worker", str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            cwd=os.sep,
        )
        if self._within(_START_SECONDS, lambda: self._take()) is None:
            raise Unreadable("failed")

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, header: dict[str, Any], data: bytes, seconds: float) -> dict[str, Any]:
        """The answer for one file. Raises `Unreadable` where the process was ended, by us or by its bounds."""

        def asking() -> bytes | None:
            assert self._process.stdin is not None
            give(self._process.stdin, json.dumps(header).encode())
            give(self._process.stdin, data)
            return self._take()

        told = self._within(seconds, asking)
        if told is None:
            raise Unreadable("too_slow" if self._late else "too_much")
        answer: dict[str, Any] = json.loads(told.decode("utf-8", "surrogatepass"))
        return answer

    def end(self) -> None:
        """End the process at once."""
        self._process.kill()
        with suppress(OSError):
            self._process.communicate(timeout=5)

    def _take(self) -> bytes | None:
        assert self._process.stdout is not None
        return take(self._process.stdout)

    def _within(self, seconds: float, act: Any) -> bytes | None:
        """What an act gives; None where the process ended before, which it is made to when the time is over."""
        self._late = False

        def kill() -> None:
            self._late = True
            self._process.kill()

        clock = threading.Timer(seconds, kill)
        clock.daemon = True
        clock.start()
        try:
            told: bytes | None = act()
            return told
        except (BrokenPipeError, ConnectionError, ValueError, OSError):
            return None
        finally:
            clock.cancel()
