"""What a person is told of a file that was brought in, in both languages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from anamnese.labels import Language
from anamnese.lexicon.tables import read_table
from anamnese.web.rendering import say
from anamnese.web.uploads.staging import Staged


def told(file: Staged, language: Language) -> str | None:
    """Why a file cannot be read, or what a reader of its facts should know."""
    if not file.problem:
        return _warned(file, language)
    if file.message is None:
        return say(f"uploads.{file.problem}", language, name=file.name)
    if language == "fr":
        return file.message
    reason = next((english for french, english in refusals() if french in file.message), None)
    return f"{file.name}: {reason}" if reason else say(f"uploads.{file.problem}", language, name=file.name)


def _warned(file: Staged, language: Language) -> str | None:
    if file.read is None:
        return None
    if file.read.warnings:
        return say("uploads.not_french", language)
    people = sum(fact["type"] == "patient" for fact in file.read.reading["facts"])
    return say("uploads.several_patients", language, count=people) if people > 1 else None


@cache
def refusals() -> tuple[tuple[str, str], ...]:
    """Words of the reading's French lines, and the English line."""
    return tuple((row["fr"], row["en"]) for row in read_table(Path(__file__).with_name("refusals.tsv")))
