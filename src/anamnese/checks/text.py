"""The text itself: repeated sentences, sections without content, foreign words, one value told twice differently."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from anamnese.case import Fact, Span
from anamnese.checks.checked import Checked, Page
from anamnese.checks.rule import Clash, rule
from anamnese.record import Place

_WORD = re.compile(r"[a-z0-9]{4,}")
_LEAST_WORDS = 5
"""Content words of a sentence whose repetition is no accident."""
_LEAST_LETTERS = 60
_FAR = 1500
"""Characters between two tellings that may be a habit of the writer."""


_FULL_STOP = re.compile(r"[.!?] +(?=[A-ZÀÂÇÉÈÊÎÔÙ])")


def _sentences(page: Page) -> list[Span]:
    """The sentences, those too that an abbreviation before the full stop (`mg/j.`) joins for the reading."""
    starts = {0, *page.case.report.sentences}
    for match in _FULL_STOP.finditer(page.text):
        word = page.flat[max(0, match.start() - 2) : match.start()]
        if word.isalpha() or word[:1] in "/)":
            starts.add(match.end())
    return [Span(start, end) for start, end in pairwise([*sorted(starts), len(page.text)])]


@rule(
    "medium",
    fr="Phrase répétée : « {0} » puis « {1} ».",
    en="Repeated sentence: “{0}”, then “{1}”.",
)
def repeated_sentence(record: Checked) -> Iterator[Clash]:
    """A sentence told again word for word in one section, or taken up by the next one with all its words (the
    beginning of it).
    """
    for page in record.pages:
        seen: dict[str, Span] = {}
        previous = Span(0, 0)
        for span in _sentences(page):
            if span.end - span.start < _LEAST_LETTERS - 15:
                previous = Span(0, 0)
                continue
            first = seen.setdefault(page.flat[span.start : span.end].strip(), span)
            if first is not span:
                far = span.start - first.end > _FAR
                if _tells(page, span) and record.one_patient and page.section(first.start) == page.section(span.start):
                    yield Clash((_trimmed(page, first), _trimmed(page, span)), severity="low" if far else None)
            elif previous.end and _taken_up(page, previous, span) and _tells(page, span) and _tells(page, previous):
                yield Clash((_trimmed(page, previous), _trimmed(page, span)), page.text[span.start : span.end].strip())
            previous = span


_SAME_START = 12
"""Characters that a sentence and the one that takes it up begin with alike."""


def _taken_up(page: Page, first: Span, second: Span) -> bool:
    """Whether the second sentence begins with all content words of the first."""
    if not page.flat.startswith(page.flat[first.start : first.start + _SAME_START], second.start):
        return False
    words, again = (_WORD.findall(page.flat, *span) for span in (first, second))
    return len(words) >= _LEAST_WORDS - 1 and set(words) <= set(again[: len(words)])


def _tells(page: Page, span: Span) -> bool:
    """Whether a sentence says enough for its repetition to be no accident."""
    return _prose(page, span) and len(_WORD.findall(page.flat, *span)) >= _LEAST_WORDS - 1


def _prose(page: Page, span: Span) -> bool:
    """Whether a span is a sentence of words, not a line of a table, header or list of values."""
    words = page.text[span.start : span.end]
    letters = sum(map(str.isalpha, words))
    return (
        letters > 0.7 * len(words.strip() or "x")
        and not words.isupper()
        and words.rstrip()[-1:] in ".!?;"
        and "   " not in words.strip()
    )


def _trimmed(page: Page, span: Span) -> Place:
    words = page.text[span.start : span.end]
    return page.place(span.start + len(words) - len(words.lstrip()), span.start + len(words.rstrip()))


@rule(
    "low",
    fr="Section vide : « {0} ».",
    en="Empty section: “{0}”.",
)
def empty_section(record: Checked) -> Iterator[Clash]:
    """A heading on a line of its own with nothing under it before the next heading or the end."""
    for page in record.pages:
        sections = page.case.report.sections
        for i, section in enumerate(sections):
            end = sections[i + 1].heading.start if i + 1 < len(sections) else len(page.text)
            content = page.text[section.heading.end : end].strip(" \t\n\r:.-–_*•")
            heading = page.text[section.heading.start : section.heading.end]
            if i + 1 < len(sections) and sections[i + 1].kind == section.kind:
                continue
            if (
                content
                or not _stands_alone(page, section.heading)
                or (i + 1 < len(sections) and _heading_of_many(page, sections[i + 1].heading, heading))
            ):
                continue
            yield Clash((page.place(*section.heading),))


def _stands_alone(page: Page, heading: Span) -> bool:
    before = page.text[max(0, heading.start - 40) : heading.start].rsplit("\n", 1)[-1]
    return not before.strip(" \t-–*•.0123456789)")


def _heading_of_many(page: Page, following: Span, heading: str) -> bool:
    """Whether the next heading stands under this one (`Antécédents` then `Médicaux :`)."""
    line = page.text[following.start :].split("\n", 1)[0]
    return (heading.isupper() and not page.text[following.start : following.end].isupper()) or len(
        line
    ) > following.end - following.start + 3


_NEEDED = ("history", "exam", "investigations", "diagnosis", "treatment", "course")
_NAMES = {
    "history": ("Anamnèse", "History"), "exam": ("Examen clinique", "Examination"),
    "investigations": ("Examens complémentaires", "Investigations"), "diagnosis": ("Diagnostic", "Diagnosis"),
    "treatment": ("Traitement", "Treatment"), "course": ("Évolution", "Course"),
}  # fmt: skip


@rule(
    "low",
    fr="Le plan du compte rendu saute une section entre « {0} » et « {1} » : {missing}.",
    en="The plan of the report leaves out a section between “{0}” and “{1}”: {missing}.",
)
def missing_section(record: Checked) -> Iterator[Clash]:
    """A case told in the usual order of sections with one of them left out between two others."""
    for page in record.pages:
        sections = page.case.report.sections
        kinds = [section.kind for section in sections]
        present = [kind for kind in _NEEDED if kind in kinds]
        if len(present) != len(_NEEDED) - 1 or page.case.report.date or kinds[0] != "history":
            continue
        missing = next(kind for kind in _NEEDED if kind not in kinds)
        if missing == "diagnosis" and "conclusion" in kinds:
            continue
        if any(
            page.text[section.heading.end : section.heading.end + 2].strip().startswith(":") for section in sections
        ):
            continue  # a hospital's form
        place = _NEEDED.index(missing)
        if not 0 < place < len(_NEEDED) - 1:
            continue
        around = [next(s for s in sections if s.kind == _NEEDED[place + step]) for step in (-1, 1)]
        if around[0].heading.start < around[1].heading.start:
            yield Clash(
                tuple(page.place(*section.heading) for section in around),
                _NAMES[missing][0],
                {"missing": _NAMES[missing]},
            )


@rule(
    "low",
    fr="« {0} » est {language} : « {french} ».",
    en="“{0}” is {language}: “{french}”.",
)
def foreign_words(record: Checked) -> Iterator[Clash]:
    """Words left untranslated, mostly Spanish (`Dimero D`), each once (`foreign.tsv`)."""
    for page in record.pages:
        seen: set[str] = set()
        for word in page.words("foreign"):
            if word.row["words"] not in seen:
                seen.add(word.row["words"])
                yield Clash(
                    (page.place(word.start, word.end),), word.row["french"],
                    {"french": word.row["french"], "language": _LANGUAGES[word.row["language"]]},
                )  # fmt: skip


_LANGUAGES = {
    "es": ("espagnol", "Spanish"),
    "en": ("anglais", "English"),
    "pt": ("portugais", "Portuguese"),
    "it": ("italien", "Italian"),
}


@rule(
    "low",
    fr="Texte à compléter : « {0} ».",
    en="Left to be completed: “{0}”.",
)
def left_to_complete(record: Checked) -> Iterator[Clash]:
    """A form's field or a dictation's mark that nobody filled in."""
    for page in record.pages:
        for word in page.words("unfilled"):
            yield Clash((page.place(word.start, word.end),))


@rule(
    "medium",
    fr="{what} : deux valeurs au même moment, « {0} » et « {1} ».",
    en="{what}: two values at one time, “{0}” and “{1}”.",
)
def value_told_twice(record: Checked) -> Iterator[Clash]:
    """One analyte with two values of one unit on one day, told in different sentences; a course of values in one line
    is not meant.
    """
    for page in record.pages:
        told: dict[tuple[str, str, str | None], Fact] = {}
        for fact in page.facts("lab"):
            unit = fact.attributes.get("unit")
            if fact.date is None or len(fact.date) < 10 or unit is None:
                continue
            key = (fact.attributes["analyte"], fact.date, unit.lower())
            first = told.setdefault(key, fact)
            a, b = first.attributes["value"], fact.attributes["value"]
            if a == b or page.sentence(first.start) == page.sentence(fact.start) or "   " in fact.quote:
                continue
            if page.words_between("again", *page.sentence(fact.start)) or page.words_between(
                "again", *page.sentence(first.start)
            ):
                continue
            if _slip(a, b):
                yield Clash((page.of(first), page.of(fact)), None, {"what": key[0].capitalize()})


def _slip(a: float, b: float) -> bool:
    """Whether two values differ as a slip of the pen does: by a power of ten, or by digits exchanged or changed in
    one place.
    """
    if a <= 0 or b <= 0:
        return False
    ratio = max(a, b) / min(a, b)
    if any(abs(ratio - power) < 0.001 * power for power in (10, 100, 1000)):
        return True
    digits = ("".join(filter(str.isdigit, str(a))), "".join(filter(str.isdigit, str(b))))
    return len(digits[0]) == len(digits[1]) and len(digits[0]) > 1 and sorted(digits[0]) == sorted(digits[1])


@rule(
    "medium",
    fr="Deux stades {prefix} le même jour : « {0} » et « {1} ».",
    en="Two {prefix} stages on one day: “{0}” and “{1}”.",
)
def stage_told_twice(record: Checked) -> Iterator[Clash]:
    """Two TNM of one prefix and one day whose T, N or M differ; of one tumour."""
    if len(record.tumours) > 1 or not record.one_patient:
        return
    told: dict[tuple[str, str], tuple[Page, Fact]] = {}
    for page, fact in record.facts("stage"):
        if fact.attributes["system"] != "TNM" or not fact.date:
            continue
        key = (fact.attributes.get("prefix", ""), fact.date)
        first_page, first = told.setdefault(key, (page, fact))
        differing = [letter for letter in "tnm" if _differ(first.attributes.get(letter), fact.attributes.get(letter))]
        if (
            differing
            and not page.words_between("again", *page.sentence(fact.start))
            and not page.words_between("again", *first_page.sentence(first.start))
        ):
            yield Clash(
                (first_page.of(first), page.of(fact)),
                None,
                {"prefix": (f"« {key[0]} »" if key[0] else "TNM", key[0] or "TNM")},
            )


def _differ(a: str | None, b: str | None) -> bool:
    return bool(a and b) and str(a)[0] != str(b)[0] and "x" not in f"{a}{b}".lower()


RULES = (
    repeated_sentence,
    empty_section,
    missing_section,
    foreign_words,
    left_to_complete,
    value_told_twice,
    stage_told_twice,
)
