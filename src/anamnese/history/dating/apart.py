"""What keeps a date of its sentence from a fact: that it is of something else, or that the fact came after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anamnese.facts.therapy.periods import IN_ONE_DAY
from anamnese.facts.time.expression import TimeExpression
from anamnese.history.dating.account import ATTACHED_REACH, COURSES, Account
from anamnese.reading.fold import folded_re, stands

if TYPE_CHECKING:
    from anamnese.facts.reading import Draft

OF_EXAMINATION = folded_re(
    r"\((?:tdm|tep|irm|scanner|pet|scintigraphie|biopsie|cytoponction|echographie|coloscopie|fibroscopie|fogd|"
    r"endoscopie|mammographie|rcp|staff|reunion)[a-z -]{0,24}?(?: (?:du|de|en|le))? ?\Z"
)
_COMPARED = folded_re(
    r"(?:\bcompar[a-z]+(?: a| au| avec)?|\bvs|\bpar rapport (?:a|au)|\banterieure?s?(?: du)?|"
    r"\breference)[^.;)\n]{0,30}$"
)
_COMPARISONS = ("compar", "vs", "rapport", "anterieur", "reference")
"""What stands in all that `_COMPARED` finds."""
_KNOWN_SINCE = folded_re(
    r"\b(?:suivie?|connue?|porteu(?:r|se)|atteinte?|malade|evoluant|symptomatique|surveillee?)\b[^.;,]{0,30}\bdepuis "
    r"(?:l'annee |le mois de |le )?$"
)
_AFTER = folded_re(
    r"\b(?:apres|post|refractaires? a|resistante?s? a|echec (?:de|a))[ ](?:une |la |l'|\d+ (?:cures|cycles) de )?$"
)
_EARLIER = ("apres", "post", "refractaire", "resistant", "echec")
"""What stands in all that `_AFTER` finds."""
_NEXT_ITEM = folded_re(r"\)[ ]?(?:[,;]|puis\b|et puis\b)")
_AFTER_REACH = 24
_FOLLOWS = folded_re(r"\b(?:puis|suivie?s?)\b")


def is_over(account: Account, draft: Draft) -> bool:
    """Whether a treatment is told as one that was over: `mastectomie en juin 2023 après │CT néoadjuvante│`."""
    return stands(_EARLIER, _AFTER, account.folded, max(0, draft.start - _AFTER_REACH), draft.start)


def is_behind_another(account: Account, draft: Draft) -> bool:
    """Whether the date before a course in its sentence is that of another, in the brackets behind that: `FEC (mars
    2014), │docétaxel│`; or that of the operation that it stands with: `Colectomie le 12 mars 2018 (pT3N1),
    12 cures de │FOLFOX│`."""
    if draft.get("kind") not in COURSES or draft.get("regimen") in IN_ONE_DAY:
        return False
    times = account.told_before(draft.start)
    if not times:
        return False
    before = account.given_between(account.reading.sentence(draft.start).start, draft.start)
    if not before or before[0][0] > times[-1].start:
        return False
    last = times[-1]
    opened = account.folded.rfind("(", max(before[0][0], last.start - 30), last.start)
    closed = account.folded.find(")", last.end, draft.start)
    if opened >= 0 and closed >= 0 and _NEXT_ITEM.match(account.folded, closed):
        return True
    near = [kind for pos, kind in before if pos >= last.start - ATTACHED_REACH]
    return (
        len(last.value) == len("2018-03-12")
        and bool(near)
        and all(kind == "surgery" for kind in near)
        and "," in account.folded[last.end : draft.start]
    )


def comes_after(account: Account, draft: Draft) -> bool:
    """Whether a course is told as what came after another of its sentence: `FEC en mars 2015, suivi de
    │paclitaxel`. Operations told one after the other are of one day."""
    times = account.told_before(draft.start)
    if not times or len(times[-1].value) == 4:
        return False  # `traité en 2010 par mastectomie suivie de radiothérapie`: a year holds for both
    before = account.given_between(account.reading.sentence(draft.start).start, draft.start)
    if not before:
        return False
    if draft.get("kind") == "surgery" and before[-1][1] == "surgery":
        return False
    return _FOLLOWS.search(account.folded, max(before[-1][0], times[-1].end), draft.start) is not None


def is_aside(account: Account, time: TimeExpression) -> bool:
    """Whether a time stands in brackets, about the value before it: `44 (12/04 : 88)`."""
    opened = account.folded.rfind("(", max(0, time.start - 30), time.start)
    return opened >= 0 and account.folded.find(")", opened, time.start) < 0


def is_compared(account: Account, time: TimeExpression) -> bool:
    """Whether a time is that of an earlier examination which the report only compares with."""
    return stands(_COMPARISONS, _COMPARED, account.folded, max(0, time.start - 45), time.start)


def is_of_examination(account: Account, time: TimeExpression) -> bool:
    """Whether a time stands in brackets with the examination that it is of: `rémission (TEP du 25/09/2017)`."""
    return OF_EXAMINATION.search(account.folded, max(0, time.start - 50), time.start) is not None


def is_known_since(account: Account, time: TimeExpression) -> bool:
    """Whether a time is that since which a disease is known, and no date of what was done: `suivie depuis 2012`."""
    if time.bound != "start":
        return False
    return _KNOWN_SINCE.search(account.folded, max(0, time.start - 60), time.start) is not None
