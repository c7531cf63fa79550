"""A warehouse of raw tables made straight from the contract; import `warehouse` for the fixture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from cockpit.settings import Settings
from cockpit.warehouse.build import build
from cockpit.warehouse.raw import RAW_TABLES, create_table_sql

LOADED_AT = datetime(2024, 5, 1, 8)


class Warehouse:
    """Raw tables under `settings.home`; rows are mappings, columns left out are null."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        settings.home.mkdir(parents=True, exist_ok=True)
        with self.connect() as connection:
            connection.execute("create schema raw")
            for name in RAW_TABLES:
                connection.execute(create_table_sql(name))

    def connect(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self.settings.warehouse_path))

    def insert(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        columns = list(RAW_TABLES[table])
        with self.connect() as connection:
            values = [[row.get(column) for column in columns] for row in rows]
            for row in rows:
                assert row.keys() <= set(columns), row
            if values:
                connection.executemany(
                    f"insert into raw.{table} values ({', '.join('?' * len(columns))})", values
                )

    def execute(self, sql: str) -> None:
        with self.connect() as connection:
            connection.execute(sql)

    def build(self, notes: pd.DataFrame | None = None) -> Path:
        return build(self.settings, lambda _line: None, notes=notes)


def snapshot_rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def make_settings(home: Path, **values: Any) -> Settings:
    return Settings(home=home, threads=1, memory_limit_mb=512, **values)


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(make_settings(tmp_path / "home"))
