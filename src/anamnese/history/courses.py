"""The courses of treatment inside the episodes: drugs with their doses, regimen, line, response, toxicities, why they ended."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from anamnese.history.dates import when
from anamnese.history.episodes import Stretch, episode_of
from anamnese.history.story import Item, Story
from anamnese.history.tumours import Primary, tumour_of
from anamnese.lexicon.tables import PACKAGE, normalise, read_table
from anamnese.record import Course, DrugRecord, Proof

SYSTEMIC = frozenset({"chemotherapy", "targeted", "immunotherapy", "hormone"})
_RESPONSES = (
    "pathologic_complete",
    "complete",
    "no_evidence_of_disease",
    "partial",
    "favourable",
    "stable",
    "progression",
)
"""From the best response to the worst."""

_MARGINS = re.compile(
    r"(?P<r>\bR[012]\b)|(?P<clear>(?:limites|marges)[^.;\n]{0,40}(?:saines|negatives|libres|indemnes)|exerese (?:en zone saine|complete))|"
    r"(?P<involved>(?:limites|marges)[^.;\n]{0,40}(?:positives|atteintes|envahies)|exerese incomplete)",
    re.IGNORECASE,
)
_NODES = re.compile(
    r"(\d{1,2})\s?N\+?\s?/\s?(\d{1,2})|\b(\d{1,2})\s?/\s?(\d{1,2})\s?(?:ganglions|gg|N\b)|(\d{1,2}) ganglions?(?: \w+){0,3} sur (\d{1,2})"
)
_STOPPED = re.compile(
    r"(?:arret|arrete|interrompu|interruption|suspendu|suspension|stoppe)[a-z]*[^.;\n]{0,60}?(?:pour|en raison d|du fait d|devant|suite a|a cause d|secondaire a)"
    r"[a-z']*\s?(?P<why>[^.;,\n(]{3,60})"
)
_MAINTENANCE = re.compile(
    r"\b(?:entretien|maintenance|consolidation|relais|poursuite|intensification|conditionnement)\b"
)


@dataclass(slots=True)
class Treatment:
    """A course in the making: where it belongs, and what its items tell."""

    item: Item
    tumour: int | None
    episode: int
    line: int | None = None
    responses: list[Item] = field(default_factory=list)
    toxicities: list[Item] = field(default_factory=list)


@cache
def _regimens() -> dict[frozenset[str], str]:
    """The acronym of each set of drugs that has one in the table; the first row where several share their drugs."""
    found: dict[frozenset[str], str] = {}
    for row in read_table(PACKAGE / "facts" / "therapy" / "regimens.tsv"):
        drugs = frozenset(drug.strip() for drug in row.get("drugs", "").split(";") if drug.strip())
        if len(drugs) > 1:
            found.setdefault(drugs, row["name"])
    return found


@cache
def _atc() -> dict[str, str]:
    return {
        row["name"]: row["code"] for row in read_table(PACKAGE / "facts" / "medication" / "drugs.tsv") if row["code"]
    }


def treatments(story: Story, tumours: Sequence[Primary], stretches: Sequence[Sequence[Stretch]]) -> list[Treatment]:
    """The courses of all tumours in order, each with its episode, line, responses and toxicities."""
    found = []
    for item in story.of("therapy"):
        if item.status in ("family", "negated"):
            continue
        tumour = tumour_of(item, tumours)
        date = item.get("start_date") or item.date or item.get("end_date")
        episode = episode_of(stretches[tumour], date, item.order) if tumour is not None else 0
        found.append(Treatment(item, tumour, episode))
    found.sort(key=lambda treatment: (_start(treatment) or "", treatment.item.order))
    found = _in_telling_order(found)
    _number_lines(found, stretches, tumours)
    _attach(found, story)
    return found


def _start(treatment: Treatment) -> str | None:
    item = treatment.item
    return item.get("start_date") or item.date or item.get("end_date")


def _in_telling_order(found: list[Treatment]) -> list[Treatment]:
    """Undated courses stand behind the course told before them."""
    dated = [treatment for treatment in found if _start(treatment)]
    for treatment in sorted((t for t in found if not _start(t)), key=lambda t: t.item.order):
        place = 0
        for i, other in enumerate(dated):
            if other.item.order < treatment.item.order:
                place = i + 1
        dated.insert(place, treatment)
    return dated


def _number_lines(found: list[Treatment], stretches: Sequence[Sequence[Stretch]], tumours: Sequence[Primary]) -> None:
    """Number the systemic courses of advanced disease from 1; maintenance and consolidation go on in the line before them."""
    lines: dict[int, int] = {}
    for treatment in found:
        item, tumour = treatment.item, treatment.tumour
        if tumour is None or item.get("kind") not in SYSTEMIC or item.status != "affirmed":
            continue
        if item.get("intent") in ("adjuvant", "neoadjuvant"):
            continue
        reached = [stretches[tumour][i] for i in range(treatment.episode + 1)]
        if not any(stretch.advanced for stretch in reached) and not tumours[tumour].haematological:
            continue
        if stretches[tumour][treatment.episode].kind == "remission" or _MAINTENANCE.search(normalise(item.quote)):
            treatment.line = None
            continue
        lines[tumour] = lines.get(tumour, 0) + 1
        treatment.line = lines[tumour]


def _attach(found: list[Treatment], story: Story) -> None:
    """Give each response and toxicity to the course before it: by date where both have one, else by the telling."""
    for item in story.of("response", "adverse_event"):
        if item.status not in ("affirmed", "suspected"):
            continue
        chosen = None
        for treatment in found:
            if treatment.item.status == "planned":
                continue
            start = _start(treatment)
            if item.date and start:
                shown = min(len(item.date), len(start))
                before = start[:shown] <= item.date[:shown]
            else:
                before = treatment.item.order <= item.order
            if before and (
                chosen is None
                or item.type == "adverse_event"
                or treatment.item.get("kind") != "surgery"
                or chosen.item.get("kind") == "surgery"
            ):
                chosen = treatment
        if chosen is not None:
            (chosen.responses if item.type == "response" else chosen.toxicities).append(item)


def course(treatment: Treatment, story: Story) -> Course:
    """The record of a course."""
    item = treatment.item
    drugs = tuple(item.get("drugs") or ())
    regimen = item.get("regimen")
    recognised = None if regimen else _regimens().get(frozenset(drugs))
    best = min(
        (_RESPONSES.index(r.get("category")) for r in treatment.responses if r.get("category") in _RESPONSES),
        default=None,
    )
    start, end = item.get("start_date") or item.date, item.get("end_date")
    proofs = [*item.proofs]
    for told in (*treatment.responses, *treatment.toxicities):
        proofs += told.proofs
    sentence = _sentence(story, item)
    margins, nodes = _margins(sentence) if item.get("kind") == "surgery" else (None, None)
    return Course(
        kind=item.get("kind") or "other",
        intent=item.get("intent"),
        regimen=regimen or recognised,
        regimen_recognised=recognised is not None,
        drugs=tuple(_drug(name, item, story, proofs) for name in drugs),
        cycles=item.get("cycles"),
        start=when(start, "stated" if item.get("start_date") else "inferred"),
        end=when(end or (start if item.get("kind") in ("surgery", "transplant") else None)),
        line=treatment.line,
        status=item.status,
        dose_gy=item.get("dose_gy"),
        fractions=item.get("fractions"),
        site=item.get("site"),
        procedure=item.get("procedure"),
        margins=margins,
        nodes=nodes,
        best_response=_RESPONSES[best] if best is not None else None,
        toxicities=tuple(dict.fromkeys(_toxicity(told) for told in treatment.toxicities)),
        stop_reason=_stop_reason(sentence),
        proofs=tuple(dict.fromkeys(proofs)),
    )


def _drug(name: str, item: Item, story: Story, proofs: list[Proof]) -> DrugRecord:
    """A drug of a course, with the dose of the medication told inside its words or beside it."""
    told = [m for m in story.of("medication") if m.get("name") == name and m.report == item.report]
    inside = [m for m in told if m.span[0] < item.span[1] and item.span[0] < m.span[1]]
    chosen = inside or [m for m in told if m.date is not None and m.date == item.date]
    if not chosen:
        return DrugRecord(name, atc=_atc().get(name))
    drug = chosen[0]
    proofs += drug.proofs
    return DrugRecord(
        name, drug.get("dose"), drug.get("unit"), drug.get("schedule"), drug.get("route"), _atc().get(name)
    )


def _toxicity(item: Item) -> str:
    grade = item.get("grade")
    return f"{item.get('term')} (grade {grade:g})" if isinstance(grade, int | float) else str(item.get("term"))


def _sentence(story: Story, item: Item) -> str:
    """The folded sentence of an item and the one behind it."""
    case = next((case for case in story.cases if case.report.id == item.report), None)
    if case is None:
        return ""
    starts, folded = case.report.sentences, case.report.folded
    after = [start for start in starts if start > item.span[0]][:2]
    before = max((start for start in starts if start <= item.span[0]), default=0)
    return folded[before : after[-1] if len(after) == 2 else len(folded)][:1500]


def _margins(sentence: str) -> tuple[str | None, str | None]:
    match = _MARGINS.search(sentence)
    margins = None
    if match:
        margins = match["r"].upper() if match["r"] else "R0" if match["clear"] else "R1"
    nodes = _NODES.search(sentence)
    groups = [group for group in nodes.groups() if group] if nodes else []
    return margins, f"{groups[0]}/{groups[1]}" if len(groups) == 2 and int(groups[0]) <= int(groups[1]) else None


def _stop_reason(sentence: str) -> str | None:
    match = _STOPPED.search(sentence)
    return match["why"].strip() if match else None
