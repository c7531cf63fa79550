"""A list narrowed by a link: the same rows as asked in code, a chip for each narrowing, nothing for nonsense."""

from datetime import date

import pytest

from cockpit.queries import AlertNarrowing, Filters, Narrowing, alert_list, complaint_list, default_period
from cockpit.queries import build as build_row
from cockpit.settings import Settings
from cockpit.ui.narrowing import address, read
from tests.installation import Installation
from tests.pages.conftest import Open, said

CASES = [
    Narrowing(repeat=True),
    Narrowing(due="late", rated="unsatisfied"),
    Narrowing(start=date(2026, 9, 1), end=date(2026, 9, 3)),
    Narrowing(unit=""),
    Narrowing(no_industry=True),
]


@pytest.mark.parametrize("narrowed", CASES, ids=lambda one: "-".join(address(one)))
def test_a_link_narrows_the_list_and_a_chip_takes_it_away(
    open_page: Open, fresh_installation: Installation, narrowed: Narrowing
) -> None:
    scope = fresh_installation.scope("leader")
    home = Settings(home=fresh_installation.home)
    as_of = build_row(scope, settings=home)["as_of"].iloc[0].date()
    chosen = Filters(None, None, *default_period(as_of))
    page = open_page(scope, "complaints", **address(narrowed))
    total = complaint_list(scope, chosen, narrowing=narrowed, settings=home).total
    shown = said(page)
    assert f"共 **{total:,}** 件" in shown if total else "没有投诉" in shown
    chips = [one for one in page.button if (one.key or "").startswith("narrowed-")]
    assert [one.key for one in chips] == [f"narrowed-{name}" for name in address(narrowed)]
    for key in [one.key for one in chips]:
        page.button(key=key).click().run()
    whole = complaint_list(scope, chosen, settings=home).total
    assert f"共 **{whole:,}** 件" in said(page)
    assert not [one for one in page.button if (one.key or "").startswith("narrowed-")]


def test_an_address_is_read_as_it_was_written() -> None:
    everything = Narrowing(
        "低保", "u1", "late", "rated", False, True, "k", True, date(2026, 1, 2), date(2026, 2, 1)
    )
    for one in (*CASES, everything, Narrowing(), Narrowing(category="")):
        assert read(address(one), Narrowing) == one


def test_nonsense_narrows_nothing() -> None:
    given = {
        "due": "never",
        "rated": "' or 1=1 --",
        "repeat": "maybe",
        "own": "false",
        "start": "2026-13-01",
        "end": "9999-12-31",
        "category": "x" * 101,
        "cluster": "",
        "other": "1",
    }
    assert read(given, Narrowing) == Narrowing()
    assert read({"start": "2026-02-02", "end": "2026-02-01"}, Narrowing) == Narrowing()


ALERT_CASES = [
    AlertNarrowing(module="labour", finding="confirmed"),
    AlertNarrowing(source="manual", has_clue=False),
    AlertNarrowing(handler="", own=True),
    AlertNarrowing(no_industry=True),
    AlertNarrowing(start=date(2025, 6, 1), end=date(2025, 8, 31), has_recovered=True),
]


@pytest.mark.parametrize("narrowed", ALERT_CASES, ids=lambda one: "-".join(address(one)))
def test_a_link_narrows_the_alerts_and_a_chip_takes_it_away(
    open_page: Open, fresh_installation: Installation, narrowed: AlertNarrowing
) -> None:
    scope = fresh_installation.scope("leader")
    home = Settings(home=fresh_installation.home)
    as_of = build_row(scope, settings=home)["as_of"].iloc[0].date()
    chosen = Filters(None, None, *default_period(as_of))
    page = open_page(scope, "alerts", **address(narrowed))
    total = alert_list(scope, chosen, narrowing=narrowed, settings=home).total
    shown = said(page)
    assert f"共 **{total:,}** 条" in shown if total else "没有预警" in shown
    chips = [one.key for one in page.button if (one.key or "").startswith("narrowed-")]
    assert chips == [f"narrowed-{name}" for name in address(narrowed)]
    for key in chips:
        page.button(key=key).click().run()
    whole = alert_list(scope, chosen, settings=home).total
    assert f"共 **{whole:,}** 条" in said(page)
    assert total < whole


def test_an_address_of_alerts_is_read_as_it_was_written() -> None:
    more = AlertNarrowing(subject_of="x", has_persons=True, has_case=True, disposition="", model="甲")
    for one in (*ALERT_CASES, AlertNarrowing(), more):
        assert read(address(one), AlertNarrowing) == one
    nonsense = {"module": "nosuch", "finding": "'", "has_clue": "maybe", "own": "false", "start": "2026-13"}
    assert read(nonsense, AlertNarrowing) == AlertNarrowing()
    months = read({"start": "2026-02", "end": "2026-02"}, AlertNarrowing)
    assert [str(one) for one in (months.start, months.end)] == ["2026-02-01", "2026-02-28"]


def test_what_was_chosen_just_before_is_kept_though_the_browser_does_not_know_it_yet(
    open_page: Open, fresh_installation: Installation
) -> None:
    page = open_page(fresh_installation.scope("leader"), "complaints")
    page.selectbox(key="complaint_sort").set_value("handling_days").run()
    assert page.query_params["complaint_sort"] == "handling_days"
    # The next choice comes with the address of before the first.
    del page.query_params["complaint_sort"]
    page.segmented_control(key="complaint_order").set_value("asc").run()
    assert page.selectbox(key="complaint_sort").value == "handling_days"
    asked = page.query_params
    assert (asked["complaint_sort"], asked["complaint_order"]) == ("handling_days", "asc")


@pytest.mark.parametrize(("start", "word"), [("2024-12", "箭头后为同比"), ("2025-09", "箭头后为环比")])
def test_the_cards_say_what_their_arrows_compare_with(
    open_page: Open, fresh_installation: Installation, start: str, word: str
) -> None:
    page = open_page(fresh_installation.scope("leader"), "overview", from_=start, to="2025-11")
    assert word in said(page)
