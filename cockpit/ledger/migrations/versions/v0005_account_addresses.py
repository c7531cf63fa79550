"""Addresses that an account may sign in from: those of big screens."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the addresses; accounts made before have none."""
    op.add_column("account", sa.Column("addresses", sa.Text, nullable=False, server_default=""))
