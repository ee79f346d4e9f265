"""Which procedures a report names again: those already told, those only asked for, the techniques of a table."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from anamnese.facts.columns import ruled
from anamnese.facts.examinations import (
    awaited,
    case_start,
    heads_line,
    is_new,
    naming,
    one_date,
    ordered,
    sentence_dates,
    shared,
)
from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re

_TOLD_RESULT = folded_re(
    r"(?:resultats?|negativite|positivite|compte[ -]rendu|relecture|ancienne|ancien|lame[s]?|piece|fragment[s]?|"
    r"prelevement[s]?|carotte[s]?|materiel|bloc[s]?)[ ](?:[a-z]+[ ])?(?:de[ ]|d'|du[ ]|des[ ])(?:la[ ]|l'|cette[ "
    r"])?(?:ancienne?[ ]|test[ ]de[ ])?$"
)
_EARLIER = folded_re(
    r"[ ]*+(?:(?!confirm|montr|retrouv|objectiv|revel|donnees|lesions?\b|images?\b)[a-z-]++[ ]){0,3}?"
    r"(?:precedente?s?|anterieure?s?|prealable|initiale?s?)\b"
)
_GAP_BEFORE = folded_re(r"(?:[ ]{3}|\t[ ]?|\|[ ]?)$")
_GAP_AFTER = folded_re(
    r"(?:[ ](?:temps reel|ciblee?|digitale?|quantitative|multiplex|[\w-]{1,8}))?(?:[ ]{3}|[ ]?\t|[ ]?\|)[ ]*\S"
)
_LABELS = folded_re(r"[ ]?:")
_NUMBER_OF_LIST = folded_re(r"(?:^|\n)[ ]*(?:\d[.)/]|[-•*])[ ]*$")
_RECALLED = folded_re(
    r"\b(?:apres|depuis|avant|suivant|lors[ ]de|precedant)[ ](?:la|sa|cette)[ ]"
    r"(?:premiere|deuxieme|seconde|derniere|precedente)[ ]$"
)
"""`six mois après la première │biopsie│`."""
_BY_WAY_OF = folded_re(r"en[ ]extempo")
"""`une biopsie examinée │en extemporanée│`."""
_AGAIN = folded_re(r"\b(?:nouvelle|nouvel|seconde|deuxieme|2eme|2e|troisieme)[ ]$")
_WHOSE = folded_re(r"\bdont l(?:a |es |')$")
_STUDIES = ("cytologi", "culture", "examen cytolog", "etude cytolog", "analyse cytolog", "mise en culture")
"""How a specimen is studied."""
_OF_ANOTHER = (" de ", " du ", " des ", " d'")
_OTHERS = ("autre ", "autres ", "nouvelle ", "seconde ", "deuxieme ")
_SPECIMEN_KINDS = frozenset({"biopsy", "cytology", "puncture"})
_NEAR = 300
_SAME_TEXT = 1500
"""How far behind a procedure a definite naming of it without a date or place still means it, in characters."""
_REMEMBERED = 60
"""How many procedures before one are looked at to tell whether it was told."""
_REPORTED = 2500
"""How far behind its order the result of a procedure may be told, in characters."""


class Done:
    """A procedure told so far."""

    __slots__ = ("date", "end", "kind", "site", "sort", "start")

    def __init__(self, kind: str, sort: str, site: str, date: str | None, start: int, end: int) -> None:
        self.kind = kind
        self.sort = sort
        self.site = site
        self.date = date
        self.start = start
        self.end = end


def report_of_order(reading: Reading, done: Done, told: list[Done], drafts: list[Draft]) -> None:
    """A procedure that was asked for and is then listed with its result, or told as the one that was made, is told
    there."""
    listed = heads_line(reading, done.start)
    if not listed and done.date is None and not reading.folded.startswith((" :", ":"), done.end):
        return
    for n in range(len(told) - 1, max(-1, len(told) - 9), -1):
        other = told[n]
        if (
            other.kind == done.kind
            and other.date is None
            and done.start - other.start < (_REPORTED if listed else _SAME_TEXT)
            and (not other.site or _one_site(other.site, done.site))
            and ((listed and ordered(reading, other.start)) or awaited(reading, other.start, other.end))
        ):
            del told[n], drafts[n]
            return


def told_before(reading: Reading, done: Done, told: list[Done], first: Hit) -> bool:
    """Whether a naming means a procedure already told."""
    begin = case_start(reading, done.start)
    if _in_column(reading, first) and any(other.kind == done.kind and other.start >= begin for other in told):
        return True
    earlier = [
        other
        for other in reversed(told[-_REMEMBERED:])
        if other.kind == done.kind
        and other.start >= begin
        and (not done.sort or not other.sort or done.sort == other.sort)
    ][:6]
    if done.kind == "immunohistochemistry":
        return _stained_before(reading, done, told, earlier)
    if done.date is not None:
        return any(other.date == done.date and _one_site(other.site, done.site) for other in earlier)
    if told and done.kind in ("cytology", "culture") and _is_its_study(reading, done, told[-1], first):
        return True
    if earlier and (
        _EARLIER.match(reading.folded, first.end) or reading.folded.endswith(("post-", "post "), 0, done.start)
    ):
        return True
    if first.term.row["kind"] == "material" and earlier:
        return True
    if earlier and _RECALLED.search(reading.folded, max(0, done.start - 40), done.start):
        return True
    if earlier and done.kind == "biopsy" and _BY_WAY_OF.search(reading.folded, done.start - 4, done.end):
        return earlier[0].start >= reading.sentence(done.start).start
    if _told_in_list(reading, done, earlier):
        return True
    if not earlier:  # `cette ponction` may be the biopsy just told
        return (
            bool(told)
            and done.start - told[-1].end < _NEAR
            and done.kind in _SPECIMEN_KINDS
            and told[-1].kind in _SPECIMEN_KINDS
            and naming(reading, done.start).this
        )
    name = naming(reading, done.start)
    folded, last = reading.folded, earlier[0]
    if done.kind == "biopsy" and _WHOSE.search(
        folded, max(0, done.start - 9), done.start
    ):  # `une lésion du caecum dont la biopsie …`
        return last.start >= reading.sentence(done.start).start
    if name.this or (
        first.term.row["kind"] != "verb"
        and reading.folded[done.start - 1 : done.start] == "("
        and reading.folded[done.end : done.end + 1] == ")"
    ):
        return True
    if _TOLD_RESULT.search(folded, max(0, done.start - 48), done.start) and any(
        _one_site(o.site, done.site) for o in earlier
    ):
        return True
    if not name.definite or is_new(reading, name, done.start, done.end):
        return False
    if done.kind == "biopsy" and any(
        other.kind == "endoscopy"
        and other.start > last.end
        and _AGAIN.search(folded, max(0, other.start - 12), other.start)
        for other in told[-_REMEMBERED:]
    ):
        return False  # of the endoscopy that was made again
    dates = sentence_dates(reading, done.start)
    if last.date and len(last.date) >= 7 and dates and not any(one_date(last.date, date) for date in dates):
        return False
    if done.site and not last.site:
        return done.start - last.end < _NEAR
    return done.start - last.end < _SAME_TEXT and _one_site(last.site, done.site)


def _is_its_study(reading: Reading, done: Done, last: Done, first: Hit) -> bool:
    """Whether a cytology or a culture is how the specimen told just before it in its sentence was studied: `PAAF du
    nodule : cytologie positive`, `recherche de BK négative à l'examen direct et en culture`."""
    folded = reading.folded
    if last.kind != done.kind or done.site or first.term.row["site"] or not folded.startswith(_STUDIES, done.start):
        return False
    words = folded[done.start : done.end]
    if " d" in words or done.start - last.end > _NEAR or last.start < reading.sentence(done.start).start:
        return False
    return not folded.startswith(_OF_ANOTHER, done.end) and not folded.endswith(_OTHERS, 0, done.start)


def _told_in_list(reading: Reading, done: Done, earlier: list[Done]) -> bool:
    """Whether an examination that labels a line of results is the one that a numbered list of acts has told."""
    if not earlier:
        return False
    folded = reading.folded
    if _LABELS.match(folded, done.end) is None or not heads_line(reading, done.start):
        return False
    return any(
        other.date is None
        and done.start - other.start < _REPORTED
        and _one_site(other.site, done.site)
        and _NUMBER_OF_LIST.search(folded, max(0, other.start - 8), other.start)
        for other in earlier
    )


def _in_column(reading: Reading, hit: Hit) -> bool:
    """Whether a test is only the technique of a row of a table that tells a marker."""
    if hit.term.name not in ("immunohistochemistry", "molecular_test"):
        return False
    folded = reading.once(ruled)
    if not _GAP_BEFORE.search(folded, max(0, hit.start - 4), hit.start) or not _GAP_AFTER.match(folded, hit.end):
        return False
    return bool(reading.hits_between("biomarker", reading.line_start(hit.start), hit.start))


def _stained_before(reading: Reading, done: Done, told: list[Done], earlier: list[Done]) -> bool:
    """Stains are told once for each specimen: again only behind another biopsy or operation, or with a date."""
    if not earlier:
        return False
    last = earlier[0]
    if done.date is not None:
        return done.date == last.date
    if any(other.kind in _SPECIMEN_KINDS and other.start > last.start for other in told[-_REMEMBERED:]):
        return False
    operations = _operations(reading)
    return bisect_left(operations, done.start) == bisect_right(operations, last.start)


def _operations(reading: Reading) -> list[int]:
    """Where operations are told, in order."""
    return sorted(draft.start for draft in reading.facts("therapy") if draft.get("kind") == "surgery")


def _one_site(one: str, other: str) -> bool:
    """Whether two places may be one: one is not told, or they share a word."""
    return not other or one == other or shared(one, other)
