"""Running the application: the socket, the server, the link that opens it, the sample cases."""

from __future__ import annotations

import getpass
import logging
import os
import secrets
import socket
import sys
import threading
import webbrowser
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import ip_address
from itertools import groupby
from pathlib import Path

import uvicorn

from anamnese.lexicon.tables import PACKAGE
from anamnese.reading.files import text_of_file
from anamnese.store import NewReport, Store
from anamnese.web.app import create_app
from anamnese.web.settings import LOOPBACK, Settings

SAMPLES = PACKAGE / "samples"


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is reached from this machine only."""
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False


def listen(host: str, port: int) -> socket.socket:
    """A socket that is bound: an address that is taken or not ours shows before anything else begins."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # the protocol is named so that asyncio sets TCP_NODELAY: without it answers wait 40 ms for an acknowledgement
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    return listening


def settings_for(
    host: str, listening: socket.socket, names: Iterable[str], with_token: bool, english: bool
) -> Settings:
    """The settings of an application that listens there. It is called by this machine's names and those told."""
    hosts = {name.lower() for name in names} | {host.lower()} | LOOPBACK
    if not is_loopback(host):
        hosts |= _names_of_this_machine()
    local_name = "local"
    with suppress(OSError, KeyError, ImportError):
        local_name = getpass.getuser()
    return Settings(
        token=secrets.token_urlsafe(32) if with_token else None,
        once=secrets.token_urlsafe(32) if with_token else None,
        local_name=local_name,
        hosts=frozenset(hosts),
        port=listening.getsockname()[1],
        language="en" if english else "fr",
    )


def _names_of_this_machine() -> set[str]:
    own = {socket.gethostname().lower(), socket.getfqdn().lower()}
    for name in tuple(own):
        with suppress(OSError):
            own |= {str(info[4][0]) for info in socket.getaddrinfo(name, None)}
    return own


def run(
    store: Store,
    settings: Settings,
    listening: socket.socket,
    certificate: Path | None,
    key: Path | None,
    browser: bool,
) -> None:
    """Serve until interrupted."""
    _log_to_stderr()
    host = listening.getsockname()[0]
    shown = f"[{host}]" if ":" in host else "127.0.0.1" if host == "0.0.0.0" else host
    address = f"{'http' if certificate is None else 'https'}://{shown}:{settings.port}/"
    link = f"{address}?token={settings.token}" if settings.token is not None else address
    opened = f"{address}?token={settings.once}" if settings.once is not None else address
    threading.Thread(target=store.warm, daemon=True).start()
    config = uvicorn.Config(
        create_app(store, settings),
        log_config=None,
        access_log=False,  # ours tells no address with what was searched for
        server_header=False,
        proxy_headers=False,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        timeout_graceful_shutdown=5,
    )
    _Server(config, link, opened if browser and _graphical() else None).run(sockets=[listening])


class _Server(uvicorn.Server):
    """A server that tells its address once it can be called."""

    def __init__(self, config: uvicorn.Config, link: str, opened: str | None) -> None:
        super().__init__(config)
        self._link, self._opened = link, opened

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.should_exit:
            return
        print(f"Ouvrez : {self._link}", flush=True)
        print("Ctrl+C pour arrêter.", flush=True)
        if self._opened is not None:
            threading.Thread(target=webbrowser.open, args=(self._opened,), daemon=True).start()


def _graphical() -> bool:
    """Whether there is a screen to open a browser on: elsewhere one might open in the terminal."""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _log_to_stderr() -> None:
    """Our own lines only. Of the server's errors the words are left out: they may quote what a request held."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    for name in ("anamnese.access", "anamnese.errors"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(logging.INFO)
    for name in ("uvicorn.error", "asyncio"):
        logging.getLogger(name).addFilter(_without_words)


def _without_words(record: logging.LogRecord) -> bool:
    record.exc_info = record.exc_text = None
    return record.levelno >= logging.WARNING


def load_samples(store: Store) -> None:
    """Put the sample cases into the store: a case each, the hospital documents by patient. Those that are there already
    are left alone."""
    for file in sorted((SAMPLES / "cases").glob("*.txt")):
        store.add_case(file.stem, [_sample(file)], "samples")
    files = sorted((SAMPLES / "hospital").glob("*.txt"))
    for patient, documents in groupby(files, lambda file: file.stem.partition("-")[0]):
        store.add_case(patient, [_sample(file) for file in documents], "samples")


def _sample(file: Path) -> NewReport:
    return NewReport(file.stem, text_of_file(file), file.name)
