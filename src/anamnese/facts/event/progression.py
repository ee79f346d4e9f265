"""Progressions: the disease went on, grew, or showed in new places under treatment."""

from __future__ import annotations

import re

from anamnese.case import Span
from anamnese.facts.event.words import (
    AGAIN,
    DEFINITE,
    NEAR,
    SEEN_GROWING,
    SYMPTOM,
    TUMOUR_GROWS,
    Hits,
    end_of_places,
    first_between,
    is_not_told,
    month,
    only_if_it_comes,
    place,
    words_before,
)
from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re

_UNTIL = folded_re(r"jusqu'(?:a|au|en) (?:la )?$")
_ADJECTIVE = folded_re(r"(?:nouvelle|lente|franche|rapide|importante|nette) $")
_PD_BEFORE = folded_re(r"(?:[:,;=(>]|en|avec|vers|pour|puis) ?$")
_PD_AFTER = folded_re(r" (?:apres|a \d|a c\d|a la|sous|selon|des|hepati|pulmon|osseu|gangl|cerebr|perito)")
_PRESENTED = folded_re(
    r"\b(?:depuis|evoluant|apparue?s?|consult[a-z]+|s'est present[a-z]+|presente|presentait|ayant|"
    r"adress[a-z]+|amen[a-z]+ a consulter|motif|vue? pour)\b"
)


_PROGRESSES = folded_re(
    r"\b(?:patiente?|maladie|tumeurs?|lesions?|loes?|il|elle|masses?|metastases?|a|nodules?|ont|qui|que|cancer|carcinose|"
    r"[a-z]*carcinome|recidive|atteintes?|localisations?|adenopathies?|sarcome|melanome|lymphome|myelome|gliome|neoplasie|"
    r"de nouveau)(?: [a-z]+)?(?: et [a-z]+)? $"
)
_PROGRESSES_WELL = folded_re(
    r" (?:bien|favorablement|lentement|doucement|normalement|dans (?:la marche|l'autonomie|ses|son)|"
    r"en (?:kine|autonomie|reeduc|marche)|vers (?:la guerison|l'autonomie))"
)
_DATE_REACH = 4
"""Between the words of a date that opens a sentence and its verb, in characters."""


def _opens_sentence(reading: Reading, hit: Hit, sentence: Span) -> bool:
    """Whether a sentence tells of the disease without naming it: `Progresse en mars 2017 au niveau osseux`, `En mai,
    progresse sous X`."""
    if hit.end - hit.start < len("progresse") or _PROGRESSES_WELL.match(reading.folded, hit.end):
        return False
    opening = reading.folded[sentence.start : hit.start].strip(" -*>\n")
    if not opening:
        return True
    dates = reading.dates_between(sentence.start, hit.start)
    return (
        len(dates) == 1
        and hit.start - dates[0].end < _DATE_REACH
        and reading.folded[sentence.start : dates[0].start].strip(" -*>\n") in ("", "en", "le", "au", "depuis", "des")
    )


def progressions(reading: Reading, hits: Hits, known: list[Draft]) -> list[Draft]:
    """Each progression once; not where the same words tell a relapse."""
    found: list[Draft] = []
    candidates = [
        hit
        for role in ("progression", "progresses", "worse", "growth", "grew", "appearance")
        for hit in hits.get(role, [])
    ]
    metastases = sorted(reading.facts("metastasis"), key=place)
    for hit in sorted(candidates):
        role = hit.term.row["role"]
        before = words_before(reading, hit.start, 60)
        sentence = reading.sentence(hit.start)
        if role == "growth" and not _grows(reading, hit, before, found):
            continue
        if role == "grew" and _PRESENTED.search(reading.folded, sentence.start, hit.start):
            continue
        if role == "grew" and not (
            SEEN_GROWING.search(words_before(reading, hit.start, 90)) and _followed_up(reading, hit, found)
        ):
            continue
        if role == "appearance" and not _new_under_treatment(reading, hit, found, known):
            continue
        if (
            role == "worse"
            and reading.section(hit.start) in ("exam", "history")
            and "evolution" in reading.folded[hit.start : hit.end]
        ):
            continue
        if role == "worse" and reading.folded.startswith("evolution", hit.start):
            continue
        if (
            is_not_told(before)
            or (_UNTIL.search(before) and not _dated(reading, hit, sentence.end))
            or SYMPTOM.match(reading.folded, hit.end)
            or only_if_it_comes(reading, hit, before)
        ):
            continue
        if (
            role == "progression"
            and reading.text[hit.start : hit.end] in ("PD", "PMD")
            and (
                reading.folded[hit.end : hit.end + 1] in "-"
                or not (_PD_BEFORE.search(before) or (not before.strip() and _PD_AFTER.match(reading.folded, hit.end)))
            )
        ):
            continue
        if role == "progresses" and not _PROGRESSES.search(before) and not _opens_sentence(reading, hit, sentence):
            continue
        end = end_of_places(reading, hit.end)
        new = first_between(metastases, hit.end, min(sentence.end, hit.end + 40)) if role == "appearance" else None
        if new is not None:
            end = max(end, new.end)
        status = reading.scopes.status(Draft("event", hit.start, end, {}, None, None))
        if status not in ("affirmed", "suspected"):
            continue
        # what newly appeared is told with `the`, too, and `_new_under_treatment` has looked at what came before
        told = found and role != "appearance"
        if told and _is_same_progression(reading, hit, before, found[-1], status, sentence.start):
            if found[-1].status == "suspected" and status == "affirmed":
                found[-1].start, found[-1].end, found[-1].status = hit.start, end, "affirmed"
            continue
        adjective = _ADJECTIVE.search(before)
        start = hit.start - len(adjective[0]) if adjective else hit.start
        found.append(reading.draft("event", start, end, status, kind="progression"))
    found += _new_sites(reading, metastases, [*known, *found])
    return found


_SYSTEMIC = frozenset({"chemotherapy", "targeted", "immunotherapy", "hormone"})
_TOLD_AS_COURSE = ("course", "treatment", None)
_NEW_SITE_MONTHS = 3
"""Disease in a new organ so long after the first secondary disease is none that was only told later."""


def _new_sites(reading: Reading, metastases: list[Draft], known: list[Draft]) -> list[Draft]:
    """`Juillet 2016 : métastase cérébelleuse de 24 mm`: secondary disease in another organ, months after the first and
    with a systemic treatment between, where no other word tells a progression; after an operation, a relapse."""
    found: list[Draft] = []
    first: int | None = None
    for new in metastases:
        if new.get("site") == "lymph_node" or new.status is not None:
            continue
        now = month(reading, new)
        if first is None or now is None:
            first = now if first is None else first
            begin = new.end
            continue
        between = {t.get("kind") for t in reading.facts("therapy") if t.status is None and begin < t.start < new.start}
        sentence = reading.sentence(new.start)
        if (
            between & _SYSTEMIC
            and now - first >= _NEW_SITE_MONTHS
            and reading.section(new.start) in _TOLD_AS_COURSE
            and reading.dates_between(sentence.start, sentence.end)
            and reading.scopes.status(new) == "affirmed"
            and not _is_told(reading, new, now, [*known, *found])
        ):
            ran = any(event.get("kind") == "progression" and begin < event.start < new.start for event in known)
            kind = "relapse_distant" if "surgery" in between and not ran else "progression"
            found.append(reading.draft("event", new.start, new.end, kind=kind))
            first, begin = now, new.end
    return found


def _is_told(reading: Reading, new: Draft, now: int, events: list[Draft]) -> bool:
    """Whether other words tell the course that new disease is of: an event beside it, unless one of months before."""
    for event in events:
        if abs(event.start - new.start) < NEAR and not _is_earlier(reading, event, new, now):
            return True
    for hit in reading.hits_between("event", max(0, new.start - NEAR), min(len(reading.text), new.end + NEAR)):
        if hit.term.row["role"] in _OF_COURSE and not _is_earlier(reading, hit, new, now):
            return True
    return False


def _is_earlier(reading: Reading, told: Draft | Hit, new: Draft, now: int) -> bool:
    """Whether something told before in another sentence was months before new disease."""
    if told.start > reading.sentence(new.start).start:
        return False
    then = month(reading, told)
    return then is not None and now - then >= _NEW_SITE_MONTHS


_OF_COURSE = frozenset({"relapse", "progression", "progresses", "worse", "growth", "grew", "appearance", "reappear"})


def _dated(reading: Reading, hit: Hit, last: int) -> bool:
    return bool(reading.dates_between(hit.end, min(last, hit.end + 30)))


def _is_same_progression(reading: Reading, hit: Hit, before: str, last: Draft, status: str, sentence: int) -> bool:
    gap = hit.start - last.end
    dated = reading.dates_between(last.end, hit.start)
    if last.start >= sentence and not dated:
        return True
    if AGAIN.search(before) and status == "affirmed":
        return False
    if status == "suspected":
        return gap < 150
    if last.status == "suspected":
        return gap < 150
    if _EVALUATED.match(reading.folded, hit.end) or _under_later_drug(reading, hit, last):
        return False
    if DEFINITE.search(before) and gap < NEAR and not (dated and gap > 90):
        return not re.search(r"constat|confirm|objectiv", reading.folded[hit.end : hit.end + 45])
    section = reading.section(hit.start)
    if section in ("discussion", "conclusion", "diagnosis") and gap < 1500:
        return True
    return gap < 90 and not dated and not re.search(r"cycles?|ligne|cures?", reading.folded[last.end : hit.start])


_EVALUATED = folded_re(r"(?: tumorale| globale)?(?: selon)?(?: les criteres)? \(?(?:i?recist|\+ ?\d+ ?%)")
"""Words of a progression that has just been measured."""
_REMEMBERED = 4000
"""How many characters back a drug is looked for."""
_UNDER = folded_re(r"(?: [a-z]+(?: et)?){0,3} sous (?:le |la |l')?")


def _under_later_drug(reading: Reading, hit: Hit, last: Draft) -> bool:
    """Whether a progression is told under a drug that began after the last one: `progression hépatique sous X`."""
    under = _UNDER.match(reading.folded, hit.end, hit.end + 60)
    if under is None:
        return False
    drug = next(iter(reading.hits_between("drugs", under.end(), under.end() + 30)), None)
    if drug is None or drug.start != under.end():
        return False
    name = drug.term.name
    before = reading.hits_between("drugs", max(0, last.end - _REMEMBERED), last.end)
    since = reading.hits_between("drugs", max(last.end, drug.start - _REMEMBERED), drug.start)
    return any(each.term.name == name for each in since) and not any(each.term.name == name for each in before)


def _grows(reading: Reading, hit: Hit, before: str, found: list[Draft]) -> bool:
    if reading.section(hit.start) not in ("course", "treatment", "history", None):
        return False
    if reading.folded.startswith("majore", hit.start) or reading.folded.startswith("s'aggrave", hit.start):
        return False
    return TUMOUR_GROWS.match(reading.folded, hit.end) is not None and _followed_up(reading, hit, found)


def _followed_up(reading: Reading, hit: Hit, found: list[Draft]) -> bool:
    """Whether what grew had been treated before, and is not the progression just told."""
    if reading.section(hit.start) not in ("course", "treatment", "history", None):
        return False
    if not any(t.start < hit.start and t.status is None for t in reading.facts("therapy")):
        return False
    return not (found and hit.start - found[-1].end < 200)


_OF_LESIONS = folded_re(
    r" (?:de |d'|des )(?:nouvelles |multiples |nombreuses |plusieurs |deux |trois )*(?:lesions|loes?|"
    r"metastases?|nodules|adenopathies|localisations)"
)


_DIRECTLY = 22
"""What newly appeared stands within so many characters: `apparition d'une nouvelle carcinose péritonéale`."""


def _distant(reading: Reading) -> list[Draft]:
    """The secondary disease of other organs, in order of place."""
    return sorted((m for m in reading.facts("metastasis") if m.get("site") != "lymph_node"), key=place)


def _new_under_treatment(reading: Reading, hit: Hit, found: list[Draft], known: list[Draft]) -> bool:
    """`apparition de nouvelles lésions`, with metastases known and treated before."""
    if reading.section(hit.start) not in ("course", "treatment", None):
        return False
    if any(draft.start <= hit.start < draft.end + 40 for draft in known) or (found and hit.start - found[-1].end < 200):
        return False
    sentence = reading.sentence(hit.start)
    named = _OF_LESIONS.match(reading.folded, hit.end, hit.end + 45)
    if not named and not (
        reading.folded.startswith((" de ", " d'", " des "), hit.end)
        and first_between(reading.once(_distant), hit.end, min(sentence.end, hit.end + _DIRECTLY))
    ):
        return False
    if any(
        h.term.row["role"] in ("relapse", "progression", "progresses")
        for h in reading.hits_between("event", max(sentence.start, hit.start - NEAR), min(sentence.end, hit.end + NEAR))
    ):
        return False
    earlier = any(m.start < sentence.start and m.status is None for m in (*known, *reading.once(_distant)))
    return earlier and any(
        t.get("kind") in ("chemotherapy", "targeted", "immunotherapy", "hormone")
        and t.start < hit.start
        and t.status is None
        for t in reading.facts("therapy")
    )
