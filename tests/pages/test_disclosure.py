"""公开公示: every section for every role, panels that sum to the whole, funds by towns whole, few persons untold."""

import time

import numpy as np
import pandas as pd
import pytest

from cockpit.ledger import audit
from cockpit.queries import disclosure
from cockpit.scope import CASE_ROLES, Scope
from cockpit.ui.disclosure import code, coverage, fund, kept
from pages import disclosure as page_disclosure
from tests.installation import Installation
from tests.pages.conftest import Open, said

SECTIONS = sorted(page_disclosure.SECTIONS)


@pytest.fixture(autouse=True)
def _home(open_page: Open) -> None:
    """Functions called directly read the demonstration's home."""


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("role", sorted(CASE_ROLES))
def test_a_section_of_the_address_for_every_role(
    open_page: Open, fresh_installation: Installation, role: str, section: str
) -> None:
    scope = fresh_installation.scope(role)
    page = open_page(scope, "disclosure", section=section)
    assert not page.error, [error.value for error in page.error]
    words = said(page)
    assert "nan" not in words.lower().replace("nanjing", "")
    assert ("不分行业和单位" in words) == kept.is_partial(scope)
    if not kept.is_partial(scope):
        assert page.button_group[0].value in ([section], section)


def test_a_scope_over_some_units_is_told_why_it_sees_nothing(
    open_page: Open, fresh_installation: Installation
) -> None:
    page = open_page(fresh_installation.scope("team"), "disclosure")
    assert [one.value for one in page.info] == [kept.PARTIAL]
    assert not len(page.dataframe)


def test_the_panels_of_coverage_sum_to_the_whole(fresh_installation: Installation) -> None:
    leader = fresh_installation.scope("leader")
    rows = kept.coverage(leader, None)
    drawn = coverage.drawing(leader, None, "")
    # 130 villages of the county by 116 items.
    assert rows["village_count"].sum() == 130 * 116
    for panel, column in ((drawn.places, "应公开（项次）"), (drawn.items, "应公开（村）")):
        table = panel.data
        assert table is not None
        assert table[column].sum() == 130 * 116
        states = table[["● 已公开", "▲ 逾期", "○ 未公开"]]
        assert (states.sum(axis=1) == table[column]).all()
        assert states.sum().tolist() == rows[["public_count", "late_count", "missing_count"]].sum().tolist()
        assert len(panel.marks) == len(table)
    assert drawn.items.data is not None
    assert len(drawn.items.data) == 116
    station = fresh_installation.scope("station")
    own = coverage._own(station, station.regions[0]).data
    assert own is not None
    assert len(own) == 116


def test_what_a_click_opens_has_as_many_rows(fresh_installation: Installation) -> None:
    leader = fresh_installation.scope("leader")
    drawn = coverage.drawing(leader, None, "")
    assert drawn.items.data is not None
    for row, mark in list(zip(drawn.items.data.to_dict("records"), drawn.items.marks, strict=True))[:5]:
        found = disclosure.late(leader, item=mark["item"], rows=1)
        assert found.total == row["▲ 逾期"] + row["○ 未公开"]
    for row, mark in zip(drawn.places.data.to_dict("records"), drawn.places.marks, strict=True):  # type: ignore[union-attr]
        found = disclosure.late(leader, mark["region"], rows=1)
        assert found.total == row["▲ 逾期"] + row["○ 未公开"]


def test_a_matrix_of_villages_shows_shapes(fresh_installation: Installation) -> None:
    leader = fresh_installation.scope("leader")
    [county] = leader.regions
    town = kept.coverage(leader, None)["region_code"].iloc[0]
    assert town != county
    data = coverage.drawing(leader, town, "财务收支").matrix.data
    assert data is not None
    assert set(data.iloc[:, 1:].to_numpy().ravel()) <= {"●", "▲", "○"}
    assert data.shape[1] == 1 + 18


def test_the_matrix_as_a_table_opens_the_same_lists(
    open_page: Open, fresh_installation: Installation
) -> None:
    leader = fresh_installation.scope("leader")
    page = open_page(leader, "disclosure", cells="table")
    drawn = coverage.drawing(leader, None, "")
    assert page.dataframe[0].value.equals(drawn.cells.chart)
    rows = kept.coverage(leader, None)
    for links in drawn.cells.links[:3]:
        for category, (slug, asked) in links.items():
            assert (slug, asked["section"], asked["category"]) == ("disclosure", "late", category)
            inside = rows[(rows["region_code"] == asked["region"]) & (rows["category"] == category)]
            found = disclosure.late(leader, asked["region"], category=asked["category"], rows=1)
            assert found.total == inside[["late_count", "missing_count"]].sum().sum()


def test_items_of_one_name_stand_apart(fresh_installation: Installation) -> None:
    rows = kept.coverage(fresh_installation.scope("leader"), None)
    twins = rows.assign(item_name=rows["item_name"].where(rows["code"] != "GK002", "主题党日安排"))
    _, cells = coverage._matrix(twins, "党务公开")
    assert {"主题党日安排 GK002", "主题党日安排 GK003"} < {*cells.chart.columns}


def test_the_list_is_narrowed_by_the_address_and_told_to_the_audit(
    open_page: Open, fresh_installation: Installation
) -> None:
    leader = fresh_installation.scope("leader")
    page = open_page(leader, "disclosure", section="late", state="missing", item="GK003")
    total = disclosure.late(leader, state="missing", item="GK003").total
    assert total > 0
    assert f"共 **{total:,}** 项次" in said(page)
    shown = page.dataframe[0].value
    assert set(shown["状态"]) == {"○ 未公开"}
    assert set(shown["事项"]) == {"主题党日安排"}
    [last] = audit.entries(fresh_installation.ledger, who="leader", limit=1)
    assert (last.action, last.target, last.count_row) == ("search", "disclosure", total)
    assert (last.detail["state"], last.detail["item"]) == ("missing", "GK003")
    beyond = open_page(leader, "disclosure", section="late", disclosure_page="9999999", state="' or 1=1")
    assert not beyond.error
    assert len(beyond.dataframe[0].value)


def test_another_village_by_an_edited_link_shows_the_own_and_is_logged(
    open_page: Open, fresh_installation: Installation
) -> None:
    station = fresh_installation.scope("station")
    other = fresh_installation.scope("neighbour").regions[0]
    page = open_page(station, "disclosure", section="late", region=other)
    own = kept.coverage(station, None)["name"].iloc[0]
    assert set(page.dataframe[0].value["地区"]) == {own}
    entries = audit.entries(fresh_installation.ledger, who=station.who, limit=5)
    assert ("denied", f"region/{other}") in [(one.action, one.target) for one in entries]


def test_seventy_six_funds_by_a_hundred_and_seventy_three_towns_show_whole() -> None:
    rng = np.random.default_rng(5)
    towns = [f"9901{number:02}{1000 * town:06}" for number in (1, 2) for town in range(1, 88)][:173]
    rows = pd.DataFrame(
        [
            (town, f"镇{town}", f"资金{number:02}", *rng.integers(0, 10_000, 2).astype(float))
            for town in towns
            for number in range(76)
            if rng.random() < 0.9
        ],
        columns=["region_code", "name", "fund", "paid_sum", "published_sum"],
    )
    began = time.perf_counter()
    chart, codes = fund.crossed(rows, "difference")
    assert time.perf_counter() - began < 2
    # All towns and their sum; their names, the sum over the funds, and all funds.
    assert chart.shape == (174, 78)
    assert codes == sorted(towns)
    assert chart["地区"].tolist() == [*(f"镇{town}" for town in sorted(towns)), "合计"]
    assert chart.iloc[:-1, 2:].notna().sum().sum() == len(rows)
    total = (rows["published_sum"] - rows["paid_sum"]).sum()
    assert chart["合计"].iloc[-1] == pytest.approx(total)
    assert chart["合计"].iloc[:-1].sum() == pytest.approx(total)
    one = rows[(rows["region_code"] == codes[3]) & (rows["fund"] == "资金07")]
    if len(one):
        assert chart["资金07"].iloc[3] == (one["published_sum"] - one["paid_sum"]).iloc[0]


def test_funds_of_the_demonstration_add_up_and_few_persons_are_not_told(
    fresh_installation: Installation,
) -> None:
    leader = fresh_installation.scope("leader")
    town = fund.table(leader, None, "town", 2024, "paid").data
    assert town is not None
    whole = disclosure.funds(leader, None, "county", 2024)
    assert town["合计"].iloc[-1] == pytest.approx(whole["paid_sum"].sum())
    station = fresh_installation.scope("station")
    village = disclosure.funds(station, None, "village")
    told = fund.by_fund(station, None, None).data
    assert told is not None
    assert len(told) == len(village)
    few = int(((village["payment_count"] > 0) & (village["recipient_count"] < 5)).sum())
    assert few
    assert (told["发放人数"] == "<5").sum() == (told["发放笔数"] == "<5").sum() == few
    assert not {"1", "2", "3", "4"} & set(told["发放人数"])


def test_without_a_public_address_the_codes_say_what_is_missing(
    open_page: Open, fresh_installation: Installation
) -> None:
    page = open_page(fresh_installation.scope("leader"), "disclosure", section="code")
    assert "public_url" in said(page)


def test_a_code_a_village_leads_to_its_page(
    open_page: Open, fresh_installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COCKPIT_PUBLIC_URL", "https://gk.example/cun/")
    leader = fresh_installation.scope("leader")
    page = open_page(leader, "disclosure", section="code")
    assert "**130** 个村的二维码" in said(page)
    station = fresh_installation.scope("station")
    own = open_page(station, "disclosure", section="code")
    assert "**1** 个村的二维码" in said(own)
    rows = code.villages(station, None)
    assert rows["code"].tolist() == list(station.regions)
    pdf = code._sheet(station, rows, "https://gk.example/cun/")
    assert pdf.startswith(b"%PDF")


def test_a_list_without_anything_says_so(
    open_page: Open, fresh_installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COCKPIT_PUBLIC_URL", "https://gk.example")
    nowhere = Scope("leader", "leader", ("990200000000",), ("*",), ("*",))
    for section in SECTIONS:
        page = open_page(nowhere, "disclosure", section=section)
        assert not page.error
        assert len(page.info) == 1, section


@pytest.mark.parametrize("section", ["coverage", "late"])
def test_a_category_is_no_markup(
    open_page: Open, fresh_installation: Installation, monkeypatch: pytest.MonkeyPatch, section: str
) -> None:
    leader = fresh_installation.scope("leader")
    told = kept.coverage(leader, None).assign(category="![x](http://elsewhere.example/x)")
    monkeypatch.setattr(kept, "coverage", lambda _scope, _region: told)
    page = open_page(leader, "disclosure", section=section)
    assert not page.error
    labels = [option for one in page.button_group for option in one.options]
    assert any("elsewhere" in label for label in labels)
    assert not any("![x](http://elsewhere" in label for label in labels)
