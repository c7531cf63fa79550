import os
import secrets
import signal
import sqlite3
import stat
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event, inspect, text

from cockpit.error import CockpitError
from cockpit.ledger import Ledger, account, audit, open_ledger, store
from cockpit.ledger.tables import metadata
from cockpit.settings import Settings
from tests.postgres import POSTGRESQL_ONLY, SQLITE_ONLY, Server

WRITER = """
import sys
from cockpit.ledger import account, open_ledger
from cockpit.settings import Settings
account.HASH_ROUNDS = 4
ledger = open_ledger(Settings(home=sys.argv[1], ledger_url=sys.argv[2]))
for number in range(int(sys.argv[3]), int(sys.argv[3]) + 100_000):
    account.add(
        ledger, f"w{number}", name="w", role="station", password="correct horse battery",
        regions=["990101001001"], industries=["*"], units=["*"], who="test",
    )
    print(f"w{number}", flush=True)
"""
OPENER = """
import sys
from cockpit.ledger import audit, open_ledger
from cockpit.settings import Settings
ledger = open_ledger(Settings(home=sys.argv[1], ledger_url=sys.argv[2]))
audit.record(ledger, "test", "sign_in")
"""


def reopened(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    for ledger in store._open.values():
        ledger.engine.dispose()
    monkeypatch.setattr(store, "_open", {})
    return open_ledger(settings)


def schema_of(ledger: Ledger) -> dict[str, list[str]]:
    with ledger.read() as connection:
        found = inspect(connection)
        return {
            table: [column["name"] for column in found.get_columns(table)]
            for table in found.get_table_names()
        }


def path_of(settings: Settings) -> Path:
    return settings.home / "ledger.sqlite"


def test_the_steps_make_the_tables_the_code_knows(ledger: Ledger) -> None:
    with ledger.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_opening_again_changes_nothing(
    settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit.record(ledger, "test", "build", "b1")
    before = schema_of(ledger)
    assert open_ledger(settings) is ledger
    again = reopened(settings, monkeypatch)
    assert schema_of(again) == before
    assert [entry.target for entry in audit.entries(again)] == ["b1"]


@SQLITE_ONLY
def test_sqlite_is_set_for_safety(settings: Settings, ledger: Ledger) -> None:
    with ledger.read() as connection:
        values = {
            name: connection.execute(text(f"pragma {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
    for path in settings.home.glob("ledger.sqlite*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@SQLITE_ONLY
def test_a_loose_mode_is_tightened(
    settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    path_of(settings).chmod(0o644)
    reopened(settings, monkeypatch)
    assert stat.S_IMODE(path_of(settings).stat().st_mode) == 0o600


def test_a_newer_schema_is_refused_and_left_alone(
    settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ledger.write() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(CockpitError, match=r"更新版本.*9999"):
        reopened(settings, monkeypatch)
    with ledger.read() as connection:
        assert connection.execute(text("select version_num from alembic_version")).all() == [("9999",)]
    ledger.engine.dispose()


def test_a_failed_step_leaves_the_ledger_empty(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic.operations import Operations

    def fail(*args: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(Operations, "create_index", fail)
        with pytest.raises(RuntimeError):
            open_ledger(settings)
    # Were any table left, the steps could not be run again.
    assert metadata.tables.keys() <= set(schema_of(open_ledger(settings)))


@SQLITE_ONLY
def test_a_broken_file_is_one_sentence(settings: Settings) -> None:
    settings.home.mkdir()
    path_of(settings).write_bytes(b"this is not a ledger" * 500)
    with pytest.raises(CockpitError, match="已损坏"):
        open_ledger(settings)


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CockpitError, match="打不开"):
        open_ledger(Settings(home=tmp_path / "file", ledger_url=""))


@SQLITE_ONLY
def test_a_locked_ledger_is_one_sentence(ledger: Ledger, settings: Settings) -> None:
    other = sqlite3.connect(path_of(settings), isolation_level=None)
    other.execute("begin immediate")
    try:
        with ledger.read() as connection:
            connection.execute(text("pragma busy_timeout = 50"))
        with pytest.raises(CockpitError, match="占用"):
            audit.record(ledger, "test", "sign_in")
    finally:
        other.close()
    audit.record(ledger, "test", "sign_in")
    assert audit.count(ledger) == 1


@SQLITE_ONLY
def test_a_full_disk_is_one_sentence_and_keeps_what_was_there(ledger: Ledger) -> None:
    audit.record(ledger, "test", "build", "before")
    with ledger.read() as connection:
        pages = connection.execute(text("pragma page_count")).scalar_one()

    def bound(connection: sqlite3.Connection, record: object, proxy: object) -> None:
        connection.execute(f"pragma max_page_count = {pages}")

    event.listen(ledger.engine, "checkout", bound)
    with pytest.raises(CockpitError, match="磁盘已满"):
        audit.record(ledger, "test", "build", "too much", detail={"text": "x" * 1_000_000})
    assert [entry.target for entry in audit.entries(ledger)] == ["before"]


@pytest.mark.parametrize(
    ("url", "message"),
    [("not an address", "不是可用的"), ("nosuch://host/db", "驱动")],
)
def test_an_unusable_address_is_one_sentence(tmp_path: Path, url: str, message: str) -> None:
    with pytest.raises(CockpitError, match=message):
        open_ledger(Settings(home=tmp_path, ledger_url=url))


def test_a_failed_write_keeps_nothing(ledger: Ledger) -> None:
    def half() -> None:
        with ledger.write() as connection:
            audit.add(connection, "test", "build")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert audit.count(ledger) == 0


def test_processes_open_a_fresh_ledger_at_once(settings: Settings) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, str(settings.home), settings.ledger_url],
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    errors = [process.communicate()[1] for process in started]
    assert errors == [""] * 4
    assert audit.count(open_ledger(settings)) == 4


def test_kill_during_writes_leaves_whole_accounts(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    for attempt in range(2):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(settings.home), settings.ledger_url, str(attempt * 100_000)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        told += [process.stdout.readline().strip() for _ in range(40 + attempt * 7)]
        os.kill(process.pid, signal.SIGKILL)
        told += process.stdout.read().split()
        process.wait()
        process.stdout.close()
        ledger = reopened(settings, monkeypatch)
        if not settings.ledger_url:
            with ledger.read() as connection:
                assert connection.execute(text("pragma integrity_check")).scalar() == "ok"
        verdict = audit.verify(ledger)
        assert verdict.broken is None
        assert verdict.count == audit.count(ledger)
        kept = account.accounts(ledger)
        names = {one.username for one in kept}
        assert set(told) <= names
        assert len(names) - len(told) in {0, 1, 2}  # a commit may be done and not yet told, once a kill
        assert all(one.regions and one.industries and one.units for one in kept)
        assert sorted(entry.target or "" for entry in audit.entries(ledger, limit=10**6)) == sorted(names)


@SQLITE_ONLY
def test_a_file_taken_away_is_noticed_and_not_made_anew(ledger: Ledger, settings: Settings) -> None:
    audit.record(ledger, "test", "build", "b1")
    away = path_of(settings).rename(settings.home / "away.sqlite")
    with pytest.raises(CockpitError, match="已不在"):
        audit.record(ledger, "test", "build", "b2")
    with pytest.raises(CockpitError, match="已不在"):
        audit.count(ledger)
    assert not path_of(settings).exists()
    away.rename(path_of(settings))
    audit.record(ledger, "test", "build", "b3")
    assert [entry.target for entry in audit.entries(ledger)] == ["b3", "b1"]


@SQLITE_ONLY
def test_a_file_put_in_its_place_is_the_one_written_to(ledger: Ledger, settings: Settings) -> None:
    audit.record(ledger, "test", "build", "b1")
    other = settings.home / "other.sqlite"
    with sqlite3.connect(path_of(settings)) as source, sqlite3.connect(other) as target:
        source.backup(target)
    source.close()
    target.close()
    audit.record(ledger, "test", "build", "lost")
    old = path_of(settings).rename(settings.home / "old.sqlite")
    for left in ("-wal", "-shm"):
        path_of(settings).with_name(f"ledger.sqlite{left}").unlink(missing_ok=True)
    other.rename(path_of(settings))
    audit.record(ledger, "test", "build", "b2")
    assert [entry.target for entry in audit.entries(ledger)] == ["b2", "b1"]
    assert old.exists()


@SQLITE_ONLY
def test_nothing_is_kept_in_a_file_that_goes_away_meanwhile(ledger: Ledger, settings: Settings) -> None:
    away = settings.home / "away.sqlite"

    def write() -> None:
        with ledger.write() as connection:
            audit.add(connection, "test", "build", "lost")
            path_of(settings).rename(away)

    with pytest.raises(CockpitError, match="移走或替换"):
        write()
    away.rename(path_of(settings))
    assert audit.count(ledger) == 0


@POSTGRESQL_ONLY
def test_a_server_that_was_away_is_met_again(ledger: Ledger, postgres: Server) -> None:
    audit.record(ledger, "test", "build", "b1")
    postgres.stop()
    try:
        with pytest.raises(CockpitError, match="连不上"):
            audit.record(ledger, "test", "build", "b2")
    finally:
        postgres.start()
    audit.record(ledger, "test", "build", "b3")
    assert [entry.target for entry in audit.entries(ledger)] == ["b3", "b1"]


@POSTGRESQL_ONLY
def test_a_connection_that_dies_in_a_transaction_is_one_sentence(ledger: Ledger) -> None:
    def write() -> None:
        with ledger.write() as connection:
            audit.add(connection, "test", "build", "lost")
            pid = connection.execute(text("select pg_backend_pid()")).scalar()
            with ledger.read() as other:
                other.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})

    with pytest.raises(CockpitError, match=r"台账数据库|连不上"):
        write()
    audit.record(ledger, "test", "build", "b1")
    assert [entry.target for entry in audit.entries(ledger)] == ["b1"]


@POSTGRESQL_ONLY
def test_a_writer_that_does_not_end_is_one_sentence(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    with ledger.read() as other:
        other.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": store.WRITE_LOCK})
        monkeypatch.setattr(store, "BUSY_TIMEOUT_MS", 50)
        with pytest.raises(CockpitError, match="占用"):
            audit.record(ledger, "test", "sign_in")
    audit.record(ledger, "test", "sign_in")


@POSTGRESQL_ONLY
@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("53100", "磁盘已满"),
        ("25006", "只读"),
        ("42501", "权限不足"),
        ("53300", "连接数已满"),
        ("57P03", "停止或启动"),
        ("XX001", "已损坏"),
        ("40P01", "占用"),
    ],
)
def test_what_the_server_says_is_one_sentence(ledger: Ledger, state: str, message: str) -> None:
    raised = f"do $$ begin raise exception 'secret words' using errcode = '{state}'; end $$"
    with pytest.raises(CockpitError, match=message) as error, ledger.write() as connection:
        connection.execute(text(raised))
    assert "secret" not in str(error.value)


@POSTGRESQL_ONLY
def test_a_server_without_writing_is_one_sentence(ledger: Ledger) -> None:
    def write() -> None:
        with ledger.write() as connection:
            connection.execute(text("set transaction read only"))
            audit.add(connection, "test", "build")

    with pytest.raises(CockpitError, match="只读"):
        write()


def test_a_wrong_password_is_one_sentence_without_it(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(store, "_open", {})
    word = secrets.token_hex(8)
    for url, message in (
        (postgres.locked_url(word), "用户名、密码"),
        (f"postgresql+psycopg://u:{word}@127.0.0.1:1/x", "连不上"),
        (f"postgresql+psycopg://u:{word}@host:port/x", "不是可用的"),
    ):
        with pytest.raises(CockpitError, match=message) as caught:
            open_ledger(Settings(home=tmp_path, ledger_url=url))
        assert word not in "".join(traceback.format_exception(caught.value)) + caplog.text
    assert not store._open


def test_a_key_that_is_gone_is_not_replaced(
    settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit.record(ledger, "test", "build", "b1")
    key = settings.secrets_path / "audit"
    away = key.rename(key.with_name("away"))
    with pytest.raises(CockpitError, match="密钥不在"):
        reopened(settings, monkeypatch)
    assert not key.exists()
    away.rename(key)
    assert audit.verify(reopened(settings, monkeypatch)).broken is None
