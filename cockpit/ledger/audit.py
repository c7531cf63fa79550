"""The audit: who did what and when; rows are added, never changed."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Required, TypedDict, Unpack
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Connection, Select, Tuple, delete, func, literal, select, tuple_

from cockpit.error import CockpitError
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
    "search",
    "view_save",
    "view_rename",
    "view_delete",
    "rating_note",
    "denied",
    "ingest",
    "ingest_try",
    "build",
    "job_cancel",
    "audit_verify",
    "audit_prune",
    "ledger_backup",
    "ledger_restore",
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
    "search": "检索清单",
    "view_save": "保存视图",
    "view_rename": "重命名视图",
    "view_delete": "删除视图",
    "rating_note": "登记评级备注",
    "denied": "越权访问被拒",
    "ingest": "数据导入",
    "ingest_try": "导入试运行",
    "build": "构建快照",
    "job_cancel": "中止任务",
    "audit_verify": "核验审计",
    "audit_prune": "清理审计",
    "ledger_backup": "备份台账",
    "ledger_restore": "恢复台账",
}

KEEP_DAYS_MIN = 180
PRUNE_BATCH = 20_000
LOCAL = ZoneInfo("Asia/Shanghai")


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


class By(TypedDict, total=False):
    """Who does something, in which session and from which address, for the audit."""

    who: Required[str]
    session: str | None
    address: str | None


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


class Chosen(TypedDict, total=False):
    """Which rows: a field without value is open; any of the targets; `start` to before `end` (with zone)."""

    who: str | None
    action: str | None
    targets: Sequence[str]
    address: str | None
    start: datetime | None
    end: datetime | None


Place = tuple[datetime, int]


def entries(
    ledger: Ledger,
    *,
    limit: int = 50,
    before: Place | None = None,
    after: Place | None = None,
    **chosen: Unpack[Chosen],
) -> list[Entry]:
    """Return the rows next to a place (time and number), else the last ones; always newest first, [] when none."""
    statement = _chosen(select(audit), chosen)
    place = tuple_(audit.c.at, audit.c.id)
    order = (audit.c.at.desc(), audit.c.id.desc())
    if before is not None:
        statement = statement.where(place < _place(before))
    if after is not None:
        statement = statement.where(place > _place(after))
        order = (audit.c.at.asc(), audit.c.id.asc())
    with ledger.read() as connection:
        rows = connection.execute(statement.order_by(*order).limit(limit)).mappings()
        found = [Entry(**{**row, "detail": _read(row["detail"])}) for row in rows]
    return found if after is None else found[::-1]


def count(ledger: Ledger, *, most: int | None = None, **chosen: Unpack[Chosen]) -> int:
    """Return the number of rows, counting no further than `most`."""
    with ledger.read() as connection:
        if not any(chosen.values()):
            # Numbers have no gaps.
            first, last = _bounds(connection)
            total = 0 if first is None or last is None else last - first + 1
            return total if most is None else min(total, most)
        rows = _chosen(select(audit.c.id), chosen).limit(most).subquery()
        return int(connection.execute(select(func.count()).select_from(rows)).scalar_one())


def _bounds(connection: Connection) -> tuple[int | None, int | None]:
    # Each by itself: together SQLite would read all rows for them.
    first = connection.execute(select(func.min(audit.c.id))).scalar()
    return first, connection.execute(select(func.max(audit.c.id))).scalar()


def _read(detail: str | None) -> Any:
    try:
        return detail and json.loads(detail)
    except ValueError:
        # Tampered with: shown as it stands.
        return detail


def _place(place: Place) -> Tuple:
    return tuple_(literal(place[0], audit.c.at.type), literal(place[1], audit.c.id.type))


def _chosen(statement: Select[Any], chosen: Chosen) -> Select[Any]:
    for column in (audit.c.who, audit.c.action, audit.c.address):
        value = chosen.get(column.name)
        if value is not None:
            statement = statement.where(column == value)
    if targets := chosen.get("targets"):
        statement = statement.where(audit.c.target.in_(targets))
    if start := chosen.get("start"):
        statement = statement.where(audit.c.at >= start)
    if end := chosen.get("end"):
        statement = statement.where(audit.c.at < end)
    return statement


@dataclass(frozen=True)
class Verdict:
    """What following the chain has found: rows `first` to `last` hold, `broken` is the first that does not.

    `first` is one after the last pruned row; without any good row `last` is `first - 1`.
    """

    first: int
    last: int
    hash: str
    broken: chain.Broken | None = None

    @property
    def count(self) -> int:
        """The number of rows that hold."""
        return self.last - self.first + 1

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        good = f"第 {self.first} 至 {self.last} 行共 {self.count} 行" if self.count else "0 行"
        if self.broken is None:
            pruned = f"（此前 {self.first - 1} 行已按保留期清理）" if self.first > 1 else ""
            return f"审计链完整：{good}逐行核对无误{pruned}。"
        broken = self.broken
        when = f"{broken.at.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}" if broken.at else ""
        if broken.what in {"missing", "cut_off"} and when:
            when = f"{when} 之后"
        place = f"第 {broken.id} 行" + (f"（{when}）" if when else "")
        other = f"，该行现在第 {broken.other} 行处" if broken.other else ""
        return f"审计链在{place}断开：{chain.FAULT_LABELS[broken.what]}{other}。此前{good}核对无误。"


def verify(ledger: Ledger, progress: Callable[[int, int], None] | None = None) -> Verdict:
    """Follow the chain from its beginning to its end over one state of the ledger, in bounded memory.

    `progress` is told how many rows are done, and of how many.
    """
    with ledger.read() as connection:
        key = connection.get_execution_options()["audit_key"]
        begin = chain.anchored(connection, key, "begin")
        end = chain.anchored(connection, key, "end")
        oldest, newest = _bounds(connection)
        if begin is None:
            at = None if oldest is None else chain.time_of(connection, oldest)
            return Verdict(1, 0, chain.START, chain.Broken(oldest or 1, at, "anchor"))
        first = begin.id + 1
        if oldest is not None and oldest < first:
            stranger = chain.Broken(oldest, chain.time_of(connection, oldest), "changed")
            return Verdict(first, begin.id, begin.hash, stranger)
        total = (newest or begin.id) - begin.id
        told = None if progress is None else lambda number: progress(number - begin.id, total)
        last, broken = chain.walk(connection, key, begin, progress=told)
        if told is not None:
            told(last.id)
        if broken is None and end is None:
            broken = chain.Broken(last.id + 1, last.at, "anchor")
        elif broken is None and end is not None and end.id > last.id:
            broken = chain.Broken(last.id + 1, last.at, "cut_off")
        elif broken is None and end is not None and end != replace(last, at=None):
            broken = chain.Broken(end.id + 1, None, "anchor")
        return Verdict(first, last.id, last.hash, broken)


def record_verdict(
    ledger: Ledger, verdict: Verdict, *, who: str, session: str | None = None, address: str | None = None
) -> None:
    """Write down that the chain was followed, and what was found."""
    detail = {"whole": verdict.broken is None, "found": verdict.sentence}
    record(
        ledger, who, "audit_verify", detail=detail, count_row=verdict.count, session=session, address=address
    )


def prune(
    ledger: Ledger, keep_days: int, *, who: str, session: str | None = None, address: str | None = None
) -> int:
    """Remove the rows older than some days (at least 180), as far as the chain holds, and return their number.

    The chain then begins after them. CockpitError when it is broken there: its proof would go with the rows.
    """
    if keep_days < KEEP_DAYS_MIN:
        raise CockpitError(f"审计记录至少保留 {KEEP_DAYS_MIN} 天。")
    until = datetime.now(UTC) - timedelta(days=keep_days)
    total = 0
    while True:
        # A batch a transaction: others write in between.
        with ledger.write() as connection:
            key = connection.get_execution_options()["audit_key"]
            removed = _prune_batch(connection, key, until)
            if removed.count == 0:
                return total
            total += removed.count
            detail = {"until": until.isoformat(), "first": removed.first, "last": removed.last}
            add(
                connection,
                who,
                "audit_prune",
                detail=detail | {"hash": removed.hash},
                count_row=removed.count,
                session=session,
                address=address,
            )


def _prune_batch(connection: Connection, key: bytes, until: datetime) -> Verdict:
    begin = chain.anchored(connection, key, "begin")
    if begin is None:
        raise CockpitError("审计链的起点记录被改动，不能清理；请先运行 cockpit audit verify。")
    upto = begin.id + PRUNE_BATCH
    within = select(func.min(audit.c.id)).where(audit.c.id > begin.id, audit.c.id <= upto)
    newer = connection.execute(within.where(audit.c.at >= until)).scalar()
    last, broken = chain.walk(connection, key, begin, upto if newer is None else newer - 1)
    if broken is not None:
        verdict = Verdict(begin.id + 1, last.id, last.hash, broken)
        raise CockpitError(f"{verdict.sentence}为保全证据，不作清理。")
    chain.move(connection, key, "begin", last)
    connection.execute(delete(audit).where(audit.c.id <= last.id))
    return Verdict(begin.id + 1, last.id, last.hash)
