import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from cockpit import cli
from cockpit import settings as settings_module
from cockpit.error import CockpitError
from cockpit.ledger import Ledger, account, audit, backup, open_ledger, store, tables
from cockpit.settings import Settings
from tests.ledger.test_chain import tamper
from tests.postgres import POSTGRESQL_ONLY, SQLITE_ONLY

HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("select count(*) from audit").fetchall()
print("open", flush=True)
sys.stdin.read()
"""


def fill(ledger: Ledger, *targets: str) -> None:
    for target in targets:
        audit.record(ledger, "test", "build", target)


def targets(ledger: Ledger) -> list[str | None]:
    return [entry.target for entry in audit.entries(ledger, action="build")][::-1]


def test_a_copy_comes_back_as_it_was(ledger: Ledger, settings: Settings, tmp_path: Path) -> None:
    account.add(ledger, "real", name="真", role="admin", password="correct horse battery", who="test")
    fill(ledger, "a", "b")
    copy = tmp_path / "copy"
    verdict = backup.backup(ledger, copy, who="cli:root")
    assert (verdict.broken, verdict.last) == (None, 3)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert audit.entries(ledger, action="ledger_backup")[0].detail["hash"] == verdict.hash
    fill(ledger, "c")
    with pytest.raises(CockpitError, match="已存在"):
        backup.backup(ledger, copy, who="cli:root")
    for _ in range(2):
        kept, restored = backup.restore(settings, copy, who="cli:root")
        assert (restored.broken, restored.last) == (None, 3)
        again = open_ledger(settings)
        assert targets(again) == ["a", "b"]
        assert [one.username for one in account.accounts(again)] == ["real"]
        [entry] = audit.entries(again, action="ledger_restore")
        assert (entry.who, entry.target, entry.id) == ("cli:root", "copy", 4)
        fill(again, "d")
        assert audit.verify(again).broken is None
        assert kept
    # A copy of what was itself put back.
    backup.backup(open_ledger(settings), tmp_path / "second", who="cli:root")
    backup.restore(settings, tmp_path / "second", who="cli:root")
    assert targets(open_ledger(settings)) == ["a", "b", "d"]


@SQLITE_ONLY
def test_the_ledger_before_is_kept_beside(ledger: Ledger, settings: Settings, tmp_path: Path) -> None:
    fill(ledger, "a")
    backup.backup(ledger, tmp_path / "copy", who="test")
    fill(ledger, "b")
    kept, _ = backup.restore(settings, tmp_path / "copy", who="test")
    before = open_ledger(Settings(home=settings.home, ledger_url=f"sqlite:///{kept}"))
    assert targets(before) == ["a", "b"]
    assert sorted(path.name for path in settings.home.glob(".ledger*")) == []


@POSTGRESQL_ONLY
def test_it_waits_for_who_is_just_leaving_but_not_for_who_stays(
    ledger: Ledger, settings: Settings, tmp_path: Path
) -> None:
    fill(ledger, "a")
    backup.backup(ledger, tmp_path / "copy", who="test")
    fill(ledger, "b")
    other = create_engine(settings.ledger_url, poolclass=NullPool).connect()
    other.execute(text("select 1"))
    with pytest.raises(CockpitError, match=r"（1 个连接）"):
        backup.restore(settings, tmp_path / "copy", who="test")
    assert targets(open_ledger(settings)) == ["a", "b"]
    threading.Timer(0.5, other.close).start()
    backup.restore(settings, tmp_path / "copy", who="test")
    assert targets(open_ledger(settings)) == ["a"]


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("update alembic_version set version_num = '9999'")


def cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def other(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table t (x)")


def garbage(path: Path) -> None:
    path.write_bytes(b"no ledger at all" * 1000)


def forged(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("drop trigger audit_no_update")
        connection.execute("update audit set who = 'x' where id = 1")


@SQLITE_ONLY
@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (newer, "更新版本"),
        (cut, "不是完整|已损坏"),
        (other, "不是完整"),
        (garbage, "不是完整|已损坏"),
        (forged, "断开.*未恢复"),
        (Path.unlink, "没有这个文件"),
    ],
)
def test_what_is_no_whole_ledger_is_refused(
    ledger: Ledger, settings: Settings, tmp_path: Path, spoil: object, message: str
) -> None:
    fill(ledger, *map(str, range(50)))
    copy = tmp_path / "copy"
    backup.backup(ledger, copy, who="test")
    spoil(copy)  # type: ignore[operator]
    fill(ledger, "after")
    with pytest.raises(CockpitError, match=message):
        backup.restore(settings, copy, who="test")
    assert targets(open_ledger(settings))[-1] == "after"
    assert sorted(path.name for path in settings.home.iterdir()) == [
        "ledger.sqlite", "ledger.sqlite-shm", "ledger.sqlite-wal", "secrets",
    ]  # fmt: skip
    if spoil is forged:
        _, verdict = backup.restore(settings, copy, who="test", accept_broken=True)
        assert verdict.broken is not None
        assert len(targets(open_ledger(settings))) == 50


@POSTGRESQL_ONLY
def test_a_dump_that_is_none_is_refused(ledger: Ledger, settings: Settings, tmp_path: Path) -> None:
    fill(ledger, "a")
    copy = tmp_path / "copy"
    backup.backup(ledger, copy, who="test")
    content = copy.read_bytes()
    for spoilt in (b"nothing", content[: len(content) // 2]):
        copy.write_bytes(spoilt)
        with pytest.raises(CockpitError, match="pg_restore"):
            backup.restore(settings, copy, who="test")
        assert targets(open_ledger(settings)) == ["a"]


@POSTGRESQL_ONLY
def test_without_the_server_s_programs_it_says_so(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CockpitError, match="没有 pg_dump"):
        backup.backup(ledger, tmp_path / "copy", who="test")
    assert list(tmp_path.glob("*copy*")) == []


def test_a_ledger_in_use_is_not_replaced(ledger: Ledger, settings: Settings, tmp_path: Path) -> None:
    fill(ledger, "a")
    backup.backup(ledger, tmp_path / "copy", who="test")
    if settings.ledger_url:
        engine = store.engine_of(store.url_of(settings))
        with engine.connect() as held:
            held.execute(text("select 1"))
            with pytest.raises(CockpitError, match="先停止服务"):
                backup.restore(settings, tmp_path / "copy", who="test")
        engine.dispose()
    else:
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(settings.home / "ledger.sqlite")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert holder.stdout
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(CockpitError, match="先停止服务"):
            backup.restore(settings, tmp_path / "copy", who="test")
        holder.communicate("")
    fill(open_ledger(settings), "b")
    assert targets(open_ledger(settings)) == ["a", "b"]


@SQLITE_ONLY
def test_a_broken_ledger_is_replaced(ledger: Ledger, settings: Settings, tmp_path: Path) -> None:
    fill(ledger, "a")
    backup.backup(ledger, tmp_path / "copy", who="test")
    ledger.engine.dispose()
    garbage(settings.home / "ledger.sqlite")
    store._open.clear()
    backup.restore(settings, tmp_path / "copy", who="test")
    assert targets(open_ledger(settings)) == ["a"]


def test_a_copy_without_its_key_is_refused(ledger: Ledger, settings: Settings, tmp_path: Path) -> None:
    fill(ledger, "a")
    backup.backup(ledger, tmp_path / "copy", who="test")
    (settings.secrets_path / "audit").unlink()
    with pytest.raises(CockpitError, match="密钥不在"):
        backup.restore(settings, tmp_path / "copy", who="test")


class TestCommands:
    @pytest.fixture(autouse=True)
    def environment(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setenv("COCKPIT_HOME", str(settings.home))
        monkeypatch.setenv("COCKPIT_LEDGER_URL", settings.ledger_url)
        settings_module.settings.cache_clear()
        yield
        settings_module.settings.cache_clear()

    def test_round(
        self, ledger: Ledger, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        fill(ledger, "a")
        assert cli.main(["ledger", "backup", str(tmp_path / "copy")]) == 0
        assert str(settings.secrets_path / "audit") in capsys.readouterr().out
        assert cli.main(["ledger", "verify"]) == 0
        assert "都与其办理记录推得的一致" in capsys.readouterr().out
        assert cli.main(["audit", "prune"]) == 0
        assert "已清理 0 行" in capsys.readouterr().out
        assert cli.main(["ledger", "restore", str(tmp_path / "copy")]) == 0
        assert "被替换的台账留在" in capsys.readouterr().out
        assert cli.main(["ledger", "restore", str(tmp_path / "none")]) == 2

    def test_a_broken_chain_is_told(self, ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
        fill(ledger, "a", "b", "c")
        assert cli.main(["audit", "verify"]) == 0
        tamper(ledger, "update audit set target = 'x' where id = 2")
        assert cli.main(["audit", "verify"]) == 1
        assert "审计链在第 2 行" in capsys.readouterr().out
        assert cli.main(["ledger", "verify"]) == 1
        [last] = audit.entries(ledger, action="audit_verify", limit=1)
        assert last.detail["whole"] is False

    def test_a_state_that_is_not_its_decisions_is_told(
        self, ledger: Ledger, capsys: pytest.CaptureFixture[str]
    ) -> None:
        now = datetime.now(UTC)
        values = {
            "version": 1, "seq": 1, "stage": "assigned", "stage_at": now, "is_accepted": False,
            "is_urged": False, "upstream_stage": "raised", "upstream_at": now,
        }  # fmt: skip
        with ledger.write() as connection:
            connection.execute(tables.alert_state.insert().values(alert_id="A1", **values))
        assert cli.main(["ledger", "verify"]) == 1
        assert "预警 A1：有状态而没有办理记录" in capsys.readouterr().out
