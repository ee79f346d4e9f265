"""How a mention of a course is told: as another line, anew, as going on with what was given, as its beginning.

The questions are asked of few mentions: of those that have what a course told before them has.
"""

from __future__ import annotations

from functools import lru_cache

from anamnese.facts.reading import Reading
from anamnese.facts.therapy.counts import WORDS
from anamnese.facts.therapy.course import Course
from anamnese.reading.fold import folded_re

_LINE = folded_re(
    r"(?:\b(?P<n>premiere|deuxieme|seconde|troisieme|quatrieme|cinquieme|sixieme|septieme|huitieme|neuvieme|dixieme)|"
    r"\b(?P<d>\d{1,2})[ ]?(?:e|er|ere|re|eme|nde|de|ieme)?)[ ]?(?:ligne|l\b)"
)
_LINE_WORD = folded_re(r"l(?<=[er0-9 ]l)(?:igne|\b)")
_ORDINAL = 10
"""Characters of the longest ordinal and a blank, before the word for the line."""
_FRESH = folded_re(
    r"\b(?:repri[st]\w*|reprend\w*)[ ](?:[a-z']+[ ]){0,3}(?:de |du |la |le |l'|d'|par |avec |une? )?[^ ]{0,14}$|"
    r"\breintro\w*|\bretrait\w*|\brechallenge|\bre-?initi|\bredebut|\brecommenc|\bpasse(?:nt|r|)[ ]a[ ]|"
    r"\b(?:a|de) nouveau[ ](?:[a-z']+[ ]){0,4}$|"
    r"\bnouvelles?[ ](?:ligne|chimio|cure|serie|sequence|cycle|"
    r"therap|hormono|immuno)|"
    r"\bnouveaux?[ ](?:traitement|cycle|protocole|schema)|"
    r"\bdeuxieme fois\b|\btroisieme fois\b|\bsupplementaire|\bmeme (?:schema|protocole)|\bmemes doses\b|"
    r"\bautres? (?:cures?|cycles?)\b|\bajoute\b"
)
_SEQUEL = folded_re(
    r"\b(?:suivie?s? (?:d'une?|par une?|de|(?:de|par) \w+ (?:autres )?(?:cycles|cures) d[eu']?)|"
    r"puis (?:d'une?|par une?|une?|(?:de )?\w+ (?:cycles|cures|"
    r"mois) d[eu']?))[ ]?$"
)
_PHASE = folded_re(r"\b(?:consolidations?|rattrapage|intensifications?)\b")
"""A phase of treatment, where a course's own words name it."""
_FRESH_AFTER = folded_re(
    r"[ ,)]*(?:[a-z0-9/²,.+]+[ ]){0,3}(?:(?:a|ont|est|sont)[ ](?:alors |donc |ensuite |"
    r"de nouveau )?(?:ete[ ])?(?:alors |donc |ensuite )?)?"
    r"(?:repris\w*|reintro\w*|supplementaires?|aux memes doses|selon le meme|identiques?\b)"
)
_THEN_ALONE = folded_re(r"\bpuis[ ](?:par |d'|de |du |le |la |l'|traitement par )?$")
_POURSUIT = folded_re(
    r"\b(?:entretien|maintenance|monotherapie|(?:en|de)[ ]maintien)\b|\bmaintenu\w*|\b(?:poursui\w*|continu\w*|"
    r"maintien|maintenant|relais)[ ](?:ensuite )?(?:par|du|de|d'|le|la|l'|un|une|avec|sous|seulement)|"
    r"\b(?:poursui(?:t|vant|vit|vra)|continu(?:e|ant|ait|era)|maintient)[ ](?:ensuite |alors )?$"
)
_GOES_ON_AFTER = folded_re(
    r"[ ,)]*(?:[a-z0-9/²,.+]+[ ]){0,3}(?:en monotherapie|seule?\b|"
    r"(?:de |d'|en )?(?:maintenance|entretien|maintien)\b|(?:etant |est |a ete )?(?:ensuite |alors )?maintenue?s?)"
)
_BEGINS = folded_re(
    r"\b(?:debut|commenc|instaur|initi|introdui|entrepr|mise? sous|depuis\b|a partir|c1\b|decid|propos|recoit|a recu|"
    r"ligne|administr|"
    r"au \d)|:[ ]\d?[ ]?$"
)
"""What tells that a course begins, or a label with the days of it."""
_BEFORE = 64
_AFTER = 40
"""Characters of the sentence before and behind a mention that tell its manner."""


def words_before(reading: Reading, course: Course) -> str:
    """What stands in its sentence before a mention."""
    return reading.folded[max(reading.sentence(course.start).start, course.start - _BEFORE) : course.start]


def words_after(reading: Reading, course: Course) -> str:
    """What stands in its sentence behind a mention."""
    end = min(course.end + _AFTER, reading.sentence(course.start).end)
    return reading.folded[course.end : max(course.end, end)]


def line_told(clause: str) -> int | None:
    """The number of the line of treatment that a clause tells."""
    if "lign" not in clause and "l " not in clause:
        return None
    word = _LINE_WORD.search(clause)
    line = _LINE.search(clause, max(0, word.start() - _ORDINAL)) if word else None
    if line is None:
        return None
    return WORDS[line["n"]] if line["n"] and line["n"] != "seconde" else int(line["d"] or 2)


def is_fresh(reading: Reading, course: Course) -> bool:
    """Whether its words say that a course is not the one told before."""
    if course.fresh is None:
        before = words_before(reading, course)
        course.fresh = course.apart or bool(
            _FRESH.search(before)
            or _SEQUEL.search(before)
            or _own_cues(reading.folded[course.start : course.end])[0]
            or _FRESH_AFTER.match(words_after(reading, course))
        )
    return course.fresh


def goes_on(reading: Reading, course: Course) -> bool:
    """Whether its words say that what was given before is continued, which makes another course where only a part of
    it is."""
    before = words_before(reading, course)
    return bool(
        _THEN_ALONE.search(before)
        or _POURSUIT.search(before)
        or _own_cues(reading.folded[course.start : course.end])[1]
        or _GOES_ON_AFTER.match(words_after(reading, course))
    )


def begins(reading: Reading, course: Course) -> bool:
    """Whether its words tell a beginning."""
    return bool(_BEGINS.search(words_before(reading, course)) or _BEGINS.search(words_after(reading, course)))


@lru_cache(maxsize=4096)
def _own_cues(own: str) -> tuple[bool, bool]:
    """Whether a mention's own words, few and often the same, tell a course apart, and one that goes on."""
    return bool(_FRESH.search(own) or _PHASE.search(own)), bool(_POURSUIT.search(own))
