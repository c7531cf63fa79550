"""Profiles: what they map, and what is said of a broken one."""

import pytest

from cockpit.error import CockpitError
from cockpit.ingest import profile as profiles

OK = 'table = "complaint"\n[columns]\nid = "no"\nreceived_at = "when"\nregion_code = "where"\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("table = ", "不是有效的 TOML"),
        ('table = "complaints"', "没有名为“complaints”的表"),
        ("[columns]\nid = 'x'", "“table”必须填写"),
        (OK + 'mood = "x"', "columns 中的“mood”不是表“complaint”的列"),
        ("tabel = 1\n" + OK, "“tabel”没有这一项"),
        (OK + '[constants]\nid = "1"', "既在 columns 又在 constants 中"),
        (OK + "[values.stages]\nClosed = 'replied'", "values 中的“stages”不是"),
        (OK + "[values.stage]\nClosed = 'repleid'", "“repleid”不在“stage”的取值范围内"),
        (OK + "[constants]\nchannel = 'fax'", "“fax”不在“channel”的取值范围内"),
        (OK + "[region]\nmethod = 'guess'\ncolumns = ['x']", "“region.method”取值不在允许范围内"),
        (OK + "[region]\ncolumns = []", "“region.columns”不能为空"),
        (OK + "[region]\ncolumns = ['x']\nroot = '99'", "region.root 应为 12 位区划代码"),
        (OK + "[[derive]]\ntable = 'unit'\ncolumns = { who = 'x' }", "不是表“unit”的列"),
        ("delimiter = ':'\n" + OK, "“delimiter”取值不在允许范围内"),
        ("date_formats = '%d'\n" + OK, "“date_formats”应为列表"),
    ],
)
def test_a_broken_profile_is_one_sentence(home, write, text: str, sentence: str) -> None:
    with pytest.raises(CockpitError) as raised:
        profiles.read(write("p.toml", text), home)
    assert sentence in str(raised.value)
    assert "p.toml" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_missing_profile_names_those_there_are(home) -> None:
    with pytest.raises(CockpitError, match="citizen_messages、nyc311"):
        profiles.read("nothing", home)


def test_bare_names_are_found(home) -> None:
    assert profiles.read("nyc311", home).table == "complaint"
    assert [mapping.table for mapping in profiles.read("citizen_messages", home).mappings] == [
        "complaint",
        "complaint_event",
    ]


PROFILE = """
table = "complaint"
date_formats = ["%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y"]
[columns]
id = "SR Number"
received_at = "Created"
closed_at = "Closed"
unit_id = "Dept"
stage = "Status"
place = ["Street", "House"]
category = "Type"
[constants]
channel = "hotline"
[values.stage]
"Completed" = "replied"
"Open" = "受理"
"Canceled" = ""
[values.category]
"N/A" = ""
[region]
columns = ["Ward"]
root = "990100000000"
fallback = "ancestor"
[[derive]]
table = "unit"
columns = { id = "Dept", name = "Dept" }
"""
SOURCE = """SR Number,Created,Closed,Dept,Status,Street,House,Type,Ward
1,03/04/2024 01:30:00 PM,03/05/2024 01:30:00 PM,Streets,completed,Main,5,Pothole,东湖区
2,03/04/2024,,Streets,Open,Main,,N/A,西山
3,03/04/2024,03/01/2024,Parks,Open,,,Tree,东湖区
4,13/04/2024,,Parks,Open,,,Tree,东湖区
5,03/04/2024,,Parks,Lost,,,Tree,东湖区
6,03/04/2024,,,Canceled,,,Tree,Nowhere
"""


def test_a_foreign_export(regions, write, ingest, query) -> None:
    unit, complaint = ingest(write("x.csv", SOURCE), profile=write("p.toml", PROFILE))
    assert (unit.table, unit.count_read, unit.count_accepted) == ("unit", 2, 2)
    assert (complaint.count_read, complaint.count_accepted, complaint.count_rejected) == (6, 3, 3)
    assert complaint.notes == ("地名不明或不止一处、归入上级的行：1",)
    rows = query(
        "select id, received_at::varchar, closed_at::varchar, unit_id, stage, place, category, channel, region_code "
        "from raw.complaint order by id"
    )
    assert rows == [
        (
            "1",
            "2024-03-04 13:30:00",
            "2024-03-05 13:30:00",
            "Streets",
            "replied",
            "Main 5",
            "Pothole",
            "hotline",
            "990101000000",
        ),
        ("2", "2024-03-04 00:00:00", None, "Streets", "accepted", "Main", None, "hotline", "990102000000"),
        ("6", "2024-03-04 00:00:00", None, None, None, None, "Tree", "hotline", "990100000000"),
    ]
    reasons = complaint.rejects_path.read_text("utf-8-sig").splitlines()[1:]
    assert [line.split(",")[1] for line in reasons] == ["4", "5", "6"]
    assert "办结时间早于受理时间" in reasons[0]
    assert "日期无法识别或不存在" in reasons[1]
    assert "不在取值范围内" in reasons[2]


def test_american_dates_are_never_guessed(regions, write, ingest) -> None:
    (report,) = ingest(write("complaint.csv", "id,received_at,region_code\n1,03/04/2024,9901\n"))
    assert report.count_rejected == 1


def test_a_column_the_file_lacks_is_named(regions, write, ingest) -> None:
    with pytest.raises(CockpitError, match="没有配置文件所写的列“where”"):
        ingest(write("x.csv", "no,when\n1,2024-01-01\n"), profile=write("p.toml", OK))
