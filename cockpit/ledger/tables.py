"""The tables of the ledger as the code sees them; migrations/versions says how they came to be."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """A moment with its zone, kept in UTC by every engine."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Bring a moment to UTC; ValueError when it names no zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment in the ledger needs its zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give back the zone that SQLite does not keep."""
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


class Listed(TypeDecorator[tuple[str, ...]]):
    """Texts without commas, kept as one."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:  # noqa: ARG002
        """Join them."""
        return ",".join(value or ())

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:  # noqa: ARG002
        """Take them apart again."""
        return tuple(value.split(",")) if value else ()


metadata = MetaData()

account = Table(
    "account",
    metadata,
    Column("username", String(32), primary_key=True),
    Column("name", String(40), nullable=False),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(60), nullable=False),
    Column("is_disabled", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("password_changed_at", UtcTime, nullable=False),
    # Raised by whatever must end every session of the account; a session keeps the number it began with.
    Column("session_epoch", Integer, nullable=False),
    # A password somebody else has chosen opens nothing but the page that changes it.
    Column("must_change_password", Boolean, nullable=False, default=False),
    # The networks it may sign in from, for big screens; none: from anywhere.
    Column("addresses", Listed, nullable=False, default=()),
)

account_scope = Table(
    "account_scope",
    metadata,
    Column("username", ForeignKey(account.c.username, ondelete="cascade"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("value", String(64), primary_key=True),
    CheckConstraint("kind in ('region', 'industry', 'unit')", name="account_scope_kind"),
    Index("account_scope_value", "kind", "value"),
)

session = Table(
    "session",
    metadata,
    # The SHA-256 of what the cookie holds: who reads the ledger cannot take a session up.
    Column("id", String(64), primary_key=True),
    Column("username", ForeignKey(account.c.username, ondelete="cascade"), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("began_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("address", String(64)),
    Index("session_username", "username"),
)

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    # A keyed hash of the account name or address: a password typed into the wrong field is not written down.
    Column("key", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("locked_until", UtcTime),
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", UtcTime, nullable=False),
    Column("who", String(64), nullable=False),
    Column("action", String(32), nullable=False),
    Column("target", String(256)),
    Column("detail", Text),
    Column("count_row", BigInteger),
    Column("session", String(32)),
    Column("address", String(64)),
    # Binds the row to all before it.
    Column("hash", String(64), nullable=False, default=""),
    # A page of the log is one of these, read backwards from where the last one ended.
    Index("audit_at", "at", "id"),
    Index("audit_who", "who", "at", "id"),
    Index("audit_action", "action", "at", "id"),
    Index("audit_target", "target", "at", "id"),
    Index("audit_address", "address", "at", "id"),
    sqlite_autoincrement=True,
)

# Where the chain begins (`id`, `hash` of the last row pruned; 0 and '' before any) and where it ends.
audit_anchor = Table(
    "audit_anchor",
    metadata,
    Column("kind", String(8), primary_key=True),
    Column("id", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    # Keyed over the rest: who holds no key can move neither end.
    Column("mac", String(64), nullable=False),
    CheckConstraint("kind in ('begin', 'end')", name="audit_anchor_kind"),
)

decision = Table(
    "decision",
    metadata,
    # Given out under the ledger's write lock, so that a later number is never seen before an earlier one.
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("alert_id", Text, nullable=False),
    # 1, 2, 3 … within the alert: of two who act on the same version one meets the constraint.
    Column("version", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("who", String(32), nullable=False),
    Column("role", String(16), nullable=False),
    Column("action", String(24), nullable=False),
    Column("from_stage", String(16), nullable=False),
    Column("to_stage", String(16), nullable=False),
    # What the sources said when it was decided: their last stage, and its time.
    Column("upstream_stage", String(16), nullable=False),
    Column("upstream_at", UtcTime, nullable=False),
    # The state the first decision began from, as JSON, so that the events alone give the state.
    Column("base", Text),
    Column("handler", String(32)),
    Column("finding", String(16)),
    Column("amount", Float),
    Column("disposition", String(16)),
    Column("four_form", String(4)),
    Column("persons", Integer),
    Column("recovered", Float),
    Column("applied_as", String(16)),
    Column("grade", String(16)),
    Column("extension_days", Integer),
    Column("note", Text),
    # By when the next step is due.
    Column("due_at", UtcTime),
    UniqueConstraint("alert_id", "version", name="decision_version"),
    Index("decision_who", "who"),
    sqlite_autoincrement=True,
)

# What the decisions on an alert have come to; `cockpit.loop.state.replay` gives the same.
alert_state = Table(
    "alert_state",
    metadata,
    Column("alert_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("stage", String(16), nullable=False),
    Column("stage_at", UtcTime, nullable=False),
    Column("handler", String(32)),
    Column("is_accepted", Boolean, nullable=False),
    # All who ever have, with a blank between: none of them may take the other side.
    Column("verified_by", Text),
    Column("disposed_by", Text),
    Column("finding", String(16)),
    Column("amount", Float),
    Column("disposition", String(16)),
    Column("four_form", String(4)),
    Column("persons", BigInteger),
    Column("recovered", Float),
    Column("applied_as", String(16)),
    Column("grade", String(16)),
    Column("due_at", UtcTime),
    Column("is_urged", Boolean, nullable=False),
    Column("extension_by", String(32)),
    Column("extension_days", Integer),
    Column("upstream_stage", String(16), nullable=False),
    Column("upstream_at", UtcTime, nullable=False),
    Index("alert_state_seq", "seq", unique=True),
    Index("alert_state_handler", "handler"),
)

# What somebody looks at, by the name they gave it: a page and the parameters of its address.
saved_view = Table(
    "saved_view",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("username", ForeignKey(account.c.username, ondelete="cascade"), nullable=False),
    Column("page", String(32), nullable=False),
    Column("name", String(40), nullable=False),
    Column("parameters", Text, nullable=False),
    Column("saved_at", UtcTime, nullable=False),
    UniqueConstraint("username", "page", "name", name="saved_view_name"),
)

# What is decided beside the rating of a place or unit, and what answers it; a row is never changed.
rating_note = Table(
    "rating_note",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    # Of a lift or an answer: what it ends. One end a note.
    Column("follows", ForeignKey("rating_note.id"), unique=True),
    Column("action", String(8), nullable=False),
    Column("region_code", String(12)),
    Column("unit_id", String(64)),
    Column("record", Text, nullable=False),
    Column("expires_on", Date),
    Column("at", UtcTime, nullable=False),
    Column("who", String(32), nullable=False),
    Column("name", String(40), nullable=False),
    Column("role", String(16), nullable=False),
    CheckConstraint(
        "action in ('veto', 'cap', 'appeal', 'lift', 'uphold', 'refuse')", name="rating_note_action"
    ),
    Index("rating_note_region", "region_code"),
    Index("rating_note_unit", "unit_id"),
    sqlite_autoincrement=True,
)
