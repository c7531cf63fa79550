"""Which villages are silent, which have no data at all: worked out by hand."""

from datetime import date, datetime, timedelta

import pytest

from cockpit import queries
from cockpit.scope import ALL, Scope
from tests.warehouse.store import Warehouse, snapshot_rows

AS_OF = datetime(2024, 6, 30, 12)
ADMIN = Scope("a", "admin")
MODULES = ("village_project", "asset", "labour", "procurement", "relief", "seal")


def village(number: int) -> str:
    return f"9901010010{number:02}"


@pytest.fixture
def filled(warehouse: Warehouse) -> Warehouse:
    regions = [
        {"code": "990000000000", "name": "省"},
        {"code": "990100000000", "name": "市"},
        {"code": "990101000000", "name": "县"},
        {"code": "990101001000", "name": "镇"},
        *({"code": village(number), "name": f"村{number}"} for number in range(1, 14)),
        {"code": village(20), "name": "旧村", "valid_to": date(2020, 1, 1)},
    ]
    warehouse.insert("region", regions)
    complaint = {"received_at": AS_OF, "region_code": "990101001000"}
    old = AS_OF - timedelta(days=90)
    warehouse.insert(
        "complaint",
        [
            # At the town: of no village. It sets the day of the whole.
            {"id": "town", **complaint},
            {"id": "edge", **complaint, "region_code": village(7), "received_at": old},
            {"id": "inside", **complaint, "region_code": village(8), "received_at": old + timedelta(days=1)},
            {"id": "gone", **complaint, "region_code": village(20)},
        ],
    )
    for number, module in enumerate(MODULES, 1):
        warehouse.insert(
            module, [{"id": "m", "region_code": village(number), "occurred_on": date(2024, 6, number)}]
        )
    warehouse.insert(
        "asset",
        [
            # Reported counts before occurred; a day that is yet to come says nothing; nor does none.
            {"id": "r", "region_code": village(9), "occurred_on": date(2020, 1, 1), "reported_on": date(2024, 6, 1)},
            {"id": "f", "region_code": village(10), "occurred_on": date(2999, 1, 1)},
            {"id": "n", "region_code": village(11)},
        ],
    )  # fmt: skip
    warehouse.insert("labour", [{"id": "d", "region_code": village(12), "day": date(2024, 5, 5)}])
    return warehouse


def test_the_mart(filled: Warehouse) -> None:
    june = [(village(number), 1, date(2024, 6, number)) for number in range(1, 7)]
    assert snapshot_rows(filled.build(), "from village_activity") == [
        *june,
        (village(7), 1, date(2024, 4, 1)),
        (village(8), 1, date(2024, 4, 2)),
        (village(9), 1, date(2024, 6, 1)),
        (village(10), 1, None),
        (village(11), 1, None),
        (village(12), 1, date(2024, 5, 5)),
        (village(13), 0, None),
    ]


def test_silence_and_no_data(filled: Warehouse) -> None:
    filled.build()
    rows = queries.village_activity(ADMIN, 90, settings=filled.settings)
    states = dict(zip(rows["region_code"], rows["state"], strict=True))
    assert states == dict.fromkeys(map(village, range(1, 13)), "active") | {
        village(7): "silent",
        village(10): "silent",
        village(11): "silent",
        village(13): "no_data",
    }
    assert rows.iloc[0][["county_name", "town_name", "name"]].tolist() == ["县", "镇", "村1"]
    wider = queries.village_activity(ADMIN, 91, settings=filled.settings)
    assert (wider["state"] == "silent").sum() == 2
    leader = Scope("l", "leader", ("990000000000",), (ALL,), (ALL,))
    assert len(queries.village_activity(leader, 90, settings=filled.settings)) == len(rows)
    town = Scope("r", "room", ("990101002000",), (ALL,), (ALL,))
    assert queries.village_activity(town, 90, settings=filled.settings).empty
    # Who sees one unit alone is not told what others recorded.
    of_unit = Scope("t", "team", ("990000000000",), (ALL,), ("u1",))
    assert queries.village_activity(of_unit, 90, settings=filled.settings).empty
