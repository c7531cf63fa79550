"""Sessions: who is signed in, kept on the server; the cookie holds a random token and nothing else."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Select, delete, func, insert, or_, select, update

from cockpit.ledger import account as accounts
from cockpit.ledger.account import Account
from cockpit.ledger.store import Ledger
from cockpit.ledger.tables import account, account_scope
from cockpit.ledger.tables import session as table

TOKEN_BYTES = 32
TOKEN_PATTERN = re.compile(r"[A-Za-z0-9_-]{43}")
# How stale `seen_at` may be: not every run writes.
SEEN_SECONDS_MAX = 60.0
KEPT_DAYS = 7
ID_LENGTH = 16


@dataclass(frozen=True)
class Session:
    """One sign-in as the ledger holds it; times are UTC. `key` is the SHA-256 of the cookie's token."""

    key: str
    username: str
    epoch: int
    began_at: datetime
    seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    address: str | None = None

    @property
    def id(self) -> str:
        """What the audit calls the session: enough to follow it by, too little to find its key."""
        return self.key[:ID_LENGTH]


def key_of(token: str) -> str | None:
    """Return the key of a cookie's token, None when it cannot be one of ours."""
    return hashlib.sha256(token.encode()).hexdigest() if TOKEN_PATTERN.fullmatch(token) else None


def begin(
    connection: Connection, held: Account, *, hours: float, address: str | None = None
) -> tuple[str, Session]:
    """Begin a session of an account and return it with the token for the cookie, which is kept nowhere.

    Sessions of the account that ended long ago are cleared away; the last one always stays, for its time.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = datetime.now(UTC)
    made = Session(
        key=key_of(token) or "",
        username=held.username,
        epoch=held.session_epoch,
        began_at=now,
        seen_at=now,
        expires_at=now + timedelta(hours=hours),
        address=address,
    )
    connection.execute(
        delete(table).where(
            table.c.username == held.username, table.c.expires_at < now - timedelta(days=KEPT_DAYS)
        )
    )
    values = {field.name: getattr(made, field.name) for field in fields(made)}
    connection.execute(insert(table).values(values | {"id": values.pop("key")}))
    return token, made


def find(ledger: Ledger, key: str) -> tuple[Session, Account] | None:
    """Return a session with its account as it is now, in one statement; None when there is no such session."""
    statement = (
        select(
            table.c.epoch,
            table.c.began_at,
            table.c.seen_at,
            table.c.expires_at,
            table.c.ended_at,
            table.c.address,
            *account.c,
            account_scope.c.kind,
            account_scope.c.value,
        )
        .join_from(table, account, table.c.username == account.c.username)
        .outerjoin(account_scope, account_scope.c.username == account.c.username)
        .where(table.c.id == key)
    )
    with ledger.read() as connection:
        rows = connection.execute(statement).mappings().all()
    if not rows:
        return None
    first = rows[0]
    names = (field.name for field in fields(Session) if field.name != "key")
    return Session(key=key, **{name: first[name] for name in names}), accounts.from_rows(rows)


def ended(session: Session, held: Account, idle_minutes: float) -> str:
    """Return why a session is over, nothing when it is not."""
    now = datetime.now(UTC)
    reasons = {
        "session ended": session.ended_at is not None,
        "account disabled": held.is_disabled,
        "session revoked": held.session_epoch != session.epoch,
        "session expired": now >= session.expires_at,
        # Nobody sits before a big screen.
        "session idle": held.role != accounts.KIOSK
        and now >= session.seen_at + timedelta(minutes=idle_minutes),
    }
    return next((reason for reason, is_so in reasons.items() if is_so), "")


def seen_seconds(idle_minutes: float) -> float:
    """Return how often a person's doing is worth writing down: several times within what may pass without."""
    return min(SEEN_SECONDS_MAX, idle_minutes * 60 / 4)


def is_unseen(session: Session, idle_minutes: float) -> bool:
    """Tell whether what a person does is worth writing down again."""
    return datetime.now(UTC) - session.seen_at >= timedelta(seconds=seen_seconds(idle_minutes))


def see(ledger: Ledger, session: Session) -> None:
    """Note that the person of a session is still there; one that has ended is not brought back."""
    with ledger.write() as connection:
        connection.execute(
            update(table)
            .where(table.c.id == session.key, table.c.ended_at.is_(None))
            .values(seen_at=datetime.now(UTC))
        )


def end(connection: Connection, key: str) -> None:
    """End a session for good; one that has ended already, or is unknown, stays as it is."""
    connection.execute(
        update(table).where(table.c.id == key, table.c.ended_at.is_(None)).values(ended_at=datetime.now(UTC))
    )


def live(
    connection: Connection, idle_minutes: float, usernames: Sequence[str] | None = None
) -> list[Session]:
    """Return the sessions that would still open something, the latest seen first; None: of all accounts."""
    chosen = select(table).where(table.c.id.in_(live_ids(idle_minutes)))
    if usernames is not None:
        chosen = chosen.where(table.c.username.in_(usernames))
    rows = connection.execute(chosen.order_by(table.c.seen_at.desc(), table.c.id)).mappings()
    return [Session(**{"key" if name == "id" else name: row[name] for name in row}) for row in rows]


def live_ids(idle_minutes: float) -> Select[tuple[str]]:
    """Return the statement that chooses the keys of the sessions that would still open something."""
    now = datetime.now(UTC)
    return (
        select(table.c.id)
        .join(account, account.c.username == table.c.username)
        .where(
            table.c.ended_at.is_(None),
            table.c.expires_at > now,
            or_(account.c.role == accounts.KIOSK, table.c.seen_at > now - timedelta(minutes=idle_minutes)),
            table.c.epoch == account.c.session_epoch,
            account.c.is_disabled.is_(False),
        )
    )


def last_begun(connection: Connection, usernames: Sequence[str] | None = None) -> dict[str, datetime]:
    """Return when accounts last signed in (UTC) by name, those that never did left out; None: of all accounts."""
    statement = select(table.c.username, func.max(table.c.began_at).label("began_at"))
    statement = statement.group_by(table.c.username)
    if usernames is not None:
        statement = statement.where(table.c.username.in_(usernames))
    return {row.username: row.began_at for row in connection.execute(statement)}
