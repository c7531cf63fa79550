"""What a scope sees of ratings: its own places in full, peers as bands, nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from cockpit.queries import rating
from cockpit.queries.rating import Target
from cockpit.scope import ALL, Scope, nobody
from cockpit.settings import Settings
from tests.warehouse.store import Warehouse
from tests.warehouse.test_rating import COUNTY, NEW, TOWN, A, B, filled

__all__ = ["filled"]

MONTH = date(2026, 2, 1)
LEADER = Scope("x", "leader", ("990000000000",), (ALL,), (ALL,))
STATION = Scope("x", "station", (A,), (ALL,), (ALL,))
TEAM = Scope("x", "team", (COUNTY,), (ALL,), ("u",))
NARROW = Scope("x", "room", (COUNTY,), ("06",), (ALL,))


@pytest.fixture
def built(filled: Warehouse) -> Settings:
    filled.build()
    return filled.settings


def codes(scope: Scope, level: str, settings: Settings) -> list[str]:
    return rating.grades(scope, MONTH, None, level, settings=settings)["code"].tolist()


def test_each_scope_sees_its_own(built: Settings) -> None:
    assert codes(LEADER, "village", built) == [A, B, NEW]
    assert codes(LEADER, "unit", built) == ["u"]
    assert codes(STATION, "village", built) == [A]
    assert codes(STATION, "town", built) == []
    assert codes(TEAM, "unit", built) == ["u"]
    for scope, levels in ((TEAM, ("village", "town")), (NARROW, rating.LEVELS), (nobody(), rating.LEVELS)):
        assert all(codes(scope, level, built) == [] for level in levels)
    assert rating.grades(LEADER, MONTH, A, "village", settings=built)["code"].tolist() == [A]


@pytest.mark.parametrize("scope", [STATION, TEAM, NARROW, nobody(), Scope("x", "admin")])
def test_what_lies_outside_has_no_details(built: Settings, scope: Scope) -> None:
    for frame in (
        rating.contributions(scope, B, MONTH, settings=built),
        rating.history(scope, B, settings=built),
        rating.notes(scope, Target(B), settings=built),
        rating.ways_up(scope, B, MONTH, settings=built),
    ):
        assert frame.empty


def test_contributions_add_to_the_score(built: Settings) -> None:
    for level in ("village", "town", "county", "unit"):
        for row in rating.grades(LEADER, MONTH, None, level, settings=built).itertuples():
            found = rating.contributions(LEADER, row.code, MONTH, settings=built)
            assert len(found) == 12
            if np.isnan(row.score):
                assert found["is_missing"].all()
            else:
                assert abs(100 - found["lost"].sum() - row.score) < 1e-9
                assert found["weight"].sum() == pytest.approx(100)


def test_shares_and_the_worst_are_those_of_all(built: Settings) -> None:
    for level in rating.LEVELS:
        rows = rating.grades(LEADER, MONTH, None, level, settings=built)
        shares = rating.shares(LEADER, MONTH, None, level, settings=built)
        assert shares["count_place"].sum() == len(rows)
        for grade in ("A", "B", "C", "D", ""):
            same = shares.loc[shares["shown_grade"] == grade, "count_place"].sum()
            assert same == (rows["shown_grade"] == grade).sum()
        order = rows["shown_grade"].map({"D": 0, "C": 1, "": 2, "B": 3, "A": 4})
        worst = rows.assign(order=order).sort_values(["order", "score", "code"])
        found = rating.grades(LEADER, MONTH, None, level, worst=2, settings=built)
        assert found["code"].tolist() == worst["code"].head(2).tolist()
        before = rows["previous_grade"]
        moved = rows[before.notna() & (before != rows["shown_grade"])]
        changed = rating.grades(LEADER, MONTH, None, level, worst=99, is_changed=True, settings=built)
        assert set(changed["code"]) == set(moved["code"])
    assert rating.shares(STATION, MONTH, None, "village", settings=built)["count_place"].sum() == 1


def test_history_and_notes(built: Settings) -> None:
    found = rating.history(LEADER, "u", settings=built)
    assert found["month"].dt.date.tolist() == rating.months(LEADER, settings=built)
    assert not found["is_new_version"].any()
    [note] = rating.notes(TEAM, Target(COUNTY, "u"), settings=built).to_dict("records")
    assert (note["kind"], note["state"], note["decided_by"]) == ("veto", "expired", "县监委")
    [appeal] = rating.notes(LEADER, Target(B), settings=built).to_dict("records")
    assert (appeal["kind"], appeal["state"]) == ("appeal", "in_force")


def test_other_rules_change_what_they_say(built: Settings) -> None:
    version = rating.rules(built)[0]
    same = rating.what_if(LEADER, MONTH, "town", version, settings=built)
    assert same["code"].tolist() == [TOWN]
    assert not same["is_changed"].any()
    strict: Any = version.model_copy(
        update={"cuts": version.cuts.model_copy(update={"a": 99.9, "b": 99.8, "c": 99.7})}
    )
    [row] = rating.what_if(LEADER, MONTH, "town", strict, settings=built).to_dict("records")
    assert (row["new_grade"], row["is_changed"]) == ("D", row["grade"] != "D")
    assert row["new_score"] == pytest.approx(row["score"])
    assert rating.what_if(NARROW, MONTH, "town", version, settings=built).empty
