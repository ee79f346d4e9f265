"""Where the store is: the address given, or a file in the user's data folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

FILE = "anamnese.db"


class Place(NamedTuple):
    """A store's address, and how it is shown: without a password."""

    url: str
    shown: str


def place_of(given: str | None) -> Place:
    """The place of the store that a command is given; the user's own where none is. Makes the folder of a file."""
    if given is not None and "://" in given:
        told = urlsplit(given)
        shown = given if told.password is None else given.replace(f":{told.password}@", ":***@", 1)
        return Place(given, shown)
    path = Path(given) if given is not None else data_folder() / FILE
    path = path.expanduser().resolve()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Place(str(path), str(path))


def data_folder() -> Path:
    """The folder for a user's data, as each system has it (on Linux the XDG base directory specification)."""
    home = Path.home()
    if sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        root = home / "Library" / "Application Support"
    else:
        told = os.environ.get("XDG_DATA_HOME", "")
        root = Path(told) if told.startswith("/") else home / ".local" / "share"
    return root / "anamnese"
