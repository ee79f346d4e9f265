"""Stages: T, N, M, groups and counts of nodes that do not go together, or not with what is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from anamnese.case import Fact
from anamnese.checks.checked import Checked, Page, before
from anamnese.checks.rule import Clash, rule
from anamnese.checks.words import table
from anamnese.record import Place

_NEAR = 120
"""Characters between two statements that are meant as one."""


def _tnm(record: Checked) -> Iterator[tuple[Page, Fact]]:
    return ((page, fact) for page, fact in record.facts("stage") if fact.attributes["system"] == "TNM")


@rule(
    "high",
    fr="M0 (« {0} ») mais une métastase est dite au même moment (« {1} »).",
    en="M0 (“{0}”) but a metastasis is told at the same time (“{1}”).",
)
def m0_beside_metastasis(record: Checked) -> Iterator[Clash]:
    """M0 and a distant metastasis in one sentence or the next, or on one day; of one tumour, and no staging of a
    later time.
    """
    if len(record.tumours) > 1 or not record.one_patient:
        return
    for page, stage in _tnm(record):
        if stage.attributes.get("m") != "0" or stage.attributes.get("prefix", "").startswith(("y", "r")):
            continue
        for metastasis in page.facts("metastasis"):
            if metastasis.attributes["site"] in ("lymph_node", "other", "skin") or stage.date != metastasis.date:
                continue  # regional, of the tumour's own place, or of another time
            first, last = sorted((stage, metastasis), key=lambda fact: fact.start)
            near = last.start - first.end <= _NEAR
            if not near and (stage.date is None or last is metastasis or last.start - first.end > _ONE_ACCOUNT):
                continue
            treated = any(first.end <= fact.start < last.start for fact in page.facts("therapy"))
            if not treated and not page.words_between("later", first.end, last.end):
                yield Clash((page.of(stage), page.of(metastasis)), "M1")
                break


_ONE_ACCOUNT = 1500
"""Characters from a metastasis found to the stage that sums up the findings."""


@rule(
    "low",
    fr="M1 (« {0} ») mais aucune métastase à distance n'est dite.",
    en="M1 (“{0}”) but no distant metastasis is told.",
)
def m1_without_metastasis(record: Checked) -> Iterator[Clash]:
    """M1 in a story that names no distant metastasis, not even a suspected one, and no stage IV."""
    if not record.one_patient or any(page.case.report.date for page in record.pages):
        return  # a hospital's document may tell the stage alone
    if any(fact.attributes["site"] != "lymph_node" for page in record.pages for fact in page.told("metastasis")):
        return
    if any(page.words("spread") for page in record.pages):
        return
    stages = [(page, fact) for page, fact in _tnm(record) if fact.attributes.get("m", "").startswith("1")]
    if stages and not any(fact.attributes.get("group", "").startswith("IV") for _, fact in record.facts("stage")):
        page, stage = stages[0]
        yield Clash((page.of(stage),), re.sub(r"(?i)m1[a-d]?", "M0", stage.quote))


@rule(
    "medium",
    fr="« {0} » suppose un traitement avant l'opération, mais le premier traitement est dit après (« {1} »).",
    en="“{0}” means treatment before the operation, but the first treatment is told after it (“{1}”).",
)
def yp_without_prior_treatment(record: Checked) -> Iterator[Clash]:
    """`yp` where the treatments told all follow it; a report that tells no treatment but surgery may simply not tell
    it.
    """
    if not record.one_patient:
        return
    for page, stage in _tnm(record):
        if not stage.attributes.get("prefix", "").startswith("y"):
            continue
        therapies = [
            fact
            for fact in page.told("therapy")
            if fact.attributes["kind"]
            in ("chemotherapy", "targeted", "immunotherapy", "hormone", "radiotherapy", "embolisation")
        ]
        if not therapies or any(
            fact.start < stage.start or fact.attributes.get("intent") == "neoadjuvant" or before(fact.date, stage.date)
            for fact in therapies
        ):
            continue
        if page.words("neoadjuvant") or any(other is not page for other in record.pages):
            continue
        suggestion = stage.quote.replace("yp", "p", 1) if stage.quote.startswith("yp") else None
        yield Clash((page.of(stage), page.of(therapies[0])), suggestion)


@rule(
    "low",
    fr="« {0} » est un stade pathologique, mais ni opération ni pièce n'est dite.",
    en="“{0}” is a pathological stage, but neither operation nor specimen is told.",
)
def p_without_surgery(record: Checked) -> Iterator[Clash]:
    """`pT…` in reports that tell no operation, specimen or endoscopic removal."""
    stages = [(page, stage) for page, stage in _tnm(record) if stage.attributes.get("prefix") == "p"]
    if not stages or not record.one_patient:
        return
    if any(
        fact.attributes["kind"] in ("surgery", "transplant") for page in record.pages for fact in page.told("therapy")
    ):
        return
    if any(page.words("specimen") for page in record.pages):
        return
    yield Clash((stages[0][0].of(stages[0][1]),), stages[0][1].quote.replace("p", "c", 1))


@cache
def _metastatic_only() -> tuple[str, ...]:
    """The organs in which stage IV is M1 and nothing else."""
    return tuple(row["topography"] for row in table("stage_groups") if row["groups"] == "IV is M1")


_ROMAN = re.compile(r"^(IV|III|II|I|0)")


@rule(
    "medium",
    fr="Le stade (« {1} ») ne va pas avec le TNM (« {0} ») : {why}.",
    en="The stage (“{1}”) does not go with the TNM (“{0}”): {why}.",
)
def group_against_tnm(record: Checked) -> Iterator[Clash]:
    """M1 below stage IV, stage IV with M0, stage I with N2–3; not where UICC groups an organ otherwise
    (`stage_groups.tsv`).
    """
    otherwise = tuple(row["topography"] for row in table("stage_groups") if row["groups"] == "otherwise")
    for page in record.pages:
        for first, second in pairwise(page.facts("stage")):
            systems = (first.attributes["system"], second.attributes["system"])
            if set(systems) != {"TNM", "stage"} or second.start - first.end > _NEAR // 2:
                continue
            tnm, stage = (first, second) if systems[0] == "TNM" else (second, first)
            told = [fact for owner, fact in record.tumours if owner is page and fact.start <= tnm.start]
            tumour = told[-1] if told else next((fact for _, fact in record.tumours), None)
            if tumour is None or tumour.attributes["topography"].startswith(otherwise):
                continue
            group = _ROMAN.match(stage.attributes.get("group", "").upper())
            why = _mismatch(tnm.attributes, group[1], tumour.attributes["topography"]) if group else None
            if why:
                yield Clash((page.of(tnm), page.of(stage)), None, {"why": why})


def _mismatch(tnm: dict[str, str], group: str, topography: str) -> tuple[str, str] | None:
    t, n, m = (tnm.get(letter, "").lower() for letter in "tnm")
    if m.startswith("1") and group != "IV":
        return ("M1 est un stade IV", "M1 is stage IV")
    if m.startswith("0") and group == "IV" and topography.startswith(_metastatic_only()):
        return ("un stade IV sans M1", "stage IV without M1")
    if group == "I" and n[:1] in ("2", "3"):
        return ("un stade I n'a pas de N2", "stage I has no N2")
    if group == "0" and t[:1] in ("2", "3", "4"):
        return ("un stade 0 n'a pas de T invasif", "stage 0 has no invasive T")
    return None


_POSITIVE_OF = (
    re.compile(r"(\d{1,3}) ?n ?\+ ?(?:/|sur|pour) ?(\d{1,3})(?: ?n\b)?"),
    re.compile(
        r"(\d{1,3}) (?:ganglions?|gg|adenopathies?)(?: [a-z]+)? (?:positifs?|envahis?|metastatiques?|atteints?)"
        r"(?: [a-z]+)? ?(?:/|sur|parmi) ?(?:les )?(\d{1,3})(?! ?(?:mm|cm|/))"
    ),
    re.compile(
        r"(\d{1,3}) ?(?:/|sur) ?(\d{1,3}) (?:ganglions?|gg)(?: [a-z]+)? (?:positifs?|envahis?|metastatiques?|atteints?)"
    ),
    re.compile(
        r"(?:ganglions?|gg) (?:positifs?|envahis?|metastatiques?|atteints?) ?[:=(]? "
        r"?(\d{1,3}) ?/ ?(\d{1,3})(?! ?(?:mm|cm|/))"
    ),
)
_IN_TNM = re.compile(r"n([0-3])[a-c]?(?: ?\((?:sn|mi|i[-+])\))? ?\((\d{1,3}) ?(?:n\+ ?)?/ ?(\d{1,3})(?: ?n)?\)")


def _counts(page: Page) -> Iterator[tuple[int, int, Place]]:
    """The positive and examined nodes told, with their words."""
    anchors = [word.start for word in page.words("nodes")]
    pos = page.flat.find("n+")
    while pos != -1:
        anchors.append(pos)
        pos = page.flat.find("n+", pos + 2)
    for anchor in anchors:
        start = max(0, anchor - 12)
        while start and page.flat[start - 1].isdigit():
            start -= 1
        for pattern in _POSITIVE_OF:
            match = pattern.search(page.flat, start, min(len(page.flat), anchor + 60))
            if match and match.start() <= anchor:
                yield int(match[1]), int(match[2]), page.place(*match.span())
                break


def _counts_in_tnm(page: Page) -> Iterator[tuple[str, int, int, Place]]:
    """The nodes told in brackets inside a TNM: N, positive, examined."""
    for fact in page.facts("stage"):
        match = _IN_TNM.search(page.flat, fact.start, min(len(page.flat), fact.end + 12))
        if match:
            yield match[1], int(match[2]), int(match[3]), page.place(fact.start, max(fact.end, match.end()))


@rule(
    "high",
    fr="« {0} » : plus de ganglions envahis ({positive}) que de ganglions examinés ({examined}).",
    en="“{0}”: more nodes involved ({positive}) than examined ({examined}).",
)
def more_nodes_positive_than_examined(record: Checked) -> Iterator[Clash]:
    """`12N+/8`: more positive nodes than nodes; read the other way round."""
    for page in record.pages:
        seen: set[int] = set()
        for positive, examined, place in [*_counts(page), *((p, e, w) for _, p, e, w in _counts_in_tnm(page))]:
            if positive > examined and place.start not in seen:
                seen.add(place.start)
                yield Clash((place,), f"{examined}/{positive}", {"positive": str(positive), "examined": str(examined)})


@rule(
    "medium",
    fr="« {0} » : N{n} ne va pas avec {positive} ganglion(s) envahi(s) sur {examined}.",
    en="“{0}”: N{n} does not go with {positive} involved node(s) of {examined}.",
)
def n_against_count(record: Checked) -> Iterator[Clash]:
    """N0 with involved nodes in its brackets, N1–3 with none."""
    for page in record.pages:
        for n, positive, examined, place in _counts_in_tnm(page):
            if (n == "0") != (positive == 0) and positive <= examined:
                yield Clash((place,), None, {"n": n, "positive": str(positive), "examined": str(examined)})


_TNM_CORE = re.compile(r"t[0-9x][a-d]?n[0-9]")
_NO_SUCH = re.compile(
    r"(?:[cpyr]{1,2})?(?:t[5-9]n[0-3x]|t[0-4x][a-d]?n[4-9]|t[0-4x][a-d]?n[0-3x][a-c]?m[2-9])[a-d]?(?:m[0-9x])?\b"
)


@rule(
    "medium",
    fr="« {0} » : ce TNM n'existe pas (T0–T4, N0–N3, M0–M1).",
    en="“{0}”: there is no such TNM (T0–T4, N0–N3, M0–M1).",
)
def tnm_that_does_not_exist(record: Checked) -> Iterator[Clash]:
    """A T beyond 4, an N beyond 3, an M beyond 1 (UICC, TNM 8th edition)."""
    for page in record.pages:
        for core in _TNM_CORE.finditer(page.flat):
            start = core.start()
            while start > core.start() - 2 and page.flat[start - 1 : start] in ("c", "p", "y", "r"):
                start -= 1
            match = None if start and page.flat[start - 1].isalnum() else _NO_SUCH.match(page.flat, start)
            if match:
                yield Clash((page.place(*match.span()),))


_GLEASON = re.compile(r"([1-9]) ?(?:\((\d)\) ?)?\+ ?([1-9]) ?(?:=|\(|:) ?(\d{1,2})\b")


@rule(
    "medium",
    fr="« {0} » : la somme est {total}.",
    en="“{0}”: the sum is {total}.",
)
def gleason_sum(record: Checked) -> Iterator[Clash]:
    """A Gleason score whose sum is not that of its two grades, or with a grade beyond 5."""
    for page in record.pages:
        for fact in page.facts("stage"):
            if fact.attributes["system"] != "Gleason":
                continue
            match = _GLEASON.search(page.flat, fact.start, min(len(page.flat), fact.end + 16))
            if match and int(match[1]) <= 5 and int(match[3]) <= 5 and int(match[1]) + int(match[3]) != int(match[4]):
                total = str(int(match[1]) + int(match[3]))
                yield Clash(
                    (page.place(fact.start, max(fact.end, match.end())),),
                    f"{match[1]}+{match[3]}={total}",
                    {"total": total},
                )


RULES = (
    m0_beside_metastasis,
    m1_without_metastasis,
    yp_without_prior_treatment,
    p_without_surgery,
    group_against_tnm,
    more_nodes_positive_than_examined,
    n_against_count,
    tnm_that_does_not_exist,
    gleason_sum,
)
