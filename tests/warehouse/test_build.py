"""What a build refuses, survives and leaves behind."""

import json
import shutil
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cockpit import cli
from cockpit.error import CockpitError
from cockpit.settings import ROOT, settings
from cockpit.warehouse import snapshot
from cockpit.warehouse.build import build
from cockpit.warehouse.relation import SQL
from tests.warehouse.store import Warehouse, make_settings, snapshot_rows

PROVINCE, CITY = "110000000000", "110100000000"
AT = datetime(2024, 1, 1)
COMPLAINT = {"id": "c", "received_at": AT, "region_code": CITY}
ALERT = {"id": "a", "raised_at": AT, "level": "red", "region_code": CITY}


@pytest.fixture
def filled(warehouse: Warehouse) -> Warehouse:
    warehouse.insert("region", [{"code": PROVINCE, "name": "某省"}, {"code": CITY, "name": "某市"}])
    warehouse.insert("complaint", [COMPLAINT])
    warehouse.insert("alert", [ALERT])
    return warehouse


def left(warehouse: Warehouse) -> list[str]:
    """Return the names in the folder of snapshots, without the lock."""
    return sorted(path.name for path in warehouse.settings.snapshots_path.iterdir() if path.name != ".lock")


def in_child(source: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", source, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_without_a_warehouse(tmp_path: Path) -> None:
    with pytest.raises(CockpitError, match="还没有数据"):
        build(make_settings(tmp_path), print)
    assert list(tmp_path.iterdir()) == []


def test_with_an_empty_warehouse(warehouse: Warehouse) -> None:
    with pytest.raises(CockpitError, match="还没有区划"):
        warehouse.build()
    assert left(warehouse) == []


def test_with_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "warehouse.duckdb").write_text("乱码" * 5000)
    with pytest.raises(CockpitError, match="仓库文件打不开"):
        build(make_settings(tmp_path), print)


def test_with_raw_tables_missing(filled: Warehouse) -> None:
    filled.execute("drop table raw.alert; drop table raw.alert_event; drop table raw.boundary")
    assert snapshot_rows(filled.build(), "select count_complaint, count_alert from build") == [(1, 0)]


def test_a_warehouse_of_an_earlier_contract(filled: Warehouse) -> None:
    filled.execute("alter table raw.complaint drop column satisfaction")
    rows = snapshot_rows(filled.build(), "select id, satisfaction from complaint")
    assert rows == [("c", None)]


def test_with_a_column_missing(filled: Warehouse) -> None:
    filled.execute("alter table raw.complaint drop column received_at")
    with pytest.raises(CockpitError, match=r"staging/stg_complaint\.sql .*received_at"):
        filled.build()
    assert left(filled) == []


def test_progress_tells_each_mart_in_chinese(filled: Warehouse) -> None:
    lines: list[str] = []
    build(filled.settings, lines.append)
    assert "已生成 complaint：1 行" in lines
    # Two more: of the comparison of texts and of the ratings.
    assert len(lines) == len(list((SQL / "marts").glob("*.sql"))) + 2


def test_the_command(
    filled: Warehouse, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COCKPIT_HOME", str(filled.settings.home))
    settings.cache_clear()
    try:
        assert cli.main(["build"]) == 0
        assert str(snapshot.current(filled.settings)) in capsys.readouterr().out
        filled.insert("complaint", [COMPLAINT | {"id": "d", "region_code": "120000000000"}])
        assert cli.main(["build"]) == 2
        error = capsys.readouterr().err.splitlines()[-1]
        assert error == "构建失败，原有快照继续使用：投诉引用了区划表没有的代码，如 120000000000"
    finally:
        settings.cache_clear()


BAD_ROWS: list[tuple[str, dict[str, object], str]] = [
    ("region", {"code": "110203000000", "name": "缺市之县"}, "缺少上级区划，如 110200000000"),
    ("unit", {"id": "u", "name": "u", "region_code": "120000000000"}, "单位引用了区划表没有.*120000"),
    ("complaint", COMPLAINT | {"id": "2", "region_code": "110105000000"}, "投诉.*区划.*110105000000"),
    ("complaint", COMPLAINT | {"id": "2", "industry_code": "xx"}, "投诉.*行业.*xx"),
    ("complaint", COMPLAINT | {"id": "2", "unit_id": "uu"}, "投诉.*单位.*uu"),
    ("complaint_event", {"complaint_id": "zz", "stage": "rated", "at": AT}, "找不到所属投诉，如 zz"),
    (
        "complaint_event",
        {"complaint_id": "c", "stage": "rated", "at": AT, "unit_id": "uu"},
        "投诉办理记录.*单位.*uu",
    ),
    ("alert", ALERT | {"id": "2", "region_code": "110105000000"}, "预警.*区划.*110105000000"),
    ("alert", ALERT | {"id": "2", "industry_code": "xx"}, "预警.*行业.*xx"),
    ("alert", ALERT | {"id": "2", "unit_id": "uu"}, "预警.*单位.*uu"),
    ("alert_event", {"alert_id": "zz", "stage": "raised", "at": AT}, "找不到所属预警，如 zz"),
    (
        "alert_event",
        {"alert_id": "a", "stage": "raised", "at": AT, "unit_id": "uu"},
        "预警处置记录.*单位.*uu",
    ),
]


def test_a_failing_check_keeps_the_old_snapshot(filled: Warehouse) -> None:
    old = filled.build()
    before = left(filled)
    good = filled.settings.home / "good"
    shutil.copy(filled.settings.warehouse_path, good)
    for table, row, message in BAD_ROWS:
        shutil.copy(good, filled.settings.warehouse_path)
        filled.insert(table, [row])
        with pytest.raises(CockpitError, match=f"^构建失败，原有快照继续使用：.*{message}"):
            filled.build()
        assert left(filled) == before
        assert snapshot.current(filled.settings) == old
    assert snapshot_rows(old, "select count_complaint from build") == [(1,)]


def test_each_identity_can_fail(filled: Warehouse, tmp_path: Path) -> None:
    folder = tmp_path / "sql"
    for mart, wrong, check in [
        ("complaint_month", "region.level <> 'city'", "投诉月度汇总与明细按区划不一致"),
        ("alert_month", "region.level <> 'city'", "预警月度汇总与明细按区划不一致"),
        ("complaint_month", "rolled.unit_id <> '*'", "投诉月度汇总"),
        ("complaint_month", "rolled.unit_id = '*'", "投诉月度汇总中各单位之和"),
        ("alert_month", "rolled.unit_id = '*'", "预警月度汇总中各单位之和"),
        ("complaint", "false", "投诉月度汇总的全省合计"),
        ("alert", "false", "预警月度汇总的全省合计"),
    ]:
        shutil.copytree(SQL, folder, dirs_exist_ok=True)
        path = folder / "marts" / f"{mart}.sql"
        head, order = path.read_text(encoding="utf-8").rsplit("order by", 1)
        path.write_text(f"{head}where {wrong} order by{order}", encoding="utf-8")
        with pytest.raises(CockpitError, match=check):
            build(filled.settings, print, folder)


def test_the_last_three_are_kept(filled: Warehouse) -> None:
    paths = [filled.build() for _ in range(5)]
    assert paths == sorted(paths)
    assert set(left(filled)) == {"CURRENT", *(path.name for path in paths[2:])}
    assert snapshot.current(filled.settings) == paths[-1]


def test_a_snapshot_is_whole_without_a_log(filled: Warehouse) -> None:
    path = filled.build()
    copy = filled.settings.home / "copy.duckdb"
    shutil.copy(path, copy)
    assert snapshot_rows(copy, "select count(*) from complaint_month") == [(4,)]


def test_a_query_in_flight_outlives_its_file(filled: Warehouse) -> None:
    with duckdb.connect(str(filled.build()), read_only=True) as connection:
        cursor = connection.execute("from complaint_month")
        cursor.fetchone()
        for _ in range(3):
            filled.build()
        assert len(cursor.fetchall()) == 3
        assert connection.execute("select count(*) from complaint").fetchall() == [(1,)]


def scanned(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    """Return how many rows the scans of a query had to look at."""

    def count(node: dict[str, Any]) -> int:
        own = node["operator_rows_scanned"] if "SCAN" in node.get("operator_type", "") else 0
        return int(own) + sum(count(child) for child in node["children"])

    [(_, plan)] = connection.execute(f"explain (analyze, format json) {sql}").fetchall()
    return count(json.loads(plan))


def test_a_place_reads_few_rows_of_a_roll_up(warehouse: Warehouse) -> None:
    """2,000 villages of 8 counties over 36 months, one complaint each: sorted on disk, most is skipped."""
    warehouse.execute(
        """
        create temp table village as
        select '1101' || lpad((i // 250 + 1)::varchar, 2, '0') || lpad((i // 25 % 10 + 1)::varchar, 3, '0')
            || lpad((i % 25 + 1)::varchar, 3, '0') as code
        from range(2000) as listed(i);
        insert into raw.region (code, name)
        select distinct rpad(left(code, digits), 12, '0'), '地'
        from village cross join (values (2), (4), (6), (9), (12)) as prefix (digits);
        insert into raw.complaint (id, region_code, received_at)
        select code || month, code, timestamp '2021-01-15' + to_months(month::integer)
        from village cross join range(36) as listed(month) order by hash(code, month);
        """
    )
    with duckdb.connect(str(warehouse.build()), read_only=True) as connection:
        [(total,)] = connection.execute("select count(*) from complaint_month").fetchall()
        assert total == 2 * 36 * (1 + 1 + 8 + 80 + 2000)
        for condition in (
            "level = 'county' and parent = '110100000000'",
            "level = 'village' and parent = '110103004000'",
            "level = 'village' and region_code between '110103000000' and '110103999999'",
        ):
            sql = f"select * from complaint_month where unit_id = '*' and {condition}"
            assert 0 < scanned(connection, sql) <= 2 * 30_720 < total / 2, sql
        facts = "select * from complaint where region_code between '110103000000' and '110103999999'"
        assert 9_000 <= scanned(connection, facts) <= 2 * 30_720 < 72_000


def test_while_a_load_holds_the_warehouse(filled: Warehouse) -> None:
    with filled.connect():
        done = in_child(
            """
import sys
from cockpit.warehouse.build import build
from tests.warehouse.store import make_settings
build(make_settings(sys.argv[1]), print)
""",
            str(filled.settings.home),
        )
    assert "cockpit.error.CockpitError: 数据正在导入" in done.stderr
    assert left(filled) == []
    filled.build()


def test_after_a_load_was_killed(filled: Warehouse) -> None:
    """Rows committed before the kill stand in the log only; a reader must see them."""
    done = in_child(
        """
import os, signal, sys, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute(
    "insert into raw.complaint (id, received_at, region_code) values ('k', '2024-01-01', $code)",
    {"code": sys.argv[2]},
)
connection.execute("begin; delete from raw.complaint")
os.kill(os.getpid(), signal.SIGKILL)
""",
        str(filled.settings.warehouse_path),
        CITY,
    )
    assert done.returncode == -signal.SIGKILL
    assert filled.settings.warehouse_path.with_suffix(".duckdb.wal").exists()
    assert snapshot_rows(filled.build(), "select count_complaint from build") == [(2,)]


KILLED_BUILD = """
import os, pathlib, signal, sys
from cockpit.warehouse.build import build
from tests.warehouse.store import make_settings

home, moment = sys.argv[1:]

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def progress(line):
    if moment == "mart" and "complaint_month" in line:
        die()

if moment in ("rename", "replace"):
    setattr(pathlib.Path, moment, die)
if moment == "unlink":
    replace = pathlib.Path.replace
    pathlib.Path.replace = lambda self, target: (replace(self, target), die())
build(make_settings(home), progress)
"""


@pytest.mark.parametrize(
    ("moment", "switched"), [("mart", False), ("rename", False), ("replace", False), ("unlink", True)]
)
def test_a_kill_leaves_the_old_or_the_new_and_the_next_build_works(
    filled: Warehouse, moment: str, switched: bool
) -> None:
    old = filled.build()
    filled.insert("complaint", [COMPLAINT | {"id": "2"}])
    assert in_child(KILLED_BUILD, str(filled.settings.home), moment).returncode == -signal.SIGKILL
    current = snapshot.current(filled.settings)
    assert current is not None
    assert (current != old) == switched
    assert snapshot_rows(current, "select count_complaint from build") == [(2 if switched else 1,)]
    new = filled.build()
    assert snapshot.current(filled.settings) == new
    assert snapshot_rows(new, "select count_complaint from build") == [(2,)]
    assert all(name == "CURRENT" or name.endswith(".duckdb") for name in left(filled))


def test_a_write_that_fails(filled: Warehouse) -> None:
    """A limit on the size of files stands for a full disk: the kernel refuses a write in mid-build."""
    old = filled.build()
    before = left(filled)
    filled.execute(
        "insert into raw.complaint (id, received_at, region_code, text)"
        f" select 'n' || i, '2024-01-01', '{CITY}', md5(i::varchar) from range(100000) as listed(i)"
    )
    done = in_child(
        """
import resource, signal, sys
from cockpit.error import CockpitError
from cockpit.warehouse.build import build
from tests.warehouse.store import make_settings
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))
try:
    build(make_settings(sys.argv[1]), lambda _: None)
except CockpitError as error:
    print(error)
""",
        str(filled.settings.home),
    )
    assert done.stdout.startswith("构建失败，原有快照继续使用：marts/complaint.sql "), done
    assert done.stdout.count("\n") == 1
    assert left(filled) == before
    assert snapshot.current(filled.settings) == old


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (duckdb.IOException("IO Error: Could not write file: No space left on device"), "磁盘空间不足"),
        (duckdb.OutOfMemoryException("... max_temp_directory_size ..."), "磁盘空间不足"),
        (duckdb.OutOfMemoryException("could not allocate block"), "内存不足"),
        (OSError(28, "No space left on device"), "写入快照时出错"),
    ],
)
def test_a_full_disk_or_memory_is_named(
    filled: Warehouse, monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    old = filled.build()

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("cockpit.warehouse.build._make", fail)
    with pytest.raises(CockpitError, match=f"^构建失败，原有快照继续使用：.*{message}"):
        filled.build()
    assert snapshot.current(filled.settings) == old
    assert not [name for name in left(filled) if "part" in name]
