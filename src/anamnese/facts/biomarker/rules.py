"""Biomarkers: each marker of a sentence with the result that its words, signs and numbers state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from anamnese.facts.biomarker import values
from anamnese.facts.biomarker.enumeration import assign, closely_joined, kind_with_polarity
from anamnese.facts.biomarker.markers import Marker, markers_of
from anamnese.facts.biomarker.words import ResultWord, denied_from, result_words, sign_word, sought_before
from anamnese.facts.reading import Draft, Reading

_HER2_BY_SCORE = {0: "negative", 1: "negative", 2: "equivocal", 3: "positive"}
"""ASCO/CAP 2018, 2023: HER2 by immunohistochemistry."""
_STATIC = {
    "msi_unstable": ("unstable", "stable"),
    "msi_stable": ("stable", "unstable"),
    "triple": ("negative", "negative"),
}
"""Markers whose own words are the result: as stated, and as denied."""
_MEANING = {
    "msi": {
        "positive": "unstable",
        "present": "unstable",
        "negative": "stable",
        "absent": "stable",
        "mutated": "unstable",
        "wild_type": "stable",
    },
    "fusion": {"positive": "rearranged", "present": "rearranged", "mutated": "rearranged", "wild_type": "negative"},
    "gene": {"present": "mutated"},
    "dna": {"present": "mutated", "positive": "mutated"},
    "p53": {"present": "positive"},
    "deletion": {"mutated": "positive", "wild_type": "negative"},
    "methylation": {"methylated": "positive", "unmethylated": "negative"},
    "mmr": {"present": "positive"},
}
"""What a result word means for a kind of marker; any other pair keeps the word's own result."""
_GENETIC = frozenset({"gene", "dna", "fusion", "deletion"})
_NEVER_A_NUMBER = frozenset({"serum", "chain", "virus", "mmr", "fusion", "msi"})
_IHC_CUE = re.compile(
    r"immuno|\bihc\b|marquage|anticorps|hormonorecepteur|recepteurs? hormon|hercep|phenotyp|"
    r"positivite|negativite|exprim|expression"
)
_COLON = re.compile(r"\s*:")
_SEROLOGY = re.compile(r"serolog|gliadine|nucleaire?s? |electrophor|immunofix|monoclonal|\btaux\b|dosage")
_COMMON_VIRUSES = frozenset({"EBV", "HSV-1"})
"""Viruses whose antibodies are not of the tumour."""
_REARRANGED = frozenset({"ALK", "ROS1", "NTRK", "NUT"})
"""Genes that drive a tumour by a rearrangement: `no mutation` of them is told of it."""
_SHARE = re.compile(r"\s*(?:dans|chez|de|a|:|\(|>)\s*(\d)")
_GROUP = re.compile(r"(?:\bgroupe[^.;]{0,30}|\b[abo]{1,2}\s*)$")
_IN_SITU = re.compile(r"[fsc]ish|d?dish|hybridation")
_GRAFT = re.compile(r"(?:greff|souches?\b|recueil|apherese|reinject|collect|mobilis)[^.;]*$")
_QUOTE = 130
_COMPANY = 160


def read(reading: Reading) -> Iterator[Draft]:
    """The biomarkers of a report; the same result said again of the same sample is the same fact."""
    hits = reading.hits("biomarker")
    if not hits:
        return
    said: dict[str, list[Draft]] = {}
    last_end = -_COMPANY
    for index, group in groupby(hits, key=lambda hit: reading.sentence_index(hit.start)):
        start = reading.sentence_starts[index]
        end = reading.sentence(start).end
        drafts = _told_once(list(_sentence(reading, start, end, markers_of(reading, group), last_end)))
        another = _another_panel(drafts, said)
        for draft in drafts:
            last_end = draft.end
            if not _repeated(reading, draft, said, another):
                said.setdefault(draft.attributes["name"], []).append(draft)
                yield draft


def _told_once(drafts: list[Draft]) -> list[Draft]:
    """The drafts of a sentence without those that say less than another (`récepteurs hormonaux positifs (RE 90 %)`)."""
    valued = {(draft.attributes["name"], draft.get("result")) for draft in drafts if draft.get("value") is not None}
    return [
        draft
        for draft in drafts
        if draft.get("value") is not None or (draft.attributes["name"], draft.get("result")) not in valued
    ]


def _sentence(reading: Reading, start: int, end: int, markers: list[Marker], last_end: int) -> Iterator[Draft]:
    folded = reading.folded
    if not markers:
        return
    words = result_words(reading, start, end)
    limits = [marker.start for marker in markers[1:]] + [end]
    numbers = [_own(folded, marker, limit) for marker, limit in zip(markers, limits, strict=True)]
    assign(folded, markers, words)
    for i in range(len(markers) - 1, -1, -1):
        if numbers[i] is None:
            numbers[i] = _number_beyond(folded, markers[i], limits[i])
        if numbers[i] is None and i + 1 < len(markers) and _share_a_number(folded, markers[i], markers[i + 1]):
            pair = values.pair_in(folded, markers[i + 1].end, min(limits[i + 1], markers[i + 1].end + 60))
            numbers[i], numbers[i + 1] = pair or (numbers[i + 1], numbers[i + 1])
    serological = _SEROLOGY.search(folded, start, end) is not None
    settled = [_settle(folded, marker, number) for marker, number in zip(markers, numbers, strict=True)]
    firm = any(marker.needs != "company" for marker in markers)
    firm = firm or _IHC_CUE.search(folded, start, end) is not None
    near = firm or start - last_end < _COMPANY or _IHC_CUE.search(folded, max(0, start - 200), start) is not None
    for marker, outcome, limit in zip(markers, settled, limits, strict=True):
        if outcome is None or (marker.needs == "company" and not (firm if marker.form == "serum" else near)):
            continue
        if serological and (marker.form == "chain" or marker.names[0] in _COMMON_VIRUSES):
            continue
        if marker.form == "triple":
            told = {name for other in markers if other is not marker for name in other.names}
            marker.names = tuple(name for name in marker.names if name not in told)
        yield from _drafts(reading, marker, outcome, words, limit)


def _share_a_number(folded: str, here: Marker, there: Marker) -> bool:
    return here.form == there.form == "receptor" and closely_joined(folded, here, there)


def _own(folded: str, marker: Marker, limit: int) -> values.Value | None:
    """The sign and the number that stand right after the marker; the sign becomes what is said of it."""
    pos = values.past_column(folded, marker.end, limit)
    sign = values.sign_at(folded, pos, min(limit, pos + 60), limit)
    counted: values.Value | None = None
    if sign:
        marker.said = sign_word(sign.start, sign.end, sign.result)
        marker.said_end = pos = sign.end
        counted = values.Value(sign.start, sign.end, sign.pluses, "+") if sign.pluses is not None else None
    number = values_by_form(folded, marker, pos, values.tail_end(folded, pos, limit), counted)
    if number is not None:
        marker.values.append(number)
    return number


def values_by_form(
    folded: str, marker: Marker, pos: int, tail: int, counted: values.Value | None
) -> values.Value | None:
    """The number that a kind of marker is told in."""
    form = marker.form
    if form == "her2":
        return (
            counted
            or values.her2_score(folded, pos, tail)
            or values.her2_score_later(folded, pos, tail)
            or values.percent_in(folded, pos, tail)
        )
    if form in ("burden", "score"):
        return values.burden(folded, pos, tail)
    if form in _GENETIC:
        marker.variant = marker.variant or values.sequence_variant(folded, pos, tail)
        if not marker.variant:
            percent = values.percent_in(folded, pos, tail)
            return percent if percent and not folded[pos : percent.start].strip(" .:=(<>") else None
    percent = values.percent_in(folded, pos, tail)
    if percent is not None:
        return percent
    if form == "receptor":
        bare = values.bare_number(folded, pos, tail, None) if len(marker.names) == 1 and counted is None else None
        return values.score_in(folded, pos, tail) or bare or counted
    if form in ("index", "percent"):
        return values.bare_number(folded, pos, tail, "%" if form == "index" else None)
    return counted


def _number_beyond(folded: str, marker: Marker, limit: int) -> values.Value | None:
    """The number after the result word (`positif (90 %)`), or between a governing word and its marker."""
    said, under = marker.said, marker.under
    if marker.form in _GENETIC and said is not None and said.end >= marker.end and not marker.lent:
        share = _SHARE.match(folded, said.end, limit)
        return values.percent_in(folded, share.start(1), limit) if share else None
    if marker.form in _GENETIC or marker.form in ("msi", "burden", "score"):
        return None
    if said is not None and not marker.lent and said.strength != "sign" and said.end >= marker.end:
        if marker.form == "her2":
            sign = values.sign_at(folded, said.end, min(limit, said.end + 20), limit)
            if sign and sign.pluses is not None:
                marker.said_end = sign.end
                return values.Value(sign.start, sign.end, sign.pluses, "+")
            score = values.her2_score(folded, said.end, min(limit, said.end + 30))
            if score:
                return score
        return values.percent_in(folded, said.end, values.tail_end(folded, said.end, max(limit, said.end)))
    if under is not None and not marker.lent and 0 < marker.start - under.end < 80:
        return values.percent_in(folded, under.end, marker.start)
    return None


def _closed(folded: str, start: int, end: int) -> int:
    """The end of a quote, with the bracket that closes one in it."""
    for opening, closing in ("()", "[]"):
        inside = folded.count(opening, start, end) - folded.count(closing, start, end)
        if inside > 0 and folded.startswith(closing, end):
            return end + 1
        if inside < 0 and folded.endswith(closing, start, end):
            return end - 1
    return end


class _Outcome:
    """The result and the number of a marker, and where the words end that say so."""

    __slots__ = ("end", "result", "start", "value")

    def __init__(self, result: str | None, value: values.Value | None, start: int, end: int) -> None:
        self.result = result
        self.value = value
        self.start = start
        self.end = end


def _settle(folded: str, marker: Marker, value: values.Value | None) -> _Outcome | None:
    """What the words around a marker come to, or None where nothing is said of it."""
    start, end, form = marker.start, marker.end, marker.form
    said, under = marker.said, marker.under
    if form in _STATIC and marker.lent:
        said = None
    result: str | None = None
    if said is not None and said.strength == "blocks":
        return None
    if form in _STATIC:
        opens = denied_from(folded, start)
        denied = opens is not None or (said is not None and said.result in ("negative", "absent"))
        if form == "msi_unstable" and said is None and (sought_before(folded, start) or _COLON.match(folded, end)):
            return None
        if said is not None and said.result in ("stable", "unstable"):
            return _Outcome(said.result, None, start, said.end)
        return _Outcome(_STATIC[form][denied], None, start if opens is None else opens, end)
    if said is not None and not (said.strength == "weak" and under is not None):
        word = kind_with_polarity(under, said) if under is not None and said.strength != "weak" else said
        result, end = word.result, max(end, marker.said_end if marker.said_end - start < _QUOTE else end)
    elif under is not None and form == "chain" and under.strength == "weak":
        return None
    elif under is not None and not (under.sought and not marker.variant):
        result = under.negated if marker.denied and not under.denied else under.result
        if under.strength == "weak" and not under.denied and (value is not None or form == "index"):
            result = None
        if start - under.opens < _QUOTE:
            start = under.opens
    elif marker.variant and not sought_before(folded, start):
        result = "mutated"
        opens = denied_from(folded, start)
        if opens is not None:
            result, start = "wild_type", opens
    if value is not None and value.start < marker.start + _QUOTE:
        end = max(end, value.end)
    result = _by_number(form, _MEANING.get(form, {}).get(result or "", result), value, said)
    if form == "probe" or (result is None and (value is None or form in _NEVER_A_NUMBER)):
        return None
    result = {"present": "positive", "absent": "negative"}.get(result or "", result)
    if result in ("methylated", "unmethylated"):  # of a promoter, not of the protein
        return None
    if form == "index" and value is not None:
        result = None
    return _Outcome(result, value, start, end)


def _by_number(form: str, result: str | None, value: values.Value | None, said: ResultWord | None) -> str | None:
    """The result that a number means where the field reads it in one way."""
    if value is None:
        return result
    explicit = said is not None and said.strength != "sign" and result is not None
    if form == "her2" and value.unit == "+":
        return _HER2_BY_SCORE.get(int(value.number), result)
    if form == "receptor" and not explicit:
        return "positive" if value.number >= (3 if value.unit == "/8" else 1) else "negative"
    if value.number == 0 and result is None and form != "index":
        return "negative"
    return result


def _drafts(
    reading: Reading, marker: Marker, outcome: _Outcome, words: list[ResultWord], limit: int
) -> Iterator[Draft]:
    value = outcome.value
    outcome.end = _closed(reading.folded, outcome.start, outcome.end)
    if marker.names == ("ER", "PR") and _GROUP.search(reading.folded, max(0, marker.start - 40), marker.start):
        return  # the rhesus of a blood group
    if marker.names == ("CD34",) and _GRAFT.search(reading.folded, max(0, marker.start - 70), marker.start):
        return  # the stem cells of a transplant
    for name in marker.names:
        if name == "p53" and outcome.result in ("mutated", "wild_type"):
            name = "TP53"
        if name in _REARRANGED and outcome.result == "wild_type":
            outcome.result = "negative"
        yield reading.draft(
            "biomarker", outcome.start, outcome.end, name=name, result=outcome.result,
            value=value.number if value else None, unit=value.unit if value else None,
        )  # fmt: skip
    if marker.form == "her2" and value is not None and value.unit == "+":
        yield from _in_situ(reading, marker, value, words, limit)


def _in_situ(
    reading: Reading, marker: Marker, value: values.Value, words: list[ResultWord], limit: int
) -> Iterator[Draft]:
    """What in situ hybridisation adds to a score of HER2, as a fact of its own."""
    folded = reading.folded
    sign = values.in_situ_sign(folded, value.end, limit)
    if sign:
        result = "amplified" if sign.result == "positive" else "negative"
        yield reading.draft("biomarker", marker.start, sign.end, name="HER2", result=result)
        return
    for word in words:
        if value.end <= word.start < limit and word.affirmed in ("amplified", "negative", "positive"):
            between = folded[value.end : word.start]
            near = len(between) <= 70 and ";" not in between and "." not in between
            if near and (word.affirmed == "amplified" or _IN_SITU.search(between)):
                result = "amplified" if word.result == "positive" else word.result
                yield reading.draft("biomarker", marker.start, word.end, name="HER2", result=result)
            return


_RETOLD = frozenset({"diagnosis", "conclusion", "discussion"})
_SAMPLE = re.compile(
    r"biops|ponction|exerese|resection|\bpieces?\b|immuno|\bihc\b|anapath|anatomopath|anatomo-path|"
    r"histolog|cytolog|relecture|\bpcr\b|\bngs\b|"
    r"moleculaire|mastectomie|tumorectomie|sequen[cç]age|\bfish\b|controle|myelogramme|recidiv|metastase|microscop"
)
"""Words that tell of another sample or another test."""
_SAMPLE_REACH = 250


def _alike(draft: Draft, said: dict[str, list[Draft]]) -> list[Draft]:
    """The earlier facts that state what a draft states."""
    result, value = draft.get("result"), draft.get("value")
    return [
        fact
        for fact in said.get(draft.attributes["name"], ())
        if fact.get("result") == result and (value is None or value == fact.get("value"))
    ]


def _another_panel(drafts: list[Draft], said: dict[str, list[Draft]]) -> bool:
    """Whether a sentence gives a marker another result or value than before: then it tells of another sample."""
    return any(draft.attributes["name"] in said and not _alike(draft, said) for draft in drafts)


def _repeated(reading: Reading, draft: Draft, said: dict[str, list[Draft]], another: bool) -> bool:
    """Whether an earlier fact states the same and no other sample, test or date stands between."""
    alike = _alike(draft, said)
    if not alike:
        return False
    dated = reading.dates_between(reading.sentence(draft.start).start, draft.start)
    if draft.get("name") == "MSI" or (reading.section(draft.start) in _RETOLD and not dated):
        return True
    if reading.section(draft.start) == "treatment" and not another:  # what a treatment was chosen for
        return True
    if reading.folded.startswith("triple", draft.start) or draft.start - alike[-1].end < 0:
        return True
    if another and reading.sentence_index(alike[-1].start) != reading.sentence_index(draft.start):
        return False
    between = max(alike[-1].end, draft.start - _SAMPLE_REACH)
    return not (reading.dates_between(between, draft.start) or _SAMPLE.search(reading.folded, between, draft.start))
