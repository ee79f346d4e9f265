"""When the patient was last seen, and how he was: told of a day, of a duration, or of now."""

from __future__ import annotations

import re

from anamnese.case import Span
from anamnese.facts.event.words import Hits, first_between, therapies, words_after, words_before
from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re, holds, stands

_LATE = 0.45
"""The last follow-up is told in the last part of the report: from this share of its length on."""
_DURATION_BEFORE = folded_re(
    r"(?:\d+(?: ?i?e(?:me|re?)?)?|un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|dix-huit|vingt|"
    r"plusieurs|quelques|[a-z]+ieme|premiere?)(?: \d/\d)? ?(?:ans?|mois|annees?|semaines?)? ?$"
)
_DURATION_AFTER = folded_re(
    r"(?: (?:de|d'|est de|etait de|actuel|moyen|d'environ|a|plus de|:))* ?(?:\d+|un|une|deux|trois|quatre|"
    r"cinq|six|sept|huit|neuf|dix|onze|douze|dix-huit|vingt)(?: \w+)? ?(?:ans?|mois|annees?|semaines?|"
    r"jours?|j\b)"
)
_ONE_AFTER = folded_re(r" (?:an|annee|mois|semaine)\b(?: et demie?)?")
_SCHEDULED = folded_re(r"(?:prevue?|tous les) [^.]{0,20}$")
_UNTIL_END = 700
"""… and in a short report, whatever stands this near to its end."""


_CAME_BACK = folded_re(
    r"\b(?:pendant|durant|jusqu|entre|avant|revien\w*|revenu\w*|reconsult\w*|reapparu\w*|puis|de nouveau)\b"
)


_THEN_CHANGED = folded_re(
    r",? ?(?:quand|lorsqu|date a (?:laquelle|partir)|date ou|mois ou|annee ou|moment (?:ou|auquel)|epoque|ou\b|puis\b|"
    r"avec (?:apparition|l'apparition|progression|rechute))"
)


def _last_seen(reading: Reading, hit: Hit, part: Span) -> tuple[int, int] | None:
    """`En mai 2019, la patiente est en rémission`: the last day told of a patient, with the state on that day."""
    sentence = reading.sentence(hit.start)
    if hit.term.row["role"] == "lost":
        came = _CAME_BACK.search(reading.folded, hit.end, min(sentence.end + 40, part.end)) is not None
        ranged = reading.folded.startswith((" d'", " de ", " du "), hit.end)
        return None if came or ranged or part.end - sentence.end > _UNTIL_END // 3 else (hit.start, hit.end)
    dates = reading.dates_between(sentence.start, sentence.end)
    if len(dates) != 1 or reading.section(hit.start) not in (None, "course", "treatment", "conclusion"):
        return None
    date = dates[0]
    if _THEN_CHANGED.match(reading.folded, date.end):
        return None  # `sans maladie jusqu'en janvier 2018, │quand│ la TDM montre …`
    if "alors qu" in reading.folded[sentence.start : hit.start]:
        return None
    if not date.calendar or len(date.value) < 7 or reading.dates_between(sentence.end, part.end):
        return None
    opening = reading.folded[sentence.start : date.start].strip(" -\n")
    if date.start > hit.start:
        return (hit.start, date.end) if date.start - hit.end < 12 else None
    if opening not in ("", "en", "le", "au"):
        return None
    return (date.start - (len(opening) + 1 if opening else 0), date.end)


def _state_on_a_day(reading: Reading, part: Span) -> tuple[int, int] | None:
    """`Au 14/06/2016 la patiente a reçu …`: a sentence that opens with the last day told gives the state on it."""
    date = next((date for date in reversed(reading.dates_between(part.start, part.end)) if date.calendar), None)
    if date is None or len(date.value) < 10:
        return None
    opening = reading.sentence(date.start).start
    words = reading.folded[opening : date.start]
    return (date.start - len(words.lstrip(" -\n")), date.end) if words.strip(" -\n") == "au" else None


_N = (
    r"(?:\d{1,3}|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|"
    r"dix-? ?(?:sept|huit|neuf)|vingt|vingt-quatre|trente|trente-six|quelques|plusieurs)"
)
_UNIT = r"(?:ans?|annees?|mois|semaines?)"
_SPAN = rf"{_N} ?(?:(?:premier|premiere|derniere?)s? )?{_UNIT}(?: et (?:demie?|{_N} mois))?"
_ORDINAL = (
    r"(?:\d{1,3} ?(?:e|ere?|i?eme)|premiere?|deuxieme|seconde?|troisieme|quatrieme|cinquieme|sixieme|septieme|"
    r"huitieme|neuvieme|dixieme|douzieme|quinzieme|dix-huitieme|vingtieme|vingt-quatrieme|trentieme|trente-sixieme)"
)
_LISTED = rf"(?:{_N}(?:, | ?- ?| et (?:a )?))*"
"""What shares the unit of the last of a list: `à │3, 6 et │12 mois`."""
_ELAPSED = folded_re(
    rf"(?<![a-z])(?:\b(?:a|apres|depuis|au bout de|au terme de|au cours d[eu]s?|durant|pendant|sur|dans) "
    r"(?:plus de |environ |pres de |un (?:delai|recul|suivi) d(?:e |')|une (?:periode|surveillance|duree) d(?:e |'))?"
    rf"(?:les |l')?{_LISTED}{_SPAN}(?:(?:, | et (?:a )?){_SPAN})*"
    r"(?! (?:de (?!suivi|surveillance|recul|l[a'])|d'(?!interv|oper|evol)))\b"
    r"(?: (?:qui (?:suiv|ont suivi)[a-z]*|suivant(?:e?s?)|d'apres)\b)?|"
    rf"{_SPAN} (?:apres|plus tard|se sont ecoule[es]*|post-? ?operatoires?)\b|"
    rf"(?<!\d){_SPAN} de (?:suivi|surveillance|recul)\b|"
    rf"\b(?:au|du|le|la|de|jusqu'au) {_ORDINAL}(?:(?:, | et (?:le |au |du )?){_ORDINAL})* (?:mois|annees?)\b"
    r"(?! de (?!suivi|surveillance|recul|l[a'])| d'(?!interv|oper|evol))(?: post-? ?operatoires?| de suivi)?|"
    r"\b(?:a|de|jusqu'a) (?:m ?\d{1,3}(?:, | et ))*m ?\d{1,3}\b)"
)
_NOW = folded_re(
    r"\b(?:actuellement|a ce jour|a l'heure actuelle|a la date actuelle|"
    r"dans l'actualite|jusqu'a present|a present|toujours)\b"
)
_WELL = folded_re(
    r"\b(?:va(?:it)? (?:toujours )?(?:tres )?bien|port(?:e|ait|ant) (?:toujours )?(?:tres )?bien|asymptomatiques?|"
    r"bon(?:ne)? (?:controle|etat|sante|evolution)|en vie|vivante?s?|(?:en|la) remission|remission complete|indemnes?|"
    r"libres? de (?:maladie|tumeur)|"
    r"evolu(?:tion|e|ait)\b[^.;:,]{0,40}?\b(?:favorable(?:ment)?|bonne|satisfaisante|excellente)\b|"
    r"resultats?\b[^.;:,]{0,30}?\b(?:bons?|satisfaisants?|excellents?|favorables?)\b|"
    r"(?:controles?|bilans?|suivi)\b[^.;:]{0,50}?\b(?:satisfaisants?|rassurants?|normale?s?|normaux|sans (?:anomalie|"
    r"particularite|lesion)s?)\b|"
    r"(?:sans|aucune?|pas|absence|ni)\b(?: (?!et la|toxicite|complication|effet)[a-z'-]+){0,8}[ ']"
    r"(?:recidive|rechute|metastase|recurrence|maladie)s?\b)"
)
_OF_WELL = (
    "recidive", "maladie", "metastase", "remission", "rechute", "bon", "bien", "asymptomatique", "en vie", "vivant",
    "indemne", "recurrence", "libre", "favorable", "satisfaisant", "excellent", "rassurant", "norma", "anomalie",
    "particularite", "lesion",
)  # fmt: skip
_FOLLOWED = folded_re(
    r"\b(?:est|sont|etait|etaient|reste|restent|a ete|ont ete|demeure) (?:(?:actuellement|toujours|encore|"
    r"regulierement|maintenant) )*(?:(?:re)?vue?s?|suivie?s?|surveillee?s?|(?:en|sous) surveillance|"
    r"en (?:cours de )?suivi)\b(?: regulierement| actuellement| toujours)?"
    r"(?! (?:d'|de |du |des |pour |par (?:la |le |une? )?(?:[a-z]*therapie|chirurgie|[a-z]*ectomie)))|"
    r"\b(?:il|elle|patiente?|malade) (?:poursuit|continue|maintient|suit) (?:(?:actuellement|toujours|encore) )*"
    r"(?:(?:son|sa|le|la|un|une|les|des|ses|en|sous|avec) )*(?:suivi|surveillance|controles?|revisions?)\b"
)
_OF_FOLLOWED = ("suivi", "surveill", "vu", "controle", "revision")
_OLD = folded_re(r"(?:agee?s? de|l'age de|age de|fixee?|prevue?|duree de) $")
_YEARS = folded_re(r"(\d+) ?an")
_LONGEST = 25
"""More years than this behind `à` are an age."""
_FELL_ILL = folded_re(
    r"s.est(?<!\ws.est) present|a(?<!\wa)(?<!n'a)(?:vait)? (?:present|developp|recidiv|rechut|progress|consult)|"
    r"consult(?<!\wconsult)(?:e|ait) pour|evoluant(?<!\wevoluant) depuis|"
    r"bebe(?<!\wbebe)\b|nouveau-ne(?<!\wnouveau-ne)\b"
)
_OF_FELL_ILL = (
    "present", "recidiv", "progress", "consult", "developp", "rechut", "evoluant", "bebe", "nouveau-ne",
)  # fmt: skip


def _reviewed(reading: Reading, hit: Hit, part: Span, returns: list[Draft]) -> tuple[int, int] | None:
    """`Après 6 mois, la patiente a été revue`: the last visit, told with the time since, if nothing was begun or came
    back behind it."""
    sentence = reading.sentence(hit.start)
    elapsed = next(
        (
            span
            for span in _ELAPSED.finditer(reading.folded, sentence.start, min(sentence.end, hit.end + _VISIT_REACH))
            if not _of_age(reading.folded, span.start(), span[0])
        ),
        None,
    )
    if elapsed is None or reading.dates_between(hit.end, part.end):
        return None
    if first_between(reading.once(therapies), hit.start + 1, part.end) or first_between(
        returns, sentence.start + 1, part.end
    ):
        return None
    return min(elapsed.start(), hit.start), max(elapsed.end(), hit.end)


_VISIT_REACH = 40
"""How far behind the words of a visit the time since may be told, in characters."""
_NOT_CLOSING = frozenset({"exam", "investigations", "discussion"})
_CLOSING = 320
"""How many characters of a closing sentence are looked at."""


def _closing(reading: Reading, part: Span) -> list[tuple[int, int]]:
    """`Aucune récidive n'est notée à trois ans`, `elle est régulièrement suivie`: one of the last two sentences told of
    a patient gives the state, with a duration or with now, or says that the patient is still seen."""
    folded, last = reading.folded, part.end - 1
    while last >= part.start and folded[last].isspace():
        last -= 1
    for _ in range(2):
        sentence = reading.sentence(last)
        if sentence.start <= part.start or reading.section(sentence.start) in _NOT_CLOSING:
            return []
        first = max(sentence.start, sentence.end - _CLOSING)
        ill = stands(_OF_FELL_ILL, _FELL_ILL, folded, first, sentence.end)
        told = None if ill else _told_of_state(folded, first, sentence.end)
        if told is not None:
            return [told]
        last = sentence.start - 1
    return []


def _told_of_state(folded: str, start: int, end: int) -> tuple[int, int] | None:
    """The duration, or the word for now, that a sentence gives the state with; else that the patient is still seen."""
    if stands(_OF_WELL, _WELL, folded, start, end):
        elapsed = [span for span in _ELAPSED.finditer(folded, start, end) if _is_elapsed(folded, start, span)]
        if elapsed:
            return elapsed[-1].span()
        now = _NOW.search(folded, start, end)
        if now is not None:
            return now.span()
    followed = _FOLLOWED.search(folded, start, end) if holds(folded[start:end], _OF_FOLLOWED) else None
    if followed is None:
        return None
    since = _ELAPSED.search(folded, followed.end(), end)
    return followed.start(), since.end() if since else followed.end()


def _is_elapsed(folded: str, start: int, span: re.Match[str]) -> bool:
    """Whether some words tell a time since, and no age, nor how long something was given (`corticoïdes │pendant 3 mois│
    avec une évolution favorable`)."""
    if _of_age(folded, span.start(), span[0]):
        return False
    return not (
        span[0].startswith(_WHILE) and _GIVEN_FOR.search(folded, max(start, span.start() - _GIVEN_REACH), span.start())
    )


_WHILE = ("pendant", "durant", "sur", "dans")
_GIVEN_REACH = 60
_GIVEN_FOR = folded_re(
    r"\b(?:traite[a-z]*|[a-z]*therapies?|sous|recu|recoit|recevait|corticoides?|antibioti[a-z]+|prescri[a-z]+|"
    r"administr[a-z]+|poursuivi[a-z]*|maintenu[a-z]*|hospitalis[a-z]+|[a-z]+(?:mab|nib|platine|taxel))\b[^.;,]*$"
)
"""Before the time for which a treatment was given."""


def _of_age(folded: str, start: int, words: str) -> bool:
    """Whether a count of years is an age: `opéré à 50 ans`, `âgée de 3 ans`."""
    years = _YEARS.search(words)
    aged = _OLD.search(folded, max(0, start - 12), start) is not None
    return aged or (years is not None and int(years[1]) > _LONGEST)


_FELL_ILL_AGAIN = folded_re(
    r",? (?:il|elle|(?:le|la) (?:patiente?|malade)) (?:a |avait |s.est |s.etait |se |est |etait |fut )?"
    r"(?:(?:ete|de nouveau|a nouveau) )*"
    r"(?:present(?!\w* (?:une? )?(?:bon|excellent|tres bon|remission|aucun|toujours))|"
    r"developp|recidiv|rechut|(?:re)?consult|(?:re)?admis|(?:re)?hospitalis)|"
    r",? on (?:a )?(?:decouvr|decouver|diagnosti)|,? (?:est |sont )?(?:apparu|survien|survenu|apparai)"
)
"""What makes a lapse that of something new: `à 33 mois de suivi il s'est présenté avec des céphalées`."""


_CAME_THEN = folded_re(
    r"[^.;,]{0,40}\b(?:surven|appar|diagnosti|constat|decouv|objectiv)[a-z]* (?:a|apres|au bout de) (?:[\d]+|[a-z-]+)"
    r" ?(?:mois|ans?|annees?|semaines)? ?(?:de )?$"
)


def _tells_return(reading: Reading, start: int, returns: list[Draft]) -> bool:
    """Whether the disease comes back in the sentence that opens with a lapse: `Après 5 ans de surveillance, │un nodule
    métastatique│ est découvert`."""
    sentence = reading.sentence(start)
    before = first_between(returns, sentence.start, start)
    if before is not None and _CAME_THEN.match(reading.folded, before.end, start):
        return True  # `La rechute est survenue à 18 mois │de suivi│`
    if len(reading.folded[sentence.start : start].split()) > _OPENING_WORDS:
        return False
    event = first_between(returns, start + 1, sentence.end)
    return event is not None and event.status != "suspected"


_OPENING_WORDS = 2


_TOLD_OF = folded_re(
    r"[^;\n]*?(?:,|\b(?:pour|depuis|qui|dont|oper|trait|diagnosti|decouv|irradi|porteu|atteint|suivi|"
    r"ne(?:e|\(e\))? le))"
)
"""Behind the opening of a letter, before the date of something else: `je revois M. X, opéré le │3 mai 2019│`."""


def _day_of_letter(reading: Reading, hit: Hit) -> str | None:
    """The letter's own day, where the first date of the sentence that opens it is of what came before the visit."""
    dates = reading.dates_between(hit.end, reading.sentence(hit.start).end)
    told = dates and _TOLD_OF.match(reading.folded, hit.end, dates[0].start)
    return reading.document.observed if told else None


def last_follow_up(reading: Reading, hits: Hits, part: Span, returns: list[Draft]) -> list[Draft]:
    """When the patient was last seen: the last words of what is told of him that say so; one at most. `returns` are
    the relapses and progressions told of him."""
    for hit in hits.get("letter", []):
        if hit.start < 1500:
            day = _day_of_letter(reading, hit)
            return [reading.draft("event", hit.start, hit.end, "affirmed", day, kind="last_follow_up")]
    for hit in hits.get("today", []):
        opens = not reading.folded[reading.sentence(hit.start).start : hit.start].strip(" -*>.\n")
        if reading.folded[hit.end : hit.end + 3].lstrip(" :").startswith("\n"):
            continue  # a heading
        if opens and reading.document.observed is not None and reading.section(hit.start) != "treatment":
            day = reading.document.observed
            return [reading.draft("event", hit.start, hit.end, "affirmed", day, kind="last_follow_up")]
    candidates = []
    for hit in hits.get("followed", []):
        before, after = words_before(reading, hit.start, 30), words_after(reading, hit)
        words = reading.folded[hit.start : hit.end]
        if words.startswith("recul") and after.startswith((" du mur", " vertebral")):
            continue
        behind = words.startswith(("recul", "suivi", "surveillance"))
        counted = (
            (_ONE_AFTER if words.endswith(("d'un", "d'une")) else _DURATION_AFTER).match(after)
            if behind
            else _DURATION_BEFORE.search(before)
        )
        if not counted or _SCHEDULED.search(before):
            continue
        if not behind and (_FELL_ILL_AGAIN.match(after) or _tells_return(reading, hit.start, returns)):
            continue  # `après deux ans de surveillance, elle présente …`
        if behind:
            candidates.append((hit.start, hit.end + counted.end()))
        else:
            candidates.append((hit.start - len(before) + counted.start(), hit.end))
    for hit in hits.get("last", []):
        if reading.dates_between(hit.start - 20, hit.end + 45) or re.match(
            r"[a-z ]{0,30}(?:,|:)? ?(?:ne |n'|montr|objectiv|le patient|la patiente|etait|est|a )",
            words_after(reading, hit)[:60],
        ):
            candidates.append((hit.start, hit.end))
    for hit in hits.get("state", []) + hits.get("lost", []):
        span = _last_seen(reading, hit, part)
        if span is not None:
            candidates.append(span)
    for hit in hits.get("now", []):
        if reading.folded[max(0, hit.start - 2) : hit.start].strip().isdigit():
            continue  # `06/04/2021 à ce jour`: the end of a period
        if reading.dates_between(hit.start, min(reading.sentence(hit.start).end, hit.end + 25)):
            candidates.append((hit.start, hit.end))
    for hit in hits.get("reviewed", []):
        span = _reviewed(reading, hit, part, returns)
        if span is not None:
            candidates.append(span)
    span = _state_on_a_day(reading, part)
    if span is not None:
        candidates.append(span)
    begin = min(part.start + (part.end - part.start) * _LATE, part.end - _UNTIL_END)
    late = [span for span in candidates if span[0] > begin]
    dead = any(hit.start > begin for hit in hits.get("death", []))
    if not late and not dead and reading.document.observed is None:
        late = [span for span in _closing(reading, part) if not _tells_return(reading, span[0], returns)]
    if not late or dead:
        return []
    start, end = max(late)
    dates = reading.dates_between(end, min(reading.sentence(start).end, end + 30))
    return [reading.draft("event", start, dates[0].end if dates else end, "affirmed", kind="last_follow_up")]
