"""How well facts were read: precision, recall and F1 a type, and the accuracy of attributes, against gold facts.

The definitions are those of the bench's referee: a predicted fact matches a gold one by what it says (its words need
only lie near), each fact once, the best pairs first; a `suspected` or `planned` gold fact need not be found; `mention`
is scored as the set of codes of a report, where its gold has `codes`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from anamnese.lexicon.tables import read_table

Flat = dict[str, Any]
"""A fact as a flat JSON object."""

_POLARITY = {
    "positive": 1,
    "mutated": 1,
    "amplified": 1,
    "rearranged": 1,
    "unstable": 1,
    "negative": -1,
    "wild_type": -1,
    "stable": -1,
    "equivocal": 0,
}
_COMPARED: dict[str, tuple[str, ...]] = {
    "tumour.morphology": ("date", "status"),
    "tumour.topography": ("topography",),
    "metastasis": ("status",),
    "stage": ("prefix",),
    "medication": ("dose", "unit", "route"),
    "therapy": ("intent", "start_date", "end_date", "cycles", "dose_gy", "fractions"),
    "response": ("date",),
    "event": ("kind", "date"),
    "lab": ("unit", "date"),
    "lesion": ("site",),
    "imaging": ("date", "site"),
    "procedure": ("date", "site"),
    "biomarker": ("result", "value"),
}
"""The attributes whose accuracy is measured on matched facts."""


@dataclass(slots=True)
class Count:
    """Gold, predicted and correct facts."""

    gold: int = 0
    predicted: int = 0
    correct: int = 0

    @property
    def precision(self) -> float:
        """Correct of predicted; 0 where nothing was predicted."""
        return self.correct / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Correct of gold; 0 where there is no gold."""
        return self.correct / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Miss:
    """One error: a fact missed, spurious, or wrong in an attribute."""

    type: str
    case: str
    what: str
    fact: Flat


@dataclass(slots=True)
class Evaluation:
    """The counts over all cases."""

    types: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    attributes: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    misses: list[Miss] = field(default_factory=list)
    ungrounded: int = 0

    def micro(self) -> Count:
        """All types but `mention` together."""
        total = Count()
        for kind, count in self.types.items():
            if kind != "mention":
                total = Count(total.gold + count.gold, total.predicted + count.predicted, total.correct + count.correct)
        return total

    def macro_f1(self) -> float:
        """The mean F1 of the types with at least five gold facts."""
        scores = [count.f1 for count in self.types.values() if count.gold >= 5]
        return sum(scores) / len(scores) if scores else 0.0

    def attribute_accuracy(self) -> float:
        """The share of attributes right on matched facts."""
        gold = sum(count.gold for count in self.attributes.values())
        return sum(count.correct for count in self.attributes.values()) / gold if gold else 0.0


def evaluate(gold_dir: Path, read_facts: Callable[[str, str], list[Flat]]) -> Evaluation:
    """Compare what `read_facts(text, id)` gives for every `ID.txt` of a folder with the gold facts of its `ID.json`."""
    result = Evaluation()
    for path in sorted(gold_dir.glob("*.json")):
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        _compare(path.stem, text, json.loads(path.read_text(encoding="utf-8")), read_facts(text, path.stem), result)
    return result


def _compare(case: str, text: str, gold: dict[str, Any], predicted: list[Flat], result: Evaluation) -> None:
    grounded = [fact for fact in predicted if fact["quote"] and text[fact["start"] : fact["end"]] == fact["quote"]]
    result.ungrounded += len(predicted) - len(grounded)
    accepted = {code[:6] for code in gold.get("codes", ())}
    if accepted:
        _compare_codes(case, accepted, grounded, result)
    gold_by, predicted_by = _by_type(gold["facts"]), _by_type(grounded)
    for kind in sorted(gold_by.keys() | predicted_by.keys()):
        _compare_type(case, kind, gold_by.get(kind, []), predicted_by.get(kind, []), accepted, result)


def _compare_codes(case: str, gold: set[str], facts: list[Flat], result: Evaluation) -> None:
    found = {
        fact["code"][:6]
        for fact in facts
        if fact["type"] == "mention" and fact.get("status") not in ("family", "negated")
    }
    count = result.types["mention"]
    count.gold += len(gold)
    count.predicted += len(found)
    count.correct += len(gold & found)
    for what, codes in (("missed", gold - found), ("spurious", found - gold)):
        result.misses += [Miss("mention", case, what, {"quote": code}) for code in sorted(codes)]


def _compare_type(
    case: str, kind: str, gold: list[Flat], predicted: list[Flat], accepted: set[str], result: Evaluation
) -> None:
    pairs = sorted(
        (
            (score, i, j)
            for i, g in enumerate(gold)
            for j, p in enumerate(predicted)
            if (score := agreement(kind, g, p, accepted))
        ),
        reverse=True,
    )
    matched: dict[int, int] = {}
    for _, i, j in pairs:
        if i not in matched and j not in matched.values():
            matched[i] = j
    missed = [g for i, g in enumerate(gold) if i not in matched and g.get("status") not in ("suspected", "planned")]
    spurious = [p for j, p in enumerate(predicted) if j not in matched.values()]
    count = result.types[kind]
    count.gold += len(matched) + len(missed)
    count.predicted += len(predicted)
    count.correct += len(matched)
    result.misses += [Miss(kind, case, "missed", fact) for fact in missed] + [
        Miss(kind, case, "spurious", fact) for fact in spurious
    ]
    for i, j in matched.items():
        for attribute in _COMPARED.get(kind, ()):
            if gold[i].get(attribute) is None and attribute != "status":
                continue
            right = _same_attribute(attribute, gold[i], predicted[j])
            tally = result.attributes[f"{kind}: {attribute}"]
            tally.gold += 1
            tally.correct += right
            if not right:
                what = f"{attribute} {predicted[j].get(attribute)!r} for {gold[i].get(attribute)!r}"
                result.misses.append(Miss(kind, case, what, gold[i]))


def _by_type(facts: Iterable[Flat]) -> dict[str, list[Flat]]:
    """The facts to compare, by what they are compared as: a tumour counts as its parts, a progression as an event."""
    out: dict[str, list[Flat]] = defaultdict(list)
    for fact in map(_progression_as_event, facts):
        kind, status = fact["type"], fact.get("status")
        if kind == "mention" or status == "family" or (status == "negated" and kind != "biomarker"):
            continue
        if (
            kind == "event"
            and fact.get("kind") == "progression"
            and any(_told_twice(fact, other) for other in out["event"])
        ):
            continue
        for key in _keys(kind, fact):
            out[key].append(fact)
    return out


def _progression_as_event(fact: Flat) -> Flat:
    if fact["type"] == "response" and fact.get("category") == "progression":
        return {**fact, "type": "event", "kind": "progression"}
    return fact


def _told_twice(fact: Flat, other: Flat) -> bool:
    same_day = bool(fact.get("date")) and fact.get("date") == other.get("date")
    return other.get("kind") == "progression" and (_overlap(fact, other) or same_day)


def _keys(kind: str, fact: Flat) -> Iterator[str]:
    parts = {"tumour": ("topography", "morphology", "laterality", "grade"), "patient": ("sex", "age_years")}.get(kind)
    if parts is None:
        yield kind
    else:
        yield from (f"{kind}.{part}" for part in parts if fact.get(part) not in (None, ""))


def agreement(kind: str, gold: Flat, predicted: Flat, accepted: Set[str] = frozenset()) -> float:
    """How well a predicted fact states a gold one; 0: not at all. `accepted`: the codes that human coders gave."""
    near = 0.5 if _overlap(gold, predicted) else 0.0
    dated = 0.25 if gold.get("date") and _same_date(gold["date"], predicted.get("date")) else 0.0
    score = 1 + near + dated
    if kind.startswith("tumour."):
        return (1 + near) * _same_part(kind[7:], gold, predicted, bool(near), accepted)
    if kind == "therapy":
        return _therapy_agreement(gold, predicted, near, score)
    if kind in ("response", "event"):
        key = "category" if kind == "response" else "kind"
        relapses = gold[key].startswith("relapse") and str(predicted.get(key)).startswith("relapse")
        placed = bool(near or dated or not gold.get("date"))
        return float(score * ((gold[key] == predicted.get(key) or relapses) and placed))
    if kind == "medication":
        same_dose = gold.get("dose") is not None and _number(gold["dose"]) == _number(predicted.get("dose"))
        return (score + 0.5 * same_dose) * (_drug(gold["name"]) == _drug(predicted["name"]))
    if kind in ("procedure", "imaging"):
        key = "kind" if kind == "procedure" else "modality"
        return float(score * (gold[key] == predicted.get(key)))
    return (1 + near) * _says_the_same(kind, gold, predicted, bool(near))


def _same_part(part: str, gold: Flat, predicted: Flat, near: bool, accepted: Set[str]) -> bool:
    if part == "topography":
        return bool(gold[part][:3] == predicted[part][:3])
    return gold[part] == predicted[part] or (part == "morphology" and near and predicted[part] in accepted)


def _says_the_same(kind: str, gold: Flat, predicted: Flat, near: bool) -> bool:
    def same(*keys: str) -> bool:
        return all(_number(gold.get(key)) == _number(predicted.get(key)) for key in keys)

    if kind == "patient.sex":
        return same("sex")
    if kind == "patient.age_years":
        return same("age_years")
    if kind == "section":
        return same("kind") and abs(gold["start"] - predicted["start"]) <= 3
    if kind == "metastasis":
        return same("site")
    if kind == "stage":
        keys = ("t", "n", "m") if gold["system"] == "TNM" else ("group",)
        return same("system") and all(_fold(gold.get(key, "")) == _fold(predicted.get(key, "")) for key in keys)
    if kind == "biomarker":
        if _canonical("marker", gold["name"]) != _canonical("marker", predicted["name"]):
            return False
        result = "result" in gold and _POLARITY.get(gold["result"]) == _POLARITY.get(
            predicted.get("result", ""), "none"
        )
        value = gold.get("value") is not None and _number(gold["value"]) == _number(predicted.get("value"))
        return result or value or not {"result", "value"} & gold.keys()
    if kind == "lab":
        return _canonical("analyte", gold["analyte"]) == _canonical("analyte", predicted["analyte"]) and same("value")
    if kind == "vital":
        return same("name", "value")
    if kind == "lesion":
        return [_number(x) for x in gold["size_mm"]] == [_number(x) for x in predicted.get("size_mm", ())]
    if kind == "performance_status":
        return same("scale", "value")
    if kind == "adverse_event":
        return _similar(gold["term"], predicted["term"])
    return kind == "time" and near and same("value")


def _therapy_agreement(gold: Flat, predicted: Flat, near: float, score: float) -> float:
    if gold["kind"] != predicted.get("kind"):
        return 0
    gold_drugs, drugs = ({_drug(name) for name in fact.get("drugs", ())} for fact in (gold, predicted))
    if gold["kind"] == "surgery":
        return score * (
            _similar(gold.get("procedure"), predicted.get("procedure")) or bool(near and not gold.get("procedure"))
        )
    if gold_drugs or drugs:
        same_regimen = bool(gold.get("regimen")) and _fold(gold["regimen"]) == _fold(predicted.get("regimen", ""))
        if not gold_drugs & drugs and not same_regimen:
            return 0
        return score + len(gold_drugs & drugs) / len(gold_drugs | drugs)
    doses = [fact.get("dose_gy") for fact in (gold, predicted)]
    if gold["kind"] == "radiotherapy" and all(doses) and _number(doses[0]) != _number(doses[1]) and not near:
        return 0
    return score


def _same_attribute(attribute: str, gold: Flat, predicted: Flat) -> bool:
    a, b = gold.get(attribute), predicted.get(attribute)
    if attribute == "start_date":
        b = b or predicted.get("date")
    if attribute in ("date", "start_date", "end_date"):
        return _same_date(a, b)
    if attribute == "site":
        return _similar(a, b)
    if attribute == "status":
        return (a or "affirmed") == (b or "affirmed")
    if attribute == "unit":
        return _unit(a) == _unit(b)
    return bool(_number(a) == _number(b))


def _overlap(a: Flat, b: Flat) -> bool:
    return bool(a["start"] < b["end"] and b["start"] < a["end"])


def _same_date(a: str | None, b: str | None) -> bool:
    if not a or not b:
        return a == b
    shown = min(len(a), len(b), 7)
    return a[:shown] == b[:shown]


def _fold(value: Any) -> str:
    plain = unicodedata.normalize("NFD", str(value)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


@cache
def _equivalents(kind: str) -> dict[str, str]:
    return {
        row["name"]: row["same"]
        for row in read_table(Path(__file__).with_name("equivalents.tsv"))
        if row["kind"] == kind
    }


def _canonical(kind: str, name: str) -> str:
    folded = _fold(name)
    return _equivalents(kind).get(folded, folded.replace(" ", ""))


def _drug(name: str) -> str:
    return re.sub(r"(e|um|a)$", "", _fold(name).replace("ph", "f").replace("y", "i"))


def _unit(unit: Any) -> str:
    plain = str(unit).replace("²", "2").replace("µ", "u").replace("μ", "u")
    return re.sub(r"(j|jour|jr|day|d|24h)$", "", _fold(plain).replace(" ", ""))


def _number(value: Any) -> Any:
    try:
        return round(float(value), 3)
    except (TypeError, ValueError):
        return None if value is None else _fold(value)


def _similar(a: str | None, b: str | None) -> bool:
    if _fold(a or "") == _fold(b or ""):
        return True
    x, y = ({word[:6] for word in _fold(text or "").split() if len(word) > 2} for text in (a, b))
    return bool(x & y) and len(x & y) / min(len(x), len(y)) >= 0.5
