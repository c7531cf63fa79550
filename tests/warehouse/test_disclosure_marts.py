"""States of public disclosure and yearly sums of funds, counted by hand."""

from datetime import date, datetime

from tests.warehouse.store import Warehouse, snapshot_rows

TOWN, A, B, OLD = "990101001000", "990101001001", "990101001002", "990101001003"
ABOVE = ("990000000000", "990100000000", "990101000000")
# An alert of this moment makes it the time the data reach to.
AS_OF = datetime(2024, 4, 30, 9)


def places(warehouse: Warehouse) -> None:
    rows = [{"code": code, "name": code} for code in (*ABOVE, TOWN, A, B)]
    rows.append({"code": OLD, "name": OLD, "valid_to": date(2024, 1, 1)})
    warehouse.insert("region", rows)
    warehouse.insert(
        "alert", [{"id": "a", "region_code": TOWN, "raised_at": AS_OF, "model": "m", "level": "red"}]
    )


def listed(warehouse: Warehouse) -> None:
    warehouse.insert(
        "disclosure_item",
        [
            {"code": "I30", "name": "收支", "category": "财务", "interval_days": 30},
            {"code": "I365", "name": "分工", "interval_days": None},
        ],
    )


def test_an_item_is_public_until_its_interval_has_run_out(warehouse: Warehouse) -> None:
    places(warehouse)
    listed(warehouse)
    warehouse.insert(
        "disclosure",
        [
            {"region_code": A, "item_code": "I30", "published_on": date(2024, 1, 5)},
            # Due again on the very day the data reach to: not late yet.
            {"region_code": A, "item_code": "I30", "published_on": date(2024, 3, 31)},
            {"region_code": A, "item_code": "I365", "published_on": date(2023, 5, 1)},
            {"region_code": B, "item_code": "I30", "published_on": date(2024, 3, 30)},
            {"region_code": OLD, "item_code": "I30", "published_on": date(2024, 4, 1)},
        ],
    )
    warehouse.insert("relief", [{"id": "r", "region_code": B, "occurred_on": date(2023, 9, 17)}])
    path = warehouse.build()
    assert snapshot_rows(path, "from disclosure_state") == [
        (A, "I30", date(2024, 3, 31), date(2024, 4, 30), "public"),
        (A, "I365", date(2023, 5, 1), date(2024, 4, 30), "public"),
        (B, "I30", date(2024, 3, 30), date(2024, 4, 29), "late"),
        # Never made public: due since the first month the village tells of anything.
        (B, "I365", None, date(2023, 9, 1), "missing"),
    ]
    assert snapshot_rows(path, "from disclosure_item") == [
        ("I30", "收支", "财务", 30),
        ("I365", "分工", "", 365),
    ]
    counts = snapshot_rows(
        path,
        "select region_code, item_code, village_count, public_count, late_count, missing_count"
        " from disclosure_count where level in ('town', 'province')",
    )
    assert counts == [
        (code, item, 2, 1, late, 1 - late)
        for code in (ABOVE[0], TOWN)
        for item, late in (("I30", 1), ("I365", 0))
    ]


def test_where_nothing_was_ever_told_nothing_is_missing(warehouse: Warehouse) -> None:
    places(warehouse)
    listed(warehouse)
    path = warehouse.build()
    assert snapshot_rows(path, "from disclosure_state") == []
    assert snapshot_rows(path, "from disclosure_count") == []


def test_a_village_that_tells_of_nothing_is_due_since_the_first_month_of_any(warehouse: Warehouse) -> None:
    places(warehouse)
    listed(warehouse)
    warehouse.insert(
        "disclosure", [{"region_code": A, "item_code": "I30", "published_on": date(2024, 2, 20)}]
    )
    rows = snapshot_rows(warehouse.build(), "select region_code, due_on, state from disclosure_state")
    assert rows == [
        (A, date(2024, 3, 21), "late"),
        (A, date(2024, 2, 1), "missing"),
        (B, date(2024, 2, 1), "missing"),
        (B, date(2024, 2, 1), "missing"),
    ]


def test_funds_of_a_year_paid_and_published(warehouse: Warehouse) -> None:
    places(warehouse)

    def paid(number: int, region: str, amount: float, who: str | None, **more: object) -> dict[str, object]:
        return {"id": f"r{number}", "region_code": region, "amount": amount, "recipient": who} | more

    warehouse.insert(
        "relief",
        [
            paid(1, A, 100, "p", scheme="低保", completed_on=date(2024, 1, 5), occurred_on=date(2023, 12, 9)),
            paid(2, A, 50, "p", scheme=" 低保 ", completed_on=date(2024, 2, 5)),
            paid(3, B, 30, "q", scheme="低保", occurred_on=date(2024, 3, 1), stage="已发放"),
            # The same person in another village is one person of the town.
            paid(4, B, 20, "p", scheme="低保", reported_on=date(2024, 3, 1)),
            # Not paid yet.
            paid(5, B, 999, "s", scheme="低保", occurred_on=date(2024, 3, 1), stage="审核中"),
            paid(6, TOWN, 7, None, occurred_on=date(2023, 3, 1)),
        ],
    )

    def told(number: int, region: str, amount: float, people: int | None, on: date, **more: object):
        return {
            "id": f"f{number}",
            "region_code": region,
            "fund": "低保",
            "amount": amount,
            "recipients": people,
            "published_on": on,
        } | more

    warehouse.insert(
        "fund_publication",
        [
            told(1, A, 90, 1, date(2024, 3, 1)),
            told(2, A, 60, 2, date(2024, 4, 1)),
            told(3, B, 30, None, date(2024, 4, 2)),
            told(4, B, 11, 5, date(2024, 4, 3), for_year=2023),
        ],
    )
    path = warehouse.build()
    rows = snapshot_rows(
        path,
        "select region_code, fund, year, paid_sum, payment_count, recipient_count, published_sum,"
        " publication_count, published_recipient_count, latest_on from fund_year"
        " where level in ('village', 'town')",
    )
    # In a year the same persons may be published again: at least as many as in the largest publication of a place.
    assert rows == [
        (TOWN, "", 2023, 7, 1, 0, 0, 0, 0, None),
        (TOWN, "低保", 2023, 0, 0, 0, 11, 1, 5, date(2024, 4, 3)),
        (TOWN, "低保", 2024, 200, 4, 2, 180, 3, 2, date(2024, 4, 2)),
        (A, "低保", 2024, 150, 2, 1, 150, 2, 2, date(2024, 4, 1)),
        (B, "低保", 2023, 0, 0, 0, 11, 1, 5, date(2024, 4, 3)),
        (B, "低保", 2024, 50, 2, 2, 30, 1, 0, date(2024, 4, 2)),
    ]
    province = snapshot_rows(
        path, "select * exclude (level, region_code, parent) from fund_year where level = 'province'"
    )
    assert province == snapshot_rows(
        path, "select * exclude (level, region_code, parent) from fund_year where level = 'town'"
    )
