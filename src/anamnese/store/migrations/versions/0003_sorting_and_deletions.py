"""An index for each sort of the list, and a counter of deletions for what is kept in memory."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SORTS = (
    ("sex",), ("age",), ("topography",), ("morphology",), ("stage",), ("diagnosed",), ("last_news",), ("status",),
    ("findings_high", "findings_medium", "findings_low"), ("facts",),
)  # fmt: skip


def upgrade() -> None:
    """The order of a list is then read from an index alone."""
    op.add_column("revision", sa.Column("deletions", sa.Integer(), nullable=False, server_default="0"))
    for columns in _SORTS:
        op.create_index(f"ix_cases_{columns[0]}", "cases", [*columns, "id"])
