"""Biomarkers: each marker of a sentence with the result that its words, signs and numbers state."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from anamnese.case import Span
from anamnese.facts.biomarker import values
from anamnese.facts.biomarker.enumeration import assign, closely_joined
from anamnese.facts.biomarker.markers import Marker, karyotyped, markers_of
from anamnese.facts.biomarker.outcome import AMPLIFIED, Outcome, number_beyond, own_number, settle
from anamnese.facts.biomarker.repeats import Said, another_panel, repeated, side_of, told_once
from anamnese.facts.biomarker.words import ResultWord, result_words, sign_word
from anamnese.facts.columns import ruled
from anamnese.facts.examinations import case_start
from anamnese.facts.reading import Draft, Reading
from anamnese.reading.fold import folded_re, holds, stands

_IHC_WORDS = (
    "immuno", "marquage", "anticorps", "hormonorecepteur", "recepteur hormon", "recepteurs hormon", "hercep",
    "phenotyp", "positivite", "negativite", "exprim", "expression",
)  # fmt: skip
_IHC = folded_re(r"\bihc\b")
_SEROLOGY = folded_re(r"serolog|gliadine|nucleaire?s? |electrophor|immunofix|monoclonal|\btaux\b|dosage")
_COMMON_VIRUSES = frozenset({"EBV", "HSV-1"})
"""Viruses whose antibodies are not of the tumour."""
_REARRANGED = frozenset({"ALK", "ROS1", "NTRK", "NUT"})
"""Genes that drive a tumour by a rearrangement: `no mutation` of them is told of it."""
_GROUP = folded_re(r"(?:\bgroupe[^.;]{0,30}|\b[abo]{1,2}\s*)$")
_IN_SITU = folded_re(r"[fsc]ish|d?dish|hybridation")
_SUPPOSED = folded_re(
    r"\b(?:si|s'il s'agit d'un|en cas de|en cas d'|sous reserve d[e'])\s*(?:une? |la |le |l'|"
    r"tumeurs? |statut |d')*$"
    r"|\bporteu(?:rs|ses)[ ](?:de|d')[^.;:]{0,25}$"
)
"""`si HER2 positif`, `les porteurs de la mutation BRCA1`: said of no patient in particular."""
_GRAFT = folded_re(r"(?:greff|souches?\b|recueil|apherese|reinject|collect|mobilis)[^.;]*$")
_LYMPHOCYTES = frozenset({"CD4", "CD8", "CD4/CD8"})
_COUNTED = folded_re(r"\b(?:taux|compte|nombre|numeration|lymphocytes?|lt|t)\b[ ,]*(?:(?:de|des|les|absolue?|t)[ ])*$")
_COUNT = folded_re(
    r"[+ ]*(?:lymphocytes?)?(?:etaient|etait|sont|est|abaisses?|bas|effondres?|a|de|d'|inferieure?s?|[ :=(<>≤])*"
    r"\d[\d .]*[ ]?(?:/|cell|elem|par|c/|mm3|ul\b|lymph)"
)
"""`taux de CD4 à 214/mm3`: of the blood, no marker of a tissue."""
_SEROLOGY_OF = folded_re(
    r"\bserologies?[ ](?:(?:virales?|du|de la|de l'|des|de|d'|pour|le|la|l'|virus|vih|hbv|hcv|et|,)[ ,]*)*$"
)
_SUPPOSED_WORDS = ("si", "s'il s'agit", "en cas d", "sous reserve", "porteu")
"""One of these is in whatever the pattern matches, as are those below in what theirs do."""
_PURIFIED_WORDS = ("purifie", "trie", "selectionne", "isole")
_PURIFIED = folded_re(r"\b(?:purifiee?s?|triee?s?|selectionnee?s?|isolee?s?)[ ](?:par |en |sur |cd\d+ ?)?$")
"""`plasmocytes purifiés CD138+`: how the cells were sorted."""
_OF_GENE = folded_re(r"mut[ae]|variant|\bgene|exon|c\.\d|p\.")
_STAINED = folded_re(
    r"(?:[ ]*+[(,:])?[ ]*(?:(?:en|par|de|type|profil|expression|aspect)[ ])*(?:nul|aberrant|surexprim|ihc\b|immuno)"
)
"""`p53 muté (profil nul)`: how the protein is stained."""
_COMPANY = 160
"""How far behind the last marker a doubtful one still stands in its company."""
_CUE_REACH = 200


def read(reading: Reading) -> Iterator[Draft]:
    """The biomarkers of a report; the same result said again of the same sample is the same fact."""
    hits = karyotyped(reading.folded, reading.hits("biomarker"))
    if not hits:
        return
    folded = reading.once(ruled)
    said: Said = {}
    last_end, case = -_COMPANY, 0
    first = 0
    while first < len(hits):
        start, end = reading.sentence(hits[first].start)
        last = first + 1
        while last < len(hits) and hits[last].start < end:
            last += 1
        group, first = hits[first:last], last
        if (begin := case_start(reading, end)) != case:  # of another patient
            said, case = {}, begin
        drafts = told_once(_sentence(reading, folded, start, end, markers_of(folded, group), last_end))
        another = another_panel(drafts, said)
        for draft in drafts:
            last_end = draft.end
            if not repeated(reading, draft, said, another):
                said.setdefault(draft.attributes["name"], {})[side_of(draft), draft.get("value")] = draft
                yield draft


def _sentence(reading: Reading, folded: str, start: int, end: int, markers: list[Marker], last_end: int) -> list[Draft]:
    drafts: list[Draft] = []
    if not markers:
        return drafts
    words = result_words(reading, folded, start, end)
    limits = [marker.start for marker in markers[1:]] + [end]
    numbers = [own_number(folded, markers[i], limits[i]) for i in range(len(markers))]
    for here, there in pairwise(markers):
        if _share_a_number(folded, here, there):
            _share_signs(folded, here, there, end)
    assign(folded, markers, words)
    for i in range(len(markers) - 1, -1, -1):
        if numbers[i] is None:
            numbers[i] = number_beyond(folded, markers[i], markers[i - 1].end if i else start, limits[i])
        if numbers[i] is None and i + 1 < len(markers) and _share_a_number(folded, markers[i], markers[i + 1]):
            pair = values.pair_in(folded, markers[i + 1].end, min(limits[i + 1], markers[i + 1].end + 60))
            numbers[i], numbers[i + 1] = pair or (numbers[i + 1], numbers[i + 1])
    settled = [settle(folded, markers[i], numbers[i]) for i in range(len(markers))]
    doubtful = any(marker.needs == "company" for marker in markers)
    firm = doubtful and _firm(folded, markers, Span(start, end))
    near = doubtful and (firm or _near(folded, start, last_end))
    serological = _serological(folded, markers, Span(start, end))
    for i, marker in enumerate(markers):
        outcome = settled[i]
        if outcome is None:
            continue
        if serological and (marker.form == "chain" or marker.names[0] in _COMMON_VIRUSES):
            continue
        if marker.needs == "company" and not (firm if marker.form == "serum" else near):
            continue
        if marker.form == "triple":
            told = {name for other in markers if other.form != "triple" for name in other.names}
            marker.names = tuple(name for name in marker.names if name not in told)
        drafts += _drafts(reading, marker, outcome, words, limits[i])
    return drafts


def _serological(folded: str, markers: list[Marker], sentence: Span) -> bool:
    """Whether a sentence tells of antibodies in the blood."""
    doubtful = any(marker.form == "chain" or marker.names[0] in _COMMON_VIRUSES for marker in markers)
    return doubtful and _SEROLOGY.search(folded, *sentence) is not None


def _firm(folded: str, markers: list[Marker], sentence: Span) -> bool:
    """Whether words that may mean something else stand with markers of a tissue in their sentence."""
    return any(marker.needs != "company" for marker in markers) or _tells_stains(folded, *sentence)


def _near(folded: str, start: int, last_end: int) -> bool:
    """Whether the text just before a sentence tells of markers of a tissue."""
    return start - last_end < _COMPANY or _tells_stains(folded, max(0, start - _CUE_REACH), start)


def _tells_stains(folded: str, start: int, end: int) -> bool:
    """Whether a piece of text speaks of immunohistochemistry."""
    near = folded[start:end]
    return holds(near, _IHC_WORDS) or ("ihc" in near and _IHC.search(folded, start, end) is not None)


def _share_a_number(folded: str, here: Marker, there: Marker) -> bool:
    return here.form == there.form == "receptor" and closely_joined(folded, here, there)


def _share_signs(folded: str, here: Marker, there: Marker, end: int) -> None:
    """Part the two signs behind two receptors between them."""
    pair = values.sign_pair_at(folded, there.end, end)
    if pair:
        for marker, sign in zip((here, there), pair, strict=True):
            marker.said, marker.said_end = sign_word(sign.start, sign.end, sign.result), sign.end


def _drafts(reading: Reading, marker: Marker, outcome: Outcome, words: list[ResultWord], limit: int) -> list[Draft]:
    value = outcome.value
    outcome.end = _closed(reading.folded, outcome.start, outcome.end)
    drafts: list[Draft] = []
    if _of_no_tumour(reading.folded, marker, outcome):
        return drafts
    for name in marker.names:
        if (
            name == "p53"
            and outcome.result in ("mutated", "wild_type")
            and _OF_GENE.search(reading.folded, outcome.start, outcome.end)
            and not _STAINED.match(reading.folded, outcome.end)
        ):
            name = "TP53"  # else the pattern of the protein: `p53 : profil sauvage`
        if name in _REARRANGED and outcome.result == "wild_type":
            outcome.result = "negative"
        if name.startswith("t(") and outcome.result == "rearranged":
            outcome.result = "positive"  # a translocation that is found
        drafts.append(
            reading.draft(
                "biomarker", outcome.start, outcome.end, name=name, result=outcome.result,
                value=value.number if value else None, unit=value.unit if value else None,
            )
        )  # fmt: skip
    if marker.form == "her2" and value is not None and value.unit == "+":
        added = _in_situ(reading, marker, value, words, limit)
        if added is not None:
            drafts.append(added)
    return drafts


def _of_no_tumour(folded: str, marker: Marker, outcome: Outcome) -> bool:
    """Whether a result is of the blood or of sorted cells, or of no patient in particular."""
    start, names = marker.start, marker.names
    if names == ("ER", "PR") and _GROUP.search(folded, max(0, start - 40), start):
        return True  # the rhesus of a blood group
    if not _LYMPHOCYTES.isdisjoint(names) and (
        _COUNT.match(folded, marker.end) or _COUNTED.search(folded, max(0, start - 40), start)
    ):
        return True
    unknown = marker.form == "virus" and outcome.result in ("negative", "absent")
    if unknown and _SEROLOGY_OF.search(folded, max(0, start - 40), start):
        return True  # a virus that the blood does not know says nothing of the tumour
    begin = max(0, start - 30)
    if stands(_PURIFIED_WORDS, _PURIFIED, folded, begin, start):
        return True
    if names == ("CD34",) and _GRAFT.search(folded, max(0, start - 70), start):
        return True  # the stem cells of a transplant
    begin = max(0, outcome.start - 30)
    return stands(_SUPPOSED_WORDS, _SUPPOSED, folded, begin, outcome.start)


def _in_situ(
    reading: Reading, marker: Marker, value: values.Value, words: list[ResultWord], limit: int
) -> Draft | None:
    """What in situ hybridisation adds to a score of HER2, as a fact of its own."""
    folded = reading.folded
    sign = values.in_situ_sign(folded, value.end, limit)
    if sign:
        result = "amplified" if sign.result == "positive" else "negative"
        return reading.draft("biomarker", marker.start, sign.end, name="HER2", result=result)
    for word in words[bisect_left(words, value.end, key=lambda word: word.start) :]:
        if word.start >= limit:
            break
        if word.affirmed in ("amplified", "negative", "positive"):
            between = folded[value.end : word.start]
            near = len(between) <= 70 and ";" not in between and "." not in between
            if near and (word.affirmed == "amplified" or _IN_SITU.search(between)):
                result = "amplified" if word.result == "positive" else word.result
                return reading.draft("biomarker", marker.start, word.end, name="HER2", result=result)
            break
    ratio = values.ratio_later(folded, value.end, limit)
    if ratio is None:
        return None
    result = "amplified" if ratio.number >= AMPLIFIED else "negative"
    return reading.draft("biomarker", marker.start, ratio.end, name="HER2", result=result)


def _closed(folded: str, start: int, end: int) -> int:
    """The end of a quote, with the bracket that closes one in it."""
    for opening, closing in (("(", ")"), ("[", "]")):
        inside = folded.count(opening, start, end) - folded.count(closing, start, end)
        if inside > 0 and folded.startswith(closing, end):
            return end + 1
        if inside < 0 and folded.endswith(closing, start, end):
            return end - 1
    return end
