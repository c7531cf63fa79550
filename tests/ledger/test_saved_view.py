"""Views saved under a name: own ones alone, on both engines, with their audit."""

import pytest

from cockpit.error import CockpitError
from cockpit.ledger import Ledger, account, audit, saved_view
from cockpit.ledger.audit import By

PASSWORD = "correct horse battery"
ANNA, BEN = By(who="anna", session="s", address="10.0.0.9"), By(who="ben")
PARAMETERS = {"region": "990100000000", "section": "handling", "from": "2026-01"}


@pytest.fixture(autouse=True)
def people(ledger: Ledger) -> None:
    for name in ("anna", "ben"):
        account.add(ledger, name, name="员", role="auditor", password=PASSWORD, who="test")


def names(ledger: Ledger, who: str = "anna", page: str = "analysis") -> list[str]:
    return [view.name for view in saved_view.views(ledger, who, page)]


def done(ledger: Ledger) -> list[tuple[str, str, str | None, object]]:
    rows = audit.entries(ledger)
    return [(one.who, one.action, one.target, one.detail) for one in rows if one.action.startswith("view_")]


def test_what_was_saved_comes_back_to_its_owner_alone(ledger: Ledger) -> None:
    made = saved_view.save(ledger, "analysis", " 近 一年 \n 办理 ", PARAMETERS, **ANNA)
    saved_view.save(ledger, "overview", "近 一年 办理", {}, **ANNA)
    assert saved_view.views(ledger, "anna", "analysis") == [made]
    assert made.name == "近 一年 办理"
    assert made.parameters == PARAMETERS
    assert names(ledger, "ben") == []


def test_views_come_in_the_order_of_their_names(ledger: Ledger) -> None:
    for name in ("b", "c", "a"):
        saved_view.save(ledger, "analysis", name, {}, **ANNA)
    assert names(ledger) == ["a", "b", "c"]


@pytest.mark.parametrize("name", ["", "  \n", "长" * 41, "a\u202eb", "a\0b"])
def test_a_name_that_nobody_could_read_is_refused(ledger: Ledger, name: str) -> None:
    with pytest.raises(CockpitError, match="视图"):
        saved_view.save(ledger, "analysis", name, {}, **ANNA)
    assert names(ledger) == []
    assert done(ledger) == []


def test_one_name_a_person_and_page(ledger: Ledger) -> None:
    saved_view.save(ledger, "analysis", "甲", {}, **ANNA)
    saved_view.save(ledger, "analysis", "甲", {}, **BEN)
    other = saved_view.save(ledger, "analysis", "乙", {}, **ANNA)
    with pytest.raises(CockpitError, match="已有名为“甲”"):
        saved_view.save(ledger, "analysis", "甲", PARAMETERS, **ANNA)
    with pytest.raises(CockpitError, match="已有名为“甲”"):
        saved_view.rename(ledger, other.id, "甲", **ANNA)
    assert names(ledger) == ["乙", "甲"]


def test_nobody_renames_or_deletes_what_is_anothers(ledger: Ledger) -> None:
    held = saved_view.save(ledger, "analysis", "甲", {}, **ANNA)
    with pytest.raises(CockpitError, match="没有这个视图"):
        saved_view.rename(ledger, held.id, "乙", **BEN)
    with pytest.raises(CockpitError, match="没有这个视图"):
        saved_view.remove(ledger, held.id, **BEN)
    assert names(ledger) == ["甲"]


def test_each_change_is_in_the_audit_and_what_changes_nothing_is_not(ledger: Ledger) -> None:
    held = saved_view.save(ledger, "analysis", "甲", PARAMETERS, **ANNA)
    saved_view.rename(ledger, held.id, "甲", **ANNA)
    saved_view.rename(ledger, held.id, "乙", **ANNA)
    saved_view.remove(ledger, held.id, **ANNA)
    assert names(ledger) == []
    assert sorted(done(ledger), key=lambda row: row[1]) == [
        ("anna", "view_delete", "analysis", {"name": "乙"}),
        ("anna", "view_rename", "analysis", {"before": "甲", "after": "乙"}),
        ("anna", "view_save", "analysis", {"name": "甲", **PARAMETERS}),
    ]


def test_so_many_and_no_more(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_view, "VIEWS_MAX", 2)
    for name in ("a", "b"):
        saved_view.save(ledger, "analysis", name, {}, **ANNA)
    with pytest.raises(CockpitError, match="最多保存 2 个"):
        saved_view.save(ledger, "analysis", "c", {}, **ANNA)
    saved_view.save(ledger, "analysis", "c", {}, **BEN)
    with pytest.raises(CockpitError, match="条件过多"):
        saved_view.save(ledger, "overview", "c", {"q": "字" * 2000}, **BEN)
    assert names(ledger) == ["a", "b"]
