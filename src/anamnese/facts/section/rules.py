"""Headings: a term of the table that begins a line and is alone on it, or is followed by a colon and text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from anamnese.case import Section, Span
from anamnese.facts.reading import Draft, Reading
from anamnese.lexicon.matcher import Hit
from anamnese.reading.fold import folded_re

_BULLET = folded_re(r"(?P<mark>[ *#>=_|~.<\[\x22-]*)(?P<number>\(?(?:\d{1,2}|[ivx]{1,4}|[a-h])[ ]?[.)/°-][ ]*)?$")
_REST = folded_re(
    r"[.)]?(?:[ ][a-z-]{2,12}[.](?=[ ]*:))?(?:[ ]*\([^\n()]{0,80}\))?"
    r"(?:[ ]++(?P<tail>(?:du|le|au|de|a|depuis|avant|apres)[ ][^\n:.\d]{0,30}\d[^\n:.(]{0,24}"
    r"|[a-z]{1,3}[ ]?\d{1,2}(?:[ ]?\([^\n]{0,40}\))?|\d\d/\d\d(?:/\d\d(?:\d\d)?)?"
    r"|(?:(?:du|de|des|d'|et|avant|apres|a)[ ']?|/[ ])[^\n:.,;]{3,32}(?=(?:[ ]*+:)?[ ]*(?:\n|$))"
    r"|(?P<free>(?<=[^ ] )[a-z](?:[^\n:.,;|\t\d ]|[ ](?![ ])){2,40}"
    r"(?=(?:[ ]*+\([^\n()]{0,40}\))?(?:[ ]*+:)?[ ]*(?:\n|$)))))?"
    r"(?(tail)(?:[ ]*\([^\n()]{0,40}\))?)[ *#>\]\x22~]*+(?P<colon>[:.|-]?)[ =_*#>\]\x22~-]*+(?P<text>[^\n]?)"
)
_FRAME = ' #=_|<["~'
"""Signs that only headings have around them: `<Macroscopie>`, `[ CONCLUSION ]`, `~ Traitement ~`."""
_MORE_CELLS = folded_re(r"[^\n|]*[|]")
_TITLE = folded_re(
    r"\b(?:compte|cr|fiche|lettre|service|laboratoire|centre|hopital|pole|clinique|unite|institut|cabinet|chu|ch|rcp|"
    r"plateforme|departement|docteur|dr|pr)\b"
)
_LONGEST = 60
"""A longer line is no heading."""
_NO_HEADING = folded_re(
    r"\b(?:(?:normal|favorabl|stabl|inchange|simple|neant|negati|positi|absen|present|aucun|toler|satisfaisant|conserve|"
    r"suspect|demande|prevu|mensuel|trimestriel|annuel|signe|valide)|"
    r"(?:en(?! cours)|sans|ras|non|pas|est|sont|ete|bien|mal|par|avec|chez|sous|selon|faite?s?|lue?s?|dr|pr)\b)"
)
"""Words that make a line behind a heading's first word a finding, not a title (`Bilan hépatique normal`)."""
_MOST_WORDS = 3
"""So many words of its own may follow the first of a heading that is written in small letters."""
_TITLE_REACH = 300
"""Capitals above this place are the title of a document."""
_IMAGING = "tdm|irm|tep|scanner|radiolog|imagerie|echogr|mammo|scintigr"
_IN_DOCUMENTS = (
    ("description", folded_re(r"operatoire|o p e r a t o i r e|\bcro\b|\bintervention\b"), "treatment"),
    ("technique", folded_re(r"operatoire|o p e r a t o i r e|\bcro\b|\bintervention\b"), "treatment"),
    ("compte rendu", folded_re(r"operatoire|\bcro\b"), "treatment"),
    ("compte-rendu", folded_re(r"operatoire|\bcro\b"), "treatment"),
    ("realisation", folded_re(r"(?<!service de )\b(?:radio|curie)therapie"), "treatment"),
    ("analyse", folded_re(rf"\b(?:{_IMAGING})|\bpet\b"), "investigations"),
    ("clinique", folded_re(rf"\b(?:{_IMAGING}|patholog)"), "history"),
)
"""Headings that mean something else in the documents whose title says so: heading, title, kind."""
_TOLD_BEFORE = frozenset({"history", "exam", "investigations", "discussion"})
"""Kinds of parts that come behind the summary with which a form begins (`Résumé : toux depuis …`)."""
_FORM_LABELS = 2
"""A document that writes so many of its parts as `label : text` lines is a form, whose labels are its headings."""
_ALIGNED_LABELS = 4
"""A document that writes so many of its parts as `label    : text` lines with their colons in one column is a form of
which the labels in small letters are headings, too."""
_LETTERHEAD = 700
"""How far the lines of a letterhead reach, in characters."""
_LEAST = 15
"""So many characters tell something of a patient."""
_PARAGRAPH = 80
"""So long a line behind a label and its colon is a paragraph that the label heads."""


class _Candidate(NamedTuple):
    hit: Hit
    start: int
    end: int
    line: int
    alone: bool
    upper: bool
    block_start: bool
    tail: str | None
    colon: str
    numbered: bool
    bulleted: bool
    hashed: bool
    """Whether a sign that only headings have stands before it: `#DIAG: …`, `>> Examen : …`."""
    cell: bool
    """Whether a bar ends it, as a cell of a table of two columns."""
    free: bool
    """Whether words that no heading is known by follow on the line."""


def find_sections(reading: Reading) -> list[Section]:
    """The sections of a report, in order; a section ends where the next begins."""
    candidates = [candidate for hit in reading.hits("section") if (candidate := _candidate(reading, hit)) is not None]
    is_form = sum(_is_form_label(candidate) for candidate in candidates) >= _FORM_LABELS
    labelled = sum(_is_upper_label(candidate) for candidate in candidates) > _FORM_LABELS
    column = _column(reading, candidates)
    is_prose = _is_prose(reading, candidates)
    found: list[tuple[str, Span]] = []
    numbered = False  # whether headings have numbers
    label_end = -1  # where the line of the last `label : text` heading ends
    for candidate in candidates:
        if found and (candidate.line <= found[-1][1].start or candidate.start <= found[-1][1].end):
            continue  # one heading a line
        if found and _is_under(reading.text, candidate, *found[-1]):
            continue
        if found and _is_content(reading, candidate, found[-1][1]):
            continue
        if not found and reading.folded.startswith("compte", candidate.start):
            continue  # the title of the document
        if candidate.cell and numbered:
            continue  # a row of the table under a heading
        heads = (
            (is_prose and _heads_paragraph(reading, candidate))
            or (labelled and _is_upper_label(candidate))
            or (column and _label_column(reading, candidate) == column)
            or (not found and _ends_letterhead(reading, candidate))
        )
        if heads or _is_heading(reading.text, candidate, is_form, candidate.line == label_end + 1):
            found.append((candidate.hit.term.name, Span(candidate.start, candidate.end)))
            numbered = numbered or (candidate.numbered and candidate.alone)
            if not candidate.alone:
                label_end = reading.folded.find("\n", candidate.end)
    ends = [*(span.start for _, span in found[1:]), len(reading.text)][: len(found)]
    kinds = _kinds(reading, found)
    return [Section(kind, span, end) for kind, (_, span), end in zip(kinds, found, ends, strict=True)]


_TELLS_ALL = re.compile(r"(?:anamn[eè]se|histoire(?: clinique)?|cas clinique)\s*:?[ ]*\n", re.IGNORECASE)
"""A heading alone on its line that the labels of all that is told of the past stand under."""
_STORY = ("Maladie actuelle", "maladie actuelle")
"""The label that heads the story itself in reports of this form."""


def _is_under(text: str, candidate: _Candidate, kind: str, heading: Span) -> bool:
    """Whether words in small letters only divide a part whose heading stands in capitals, or itemise one:
    `RESULTATS`, then `Cibles`; `Antécédents`, then `- Allergies : néant`; `ANAMNÈSE`, then `Antécédents : …`."""
    if candidate.hit.term.name != kind or candidate.upper:
        return False
    if not candidate.alone and kind == "history" and _TELLS_ALL.match(text, heading.start):
        return not text.startswith(_STORY, candidate.start)
    return (candidate.bulleted and not candidate.alone) or (
        candidate.alone and kind == "investigations" and text[heading.start : heading.end].isupper()
    )


def _is_content(reading: Reading, candidate: _Candidate, heading: Span) -> bool:
    """Whether a word alone on the line right below a heading is what that says: `MOTIF`, then `Suivi`."""
    if not candidate.alone or candidate.upper or candidate.colon or candidate.numbered:
        return False
    if " " in reading.folded[candidate.start : candidate.end]:
        return False
    end = reading.folded.find("\n", heading.end)
    return end == candidate.line - 1 and not reading.folded[heading.end : end].strip(" :")


def _kinds(reading: Reading, found: list[tuple[str, Span]]) -> list[str]:
    """The kinds of the parts, where they depend on the document and on what follows."""
    folded = reading.folded
    kinds = [kind for kind, _ in found]
    top = min(_TITLE_REACH, found[0][1].start or found[0][1].end) if found else 0
    for index, (_, span) in enumerate(found):
        words = folded[span.start : span.end]
        for heading, title, kind in _IN_DOCUMENTS:
            if words == heading and (index == 0 or kind != "history") and title.search(folded, 0, top):
                kinds[index] = kind
        if words == "resume" and index + 1 < len(found) and kinds[index + 1] in _TOLD_BEFORE:
            kinds[index] = "history"
    if found and kinds[-1] == "discussion" and "conclusion" not in kinds:
        last = found[-1][1]
        if folded.startswith("interpretation", last.start):
            kinds[-1] = "conclusion"
    return kinds


def _candidate(reading: Reading, hit: Hit) -> _Candidate | None:
    """A heading's words at the beginning of a line, or inside a line of capitals that stands by itself."""
    folded, text = reading.folded, reading.text
    line = folded.rfind("\n", max(0, hit.start - _LONGEST - 1), hit.start) + 1
    if hit.start - line > _LONGEST:
        return None
    opens = hit.start == line
    heads = _BULLET.match(folded, line, hit.start) if not opens and hit.start - line <= 12 else None
    if not opens and heads is None and (line <= _TITLE_REACH or text[hit.start].islower()):
        return None
    before = max(0, line - 1)
    blank = reading.line_start(before)
    block_start = line == 0 or not folded[blank:before].strip(" ") or _is_behind_prose(reading, blank, before)
    if not opens and heads is None:
        end = folded.find("\n", hit.end)
        end = len(folded) if end < 0 else end
        if not block_start or end - line > _LONGEST:
            return None
        words = text[line:end].strip(" :")
        prose = not words.isupper() or words.endswith(".") or ":" in words or "  " in words
        if prose or _TITLE.search(folded, line, end):
            return None
        start = line + len(text[line:end]) - len(text[line:end].lstrip(" "))
        end = start + len(words)
        return _Candidate(hit, start, end, line, True, True, True, None, "", False, False, False, False, False)
    stop = folded.find("\n", hit.start, hit.end)
    end = hit.end if stop < 0 else stop  # `SUITES`, then `Simples` on the next line
    rest = _REST.match(folded, end)
    if rest is None:
        return None
    tail, free, colon, words = rest.groups()
    if colon == "|" and _MORE_CELLS.match(folded, rest.end()):
        return None  # a row of a table
    alone = not words or words == "\n"
    if not alone and colon == ":" and hit.term.row["inline"] == "always" and _NEXT_LABEL.match(folded, rest.end()):
        return None
    below = folded.find("\n", rest.end()) + 1
    if alone and folded.startswith(".", end) and not (below and folded[below : below + 1].strip()):
        return None  # `Scanner.` is a sentence; a heading with a full stop has its text on the next line
    mark, number = heads.groups() if heads else ("", None)
    framed = alone and colon == "-" and "--" in mark  # `-- MICROSCOPIE --`
    return _Candidate(
        hit,
        hit.start,
        end,
        line,
        alone,
        text[hit.start : end].isupper(),
        block_start,
        tail,
        ":" if colon == "|" else "" if framed else colon,
        number is not None,
        not framed and mark.strip(_FRAME) not in ("", ">>"),
        "#" in mark or ">>" in mark,
        colon == "|",
        free is not None,
    )


def _is_behind_prose(reading: Reading, start: int, end: int) -> bool:
    """Whether a line is one of prose in a document without blank lines, so that what follows begins a part."""
    if not reading.once(_is_dense) or start == 0:
        return False
    line = reading.folded[start:end].rstrip(" ")
    return line.endswith((".", ";")) or len(line) > _LONGEST


def _is_dense(reading: Reading) -> bool:
    """Whether a report of several lines has no blank ones."""
    return "\n\n" not in reading.folded and reading.folded.count("\n") > _DENSE_LINES


_DENSE_LINES = 8


def _is_form_label(candidate: _Candidate) -> bool:
    return not candidate.alone and candidate.colon == ":" and candidate.hit.term.row["inline"] in ("form", "always")


_NEXT_LABEL = folded_re(r"[^\n]{0,80}?[ ]{3}[a-z][a-z '/.-]{1,24}:")
"""Another label on the same line: `ALLERGIES : aucune    POIDS : 62 kg`, which heads no part."""


def _heads_paragraph(reading: Reading, candidate: _Candidate) -> bool:
    """Whether a label and its colon begin a paragraph: `Conduite thérapeutique : Après concertation, …`."""
    if candidate.alone or candidate.colon != ":" or candidate.tail is not None or candidate.bulleted:
        return False
    if candidate.hit.term.row["inline"] == "never" or not reading.text[candidate.start].isupper():
        return False
    end = reading.folded.find("\n", candidate.end)
    return (len(reading.text) if end < 0 else end) - candidate.end > _PARAGRAPH


def _ends_letterhead(reading: Reading, candidate: _Candidate) -> bool:
    """Whether a label with its text is the last line of the block of a letterhead, and begins the account."""
    if candidate.alone or candidate.colon != ":" or candidate.hit.term.name != "history" or candidate.bulleted:
        return False
    if candidate.hit.term.row["inline"] == "never" or candidate.line > _LETTERHEAD or candidate.tail is not None:
        return False
    if reading.folded.startswith(("atcd", "antecedent", "allerg"), candidate.start):
        return False  # what a form says of the patient beside the name
    end = reading.folded.find("\n", candidate.end)
    return end >= 0 and end - candidate.end > _LEAST and reading.folded[end + 1 : end + 2] == "\n"


def _is_prose(reading: Reading, candidates: list[_Candidate]) -> bool:
    """Whether a report has no heading by itself on its line but its first, and heads its paragraphs by labels."""
    behind = (candidate for candidate in candidates if candidate.alone and candidate.line)
    if any(_is_heading(reading.text, candidate, False, False) for candidate in behind):
        return False
    return sum(_heads_paragraph(reading, candidate) for candidate in candidates) >= _FORM_LABELS


def _is_upper_label(candidate: _Candidate) -> bool:
    """`INTERVENTION : colectomie`, at the head of a paragraph: where several are, they head the parts."""
    return not candidate.alone and candidate.colon == ":" and candidate.upper and candidate.block_start


def _column(reading: Reading, candidates: list[_Candidate]) -> int:
    """In which column the colons stand behind the labels of a form that has no capitals; 0 for no such form."""
    columns = [column for candidate in candidates if (column := _label_column(reading, candidate))]
    for column in columns[: 1 - _ALIGNED_LABELS]:
        if columns.count(column) >= _ALIGNED_LABELS:
            return column
    return 0


def _label_column(reading: Reading, candidate: _Candidate) -> int:
    """The column of the colon behind a label in small letters: `examen    : OMS 1`; 0 where it is none."""
    if candidate.alone or candidate.colon != ":" or candidate.start != candidate.line:
        return 0
    return reading.folded.find(":", candidate.end) - candidate.line if reading.text[candidate.start].islower() else 0


def _is_heading(text: str, candidate: _Candidate, is_form: bool, follows: bool) -> bool:
    """Whether the words that begin a line head a part of the report: nothing follows them on the line, or a colon and
    text do at the head of a block or right behind another such line (a label inside a block of `key : value` lines is
    none, unless headings are written so)."""
    tail, inline = candidate.tail, candidate.hit.term.row["inline"]
    capital = text[candidate.start].isupper()
    if candidate.alone:
        # a dated or lettered heading (`BIOLOGIE du 30/03/2024`, `PRESCRIPTION C4 (…)`) stands in capitals or at a block
        fits = tail is None or (_tail_fits(tail, candidate) and (candidate.upper or candidate.block_start))
        if candidate.free and tail is not None:
            fits = _titles(candidate, tail)
        elif candidate.bulleted and tail is not None:
            fits = False  # `- TEP à 3 mois`: an item of a list
        return candidate.colon in ("", ":") and fits and (capital or candidate.block_start)
    if candidate.colon != ":" or (inline == "never" and not candidate.hashed):
        return False
    if candidate.hashed:
        return True
    if is_form and (candidate.upper or inline in ("form", "always")):
        return True
    if follows and inline in ("form", "always"):
        return True
    return capital and (candidate.block_start or inline == "always" or follows)


def _tail_fits(tail: str, candidate: _Candidate) -> bool:
    """Whether words behind a heading's own can belong to it; at the head of a document they are its letterhead
    or title (`CLINIQUE DU PONT`, `RESULTAT DE BIOLOGIE MOLECULAIRE`) unless they date it or are numbered."""
    dated = any(char.isdigit() for char in tail) and not (candidate.line == 0 and " au " in tail)
    return candidate.numbered or candidate.line > _TITLE_REACH or dated


def _titles(candidate: _Candidate, tail: str) -> bool:
    """Whether free words behind a heading's first make its title: `RENSEIGNEMENTS FOURNIS`, `2. Bilan local`."""
    if candidate.bulleted or not _tail_fits("", candidate) or _NO_HEADING.search(tail):
        return False
    if candidate.upper or candidate.numbered:
        return True
    return candidate.block_start and len(tail.split()) <= _MOST_WORDS


def read(reading: Reading) -> Iterable[Draft]:
    """One `section` for each heading."""
    for section in reading.sections:
        yield reading.draft("section", section.heading.start, section.heading.end, kind=section.kind)
