"""The real input: figures of its README, found at the level of raw rows."""

import os
from pathlib import Path

import pytest

pytestmark = pytest.mark.real


@pytest.fixture
def real() -> Path:
    folder = os.environ.get("COCKPIT_REAL_DATA")
    if not folder:
        pytest.skip("COCKPIT_REAL_DATA is not set")
    return Path(folder)


def test_citizen_messages(real, ingest, query) -> None:
    ingest(real / "citizen_message_regions.csv")
    complaint, event = ingest(real / "citizen_messages.xlsx", profile="citizen_messages")
    assert (complaint.count_read, complaint.count_accepted, complaint.count_rejected) == (2816, 2816, 0)
    assert (event.count_read, event.count_accepted) == (2816, 2816)
    days = "select unnest(quantile_disc(date_diff('day', received_at, closed_at), [0, 0.2, 0.4, 0.6, 0.8, 1])) from raw.complaint"
    whole = days.replace(
        "date_diff('day', received_at, closed_at)", "floor(epoch(closed_at - received_at) / 86400)"
    )
    assert [value for (value,) in query(whole)] == [0, 3, 8, 14, 26, 1160]
    assert query("select round(median(epoch(closed_at - received_at)) / 86400, 1) from raw.complaint") == [
        (11.2,)
    ]
    assert [
        count
        for _, count in query("select year(received_at), count(*) from raw.complaint group by 1 order by 1")
    ] == [5, 52, 109, 103, 130, 227, 453, 847, 886, 4]
    ((placed,),) = query("select avg((region_code <> '990000000000')::integer) from raw.complaint")
    assert placed >= 0.92
    assert query("select count(*) from raw.complaint where writer not similar to '[0-9a-f]{64}'") == [(0,)]
    assert query(
        "select count(*) from raw.complaint where regexp_matches(concat(subject, text), '(^|[^0-9.])1[3-9][0-9]{9}([^0-9]|$)')"
    ) == [(0,)]
    before = query("select * from raw.complaint order by id")
    again = ingest(real / "citizen_messages.xlsx", profile="citizen_messages")
    assert [report.count_unchanged for report in again] == [2816, 2816]
    assert query("select * from raw.complaint order by id") == before


def test_nyc311(real, ingest, query) -> None:
    ingest(real / "nyc311_regions.csv")
    unit, complaint = ingest(real / "nyc311_animals.csv", profile="nyc311")
    assert unit.count_accepted == 4
    assert (complaint.count_read, complaint.count_accepted) == (4969, 4969)
    assert dict(
        query(
            "select coalesce(region.name, '-'), count(*) from raw.complaint left join raw.region "
            "on region.code = left(region_code, 6) || '000000' group by 1"
        )
    ) == {
        "BROOKLYN": 1654,
        "QUEENS": 1193,
        "MANHATTAN": 953,
        "BRONX": 705,
        "STATEN ISLAND": 463,
        "New York City": 1,
    }
    assert query("select count(*) from raw.complaint where closed_at is null") == [(277,)]
    assert dict(
        query(
            "select unit_id, round(median(epoch(closed_at - received_at)) / 3600, 2) from raw.complaint "
            "where closed_at is not null group by 1"
        )
    ) == {"NYPD": 2.10, "DPR": 1.43, "DSNY": 43.78, "DOHMH": 0.00}
    again = ingest(real / "nyc311_animals.csv", profile="nyc311")
    assert [report.count_unchanged for report in again] == [4, 4969]
