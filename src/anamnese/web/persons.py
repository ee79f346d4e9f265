"""Who a request comes from."""

from __future__ import annotations

from dataclasses import dataclass

from anamnese.store.accounts import ROLES, Role


@dataclass(frozen=True, slots=True)
class Person:
    """Who a request comes from. `name` is what decisions are signed with."""

    name: str
    role: Role
    user_id: int | None = None
    """None for the local person, whom the start-up token proves."""
    csrf: str = ""
    """The session's proof that a request was made by a page of ours; empty for a program, which has no session."""
    session: int | None = None

    @property
    def local(self) -> bool:
        """Whether the person signed in with the start-up token."""
        return self.user_id is None

    def may(self, role: Role) -> bool:
        """Whether the person has at least this role."""
        return ROLES.index(self.role) >= ROLES.index(role)
