"""Pages: templates, their words in French and English, and the addresses of static files."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from anamnese import __version__
from anamnese.history_page.words import date_words as both_date_words
from anamnese.labels import Language, code_name, label
from anamnese.lexicon.tables import read_table

HERE = Path(__file__).parent
STATIC = HERE / "static"
LANGUAGES: tuple[Language, ...] = ("fr", "en")
LANGUAGE_COOKIE = "anamnese_language"

_language: ContextVar[Language] = ContextVar("language", default="fr")
"""The language of the page in the making: known to macros of imported templates too, which see no context."""


@cache
def words() -> dict[str, dict[Language, str]]:
    """All words of the pages: the rows of every table of `words/`."""
    return {
        row["key"]: {"fr": row["fr"], "en": row["en"]}
        for table in sorted((HERE / "words").glob("*.tsv"))
        for row in read_table(table)
    }


def say(key: str, language: Language, **values: Any) -> str:
    """The words of a key, `{name}` filled in; the key itself where there are none (a test finds such)."""
    both = words().get(key)
    if both is None:
        return key
    return both[language].format_map(values) if values else both[language]


def t(key: str, **values: Any) -> str:
    """The words of a key in the page's language."""
    return say(key, _language.get(), **values)


def known(key: str) -> bool:
    """Whether there are words for a key."""
    return key in words()


@cache
def static_digest() -> str:
    """A digest of all static files: part of their addresses, so that browsers may keep them for ever. Modules import
    each other by relative addresses and so stay within one version."""
    digest = sha256()
    for file in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        digest.update(file.relative_to(STATIC).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def static(path: str) -> str:
    """The address of a static file. Raises FileNotFoundError for one that is not there."""
    if not (STATIC / path).is_file():
        raise FileNotFoundError(path)
    return f"/static/{static_digest()}/{path}"


def date_words(value: str | None) -> str:
    """A partial date (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`) as the page's language writes it."""
    french, english = both_date_words(value)
    return french if _language.get() == "fr" else english


def moment(at: datetime | str | None) -> str:
    """A moment (UTC where it has no zone) on this machine's clock: `21/11/2026 23:26`, `21 Nov 2026 23:26`."""
    if at is None or at == "":
        return ""
    if isinstance(at, str):
        at = datetime.fromisoformat(at)
    local = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone()
    return f"{date_words(local.date().isoformat())} {local:%H:%M}"


def _code_name(code: str) -> str:
    """The name of an ICD-O-3 code in the page's language; empty where the tables have none."""
    return code_name(code, _language.get())


def _label(value: Any, attribute: str = "") -> str:
    return label(value, _language.get(), attribute)


@cache
def environment() -> Environment:
    """The templates. Everything is escaped: a report full of HTML shows as text."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        t=t,
        known=known,
        static=static,
        label=_label,
        code_name=_code_name,
        date_words=date_words,
        moment=moment,
        version=__version__,
        page_language=_language.get,
    )
    return made


def language_of(request: Request, default: Language) -> Language:
    """The language that a person chose."""
    chosen: Any = request.cookies.get(LANGUAGE_COOKIE)
    return chosen if chosen in LANGUAGES else default


def render(request: Request, template: str, /, status_code: int = 200, **context: Any) -> HTMLResponse:
    """A page of a template. Every template has `request`, `language`, `user` (or None) and `csrf` besides `context`;
    `room` names the entry of the navigation that is the current one, `flashes` the messages to show."""
    language: Language = request.state.language
    person = request.state.person
    token = _language.set(language)
    try:
        around = {
            "request": request,
            "language": language,
            "user": person,
            "csrf": person.csrf if person else "",
            "room": "",
            "flashes": (),
        }
        content = environment().get_template(template).render(around | context)
    finally:
        _language.reset(token)
    return HTMLResponse(content, status_code)
