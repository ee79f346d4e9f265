"""Biology: markers against each other and against the drugs given for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from anamnese.case import Fact
from anamnese.checks.checked import Checked, Page, before
from anamnese.checks.rule import Clash, rule
from anamnese.checks.words import table
from anamnese.record import Place

_CALLED = re.compile(
    r"[ ,:)(=-]{0,3}(?:est |soit |donc |considere[e]? comme |c'est-a-dire )?"
    r"(negati\w*|non amplifie\w*|positi\w*|surexprime\w*)"
)


def _score_words(page: Page, fact: Fact) -> tuple[str, Place] | None:
    """What the words beside a HER2 score call it: (`negative` or `positive`, words)."""
    inside = re.search(r"negati\w*|non surexprim\w*|positi\w*", page.flat[fact.start : fact.end])
    after = _CALLED.match(page.flat, fact.end)
    if inside:
        return ("positive" if inside[0].startswith("pos") else "negative"), page.of(fact)
    if after:
        return ("negative" if after[1].startswith(("neg", "non")) else "positive"), page.place(fact.start, after.end())
    return None


@rule(
    "high",
    fr="« {0} » : un score HER2 de {score}+ est {right}.",
    en="“{0}”: a HER2 score of {score}+ is {right}.",
)
def her2_score_against_its_name(record: Checked) -> Iterator[Clash]:
    """HER2 3+ called negative, 0 or 1+ called positive (ASCO/CAP 2018 and 2023)."""
    for page, fact in record.facts("biomarker"):
        score = fact.attributes.get("value")
        if fact.attributes["name"] != "HER2" or fact.attributes.get("unit") != "+" or score not in (0, 1, 3):
            continue
        called = _score_words(page, fact)
        right = "positive" if score == 3 else "negative"
        if called and called[0] != right:
            french = {"positive": "positif", "negative": "négatif"}[right]
            yield Clash((called[1],), f"HER2 {score}+ {french}", {"score": str(score), "right": (french, right)})


_OPPOSED = {
    "positive": {"negative"}, "negative": {"positive", "amplified"}, "amplified": {"negative"},
    "mutated": {"wild_type"}, "wild_type": {"mutated"}, "stable": {"unstable"}, "unstable": {"stable"},
}  # fmt: skip
_PREDICTIVE = (
    "ER",
    "PR",
    "HER2",
    "EGFR",
    "ALK",
    "ROS1",
    "KRAS",
    "NRAS",
    "BRAF",
    "MSI",
    "PD-L1",
    "BRCA1",
    "BRCA2",
    "KIT",
    "CD20",
)


@rule(
    "medium",
    fr="{name} est dit des deux façons : « {0} » et « {1} ».",
    en="{name} is told both ways: “{0}” and “{1}”.",
)
def marker_told_both_ways(record: Checked) -> Iterator[Clash]:
    """One predictive marker with opposed results and no new sample between them: one date, or one sentence; of a
    single tumour.
    """
    if len(record.tumours) > 1 or not record.one_patient:
        return
    for page in record.pages:
        told: dict[str, Fact] = {}
        for fact in page.told("biomarker"):
            name, result = fact.attributes["name"], fact.attributes.get("result")
            if name not in _PREDICTIVE or fact.status not in ("affirmed", "negated"):
                continue
            first = told.setdefault(name, fact)
            if result not in _OPPOSED.get(first.attributes.get("result", ""), ()) or first.date != fact.date:
                continue
            if page.words_between("another_sample", *_around(page, first)) or page.words_between(
                "another_sample", *_around(page, fact)
            ):
                continue
            if _explained(first, fact):
                continue
            yield Clash((page.of(first), page.of(fact)), None, {"name": name})
            break


def _around(page: Page, fact: Fact) -> tuple[int, int]:
    sentence = page.sentence(fact.start)
    return max(0, sentence.start - 120), sentence.end


def _explained(first: Fact, second: Fact) -> bool:
    """Whether two results differ in kind: a score and the amplification that settles it, two variants of a gene."""
    units = {first.attributes.get("unit"), second.attributes.get("unit")}
    return "amplified" in (first.attributes.get("result"), second.attributes.get("result")) and "+" in units


def _known(record: Checked, marker: str, page: Page, drug: Fact) -> list[tuple[Page, Fact]]:
    """What was known of a marker when a drug was given: its results told before the drug and not dated after it."""
    return [
        (owner, fact)
        for owner in record.pages
        for fact in owner.told("biomarker")
        if fact.attributes["name"] == marker
        and fact.status in ("affirmed", "negated")
        and fact.attributes.get("result", "equivocal") != "equivocal"
        and not before(drug.date, fact.date)
        and (owner is not page or fact.start < drug.start or before(fact.date, drug.date))
    ]


def _denied(
    record: Checked, row: dict[str, str], page: Page, drug: Fact
) -> tuple[Page, Fact, Literal["always", "lately"]] | None:
    """The result that speaks against a drug: the last known of every marker; None where one is for it."""
    wrong = row["result"].split()
    found: list[tuple[Page, Fact]] = []
    always = True
    for name in row["marker"].split():
        known = _known(record, name, page, drug)
        if not known or known[-1][1].attributes["result"] not in wrong:
            return None
        last = known[-1][1]
        if any(fact.attributes["result"] not in wrong and fact.date == last.date for _, fact in known):
            return None
        always = always and all(fact.attributes["result"] in wrong for _, fact in known)
        found.append(known[-1])
    return (*found[0], "always" if always else "lately")


def _against(record: Checked, purpose: str) -> Iterator[Clash]:
    """The drugs given against what a marker says (`targets.tsv`): of one tumour, at its site, each drug once. Where the
    marker had spoken for it before, the finding is a light one: a treatment may go on for what remains."""
    if len(record.tumours) > 1 or not record.one_patient:
        return
    rows: dict[str, list[dict[str, str]]] = {}
    for row in table("targets"):
        if row["purpose"] == purpose:
            rows.setdefault(row["drug"], []).append(row)
    seen: set[str] = set()
    for page in record.pages:
        for drug in page.told("medication"):
            name = drug.attributes["name"]
            if name in seen or drug.status not in ("affirmed", "planned"):
                continue
            for row in rows.get(name, ()):
                if row["topography"] and not record.has_tumour_of(*row["topography"].split()):
                    continue
                histologies = (fact.attributes.get("morphology", "") for _, fact in record.tumours)
                if row["unless"] and any(code.startswith(row["unless"]) for code in histologies):
                    continue
                denied = _denied(record, row, page, drug)
                if denied:
                    seen.add(name)
                    yield Clash(
                        (denied[0].of(denied[1]), page.of(drug)),
                        None,
                        {"why": (row["why_fr"], row["why_en"])},
                        severity="low" if denied[2] == "lately" else None,
                    )
                    break


@rule(
    "high",
    fr="« {1} » est donné alors que la tumeur est HER2 négative (« {0} ») : {why}.",
    en="“{1}” is given though the tumour is HER2-negative (“{0}”): {why}.",
)
def anti_her2_without_her2(record: Checked) -> Iterator[Clash]:
    """Trastuzumab and other anti-HER2 drugs where every HER2 result is negative (trastuzumab deruxtecan has a
    HER2-low indication).
    """
    return _against(record, "her2")


@rule(
    "medium",
    fr="« {1} » est donné alors que les récepteurs sont négatifs (« {0} ») : {why}.",
    en="“{1}” is given though the receptors are negative (“{0}”): {why}.",
)
def hormone_therapy_without_receptors(record: Checked) -> Iterator[Clash]:
    """Hormone therapy of breast cancer where ER and PR are negative throughout."""
    return _against(record, "receptors")


@rule(
    "medium",
    fr="« {1} » est donné sans son altération (« {0} ») : {why}.",
    en="“{1}” is given without its alteration (“{0}”): {why}.",
)
def inhibitor_without_its_alteration(record: Checked) -> Iterator[Clash]:
    """An inhibitor of EGFR, ALK, BRAF, KIT, RET … where the gene was found wild-type."""
    return _against(record, "alteration")


@rule(
    "high",
    fr="« {1} » est donné malgré « {0} » : {why}.",
    en="“{1}” is given in spite of “{0}”: {why}.",
)
def anti_egfr_antibody_with_mutated_ras(record: Checked) -> Iterator[Clash]:
    """Cetuximab or panitumumab in colorectal cancer with mutated RAS."""
    return _against(record, "ras")


@rule(
    "medium",
    fr="« {1} » est donné alors que sa cible manque (« {0} ») : {why}.",
    en="“{1}” is given though its target is absent (“{0}”): {why}.",
)
def antibody_without_its_target(record: Checked) -> Iterator[Clash]:
    """Anti-CD20 in a lymphoma without CD20, brentuximab without CD30, and the like."""
    return _against(record, "antigen")


_NOT_DIGIT = re.compile(r"[^\d]")
_FAMILIES = {row["head"]: (re.compile(row["form"]), row) for row in table("marker_families")}


@rule(
    "medium",
    fr="« {0} » n'existe pas ; sans doute « {likely} ».",
    en="There is no “{0}”; probably “{likely}”.",
)
def marker_that_does_not_exist(record: Checked) -> Iterator[Clash]:
    """A name that no marker has but that resembles one: `Ki57`, `CA 15-5`, `EGRF`."""
    for page in record.pages:
        for word in page.words("marker_families"):
            form, row = _FAMILIES[word.row["head"]]
            match = form.match(page.flat, word.start)
            number = _NOT_DIGIT.sub("-", match["number"]) if match else ""
            if match and number not in row["known"].split() and _in_place(page, match):
                likely = row["likely"] or _nearest(number, row["known"].split(), row["name"])
                if likely:
                    yield Clash((page.place(*match.span()),), likely, {"likely": likely})
        for word in page.words("marker_slips"):
            likely = word.row["likely"]
            yield Clash((page.place(word.start, word.end),), likely, {"likely": likely})


def _in_place(page: Page, match: re.Match[str]) -> bool:
    """Whether a family's head and number stand as a name: the number ends there and is no quantity."""
    if not page.text[match.start()].isupper():
        return False
    return not page.flat[match.end() : match.end() + 1].isalnum() and not re.match(
        r" ?(?:mg|ml|ui|u/|ans|mm|cm|%|g\b|jours|ng|[.,]\d)", page.flat[match.end() : match.end() + 6]
    )


def _nearest(number: str, known: list[str], name: str) -> str | None:
    """The known number that differs in one digit, or has two exchanged; None where there is not exactly one."""
    near = [
        k
        for k in known
        if len(k) == len(number)
        and (sum(a != b for a, b in zip(k, number, strict=True)) == 1 or sorted(k) == sorted(number))
    ]
    return f"{name} {near[0]}" if len(near) == 1 else None


RULES = (
    her2_score_against_its_name,
    marker_told_both_ways,
    anti_her2_without_her2,
    hormone_therapy_without_receptors,
    inhibitor_without_its_alteration,
    anti_egfr_antibody_with_mutated_ras,
    antibody_without_its_target,
    marker_that_does_not_exist,
)
