"""The audit: who did what and when; rows are added, never changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Column, Connection, Select, func, select

from cockpit.ledger import chain
from cockpit.ledger.store import Ledger
from cockpit.ledger.tables import audit

Action = Literal[
    "sign_in",
    "sign_in_failed",
    "sign_out",
    "session_refused",
    "session_end",
    "lock_out",
    "account_add",
    "account_change",
    "account_disable",
    "account_enable",
    "account_password",
    "account_reset",
    "account_unlock",
    "account_import",
    "act",
    "view",
    "export",
    "denied",
    "ingest",
    "ingest_try",
    "build",
    "job_cancel",
]
ACTION_LABELS: dict[Action, str] = {
    "sign_in": "登录",
    "sign_in_failed": "登录失败",
    "sign_out": "退出",
    "session_refused": "会话被拒",
    "session_end": "结束会话",
    "lock_out": "锁定登录",
    "account_add": "新建账号",
    "account_change": "变更账号",
    "account_disable": "停用账号",
    "account_enable": "启用账号",
    "account_password": "修改密码",
    "account_reset": "重置密码",
    "account_unlock": "解除锁定",
    "account_import": "批量导入账号",
    "act": "办理预警",
    "view": "查看详情",
    "export": "导出",
    "denied": "越权访问被拒",
    "ingest": "数据导入",
    "ingest_try": "导入试运行",
    "build": "构建快照",
    "job_cancel": "中止任务",
}


@dataclass(frozen=True)
class Entry:
    """One row of the audit; `at` is UTC."""

    id: int
    at: datetime
    who: str
    action: str
    target: str | None
    detail: Any
    count_row: int | None
    session: str | None
    address: str | None
    hash: str


def add(
    connection: Connection,
    who: str,
    action: Action,
    target: str | None = None,
    *,
    detail: Mapping[str, object] | None = None,
    count_row: int | None = None,
    session: str | None = None,
    address: str | None = None,
) -> None:
    """Write one row within the transaction of what it tells of, so that neither is kept without the other."""
    key: bytes = connection.get_execution_options()["audit_key"]
    chain.append(
        connection,
        key,
        {
            "at": datetime.now(UTC),
            "who": _clipped(who, audit.c.who),
            "action": action,
            "target": target and _clipped(target, audit.c.target),
            # One form for equal contents.
            "detail": None
            if detail is None
            else _clipped(
                json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str), audit.c.detail
            ),
            "count_row": count_row,
            "session": session and _clipped(session, audit.c.session),
            "address": address and _clipped(address, audit.c.address),
        },
    )


def _clipped(text: str, column: Column[Any]) -> str:
    """Return a text as every engine keeps it: what an address asks for may be of any length and any signs."""
    kept = text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    return kept[: getattr(column.type, "length", None)]


def record(
    ledger: Ledger,
    who: str,
    action: Action,
    target: str | None = None,
    *,
    detail: Mapping[str, object] | None = None,
    count_row: int | None = None,
    session: str | None = None,
    address: str | None = None,
) -> None:
    """Write one row; CockpitError when it cannot be kept: then refuse what it was to tell of."""
    with ledger.write() as connection:
        add(
            connection,
            who,
            action,
            target,
            detail=detail,
            count_row=count_row,
            session=session,
            address=address,
        )


def entries(
    ledger: Ledger,
    *,
    who: str | None = None,
    action: Action | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Entry]:
    """Return a page of rows, newest first, from `start` to before `end` (with zone); [] when none."""
    statement = _chosen(select(audit), who, action, start, end)
    with ledger.read() as connection:
        rows = connection.execute(
            statement.order_by(audit.c.id.desc()).limit(limit).offset(offset)
        ).mappings()
        return [Entry(**{**row, "detail": row["detail"] and json.loads(row["detail"])}) for row in rows]


def count(
    ledger: Ledger,
    *,
    who: str | None = None,
    action: Action | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> int:
    """Return the number of rows that `entries` would give without a limit."""
    statement = _chosen(select(func.count()).select_from(audit), who, action, start, end)
    with ledger.read() as connection:
        return int(connection.execute(statement).scalar_one())


def _chosen(
    statement: Select[Any], who: str | None, action: str | None, start: datetime | None, end: datetime | None
) -> Select[Any]:
    if who is not None:
        statement = statement.where(audit.c.who == who)
    if action is not None:
        statement = statement.where(audit.c.action == action)
    if start is not None:
        statement = statement.where(audit.c.at >= start)
    if end is not None:
        statement = statement.where(audit.c.at < end)
    return statement
