"""The tables of the store. Times are UTC; dates are partial dates as the text tells them (`YYYY`, `YYYY-MM`, …).

`reports` and `decisions` are the truth: what the program read, and what people decided; neither is ever changed. The
columns of `cases` behind `version`, `terms`, `observations` and the full-text index are derived from them, for lists
and cohorts to be quick.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Index, String, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC, in databases with and without time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Moments without a zone are refused: nobody could tell what they mean."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The store's tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcTime, dict[str, Any]: JSON(none_as_null=True)}


SORTS: tuple[tuple[str, ...], ...] = (
    ("updated_at",), ("folded_name",), ("sex",), ("age",), ("topography",), ("morphology",), ("stage",), ("diagnosed",),
    ("last_news",), ("status",), ("findings_high", "findings_medium", "findings_low"), ("facts",),
)  # fmt: skip
"""What lists are sorted by; the id behind each, so that far pages are found without the rows."""


def _sort_indexes() -> list[Index]:
    return [Index(f"ix_cases_{columns[0]}", *columns, "id") for columns in SORTS]


class CaseRow(Base):
    """A patient. All behind `version` is derived from the reports and the decisions."""

    __tablename__ = "cases"
    __table_args__ = (
        *_sort_indexes(),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    folded_name: Mapped[str]
    """The name without accents and in lower case: for search and order."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str | None]
    version: Mapped[int]
    derived: Mapped[str] = mapped_column(String(24))
    """Which derivation the columns below are of (`derived.DERIVED`)."""
    revision: Mapped[int] = mapped_column(index=True)
    """The store's revision that wrote them last."""
    status: Mapped[str] = mapped_column(String(16))
    validated_at: Mapped[datetime | None]
    validated_by: Mapped[str | None]
    sex: Mapped[str | None] = mapped_column(String(8))
    age: Mapped[float | None]
    """Years at diagnosis."""
    topography: Mapped[str | None] = mapped_column(String(8))
    morphology: Mapped[str | None] = mapped_column(String(8))
    laterality: Mapped[str | None] = mapped_column(String(10))
    stage: Mapped[str | None] = mapped_column(String(8))
    """The group at diagnosis: 0, I, II, III, IV."""
    staging: Mapped[str | None]
    """The first staging as it is written: `pT2 N1 M0`."""
    diagnosed: Mapped[str | None] = mapped_column(String(10))
    diagnosed_earliest: Mapped[str | None] = mapped_column(String(10))
    diagnosed_latest: Mapped[str | None] = mapped_column(String(10))
    last_news: Mapped[str | None] = mapped_column(String(10))
    vital: Mapped[str | None] = mapped_column(String(8))
    findings_high: Mapped[int]
    findings_medium: Mapped[int]
    findings_low: Mapped[int]
    """Open findings."""
    facts: Mapped[int]
    """Facts that stand."""
    unreviewed: Mapped[int]
    """Facts that nobody has accepted, corrected or rejected."""
    reports: Mapped[int]


class ReportRow(Base):
    """A report, and what the program read in it; never changed."""

    __tablename__ = "reports"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    file_name: Mapped[str | None]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the text without regard to spaces (`review.reading.digest`)."""
    document_date: Mapped[str | None] = mapped_column(String(10))
    program: Mapped[str]
    """The version of the program that read it."""
    added_at: Mapped[datetime]
    added_by: Mapped[str]
    text: Mapped[str]
    reading: Mapped[dict[str, Any]]
    """What `review.reading.read_report` gave: sections, sentences, proposed facts."""


class DecisionRow(Base):
    """A decision of the log (`review.decisions.Decision`); only `undone_by` is ever written later."""

    __tablename__ = "decisions"
    __table_args__ = (UniqueConstraint("case_id", "version"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    version: Mapped[int]
    action: Mapped[str] = mapped_column(String(24))
    target: Mapped[str | None]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    note: Mapped[str | None]
    by: Mapped[str]
    at: Mapped[datetime]
    undone_by: Mapped[int | None]


class TermRow(Base):
    """That a case has something to filter by: a site, a marker, a treatment (`review.terms`)."""

    __tablename__ = "terms"
    __table_args__ = ({"sqlite_with_rowid": False},)

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, index=True)


class ObservationRow(Base):
    """A case as a row of a cohort (`cohort.columns.row`)."""

    __tablename__ = "observations"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    sex: Mapped[str | None]
    age: Mapped[float | None]
    site: Mapped[str | None]
    morphology: Mapped[str | None]
    stage: Mapped[str | None]
    year: Mapped[int | None]
    first_treatment: Mapped[str | None]
    first_line: Mapped[str | None]
    first_regimen: Mapped[str | None]
    os_low: Mapped[float | None]
    os_high: Mapped[float | None]
    os_event: Mapped[bool | None]
    pfs_low: Mapped[float | None]
    pfs_high: Mapped[float | None]
    pfs_event: Mapped[bool | None]
    relapse_low: Mapped[float | None]
    relapse_high: Mapped[float | None]
    relapse_event: Mapped[bool | None]
    markers: Mapped[str]
    """`NAME=result`, as a JSON list."""
    treatments: Mapped[str]
    """Kinds of treatment, as a JSON list."""
    swimmer: Mapped[str | None]
    """`cohort.swimmer.Swimmer` as JSON."""


class RevisionRow(Base):
    """One counter, raised by every write: what is computed from the store is good while it stands."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int]
    deletions: Mapped[int]
    """How often cases were deleted: what is kept in memory cannot be mended then."""


class ErasureRow(Base):
    """That a case was erased (`erasing.Erasure`): nothing in it tells of whom."""

    __tablename__ = "erasures"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int]
    reports: Mapped[int]
    decisions: Mapped[int]
    reason: Mapped[str] = mapped_column(String(16))
    by: Mapped[str]
    at: Mapped[datetime]


class User(Base):
    """An account."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    role: Mapped[str] = mapped_column(String(16))
    active: Mapped[bool]
    created_at: Mapped[datetime]
    last_login_at: Mapped[datetime | None]


class WebSession(Base):
    """A browser that is signed in; `user_id` is None for the local person of the start-up token."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    csrf: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ApiToken(Base):
    """A token for a program that works in a person's name."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class LoginFailure(Base):
    """A login that failed: too many of them slow the next."""

    __tablename__ = "login_failures"
    __table_args__ = (Index("ix_login_failures_name_at", "name", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime]
