"""Sessions, lock-out, decisions on alerts with what they come to, and the audit bound into a chain."""

import sqlalchemy as sa
from alembic import op

from cockpit.ledger import chain

revision = "0002"
down_revision = "0001"

TIME = sa.DateTime(timezone=True)
SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")

# Rows at or before the anchor of the chain's beginning may go: pruning moves it first.
SQLITE_TRIGGERS = (
    "create trigger audit_no_update before update on audit "
    "begin select raise(abort, 'audit is append-only'); end",
    "create trigger audit_no_delete before delete on audit "
    "when old.id > coalesce((select id from audit_anchor where kind = 'begin'), 0) "
    "begin select raise(abort, 'audit is append-only'); end",
    "create trigger decision_no_update before update on decision "
    "begin select raise(abort, 'decision is append-only'); end",
    "create trigger decision_no_delete before delete on decision "
    "begin select raise(abort, 'decision is append-only'); end",
)
POSTGRESQL_TRIGGERS = (
    "create function refuse_change() returns trigger language plpgsql as $$ begin "
    "raise exception '% is append-only', tg_table_name; end $$",
    "create function refuse_audit_delete() returns trigger language plpgsql as $$ begin "
    "if old.id > coalesce((select id from audit_anchor where kind = 'begin'), 0) then "
    "raise exception 'audit is append-only'; end if; return old; end $$",
    "create trigger audit_no_update before update on audit for each row execute function refuse_change()",
    "create trigger audit_no_delete before delete on audit "
    "for each row execute function refuse_audit_delete()",
    "create trigger decision_no_change before update or delete on decision "
    "for each row execute function refuse_change()",
    "create trigger audit_no_truncate before truncate on audit execute function refuse_change()",
    "create trigger decision_no_truncate before truncate on decision execute function refuse_change()",
)


def upgrade() -> None:
    """Make the tables of the loop and of sessions, chain the audit, and forbid to change what was done."""
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
        sa.Column("verified_by", sa.Text),
        sa.Column("disposed_by", sa.Text),
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
    op.create_table(
        "audit_anchor",
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.CheckConstraint("kind in ('begin', 'end')", name="audit_anchor_kind"),
    )
    op.add_column("audit", sa.Column("hash", sa.String(64), nullable=False, server_default=""))
    for name in ("at", "who"):
        op.drop_index(f"audit_{name}", "audit")
    op.create_index("audit_at", "audit", ["at", "id"])
    for name in ("who", "action", "target", "address"):
        op.create_index(f"audit_{name}", "audit", [name, "at", "id"])
    connection = op.get_bind()
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        for change in ("update", "delete"):
            op.execute(f"drop trigger audit_no_{change}")
    chain.bind(connection, connection.get_execution_options()["audit_key"])
    for statement in SQLITE_TRIGGERS if is_sqlite else POSTGRESQL_TRIGGERS:
        op.execute(statement)
