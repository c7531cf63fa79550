"""Batch assigning, choice of columns, the next one in the list, related lists, evidence and print, on the pages."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cockpit import queries
from cockpit.error import CockpitError
from cockpit.ledger import Ledger, audit
from cockpit.loop import decision
from cockpit.loop.decision import Given
from cockpit.queries import Filters, alert_list
from cockpit.scope import ROLES, Scope
from cockpit.ui import assigning, batch, course
from tests.installation import Installation
from tests.pages.conftest import Open, said
from tests.pages.test_loop import SCOPES, act, home, ledger, press
from tests.views import tiny

# Fixtures of the loop's pages: one county, two alerts, and people.
__all__ = ["act", "home", "ledger"]

ALL = ("a1", "a2")


def outcome(
    ledger: Ledger, home: Path, scope: Scope, picks: dict[str, int], **given: object
) -> batch.Outcome:
    found = batch.Outcome()
    rows = queries.alerts_picked(scope, list(picks), settings=tiny.settings_in(home))
    by = {"who": scope.who, "session": "k", "address": None}
    batch.act_on_each(ledger, scope, rows, picks, "assign", Given(**given), found, by)
    return found


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("place", ["990101000000", "990200000000", "990101001002"])
def test_every_role_assigns_only_what_is_theirs(home: Path, ledger: Ledger, role: str, place: str) -> None:
    scope = Scope("someone", role, (place,), ("*",), ("*",))
    before = len(audit.entries(ledger, limit=500))
    found = outcome(ledger, home, scope, dict.fromkeys(ALL, 0), handler="station")
    is_theirs = role in ("leader", "room") and place == "990101000000"
    assert found.done == (list(ALL) if is_theirs else [])
    assert set(found.failed) == (set() if is_theirs else set(ALL))
    for name in ALL:
        state = decision.state_of(ledger, name)
        assert (state is not None and state.handler == "station") == is_theirs
    rows = audit.entries(ledger, limit=500)[: len(audit.entries(ledger, limit=500)) - before]
    if is_theirs:
        assert [(one.action, one.target, one.session) for one in rows] == [
            ("act", "alert/a2", "k"),
            ("act", "alert/a1", "k"),
        ]
    elif place == "990101000000" and role in ("team", "station"):
        assert {one.action for one in rows} == {"denied"}
    else:
        # Who does not see an alert is told no more than that.
        assert set(found.failed.values()) == {"没有这条预警，或已不在您的可见范围内。"}


def test_two_assign_the_same_and_nothing_is_lost(home: Path, ledger: Ledger) -> None:
    first = outcome(ledger, home, SCOPES["room"], {"a1": 0}, handler="station", note="先到")
    second = outcome(ledger, home, SCOPES["leader"], dict.fromkeys(ALL, 0), handler="team")
    assert (first.done, second.done) == (["a1"], ["a2"])
    assert list(second.failed) == ["a1"]
    assert "第一监督检查室" in second.failed["a1"]
    assert [(one.who, one.handler) for one in decision.history(ledger, "a1")] == [("room", "station")]
    assert [(one.who, one.handler) for one in decision.history(ledger, "a2")] == [("leader", "team")]


def test_more_than_may_be_at_once_are_none(home: Path, ledger: Ledger) -> None:
    picks = {f"a{number}": 0 for number in range(batch.PICKS_MAX + 1)}
    with pytest.raises(CockpitError, match="一次至多分办 50 条"):
        outcome(ledger, home, SCOPES["room"], picks, handler="station")
    assert decision.state_of(ledger, "a1") is None


def picking(open_page: Open, who: str, **picks: int) -> AppTest:
    """Open the list with alerts picked: the test's browser has no table to tick rows in."""
    page = open_page(SCOPES[who], "alerts", from_="2026-05", to="2026-05")
    page.toggle(assigning.ON).set_value(True)
    page.session_state[assigning.KEY] = assigning.Batch(dict(picks))
    page = page.run()
    assert not page.exception
    return page


def test_several_are_assigned_at_once_and_asked_once(open_page: Open, ledger: Ledger) -> None:
    page = picking(open_page, "room", a1=0, a2=0)
    assert "已选 **2** 条" in said(page)
    page.selectbox(assigning.HANDLER).select("station")
    page.text_area(assigning.NOTE).set_value("请 *核查*")
    page = press(page, "分办 2 条")
    assert "确认将 2 条预警分办？" in said(page)
    assert decision.state_of(ledger, "a1") is None
    page = press(page, "返回修改")
    assert page.text_area(assigning.NOTE).value == "请 *核查*"
    page = press(press(page, "分办 2 条"), "确认分办 2 条")
    assert "已分办 2 条给" in "\n".join(one.value for one in page.success)
    for name in ALL:
        [made] = decision.history(ledger, name)
        assert (made.who, made.action, made.handler, made.note) == ("room", "assign", "station", "请 *核查*")
    assert [one.target for one in audit.entries(ledger, who="room", action="act")] == ["alert/a2", "alert/a1"]
    assert "已选 **0** 条" in said(page)


def test_who_was_overtaken_reads_by_whom_and_goes_on(
    open_page: Open, ledger: Ledger, act: Callable[..., int]
) -> None:
    page = picking(open_page, "room", a1=0, a2=0)
    page.selectbox(assigning.HANDLER).select("team")
    page = press(page, "分办 2 条")
    act("leader", "assign", handler="station")
    page = press(page, "确认分办 2 条")
    shown = said(page)
    assert "1 条没有分办，仍在所选之中" in shown
    assert "委领导甲" in shown
    state = decision.state_of(ledger, "a1")
    assert state is not None
    assert state.handler == "station"
    # Those left are picked still, with what was written for them.
    assert "已选 **1** 条" in shown
    page = press(page, "已知悉 1 条的新办理，按最新情况继续")
    assert page.selectbox(assigning.HANDLER).value == "team"
    page = press(press(page, "分办 1 条"), "确认分办 1 条")
    assert [one.handler for one in decision.history(ledger, "a1")] == ["station", "team"]


def test_a_question_asked_before_the_news_is_asked_anew(open_page: Open, act: Callable[..., int]) -> None:
    page = picking(open_page, "room", a1=0, a2=0)
    page.selectbox(assigning.HANDLER).select("team")
    page.text_area(assigning.NOTE).input("后分办")
    page = press(page, "分办 2 条")
    act("leader", "assign", handler="station")
    page = press(page.run(), "已知悉 1 条的新办理，按最新情况继续")
    assert "确认分办 2 条" not in [one.label for one in page.button]
    assert page.selectbox(assigning.HANDLER).value == "team"
    assert page.text_area(assigning.NOTE).value == "后分办"


def test_what_cannot_be_assigned_is_said_and_taken_away(
    open_page: Open, ledger: Ledger, act: Callable[..., int]
) -> None:
    act("room", "assign", handler="station")
    act("station", "accept")
    act("station", "verify", finding="substantiated", note="属实")
    page = picking(open_page, "room", a1=3, a2=0, gone=0)
    table = page.table[0].value.set_index("编号")["能否分办"]
    assert table["a1"] == "当前环节是“核查”，不能办理“分办”。"
    assert table["a2"] == "可以分办"
    assert table["gone"] == "已不在您的可见范围内。"
    [button] = [one for one in page.button if one.label == "分办 3 条"]
    assert button.disabled
    page = press(page, "去掉不能分办的 2 条")
    assert "已选 **1** 条" in said(page)


@pytest.mark.parametrize("who", ["team", "station"])
def test_who_may_not_assign_has_no_switch(open_page: Open, who: str) -> None:
    page = open_page(SCOPES[who], "alerts", from_="2026-05", to="2026-05")
    assert not page.exception
    assert not page.toggle


def test_columns_are_chosen_and_kept(open_page: Open) -> None:
    page = open_page(SCOPES["room"], "alerts", from_="2026-05", to="2026-05")
    assert "责任单位" not in page.dataframe[0].value
    [field] = [one for one in page.button_group if "columns" in (one.key or "")]
    page = field.set_value(["编号", "责任单位"]).run()
    assert list(page.dataframe[0].value) == ["编号", "责任单位"]
    assert page.session_state["alert-columns"] == ["编号", "责任单位"]


def test_from_one_to_the_next_as_in_the_list(open_page: Open, home: Path) -> None:
    scope, made = SCOPES["room"], tiny.settings_in(home)

    def pages(number: int) -> queries.Page:
        return alert_list(scope, Filters(), sort="id", descending=False, page=number, rows=1, settings=made)

    page = open_page(scope, "alert", id="a1")
    assert not [one for one in page.button if one.label in ("上一条", "下一条")]
    page.session_state[course.KEY] = course.Course("alert", pages, 1, 1, 2, ("a1",))
    page.session_state["back"] = "alerts"
    page = page.run()
    assert "第 1 / 2" in said(page)
    assert [one.disabled for one in page.button if one.label == "上一条"] == [True]
    page = press(page, "下一条")
    assert page.query_params["id"] == "a2"
    assert "第 2 / 2" in said(page)
    assert [one.disabled for one in page.button if one.label == "下一条"] == [True]
    page = press(page, "上一条")
    assert page.query_params["id"] == "a1"


def test_the_print_view_is_audited_as_an_export(open_page: Open, ledger: Ledger) -> None:
    page = open_page(SCOPES["station"], "alert", id="a1")
    page = press(page, "打印版")
    [entry] = audit.entries(ledger, who="station", action="export")
    assert (entry.target, entry.detail["format"], entry.count_row) == ("alert/a1", "print", 1)
    assert "打印人：station · 打印时间：20" in said(page)
    assert not [one for one in page.button if one.label not in ("退出打印版",) and "打印" in one.label]
    page.run()
    assert len(audit.entries(ledger, who="station", action="export")) == 1
    press(press(page, "退出打印版"), "打印版")
    assert len(audit.entries(ledger, who="station", action="export")) == 2
    # Nothing is printed of what is not seen.
    open_page(SCOPES["beside"], "alert", id="a1", print="1")
    assert not audit.entries(ledger, who="beside", action="export")


def test_the_page_says_that_there_is_no_name_to_unmask(open_page: Open) -> None:
    shown = said(open_page(SCOPES["leader"], "alert", id="a1"))
    assert "本系统不保存预警对象的真实姓名和证件号码" in shown
    assert "张*" in shown


EVIDENCE = {
    "rule": "同一人同日两处领取",
    "阈值": {"报酬": 800},
    "rows": [
        {"姓名": "张三丰", "身份证号": "430102198001011234", "审批人": "王小明", "报酬": 1234.5, "工时": 8},
        {
            "person": "430102198001011234",
            "审批人": "李四、赵六",
            "联系电话": "13812345678",
            "is_cadre": True,
        },
    ],
    "links": [{"label": "绿化用工", "table": "labour", "id": "YG1"}],
}
NAMES = ("三丰", "小明", "李四", "赵六", "430102198001011234", "13812345678")


def test_people_in_evidence_are_not_shown(demo_installation: Installation, tmp_path: Path) -> None:
    """Loaded through a file as anyone would, and what the contract calls personal masked on the page as well."""
    made = demo_installation.copy(tmp_path / "home")
    village = made.scope("station").regions[0]
    row = {"raised_at": "2025-12-20 08:00:00", "module": "labour", "level": "red", "region_code": village}
    made.load(
        tmp_path / "more",
        alert=[row | {"id": "EVI", "title": "多领", "evidence": json.dumps(EVIDENCE, ensure_ascii=False)}],
    )
    made.build()
    stored = queries.alert_detail(made.scope("leader"), "EVI", settings=made.settings).iloc[0]
    assert "430102198001011234" not in stored["evidence"]
    assert "13812345678" not in stored["evidence"]
    page = AppTest.from_function(evidence, args=(stored["evidence"],), default_timeout=30).run()
    assert not page.exception
    [rows, _links] = page.table
    shown = said(page) + rows.value.to_csv() + _links.value.to_csv()
    for name in NAMES:
        assert name not in shown
    assert "同一人同日两处领取" in shown
    headings = list(rows.value)
    assert {"报酬（元）", "工时（小时）", "是否村干部"} <= set(headings)
    assert rows.value["审批人"].str.replace("\\", "").tolist() == ["王**", "李**、赵**"]


def evidence(body: str) -> None:
    from cockpit.ui import evidence

    evidence.draw("证据", body, {}, "labour")
