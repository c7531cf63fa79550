"""Every value of a snapshot, worked out by hand over six complaints and four alerts."""

import re
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cockpit.contract import TABLES
from cockpit.settings import ROOT
from tests.warehouse.store import Warehouse, make_settings, snapshot_rows

PROVINCE, CITY, COUNTY, TOWN = "990000000000", "990100000000", "990101000000", "990101001000"
VILLAGE, OTHER_VILLAGE, OTHER_COUNTY = "990101001001", "990101001002", "990102000000"
# A city without counties: its town lies in it directly.
FLAT_CITY, FLAT_TOWN = "990200000000", "990200003000"
JAN, FEB, MAR = date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)
AS_OF = datetime(2024, 4, 1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


REGIONS = [
    {"code": PROVINCE, "name": "清源省", "level": "province"},
    {"code": CITY, "name": "甲市", "parent": PROVINCE, "population": 900},
    {"code": FLAT_CITY, "name": "丁市", "longitude": 110.5, "latitude": 28.25},
    {"code": COUNTY, "name": "乙县", "level": "county"},
    {"code": OTHER_COUNTY, "name": "戊县", "households": 7},
    {"code": TOWN, "name": "丙镇", "level": "village", "parent": PROVINCE},
    {"code": FLAT_TOWN, "name": "己镇"},
    {"code": VILLAGE, "name": "东村", "valid_from": date(2001, 1, 1), "valid_to": date(2023, 12, 31)},
    {"code": OTHER_VILLAGE, "name": "西村"},
]
COMPLAINTS = [
    {
        "id": "c1",
        "received_at": at("2024-01-10 08:00"),
        "region_code": VILLAGE,
        "industry_code": "edu",
        "unit_id": "u1",
        "closed_at": at("2024-01-20 20:00"),
        "satisfaction": 5,
        "category": "校服",
        "channel": "scan",
        "subject": "标题",
        "text": "内容",
        "place": "东村口",
        "writer": "ab12",
        "outcome": "partly",
    },
    {
        "id": "c2",
        "received_at": at("2024-01-15"),
        "region_code": VILLAGE,
        "industry_code": "edu",
        "unit_id": "u2",
        "due_at": at("2024-02-01"),
        "closed_at": AS_OF,
        "satisfaction": 2,
        "stage": "reviewed",
    },
    {
        "id": "c3",
        "received_at": at("2024-01-31 23:59:59"),
        "region_code": VILLAGE,
        "due_at": at("2024-02-10"),
    },
    # Due 60 days after receipt, which is the latest time itself: not yet overdue.
    {
        "id": "c4",
        "received_at": at("2024-02-01"),
        "region_code": TOWN,
        "industry_code": "edu",
        "unit_id": "u1",
    },
    # Closed at the very limit: on time.
    {
        "id": "c5",
        "received_at": at("2024-02-05"),
        "region_code": FLAT_TOWN,
        "industry_code": "edu",
        "unit_id": "u1",
        "due_at": at("2024-02-15 12:00"),
        "closed_at": at("2024-02-15 12:00"),
        "satisfaction": 4,
    },
    # A slip of the pen in a year must not move the latest time past the build.
    {
        "id": "c6",
        "received_at": at("2024-03-01"),
        "region_code": OTHER_COUNTY,
        "unit_id": "u2",
        "closed_at": at("2999-03-01"),
    },
]
C6_DAYS = (at("2999-03-01") - at("2024-03-01")).days
COMPLAINT_EVENTS = [
    {"complaint_id": "c2", "stage": "referred", "at": at("2024-01-17"), "unit_id": "u1", "note": "转"},
    {"complaint_id": "c2", "stage": "accepted", "at": at("2024-01-16")},
    {"complaint_id": "c6", "stage": "accepted", "at": at("2024-03-02")},
]
ALERTS = [
    {
        "id": "a1",
        "raised_at": at("2024-01-05"),
        "level": "red",
        "region_code": VILLAGE,
        "industry_code": "edu",
        "unit_id": "u1",
        "module": "asset",
        "model": "m",
        "source": "collision",
        "title": "t",
        "subject": "s",
        "subject_name": "张*",
        "amount": 12.5,
        "evidence": '{"rule": 1}',
        "due_at": at("2024-01-20"),
    },
    {
        "id": "a2",
        "raised_at": at("2024-01-06"),
        "level": "yellow",
        "region_code": VILLAGE,
        "due_at": at("2024-02-01"),
    },
    {
        "id": "a3",
        "raised_at": at("2024-02-10"),
        "level": "blue",
        "region_code": TOWN,
        "industry_code": "edu",
        "module": "labour",
    },
    {
        "id": "a4",
        "raised_at": at("2024-03-01"),
        "level": "red",
        "region_code": PROVINCE,
        "unit_id": "u1",
        "due_at": AS_OF,
    },
]
ALERT_EVENTS = [
    {"alert_id": "a1", "stage": "assigned", "at": at("2024-01-06"), "unit_id": "u2"},
    {"alert_id": "a1", "stage": "verified", "at": at("2024-01-10"), "finding": "substantiated"},
    {
        "alert_id": "a1",
        "stage": "disposed",
        "at": at("2024-01-15"),
        "disposition": "talk",
        "four_form": "1",
        "persons": 3,
        "recovered": 600.0,
        "note": "谈话",
    },
    # Two stages at one time: the later of the order holds.
    {"alert_id": "a2", "stage": "assigned", "at": at("2024-02-01 10:00")},
    {"alert_id": "a2", "stage": "raised", "at": at("2024-02-01 10:00")},
    # Disposed, returned, verified anew.
    {"alert_id": "a3", "stage": "verified", "at": at("2024-03-01"), "finding": "unsubstantiated"},
    {
        "alert_id": "a3",
        "stage": "disposed",
        "at": at("2024-03-02"),
        "disposition": "closed",
        "persons": 1,
        "recovered": 10.5,
    },
    {"alert_id": "a3", "stage": "assigned", "at": at("2024-03-03"), "recovered": 2.0},
    {"alert_id": "a3", "stage": "verified", "at": at("2024-03-04"), "finding": "partly"},
]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    warehouse = Warehouse(make_settings(tmp_path_factory.mktemp("marts")))
    warehouse.insert("region", REGIONS)
    warehouse.insert("industry", [{"code": "edu", "name": "教育"}])
    warehouse.insert(
        "unit",
        [{"id": "u2", "name": "乙所"}, {"id": "u1", "name": "甲局", "kind": "局", "region_code": COUNTY}],
    )
    warehouse.insert("complaint", COMPLAINTS)
    warehouse.insert("complaint_event", COMPLAINT_EVENTS)
    warehouse.insert("alert", ALERTS)
    warehouse.insert("alert_event", ALERT_EVENTS)
    warehouse.insert(
        "boundary",
        [
            {"region_code": CITY, "geometry": '{"type":"Polygon","coordinates":[]}'},
            {"region_code": VILLAGE, "geometry": "v"},
            {"region_code": FLAT_TOWN, "geometry": "f"},
            {"region_code": "110000000000", "geometry": "elsewhere"},
        ],
    )
    warehouse.insert(
        "asset", [{"id": "1", "region_code": VILLAGE, "occurred_on": FEB, "reported_on": MAR}, {"id": "2"}]
    )
    warehouse.insert(
        "load",
        [
            {"load_id": "1", "loaded_at": at("2024-04-02 08:00"), "table_name": "complaint"},
            {"load_id": "2", "loaded_at": at("2024-04-03 08:00"), "table_name": "complaint"},
        ],
    )
    return warehouse.build()


def test_build(snapshot: Path) -> None:
    [(build_id, built_at, as_of, *rest)] = snapshot_rows(snapshot, "from build")
    assert build_id == snapshot.stem
    assert built_at.strftime("%Y%m%dT%H%M%S%fZ") == build_id.split("-")[0]
    # This period: the twelve months that end with the day the data reach to.
    assert [as_of, *rest] == [AS_OF, date(2023, 4, 2), AS_OF.date(), True, 6, 4]


def test_region(snapshot: Path) -> None:
    nothing = (None,) * 4
    assert snapshot_rows(snapshot, "from region") == [
        (PROVINCE, "清源省", "清源省", "province", None, *nothing, None, None, 2),
        (CITY, "甲市", "清源省甲市", "city", PROVINCE, 900, None, None, None, None, None, 2),
        (COUNTY, "乙县", "清源省甲市乙县", "county", CITY, *nothing, None, None, 1),
        # Level and parent follow from the code, not from the source.
        (TOWN, "丙镇", "清源省甲市乙县丙镇", "town", COUNTY, *nothing, None, None, 2),
        (
            VILLAGE,
            "东村",
            "清源省甲市乙县丙镇东村",
            "village",
            TOWN,
            *nothing,
            date(2001, 1, 1),
            date(2023, 12, 31),
            0,
        ),
        (OTHER_VILLAGE, "西村", "清源省甲市乙县丙镇西村", "village", TOWN, *nothing, None, None, 0),
        (OTHER_COUNTY, "戊县", "清源省甲市戊县", "county", CITY, None, 7, None, None, None, None, 0),
        (FLAT_CITY, "丁市", "清源省丁市", "city", PROVINCE, None, None, 110.5, 28.25, None, None, 1),
        (FLAT_TOWN, "己镇", "清源省丁市己镇", "town", FLAT_CITY, *nothing, None, None, 0),
    ]


def test_lists(snapshot: Path) -> None:
    assert snapshot_rows(snapshot, "from unit") == [("u1", "甲局", "局", COUNTY), ("u2", "乙所", None, None)]
    assert snapshot_rows(snapshot, "from industry") == [("edu", "教育")]
    assert snapshot_rows(snapshot, "from boundary") == [
        (CITY, "city", PROVINCE, '{"type":"Polygon","coordinates":[]}'),
        (FLAT_TOWN, "town", FLAT_CITY, "f"),
        (VILLAGE, "village", TOWN, "v"),
    ]


def test_source(snapshot: Path) -> None:
    rows = {name: rest for name, *rest in snapshot_rows(snapshot, "from source")}
    assert list(rows) == sorted(TABLES)
    assert rows.pop("complaint") == [6, at("2024-04-03 08:00"), at("2024-03-01")]
    assert rows.pop("complaint_event") == [3, None, at("2024-03-02")]
    assert rows.pop("alert") == [4, None, at("2024-03-01")]
    assert rows.pop("alert_event") == [9, None, at("2024-03-04")]
    assert rows.pop("asset") == [2, None, at("2024-03-01")]
    assert {name: count for name, (count, _, _) in rows.items() if count} == {
        "region": 9,
        "unit": 2,
        "industry": 1,
    }


def test_complaint(snapshot: Path) -> None:
    rows = snapshot_rows(
        snapshot,
        """select id, received_month, stage, due_at, is_closed, is_on_time, is_overdue, handling_days
        from complaint""",
    )
    assert rows == [
        ("c4", FEB, "accepted", AS_OF, False, None, False, None),
        ("c1", JAN, "rated", at("2024-03-10 08:00"), True, True, False, 10.5),
        ("c2", JAN, "reviewed", at("2024-02-01"), True, False, False, 77.0),
        ("c3", JAN, "accepted", at("2024-02-10"), False, False, True, None),
        ("c6", MAR, "replied", at("2024-04-30"), True, False, False, float(C6_DAYS)),
        ("c5", FEB, "rated", at("2024-02-15 12:00"), True, True, False, 10.5),
    ]
    given = list(COMPLAINTS[0].keys() - {"closed_at"})
    [row] = snapshot_rows(snapshot, f"select {', '.join(given)} from complaint where id = 'c1'")
    assert dict(zip(given, row, strict=True)) == {name: COMPLAINTS[0][name] for name in given}


def test_events(snapshot: Path) -> None:
    assert snapshot_rows(snapshot, "from complaint_event") == [
        ("c2", VILLAGE, "edu", "u2", "accepted", at("2024-01-16"), None, None, at("2024-01-15"), 1.0, True),
        ("c2", VILLAGE, "edu", "u2", "referred", at("2024-01-17"), "u1", "转", at("2024-01-15"), 75.0, True),
        (
            *("c6", OTHER_COUNTY, None, "u2", "accepted", at("2024-03-02"), None, None),
            *(at("2024-03-01"), C6_DAYS - 1.0, True),
        ),
    ]
    rows = snapshot_rows(snapshot, "from alert_event")
    assert [(row[0], row[4]) for row in rows if row[0] != "a2"] == [
        ("a3", "verified"),
        ("a3", "disposed"),
        ("a3", "assigned"),
        ("a3", "verified"),
        ("a1", "assigned"),
        ("a1", "verified"),
        ("a1", "disposed"),
    ]
    assert rows[6] == (
        *("a1", VILLAGE, "edu", "u1", "disposed", at("2024-01-15")),
        *(None, None, "talk", "1", 3, 600.0, "谈话"),
    )


def test_alert(snapshot: Path) -> None:
    rows = snapshot_rows(
        snapshot,
        """select id, raised_month, alert_level, stage, stage_at, finding, disposition, four_form, persons,
        recovered, is_open, is_overdue, is_stuck, due_at from alert""",
    )
    nothing = (None,) * 5
    assert rows == [
        # Three weeks without a step; the source's limit has not quite run out.
        ("a4", MAR, "red", "raised", at("2024-03-01"), *nothing, True, False, True, AS_OF),
        # No limit from its source: 15 working days to dispose of a blue one, up to Monday three weeks later.
        (
            *("a3", FEB, "blue", "verified", at("2024-03-04"), "partly", "closed", None, 1, 12.5),
            *(True, True, True, at("2024-03-25 23:59:59")),
        ),
        (
            "a1",
            JAN,
            "red",
            "disposed",
            at("2024-01-15"),
            "substantiated",
            "talk",
            "1",
            3,
            600.0,
            False,
            False,
            False,
            # Disposed of: 10 working days to apply what was learnt.
            at("2024-01-29 23:59:59"),
        ),
        (
            "a2",
            JAN,
            "yellow",
            "assigned",
            at("2024-02-01 10:00"),
            *nothing,
            True,
            True,
            True,
            at("2024-02-01"),
        ),
    ]
    given = list(ALERTS[0].keys() - {"level", "due_at"})
    [row] = snapshot_rows(snapshot, f"select {', '.join(given)} from alert where id = 'a1'")
    assert dict(zip(given, row, strict=True)) == {name: ALERTS[0][name] for name in given}


# complaint, closed, due, on time, overdue, rated, satisfied, days, repeats
C1 = (1, 1, 1, 1, 0, 1, 1, 10.5, 0)
C2 = (1, 1, 1, 0, 0, 1, 0, 77.0, 0)
C1_C2 = (2, 2, 2, 1, 0, 2, 1, 87.5, 0)
C3 = (1, 0, 1, 0, 1, 0, 0, 0.0, 0)
C4 = (1, 0, 0, 0, 0, 0, 0, 0.0, 0)
C5 = (1, 1, 1, 1, 0, 1, 1, 10.5, 0)
C4_C5 = (2, 1, 1, 1, 0, 1, 1, 10.5, 0)
C6 = (1, 1, 1, 0, 0, 0, 0, float(C6_DAYS), 0)
COMPLAINT_MONTH = [
    ("city", CITY, PROVINCE, JAN, "", "", *C3),
    ("county", COUNTY, CITY, JAN, "", "", *C3),
    ("province", PROVINCE, None, JAN, "", "", *C3),
    ("town", TOWN, COUNTY, JAN, "", "", *C3),
    ("village", VILLAGE, TOWN, JAN, "", "", *C3),
    ("city", CITY, PROVINCE, JAN, "", "*", *C3),
    ("city", CITY, PROVINCE, JAN, "edu", "*", *C1_C2),
    ("city", CITY, PROVINCE, FEB, "edu", "*", *C4),
    ("city", CITY, PROVINCE, MAR, "", "*", *C6),
    ("city", FLAT_CITY, PROVINCE, FEB, "edu", "*", *C5),
    ("county", COUNTY, CITY, JAN, "", "*", *C3),
    ("county", COUNTY, CITY, JAN, "edu", "*", *C1_C2),
    ("county", COUNTY, CITY, FEB, "edu", "*", *C4),
    ("county", OTHER_COUNTY, CITY, MAR, "", "*", *C6),
    ("province", PROVINCE, None, JAN, "", "*", *C3),
    ("province", PROVINCE, None, JAN, "edu", "*", *C1_C2),
    ("province", PROVINCE, None, FEB, "edu", "*", *C4_C5),
    ("province", PROVINCE, None, MAR, "", "*", *C6),
    ("town", TOWN, COUNTY, JAN, "", "*", *C3),
    ("town", TOWN, COUNTY, JAN, "edu", "*", *C1_C2),
    ("town", TOWN, COUNTY, FEB, "edu", "*", *C4),
    ("town", FLAT_TOWN, FLAT_CITY, FEB, "edu", "*", *C5),
    ("village", VILLAGE, TOWN, JAN, "", "*", *C3),
    ("village", VILLAGE, TOWN, JAN, "edu", "*", *C1_C2),
    ("city", CITY, PROVINCE, JAN, "edu", "u1", *C1),
    ("city", CITY, PROVINCE, FEB, "edu", "u1", *C4),
    ("city", FLAT_CITY, PROVINCE, FEB, "edu", "u1", *C5),
    ("county", COUNTY, CITY, JAN, "edu", "u1", *C1),
    ("county", COUNTY, CITY, FEB, "edu", "u1", *C4),
    ("province", PROVINCE, None, JAN, "edu", "u1", *C1),
    ("province", PROVINCE, None, FEB, "edu", "u1", *C4_C5),
    ("town", TOWN, COUNTY, JAN, "edu", "u1", *C1),
    ("town", TOWN, COUNTY, FEB, "edu", "u1", *C4),
    ("town", FLAT_TOWN, FLAT_CITY, FEB, "edu", "u1", *C5),
    ("village", VILLAGE, TOWN, JAN, "edu", "u1", *C1),
    ("city", CITY, PROVINCE, JAN, "edu", "u2", *C2),
    ("city", CITY, PROVINCE, MAR, "", "u2", *C6),
    ("county", COUNTY, CITY, JAN, "edu", "u2", *C2),
    ("county", OTHER_COUNTY, CITY, MAR, "", "u2", *C6),
    ("province", PROVINCE, None, JAN, "edu", "u2", *C2),
    ("province", PROVINCE, None, MAR, "", "u2", *C6),
    ("town", TOWN, COUNTY, JAN, "edu", "u2", *C2),
    ("village", VILLAGE, TOWN, JAN, "edu", "u2", *C2),
]


def by_text(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=repr)


def test_complaint_month(snapshot: Path) -> None:
    assert by_text(snapshot_rows(snapshot, "from complaint_month")) == by_text(COMPLAINT_MONTH)


# level, stage; alert, open, overdue, verified, substantiated, stuck, clue, sanction, recovering, persons, recovered
A1 = ("red", "disposed", 1, 0, 0, 1, 1, 0, 0, 0, 1, 3, 600.0)
A2 = ("yellow", "assigned", 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0.0)
A3 = ("blue", "verified", 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 12.5)
A4 = ("red", "raised", 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0.0)
ABOVE_VILLAGE = [
    ("town", TOWN, COUNTY),
    ("county", COUNTY, CITY),
    ("city", CITY, PROVINCE),
    ("province", PROVINCE, None),
]
ALERT_MONTH = [
    *(
        (*region, *rest)
        for region in [("village", VILLAGE, TOWN), *ABOVE_VILLAGE]
        for rest in [
            (JAN, "edu", "u1", *A1),
            (JAN, "edu", "*", *A1),
            (JAN, "", "", *A2),
            (JAN, "", "*", *A2),
        ]
    ),
    *((*region, FEB, "edu", unit, *A3) for region in ABOVE_VILLAGE for unit in ("", "*")),
    ("province", PROVINCE, None, MAR, "", "u1", *A4),
    ("province", PROVINCE, None, MAR, "", "*", *A4),
]


def test_alert_month(snapshot: Path) -> None:
    assert by_text(snapshot_rows(snapshot, "from alert_month")) == by_text(ALERT_MONTH)


def test_alerts_alike_add_up(warehouse: Warehouse) -> None:
    warehouse.insert("region", REGIONS)
    alert = {"raised_at": AS_OF, "level": "red", "region_code": VILLAGE}
    warehouse.insert("alert", [alert | {"id": one} for one in "123"])
    step = {"stage": "disposed", "at": AS_OF}
    warehouse.insert(
        "alert_event",
        [
            step | {"alert_id": "1", "persons": 2, "recovered": 1.5, "disposition": "clue"},
            step | {"alert_id": "2", "persons": 3, "recovered": 2.0, "disposition": "sanction"},
            step | {"alert_id": "3", "persons": 0, "recovered": 0.0, "disposition": "sanction"},
        ],
    )
    rows = snapshot_rows(
        warehouse.build(),
        """select alert_count, open_count, clue_count, sanction_count, recovering_count, persons_sum, recovered_sum
        from alert_month where level = 'province'""",
    )
    assert rows == [(3, 0, 1, 2, 2, 5, 3.5)] * 2


def documented() -> dict[str, tuple[list[str], list[str]]]:
    """Return relation to its columns and its order, as docs/architecture.md names them."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = text[text.index("## Snapshot") : text.index("Definitions.")]
    return {
        name: (re.findall(r"\w+", columns), re.findall(r"\w+", order))
        for name, columns, order in re.findall(
            r"^\| `(\w+)`[^|]*\| `([^`]+)`[^|]*\| ([^|]*)\|$", section, re.M
        )
    }


def test_snapshot_is_as_documented(snapshot: Path) -> None:
    relations = documented()
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        built = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
        assert built == relations.keys()
        for name, (columns, order) in relations.items():
            described = connection.execute(f"from {name} limit 0").description
            assert [column[0] for column in described] == columns, name
            if order:
                keys = connection.execute(
                    f"select {', '.join(f'{name}.{key}' for key in order)} from {name} order by rowid"
                ).fetchall()
                assert all(earlier <= later for earlier, later in pairwise(keys)), name


def test_comments_are_first_lines(snapshot: Path) -> None:
    comments = snapshot_rows(snapshot, "select comment from duckdb_tables() where table_name = 'complaint'")
    assert comments == [("One row per complaint.",)]


def test_an_installation_without_facts_dates_from_its_build(warehouse: Warehouse) -> None:
    warehouse.insert("region", [{"code": "110000000000", "name": "某省"}])
    [row] = snapshot_rows(
        warehouse.build(),
        "select as_of - built_at = interval 8 hours, is_demo, count_complaint, count_alert from build",
    )
    assert row == (True, False, 0, 0)
