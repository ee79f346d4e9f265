"""The sheet: a case as a person reads it, each line with the words that prove it and where they stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from io import StringIO
from typing import Any, Protocol

from rich.console import Console
from rich.text import Text

from anamnese.case import Case, Fact
from anamnese.labels import Language, code_name, label, number

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
    return _DESCRIBERS.get(fact.type, _plain)(fact, language)


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _value(fact: Described, attribute: str, language: Language) -> str:
    value = fact.attributes.get(attribute)
    return "" if value is None else label(value, language, attribute)


def _plain(fact: Described, language: Language) -> str:
    return _join(*(label(value, language, key) for key, value in fact.attributes.items()))


def _patient(fact: Described, language: Language) -> str:
    age = _value(fact, "age_years", language)
    return _join(_value(fact, "sex", language), f"{age} {label('sheet.years', language)}" if age else "")


def _tumour(fact: Described, language: Language) -> str:
    topography, morphology = fact.attributes.get("topography", ""), fact.attributes.get("morphology", "")
    grade = fact.attributes.get("grade")
    return _join(
        code_name(morphology, language) if morphology else "",
        f"({morphology})" if morphology else "",
        "·" if morphology else "",
        code_name(topography, language),
        _value(fact, "laterality", language),
        f"({topography})",
        f"{label('sheet.grade', language)} {grade}" if grade else "",
    )


def _stage(fact: Described, language: Language) -> str:
    a = fact.attributes
    if a.get("system") == "TNM":
        return str(a.get("prefix", "")) + "".join(letter.upper() + str(a[letter]) for letter in "tnm" if letter in a)
    return _join(
        "stade" if a.get("system") == "stage" and language == "fr" else a.get("system", ""), a.get("group", "")
    )


def _measured(name: str) -> Callable[[Described, Language], str]:
    def describer(fact: Described, language: Language) -> str:
        return _join(
            _value(fact, name, language),
            _value(fact, "result", language),
            _value(fact, "value", language),
            fact.attributes.get("unit", ""),
        )

    return describer


def _therapy(fact: Described, language: Language) -> str:
    a = fact.attributes
    drugs = " + ".join(a.get("drugs", ()))
    dose = f"{number(a['dose_gy'], language)} Gy" if "dose_gy" in a else ""
    span = f"({a.get('start_date', '')} → {a['end_date']})" if "end_date" in a else ""
    return _join(
        _value(fact, "kind", language),
        _value(fact, "intent", language),
        a.get("regimen", ""),
        f"({drugs})" if drugs and "regimen" in a else drugs,
        a.get("procedure", ""),
        dose,
        f"{number(a['fractions'], language)} {label('sheet.fractions', language)}" if "fractions" in a else "",
        a.get("site", ""),
        f"× {number(a['cycles'], language)} {label('sheet.cycles', language)}" if "cycles" in a else "",
        span,
    )


def _medication(fact: Described, language: Language) -> str:
    a = fact.attributes
    return _join(
        a["name"],
        _value(fact, "dose", language),
        a.get("unit", ""),
        a.get("schedule", ""),
        _value(fact, "route", language),
    )


def _lesion(fact: Described, language: Language) -> str:
    size = " × ".join(number(value, language) for value in fact.attributes["size_mm"])
    return _join(fact.attributes.get("site", ""), f"{size} mm")


def _adverse_event(fact: Described, language: Language) -> str:
    grade = _value(fact, "grade", language)
    return _join(fact.attributes["term"], f"{label('sheet.grade', language)} {grade}" if grade else "")


_DESCRIBERS: dict[str, Callable[[Described, Language], str]] = {
    "patient": _patient,
    "tumour": _tumour,
    "stage": _stage,
    "biomarker": _measured("name"),
    "lab": _measured("analyte"),
    "therapy": _therapy,
    "medication": _medication,
    "lesion": _lesion,
    "adverse_event": _adverse_event,
}
