"""The chain that binds the audit: each row's hash holds its content and the hash of the row before it.

The key lies in `secrets/audit`, outside of the ledger. Who can write the ledger's tables but does not hold the
key can change nothing that `walk` would not find. What no chain shows from within is an older state put back
whole, be it the ledger or the log alone with the end anchor it had then: keep the number of the last row that
`cockpit audit verify` tells, and compare.
"""

import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, String, bindparam, func, insert, select, type_coerce, update

from cockpit.ledger.tables import audit, audit_anchor

Kind = Literal["begin", "end"]
Fault = Literal["changed", "missing", "reordered", "cut_off", "anchor"]
FAULT_LABELS: dict[Fault, str] = {
    "changed": "内容被改动，或被不持密钥者写入",
    "missing": "被删除",
    "reordered": "被调换次序",
    "cut_off": "被截去，此后各行也已不在",
    "anchor": "链的首尾记录被改动，或密钥不是写入时所用的",
}
BATCH = 10_000
START = ""
# Stands where the hash before a row should, when nobody can say what it was.
UNKNOWN = "unknown"
CANONICAL = json.JSONEncoder(separators=(",", ":"), default=repr).encode
COLUMNS = tuple(column.name for column in audit.c if column.name != "hash")


@dataclass(frozen=True)
class Broken:
    """The first link that does not hold: its number, when, what was done, and where the row stands now.

    `at` is the row's own time (UTC), for a row that is gone that of the row before it; None when unknown.
    """

    id: int
    at: datetime | None
    what: Fault
    other: int | None = None


@dataclass(frozen=True)
class Link:
    """Where a chain stands: number, hash and time of a row; 0 and '' before any."""

    id: int
    hash: str
    at: datetime | None = None


def row_hash(key: bytes, previous: str, values: Mapping[str, Any]) -> str:
    """Return the hash of a row: HMAC-SHA256 over the hash before it and the row's columns as JSON."""
    content = CANONICAL([values[name] for name in COLUMNS])
    return hmac.digest(key, f"{previous}{content}".encode(), "sha256").hex()


def moment(at: datetime) -> str:
    """Return a moment as the hash takes it, and as SQLite keeps it: UTC to the microsecond."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def anchored(connection: Connection, key: bytes, kind: Kind) -> Link | None:
    """Return where the chain begins or ends, None when the anchor is gone or was not written with the key."""
    row = connection.execute(select(audit_anchor).where(audit_anchor.c.kind == kind)).mappings().first()
    if row is None or str(row["mac"]) != _mac(key, kind, row["id"], row["hash"]):
        return None
    return Link(row["id"], row["hash"])


def move(connection: Connection, key: bytes, kind: Kind, link: Link) -> None:
    """Put an anchor where the chain now begins or ends."""
    values = {"kind": kind, "id": link.id, "hash": link.hash, "mac": _mac(key, kind, link.id, link.hash)}
    changed = connection.execute(update(audit_anchor).where(audit_anchor.c.kind == kind).values(values))
    if changed.rowcount == 0:
        connection.execute(insert(audit_anchor).values(values))


def append(connection: Connection, key: bytes, values: Mapping[str, Any]) -> None:
    """Add a row to the chain; the connection holds the ledger's write lock."""
    last = connection.execute(select(func.max(audit.c.id))).scalar() or 0
    end = anchored(connection, key, "end")
    if end is None or last > end.id:
        # Nothing can be proved to follow such an end: work goes on, and the break stays to be seen.
        kept = connection.execute(select(audit_anchor.c.id).where(audit_anchor.c.kind == "end")).scalar()
        end = Link(max(last, kept or 0), UNKNOWN)
    content = {**dict.fromkeys(COLUMNS), **values, "id": end.id + 1}
    link = Link(end.id + 1, row_hash(key, end.hash, content | {"at": moment(values["at"])}))
    connection.execute(insert(audit).values(content | {"hash": link.hash}))
    move(connection, key, "end", link)


def rows(connection: Connection, after: int, until: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield rows in order, `at` as the hash takes it, in batches of bounded memory."""
    # SQLite's own text: a time that was tampered with need not be one.
    is_text = connection.dialect.name == "sqlite"
    columns = [
        type_coerce(column, String).label("at") if is_text and column is audit.c.at else column
        for column in audit.c
    ]
    while True:
        chosen = select(*columns).where(audit.c.id > after).order_by(audit.c.id).limit(BATCH)
        if until is not None:
            chosen = chosen.where(audit.c.id <= until)
        batch = connection.execute(chosen).mappings().all()
        for row in batch:
            yield dict(row) if is_text else dict(row) | {"at": moment(row["at"])}
        if len(batch) < BATCH:
            return
        after = batch[-1]["id"]


def walk(
    connection: Connection,
    key: bytes,
    link: Link,
    until: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> tuple[Link, Broken | None]:
    """Follow the chain from a link over the rows after it; return the last good link and the first broken.

    `progress` is told the number reached now and then. No rows give the link itself.
    """
    for row in rows(connection, link.id, until):
        if row["id"] != link.id + 1:
            return link, Broken(link.id + 1, link.at, "missing")
        if row["hash"] != row_hash(key, link.hash, row):
            return link, _judged(connection, key, link, row)
        link = Link(row["id"], row["hash"], _time(row["at"]))
        if progress is not None and link.id % BATCH == 0:
            progress(link.id)
    return link, None


def time_of(connection: Connection, number: int) -> datetime | None:
    """Return when a row was written, None when it does not say."""
    return next((_time(row["at"]) for row in rows(connection, number - 1, number)), None)


def bind(connection: Connection, key: bytes) -> None:
    """Chain the rows of a ledger that had no chain yet, numbering them 1, 2, 3 … in their order."""
    renumbered = (
        update(audit)
        .where(audit.c.id == bindparam("old"))
        .values(id=bindparam("new"), hash=bindparam("bound"))
    )
    link = Link(0, START)
    move(connection, key, "begin", link)
    batch: list[dict[str, Any]] = []
    for row in rows(connection, 0):
        link = Link(link.id + 1, row_hash(key, link.hash, row | {"id": link.id + 1}))
        batch.append({"old": row["id"], "new": link.id, "bound": link.hash})
        if len(batch) == BATCH:
            connection.execute(renumbered, batch)
            batch = []
    if batch:
        connection.execute(renumbered, batch)
    move(connection, key, "end", link)


def _mac(key: bytes, kind: str, number: int, bound: str) -> str:
    return hmac.digest(key, CANONICAL([kind, number, bound]).encode(), "sha256").hex()


def _judged(connection: Connection, key: bytes, link: Link, row: Mapping[str, Any]) -> Broken:
    """Say what was done to the row that should follow a link."""
    at = _time(row["at"])
    if row["hash"] == row_hash(key, UNKNOWN, row):
        return Broken(row["id"], at, "anchor")
    for other in rows(connection, row["id"]):
        if other["hash"] == row_hash(key, link.hash, {**other, "id": row["id"]}):
            return Broken(row["id"], at, "reordered", other["id"])
    return Broken(row["id"], at, "changed")


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except (TypeError, ValueError):
        return None
