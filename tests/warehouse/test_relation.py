"""The SQL files themselves: order, layers, twins, portability."""

import re
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot.errors import ErrorLevel

from cockpit.contract import TABLES
from cockpit.error import CockpitError
from cockpit.warehouse.raw import RAW_TABLES, create_table_sql
from cockpit.warehouse.relation import GIVEN, SQL, ordered, read_relation

RENAMED = {("alert", "level"): "alert_level"}


def write(folder: Path, **files: str) -> Path:
    """Write files given as kind__name=sql."""
    for key, sql in files.items():
        kind, name = key.split("__")
        (folder / kind).mkdir(exist_ok=True)
        (folder / kind / f"{name}.sql").write_text(sql, encoding="utf-8")
    return folder


def test_every_raw_table_has_its_staging_view() -> None:
    expected = {f"stg_{name}" for name in [*TABLES, "boundary", "load"]} | {"stg_region_ancestor"}
    assert {path.stem for path in (SQL / "staging").glob("*.sql")} == expected


def test_staging_keeps_every_column_of_the_contract() -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        connection.execute("create table setting (complaint_limit_days integer)")
        for name in RAW_TABLES:
            connection.execute(create_table_sql(name))
        for relation in ordered():
            if relation.kind == "staging":
                connection.execute(f'create view "{relation.name}" as {relation.sql}')
        for name, table in TABLES.items():
            described = connection.execute(f"from stg_{name} limit 0").description
            expected = {RENAMED.get((name, column.name), column.name) for column in table.columns}
            assert {column[0] for column in described} == expected, name


def test_layers() -> None:
    relations = {relation.name: relation for relation in ordered()}
    for relation in relations.values():
        for source in relation.reads - (GIVEN - {f"raw.{name}" for name in RAW_TABLES}):
            above = "raw" if source.startswith("raw.") else relations[source].kind
            if relation.kind == "staging":
                assert above in ("raw", "staging"), relation.name
            else:
                assert above in ("staging", "marts"), relation.name


def test_everything_comes_after_what_it_reads_and_a_check_before_the_marts_it_need_not_wait_for() -> None:
    names = [relation.name for relation in ordered()]
    for relation in ordered():
        for source in relation.reads & set(names):
            assert names.index(source) < names.index(relation.name)
    for check in ("complaint_region", "complaint_unit", "region_parent"):
        assert names.index(check) < names.index("complaint")


def test_headers() -> None:
    for relation in ordered():
        if relation.kind == "checks":
            assert re.search(r"[\u4e00-\u9fff]", relation.comment), relation.name
        else:
            assert relation.comment.startswith("One row"), relation.name


@pytest.mark.parametrize("path", sorted(SQL.glob("*/*.sql")), ids=lambda path: path.stem)
def test_spark_runs_it_after_transpiling(path: Path) -> None:
    sql = path.read_text(encoding="utf-8")
    [spark] = sqlglot.transpile(
        sql, read="duckdb", write="spark", error_level=ErrorLevel.RAISE, unsupported_level=ErrorLevel.RAISE
    )
    sqlglot.parse_one(spark, dialect="spark", error_level=ErrorLevel.RAISE)


def test_the_order_is_read_from_common_table_expressions_and_subqueries(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        marts__b="-- One row.\nwith a as (from c) select (select max(x) from d) from a join e using (x)",
    )
    assert read_relation(path / "marts" / "b.sql").reads == {"c", "d", "e"}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"marts__a": "-- One row.\nselect * from b", "marts__b": "-- One row.\nselect * from a"},
            r"循环引用：(a\.sql → b\.sql → a\.sql|b\.sql → a\.sql → b\.sql)",
        ),
        ({"marts__a": "-- One row.\nselect * from a"}, r"循环引用：a\.sql → a\.sql"),
        ({"marts__a": "-- One row.\nselect * from raw.nowhere"}, r"marts/a\.sql .*不存在.*raw\.nowhere"),
        ({"checks__a": "-- 坏\nselect 1", "marts__b": "-- One row.\nfrom a"}, r"marts/b\.sql .*不存在.*a"),
        ({"staging__a": "-- One row.\nselect 1", "marts__a": "-- One row.\nselect 1"}, r"a\.sql .*重名"),
        ({"marts__a": "select 1"}, r"a\.sql 的第一行"),
        ({"marts__a": "-- One row.\ndrop table x"}, r"a\.sql 须是一条 select"),
        ({"marts__a": "-- One row.\nselect 1; select 2"}, r"a\.sql 须是一条 select"),
        ({"marts__a": "-- One row.\nselect ((1"}, r"a\.sql 不是一条"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, files: dict[str, str], message: str) -> None:
    with pytest.raises(CockpitError, match=message):
        list(ordered(write(tmp_path, **files)))
