"""Imaging: one fact for each examination, not for each time it is named."""

from __future__ import annotations

from collections.abc import Iterable

from anamnese.facts.examinations import further_dates, own_date, site_after, site_inside
from anamnese.facts.imaging.names import is_examination, is_same
from anamnese.facts.imaging.told import Exam, made_after_order, report_of_order, told_before
from anamnese.facts.places import place_before
from anamnese.facts.reading import Draft, Reading
from anamnese.facts.time.expression import TimeExpression
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import fold, folded_re

_COMPARED = folded_re(
    r"(?:[ ]*+[,;(])?[ ]*(?:compar[a-z]*[ ](?:au[ ](?:precedent[ ](?:du[ ])?)?|a[ ]cel(?:ui|le)[ ]du[ ]|avec[ "
    r"]cel(?:ui|le)[ ]du[ ])|par[ ]rapport[ ]a[ ]cel(?:ui|le)[ ]d[ue][ ]|comparati[a-z]*(?:[ ]*+:)?[ ]*(?:au[ ]|du[ "
    r"])?|comparaison(?:[ ]*+:)?[ ]*(?:au[ ]|avec[ ]cel(?:ui|le)[ ]du[ ])?)"
)
_COMPARED_BEGINS = (" c", " p", "(", " (", ",", " ,", ";", " ;", "  ", "c", "p")
"""How it begins: asked sooner than it."""
_TOGETHER = folded_re(
    r"[ ]*(?:et|puis|\+|/|,|-)[ ]*(?:et[ ]|puis[ ])?(?:par[ ])?(?:une?[ ]|l'|la[ ]|le[ ]|d'|des[ ]|complement[ ]d')?$"
)
_LIST_SIGN = folded_re(r"[ ]?[,/+-][ ]?(?:par[ ])?(?:une?[ ]|l'|la[ ]|le[ ]|d'|des[ ])?")
_LISTED = 6
"""So many examinations one list may name."""
_OF_ONE_PLACE = ({"ct", "mri"}, {"xray", "ct"}, {"ultrasound", "ct"}, {"ultrasound", "mri"})
"""Examinations told together that have one place, though only one has its adjective: `TDM puis IRM cérébrale`."""
_NOT_BY_ULTRASOUND = ("cereb", "cran", "enceph", "thora", "tho", "tap", "pulm", "rach", "oss")
"""What begins the place of an examination that the ultrasound told beside it is not of."""
_COUPLED = folded_re(
    r"[ ](?:couplee?s?|associee?s?|completee?s?|combinee?s?)[ ](?:a|au|par|d')[ ]?(?:la[ ]|l'|une?[ ])?"
)
_COMPLETED = folded_re(r"[ ]completee?s?[ ]par[ ](?:la[ ]|l'|une?[ ])?")
_JOINED = 26
"""Between two examinations that are told together, in characters."""
_OF_PLACE = folded_re(r"[ ](?:du|de la|de l'|des)[ ]?[a-z]")
_BY = folded_re(r"[ ](?:par|en)[ ](?:la[ ]|le[ ]|l'|une?[ ])?$")
_STUDY = folded_re(r"\b(?:exploration|bilan|etude|imagerie|evaluation)s?[ ]$")


def read(reading: Reading) -> Iterable[Draft]:
    """One `imaging` for each examination."""
    exams: list[Exam] = []
    drafts: list[Draft] = []
    hits = reading.hits("imaging")
    i, end = 0, 0
    while i < len(hits):
        first = last = hits[i]
        i += 1
        while i < len(hits) and first.term.name and is_same(reading, first, last, hits[i]):
            last = hits[i]
            i += 1
        inside = first.start < end  # of a name just read, or of words that only hold one
        end = max(end, last.end)
        if first.term.row["kind"] == "earlier":
            for date in _earlier_dates(reading, last.end) if exams else ():
                other = Exam(exams[-1].modality, "", date.value, date.start, date.end)
                if not told_before(reading, other, exams):
                    drafts.append(
                        reading.draft("imaging", date.start, date.end, None, date.value, modality=other.modality)
                    )
                    exams.append(other)
            continue
        if inside or not first.term.name or not is_examination(reading, first, last):
            continue
        exam, draft = _examination(reading, first, last)
        end = max(end, exam.end)
        known = told_before(reading, exam, exams)
        if known and exams:
            made_after_order(reading, exam, draft, exams, drafts)
        elif not known:
            report_of_order(reading, exam, exams, drafts)
            _share_site(reading, exam, draft, exams, drafts)
            exams.append(exam)
            drafts.append(draft)
        if exam.date is not None:
            for date in further_dates(reading, exam.start, exam.end, reading.folded[first.end - 1] == "s"):
                end = date.end
                other = Exam(exam.modality, exam.site, date.value, date.start, end)
                if not told_before(reading, other, exams):
                    exams.append(other)
                    drafts.append(reading.draft("imaging", date.start, end, None, date.value, **draft.attributes))
        if known:
            continue
        compared = _compared(reading, exam, draft)
        if compared:
            drafts.append(compared)
            exams.append(Exam(exam.modality, exam.site, compared.date, compared.start, compared.end))
    return drafts


def _earlier_dates(reading: Reading, pos: int) -> list[TimeExpression]:
    """The days of earlier examinations that a label lists, of the kind that the report is about: `Examens antérieurs :
    12/03/2023, 15/06/2023`."""
    label = _LABEL.match(reading.folded, pos)
    date = next(iter(reading.dates_between(label.end(), label.end() + 1)), None) if label else None
    if date is None or not date.calendar or len(date.value) < len("2017-01"):
        return []
    further = further_dates(reading, pos, date.end, several=True)
    alone = _ENDS.match(reading.folded, date.end) is not None
    return [date, *further] if further or alone else []


_LABEL = folded_re(r"(?:[ ]disponibles?)?[ ]?(?::|du|des|de)[ ]?(?:du[ ]|le[ ]|les[ ])?")
_ENDS = folded_re(r"[ ]?(?:[).;\n]|$)")


def _examination(reading: Reading, first: Hit, last: Hit) -> tuple[Exam, Draft]:
    """An examination with its place and its date."""
    modality, end = first.term.name, last.end
    inner = site_inside(reading, first.start, end)
    if inner:
        end = max(end, inner[1])
    site = (inner[0] if inner else None) or first.term.row["site"] or last.term.row["site"] or None
    if reading.folded[end : end + 1] == ")" and "(" in reading.folded[first.start : end]:
        end += 1
    place = site_after(reading, end)
    if site is None and place is None:
        site = _region_before(reading, first.start)
    if place and not _another_between(reading, end, place[0]):
        site = reading.text[place[0] : place[1]]
        end = place[1]
    elif site is None and (inside := site_after(reading, first.end)) and inside[1] <= last.start:
        site = reading.text[inside[0] : inside[1]]
    elif site is None:
        side = reading.hits_between("laterality", end, end + 14)
        if side and side[0].start - end <= 1 and side[0].end - side[0].start > 3:
            site, end = reading.text[side[0].start : side[0].end], side[0].end
    dated = own_date(reading, end)
    date = None
    if dated:
        end, date = dated
        if reading.text[end : end + 1] == ")" and "(" in reading.text[first.start : end]:
            end += 1
    site = " ".join(site.split()) if site else None
    attributes = {"modality": modality}
    if site is not None:
        attributes["site"] = site
    draft = Draft("imaging", first.start, end, attributes, None, date)
    return Exam(modality, fold(site) if site else "", date, first.start, end), draft


def _another_between(reading: Reading, start: int, end: int) -> bool:
    return bool(reading.hits_between("imaging", start, end) or reading.hits_between("procedure", start, end))


def _share_site(reading: Reading, exam: Exam, draft: Draft, exams: list[Exam], drafts: list[Draft]) -> None:
    """`mammographie et échographie mammaire bilatérale`, `radiographie et TDM du genou`, `TDM et IRM cérébrales`: both
    have the place; so have `échographie pelvienne complétée par l'IRM`."""
    if not exams:
        return
    last, before = exams[-1], drafts[-1]
    if exam.start - last.end > _JOINED:
        return
    between = reading.folded[last.end : exam.start]
    if not exam.site:
        if before.get("site") and _COMPLETED.fullmatch(between):
            draft.attributes["site"] = before.get("site")
            exam.site = last.site
        return
    if before.get("site") is not None or not (_TOGETHER.match(between) or _COUPLED.fullmatch(between)):
        return
    mammary = last.modality == "mammography" and exam.modality == "ultrasound"
    whole = last.modality in ("pet", "scintigraphy")
    named = _OF_PLACE.search(reading.folded, exam.start, exam.end) is not None and not whole
    told = str(draft.get("site")) in reading.text[exam.start : exam.end]  # unlike that of `bili-IRM`
    several = told and exam.site.split(" ")[0].endswith("s") and _TOGETHER.match(between) is not None
    if not (mammary or named or several or (told and _have_one_adjective(last, exam))):
        return
    if mammary and before.date is None and exam.date:
        before.date = exam.date
    before.attributes["site"] = draft.get("site")
    for n in range(len(exams) - 2, max(-1, len(exams) - _LISTED), -1):  # `échographie, scanner et IRM hépatiques`
        between = reading.folded[exams[n].end : exams[n + 1].start]
        other = drafts[n]
        if len(between) > _JOINED or other.get("site") is not None or not _LIST_SIGN.fullmatch(between):
            return
        if exams[n].modality not in ("pet", "scintigraphy"):
            other.attributes["site"] = draft.get("site")


def _have_one_adjective(last: Exam, exam: Exam) -> bool:
    """Whether the place of an examination is that of the undated one told with it, too: `une TDM puis une IRM
    cérébrale`."""
    if last.date is not None or {last.modality, exam.modality} not in _OF_ONE_PLACE:
        return False
    return "ultrasound" not in (last.modality, exam.modality) or not exam.site.lower().startswith(_NOT_BY_ULTRASOUND)


def _region_before(reading: Reading, start: int) -> str | None:
    """The place told of the study that an examination is one of: `exploration │pelvienne│ par l'échographie`."""
    place = place_before(reading, start, 12)
    if place is None or not _BY.fullmatch(reading.folded, place.end, start):
        return None
    study = _STUDY.search(reading.folded, max(0, place.start - 16), place.start)
    return place.text if study else None


def _compared(reading: Reading, exam: Exam, draft: Draft) -> Draft | None:
    """`comparé au 31/03/2025`: an earlier examination of the same kind."""
    if not reading.folded.startswith(_COMPARED_BEGINS, exam.end):
        return None
    match = _COMPARED.match(reading.folded, exam.end)
    if match is None:
        return None
    dates = reading.dates_between(match.end(), match.end() + 1)
    if not dates or not dates[0].calendar:
        return None
    start = match.start() + len(match[0]) - len(match[0].lstrip(" ,;("))
    return reading.draft(
        "imaging", start, dates[0].end, "affirmed", dates[0].value, modality=exam.modality, site=draft.get("site")
    )
