import argparse
import io
import re
from pathlib import Path

import bcrypt
import pandas as pd
import pytest

from cockpit import queries
from cockpit.cli import user
from cockpit.error import CockpitError
from cockpit.ledger import Ledger, account, audit, lockout, open_ledger, store
from cockpit.settings import Settings
from tests.views import tiny

ROOM = ("--role", "room", "--region", "990102000000", "--industry", "*", "--unit", "*")


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    made = Settings(home=tmp_path, ledger_url="")
    monkeypatch.setattr(account, "HASH_ROUNDS", 4)
    monkeypatch.setattr(store, "_open", {})
    monkeypatch.setattr(user, "settings", lambda: made)
    return open_ledger(made)


def run(*arguments: str) -> None:
    parser = argparse.ArgumentParser()
    user.add(parser.add_subparsers())
    options = parser.parse_args(["user", *arguments])
    options.run(options)


def opens(ledger: Ledger, username: str, password: str) -> bool:
    found = account.find(ledger, username)
    return found is not None and bcrypt.checkpw(password.encode(), found.password_hash.encode())


def test_add_prints_a_working_password_once(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    run("add", "zhang", *ROOM, "--display", "张三")
    [password] = re.findall(r"密码（只显示这一次）：(\S+)", capsys.readouterr().out)
    assert opens(ledger, "zhang", password)
    [entry] = audit.entries(ledger)
    assert re.fullmatch(r"cli:[^:]+", entry.who)
    assert (entry.action, entry.target) == ("account_add", "zhang")


def test_nothing_left_out_means_all(ledger: Ledger) -> None:
    with pytest.raises(CockpitError, match=r"行业.*空范围"):
        run("add", "zhang", "--role", "room", "--region", "990102000000", "--unit", "*")
    with pytest.raises(CockpitError, match=r"区域.*空范围"):
        run("add", "zhang", "--role", "room", "--industry", "*", "--unit", "*")
    with pytest.raises(CockpitError, match="没有角色"):
        run("add", "zhang")
    assert account.accounts(ledger) == []


def test_a_big_screen_needs_its_addresses(ledger: Ledger) -> None:
    kiosk = ("--role", "kiosk", *ROOM[2:])
    with pytest.raises(CockpitError, match="允许登录的地址"):
        run("add", "hall", *kiosk)
    run("add", "hall", *kiosk, "--address", "10.0.0.7", "--address", "10.1.0.0/16")
    [made] = account.accounts(ledger)
    assert (made.role, made.addresses) == ("kiosk", ("10.0.0.7/32", "10.1.0.0/16"))


def test_a_password_is_read_from_standard_input_and_not_printed(
    ledger: Ledger, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    run("add", "zhang", *ROOM, "--password-stdin")
    assert opens(ledger, "zhang", "correct horse battery")
    assert "horse" not in capsys.readouterr().out


def test_a_typed_password_is_asked_twice(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["correct horse battery", "correct horse batery"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    with pytest.raises(CockpitError, match="不一致"):
        run("add", "zhang", *ROOM, "--prompt")
    monkeypatch.setattr("getpass.getpass", lambda prompt: "correct horse battery")
    run("add", "zhang", *ROOM, "--prompt")
    assert opens(ledger, "zhang", "correct horse battery")


def test_a_password_is_never_an_argument() -> None:
    with pytest.raises(SystemExit):
        run("add", "zhang", *ROOM, "--password", "correct horse battery")


def test_passwd_replaces_the_password(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    run("add", "zhang", *ROOM)
    run("passwd", "zhang")
    first, second = re.findall(r"密码（只显示这一次）：(\S+)", capsys.readouterr().out)
    assert not opens(ledger, "zhang", first)
    assert opens(ledger, "zhang", second)


def test_a_password_from_elsewhere_must_be_changed_unless_it_is_ones_own(ledger: Ledger) -> None:
    run("add", "zhang", *ROOM)
    run("add", "wang", *ROOM, "--keep-password")
    assert [one.must_change_password for one in account.accounts(ledger)] == [False, True]
    run("passwd", "wang")
    run("passwd", "zhang", "--keep-password")
    assert [one.must_change_password for one in account.accounts(ledger)] == [True, False]


def test_unlock_and_end_sessions(ledger: Ledger) -> None:
    run("add", "zhang", *ROOM)
    with pytest.raises(CockpitError, match="没有被锁定"):
        run("unlock", "zhang")
    for _ in range(5):
        lockout.attempt(ledger, user.settings(), "zhang", None)
    run("unlock", "zhang")
    assert not lockout.attempt(ledger, user.settings(), "zhang", None).is_refused
    run("end-sessions", "zhang")
    held = account.find(ledger, "zhang")
    assert held
    assert held.session_epoch == 1
    assert [row.action for row in audit.entries(ledger)][:2] == ["session_end", "account_unlock"]


class TestImport:
    """Station accounts from a workbook, their passwords in a file of their own."""

    @pytest.fixture
    def file(self, tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Path:
        tiny.write(user.settings(), tiny.World())
        real = queries._fetch
        monkeypatch.setattr(
            queries, "_fetch", lambda name, scope, _settings: real(name, scope, user.settings())
        )
        table = pd.DataFrame({"姓名": ["甲", "乙"], "区划代码": ["990101001001", "1"]})
        table.to_excel(tmp_path / "站.xlsx", index=False, engine="xlsxwriter")
        return tmp_path / "站.xlsx"

    def test_a_dry_run_makes_nothing(
        self, file: Path, ledger: Ledger, capsys: pytest.CaptureFixture[str]
    ) -> None:
        run("import", str(file), "--blank-is-all")
        said = capsys.readouterr().out
        assert "可导入 1 行，退回 1 行" in said
        assert "第 3 行 区划代码" in said
        assert account.accounts(ledger) == []
        run("import", str(file))
        assert "可导入 0 行，退回 2 行" in capsys.readouterr().out

    def test_passwords_go_to_a_new_file_of_ones_own(
        self, file: Path, ledger: Ledger, capsys: pytest.CaptureFixture[str]
    ) -> None:
        told, rejects = file.with_name("p.csv"), file.with_name("r.csv")
        run("import", str(file), "--blank-is-all", "--passwords", str(told), "--rejects", str(rejects))
        assert told.stat().st_mode & 0o777 == 0o600
        rows = pd.read_csv(told, dtype=str)
        assert rows["username"].tolist() == ["z990101001001"]
        assert opens(ledger, "z990101001001", rows["password"][0])
        assert rows["password"][0] not in capsys.readouterr().out
        assert "12 位" in rejects.read_text("utf-8-sig")
        with pytest.raises(CockpitError, match="已存在"):
            run("import", str(file), "--passwords", str(told))


def test_disable_enable_and_list(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    run("add", "zhang", *ROOM, "--region", "990201000000", "--display", "张三")
    run("add", "log", "--role", "auditor")
    run("disable", "zhang")
    capsys.readouterr()
    run("list")
    shown = capsys.readouterr().out
    assert shown.splitlines() == [
        "用户名\t显示名\t角色\t区域\t行业\t单位\t状态",
        "log\tlog\t审计员\t无\t无\t无\t启用",
        "zhang\t张三\t监督检查室\t990102000000、990201000000\t全部\t全部\t停用",
    ]
    run("enable", "zhang")
    run("list")
    assert "停用" not in capsys.readouterr().out.splitlines()[-1]
    with pytest.raises(CockpitError, match="没有这个账号：nobody"):
        run("disable", "nobody")
