"""The sites that a word for secondary disease governs: the places in its list, or the lesion that it is said of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anamnese.facts.places import Place, places_between
from anamnese.reading.fold import folded_re, holds

if TYPE_CHECKING:
    from anamnese.facts.reading import Reading

_REACH = 200
"""How far the list of sites after a word may go on, in characters."""
_OWN = 40
"""How far before its end the place in a word may begin."""
_BACK = 170
"""How far before the word the lesion may stand."""

_QUALIFIER = (
    r"multiples?|nombreu\w+|diffus\w*|dissemin\w*|bilat\w+|unilat\w+|synchron\w*|metachron\w*|uniques?|isole\w*|"
    r"connue?s?|a distance|viscera\w+|secondaires?|metastatiques?|tumora\w*|possibles?|possiblement|probable\w*|"
    r"suspect\w*|nouvel\w*|plusieurs|quelques|d'allure|surtout|notamment|essentiellement|principalement|"
    r"asymptomatiques?|symptomatiques?|micro\w*|macro\w*|massi\w+|etendue?s?|evoluti\w+|initiale?s?|progressi\w+|"
    r"stables?|egalement|aussi|exclusi\w+|nodulaires?|a type de|deux|trois|quatre|autres?|tres|importante?s?|"
    r"d'emblee|de novo|lytiques?|unifocale?s?|plurifocales?|multifocales?|nodales?|majeures?|precoces?|tardives?|"
    r"inoperables?|resecables?|non|volumineuses?|touchant|interessant|siegeant|concernant|localise\w*|situe\w*|"
    r"en transit|predominante?s?|au sein|sous forme|type|apparition|avec|chez|niveaux?|patent\w*|patient\w*|"
    r"resequee?s?|operees?|"
    r"(?:hyper|hypo)[ -]?(?:metabol|fix|capt|dens|echog|sign|vascul)\w*|intenses?|modere\w*|fixantes?|"
    r"(?:sus|supra)-?[ ]et|"
    r"d'hyperfixation|de fixation|d'hypermetabolisme|osteo\w*|condensante?s?|focal\w*|pathologiques?"
)
_LEADING = (
    r"au niveau|au|aux|a la|a l'|a|dans|sur|du|de la|de l'|des|d'|de|en|le|la|les|l'|une?|les deux|deux|chaque|leurs?|"
    r"son|sa|ses"
)
_AT_ONCE = folded_re(rf"(?:[ \n(:]|(?:{_QUALIFIER}|{_LEADING})\b|[dl]'|\d{{1,2}}(?:e|eme)? ){{0,14}}")
_TIGHT = folded_re(
    r"(?:[ (:)]|(?:au niveau|exclusi\w+|"
    r"principalement|essentiellement|isolee?s?|multiples?|uniques?|du|de la|de l'|des|"
    r"aux?|dans|le|la|les)\b|[dl]'){0,8}"
)
_AND = folded_re(
    rf"(?:[ ](?:{_QUALIFIER})\b){{0,3}}(?:[ ]?\([^()\n]{{0,40}}\)|[ ]?\+{{1,3}})?"
    r"[ \n]?(?:[,;/+&(-]|et\b|ou\b|puis\b|ainsi que\b|mais aussi\b|\)[ ]?(?:,|et\b))"
    rf"(?:[ \n(/,]|et\b|(?:{_QUALIFIER}|{_LEADING})\b|[dl]'|\d{{1,2}} ){{0,12}}"
)
"""What stands before the first, and between the members of a list of sites."""
_FIRST_MOSTLY = frozenset((" ", " du ", " de la ", " des ", " (", " dans le ", " au niveau du ", " au niveau de la "))
_NEXT_MOSTLY = frozenset((", ", " et ", " ("))
"""Most of what stands there: asked sooner than the patterns, each of which matches them."""

_BOTH = folded_re(r"[ ](?:[a-z-]{3,}[ ]){0,2}(?:bilat|controlat)")
"""What tells of both organs of a pair after a place: `nodules pulmonaires infracentimétriques bilatéraux`."""

_ORIGIN = folded_re(
    r"(?:cancers?|carcinom\w*|adenocarcinom\w*|tumeurs?|neo\w*|melanom\w*|sarcom\w*|primiti\w*|adk|lymphom\w*|origine|"
    r"cbn?pc|cci|cli|myelom\w*|cystadenocarcinom\w*|carcinoide|corticosurrenalom\w*|gist|k)[ ]"
    r"(?:[\w'-]+[ ]){0,4}(?:du |de la |de l'|de |d'|des )?$"
)
"""What makes a place the seat of a primary tumour: `métastase d'un adénocarcinome du │côlon`."""

_NATURE = folded_re(
    r"compatib|evo[cq]|faveur|rapport|suspec|correspond|allure|aspect|natur|histolo|patholog|cytolog|biops|ponction|"
    r"confirm|conclu|resultat|:|positi[fv]|revenu|montr|revel|en lien|origine|type|diagnos|susp|certain|concern|avec"
)
_LEVEL = folded_re(r"\b(?:en regard|a (?:la )?hauteur)[ ](?:de |du |des |d')(?:la |le |l')?$")
"""What makes a vertebra only a level: `prises de contraste méningées en regard de │D4│`."""
_LEVEL_REACH = 24
_REACHED = folded_re(
    r"\b(?:extensi\w+(?:[ ][a-z]+)?[ ](?:a|aux?|vers|dans|sur|en)\b|s'eten\w+|"
    r"eten(?:du|dant)\w*[ ](?:a|aux?|vers|dans|jusqu)|envahissement[ ](?:d|par)|"
    r"(?:envahi(?:ssant|ssait|t)|infiltr(?:ant|ait|e)|refoul(?:ant|ait|e)|comprim(?:ant|ait|e)|atteignant|effractant|"
    r"erodant)[ ](?:l[ae]s?\b|l'|en |[a-z]+ment )|au contact|adheren\w+[ ]aux?\b|adheren\w+[ ]a |arrivant au|"
    r"jusqu)[^.;,:\n]{0,40}$"
)
_REACHED_WORDS = (
    "xtens", "s'eten", "etendu", "etendant", "envahi", "infiltr", "refoul", "comprim", "contact", "adher", "jusqu",
    "atteignant", "arrivant", "effractant", "erodant",
)  # fmt: skip
_NEXT_LESION = folded_re(
    r"\b(?:micro-?)?(?:nodul|lesion|mass|imag|foyer|adenop|opacit|metast|depot|localis|fixation|captation|prises? de)"
)
"""The lesion that the account has come to behind what another one has reached."""
_REACHED_BACK = 60
"""What stands before a place that a lesion has reached or touches, which is not its own: `lésion du psoas avec
extension à │L3│, évoquant une métastase`; and how far before the place it may begin, in characters."""
_ALL_OF_THEM = folded_re(
    r"\b(?:tous|toutes|ensemble|le tout|tous (?:deux|trois)|toutes (?:deux|trois))\b[^.;:\n]{0,40}$"
)
_ALL_WORDS = ("tous", "toutes", "ensemble", "le tout")
_ALL_REACH = 60
"""What makes a judgement one of all that was enumerated before: `…, nodule du LID, │tous suggestifs de│ métastases`."""
_LAYER = folded_re(
    r"musculaires?(?: propre| externe| interne| superficielle| profonde)?\b(?! (?:de la|du|squelet|stri))"
)
_DENIED = folded_re(r"\b(?:pas|aucune?|sans|ni|absence|non|negati\w+|normale?s?)\b")
"""What makes a place the thing of which secondary disease is said, and what denies it."""


_ILIAC_NODES = "C77.5"
"""`iliaque` alone is a station of nodes, but the bone in a list of bones: `osseuses (L2, iliaque droit)`."""


class Site:
    """A site of secondary disease with the words for it."""

    __slots__ = ("both_sides", "code", "end", "listed", "name", "start")

    def __init__(self, start: int, end: int, name: str, code: str, listed: bool, both_sides: bool) -> None:
        self.start = start
        self.end = end
        self.name = name
        """The site in the fact format."""
        self.code = code
        """Its ICD-O-3 topography."""
        self.listed = listed
        """Whether it is a further member of a list, or stands in brackets: its own words are its proof."""
        self.both_sides = both_sides
        """Whether it is told to lie in both organs of a pair."""


def _sites(reading: Reading, place: Place, listed: bool) -> list[Site]:
    """The sites that a place stands for: none for a region of the body, two for `pleuro-pulmonaire`."""
    if place.metastasis is None:
        return []
    if place.code == _PARIETAL and _is_of_wall(reading, place):
        return [Site(place.start, place.end, "skin", _SCALP, listed, False)] if _tells_of_scalp(reading, place) else []
    both = place.laterality == "bilateral" or (
        reading.folded.startswith(" ", place.end) and _BOTH.match(reading.folded, place.end) is not None
    )
    start, end, code, names = place.start, place.end, place.code or "", place.metastasis
    if names == "soft_tissue" and _is_layer(reading.folded, place):
        return []
    if "," not in names:  # as mostly
        return [Site(start, end, names, code, listed, both)]
    return [Site(start, end, name, code, listed, both) for name in names.split(",")]


def _is_layer(folded: str, place: Place) -> bool:
    """Whether `musculaire` is the coat of a hollow organ: `infiltre la moitié interne de la │musculaire│`."""
    return (
        folded.startswith("musculaire", place.start)
        and folded.endswith((" la ", " couche ", " tunique "), 0, place.start)
        and _LAYER.match(folded, place.start) is not None
    )


def _is_of_wall(reading: Reading, place: Place) -> bool:
    """Whether `pariétal` alone is of the wall of a cavity, not of the brain: `progression pleurale et pariétale`."""
    if " " in place.text or not reading.folded.startswith("parietal", place.start):
        return False
    if not reading.once(_tells_of_brain):
        return True
    sentence = reading.sentence(place.start)
    codes = [other.code or "" for other in places_between(reading, sentence.start, sentence.end) if other != place]
    return any(code.startswith(_WALLED) for code in codes) and not any(code.startswith("C7") for code in codes)


def _tells_of_brain(reading: Reading) -> bool:
    """Whether a report names the brain or its parts otherwise than by `pariétal`."""
    return any(place.metastasis in ("brain", "meninges") and place.code != _PARIETAL for place in reading.places)


def _tells_of_scalp(reading: Reading, place: Place) -> bool:
    """Whether a report has told of the scalp before a place, whose `pariétal` is then of the skin."""
    return any(other.code == _SCALP for other in places_between(reading, 0, place.start))


_PARIETAL = "C71.3"
_SCALP = "C44.4"
_WALLED = ("C34", "C38", "C48", "C49.3", "C49.4", "C50", "C76.1", "C76.2")
"""What lies at the wall of the chest or the belly: lung, pleura, peritoneum, breast."""


def sites_after(reading: Reading, pos: int, tight: bool = False, further: bool = False) -> list[Site]:
    """The sites of the list that follows a word: `(métastases) hépatiques, osseuses et du cerveau`; if `tight`, only if
    it follows at once, if `further`, only what goes on after a first site."""
    folded = reading.folded
    end = min(reading.sentence(max(pos - 1, 0)).end, pos + _REACH)
    if further:  # past the region of what was told: `rechute ganglionnaire │médiastinale│ et osseuse`
        own = [place for place in places_between(reading, pos - _OWN, end) if place.start <= pos + 1 < place.end + 1]
        pos = own[-1].end if own else pos
    link, listed = (_AND if further else _TIGHT if tight else _AT_ONCE), further
    found: list[Site] = []
    bones = False
    for place in places_between(reading, pos, end):
        mostly = _NEXT_MOSTLY if link is _AND else _FIRST_MOSTLY
        if folded[pos : place.start] not in mostly and not link.fullmatch(folded, pos, place.start):
            break
        if place.code is not None and not (bones and place.code == _ILIAC_NODES):
            for site in _sites(reading, place, listed):
                bones = bones or site.name == "bone"
                found.append(site)
        pos, link, listed = place.end, _AND, True
    return found


_LABEL = folded_re(r"[ ]?:[ ]*")
_LINE_HEAD = folded_re(r"[ \t*>•.-]*")


def label_before(reading: Reading, pos: int) -> Site | None:
    """The site whose label opens the line: `│Foie│ : trois foyers`."""
    line = reading.folded.rfind("\n", max(0, pos - _BACK), pos) + 1
    if not line and pos > _BACK:
        return None
    start = _LINE_HEAD.match(reading.folded, line).end()  # type: ignore[union-attr]
    places = places_between(reading, start, pos)
    if not places or places[0].start != start or not _LABEL.match(reading.folded, places[0].end):
        return None
    if _DENIED.search(reading.folded, places[0].end, pos):
        return None
    sites = _sites(reading, places[0], True)
    return sites[0] if sites else None


def sites_before(reading: Reading, pos: int, beside: bool = False) -> list[Site]:
    """The site of the lesion that a word is said of: `nodules du poumon évocateurs de (métastases)`; if `beside`, only
    one that the word follows at once: `nodules cutanés (métastatiques)`."""
    start = max(reading.sentence(pos).start, pos - _BACK)
    places = places_between(reading, start, pos)
    if not places:
        return []
    if not beside and len(places) > 1:
        if holds(reading.folded[max(start, pos - _ALL_REACH) : pos], _ALL_WORDS) and (
            listed := _enumerated(reading, places, start, pos)
        ):
            return listed
        if own := [place for place in places if not _is_reached(reading.folded, place, start)]:
            places = own
    found: list[Site] = []
    for i in range(len(places) - 1, -1, -1):
        place = places[i]
        if _LEVEL.search(reading.folded, max(start, place.start - _LEVEL_REACH), place.start):
            continue
        if is_origin(reading, place, start) or (beside and not found and place.end < pos - 1):
            break
        sites = _sites(reading, place, True)
        if not sites:
            continue
        if not found and not _said_of(reading.folded, place.end, pos):
            break
        if found and not _AND.fullmatch(reading.folded, place.end, found[-1].start):
            break
        if place.code == _ILIAC_NODES and i and _is_bone_before(reading, places[i - 1], place):
            for site in sites:
                site.name = "bone"
        found += sites
    for site in found:
        site.listed = False
    found.reverse()
    return found


def _is_reached(folded: str, place: Place, start: int) -> bool:
    """Whether a place is not where a lesion lies but what it has reached or touches."""
    before = folded[max(start, place.start - _REACHED_BACK) : place.start]
    reached = _REACHED.search(before) if holds(before, _REACHED_WORDS) else None
    return reached is not None and _NEXT_LESION.search(reached[0]) is None


def _enumerated(reading: Reading, places: list[Place], start: int, pos: int) -> list[Site]:
    """The sites of all the lesions that a judgement at the end of their enumeration is said of."""
    last = places[-1].end
    if not _ALL_OF_THEM.search(reading.folded, max(last, pos - _ALL_REACH), pos):
        return []
    found: list[Site] = []
    for place in places:
        if is_origin(reading, place, start) or _is_reached(reading.folded, place, start):
            continue
        if _DENIED.search(reading.folded, max(start, place.start - _DENIED_BACK), place.end):
            continue
        found += _sites(reading, place, True)
    return found


_DENIED_BACK = 40


def _is_bone_before(reading: Reading, earlier: Place, place: Place) -> bool:
    """Whether a place goes on from one that is bone."""
    return earlier.metastasis == "bone" and _AND.fullmatch(reading.folded, earlier.end, place.start) is not None


def _said_of(folded: str, start: int, end: int) -> bool:
    """Whether the words between a place and a word for secondary disease make the one the nature of the other."""
    between = folded[start:end]
    return not _DENIED.search(between) and (len(between) < 25 or _NATURE.search(between) is not None)


def is_origin(reading: Reading, place: Place, start: int) -> bool:
    """Whether a place is told as the seat of a primary tumour."""
    return _ORIGIN.search(reading.folded, max(start, place.start - 60), place.start) is not None
