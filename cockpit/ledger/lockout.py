"""Lock-out: names and addresses that failed to sign in too often, known and unknown ones alike."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Unpack

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from cockpit.error import CockpitError
from cockpit.ledger import audit
from cockpit.ledger.audit import By
from cockpit.ledger.store import Ledger
from cockpit.ledger.tables import account
from cockpit.ledger.tables import sign_in_failure as table
from cockpit.secret import secret_key
from cockpit.settings import Settings


@dataclass(frozen=True)
class Attempt:
    """A try to sign in: refused unseen, or allowed and already counted; `locks` if its failure locks."""

    keys: tuple[str, ...]
    is_refused: bool
    locks: bool = False


def attempt(ledger: Ledger, settings: Settings, username: str, address: str | None) -> Attempt:
    """Count a try before its password is checked, so that no number of them at once passes the limit.

    The try that reaches the limit locks at once; `forgive` takes that back when its password was right.
    Without an address (this machine itself) the name alone counts.
    """
    now, window = datetime.now(UTC), timedelta(minutes=settings.lock_out_minutes)
    keys = _keys(settings, username, address)
    with ledger.write() as connection:
        connection.execute(
            delete(table).where(
                or_(
                    table.c.locked_until <= now,
                    and_(table.c.locked_until.is_(None), table.c.since < now - window),
                )
            )
        )
        rows = connection.execute(select(table).where(table.c.key.in_(keys))).mappings()
        held = {row["key"]: row for row in rows}
        if any(row["locked_until"] is not None for row in held.values()):
            return Attempt(keys, is_refused=True)
        counts = {key: held[key]["count"] + 1 if key in held else 1 for key in keys}
        full = {key for key, count in counts.items() if count >= settings.sign_in_failures_max}
        connection.execute(delete(table).where(table.c.key.in_(keys)))
        connection.execute(
            insert(table),
            [
                {
                    "key": key,
                    "count": count,
                    "since": held[key]["since"] if key in held else now,
                    "locked_until": now + window if key in full else None,
                }
                for key, count in counts.items()
            ],
        )
    return Attempt(keys, is_refused=False, locks=bool(full))


def forgive(connection: Connection, tried: Attempt) -> None:
    """Take back what a try with the right password has counted: all of its account, one of its address.

    An address that others failed from keeps their count, or one good account would open it for any number.
    """
    connection.execute(delete(table).where(table.c.key == tried.keys[0]))
    connection.execute(
        update(table)
        .where(table.c.key.in_(tried.keys[1:]))
        .values(
            count=table.c.count - 1,
            # Only this try's own count can have locked it: once locked, no other is counted.
            locked_until=None,
        )
    )


def unlock(ledger: Ledger, settings: Settings, username: str, **by: Unpack[By]) -> None:
    """Let an account try again at once; CockpitError when it is not locked. Addresses wait their time."""
    key = _account_key(secret_key(settings.secrets_path, "lockout"), username)
    with ledger.write() as connection:
        held = connection.execute(select(table.c.locked_until).where(table.c.key == key)).scalar()
        if held is None or held <= datetime.now(UTC):
            raise CockpitError(f"账号 {username} 没有被锁定。")
        connection.execute(delete(table).where(table.c.key == key))
        audit.add(connection, action="account_unlock", target=username, **by)


def locked(connection: Connection, settings: Settings, usernames: Iterable[str] | None = None) -> set[str]:
    """Return which accounts are locked, of those named or (None) of all."""
    keys = set(
        connection.execute(select(table.c.key).where(table.c.locked_until > datetime.now(UTC))).scalars()
    )
    if not keys:
        return set()
    # The table holds keyed hashes alone: names are found by hashing them, a microsecond each.
    names = connection.execute(select(account.c.username)).scalars() if usernames is None else usernames
    secret = secret_key(settings.secrets_path, "lockout")
    return {name for name in names if _account_key(secret, name) in keys}


def _keys(settings: Settings, username: str, address: str | None) -> tuple[str, ...]:
    """Return the keyed hash of the name, then that of the address if it counts."""
    secret = secret_key(settings.secrets_path, "lockout")
    counted = _network(address) if address and settings.lock_addresses else None
    return _account_key(secret, username), *([_hash(secret, f"address:{counted}")] if counted else [])


def _network(address: str) -> str:
    """Return what counts as one address: of IPv6 the network of 64 bits, all of which one machine may use."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((known, 64), strict=False)) if known.version == 6 else address


def _account_key(secret: bytes, username: str) -> str:
    return _hash(secret, f"account:{username}")


def _hash(secret: bytes, text: str) -> str:
    return hmac.digest(secret, text.encode(), "sha256").hex()
