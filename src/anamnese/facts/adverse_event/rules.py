"""Toxicities and complications of treatment.

A complaint alone is no adverse event: anaemia may be of the disease, hypertension of the past. It becomes one by a
CTCAE grade, by words that tie it to a treatment (`treatment_effect.tsv`), or by being a toxicity by nature (mucositis,
hand-foot syndrome, cytokine release).
"""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.fuzz import ratio

from anamnese.case import Span
from anamnese.facts.adverse_event.causes import caused, harmful_drugs, of_device, of_wound, while_operating, why_without
from anamnese.facts.adverse_event.grades import Grade, grade_beside, listed_grade
from anamnese.facts.adverse_event.parts import headed_parts, part_of
from anamnese.facts.adverse_event.unnamed import graded_toxicity, unnamed
from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import fold, folded_re, holds

_PAST = folded_re(
    r"\b(?:a(?:ntecedents?|tcd|llergie)|c(?:onnue?s?|hronique)|d(?:epuis l'enfance|t2)|expliqu[a-z]+|"
    r"facteurs? de risque|habitudes?|inform(?:ation|ee?)|p(?:ersistance de la|revention|rophylaxie)|risque|"
    r"s(?:i|ous metformine|urveillance)|tabac)\b"
)
_OF_OLD = (" chronique", " congenital")
_FOUND_SECTIONS = frozenset({"exam", "investigations"})
_LIST_GAP = folded_re(
    r"(?:[\s,/+]|\bet\b|\bavec\b|\bou\b|\bpuis\b|\ba une?\b|\bune?\b|\bquelques\b|\bdes?\b|\bd'|\bla\b|\bpar\b|\bl'|"
    r"\b(?:apres|a) (?:la |le )?(?:\d ?[a-z]{1,3} |premiere |deuxieme )?(?:dose|cure|cycle)\b|"
    r"\bde (?=[a-z-]{7,} et )[a-z-]+|"
    r"\bgrade\b|\bgr\b|\bg\d?\b|[0-4ivx](?:-[0-4])?\b|\([^()]{0,40}\)|legere?|moderee?|marquee?|severe|"
    r"importante?|discrete|persistante|residuelle|transitoire|repet[a-z]+|a repetition|"
    r"(?:intermitt|recid|persist|import|matin|resolu|progress|precoc|tard|diffus|invalid|minim)[a-z]+)*"
)
_DIRECT = folded_re(
    r"(?:[\s:,(]|\b(?:pour|devant|fait|en raison|de|d'|du|des|une?|la|le|l'|les|suite|a|cause|causee?|due|"
    r"par|mauvaise|tolerance|apparition|survenue|aggravation|"
    r"episodes?|et|toxicite|toxicites|hematologique|clinique|severe|importante|majeure|notamment|type|"
    r"secondairement|en|intolerance|temporaire[a-z]*|definitive[a-z]*|"
    r"(?:alteration|degradation)(?: [a-z]+)? de (?:l'|son )etat general|"
    r"traitement|chimiothérapie|chimiotherapie|dose|d'une semaine|cycles?|cure|c\d|\d+ ?%|apres|\d+|"
    r"premier|deuxieme|troisieme|l'oxaliplatine|oxaliplatine|immunotherapie)\b|d'|l')*"
)
_NEGLIGIBLE = folded_re(r"\b(?:aucune?|pas de|sans|absence de|pas d'|ni)\b[^.;:,]{0,25}$")
_SITE_WORD = folded_re(
    r" (?:du tronc|du visage|du cuir chevelu|facial(?: et thoracique)?|faciale|thoracique|des pieds|"
    r"des mains|buccale|oculaire|palmaire|"
    r"duodenale|splenique|a staphylococcus aureus|immuno-mediee|immuno-induite|post-radique|"
    r"des membres inferieurs|du pied|periph?erique|au froid|"
    r"complete de la corde vocale (?:droite|gauche)|de la corde vocale (?:droite|gauche)|de la hanche|"
    r"a l'anastrozole|macroscopique|inflammatoire|a repetition|"
    r"[a-z]+(?:ique|aire|ale|enne|euse|ee) ?(?=[,.;(]|$| de grade| g\d| grade))"
)
_ARISES = folded_re(r"presente|developpe|survenue|apparition|avec|:|,|signal|rapport|pour")
_RESOLVED_AS_DISEASE = folded_re(
    r"\b(?:revel[a-z]+|inaugural[a-z]*|motif de consultation|debut de la symptomatologie|symptomatologie|"
    r"evoluant depuis|consulte|consultait|presentait depuis)\b"
)
_BEFORE = 45
"""How far before a complaint the words stand that tell it of the past, in characters."""
_CLAUSE = 260
"""How far back in its sentence the words that explain a complaint may stand, in characters."""
_BESIDE = 6
"""A mere symptom is a complication right behind the words that say so: `compliquée d'une perte pondérale`."""
_REOPENED = folded_re(r"reprise|reintervention|re-intervention")
_REOPENED_WITHIN = 45
"""A complication that a second operation was for stands so near before it: `un hématome nécessitant une reprise`."""
_WHILE = folded_re(
    r"(?: (?:grippale|bacterienne|virale|fongique|aigue|bilaterale|hypoxemiante|a repetition|legere?|moderee?|"
    r"importante?|severe|apparue?s?|survenue?s?|transitoires?|[a-z]+(?:oire|ique|aire|anee|inale|euse)s?))* "
)
"""Words between a complaint and the treatment that it came with: `des aphtes apparus pendant le traitement`."""
_NUMBERED = folded_re(
    r"\b(?:lors|au cours|pendant|durant|apres|au decours|a la suite|suite|des|a l'issue|a|au|avec|"
    r"entre l[ae] \d{1,2}[ ]?[a-z]{0,5} et)"
    r"(?:[ ](?:du|de la|de|le|la|au|a la|son|sa))?[ ]"
    r"(?P<which>(?:\d{1,2}[ ]?(?:er|re|ere|e|eme|ieme|nde?)|premiere?|deuxieme|seconde?|troisieme|quatrieme|cinquieme|"
    r"sixieme|septieme|huitieme|neuvieme|dixieme|derniere?|(?:avant-)?derniere?)[ ])?$"
)
"""What stands before one course of several: `lors du quatrième │cycle│`, `au cours du │cycle│ 4`."""
_NUMBERED_REACH = 40
_CODED = 4
"""`C12` is shorter, `cycle` and `cure` are not."""
_OF_VERTEBRA = ("a ", "au ", "avec ")
"""Before `C4` that is as well a vertebra."""
_NUMBER_BEHIND = folded_re(r"[ ]?(?:n[° ]?)?\d{1,2}\b")
_DAY_OF = folded_re(r"(?:\bj[ ]?-?\d{1,3}|\b\d{1,3}[ ]?h|\b(?:jours?|semaines?|mois|heures?))[ ,(]*$")
"""What stands before `post-opératoire` where that dates what follows: `au 5e jour │postopératoire│ il présente …`."""
_UNTIL = folded_re(
    r"(?:[ ]?[,(][^,;.()]{0,32}[,)])?(?:[ ](?:des|du|de la)|[ ]?de l'|[ ](?:d')?une?|[ ](?:de|d'))?[ ]?"
    r"(?:nouvelle |premiere |importante |severe )?"
)
"""Between `jusqu'à l'apparition` and what appeared: `, en novembre 2019, d'une protéinurie`."""
_LONG_AFTER = folded_re(
    r"\b(?:(?:[2-9]|\d{2,3}|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|[a-z]+ze|vingt[a-z-]*|plusieurs|"
    r"quelques)[ ]mois|\bans?|annees?)[ ]$"
)
"""Before `après la radiothérapie` where that is long ago."""
_OF_RELAPSE = frozenset({
    "céphalées", "diplopie", "confusion", "convulsions", "paralysie faciale", "dysphonie", "ataxie", "somnolence",
    "syncope", "hémoptysie", "déficit neurologique", "hydrocéphalie", "troubles cognitifs", "hématurie", "métrorragies",
    "vertiges", "paresthésies", "anémie", "ictère", "occlusion intestinale", "hypercalcémie",
})  # fmt: skip
"""What long after a treatment is as often of the disease that comes back."""
_CONSULTS = folded_re(
    r"\b(?:re-?)?consult[a-z]*[ ](?:[a-z]+ment[ ])?(?:en urgence[ ])?(?:pour|devant|en raison|a cause|du fait)\b"
)
_OWN_GRADES = frozenset({
    "œdème", "œdèmes", "œdème des membres", "encéphalopathie", "ptosis", "ascite", "gynécomastie", "paralysie faciale",
    "hémorroïdes", "dyspnée", "incontinence urinaire", "insuffisance cardiaque", "hydronéphrose", "lymphœdème",
})  # fmt: skip
"""Findings that examiners grade by scales of their own."""
_COURSE = frozenset({"course", "treatment", "history", "conclusion", "discussion", None})


def read(reading: Reading) -> Iterable[Draft]:
    for cue in reading.hits("treatment_effect"):
        if cue.term.row["strength"] == "surgery" and (complication := unnamed(reading, cue)) is not None:
            yield complication
    hits = reading.hits("adverse_event")
    if not hits:
        return
    parts = headed_parts(reading)
    treatments = {fact.start for fact in reading.facts("therapy")}
    drugs = harmful_drugs(reading)
    blamed = _blamed(reading, drugs | treatments)
    halves: dict[int, Grade] = {}
    """The grade of the second of two complaints that share a line of a list, by where it begins."""
    told: list[Draft] = []
    told_stems: list[set[str]] = []
    last: Draft | None = None
    """The adverse event right before, that a list may go on from."""
    waiting: Hit | None = None
    """A complaint whose cause is told with the next one: `une asthénie et une anémie de grade 3`."""
    for hit in hits:
        kind = hit.term.row["kind"]
        if kind == "over":
            last = waiting = None
            continue
        sentence_end = reading.sentence(hit.start).end
        wound = of_wound(reading, hit.end, sentence_end) if kind in _WOUNDS else None
        if kind == "wound" and wound is None:
            continue
        grade = grade_beside(reading.folded, hit.start, hit.end, sentence_end)
        in_part = part_of(parts, hit.start) is not None
        if grade is None and in_part:
            grade = listed_grade(reading.folded, hit.end)
        if hit.term.name.startswith("toxicité") and (
            _told_by_what_follows(reading, hit)
            or _bare(hit, grade)
            or reading.folded.endswith(("comme ", "comme seule ", "a titre de "), 0, hit.start)
        ):
            continue
        if grade and hit.term.name == "toxicité" and (event := graded_toxicity(reading, hit, grade)) is not None:
            last, waiting = event, None
            told.append(event)
            told_stems.append(_stems(event.get("term")))
            yield event
            continue
        measured = grade is None and hit.term.name == "hypoxie" and _MEASURED.match(reading.folded, hit.end)
        pair = _PAIR.match(reading.folded, hit.end) if in_part else None
        if pair is not None and (second := _hit_within(reading, pair.start("other"), pair.end("other"))) is not None:
            halves[second.start] = Grade(int(pair["second"]), pair.start("second"), pair.end())
            grade = Grade(int(pair["first"]), hit.start, hit.end)  # what stands between is the other's name
        grade = halves.get(hit.start, grade)
        denied = hit.start not in halves and _is_denied(reading.folded, hit.end)
        if (grade and grade.value == 0) or measured or denied:
            last = waiting = None
            continue
        if last is not None and _spells_out(reading, last, hit, grade):
            continue
        joined = (
            last is not None
            and 0 <= hit.start - last.end < 60
            and _LIST_GAP.fullmatch(reading.folded, last.end, hit.start) is not None
        )
        left_out = why_without(reading, hit.start, drugs)
        by_cause = (
            left_out
            or wound is not None
            or hit.start in blamed
            or (kind == "complication" and while_operating(reading, hit.start))
            or (kind in _OF_OPERATION and of_device(reading, hit.end, sentence_end))
        )
        if not joined and not by_cause and not _is_effect(reading, hit, kind, grade, parts, treatments, drugs):
            last, waiting = None, hit if kind in ("effect", "complication") else None
            continue
        if (
            waiting is not None
            and kind != "toxicity"
            and _BACKWARDS.fullmatch(reading.folded[waiting.end : hit.start][:40])
        ):
            yield _draft(reading, waiting, None, None)
        waiting = None
        if kind == "effect":
            wound = of_wound(reading, hit.end, sentence_end)
        last = _draft(reading, hit, grade, wound)
        if left_out:
            last.status = "affirmed"  # what is left out is the drug
        if told and told[-1].start == last.start:
            last = told[-1]  # the same words, found as another spelling
        else:
            stems = _stems(last.get("term"))
            for before, known in zip(told[-8:], told_stems[-8:], strict=True):
                if (stems <= known or known <= stems) and _is_retold(reading, last, before):
                    break
                if stems == known and _is_graded_later(reading, last, before):
                    before.attributes["grade"] = last.get("grade")
                    before.start, before.end = last.start, last.end
                    break
            else:
                told.append(last)
                told_stems.append(stems)
                yield last


_NONE_BEGINS = frozenset(":._0na")
_NONE = folded_re(r" ?+(?::|[.]{2,}+|[_]{2,}+)?+ ?+(?:0|non(?! [a-z])|absente?s?|aucune?)(?![\w,.]\d|\d|\w)")
_PAIR = folded_re(
    r"[ ]?/[ ]?(?P<other>[a-z]{4,20})[ ]?(?::|[.]{2,})[ ]?(?P<first>[0-4])[ ]?/[ ]?(?P<second>[0-4])(?!\d|[/.,]\d)"
)
"""`Nausées / vomissements : 2 / 0`"""


def _is_denied(folded: str, end: int) -> bool:
    """Whether a form says behind a complaint that there is none: `Nausées : non`."""
    return folded[end : end + 3].lstrip(" ")[:1] in _NONE_BEGINS and _NONE.match(folded, end) is not None


def _hit_within(reading: Reading, start: int, end: int) -> Hit | None:
    hits = reading.hits_between("adverse_event", start, end)
    return hits[0] if hits else None


_AT_INFUSION = folded_re(r"\b(?:perfusions?|injections?|administrations?)\b")
"""What arises while a drug runs in is its effect, a mere symptom included."""
_MEASURED = folded_re(r"[^.;\n\d]{0,30}\d{2} ?%")
"""A desaturation with its figure is a vital sign."""
_BACKWARDS = folded_re(r"(?: [a-z]+ee?s?| marquee?s?| importante?s?| intense)? et (?:une? |des |d'une? )?")


_AFTER_BRACKET = folded_re(r"\)[ :]*(?:grade |gr?\.? ?)?(?P<grade>[0-5])(?!\d|[.,]\d)")


def _spells_out(reading: Reading, last: Draft, hit: Hit, grade: Grade | None) -> bool:
    """Whether a complaint in brackets only spells out the one before them: `neuropathie (paresthésies) 1`; the grade
    behind the bracket is then that of both."""
    if last.start < hit.start < last.end:
        return True
    if grade is not None or reading.folded[last.end : hit.start] != " (" or last.get("grade") is not None:
        return False
    behind = _AFTER_BRACKET.match(reading.folded, hit.end)
    if behind is None:
        return False
    last.attributes["grade"] = int(behind["grade"])
    last.end = behind.end()
    return True


def _told_by_what_follows(reading: Reading, hit: Hit) -> bool:
    """`toxicité hématologique (anémie de grade 2)`: the kind of toxicity is told by what follows."""
    following = reading.hits_between("adverse_event", hit.end, min(hit.end + 60, reading.sentence(hit.start).end))
    if not following:
        return False
    return _SPELT_OUT.fullmatch(reading.folded, hit.end, following[0].start) is not None


_SPELT_OUT = folded_re(r" ?[(:] ?(?:une? )?|[a-z -]{0,36} (?:a type (?:de|d')|consistant en|:|\() ?(?:une? )?")


def _bare(hit: Hit, grade: Grade | None) -> bool:
    """`toxicité` alone says nothing of what it was."""
    return hit.term.name == "toxicité" and grade is None


_OF_OPERATION = frozenset({"complication", "wound", "effect"})
_WOUNDS = frozenset({"complication", "wound", "toxicity"})
"""What an operation's wound is the cause of; of an effect it is only the place."""
_BLAMED_REACH = 700
"""How far back stands the complaint that a treatment is blamed for, in characters."""


_TREATMENT = folded_re(r" ?(?:traitement|[a-z]*therapie|molecule|produit|medicament|irradiation)")


def _blamed(reading: Reading, treatments: set[int]) -> set[int]:
    """Where complaints begin that later words blame a treatment for: the last one told, at its first mention."""
    found: set[int] = set()
    for cue in reading.hits("treatment_effect"):
        if cue.term.row["strength"] == "blamed":
            of_what = reading.folded.startswith(("la resp", "l'imp", "imp"), cue.start)
            if of_what and cue.end + 1 not in treatments and not _TREATMENT.match(reading.folded, cue.end):
                continue
            near = [
                hit
                for hit in reading.hits_between("adverse_event", max(0, cue.start - _BLAMED_REACH), cue.start)
                if hit.term.row["kind"] in ("effect", "complication")
                and reading.scopes.status(reading.draft("adverse_event", hit.start, hit.end)) == "affirmed"
            ]
            found.update([hit.start for hit in near if hit.term.name == near[-1].term.name][:1])
    return found


def _draft(reading: Reading, hit: Hit, grade: Grade | None, wound: int | None) -> Draft:
    """The event in the report's words with its site; the table's name for an acronym or another spelling."""
    last = reading.sentence(hit.start).end
    words = " ".join(reading.text[hit.start : hit.end].lower().split())
    first = reading.text[hit.start : hit.end].split(" ")[0]
    acronym = (first.isupper() and len(first) <= 3) or (len(words) <= 5 and reading.text[hit.start : hit.end].isupper())
    counted = any(map(str.isdigit, words))
    if acronym or hit.misspelt or counted or (words != hit.term.name and ratio(words, hit.term.name) > _SAME_WORDS):
        words = hit.term.name
    if "oe" in reading.folded[hit.start : hit.end]:  # and no ligature
        words = words.replace("œ", "oe")
    end = hit.end
    site = _SITE_WORD.match(reading.folded, hit.end, last)
    if wound is not None and not acronym:
        end = wound
        words += " " + " ".join(reading.text[hit.end : end].lower().split())
    elif site and not acronym and not _DEGREE.match(site[0]):
        end = site.end()
        words += " " + " ".join(reading.text[hit.end : end].lower().split())
    quote_end = max(end, grade.end) if grade and grade.end > hit.end else end
    quote_start = min(hit.start, grade.start) if grade and grade.start < hit.start else hit.start
    return reading.draft("adverse_event", quote_start, quote_end, term=words, grade=grade.value if grade else None)


_SAME_WORDS = 90.0
"""Likeness, in percent, from which the words only spell the table's name otherwise: `diarrhées`, `diarrhée`; `mucosite`
and `mucite` are two words."""
_DEGREE = folded_re(r" (?:grade|resoluti|leger|moder|marque|transitoire|residuel|persistan|sever|importan)")


def _is_retold(reading: Reading, new: Draft, before: Draft) -> bool:
    """Whether an event told in like words has the same grade and is told near by or in sum, with no other date or
    course between."""
    if new.get("grade") not in (None, before.get("grade")):
        return False
    if reading.section(new.start) in ("conclusion", "diagnosis", "discussion"):
        return True
    return _is_of_one_course(reading, new, before)


def _is_graded_later(reading: Reading, new: Draft, before: Draft) -> bool:
    """Whether an event told without a grade gets it in one of the next sentences, under the same name."""
    if before.get("grade") is not None or new.get("grade") is None or new.status != before.status:
        return False
    return _is_of_one_course(reading, new, before)


def _is_of_one_course(reading: Reading, new: Draft, before: Draft) -> bool:
    """Whether an event is told near by an earlier one, with no other date or course between."""
    between = reading.folded[before.end : new.start]
    return len(between) < 250 and not reading.dates_between(before.end, new.start) and not _NEW_COURSE.search(between)


_NEW_COURSE = folded_re(r"ligne|cycle|cure")


def _stems(term: str) -> set[str]:
    return {word[:6] for word in fold(term).split() if len(word) > 3}


def _is_effect(
    reading: Reading,
    hit: Hit,
    kind: str,
    grade: Grade | None,
    parts: list[Span],
    treatments: set[int],
    drugs: set[int],
) -> bool:
    """Whether the words around a complaint make it one of treatment; most are tied to none, of the past or not."""
    graded = grade is not None and not _is_finding(reading, hit, kind, treatments, drugs)
    effect = graded or _is_tied(reading, hit, kind, parts, treatments, drugs)
    return effect and not _is_past(reading, hit, grade)


def _is_finding(reading: Reading, hit: Hit, kind: str, treatments: set[int], drugs: set[int]) -> bool:
    """Whether the grade of a complaint is that of an examiner's scale: in the physical examination of one who was not
    treated yet, and where findings have scales of their own in that of all and before any treatment."""
    if kind == "toxicity":
        return False
    examined, own = reading.section(hit.start) == "exam", hit.term.name in _OWN_GRADES
    if examined and own:
        return True
    return (examined or own) and min(treatments | drugs, default=hit.start) >= hit.start


def _is_past(reading: Reading, hit: Hit, grade: Grade | None) -> bool:
    """Whether a complaint was there before, or is only warded off."""
    folded, first = reading.folded, reading.sentence(hit.start).start
    if _PAST.search(folded[max(first, hit.start - _BEFORE) : hit.start]):
        return True
    if grade is not None:
        return False
    old = folded[hit.end : hit.end + 11].startswith(_OF_OLD)
    return old or folded.find("antecedent", max(first, hit.start - _CLAUSE), hit.start) >= 0


def _is_tied(reading: Reading, hit: Hit, kind: str, parts: list[Span], treatments: set[int], drugs: set[int]) -> bool:
    """Whether a complaint without a grade is tied to a treatment."""
    folded = reading.folded
    sentence = reading.sentence(hit.start)
    section = reading.section(hit.start)
    if part_of(parts, hit.start) is not None:
        return kind != "symptom" or hit.term.name in _OF_TOLERANCE
    if kind == "toxicity":
        return not (hit.term.name == "alopécie" and section in _FOUND_SECTIONS)
    told_now = section not in ("history", "diagnosis")
    if hit.term.name in _IMMUNE and told_now and reading.once(_immunotherapy) < hit.start:
        return True
    first, last = max(sentence.start, hit.start - _CLAUSE), min(sentence.end, hit.end + 90)
    for cue in reading.hits_between("treatment_effect", first, last):
        strength = cue.term.row["strength"]
        begin, over = cue.start, cue.end
        if strength == "numbered":
            which = _NUMBERED.search(folded, max(sentence.start, begin - _NUMBERED_REACH), begin)
            if which is None:
                continue
            if which["which"] is None and folded.startswith("c", begin) and over - begin < _CODED:
                if which[0] in _OF_VERTEBRA:
                    continue
            elif which["which"] is None:
                behind = _NUMBER_BEHIND.match(folded, over)
                if behind is None:
                    continue
                over = behind.end()
            begin, strength = which.start(), "during"
        elif strength == "after":
            gap = folded[hit.end : begin]
            if begin >= hit.start and len(gap) < 45 and not _NEXT_PART.search(gap):
                return True
            if begin >= hit.start or not folded.startswith(_POSTOPERATIVE, begin):
                continue
            if _DAY_OF.search(folded, max(sentence.start, begin - 16), begin) is None:
                continue
            strength = "surgery"
        if begin >= hit.start:
            if folded.startswith("comme ", begin) and kind != "symptom" and begin - hit.end <= 2:
                return True
            if (
                strength == "surgery"
                and kind in _OF_OPERATION
                and cue.start - hit.end < _REOPENED_WITHIN
                and _REOPENED.search(folded, cue.start, cue.end)
                and not any(sign in folded[hit.end : cue.start] for sign in ".,;:")
            ):
                return True
            in_aplasia = folded.startswith("en ", begin)
            came_with = strength == "during" and kind in _OF_OPERATION and (not in_aplasia or _is_infection(hit))
            came_with = came_with and not folded.startswith(" febrile", over)  # which is told itself
            if came_with and _WHILE.fullmatch(folded, hit.end, begin) and not _of_relapse(reading, hit, begin):
                return True
            continue
        gap = folded[over : hit.start]
        if strength == "sentence":
            if (
                _reaches(gap)
                and not gap.startswith((" a l'", " au ", " aux ", " a la "))
                and not _NEGLIGIBLE.search(folded, max(sentence.start, cue.start - 30), cue.start)
            ):
                return True
        elif strength == "reason":
            if _STOPPED_FOR.fullmatch(gap) and kind != "symptom":
                return True
            if (
                len(gap) < 90
                and _REASON.search(gap)
                and _DIRECT.fullmatch(gap[_last_reason(gap) :])
                and not (kind == "symptom" and "etat general" in gap)  # both are the disease's
                and not ("consult" in gap and _CONSULTS.search(gap))
            ):
                return True
        elif strength == "until":
            if kind != "symptom" and _UNTIL.fullmatch(gap) and _is_treated(reading, sentence.start, begin, drugs):
                return True
        elif folded.find("complique", cue.start, cue.end) >= 0 and _OF_DISEASE.search(
            folded, max(sentence.start, cue.start - 60), cue.start
        ):
            continue
        elif strength == "surgery" and section in _COURSE and len(gap) < (140 if kind != "symptom" else _BESIDE):
            if ";" not in gap and not _UNEVENTFUL.search(gap):
                return True
        elif (
            strength == "during"
            and (kind in ("effect", "complication") or _AT_INFUSION.search(folded, begin, over + 20))
            and section in _COURSE
            and len(gap) < 80
            and _ARISES.search(gap)
            and not _RESOLVED_AS_DISEASE.search(gap)
            and not _of_relapse(reading, hit, begin)
        ):
            return True
    return _is_reason_of_change(reading, hit, sentence, kind) or _under_treatment(
        reading, hit, sentence, kind, treatments, drugs
    )


_POSTOPERATIVE = ("post-op", "postop", "post op")


def _of_relapse(reading: Reading, hit: Hit, begin: int) -> bool:
    """Whether a complaint told long after a treatment is as well one of the disease: `deux ans │après la
    radiothérapie│, une confusion`."""
    if hit.term.name not in _OF_RELAPSE or not reading.folded.startswith("apres", begin):
        return False
    return _LONG_AFTER.search(reading.folded, max(0, begin - 24), begin) is not None


def _is_treated(reading: Reading, start: int, end: int, drugs: set[int]) -> bool:
    """Whether a harmful drug or a treatment is told between two places."""
    for hit in reading.hits_between("drugs", start, end):
        if hit.start in drugs:
            return True
    for fact in reading.facts("therapy"):  # noqa: SIM110 (a generator takes longer)
        if start <= fact.start < end:
            return True
    return False


def _is_infection(hit: Hit) -> bool:
    """Whether a complaint is an infection, which an aplasia brings: `pneumopathie en aplasie`."""
    return "nfection" in hit.term.row["source"] or hit.term.name == "sepsis"


_NEXT_PART = folded_re(r"[,;:.]|\bet\b")
_UNEVENTFUL = folded_re(r"\b(?:simple|sans|aucune?)\b")
_NEXT_MATTER = folded_re(
    r"\b(?:reponse|remission|maladie|amelioration|progression|puis|ensuite|irm|tdm|scanner|metastases?|diminution|"
    r"stabilisation|poursuit|mais avec une progression|consulte|reapparition)\b"
)
_OF_TOLERANCE = frozenset({"perte de poids", "vomissements"})
"""Symptoms that a part on tolerance lists as effects."""
_IMMUNE = frozenset({"vitiligo", "thyroïdite", "hypophysite"})
"""What hardly befalls a patient under immunotherapy but by it."""


def _immunotherapy(reading: Reading) -> int:
    """Where the first immunotherapy that was given is told; the end of the report where none is."""
    starts = [
        fact.start
        for fact in reading.facts("therapy")
        if fact.get("kind") == "immunotherapy" and fact.status in (None, "affirmed")
    ]
    return min(starts, default=len(reading.text))


def _reaches(gap: str) -> bool:
    """Whether a statement of tolerance still speaks: no new clause has begun."""
    if len(gap) > 160 or ";" in gap:
        return False
    return _NEXT_MATTER.search(gap) is None


_STOPPED_FOR = folded_re(r"[ ]?(?:(?:le|en|depuis|des|debut|fin)[ ][^().;]{2,18})?[ ]?\([ ]?")
"""`stop le 30/04 (insuffisance rénale)`"""
_OF_DISEASE = folded_re(
    r"\b(?:tumeur|masse|cancer|lesion|maladie|carcinome|fracture|kyste|lymphome|sarcome|metastases?)"
    r"(?:[ ](?!(?:operee?|traitee?|resequee?|irradiee?)\b)[a-z-]+){0,4}[ ](?:(?:s'est|s'etait|s'|est|etait)[ ]?"
    r"(?:vite |rapidement )?)?$"
)
"""`la tumeur s'est compliquée d'un sepsis`"""
_REASON = folded_re(
    r"\b(?:pour|devant|en raison|a cause|suite(?: a|(?= une? ))|du fait|par|a l'apparition|a la survenue)\b"
)


def _last_reason(gap: str) -> int:
    matches = list(_REASON.finditer(gap))
    positions = [match.start() for match in matches if match[0] != "par"]
    if positions:
        return positions[-1]
    return matches[-1].start() if matches else 0


_CHANGED = folded_re(
    r"[^.;]{0,80}\b(?:a(?:rret (?:du|de la|de l')|justement de dose|daptation (?:de|des) dose)|"
    r"diminution de (?:la )?dose|(?:dose|posologie)s? (?:reduite|diminuee|abaissee)|"
    r"inter(?:romp[a-z]+|ruption)|l'arret d[ue]|oblige a|"
    r"re(?:duction de (?:la )?dose|duire la dose|tard de|port de)|s(?:uspen[a-z]+|topper))"
)
_OF_CHANGED = (
    "arret d", "dose", "posologie", "interromp", "interruption", "oblige a", "retard de", "report de", "suspen",
    "stopper",
)  # fmt: skip
_CHANGED_GAP = folded_re(r"(?:progression|mais|puis)")


def _is_reason_of_change(reading: Reading, hit: Hit, sentence: Span, kind: str) -> bool:
    """`une hématurie nécessitant l'arrêt du cyclophosphamide`."""
    if kind not in ("effect", "complication"):
        return False
    last = min(sentence.end, hit.end + 130)
    if not holds(reading.folded[hit.end : last], _OF_CHANGED):
        return False
    match = _CHANGED.match(reading.folded, hit.end, last)
    return match is not None and not _CHANGED_GAP.search(match[0])


_DAY = folded_re(r" ?(?:a|,)? ?j ?-?\d+ (?:de|du|post|apres)")


def _under_treatment(
    reading: Reading, hit: Hit, sentence: Span, kind: str, treatments: set[int], drugs: set[int]
) -> bool:
    """`neutropénie à J9 de C1`, `thyroïdite sous pembrolizumab`: dated from, or under, a drug."""
    if kind not in ("effect", "complication"):
        return False
    folded = reading.folded
    if "j" in folded[hit.end : hit.end + 4] and _DAY.match(folded, hit.end, min(sentence.end, hit.end + 40)):
        return True
    return caused(reading, hit.end, sentence.end, drugs, treatments)
