"""Build a snapshot from the warehouse: staging views, marts and checks, then the swap."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from cockpit.error import CockpitError
from cockpit.settings import Settings
from cockpit.warehouse import snapshot
from cockpit.warehouse.failure import reason
from cockpit.warehouse.raw import RAW_TABLES, create_table_sql
from cockpit.warehouse.relation import SQL, Relation, ordered

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")
_EXAMPLES = 5
# A quarter of DuckDB's own: a place's months then lie in one or two groups, and a page reads a third as long.
_ROW_GROUP_SIZE = 30_720


def build(
    settings: Settings,
    progress: Callable[[str], None],
    folder: Path = SQL,
    step: Callable[[int, int], None] = lambda _done, _total: None,
) -> Path:
    """Write a new snapshot, put it into service and return its path.

    `progress` is told one Chinese line a mart, `step` how many of how many SQL files are done. `folder` holds
    the folders staging, marts and checks. Raises
    CockpitError when there is nothing to build from, another build or a load is under way, a check fails or
    the disk is full; the snapshot in service then stays, and nothing of the new one is left.
    """
    if not settings.warehouse_path.exists():
        raise CockpitError("还没有数据：请先用 cockpit ingest 导入，再构建")
    relations = list(ordered(folder))
    with snapshot.only_builder(settings):
        snapshot.clear_leftovers(settings)
        built_at = datetime.now(UTC)
        build_id = f"{built_at:%Y%m%dT%H%M%S%f}Z-{secrets.token_hex(2)}"
        try:
            _write(settings, build_id, built_at, relations, progress, step)
            path = snapshot.publish(settings, build_id)
        except OSError as error:
            raise CockpitError(f"构建失败，原有快照继续使用：写入快照时出错（{reason(error)}）") from error
        finally:
            snapshot.clear_leftovers(settings)
        snapshot.clear_old(settings)
    return path


def _write(
    settings: Settings,
    build_id: str,
    built_at: datetime,
    relations: list[Relation],
    progress: Callable[[str], None],
    step: Callable[[int, int], None],
) -> None:
    """Make the part file of a build, checked, checkpointed and closed."""
    with duckdb.connect(
        config={
            "threads": settings.threads,
            "memory_limit": f"{settings.memory_limit_mb}MB",
            "temp_directory": str(snapshot.spill_path(settings, build_id)),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
        }
    ) as connection:
        connection.execute("set enable_progress_bar = false")
        _attach(connection, settings, build_id)
        connection.execute(
            "create table memory.main.setting ("
            "build_id varchar, built_at timestamp, local_at timestamp, complaint_limit_days integer)"
        )
        connection.execute(
            "insert into memory.main.setting values ($build_id, $built_at, $local_at, $complaint_limit_days)",
            {
                "build_id": build_id,
                "built_at": built_at.replace(tzinfo=None),
                "local_at": built_at.astimezone(LOCAL_ZONE).replace(tzinfo=None),
                "complaint_limit_days": settings.complaint_limit_days,
            },
        )
        for done, relation in enumerate(relations):
            step(done, len(relations))
            try:
                _make(connection, relation, progress)
            except duckdb.Error as error:
                raise CockpitError(
                    f"构建失败，原有快照继续使用：{relation.kind}/{relation.name}.sql {reason(error)}"
                ) from error
        step(len(relations), len(relations))
        try:
            connection.execute("checkpoint snapshot")
            connection.execute("use memory")
            connection.execute("detach snapshot")
        except duckdb.Error as error:
            raise CockpitError(f"构建失败，原有快照继续使用：{reason(error)}") from error


def _attach(connection: duckdb.DuckDBPyConnection, settings: Settings, build_id: str) -> None:
    """Open warehouse and part file so that bare names in the SQL find raw, staging and marts."""
    try:
        connection.execute(f"attach '{_quoted(settings.warehouse_path)}' as warehouse (read_only)")
    except duckdb.IOException as error:
        if "lock" in str(error):
            raise CockpitError("数据正在导入，请等导入完成后再构建") from error
        raise CockpitError(f"仓库文件打不开：{reason(error)}") from error
    part = _quoted(snapshot.part_path(settings, build_id))
    connection.execute(f"attach '{part}' as snapshot (row_group_size {_ROW_GROUP_SIZE})")
    present = {
        name
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = 'warehouse' and schema_name = 'raw'"
        ).fetchall()
    }
    if "region" not in present or not connection.execute("from warehouse.raw.region limit 1").fetchall():
        raise CockpitError("仓库里还没有区划：请先导入区划表（region），再构建")
    connection.execute("create schema memory.raw")
    for name in RAW_TABLES.keys() - present:
        connection.execute(create_table_sql(name))
    connection.execute("set search_path = 'snapshot.main,memory.main,warehouse.raw,memory.raw'")


def _make(connection: duckdb.DuckDBPyConnection, relation: Relation, progress: Callable[[str], None]) -> None:
    """Make one view or table, or run one check; CockpitError when the check returns a row."""
    if relation.kind == "staging":
        connection.execute(f'create view memory.main."{relation.name}" as {relation.sql}')
    elif relation.kind == "checks":
        if rows := connection.execute(relation.sql).fetchmany(_EXAMPLES):
            examples = "、".join(str(row[0]) for row in rows)
            raise CockpitError(f"构建失败，原有快照继续使用：{relation.comment}，如 {examples}")
    else:
        [(count,)] = connection.execute(
            f'create table snapshot.main."{relation.name}" as {relation.sql}'
        ).fetchall()
        comment = relation.comment.replace("'", "''")
        connection.execute(f"comment on table snapshot.main.\"{relation.name}\" is '{comment}'")
        progress(f"已生成 {relation.name}：{count:,} 行")


def _quoted(path: Path) -> str:
    """Return a path for an SQL literal: ATTACH takes no parameters."""
    return str(path).replace("'", "''")
