"""A class of drugs that stands for the one given before it: `sous triptoréline … on réintroduit l'analogue`."""

from __future__ import annotations

from anamnese.facts.reading import Reading
from anamnese.facts.therapy.course import Course
from anamnese.facts.therapy.words import Word
from anamnese.reading.fold import folded_re, holds

RESUMPTION = "reprise d'un traitement"
"""The name of what a class is told with in one: `on reprend l'analogue`."""
_RESUMED = folded_re(
    r"\b(?:repri(?:se|s|t)|reprend\w*|reprenons|reintrodui\w*|reintroduction|redebut\w*|recommenc\w*|readministr\w*|"
    r"re-?challenge)[ ](?:(?:ensuite|alors|donc|ete)[ ])?(?:de |d'|par |avec )?(?:la |le |les |l'|un |une |son |sa )?$"
)
_STEMS = ("repri", "repr", "rein", "redeb", "recom", "readm", "chall")
_CLASSES = (
    ("analogue", ("L02AE", "H01C")),
    ("agoniste", ("L02AE",)),
    ("antagoniste", ("L02BX01", "L02BX02", "L02BX04")),
    ("androgene", ("L02BB",)),
    ("aromatase", ("L02BG",)),
    ("strogene", ("L02BA",)),
    ("pd", ("L01FF",)),
    ("ctla", ("L01FX04",)),
    ("checkpoint", ("L01FF", "L01FX04")),
    ("controle", ("L01FF", "L01FX04")),
    ("her2", ("L01FD", "L01EH")),
    ("egfr", ("L01FE", "L01EB")),
    ("vegf", ("L01FG",)),
    ("angiogen", ("L01FG", "L01EK", "L01EX")),
    ("parp", ("L01XK",)),
    ("cdk", ("L01EF",)),
    ("braf", ("L01EC",)),
    ("mek", ("L01EE",)),
    ("mtor", ("L01EG",)),
    ("alk", ("L01ED",)),
    ("itk", ("L01E",)),
    ("tki", ("L01E",)),
    ("kinase", ("L01E",)),
)
"""Letters of a class, and the groups of the ATC that are meant by it."""
_REACH = 4000
"""Characters behind a drug within which its class may stand for it."""
_BEFORE = 40


def resumed(reading: Reading, word: Word, told: list[tuple[Course, str]]) -> Course | None:
    """The course that a class names by which a drug told before is given anew; None where none is."""
    folded = reading.folded
    before = folded[max(reading.sentence(word.start).start, word.start - _BEFORE) : word.end]
    if not holds(before, _STEMS):
        return None
    own = folded[word.start : word.end]
    if word.name != RESUMPTION and not _RESUMED.search(before, 0, len(before) - len(own)):
        return None
    codes = _meant(own)
    if codes is None:
        return None
    for hit in reversed(reading.hits_between("drugs", max(0, word.start - _REACH), word.start)):
        if hit.term.code.startswith(codes) and any(hit.term.name in course.drugs for course, _ in told):
            return Course(word.kind, word.start, word.end, drugs=[hit.term.name], fresh=True)
    return None


def _meant(own: str) -> tuple[str, ...] | None:
    """The groups of the ATC that the words of a class mean."""
    for letters, codes in _CLASSES:
        if letters in own:
            return codes
    return None
