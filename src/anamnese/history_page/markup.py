"""HTML and SVG by elements: what is not markup already is escaped, so that a report can only ever show as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape as _escape
from typing import TypeAlias

from anamnese.labels import Language

Both: TypeAlias = tuple[str, str]
"""Words in French and in English."""

_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000))
_DIRECTIONS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_INVISIBLE = {
    **dict.fromkeys((*_CONTROLS, *_DIRECTIONS), "\N{REPLACEMENT CHARACTER}"),
    **{ord(char): char for char in "\t\n"},
    ord("\r"): " ",
}
"""Characters that HTML cannot hold, and those that would turn the order of letters around. Each is replaced by one."""

_VOID = frozenset({"meta", "input", "br", "path", "rect", "line", "circle", "polygon", "polyline", "use", "col"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child: TypeAlias = "str | Iterable[Child] | None"


def text(value: str) -> Markup:
    """A text as HTML that shows it and does nothing else."""
    return value if isinstance(value, Markup) else Markup(_escape(value.translate(_INVISIBLE), quote=True))


def join(children: Child) -> Markup:
    """Children as one piece; None is nothing."""
    if children is None:
        return Markup("")
    if isinstance(children, str):
        return text(children)
    return Markup("".join(map(join, children)))


def element(name: str, /, *children: Child, **attributes: str | float | bool | None) -> Markup:
    """An element. An attribute that is None or False is left out; `class_` is `class` and `data_fr` is `data-fr`."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID and not children:
        return Markup(f"<{name}{written}/>")
    return Markup(f"<{name}{written}>{join(children)}</{name}>")


def _attribute(value: str | float | bool) -> str:
    if value is True:
        return ""
    if isinstance(value, float | int):
        return f"{value:.1f}".removesuffix(".0")
    return text(value)


def both(words: Both) -> Markup:
    """Words in both languages, of which the page shows one; once where they are the same."""
    if words[0] == words[1]:
        return text(words[0])
    return Markup(element("span", words[0], class_="fr", lang="fr") + element("span", words[1], class_="en", lang="en"))


def each(say: Callable[[Language], str]) -> Both:
    """What a function of the language says in each."""
    return say("fr"), say("en")
