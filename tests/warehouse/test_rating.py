"""What ratings are made from, by hand; and months that were published stay as they were."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from cockpit.analysis.rating import robustness
from cockpit.error import CockpitError
from cockpit.rating_rules import Version, rules
from cockpit.settings import ROOT
from cockpit.warehouse.build import NOTE_COLUMNS
from cockpit.warehouse.rating import rated
from cockpit.warehouse.raw import RAW_TABLES
from tests.warehouse.store import Warehouse, make_settings, snapshot_rows

COUNTY, TOWN = "990101000000", "990101001000"
A, B, NEW, GONE = (f"99010100100{n}" for n in (1, 2, 3, 4))
AS_OF = datetime(2026, 3, 20, 9)
RULES = (ROOT / "data" / "rating.toml").read_text(encoding="utf-8")


@pytest.fixture
def filled(tmp_path: Path) -> Warehouse:
    rules_path = tmp_path / "rating.toml"
    rules_path.write_text(RULES, encoding="utf-8")
    made = Warehouse(make_settings(tmp_path / "home", rating_path=rules_path))
    made.insert(
        "region",
        [
            *(
                {"code": code, "name": code, "population": 100_000}
                for code in ("990000000000", "990100000000", COUNTY, TOWN)
            ),
            {"code": A, "name": "甲", "population": 1500},
            {"code": B, "name": "乙", "population": 1200},
            {"code": NEW, "name": "新", "population": 900, "valid_from": date(2026, 1, 20)},
            {"code": GONE, "name": "旧", "population": 900, "valid_to": date(2025, 6, 30)},
        ],
    )
    made.insert("unit", [{"id": "u", "name": "镇政府", "kind": "乡镇政府", "region_code": TOWN}])
    made.insert(
        "disclosure_item", [{"code": f"i{n}", "name": f"i{n}", "interval_days": 30} for n in range(4)]
    )
    made.insert(
        "disclosure",
        [
            {"region_code": A, "item_code": "i0", "published_on": date(2025, 2, 28)},
            {"region_code": A, "item_code": "i0", "published_on": date(2026, 2, 10)},
            {"region_code": A, "item_code": "i1", "published_on": date(2025, 3, 1)},
            {"region_code": A, "item_code": "i2", "published_on": date(2025, 2, 28)},
            {"region_code": B, "item_code": "i3", "published_on": date(2026, 3, 1)},
        ],
    )
    # Two a month in either village for sixteen months, then the day the data are of.
    complaints: list[dict[str, Any]] = [
        {
            "id": f"c{village}{month}-{n}",
            "region_code": village,
            "unit_id": "u",
            "received_at": datetime(2024, 12, 5) + timedelta(days=30.5 * month + n),
            "closed_at": datetime(2024, 12, 5) + timedelta(days=30.5 * month + n + (10 if n else 70)),
            "satisfaction": 5 if n else 2,
        }
        for village in (A, B)
        for month in range(15)
        for n in range(2)
    ]
    for one in complaints:
        if one["closed_at"] > AS_OF:
            one["closed_at"] = None
    complaints.append({"id": "last", "region_code": A, "received_at": AS_OF})
    made.insert("complaint", complaints)
    made.insert(
        "alert",
        [
            # Due in January and disposed of in time; due in January and never; blue and found by oneself.
            {
                "id": "a1",
                "raised_at": datetime(2026, 1, 5),
                "level": "yellow",
                "source": "collision",
                "region_code": A,
                "unit_id": "u",
            },
            {
                "id": "a2",
                "raised_at": datetime(2026, 1, 5),
                "level": "red",
                "source": "collision",
                "region_code": A,
                "unit_id": "u",
            },
            {
                "id": "a3",
                "raised_at": datetime(2026, 1, 6),
                "level": "blue",
                "source": "embedded_module",
                "region_code": B,
            },
        ],
    )
    made.insert(
        "alert_event",
        [
            {"alert_id": "a1", "stage": "verified", "at": datetime(2026, 1, 8), "finding": "substantiated"},
            {
                "alert_id": "a1",
                "stage": "disposed",
                "at": datetime(2026, 1, 12),
                "disposition": "sanction",
                "four_form": "2",
                "persons": 2,
            },
            {"alert_id": "a3", "stage": "verified", "at": datetime(2026, 1, 8), "finding": "partly"},
            {
                "alert_id": "a3",
                "stage": "disposed",
                "at": datetime(2026, 1, 9),
                "disposition": "talk",
                "four_form": "1",
                "persons": 1,
            },
        ],
    )
    made.insert(
        "labour",
        [
            {
                "id": f"l{n}",
                "region_code": A,
                "occurred_on": date(2026, 2, 2),
                "reported_on": date(2026, 2, 2) + timedelta(days=30 * n),
            }
            for n in range(2)
        ],
    )
    made.insert(
        "rectification",
        [
            {
                "id": "r",
                "kind": "rule",
                "title": "制度",
                "region_code": TOWN,
                "unit_id": "u",
                "due_on": date(2026, 2, 1),
            }
        ],
    )
    made.insert(
        "rating_note",
        [
            {
                "id": "n1",
                "unit_id": "u",
                "kind": "veto",
                "record": "瞒报",
                "decided_by": "县监委",
                "decided_on": date(2026, 1, 31),
                "expires_on": date(2026, 2, 27),
            },
            {"id": "n2", "region_code": B, "kind": "appeal", "record": "申诉"},
        ],
    )
    return made


def base_of(path: Path, code: str, columns: str, month: str = "2026-02-01") -> tuple[Any, ...]:
    [row] = snapshot_rows(
        path, f"select {columns} from rating_base where code = '{code}' and month = '{month}'"
    )
    return row


def test_the_base_by_hand(filled: Warehouse) -> None:
    path = filled.build()
    # March is not over; of two months later than twelve with data, February is the last.
    assert snapshot_rows(path, "select min(month), max(month) from rating_base") == [
        (date(2025, 11, 1), date(2026, 2, 1))
    ]
    counts = (
        "months, complaint_count, rated_count, satisfied_count, complaint_due_count, complaint_late_count"
    )
    months, complaints, given, satisfied, due, late = base_of(path, A, counts)
    assert (months, complaints, given, satisfied) == (12, 24, 24, 12)
    with duckdb.connect(str(path), read_only=True) as connection:
        [(by_hand, late_by_hand)] = connection.execute(
            "select count(*), count(*) filter (closed_at > due_at) from complaint"
            f" where region_code = '{A}' and due_at >= '2025-03-01' and due_at < '2026-03-01'"
        ).fetchall()
    assert (due, late) == (by_hand, late_by_hand)
    assert late == due // 2
    alerts = (
        "substantiated_count, serious_count, self_found_count, alert_due_count, alert_late_count, alert_undone_count,"
        " red_overdue_count, persons_1, persons_2, self_found_persons, matter_count, entry_late_count"
    )
    assert base_of(path, A, alerts) == (1, 1, 0, 2, 1, 1, 1, 0, 2, 0, 2, 1)
    # Blue: due 3 + 15 + 15 working days after 6 January, past the New Year of 2026, still in February.
    assert base_of(path, B, alerts) == (1, 0, 1, 1, 0, 0, 0, 1, 0, 1, 0, 0)
    # The town has both; the red alert lies in a village and limits that alone, and the unit it belongs to.
    assert base_of(path, TOWN, alerts) == (2, 1, 1, 3, 1, 1, 0, 1, 2, 1, 2, 1)
    assert base_of(path, "u", alerts) == (1, 1, 0, 2, 1, 1, 1, 0, 2, 0, 48 + 2, 0)
    assert base_of(path, TOWN, "rectification_due_count, rectification_late_count") == (1, 1)
    # At the end of February: i0 anew, i1 for its last day, i2 of the last of February 2025 no more.
    assert base_of(path, A, "item_count, public_count") == (4, 2)
    assert base_of(path, A, "item_count, public_count", "2026-01-01") == (4, 3)
    assert base_of(path, B, "item_count, public_count") == (4, 0)
    assert base_of(path, TOWN, "item_count, public_count") == (12, 2)


def test_places_come_and_go(filled: Warehouse) -> None:
    path = filled.build()
    rows = snapshot_rows(
        path, f"select month, grade, shown_grade, grey_reason from rating where code = '{NEW}' order by 1"
    )
    assert rows == [(date(2026, month, 1), "", "", "months") for month in (1, 2)]
    assert snapshot_rows(path, f"select * from rating where code = '{GONE}'") == []


def test_limits_are_of_their_time_and_place(filled: Warehouse) -> None:
    path = filled.build()
    found = snapshot_rows(
        path,
        "select month, shown_grade, limit_reason from rating where code = 'u' and month >= '2026-01-01' order by 1",
    )
    # In force on 31 January; expired the day before February ended, where the overdue red alert limits.
    assert found[0] == (date(2026, 1, 1), "D", "veto")
    assert found[1][2] == "red_overdue"
    assert found[1][1] in ("C", "D", "")
    assert snapshot_rows(path, "select count(*) from rating where grade <> '' and shown_grade < grade") == [
        (0,)
    ]


def test_what_was_decided_here_limits_like_what_sources_tell(filled: Warehouse) -> None:
    columns = list(NOTE_COLUMNS)
    here = pd.DataFrame(
        [
            ("d1", A, None, "cap", "决定", "委领导 甲", date(2026, 2, 10), date(2026, 12, 31)),
            ("d2", B, None, "veto", "决定", "委领导 甲", date(2026, 1, 5), date(2026, 2, 1)),
            ("d3", None, "u", "appeal", "申诉", "派驻组 乙", date(2026, 1, 5), None),
        ],
        columns=columns,
        dtype=object,
    )
    path = filled.build(here)
    limits = "select month, limit_reason from rating where code = '{}' and month >= '2026-01-01' order by 1"
    assert snapshot_rows(path, limits.format(A))[1] == (date(2026, 2, 1), "cap")
    assert snapshot_rows(path, limits.format(A))[0][1] != "cap"
    assert [row[1] == "veto" for row in snapshot_rows(path, limits.format(B))] == [True, False]
    assert snapshot_rows(path, "select kind, code, region_code from rating_note where id = 'd3'") == [
        ("unit", "u", TOWN)
    ]


RATED = "select * from rating order by month, kind, code"


def test_what_was_published_stays_whatever_comes_in_late(filled: Warehouse) -> None:
    before = snapshot_rows(filled.build(), RATED)
    late = [
        {"id": f"late{n}", "region_code": A, "received_at": datetime(2026, 1, 9), "satisfaction": 1}
        for n in range(50)
    ]
    filled.insert("complaint", late)
    filled.insert(
        "rating_note",
        [{"id": "n9", "region_code": A, "kind": "veto", "record": "x", "decided_on": date(2026, 1, 1)}],
    )
    assert snapshot_rows(filled.build(), RATED) == before
    # A month later the new month is rated with all that is known by then, the others stay.
    filled.insert("complaint", [{"id": "april", "region_code": A, "received_at": datetime(2026, 4, 12)}])
    path = filled.build()
    after = snapshot_rows(path, RATED)
    assert [row for row in after if row[5] <= date(2026, 2, 1)] == before
    assert base_of(path, A, "complaint_count", "2026-03-01")[0] > 50
    [(shown, limit, was)] = snapshot_rows(
        path,
        f"select shown_grade, limit_reason, previous_grade from rating where code = '{A}' and month = '2026-03-01'",
    )
    assert (shown, limit) == ("D", "veto")
    assert was == next(row[10] for row in before if row[1] == A and row[5] == date(2026, 2, 1))


def test_any_month_can_be_replayed(filled: Warehouse) -> None:
    path = filled.build()
    with duckdb.connect(str(path), read_only=True) as connection:
        contents = dict(connection.execute("select name, content from rating_version").fetchall())
        kept = connection.execute("select distinct month, level, version from rating order by all").fetchall()
        assert len(kept) > 20
        for month, level, name in kept:
            given = {"month": month, "level": level}
            base = connection.execute("from rating_base where month = $month and level = $level", given).df()
            priors = {
                measure: (float("nan") if mean is None else mean, strength)
                for measure, mean, strength in connection.execute(
                    "select measure, mean, strength from rating_prior where month = $month and level = $level",
                    given,
                ).fetchall()
            }
            official = connection.execute("from rating where month = $month and level = $level", given).df()
            again = rated(base, Version.model_validate_json(contents[name]), priors)
            official = official.set_index("code").loc[base["code"]]
            assert official["grade"].tolist() == again.grade.tolist()
            np.testing.assert_allclose(official["score"], again.score, rtol=1e-12)
            if month == date(2026, 2, 1):
                points = np.where((again.grade == "")[:, None], np.nan, again.points)
                np.testing.assert_allclose(official["p_a"], robustness(points, again.version.scheme)["p_a"])


def test_rules_that_rated_a_month_cannot_be_changed(filled: Warehouse) -> None:
    first = filled.build()
    path = filled.settings.rating_path
    path.write_text(RULES.replace("c = 60", "c = 50"), encoding="utf-8")
    with pytest.raises(CockpitError, match="评级规则“2024”已用于发布评级"):
        filled.build()
    assert (filled.settings.snapshots_path / "CURRENT").read_text().strip() == first.name
    # A new version from March on: February keeps its rules, March says that they have changed.
    later = (
        RULES.replace('name = "2024"', 'name = "2026"')
        .replace("2024-01-01", "2026-03-01")
        .replace("a = 85", "a = 99")
    )
    path.write_text(RULES + later, encoding="utf-8")
    filled.insert("complaint", [{"id": "april", "region_code": A, "received_at": datetime(2026, 4, 12)}])
    rows = snapshot_rows(filled.build(), "select distinct month, version from rating order by 1")
    assert rows[-2:] == [(date(2026, 2, 1), "2024"), (date(2026, 3, 1), "2026")]


def test_broken_rules_stop_a_build_before_it_begins(filled: Warehouse) -> None:
    filled.settings.rating_path.write_text(RULES.replace("b = 70", "b = 95"), encoding="utf-8")
    with pytest.raises(CockpitError, match="等级分数线"):
        filled.build()
    assert rules(make_settings(filled.settings.home))


def test_no_rules_before_the_first_version(filled: Warehouse) -> None:
    filled.settings.rating_path.write_text(RULES.replace("2024-01-01", "2026-02-01"), encoding="utf-8")
    path = filled.build()
    assert snapshot_rows(path, "select distinct month from rating") == [(date(2026, 2, 1),)]
    assert snapshot_rows(path, "select distinct month from rating_base") == [(date(2026, 2, 1),)]


def test_peers_are_bands_of_five_or_more(filled: Warehouse) -> None:
    assert snapshot_rows(filled.build(), "select * from rating_peer") == []
    shutil.rmtree(filled.settings.snapshots_path)
    filled.insert(
        "region", [{"code": f"9901010010{n:02}", "name": f"村{n}", "population": 1500} for n in range(11, 17)]
    )
    filled.insert(
        "complaint",
        [
            {
                "id": f"p{n}-{m}",
                "region_code": f"9901010010{n:02}",
                "received_at": datetime(2025, 3, 5) + timedelta(days=30 * m),
            }
            for n in range(11, 17)
            for m in range(n - 10)
        ],
    )
    rows = snapshot_rows(
        filled.build(),
        "select peer_group, count_place from rating_peer where measure = 'complaint_rate' and month = '2026-02-01'",
    )
    # Six new ones and the first village; those of other sizes are too few.
    assert rows == [("村·1000—2000 人", 8)]


def test_other_codes_and_another_order_of_rows_give_the_same_grades(filled: Warehouse) -> None:
    told = (
        "select month, shown_grade, grade, round(score, 9), limit_reason, grey_reason, p_a, rank from rating"
    )
    places = {COUNTY: "990108000000", TOWN: "990108777000"} | {
        code: f"99010877720{9 - n}" for n, code in enumerate((A, B, NEW, GONE))
    }
    before = {
        code: snapshot_rows(filled.build(), f"{told} where code = '{code}' order by month")
        for code in (*places, "u")
    }
    for table, columns in RAW_TABLES.items():
        name = "code" if table == "region" else "region_code"
        if name not in columns:
            continue
        filled.execute(f"create or replace table raw.{table} as from raw.{table} order by rowid desc")
        for code, other in places.items():
            filled.execute(f"update raw.{table} set {name} = '{other}' where {name} = '{code}'")
    # Nothing is taken over: the history is made anew.
    shutil.rmtree(filled.settings.snapshots_path)
    path = filled.build()
    assert any(row[1] for rows in before.values() for row in rows)
    for code, rows in before.items():
        after = snapshot_rows(path, f"{told} where code = '{places.get(code, code)}' order by month")
        assert after == rows, code
