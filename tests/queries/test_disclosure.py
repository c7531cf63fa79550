"""公开公示: items, coverage, lists and funds under a scope, and what an extract tells of them."""

from datetime import date, datetime

import pandas as pd
import pytest

from cockpit.queries import disclosure
from cockpit.queries.extract import PERSONS_MIN, extract
from cockpit.scope import ALL, Scope, nobody
from cockpit.settings import Settings
from tests.warehouse.store import Warehouse, make_settings

PROVINCE, CITY, COUNTY = "990000000000", "990100000000", "990101000000"
TOWN, A, B, C = "990101001000", "990101001001", "990101001002", "990101001003"
NEXT, D = "990101002000", "990101002001"
ITEMS = {"I1": ("收支", "财务", 30), "I2": ("决议", "村务", 365), "I3": ("救助", "财务", 90)}
AS_OF = datetime(2024, 4, 30, 9)


def scope(*regions: str, role: str = "leader", **more: tuple[str, ...]) -> Scope:
    return Scope("x", role, regions, **{"industries": (ALL,), "units": (ALL,)} | more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two towns; of the first, A has all public, B one late, C nothing; D of the second is late with one."""
    warehouse = Warehouse(make_settings(tmp_path_factory.mktemp("home")))
    warehouse.insert(
        "region",
        [
            {"code": code, "name": f"地{code[-6:]}"}
            for code in (PROVINCE, CITY, COUNTY, TOWN, A, B, C, NEXT, D)
        ],
    )
    warehouse.insert(
        "alert", [{"id": "a", "region_code": TOWN, "raised_at": AS_OF, "model": "m", "level": "red"}]
    )
    warehouse.insert(
        "disclosure_item",
        [
            {"code": code, "name": name, "category": category, "interval_days": days}
            for code, (name, category, days) in ITEMS.items()
        ],
    )
    new, old = date(2024, 4, 20), date(2024, 1, 20)
    warehouse.insert(
        "disclosure",
        [
            {"region_code": place, "item_code": item, "published_on": day}
            for place, item, day in (
                *((A, item, new) for item in ITEMS),
                (B, "I1", old),
                (B, "I2", new),
                (D, "I1", old),
            )
        ],
    )
    warehouse.insert(
        "relief",
        [
            {
                "id": f"{place}-{number}",
                "region_code": place,
                "scheme": fund,
                "amount": 100 + number,
                "recipient": f"{place}-{number}",
                "completed_on": date(2024, 2, 1),
            }
            for place, fund, count in (
                (A, "低保", 6),
                (B, "低保", 8),
                (C, "低保", 3),
                (D, "低保", 9),
                (A, "临时", 2),
            )
            for number in range(count)
        ],
    )
    warehouse.insert(
        "fund_publication",
        [
            {
                "id": "f1",
                "region_code": B,
                "fund": "低保",
                "amount": 500,
                "recipients": 8,
                "published_on": new,
            },
            {
                "id": "f2",
                "region_code": D,
                "fund": "低保",
                "amount": 936,
                "recipients": 9,
                "published_on": new,
            },
        ],
    )
    warehouse.insert(
        "village_project",
        [
            {
                "id": "G1",
                "region_code": A,
                "title": "修路",
                "contractor_code": "91000000MA00000000",
                "occurred_on": date(2023, 5, 1),
                "estimate": 10000,
            },
            {
                "id": "G2",
                "region_code": A,
                "title": "旧渠",
                "occurred_on": date(2015, 5, 1),
                "completed_on": date(2016, 1, 1),
            },
            {"id": "G3", "region_code": A, "title": "老桥", "occurred_on": date(2015, 5, 1)},
        ],
    )
    warehouse.build()
    return warehouse.settings


def test_items_of_a_village_begin_with_what_is_longest_due(built: Settings) -> None:
    rows = disclosure.items(scope(PROVINCE), B, settings=built)
    assert list(rows.columns) == [
        "code",
        "name",
        "category",
        "interval_days",
        "published_on",
        "due_on",
        "state",
        "days_late",
    ]
    assert rows[["code", "state"]].to_numpy().tolist() == [
        ["I3", "missing"],
        ["I1", "late"],
        ["I2", "public"],
    ]
    # Since the first month anything is told of B; since 30 days after 20 January.
    assert rows["due_on"].dt.date.tolist() == [date(2024, 1, 1), date(2024, 2, 19), date(2025, 4, 20)]
    assert rows["days_late"].tolist()[:2] == [120, 71]
    assert rows["days_late"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize(
    "who",
    [
        scope(NEXT),
        scope(A),
        scope(PROVINCE, industries=("edu",)),
        scope(PROVINCE, units=("u1",)),
        scope(PROVINCE, role="auditor"),
        scope(PROVINCE, role="admin"),
        nobody(),
    ],
)
def test_nothing_is_told_outside_the_scope(built: Settings, who: Scope) -> None:
    assert disclosure.items(who, B, settings=built).empty
    assert disclosure.coverage(who, TOWN, settings=built).empty
    assert disclosure.late(who, TOWN, settings=built).total == 0
    assert disclosure.funds(who, TOWN, "village", settings=built).empty


def by_part(rows: pd.DataFrame) -> dict[str, tuple[int, ...]]:
    return {
        str(code): tuple(int(count) for count in counts)
        for code, *counts in rows.groupby("region_code")[list(disclosure.COUNTS)].sum().itertuples()
    }


def test_coverage_by_the_parts_of_a_region(built: Settings) -> None:
    leader = scope(PROVINCE)
    assert by_part(disclosure.coverage(leader, TOWN, settings=built)) == {
        A: (3, 3, 0, 0),
        B: (3, 1, 1, 1),
        C: (3, 0, 0, 3),
    }
    assert by_part(disclosure.coverage(leader, COUNTY, settings=built)) == {
        TOWN: (9, 4, 1, 4),
        NEXT: (3, 0, 1, 2),
    }
    assert by_part(disclosure.coverage(leader, settings=built)) == {CITY: (12, 4, 2, 6)}
    assert by_part(disclosure.coverage(scope(B), settings=built)) == {B: (3, 1, 1, 1)}
    assert by_part(disclosure.coverage(scope(B, NEXT), settings=built)) == {
        B: (3, 1, 1, 1),
        NEXT: (3, 0, 1, 2),
    }
    one = disclosure.coverage(leader, TOWN, settings=built).query("region_code == @A and code == 'I1'")
    assert one[["name", "item_name", "category"]].to_numpy().tolist() == [["地001001", "收支", "财务"]]


def test_what_is_late_in_pages(built: Settings) -> None:
    leader = scope(PROVINCE)
    found = disclosure.late(leader, rows=3, settings=built)
    assert found.total == 8
    assert found.frame["due_on"].is_monotonic_increasing
    pages = [disclosure.late(leader, rows=3, page=page, settings=built).frame for page in (1, 2, 3)]
    keys = pd.concat(pages)[["region_code", "code"]].to_numpy().tolist()
    assert len(keys) == len({tuple(key) for key in keys}) == 8
    beyond = disclosure.late(leader, rows=3, page=9, settings=built)
    assert (len(beyond.frame), beyond.total) == (0, 8)

    def keys_of(**asked: str) -> set[tuple[str, str]]:
        rows = disclosure.late(leader, settings=built, **asked).frame  # type: ignore[arg-type]
        return set(zip(rows["region_code"], rows["code"], strict=True))

    assert keys_of(state="late") == {(B, "I1"), (D, "I1")}
    assert keys_of(region=NEXT, state="missing") == {(D, "I2"), (D, "I3")}
    assert keys_of(category="村务") == {(C, "I2"), (D, "I2")}
    assert keys_of(item="I3") == {(B, "I3"), (C, "I3"), (D, "I3")}


def test_funds_by_level_and_year(built: Settings) -> None:
    rows = disclosure.funds(scope(PROVINCE), COUNTY, "town", 2024, settings=built)
    told = rows.set_index(["region_code", "fund"])
    assert told.loc[(TOWN, "低保"), ["recipient_count", "payment_count"]].tolist() == [17, 17]
    assert told.loc[(TOWN, "低保"), "published_sum"] == 500
    assert disclosure.funds(scope(PROVINCE), None, "town", 2023, settings=built).empty
    assert disclosure.funds(scope(A), None, "town", settings=built).empty


def test_an_extract_hides_few_persons_and_what_would_tell_of_them(built: Settings) -> None:
    with extract(scope(PROVINCE), settings=built) as found:
        funds = found.funds.set_index(["code", "fund"])
        places = found.places
        projects = found.projects(A, A)
    shown = set(funds.index[funds["is_shown"]])
    # C has three persons. B has eight, but town less A and B would tell of C; A is the least beside it.
    assert shown == {(code, "低保") for code in (PROVINCE, CITY, COUNTY, TOWN, B, NEXT, D)}
    assert funds.loc[(C, "低保"), ["paid_sum", "payment_count", "published_sum"]].isna().all()
    assert funds.loc[(B, "低保"), "paid_sum"] == sum(100 + number for number in range(8))
    assert PERSONS_MIN == 5
    assert places.set_index("code").loc[TOWN, ["village_count", "public_count"]].tolist() == [3, 4]
    # No id, no contractor; what is over for years is left out.
    assert list(projects.columns) == [
        "region_code",
        "title",
        "day",
        "stage",
        "estimate",
        "contract_amount",
        "paid_amount",
        "progress",
    ]
    assert projects["title"].tolist() == ["修路", "老桥"]


def test_an_extract_ends_at_its_scope(built: Settings) -> None:
    with extract(scope(NEXT), settings=built) as found:
        assert found.places["code"].tolist() == [NEXT, D]
        assert set(found.funds["code"]) == {NEXT, D}
        assert found.states("", "~")["region_code"].unique().tolist() == [D]
        assert found.projects("", "~").empty
    with extract(scope(PROVINCE, role="admin"), settings=built) as found:
        assert found.funds.empty
