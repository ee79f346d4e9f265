"""Where a later mention says that a course was stopped, and when: `attribuée au tamoxifène, qui est suspendu`."""

from __future__ import annotations

from anamnese.facts.cues import AnyCue, Cue
from anamnese.facts.reading import Reading
from anamnese.facts.therapy.course import Course
from anamnese.reading.fold import folded_re, holds

_ITS_STOP = AnyCue(
    Cue(
        r"arret\w*|suspen\w*|suspendre|interrup\w*|interromp\w*|stop\w*|retrait|fin|apres|pendant|lors|delai|"
        r"entre|avant",
        r"[ ](?:[a-z0-9']+[ ]){0,4}(?:de |du |d'|la |le |les |l'|a )?$",
    ),
    Cue(r"depuis", r"[ ](?:(?!(?:19|20)\d\d )[a-z0-9']+[ ]){0,4}(?:de |du |d'|la |le |les |l'|a )?$"),
)
"""What recalls a course that has been told."""
_STOPPED_AFTER = folded_re(
    r"(?:(?!debut|commenc|instaur|introdui|repri)[^.;,]){0,25}\b(?:poursuivi\w*(?! seul)|saute\w*|omis\w*|arrete\w*|"
    r"suspendu\w*|interrompu\w*|stoppe\w*|"
    r"mal tolere\w*|a (?:ete|"
    r"du etre) (?:arret|suspen|interrom|reduit))"
)
_OF_STOPPED_AFTER = (
    "arret", "suspen", "interrom", "stoppe", "poursuivi", "reduit", "saute", "omis", "mal tolere",
)  # fmt: skip
_STOPPED = folded_re(
    r"[^.;,]{0,30}(?:, (?:qui|lequel|laquelle|lesquels|celui-ci|celle-ci)[ ][^.;,]{0,25})?"
    r"\b(?:arrete|suspendu|interrompu|stoppe|abandonne)[es]{0,2}\b"
)
_STOP_OF = folded_re(
    r"\b(?:(?:arret|suspension|interruption|retrait)[ ](?:definiti\w+ |complet |donc )?(?:de |du |d'|des )"
    r"(?:la |l'|les )?|"
    r"(?P<verb>(?<!sans )(?<!pas )(?<!d')(?:suspen(?:d|dons|du|dant)|arret(?:e|ons|ant)|interromp(?:t|ons|u|ant)|"
    r"stopp(?:e|ons|ant)|cess(?:e|ons|ant)|retir(?:e|ons|ant)))[ ]"
    r"(?:definitivement |donc |alors |totalement |ainsi |immediatement )?(?:la |le |l'|les |son |sa ))"
    r"(?:[\w-]+ et (?:de |du |d'|des )?(?:la |le |l')?)?$"
)
_COUNTED_FROM = folded_re(r"\b(?:apres|depuis|avant|suivant|suit|suivi|jusqu'a|moment de)[ ](?:l'|cet |son |le |la )?$")
"""Before a stop from which another time is counted: `rémission deux mois après l'│arrêt du pembrolizumab`."""
_STOP_WORDS = ("arret", "suspen", "interr", "stopp", "cess", "retir", "retrait")
_FOR_A_WHILE = folded_re(
    r"[^.;]{0,60}\b(?:temporair|transitoir|provisoir|momentan|pendant|durant|repri[st]|reintrod|\d+ (?:jours|semaines))"
)
_DECIDED = frozenset({"conclusion", "treatment", "discussion"})
"""Sections of a document in which a stop is decided on its day."""
_STOPS = ("arrete", "suspendu", "interrompu", "stoppe", "abandonne")
_REACH = 70
_REACH_BEFORE = 48


def recalled_by_stop(before: str, found: list[bytes], after: str) -> bool:
    """Whether the words beside a mention tell of a stop, or of another time by it: it recalls a course told before.
    The stems of the words before it are given."""
    if _ITS_STOP.stands(before, found):
        return True
    return holds(after, _OF_STOPPED_AFTER) and _STOPPED_AFTER.match(after) is not None


def is_stopped(folded: str, pos: int) -> bool:
    """Whether the words behind a place say that what is named before it was stopped."""
    return _STOPPED.match(folded, pos, pos + _REACH) is not None


def stopped_on(reading: Reading, course: Course) -> str | None:
    """The day on which a course is told to have been stopped: told behind the stop, else in its sentence, else by the
    sentence before, else that of the document which decides it. An interruption for a while is no stop."""
    folded = reading.folded
    sentence = reading.sentence(course.start)
    last, first = min(sentence.end, course.end + _REACH), max(sentence.start, course.start - _REACH_BEFORE)
    behind = folded[course.end : last]
    stop = _STOPPED.match(folded, course.end, last) if holds(behind, _STOPS) else None
    before = folded[first : course.start]
    decided = None
    if holds(before, _STOP_WORDS):
        decided = _STOP_OF.search(folded, first, course.start)
    if stop is None and decided is None:
        return None
    end = stop.end() if stop else course.end
    if _FOR_A_WHILE.match(folded, end, sentence.end):
        return None
    days = [time for time in reading.dates_between(sentence.start, sentence.end) if not time.birth]
    soon = [time for time in days if end <= time.start < end + _REACH]
    if days and soon:
        return soon[0].value
    if decided is not None and _COUNTED_FROM.search(folded, first, decided.start()) is not None:
        return None
    if days:
        return days[0].value if len(days) == 1 else None
    opens = decided is not None and (decided["verb"] or decided.start() == sentence.start)
    in_plan = reading.section(course.start) in _DECIDED
    if (stop is not None or (opens and not in_plan)) and sentence.start and folded[sentence.start - 1] != "\n":
        previous = reading.sentence(sentence.start - 1)
        earlier = [time for time in reading.dates_between(previous.start, previous.end) if time.bound != "end"]
        if len(earlier) == 1 and not earlier[0].birth:
            return earlier[0].value[:7]
    if decided and in_plan:
        return reading.document.observed
    return None
