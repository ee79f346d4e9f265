"""Which statements of a marker only repeat an earlier one of the same sample."""

from __future__ import annotations

from anamnese.facts.reading import Draft, Reading
from anamnese.reading.fold import folded_re, holds

_RETOLD = frozenset({"diagnosis", "conclusion", "discussion"})
_SAMPLE_WORDS = (
    "biops", "ponction", "exerese", "resection", "immuno", "anapath", "anatomopath", "anatomo-path", "histolog",
    "cytolog", "relecture", "moleculaire", "mastectomie", "tumorectomie", "sequencage", "controle", "myelogramme",
    "recidiv", "metastase", "microscop",
)  # fmt: skip
_SAMPLE = folded_re(r"\b(?:pieces?|ihc|pcr|ngs|fish)\b")
"""Words that tell of another sample or another test."""
_SAMPLE_REACH = 250
_GENES_OF = {
    "IDH": ("IDH1", "IDH2"),
    "t(4;14)": ("IGH/FGFR3",), "t(11;14)": ("IGH/CCND1",), "t(14;18)": ("IGH/BCL2",), "t(8;14)": ("IGH/MYC",),
    "t(14;16)": ("IGH/MAF",), "t(14;20)": ("IGH/MAFB",),
}  # fmt: skip
"""Names of which the genes were told before: `IDH-muté`, of the tumour's own name, behind `IDH1 R132H`; a translocation
behind the genes that it joins."""
_RAS_GENES = ("KRAS", "NRAS")
_VARIANT = folded_re(r"(?:p\.\(?[a-z]{1,3}|\b[a-z])(?P<codon>\d{2,4})(?:_[a-z]{1,3}\d{2,4})?[a-z*]{1,6}\b")
"""The codon of a variant, in three letters or one: `p.Gly12Asp`, `G12D`, `p.Glu746_Ala750del`."""
_EXON = folded_re(r"\bexon (\d{1,2})\b(?! ?(?:,|a|et|-) ?\d)")
_SHORT_EXON = folded_re(r"[^,;]{0,16}\bex(?:on|\.)?s? \d")
_CELLS = 40
"""How far behind a gene its variant may stand, in characters."""
_REASON = folded_re(
    r"(?:\bvue?|compte tenu|devant|en raison|du fait|etant donne|sur la base|ciblant|\bcause)[ ](?:de[ ])?(?:que[ ])?"
    r"(?:cette[ ]|la[ ]|le[ ]|l'|ce[ ]|sa[ ]|du[ ]|d'une?[ ])[^.;:,]{0,30}$"
)
"""Words that make a result the reason of what is done: it was told before."""


Said = dict[str, dict[tuple[str | None, float | None], Draft]]
"""The last fact of each marker with each result and value."""


_SIDES = {
    "mutated": "positive", "amplified": "positive", "rearranged": "positive", "unstable": "positive",
    "wild_type": "negative", "stable": "negative",
}  # fmt: skip
"""Results that say the same of one marker in other words (`ALK réarrangé`, `ALK positif`)."""


def side_of(draft: Draft) -> str | None:
    """What a draft's result amounts to; sequencing adds to the immunohistochemistry of HER2 and KIT."""
    result: str | None = draft.get("result")
    return result if draft.attributes["name"] in ("HER2", "KIT") else _SIDES.get(result or "", result)


def _alike(draft: Draft, said: Said) -> Draft | None:
    """The last fact that states what a draft states."""
    earlier = said.get(draft.attributes["name"])
    if earlier is None:
        return None
    result, value = side_of(draft), draft.get("value")
    if value is not None:
        return earlier.get((result, value))
    last: Draft | None = None
    for (stated, _), fact in earlier.items():
        if stated == result and (last is None or fact.start > last.start):
            last = fact
    return last


def _says(said: Said, name: str, side: str | None) -> bool:
    return any(stated == side for stated, _ in said.get(name, {}))


def _other_variant(reading: Reading, draft: Draft, alike: Draft) -> bool:
    """Whether two mutations of a gene are told as different variants (`L858R`, `T790M`)."""
    if draft.get("result") != "mutated":
        return False
    for place in (_variant_of, _exon_of):
        one, other = (place(reading.folded, told) for told in (draft, alike))
        if one is not None and other is not None and one != other:
            return True
    return False


def _variant_of(folded: str, draft: Draft) -> str | None:
    """The codon of the variant that a fact's words name, or that follows them in its line of a table."""
    line = folded.find("\n", draft.end)
    found = _VARIANT.search(folded, draft.start, draft.end + _CELLS if line < 0 else min(line, draft.end + _CELLS))
    return found["codon"] if found else None


def _exon_of(folded: str, draft: Draft) -> str | None:
    """The exon that a fact's words name: `mutation secondaire de l'exon 17 de KIT`."""
    found = _EXON.search(folded, draft.start, draft.end)
    return found[1] if found else None


def another_panel(drafts: list[Draft], said: Said) -> bool:
    """Whether a sentence gives a marker another result or value than before: then it tells of another sample."""
    return any(draft.attributes["name"] in said and not _alike(draft, said) for draft in drafts)


def repeated(reading: Reading, draft: Draft, said: Said, another: bool) -> bool:
    """Whether an earlier fact states the same and no other sample, test or date stands between."""
    side = side_of(draft)
    if any(_says(said, name, side) for name in _GENES_OF.get(str(draft.get("name")), ())):
        return True
    if draft.get("name") == "RAS" and side == "negative" and all(_says(said, name, side) for name in _RAS_GENES):
        return True
    name = draft.attributes["name"]
    if (
        draft.get("result") == "wild_type"
        and (_says(said, name, "mutated") or _says(said, name, "positive"))
        and _SHORT_EXON.match(reading.folded, draft.start, draft.end)
    ):
        return True  # another exon of a gene that is mutated
    alike = _alike(draft, said)
    if alike is None:
        return False
    dated = reading.dates_between(reading.sentence(draft.start).start, draft.start)
    if _other_variant(reading, draft, alike):
        return False
    if draft.get("name") == "MSI" or (reading.section(draft.start) in _RETOLD and not dated):
        return True
    if reading.section(draft.start) == "treatment" and not another:  # what a treatment was chosen for
        return True
    if _REASON.search(reading.folded, max(0, draft.start - 50), draft.start):
        return True
    if reading.folded.startswith("triple", draft.start) or draft.start - alike.end < 0:
        return True
    if another and reading.sentence_index(alike.start) != reading.sentence_index(draft.start):
        return False
    between = max(alike.end, draft.start - _SAMPLE_REACH)
    return not (
        reading.dates_between(between, draft.start)
        or holds(reading.folded[between : draft.start], _SAMPLE_WORDS)
        or _SAMPLE.search(reading.folded, between, draft.start)
    )


def told_once(drafts: list[Draft]) -> list[Draft]:
    """The drafts of a sentence without those that say less than another (`récepteurs hormonaux positifs (RE 90 %)`)."""
    if len(drafts) < 2:
        return drafts
    valued = {(draft.attributes["name"], draft.get("result")) for draft in drafts if draft.get("value") is not None}
    told: list[Draft] = []
    amplified: set[str] = set()
    for draft in drafts:
        name, result = draft.attributes["name"], draft.get("result")
        again = (name, result) in valued or (result == "amplified" and name in amplified)
        if again and draft.get("value") is None:
            continue  # `amplification en FISH (ratio HER2/CEP17 : 4,2)`
        if result == "amplified":
            amplified.add(name)
        told.append(draft)
    return told
