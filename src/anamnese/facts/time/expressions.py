"""Time expressions, resolved: calendar dates in every French form, and durations told from a date.

Full and partial dates keep their precision. A date without its year takes it from a range it belongs to (`du 21 au 24/09/2023`),
else from the date nearest before it, so that the two lie closest; nothing is resolved where nothing stands before.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from calendar import monthrange
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anamnese.history.calendar import closest_year, shift

if TYPE_CHECKING:
    from anamnese.facts.reading import Reading


@dataclass(slots=True)
class TimeExpression:
    """A time in the text. `value` is `YYYY[-MM[-DD]]`; `bound` tells `start` (`depuis`, `à partir de`), `end` (`jusqu'à`, second of
    a range) or None; `calendar` is False for one told from another (`six mois plus tard`); `birth` for a date of birth."""

    start: int
    end: int
    value: str
    bound: str | None = None
    calendar: bool = True
    birth: bool = False


@dataclass(slots=True)
class _Raw:
    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None
    bound: str | None = None


_DIGITS = re.compile(
    r"(?<![\w.,/+])(?:(?<!\d-)|(?<=/\d{4}-)|(?<=/\d\d-))\d{1,4}(?:[ ]?/[ ]?\d{1,2}[ ]?/[ ]?\d{4}|(?:[/.-]\d{1,4}){0,2})(?![\w%]|[.,/]\d)"
)
_TWO_DIGIT_PIVOT = 40  # 00–40 are 2000–2040, 41–99 are 1941–1999: oncology reports tell no other years

_BEFORE_YEAR = re.compile(
    r"(?:\b(?:en|de|depuis|fin|debut|mi|milieu|vers|annee|annees|courant|ete|automne|hiver|printemps|d'|a|et|puis|ou|avant|apres|dans|jusqu'en|jusqu'a|"
    r"fin de|trimestre|semestre|dep|pour|le|mai|des)|[(,:;/–-]|[a-z)][.]|^|\n|  )[ ]*$"
)
_AFTER_YEAR = re.compile(
    r"[ ]?(?:mg|g\b|ug|ui|iu|u/|u\b|/|ml|mm|cm|cas|patients?|cellules|gy|cgy|mui|kg|%|ng|cc\b|leuco|plaq|kcal|g/|m\b|copies|x\b|l\b)"
)
_BEFORE_DAY_MONTH = re.compile(
    r"(?:\b(?:le|du|au|au\s+|dep|depuis|des|et|les|a|partir du|jusqu'au|avant|apres|vers le|ce|bio|date|j\d{1,2})|[(:]|^|\n|-  ?)[ ]*$"
)
_SCORE_BEFORE = re.compile(
    r"(?:\beva|\ben|evs|allred|score|glasgow|karnofsky|ecog|oms|\bta|\bpa|t/a|tension|gg|ganglions?|adenopathies|\bn\+?|\bsur|\bavec|mmhg|apgar|grade|gleason|"
    r"acuite|visuelle|\bod|\bog|exons?|douleur|cotee?|numerique|cytokeratines?|ck|ae\d?)[ :=(a]*$"
)
_ROW_OF_DATES = re.compile(
    r"[^\d\n]{0,30}(?:[^\d\n]{0,4}\d\d/\d\d(?:/\d{2,4})?(?: ?\([^)\n]{0,12}\))?[ |;]*){2,12}(?:\n|$)"
)
"""The heading of a table: dates only, behind at most a few words."""
_BEFORE_MONTH_YEAR = re.compile(r"(?:\b(?:en|depuis|fin|debut|mi|des|jusqu'en|courant)|\n[-* ]*)[ ]*$")
_SCORE_AFTER = re.compile(
    r"[ ]?(?:mmhg|cmhg|ganglions?|gg\b|adp|cycles?|cures?|cm|mm|champs|hpf|n\+|dixiemes|seances|fractions|jours|points|mg|g/)"
)
_TABLE_CELL = re.compile(r"(?:\n|[ ]{2,})[^\n]{0,0}$")
_DAY_BEFORE_MONTH = re.compile(r"(?<![\d/.,-])(\d{1,2})(?:er)?[ ]?[-.]?[ ]?(?:de )?$")
_YEAR_AFTER_MONTH = re.compile(
    r"\.?[ ]*[,/-]?[ ]?(?:de[ ](?:l'annee[ ])?)?((?:19|20)\d\d)(?!\d)|\.?[ ]?'?(\d\d)(?![\d/.,]|[ ]?(?:ans|jours|cures|cycles|mg|%|h|mois))"
)
_PUBLISHED = re.compile(
    r"\b(?:protocole|etude|essai|siop|eln|nccn|iccc?|itcc|ajcc|uicc|oms|who|figo|recist|ctcae|esmo|edition|classification|version)[ a-z-]{0,14}$"
)
_AFTER_LONE_YEAR = re.compile(r"[,.;)\n]|[ ](?:[(:]|pour |chez |avec |par |sans |et |puis |suivie? )|[ ]?$")
_LONE_MONTH = re.compile(
    r"(?:\b(?:en|de|debut|mi|fin|mois de|mois d'|depuis|jusqu'en|jusqu'a|vers|courant|des|et|a|au|entre|d'|fin de|puis|dernier)|[(-])[ -]*$"
)
_LEAD = re.compile(
    r"\b(?:(?:au[ ])?(?:tout[ ])?(?:debut|mi|fin|milieu|courant|printemps|ete|automne|hiver|annee)[ -](?:de[ ]|du mois de |d'|mois de )?)$"
)
_RANGE_DAY = re.compile(r"\b(?:du|le|les|entre le)[ ](\d{1,2})(?:er)?[ ](?:au|et|et le|et au)[ ](?:le[ ])?$")
_BARE_RANGE_DAY = re.compile(r"(?<![\d/.,\n-])(?<!\n )(?<!^)(\d{1,2})(?:er)?[ ]?(?:au|-)[ ]?$")
_RANGE_GAP = re.compile(
    r"[ ]*(?:et(?: le)?|au|a|-+>?|>|=>|jusqu'(?:au|en|a)|et jusqu'(?:au|en|a))[ ]*(?:en[ ]|le[ ])?(?:fin[ ]|debut[ ]|mi-?[ ]?)?$"
)
_END_BEFORE = re.compile(
    r"\b(?:jusqu'?(?:au|en|a|a la|a la fin de|a fin)?|a|au|fin(?: le)?|terminee?s?(?: le| en)?|arretee?s?(?: le| en)?|derniere?(?: cure| cycle| dose| perfusion)?(?: le| en)?)[ ]*(?:le |en |la |du )?(?:mois de |fin |debut |mi-?)?$"
)
_END_STRICT = re.compile(
    r"\b(?:jusqu'?[ ]?(?:au|en|a|a la|a la fin de|a fin)?|termine[es]*(?: le| en)?|arrete[es]*(?: le| en)?|derniere?(?: cure| cycle| dose| perfusion| seance)?(?: le| en| du)?)[ ]*(?:le |en |la |du )?(?:mois de |fin |debut |mi-?)?$"
)
_START_BEFORE = re.compile(
    r"\b(?:depuis|a partir d[eu]|a compter d[eu]|des|debute[es]*(?: le| en)?|c1(?:j1)?(?: le)?|commence[es]*(?: le| en)?|entre|introduit[es]*(?: le| en)?)[ ]*(?:le |en |la |du )?(?:mois de |fin |debut |mi-?)?$"
)
_BIRTH = re.compile(r"\b(?:ne(?:e|\(e\))?(?: le)?|ddn|dn|date de naissance|d\.n\.)[ :]*(?:le )?$")

_WORD_NUMBERS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "onze": 11, "douze": 12, "quinze": 15, "dix-huit": 18, "vingt": 20, "vingt-quatre": 24, "trente": 30,
}  # fmt: skip
_DURATION = (
    r"(?P<n>\d{1,3}|"
    + "|".join(sorted(_WORD_NUMBERS, key=len, reverse=True))
    + r")[ ](?P<unit>ans?|annees?|mois|semaines?|sem|jours?|j)(?P<half>[ ]et[ ]demie?)?"
)
_DURATION_BEFORE = re.compile(r"(?:^|[^\w])" + _DURATION + r"[ ]$")
_DURATION_AFTER = re.compile(r"[ ](?:environ[ ])?" + _DURATION + r"\b")
_NOT_LATER = re.compile(r"(?:\d|survie|risque|age|agee|taux|espacee?s?|tous les|toutes les|pendant) ?$")
_COUNTED_FROM = re.compile(
    r" ?(?:[,.;:)\n]|$)| (?:de (?:traitement|maintien|la fin d|suivi)|du (?:debut|traitement)|on |elle |il |la |le |les )"
)


def find_times(reading: Reading) -> list[TimeExpression]:
    """The time expressions of a report in order of place."""
    raws = sorted([*_numeric(reading), *_named(reading)], key=lambda raw: (raw.start, -raw.end))
    kept: list[_Raw] = []
    for raw in raws:
        if not kept or raw.start >= kept[-1].end:
            kept.append(raw)
    kept = _with_ranges(reading, kept)
    resolved = _resolved(reading, kept)
    return _with_relative(reading, resolved)


def _numeric(reading: Reading) -> list[_Raw]:
    folded = reading.folded
    found = []
    for match in _DIGITS.finditer(folded):
        raw = _numeric_date(folded, match[0], *match.span())
        if raw is not None:
            found.append(raw)
        elif len(match[0]) == 4 and _lone_year(reading, match[0], *match.span()):
            found.append(_Raw(match.start(), match.end(), int(match[0]), None, None))
    return found


def _lone_year(reading: Reading, string: str, start: int, end: int) -> bool:
    """Whether four digits after any other word are a year: they end a clause and are no measured value
    (`cholécystectomie 2009, …`)."""
    if not string.isdigit() or not 1950 <= int(string) <= 2035 or not _AFTER_LONE_YEAR.match(reading.folded, end):
        return False
    before = reading.folded[max(0, start - 30) : start]
    if not re.search(r"[a-z]{3}[ ]$", before) or _PUBLISHED.search(before):
        return False
    return not any(
        reading.hits_between(channel, max(0, start - 40), start)[-1:]
        and reading.hits_between(channel, start - 40, start)[-1].end >= start - 2
        for channel in ("lab", "drugs")
    )


def _numeric_date(folded: str, string: str, start: int, end: int) -> _Raw | None:
    """A date in digits: `15/01/16`, `2014-03-12`, `03/2014`, `22/04`, `1992`; None for any other number."""
    if len(string) < 3 or (len(string) == 3 and string[1] not in "/"):
        return None
    parts = re.split(r"[ ]?[/.-][ ]?", string)
    if len(parts) == 3:
        if len(parts[0]) == 4:
            year, month, day = int(parts[0]), int(parts[1]), int(parts[2])
        elif len(parts[2]) in (2, 4):
            day, month, year = int(parts[0]), int(parts[1]), _full_year(parts[2])
        else:
            return None
        if _valid(year, month, day):
            return _Raw(start, end, year, month, day)
        return None
    if len(parts) == 2:
        first, second = parts
        if len(second) == 4 and len(first) <= 2:
            if 1 <= int(first) <= 12 and 1930 <= int(second) <= 2049:
                return _Raw(start, end, int(second), int(first), None)
            return None
        if len(first) == 4 and 1930 <= int(first) <= 2049:
            if len(second) == 2 and 1 <= int(second) <= 12 and string[4] != "/":
                return _Raw(start, end, int(first), int(second), None)
            return None
        if string[len(first)] != "/" or len(first) > 2 or len(second) > 2:
            return None
        if int(second) > 12:
            return _month_year(folded, first, second, start, end)
        return _day_month(folded, first, second, start, end)
    year = int(string)
    if len(string) == 4 and 1930 <= year <= 2049:
        line = max(0, start - 24)
        if _AFTER_YEAR.match(folded, end) or not _BEFORE_YEAR.search(folded[line:start]):
            return None
        lead = _LEAD.search(folded[line:start])
        return _Raw(line + lead.start() if lead else start, end, year, None, None)
    return None


def _day_month(folded: str, first: str, second: str, start: int, end: int) -> _Raw | None:
    """`22/04`: a day and a month, where the words around do not make a score or a fraction of it."""
    day, month = int(first), int(second)
    if not _valid(2000, month, day) or (first[0] == "0" and day == 0):
        return None
    before, after = folded[max(0, start - 24) : start], folded[end : end + 14]
    if _SCORE_AFTER.match(after) or _SCORE_BEFORE.search(before):
        return None
    padded = len(first) == 2 and len(second) == 2
    cue = _BEFORE_DAY_MONTH.search(before)
    certain = padded and (first[0] == "0" or second[0] == "0" or day > 12)
    if certain and (cue or day > month or second[0] == "0"):
        return _Raw(start, end, None, month, day)
    if padded and _ROW_OF_DATES.match(folded, folded.rfind("\n", 0, start) + 1):
        return _Raw(start, end, None, month, day)
    if cue and (padded or re.search(r"\b(?:le|du|au|depuis le|jusqu'au|avant le)[ ]$", before)):
        return _Raw(start, end, None, month, day)
    return None


def _month_year(folded: str, first: str, second: str, start: int, end: int) -> _Raw | None:
    """`12/23`: a month and a year of two digits, only where the words before it tell a time."""
    if len(first) != 2 or not 1 <= int(first) <= 12 or int(second) > _TWO_DIGIT_PIVOT:
        return None
    if _SCORE_AFTER.match(folded, end) or not _BEFORE_MONTH_YEAR.search(folded[max(0, start - 24) : start]):
        return None
    return _Raw(start, end, 2000 + int(second), int(first), None)


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return 2000 + year if year <= _TWO_DIGIT_PIVOT else 1900 + year


def _valid(year: int, month: int, day: int) -> bool:
    return 1900 <= year <= 2049 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _named(reading: Reading) -> list[_Raw]:
    """Dates with the name of a month: `9 février 2007`, `1er décembre`, `juin 1989`, `fin sept. 2022`, `en juin`."""
    folded = reading.folded
    found = []
    for hit in reading.hits("months"):
        month = int(hit.term.row["number"])
        start, end = hit.start, hit.end
        before = folded[max(0, start - 24) : start]
        year = None
        after = _YEAR_AFTER_MONTH.match(folded, end)
        day_match = _DAY_BEFORE_MONTH.search(before)
        day = int(day_match[1]) if day_match else None
        if day is not None and not 1 <= day <= 31:
            day, day_match = None, None
        if after and (
            after[1]
            or (day_match is not None and after[2])
            or (after[2] and folded[end] in " .'-" and int(after[2]) > 31)
        ):
            year = _full_year(after[1] or after[2])
            end = after.end()
        if day_match and day is not None:
            start -= len(before) - day_match.start()
            if not _valid(year or 2000, month, day):
                day = None
        elif year is None and (hit.term.row["lone"] == "no" or not _LONE_MONTH.search(before)):
            continue
        if hit.term.row["lone"] == "no" and year is None and day is None:
            continue
        lead = _LEAD.search(folded[max(0, start - 24) : start])
        if lead and day is None:
            start -= min(start, 24) - lead.start()
        found.append(_Raw(start, end, year, month, day))
    return found


def _with_ranges(reading: Reading, raws: list[_Raw]) -> list[_Raw]:
    """Bounds of ranges, and the first day of `du 21 au 24/09`, which takes month and year of the second."""
    folded = reading.folded
    out: list[_Raw] = []
    for i, raw in enumerate(raws):
        before = folded[max(0, raw.start - 34) : raw.start]
        offset = max(0, raw.start - 34)
        previous = out[-1] if out else None
        gap = folded[previous.end : raw.start] if previous else ""
        if (
            previous is not None
            and len(gap) < 30
            and _RANGE_GAP.match(gap)
            and (gap.strip() not in ("et", "et le") or _opens_range(folded, previous.start))
        ):
            raw.bound = "end"
            if gap.strip() != "a" or previous.bound is None:
                previous.bound = previous.bound or "start"
            if previous.year is None and raw.year is not None and previous.month is not None:
                later = raw.month is not None and previous.month > raw.month
                previous.year = raw.year - 1 if later else raw.year
        else:
            match = _RANGE_DAY.search(before) or (_BARE_RANGE_DAY.search(before) if raw.day is not None else None)
            if match and raw.day is not None and 1 <= int(match[1]) <= 31:
                first = _Raw(
                    offset + match.start(1), offset + match.end(1), raw.year, raw.month, int(match[1]), "start"
                )
                if (
                    first.start >= (previous.end if previous else 0)
                    and raw.month
                    and _valid(raw.year or 2000, raw.month, int(match[1]))
                ):
                    out.append(first)
                    raw.bound = "end"
        out.append(raw)
        del i
    for raw in out:
        if raw.bound is None:
            before = folded[max(0, raw.start - 34) : raw.start]
            if _END_STRICT.search(before):
                raw.bound = "end"
            elif _START_BEFORE.search(before):
                raw.bound = "start"
    return out


def _opens_range(folded: str, start: int) -> bool:
    return (
        re.search(r"\bentre(?: le| l'annee)?[ ]*(?:fin |debut |mi-?)?$", folded[max(0, start - 20) : start]) is not None
    )


def _resolved(reading: Reading, raws: list[_Raw]) -> list[TimeExpression]:
    """The raw dates with the years that they lack."""
    folded = reading.folded
    resolved: list[TimeExpression] = []
    document = document_date(folded, raws)
    anchor: str | None = None
    anchor_line = -1
    for i, raw in enumerate(raws):
        birth = _BIRTH.search(folded[max(0, raw.start - 24) : raw.start]) is not None
        year = raw.year
        if year is None:
            base = anchor
            if document is not None and (
                anchor is None or len(anchor) < 7 or anchor_line < folded.rfind("\n", 0, raw.start)
            ):
                base = document
            if base is None and i + 1 < len(raws):
                following = next((r for r in raws[i + 1 : i + 4] if r.year is not None), None)
                if following is not None and following.start - raw.end < 200:
                    base = _value(following)
            if base is None or raw.month is None:
                continue
            year = closest_year(base, raw.month, raw.day)
            if (
                raw.bound == "end"
                and anchor is not None
                and anchor == base
                and len(base) >= 7
                and (year, raw.month) < (int(base[:4]), int(base[5:7]))
            ):
                year += 1
            if raw.day is not None and not _valid(year, raw.month, raw.day):
                continue
            raw.year = year
        value = _value(raw)
        resolved.append(TimeExpression(raw.start, raw.end, value, raw.bound, True, birth))
        if not birth and not _is_reference(folded, raw):
            anchor, anchor_line = value, raw.start
    return resolved


def _is_reference(folded: str, raw: _Raw) -> bool:
    """Whether a year is that of a classification or publication (`AJCC 2017`, `OMS 2021`), which dates nothing."""
    return (
        raw.month is None and _PUBLISHED.search(folded[max(0, raw.start - 30) : raw.start].rstrip(" ,.(")) is not None
    )


def _value(raw: _Raw) -> str:
    value = f"{raw.year:04d}"
    if raw.month is not None:
        value += f"-{raw.month:02d}"
        if raw.day is not None:
            value += f"-{raw.day:02d}"
    return value


_HEADER = 700
_ISSUE = re.compile(
    r"(?:date|reunion|seance|examen du|consultation du|edite|edition|le|du|intervention|entree|rcp|valide|recu|preleve|hospitalisation|cure)[^\n]{0,40}$"
)


def document_date(folded: str, raws: list[_Raw]) -> str | None:
    """The date in the header of a hospital document: the first full numeric date there that is no birth date; None for a
    report that begins with prose."""
    for raw in raws:
        if raw.start > _HEADER:
            return None
        if raw.year is None or raw.month is None or raw.day is None:
            continue
        line = folded.rfind("\n", 0, raw.start) + 1
        before = folded[line : raw.start]
        if _BIRTH.search(before[-24:]):
            continue
        if re.search(r"[.][ ]+[a-z]", before) or len(before) > 110:
            return None  # prose
        if not re.fullmatch(r"[^\n]*", before) or not (_ISSUE.search(before) or before.strip() == ""):
            continue
        return _value(raw)
    return None


def _with_relative(reading: Reading, times: list[TimeExpression]) -> list[TimeExpression]:
    """Adds the times told from another one: `six mois plus tard`, `un an après`, `il y a trois mois`, `le lendemain`."""
    hits = reading.hits("relative")
    if not hits or not times:
        return times
    folded = reading.folded
    starts = [time.start for time in times]
    added: list[TimeExpression] = []
    for hit in hits:
        row = hit.term.row
        sign = int(row["sign"])
        if row["form"] == "after":
            match = _DURATION_BEFORE.search(folded[max(0, hit.start - 30) : hit.start])
            begin = hit.start - (match.end() - match.start("n")) if match else hit.start
            end = hit.end
            if (
                match
                and hit.term.name != "later"
                and re.match(r"[ ](?:la|le|l'|son|sa|les|ce)", folded[hit.end : hit.end + 4])
            ):
                continue  # `deux mois avant la chirurgie`: told from an event
        elif row["form"] == "within":
            match = _DURATION_AFTER.match(folded, folded.index(" ", hit.start))
            begin, end = hit.start, hit.end
            if _NOT_LATER.search(folded, max(0, hit.start - 16), hit.start) or not _COUNTED_FROM.match(folded, hit.end):
                continue
            near = times[max(0, bisect_right(starts, begin) - 1) : bisect_right(starts, begin) + 1]
            sentence = reading.sentence(begin)
            if any(sentence.start <= time.start < end + 25 and time.end > begin - 90 for time in near):
                continue  # the date beside it tells the same
        elif row["form"] == "before":
            match = _DURATION_AFTER.match(folded, hit.end)
            begin, end = hit.start, match.end() if match else hit.end
        else:
            match, begin, end = None, hit.start, hit.end
        i = bisect_right(starts, begin) - 1
        while i >= 0 and times[i].birth:
            i -= 1
        if i < 0:
            continue
        base = times[i].value
        if row["form"] == "alone":
            value = shift(base, 0, sign) if len(base) == 10 else base
        elif match is not None:
            value = _shifted(base, match, sign)
        else:
            continue
        if value is not None:
            added.append(TimeExpression(begin, end, value, None, False))
    return sorted([*times, *added], key=lambda time: time.start) if added else times


def _shifted(base: str, match: re.Match[str], sign: int) -> str | None:
    """`base` moved by a duration; None where the base is less precise than the duration allows."""
    count = _WORD_NUMBERS.get(match["n"]) or int(match["n"])
    unit = match["unit"]
    if unit[0] == "a":
        months = 12 * count + (6 if match["half"] else 0)
        return shift(base, sign * months, 0, keep="month" if len(base) >= 7 else "year")
    if unit[0] == "m":
        return shift(base, sign * count, 0, keep="month") if len(base) >= 7 else None
    days = count * (7 if unit[0] == "s" else 1)
    return shift(base, 0, sign * days) if len(base) == 10 else None
