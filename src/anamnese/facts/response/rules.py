"""How the disease answered its treatment: a category in words, an acronym, a score, or an improvement without one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from anamnese.facts.reading import Draft, Reading
from anamnese.facts.response.absence import (
    checked,
    cleared,
    necrosis,
    normal,
    not_grown,
    progress,
    relapse,
    remnant,
    remnant_of_piece,
)
from anamnese.facts.response.category import (
    acronym,
    deauville,
    noun,
    recist,
    residue,
    second,
    stabilisation,
    stable,
    stated,
    unchanged,
)
from anamnese.facts.response.course import answered, course, evolution, evolutions, evolved, reached
from anamnese.facts.response.improvement import (
    better,
    control,
    fallen,
    improves,
    less,
    lessened,
    lessens,
    marker,
    recovered,
)
from anamnese.facts.response.words import response
from anamnese.reading.fold import folded_re

_REASON = folded_re(
    r"(?:devant|compte tenu de|en raison de|vu|etant donne|du fait de|apres|suite a|malgre|grace a|"
    r"fonction de)(?: la| l'| cette| une| de)* ?(?:tres )?(?:bonne |excellente |nette |rapide |et )*$"
)
_IN_SUM = folded_re(r"(?:au total|en resume|en conclusion|conclusion) ?:?[^.]{0,20}$")
_COPIED, _SHORT = 400, 40
"""Sentences of this many characters are held against each other; shorter ones may say the same of another day."""
_GAP = 110
"""How far apart, in characters, a response and the improvement that spells it out may stand."""


_SOFT = frozenset({"less", "no_progress", "not_grown"})
"""Roles whose drafts only spell out a category beside them."""


def read(reading: Reading) -> Iterable[Draft]:
    drafts: list[Draft] = []
    softer: list[Draft] = []
    for hit in reading.hits("response"):
        role = hit.term.row["role"]
        draft = _ROLES[role](reading, hit)
        if draft is not None:
            soft = draft.get("category") == "favourable" or role in _SOFT
            (softer if soft else drafts).append(draft)
            if role in ("noun", "stated") and not soft:
                other = second(reading, draft)
                if other is not None:
                    drafts.append(other)
    drafts += _complete_by_stage(reading, drafts)
    drafts.sort(key=_place)
    drafts += [draft for draft in softer if not _overshadowed(reading, draft, drafts)]
    return _once(reading, sorted(drafts, key=_place))


def _place(draft: Draft) -> int:
    return draft.start


_ROLES = {
    "stated": stated, "noun": noun, "acronym": acronym, "residue": residue, "deauville": deauville,
    "stable": stable, "stabilisation": stabilisation, "unchanged": unchanged, "relapse": relapse,
    "better": better, "improves": improves, "evolution": evolution, "less": less, "lessened": lessened,
    "marker": marker, "remnant": remnant, "control": control, "normal": normal, "recovered": recovered,
    "recist": recist, "no_progress": progress, "evolutions": evolutions, "not_grown": not_grown,
    "remnant_of_piece": remnant_of_piece, "cleared": cleared, "checked": checked, "necrosis": necrosis,
    "reached": reached,
    "course": course, "evolved": evolved, "answered": answered, "fallen": fallen, "lessens": lessens,
}  # fmt: skip


def _complete_by_stage(reading: Reading, drafts: list[Draft]) -> list[Draft]:
    """ypT0 N0: nothing left of the tumour after neoadjuvant treatment (AJCC 8, chapter 1)."""
    found = []
    for stage in reading.facts("stage"):
        if (
            str(stage.get("prefix") or "").startswith("yp")
            and stage.get("t") == "0"
            and str(stage.get("n") or "").startswith("0")
        ):
            near = any(d.get("category") == "pathologic_complete" and abs(d.start - stage.start) < 250 for d in drafts)
            if not near:
                found.append(response(reading, stage.start, stage.end, "pathologic_complete"))
    return found


_CLINICAL = folded_re(
    r"amelioration[^,.]{0,30}clinique|benefice clinique et|"
    r"(?:regression|diminution|disparition) des (?:douleurs|symptomes)"
)


_WITNESS = folded_re(r"\b(?:temoign|traduis|signant|correspond|en rapport avec|en faveur d|soit|donc)[^.;,]*$")
"""Before the category that improvements come to: `régression des nodules, témoignant d'une │réponse partielle│`."""
_SUMMED = folded_re(r"[^.\n]{0,60}\. ?(?:conclusion|au total|soit|donc)[ :]*(?:une )?")


_GONE = ("disparition", "resolution", "resorption", "diminution")


def _relieves_beside(reading: Reading, soft: Draft, draft: Draft) -> bool:
    """Whether what went, or is less, is of an evaluation whose category the sentence before has told: `Le scanner
    montre une │réponse partielle│. Cliniquement, disparition de la douleur.`"""
    between = reading.folded[draft.end : soft.start]
    gone = reading.folded.startswith(_GONE, soft.start) and "\n" not in between
    before = reading.sentence(reading.sentence(soft.start).start - 1)
    given = any(draft.end < therapy.start < soft.start for therapy in reading.facts("therapy"))
    return gone and draft.start >= before.start and not given


def _overshadowed(reading: Reading, soft: Draft, drafts: list[Draft]) -> bool:
    """Whether an improvement only spells out a response with a category beside it."""
    clinical = _CLINICAL.search(reading.folded, soft.start, soft.end + 30)
    sentence = reading.sentence(soft.start)
    first = bisect_left(drafts, soft.start - 2 * _GAP, key=_place)
    for draft in drafts[first : bisect_left(drafts, max(soft.end + _GAP, sentence.end), first, key=_place)]:
        if sentence.start <= draft.start < sentence.end:
            gap = soft.start - draft.end if draft.start < soft.start else draft.start - soft.end
            if gap < _GAP and not clinical:
                return True
            if draft.start > soft.end and _WITNESS.search(reading.folded, max(soft.end, draft.start - 30), draft.start):
                return True
        elif draft.start < sentence.start:
            if _relieves_beside(reading, soft, draft):
                return True
        elif 0 < draft.start - soft.end < _GAP and _SUMMED.fullmatch(reading.folded, soft.end, draft.start):
            return True
    return False


def _once(reading: Reading, drafts: list[Draft]) -> list[Draft]:
    """The responses, each evaluation once: not again as the reason of what follows, nor twice in a clause."""
    once: list[Draft] = []
    last: Draft | None = None
    told: set[str] = set()
    sentences: set[str] = set()
    for draft in drafts:
        category = draft.get("category")
        sentence = reading.sentence(draft.start)
        if len(drafts) > 1 and sentence.end - sentence.start < _COPIED:
            words = reading.folded[sentence.start : sentence.end].strip() + str(draft.start - sentence.start)
            if words in sentences and len(words) > _SHORT:
                continue  # a sentence that stands in the report twice
            sentences.add(words)
        if (
            category == "no_evidence_of_disease"
            and last is not None
            and last.get("category") in ("stable", "partial")
            and last.start >= sentence.start
            and draft.start - last.end < _GAP
        ):
            continue  # what is left has not grown
        if category in told and _IN_SUM.search(reading.folded, max(0, draft.start - 40), draft.start):
            continue
        told.add(category)
        if last is not None:
            same = last.get("category") == draft.get("category")
            if draft.start < last.end:
                continue
            near = draft.start - last.end
            if (
                (same or category == "favourable")
                and near < 400
                and _REASON.search(reading.folded, max(0, draft.start - 40), draft.start)
            ):
                continue
            if same and near < 60 and draft.get("category") == "no_evidence_of_disease":
                continue
            if (
                same
                and draft.get("category") == "favourable"
                and reading.sentence(draft.start) == reading.sentence(last.start)
            ):
                continue
            if same and near < 12:
                continue
        last = draft
        once.append(draft)
    return once
