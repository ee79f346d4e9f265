"""The scopes of a report's cues, and the status that they give to a fact.

After ConText: a cue of the table `cues.tsv` governs the words on one side of it, up to the end of its sentence or to a
word that ends its scope (`stops.tsv`). Which cues count depends on what the fact is: findings are negated, doubted or
said of relatives; what is done is planned, or not done at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from anamnese.context.reach import Scope, scopes_of
from anamnese.facts.starts import begun
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re, holds

if TYPE_CHECKING:
    from anamnese.facts.reading import Draft, Reading

_FINDINGS = frozenset({"tumour", "metastasis", "mention", "lesion", "event", "response", "adverse_event"})
_ACTIONS = frozenset({"therapy", "medication", "imaging", "procedure"})
_INHERITED = frozenset({"biomarker", "stage"})
_DOUBTED = frozenset({"tumour", "metastasis", "mention", "event", "adverse_event"})
_NEAR = 320
"""The window of `reach.py`, and the length of a cue beside it, in characters."""
_FEW = 8
_AFTERWARDS = 160
"""With less than this many characters to follow, what was decided is not told to have been done."""
_TO_COME = 800
"""With less than this, what is told in the future tense lies ahead; earlier on, it narrates."""
_ABOUT_DISEASE = (
    "recidive", "rechute", "reprise", "progression", "recurrence", "metasta", "envahi", "infiltr", "exten", "evolution",
    "poursuite", "dissemin", "atteinte", "reponse", "localisation", "signe clinique", "traitement", "indication",
    "chirurgi",
)  # fmt: skip
_DIRECTLY = folded_re(
    r"(?:[\s:,']|d'|l'|(?:de|du|des|la|le|les|un|une|ni|ou|autre|nouvelle?|recu|beneficie|eu|subi|ete|fait|"
    r"fait l'objet|pu|faire|realiser|realisee?s?|pratiquee?s?|effectuee?s?|debutee?s?|recevoir|benefici[a-z]+|"
    r"traitement|complement|therapeutique|recours|techniques?|methodes?|indication|necessite|possibilite|par|aux?|a|cure|cycle|seance|ligne|place|pour|prise|"
    r"[a-z-]+(?:therapies?|tomies?|plasties?|actuelle?|specifique|adjuvante?|systemique|medical|chirurgical))\b)*"
)
_QUESTION = 50
_OR_ELSE = re.compile(r"[^.;:?\n]{0,12}\bou\s[^.;:?\n]{1,36}\?")
_TOWARDS = folded_re(r"\b(?:vers|en)[ ](?:une?[ ]|le[ ]|la[ ]|l')?(?:(?:autre|vrai|veritable)[ ])?$")
"""Before what a disease did not turn into: `sans évolution vers une leucémie`, which denies the leukaemia itself."""
_AHEAD = folded_re(
    r" ?(?:(?:de|d') ?[a-z]+ )?(?:(?:apres|avant) (?:c|cycle|cure) ?\d|"
    r"(?:a|dans) (?:j ?\d+|\d+ (?:mois|sem[a-z]*|jours?)))"
    r"\s*(?:[.;\n]|$)"
)
"""`TDM après C3.`, `IRM à 6 semaines.`: said in few words, with nothing found, an examination to come."""
_ELLIPSIS = 70
_DONE = folded_re(
    r"\b(?:recoit|commencee?|debutee?|demarree?|beneficie|avons|consist[a-z]+|recue?s?|realisee?|effectuee?|administree?|instauree?|initiee?)\b"
)
_GOING_ON = folded_re(r"\b(?:poursuite|poursuivre|maintien|continuer|arret|stop|suspension)\b[^.;\n]*$")
"""In a plan: what is going on already, or was."""
_RELATIVE_TREATED = folded_re(
    r"[^.;]{0,60}\b(?:cancers?|tumeurs?|carcinomes?|leucemies?|lymphomes?|melanomes?|myelomes?|sarcomes?)\b"
    r"[^.;]{0,40}\b(?:traitee?s?|operee?s?|irradiee?s?|ayant (?:recu|subi))\b"
    r"(?:(?!patiente?|\b(?:il|elle)\b)[^.;]){0,60}"
    r"|[^.;]{0,60}\b(?:cancers?|tumeurs?|carcinomes?|leucemies?|lymphomes?|melanomes?|myelomes?|sarcomes?|lmc|llc|lam|lal)\b"
    r"(?:(?!patiente?|\b(?:il|elle)\b)[^.;,]){0,30}\bsous "
)
"""Between a relative and a treatment: the disease of the relative that it was for."""
_RULES_OUT = ("ecart", "exclu")
"""Verbs that are said of a treatment, too, when it is not given; of a drug, `éliminé` tells how it leaves the body."""
_PASSIVE = (" ete ", " est ", " sont ", " etai", " fu", " etant ", " etre ")
"""One of these makes the verb passive: the shadow does not tell `l'IRM écarte` from `l'IRM écartée`."""
_SAID_OF = folded_re(
    r"(?:[ ][a-z-]*(?:al|ale|aux|aire|ique|euse|eux|elle|if|ive|ant|ante|ee|gauche|droite?)s?\b){0,4}"
    r"(?:[ ](?:et|ou)[ ](?:(?:la|le|les|une?)[ ]|l')?[a-z0-9-]+)?"
    r"(?:[ ](?:ayant|etant|fut|furent|a|ont|est|sont|etait|etaient|avait|avaient)\b)?(?:[ ]ete\b)?"
    r"(?:[ ](?:donc|alors|aussi|finalement|initialement|rapidement|egalement|ainsi|d'emblee|d'abord)\b)?[ ]"
)
"""Between a treatment and the verb that excludes it."""
_ONLY_THEN = folded_re(r" (?:apres (?:\d|une?|deux|trois|quatre)|au bout|a partir|des (?:le|la) \w+ c)")
"""Behind the verb: what had been given before."""
_LEAD = 60
"""So many characters before a treatment are looked at."""
_ARTICLE_BEFORE = folded_re(r"(?:\b(?:la|le|les|une?|toute?|cette|ce|son|sa)[ ]|\bl')$")
_BELONGS = folded_re(
    r"(?:\b(?:a|au|aux|sur|apres|par|avec|lors|selon|dans|sous|avant|pour|en|de|du|des|chez|sans|grace|suite|"
    r"pendant)[ ]|\bd')$"
)
"""Before what something else was found by, or belongs to."""
_CHOICE_OF = folded_re(
    r"\b(?:possibilite|option|indication|recours|projet|traitement|idee|proposition|realisation|utilisation|emploi|"
    r"administration|reprise|ajout|association|alternative|prise en charge|monotherapie|bitherapie|chimiotherapie)s?"
    r"(?:[ ][a-z-]+){0,2}[ ](?:a|au|aux|par|de|du|des|d'|avec)[ ]?$"
)
"""Before the treatment that a choice is of: `l'option │d'une chimiothérapie│ est écartée`."""
_HEADING_BEFORE = folded_re(r"[ \t\-*>=#0-9./)]*")
_BLANK_LINE = folded_re(r"\n[ \t]*\n")
_NO_SCOPES: list[Scope] = []


class Scopes:
    """What is negated, doubted, planned or said of relatives; each sentence is looked at when a fact asks for it."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._asks = "?" in reading.text
        self._plans: list[tuple[int, int]] = []
        self._opened: list[int] = []
        self._closed: list[int] = []
        """Where the sentences that hold cues begin and end, in order."""
        self._cues: list[list[Hit]] = []
        """The cues of each."""
        self._found: list[list[Scope] | None] = []
        """Their scopes, where a fact has asked for them."""
        for hit in reading.hits("cues"):
            self._add(hit)
        self._start = self._end = 0
        self._scopes = _NO_SCOPES
        """Those from the one to the other: the last sentence asked for, or the stretch without cues around it."""

    def _add(self, cue: Hit) -> None:
        """Keep a cue with those of its sentence, or what a heading of plans opens."""
        row = cue.term.row
        if row["direction"] == "heading":
            span = self._under_heading(cue)
            if span is not None:
                self._plans.append(span)
        elif row["kind"] != "none":
            start, end = self._reading.sentence(cue.start)
            if cue.end > end:
                return
            if self._opened and self._opened[-1] == start:
                self._cues[-1].append(cue)
                return
            self._opened.append(start)
            self._closed.append(end)
            self._cues.append([cue])
            self._found.append(None)

    def status(self, draft: Draft) -> str:
        """The status that the words around a fact give it; `affirmed` where none does."""
        if draft.type in _FINDINGS:
            return self._of_finding(draft)
        if draft.type in _ACTIONS:
            return self._of_action(draft)
        if draft.type in _INHERITED and self._of_relative(draft):
            return "family"
        return "affirmed"

    def _of_relative(self, draft: Draft) -> bool:
        """Whether words of family govern a fact whose own words tell the rest of its status."""
        scopes = self.around(draft.start, draft.end)
        return bool(scopes) and any(
            scope.kind == "family" and scope.start <= draft.start < scope.end for scope in scopes
        )

    def around(self, start: int, end: int) -> list[Scope]:
        """The scopes of the sentence around a place whose cues stand near enough to govern it, in order of cue."""
        if not self._start <= start < self._end:
            self._look_at(start)
        scopes = self._scopes
        if len(scopes) < _FEW:  # as a rule none
            return scopes
        cues = [scope.cue for scope in scopes]
        return scopes[begun(cues, start - _NEAR - 1) : begun(cues, end + _NEAR)]

    def _look_at(self, pos: int) -> None:
        """Find the scopes of the sentence around a place."""
        i = begun(self._opened, pos) - 1
        self._start = self._closed[i] if i >= 0 else 0
        if i < 0 or pos >= self._start:
            self._end = self._opened[i + 1] if i + 1 < len(self._opened) else len(self._reading.text)
            self._scopes = _NO_SCOPES
            return
        self._start, self._end = self._opened[i], self._closed[i]
        found = self._found[i]
        if found is None:
            found = self._found[i] = []
            for cue in self._cues[i]:
                found += scopes_of(self._reading, cue, self._start, self._end)
        self._scopes = found

    def _of_finding(self, draft: Draft) -> str:
        status, of_family = "affirmed", False
        for scope in self.around(draft.start, draft.end):
            if scope.of == "action" and (scope.kind not in ("planned", "foretold") or draft.type != "event"):
                continue
            inside = draft.start <= scope.cue < draft.end
            if not inside and not scope.start <= draft.start < scope.end:
                continue
            if scope.kind == "family":
                of_family = True
                continue
            if scope.reach == "around" and draft.type != "metastasis":
                continue
            if scope.kind == "suspected":
                if draft.type in _DOUBTED and status == "affirmed":
                    status = "suspected"
            elif inside:
                continue
            elif scope.kind == "negated":
                if not self._beside_the_point(draft, scope):
                    status = "negated"
            elif scope.kind == "hypothetical":
                if draft.type != "mention" and not self._beside_the_point(draft, scope):
                    status = "negated"
            elif scope.kind == "planned" or (scope.kind == "foretold" and self._left(scope) < _TO_COME):
                status = "negated"  # an admission that is planned has not happened
        if of_family:
            return status if status == "negated" else "family"
        if status == "affirmed" and draft.type in _DOUBTED and self._questioned(draft):
            return "suspected"
        return status

    def _of_action(self, draft: Draft) -> str:
        folded, status = self._reading.folded, "affirmed"
        for start, end in self._plans:
            if start <= draft.start < end and not _GOING_ON.search(folded, max(start, draft.start - 60), draft.start):
                status = "planned"
        for scope in self.around(draft.start, draft.end):
            inside = draft.start <= scope.cue < draft.end
            if scope.kind == "family" and _RELATIVE_TREATED.fullmatch(folded, scope.cue_end, draft.start):
                return "family"
            if scope.reach == "subject" and draft.end <= scope.cue and self._is_ruled_out(draft, scope):
                return "negated"
            if scope.of == "finding" or not (inside or scope.start <= draft.start < scope.end):
                continue
            if scope.kind == "negated":
                if inside and draft.type in ("imaging", "procedure"):
                    continue  # `scanner sans injection`
                if scope.cue < draft.start and not _DIRECTLY.fullmatch(folded, scope.cue_end, draft.start):
                    continue
                return "negated"
            supposed = scope.kind == "hypothetical" and not inside
            if scope.kind == "planned" or supposed or self._to_come(scope):
                status = "planned"
        if status == "affirmed" and self._questioned(draft):
            return "negated"
        if status == "affirmed" and draft.type in ("imaging", "procedure"):
            sentence = self._reading.sentence(draft.start)
            if sentence.end - sentence.start < _ELLIPSIS and _AHEAD.match(folded, draft.end):
                return "planned"
        return status

    def _is_ruled_out(self, draft: Draft, scope: Scope) -> bool:
        """Whether a verb excludes the treatment or the examination itself (`│le cisplatine│ est écarté`), not what it
        was made to find or what it did (`à │la biopsie│, …`, `une toxicité │du cisplatine│ est écartée`)."""
        folded = self._reading.folded
        if not holds(folded[scope.cue : scope.cue_end], _RULES_OUT):
            return False
        if (
            not holds(folded[draft.end : scope.cue_end], _PASSIVE)
            or not _SAID_OF.fullmatch(folded, draft.end, scope.cue)
            or _ONLY_THEN.match(folded, scope.cue_end)
        ):
            return False
        lead = _ARTICLE_BEFORE.sub("", folded[max(0, draft.start - _LEAD) : draft.start])
        return _BELONGS.search(lead) is None or _CHOICE_OF.search(lead) is not None

    def _questioned(self, draft: Draft) -> bool:
        """Whether a question mark follows, perhaps behind another possibility: `métastase ou cicatrice ?`."""
        if not self._asks:
            return False
        behind = self._reading.text[draft.end : draft.end + _QUESTION]
        return behind.lstrip().startswith("?") or _OR_ELSE.match(behind) is not None

    def _to_come(self, scope: Scope) -> bool:
        """Whether what was decided or foretold is not told to have been done: neither here nor in what follows."""
        if scope.kind == "foretold":
            return self._left(scope) < _TO_COME
        if scope.kind != "intended" or self._left(scope) >= _AFTERWARDS:
            return False
        return not _DONE.search(self._reading.folded, scope.cue_end, self._reading.sentence(scope.cue).end)

    def _left(self, scope: Scope) -> int:
        """How much is told of this patient after the sentence of a cue, in characters."""
        last = self._reading.sentence(scope.cue).end
        end = len(self._reading.text)
        for patient in self._reading.facts("patient"):
            if last < patient.start < end:
                end = patient.start
        return end - last

    def _beside_the_point(self, draft: Draft, scope: Scope) -> bool:
        """Whether a negation denies something else about the tumour than the tumour: "pas de récidive du carcinome"."""
        if draft.type not in ("tumour", "mention") or scope.cue > draft.start:
            return False
        folded = self._reading.folded
        if not holds(folded[scope.cue_end : draft.start], _ABOUT_DISEASE):
            return False
        return not _TOWARDS.search(folded, max(scope.cue_end, draft.start - 24), draft.start)

    def _under_heading(self, hit: Hit) -> tuple[int, int] | None:
        """The part of the report that a heading of plans opens: its section, or the lines up to a blank one."""
        folded = self._reading.folded
        line = self._reading.line_start(hit.start)
        if not _HEADING_BEFORE.fullmatch(folded, line, hit.start):
            return None
        line_end = folded.find("\n", hit.end)
        line_end = len(folded) if line_end < 0 else line_end
        colon = folded.find(":", hit.end, min(line_end, hit.end + 40))
        if colon < 0 and line_end - hit.end > 25:
            return None
        section = self._reading.section_span(hit.start)
        if section.start >= line and section.start <= hit.start:
            return hit.end, section.end
        if colon >= 0 and folded[colon + 1 : line_end].strip():
            return colon, line_end
        blank = _BLANK_LINE.search(folded, line_end + 1)
        return hit.end, min(section.end, blank.start() if blank else len(folded))
