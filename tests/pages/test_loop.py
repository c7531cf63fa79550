"""The loop on the pages: what is open and closed, what a form keeps, what a task list says."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cockpit import queries
from cockpit import settings as settings_module
from cockpit.error import CockpitError
from cockpit.ledger import Ledger, account, audit, open_ledger
from cockpit.loop import decision
from cockpit.loop.decision import Given
from cockpit.loop.state import Action
from cockpit.queries import Filters
from cockpit.scope import Scope
from cockpit.settings import Settings
from cockpit.ui import disposal
from cockpit.ui.frame import PAGES
from cockpit.ui.task import due_words
from pages.tasks import kinds
from tests.pages.conftest import Open, said
from tests.views import tiny

COUNTY, VILLAGE, BESIDE = "990101000000", "990101001001", "990101001002"
PEOPLE = {
    "leader": ("委领导甲", "leader", COUNTY),
    "deputy": ("委领导乙", "leader", COUNTY),
    "room": ("第一监督检查室", "room", COUNTY),
    "team": ("派驻组", "team", COUNTY),
    "station": ("石桥村联络站", "station", VILLAGE),
    "beside": ("邻村联络站", "station", BESIDE),
}
SCOPES = {
    username: Scope(username, role, (region,), ("*",), ("*",))  # type: ignore[arg-type]
    for username, (_name, role, region) in PEOPLE.items()
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COCKPIT_LEDGER_POLL_SECONDS", "0.001")
    monkeypatch.setattr(account, "HASH_ROUNDS", 4)
    made = tiny.settings_in(tmp_path)
    alerts = [
        tiny.Alert(name, VILLAGE, tiny.day("2026-05-06"), title=f"预警 *{name}*", alert_level=level)
        for name, level in (("a1", "red"), ("a2", "blue"))
    ]
    tiny.write(made, tiny.World([], alerts))
    ledger = open_ledger(made)
    for username, (name, role, region) in PEOPLE.items():
        account.add(
            ledger,
            username,
            name=name,
            role=role,
            password="石桥边的夜晚很安静，九月有风",
            regions=[region],
            industries=["*"],
            units=["*"],
            who="test",
        )
    return tmp_path


@pytest.fixture
def ledger(home: Path) -> Ledger:
    return open_ledger(tiny.settings_in(home))


@pytest.fixture
def act(home: Path, ledger: Ledger) -> Callable[..., int]:
    """Give a function that decides on an alert beside the page, and returns the version it came to."""

    def decide(who: str, action: Action, name: str = "a1", **given: object) -> int:
        settings: Settings = settings_module.settings()
        queries.refresh(settings=settings)
        row = queries.alert_detail(SCOPES[who], name, settings=settings).iloc[0]
        state = decision.act(
            ledger,
            SCOPES[who],
            disposal.alert_of(row),
            action,
            Given(**given),
            version=int(row["version"]),
            settings=settings,
        )
        queries.refresh(settings=settings)
        return state.version

    return decide


def press(page: AppTest, label: str) -> AppTest:
    [button] = [one for one in page.button if one.label == label]
    page = button.click().run()
    assert not page.exception
    return page


def labels(page: AppTest) -> set[str]:
    return {one.label for one in page.button}


def test_who_may_act_sees_the_forms_and_who_may_not_the_reasons(open_page: Open) -> None:
    page = open_page(SCOPES["room"], "alert", id="a1")
    assert {"分办", "督办"} <= labels(page)
    assert not {"接单", "核查", "处置", "运用", "考核"} & labels(page)
    assert "接单、核查、处置、转问题线索、运用、考核、退回" in said(page)
    assert "当前环节是“预警”，不能办理。" in said(page)
    page = open_page(SCOPES["station"], "alert", id="a1")
    assert "您现在没有可以办理的事项。" in said(page)
    assert "分办、督办：只能由委领导、监督检查室办理。" in said(page)
    assert not page.text_area


def test_an_alert_goes_all_the_way_and_every_page_follows(
    open_page: Open, ledger: Ledger, home: Path
) -> None:
    steps: list[tuple[str, str, dict[str, object], str]] = [
        ("room", "分办", {"承办账号": "station"}, "分办"),
        ("station", "接单", {}, "分办"),
        ("station", "核查", {"核查结论": "substantiated", "查实金额": 600.0, "核查事实": "三人多领"}, "核查"),
        (
            "team",
            "处置",
            {"处置方式": "talk", "四种形态": "1", "处理人数": 3, "追回金额": 600.0},
            "处置",
        ),
        ("room", "运用", {"运用方式": "problem_list", "运用说明": "列入清单"}, "运用"),
        ("leader", "考核", {"考核等次": "excellent"}, "考核"),
    ]
    for who, label, fields, stage in steps:
        page = open_page(SCOPES[who], "tasks")
        assert label in _badges(page), label
        page = press(open_page(SCOPES[who], "alert", id="a1"), label)
        for name, value in fields.items():
            _fill(page, name, value)
        if fields:
            page = press(page, f"提交{label}")
        assert f"**确认{label}？**" in said(page)
        assert [one.action for one in decision.history(ledger, "a1")][-1:] != [label]
        page = press(page, f"确认{label}")
        assert [one.value for one in page.toast] == [f"已{label}：预警 a1"]
        assert not page.error
        assert f"环节：{stage}" in _badges(page)
        settings = settings_module.settings()
        listed = queries.alert_list(SCOPES["leader"], Filters(), search="a1", settings=settings).frame
        assert listed["stage"].tolist() == [decision.history(ledger, "a1")[-1].to_stage]
        [entry] = audit.entries(ledger, action="act", limit=1)
        assert (entry.who, entry.target) == (who, "alert/a1")
    text = said(page)
    for words in ("本系统", "上游", "核查事实：", "三人多领", "第一监督检查室（room）", "各环节均已完成"):
        assert words in text or words in _badges(page), words
    assert [one.who for one in decision.history(ledger, "a1")] == [who for who, *_ in steps]


def _badges(page: AppTest) -> set[str]:
    """Return the words of badges: Streamlit writes them as Markdown."""
    return {words for one in page.markdown for words in re.findall(r"-badge\[(.*?)\]", str(one.value))}


def _fill(page: AppTest, name: str, value: object) -> None:
    kinds_ = (page.selectbox, page.radio, page.number_input, page.text_area)
    [field] = [one for kind in kinds_ for one in kind if str(one.label).partition("（")[0] == name]
    field.set_value(value)  # type: ignore[arg-type]


def test_what_is_missing_is_said_and_nothing_is_lost(open_page: Open, act: Callable[..., int]) -> None:
    act("room", "assign", handler="station")
    act("station", "accept")
    page = press(open_page(SCOPES["station"], "alert", id="a1"), "核查")
    _fill(page, "核查事实", "查到 *三人* 多领")
    page = press(page, "提交核查")
    assert [one.value for one in page.error] == ["请填写核查结论。"]
    assert page.text_area[0].value == "查到 *三人* 多领"
    _fill(page, "核查结论", "partly")
    page = press(page, "提交核查")
    assert "核查事实：查到 *三人* 多领" in said(page)
    assert not page.text_area
    page = press(page, "返回修改")
    assert (page.text_area[0].value, page.radio[0].value) == ("查到 *三人* 多领", "partly")
    # Another action keeps the text.
    page = press(page, "退回")
    assert page.text_area[0].label == "退回理由"
    assert page.text_area[0].value == "查到 *三人* 多领"
    page = press(page, "放弃填写")
    assert not page.text_area
    assert press(page, "核查").text_area[0].value == ""


def test_who_comes_second_is_told_and_keeps_the_text(open_page: Open, act: Callable[..., int]) -> None:
    page = press(open_page(SCOPES["leader"], "alert", id="a1"), "督办")
    _fill(page, "督办要求", "三日内报结果")
    page = press(page, "提交督办")
    act("room", "assign", handler="station", note="请 *尽快*")
    page = press(page, "确认督办")
    [error] = [one.value for one in page.error]
    assert "第一监督检查室（room）已于" in error.replace("\\", "")
    assert "办理“分办”" in error
    [notice] = [one.value for one in page.warning]
    assert "分办" in notice
    assert r"请 \*尽快\*" in notice
    assert page.text_area[0].value == "三日内报结果"
    page = press(page, "已知悉，按最新情况继续")
    assert (page.text_area[0].value, len(page.error), len(page.warning)) == ("三日内报结果", 0, 0)
    page = press(press(page, "提交督办"), "确认督办")
    assert "▮ 督办" in _badges(page)


def test_a_form_that_closes_while_it_is_written_stays_to_be_copied(
    open_page: Open, act: Callable[..., int]
) -> None:
    page = press(open_page(SCOPES["room"], "alert", id="a1"), "分办")
    _fill(page, "分办意见", "重点核查")
    assert [one.value for one in press(page, "提交分办").error] == ["请填写承办账号。"]
    act("room", "assign", handler="station")
    act("station", "accept")
    act("station", "verify", finding="substantiated", note="属实")
    page = page.run()
    assert page.text_area[0].value == "重点核查"
    assert "不能办理“分办”" in "".join(one.value for one in page.info)
    assert len(page.warning[0].value.split("\n- ")) == 4
    [submit] = [one for one in page.button if one.label == "提交分办"]
    assert submit.disabled


def test_without_a_ledger_the_form_keeps_what_was_sent(
    open_page: Open, act: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = press(open_page(SCOPES["leader"], "alert", id="a1"), "督办")
    _fill(page, "督办要求", "三日内报结果")
    page = press(page, "提交督办")

    def down(*_args: object, **_more: object) -> None:
        raise CockpitError("台账无法访问。")

    with monkeypatch.context() as patch:
        patch.setattr(decision, "act", down)
        page = press(page, "确认督办")
        assert [one.value for one in page.error] == ["台账无法访问。"]
        assert page.text_area[0].value == "三日内报结果"
    page = press(press(page, "提交督办"), "确认督办")
    assert not page.error
    assert "▮ 督办" in _badges(page)


def test_candidates_say_who_and_where_and_only_those_who_can(open_page: Open) -> None:
    page = press(open_page(SCOPES["room"], "alert", id="a1"), "分办")
    shown = page.selectbox[[one.label for one in page.selectbox].index("承办账号")].options
    assert any("石桥村联络站 · 村级监察工作联络站 · " in one and one.endswith("（station）") for one in shown)
    assert not any("beside" in one or "leader" in one for one in shown)


def test_a_conflict_is_shown_with_both_sides(open_page: Open, act: Callable[..., int], home: Path) -> None:
    act("room", "assign", handler="station")
    later = datetime.now() + timedelta(days=1)
    moved = tiny.Alert("a1", VILLAGE, later, title="预警", stage="disposed")
    tiny.write(tiny.settings_in(home), tiny.World([], [moved]))
    page = open_page(SCOPES["room"], "alert", id="a1")
    [warning] = [one.value for one in page.warning]
    assert "上游与本系统不一致" in warning
    assert "“处置”" in warning
    assert "办理“分办”" in warning
    assert "≠ 与上游不一致" in _badges(page)
    act("station", "accept")
    assert not open_page(SCOPES["room"], "alert", id="a1").warning


def test_tasks_by_role_and_what_needs_nothing_is_done_there(
    open_page: Open, act: Callable[..., int], ledger: Ledger
) -> None:
    assert "没有待办" in said(open_page(SCOPES["station"], "tasks"))
    page = open_page(SCOPES["room"], "tasks")
    assert "待办 **2** 件" in said(page)
    assert "待办（2" in "".join(one.proto.label for one in page.get("page_link"))
    act("room", "assign", handler="station")
    page = open_page(SCOPES["station"], "tasks")
    assert "待办 **1** 件，没有超期" in said(page)
    page = press(page, "接单")
    assert len(decision.history(ledger, "a1")) == 1
    page = press(page, "取消")
    page = press(press(page, "接单"), "确认接单")
    assert [one.action for one in decision.history(ledger, "a1")] == ["assign", "accept"]
    assert [one.value for one in page.toast] == ["已接单：预警 a1"]
    assert {"核查", "▲ 红色"} <= _badges(page)
    assert "接单" not in labels(page)
    assert "没有待办" in said(open_page(SCOPES["beside"], "tasks"))


def test_a_task_that_is_gone_says_why(open_page: Open, act: Callable[..., int]) -> None:
    act("room", "assign", handler="station")
    page = press(open_page(SCOPES["station"], "tasks"), "接单")
    act("room", "assign", handler="team")
    page = press(page, "确认接单")
    [error] = [one.value for one in page.error]
    assert "办理“分办”" in error
    assert not press(page, "知道了").error


def test_a_task_that_moved_on_is_done_at_the_next_try(
    open_page: Open, act: Callable[..., int], ledger: Ledger
) -> None:
    place = {"regions": [COUNTY], "industries": ["*"], "units": ["*"]}
    account.change(ledger, "leader", name="委[领导](x)", role="leader", **place, who="test")  # type: ignore[arg-type]
    act("room", "assign", handler="station")
    page = press(open_page(SCOPES["station"], "tasks"), "接单")
    act("leader", "urge", note="三日内核查")
    page = press(page, "确认接单")
    [error] = [one.value for one in page.error]
    assert r"委\[领导\]\(x\)" in error
    press(press(page, "接单"), "确认接单")
    assert [one.action for one in decision.history(ledger, "a1")] == ["assign", "urge", "accept"]


def test_tasks_can_be_narrowed_to_one_kind(open_page: Open, act: Callable[..., int]) -> None:
    act("room", "assign", handler="room")
    page = open_page(SCOPES["room"], "tasks")
    assert {"分办", "接单"} <= _badges(page)
    page = page.segmented_control(key="task_kind").set_value("accept").run()
    assert "接单" in _badges(page)
    assert "分办" not in _badges(page)
    page = page.segmented_control(key="task_kind").set_value("dispose").run()
    assert "没有待您处置的预警" in said(page)


def test_kinds_of_tasks_are_those_of_the_role() -> None:
    assert list(kinds("station").values()) == ["接单", "核查"]
    assert list(kinds("leader").values()) == ["考核", "督办", "准予延期"]
    assert {"分办", "接单", "核查", "处置", "运用"} <= set(kinds("room").values())
    assert not kinds("auditor")


@pytest.mark.parametrize(
    ("due_at", "is_overdue", "words"),
    [
        (None, False, "无期限"),
        ("2026-11-18 23:59", True, "● 超期 3 天"),
        ("2026-11-21 10:00", True, "● 超期"),
        ("2026-11-21 23:59", False, "今日到期"),
        ("2026-11-22 23:59", False, "本周到期（还有 1 天）"),
        ("2026-11-23 23:59", False, "还有 2 天"),
    ],
)
def test_how_near_a_due_date_is(due_at: str | None, is_overdue: bool, words: str) -> None:
    # A Saturday.
    now = datetime(2026, 11, 21, 12)
    when = None if due_at is None else datetime.fromisoformat(due_at)
    assert due_words(when, now, is_overdue=is_overdue)[0] == words


def test_the_way_back_is_to_where_one_came_from(open_page: Open) -> None:
    page = open_page(SCOPES["room"], "alert", id="a1")
    assert "返回预警清单" in labels(page)
    assert PAGES in page.session_state
