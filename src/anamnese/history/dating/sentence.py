"""The date of a fact that its own sentence tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anamnese.facts.time.expression import TimeExpression
from anamnese.history.dating.account import ACTS, ATTACHED_REACH, CHANGES, COURSES, OBSERVED_TODAY, OPENING, Account
from anamnese.history.dating.apart import OF_EXAMINATION, is_compared, is_known_since, is_of_examination
from anamnese.reading.fold import folded_re, stands

if TYPE_CHECKING:
    from anamnese.facts.reading import Draft

_ATTACHED = folded_re(
    r"[ )]*[(\[,:]?[ ]*(?:(?:realise|effectue|date|pratique|fait|debute|introduit|initie|instaure|mis|demande|"
    r"objective|"
    r"decouvert|signe|commence|obtenu)[es]*[ ]+)?(?:(?:du|le|en|de|au|des|d'|date|depuis|a partir d[ue]|vers|"
    r"datant d[ue]|c\d+j1|"
    r"c1|le j1|a|entre|fin|debut|mi|courant|un|jour|mois|prevue?|programmee?)[\s:]+)*(?:mois de |mi-)?[(]?\Z"
)
_SHOWN_BY = folded_re(
    r" ?\((?:(?:au|a la|sur (?:la|le)|cf) )?(?:tdm|tep|irm|scanner|pet|scintigraphie|biopsie|ponction|echographie|"
    r"radiographie|imagerie|bilan|cytoponction|coloscopie|endoscopie)[a-z -]{0,24}?(?: (?:du|de|en|le))? ?\Z"
    r"| ?apres \d{1,2} (?:cycles?|cures?|doses?|injections?|perfusions?)(?: de [a-z-]+)? \((?:en |le |des )?\Z"
)
"""The examination behind what it showed, or the count of what was given before: `progression osseuse (TEP du
31/01/2022)`, `progression après 4 cycles (mai 2019)`."""
_CLAUSE_END = folded_re(
    r"[;]|\.\s|\n|[,:]\s+(?:puis|chirurgie|intervention|(?:auto|allo)?-?greffe|suivie?s?|et|mais|avec|ce qui|date|"
    r"apres|dont|qui|ou|ayant|on)\b|p(?<!\wp)uis\b(?! ?\d)|a(?<!\wa)vant\b|s(?<!\ws)uivie?s?\b"
)
_CLAUSE_ENDS = (".", ",", ";", ":", "\n", "puis", "avant", "suivi")
"""What stands in all that `_CLAUSE_END` finds."""
_ITEM_END = folded_re(r"[,;.:()\n]|\bet\b|\bpuis\b|\bavec\b")
_STATEMENT_END = folded_re(r"[,;.:()\n]|\bpuis\b")
"""What ends what is said of a response: `rémission complète avec maladie résiduelle indétectable en avril 2020`."""
_VALUED = frozenset({"lab", "lesion", "vital"})
_EARLIER_VALUE = folded_re(r"[^()\n]{0,12}\([ ]?\d[\d.,x* ]*(?:[a-z/%]{1,8}[ ])?(?:(?:en|le|au|du|debut|fin)[ ]*)*")
_TOGETHER = folded_re(r"[ ]?:[^;.,]*\+[^;.,]*")
_LONGEST_IRRADIATION = 4
"""No irradiation goes on for more months than these, as the drugs told beside it may."""
_LISTS = folded_re(r"[ ]*[:|]")
"""Behind the stretch of time that a line of a list begins with: `07-08/21 | 45 Gy, cisplatine`."""
_SO_FAR = folded_re(
    r"\b(?:apres|a l'issue d|au terme d|au bout d|a|au|aux|scanner|tdm|irm|tep|bilan|reevaluation)\b[^.;,()]{0,30} ?$"
)
_HAS_VALUE = folded_re(r"[ ]*[:=][ ]*[<>~]?[ ]?\d")
_CLAUSE_REACH = 120


def attached_date(account: Account, draft: Draft) -> str | None:
    """The date inside a fact's words, or attached behind them."""
    if account.is_silent(draft.start, draft.end + ATTACHED_REACH):
        return None
    for time in account.between(draft.start, draft.end + ATTACHED_REACH):
        if _tells_end(draft, time):
            continue
        if draft.type == "lab" and time.start >= draft.end and _HAS_VALUE.match(account.folded, time.end):
            break  # `44 (12/04 : 88)`: the date of the value behind it
        between = account.folded[draft.end : time.start]
        if time.start < draft.end or _ATTACHED.match(between):
            return time.value
        if draft.type in CHANGES and _SHOWN_BY.match(between):
            return time.value
        break
    return None


def date_in_sentence(account: Account, draft: Draft, follows: bool = False) -> str | None:
    """The last date before a fact in its sentence, unless it `follows` what that date tells of, else the first
    behind it in its clause."""
    if not account.of_sentence(draft.start):
        return None
    sentence = account.reading.sentence(draft.start)
    before = []
    if not follows:  # begun when what is told before it was over
        before = [time for time in account.told_before(draft.start) if not is_compared(account, time)]
    if before and draft.type in ACTS:
        before = [time for time in before if not is_of_examination(account, time)]
    known_since = False
    if before and draft.type in ACTS:
        before = [time for time in before if not is_known_since(account, time)]
        known_since = not before
    if (
        before
        and draft.type in OBSERVED_TODAY
        and account.observed is not None
        and account.reading.section(draft.start) != "history"
    ):
        before = []
    if (
        len(before) > 1
        and draft.type in ACTS
        and (before[-2].bound, before[-1].bound) == ("start", "end")
        and (
            _TOGETHER.fullmatch(account.folded, before[-1].end, draft.start)
            or (before[-2].start - sentence.start < OPENING and _LISTS.match(account.folded, before[-1].end))
        )
    ):
        months = _months(before[-2].value, before[-1].value)
        longest = _LONGEST_IRRADIATION if draft.get("kind") == "radiotherapy" else months
        if draft.get("kind") in COURSES and months <= longest:
            draft.attributes.setdefault("end_date", before[-1].value)
        return before[-2].value  # `du 18/06 au 03/08/2018 : 70 Gy + │cisplatine│`
    if before:
        return _governing(account, draft, before, sentence.end)
    after = account.between(draft.end, min(sentence.end, draft.end + _CLAUSE_REACH))
    if after and (_tells_end(draft, after[0]) or (known_since and after[0].bound == "start")):
        return None
    if len(after) > 1 and after[0].bound == "start" and after[1].value == draft.get("end_date"):
        return None  # a range behind a sequence, whose first course begins it
    if after and draft.type in _VALUED and _EARLIER_VALUE.fullmatch(account.folded, draft.end, after[0].start):
        return None  # `412 ng/mL (38 en 11/2022)`: the date is that of the value beside it
    if after and draft.type == "lab" and _HAS_VALUE.match(account.folded, after[0].end):
        return None
    if after and draft.type in ACTS and OF_EXAMINATION.search(account.folded, draft.end, after[0].start):
        return None  # `colectomie pour adénocarcinome (coloscopie du 20/04/2015)`
    if after and not stands(_CLAUSE_ENDS, _CLAUSE_END, account.folded, draft.end, after[0].start):
        return after[0].value
    return None


def _governing(account: Account, draft: Draft, before: list[TimeExpression], end: int) -> str:
    """Which of the dates before a fact in its sentence governs it: the last that is not put in brackets about
    something else, unless the fact's own item of a list has a date behind it."""
    folded = account.folded
    last = before[-1]
    gap = folded[last.end : draft.start]
    if "," in gap or (":" in gap and draft.type in ACTS):
        after = account.between(draft.end, min(end, draft.end + 45))
        closed = draft.end + (folded[draft.end : draft.end + 1] == ")")  # the words of a dose in brackets
        ends = draft.type in ACTS and bool(after) and after[0].bound == "end"
        item_end = _STATEMENT_END if draft.type == "response" else _ITEM_END
        if after and not ends and not item_end.search(folded, closed, after[0].start):
            return after[0].value
    for time in reversed(before):
        opened = folded.rfind("(", max(0, time.start - 30), time.start)
        closed = folded.find(")", time.end, draft.start)
        aside = opened >= 0 and closed >= 0 and folded.find(")", opened, time.start) < 0
        if aside and draft.type in CHANGES and _SO_FAR.search(folded, max(0, opened - 50), opened):
            return time.value  # `après 8 cures (avril 2021), │progression│`
        if not aside or folded[closed + 1 : closed + 3].strip().startswith((":", ";")) or time is before[0]:
            return time.value
    return last.value


def _months(first: str, last: str) -> int:
    """The months from one date to another, each told to the month at least; 0 where one is a year alone."""
    if len(first) < len("2017-03") or len(last) < len("2017-03"):
        return 0
    return 12 * (int(last[:4]) - int(first[:4])) + int(last[5:7]) - int(first[5:7])


def _tells_end(draft: Draft, time: TimeExpression) -> bool:
    """Whether a date behind an act is that of its end: `jusqu'en mai`, `fin RT 18/02/2022`."""
    ended = time.value == draft.get("end_date") and not draft.get("start_date")
    return draft.type in ACTS and (ended or time.bound == "end")
