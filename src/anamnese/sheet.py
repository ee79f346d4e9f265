"""The sheet: a case as a person reads it, each line with the words that prove it and where they stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from io import StringIO
from typing import Any, Protocol

from rich.console import Console
from rich.text import Text

from anamnese.case import Case, Fact
from anamnese.labels import Language, code_name, label, labels, number

_WIDTH = 110
_QUOTE = 64
_PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("patient", ("patient",)),
    ("tumour", ("tumour",)),
    ("stage", ("stage",)),
    ("metastasis", ("metastasis",)),
    ("biomarker", ("biomarker",)),
    ("therapy", ("therapy",)),
    ("medication", ("medication",)),
    ("course", ("event", "response")),
    ("performance_status", ("performance_status",)),
    ("adverse_event", ("adverse_event",)),
    ("investigation", ("imaging", "procedure")),
    ("lesion", ("lesion",)),
    ("lab", ("lab",)),
    ("vital", ("vital",)),
)


def render(case: Case, language: Language = "fr", color: bool = False) -> str:
    """The sheet of a case: patient, tumours, stage, treatments, course; each with its words and line number."""
    out = StringIO()
    console = Console(
        file=out, width=_WIDTH, force_terminal=color, color_system="auto" if color else None, highlight=False
    )
    line_starts = [0, *(i + 1 for i, char in enumerate(case.report.text) if char == "\n")]
    console.print(Text(case.report.id, "bold"), Text("─" * max(0, _WIDTH - len(case.report.id) - 2), "dim"))
    shown = 0
    for part, types in _PARTS:
        facts = [fact for fact in case.facts if fact.type in types and fact.status != "family"]
        shown += len(facts)
        _print_part(console, label(f"sheet.{part}", language), facts, line_starts, language)
    family = [fact for fact in case.facts if fact.status == "family"]
    _print_part(console, label("sheet.family", language), family, line_starts, language)
    if not shown and not family:
        console.print("  " + label("sheet.none", language))
    console.print()
    return out.getvalue()


def _print_part(console: Console, title: str, facts: list[Fact], line_starts: list[int], language: Language) -> None:
    if not facts:
        return
    console.print(Text(f"\n{title}", "bold cyan"))
    for fact in facts:
        words = " ".join(fact.quote.split())
        words = words if len(words) <= _QUOTE else words[: _QUOTE - 1] + "…"
        place = f"{label('sheet.line', language)} {bisect_right(line_starts, fact.start)}"
        doubt = f" [{label('status.' + fact.status, language)}]" if fact.status not in ("affirmed", "family") else ""
        text = Text(f"  {(fact.date or ''):<10} ", "dim")
        text.append(describe(fact, language), "" if fact.status == "affirmed" else "italic")
        text.append(doubt, "yellow")
        text.append(f"  « {words} » {place}", "dim")
        console.print(text, soft_wrap=True)


class Described(Protocol):
    """What has a fact's type and attributes."""

    @property
    def type(self) -> str:
        """A key of `FACT_TYPES`."""
        ...

    @property
    def attributes(self) -> dict[str, Any]:
        """The attributes of that type."""
        ...


def describe(fact: Described, language: Language = "fr") -> str:
    """A fact in a few words, without its proof."""
    return _DESCRIBERS.get(fact.type, _plain)(fact.attributes, language)


def descriptions(type: str, attributes: dict[str, Any]) -> tuple[str, str]:
    """What a fact of a type is in a few words, in French and in English."""
    describer = _DESCRIBERS.get(type)
    if describer is not None:
        return describer(attributes, "fr"), describer(attributes, "en")
    both = [labels(value, key) for key, value in attributes.items()]
    return both[0] if len(both) == 1 else (_join([fr for fr, _ in both]), _join([en for _, en in both]))


def _join(parts: list[str]) -> str:
    return " ".join([part for part in parts if part])


def _value(a: dict[str, Any], attribute: str, language: Language) -> str:
    value = a.get(attribute)
    return "" if value is None else label(value, language, attribute)


def _plain(a: dict[str, Any], language: Language) -> str:
    return _join([label(value, language, key) for key, value in a.items()])


def _patient(a: dict[str, Any], language: Language) -> str:
    age = _value(a, "age_years", language)
    return _join([_value(a, "sex", language), f"{age} {label('sheet.years', language)}" if age else ""])


def _tumour(a: dict[str, Any], language: Language) -> str:
    topography, morphology, grade = a.get("topography", ""), a.get("morphology", ""), a.get("grade")
    histology = [code_name(morphology, language), f"({morphology})", "·"] if morphology else []
    return _join(
        [
            *histology,
            code_name(topography, language),
            _value(a, "laterality", language),
            f"({topography})",
            f"{label('sheet.grade', language)} {grade}" if grade else "",
        ]
    )


def _stage(a: dict[str, Any], language: Language) -> str:
    system = a.get("system", "")
    if system == "TNM":
        return str(a.get("prefix", "")) + "".join([letter.upper() + str(a[letter]) for letter in "tnm" if letter in a])
    return _join(["stade" if system == "stage" and language == "fr" else system, a.get("group", "")])


def _measured(a: dict[str, Any], language: Language, name: str) -> str:
    return _join(
        [
            _value(a, name, language),
            _value(a, "result", language),
            _value(a, "value", language),
            a.get("unit", ""),
        ]
    )


def _biomarker(a: dict[str, Any], language: Language) -> str:
    return _measured(a, language, "name")


def _lab(a: dict[str, Any], language: Language) -> str:
    return _measured(a, language, "analyte")


def _therapy(a: dict[str, Any], language: Language) -> str:
    drugs, regimen = " + ".join(a.get("drugs", ())), a.get("regimen", "")
    parts = [
        _value(a, "kind", language),
        _value(a, "intent", language),
        regimen,
        f"({drugs})" if drugs and "regimen" in a else drugs,
        a.get("procedure", ""),
    ]
    if "dose_gy" in a:
        parts.append(f"{number(a['dose_gy'], language)} Gy")
    if "fractions" in a:
        parts.append(f"{number(a['fractions'], language)} {label('sheet.fractions', language)}")
    parts.append(a.get("site", ""))
    if "cycles" in a:
        parts.append(f"× {number(a['cycles'], language)} {label('sheet.cycles', language)}")
    if "end_date" in a:
        parts.append(f"({a.get('start_date', '')} → {a['end_date']})")
    return _join(parts)


def _medication(a: dict[str, Any], language: Language) -> str:
    return _join(
        [
            a["name"],
            _value(a, "dose", language),
            a.get("unit", ""),
            a.get("schedule", ""),
            _value(a, "route", language),
        ]
    )


def _lesion(a: dict[str, Any], language: Language) -> str:
    size = " × ".join([number(value, language) for value in a["size_mm"]])
    return _join([a.get("site", ""), f"{size} mm"])


def _adverse_event(a: dict[str, Any], language: Language) -> str:
    grade = _value(a, "grade", language)
    return _join([a["term"], f"{label('sheet.grade', language)} {grade}" if grade else ""])


_DESCRIBERS: dict[str, Callable[[dict[str, Any], Language], str]] = {
    "patient": _patient,
    "tumour": _tumour,
    "stage": _stage,
    "biomarker": _biomarker,
    "lab": _lab,
    "therapy": _therapy,
    "medication": _medication,
    "lesion": _lesion,
    "adverse_event": _adverse_event,
}
