"""What the pages leave in the audit."""

import pytest

from cockpit.ledger import audit
from tests.installation import Installation
from tests.pages.conftest import Open


def searches(installation: Installation) -> list[audit.Entry]:
    return audit.entries(installation.ledger, action="search", limit=500)[::-1]


@pytest.mark.parametrize(("slug", "kind"), [("alerts", "alert"), ("complaints", "complaint")])
def test_a_search_is_recorded_once_a_session(
    open_page: Open, fresh_installation: Installation, slug: str, kind: str
) -> None:
    scope = fresh_installation.scope("room")
    before = len(searches(fresh_installation))
    page = open_page(scope, slug)
    assert len(searches(fresh_installation)) == before
    page.text_input(f"{kind}_q").set_value("村").run()
    page.run()
    page.selectbox(f"{kind}_sort").select_index(1).run()
    [first] = searches(fresh_installation)[before:]
    assert (first.who, first.target, first.detail["search"]) == ("room", slug, "村")
    assert first.count_row is not None
    assert first.detail["scope"] == {
        "role": "room",
        "region": list(scope.regions),
        "industry": list(scope.industries),
        "unit": list(scope.units),
    }
    page.text_input(f"{kind}_q").set_value("").run()
    page.selectbox(f"{kind}_state").select("open").run()
    page.text_input(f"{kind}_q").set_value("村").run()
    page.selectbox(f"{kind}_state").select("").run()
    found = [
        (one.detail.get("search"), one.detail.get("state")) for one in searches(fresh_installation)[before:]
    ]
    assert found == [("村", None), (None, "open"), ("村", "open")]


def test_narrowing_by_the_sidebar_is_a_search_too(open_page: Open, fresh_installation: Installation) -> None:
    before = len(searches(fresh_installation))
    open_page(fresh_installation.scope("leader"), "alerts", level="red")
    [entry] = searches(fresh_installation)[before:]
    assert entry.detail["level"] == "red"


def test_looks_and_refusals_say_under_which_scope(open_page: Open, fresh_installation: Installation) -> None:
    scope = fresh_installation.scope("station")
    for slug, target, action in (
        ("alert", "alert/NOSUCH", "denied"),
        ("complaint", "complaint/NASTY-HTML", None),
        ("audit", "audit", "denied"),
    ):
        open_page(scope, slug, id=target.partition("/")[2])
        [last] = audit.entries(fresh_installation.ledger, who="station", limit=1)
        assert last.target == target
        assert last.action == (action or last.action)
        assert last.detail["scope"]["region"] == list(scope.regions)
