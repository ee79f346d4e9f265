"""Imaging: one fact for each examination, not for each time it is named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from anamnese.facts.examinations import (
    case_start,
    heads_line,
    naming,
    not_done,
    one_date,
    ordered,
    own_date,
    sentence_dates,
    shared,
    site_after,
    site_inside,
)
from anamnese.facts.places import place_before
from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import fold, folded_re

_APPOSITION = folded_re(
    r"[ \n]*(?:\(|/|-|:|,)?[ ]*(?:(?:au|a la)[ ][a-z0-9-]{2,30}[ ]?\(?|couplee?s?[ ](?:a[ ](?:la|l'|un|une)|au|"
    r"avec(?:[ ](?:la|le|un|une))?)[ ]*|associee?[ ](?:a[ ]la|au)[ ]|combinee?[ ](?:a[ ]la|au)[ ]|(?:du[ "
    r"])?corps[ ]entier[^()]{0,40}\()?[ ]*$"
)
_GUIDING = folded_re(
    r"(?:guid[a-z]*|sous le controle|(?<!le )(?<!un )(?<!au )(?<!du )controle|guidage|reperage|reperee?s?|assistance|"
    r"sous|orientee?s?)[ ](?:par[ ]|sous[ ]|de[ ]|"
    r"d'|au[ ]|a[ ]l')*(?:un[ ]|une[ ]|la[ ]|l'|le[ ])?$"
)
_SEEN_BEFORE = folded_re(
    r"(?:par rapport|compar[a-z]*|vs|decrit[a-z]*|connu[a-z]*|vu[es]*|visualis[a-z]*|observ[a-z]*|retrouv[a-z]*|"
    r"identifi[a-z]*|rapport[a-z]*|visibles?|depuis|donnees|resultats?|images?|lecture|relecture|interpretation|"
    r"compte[ -]rendu)[ ](?:deja[ ]|anterieurement[ ])?"
    r"(?:(?:a|au|aux|sur|par|dans|de|du|des|a[ ]la|avec|lors[ ](?:de|du))[ ])*(?:la[ ]|le[ ]|les[ ]|l'|un[ ]|"
    r"une[ ])?$"
)
_EARLIER = folded_re(
    r"[ ]*(?:(?!confirm|montr|retrouv|objectiv|revel|donnees|lesions?\b|images?\b)[a-z-]+[ ]){0,3}?"
    r"(?:precedente?s?|anterieure?s?|prealable)\b"
)
_GENERAL = folded_re(
    r"[ ]*(?:[a-z-]+[ ]){0,3}?(?:est|reste|demeure|constitue|sont|permet(?:tent)?|peut|peuvent|joue)[ "
    r"](?:[a-z]+[ ]){0,3}?(?:l'examen|examens?[ ]de|la technique|la methode|choix|indispensable|de reference|de "
    r"preciser|d'evaluer|de poser|un role|souvent|montrer|etre|utile|generalement|classiquement|le gold)"
)
_MACHINE = folded_re(
    r"[ ]*(?:\d[ ]*[-:][ ]*(?:radiol|dr|secteur)|(?:a |en )?(?:basse|faible) dose|d'attenuation|\d+[ "
    r"]?(?:barrettes?|coupes|canaux|t\b|tesla)|1[.,]5[ ]?t|multi-?(?:barrette|coupe|detect)|siemens|general "
    r"electric|ge\b|philips|toshiba|canon)"
)
_CONDITIONAL = folded_re(r"[^.;:\n]{0,40}?\b(?:si[ ](?!necess)|en cas de|selon (?:la|les|l')|au besoin)\b")
_ASPECT = folded_re(
    r"(?:aspects?|signal|signes?|sequences?|criteres?|actuellement|classiquement|generalement|"
    r"habituellement)[ ](?:en[ ]|a[ ]|de[ ])?(?:la[ ]|l['´])?$"
)
_REGION = folded_re(r"(?:\n|^|[-*+:(]|\b(?:une?|la|le|du|au|par|et|nouveau|dernier|nouvelle))[ ]*$")
_PARTIAL = folded_re(
    r"[ ]*(?:de face|de profil|(?:du |le )?\d{1,2}/\d|au lit|thorax|:?[ ]*(?:normale?|ras\b|sans |pas de |foyer|"
    r"opacite|infiltrat|epanchement|syndrome|pneumothorax|pneumopathie|nodule|image|cardiomegalie|poumons?|parenchyme|condensation|"
    r"atelectasie|lacher|elargissement|surcharge))"
)
_SHORT = folded_re(
    r"[ ]*(?:(?:de|du|des|d'|de la|de l')[ ]?)?(?:controle|face|standard|injecte|sans|avec injection|"
    r"\(?\d{1,2}[/.]\d)"
)
_NOT_RADIO = folded_re(r"[ ]?-|[ ]?/|[ ](?:chimio|thera|frequ|chir|logi|onco|inter)")
_AS_ADJECTIVE = folded_re(
    r"(?:controles?|bilan|complement|exploration|imagerie|examens?|etude|reevaluation|surveillance|suivi|"
    r"evaluation)[ ](?:[a-z]{3,12}[ ])?(?:clinique[ ])?(?:et[ ])?$|\b(?:la|une)[ ]$"
)
_COMPARED = folded_re(
    r"(?:[ ]*+[,;(])?[ ]*(?:compar[a-z]*[ ](?:au[ ](?:precedent[ ](?:du[ ])?)?|a[ ]cel(?:ui|le)[ ]du[ ]|avec[ "
    r"]cel(?:ui|le)[ ]du[ ])|par[ ]rapport[ ]a[ ]cel(?:ui|le)[ ]d[ue][ ]|comparati[a-z]*(?:[ ]*+:)?[ ]*(?:au[ ]|du[ "
    r"])?|comparaison(?:[ ]*+:)?[ ]*(?:au[ ]|avec[ ]cel(?:ui|le)[ ]du[ ])?)"
)
_CLOSED = folded_re(r"[-a-z0-9 ]{0,10}\)")
_TOGETHER = folded_re(r"[ ]*(?:et|\+|/|,|-)[ ]*(?:une?[ ]|l'|la[ ]|le[ ]|d'|des[ ]|complement[ ]d')?$")

_COUPLED = folded_re(
    r"[ ](?:couplee?s?|associee?s?|completee?s?|combinee?s?)[ ](?:a|au|par|d')[ ]?(?:la[ ]|l'|une?[ ])?"
)
_COMPLETED = folded_re(r"[ ]completee?s?[ ]par[ ](?:la[ ]|l'|une?[ ])?")
_JOINED = 26
"""Between two examinations that are told together, in characters."""
_OF_PLACE = folded_re(r"[ ](?:du|de la|de l'|des)[ ]?[a-z]")
_BY = folded_re(r"[ ](?:par|en)[ ](?:la[ ]|le[ ]|l'|une?[ ])?$")
_STUDY = folded_re(r"\b(?:exploration|bilan|etude|imagerie|evaluation)s?[ ]$")
_RM_AFTER = folded_re(
    r"[ ](?:fonctionnelle|stable|multiparametrique|nucleaire|semestrielle|trimestrielle|annuelle|postoperatoire|"
    r"preoperatoire|dynamique|initiale|normale|(?:en|de) [a-z]{3,9} (?:19|20)\d\d|montr[a-z]+|objectiv[a-z]+|met en|"
    r"mettait en|mis en|revel[a-z]+|inform[a-z]+|confirm[a-z]+|decri[a-z]+|retrouv[a-z]+|visualis[a-z]+|identifi[a-z]+|"
    r"constat[a-z]+|a (?:montre|mis|revele|objective|confirme|decrit))|[ ]?:[ ]?[a-z]"
)
_RM_BEFORE = folded_re(r"\b(?:la|une|par|en|avec|nouvelle|derniere|d'une)[ ]$")
_CT_BEFORE = folded_re(r"\b(?:le|un|au|du|dernier|nouveau)[ ]$")
"""`CT` is chemotherapy in reports after Spanish ones, and then feminine."""
_RADIONUCLIDE_THERAPY = folded_re(
    r"(?:\b(?:[mgk]bq|m?ci)\b|\b(?:doses?|cures?|cycles?|seances?|trait[a-z]+|therap[a-z]+|radiotherap[a-z]+|administr[a-z]+)\b)"
    r"[^.;:,\n]{0,24}$"
)
_LABELLED = folded_re(
    r"(?:[ ][a-z]{3,10}){0,2}?[ ](?:a la|avec|au|par|a l'|de la)[ ]?"
    r"(?:(?:la|le|du|l')[ ]?)?(?:[a-z0-9]{1,9}[- ]?){0,2}$"
)
"""What stands between `scintigraphie` and its tracer."""
_MITRAL = folded_re(r"[ ](?:serree?|lache|rhumatismal|moder)")
_OF_SERVICE = folded_re(
    r"\b(?:radiologie|imagerie medicale|imagerie|departement|unite|cabinet|service|plateau technique|secteur)"
    r"(?: d'imagerie| de radiologie)?(?:[ ]*+(?:[-–/]|de))?[ ]*$"
)

_REMEMBERED = 60
"""How many examinations before one are looked at to tell whether it was told."""
_REPORTED = 2500
"""How far behind its order the result of an examination may be told, in characters."""
_OPENING = 26
"""How far into its sentence a date may stand that opens it, in characters."""
_SAME_VISIT = 120
"""How far before a dated sentence an undated examination may stand and still be the one that the sentence tells of."""
_SAME_TEXT = 700
"""How far behind an examination a definite naming of it without a date or place still means it, in characters."""


@dataclass(slots=True)
class _Exam:
    """An examination told so far."""

    modality: str
    site: str
    date: str | None
    start: int
    end: int


def read(reading: Reading) -> Iterable[Draft]:
    """One `imaging` for each examination."""
    exams: list[_Exam] = []
    drafts: list[Draft] = []
    hits = reading.hits("imaging")
    i, end = 0, 0
    while i < len(hits):
        first = last = hits[i]
        i += 1
        while i < len(hits) and first.term.name and _same(reading, first, last, hits[i]):
            last = hits[i]
            i += 1
        inside = first.start < end  # of a name just read, or of words that only hold one
        end = max(end, last.end)
        if inside or not first.term.name or not _is_examination(reading, first, last):
            continue
        exam, draft = _examination(reading, first, last)
        end = max(end, exam.end)
        if _told_before(reading, exam, exams):
            continue
        _report_of_order(reading, exam, exams, drafts)
        _share_site(reading, exam, draft, exams, drafts)
        exams.append(exam)
        drafts.append(draft)
        compared = _compared(reading, exam, draft)
        if compared:
            drafts.append(compared)
            exams.append(_Exam(exam.modality, exam.site, compared.date, compared.start, compared.end))
    return drafts


def _same(reading: Reading, first: Hit, last: Hit, following: Hit) -> bool:
    """Whether two names are one examination's: `tomodensitométrie (TDM)`, `TEP couplée au scanner`."""
    if following.start <= last.end:
        return following.start < last.end or following.start == last.start
    one, other = first.term.name, following.term.name
    if following.start - last.end > 70 or not (
        one == other or (one == "pet" and other in ("ct", "mri")) or {one, other} == {"pet", "scintigraphy"}
    ):
        return False
    between = reading.folded[last.end : following.start]
    if following.term.row["kind"] == "tracer" and _LABELLED.match(between):
        return True
    if one == other and ((between.startswith((" (", "(", "-", " -")) and "(" in between) or between == " "):
        return len(between) < 60 and ")" not in between and not any(map(str.isdigit, between.replace("18", "")))
    return one != other and _APPOSITION.match(between) is not None and not between.strip().startswith((",", ":"))


def _is_examination(reading: Reading, first: Hit, last: Hit) -> bool:
    """Whether a name stands for an examination of the patient: not for a guide of the needle, a machine, a rule."""
    folded, kind = reading.folded, first.term.row["kind"]
    before = max(0, first.start - 40)
    if kind == "adjective" and _AS_ADJECTIVE.search(folded, before, first.start) is None:
        return False
    if kind == "short":
        if _NOT_RADIO.match(folded, last.end):
            return False
        site = site_after(reading, last.end)
        if (
            not (site and site[0] - last.end < 14)
            and _SHORT.match(folded, last.end) is None
            and not (_CT_BEFORE.search(folded, before, first.start) and _RM_AFTER.match(folded, last.end))
            and own_date(reading, last.end) is None
        ):
            return False
    if kind == "rm" and not _is_abbreviated(reading, first):
        return False
    if kind == "tracer" and _RADIONUCLIDE_THERAPY.search(folded, before, first.start):
        return False
    if (
        _OF_SERVICE.search(folded, before, first.start)
        and not first.term.row["site"]
        and site_after(reading, last.end) is None
        and own_date(reading, last.end) is None
    ):
        return False
    if kind == "region" and _REGION.search(folded, before, first.start) is None:
        return False
    if kind == "partial" and _PARTIAL.match(folded, last.end) is None:
        return False
    if _GUIDING.search(folded, before, first.start) or _MACHINE.match(folded, last.end):
        return False
    if (
        folded[first.start - 1 : first.start] == "-"
        and folded[first.start - 2 : first.start - 1].isalpha()
        and folded[before : first.start].endswith(("guidee-", "sous-"))
    ):
        return False
    if _GENERAL.match(folded, last.end) and own_date(reading, last.end) is None:
        return False
    if _ASPECT.search(folded, before, first.start) or not_done(reading, last.end):
        return False
    return _CONDITIONAL.match(folded, last.end) is None or own_date(reading, last.end) is not None


def _is_abbreviated(reading: Reading, hit: Hit) -> bool:
    """Whether `RM` or `TC` is an examination, as reports after Spanish ones write it: with its article, its place, its
    date, its kind or its result; not a mitral stenosis."""
    folded = reading.folded
    site = site_after(reading, hit.end)
    return (
        bool(site and site[0] - hit.end < 14)
        or _SHORT.match(folded, hit.end) is not None
        or own_date(reading, hit.end) is not None
        or _RM_AFTER.match(folded, hit.end) is not None
        or bool(_RM_BEFORE.search(folded, max(0, hit.start - 16), hit.start) and not _MITRAL.match(folded, hit.end))
    )


def _examination(reading: Reading, first: Hit, last: Hit) -> tuple[_Exam, Draft]:
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
    draft = reading.draft("imaging", first.start, end, None, date, modality=modality, site=site)
    return _Exam(modality, fold(site or ""), date, first.start, end), draft


def _another_between(reading: Reading, start: int, end: int) -> bool:
    return bool(reading.hits_between("imaging", start, end) or reading.hits_between("procedure", start, end))


def _told_before(reading: Reading, exam: _Exam, exams: list[_Exam]) -> bool:
    """Whether a naming means an examination already told."""
    begin = case_start(reading, exam.start)
    earlier = [
        other for other in reversed(exams[-_REMEMBERED:]) if other.modality == exam.modality and other.start >= begin
    ][:6]
    folded = reading.folded
    if exam.date is not None:
        listed = heads_line(reading, exam.start)  # a list names each examination once, with its place
        alike = _one_site if listed else _may_be_one_site
        return any(other.date and one_date(other.date, exam.date) and alike(other.site, exam.site) for other in earlier)
    if _EARLIER.match(folded, exam.end):
        return True
    if not earlier:
        return False
    if not exam.site and _concludes(reading, exam):
        return True
    last = earlier[0]
    name = naming(reading, exam.start, exam.end)
    if name.this or _in_apposition(folded, last, exam):
        return True
    dates = sentence_dates(reading, exam.start)
    if last.date and dates and len(last.date) >= 7 and not any(one_date(last.date, date) for date in dates):
        return False
    if dates and last.date is None and not ordered(reading, last.start):
        told = sentence_dates(reading, last.start)
        apart = told or last.start < reading.sentence(exam.start).start - _SAME_VISIT
        if apart and not any(one_date(one, date) for one in told for date in dates):
            return False
    if last.date and not dates and name.definite and _moved_on(reading, last, exam):
        return False
    if (
        not name.new
        and not heads_line(reading, exam.start)
        and any(
            other.date and _may_be_one_site(other.site, exam.site) and any(one_date(other.date, date) for date in dates)
            for other in earlier
        )
    ):
        return True
    if _SEEN_BEFORE.search(folded, max(0, exam.start - 44), exam.start):
        return any(_one_site(other.site, exam.site) for other in earlier)
    return name.definite and not name.new and exam.start - last.end < _SAME_TEXT and _one_site(last.site, exam.site)


def _concludes(reading: Reading, exam: _Exam) -> bool:
    """Whether a name without a place labels what is concluded from the examination that a report is about."""
    if reading.section(exam.start) != "conclusion" or not reading.folded.startswith((" :", ":"), exam.end):
        return False
    return heads_line(reading, exam.start)


def _moved_on(reading: Reading, last: _Exam, exam: _Exam) -> bool:
    """Whether the sentence before opens with another date: `En mai 2016, le marqueur s'élève. Le scanner montre`."""
    begin = reading.sentence(exam.start).start
    before = reading.sentence(max(0, begin - 1))
    if begin == 0 or last.end > before.start:
        return False
    opening = reading.dates_between(before.start, min(before.end, before.start + _OPENING))
    return any(date.calendar and len(date.value) >= 7 and not one_date(last.date or "", date.value) for date in opening)


def _in_apposition(folded: str, last: _Exam, exam: _Exam) -> bool:
    """Whether a name in parentheses only abbreviates the one before: `tomodensitométrie abdominale (TDM)`."""
    between = folded[last.end : exam.start]
    return (
        len(between) < 50
        and between.endswith("(")
        and _CLOSED.match(folded, exam.end) is not None
        and not set(",;.:)\n") & set(between)
    )


def _may_be_one_site(one: str, other: str) -> bool:
    """Whether two places do not speak against each other."""
    return not one or _one_site(one, other)


def _one_site(one: str, other: str) -> bool:
    """Whether two places may be one: one is not told, or they share a word."""
    return not other or one == other or shared(one, other)


def _report_of_order(reading: Reading, exam: _Exam, exams: list[_Exam], drafts: list[Draft]) -> None:
    """An examination that was asked for, or told in passing, and is then listed with its result is told there."""
    if not heads_line(reading, exam.start):
        return
    for n in range(len(exams) - 1, max(-1, len(exams) - 11), -1):
        other = exams[n]
        if other.modality != exam.modality or other.date is not None or not _may_be_one_site(other.site, exam.site):
            continue
        told = exam.start - other.start < _REPORTED and ordered(reading, other.start)
        if told or (
            exam.date is not None and any(one_date(exam.date, date) for date in sentence_dates(reading, other.start))
        ):
            del exams[n], drafts[n]
            return


def _share_site(reading: Reading, exam: _Exam, draft: Draft, exams: list[_Exam], drafts: list[Draft]) -> None:
    """`mammographie et échographie mammaire bilatérale`, `radiographie et TDM du genou`, `TDM et IRM cérébrales`: both
    have the place; so have `échographie pelvienne complétée par l'IRM`."""
    if not exams:
        return
    last, before = exams[-1], drafts[-1]
    between = reading.folded[last.end : exam.start]
    if len(between) > _JOINED:
        return
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
    if mammary or named or (exam.site.split(" ")[0].endswith("s") and _TOGETHER.match(between)):
        before.attributes["site"] = draft.get("site")
        if mammary and before.date is None and exam.date:
            before.date = exam.date


def _region_before(reading: Reading, start: int) -> str | None:
    """The place told of the study that an examination is one of: `exploration │pelvienne│ par l'échographie`."""
    place = place_before(reading, start, 12)
    if place is None or not _BY.fullmatch(reading.folded, place.end, start):
        return None
    study = _STUDY.search(reading.folded, max(0, place.start - 16), place.start)
    return place.text if study else None


def _compared(reading: Reading, exam: _Exam, draft: Draft) -> Draft | None:
    """`comparé au 31/03/2025`: an earlier examination of the same kind."""
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
