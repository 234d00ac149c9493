"""Run by alembic: the migrations, in the transaction and on the connection that `database.py` gives."""

from __future__ import annotations

from alembic import context

attributes = context.config.attributes
context.configure(connection=attributes["connection"], version_table=attributes["version_table"])
context.run_migrations()
