"""Cases, reports with what was read in them, decisions, terms to filter by, full text; accounts."""

import sqlalchemy as sa
from alembic import op

from anamnese.store.models import UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The first schema."""
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded_name", sa.String(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("updated_at", UtcTime(), nullable=False),
        sa.Column("updated_by", sa.String()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("validated_at", UtcTime()),
        sa.Column("validated_by", sa.String()),
        sa.Column("sex", sa.String(8)),
        sa.Column("age", sa.Double()),
        sa.Column("topography", sa.String(8)),
        sa.Column("morphology", sa.String(8)),
        sa.Column("laterality", sa.String(10)),
        sa.Column("stage", sa.String(8)),
        sa.Column("staging", sa.String()),
        sa.Column("diagnosed", sa.String(10)),
        sa.Column("diagnosed_earliest", sa.String(10)),
        sa.Column("diagnosed_latest", sa.String(10)),
        sa.Column("last_news", sa.String(10)),
        sa.Column("vital", sa.String(8)),
        sa.Column("findings_high", sa.Integer(), nullable=False),
        sa.Column("findings_medium", sa.Integer(), nullable=False),
        sa.Column("findings_low", sa.Integer(), nullable=False),
        sa.Column("facts", sa.Integer(), nullable=False),
        sa.Column("unreviewed", sa.Integer(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cases_updated_at", "cases", ["updated_at", "id"])
    op.create_index("ix_cases_folded_name", "cases", ["folded_name", "id"])
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("file_name", sa.String()),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("document_date", sa.String(10)),
        sa.Column("program", sa.String(), nullable=False),
        sa.Column("added_at", UtcTime(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("reading", sa.JSON(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reports_case_id", "reports", ["case_id"])
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(24), nullable=False),
        sa.Column("target", sa.String()),
        sa.Column("before", sa.JSON()),
        sa.Column("after", sa.JSON()),
        sa.Column("note", sa.String()),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("undone_by", sa.Integer()),
        sa.UniqueConstraint("case_id", "version"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "terms",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("code", sa.String(), primary_key=True),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_terms_case_id", "terms", ["case_id"])
    revision_table = op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("value", sa.Integer(), nullable=False),
    )
    op.bulk_insert(revision_table, [{"id": 1, "value": 0}])
    _full_text()
    _accounts()


def _full_text() -> None:
    """One entry a case: the words of its reports, folded. SQLite keeps only the index, not the words again."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE search USING fts5(words, content='', tokenize='unicode61')")
        return
    op.execute(
        "CREATE TABLE search (case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE, "
        "part INTEGER NOT NULL, document TSVECTOR NOT NULL, PRIMARY KEY (case_id, part))"
    )
    op.execute("CREATE INDEX ix_search_document ON search USING gin (document)")


def _accounts() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False, unique=True),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("last_login_at", UtcTime()),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id", ondelete="CASCADE")),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("revoked_at", UtcTime()),
    )
    op.create_table(
        "login_failures",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
    )
    op.create_index("ix_login_failures_name_at", "login_failures", ["name", "at"])
