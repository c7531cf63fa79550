"""The audit log as the auditor meets it."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from cockpit.ledger import Ledger, audit, open_ledger
from cockpit.scope import Scope
from cockpit.settings import Settings
from cockpit.ui import export
from tests.installation import Installation
from tests.ledger.test_chain import tamper
from tests.pages.conftest import Open, said

AUDITOR = Scope("auditor", "auditor")


@pytest.fixture
def home(demo_installation: Installation, tmp_path: Path) -> Path:
    """An installation whose log a test may break; the snapshots are linked, not copied."""
    home = tmp_path / "home"
    shutil.copytree(
        demo_installation.home, home, ignore=shutil.ignore_patterns("snapshots", "warehouse*", "ledger*")
    )
    (home / "snapshots").symlink_to(demo_installation.home / "snapshots")
    return home


@pytest.fixture
def ledger(home: Path) -> Ledger:
    return open_ledger(Settings(home=home, ledger_url=""))


def add(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, at: datetime, *row: Any, **more: Any) -> None:
    class Then(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Then":
            return cls.fromtimestamp(at.timestamp(), tz)

    with monkeypatch.context() as patched:
        patched.setattr(audit, "datetime", Then)
        audit.record(ledger, *row, **more)


@pytest.fixture
def told(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    start = datetime(2026, 3, 1, 20, tzinfo=UTC)
    for number in range(120):
        who = "room" if number % 2 else "station"
        add(ledger, monkeypatch, start + timedelta(hours=number), who, "view", f"alert/A{number % 10}",
            address=f"10.0.0.{number % 3}")  # fmt: skip
    return ledger


def numbers(page: AppTest) -> list[int]:
    assert not page.error, [error.value for error in page.error]
    return [int(number) for number in page.dataframe[0].value["编号"]] if page.dataframe else []


def press(page: AppTest, label: str) -> AppTest:
    [button] = [one for one in page.button if one.label == label]
    return button.click().run()


def test_every_row_of_an_account_can_be_reached_in_time(open_page: Open, told: Ledger) -> None:
    page = open_page(AUDITOR, "audit", who="room")
    assert "共 **60** 条" in said(page)
    seen = numbers(page)
    assert len(seen) == 50
    page = press(page, "较早")
    seen += numbers(page)
    assert seen == list(range(120, 0, -2))
    assert [one.disabled for one in page.button if one.label in {"较早", "最早"}] == [True, True]
    assert numbers(press(page, "较新")) == list(range(120, 20, -2))
    assert numbers(press(page, "最早")) == list(range(100, 0, -2))
    assert numbers(press(page, "最新")) == list(range(120, 20, -2))


def test_one_alert_can_be_followed_by_its_number_or_its_address(open_page: Open, told: Ledger) -> None:
    expected = list(range(118, 0, -10))
    for name in ("A7", "alert/A7"):
        page = open_page(AUDITOR, "audit", target=name)
        assert numbers(page) == expected
        assert set(page.dataframe[0].value["对象"]) == {"预警 A7"}


def test_days_are_those_of_beijing_and_filters_meet(open_page: Open, told: Ledger) -> None:
    # 20:00 UTC is the fourth hour of the next day there: hours 20 to 43 are of 3 March.
    page = open_page(AUDITOR, "audit", since="2026-03-03", until="2026-03-03")
    assert numbers(page) == list(range(44, 20, -1))
    page = open_page(
        AUDITOR,
        "audit",
        since="2026-03-03",
        until="2026-03-03",
        who="room",
        address="10.0.0.0",
        action="view",
    )
    assert numbers(page) == [n for n in range(44, 20, -1) if (n - 1) % 2 and (n - 1) % 3 == 0]
    page = open_page(AUDITOR, "audit", since="2026-03-05", until="2026-03-03")
    assert "没有符合条件的记录" in said(page)
    # The three searches of the log are in it.
    assert numbers(press(page, "清空条件")) == list(range(123, 73, -1))
    assert {(one.who, one.action, one.target) for one in audit.entries(told, limit=3)} == {
        (AUDITOR.who, "search", "audit")
    }


def test_searches_and_actions_read_in_chinese(open_page: Open, ledger: Ledger) -> None:
    audit.record(
        ledger, "room", "search", "alerts", count_row=3,
        detail={"search": "低保", "stage": "verified", "level": "red", "from": "2026-01", "to": "2026-06",
                "state": "overdue", "scope": {"role": "room", "region": ["990102000000"], "industry": ["*"]}},
    )  # fmt: skip
    audit.record(
        ledger, "room", "act", "alert/A1", detail={"action": "assign", "from": "raised", "to": "assigned"}
    )
    audit.record(ledger, "", "sign_in_failed", detail={"reason": "unknown name"})
    audit.record(ledger, "admin", "account_disable", "room", detail={"before": {"is_disabled": False}})
    audit.record(ledger, "x", "view", "nosuch/1", detail={"odd": ["a", {"b": None, "c": True}]})
    rows = open_page(AUDITOR, "audit").dataframe[0].value[::-1].reset_index(drop=True)
    assert rows["动作"].tolist() == ["检索清单", "办理预警", "登录失败", "停用账号", "查看详情"]
    assert rows["对象"].tolist()[:2] == ["预警清单", "预警 A1"]
    for words in ("搜索：“低保”", "环节：核查", "预警等级：红色", "从：2026-01", "状态：超期"):
        assert words in rows["说明"][0]
    assert rows["可见范围"][0] == "行业：全部；地区：990102000000；角色：监督检查室"
    assert rows["说明"][1] == "动作：分办；原环节：预警；现环节：分办"
    assert rows["说明"][2] == "原因：没有此账号"
    assert rows["说明"][3] == "变更前：（停用：否）"
    assert rows["说明"][4] == "odd：a、（c：是）"


def test_a_whole_chain_and_a_broken_one_are_told_in_one_click(open_page: Open, told: Ledger) -> None:
    page = press(open_page(AUDITOR, "audit"), "核验审计链")
    assert [one.value for one in page.success] == ["审计链完整：第 1 至 120 行共 120 行逐行核对无误。"]
    [entry] = audit.entries(told, action="audit_verify")
    assert (entry.who, entry.count_row, entry.detail["whole"]) == ("auditor", 120, True)
    tamper(told, "update audit set who = 'x' where id = 33")
    page = press(page, "核验审计链")
    [error] = page.error
    assert "审计链在第 33 行（2026-03-03 12:00:00）断开：内容被改动" in error.value


def test_an_export_holds_the_rows_of_the_filters(
    open_page: Open, told: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[Any] = []
    monkeypatch.setattr(export, "buttons", lambda *given: offered.append(given))
    open_page(AUDITOR, "audit", who="room", since="2026-03-05")
    [(scope, what, label, detail, rows)] = offered
    assert (scope, what, label, detail) == (
        AUDITOR, "audit", "审计日志", {"who": "room", "since": "2026-03-05"},
    )  # fmt: skip
    taken = rows()
    # All of them, not the page: hours 68 to 119, odd ones.
    assert taken["编号"].tolist() == list(range(120, 68, -2))
    assert "地区" not in taken
    assert taken["动作"].unique().tolist() == ["查看详情"]


def test_what_is_tampered_with_or_odd_is_shown_all_the_same(open_page: Open, ledger: Ledger) -> None:
    audit.record(ledger, "<b>x</b>", "view", "![a](b)", detail={"a": 1})
    tamper(ledger, "update audit set detail = '{', action = 'nosuch' where id = 1")
    page = open_page(AUDITOR, "audit")
    assert numbers(page) == [1]
    assert page.dataframe[0].value["动作"][0] == "nosuch"
    assert page.dataframe[0].value["说明"][0] == "{"
