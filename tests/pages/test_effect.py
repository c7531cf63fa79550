"""监督成效: every section for every role, counts that are the list they open, small numbers of persons untold."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from cockpit import queries
from cockpit.queries import AlertNarrowing, Filters, Narrowing, alert_list, complaint_list, effect
from cockpit.scope import CASE_ROLES, Scope
from cockpit.ui import narrowing, wording
from cockpit.ui.analysis.panel import Panel
from cockpit.ui.effect import change, cohort, count_table, coverage, document, headline, kept, loop
from cockpit.ui.effect.count_table import CountTable
from pages import effect as page_effect
from tests.installation import Installation
from tests.pages.conftest import Open, said

PERIOD = (date(2024, 12, 1), date(2025, 11, 30))
YEAR = Filters(None, None, *PERIOD)
WHO = ("leader", "room", "team", "station")


@pytest.fixture(autouse=True)
def _home(open_page: Open) -> None:
    """Functions called directly read the demonstration's home."""


@pytest.mark.parametrize("section", sorted(page_effect.SECTIONS))
@pytest.mark.parametrize("role", sorted(CASE_ROLES))
def test_a_section_of_the_address_for_every_role(
    open_page: Open, fresh_installation: Installation, role: str, section: str
) -> None:
    page = open_page(fresh_installation.scope(role), "effect", section=section)
    assert not page.error, [error.value for error in page.error]
    assert page.button_group[0].value in ([section], section)
    assert "nan" not in said(page)
    assert next(one.label for one in page.metric) == "预警（条）"


@pytest.mark.parametrize("section", sorted(page_effect.SECTIONS))
def test_months_without_anything_say_so(
    open_page: Open, fresh_installation: Installation, section: str
) -> None:
    page = open_page(
        fresh_installation.scope("leader"), "effect", section=section, from_="2001-01", to="2001-02"
    )
    assert not page.error, [error.value for error in page.error]
    assert "本期没有" in said(page) or "0 / 130 个村" in said(page)


def test_nonsense_in_the_address_narrows_nothing(open_page: Open, fresh_installation: Installation) -> None:
    page = open_page(
        fresh_installation.scope("leader"),
        "effect",
        section="change",
        kind="' or 1=1",
        kind_level="<b>",
        done="x",
        series="y",
    )
    assert not page.error
    assert "清单：全部" in said(page)
    documents = open_page(
        fresh_installation.scope("leader"),
        "effect",
        section="document",
        document="x",
        document_page="99999999999",
    )
    assert not documents.error


def opened(scope: Scope, link: count_table.Link) -> int:
    """Return how many rows the list of alerts that a count opens has."""
    slug, parameters = link
    assert slug == "alerts"
    asked = narrowing.read(parameters, AlertNarrowing)
    known = {*narrowing.address(asked), "region", "industry", "alert_stage", "alert_state"}
    assert set(parameters) <= known, parameters
    chosen = replace(YEAR, region=parameters.get("region"), industry=parameters.get("industry"))
    return alert_list(
        scope,
        chosen,
        narrowing=asked,
        stage=parameters.get("alert_stage"),
        state=parameters.get("alert_state"),
        rows=1,
    ).total


# Sums of persons and money open the alerts they are of.
BEHIND = {
    "sanctioned_sum": "sanction_count",
    "persons_sum": "dealt_count",
    "recovered_sum": "recovering_count",
}


@pytest.mark.parametrize("username", WHO)
def test_every_count_of_a_cohort_is_the_list_it_opens(
    fresh_installation: Installation, username: str
) -> None:
    scope = fresh_installation.scope(username)
    found = effect.cohorts(scope, YEAR)
    tables: list[tuple[pd.DataFrame, CountTable | Panel]] = [
        (found.by("month"), cohort.by_month(scope, YEAR, "clue_rate")[1])
    ]
    tables += [(found.by(key), cohort.by_key(scope, YEAR, key, "clue_rate")[1]) for key in cohort.BY]
    for rows, table in tables:
        assert isinstance(table, CountTable)
        for row, links in list(zip(rows.to_dict("records"), table.links, strict=False))[:4]:
            for name, (label, _) in count_table.ALERT_COUNTS.items():
                assert opened(scope, links[label]) == row[BEHIND.get(name, name)], (
                    table.key,
                    row["name"],
                    name,
                )
        # The last row is what all add up to, and opens all of them.
        for name, (label, _) in count_table.ALERT_COUNTS.items():
            assert opened(scope, table.links[-1][label]) == found.total[BEHIND.get(name, name)]
        assert len(table.chart) == len(table.links)


@pytest.mark.parametrize("username", WHO)
def test_figures_stages_and_lists_agree(fresh_installation: Installation, username: str) -> None:
    scope = fresh_installation.scope(username)
    told = queries.overview(scope, YEAR)
    figures = {one.label: one for one in headline.figures(scope, YEAR)}
    alerts, complaints = told.alert_now.iloc[0], told.complaint_now.iloc[0]
    assert figures["预警（条）"].value == f"{alerts['alert_count']:,.0f}"
    assert figures["查实（条）"].value == f"{alerts['substantiated_count']:,.0f}"
    assert f"受理 {complaints['complaint_count']:,.0f} 件" in figures["投诉办结"].note
    opens = figures["查实（条）"]
    assert opened(scope, (opens.slug, opens.parameters)) == alerts["substantiated_count"]
    table = loop.six(scope, YEAR)[1]
    assert isinstance(table, CountTable)
    if table.chart is not None:
        for row, links in zip(table.chart.to_dict("records"), table.links, strict=True):
            for label, link in links.items():
                assert opened(scope, link) == row[label], (row["环节"], label)
        assert table.chart["现处此环节"].sum() == alerts["alert_count"]
    rows = effect.rectifications(scope, YEAR)
    assert figures["问题清单（份）"].value == f"{(rows['kind'] == 'problem_list').sum():,}"
    five = loop.five(scope, YEAR).data
    assert five is not None
    assert five["数量"].tolist()[1:4] == [
        int((rows["kind"] == kind).sum()) for kind in ("problem_list", "campaign", "rule")
    ]


def test_rectification_counts_are_the_list_below(fresh_installation: Installation, open_page: Open) -> None:
    scope = fresh_installation.scope("leader")
    table = change.counts(scope, YEAR)
    for row, links in zip(table.chart.to_dict("records"), table.links, strict=True):
        for label, (slug, parameters) in links.items():
            assert slug == count_table.HERE
            assert set(parameters) <= set(count_table.OWN)
            page = open_page(scope, "effect", from_="2024-12", to="2025-11", **parameters)
            assert f"共 {row[label]:,} 条" in said(page), (row["类别"], label)


def test_document_counts_are_the_list_below(fresh_installation: Installation, open_page: Open) -> None:
    scope = fresh_installation.scope("leader")
    table = document.panels(scope, YEAR)[0]
    assert table.chart is not None
    for row, links in zip(table.chart.to_dict("records"), table.links, strict=True):
        for label, (_, parameters) in links.items():
            asked = {"kind": parameters["document"], "state": parameters.get("state")}
            assert effect.document_list(scope, YEAR, **asked).total == row[label]
    page = open_page(
        scope, "effect", section="document", document="assignment", from_="2024-12", to="2025-11"
    )
    total = table.chart.set_index("文书").loc["分办函", "件数"]
    assert f"共 **{total:,}** 件" in said(page)


def test_a_campaign_opens_the_complaints_it_counts(fresh_installation: Installation) -> None:
    scope = fresh_installation.scope("leader")
    rows = change.compared(scope, YEAR, "complaint")
    assert len(rows)
    tables = change.campaigns(scope, YEAR, "complaint")
    table = tables[1]
    assert isinstance(table, CountTable)
    assert all(not links or set(links) == {"前（件）", "后（件）"} for links in table.links)
    for row, links in zip(rows.to_dict("records"), table.links, strict=True):
        for label, name in (("前（件）", "before"), ("后（件）", "after")):
            if label not in links:
                continue
            slug, parameters = links[label]
            assert slug == "complaints"
            asked = narrowing.read(parameters, Narrowing)
            inside = replace(YEAR, region=parameters["region"], industry=parameters.get("industry"))
            assert complaint_list(scope, inside, narrowing=asked, rows=1).total == row[name]
    assert any(table.links)


def test_what_a_campaign_claims_follows_the_test() -> None:
    told = pd.DataFrame(
        {
            "title": ["甲", "乙", "丙"],
            "is_judged": [True, True, False],
            "direction": [-1, 0, 0],
        }
    )
    assert change.told(told, "投诉") == (
        "本期开始的专项治理中可比较的 2 项，甲后投诉相对对照明显下降，其余未见明显变化；另有 1 项不具备比较条件。"
    )
    assert "均未见明显变化" in change.told(told.assign(direction=0), "投诉")
    assert "不作判断" in change.told(told.assign(is_judged=False), "投诉")
    assert change.told(told.iloc[:0], "投诉") == "本期没有开始的专项治理。"


def test_few_persons_are_not_told() -> None:
    assert [count_table.persons(count) for count in (0, 1, 4, 5)] == ["0", "<5", "<5", "5"]
    assert count_table.shown("persons_sum", 3) == f"<{wording.PERSONS_MIN}"


def test_the_ratio_of_few_persons_is_not_told_either(
    fresh_installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope = fresh_installation.scope("leader")
    real = effect.cohorts

    def few(scope: Scope, chosen: Filters) -> effect.Cohorts:
        found = real(scope, chosen)
        cells = found.cells.assign(sanctioned_sum=0.0)
        cells.loc[cells.index[0], "sanctioned_sum"] = 3.0
        return replace(found, cells=cells)

    monkeypatch.setattr(kept, "cohorts", few)
    shown = headline.figures.__wrapped__(scope, YEAR)  # type: ignore[attr-defined]
    [sanctioned] = [one for one in shown if one.label == "处分人数（人）"]
    assert (sanctioned.value, sanctioned.note) == ("<5", "人数少，不列比值")


def test_shares_need_a_base() -> None:
    assert count_table.share(3, 9) == "3/9"
    assert count_table.share(0, 0) == wording.NOTHING
    # Wilson (1927) of 5 in 10: 23.7 to 76.3.
    assert count_table.share(5, 10) == "50.0%（23.7–76.3）"
    assert count_table.per_cent(177, 1_199) == "14.8%"
    assert count_table.per_cent(21_434, 22_230) == "96.42%"


def test_no_panel_calls_a_funnel_what_is_no_cohort(fresh_installation: Installation) -> None:
    scope = fresh_installation.scope("leader")
    panels: list[Panel] = [
        *cohort.by_month(scope, YEAR, "clue_rate"),
        *cohort.by_key(scope, YEAR, "source", "clue_rate"),
        change.counts(scope, YEAR),
        *change.campaigns(scope, YEAR, "alert"),
        *loop.six(scope, YEAR),
        loop.five(scope, YEAR),
        *coverage.panels(scope, YEAR),
        *document.panels(scope, YEAR),
    ]
    for panel in panels:
        words = f"{panel.title}{panel.reading}{panel.definition}".replace("不是逐级漏斗", "")
        assert "漏斗" not in words, panel.key
        assert panel.definition
        assert panel.data is not None


def test_who_sees_some_units_alone_is_told_why_there_is_no_coverage(
    open_page: Open, fresh_installation: Installation
) -> None:
    page = open_page(fresh_installation.scope("team"), "effect", section="coverage")
    assert coverage.UNKNOWN in said(page).replace("\\", "")
