"""Courses and events in words: what a label in the timeline and a cell of a table say."""

from __future__ import annotations

from anamnese.history.summary import say as phrase
from anamnese.history_page.markup import Both
from anamnese.history_page.words import amount, joined, known, say, value_of, when_words
from anamnese.labels import code_name, number
from anamnese.record import Course, Episode, History, TumourRecord, When

_DRUGS_SHOWN = 3


def course_label(course: Course) -> Both:
    """A course as short as a tumour board says it: `L1 FOLFOX ×6`, `mastectomie`, `50 Gy/25`."""
    line = f"L{course.line}" if course.line else None
    times = f"×{number(course.cycles, 'fr')}" if course.cycles else None
    return joined(line, _what(course, _DRUGS_SHOWN), times, _radiation(course))


def course_words(course: Course) -> Both:
    """A course in full: kind, intent, regimen with its drugs, procedure or volume, radiation, cycles."""
    drugs = " + ".join(drug.name for drug in course.drugs)
    named = course.regimen and drugs and f"{course.regimen} ({drugs})"
    return _said(course, named or course.regimen or drugs or None, course.site)


def course_head(course: Course) -> tuple[Both, Both]:
    """A course for the head of a row: its kind and intent; what was given or done, without what its details tell."""
    kind = joined(value_of(course.kind, "kind"), _intent(course))
    return kind, _given(course, course.regimen or " + ".join(drug.name for drug in course.drugs) or None, None)


def _said(course: Course, drugs: str | None, site: str | None) -> Both:
    intent = _intent(course)
    return joined(value_of(course.kind, "kind"), intent, _given(course, drugs, site))


def _intent(course: Course) -> Both | None:
    """The intent, in the gender of the kinds."""
    return (phrase(course.intent, "fr"), phrase(course.intent, "en")) if course.intent else None


def _given(course: Course, drugs: str | None, site: str | None) -> Both:
    cycles = joined(amount(course.cycles, None), say("cycles")) if course.cycles else None
    return joined(drugs, course.procedure, _radiation(course), site, cycles)


def _what(course: Course, most: int) -> Both | str | None:
    """What was given or done."""
    drugs = [drug.name for drug in course.drugs]
    if course.regimen:
        return course.regimen
    if drugs:
        return " + ".join(drugs[:most]) + (" …" if len(drugs) > most else "")
    if course.procedure:
        return course.procedure
    return None if course.dose_gy else course.site or value_of(course.kind, "kind")


def _radiation(course: Course) -> Both | None:
    if course.dose_gy is None:
        return None
    fractions = f"/{number(course.fractions, 'fr')}" if course.fractions else ""
    dose = amount(course.dose_gy, "Gy")
    return dose[0] + fractions, dose[1] + fractions


def dose_words(course: Course) -> list[Both]:
    """Drugs with doses, schedules and routes; the volume of a radiotherapy; what a surgery found. One line each."""
    lines: list[Both] = []
    bare = []
    for drug in course.drugs:
        route = value_of(drug.route, "route") if drug.route else None
        told = joined(amount(drug.dose, drug.unit), drug.schedule, route)
        if told[0]:
            lines.append(joined(drug.name, told))
        else:
            bare.append(drug.name)
    if bare and course.regimen:
        lines.append((", ".join(bare),) * 2)
    if course.site:
        lines.append((course.site, course.site))
    if course.margins:
        lines.append(joined(say("margins"), course.margins))
    if course.nodes:
        lines.append(joined(say("nodes"), course.nodes))
    return lines


def outcome_words(course: Course) -> list[Both]:
    """The best response, the toxicities, and why the course was ended."""
    lines = []
    if course.best_response:
        lines.append(value_of(course.best_response, "category"))
    if course.toxicities:
        lines.append(joined(say("toxicity"), ", ".join(course.toxicities), by=" : "))
    if course.stop_reason:
        lines.append(joined(say("stop"), course.stop_reason, by=" : "))
    return lines


def span_words(start: When, end: When) -> Both:
    """From when to when."""
    if not start.value and not end.value:
        return say("no_date")
    if not end.value:
        return when_words(start)
    if not start.value:
        return joined(say("to"), when_words(end))
    if start.value == end.value:
        return when_words(start)
    return joined(when_words(start), when_words(end), by=" → ")


def episode_words(episode: Episode) -> Both:
    """What an episode is, and the organs that it touches."""
    sites = _list([value_of(site) for site in episode.sites])
    doubt = say("status.suspected") if episode.suspected else None
    named = say(f"episode.{episode.kind}") if known(f"episode.{episode.kind}") else value_of(episode.kind)
    bracketed = (f"({sites[0]})", f"({sites[1]})") if sites[0] else None
    return joined(named, bracketed, joined("·", doubt) if doubt else None)


def in_order(history: History) -> list[int]:
    """The places of the tumours in the order in which the summary tells them: malignant and in situ ones first."""
    places = range(len(history.tumours))
    return sorted(places, key=lambda i: (history.tumours[i].morphology or "/3")[-1] not in "236")


def numbers(history: History) -> dict[int, str]:
    """How each tumour is called for short, `T1` and so on; none where there is only one."""
    if len(history.tumours) < 2:
        return {}
    return {place: f"T{number}" for number, place in enumerate(in_order(history), 1)}


def tumour_name(tumour: TumourRecord) -> Both:
    """What a tumour is and where it lies."""
    histology, organ = _code(tumour.morphology), _code(tumour.topography)
    side = value_of(tumour.laterality) if tumour.laterality else None
    return joined(histology, "·" if histology and organ else None, organ, side)


def _code(code: str | None) -> Both | None:
    names = (code_name(code), code_name(code, "en")) if code else ("", "")
    return names if names[0] else None


def tumour_codes(tumour: TumourRecord) -> str:
    """The ICD-O-3 codes of a tumour."""
    return " ".join(code for code in (tumour.topography, tumour.morphology) if code)


def _list(words: list[Both]) -> Both:
    return ", ".join(fr for fr, _ in words), ", ".join(en for _, en in words)
