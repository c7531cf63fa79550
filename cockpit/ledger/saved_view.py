"""Saved views: a page and the parameters of its address, kept by each person under a name."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Unpack

from sqlalchemy import Connection, delete, func, insert, select, update

from cockpit.error import CockpitError
from cockpit.ledger import audit
from cockpit.ledger.audit import By
from cockpit.ledger.store import Ledger
from cockpit.ledger.tables import saved_view as table

NAME_LENGTH_MAX = 40
PARAMETERS_LENGTH_MAX = 2000
"""Of the JSON; an address is not longer by itself."""
VIEWS_MAX = 50
"""A person and page: the list stays one that people read."""


@dataclass(frozen=True)
class SavedView:
    """One view of one person: what the address of a page held when it was saved (UTC)."""

    id: int
    page: str
    name: str
    parameters: dict[str, str]
    saved_at: datetime


def views(ledger: Ledger, username: str, page: str) -> list[SavedView]:
    """Return a person's own views of a page in the order of their names; of nobody else's any."""
    statement = select(table).where(table.c.username == username, table.c.page == page)
    with ledger.read() as connection:
        rows = connection.execute(statement).mappings().all()
    found = [
        SavedView(row["id"], row["page"], row["name"], json.loads(row["parameters"]), row["saved_at"])
        for row in rows
    ]
    # Here, since engines order Chinese differently.
    return sorted(found, key=lambda view: view.name)


def save(ledger: Ledger, page: str, name: str, parameters: Mapping[str, str], **by: Unpack[By]) -> SavedView:
    """Keep what the address of a page holds under a name of the person's own, and return it.

    CockpitError for an empty or too long name, one already used for the page, too much to keep, or too many views.
    A link to what was saved is the address itself: whoever opens it sees it under their own scope.
    """
    name = _checked(name)
    kept = json.dumps(dict(parameters), ensure_ascii=False, sort_keys=True)
    if len(kept) > PARAMETERS_LENGTH_MAX:
        raise CockpitError("当前视图的条件过多，无法保存。")
    now = datetime.now(UTC)
    own = (table.c.username == by["who"]) & (table.c.page == page)
    with ledger.write() as connection:
        if connection.execute(select(func.count()).where(own)).scalar_one() >= VIEWS_MAX:
            raise CockpitError(f"最多保存 {VIEWS_MAX} 个视图，请先删除不再使用的。")
        _refuse_second(connection, by["who"], page, name)
        made = connection.execute(
            insert(table)
            .values(username=by["who"], page=page, name=name, parameters=kept, saved_at=now)
            .returning(table.c.id)
        ).scalar_one()
        audit.add(connection, action="view_save", target=page, detail={"name": name} | dict(parameters), **by)
    return SavedView(made, page, name, dict(parameters), now)


def rename(ledger: Ledger, view_id: int, name: str, **by: Unpack[By]) -> None:
    """Give one of the person's own views another name; CockpitError as with `save`, or when it is not theirs."""
    name = _checked(name)
    with ledger.write() as connection:
        page, before = _own(connection, view_id, by["who"])
        if name == before:
            return
        _refuse_second(connection, by["who"], page, name)
        connection.execute(update(table).where(table.c.id == view_id).values(name=name))
        audit.add(
            connection, action="view_rename", target=page, detail={"before": before, "after": name}, **by
        )


def remove(ledger: Ledger, view_id: int, **by: Unpack[By]) -> None:
    """Delete one of the person's own views; CockpitError when it is not theirs or not there."""
    with ledger.write() as connection:
        page, name = _own(connection, view_id, by["who"])
        connection.execute(delete(table).where(table.c.id == view_id))
        audit.add(connection, action="view_delete", target=page, detail={"name": name}, **by)


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise CockpitError("请填写视图名称。")
    if len(name) > NAME_LENGTH_MAX:
        raise CockpitError(f"视图名称最多 {NAME_LENGTH_MAX} 个字。")
    if not name.isprintable():
        raise CockpitError("视图名称含有无法显示的字符。")
    return name


def _refuse_second(connection: Connection, username: str, page: str, name: str) -> None:
    same = (table.c.username == username) & (table.c.page == page) & (table.c.name == name)
    if connection.execute(select(table.c.id).where(same)).first() is not None:
        raise CockpitError(f"已有名为“{name}”的视图，请换一个名称。")


def _own(connection: Connection, view_id: int, username: str) -> tuple[str, str]:
    """Return page and name of a person's own view; one that is another's is told like one that is not there."""
    own = (table.c.id == view_id) & (table.c.username == username)
    row = connection.execute(select(table.c.page, table.c.name).where(own)).first()
    if row is None:
        raise CockpitError("没有这个视图，可能已被删除。")
    return row.page, row.name
