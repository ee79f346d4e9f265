"""What the web application is told at start: who may call it, under which names, and how much it takes in."""

from __future__ import annotations

from dataclasses import dataclass, field

from anamnese.labels import Language
from anamnese.reading.files import MAX_BYTES

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""The names of this machine to itself."""
PORT = 8421


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """How much one upload may hold. A report is a few thousand characters; a scanned letter as PDF a few megabytes."""

    files: int = 200
    """Files of one request."""
    file_bytes: int = MAX_BYTES
    """Of one file, as received: what `anamnese read` takes at most."""
    request_bytes: int = 4 * MAX_BYTES
    unpacked_bytes: int = 2 * MAX_BYTES
    """Of all parts of one Word file together once unpacked: a few kilobytes can unpack to gigabytes."""
    characters: int = 1_000_000
    """Of the text of one report: hundreds of pages. What a person is to check word by word is shorter."""
    facts: int = 10_000
    """Of one report: ten times what seventy pages of follow-up hold. A page that shows more takes many seconds to make
    and to draw."""
    seconds: float = 30.0
    """For reading one file, text and facts, in a process that is ended then."""
    requests: int = 16
    """Requests that wait for files to be read at a time; the other threads of the server are for other people."""
    memory_bytes: int = 1_500_000_000
    """Address space of that process."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one application."""

    token: str | None = None
    """The start-up token: who brings it is the local person and may do everything. None: accounts only."""
    once: str | None = None
    """A token for one use: the browser that is opened at start gets it on its command line, where others may look."""
    local_name: str = "local"
    """Under which name the local person's decisions are kept."""
    hosts: frozenset[str] = LOOPBACK
    """The names under which the application may be called; a page of another name is refused (DNS rebinding)."""
    port: int = PORT
    language: Language = "fr"
    """The language of who has not chosen one."""
    idle_hours: float = 4.0
    """After so long without a request a session ends."""
    session_hours: float = 12.0
    """After so long a session ends in any case: a working day."""
    form_bytes: int = 2_000_000
    """Of the body of any request but an upload."""
    uploads: UploadLimits = field(default_factory=UploadLimits)

    @property
    def cookie(self) -> str:
        """The session cookie's name. Browsers do not keep cookies apart by port: two workbenches of one machine must
        not sign each other's people out."""
        return f"anamnese_{self.port}"
