"""Who is signed in: sessions of browsers, kept by the digest of their secret, so that the store betrays none.

Times are UTC. A session ends after a while without a request, in any case after a working day, or when its account is
disabled or gets another password.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from anamnese.store.models import User, WebSession

if TYPE_CHECKING:
    from anamnese.store import Store

_TOUCH = timedelta(minutes=1)
"""How often a session's last use is written: not at every request."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A session that stands. `user_id` is None for the local person; else `name` and `role` are the account's."""

    id: int
    user_id: int | None
    csrf: str
    name: str | None
    role: str | None


@contextmanager
def reading(store: Store) -> Iterator[Session]:
    """A look at the store."""
    with Session(store.engine, expire_on_commit=False) as db:
        yield db


@contextmanager
def writing(store: Store) -> Iterator[Session]:
    """One write transaction."""
    with store.writing() as connection, Session(bind=connection, expire_on_commit=False) as db:
        yield db
        db.commit()  # sends what is pending; the transaction itself is the store's to end


def now() -> datetime:
    """The present moment, UTC."""
    return datetime.now(UTC)


def digest(secret: str) -> str:
    """What is kept of a secret of 256 random bits: no salt is needed where nothing can be guessed."""
    return sha256(secret.encode()).hexdigest()


def open_session(store: Store, user_id: int | None, hours: float, at: datetime | None = None) -> str:
    """Begin a session; gives its secret, which only the browser keeps."""
    at = at or now()
    secret = secrets.token_urlsafe(32)
    with writing(store) as db:
        db.execute(delete(WebSession).where(WebSession.expires_at < at))
        db.add(
            WebSession(
                token_hash=digest(secret),
                user_id=user_id,
                csrf=secrets.token_urlsafe(32),
                created_at=at,
                seen_at=at,
                expires_at=at + timedelta(hours=hours),
            )
        )
    return secret


def find_session(store: Store, secret: str, idle_hours: float, at: datetime | None = None) -> Signed | None:
    """The session of a secret, where it stands and its account is active."""
    at = at or now()
    asked = (
        select(WebSession, User.name, User.role, User.active)
        .outerjoin(User, User.id == WebSession.user_id)
        .where(WebSession.token_hash == digest(secret))
    )
    with reading(store) as db:
        row = db.execute(asked).first()
        if row is None:
            return None
        session, name, role, active = row
        seen = session.seen_at
        if session.expires_at <= at or seen + timedelta(hours=idle_hours) <= at:
            return None
        if session.user_id is not None and not active:
            return None
        signed = Signed(session.id, session.user_id, session.csrf, name, role)
    if at - seen > _TOUCH:
        with writing(store) as db:
            db.execute(update(WebSession).where(WebSession.id == signed.id).values(seen_at=at))
    return signed


def close_session(store: Store, id: int) -> None:
    """End a session."""
    with writing(store) as db:
        db.execute(delete(WebSession).where(WebSession.id == id))
