"""Snapshots come into service and go, and no query notices."""

import os
import threading
from contextlib import closing
from pathlib import Path

import duckdb
import numpy as np
import pytest

from cockpit.error import CockpitError
from cockpit.scope import ALL, Scope
from cockpit.views.store import Reader, open_snapshot, scope_variables, store
from tests.views import tiny

SCOPE = Scope("x", "leader", ("990000000000",), (ALL,), (ALL,))


def world(number: int) -> tiny.World:
    return tiny.World(
        [tiny.Complaint(f"c{i}", "990101001001", tiny.day("2026-01-01")) for i in range(number)]
    )


def seen(home) -> int:
    return int(store(home).frame("select count(*) as n from complaint", SCOPE)["n"].iloc[0])


def open_files() -> set[str]:
    found = set()
    for link in Path("/proc/self/fd").iterdir():
        try:
            found.add(str(link.readlink()))
        except OSError:
            continue
    return found


def test_no_snapshot_is_one_clear_sentence(home) -> None:
    with pytest.raises(CockpitError, match="还没有可用的数据快照"):
        seen(home)


def test_a_first_snapshot_comes_into_service_without_a_restart(home) -> None:
    with pytest.raises(CockpitError):
        seen(home)
    tiny.write(home, world(1))
    assert seen(home) == 1


def test_a_new_snapshot_replaces_the_old_one_and_lets_go_of_its_file(home) -> None:
    old = tiny.write(home, world(1))
    assert seen(home) == 1
    assert str(old) in open_files()
    new = tiny.write(home, world(2))
    assert seen(home) == 2
    assert store(home).build_id == new.stem
    assert str(old) not in open_files()


def test_a_query_in_flight_finishes_on_the_snapshot_it_began_with(home) -> None:
    old = tiny.write(home, world(300))
    begun, results = threading.Event(), []

    def count_slowly() -> None:
        with closing(store(home)._in_service().parent.cursor()) as cursor:
            begun.set()
            for name, value in scope_variables(SCOPE).items():
                cursor.execute(f"set variable {name} = $value", {"value": value})
            results.extend(
                cursor.execute(
                    "select count(*), sum(length(md5(a.id || b.id || c.id))) > 0"
                    " from complaint a, complaint b, complaint c where c.id < 'c15'"
                ).fetchall()
            )

    thread = threading.Thread(target=count_slowly)
    thread.start()
    assert begun.wait(10)
    tiny.write(home, world(2))
    old.unlink()
    assert seen(home) == 2
    thread.join(60)
    narrow = sum(f"c{i}" < "c15" for i in range(300))
    assert results == [(300 * 300 * narrow, True)]
    assert not any(name.startswith(str(old)) for name in open_files())


def test_a_deleted_file_keeps_serving(home) -> None:
    tiny.write(home, world(3)).unlink()
    path = tiny.write(home, world(4))
    assert seen(home) == 4
    path.unlink()
    assert seen(home) == 4


@pytest.mark.parametrize("damage", ["truncated", "no_table", "no_column"])
def test_a_broken_snapshot_leaves_the_old_one_in_service(home, damage: str) -> None:
    tiny.write(home, world(1))
    assert seen(home) == 1
    path = tiny.write(home, world(2))
    if damage == "truncated":
        os.truncate(path, 5000)
    else:
        with duckdb.connect(path) as connection:
            connection.execute(
                "drop table alert_month"
                if damage == "no_table"
                else "alter table complaint drop column stage"
            )
    assert seen(home) == 1
    assert path.name in (store(home).problem or "")
    tiny.write(home, world(5))
    assert seen(home) == 5
    assert store(home).problem is None


def test_a_home_is_looked_at_only_so_often(tmp_path: Path) -> None:
    home = tiny.settings_in(tmp_path).model_copy(update={"snapshot_poll_seconds": 3600.0})
    tiny.write(home, world(1))
    assert seen(home) == 1
    tiny.write(home, world(2))
    assert seen(home) == 1


def test_many_threads_share_one_store(home) -> None:
    tiny.write(home, world(1))
    counts: list[int] = []
    scopes = [SCOPE, Scope("y", "station", ("990200000000",), (ALL,), (ALL,))]

    def ask(number: int) -> None:
        frame = store(home).frame("select count(*) as n from complaint", scopes[number % 2])
        counts.append(int(frame["n"].iloc[0]) * 10 + number % 2)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [1] * 20 + [10] * 20


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('/etc/passwd')",
        "copy (select 1) to '/tmp/leak.csv'",
        "attach '/tmp/other.duckdb'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set threads = 9",
        "delete from snapshot.complaint",
    ],
)
def test_the_connection_reaches_nothing_but_the_snapshot(home, statement: str) -> None:
    tiny.write(home, world(1))
    with closing(store(home)._in_service().parent.cursor()) as cursor, pytest.raises(duckdb.Error):
        cursor.execute(statement)


def test_settings_bound_the_engine(home) -> None:
    bounded = home.model_copy(update={"threads": 1, "memory_limit_mb": 512})
    with closing(open_snapshot(tiny.write(home, world(1)), bounded).parent) as parent:
        assert parent.execute("select current_setting('threads')").fetchall() == [(1,)]
        assert parent.execute("select current_setting('memory_limit')").fetchall() == [("488.2 MiB",)]


def test_a_null_in_an_array_is_no_number(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        reader = Reader(connection.cursor(), Scope("x", "admin"), "x")
        columns = reader.arrays(
            "select * from (values (1, 'a', 0.5, true, date '2024-01-02'), (null, null, null, null, null))"
            " as t (whole, words, part, truth, day)"
        )
    assert columns["whole"][0] == 1
    assert np.isnan(columns["whole"][1])
    assert columns["words"].tolist() == ["a", None]
    assert np.isnan(columns["part"][1])
    assert columns["truth"][0] == 1
    assert np.isnan(columns["truth"][1])
    assert np.isnat(columns["day"][1])
    assert columns["day"][0] == np.datetime64("2024-01-02")
