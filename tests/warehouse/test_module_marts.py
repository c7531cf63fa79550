"""Records of the modules: what is late over the festivals, what is flagged, and that ratings count the same."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tests.warehouse.modules import CASES, MODULES, fill, village
from tests.warehouse.store import Warehouse, snapshot_rows, warehouse

__all__ = ["warehouse"]

# Days of 2024 and 2025 as the State Council announced them: Spring Festival off from 28 January to 4 February,
# worked for on 26 January and 8 February; National Day off from 1 to 8 October, worked for on 28 September and
# 11 October. Seven working days later is the last day in time.
DAYS: tuple[tuple[date | None, date | None, bool | None], ...] = (
    (date(2025, 1, 24), date(2025, 2, 10), False),
    (date(2025, 1, 24), date(2025, 2, 11), True),
    # In the middle of the festival: 5, 6, 7, 8, 10, 11, 12 February.
    (date(2025, 1, 30), date(2025, 2, 12), False),
    (date(2025, 1, 30), date(2025, 2, 13), True),
    (date(2025, 9, 26), date(2025, 10, 13), False),
    (date(2025, 9, 26), date(2025, 10, 14), True),
    (date(2025, 10, 3), date(2025, 10, 16), False),
    (date(2025, 10, 3), date(2025, 10, 17), True),
    # A Sunday that is worked for National Day, and the same Sunday as the day of the record.
    (date(2025, 9, 18), date(2025, 9, 28), False),
    (date(2025, 9, 17), date(2025, 9, 28), True),
    (date(2025, 9, 28), date(2025, 10, 14), False),
    # An ordinary week; reported before it happened; and what nobody can know.
    (date(2025, 6, 9), date(2025, 6, 18), False),
    (date(2025, 6, 9), date(2025, 6, 19), True),
    (date(2025, 6, 9), date(2025, 6, 1), False),
    (None, date(2025, 6, 19), None),
    (date(2025, 6, 9), None, None),
    (None, None, None),
)
AS_OF = datetime(2025, 11, 20, 12)
VILLAGE = "110101001001"


def placed(warehouse: Warehouse) -> Warehouse:
    codes = ("110000000000", "110100000000", "110101000000", "110101001000", VILLAGE)
    warehouse.insert("region", [{"code": code, "name": code, "population": 1000} for code in codes])
    warehouse.insert("complaint", [{"id": "c", "region_code": VILLAGE, "received_at": AS_OF}])
    return warehouse


def test_late_entry_counts_working_days_over_the_festivals(warehouse: Warehouse) -> None:
    placed(warehouse)
    for name in MODULES:
        warehouse.insert(
            name,
            [
                {"id": f"{at:02}", "region_code": VILLAGE, "occurred_on": occurred, "reported_on": reported}
                for at, (occurred, reported, _) in enumerate(DAYS)
            ],
        )
    path = warehouse.build()
    expected = [is_late for _, _, is_late in DAYS]
    for name in MODULES:
        found = snapshot_rows(path, f"select is_late_entry from {name} order by id")
        assert [row[0] for row in found] == expected, name
    late, dated = sum(one is True for one in expected), sum(one is not None for one in expected)
    for row in snapshot_rows(
        path, "select late_count, dated_count, item_count, record_count from module_figure"
    ):
        # The day of a record is that of its report where it does not say.
        assert row == (late, dated, len(DAYS) - 1, len(DAYS))
    # The rating counts the same records late.
    [(rated,)] = snapshot_rows(
        path, f"select cast(sum(entry_late_count) as integer) from rating_month where code = '{VILLAGE}'"
    )
    assert rated == late * len(MODULES)


def test_the_limit_and_the_threshold_are_settings(warehouse: Warehouse) -> None:
    placed(warehouse)
    project = {"region_code": VILLAGE, "occurred_on": date(2025, 6, 9), "reported_on": date(2025, 6, 12)}
    warehouse.insert(
        "village_project", [{"id": "p", "estimate": 1000, "award_method": "直接发包", **project}]
    )
    sql = "select is_late_entry, is_untendered from village_project"
    assert snapshot_rows(warehouse.build(), sql) == [(False, False)]
    warehouse.settings = warehouse.settings.model_copy(
        update={"entry_limit_days": 2, "tender_threshold_yuan": 1000.0}
    )
    assert snapshot_rows(warehouse.build(), sql) == [(True, True)]


def flags(
    warehouse: Warehouse, table: str, columns: str, rows: list[dict[str, Any]]
) -> list[tuple[Any, ...]]:
    placed(warehouse)
    warehouse.insert(
        table, [{"id": f"{at:02}", "region_code": VILLAGE, **row} for at, row in enumerate(rows)]
    )
    return snapshot_rows(warehouse.build(), f"select {columns} from {table} order by id")


def test_projects(warehouse: Warehouse) -> None:
    names = "is_open, is_current, is_over, is_untendered, is_near_threshold, is_changed, is_single_bid"
    in_time, before = {"occurred_on": date(2025, 6, 9)}, {"occurred_on": date(2024, 6, 9)}
    done = {"completed_on": date(2025, 7, 1)}
    large = {"estimate": 4_000_000}
    found = flags(
        warehouse,
        "village_project",
        names,
        [
            in_time | done,
            before,
            before | done,
            # More was paid than agreed; more was agreed than planned; neither is known.
            in_time | {"contract_amount": 10, "paid_amount": 11, "changes": 0},
            in_time | {"contract_amount": 10, "estimate": 9, "changes": 1},
            in_time | {"contract_amount": 10, "estimate": 10, "paid_amount": 10},
            in_time | large | {"award_method": "公开招标"},
            in_time | large | {"award_method": "邀请招标", "bidder_count": 1},
            # Not awarded yet; awarded, and not said how.
            in_time | large,
            in_time | large | {"contract_amount": 5},
            in_time | {"estimate": 3_999_999, "award_method": "直接发包", "bidder_count": 2},
            in_time | {"estimate": 3_600_000},
            in_time | {"estimate": 3_599_999},
        ],
    )
    no = False
    assert found == [
        (no, True, no, no, no, no, no),
        (True, True, no, no, no, no, no),
        (no, no, no, no, no, no, no),
        (True, True, True, no, no, no, no),
        (True, True, True, no, no, True, no),
        (True, True, no, no, no, no, no),
        (True, True, no, no, no, no, no),
        (True, True, no, True, no, no, True),
        (True, True, no, no, no, no, no),
        (True, True, no, True, no, no, no),
        (True, True, no, no, True, no, no),
        (True, True, no, no, True, no, no),
        (True, True, no, no, no, no, no),
    ]


def test_assets(warehouse: Warehouse) -> None:
    found = flags(
        warehouse,
        "asset",
        "is_running, is_due_soon, is_idle, arrears",
        [
            {"title": "a", "lease_to": date(2025, 11, 20), "rent_due": 10, "rent_paid": 10},
            {"title": "b", "lease_to": date(2025, 11, 19), "rent_due": 10, "rent_paid": 4},
            {"title": "c", "lease_to": date(2026, 2, 18), "rent_due": 10, "rent_paid": 14},
            {"title": "d", "lease_to": date(2026, 2, 19), "rent_due": 10},
            # Let on, to an end or without one; a lease that nothing is known of.
            {"title": "e", "lease_to": date(2025, 11, 19)},
            {"title": "e", "lease_from": date(2025, 11, 20), "lease_to": date(2030, 1, 1)},
            {"title": "f", "lease_to": date(2025, 12, 19)},
            {"title": "f", "lease_from": date(2025, 12, 20)},
            {"title": "g"},
            # Without a name each stands for itself.
            {"lease_to": date(2025, 11, 1)},
            {"lease_to": date(2030, 11, 1)},
        ],
    )
    assert found == [
        (True, True, False, 0),
        (False, False, True, 6),
        (True, True, False, 0),
        (True, False, False, 0),
        (False, False, False, 0),
        (True, False, False, 0),
        (True, False, False, 0),
        (True, False, False, 0),
        (False, False, False, 0),
        (False, False, True, 0),
        (True, False, False, 0),
    ]


def test_overlaps_are_those_of_one_village_in_the_period(warehouse: Warehouse) -> None:
    other = "110101001002"
    warehouse.insert("region", [{"code": other, "name": other}])
    on = {"occurred_on": date(2025, 6, 9)}
    found = flags(
        warehouse,
        "relief",
        "id, is_overlap",
        [
            on | {"recipient": "r1", "scheme": "低保"},
            on | {"recipient": "r1", "scheme": "残疾"},
            {"occurred_on": date(2024, 11, 20), "recipient": "r1", "scheme": "临时"},
            on | {"recipient": "r2", "scheme": "低保"},
            {"occurred_on": date(2024, 11, 20), "recipient": "r2", "scheme": "临时"},
            on | {"recipient": "r3", "scheme": "低保"},
            on | {"recipient": "r3", "scheme": "残疾", "region_code": other},
            # Nobody knows whether these are one.
            on | {"scheme": "低保"},
            on | {"scheme": "残疾"},
        ],
    )
    assert [name for name, is_overlap in found if is_overlap] == ["00", "01"]


def test_person_days_are_counted_once(warehouse: Warehouse) -> None:
    placed(warehouse)
    on = {"region_code": VILLAGE, "day": date(2025, 6, 9)}
    warehouse.insert(
        "labour",
        [
            # Two jobs of one day; another day; another person, a cadre; persons not named.
            on | {"id": "a", "person": "p", "pay": 50},
            on | {"id": "b", "person": "p", "pay": 70},
            on | {"id": "c", "person": "p", "day": date(2025, 6, 10), "amount": 30},
            on | {"id": "d", "person": "q", "pay": 100, "is_cadre": True},
            on | {"id": "e", "pay": 10},
            on | {"id": "f", "pay": 10},
            on | {"id": "g", "person": "p", "day": date(2024, 6, 10), "pay": 1000},
        ],
    )
    [found] = snapshot_rows(
        warehouse.build(),
        "select person_day_count, pay_sum, pay_per_day, cadre_day_count, cadre_share, person_count, item_rate"
        " from module_figure where module = 'labour'",
    )
    assert found == pytest.approx((5, 270, 54, 1, 0.2, 2, 6))


def test_what_is_counted_of_other_modules_is_unknown_not_none(warehouse: Warehouse) -> None:
    fill(warehouse)
    path = warehouse.build()
    assert snapshot_rows(
        path, "select count(*), count(distinct region_code), count(distinct module) from module_figure"
    ) == [((len(CASES) + 5) * 6, len(CASES) + 5, 6)]
    [seal] = snapshot_rows(
        path,
        "select over_count, arrears_count, person_day_count, unapproved_count, unapproved_share, item_rate"
        f" from module_figure where region_code = '{village(24)}' and module = 'seal'",
    )
    assert seal == (None, None, None, 0, None, None)
    # Each record is counted in one village and module.
    for name in MODULES:
        [(records, counted)] = snapshot_rows(
            path,
            f"select (select count(*) from {name}),"
            f" (select sum(record_count) from module_figure where module = '{name}')",
        )
        assert records == counted
