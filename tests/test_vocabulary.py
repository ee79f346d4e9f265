"""What is kept of the tables between processes: the same as what is read from them, or nothing."""

from pathlib import Path

import pytest

from anamnese.lexicon import vocabulary as module
from anamnese.lexicon.tables import Term
from anamnese.lexicon.vocabulary import Vocabulary, vocabulary


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of our own."""
    monkeypatch.setattr(module, "user_cache_path", lambda _: tmp_path / "cache")
    return tmp_path / "cache"


def _told(words: Vocabulary) -> list[object]:
    def plain(entry: object) -> object:
        return [
            (each[0].channel, each[0].row, each[1]) if isinstance(each, tuple) else (each.channel, each.row)
            for each in ((entry,) if isinstance(entry, Term) else entry)  # type: ignore[attr-defined]
        ]

    misspellable = {word: plain(terms) for word, terms in words.misspellable.items()}
    return [words.patterns, [(type(entry), plain(entry)) for entry in words.entries], misspellable, words.known]


def test_what_is_kept_is_what_was_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = vocabulary()
    assert len(list(folder.iterdir())) == 1  # nothing half-written is left behind
    monkeypatch.setattr(module, "patterns_of", lambda _: pytest.fail("the tables are read again"))
    assert _told(vocabulary()) == _told(read)


def test_a_changed_table_is_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vocabulary()
    state = module._state()
    name, size, modified, changed = state[0]
    monkeypatch.setattr(module, "_state", lambda: [(name, size, modified, changed + 1), *state[1:]])
    asked = []
    patterns_of = module.patterns_of
    monkeypatch.setattr(module, "patterns_of", lambda table: asked.append(table) or patterns_of(table))
    vocabulary()
    assert asked
    asked.clear()
    vocabulary()
    assert not asked


@pytest.mark.parametrize("kept", [b"", b"\x00", b"no marshal", b"[\x02\x00\x00\x00"])
def test_a_broken_file_is_read_over(folder: Path, kept: bytes) -> None:
    words = vocabulary()
    (path,) = folder.iterdir()
    whole = path.read_bytes()
    path.write_bytes(kept or whole[: len(whole) // 2])
    assert _told(vocabulary()) == _told(words)
    assert len(path.read_bytes()) == len(whole)


def test_without_a_folder_to_write_to(folder: Path) -> None:
    folder.write_text("a file stands where the folder should be")
    assert vocabulary().patterns
    assert folder.is_file()
