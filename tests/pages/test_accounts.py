"""Account management: what administrators see and do there."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook
from streamlit.testing.v1 import AppTest

from cockpit import queries
from cockpit.ledger import Ledger, account, account_list, audit, lockout, store
from cockpit.ledger import session as sessions
from cockpit.loop import decision
from cockpit.queries import Filters
from cockpit.scope import Scope
from cockpit.ui import account_import, disposal, once, signin, wording
from pages import accounts
from tests.installation import Installation
from tests.pages.conftest import Open, said

ADMIN = Scope("admin", "admin")
PASSWORD = "correct horse battery"


@pytest.fixture
def installation(
    demo_installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    """A copy of the test's own: accounts are made and changed."""
    monkeypatch.setattr(account, "HASH_ROUNDS", 4)
    made = demo_installation.copy(tmp_path / "home")
    yield made
    url = str(made.ledger.engine.url)
    made.ledger.engine.dispose()
    store._open.pop(url, None)


@pytest.fixture
def home(installation: Installation) -> Path:
    return installation.home


@pytest.fixture
def ledger(installation: Installation) -> Ledger:
    return installation.ledger


def opened(open_page: Open, username: str) -> AppTest:
    page = open_page(ADMIN, "accounts")
    page.session_state[accounts.CHOSEN] = username
    return page.run()


def press(page: AppTest, label: str) -> AppTest:
    [button] = [one for one in page.button if one.label == label]
    return button.click().run()


def held(ledger: Ledger, username: str) -> account.Account:
    found = account.find(ledger, username)
    assert found
    return found


def last(ledger: Ledger) -> audit.Entry:
    return audit.entries(ledger, limit=1)[0]


def test_the_list_is_searched_and_filtered(open_page: Open, installation: Installation) -> None:
    page = open_page(ADMIN, "accounts")
    assert "共 **8** 个账号" in said(page)
    page.text_input(key="account-q").set_value("ROOM").run()
    assert page.dataframe[0].value["用户名"].tolist() == ["room"]
    page.text_input(key="account-q").set_value("").run()
    page.selectbox(key="account-role").set_value("station").run()
    assert page.dataframe[0].value["用户名"].tolist() == ["neighbour", "station"]
    page.selectbox(key="account-state").set_value("disabled").run()
    assert "没有符合条件的账号" in said(page)
    [entry, *_] = audit.entries(installation.ledger, action="search")
    assert (entry.who, entry.target, entry.count_row) == ("admin", "accounts", 0)
    assert (entry.detail["role"], entry.detail["state"]) == ("station", "disabled")
    assert not page.error


def test_places_are_chosen_down_the_tree(open_page: Open, installation: Installation) -> None:
    page = open_page(ADMIN, "accounts")
    station = held(installation.ledger, "station").regions[0]
    for depth, code in enumerate((station[:2], station[:4], station[:6], station[:9], station)):
        above = ("", station[:2], station[:4], station[:6], station[:9])[depth]
        page.selectbox(key=f"account-where-{above and above.ljust(12, '0')}").set_value(
            code.ljust(12, "0")
        ).run()
    # The team, the room, the leader and the screen see the village too; the neighbour does not.
    assert set(page.dataframe[0].value["用户名"]) == {"leader", "room", "team", "station", "kiosk"}


def test_no_case_row_is_read(open_page: Open, installation: Installation) -> None:
    text = said(opened(open_page, "leader"))
    assert "可见全部" in text
    assert "全部行业；全部单位" in text
    assert "NASTY" not in text


def test_an_account_is_switched_off_and_on(open_page: Open, ledger: Ledger) -> None:
    page = press(opened(open_page, "room"), "确认停用")
    assert not page.error, page.error[0].value
    assert "已停用 room" in "".join(one.value for one in page.success)
    assert held(ledger, "room").is_disabled
    assert (last(ledger).who, last(ledger).action, last(ledger).target) == (
        "admin",
        "account_disable",
        "room",
    )
    assert last(ledger).detail == {"before": {"is_disabled": False}, "after": {"is_disabled": True}}
    press(page, "确认启用")
    assert not held(ledger, "room").is_disabled


def test_who_is_switched_off_hands_back_what_is_in_hand(open_page: Open, installation: Installation) -> None:
    ledger, room = installation.ledger, installation.scope("room")
    page = queries.alert_list(room, Filters(), state="open", stage="raised", settings=installation.settings)
    [row] = queries.alert_detail(room, page.frame["id"].iloc[0], settings=installation.settings).iloc
    given = decision.Given(handler="room")
    decision.act(ledger, room, disposal.alert_of(row), "assign", given, version=0)
    waiting = queries.task_count(room, settings=installation.settings).open
    page = opened(open_page, "room")
    assert "角色变更或范围缩小时，其名下 1 件未核查的预警将退回待分办。" in said(page)
    assert "不能再登录。其名下 1 件未核查的预警将退回待分办。" in said(page)
    press(page, "确认停用")
    assert "1 件未核查的预警已退回待分办。" in "".join(one.value for one in page.success)
    assert "退回待分办" not in said(page)
    assert decision.state_of(ledger, row["id"]).handler is None
    # Who looks after the place has it to assign again, beside what was theirs to do.
    other = replace(room, who="other")
    found = queries.tasks(other, task="assign", rows=1000, settings=installation.settings)
    assert row["id"] in set(found.frame["id"])
    assert queries.task_count(room, settings=installation.settings).open == waiting


def test_a_reset_shows_the_password_until_it_is_cleared_away(open_page: Open, ledger: Ledger) -> None:
    page = press(opened(open_page, "room"), "确认重置密码")
    [code] = page.code
    account.check_password("room", code.value)
    with pytest.raises(Exception, match="相同"):
        account.set_password(ledger, "room", code.value, who="test")
    assert held(ledger, "room").must_change_password
    assert code.value not in str(audit.entries(ledger))
    workbook = page.session_state[once.KEY].workbook
    rows = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0).to_python()
    assert rows[2] == ["room", held(ledger, "room").name, code.value]
    page.button(key="once-clear").click().run()
    assert not page.code
    assert once.KEY not in page.session_state


def test_a_lock_and_sessions_are_ended(open_page: Open, installation: Installation, ledger: Ledger) -> None:
    for _ in range(5):
        lockout.attempt(ledger, installation.settings, "room", None)
    with ledger.write() as connection:
        _, session = sessions.begin(connection, held(ledger, "room"), hours=8)
    page = opened(open_page, "room")
    assert "已锁定" in said(page)
    page = press(page, "确认解除锁定")
    assert not lockout.attempt(ledger, installation.settings, "room", None).is_refused
    press(page, "确认结束会话")
    assert last(ledger).action == "session_end"
    found = sessions.find(ledger, session.key)
    assert found
    assert sessions.ended(*found, 30) == "session revoked"


def test_who_is_signed_in_now(open_page: Open, ledger: Ledger) -> None:
    with ledger.write() as connection:
        _, session = sessions.begin(connection, held(ledger, "room"), hours=8, address="10.0.0.7")
    page = open_page(ADMIN, "accounts")
    page.session_state["account-view"] = "在线会话"
    page.run()
    row = page.dataframe[0].value.iloc[0]
    assert (row["用户名"], row["地址"], row["会话"]) == ("room", "10.0.0.7", session.id)
    assert session.key not in said(page)


def test_two_administrators_at_once(open_page: Open, ledger: Ledger) -> None:
    page = opened(open_page, "room")
    account.set_disabled(ledger, "room", True, who="admin2")
    account.set_disabled(ledger, "room", False, who="admin2")
    press(page, "确认重置密码")
    [error] = page.error
    assert "admin2" in error.value
    assert "启用账号" in error.value
    assert not page.code
    # What is shown now is what the other has made of it: the next press counts.
    assert press(page, "确认重置密码").code


def test_a_wide_scope_is_said_and_confirmed(open_page: Open, ledger: Ledger) -> None:
    page = opened(open_page, "room")
    save = page.button(key="account-save")
    assert save.disabled
    [name] = [one for one in page.text_input if one.label == "姓名"]
    name.set_value("新名").run()
    [sure] = page.checkbox
    assert "可见全部" in "".join(one.value for one in page.warning)
    sure.check().run()
    before = held(ledger, "room")
    page.button(key="account-save").click().run()
    after = held(ledger, "room")
    # A name ends no session.
    assert (after.name, after.session_epoch) == ("新名", before.session_epoch)
    assert last(ledger).detail["before"]["name"] == before.name
    assert last(ledger).detail["after"] == last(ledger).detail["before"] | {"name": "新名"}


def test_the_last_administrator_and_oneself(open_page: Open, ledger: Ledger) -> None:
    page = press(opened(open_page, "admin"), "确认停用")
    assert "最后一个可用的系统管理员" in page.error[0].value
    assert not held(ledger, "admin").is_disabled


def test_a_new_account_must_change_its_password(open_page: Open, ledger: Ledger) -> None:
    page = open_page(ADMIN, "accounts")
    page.session_state["account-view"] = "新建账号"
    page.run()
    page.text_input(key="new-0-username").set_value("li.si").run()
    page.text_input(key="new-0-name").set_value("李四").run()
    page.selectbox(key="new-0-role").set_value("auditor").run()
    page.button(key="account-new").click().run()
    assert not page.error
    made = held(ledger, "li.si")
    assert (made.role, made.must_change_password) == ("auditor", True)
    [code] = page.code
    assert re.fullmatch(r"[a-z0-9]{4}(-[a-z0-9]{4}){3}", code.value)
    # The form begins anew.
    assert page.text_input(key="new-1-username").value == ""


def test_a_new_station_by_the_tree(open_page: Open, installation: Installation, ledger: Ledger) -> None:
    village = held(ledger, "station").regions[0]
    page = open_page(ADMIN, "accounts")
    page.session_state["account-view"] = "新建账号"
    page.run()
    page.text_input(key="new-0-username").set_value("st2").run()
    page.text_input(key="new-0-name").set_value("站").run()
    for above, code in zip(
        ("", village[:2], village[:4], village[:6], village[:9]),
        (village[:2], village[:4], village[:6], village[:9], village),
        strict=True,
    ):
        field = page.selectbox(key=f"new-0-pick-{above and above.ljust(12, '0')}")
        field.set_value(code.ljust(12, "0")).run()
    page.button(key="new-0-take").click().run()
    page.multiselect(key="new-0-industries").set_value(["*"]).run()
    page.multiselect(key="new-0-units").set_value(["*"]).run()
    assert page.button(key="account-new").disabled
    [sure] = page.checkbox
    sure.check().run()
    page.button(key="account-new").click().run()
    assert not page.error
    made = held(ledger, "st2")
    assert (made.regions, made.industries, made.units) == ((village,), ("*",), ("*",))


def test_a_big_screen_has_its_addresses(open_page: Open, ledger: Ledger) -> None:
    page = opened(open_page, "kiosk")
    said(page)
    key = next(field.key for field in page.text_input if field.label == "允许登录的地址")
    assert page.text_input(key=key).value == "127.0.0.0/8，::1/128"
    page.text_input(key=key).set_value("10.1.2.0/24，10.1.3.4").run()
    [sure] = [one for one in page.checkbox if "可见范围" in one.label]
    sure.check().run()
    press(page, "保存变更")
    assert held(ledger, "kiosk").addresses == ("10.1.2.0/24", "10.1.3.4/32")
    assert wording.plain("10.1.3.4/32") in said(page)
    assert last(ledger).action == "account_change"


def test_the_record_of_rights(
    installation: Installation, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "settings", lambda: installation.settings)
    rows = accounts._rights(ADMIN).set_index("用户名")
    assert len(rows) == 8
    assert rows.loc["kiosk", "登录地址"] == "127.0.0.0/8 ::1/128"
    assert rows.loc["admin", "可见范围"] == "不看案件数据"
    assert rows.loc["room", "行业代码"] == "*"
    assert rows.loc["room", "区划代码"] == held(ledger, "room").regions[0]
    assert "全部行业；全部单位" in rows.loc["room", "可见范围"]
    assert rows.loc["auditor", "可见案件"] == "否"
    assert rows.loc["room", "最近登录"] == "—"


def test_a_workbook_is_checked_and_imported(
    open_page: Open, installation: Installation, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    village = held(ledger, "neighbour").regions[0]
    table = pd.DataFrame(
        {"姓名": ["甲", "乙"], "区划代码": [village, "123"], "行业": ["全部", "全部"], "单位": ["", "全部"]}
    )
    buffer = io.BytesIO()
    table.to_excel(buffer, index=False, engine="xlsxwriter")
    file = io.BytesIO(buffer.getvalue())
    file.name = "站.xlsx"
    monkeypatch.setattr(account_import.upload, "draw", lambda *args, **more: file)
    page = open_page(ADMIN, "accounts")
    page.session_state["account-view"] = "批量导入"
    page.run()
    assert "可导入 **0** 行，退回 **2** 行" in said(page)
    page.checkbox(key="account-blank").check().run()
    assert "可导入 **1** 行，退回 **1** 行" in said(page)
    assert page.dataframe[1].value.to_dict("records") == [
        {"行": 3, "列": "区划代码", "值": "123", "问题": "区划代码须为 12 位数字"}
    ]
    page.button(key="account-import-sure").click().run()
    assert not page.error
    made = held(ledger, f"z{village}")
    assert (made.role, made.regions, made.must_change_password) == ("station", (village,), True)
    [code] = page.code
    assert account.bcrypt.checkpw(code.value.encode(), made.password_hash.encode())
    entry = last(ledger)
    assert (entry.action, entry.target, entry.count_row) == ("account_import", "站.xlsx", 1)
    assert code.value not in str(entry)


def test_nobody_else_gets_in(open_page: Open, installation: Installation) -> None:
    for username in ("leader", "room", "team", "station", "auditor"):
        page = open_page(installation.scope(username), "accounts")
        assert "无权查看" in page.error[0].value
        assert not page.dataframe


def test_lists_of_others_know_nothing_of_sessions(installation: Installation) -> None:
    assert account_list.online(installation.ledger, installation.settings) == []
    assert signin.session() is None
