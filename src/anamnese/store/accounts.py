"""Accounts: names, argon2 passwords, roles, tokens for programs; and the brake on guessing passwords."""

from __future__ import annotations

import re
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from anamnese.store.models import ApiToken, LoginFailure, User, WebSession
from anamnese.store.sessions import digest, now, reading, writing

if TYPE_CHECKING:
    from anamnese.store import Store

Role = Literal["reader", "reviewer", "administrator"]
ROLES: tuple[Role, ...] = ("reader", "reviewer", "administrator")
"""From the least to the most: a reader sees and exports, a reviewer also brings reports in and decides, an
administrator also keeps the accounts."""

PASSWORD_LENGTH = 12
"""Characters at least, of any kind. With throttled logins the CNIL (délibération 2022-100) asks for 50 bits: twelve
small letters at random have 56."""
PASSWORD_LONGEST = 200
_NAME = re.compile(r"[\w][\w.@' -]{0,62}")

WINDOW = timedelta(minutes=15)
"""How long a failed login counts."""
LIMITS = {"pair": 5, "name": 20, "address": 50}
"""Failures within the window after which no more is tried: of a name from one address, of a name from anywhere (so
that others cannot lock a person out easily), of an address with any names."""

_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))
"""A password that nobody has: a name without an account takes as long to refuse as a wrong password."""
_costly = threading.Semaphore(2)
"""argon2 takes 64 MB a verification: not more than two at a time, however many are asked for."""


class AccountError(Exception):
    """What cannot be done with accounts. `code` is a key of `words/users.tsv`; the message is the French line of the
    command."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Throttled(Exception):  # noqa: N818
    """Too many failed logins. `seconds` until the next may be tried."""

    def __init__(self, seconds: int) -> None:
        super().__init__("throttled")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Account:
    """An account as others may see it."""

    id: int
    name: str
    role: Role
    active: bool
    created_at: datetime
    last_login_at: datetime | None
    tokens: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class Token:
    """A token for a program, as others may see it: never its secret."""

    id: int
    label: str
    created_at: datetime


def accounts(store: Store) -> list[Account]:
    """All accounts by name, each with its tokens that stand."""
    with reading(store) as db:
        tokens: dict[int, list[Token]] = {}
        for token in db.scalars(select(ApiToken).where(ApiToken.revoked_at.is_(None)).order_by(ApiToken.id)):
            tokens.setdefault(token.user_id, []).append(Token(token.id, token.label, token.created_at))
        return [_account(user, tuple(tokens.get(user.id, ()))) for user in db.scalars(select(User).order_by(User.name))]


def add_account(store: Store, name: str, password: str, role: Role) -> Account:
    """A new account. Raises `AccountError`."""
    name = name.strip()
    if not _NAME.fullmatch(name):
        raise AccountError("bad_name", f"« {name} » : nom de compte refusé ; lettres, chiffres, . _ @ - et espaces")
    if role not in ROLES:
        raise AccountError("bad_role", f"rôle inconnu ; donnez l'un de {', '.join(ROLES)}")
    _check_password(name, password)
    user = User(name=name, password_hash=_hash(password), role=role, active=True, created_at=now())
    try:
        with writing(store) as db:
            db.add(user)
            db.flush()
            return _account(user)
    except IntegrityError as error:
        raise AccountError("taken", f"{name} : ce compte existe déjà") from error


def set_password(store: Store, name: str, password: str) -> None:
    """Another password; the account's sessions end. Raises `AccountError`."""
    _check_password(name, password)
    hashed = _hash(password)
    with writing(store) as db:
        user = _user(db.scalar(select(User).where(User.name == name)), name)
        user.password_hash = hashed
        db.execute(delete(WebSession).where(WebSession.user_id == user.id))
        db.execute(delete(LoginFailure).where(LoginFailure.name == name))


def set_active(store: Store, name: str, active: bool) -> None:
    """Disable or enable an account; a disabled one loses its sessions and tokens. Raises `AccountError`."""
    with writing(store) as db:
        user = _user(db.scalar(select(User).where(User.name == name)), name)
        if not active:
            _keep_an_administrator(db, user)
            db.execute(delete(WebSession).where(WebSession.user_id == user.id))
            db.execute(update(ApiToken).where(ApiToken.user_id == user.id).values(revoked_at=now()))
        user.active = active


def set_role(store: Store, name: str, role: Role) -> None:
    """Another role. Raises `AccountError`."""
    with writing(store) as db:
        user = _user(db.scalar(select(User).where(User.name == name)), name)
        if role != "administrator":
            _keep_an_administrator(db, user)
        user.role = role


def add_token(store: Store, name: str, label: str) -> str:
    """A token for a program that acts for an account; gives its secret, which is told once. Raises `AccountError`."""
    secret = secrets.token_urlsafe(32)
    with writing(store) as db:
        user = _user(db.scalar(select(User).where(User.name == name)), name)
        if not user.active:
            raise AccountError("disabled", f"{name} : compte désactivé")
        db.add(ApiToken(user_id=user.id, token_hash=digest(secret), label=label.strip()[:100], created_at=now()))
    return secret


def revoke_token(store: Store, id: int) -> None:
    """End a token. Raises `AccountError`."""
    with writing(store) as db:
        token = db.get(ApiToken, id)
        if token is None or token.revoked_at is not None:
            raise AccountError("no_token", "ce jeton n'existe pas ou est déjà révoqué")
        token.revoked_at = now()


def by_token(store: Store, secret: str) -> Account | None:
    """The account that a program's token stands for."""
    asked = (
        select(User)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(ApiToken.token_hash == digest(secret), ApiToken.revoked_at.is_(None), User.active)
    )
    with reading(store) as db:
        user = db.scalar(asked)
        return _account(user) if user is not None else None


def log_in(store: Store, name: str, password: str, address: str, at: datetime | None = None) -> Account | None:
    """The account of a name and its password; None where they do not fit. Raises `Throttled`."""
    at = at or now()
    name = name.strip()[:100]
    _throttle(store, name, address, at)
    with reading(store) as db:
        user = db.scalar(select(User).where(User.name == name))
        hashed = user.password_hash if user is not None else _NOBODY
        active = user is not None and user.active
    fits = len(password) <= PASSWORD_LONGEST and _fits(hashed, password)
    with writing(store) as db:
        db.execute(delete(LoginFailure).where(LoginFailure.at < at - WINDOW))
        user = db.scalar(select(User).where(User.name == name)) if fits and active else None
        if user is None:
            db.add(LoginFailure(name=name, address=address, at=at))
            return None
        db.execute(delete(LoginFailure).where(LoginFailure.name == name, LoginFailure.address == address))
        user.last_login_at = at
        if _hasher.check_needs_rehash(user.password_hash):
            user.password_hash = _hash(password)
        return _account(user)


def _throttle(store: Store, name: str, address: str, at: datetime) -> None:
    since = LoginFailure.at > at - WINDOW
    same_name, same_address = LoginFailure.name == name, LoginFailure.address == address
    with reading(store) as db:
        for limit, which in (
            (LIMITS["pair"], same_name & same_address),
            (LIMITS["name"], same_name),
            (LIMITS["address"], same_address),
        ):
            count, first = db.execute(select(func.count(), func.min(LoginFailure.at)).where(since, which)).one()
            if count >= limit:
                raise Throttled(max(1, int((first + WINDOW - at).total_seconds())))


def _check_password(name: str, password: str) -> None:
    if not PASSWORD_LENGTH <= len(password) <= PASSWORD_LONGEST:
        raise AccountError("short_password", f"mot de passe refusé : au moins {PASSWORD_LENGTH} caractères")
    if len(set(password)) < 5 or name.casefold() in password.casefold():
        raise AccountError("weak_password", "mot de passe refusé : trop simple, ou il contient le nom du compte")


def _hash(password: str) -> str:
    with _costly:
        return _hasher.hash(password)


def _fits(hashed: str, password: str) -> bool:
    with _costly:
        try:
            return _hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False


def _keep_an_administrator(db: Session, user: User) -> None:
    """Refuse to take the last administrator away: nobody could give the role back."""
    if user.role != "administrator" or not user.active:
        return
    others = select(func.count()).select_from(User).where(User.active, User.role == "administrator", User.id != user.id)
    if not db.scalar(others):
        raise AccountError("last_administrator", f"{user.name} : dernier compte d'administration ; il doit rester")


def _user(user: User | None, name: str) -> User:
    if user is None:
        raise AccountError("unknown", f"{name} : compte inconnu ; « anamnese user list » les montre")
    return user


def _account(user: User, tokens: tuple[Token, ...] = ()) -> Account:
    return Account(user.id, user.name, user.role, user.active, user.created_at, user.last_login_at, tokens)  # type: ignore[arg-type]
