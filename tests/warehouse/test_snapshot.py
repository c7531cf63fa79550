"""Which snapshot is in service, and what is cleared away."""

from pathlib import Path

import pytest

from cockpit.error import CockpitError
from cockpit.settings import Settings
from cockpit.warehouse import snapshot
from tests.warehouse.store import Warehouse, make_settings

OLD, NEW = "20240101T000000000000Z-aaaa", "20240102T000000000000Z-0000"
WHOLE = b"checksumDUCK rest"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


def put(settings: Settings, build_id: str, content: bytes = WHOLE) -> Path:
    settings.snapshots_path.mkdir(exist_ok=True)
    path = settings.snapshots_path / f"{build_id}.duckdb"
    path.write_bytes(content)
    return path


def point(settings: Settings, content: bytes) -> None:
    (settings.snapshots_path / "CURRENT").write_bytes(content)


def test_before_the_first_build_there_is_none(settings: Settings) -> None:
    assert snapshot.current(settings) is None
    settings.snapshots_path.mkdir()
    assert snapshot.current(settings) is None


def test_the_pointer_wins_over_newer_files(settings: Settings) -> None:
    old = put(settings, OLD)
    put(settings, NEW)
    point(settings, f"{OLD}.duckdb\n".encode())
    assert snapshot.current(settings) == old


@pytest.mark.parametrize(
    "pointer",
    [None, b"", b"\xff\xfe", b"no-such.duckdb", b"../warehouse.duckdb", b"20240103T000000000000Z-0000"],
)
def test_a_pointer_that_leads_nowhere_falls_back_to_the_newest(
    settings: Settings, pointer: bytes | None
) -> None:
    put(settings, OLD)
    newest = put(settings, NEW)
    put(settings, "20240103T000000000000Z-ffff", b"")
    (settings.home / "warehouse.duckdb").write_bytes(WHOLE)
    (settings.snapshots_path / "20240104T000000000000Z-ffff.duckdb.part").write_bytes(WHOLE)
    if pointer is not None:
        point(settings, pointer)
    assert snapshot.current(settings) == newest


def test_a_file_cut_short_is_not_served(settings: Settings) -> None:
    old = put(settings, OLD)
    put(settings, NEW, b"short")
    point(settings, f"{NEW}.duckdb".encode())
    assert snapshot.current(settings) == old


def test_only_the_last_are_kept_and_the_one_in_service_always(settings: Settings) -> None:
    paths = [put(settings, f"2024010{day}T000000000000Z-aaaa") for day in range(1, 7)]
    stranger = settings.snapshots_path / "mine.duckdb"
    stranger.write_bytes(WHOLE)
    point(settings, paths[0].name.encode())
    snapshot.clear_old(settings)
    assert sorted(settings.snapshots_path.glob("2*.duckdb")) == [paths[0], *paths[3:]]
    assert stranger.exists()


def test_one_builder_at_a_time(settings: Settings) -> None:
    with (
        snapshot.only_builder(settings),
        pytest.raises(CockpitError, match="另一次构建正在进行"),
        snapshot.only_builder(settings),
    ):
        pass
    with snapshot.only_builder(settings):
        pass


def test_the_folder_is_closed_to_others(warehouse: Warehouse) -> None:
    warehouse.insert("region", [{"code": "110000000000", "name": "某省"}])
    warehouse.build()
    assert warehouse.settings.snapshots_path.stat().st_mode & 0o777 == 0o700
