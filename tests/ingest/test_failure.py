"""What cannot be used ends in one sentence and leaves the store as it was."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from cockpit.error import CockpitError

HEADER = "投诉编号,受理时间,区划代码,内容\n"


def content(query) -> list[list[tuple[object, ...]]]:
    return [query(f"from raw.{table} order by all") for table in ("region", "complaint", "load")]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("complaint.csv", b"", "是空的"),
        ("complaint.csv", b"\n\n", "是空的，没有表头"),
        ("complaint.docx", b"x", "类型不支持"),
        ("complaint.csv", b"\x81\xff\xff\xfe\x00,", "编码无法识别"),
        ("complaint.csv", "投诉编号,内容\n1,x\n".encode(), "缺少“投诉”表的必填列：受理时间（received_at）"),
        ("未知.csv", b"a,b\n1,2\n", "看不出文件"),
        ("complaint.xlsx", b"PK\x03\x04 broken", "不是有效的 xlsx 工作簿"),
        ("complaint.parquet", b"PAR1 broken", "不是有效的 parquet 文件"),
        ("complaint.ndjson", b"[1, 2]\n", "没有一行是 JSON 对象"),
        ("x.geojson", b"{", "不是有效的 GeoJSON"),
        ("x.geojson", b'{"type": "FeatureCollection", "features": []}', "没有边界"),
    ],
)
def test_unusable_files(regions, tmp_path, ingest, query, name: str, data: bytes, sentence: str) -> None:
    before = content(query)
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(CockpitError) as raised:
        ingest(path)
    assert sentence in str(raised.value)
    assert name in str(raised.value)
    assert "\n" not in str(raised.value)
    assert content(query) == before


def test_missing_paths_and_tables(regions, tmp_path, write, ingest) -> None:
    with pytest.raises(CockpitError, match="找不到文件"):
        ingest(tmp_path / "nothing.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CockpitError, match="没有可读的文件"):
        ingest(tmp_path / "empty")
    with pytest.raises(CockpitError, match="没有名为“投诉单”的表"):
        ingest(write("a.csv", HEADER), table="投诉单")


def test_one_bad_file_undoes_the_whole_call(regions, write, ingest, query, home) -> None:
    before = content(query)
    good = write("complaint.csv", HEADER + "1,2024-01-02,9901,甲\n2,x,9901,乙\n")
    bad = write("z.geojson", "{")
    with pytest.raises(CockpitError):
        ingest(good, bad)
    assert content(query) == before
    assert list(home.rejects_path.glob("*")) == []


def test_a_warehouse_in_use_is_said_to_be(regions, write, ingest, home) -> None:
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(home.warehouse_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(CockpitError, match="正被另一个进程使用"):
            ingest(write("complaint.csv", HEADER))
    finally:
        holder.communicate()


def test_something_else_in_place_of_the_warehouse(write, ingest, home) -> None:
    home.home.mkdir()
    home.warehouse_path.write_bytes(b"not a database" * 1000)
    with pytest.raises(CockpitError) as raised:
        ingest(write("complaint.csv", HEADER))
    assert "warehouse.duckdb" in str(raised.value)


LOAD = """
import resource, signal, sys
from pathlib import Path
from cockpit.error import CockpitError
from cockpit.ingest import load
from cockpit.settings import Settings
limit = int(sys.argv[3])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    load([Path(sys.argv[2])], settings=Settings(home=Path(sys.argv[1]), threads=2, memory_limit_mb=512),
         progress=lambda text: print(text, flush=True))
except CockpitError as error:
    print(error)
    sys.exit(2)
"""


def large(path: Path, rows: int) -> Path:
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select 'C' || i as id, '2024-01-02' as received_at, '9901' as region_code, "
            f"md5(i::varchar) || md5((i + 1)::varchar) as text from range({rows}) as n(i)) to '{path}'"
        )
    return path


def test_a_full_disk_leaves_the_store_intact(regions, tmp_path, query, home, ingest, write) -> None:
    ingest(write("complaint.csv", HEADER + "1,2024-01-02,9901,旧\n"))
    before = content(query)
    path = large(tmp_path / "complaint.csv", 60_000)
    limit = home.warehouse_path.stat().st_size + (1 << 20)
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(home.home), str(path), str(limit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "磁盘空间不足" in done.stdout
    assert "Traceback" not in done.stderr
    assert content(query) == before


@pytest.mark.parametrize("seconds", [0.02, 0.3])
def test_a_killed_load_leaves_the_store_intact(
    regions, tmp_path, query, home, ingest, write, seconds: float
) -> None:
    ingest(write("complaint.csv", HEADER + "1,2024-01-02,9901,旧\n"))
    before = content(query)
    path = large(tmp_path / "complaint.csv", 60_000)
    running = subprocess.Popen(
        [sys.executable, "-c", LOAD, str(home.home), str(path), "0"], stdout=subprocess.PIPE, text=True
    )
    for line in running.stdout:
        if "校验" in line:
            break
    time.sleep(seconds)
    running.send_signal(signal.SIGKILL)
    running.wait()
    running.stdout.close()
    assert content(query) == before or query("select count(*) from raw.complaint") == [(60_001,)]
    (report,) = ingest(path)
    assert (report.count_read, report.count_rejected) == (60_000, 0)
    assert query("select count(*) from raw.complaint") == [(60_001,)]
    assert not [each for each in home.home.iterdir() if "scratch" in each.name]
