import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from cockpit.error import CockpitError
from cockpit.ledger import Ledger, audit, chain, open_ledger, store, tables
from cockpit.secret import secret_key
from cockpit.settings import Settings
from tests.postgres import SQLITE_ONLY

WRITER = """
import sys
from cockpit.ledger import audit, open_ledger
from cockpit.settings import Settings
ledger = open_ledger(Settings(home=sys.argv[1], ledger_url=sys.argv[2]))
while True:
    audit.record(ledger, "w", "view", "x" * 200)
    print("told", flush=True)
"""
COUNT = 8


@pytest.fixture
def filled(ledger: Ledger) -> Ledger:
    for number in range(1, COUNT + 1):
        audit.record(
            ledger, f"u{number}", "export", f"t{number}", detail={"n": number}, count_row=number,
            session="s", address="10.0.0.1",
        )  # fmt: skip
    return ledger


def tamper(ledger: Ledger, *statements: str) -> None:
    """Change the tables as somebody would who holds the database, but not the key."""
    with ledger.write() as connection:
        drop_triggers(connection)
        for statement in statements:
            connection.execute(text(statement))


def drop_triggers(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        names = connection.execute(text("select name from sqlite_schema where type = 'trigger'")).scalars()
        for name in names.all():
            connection.execute(text(f"drop trigger {name}"))
    else:
        for table in ("audit", "decision"):
            connection.execute(text(f"alter table {table} disable trigger user"))


def found(ledger: Ledger) -> tuple[int, str] | None:
    broken = audit.verify(ledger).broken
    return broken and (broken.id, broken.what)


def test_a_hash_is_what_it_is_said_to_be(filled: Ledger, settings: Settings) -> None:
    key = (settings.secrets_path / "audit").read_bytes()
    previous = ""
    for entry in audit.entries(filled)[::-1]:
        at = entry.at.strftime("%Y-%m-%d %H:%M:%S.%f")
        content = [entry.id, at, entry.who, "export", entry.target, json.dumps(entry.detail)]
        content += [entry.count_row, "s", "10.0.0.1"]
        message = previous + json.dumps(content, separators=(",", ":"))
        assert entry.hash == hmac.new(key, message.encode(), hashlib.sha256).hexdigest()
        previous = entry.hash


def test_a_whole_chain_holds(filled: Ledger) -> None:
    steps: list[tuple[int, int]] = []
    verdict = audit.verify(filled, lambda done, total: steps.append((done, total)))
    assert (verdict.broken, verdict.first, verdict.last, verdict.count) == (None, 1, COUNT, COUNT)
    assert verdict.sentence == "审计链完整：第 1 至 8 行共 8 行逐行核对无误。"
    assert steps[-1] == (COUNT, COUNT)


def test_an_empty_chain_holds(ledger: Ledger) -> None:
    verdict = audit.verify(ledger)
    assert verdict.broken is None
    assert verdict.count == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "'2001-01-01 00:00:00.000000'"),
        ("who", "'somebody'"),
        ("action", "'view'"),
        ("target", "null"),
        ("detail", "'{\"n\": 99}'"),
        ("count_row", "99"),
        ("session", "'other'"),
        ("address", "null"),
        ("hash", "'" + "0" * 64 + "'"),
    ],
)
def test_each_changed_column_is_found(filled: Ledger, column: str, value: str) -> None:
    assert column in tables.audit.c
    tamper(filled, f"update audit set {column} = {value} where id = 3")
    verdict = audit.verify(filled)
    assert verdict.broken is not None
    assert (verdict.broken.id, verdict.broken.what, verdict.last) == (3, "changed", 2)
    assert "第 3 行" in verdict.sentence
    assert "内容被改动" in verdict.sentence


def test_every_column_was_tried() -> None:
    [mark] = [m for m in test_each_changed_column_is_found.pytestmark if m.name == "parametrize"]  # type: ignore[attr-defined]
    assert {column for column, _ in mark.args[1]} | {"id"} == set(tables.audit.c.keys())


@SQLITE_ONLY
@pytest.mark.parametrize(
    "change", ["at = 'no time'", "at = null", "who = x'00ff'", "count_row = 'many'", "detail = '{'"]
)
def test_what_is_no_value_of_its_column_is_found(filled: Ledger, change: str) -> None:
    tamper(filled, "pragma ignore_check_constraints = 1", f"update or ignore audit set {change} where id = 3")
    if change != "at = null":
        assert found(filled) == (3, "changed")


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["delete from audit where id = 4"], (4, "missing")),
        (["delete from audit where id = 1"], (1, "missing")),
        (["delete from audit where id > 5"], (6, "cut_off")),
        (["delete from audit where id = 8"], (8, "cut_off")),
        (["delete from audit"], (1, "cut_off")),
        (
            [
                "update audit set id = 100 where id = 3",
                "update audit set id = 3 where id = 6",
                "update audit set id = 6 where id = 100",
            ],
            (3, "reordered"),
        ),
        (["delete from audit where id = 4", "update audit set id = id - 1 where id = 5"], (4, "changed")),
        (["update audit_anchor set id = 5 where kind = 'end'"], (9, "anchor")),
        (["delete from audit_anchor where kind = 'end'"], (9, "anchor")),
        (["delete from audit_anchor where kind = 'begin'"], (1, "anchor")),
        (
            [
                "delete from audit where id > 5",
                "update audit_anchor set id = 5, hash = (select hash from audit where id = 5) "
                "where kind = 'end'",
            ],
            (6, "anchor"),
        ),
        (
            [
                "update audit_anchor set id = 3, hash = (select hash from audit where id = 3) "
                "where kind = 'begin'",
                "delete from audit where id <= 3",
            ],
            (4, "anchor"),
        ),
        (
            [
                "insert into audit (id, at, who, action, hash) "
                "select 9, at, 'x', 'view', hash from audit where id = 8"
            ],
            (9, "changed"),
        ),
        (
            [
                "insert into audit (id, at, who, action, hash) "
                "select -1, at, 'x', 'view', hash from audit where id = 8"
            ],
            (-1, "changed"),
        ),
    ],
)
def test_what_was_done_to_the_rows_is_found_and_named(
    filled: Ledger, statements: list[str], expected: tuple[int, str]
) -> None:
    tamper(filled, *statements)
    assert found(filled) == expected
    verdict = audit.verify(filled)
    assert f"第 {expected[0]} 行" in verdict.sentence
    if expected[1] == "reordered":
        assert "现在第 6 行处" in verdict.sentence
    # Work goes on, and what was found stays so.
    audit.record(filled, "later", "view")
    audit.record(filled, "later", "view")
    again = audit.verify(filled).broken
    assert again is not None
    if expected[1] == "cut_off":
        assert (again.id, again.what) == (expected[0], "missing")
    elif expected[1] != "anchor":
        assert (again.id, again.what) == expected


def test_a_tail_written_anew_without_the_key_is_found(filled: Ledger) -> None:
    key = b"a key of somebody else's"
    with filled.write() as connection:
        drop_triggers(connection)
        rows = list(chain.rows(connection, 0))
        link = chain.Link(4, rows[3]["hash"])
        for row in rows[4:]:
            row["who"] = "nobody"
            link = chain.Link(row["id"], chain.row_hash(key, link.hash, row))
            connection.execute(
                tables.audit.update()
                .where(tables.audit.c.id == row["id"])
                .values(who="nobody", hash=link.hash)
            )
        chain.move(connection, key, "end", link)
    assert found(filled) == (5, "changed")


def old(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    class Past(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Past":
            return cls.fromtimestamp(datetime.now(tz).timestamp() - days * 86_400, tz)

    monkeypatch.setattr(audit, "datetime", Past)


@pytest.fixture
def aged(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    with monkeypatch.context() as patched:
        old(patched, 200)
        for number in range(5):
            audit.record(ledger, "old", "view", f"t{number}")
    for number in range(3):
        audit.record(ledger, "new", "view", f"t{number}")
    return ledger


@pytest.mark.parametrize("batch", [2, 100])
def test_pruning_keeps_the_chain_provable(aged: Ledger, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    monkeypatch.setattr(audit, "PRUNE_BATCH", batch)
    assert audit.prune(aged, 180, who="cli:root") == 5
    verdict = audit.verify(aged)
    assert (verdict.broken, verdict.first) == (None, 6)
    assert "此前 5 行已按保留期清理" in verdict.sentence
    pruned = audit.entries(aged, action="audit_prune")
    assert sum(entry.count_row or 0 for entry in pruned) == 5
    assert {entry.who for entry in pruned} == {"cli:root"}
    assert pruned[0].detail["last"] == 5
    assert [entry.target for entry in audit.entries(aged, who="new")] == ["t2", "t1", "t0"]
    assert audit.count(aged) == 3 + len(pruned)
    assert audit.prune(aged, 180, who="cli:root") == 0
    audit.record(aged, "later", "view")
    assert audit.verify(aged).broken is None
    tamper(aged, "update audit set who = 'x' where id = 7")
    assert found(aged) == (7, "changed")


def test_pruned_rows_put_back_are_found(aged: Ledger) -> None:
    audit.prune(aged, 180, who="cli:root")
    tamper(
        aged,
        "insert into audit (id, at, who, action, hash) select 5, at, who, action, hash from audit where id = 6",
    )
    assert found(aged) == (5, "changed")


def test_a_broken_chain_is_not_pruned(aged: Ledger) -> None:
    tamper(aged, "update audit set who = 'x' where id = 2")
    with pytest.raises(CockpitError, match="不作清理"):
        audit.prune(aged, 180, who="cli:root")
    assert audit.count(aged) == 8
    tamper(aged, "update audit_anchor set id = 1 where kind = 'begin'")
    with pytest.raises(CockpitError, match="不能清理"):
        audit.prune(aged, 180, who="cli:root")


def test_less_than_half_a_year_is_not_kept(ledger: Ledger) -> None:
    with pytest.raises(CockpitError, match="180"):
        audit.prune(ledger, 179, who="cli:root")


@pytest.mark.parametrize("table", ["audit", "decision"])
@pytest.mark.parametrize("change", ["update {} set who = 'x'", "delete from {}", "truncate {}"])
def test_what_was_done_cannot_be_changed(filled: Ledger, table: str, change: str) -> None:
    if change.startswith("truncate") and filled.engine.dialect.name == "sqlite":
        return
    now = datetime.now(UTC)
    with filled.write() as connection:
        connection.execute(
            tables.decision.insert().values(
                alert_id="a",
                version=1,
                at=now,
                who="w",
                role="room",
                action="assign",
                from_stage="raised",
                to_stage="assigned",
                upstream_stage="raised",
                upstream_at=now,
            )
        )
    with pytest.raises(CockpitError, match="不得改动"), filled.write() as connection:
        connection.execute(text(change.format(table)))
    assert audit.count(filled) == COUNT
    assert found(filled) is None


def test_many_at_once_keep_one_chain(ledger: Ledger) -> None:
    def work(number: int) -> None:
        for _ in range(25):
            audit.record(ledger, f"w{number}", "view")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    verdict = audit.verify(ledger)
    assert (verdict.broken, verdict.count) == (None, 200)
    assert [entry.id for entry in audit.entries(ledger, limit=500)] == list(range(200, 0, -1))


def test_a_write_that_fails_leaves_no_gap(ledger: Ledger) -> None:
    def half() -> None:
        with ledger.write() as connection:
            audit.add(connection, "x", "view")
            audit.add(connection, "x", "view")
            raise RuntimeError

    audit.record(ledger, "x", "view")
    with pytest.raises(RuntimeError):
        half()
    audit.record(ledger, "x", "view")
    assert [entry.id for entry in audit.entries(ledger)] == [2, 1]
    assert found(ledger) is None


def test_kill_leaves_a_whole_chain(settings: Settings, ledger: Ledger) -> None:
    told = 0
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(settings.home), settings.ledger_url],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        for _ in range(15):
            assert process.stdout.readline() == "told\n"
        os.kill(process.pid, signal.SIGKILL)
        told += 15 + len(process.stdout.read().split())
        process.wait()
        process.stdout.close()
    verdict = audit.verify(ledger)
    assert verdict.broken is None
    assert told <= verdict.count <= told + 3


def first_schema(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, fill: Callable[[Connection], None]
) -> None:
    """Leave a ledger as the first step made it."""
    from alembic import command

    upgrade = command.upgrade
    with monkeypatch.context() as patched:
        patched.setattr(command, "upgrade", lambda config, _: upgrade(config, "0001"))
        ledger = open_ledger(settings)
        with ledger.write() as connection:
            fill(connection)
        ledger.engine.dispose()
    monkeypatch.setattr(store, "_open", {})


def test_the_rows_of_an_old_ledger_are_chained(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "BATCH", 7)

    def fill(connection: Connection) -> None:
        start = datetime(2026, 1, 1, tzinfo=UTC)
        connection.execute(
            text("insert into audit (id, at, who, action, detail) values (:id, :at, :who, 'view', :detail)"),
            [
                # A sequence leaves gaps where a transaction failed.
                {"id": number * 2, "who": f"u{number}", "detail": '{"词": 1}',
                 "at": chain.moment(start + timedelta(minutes=number))}
                for number in range(1, 31)
            ],
        )  # fmt: skip

    first_schema(settings, monkeypatch, fill)
    ledger = open_ledger(settings)
    rows = audit.entries(ledger, limit=100)[::-1]
    assert [(row.id, row.who) for row in rows] == [(number, f"u{number}") for number in range(1, 31)]
    assert rows[4].at == datetime(2026, 1, 1, 0, 5, tzinfo=UTC)
    audit.record(ledger, "new", "view")
    assert audit.verify(ledger).count == 31
    assert found(ledger) is None
    tamper(ledger, "update audit set detail = '{}' where id = 20")
    assert found(ledger) == (20, "changed")


def test_texts_of_any_kind_are_kept_and_hold(ledger: Ledger) -> None:
    odd = "a\0b\udcffc" + "长" * 400
    audit.record(ledger, odd, "view", odd, detail={odd: odd}, session=odd, address=odd)
    [entry] = audit.entries(ledger)
    assert entry.target is not None
    assert len(entry.target) == 256
    assert found(ledger) is None


def test_a_chain_under_another_key_does_not_hold(filled: Ledger, settings: Settings) -> None:
    other = secret_key(settings.secrets_path, "other")
    filled.engine.update_execution_options(audit_key=other)
    assert found(filled) == (1, "anchor")


def test_memory_is_bounded(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "BATCH", 3)
    for _ in range(10):
        audit.record(ledger, "x", "view")
    sizes: list[int] = []
    from sqlalchemy import event

    event.listen(
        ledger.engine,
        "before_cursor_execute",
        lambda c, cursor, statement, values, *rest: sizes.append("LIMIT" in statement),
    )
    assert audit.verify(ledger).count == 10
    assert sum(sizes) == 4
