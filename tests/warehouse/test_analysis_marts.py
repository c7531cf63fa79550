"""What the build prepares for the analysis: stays and repeats by hand, and every roll-up adding up to the facts."""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warehouse.store import Warehouse, make_settings, snapshot_rows
from tests.warehouse.test_identity import CODES, COMPLAINT

PROVINCE, COUNTY, VILLAGE = "110000000000", "110101000000", "110101001001"
DAY_0 = datetime(2024, 3, 1)
COARSE = ("province", "city", "county")


def day(number: float) -> datetime:
    return DAY_0 + timedelta(days=number)


def events(complaint: str, *steps: tuple[str, float]) -> list[dict[str, Any]]:
    return [{"complaint_id": complaint, "stage": stage, "at": day(number)} for stage, number in steps]


def make(warehouse: Warehouse, complaints: list[dict[str, Any]], steps: list[dict[str, Any]]) -> Path:
    warehouse.insert("region", [{"code": code, "name": code} for code in CODES])
    warehouse.insert("industry", [{"code": code, "name": code} for code in "ij"])
    warehouse.insert("unit", [{"id": code, "name": code} for code in "uv"])
    warehouse.insert("complaint", complaints)
    warehouse.insert("complaint_event", steps)
    return warehouse.build()


def test_stays_by_hand(tmp_path: Path) -> None:
    shared = {"region_code": VILLAGE, "received_at": DAY_0, "industry_code": "i"}
    path = make(
        Warehouse(make_settings(tmp_path / "home")),
        [
            {**shared, "id": "done", "closed_at": day(9)},
            {**shared, "id": "returned", "closed_at": day(12)},
            {**shared, "id": "open"},
            {**shared, "id": "answered"},
            {**shared, "id": "early", "closed_at": day(1)},
            {**shared, "id": "last", "received_at": day(40)},
        ],
        [
            # Reviewed until the closing; the answer waits until it is rated.
            *events("done", ("accepted", 0), ("referred", 2), ("reviewed", 5), ("replied", 9), ("rated", 20)),
            # Handled twice; nobody rates, so the answer waits for nobody.
            *events("returned", ("accepted", 0), ("handling", 1), ("reviewed", 3), ("handling", 4.5)),
            *events("returned", ("replied", 12)),
            # Two at one time: the later stage follows the earlier.
            *events("open", ("referred", 3), ("accepted", 3)),
            *events("answered", ("accepted", 0), ("replied", 4)),
            # An entry after the closing begins no stay of its own.
            *events("early", ("accepted", 0), ("handling", 6)),
        ],
    )
    rows = snapshot_rows(
        path,
        'select complaint_id, stage, stay_days, is_left from complaint_event order by complaint_id, "at", stay_days',
    )
    assert rows == [
        ("answered", "accepted", 4, True),
        ("answered", "replied", None, None),
        ("done", "accepted", 2, True),
        ("done", "referred", 3, True),
        ("done", "reviewed", 4, True),
        ("done", "replied", 11, True),
        ("done", "rated", None, None),
        ("early", "accepted", 6, True),
        ("early", "handling", None, None),
        ("open", "accepted", 0, True),
        # Until the latest time in the facts, day 40.
        ("open", "referred", 37, False),
        ("returned", "accepted", 1, True),
        ("returned", "handling", 2, True),
        ("returned", "reviewed", 1.5, True),
        ("returned", "handling", 7.5, True),
        ("returned", "replied", None, None),
    ]
    whole = snapshot_rows(
        path,
        """select days, is_over, complaint_count from complaint_duration_month
        where span = 'whole' and level = 'county' order by days, is_over""",
    )
    assert whole == [(0, False, 1), (1, True, 1), (9, True, 1), (12, True, 1), (40, False, 2)]


def test_returns_by_hand(tmp_path: Path) -> None:
    """Of three closed ones the first comes back after 10 days; the second of another topic, the third too long ago."""
    shared = {"region_code": VILLAGE, "industry_code": "i", "category": "甲", "unit_id": "u"}
    path = make(
        Warehouse(make_settings(tmp_path / "home")),
        [
            {**shared, "id": "1", "received_at": day(0), "closed_at": day(5)},
            {**shared, "id": "2", "received_at": day(15)},
            {**shared, "id": "3", "received_at": day(0), "closed_at": day(6), "category": "乙"},
            {**shared, "id": "4", "received_at": day(300), "unit_id": "v"},
        ],
        [],
    )
    rows = snapshot_rows(
        path,
        """select days, is_over, complaint_count from complaint_duration_month
        where span = 'return' and level = 'province' order by days""",
    )
    assert rows == [(10, True, 1), (180, False, 1)]
    months = snapshot_rows(
        path,
        """select strftime(month, '%Y-%m'), unit_id, complaint_count, repeat_count from complaint_month
        where level = 'city' and unit_id <> 'v' order by all""",
    )
    assert months == [
        ("2024-03", "*", 3, 1),
        ("2024-03", "u", 3, 1),
        ("2024-12", "*", 1, 0),
    ]
    cells = snapshot_rows(
        path,
        """select topic.category, strftime(month, '%m'), sum(complaint_count), sum(repeat_count), count(distinct cell)
        from complaint_topic asof inner join topic on cell >= topic.first_cell group by all order by all""",
    )
    assert cells == [("乙", "03", 1, 0, 1), ("甲", "03", 2, 1, 1), ("甲", "12", 1, 0, 1)]


@settings(max_examples=6, deadline=None)
@given(
    complaints=st.lists(COMPLAINT, min_size=1, max_size=40),
    steps=st.lists(
        st.tuples(
            st.integers(0, 39), st.sampled_from(["accepted", "referred", "replied"]), st.integers(0, 900)
        ),
        unique=True,
        max_size=60,
    ),
)
def test_each_roll_up_adds_up_to_the_facts(
    complaints: list[dict[str, Any]], steps: list[tuple[int, str, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = make(
            Warehouse(make_settings(Path(folder))),
            [{"id": str(number), **row} for number, row in enumerate(complaints)],
            [
                {
                    "complaint_id": str(which),
                    "stage": stage,
                    "at": datetime(2023, 1, 1) + timedelta(days=days),
                }
                for which, stage, days in steps
                if which < len(complaints)
            ],
        )
        inside = "level in ('province', 'city', 'county')"
        regions = [code for (code,) in snapshot_rows(path, f"select code from region where {inside}")]
        for code in regions:
            low = code.rstrip("0")
            low += "0" * (-len(low) % 2)
            below = f"starts_with(region_code, '{low}')"
            own = f"region_code = '{code}'"

            def same(rolled: str, facts: str) -> None:
                assert snapshot_rows(path, rolled) == snapshot_rows(path, facts)

            same(
                f"select day, industry_code, sum(complaint_count) from complaint_day where {own} group by all order by all",
                "select cast(received_at as date), coalesce(industry_code, ''), count(*)"
                f" from complaint where {below} group by all order by all",
            )
            same(
                "select month, sum(complaint_count), sum(complaint_count) filter (where is_over)"
                f" from complaint_duration_month where span = 'whole' and {own} group by all order by all",
                "select received_month, count(*), nullif(count(closed_at), 0)"
                f" from complaint where {below} group by all order by all",
            )
            same(
                "select unit_id, industry_code, days, is_closed, sum(complaint_count)"
                f" from complaint_duration_unit where {below} group by all order by all",
                "select coalesce(unit_id, ''), coalesce(industry_code, ''), cast(floor(coalesce(handling_days,"
                " date_diff('second', received_at, as_of) / 86400)) as integer), is_closed, count(*)"
                f" from complaint cross join build where {below} group by all order by all",
            )
            same(
                "select span, days, is_over, sum(complaint_count) from complaint_duration_month"
                f" where span not in ('whole', 'return') and {own} group by all order by all",
                "select stage, cast(floor(stay_days) as integer), is_left, count(*) from complaint_event"
                f" where stay_days is not null and {below} group by all order by all",
            )
            same(
                "select month, sum(complaint_count) from complaint_duration_month"
                f" where span = 'return' and {own} group by all order by all",
                f"select received_month, count(*) from complaint where is_closed and {below} group by all order by all",
            )
            same(
                f"select month, sum(repeat_count) from complaint_month where unit_id = '*' and {own}"
                " group by all having sum(repeat_count) > 0 order by all",
                f"select received_month, count(*) from complaint_repeat where {below} group by all order by all",
            )
            same(
                f"select month, sum(complaint_count), sum(repeat_count) from complaint_topic where {below}"
                " group by all order by all",
                f"select month, sum(complaint_count), sum(repeat_count) from complaint_month where unit_id = '*' and {own}"
                " group by all order by all",
            )
