"""How well mentions of neoplasms are found and coded, against a folder of brat annotations: the measures of the
CANTEMIST shared task.

Gold is in the form of the CANTEMIST and FRACCO corpora: for each `ID.txt` an `ID.ann` whose entities
`MORFOLOGIA_NEOPLASIA` or
`morphology` have their ICD-O-3 code as `AnnotatorNotes`. As in the task, spans and codes must be exactly those of the
gold:

- NER: precision, recall and F1 of the spans;
- NORM: the same of the spans with their codes;
- CODING: the mean over the reports of the average precision (MAP) of their codes, the most certain first, and the
same three of the codes.

Mentions that are negated or of a relative are not counted: the corpora do not have them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from anamnese.case import Fact
from anamnese.evaluate import Count
from anamnese.exports.brat.entities import MORPHOLOGY
from anamnese.exports.brat.standoff import Entity, parse

TYPES = frozenset({MORPHOLOGY, "morfologia_neoplasia"})
"""The entity types that are mentions of neoplasms, in lower case."""

_NOT_COUNTED = frozenset({"negated", "family"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention: its exact span and its ICD-O-3 code, None where the gold gives none."""

    start: int
    end: int
    code: str | None
    suspected: bool = False


@dataclass(slots=True)
class MentionScores:
    """The task's three measures. `average_precisions` holds one number for each report whose gold has codes."""

    ner: Count = field(default_factory=Count)
    norm: Count = field(default_factory=Count)
    coding: Count = field(default_factory=Count)
    average_precisions: list[float] = field(default_factory=list)
    misses: list[tuple[str, str, Mention]] = field(default_factory=list)
    """Report, `missed` or `spurious`, mention: by span and code."""

    def table(self) -> str:
        """The measures as a person reads them, a line each."""
        lines = [f"{'CANTEMIST':22}{'gold':>6}{'pred':>6}{'ok':>6}{'P':>8}{'R':>8}{'F1':>8}{'MAP':>8}"]
        for name, count in (("NER", self.ner), ("NORM", self.norm), ("CODING", self.coding)):
            last = f"{self.mean_average_precision:8.3f}" if count is self.coding else ""
            lines.append(
                f"{name:22}{count.gold:6}{count.predicted:6}{count.correct:6}"
                f"{count.precision:8.3f}{count.recall:8.3f}{count.f1:8.3f}{last}"
            )
        return "\n".join(lines)

    @property
    def mean_average_precision(self) -> float:
        """MAP: 0 where no report has codes."""
        return sum(self.average_precisions) / len(self.average_precisions) if self.average_precisions else 0.0


def pairs(folder: Path) -> list[tuple[Path, Path]]:
    """The reports of a folder that have annotations: (`ID.txt`, `ID.ann`)."""
    return [
        (path.with_suffix(".txt"), path) for path in sorted(folder.glob("*.ann")) if path.with_suffix(".txt").exists()
    ]


def evaluate_mentions(folder: Path, read_facts: Callable[[str, str], Sequence[Fact]]) -> MentionScores:
    """Compare what `read_facts(text, id)` gives for every report of a brat folder with its annotations.

    Raises `StandoffError` where a file is not in the format."""
    scores = MentionScores()
    for txt, ann in pairs(folder):
        with txt.open(encoding="utf-8", newline="") as file:
            text = file.read()
        gold = tuple(gold_mentions(parse(ann.read_text(encoding="utf-8-sig"), ann.name)))
        _compare(ann.stem, gold, tuple(read_mentions(read_facts(text, ann.stem))), scores)
    return scores


def gold_mentions(entities: Iterable[Entity]) -> Iterator[Mention]:
    """The mentions among the entities of a gold file. A note of several codes counts by its first."""
    for entity in entities:
        statuses = {attribute.value for attribute in entity.attributes if attribute.name == "status"}
        if entity.type.lower() in TYPES and not statuses & _NOT_COUNTED:
            words = " ".join(entity.notes).split()
            yield Mention(entity.start, entity.end, words[0] if words else None)


def read_mentions(facts: Iterable[Fact]) -> Iterator[Mention]:
    """The mentions among facts."""
    for fact in facts:
        if fact.type == "mention" and fact.status not in _NOT_COUNTED:
            yield Mention(fact.start, fact.end, fact.attributes["code"], fact.status != "affirmed")


def _compare(case: str, gold: Sequence[Mention], found: Sequence[Mention], scores: MentionScores) -> None:
    _count(scores.ner, {(m.start, m.end) for m in gold}, {(m.start, m.end) for m in found})
    coded = {(m.start, m.end, m.code): m for m in gold if m.code}
    predicted = {(m.start, m.end, m.code): m for m in found}
    _count(scores.norm, coded.keys(), predicted.keys())
    scores.misses += [(case, "missed", coded[key]) for key in sorted(coded.keys() - predicted.keys())]
    scores.misses += [(case, "spurious", predicted[key]) for key in sorted(predicted.keys() - coded.keys())]
    codes = {m.code for m in gold if m.code}
    ranking = ranked(found)
    _count(scores.coding, codes, set(ranking))
    if codes:
        scores.average_precisions.append(average_precision(ranking, codes))


def _count(count: Count, gold: Iterable[object], found: Iterable[object]) -> None:
    a, b = set(gold), set(found)
    count.gold += len(a)
    count.predicted += len(b)
    count.correct += len(a & b)


def ranked(mentions: Sequence[Mention]) -> list[str]:
    """The codes of a report, the most certain first: affirmed before suspected, then the most often said, then the
    first said."""
    said = Counter(m.code for m in mentions if m.code)
    certain = {m.code for m in mentions if not m.suspected}
    return sorted(said, key=lambda code: (code not in certain, -said[code]))


def average_precision(ranking: Sequence[str], gold: Iterable[str | None]) -> float:
    """The mean over the gold codes of the precision at the rank where each is found, 0 for one that is not (TREC's
    AP)."""
    wanted = set(gold)
    hits, total = 0, 0.0
    for rank, code in enumerate(ranking, 1):
        if code in wanted:
            hits += 1
            total += hits / rank
    return total / len(wanted) if wanted else 0.0
