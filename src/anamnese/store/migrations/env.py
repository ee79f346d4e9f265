"""Called by alembic: runs the revisions on the connection that `opening` gives it."""

from alembic import context

from anamnese.store.models import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
