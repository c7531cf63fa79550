import argparse
import io
import re
from pathlib import Path

import bcrypt
import pytest

from cockpit.cli import user
from cockpit.error import CockpitError
from cockpit.ledger import Ledger, account, audit, open_ledger, store
from cockpit.settings import Settings

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
