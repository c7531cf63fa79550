"""Files as they come: encodings, delimiters, workbooks, parquet, lines of JSON, folders, boundaries."""

import json
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from cockpit import ingest as package

ROWS = [("1", "2024-01-02 03:04:05", "990101", "路灯"), ("2", "2024-02-03 00:00:00", "9902", "桥，坏了")]
SQL = Path(package.__file__).parent / "sql"
COLUMNS = ("投诉编号", "受理时间", "区划代码", "内容")
STORED = [
    ("1", datetime(2024, 1, 2, 3, 4, 5), "990101000000", "路灯"),
    ("2", datetime(2024, 2, 3), "990200000000", "桥，坏了"),
]


def stored(query) -> list[tuple[object, ...]]:
    return query("select id, received_at, region_code, text from raw.complaint order by id")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_text(regions, write, ingest, query, encoding: str, delimiter: str) -> None:
    lines = [delimiter.join(row) for row in (COLUMNS, *ROWS)]
    (report,) = ingest(write("complaint.csv", "\r\n".join(lines) + "\r\n", encoding))
    assert (report.table, report.count_read, report.count_accepted) == ("complaint", 2, 2)
    assert stored(query) == STORED


def test_characters_outside_ascii_after_the_first_megabyte(regions, write, ingest, query) -> None:
    filler = "".join(f"{n},2024-01-02,9901,{'x' * 1000}\n" for n in range(3, 1103))
    text = "id,received_at,region_code,text\n" + filler + "1,2024-01-02 03:04:05,990101,路灯\n"
    ingest(write("complaint.csv", text, "gb18030"))
    assert query("select text, _row from raw.complaint where id = '1'") == [("路灯", 1102)]


def test_workbook(regions, tmp_path, ingest, query) -> None:
    path = tmp_path / "台账.xlsx"
    frame = pd.DataFrame(
        [
            [1, datetime(2024, 1, 2, 3, 4, 5), 990101, "路灯"],
            [None, None, None, None],
            [2, 45325, "9902", "桥，坏了"],
            [3, "2024年13月1日", 9902, "月份不对"],
        ],
        columns=COLUMNS,
        dtype=object,
    )
    with pd.ExcelWriter(path, engine="xlsxwriter") as book:
        pd.DataFrame().to_excel(book, sheet_name="封面", index=False)
        frame.to_excel(book, sheet_name="数据", index=False)
    (report,) = ingest(path, table="complaint")
    assert (report.count_read, report.count_accepted, report.count_rejected) == (3, 2, 1)
    assert stored(query) == STORED
    assert query("select _row from raw.complaint order by id") == [(2,), (4,)]
    assert ",5,受理时间,2024年13月1日," in report.rejects_path.read_text("utf-8-sig")


def test_parquet(regions, tmp_path, ingest, query) -> None:
    path = tmp_path / "complaint.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select 1 as id, timestamp '2024-01-02 03:04:05' as 受理时间, 990101 as 区划代码, '路灯' as 内容 "
            f"union all select 2, timestamp '2024-02-03', 9902, '桥，坏了') to '{path}'"
        )
    (report,) = ingest(path, table="complaint")
    assert report.count_accepted == 2
    assert stored(query) == STORED


@pytest.mark.parametrize("name", ["complaint.ndjson", "complaint.jsonl"])
def test_lines_of_json(regions, write, ingest, query, name: str) -> None:
    lines = [json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) for row in ROWS]
    (report,) = ingest(write(name, "\n".join([lines[0], "{坏", "[1]", lines[1]]) + "\n"))
    assert (report.count_read, report.count_accepted, report.count_rejected) == (4, 2, 2)
    assert stored(query) == STORED
    assert query("select _row from raw.complaint order by id") == [(1,), (4,)]


def test_a_folder_is_read_in_the_order_of_dependence(write, ingest, query) -> None:
    from tests.ingest.conftest import REGIONS

    write("in/a_complaint.csv", ",".join(COLUMNS) + "\n" + ",".join(ROWS[0]) + "\n")
    write("in/b_complaint_event.csv", "complaint_id,stage,at\n1,受理,2024-01-03\n")
    write("in/0.geojson", GEOJSON)
    folder = write("in/z_region.csv", REGIONS).parent
    write("in/README.md", "不读")
    reports = ingest(folder)
    assert [(report.table, report.count_rejected) for report in reports] == [
        ("region", 0),
        ("complaint", 0),
        ("complaint_event", 0),
        ("boundary", 2),
    ]


SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
GEOJSON = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"code": "9901"}, "geometry": SQUARE},
            {"type": "Feature", "properties": {"区划代码": "990200000000"}, "geometry": SQUARE},
            {"type": "Feature", "properties": {"code": "98"}, "geometry": SQUARE},
            {
                "type": "Feature",
                "properties": {"code": "99"},
                "geometry": {"type": "Point", "coordinates": [0, 0]},
            },
        ],
    }
)


def test_boundaries(regions, write, ingest, query) -> None:
    path = write("边界.geojson", GEOJSON)
    (report,) = ingest(path)
    assert (report.count_read, report.count_accepted, report.count_rejected) == (4, 2, 2)
    rows = query("from raw.boundary order by region_code")
    assert [code for code, _ in rows] == ["990100000000", "990200000000"]
    assert json.loads(rows[0][1]) == SQUARE
    (again,) = ingest(path)
    assert again.count_unchanged == 2
    assert query("from raw.boundary order by region_code") == rows


def test_names_with_signs_of_patterns(regions, write, ingest) -> None:
    (report,) = ingest(
        write("a[1]*.csv", ",".join(COLUMNS) + "\n" + ",".join(ROWS[0]) + "\n"), table="complaint"
    )
    assert report.count_accepted == 1
    assert Path(report.file).name == "a[1]*.csv"


def test_sheets_left_out_are_named(tmp_path, ingest) -> None:
    book = tmp_path / "industry.xlsx"
    with pd.ExcelWriter(book, engine="xlsxwriter") as writer:
        pd.DataFrame({"行业代码": ["01"], "行业名称": ["教育"]}).to_excel(
            writer, sheet_name="一", index=False
        )
        pd.DataFrame({"行业代码": ["02"], "行业名称": ["医疗"]}).to_excel(
            writer, sheet_name="二", index=False
        )
        pd.DataFrame().to_excel(writer, sheet_name="空", index=False)
    (report,) = ingest(book)
    assert (report.count_read, report.count_accepted) == (1, 1)
    assert [note for note in report.notes if "其他工作表" in note] == [
        "其他工作表未载入（可在配置中用 sheet 指明）：二"
    ]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
        ("=1+1", "'=1+1"),
        ("\n=1", "'\n=1"),
        ("-1.5", "-1.5"),
    ],
)
def test_rejects_hold_no_formula(text: str, written: str) -> None:
    with duckdb.connect() as connection:
        for statement in (SQL / "value.sql").read_text("utf-8").split(";\n"):
            if "macro inert" in statement:
                connection.execute(statement)
        assert connection.execute("select inert($text)", {"text": text}).fetchone() == (written,)
