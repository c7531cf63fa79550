"""Rows accepted whole or rejected whole, kept by key and version."""

import csv
from pathlib import Path

import duckdb
import pytest

HEADER = "投诉编号,受理时间,区划代码,内容,办结时间,更新时间\n"


def rejected(report) -> list[dict[str, str]]:
    with report.rejects_path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_is_accepted_or_rejected_with_its_reasons(regions, write, ingest, query) -> None:
    path = write(
        "complaint.csv",
        HEADER
        + "1,2024-01-02,990101001001,路坏了,2024-01-05,\n"
        + "2,2024-13-02,990101001001,月份不对,,\n"
        + "3,2024-01-02,990999,没有这个地方,2024-01-01,\n"
        + ",2024-01-02,9901,没有编号,,\n"
        + "5,2099-01-02,9901,未来,,\n"
        + '6,2024-01-02,9901,"多\n行",,\n'
        + "7,2024-01-02,9901,多一列,,,x\n"
        + "8,2024-01-02,9901\n"
        + "9,2024-01-02,9901,最后一行,,\n",
    )
    (report,) = ingest(path)
    assert (report.count_read, report.count_accepted, report.count_rejected) == (9, 3, 6)
    assert query("select id, _row from raw.complaint order by id") == [("1", 2), ("6", 7), ("9", 10)]
    reasons = {row["行号"]: (row["列"], row["值"], row["原因"]) for row in rejected(report)}
    assert reasons["3"] == ("受理时间", "2024-13-02", "日期无法识别或不存在")
    assert reasons["4"] == (
        "区划代码；受理时间、办结时间",
        "990999；2024-01-02、2024-01-01",
        "在区划表中找不到，或同名不止一处；办结时间早于受理时间",
    )
    assert reasons["5"][2] == "必填项为空"
    assert reasons["6"] == ("受理时间", "2099-01-02", "时间在未来")
    assert reasons["8"][2] == "列数多于表头"
    assert reasons["9"][2] == "列数少于表头"
    assert all(row["文件"] == "complaint.csv" for row in rejected(report))
    assert query(
        "select count_read, count_accepted, count_rejected from raw.load where table_name = 'complaint'"
    ) == [(9, 3, 6)]


def test_the_same_file_twice_changes_nothing(regions, write, ingest, query) -> None:
    path = write("complaint.csv", HEADER + "1,2024-01-02,9901,甲,,\n2,2024-01-03,9902,乙,,2024-02-01\n")
    ingest(path)
    before = query("select * from raw.complaint order by id")
    (again,) = ingest(path)
    assert (again.count_read, again.count_accepted, again.count_unchanged) == (2, 2, 2)
    assert query("select * from raw.complaint order by id") == before


def test_a_warehouse_of_an_earlier_contract_gains_the_columns(home, regions, write, ingest, query) -> None:
    ingest(write("complaint.csv", HEADER + "1,2024-01-02,990101001001,路坏了,,2024-02-01\n"))
    with duckdb.connect(home.warehouse_path) as connection:
        connection.execute("alter table raw.complaint drop column satisfaction")
    header = HEADER.replace("更新时间", "更新时间,满意度")
    (report,) = ingest(write("more.csv", header + "2,2024-01-03,990101001001,灯坏了,,2024-02-01,4\n"))
    assert report.count_accepted == 1
    assert query("select id, text, satisfaction from raw.complaint order by id") == [
        ("1", "路坏了", None),
        ("2", "灯坏了", 4),
    ]


def test_a_newer_row_replaces_and_an_older_does_not(regions, write, ingest, query) -> None:
    ingest(write("complaint.csv", HEADER + "1,2024-01-02,9901,中,,2024-02-02\n"))
    (older,) = ingest(write("complaint.csv", HEADER + "1,2024-01-02,9901,旧,,2024-02-01\n"))
    assert (older.count_accepted, older.count_outdated, older.count_unchanged) == (1, 1, 0)
    assert query("select text from raw.complaint") == [("中",)]
    (newer,) = ingest(write("complaint.csv", HEADER + "1,2024-01-02,9901,新,,2024-02-03\n"))
    assert newer.count_replaced == 1
    assert query("select text from raw.complaint") == [("新",)]
    (tie,) = ingest(write("complaint.csv", HEADER + "1,2024-01-02,9901,同时而后到,,2024-02-03\n"))
    assert tie.count_replaced == 1
    assert query("select text, count(*) over () from raw.complaint") == [("同时而后到", 1)]


def test_of_two_rows_with_one_key_in_a_file_the_newer_stays(regions, write, ingest, query) -> None:
    (report,) = ingest(
        write(
            "complaint.csv",
            HEADER
            + "1,2024-01-02,9901,新,,2024-03-01\n1,2024-01-02,9901,旧,,2024-02-01\n"
            + "2,2024-01-02,9901,先,,\n2,2024-01-02,9901,后,,\n2,2024-01-02,9901,后,,\n",
        )
    )
    assert (report.count_read, report.count_accepted, report.count_new) == (5, 5, 2)
    assert (report.count_outdated, report.count_unchanged) == (2, 1)
    assert query("select id, text, _row from raw.complaint order by id") == [("1", "新", 2), ("2", "后", 6)]


def test_codes_labels_and_references(regions, write, ingest, query) -> None:
    ingest(write("unit.csv", "id,name\nU1,青江市民政局\nU2,同名局\nU3,同名局\n"))
    (report,) = ingest(
        write(
            "complaint.csv",
            "id,received_at,region_code,渠道,环节,行业,承办单位\n"
            "1,2024-01-02,9901,扫码,replied,教育,U1\n"
            "2,2024-01-02,9901,SCAN,答复,02,青江市民政局\n"
            "3,2024-01-02,9901,电报,,,\n"
            "4,2024-01-02,9901,,,没有的行业,\n"
            "5,2024-01-02,9901,,,,同名局\n",
        )
    )
    assert (report.count_accepted, report.count_rejected) == (2, 3)
    assert query("select channel, stage, industry_code, unit_id from raw.complaint order by id") == [
        ("scan", "replied", "02", "U1"),
        ("scan", "replied", "02", "U1"),
    ]
    reasons = [row["原因"] for row in rejected(report)]
    assert reasons[0].startswith("不在取值范围内（可用：扫码、")
    assert reasons[1:] == ["在“行业”表中找不到", "在“单位”表中找不到"]
    assert len(query("from raw.industry")) == 11


def test_events_need_their_complaint(regions, write, ingest) -> None:
    folder = write("in/complaint.csv", HEADER + "1,2024-01-02,9901,甲,,\n").parent
    write("in/complaint_event.csv", "投诉编号,环节,时间\n1,答复,2024-01-05\n2,答复,2024-01-05\n")
    complaint, event = ingest(folder)
    assert complaint.table == "complaint"
    assert (event.table, event.count_accepted, event.count_rejected) == ("complaint_event", 1, 1)
    assert rejected(event)[0]["原因"] == "在“投诉”表中找不到"


def test_unknown_columns_are_named(regions, write, ingest) -> None:
    (report,) = ingest(write("complaint.csv", "id,received_at,region_code,心情\n1,2024-01-02,9901,好\n"))
    assert report.notes == ("未载入的列：心情",)


@pytest.mark.parametrize(
    ("header", "table"),
    [
        ("投诉编号,环节,时间", "complaint_event"),
        ("编号,预警时间,等级,区划代码", "alert"),
        ("村区划代码,事项代码,公开日期", "disclosure"),
    ],
)
def test_headers_tell_the_table(regions, write, ingest, header: str, table: str) -> None:
    (report,) = ingest(write("x.csv", header + "\n"))
    assert (report.table, report.count_read) == (table, 0)


def test_a_file_of_nothing_but_faults_leaves_an_empty_table(regions, write, ingest, query) -> None:
    (report,) = ingest(write("complaint.csv", HEADER + "1,x,9901,,,\n"))
    assert (report.count_read, report.count_rejected) == (1, 1)
    assert query("from raw.complaint") == []


def test_formulas_in_rejects_stay_text(regions, write, ingest) -> None:
    (report,) = ingest(write("complaint.csv", HEADER + "=1+1,x,9901,@cmd,,\n"))
    (row,) = rejected(report)
    assert (row["投诉编号"], row["内容"]) == ("'=1+1", "'@cmd")


def test_rejects_lie_in_their_folder(regions, write, ingest, home) -> None:
    (report,) = ingest(write("complaint.csv", HEADER + "1,x,9901,,,\n"))
    assert report.rejects_path is not None
    assert report.rejects_path.parent == home.rejects_path
    assert [path.name for path in Path(home.home).iterdir() if "scratch" in path.name] == []
