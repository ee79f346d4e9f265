"""Full text cut into words by us, so that both databases find the same; and SQLite's index beside the words that it
holds: to forget a case, it must be told them exactly, and they may have been folded by an older program."""

import re

import sqlalchemy as sa
from alembic import op

from anamnese.reading.fold import fold

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_PART = 200_000


def upgrade() -> None:
    """Index all reports anew."""
    connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        op.execute("DROP TABLE search")
        op.execute("CREATE TABLE search_words (case_id INTEGER PRIMARY KEY, words TEXT NOT NULL)")
        op.execute(
            "CREATE VIRTUAL TABLE search USING fts5"
            "(words, content='search_words', content_rowid='case_id', tokenize='unicode61')"
        )
        entry = sa.text("INSERT INTO search_words (case_id, words) VALUES (:id, :words)")
    else:
        op.execute("DELETE FROM search")
        entry = sa.text(
            "INSERT INTO search (case_id, part, document) VALUES (:id, :part, to_tsvector('simple', :words))"
        )
    texts = sa.text("SELECT text FROM reports WHERE case_id = :id ORDER BY id")
    for id, name in connection.execute(sa.text("SELECT id, name FROM cases ORDER BY id")).all():
        told = (fold(name), *(fold(text) for text in connection.scalars(texts, {"id": id})))
        words = " ".join(word for text in told for word in re.findall(r"[^\W_]+", text))
        if sqlite:
            connection.execute(entry, {"id": id, "words": words})
            continue
        for part, start in enumerate(range(0, len(words), _PART)):
            connection.execute(entry, {"id": id, "part": part, "words": words[start : start + _PART]})
    if sqlite:
        op.execute("INSERT INTO search (search) VALUES ('rebuild')")
