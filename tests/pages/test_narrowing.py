"""A list narrowed by a link: the same rows as asked in code, a chip for each narrowing, nothing for nonsense."""

from datetime import date

import pytest

from cockpit.queries import Filters, Narrowing, complaint_list, default_period
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
