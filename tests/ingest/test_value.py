"""Values as people and spreadsheets write them."""

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

SQL = Path(__file__).parents[2] / "cockpit" / "ingest" / "sql"


@pytest.fixture(scope="module")
def value():
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'Asia/Shanghai'")
        for name in ("value", "place"):
            connection.execute((SQL / f"{name}.sql").read_text("utf-8"))
        yield lambda macro, text: connection.execute(f"select {macro}($text)", {"text": text}).fetchone()[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019/4/25 9:32:09", datetime(2019, 4, 25, 9, 32, 9)),
        ("2018/4/24", datetime(2018, 4, 24)),
        ("2019-04-25T09:32:09", datetime(2019, 4, 25, 9, 32, 9)),
        ("2019-04-25 09:32:09.123456", datetime(2019, 4, 25, 9, 32, 9, 123456)),
        ("2019年4月25日", datetime(2019, 4, 25)),
        ("2019年4月25日 9时32分", datetime(2019, 4, 25, 9, 32)),
        ("2019 年 4 月 25 日 9：32", datetime(2019, 4, 25, 9, 32)),
        ("2019.4.25", datetime(2019, 4, 25)),
        ("20190425", datetime(2019, 4, 25)),
        ("20190425093209", datetime(2019, 4, 25, 9, 32, 9)),
        ("43580", datetime(2019, 4, 25)),
        ("43580.25", datetime(2019, 4, 25, 6)),
        ("2019-04-25T01:32:09Z", datetime(2019, 4, 25, 9, 32, 9)),
        ("2019-04-25 09:32:09+08:00", datetime(2019, 4, 25, 9, 32, 9)),
        ("2019-04-25 09:32:09 PM", datetime(2019, 4, 25, 21, 32, 9)),
        ("2019-02-29", None),
        ("2019-13-01", None),
        ("2019年2月30日", None),
        ("20190231", None),
        ("4/25/2019", None),
        ("25/4/2019", None),
        ("03/04/2019", None),
        ("epoch", None),
        ("infinity", None),
        ("9:32", None),
        ("昨天", None),
    ],
)
def test_times(value, text: str, expected: datetime | None) -> None:
    assert value("parse_timestamp", text) == expected


@pytest.mark.parametrize(
    ("macro", "text", "expected"),
    [
        ("parse_integer", "1,234", 1234),
        ("parse_integer", "12.0", 12),
        ("parse_integer", "1.5", None),
        ("parse_integer", "三", None),
        ("parse_number", "￥1,234.50", 1234.5),
        ("parse_number", "600元", 600.0),
        ("parse_number", "nan", None),
        ("parse_number", "inf", None),
        ("parse_boolean", "是", True),
        ("parse_boolean", "N", False),
        ("parse_boolean", "也许", None),
        ("parse_region", "99", "990000000000"),
        ("parse_region", "990101", "990101000000"),
        ("parse_region", "99010", None),
        ("clean", " \u3000\t\n 文字 \u3000\r\n", "文字"),
        ("clean", "\ufeff文 字", "文 字"),
        ("clean", " \u3000", None),
        ("clean", "", None),
        ("place_key", "示范省 / 青江市、东湖区", "示范省青江市东湖区"),
        ("bare_key", "示范省青江市柳河街道和平社区", "示范青江柳河和平"),
    ],
)
def test_other_values(value, macro: str, text: str, expected: object) -> None:
    assert value(macro, text) == expected
