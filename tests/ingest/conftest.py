"""A small fictitious province in a warehouse of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cockpit.ingest import Report, load
from cockpit.settings import Settings

REGIONS = """code,name,population
990000000000,示范省,
990100000000,青江市,
990101000000,东湖区,
990101001000,柳河镇,
990101001001,和平村,1200
990101001002,东风村,900
990102000000,西山县,
990102001000,石桥乡,
990102001001,和平村,800
990200000000,白沙市,
990201000000,东湖区,
990201001000,云台镇,
990201001001,云台村,700
"""


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Settings of an installation of its own, small in memory."""
    return Settings(home=tmp_path / "home", threads=2, memory_limit_mb=512)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a source file."""

    def _write(name: str, text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(encoding))
        return path

    return _write


@pytest.fixture
def ingest(home: Settings) -> Callable[..., list[Report]]:
    """Return load with the settings given."""

    def _ingest(*paths: Path, **options: Any) -> list[Report]:
        return load(
            paths,
            table=options.pop("table", None),
            profile=options.pop("profile", None),
            settings=home,
            progress=lambda _: None,
        )

    return _ingest


@pytest.fixture
def regions(write: Callable[..., Path], ingest: Callable[..., list[Report]]) -> None:
    """Load the small province."""
    (report,) = ingest(write("region.csv", REGIONS))
    assert (report.count_read, report.count_accepted) == (13, 13)


@pytest.fixture
def query(home: Settings) -> Callable[[str], list[tuple[Any, ...]]]:
    """Return a function that reads the warehouse."""

    def _query(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(home.warehouse_path, read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return _query
