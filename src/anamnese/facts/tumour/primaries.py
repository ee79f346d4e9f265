"""The distinct primary neoplasms of a patient, from the names that the report gives them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from anamnese.facts.tumour.naming import Name
from anamnese.facts.tumour.neighbours import near
from anamnese.facts.tumour.seats import Seat
from anamnese.facts.tumour.tissues import (
    REGIONS,
    SIDED,
    UNSURE,
    USUAL,
    bears_melanoma,
    fits,
    is_melanoma,
    of_region,
    tissue_named,
    tissue_of,
    topography_for,
)
from anamnese.lexicon.tables import read_table
from anamnese.reading.fold import folded_re, holds

_HERE = Path(__file__).parent


def implied(site: str) -> str | None:
    """A default topography of the table that leaves no choice."""
    return site if site and site not in UNSURE and site not in USUAL else None


def _systemic(code: str) -> bool:
    """Whether a neoplasm of the blood or of lymphoid tissue, which is one disease wherever it shows."""
    return tissue_of(code[:4]) in ("blood", "lymphoid")


def _of_an_organ(statements: list[Statement]) -> bool:
    """Whether all that is said is that the patient has or had the cancer of an organ: no disease of the blood."""
    return all(
        s.code == "8000/3"
        and s.status == "affirmed"
        and s.topography is not None
        and not s.topography.startswith(_OF_SYSTEM)
        for s in statements[:_MOST]
    )


def _no_melanoma_of(code: str, statements: list[Statement]) -> bool:
    """Whether one histology is that of a melanoma and the statements tell the cancer of an organ that bears none."""
    return is_melanoma(code[:4]) and any(
        s.code == "8000/3" and s.topography is not None and not bears_melanoma(s.topography) for s in statements[:_MOST]
    )


def _in_situ_before(a: list[Statement], b: list[Statement]) -> bool:
    """Whether an intraepithelial neoplasia was of another year than an invasive carcinoma: a disease of its own."""
    for one, other in ((a[0], b[0]), (b[0], a[0])):
        if one.code == IN_SITU and other.code[5] == "3" and one.year and other.year and one.year != other.year:
            return True
    return False


IN_SITU = "8077/2"
"""Intraepithelial neoplasia of high grade: of the cervix, the vulva, the anus."""


def _apart(a: Statement, b: Statement) -> bool:
    """Whether two diagnoses of a list are given different seats."""
    if (
        not (a.final and b.final and a.seat and b.seat and min(a.seat.weight, b.seat.weight) > 2)
        or a.name.bare
        or b.name.bare
    ):
        return False
    if a.topography is None or b.topography is None:
        return False
    return a.topography[:3] != b.topography[:3] or {a.side, b.side} == {"left", "right"}


_OF_SYSTEM = ("C42", "C77", "C76", "C80", "C40", "C41", "C16", "C17", "C71", "C09", "C69")
"""Where what is called a cancer of the organ may be a disease of the blood or of lymphoid tissue."""
UNTYPED = frozenset(("8000/3", "8010/3", "8140/3", "8800/3", "9590/3"))
"""Morphologies that say of what family a tumour is and no more."""
VAGUE = frozenset({"8000/1", "8001/1", "8800/1", "8004/1", "8000/0", "9970/1"})
"""Morphologies that say no more than that something grows there."""


@cache
def _includes() -> dict[str, tuple[tuple[str, str], ...]]:
    return {
        row["code"]: tuple(tuple(span.split("-")) for span in row["includes"].split())  # type: ignore[misc]
        for row in read_table(_HERE / "families.tsv")
    }


@cache
def _mixed() -> frozenset[str]:
    return frozenset(row["code"] for row in read_table(_HERE / "families.tsv") if row["stands"])


@cache
def includes(general: str, special: str) -> bool:
    """Whether a tumour of the first histology may turn out to be of the second (four digits each)."""
    return any(first <= special <= last for first, last in _includes().get(general, ()))


@lru_cache(maxsize=10_000)
def akin(a: str, b: str) -> bool:
    """Whether two morphologies may name one tumour."""
    x, y = a[:4], b[:4]
    if x == y:
        return a[5:] == b[5:] or {a[5], b[5]} <= {"2", "3"} or x in ("8000", "9020", "8452", "8140", "8010")
    return (includes(x, y) or includes(y, x)) and ({a[5], b[5]} <= {"1", "2", "3"} or a[5] == b[5])


class Statement:
    """A name with what was found around it."""

    __slots__ = (
        "code", "ducts", "final", "name", "part", "seat", "side", "spread", "status", "topography", "until", "year",
    )  # fmt: skip

    def __init__(
        self,
        name: Name,
        code: str,
        seat: Seat | None,
        topography: str | None,
        side: str | None,
        status: str,
        spread: bool,
        part: bool,
        final: bool,
        ducts: bool,
    ) -> None:
        self.name = name
        self.code = code
        self.seat = seat
        self.topography = topography
        """The seat as the histology's tissue has it."""
        self.side = side
        self.status = status
        self.spread = spread
        """Whether the name is said of a metastasis."""
        self.part = part
        """Whether it names a part of a tumour: "avec une composante de …"."""
        self.final = final
        """Whether it stands in a diagnosis or conclusion."""
        self.ducts = ducts
        """Whether it is an "adénocarcinome canalaire", of the breast as the histology implies, but of the pancreas,
        too."""
        self.year = ""
        """The year that is told with it, where the report also tells an intraepithelial neoplasia."""
        self.until = 0
        """How far the words about it go: to the end of its sentence, or to the name of another neoplasm."""

    @property
    def whereabouts(self) -> str | None:
        """Its topography as told, or as its histology implies beyond doubt."""
        return self.topography or (None if self.ducts else implied(self.name.term.row["site"]))


_MOST = 100
"""Statements of one tumour that are asked where it is: no report tells more."""


class Primary:
    """One tumour: the statements that name it."""

    __slots__ = ("code", "sides", "statements", "topographies", "topography")

    def __init__(self, code: str) -> None:
        self.code = code
        self.statements: list[Statement] = []
        self.topographies: dict[str, float] = {}
        self.sides: dict[str, int] = {}
        """How often each side is told."""
        self.topography: str | None = None
        """The place most spoken of, as finely as it is told."""

    def _most_told(self) -> str:
        if len(self.topographies) == 1:  # as mostly
            return next(iter(self.topographies))
        by_organ: dict[str, float] = defaultdict(float)
        for code, weight in self.topographies.items():
            if code not in REGIONS or not any(of_region(code[:3], other[:3]) for other in self.topographies):
                by_organ[code[:3]] += weight
        organ = max(by_organ, key=lambda organ: by_organ[organ])
        codes = {code: weight for code, weight in self.topographies.items() if code[:3] == organ}
        fine = {code: weight for code, weight in codes.items() if code[4:] not in ("8", "9")}
        return max(fine or codes, key=lambda code: (fine or codes)[code])

    @property
    def whereabouts(self) -> str | None:
        """Its topography as told, or as its histology implies beyond doubt."""
        return self.topography or next((w for s in self.statements[:_MOST] if (w := s.whereabouts)), None)

    @property
    def affirmed(self) -> bool:
        """Whether the report says anywhere that the patient has it."""
        return any(statement.status == "affirmed" for statement in self.statements)

    def admits(self, statement: Statement) -> bool:
        """Whether a statement may speak of this tumour."""
        if not akin(self.code, statement.code):
            return False
        if _systemic(self.code) and _systemic(statement.code):
            return True
        if _systemic(self.code) and _of_an_organ([statement]):
            return False
        if _systemic(statement.code) and _of_an_organ(self.statements):
            return False
        if _no_melanoma_of(self.code, [statement]) or _no_melanoma_of(statement.code, self.statements):
            return False
        if _in_situ_before([statement], self.statements):
            return False
        if not near(self.whereabouts, statement.whereabouts):
            return False
        if statement.final and any(_apart(other, statement) for other in self.statements):
            return False
        topography = self.whereabouts or statement.whereabouts
        if topography is None or topography[:3] != "C50" or statement.side is None or not self.sides:
            return True
        return statement.side in self.sides or "bilateral" in self.sides or statement.side == "bilateral"

    def place_of(self, statement: Statement) -> str | None:
        """Where a statement puts this tumour: the place of a bare "tumeur" is read for the tissue of this one."""
        if statement.name.bare and self.code[:4] != "8000":
            return (
                seated(self.code, statement.seat, named=False) if statement.seat and statement.seat.weight > 2 else None
            )
        return statement.topography

    def sits(self, statement: Statement) -> bool:
        """Whether it may sit at the place that a word such as "tumeur" is given."""
        if statement.seat is None or statement.seat.weight < 2:
            return True
        topography, own = self.place_of(statement), self.whereabouts
        if topography is None or not near(own, topography):
            return False
        return own is None or not topography.startswith(_SKIN) or _may_be_one(own, topography)

    def add(self, statement: Statement) -> None:
        """Take a statement in; the more telling morphology stands."""
        self.statements.append(statement)
        # what a metastasis looks like is less than what was said of the primary
        away = statement.spread and self.code not in UNTYPED and self.code not in VAGUE
        guessed = statement.spread and statement.status == "suspected"  # `évoquant une tumeur de Krukenberg`
        if more_telling(statement.code, self.code) and not guessed and not away:
            self.code = statement.code
        topography = self.place_of(statement)
        told = not statement.spread or topography == "C80.9" or (statement.seat is not None and statement.seat.origin)
        if topography is not None and told:
            weight = statement.seat.weight if statement.seat else 1.0
            weight = weight + (2 if statement.final else 0)
            if statement.seat is not None and statement.seat.place.name == _UVEA:
                weight = weight / _OF_WHOLE
            self.topographies[topography] = self.topographies.get(topography, 0.0) + (
                weight / 2 if statement.name.bare or statement.status == "suspected" else weight
            )
            self.topography = self._most_told()
        if statement.side and told and (topography is not None or not statement.name.bare):
            self.sides[statement.side] = self.sides.get(statement.side, 0) + 1

    @property
    def witness(self) -> Statement:
        """The statement that proves it best: of its morphology, affirmed, the first one."""
        if len(self.statements) == 1:
            return self.statements[0]
        return max(
            self.statements,
            key=lambda s: (
                s.code == self.code,
                not s.name.bare,
                s.status == "affirmed",
                not s.spread,
                s.seat is not None and s.seat.weight > 2,
                -s.name.start,
            ),
        )


_SKIN = "C44"


def _may_be_one(a: str, b: str) -> bool:
    """Whether two parts of the skin may be one: unless each is told, and they differ."""
    return a == b or not a.startswith(_SKIN) or a.endswith(_SOMEWHERE) or b.endswith(_SOMEWHERE)


_SOMEWHERE = (".8", ".9")
_UVEA, _OF_WHOLE = "uvée", 10
"""The coat of the eye whose parts are seats of their own, and how much less than they its name tells."""


def more_telling(a: str, b: str) -> bool:
    """Whether morphology `a` says more than `b` of the same tumour."""
    x, y = a[:4], b[:4]
    if x in _mixed() and includes(x, y):
        return y not in _mixed() or x < y
    if y in _mixed() and includes(y, x):
        return False
    if x == y:
        return a[5] == "3" and b[5] in "012"
    if a[5] == "2" and b[5] == "3":
        return False
    if b == IN_SITU and a[5] == "3":
        return True
    return includes(y, x) and not (includes(x, y) and x < y)


def primaries(statements: Iterable[Statement], folded: str) -> list[Primary]:
    """The tumours that the statements speak of, in order of first mention."""
    found: list[Primary] = []
    pending: list[Statement] = []
    for statement in statements:
        if (
            statement.name.bare
            and statement.topography is None
            and (statement.seat is None or statement.seat.weight < 2)
        ):
            continue
        if statement.spread or statement.part or statement.code in VAGUE:
            pending.append(statement)
            continue
        _place(found, statement, folded)
    for statement in pending:
        home = [primary for primary in found if primary.admits(statement) and primary.sits(statement)]
        if home:
            home[-1].add(statement)
    if not found:
        for statement in pending:
            if not statement.name.bare or statement.topography is not None:
                _place(found, statement, folded)
    return _mixed_germ_cells(_merged(found))


def _place(found: list[Primary], statement: Statement, folded: str) -> None:
    homes = [primary for primary in found if primary.admits(statement)]
    if homes:
        best = homes[0] if len(homes) == 1 else max(homes, key=lambda primary: _affinity(primary, statement))
        best.add(statement)
    elif (former := _returned(found, statement, folded)) is not None:
        former.statements.append(statement)  # its histology has changed: that of the diagnosis stands
    else:
        primary = Primary(statement.code)
        primary.add(statement)
        found.append(primary)


_RETURNED = folded_re(
    r"\b(?:recidive|rechute|reprise evolutive|re-?evolution|progression|retour)s?[ ](?:[a-z-]{4,}[ ]){0,3}"
    r"(?:d'un[ ]|d'une[ ]|du[ ]|de[ ](?:son[ ]|ce[ ]|la[ ]|le[ ]|l'|sa[ ])?|d')$"
)
_RETURNS = ("recidiv", "rechut", "evoluti", "progression", "retour")
"""One of these is in whatever the pattern matches."""
_RETURN_REACH = 60


def _returned(found: list[Primary], statement: Statement, folded: str) -> Primary | None:
    """The tumour that a name in another grade of its family is told to be the relapse of: `récidive d'un thymome B3`
    after a thymome B2."""
    if not found:
        return None
    start = statement.name.start
    if not holds(folded[max(0, start - _RETURN_REACH) : start], _RETURNS):
        return None
    if _RETURNED.search(folded, max(0, start - _RETURN_REACH), start) is None:
        return None
    kin = [p for p in found if p.code[:3] == statement.code[:3] and near(p.whereabouts, statement.whereabouts)]
    return kin[-1] if kin else None


def _affinity(primary: Primary, statement: Statement) -> tuple[bool, bool, bool, int]:
    here, there = primary.topography, statement.topography
    return (
        here is not None and there is not None and here[:3] == there[:3],
        primary.code[:4] == statement.code[:4],
        statement.side is not None and statement.side in primary.sides,
        primary.statements[-1].name.start,
    )


def _merged(found: list[Primary]) -> list[Primary]:
    """Tumours that turned out to be one once all was read: a general name and a place that another has."""
    if len(found) < 2:
        return found
    kept: list[Primary] = []
    for primary in sorted(found, key=lambda p: (p.topography is None, p.code.startswith("8000"))):
        homes = [
            other
            for other in kept
            if akin(other.code, primary.code)
            and not (_systemic(primary.code) and _of_an_organ(other.statements))
            and not (_systemic(other.code) and _of_an_organ(primary.statements))
            and not _no_melanoma_of(other.code, primary.statements)
            and not _no_melanoma_of(primary.code, other.statements)
            and not _in_situ_before(primary.statements, other.statements)
            and (_systemic(primary.code) or near(other.whereabouts, primary.whereabouts))
            and (not primary.sides or not other.sides or primary.sides.keys() & other.sides.keys())
            and not any(_apart(a, b) for a in primary.statements if a.final for b in other.statements)
        ]
        if not homes:
            kept.append(primary)
            continue
        home = max(homes, key=lambda other: not other.code.startswith("8000"))
        for statement in primary.statements:
            home.add(statement)
    return sorted(kept, key=lambda p: p.statements[0].name.start)


def _mixed_germ_cells(found: list[Primary]) -> list[Primary]:
    """The elements of a germ cell tumour that one sentence lists are one mixed tumour."""
    _without_remnants(found)
    germ = [p for p in found if "9060" <= p.code[:4] <= "9102" and p.code[:4] not in ("9064", "9065", "9084", "9085")]
    for first in germ:
        parts = [p for p in germ if p.code[:4] != first.code[:4] and _listed(first.statements[0], p.statements[0])]
        if parts:
            for other in (p for p in germ if p is not first and akin("9085/3", p.code.replace("/0", "/3"))):
                if near(first.whereabouts, other.whereabouts):
                    first.statements.extend(other.statements)
                    found.remove(other)
            first.code = "9085/3"
            break
    return found


_MATURE = ("9080/0", "9080/1")
_OF_GERM_SPREAD = ("C22", "C34", "C38", "C48", "C77")


def _without_remnants(found: list[Primary]) -> None:
    """Give the germ cell tumour told before the mature teratoma that its treatment left where it had spread to."""
    for primary in [p for p in found if p.code in _MATURE and (p.topography or "").startswith(_OF_GERM_SPREAD)]:
        first = primary.statements[0].name.start
        for other in found:
            malignant = "9060" <= other.code[:4] <= "9102" and other.code.endswith("/3")
            if malignant and other.statements[0].name.start < first:
                other.statements.extend(primary.statements)
                found.remove(primary)
                break


def _listed(a: Statement, b: Statement) -> bool:
    """Whether two names stand in one list."""
    return abs(a.name.start - b.name.start) < _LIST and a.status == b.status == "affirmed"


_LIST = 120
"""How many characters a list of the elements of a tumour may take."""


def side_of(primary: Primary, topography: str, alone: bool) -> str | None:
    """The side most told of a tumour, where the organ is paired; of one that is not `alone` in its organ none that
    belongs to them together: `cancer bilatéral : carcinome lobulaire droit, canalaire gauche`."""
    if topography[:3] not in SIDED or not primary.sides:
        return None
    if not alone and "bilateral" in primary.sides and len(primary.sides) == 2:
        return next(side for side in primary.sides if side != "bilateral")
    left, right = primary.sides.get("left", 0), primary.sides.get("right", 0)
    if topography.startswith(_TWIN) and left and right and max(left, right) < 3 * min(left, right):
        return "bilateral"
    return max(primary.sides, key=lambda side: primary.sides[side])


_TWIN = ("C56", "C57", "C62", "C64", "C69", "C74")
"""Organs of which one neoplasm is told to hold both."""


def seated(code: str, seat: Seat | None, traits: frozenset[str] = frozenset(), named: bool = True) -> str | None:
    """The topography that a seat gives a tumour of this morphology, or None where such tumours do not arise there;
    `named` where the place belongs to the name of the histology, and not to a bare "tumeur"."""
    if seat is None or not seat.place.code:
        return None
    tissue = tissue_named(code, traits)
    if seat.place.code in REGIONS:
        return seat.place.code if seat.weight > 2 and tissue in ("epithelial", "other") else None
    if tissue == "soft" and seat.place.code.startswith("C44"):
        tissue = "skin"  # "angiosarcome cutané"
    if tissue == "soft" and seat.place.code[:3] in ("C40", "C41") and seat.weight > 2:
        return seat.place.code  # a sarcoma said to be of a bone
    histology = code[:4]
    squamous = histology == "8010" or _SQUAMOUS[0] <= histology < _SQUAMOUS[1]
    place = seat.place.code
    if seat.weight > 2:
        if squamous and (place in _LIMBS or (place.startswith("C76") and holds(seat.place.text.lower(), _BARE_SKIN))):
            tissue = "adnexal"  # "carcinome épidermoïde de la jambe" is one of its skin
        if tissue in _OF_SKIN and named:
            place = topography_for("named", place)  # "mélanome frontal"
    topography = topography_for(tissue, place)
    if squamous and seat.weight < 2 and topography.startswith(_STOMACH):
        topography = _OESOPHAGUS  # "oeso-gastrectomie : carcinome épidermoïde"
    if topography.startswith("C44") and (
        _SEROUS[0] <= histology < _SEROUS[1] or (histology in _GLANDULAR and seat.weight < 2)
    ):
        return None
    return topography if fits(tissue, topography) else None


_STOMACH, _OESOPHAGUS = "C16", "C15.9"
_LIMBS = ("C76.4", "C76.5", "C49.1", "C49.2")
_BARE_SKIN = ("joue", "génien", "face", "faciale", "visage", "fesse", "dos", "flanc")
"""Regions that tell of an epithelial tumour that it is of their skin, as the limbs do."""
_OF_SKIN = ("skin", "adnexal")
_SQUAMOUS, _SEROUS = ("8050", "8085"), ("8440", "8464")
_GLANDULAR = frozenset(("8140", "8144", "8480", "8481", "8490", "8260", "8310"))
"""Histologies of glands, which the place of a biopsy of the skin does not seat there."""
