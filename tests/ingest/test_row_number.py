"""The row a person looks for is the row that is named: as a spreadsheet counts, the header being row 1."""

import json

import pandas as pd
import pytest

HEADER = "id,received_at,region_code,text\n"


def numbers(report) -> list[int]:
    return [int(row) for row in pd.read_csv(report.rejects_path, dtype=str)["行号"]]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_breaks_in_quotes_and_empty_rows(regions, write, ingest, query, end: str) -> None:
    rows = [
        '1,2024-01-02,9901,"甲\n\n乙"',  # 2
        "2,x,9901,",  # 3: a bad date
        "",  # 4
        "3,2024-01-02,9901,丙",  # 5
        "4,2024-01-02,9901,丁,多",  # 6: a column too many
        "",  # 7
        "",  # 8
        '5,x,9901,"戊\n己"',  # 9: a bad date
        "6,2024-01-02,9901",  # 10: a column too few
        "7,2024-01-02,9901,庚",  # 11
        "",
        "",
    ]
    (report,) = ingest(write("complaint.csv", (HEADER + "\n".join(rows)).replace("\n", end)))
    assert (report.count_read, report.count_accepted, report.count_rejected) == (7, 3, 4)
    assert numbers(report) == [3, 6, 9, 10]
    assert [one.row for one in report.first_rejects] == [3, 6, 9, 10]
    assert query("select id, _row from raw.complaint order by id") == [("1", 2), ("3", 5), ("7", 11)]


def test_line_breaks_in_quotes_over_many_rows(regions, write, ingest) -> None:
    lines = [
        f'{row},{"x" if row % 1000 == 7 else "2024-01-02"},9901,"{"长" * 20}\n\n{row}"'
        if row % 3
        else f"{row},2024-01-02,9901,短"
        for row in range(2, 30_000)
    ]
    (report,) = ingest(write("complaint.csv", HEADER + "\n".join(lines) + "\n"))
    expected = [row for row in range(2, 30_000) if row % 1000 == 7 and row % 3]
    assert numbers(report) == expected


def test_keys_with_backslashes_and_quotes(regions, write, ingest, query) -> None:
    key = 'a\\b"c\\'
    profile = write(
        "p.toml",
        "table = 'complaint'\n[columns]\nid = 'id'\nreceived_at = 'at'\nregion_code = 'code'\n"
        f"category = {json.dumps(key)}\n",
    )
    row = {"id": "1", "at": "2024-01-02", "code": "9901", key: "路灯", "a": {"b": "不是它"}}
    ingest(write("complaint.ndjson", json.dumps(row, ensure_ascii=False) + "\n"), profile=profile)
    assert query("select category from raw.complaint") == [("路灯",)]


def test_values_shown_hold_no_text_nor_person(regions, write, ingest) -> None:
    profile = write(
        "p.toml",
        "table = 'complaint'\n[columns]\nid = 'id'\nreceived_at = 'at'\ntext = 'text'\nwriter = 'writer'\n"
        "[region]\nmethod = 'text'\ncolumns = ['text']\n",
    )
    text = "id,at,text,writer\n1,2024-01-02,某处张三家门口路灯不亮,张三\n"
    (report,) = ingest(write("complaint.csv", text), profile=profile)
    [one] = report.first_rejects
    assert (one.row, one.columns, one.value) == (2, "区划代码", "***")
