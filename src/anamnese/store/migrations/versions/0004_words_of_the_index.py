"""SQLite's full-text index beside the words that it holds: to forget a case, it must be told them exactly, and they may
have been folded by an older program. PostgreSQL's index knows what it holds."""

import sqlalchemy as sa
from alembic import op

from anamnese.reading.fold import fold

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index all reports anew."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    op.execute("DROP TABLE search")
    op.execute("CREATE TABLE search_words (case_id INTEGER PRIMARY KEY, words TEXT NOT NULL)")
    op.execute(
        "CREATE VIRTUAL TABLE search USING fts5"
        "(words, content='search_words', content_rowid='case_id', tokenize='unicode61')"
    )
    texts = sa.text("SELECT text FROM reports WHERE case_id = :id ORDER BY id")
    for id, name in connection.execute(sa.text("SELECT id, name FROM cases ORDER BY id")).all():
        words = [fold(name), *(fold(text) for text in connection.scalars(texts, {"id": id}))]
        op.execute(
            sa.text("INSERT INTO search_words (case_id, words) VALUES (:id, :words)").bindparams(
                id=id, words="\n".join(words)
            )
        )
    op.execute("INSERT INTO search (search) VALUES ('rebuild')")
