"""联络站 and 乡镇看板: everyone's view of them, one village alone, a task taken in two presses, stations urged at once."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from cockpit.contract.codes import MODULE
from cockpit.ledger import Ledger, audit
from cockpit.loop import decision
from cockpit.queries import disclosure, module
from cockpit.scope import CASE_ROLES, Scope
from cockpit.ui.station import kept
from cockpit.ui.station import module as station_module
from cockpit.ui.town import board, urging
from tests.installation import Installation
from tests.pages.conftest import Open, said
from tests.pages.test_loop import BESIDE, COUNTY, SCOPES, VILLAGE, act, home, labels, ledger, press

# Fixtures of the loop's pages: one county, two alerts long overdue, and people.
__all__ = ["act", "home", "ledger"]

TOWN = "990101001000"


class TestDemo:
    @pytest.fixture
    def home(self, fresh_installation: Installation) -> Path:
        return fresh_installation.home

    @pytest.mark.parametrize("role", sorted(CASE_ROLES))
    def test_every_part_for_every_role(
        self, open_page: Open, fresh_installation: Installation, role: str
    ) -> None:
        village = fresh_installation.scope("station").regions[0]
        asked: list[dict[str, str]] = [{}, {"module": "labour"}, {"section": "disclosed"}]
        if role == "station":
            asked += [{"module": code} for code in MODULE]
            asked += [{"module": "seal", "purpose": "x"}, {"section": "suggestions"}, {"large": "1"}]
            asked += [{"module": "x"}, {"section": "x"}, {"module": "relief", "flag": "x"}]
        for one in asked:
            page = open_page(fresh_installation.scope(role), "station", region=village, **one)
            assert said(page)
            assert not page.error, (one, [error.value for error in page.error])

    def test_a_tile_a_module_with_its_state_in_words(
        self, open_page: Open, fresh_installation: Installation
    ) -> None:
        scope = fresh_installation.scope("station")
        page = open_page(scope, "station")
        assert {f"**{label}**" for label in MODULE.values()} <= labels(page)
        text = said(page)
        rows = module.modules(scope, scope.regions[0], settings=fresh_installation.settings)
        for row in rows.to_dict("records"):
            mark = kept.MARKS[row["state"]]
            assert f":{mark.colour}-badge[{mark.words}]" in text
        items = disclosure.items(scope, scope.regions[0], settings=fresh_installation.settings)
        assert f"共 **{len(items):,}** 项" in text
        due = items[items["state"] != "public"]
        assert len(due) == 0 or f"逐项清单（待公开 {len(due):,} 项）" in labels(page)

    def test_a_module_says_why_it_has_its_state(
        self, open_page: Open, fresh_installation: Installation
    ) -> None:
        scope = fresh_installation.scope("station")
        rows = module.modules(scope, scope.regions[0], settings=fresh_installation.settings)
        for row in rows.to_dict("records"):
            text = said(open_page(scope, "station", module=row["module"])).replace("\\", "")
            for reason in row["reasons"]:
                assert reason.sentence in text
            assert bool(row["reasons"]) != ("没有触发任何一条规则" in text)
            for rule in module.rules_of(row["module"]):
                assert module.meaning(rule, settings=fresh_installation.settings) in text

    def test_the_list_holds_what_its_count_says(
        self, open_page: Open, fresh_installation: Installation
    ) -> None:
        scope = fresh_installation.scope("station")
        village = scope.regions[0]
        rows = module.modules(scope, village, settings=fresh_installation.settings)
        seen = 0
        for row in rows.to_dict("records"):
            for flag, told in module.FLAGS[row["module"]].items():
                if not row[told.figure] or told.figure == "overlap_count":
                    continue
                page = open_page(scope, "station", module=row["module"], flag=flag)
                assert f"共 {row[told.figure]:,.0f} 条，最近的在前" in said(page)
                seen += 1
        assert seen >= 5

    def test_what_is_not_public_can_be_found_by_a_word(
        self, open_page: Open, fresh_installation: Installation
    ) -> None:
        scope = fresh_installation.scope("station")
        items = disclosure.items(scope, scope.regions[0], settings=fresh_installation.settings)
        name = items[items["state"] != "public"]["name"].iloc[0]
        page = open_page(scope, "station", section="disclosed")
        page = page.text_input(key="station-item-search").set_value(name).run()
        text = said(page)
        assert name in text
        others = [one for one in items["name"] if name not in one]
        assert not any(f"**{one}**" in text for one in others)
        page = page.text_input(key="station-item-search").set_value("没有这样的事项").run()
        assert "没有符合条件的事项" in said(page)

    def test_large_type_speaks_plainly_in_one_column(
        self, open_page: Open, fresh_installation: Installation
    ) -> None:
        scope = fresh_installation.scope("station")
        page = open_page(scope, "station")
        assert "村级事项" in said(page)
        page = page.toggle(key="station-large").set_value(True).run()
        assert page.query_params["large"] in ("1", ["1"])
        text = said(page)
        assert "村里的六本账" in text
        assert "今天要办的事" in text
        assert "村级事项" not in text
        assert {"**公章使用**"} <= labels(page)
        # What a person chose holds when they come back by a link that does not say so.
        page.query_params.clear()
        assert "村里的六本账" in said(page.run())

    def test_a_village_of_others_shows_nothing_and_is_logged(
        self, open_page: Open, fresh_installation: Installation
    ) -> None:
        scope, other = fresh_installation.scope("station"), fresh_installation.scope("neighbour").regions[0]
        own = said(open_page(scope, "station"))
        for more in ({}, {"module": "labour"}, {"section": "disclosed"}):
            page = open_page(scope, "station", region=other, **more)
            text = said(page)
            name = fresh_installation.scope("neighbour")
            assert other not in text
            assert own.splitlines()[0] in text
            [last] = [
                one
                for one in audit.entries(fresh_installation.ledger, who="station", limit=5)
                if one.action == "denied"
            ][:1]
            assert last.target == f"region/{other}"
            assert name.regions == (other,)
        for function in (module.modules, module.town_board, disclosure.items, module.suggestions):
            assert function(scope, other, settings=fresh_installation.settings).empty

    def test_a_look_is_recorded_once(self, open_page: Open, fresh_installation: Installation) -> None:
        scope = fresh_installation.scope("station")
        target = f"station/{scope.regions[0]}"
        page = open_page(scope, "station", module="seal")
        page.run()
        rows = audit.entries(fresh_installation.ledger, who="station", limit=20)
        assert [one.action for one in rows if one.target == f"{target}/seal"][:1] == ["view"]
        before = audit.count(fresh_installation.ledger, who="station", action="view")
        page.run()
        assert audit.count(fresh_installation.ledger, who="station", action="view") == before

    def test_who_sees_some_units_alone_sees_no_records(
        self, open_page: Open, fresh_installation: Installation
    ) -> None:
        village = fresh_installation.scope("station").regions[0]
        for industries, units in ((("*",), ("u1",)), (("edu",), ("*",))):
            scope = Scope("x", "team", (village,), industries, units)
            page = open_page(scope, "station")
            assert "村级记录不分行业和单位" in said(page)
            assert not [one for one in page.button if one.key.startswith("open-")]

    def test_the_board_is_of_the_villages_and_their_states(
        self, open_page: Open, fresh_installation: Installation
    ) -> None:
        scope = fresh_installation.scope("leader")
        page = open_page(scope, "town")
        drawn = board.board(scope, None)
        rows = module.modules(scope, None, settings=fresh_installation.settings)
        assert sorted(drawn.codes) == sorted(set(rows["region_code"]))
        assert f"**{len(drawn.codes):,}** 个村" in said(page)
        wide = rows.pivot_table(index="region_code", columns="module", values="state", aggfunc="first")
        for at, code in enumerate(drawn.codes):
            for name, label in MODULE.items():
                words = kept.MARKS[wide.loc[code, name]].words
                assert drawn.told[label].iloc[at] == words
                assert drawn.table[label].iloc[at] == [words]
        silent = (drawn.told["提示"] != "").tolist()
        assert silent == sorted(silent, reverse=True)
        late = drawn.told[~pd.Series(silent)]
        assert late["超期"].is_monotonic_decreasing

    def test_a_city_has_no_board_but_its_counties(
        self, open_page: Open, fresh_installation: Installation
    ) -> None:
        scope = Scope("x", "leader", ("990000000000",), ("*",), ("*",))
        page = open_page(scope, "town")
        assert "请先选择" in said(page)
        assert not page.dataframe
        [part] = [one for one in page.button if one.key.startswith("town-part-")][:1]
        assert not part.click().run().exception

    def test_the_station_of_a_town_is_chosen_on_the_board(
        self, open_page: Open, fresh_installation: Installation
    ) -> None:
        page = open_page(fresh_installation.scope("room"), "station")
        assert "请选择一个村" in said(page)
        assert len(page.dataframe) == 1


def test_a_task_is_taken_in_two_presses(open_page: Open, act: Callable[..., int], ledger: Ledger) -> None:
    act("room", "assign", handler="station")
    page = press(open_page(SCOPES["station"], "station"), "接单")
    assert [one.action for one in decision.history(ledger, "a1")] == ["assign"]
    press(page, "确认接单")
    assert [one.action for one in decision.history(ledger, "a1")] == ["assign", "accept"]


def test_the_way_back_from_an_alert_is_to_the_station(open_page: Open) -> None:
    page = open_page(SCOPES["room"], "station", region=VILLAGE)
    assert said(page)
    page = open_page(SCOPES["room"], "alert", id="a1")
    page.session_state["back"] = "station"
    assert "返回联络站" in labels(page.run())


def urge(open_page: Open, who: str = "leader", village: str = VILLAGE) -> AppTest:
    return open_page(SCOPES[who], "town", region=TOWN, urge=village)


def test_all_that_is_overdue_is_urged_at_once(open_page: Open, ledger: Ledger) -> None:
    page = urge(open_page)
    assert "督办 2 条" in labels(page)
    page = press(page, "督办 2 条")
    assert "请填写督办要求" in "\n".join(one.value for one in page.error)
    page.text_area(key=urging.NOTE).set_value("三日内报 *结果*")
    page = press(page, "督办 2 条")
    assert "确认督办 2 条预警" in said(page)
    assert not decision.history(ledger, "a1")
    page = press(page, "确认督办 2 条")
    for name in ("a1", "a2"):
        [made] = decision.history(ledger, name)
        assert (made.who, made.action, made.note) == ("leader", "urge", "三日内报 *结果*")
    assert "已督办 2 条" in "\n".join(one.value for one in page.success)
    assert "已督办过" in said(page)


def test_what_was_just_assigned_has_time_and_is_not_urged(open_page: Open, act: Callable[..., int]) -> None:
    act("leader", "assign", handler="room")
    assert "督办 1 条" in labels(urge(open_page, "room"))


def test_what_one_may_not_urge_is_told_and_left_out(
    open_page: Open, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        urging, "closed", lambda action, state, scope, alert: "您是承办人。" if alert.id == "a1" else None
    )
    page = urge(open_page)
    assert "您是承办人。" in said(page)
    page.text_area(key=urging.NOTE).set_value("请办理")
    press(press(page, "督办 1 条"), "确认督办 1 条")
    assert not decision.history(ledger, "a1")
    assert [one.action for one in decision.history(ledger, "a2")] == ["urge"]


def test_what_was_decided_meanwhile_is_not_urged(
    open_page: Open, act: Callable[..., int], ledger: Ledger
) -> None:
    page = urge(open_page)
    page.text_area(key=urging.NOTE).set_value("请办理")
    page = press(page, "督办 2 条")
    act("room", "assign", handler="station")
    page = press(page, "确认督办 2 条")
    assert [one.action for one in decision.history(ledger, "a1")] == ["assign"]
    assert [one.action for one in decision.history(ledger, "a2")] == ["urge"]
    assert "1 条没有督办" in "\n".join(one.value for one in page.error)
    # What was written is still there for those left.
    assert page.text_area(key=urging.NOTE).value == "请办理"


@pytest.mark.parametrize("village", [BESIDE, "990200003001", "nonsense"])
def test_where_nothing_is_overdue_nothing_is_urged(open_page: Open, village: str) -> None:
    page = urge(open_page, village=village)
    assert "没有超期未处置的预警" in said(page)
    assert not page.text_area


def test_a_station_urges_nobody(open_page: Open) -> None:
    page = open_page(SCOPES["station"], "town", urge=VILLAGE)
    assert any("无权查看" in error.value for error in page.error)
    assert not page.text_area


def test_a_press_on_a_cell_opens_what_it_stands_for(open_page: Open) -> None:
    page = open_page(SCOPES["leader"], "town", region=COUNTY)
    drawn = board.board(SCOPES["leader"], COUNTY)
    at = drawn.codes.index(VILLAGE)
    assert (drawn.overdue[at], drawn.table["超期"].iloc[at]) == (2, 2)
    assert said(page)
    assert board.opened(drawn, at, "村级工程") == {"module": "village_project", "region": VILLAGE}
    assert board.opened(drawn, at, "村") == {"region": VILLAGE}
    assert board.opened(drawn, len(drawn.codes), "村") is None


def test_records_read_in_chinese_with_what_is_to_be_known_of_them() -> None:
    rows = pd.DataFrame(
        {
            "title": ["修路", "修渠"],
            "occurred_on": pd.to_datetime(["2026-01-02", None]),
            "reported_on": pd.to_datetime(["2026-02-02", "2026-03-01"]),
            "amount": [12.0, None],
            "stage": ["施工", None],
            "award_method": ["直接发包", None],
            "estimate": [4e6, 1.0],
            "contract_amount": [1.0, None],
            "paid_amount": [2.0, None],
            "progress": [50.0, None],
            "changes": [1, 0],
            "completed_on": pd.to_datetime([None, "2026-04-01"]),
            "id": ["a", "b"],
            "is_late_entry": [True, None],
            "is_over": [True, False],
            "is_untendered": [True, False],
            "is_near_threshold": [False, False],
            "is_changed": [True, False],
            "is_single_bid": [False, False],
            "is_open": [True, False],
        }
    )
    shown = station_module.read("village_project", rows)
    assert shown["提示"].tolist() == ["迟填 超支 应招未招 合同变更", ""]
    assert shown["发生"].tolist() == ["2026-01-02", "—"]
    assert list(shown.columns[:4]) == ["事项", "提示", "发生", "金额（元）"]
    rows = pd.DataFrame(
        {
            name: [None]
            for name in (*station_module.FIRST, *station_module.KINDS["asset"].columns, "reported_on", "id")
        }
        | {"arrears": [5.0], "is_idle": [False], "is_due_soon": [True], "is_late_entry": [False]}
    )
    assert station_module.read("asset", rows)["提示"].tolist() == ["90 天内到期 欠租"]
