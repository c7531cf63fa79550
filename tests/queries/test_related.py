"""What a complaint hangs together with, by hand, and never more than the scope sees."""

from dataclasses import replace

import pytest

from cockpit.queries import related
from cockpit.scope import Scope
from cockpit.settings import Settings
from tests.views import tiny

VILLAGE, OTHER = "990101001001", "990101001002"
EVERYTHING = Scope("x", "leader", ("990000000000",), ("*",), ("*",))
# In a world of hand, each complaint repeats the one before it, and all of a region are one problem.
WORLD = tiny.World(
    [
        tiny.Complaint("a", VILLAGE, tiny.day("2026-01-05"), "edu", "u1", closed_at=tiny.day("2026-01-20")),
        tiny.Complaint("b", VILLAGE, tiny.day("2026-02-05"), "edu", "u4", closed_at=tiny.day("2026-02-20")),
        tiny.Complaint("c", VILLAGE, tiny.day("2026-03-05"), "edu", "u1"),
        tiny.Complaint("d", OTHER, tiny.day("2026-03-06"), "edu", "u1"),
    ]
)


@pytest.fixture
def settings(home: Settings) -> Settings:
    tiny.write(home, WORLD)
    return home


def same(settings: Settings, scope: Scope, name: str, place: str = VILLAGE) -> list[str]:
    return related.same_problem(scope, name, place, settings=settings)["id"].tolist()


def tied(settings: Settings, scope: Scope, name: str, place: str = VILLAGE) -> list[tuple[str, str]]:
    rows = related.returns(scope, name, place, settings=settings)
    return list(zip(rows["side"], rows["id"], strict=True))


def test_the_others_of_a_problem_the_latest_first(settings: Settings) -> None:
    assert same(settings, EVERYTHING, "a") == ["c", "b"]
    assert same(settings, EVERYTHING, "d", OTHER) == []


def test_what_it_comes_back_to_and_what_comes_back(settings: Settings) -> None:
    assert tied(settings, EVERYTHING, "b") == [("earlier", "a"), ("later", "c")]
    assert tied(settings, EVERYTHING, "a") == [("later", "b")]


def test_nothing_beyond_the_scope(settings: Settings) -> None:
    unit = replace(EVERYTHING, units=("u1",))
    # Of the three of the village the unit sees a and c; b, which ties them, is another's.
    assert same(settings, unit, "a") == ["c"]
    assert tied(settings, unit, "a") == []
    assert tied(settings, unit, "c") == []
    for nobody in (
        replace(EVERYTHING, regions=(OTHER,)),
        replace(EVERYTHING, industries=("env",)),
        Scope("x", "auditor"),
    ):
        assert same(settings, nobody, "a") == []
        assert tied(settings, nobody, "b") == []
    # One that cannot be seen tells of nothing either.
    assert same(settings, unit, "b") == []
    assert tied(settings, unit, "b") == []


def test_a_place_that_is_not_its_own_gives_nothing(settings: Settings) -> None:
    assert same(settings, EVERYTHING, "a", OTHER) == []
    assert tied(settings, EVERYTHING, "b", OTHER) == []
