"""Dates in digits: `15/01/16`, `2014-03-12`, `03/2014`, `22/04`, `12/23`, `1992`; scores and doses are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from anamnese.facts.time.raw import Raw, before, exists, full_year, is_publication, leading, recent_year
from anamnese.reading.fold import folded_re, holds

if TYPE_CHECKING:
    from anamnese.facts.reading import Reading

_AS_ZERO = bytes.maketrans(b"123456789", b"0" * 9)
_DIGITS = folded_re(  # over a text in which every digit is 0: one sign is found many times as fast as one of ten
    r"0(?<![\w.,+]0)(?<![^ivx]/0)(?:(?<!0-0)|(?<=/0000-0)|(?<=/00-0))(?:"
    r"0{0,3}(?: ?/ ?00? ?/ ?0000|[/.-](?:0{1,4}(?:[/.-]0{1,4}(?:/00(?:00?)?)?)?|[ivx]{1,4}(?:[/.-]00(?:00)?)?))"
    r"|000|(?<=[ivx][/-]0)0)"
    r"(?![\w%]|[.,/]0)"
)
_SPAN = folded_re(r"(\d\d)-(\d\d)/(\d\d)()|(\d{1,2})-(\d{1,2})/(?:(\d{4})()|(\d{1,2})/(\d{4}|\d\d))")
_RANGE = folded_re(
    r"(?P<month>\d{1,2})(?P<sign>[/.-])(?P<year>\d{4})[-/](?P<last_month>\d{1,2})(?P=sign)(?P<last_year>\d{4})(?!\d)"
    r"|(?P<day>\d{1,2})/(?P<of>\d{1,2})-(?P<last_day>\d{1,2})/(?P<last_of>\d{1,2})/(?P<both>\d{4}|\d\d)(?![\d/])"
)
"""`03/2017-11/2017`, `02.2016-08.2016`, `15/3-20/4/2016`: months or days joined without a blank."""
_FIRST_OF_MONTH = folded_re(r"\b1er ?/ ?(\d{1,2})(?: ?/ ?(\d{4}|\d\d))?(?![\d/])")
_SEPARATOR = folded_re(r" ?[/.-] ?")
_ROMAN = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11, "xii": 12,
}  # fmt: skip
"""Months in Roman numerals: `14-I-2016`, `XI/2010`."""
_ROMAN_BEFORE = folded_re(r"(?<![\w/.-])([ivx]{1,4})[/-]\Z")
_RANKED = folded_re(
    r"\b(?:stades?|grades?|types?|classes?|groupes?|segments?|niveaux?|facteurs?|child|figo|tnm|nyha|phases?|degres?|"
    r"paires?|nerfs?|zones?|figures?|tableaux?|alveolaires?|scores?|categories?|annexes?|chapitres?|lignes?)[ :(]{1,2}$"
)
"""What is numbered in Roman numerals, too."""
_LEADS_TO_MONTH = folded_re(
    r"(?:\b(?:en|de|depuis|des|fin|debut|mi|jusqu'en|courant|vers|a|d'|et|puis)[ -]|[(,:]|\n) ?$"
)
_BEFORE_YEAR = folded_re(  # behind the words, so that they are looked at once; by their length
    r"(?<=\b(?:en|de|le|mi|et|ou|d'))|(?<=[ (,:;/\n-])|(?<=\b(?:fin|ete|mai|des|dep))|(?<=\b(?:vers|puis|dans|pour))"
    r"|(?<=\ba)|(?<=\b(?:debut|annee|hiver|avant|apres))|(?<=\b(?:depuis|milieu|annees))|(?<=[a-z)][.])"
    r"|(?<=\b(?:courant|automne))|(?<=\bsemestre)|(?<=\b(?:printemps|trimestre|naissance))|\A"
)
_AFTER_YEAR = folded_re(
    r" ?(?:mg|g\b|ug|ui|iu|u/|u\b|/|ml|mm|cm|cas|patients?|cellules|gy|cgy|mui|kg|%|ng|cc\b|leuco|plaq|kcal|g/|m\b|"
    r"copies|"
    r"x\b|l\b)"
)
_AFTER_LONE_YEAR = folded_re(r"[,.;)\n]| (?:[(:]|pour |chez |avec |par |sans |et |puis |suivie? )| ?$")
_WORD = folded_re(r"[a-z]{3} $")
_COUNTED_BEFORE = folded_re(r" x ?\d{1,2} $")
"""The number of cycles before the year in which they were given: `FCR x6 │2012│`."""
_BEFORE_DAY_MONTH = folded_re(
    r"(?:\b(?:le|du|au|dep|depuis|des|et|les|a|partir du|jusqu'au|avant|apres|vers le|ce|bio|date|j\d{1,2})|[(:]|^|"
    r"\n|-  ?) *$"
)
_EXAMINATIONS = (
    r"\b(?:cysto|colo|gastro|fibro|echo|mammo|scinti|tdm|irm|tep|petscan|pet|scanner|fogd|eeg|ett|bom|[a-z]*scopie|"
    r"[a-z]*graphie|biopsie|ponction|myelogramme|dosage)"
)
_POINTED_DATE = "00.00.00"
_BLANKED_DATE = "00 00 0000"
_BEFORE_POINTS = folded_re(rf"(?:\b(?:le|du|au|et|des|depuis|ce|vers le|jusqu'au)|{_EXAMINATIONS}) $")
_AFTER_POINTS = folded_re(
    r" ?(?:%|x\b|[mguk]?g\b|[mgu]?g/|[mcd]?m\b|m?l\b|ml/|[mu]?mol|[mk]?ui|/|gy\b|ans?\b|mois|h\b)"
)
_ROW_OF_POINTS = folded_re(r"[^\d\n]{0,30}(?:\d\d\.(?:0\d|1[0-2])(?:[ |;]+|(?=\n|$))){2,12}(?:\n|$)")
"""The heading of a table in a document that writes its dates with points."""
_BEFORE_BLANKS = folded_re(r"\b(?:le|du|au|date|preleve|recu|naissance|ddn)[ :]{1,3}$")
_NAMED_DAY = folded_re(r"\b(?:le|du|au|depuis le|jusqu'au|avant le) $")
_BEFORE_MONTH_YEAR = folded_re(
    r"(?:\b(?:en|depuis|fin|debut|mi|des|jusqu'en|courant|dg|dc|diag|diagnostic|diagnostiquee?|decouverte?|operee?|"
    rf"rechute|recidive|progression)|{_EXAMINATIONS}(?: de| du| d'| en|:| :)?|\n[-*> ]*|^[-*> ]*) *$"
)
_OPENS_MONTH_YEAR = folded_re(r"[.;:] $")
_ROUND = 50
"""Doses of so many milligrams are no years; those of other numbers are told with their unit."""
_LABELS = folded_re(r" ?:")
"""`Suivi. 09/22 : diagnostic`."""
_IN_MONTH = folded_re(r"\b(?:en|depuis|fin|debut|mi|jusqu'en|courant) $")
_MONTHS_AFTER = folded_re(r" ?(?:a|au|-|->|>) ?(?:0\d|1[0-2])/(?:1[3-9]|2\d|3\d)(?![\d/])")
_MONTHS_BEFORE = folded_re(r"(?<![\d/])(?:0\d|1[0-2])/(?:1[3-9]|2\d|3\d) ?(?:a|au|-|->|>) ?\Z")
"""Another month of a range: `01/23 à 07/23`."""
_LONGEST_RANGE = 15
"""Years between the first and the last of a range."""
_SCORE_BEFORE = folded_re(
    r"(?:\beva|\ben|evs|allred|score|glasgow|karnofsky|ecog|oms|\bta|\bpa|t/a|tension|gg|ganglions?|adenopathies|"
    r"\bn\+?|\bsur|"
    r"\bavec|mmhg|apgar|grade|gleason|acuite|visuelle|\bod|\bog|exons?|douleur|cotee?|numerique|cytokeratines?|ck|"
    r"ae\d?)"
    r"[ :=(a]*$"
)
_SCORE_AFTER = folded_re(
    r" ?(?:mmhg|cmhg|ganglions?|gg\b|adp|cycles?|cures?|cm|mm|champs|hpf|n\+|dixiemes|seances|fractions|jours|"
    r"points|mg|g/)"
)
_ROW_OF_DATES = folded_re(
    r"[^\d\n]{0,30}(?:[^\d\n]{0,4}\d\d/\d\d(?:/\d{2,4})?(?: ?\([^)\n]{0,12}\))?[ |;]*){2,12}(?:\n|$)"
)
"""The heading of a table: dates only, behind at most a few words."""


def zeroed(reading: Reading) -> str:
    """The shadow of a report with 0 for every digit."""
    return reading.folded.encode("latin-1").translate(_AS_ZERO).decode("latin-1")


def numeric_dates(reading: Reading) -> Iterator[Raw]:
    """The dates in digits, in order of place."""
    folded = reading.folded
    if "1er" in folded and ("1er/" in folded or "1er /" in folded):
        yield from _firsts(folded)
    zeros = reading.once(zeroed)
    if _BLANKED_DATE in zeros:
        yield from _blanked(folded, zeros)
    pointed = _POINTED_DATE in zeros
    for match in _DIGITS.finditer(zeros):
        start, end = match.span()
        string = folded[start:end]
        if string.isdecimal():
            sign = folded[start - 1 : start]
            roman = _roman_month(reading, start, end) if sign in _JOINS else None
            if roman is not None:
                yield roman
            if roman is not None or end - start != 4 or sign == "/":
                continue
            year = int(string)
            raw = _year(reading, year, start, end) if 1930 <= year <= 2049 else None
            if raw is not None:
                yield raw
            continue
        parts = _SEPARATOR.split(string)
        if parts[1][0] in "ivx":
            raw = _roman_day(reading, parts, start, end)
            if raw is not None:
                yield raw
            continue
        if ("-" in string or folded.startswith("-", end)) and (joined := _RANGE.match(folded, start)):
            yield from _joined(joined)
            continue
        if len(parts) > 3 or (len(parts) == 3 and "-" in string and "/" in string):
            span = _SPAN.fullmatch(string)
            if span and not _SCORE_AFTER.match(folded, end):
                yield from _spanned(span, start, end)
            continue
        if len(parts) == 3:
            raw = _full(parts, start, end)
        elif len(parts[0]) == len(parts[1]) == 4:
            yield from _years(reading, parts, start, end)
            continue
        elif pointed and end - start == len("09.10") and string[2] == ".":
            raw = _pointed(reading, parts, start, end)
        else:
            raw = _pair(reading, string, parts, start, end)
        if raw is not None:
            yield raw


def _roman_day(reading: Reading, parts: list[str], start: int, end: int) -> Raw | None:
    """`14-I-2016`, `6.IX.12`: a day with its month in Roman numerals; without a year, where the report writes its dates
    so (`le 20-VI et le 25-VII-2018`)."""
    month, day = _ROMAN.get(parts[1]), int(parts[0])
    if month is None or not exists(2000, month, day):
        return None
    if len(parts) == 3:
        year = full_year(parts[2])
        return Raw(start, end, year, month, day) if exists(year, month, day) else None
    capital = reading.text[start + len(parts[0]) + 1 : end].isupper()
    return Raw(start, end, None, month, day) if capital and _WRITTEN_ROMAN.search(reading.folded) else None


_WRITTEN_ROMAN = folded_re(r"\d[/.-][ivx]{1,4}[/.-](?:\d\d){1,2}(?!\w)")
_JOINS = frozenset("/-")


def _roman_month(reading: Reading, start: int, end: int) -> Raw | None:
    """`XI/2010`, `en IX/12`: the month in Roman numerals before a year."""
    folded = reading.folded
    match = _ROMAN_BEFORE.search(folded, max(0, start - 6), start)
    month = _ROMAN.get(match[1]) if match is not None else None
    if match is None or month is None or not reading.text[match.start(1) : match.end(1)].isupper():
        return None
    words = before(folded, match.start(1))
    full = end - start == 4
    year = int(folded[start:end]) if full else recent_year(folded[start:end])
    if year is None or not 1930 <= year <= 2049 or _RANKED.search(words):
        return None
    return Raw(match.start(1), end, year, month, None) if full or _LEADS_TO_MONTH.search(words) else None


def _blanked(folded: str, zeros: str) -> Iterator[Raw]:
    """`Prélevé le 09 06 2022`: behind the words that lead to a day."""
    start = zeros.find(_BLANKED_DATE)
    while start >= 0:
        end = start + len(_BLANKED_DATE)
        day, month, year = map(int, folded[start:end].split(" "))
        apart = not folded[end : end + 1].isdecimal() and exists(year, month, day)
        if apart and _BEFORE_BLANKS.search(before(folded, start)):
            yield Raw(start, end, year, month, day)
        start = zeros.find(_BLANKED_DATE, end)


def _joined(span: re.Match[str]) -> Iterator[Raw]:
    """The two months, or the two days, of a range that is written without blanks."""
    if span["month"]:
        first, last = int(span["month"]), int(span["last_month"])
        if 1 <= first <= 12 and 1 <= last <= 12 and 1930 <= int(span["year"]) <= int(span["last_year"]) <= 2049:
            yield Raw(span.start("month"), span.end("year"), int(span["year"]), first, None, "start")
            yield Raw(span.start("last_month"), span.end("last_year"), int(span["last_year"]), last, None, "end")
        return
    year, month, last_month = full_year(span["both"]), int(span["of"]), int(span["last_of"])
    began = year - 1 if month > last_month else year
    if exists(began, month, int(span["day"])) and exists(year, last_month, int(span["last_day"])):
        yield Raw(span.start("day"), span.end("of"), began, month, int(span["day"]), "start")
        yield Raw(span.start("last_day"), span.end("both"), year, last_month, int(span["last_day"]), "end")


def _pointed(reading: Reading, parts: list[str], start: int, end: int) -> Raw | None:
    """`09.10`: a day and a month in a document that writes its dates so, behind the words that lead to a day or in the
    heading of a table; else a number with decimals."""
    folded, day, month = reading.folded, int(parts[0]), int(parts[1])
    if _is_bracketed(folded, start, end):
        return _bracketed(folded, parts, start, end)
    if not exists(2000, month, day) or _AFTER_POINTS.match(folded, end):
        return None
    line = reading.line_start(start)
    if _BEFORE_POINTS.search(before(folded, start)) or (
        _ROW_OF_POINTS.match(folded, line) and not reading.hits_between("lab", line, start)
    ):
        return Raw(start, end, None, month, day)
    return None


def _is_bracketed(folded: str, start: int, end: int) -> bool:
    return folded[start - 1 : start] == "(" and folded[end : end + 1] == ")"


def _bracketed(folded: str, parts: list[str], start: int, end: int) -> Raw | None:
    """`6e cycle (03.22)`, `récidive (05/21)`: a month and a year alone in brackets, where nothing is counted or
    measured before them."""
    month, year = int(parts[0]), recent_year(parts[1])
    if len(parts[0]) != 2 or len(parts[1]) != 2 or not 1 <= month <= 12 or year is None or year < _BRACKETED_FROM:
        return None
    if holds(before(folded, start, _COUNT_REACH).rpartition(". ")[2], _COUNTED):
        return None
    return Raw(start, end, year, month, None)


_BRACKETED_FROM = 2005
_COUNT_REACH = 45
_COUNTED = (
    "gangl", "gg", "n+", "n1", "n2", "n3", "adp", "adeno", "curage", "carotte", "biops", "score", "envahi", "echelle",
    "scor", "eva", "glasgow", "taux", "marqueur", "valeur", "norm", "ratio", "rapport", "psa", "ca ", "ace", "cea",
    "hb", "crp", "ldh", "tsh", "/l", "/dl", "/ml", "mm", "cm", " t ", "ratio", "indice", "index", "creat",
)  # fmt: skip
"""What is told in such figures before a bracket: nodes, cores, scores, and measured values."""


def _firsts(folded: str) -> Iterator[Raw]:
    """`1er/10/2019`, `le 1er/10`."""
    for match in _FIRST_OF_MONTH.finditer(folded):
        year = full_year(match[2]) if match[2] else None
        if exists(year or 2000, int(match[1]), 1):
            yield Raw(match.start(), match.end(), year, int(match[1]), 1)


def _spanned(span: re.Match[str], start: int, end: int) -> Iterator[Raw]:
    """The months or days of a mixed form: `07-08/2021` and `07-08/21` are July and August, `14-15/02/23` two days."""
    one, other, third, year = [group for group in span.groups() if group is not None]
    first, second, number = int(one), int(other), int(third)
    middle, behind = start + len(one), start + len(one) + 1
    if not year and number > 12:
        if 1 <= first < second <= 12 and (len(third) == 4 or recent_year(third) is not None):
            yield Raw(start, middle, full_year(third), first, None, "start")
            yield Raw(behind, end, full_year(third), second, None, "end")
        return
    told = full_year(year) if year else None
    if first < second and exists(told or 2000, number, first) and exists(told or 2000, number, second):
        yield Raw(start, middle, told, number, first, "start")
        yield Raw(behind, end, told, number, second, "end")


def _full(parts: list[str], start: int, end: int) -> Raw | None:
    if len(parts[0]) == 4:
        year, month, day = map(int, parts)
    elif len(parts[2]) in (2, 4):
        day, month, year = int(parts[0]), int(parts[1]), full_year(parts[2])
    else:
        return None
    return Raw(start, end, year, month, day) if exists(year, month, day) else None


def _years(reading: Reading, parts: list[str], start: int, end: int) -> Iterator[Raw]:
    """`2017-2018`: two years not far apart, behind the words or the bracket that lead to a year, or behind a drug."""
    folded = reading.folded
    first, last = int(parts[0]), int(parts[1])
    ranged = 1950 <= first < last <= min(first + _LONGEST_RANGE, 2049)
    led = ranged and (_is_led_to(folded, start) or _behind_treatment(reading, start))
    if led and not is_publication(folded, start) and not _AFTER_YEAR.match(folded, end):
        yield Raw(start, start + 4, first, None, None, "start")
        yield Raw(end - 4, end, last, None, None, "end")


def _opens_range(folded: str, end: int) -> bool:
    """Whether a year is followed by another: `ruxolitinib 2018 - │2021│`."""
    return folded[end : end + 3] == " - " and folded[end + 3 : end + 7].isdecimal()


def _behind_treatment(reading: Reading, start: int) -> bool:
    """Whether a drug or a regimen stands right before a place: `imatinib │2012-2014│`."""
    for channel in ("drugs", "regimens"):
        named = reading.hits_between(channel, max(0, start - 40), start)
        if named and named[-1].end >= start - 2:
            return True
    return False


def _pair(reading: Reading, string: str, parts: list[str], start: int, end: int) -> Raw | None:
    """Two numbers: month and year in either order, or a day and a month."""
    folded = reading.folded
    first, second = parts
    if len(second) == 4 and len(first) <= 2:
        month, year = int(first), int(second)
        return Raw(start, end, year, month, None) if 1 <= month <= 12 and 1930 <= year <= 2049 else None
    if len(first) == 4:
        iso = len(second) == 2 and string[4] != "/" and 1 <= int(second) <= 12 and 1930 <= int(first) <= 2049
        return Raw(start, end, int(first), int(second), None) if iso else None
    if string[len(first)] != "/" or len(first) > 2 or len(second) > 2 or _SCORE_AFTER.match(folded, end):
        return None
    if int(second) > 12 and _is_bracketed(folded, start, end):
        bracketed = _bracketed(folded, parts, start, end)
        if bracketed is not None:
            return bracketed
    if int(second) > 12:
        return _month_year(folded, first, second, start, end)
    return _day_month(reading, first, second, start, end)


def _day_month(reading: Reading, first: str, second: str, start: int, end: int) -> Raw | None:
    """`22/04`: a day and a month, where the words around do not make a score or a fraction of it."""
    folded = reading.folded
    day, month = int(first), int(second)
    words = before(folded, start)
    if not exists(2000, month, day):
        return None
    if words.endswith((" le ", " du ", " au ")):  # as most are
        return Raw(start, end, None, month, day)
    if _SCORE_BEFORE.search(words):
        return None
    if len(first) != 2 or len(second) != 2:
        return Raw(start, end, None, month, day) if _NAMED_DAY.search(words) else None
    no_fraction = second[0] == "0" or day > 12 or (first[0] == "0" and day > month)
    if no_fraction or _BEFORE_DAY_MONTH.search(words) or _ROW_OF_DATES.match(folded, reading.line_start(start)):
        return Raw(start, end, None, month, day)
    return None


def _month_year(folded: str, first: str, second: str, start: int, end: int) -> Raw | None:
    """`12/23`: a month and a year of two digits, only where the words before it tell a time."""
    year, words = recent_year(second), before(folded, start)
    if (
        (len(first) != 2 and not _IN_MONTH.search(words))
        or not 1 <= int(first) <= 12
        or year is None
        or not (
            _BEFORE_MONTH_YEAR.search(words)
            or (_LABELS.match(folded, end) and _OPENS_MONTH_YEAR.search(words))
            or _MONTHS_AFTER.match(folded, end)
            or _MONTHS_BEFORE.search(words)
        )
    ):
        return None
    return Raw(start, end, year, int(first), None)


def _year(reading: Reading, year: int, start: int, end: int) -> Raw | None:
    """Four digits alone: a year behind the words that lead to one, or behind any noun that ends a clause with it."""
    folded = reading.folded
    if folded[start - 1 : start] == "(" and is_publication(folded, start):
        return None  # `FIGO (2009)`
    if _is_led_to(folded, start) and not _AFTER_YEAR.match(folded, end):
        return Raw(leading(folded, start), end, year, None, None)
    if (_opens_range(folded, end) and _behind_treatment(reading, start)) or (
        _COUNTED_BEFORE.search(folded, max(0, start - 6), start) and _AFTER_LONE_YEAR.match(folded, end)
    ):
        return Raw(start, end, year, None, None)
    return Raw(start, end, year, None, None) if _ends_clause(reading, year, start, end) else None


def _is_led_to(folded: str, start: int) -> bool:
    """Whether the words before four digits lead to a year, or two blanks or a mark part them from what is before."""
    return _BEFORE_YEAR.match(folded, start - 1 if folded[start - 1 : start] == " " else start) is not None


def _ends_clause(reading: Reading, year: int, start: int, end: int) -> bool:
    """Whether four digits after any other word are a year and no measured value (`cholécystectomie 2009, …`)."""
    folded = reading.folded
    if not 1950 <= year <= 2035 or not _AFTER_LONE_YEAR.match(folded, end):
        return False
    if not _WORD.search(folded, max(0, start - 4), start) or is_publication(folded, start):
        return False
    for channel in ("lab", "drugs"):
        measured = reading.hits_between(channel, max(0, start - 40), start)
        if measured and measured[-1].end >= start - 2 and (channel == "lab" or year % _ROUND == 0):
            return False  # `Létrozole 2019`, but `capécitabine 2000`
    return True
