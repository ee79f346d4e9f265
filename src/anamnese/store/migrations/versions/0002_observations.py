"""A row a case for cohorts, and which derivation and revision the derived columns of a case are of."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MEASURES = ("os", "pfs", "relapse")


def upgrade() -> None:
    """The cases' own rows are derived anew when the store is opened: an empty `derived` tells that they are of old."""
    op.add_column("cases", sa.Column("derived", sa.String(24), nullable=False, server_default=""))
    op.add_column("cases", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_cases_revision", "cases", ["revision"])
    op.create_table(
        "observations",
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("sex", sa.String()),
        sa.Column("age", sa.Double()),
        sa.Column("site", sa.String()),
        sa.Column("morphology", sa.String()),
        sa.Column("stage", sa.String()),
        sa.Column("year", sa.Integer()),
        sa.Column("first_treatment", sa.String()),
        sa.Column("first_line", sa.String()),
        sa.Column("first_regimen", sa.String()),
        *(
            sa.Column(f"{name}_{part}", kind)
            for name in _MEASURES
            for part, kind in (("low", sa.Double()), ("high", sa.Double()), ("event", sa.Boolean()))
        ),
        sa.Column("markers", sa.String(), nullable=False),
        sa.Column("treatments", sa.String(), nullable=False),
        sa.Column("swimmer", sa.String()),
    )
