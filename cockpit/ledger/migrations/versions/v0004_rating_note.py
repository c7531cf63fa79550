"""Vetoes, caps and appeals beside ratings, decided here."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

SQLITE_TRIGGERS = (
    "create trigger rating_note_no_update before update on rating_note "
    "begin select raise(abort, 'rating_note is append-only'); end",
    "create trigger rating_note_no_delete before delete on rating_note "
    "begin select raise(abort, 'rating_note is append-only'); end",
)
POSTGRESQL_TRIGGERS = (
    "create trigger rating_note_no_change before update or delete on rating_note "
    "for each row execute function refuse_change()",
    "create trigger rating_note_no_truncate before truncate on rating_note execute function refuse_change()",
)


def upgrade() -> None:
    """Make the table of rating notes, to which rows are only added."""
    op.create_table(
        "rating_note",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True
        ),
        sa.Column(
            "follows",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            sa.ForeignKey("rating_note.id"),
            unique=True,
        ),
        sa.Column("action", sa.String(8), nullable=False),
        sa.Column("region_code", sa.String(12)),
        sa.Column("unit_id", sa.String(64)),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("expires_on", sa.Date),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(32), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.CheckConstraint(
            "action in ('veto', 'cap', 'appeal', 'lift', 'uphold', 'refuse')", name="rating_note_action"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("rating_note_region", "rating_note", ["region_code"])
    op.create_index("rating_note_unit", "rating_note", ["unit_id"])
    for statement in SQLITE_TRIGGERS if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_TRIGGERS:
        op.execute(statement)
