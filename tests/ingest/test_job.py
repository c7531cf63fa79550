"""Loads and builds begun on a page: one at a time, followed, killed, and what they leave."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import jwt
import pytest

from cockpit import cli
from cockpit.error import CockpitError
from cockpit.ingest import job
from cockpit.ingest.history import history
from cockpit.ingest.job import Job, Order
from cockpit.ledger import audit, open_ledger
from cockpit.ledger import store as ledger_store
from cockpit.secret import secret_key
from cockpit.settings import Settings
from tests.ingest.conftest import REGIONS
from tests.ingest.test_failure import content, large

ROWS = "id,received_at,region_code,text\n1,2024-01-02,9901,甲\n2,x,9901,乙\n3,2024-01-04,9902,丙\n"
ADMIN = {"who": "admin", "session": "s-1", "address": "192.0.2.7"}


@pytest.fixture(autouse=True)
def closed_ledgers():
    yield
    for ledger in ledger_store._open.values():
        ledger.engine.dispose()
    ledger_store._open.clear()


def finished(home: Settings, job_id: str, seconds: float = 180) -> Job:
    until = time.monotonic() + seconds
    while True:
        found = job.latest(home)
        assert found is not None
        assert found.id == job_id
        if not found.is_running:
            return found
        assert time.monotonic() < until, found
        time.sleep(0.05)


def upload(name: str, text: str | bytes) -> tuple[str, io.BytesIO]:
    return name, io.BytesIO(text if isinstance(text, bytes) else text.encode())


def test_a_trial_then_the_load_then_a_build(regions, home, query) -> None:
    before = content(query)
    tried = finished(home, job.start(home, Order("try", **ADMIN), [upload("complaint.csv", ROWS)]))
    assert tried.error is None
    [trial] = tried.result["reports"]
    assert content(query) == before
    assert not home.rejects_path.exists()
    assert [(one["row"], one["columns"], one["value"]) for one in trial["first_rejects"]] == [
        (3, "受理时间", "x")
    ]
    assert tried.done == tried.total == 5  # numbering; industries and complaints, two stages each
    loaded = finished(home, job.start(home, Order("load", **ADMIN), [upload("complaint.csv", ROWS)]))
    [report] = loaded.result["reports"]
    same = ("count_read", "count_accepted", "count_rejected", "count_unchanged", "first_rejects", "notes")
    assert {key: trial[key] for key in same} == {key: report[key] for key in same}
    assert (report["count_read"], report["count_accepted"], report["count_rejected"]) == (3, 2, 1)
    assert query("select id, _load_id from raw.complaint order by id") == [("1", loaded.id), ("3", loaded.id)]
    [name] = [path.name for path in home.rejects_path.iterdir()]
    assert name == report["rejects_path"] == f"{loaded.id}_complaint.csv"
    assert (home.rejects_path / name).stat().st_mode & 0o077 == 0
    assert query(f"select loaded_by from raw.load where load_id = '{loaded.id}' limit 1") == [("admin",)]
    built = finished(home, job.start(home, Order("build", **ADMIN)), 60)
    assert built.error is None
    assert built.done == built.total > 20
    assert (home.snapshots_path / f"{built.result['build_id']}.duckdb").exists()
    assert not list(home.jobs_path.glob("*/files"))
    told = audit.entries(open_ledger(home), who="admin")
    assert {(one.session, one.address) for one in told} == {("s-1", "192.0.2.7")}
    assert [(one.action, one.target) for one in reversed(told)] == [
        ("ingest_try", tried.id),
        ("ingest_try", "complaint.csv"),
        ("ingest", loaded.id),
        ("ingest", "complaint.csv"),
        ("build", built.id),
        ("build", built.result["build_id"]),
    ]
    assert told[2].count_row == 3
    assert told[2].detail["rejected"] == 1


def test_a_first_trial_leaves_no_warehouse(home) -> None:
    tried = finished(home, job.start(home, Order("try", **ADMIN), [upload("region.csv", REGIONS)]))
    assert tried.result["reports"][0]["count_accepted"] == 13
    assert not home.warehouse_path.exists()


def test_what_goes_wrong_is_one_sentence_without_folders(regions, home, query) -> None:
    before = content(query)
    failed = finished(
        home, job.start(home, Order("load", **ADMIN), [upload("complaint.csv", "投诉编号,内容\n1,x\n")])
    )
    assert (
        failed.error
        == "文件“complaint.csv”缺少“投诉”表的必填列：受理时间（received_at）、区划代码（region_code）。"
    )
    assert content(query) == before
    [last, *_] = audit.entries(open_ledger(home), who="admin")
    assert (last.action, last.target, last.detail["state"]) == ("ingest", failed.id, "failed")


@pytest.mark.parametrize(
    "name",
    ["../x.csv", "/etc/x.csv", "a/b.csv", "a\\b.csv", "..", "", ".csv", ".hidden.csv", "x.exe", "x.csv\n",
     "\u202evsc.csv", "x" * 300 + ".csv", "\udc80.csv"],
)  # fmt: skip
def test_names_that_are_more_than_names_are_refused(home, name: str) -> None:
    with pytest.raises(CockpitError, match="文件名不能用"):
        job.start(home, Order("load", **ADMIN), [upload(name, ROWS)])
    assert [path.name for path in home.jobs_path.iterdir()] == [".lock"]
    assert job.latest(home) is None


def test_uploads_of_one_name_are_kept_apart_and_to_their_owner(regions, home, tmp_path) -> None:
    order = Order("load", **ADMIN)
    with job._locked(home):
        folder = home.jobs_path / "20240101T000000-abcdef"
        folder.mkdir()
        kept = [job._keep(folder, number, "a.csv", io.BytesIO(b"x")) for number in range(2)]
    assert len(set(kept)) == 2
    for path in (*kept, *(one.parent for one in kept), folder / "files"):
        assert path.stat().st_mode & 0o077 == 0
    assert order.names == []


def big_upload(tmp_path: Path) -> tuple[str, io.BytesIO]:
    return upload("complaint.csv", large(tmp_path / "big.csv", 150_000).read_bytes())


def test_two_at_once_and_a_killed_one(regions, home, query, tmp_path) -> None:
    before = content(query)
    assert not history(home).is_behind
    first = job.start(home, Order("load", **ADMIN), [big_upload(tmp_path)])
    with pytest.raises(CockpitError, match=r"^admin 的导入正在进行（自 ..:..:..），请等它结束后再试。"):
        job.start(home, Order("build", "second"))
    running = job.running(home)
    assert running is not None
    assert (running.id, running.kind, running.who, running.names) == (
        first,
        "load",
        "admin",
        ["complaint.csv"],
    )
    while not (found := job.running(home)) or not any("校验" in line for line in found.lines):
        time.sleep(0.02)
    with pytest.raises(CockpitError, match="已经结束"):
        job.cancel(home, "another", who="second", session=None, address=None)
    # While it runs the log of loads is behind, and no failure.
    assert history(home).loads["table_name"].tolist() == ["region"]
    job.cancel(home, first, who="second", session="s-2", address=None)
    ended = finished(home, first)
    assert ended.cancelled_by == "second"
    assert content(query) == before
    assert job.is_kept(home, ended) is False
    assert not list(home.jobs_path.glob("*/files"))
    assert not (home.home / "ingest-scratch").exists()
    assert audit.entries(open_ledger(home), action="job_cancel")[0].who == "second"
    # And the next one may begin at once.
    assert finished(home, job.start(home, Order("load", **ADMIN), [upload("complaint.csv", ROWS)])).result


def test_one_that_dies_by_itself_is_said_to_have(regions, home, query, tmp_path) -> None:
    before = content(query)
    job_id = job.start(home, Order("load", **ADMIN), [big_upload(tmp_path)])
    while not (found := job.running(home)) or not any("校验" in line for line in found.lines):
        time.sleep(0.02)
    os.kill(json.loads((home.jobs_path / ".lock").read_text())["pid"], signal.SIGKILL)
    ended = finished(home, job_id)
    assert ended.is_interrupted
    assert content(query) == before
    assert job.is_kept(home, ended) is False
    assert not list(home.jobs_path.glob("*/files"))


def test_only_one_of_many_begins(home) -> None:
    outcomes: list[str] = []

    def begin() -> None:
        try:
            outcomes.append(job.start(home, Order("try", **ADMIN), [upload("region.csv", REGIONS)]))
        except CockpitError as error:
            outcomes.append(str(error))

    open_ledger(home)
    many = [threading.Thread(target=begin) for _ in range(6)]
    for one in many:
        one.start()
    for one in many:
        one.join()
    begun = [one for one in outcomes if "正在进行" not in one]
    assert len(begun) == 1, outcomes
    assert finished(home, begun[0]).result


def test_the_command_line_takes_its_turn(home, monkeypatch, write, capsys) -> None:
    monkeypatch.setattr("cockpit.cli.ingest.settings", lambda: home)
    region = str(write("region.csv", REGIONS + "123,坏,\n"))
    with job.alone(home, "build", "cli:somebody"):
        assert job.latest(home).who == "cli:somebody"
        assert cli.main(["ingest", region]) == 2
    assert "cli:somebody 的构建快照正在进行" in capsys.readouterr().err
    assert cli.main(["ingest", "--dry-run", region]) == 0
    output = capsys.readouterr().out
    assert "未写入" in output
    assert "14\t13\t1\t0\tregion.csv" in output
    assert "  第 15 行\t" in output
    assert not home.warehouse_path.exists()
    assert audit.entries(open_ledger(home))[0].action == "ingest_try"


def token(home: Settings, key: bytes, **changed: object) -> str:
    claims = {"kind": "build", "who": "admin", "session": None, "address": None, "files": [], "table": None}
    claims |= {"profile": None, "id": "x", "exp": datetime.now(UTC).timestamp() + 60}
    order = jwt.encode(claims | changed, key, "HS256")
    return json.dumps({"settings": home.model_dump(mode="json"), "order": order})


def test_nobody_else_writes_orders(home) -> None:
    key = secret_key(home.secrets_path, "job")
    for given in ("", "{}", token(home, b"0" * 32), token(home, key, exp=1), '{"settings": 1, "order": 2}'):
        with pytest.raises(CockpitError, match="任务单无效"):
            job.run(given)


def test_a_full_disk_is_named(home, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cockpit.ingest.job.shutil.copyfileobj", full)
    with pytest.raises(CockpitError, match=r"^任务没有开始：磁盘空间不足。$"):
        job.start(home, Order("load", **ADMIN), [upload("region.csv", REGIONS)])
    assert [path.name for path in home.jobs_path.iterdir()] == [".lock"]


def test_a_job_that_cannot_be_told_of_does_not_go_on(home, monkeypatch) -> None:
    spawn, begun = job._spawn, []

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(job, "_spawn", lambda *given: begun.append(spawn(*given)) or begun[0])
    monkeypatch.setattr("cockpit.ingest.job.os.pwrite", full)
    with pytest.raises(CockpitError, match=r"^任务没有开始：磁盘空间不足。$"):
        job.start(home, Order("build", "admin"))
    until = time.monotonic() + 10
    while Path(f"/proc/{begun[0]}").exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert not Path(f"/proc/{begun[0]}").exists()
    assert job.running(home) is None


def test_nothing_begins_that_cannot_be_recorded(home, monkeypatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise CockpitError("台账正被其他程序占用，请稍后再试。")

    monkeypatch.setattr("cockpit.ingest.job.audit.record", refuse)
    with pytest.raises(CockpitError, match="台账"):
        job.start(home, Order("build", "admin"))
    assert job.latest(home) is None


def test_the_log_while_another_process_writes(regions, home) -> None:
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(home.warehouse_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(CockpitError, match="导入结束"):
            history(home)
    finally:
        holder.communicate()
    found = history(home)
    assert not found.is_behind
    assert list(found.latest) == ["region"]
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(home.warehouse_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout.readline() == b"open\n"
        os.utime(home.warehouse_path, (1, 1))
        assert history(home).is_behind
        assert list(history(home).latest) == ["region"]
    finally:
        holder.communicate()


def test_a_load_waits_for_who_reads_the_log(regions, home, write, ingest) -> None:
    with duckdb.connect(home.warehouse_path, read_only=True):
        path = write("complaint.csv", ROWS)
        code = "import sys; from pathlib import Path; from cockpit.ingest import load; from cockpit.settings import Settings; print(len(load([Path(sys.argv[2])], settings=Settings(home=sys.argv[1]))))"
        loading = subprocess.Popen(
            [sys.executable, "-c", code, str(home.home), str(path)], stdout=subprocess.PIPE, text=True
        )
        time.sleep(1.5)
    assert loading.communicate()[0] == "1\n"
