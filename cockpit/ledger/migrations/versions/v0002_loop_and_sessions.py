"""Sessions, lock-out, decisions on alerts with what they come to, and the audit bound into a chain."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TIME = sa.DateTime(timezone=True)
SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables of the loop and of sessions."""
    op.add_column(
        "account",
        sa.Column("must_change_password", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_index("account_scope_value", "account_scope", ["kind", "value"])
    op.create_table(
        "session",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column(
            "username",
            sa.String(32),
            sa.ForeignKey("account.username", ondelete="cascade"),
            nullable=False,
        ),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("began_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("address", sa.String(64)),
    )
    op.create_index("session_username", "session", ["username"])
    op.create_table(
        "sign_in_failure",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("locked_until", TIME),
    )
    op.create_table(
        "decision",
        sa.Column("seq", SEQUENCE, primary_key=True, autoincrement=True),
        sa.Column("alert_id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("who", sa.String(32), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("action", sa.String(24), nullable=False),
        sa.Column("from_stage", sa.String(16), nullable=False),
        sa.Column("to_stage", sa.String(16), nullable=False),
        sa.Column("upstream_stage", sa.String(16), nullable=False),
        sa.Column("upstream_at", TIME, nullable=False),
        sa.Column("base", sa.Text),
        sa.Column("handler", sa.String(32)),
        sa.Column("finding", sa.String(16)),
        sa.Column("amount", sa.Float),
        sa.Column("disposition", sa.String(16)),
        sa.Column("four_form", sa.String(4)),
        sa.Column("persons", sa.Integer),
        sa.Column("recovered", sa.Float),
        sa.Column("applied_as", sa.String(16)),
        sa.Column("grade", sa.String(16)),
        sa.Column("extension_days", sa.Integer),
        sa.Column("note", sa.Text),
        sa.Column("due_at", TIME),
        sa.UniqueConstraint("alert_id", "version", name="decision_version"),
        sqlite_autoincrement=True,
    )
    op.create_index("decision_who", "decision", ["who"])
    op.create_table(
        "alert_state",
        sa.Column("alert_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("stage_at", TIME, nullable=False),
        sa.Column("handler", sa.String(32)),
        sa.Column("is_accepted", sa.Boolean, nullable=False),
        sa.Column("verified_by", sa.String(32)),
        sa.Column("disposed_by", sa.String(32)),
        sa.Column("finding", sa.String(16)),
        sa.Column("amount", sa.Float),
        sa.Column("disposition", sa.String(16)),
        sa.Column("four_form", sa.String(4)),
        sa.Column("persons", sa.BigInteger),
        sa.Column("recovered", sa.Float),
        sa.Column("applied_as", sa.String(16)),
        sa.Column("grade", sa.String(16)),
        sa.Column("due_at", TIME),
        sa.Column("is_urged", sa.Boolean, nullable=False),
        sa.Column("extension_by", sa.String(32)),
        sa.Column("extension_days", sa.Integer),
        sa.Column("upstream_stage", sa.String(16), nullable=False),
        sa.Column("upstream_at", TIME, nullable=False),
    )
    op.create_index("alert_state_seq", "alert_state", ["seq"], unique=True)
    op.create_index("alert_state_handler", "alert_state", ["handler"])
    op.add_column("audit", sa.Column("hash", sa.String(64), nullable=False, server_default=""))
    op.create_index("audit_target", "audit", ["target"])
    op.create_table(
        "audit_anchor",
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint("kind in ('begin', 'end')", name="audit_anchor_kind"),
    )
