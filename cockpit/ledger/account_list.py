"""Lists of accounts for administrators: searched, filtered and paged in SQL, and whole for inspections."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, true

from cockpit import region_code
from cockpit.ledger import account as accounts
from cockpit.ledger import lockout
from cockpit.ledger import session as sessions
from cockpit.ledger.account import Account
from cockpit.ledger.store import Ledger
from cockpit.ledger.tables import account, account_scope, session
from cockpit.scope import Role
from cockpit.settings import Settings

STATES = {
    "active": "启用",
    "disabled": "停用",
    "locked": "已锁定",
    "initial": "待改初始密码",
    "online": "在线",
    "never": "从未登录",
}


@dataclass(frozen=True)
class Listed:
    """One account with what is known of its use; `last_at` (UTC) is None for one that never signed in."""

    account: Account
    last_at: datetime | None
    is_locked: bool
    count_sessions: int


def page(
    ledger: Ledger,
    settings: Settings,
    *,
    search: str = "",
    role: str = "",
    state: str = "",
    region: str = "",
    number: int = 1,
) -> tuple[list[Listed], int]:
    """Return one page in the order of the names, from 1, and how many accounts match in all.

    `search` is a part of the name or display name; `region` asks for accounts whose scope touches a place:
    lies in it, or holds it. An empty text asks for nothing; a page beyond the last is empty.
    """
    size = settings.list_page_rows
    with ledger.read() as connection:
        chosen = _chosen(connection, settings, search.strip(), role, state, region)
        total = connection.execute(select(func.count()).select_from(account).where(chosen)).scalar_one()
        names = (
            select(account.c.username)
            .where(chosen)
            .order_by(account.c.username)
            .limit(size)
            .offset((number - 1) * size)
        )
        found = connection.execute(names).scalars().all()
        return _listed(connection, settings, found), int(total)


def everyone(ledger: Ledger, settings: Settings) -> list[Listed]:
    """Return all accounts, for the record of who may see what."""
    with ledger.read() as connection:
        return _listed(connection, settings, None)


def one(ledger: Ledger, settings: Settings, username: str) -> Listed | None:
    """Return one account, None when there is none of that name."""
    with ledger.read() as connection:
        return next(iter(_listed(connection, settings, [username])), None)


def online(ledger: Ledger, settings: Settings) -> list[tuple[sessions.Session, str, Role]]:
    """Return who is signed in now, the latest seen first: session, display name, role."""
    with ledger.read() as connection:
        live = sessions.live(connection, settings.idle_minutes)
        names = {one.username for one in live}
        rows = select(account.c.username, account.c.name, account.c.role).where(account.c.username.in_(names))
        known = {row.username: (row.name, row.role) for row in connection.execute(rows)}
    return [(one, *known[one.username]) for one in live]


def _listed(connection: Connection, settings: Settings, usernames: Sequence[str] | None) -> list[Listed]:
    if usernames is not None and not usernames:
        return []
    held = accounts.read(connection, usernames)
    last = sessions.last_begun(connection, usernames)
    locked = lockout.locked(connection, settings, [one.username for one in held])
    live = Counter(one.username for one in sessions.live(connection, settings.idle_minutes, usernames))
    return [Listed(one, last.get(one.username), one.username in locked, live[one.username]) for one in held]


def _chosen(
    connection: Connection, settings: Settings, search: str, role: str, state: str, region: str
) -> ColumnElement[bool]:
    asked: list[ColumnElement[bool]] = [true()]
    if search:
        asked.append(
            or_(
                account.c.username.contains(search.lower(), autoescape=True),
                func.lower(account.c.name).contains(search.lower(), autoescape=True),
            )
        )
    if role:
        asked.append(account.c.role == role)
    if region:
        low, high = region_code.bounds(region)
        touches = and_(
            account_scope.c.kind == "region",
            or_(
                account_scope.c.value.between(low, high),
                account_scope.c.value.in_(region_code.ancestors(region)),
            ),
        )
        asked.append(account.c.username.in_(select(account_scope.c.username).where(touches)))
    if state:
        asked.append(_in_state(connection, settings, state))
    return and_(*asked)


def _in_state(connection: Connection, settings: Settings, state: str) -> ColumnElement[bool]:
    match state:
        case "locked":
            return account.c.username.in_(lockout.locked(connection, settings))
        case "online":
            live = select(session.c.username).where(
                session.c.id.in_(sessions.live_ids(settings.idle_minutes))
            )
            return account.c.username.in_(live)
        case "never":
            return ~exists().where(session.c.username == account.c.username)
    plain: dict[str, ColumnElement[Any]] = {
        "active": account.c.is_disabled.is_(False),
        "disabled": account.c.is_disabled.is_(True),
        "initial": account.c.must_change_password.is_(True),
    }
    return plain[state]
