"""One county of demo data, made once a worker, and a connection that sees its files as tables."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cockpit.contract import TABLES
from cockpit.demo import generate

END = date(2026, 6, 30)


@dataclass(frozen=True)
class Demo:
    folder: Path
    truth: dict[str, Any]
    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str, **values: object) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, values).fetchall()

    def value(self, sql: str, **values: object) -> Any:
        return self.rows(sql, **values)[0][0]


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("county")
    generate("county", 7, folder, lambda line: None, END)
    with duckdb.connect() as connection:
        for name, table in TABLES.items():
            types = {column.name: column.sql_type for column in table.columns}
            connection.read_csv(folder / f"{name}.csv", dtype=types, header=True).create(name)
        yield Demo(folder, json.loads((folder / "truth.json").read_text(encoding="utf-8")), connection)
