"""Courses of irradiation: dose, fractions, site."""

from __future__ import annotations

from bisect import bisect_right

from anamnese.facts.places import place_after
from anamnese.facts.reading import Reading
from anamnese.facts.therapy.counts import NUMBER_WORDS
from anamnese.facts.therapy.course import Course
from anamnese.facts.therapy.dose_tables import dose_rows
from anamnese.facts.therapy.intents import set_intents
from anamnese.facts.therapy.patients import patient_bounds
from anamnese.facts.therapy.periods import set_periods
from anamnese.facts.therapy.volumes import MOST, is_decided, lone_doses, measure, read_form, value_of
from anamnese.facts.therapy.words import is_tracer
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import fold, folded_re, holds
from anamnese.reading.numbers import NUMBER, parse_number

_SESSIONS_OF = folded_re(rf"(?P<n>\b\d{{1,2}}|\b(?:{NUMBER_WORDS})) (?:seances?|fractions?|sessions?) (?:de |d')$")
_STOPS = ("arret", "abandon", "interromp", "stopp", "suspend", "cess")
_STOPPED_AT = folded_re(
    r"\b(?:arret|abandon|interromp|stopp|suspend|cess)[a-z]*\b[^.;]{0,40}\b(?:a|apres|des|lors de)[ ](?:la |sa )?"
    r"(?P<n>\d{1,2})[ ]?(?:i?eme|e)[ ](?:seance|fraction|session)\b"
)
_FIELD = folded_re(
    r"[ (,:]*(?:(?:externe|conformationnelle|adjuvante?|palliative|antalgique|de consolidation|de rattrapage|"
    r"decompressive|complementaire|exclusive|"
    r"post-?operatoire|pre-?operatoire|stereotaxique|hypofractionnee|est administree|a ete (?:delivree|realisee|"
    r"administree)|[0-9,. ]+gy|de cloture|hemostatique)[ ]?[,(]?[ ]?)*"
    r"(?:(?:sur|au niveau|dans|de|du|des|d'|centree sur|a)[ ](?:le |la |les |l'|du |de la |des |un |une )?)?"
    r"(?P<site>holo-?cranienne|panencephalique|pan-?encephalique|encephalique(?: totale)?|encephale in toto|"
    r"craniospinale|cranio-?spinale|loco-?regionale|locale|"
    r"(?:thoracique|mediastinale|pelvienne|parietale|cervicale|mammaire|axillaire|cerebrale|abdominale|orbitaire|"
    r"inguinale|lombaire|crânienne|cranienne|vaginale|utero-?vaginale|cervico-?faciale)(?: (?:gauche|droite))?|"
    r"(?:paroi|lit tumoral|loge|lit|volume tumoral|region|fosse|chaine|aires?|cicatrice|sein|rachis|bassin|femur|"
    r"humerus|mediastin|creux|larynx|pelvis|prostate|"
    r"cavum|rectum|vertebr\w+|tumeur|lesion|metastases?|sacrum|cotyle|hanche|cerveau|encephale|genou|membre|"
    r"[cdtls]\d{1,2}\b)"
    r"(?:(?:[ ](?:dorsale?|lombaire|cervicale?|thoracique|dorso-?lombaire|sacre|de|des vertebres)){0,3}"
    r"(?:[ ]|[ ]?[-/][ ]?|[ ](?:a|et)[ ])[cdtls]\d{1,2}\b(?:(?:[ ]?[-/][ ]?|[ ](?:a|et)[ ])[cdtls]\d{1,2}\b){0,3})?"
    r"[^.,;()\n]{0,60}?)"
    r"(?=[ ]?(?:\(|,|;|\.|\n|:|$|\d|a la dose|a raison|a \d|avec|pendant|jusqu|pour|en \d|est |a ete|delivr|"
    r"et d'une|et (?:a|ont|est|elle|il|une?|le|la|l')\b|"
    r"suivi|de \d|dose|sous|par ))"
)
_GRAYS = folded_re(r"\d[ ]?(?:gy|grays?)\b")
_BEHIND_DOSE = folded_re(
    r"(?:[ ]\([^()\n]{1,40}\))?(?:(?:[ ]en[ ]|[ ]?/[ ]?)\d{1,2}[ ]?(?:seances|fractions|fr|fx|f))?\)?[ ]"
    r"(?:delivree?s? |administree?s? )?"
    r"(?:sur|au niveau|centree? sur)[ ](?:les? |la |l'|du |de la |des |de l')?"
    r"(?!une?\b|cette|deux|trois|quatre|cinq|six|sept|huit|plusieurs)"
    r"(?P<site>[a-z'-]+(?:[ ][a-z'-]+){0,5}?)(?=[ ]?(?:[.,;:()\n]|$)|[ ]\d|[ ](?:en|et|avec|a|puis|par|pendant|entre|"
    r"suivie?|jusqu|pour|delivre\w*|a raison|sans|qui|chez)\b)"
)
"""`radiothérapie à la dose de 46 Gy │sur le pelvis│ en 23 séances`."""
_SERVICE = folded_re(
    r"\b(?:service|unite|centre|departement|pole|consultation|cs|avis|medecin|oncologue|oncologie|ouverture|delai|"
    r"essai|absence|specialiste|institut|clinique|hopital)[ ]"
    r"(?:[a-z]+[ ]){0,1}(?:de |d'|du |en |et |prochaine de la )$|"
    r"\b(?:onco|avis|cs|rdv|consultation|service)[ ]$"
)
_SERVICE_LINKS = ("de ", "d'", "du ", "en ", "et ", "la ", "onco ", "avis ", "cs ", "rdv ", "consultation ", "service ")
_RECALL = folded_re(
    r"(?:\b(?:la|cette|sa|apres|sous|post|pendant|fin de|debut de la|depuis|arret de la|lors de la|toxicite|"
    r"en cours de|avant|champ d'|champs d')[ ](?:la |l'|une |cette )?(?:premiere )?|l'|post-?|radio-?|d')$"
)
_NEW = folded_re(
    r"\bre-?irradi|\bseconde?\b|\bdeuxieme\b|\bnouvelle\b|\bpuis\b|\bsuivi|\ba nouveau\b|\bde nouveau\b|"
    r"\bpar la suite\b|\bensuite\b|\bautre\b"
)
_BRACHYTHERAPY = ("curie", "brachy", "endocurie", "plaque", "disque")
_REGIONS = (
    folded_re(r"enceph|cerebr|crani|cerveau|orbit"),
    folded_re(r"larynx|cavum|cervic|pharyn|amygdal|langue|parotid"),
    folded_re(r"thora|mediast|poumon|pulmo|oesoph|sein|mamm|parieta|paroi|axill"),
    folded_re(r"pelv|prosta|rect|vagin|uter|bassin|vessie|anal"),
    folded_re(r"femur|femor|humer|tibia|genou|membre|cuisse"),
)
"""Parts of the body of which one irradiation treats one."""
_TECHNIQUES = frozenset(
    {"rcmi", "imrt", "vmat", "rc3d", "tomotherapie", "arctherapie", "arc therapie", "protontherapie"}
)
_BY_TECHNIQUE = folded_re(
    r"[ ](?:[a-z-]+[ ]){0,3}(?:par|en|avec|selon|technique|type|\()[ ]?(?:la |une )?(?:technique )?(?:de |d')?"
)
"""`irradiation pelvienne par │RCMI`."""
_BY_MEANS = (" par ", " par une ", " par la ")
_IRRADIATED_BY = 60
"""Characters between `irradié` and the means by which it was: `irradié les métastases par │radiochirurgie│`."""
_CARRIED_OUT = 900
"""Characters behind an irradiation that was decided within which it is given."""
_TO_PLACE = folded_re(r"[ (]*(?:[a-z-]+[ ])?(?:(?:sur|de|du|des|au niveau d[eu]|d')[ ]?(?:la |le |les |l')?)?")
_JUST_BEFORE = 24
"""Characters before an irradiation in which `puis` or `suivie de` make it another."""
_HEADING = folded_re(r"[^a-z\n]{0,6}(?P<name>[a-z][a-z -]{4,50}?)(?:[ ]*+:)?[ ]*\n[ ]*(?=\S)")
_ACRONYM = folded_re(r"[ ]?\([ ]?=?")
_SAME_NAME = folded_re(r"[ ](?:[a-z-]+[ ])?(?:\(|par |type |de type )?")
_QUESTION = folded_re(r"\?[ )\n]*$")
_PART_OF_TOTAL = folded_re(r"gy[^()]{0,30}\([^()]*$")
_OWN_MANNER = folded_re(
    r"[ )]{0,2}(?:(?:de|a visee) )?(?:per-?operatoire|consolidation|rattrapage|antalgique|palliative|decompressive|"
    r"hemostatique|adjuvante)"
)
_TREATED_BY = folded_re(r"\btraitee?s?\b[^.;]{0,120}$")
_TREATED_AGAIN = folded_re(
    r"\b(?:recidiv|rechut|nouvelles? (?:locali|lesion|metasta|masse))[^.;]{0,90}\b"
    r"(?:traite|benefici|motiv|justifi|conduit|amen|prise? en charge|irradie)[a-z]*\b[^.;]{0,60}$"
)
"""`une récidive de la cuisse est traitée par exérèse et │radiothérapie│`."""
_AGAIN = 170
"""Characters before an irradiation in which the relapse is told that it treats."""
_RADIOLIGAND_AFTER = folded_re(
    r"-?[ ]?mibg|[ ]?(?:\([^()\n]{1,12}\)[ ]?)?(?:par|au|a base de|avec(?: le| du)?|de|:)?[ ]?"
    r"(?:177[ ]?-?lu|lu-?177|lutet|"
    r"lutathera|pluvicto|223[ ]?-?ra|ra-?223|radium|xofigo|131i-?mibg|mibg|samarium|strontium)"
)
"""A radionuclide bound to a drug, which is a course of that drug: `RIV par 177Lu-DOTATATE`."""
_DOSE_BEFORE = folded_re(rf"(?P<dose>{NUMBER})[ ]?gy[ ](?:en|par|de|d')[ ]?(?:la )?$")
"""`59,4 Gy en │arcthérapie`."""
_PAIN = folded_re(r"\b(?:douleurs?|\w*algies?)\b[^.;,\n]{0,30}$")
"""What radiates without being irradiated: `épigastralgie │irradiée│ en ceinture`."""
_SAMPLED_BY = folded_re(r"biops[^.;\n]{0,40}$")
_BOOST_DOSE = folded_re(r"complement de \d|(?!complement de(?! dose| l?'?irr)\b)")
"""`complément de 20 Gy`, but no `complément de chirurgie`."""
_NOT_GIVEN = folded_re(
    r"-q?pcr\b|[ ]\d\d[-/]\d{3,}|[ ]?[-:,][ ]?(?:pole|centre|service|institut|chu|hopital|clinique)\b|"
    r"[ ]?(?:\([^()\n]{1,20}\)[ ]?)?(?:non|pas) (?:retenue|indiquee|envisagee|realisee|faite)"
)
"""What makes of the word none: `RT-PCR`, `RTE (Y90) non retenue`."""
_NEXT = folded_re(r"\.(?=[ \n]|$)|;(?=[ \n]|$)|\n\n")


def radiotherapy_courses(reading: Reading) -> list[Course]:
    """The irradiations in order of place, each once: a recall without a dose, site or date of its own is left out."""
    folded = reading.folded
    words: list[Hit] = []
    last: Hit | None = None
    for hit in reading.hits("modalities"):
        row = hit.term.row
        sort = row["sort"]
        if sort in ("both", "boost") or (sort in ("course", "radionuclide") and row["kind"] == "radiotherapy"):
            if last is None or not _named_twice(folded, last, hit):
                words.append(hit)
            last = hit
    rows = dose_rows(reading)
    starts = [row.start for row in rows]
    if rows:
        words = [hit for hit in words if not (i := bisect_right(starts, hit.start)) or hit.start >= rows[i - 1].end]
    bounds = reading.once(patient_bounds)
    courses: list[Course] = []
    both: set[int] = set()
    metabolic: set[int] = set()
    covered = -1
    for i, hit in enumerate(words):
        if hit.start < covered:
            continue
        before = folded[max(0, hit.start - 40) : hit.start]
        if before.endswith(_SERVICE_LINKS) and _SERVICE.search(before):
            continue
        end = reading.sentence(hit.start).end
        if folded.find("?", hit.end, end) >= 0 and _QUESTION.search(folded, hit.end, end):
            continue
        if folded.startswith("irradi", hit.start) and _PAIN.search(folded, max(0, hit.start - 50), hit.start):
            continue
        if hit.term.row["sort"] == "boost" and not _BOOST_DOSE.match(folded, hit.start, hit.end + 8):
            continue
        sampled = folded.startswith("stereotaxie", hit.start)
        if sampled and _SAMPLED_BY.search(folded, max(0, hit.start - 50), hit.start):
            continue
        if hit.term.row["sort"] == "boost" and _PART_OF_TOTAL.search(folded, max(0, hit.start - 140), hit.start):
            continue
        if hit.misspelt and folded.startswith(("peute", "logue", "logie"), hit.end - 5):
            continue
        if hit.term.row["sort"] == "radionuclide" and (
            is_tracer(folded, hit.start) or _RADIOLIGAND_AFTER.match(folded, hit.end)
        ):
            continue
        following = words[i + 1].start if i + 1 < len(words) else len(folded)
        begin = _under_heading(reading, hit.start, hit.end)
        ceiling = _ceiling(reading, begin, following)
        if begin > hit.end:
            line_end = folded.find("\n", begin)
            ceiling = min(ceiling, line_end) if line_end >= 0 else ceiling
        course = Course("radiotherapy", hit.start, hit.end)
        told = measure(folded, course, begin, ceiling)
        counted = None
        if before.endswith(("de ", "d'")):
            counted = _SESSIONS_OF.search(folded, max(0, hit.start - 30), hit.start)
        if counted and course.fractions is None:
            course.fractions = value_of(counted["n"])
        if course.fractions is None:
            course.fractions = _stopped_at(folded, max(reading.sentence(hit.start).start, hit.start - 90), ceiling)
        leading = None
        if course.dose_gy is None and "gy " in before[-30:]:
            leading = _DOSE_BEFORE.search(folded, max(0, hit.start - 30), hit.start)
        if leading:
            course.dose_gy, course.start = parse_number(leading["dose"]), leading.start("dose")
        if hit.term.row["sort"] == "boost" and course.dose_gy is None:
            continue
        if begin > hit.end and course.dose_gy is not None:
            course.start = begin  # told in the line below
        _site(reading, course, begin, ceiling)
        if course.status(reading) in ("negated", "family") or _NOT_GIVEN.match(folded, hit.end):
            continue
        patient = bisect_right(bounds, hit.start)
        bound = bounds[patient - 1] if patient else 0
        internal = hit.term.row["sort"] == "radionuclide"
        earlier = [c for c in courses[-MOST:] if c.start >= bound and (c.start in metabolic) == internal]
        if courses and _carries_out(reading, courses[-1], course, bound):
            set_intents(reading, [decided := courses.pop()])
            course.intent = decided.intent
        elif _repeats(reading, course, earlier, hit.term.name):
            continue
        if (
            courses
            and courses[-1].dose_gy is None
            and courses[-1].start in both
            and course.dose_gy
            and course.start - courses[-1].start < 400
        ):
            whole = courses.pop()  # `radiochimiothérapie …, RT 60 Gy`: the same irradiation
            if not reading.dates_between(course.end, reading.sentence(course.start).end):
                set_periods(reading, [whole, Course("radiotherapy", course.start, course.end)])
                course.start_date, course.end_date = whole.start_date, whole.end_date
        if hit.term.row["sort"] == "both":
            both.add(hit.start)
        if internal:
            metabolic.add(course.start)
        courses.append(course)
        covered = course.end
        courses += told
        if told:
            covered = told[-1].end
    volumes = lone_doses(reading, [*courses, *rows])
    if volumes:
        starts = [volume.start for volume in volumes]
        courses = [
            course
            for course in courses
            if not (i := bisect_right(starts, course.start)) or course.start >= volumes[i - 1].end
        ]
    rows += volumes
    if any(row.site for row in rows):
        regions = set().union(*map(_regions, rows))
        told_again = [each for each in courses if not each.dose_gy and (not (own := _regions(each)) or own & regions)]
        courses = [course for course in courses if course not in told_again]
        _pass_intent(reading, told_again, rows)
    told_here = sorted([*courses, *rows], key=lambda course: course.start)
    for i, course in enumerate(told_here):
        read_form(reading, course, told_here[i + 1].start if i + 1 < len(told_here) else len(folded))
    return told_here


def _pass_intent(reading: Reading, decided: list[Course], rows: list[Course]) -> None:
    """Give the volumes of a table the intent with which their irradiation was decided."""
    set_intents(reading, decided)
    intents = {course.intent for course in decided if course.intent}
    if len(intents) == 1 and rows:
        intent = intents.pop()
        for row in rows:
            row.intent = row.intent or intent


def _named_twice(folded: str, before: Hit, hit: Hit) -> bool:
    """Whether a word only names again what the word before it names: `radiothérapie (RT)`, `radiochirurgie Gamma
    Knife`."""
    if before.term.name == hit.term.name and _SAME_NAME.fullmatch(folded, before.end, hit.start):
        return True
    if folded.startswith("irradie", before.start) and folded.endswith(_BY_MEANS, before.end, hit.start):
        return hit.start - before.end < _IRRADIATED_BY and folded.find(".", before.end, hit.start) < 0
    if before.term.row["sort"] == "course" and folded[hit.start : hit.end] in _TECHNIQUES:
        return _BY_TECHNIQUE.fullmatch(folded, before.end, hit.start) is not None
    return _ACRONYM.fullmatch(folded, before.end, hit.start) is not None


def _carries_out(reading: Reading, decided: Course, course: Course, bound: int) -> bool:
    """Whether an irradiation is the one that was decided before it: `Une radiothérapie a été décidée. L'irradiation a
    délivré 60 Gy.`"""
    folded = reading.folded
    if decided.dose_gy is not None or decided.start < bound or course.start - decided.end > _CARRIED_OUT:
        return False
    before = folded[max(0, course.start - _JUST_BEFORE) : course.start]
    if _elsewhere(folded, decided, course) or _NEW.search(before):
        return False
    if course.status(reading) == "planned" or is_decided(reading, course):
        return False
    if decided.status(reading) == "planned":
        return True
    return course.dose_gy is not None and is_decided(reading, decided)


def _elsewhere(folded: str, earlier: Course, course: Course) -> bool:
    """Whether two irradiations are not one by their places, their numbers of fractions or their sources."""
    if earlier.fractions and course.fractions and earlier.fractions != course.fractions:
        return True
    sources = [folded.startswith(_BRACHYTHERAPY, each.start) for each in (earlier, course)]
    if sources[0] != sources[1]:
        return True
    ours, theirs = _regions(course), _regions(earlier)
    return bool(ours and theirs) and not ours & theirs


def _regions(course: Course) -> set[int]:
    """The parts of the body that the site of an irradiation names."""
    site = fold(course.site or "")
    return {i for i, region in enumerate(_REGIONS) if region.search(site)} if site else set()


def _under_heading(reading: Reading, start: int, end: int) -> int:
    """Where the words about an irradiation begin: behind its name, or in the line below where that is a heading."""
    if reading.folded.find("\n", end, end + 40) < 0:
        return end
    heading = _HEADING.match(reading.folded, reading.line_start(start), end + 40)
    return heading.end() if heading and heading.start("name") <= start and heading.end("name") >= end else end


def _stopped_at(folded: str, start: int, end: int) -> int | None:
    """After how many fractions an irradiation was given up: `arrêtée à la 12e séance`."""
    if not holds(folded[start:end], _STOPS):
        return None
    told = _STOPPED_AT.search(folded, start, end)
    return value_of(told["n"]) if told else None


def _ceiling(reading: Reading, end: int, next_word: int) -> int:
    """Where the words of one irradiation end: at the next sentence or the next word of radiotherapy."""
    sentence = reading.sentence(end)
    limit = min(sentence.end, next_word, end + 320)
    stop = _NEXT.search(reading.folded, end, limit)
    return stop.start() if stop else limit


def _site(reading: Reading, course: Course, end: int, ceiling: int) -> None:
    match = _FIELD.match(reading.folded, end, min(ceiling + 1, len(reading.folded)))
    if match:
        course.site = reading.text[match.start("site") : match.end("site")].replace("\n", " ")
        course.end = max(course.end, match.end())
        return
    if course.dose_gy is not None:
        unit = _GRAYS.search(reading.folded, end, ceiling)
        behind = _BEHIND_DOSE.match(reading.folded, unit.end(), ceiling) if unit else None
        if behind is not None:
            course.site = reading.text[behind.start("site") : behind.end("site")].replace("\n", " ")
            return
    place = place_after(reading, end, limit=30)
    if place is not None and place.end <= ceiling and _TO_PLACE.fullmatch(reading.folded[end : place.start]):
        course.site = place.text
        course.end = max(course.end, place.end)


def _dates(reading: Reading, pos: int) -> list[str]:
    """The dates of the sentence and of the one before it."""
    sentence = reading.sentence(pos)
    return [time.value for time in reading.dates_between(sentence.start, sentence.end)]


def _repeats(reading: Reading, course: Course, told: list[Course], name: str) -> bool:
    """Whether a mention recalls an irradiation told before."""
    if not told:
        return False
    folded = reading.folded
    before = folded[max(0, course.start - 40) : course.start]
    for earlier in told:
        same_dose = course.dose_gy is not None and earlier.dose_gy == course.dose_gy
        if same_dose and not _elsewhere(folded, earlier, course):
            return not _NEW.search(before)
    if course.dose_gy is not None:
        return False
    ours, theirs = _dates(reading, course.start), _dates(reading, told[-1].start)
    elsewhen = bool(ours and theirs) and not set(ours) & set(theirs)
    if name == "irathérapie" and elsewhen:
        return False
    if _RECALL.search(before):
        return True
    before = before[-_JUST_BEFORE:]
    if name == "radiochimiothérapie" and any(abs(earlier.start - course.start) < 400 for earlier in told):
        return True
    manner = _OWN_MANNER.match(folded, course.start + len(name)) if name == "radiothérapie" else None
    if manner and not any(manner[0] in folded[earlier.start : earlier.end + 30] for earlier in told):
        return False
    words = folded[max(0, course.start - _AGAIN) : course.start]
    if ("recidiv" in words or "rechut" in words or "nouvelle" in words) and _TREATED_AGAIN.search(words):
        return False
    if elsewhen and _TREATED_BY.search(folded, max(0, course.start - 160), course.start):
        return False
    if course.site and not any(earlier.site == course.site for earlier in told):
        return False
    return not (_NEW.search(before) or reading.dates_between(course.start, course.end + 30))
