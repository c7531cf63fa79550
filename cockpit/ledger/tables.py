"""The tables of the ledger as the code sees them; migrations/versions says how they came to be."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
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
)

account_scope = Table(
    "account_scope",
    metadata,
    Column("username", ForeignKey(account.c.username, ondelete="cascade"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("value", String(64), primary_key=True),
    CheckConstraint("kind in ('region', 'industry', 'unit')", name="account_scope_kind"),
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
    Index("audit_at", "at"),
    Index("audit_who", "who"),
    sqlite_autoincrement=True,
)
