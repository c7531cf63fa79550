"""Whatever the facts, the parts of a roll-up add up to them."""

import tempfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit import region_code
from tests.warehouse.store import Warehouse, make_settings, snapshot_rows

CODES = [
    "110000000000",
    "110100000000",
    "110101000000",
    "110101001000",
    "110101001001",
    "110101001002",
    "110101002000",
    "110101002001",
    "110102000000",
    "110200000000",
    # A town without a county, a village without a town, a village straight below its city.
    "110200003000",
    "110200003001",
    "110102000001",
    "110200000001",
]
TIMES = st.datetimes(datetime(2023, 1, 1), datetime(2024, 12, 31)).map(
    lambda time: time.replace(microsecond=0)
)
COMPLAINT = st.fixed_dictionaries(
    {
        "region_code": st.sampled_from(CODES),
        "industry_code": st.sampled_from([None, "i", "j"]),
        "unit_id": st.sampled_from([None, "u", "v"]),
        "received_at": TIMES,
        "due_at": st.none() | TIMES,
        "closed_at": st.none() | TIMES,
        "satisfaction": st.none() | st.integers(1, 5),
    }
)


def ancestors(code: str) -> set[str]:
    return {code, *region_code.ancestors(code)}


@settings(max_examples=8)
@given(complaints=st.lists(COMPLAINT, min_size=1, max_size=60))
def test_roll_ups_add_up_to_the_facts(complaints: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Warehouse(make_settings(Path(folder)))
        warehouse.insert("region", [{"code": code, "name": code} for code in CODES])
        warehouse.insert("industry", [{"code": code, "name": code} for code in "ij"])
        warehouse.insert("unit", [{"id": code, "name": code} for code in "uv"])
        warehouse.insert("complaint", [{"id": str(n), **row} for n, row in enumerate(complaints)])
        path = warehouse.build()
        [(as_of,)] = snapshot_rows(path, "select as_of from build")
        assert [row[:3] for row in snapshot_rows(path, "select code, level, parent from region")] == [
            (code, region_code.level(code), max(ancestors(code) - {code}, default=None, key=CODES.index))
            for code in sorted(CODES)
        ]
        expected: Counter[tuple[object, ...]] = Counter()
        for row in complaints:
            due = row["due_at"] or row["received_at"] + timedelta(days=60)
            closed = row["closed_at"]
            overdue = closed is None and due < as_of
            values = {
                "complaint_count": 1,
                "closed_count": closed is not None,
                "due_count": closed is not None or overdue,
                "on_time_count": closed is not None and closed <= due,
                "overdue_count": overdue,
                "rated_count": row["satisfaction"] is not None,
                "satisfied_count": row["satisfaction"] in (4, 5),
            }
            for code in ancestors(str(row["region_code"])):
                for unit in ("*", row["unit_id"] or ""):
                    for name, value in values.items():
                        expected[
                            code, str(row["received_at"])[:7], row["industry_code"] or "", unit, name
                        ] += int(value)
        found = Counter(
            {
                tuple(key): value
                for *key, value in snapshot_rows(
                    path,
                    """
                    unpivot (select * exclude (level, parent, handling_days_sum, repeat_count) replace
                        (strftime(month, '%Y-%m') as month) from complaint_month)
                    on complaint_count, closed_count, due_count, on_time_count, overdue_count, rated_count,
                        satisfied_count
                    """,
                )
            }
        )
        assert +found == +expected
        assert all(
            level == region_code.level(code)
            for code, level in snapshot_rows(path, "select distinct region_code, level from complaint_month")
        )
