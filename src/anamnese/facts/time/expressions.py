"""Time expressions, resolved: calendar dates in every French form, and durations told from a date.

Full and partial dates keep their precision. A date without its year takes it from a range it belongs to
(`du 21 au 24/09/2023`), else from the date nearest before it, so that the two lie closest; nothing is resolved where
nothing stands before. In a document with a date, what lies well behind that day is of the year before, unless words of
something planned lead to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from anamnese.facts.time.expression import TimeExpression
from anamnese.facts.time.named import named_dates
from anamnese.facts.time.numeric import numeric_dates
from anamnese.facts.time.ranges import with_ranges
from anamnese.facts.time.raw import Raw, before, exists, found, is_publication
from anamnese.facts.time.relative import with_relative
from anamnese.history.calendar import closest_year, shift
from anamnese.reading.fold import folded_re, holds

if TYPE_CHECKING:
    from anamnese.facts.reading import Reading

_BIRTH = folded_re(r"\b(?:ne(?:e|\(e\))?(?: le)?|ddn|dn|naissance|d\.n\.)[ :]*(?:le )?$")
_BIRTH_STEMS = ("ne", "dn", "naissance", "d.n.")
"""What stands in all that `_BIRTH` finds."""
_HEADER = 700
"""How far the header of a document reaches, in characters."""
_HEADER_LINE = 110
"""A line of a header has at most so many characters before its date."""
_ISSUE = folded_re(
    r"\b(?:date|arrivee|admission|readmission|sejour|note|reunion|seance|examen du|consultation du|edite|edition|le|du|"
    r"intervention|entree|rcp|valide|recu|preleve|hospitalisation|cure)[^\n]{0,40}$|"
    r"(?:lun|mar|mercre|jeu|vendre|same)di $|dimanche $"
)
_PROSE = folded_re(r"[.] +[a-z]")
_HEADER_LINES = 4
"""A report whose beginning has fewer line ends has no header."""
_GOES_ON = folded_re(r",? [a-z]+[',]? ?[a-z]+[', ] ?[a-z]+")
"""Behind a date in a sentence, which is no header's."""
_NARRATES = folded_re(
    r"\b(?:il|elle|on|se|est|a ete|fut|qui|presentait|presente|consulte|une|on|nous (?:avons|realis))\b"
)
"""Beside a date in a sentence of a story, and beside none of a letterhead or a letter's first line."""
_NARRATED = 48
"""How far behind such a date these are looked for, in characters."""
_STORY_HEADINGS = 2
"""A first date under so many headings is one that a story tells."""
_SOON = 31
_PLANNED_SOON = 183
"""A day without a year may lie so many days behind the date of its document: in a stay or a plan near at hand; in a
part that says what is to be done."""
_PLANNED = folded_re(
    r"\b(?:rdv|rendez[ -]vous|prevue?s?|programme[a-z]*|prochaine?s?|re(?:voir|vue? le|verr[a-z]*|vient|viendra)|sera|"
    r"seront|a (?:faire|prevoir|realiser|venir|partir d[ue]|compter d[ue]|programmer|reprendre|controler)|jusqu'au|"
    r"sortie|c ?\d+(?: ?j ?\d+)? (?:le|du|prevue?)|controle (?:le|du)|convoque[a-z]*|planifie[a-z]*|"
    r"[a-z]{3,}(?:era|ira|eront|iront))\b[^\n.]{0,40}$"
)
_PLANS = (
    "rdv", "rendez", "prevu", "programm", "prochain", "re", "sera", "seront", "a ", "jusqu", "sortie", "c", "planifi",
    "ra ", "ront",
)  # fmt: skip
_PLANNED_REACH = 80
_TO_COME = folded_re(
    r"\b(?:rdv|rendez[ -]vous|prochaine?s?|prevue?s?|a venir|programmee?s?|planning|calendrier|convocations?)\b"
    r"[^.\n]{0,40}$"
)
"""Above a list of days to come."""
_RANGE = 30
"""The second day of a range begins at most so many characters behind the first."""
_ITEM = 12
"""So few characters stand before the day of an item of a list."""
_PAST = folded_re(
    r"\b(?:depuis|compar[a-z]*|rapport|anterieur[a-z]*|deja|avait|avaient|"
    r"(?:arrete|stoppe|suspendu|debute|commence|opere|realise|effectue|recu)e?s?)\b[^\n.;]{0,30}$"
)
_TO_DO = (
    "cat", "conduite", "proposition", "projet", "plan", "suite", "a prevoir", "a faire", "prochain", "programme",
    "decision", "avis", "ordonnance", "prescription", "surveillance", "rdv", "rendez",
)  # fmt: skip
"""How the headings begin of parts that say what is to be done."""
_YEARS_OF_A_LIFE = 15
"""A day so many years before the document that a line of its header tells beside a name is one of birth."""
_NAMES = folded_re(
    r"[ |*-]*(?:(?:patiente?|nom|m\.|mr|mme|mlle|melle|monsieur|madame)[ :.]|"
    r"[a-z' -]{4,50}[ ,(/-](?:[mfh]|sexe [mfh][a-z]*)[ ,)/-])"
)
_AGED = folded_re(r"[^\n]{0,20}?\b(?P<years>\d{1,3}) ?ans\b")
_TELLS = folded_re(
    r"\b(?:le|en|du|depuis|opere[es]*|traite[es]*|suivie?|diagnosti[a-z]*|date|rcp|reunion|seance|consultation|cs|examen|"
    r"entree?|venue?|vue?|preleve[a-z]*|recue?)\b"
)
_BESIDE_YEAR = folded_re(r" de (?:la |l')(?:annee )?(?P<which>suivante|d'apres|precedente|meme)\b")
_YEARS_BESIDE = {"suivante": 1, "d'apres": 1, "precedente": -1, "meme": 0}
"""`En mai de l'année suivante`, counted from the last date."""
_FOLLOWING = 200
"""A date without a year that stands first takes it from one within so many characters behind it."""


def find_times(reading: Reading) -> list[TimeExpression]:
    """The time expressions of a report in order of place."""
    raws = [*numeric_dates(reading), *named_dates(reading)]
    raws.sort(key=_order)
    kept: list[Raw] = []
    for raw in raws:
        if not kept or raw.start >= kept[-1].end:
            kept.append(raw)
    return with_relative(reading, _resolved(reading, with_ranges(reading.folded, kept)))


def _order(raw: Raw) -> tuple[int, int]:
    return raw.start, -raw.end


def _resolved(reading: Reading, raws: list[Raw]) -> list[TimeExpression]:
    """The dates with the years that they lack."""
    folded = reading.folded
    resolved: list[TimeExpression] = []
    header = _document_date(reading, raws)
    document = header.value if header is not None else None
    limit = _last_told(folded, raws, header) if header is not None else None
    anchor: str | None = None
    anchored_at = -1
    for i, raw in enumerate(raws):
        birth = found(_BIRTH_STEMS, _BIRTH, before(folded, raw.start)) is not None or (
            raw.start < _HEADER and document is not None and _is_of_birth(reading, raw, document)
        )
        if raw.month in _COUNTED_MONTHS and not _takes_month(raw, anchor):
            continue
        if raw.year is None:
            told_here = anchor is not None and len(anchor) >= 7 and folded.find("\n", anchored_at, raw.start) < 0
            ranged = i > 0 and _is_second(raws[i - 1], raw)
            planned = limit is not None and not ranged and _is_planned(reading, raw)
            if told_here and document is not None and anchor is not None and anchor > document:
                told_here = folded.find(". ", anchored_at, raw.start) < 0  # what is planned ends with its sentence
            base = anchor if (told_here and not planned) or document is None else document
            base = base or _told_behind(raws, i)
            if base is None or raw.month is None:
                continue
            beside = _BESIDE_YEAR.match(folded, raw.end) if anchor is not None else None
            if beside is not None and anchor is not None:
                raw.year = int(anchor[:4]) + _YEARS_BESIDE[beside["which"]]
                planned = True
            else:
                raw.year = _year_near(base, raw, anchor)
            if limit is not None and document is not None and not ranged and not planned and base <= limit:
                if raw.day is not None and document.endswith(f"-{raw.month:02d}-{raw.day:02d}"):
                    raw.year = int(document[:4])
                elif not (anchor is not None and _goes_on(folded, raw, document, anchor, anchored_at)):
                    raw.year -= _lies_ahead(reading, raw, limit)
            if raw.day is not None and not exists(raw.year, raw.month, raw.day):
                continue
        resolved.append(TimeExpression(raw.start, raw.end, raw.value, raw.bound, True, birth))
        if not birth and not (raw.month is None and _is_aside(reading, raw, anchor)):
            anchor, anchored_at = raw.value, raw.start
    return resolved


def _is_aside(reading: Reading, raw: Raw, anchor: str | None) -> bool:
    """Whether a year is none that the story has come to: that of a publication, or one of the past that is told beside
    a later day: `admis le 3 mai 2018, diabétique depuis 2006`, `Antécédents : hystérectomie en 2006`."""
    if is_publication(reading.folded, raw.start):
        return True
    if anchor is None or len(anchor) < 7 or raw.value >= anchor:
        return False
    return raw.bound == "start" or holds(reading.folded[reading.sentence(raw.start).start : raw.start], _OF_THE_PAST)


_OF_THE_PAST = ("antecedent", "atcd")
_COUNTED_MONTHS = (0, 13)
"""What stands for the month of the last date, and for the one after it."""


def _takes_month(raw: Raw, anchor: str | None) -> bool:
    """Give `le 19 du même mois` the month and the year of the last date; False where that has none, or no such day."""
    if anchor is None or len(anchor) < 7 or raw.day is None:
        return False
    value = shift(anchor[:7], 1 if raw.month else 0, 0)
    raw.year, raw.month = int(value[:4]), int(value[5:7])
    return exists(raw.year, raw.month, raw.day)


def _last_told(folded: str, raws: list[Raw], header: Raw) -> str | None:
    """The last full date that a document tells, from its own on; None for a story, whose first date
    stands in prose."""
    if folded.count("\n", 0, _HEADER) < _HEADER_LINES or _GOES_ON.match(folded, header.end):
        return None
    return max([header.value, *[raw.value for raw in raws if raw.year is not None and raw.day is not None]])


def _is_second(first: Raw, raw: Raw) -> bool:
    """Whether a day ends the range that the one before it begins."""
    return raw.bound == "end" and first.bound == "start" and raw.start - first.end < _RANGE


def _is_planned(reading: Reading, raw: Raw) -> bool:
    """Whether words of something planned lead to a date, in its line or, to the first of a list, in that above."""
    folded, line = reading.folded, reading.line_start(raw.start)
    if line and raw.start - line < _ITEM and _TO_COME.search(folded, max(0, line - _PLANNED_REACH), line - 1):
        return True
    return found(_PLANS, _PLANNED, folded[max(line, raw.start - _PLANNED_REACH) : raw.start]) is not None


def _goes_on(folded: str, raw: Raw, document: str, anchor: str, anchored_at: int) -> bool:
    """Whether a day goes on with a list of what is planned: near behind one that lies behind its document."""
    near = raw.start - anchored_at < _PLANNED_REACH
    return near and document < anchor <= raw.value and not _PAST.search(before(folded, raw.start, 50))


def _lies_ahead(reading: Reading, raw: Raw, limit: str) -> bool:
    """Whether a day in its closest year would lie too far behind the last one told with its year."""
    length = len(raw.value)
    if raw.value <= limit[:length]:
        return False
    folded, section, ahead = reading.folded, reading.section(raw.start), _SOON
    if section == "history" and raw.day is None:
        ahead = 0
    elif section == "treatment" and folded.startswith(_TO_DO, reading.section_span(raw.start).start):
        ahead = _SOON if _PAST.search(before(folded, raw.start, 50)) else _PLANNED_SOON
    return raw.value > shift(limit, 0, ahead)[:length]


def _is_of_birth(reading: Reading, raw: Raw, document: str) -> bool:
    """Whether a day in a header, told beside the patient's name or age alone, is that of birth: `X Y - M - 18/01/1956
    - 68 ans`."""
    if raw.year is None or raw.day is None or raw.year > int(document[:4]) - _YEARS_OF_A_LIFE:
        return False
    folded = reading.folded
    line = reading.line_start(raw.start)
    if _TELLS.search(folded, line, raw.start) or not folded[line : raw.start].strip():
        return False
    aged = _AGED.match(folded, raw.end)
    if aged is not None:
        return abs(int(document[:4]) - raw.year - int(aged["years"])) <= 1
    return _NAMES.match(folded, line, raw.start) is not None


def _told_behind(raws: list[Raw], i: int) -> str | None:
    """The next date that has its year, close behind one that begins a report without."""
    following = next((raw for raw in raws[i + 1 : i + 4] if raw.year is not None), None)
    return following.value if following is not None and following.start - raws[i].end < _FOLLOWING else None


def _year_near(base: str, raw: Raw, anchor: str | None) -> int:
    """The year in which a date lies closest to `base`; the end of a range lies not before its beginning."""
    year = closest_year(base, raw.month or 1, raw.day)
    if raw.bound == "end" and anchor == base and len(base) >= 7 and (year, raw.month) < (int(base[:4]), int(base[5:7])):
        return year + 1
    return year


def _document_date(reading: Reading, raws: list[Raw]) -> Raw | None:
    """The date in the header of a hospital document: the first full date there that is no birth date; None for a report
    that begins with prose, and for a story under headings."""
    folded = reading.folded
    for raw in raws:
        if raw.start > _HEADER:
            return None
        if raw.year is None or raw.month is None or raw.day is None:
            continue
        words = folded[folded.rfind("\n", 0, raw.start) + 1 : raw.start]
        if _BIRTH.search(words[-24:]):
            continue
        if _PROSE.search(words) or len(words) > _HEADER_LINE:
            return None
        if _ISSUE.search(words) or not words.strip():
            return None if _is_of_story(reading, words, raw) else raw
    return None


def _is_of_story(reading: Reading, words: str, raw: Raw) -> bool:
    """Whether a date, behind some words of its line, is told in a story and heads no document."""
    sections = reading.sections
    if len(sections) >= _STORY_HEADINGS and sections[_STORY_HEADINGS - 1].heading.start < raw.start:
        return not words.lstrip(" -*|").startswith("date")
    if not _GOES_ON.match(reading.folded, raw.end):
        return False
    return bool(_NARRATES.search(words) or _NARRATES.search(reading.folded, raw.end, raw.end + _NARRATED))
