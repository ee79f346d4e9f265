"""When a tumour was found: the earliest of the dates that are told where it is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anamnese.facts.starts import begun
from anamnese.history.calendar import earliest
from anamnese.history.dating.account import Account
from anamnese.history.dating.apart import is_compared
from anamnese.history.dating.carried import carried_date
from anamnese.history.dating.part import date_of_part
from anamnese.history.dating.samples import sampled_before
from anamnese.history.dating.sentence import attached_date, date_in_sentence
from anamnese.reading.fold import folded_re, holds, stands

if TYPE_CHECKING:
    from anamnese.facts.reading import Draft

_OF_DIAGNOSIS = folded_re(
    r"\b(?<!au )(?:diagnosti(?:c|ques?|quees?)(?!\s(?:differentiel|par))|dg|diag)\b(?:[.]|[ ]*+[:(])?[ ]*"
    r"(?:(?:est|a ete|etait|fut|initial|histologique|pose|porte|fait|date|remonte a|depuis|le|en|du|de|au mois de)"
    r"[ ]+)*$"
)
_NO_STORY = frozenset({"diagnosis", "conclusion"})
"""Sections that sum up and tell of nothing in the order in which it happened."""
_KNOWN = folded_re(
    r"[^.;:,\n]{0,40}\b(?:opere|traite|diagnostique|reseque|exerese|excise|connu|suivi|irradie|revele|pris en charge)"
    r"e?s? (?:par [^.;:,\n]{1,40}? )?(?:depuis |en |le |debut |fin )+"
)
_AGAIN = folded_re(
    r"\b(?:rechute|recidive|metastase|progression)s?\b[^.;:,\n]{0,30}? (?:d[e']|du) ?(?:un |une |son |ce )?$"
)
_RELAPSED = folded_re(r"\b(?:rechute|recidive|progression)s?\b[^.;:,\n]{0,40}$")
"""Right before a date, behind the name of a tumour."""
_RELAPSES = ("rechute", "recidive", "metastase", "progression")
"""What stands in all that `_AGAIN` finds."""
_AGAIN_REACH = 60
_LINE_REACH = 400


def date_of_diagnosis(account: Account, draft: Draft) -> str | None:
    """The earliest of the dates told for a tumour where it is named, and for the samples whose result it is."""
    here = _of_known(account, draft)
    told = [date for start, end in draft.namings if (date := _of_naming(account, start, end)) is not None]
    if here is None and account.observed is None and account.reading.section(draft.start) in _NO_STORY:
        earlier = [naming for naming in draft.namings if naming[0] < draft.start]
        before = [date for start, end in earlier if (date := _of_naming(account, start, end)) is not None]
        here = earliest(before) or _in_line(account, draft.start) or sampled_before(account, draft.start)
    if here is None and not told:
        here = _told_of_diagnosis(account, draft)
    if here is None:
        here = date_of_part(account, draft) or carried_date(account, draft)
        relapse = _date_of_relapse(account, draft) if here is not None else None
        here = None if here is not None and relapse is not None and here >= relapse else here
    return earliest([*told, here]) if here is not None else None


def _told_of_diagnosis(account: Account, draft: Draft) -> str | None:
    """The date that the text calls that of the diagnosis (`Dg 09/22`, `diagnostiqué en mai 2021`), of the patient's
    one tumour."""
    first, last = account.part(draft.start)
    here = begun(account.tumours, first - 1)
    if draft.status == "suspected" or begun(account.tumours, last - 1, here) - here != 1:
        return None
    for time in account.between(first, last):
        near = max(first, time.start - 40)
        if time.calendar and len(time.value) > len("2017") and _OF_DIAGNOSIS.search(account.folded, near, time.start):
            return time.value
    return None


def _of_naming(account: Account, start: int, end: int) -> str | None:
    """The date told for one naming of a tumour, in its sentence or earlier in its line."""
    naming = account.reading.draft("tumour", start, end)
    return _of_known(account, naming) or _in_line(account, start)


def _of_known(account: Account, naming: Draft) -> str | None:
    """The date told for a tumour in its sentence: that since which it is known, and not that of its relapse:
    `en mai 2021, rechute d'un │adénocarcinome│ opéré en 2018`."""
    since = _KNOWN.match(account.folded, naming.end)
    times = account.between(since.end(), since.end() + 1) if since else []
    if times:
        return times[0].value
    again = stands(_RELAPSES, _AGAIN, account.folded, max(0, naming.start - _AGAIN_REACH), naming.start)
    date = attached_date(account, naming) or date_in_sentence(account, naming, again)
    return None if date is not None and date == _date_of_relapse(account, naming) else date


def _date_of_relapse(account: Account, naming: Draft) -> str | None:
    """The date told behind a tumour for its relapse: `│carcinome│ colique, récidive le 12/03/2021`."""
    end = account.reading.sentence(naming.end - 1).end
    if not holds(account.folded[naming.end : end], _RELAPSES):
        return None
    for time in account.between(naming.end, end):
        if _RELAPSED.search(account.folded, naming.end, time.start):
            return time.value
    return None


def _in_line(account: Account, pos: int) -> str | None:
    """The last date before a place in its line: `Biopsie (24/9/15) : … . Le tout évoque …`."""
    reach = max(0, pos - _LINE_REACH)
    line = max(account.folded.rfind("\n", reach, pos) + 1, reach, account.part(pos)[0])
    for i in range(begun(account.starts, pos - 1) - 1, -1, -1):
        time = account.times[i]
        if time.start < line:
            break
        earlier = not time.calendar and i > 0 and time.value < account.times[i - 1].value
        if not earlier and not is_compared(account, time):
            return time.value
    return None
