"""Problem lists, campaigns, rules, documents and the months of villages, each worked by hand."""

from datetime import date, datetime
from typing import Any

from tests.warehouse.store import Warehouse, snapshot_rows, warehouse

__all__ = ["warehouse"]

COUNTY, TOWN, VILLAGE, GONE = "110101000000", "110101001000", "110101001001", "110101001002"
# The latest fact, and with it the data date.
ALERT = {"id": "a", "raised_at": datetime(2024, 3, 10, 9), "level": "red", "region_code": COUNTY}


def built(warehouse: Warehouse, sql: str, **rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    codes = ["110000000000", "110100000000", COUNTY, TOWN, VILLAGE]
    regions: list[dict[str, Any]] = [{"code": code, "name": code} for code in codes]
    regions.append({"code": GONE, "name": "旧村", "valid_to": date(2023, 1, 1)})
    for table, some in {"region": regions, "alert": [ALERT], **rows}.items():
        warehouse.insert(table, some)
    return snapshot_rows(warehouse.build(), sql)


def test_rectification(warehouse: Warehouse) -> None:
    base = {"kind": "rule", "region_code": COUNTY, "title": "制度"}
    found = built(
        warehouse,
        "select id, level, entered_on, is_completed, is_overdue from rectification order by id",
        rectification=[
            base | {"id": "a", "level": "province", "started_on": date(2024, 1, 2)},
            base | {"id": "b", "completed_on": date(2024, 2, 3), "due_on": date(2024, 1, 1)},
            base | {"id": "c", "started_on": date(2024, 1, 2), "due_on": date(2024, 3, 9)},
            base | {"id": "d", "started_on": date(2024, 1, 2), "due_on": date(2024, 3, 10)},
            base | {"id": "e", "updated_at": datetime(2024, 2, 4, 5)},
        ],
    )
    assert found == [
        ("a", "province", date(2024, 1, 2), False, False),
        ("b", "county", date(2024, 2, 3), True, False),
        ("c", "county", date(2024, 1, 2), False, True),
        ("d", "county", date(2024, 1, 2), False, False),
        ("e", "county", date(2024, 2, 4), False, False),
    ]


def test_supervision_document(warehouse: Warehouse) -> None:
    base = {"kind": "proposal", "region_code": COUNTY, "issued_on": date(2024, 1, 2)}
    found = built(
        warehouse,
        "select id, is_replied, is_overdue, is_late from supervision_document order by id",
        supervision_document=[
            base | {"id": "a"},
            base | {"id": "b", "due_on": date(2024, 3, 9)},
            base | {"id": "c", "due_on": date(2024, 3, 9), "replied_on": date(2024, 3, 10)},
            base | {"id": "d", "due_on": date(2024, 3, 9), "replied_on": date(2024, 3, 9)},
        ],
    )
    assert found == [
        ("a", False, False, False),
        ("b", False, True, False),
        ("c", True, False, True),
        ("d", True, False, False),
    ]


def test_village_month(warehouse: Warehouse) -> None:
    def one(name: str, village: str = VILLAGE, **dates: date) -> dict[str, Any]:
        return {"id": name, "region_code": village, **dates}

    found = built(
        warehouse,
        "from village_month",
        labour=[
            one("a", occurred_on=date(2024, 1, 31), reported_on=date(2024, 2, 9)),
            one("b", day=date(2024, 1, 5)),
            one("c", TOWN, occurred_on=date(2024, 1, 5)),
            one("d", GONE, occurred_on=date(2024, 1, 5)),
            one("e"),
        ],
        seal=[one("a", reported_on=date(2024, 2, 9))],
    )
    assert found == [
        (VILLAGE, date(2024, 1, 1), 0, 0, 2, 0, 0, 0),
        (VILLAGE, date(2024, 2, 1), 0, 0, 0, 0, 0, 1),
    ]
