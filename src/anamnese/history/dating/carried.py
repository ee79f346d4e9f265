"""The date that the narrative before carries over to a fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anamnese.facts.starts import begun
from anamnese.facts.therapy.periods import IN_ONE_DAY
from anamnese.facts.time.expression import TimeExpression
from anamnese.history.dating.account import ACTS, CHANGES, COURSES, OPENING, Account
from anamnese.reading.fold import folded_re, stands

if TYPE_CHECKING:
    from anamnese.facts.reading import Draft

_POINTS = frozenset({"surgery", "embolisation", "transplant"})
"""Kinds of therapy that begin and end on one day."""
_COUNTED = folded_re(
    r"\b(?:apres|au bout d[e']|a|au) (?:le |la |les |l')?(?:\d+|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|"
    r"(?:prem|deux|trois|quatr|cinqu|six|sept|huit)i?eme?)\w* ?(?:cycles?|cures?|mois|semaines?|lignes?)\b"
)
_COUNTS = ("cycle", "cure", "mois", "semaine", "ligne")
"""What stands in all that `_COUNTED` finds."""
_AT_MONTHS = folded_re(
    r"[^.;:]{0,60}?\ba (?:\d+|un|deux|trois|quatre|six|neuf|dix|douze) (?:mois|ans?) (?:post|de|apres|d')"
)
"""`récidive à 6 mois post-opératoires`."""
_PASSED = folded_re(
    r"\W*(?:(?:puis|mais|et),? )?(?:apres|au bout d[e']|environ)? ?"
    r"(?:une? |deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente|\d+)[^.;,]{0,5}?"
    r"\b(?:ans?|annees?|mois|semaines)\b"
)
_LATER = folded_re(r"[^.;,]{0,12}?\b(?:ans?|annees?|mois|semaines|jours) (?:plus tard|apres)\b")
"""Behind an event, how long after it was: `décède │six mois plus tard│`."""
_LAPSE = folded_re(
    r"\b(?:recul|suivi|surveillance)\b(?: [a-z]+){0,2}? (?:de|d'|a|est|:)[ ]?(?:plus de |environ )?"
    r"(?:\d|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente)[^.;,]{0,8}(?:ans?|annees?|mois)\b|"
    r"\b(?:ans?|annees?|mois) (?:de|du) (?:suivi|recul|surveillance)\b|"
    r"\ba (?:\d\d?|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix) (?:ans?|annees?)\b"
)
"""A lapse that counts from what it does not say (`avec un recul de 18 mois`), which the last date told need not be."""
_LAPSES = ("recul", "suivi", "surveillance", " an", "annee")
"""What stands in all that `_LAPSE` finds."""
_COUNT_OF_TIME = folded_re(r"\b(?:ans?|annees?|mois|semaines)\b")
_AT_END = folded_re(
    r"\b(?:au terme|a l'issue|a la fin|en fin|au decours) (?:de |du |des |d')"
    r"(?:la |l'|les |ces? |son |sa |ses |\d{1,2} )?"
    r"(?:cures?|cycles?|seances?|[a-z]*chimiotherapie|chimio|traitements?|[a-z]*radiotherapie|induction|protocole)\b"
)
_ENDS_OF = ("terme d", "issue d", "fin d", "decours d")
"""What stands in all that `_AT_END` finds: a course of which nothing tells how long it took."""
_ONSET = folded_re(
    r"\b(?:depuis|(?:remont|dat)[a-z]*[ ](?:a|au|de|d[u'])|debut[ ](?:des?|du)[ ][^.;\n]{0,30})[ ]*"
    r"(?:le |la )?(?:mois d[e'][ ]?)?$"
)
"""Before the time at which a complaint began, or a disease that is now told further: `évoluant depuis mars 2010`."""
_ONSETS = ("depuis", "remont", "dat", "debut")
"""What stands in all that `_ONSET` finds."""
_VISIT = folded_re(r"\b(?:admise?s?|hospitalisee?s?|consulte[a-z]*|presente|presentee|adressee?|recue?|vue?|revue?)\b")
_OPENING_WORDS = 4
"""A time so few words behind the beginning of its sentence opens it (`C'est pourquoi, en 2009, …`)."""
_RECEIVES = folded_re(
    r"\b(?:il|elle|on|nous|patiente?)[ ](?:lui )?(?:recoit|debute|commence|initie|instaure|introduit)\b[^.;]{0,40}$"
)

_OPERATES = folded_re(
    r"\b(?:on|nous)[ ](?:l'|la |le |lui )?(?:realise|realisons|effectue|effectuons|pratique|pratiquons|procede|opere)\b"
    r"[^.;]{0,40}$"
)
_NOWHERE = (-1, -1)
"""Where an account stands that has told no time which carries over."""


def carried_date(account: Account, draft: Draft) -> str | None:
    """The date that the narrative before carries over to a fact."""
    start, end = account.reading.sentence(draft.start)
    standing = account.standing.get(start)
    if standing is None:
        standing = account.standing[start] = _standing(account, start)
    i, previous = standing
    if i < 0:
        return None
    time = account.times[i]
    if time.start < max(account.part(draft.start)[0], _last_lapse(account, draft.start)):
        return None
    if draft.type in CHANGES and (
        _PASSED.match(account.folded, start, draft.start)
        or _LATER.match(account.folded, draft.end, end)
        or _counts_from_the_untold(account, draft, start, end)
    ):
        return None  # told by a count since what nothing tells
    if draft.type in CHANGES and time.bound != "end" and stands(_ENDS_OF, _AT_END, account.folded, start, end):
        return _told_end(account, i, start)
    if time.start >= previous and time.bound != "end":
        return None if draft.type == "therapy" and _is_of_another(account, draft, time) else time.value
    if draft.type in ACTS:
        return _begun_in_passage(account, draft, start, previous, time)
    if draft.type in CHANGES and _has_moved_on(account, draft, start, time):
        return None
    return time.value[:7]


def _counts_from_the_untold(account: Account, draft: Draft, start: int, end: int) -> bool:
    """Whether the sentence of a fact tells how long after it was, but not after what."""
    if stands(_LAPSES, _LAPSE, account.folded, start, end):
        return True
    if draft.get("kind") != "last_follow_up":
        return False
    return _COUNT_OF_TIME.search(account.folded, draft.start, draft.end) is not None


def _last_lapse(account: Account, pos: int) -> int:
    """Where the last sentence before a place opens with a lapse that counts from what nothing tells, -1 for none: no
    date told before it holds behind it. `Opéré en mai 2016. Six cures de FEC. │Dix mois plus tard│, rechute.`"""
    i = begun(account.lapses, pos) - 1
    return account.lapses[i] if i >= 0 else -1


def _told_end(account: Account, i: int, start: int) -> str | None:
    """The month in which the last course of the paragraph of a sentence ended, where that is told: `6 cycles du 3 mai
    au 20 juillet. … │En fin de traitement│, réponse partielle`."""
    line = account.reading.line_start(start)
    ended = next((time for time in account.times[i::-1] if time.bound == "end" or time.start < line), None)
    if ended is None or ended.start < line or ended.bound != "end":
        return None
    if any(kind in COURSES for _, kind in account.given_between(account.reading.sentence(ended.start).end, start)):
        return None
    return ended.value[:7]


def _standing(account: Account, start: int) -> tuple[int, int]:
    """The number of the time at which the account stands where a sentence begins, and where the sentence before
    begins."""
    i = begun(account.starts, start - 1) - 1
    while i >= 0 and _is_past(account, i, start):
        if i == 0 or account.times[i].value >= account.times[i - 1].value:
            return _NOWHERE
        i -= 1  # the account stays at the later date told before
    if i < 0:
        return _NOWHERE
    return i, account.reading.sentence_starts[max(0, account.reading.sentence_index(start) - 1)]


def _is_past(account: Account, i: int, start: int) -> bool:
    """Whether a time tells of what was before the account, which it does not carry over to a sentence further on:
    `consulte en octobre pour une masse apparue six mois auparavant`, `suivie depuis 2012`, `opéré d'une hernie en
    1998`. A year alone dates what follows where it opens its sentence (`En 2012, elle présente …`)."""
    time = account.times[i]
    if not time.calendar:
        return i > 0 and time.value < account.times[i - 1].value
    length = len(time.value)
    if length == 10:
        return False
    opening = account.reading.sentence(time.start).start
    opens = time.start - opening < OPENING or account.folded[opening : time.start].count(" ") < _OPENING_WORDS
    if length == 7:
        return not opens and stands(_ONSETS, _ONSET, account.folded, max(opening, time.start - 40), time.start)
    if time.bound is not None:
        return True
    if opens:
        return False
    if start != account.reading.sentence(time.start).end or "\n" in account.folded[time.end : start]:
        return True
    return _VISIT.search(account.folded, start, account.reading.sentence(start).end) is not None


def _has_moved_on(account: Account, draft: Draft, start: int, time: TimeExpression) -> bool:
    """Whether an account has left a date behind: what follows is told by the count of cycles or months since it, or
    behind a course of treatment that was given meanwhile."""
    folded = account.folded
    if stands(_COUNTS, _COUNTED, folded, start, draft.start):
        return True
    if _AT_MONTHS.match(folded, draft.end, account.reading.sentence(draft.start).end):
        return True
    return any(kind in COURSES for _, kind in account.given_between(time.end, start))


def _is_of_another(account: Account, draft: Draft, time: TimeExpression) -> bool:
    """Whether the date of the sentence before is that of an operation, which what is given later does not share:
    `Mastectomie le 3 mai 2015. │FEC│ adjuvant.`"""
    if draft.get("kind") in _POINTS or draft.get("regimen") in IN_ONE_DAY:
        return False
    sentence = account.reading.sentence(time.start)
    given = account.given_between(sentence.start, sentence.end)
    if given and draft.get("end_date") is not None:
        return True  # `Létrozole en 2019. │Tamoxifène│, arrêté en mai 2021.`
    return any(kind == "surgery" for _, kind in given)


def _begun_in_passage(account: Account, draft: Draft, start: int, previous: int, time: TimeExpression) -> str | None:
    """The month in which a passage sets out, for a treatment that is begun two sentences behind its date: `En mai
    2019, récidive. La biopsie la confirme. Elle reçoit │FOLFIRI│`."""
    if draft.type != "therapy" or time.bound == "end" or len(time.value) < 7:
        return None
    surgery = draft.get("kind") == "surgery"
    first = account.reading.sentence(max(0, previous - 1))
    if time.start < first.start or "\n" in account.folded[time.end : draft.start]:
        return None
    does = _OPERATES if surgery else _RECEIVES
    return time.value[:7] if does.search(account.folded, start, draft.start) else None
