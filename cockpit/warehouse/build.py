"""Build a snapshot from the warehouse: staging views, marts and checks, then the swap."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pandas as pd

from cockpit.contract import TABLES
from cockpit.contract.table import UPDATED_AT
from cockpit.error import CockpitError
from cockpit.rating_rules import in_force, rules
from cockpit.settings import Settings
from cockpit.warehouse import cluster, rating, snapshot
from cockpit.warehouse.failure import reason
from cockpit.warehouse.raw import RAW_TABLES, create_table_sql, outgrown
from cockpit.warehouse.relation import SQL, Relation, ordered
from cockpit.working_day import is_working_day

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")
_EXAMPLES = 5
# A quarter of DuckDB's own: a place's months then lie in one or two groups, and a page reads a third as long.
_ROW_GROUP_SIZE = 30_720
# How far back working days are counted: an alert left lying for longer has no limit but its source's.
_CALENDAR_YEARS = 30
# What the source tells of a note, but for its version: what was decided here has none.
NOTE_COLUMNS = {
    column.name: column.sql_type for column in TABLES["rating_note"].columns if column is not UPDATED_AT
}
# The step an alert waits for upstream, by its stage.
_NEXT_STEP = {
    "raised": "assign",
    "assigned": "verify",
    "verified": "dispose",
    "disposed": "apply",
    "applied": "assess",
}


def build(
    settings: Settings,
    progress: Callable[[str], None],
    folder: Path = SQL,
    step: Callable[[int, int], None] = lambda _done, _total: None,
    *,
    notes: pd.DataFrame | None = None,
) -> Path:
    """Write a new snapshot, put it into service and return its path.

    `progress` is told one Chinese line a mart, `step` how many of how many SQL files are done. `folder` holds
    the folders staging, marts and checks; `notes` are vetoes, caps and appeals decided here, in the columns of NOTE_COLUMNS. Raises
    CockpitError when there is nothing to build from, another build or a load is under way, a check fails or
    the disk is full; the snapshot in service then stays, and nothing of the new one is left.
    """
    if not settings.warehouse_path.exists():
        raise CockpitError("还没有数据：请先用 cockpit ingest 导入，再构建")
    relations = list(ordered(folder))
    rules(settings)
    with snapshot.only_builder(settings):
        snapshot.clear_leftovers(settings)
        built_at = datetime.now(UTC)
        build_id = f"{built_at:%Y%m%dT%H%M%S%f}Z-{secrets.token_hex(2)}"
        try:
            _write(settings, build_id, built_at, relations, progress, step, notes)
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
    notes: pd.DataFrame | None,
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
        _give(connection, settings, build_id, built_at)
        _give_notes(connection, notes)
        _attach(connection, settings, build_id)
        for done, relation in enumerate(relations):
            step(done, len(relations))
            try:
                _make(connection, relation, progress)
                if relation.name == "complaint":
                    cluster.make(connection, settings, snapshot.current(settings), progress)
            except duckdb.Error as error:
                raise CockpitError(
                    f"构建失败，原有快照继续使用：{relation.kind}/{relation.name}.sql {reason(error)}"
                ) from error
        if "rating_base" in {relation.name for relation in relations}:
            try:
                rating.make(connection, rules(settings), snapshot.current(settings), progress)
            except duckdb.Error as error:
                raise CockpitError(f"构建失败，原有快照继续使用：评级 {reason(error)}") from error
        step(len(relations), len(relations))
        try:
            connection.execute("checkpoint snapshot")
            connection.execute("use memory")
            connection.execute("detach snapshot")
        except duckdb.Error as error:
            raise CockpitError(f"构建失败，原有快照继续使用：{reason(error)}") from error


def _give(
    connection: duckdb.DuckDBPyConnection, settings: Settings, build_id: str, built_at: datetime
) -> None:
    """Make the tables that the SQL finds beside raw and staging: relation.GIVEN."""
    local_at = built_at.astimezone(LOCAL_ZONE).replace(tzinfo=None)
    version = in_force(rules(settings), local_at.date())
    peers = version.peers if version else None
    setting = (
        build_id,
        built_at.replace(tzinfo=None),
        local_at,
        settings.complaint_limit_days,
        settings.alert_stuck_days,
        settings.repeat_days,
        settings.cluster_days,
        settings.rating_settle_days,
        settings.tender_threshold_yuan,
        settings.entry_limit_days,
        list(peers.village) if peers else [],
        peers.smallest if peers else 5,
    )
    limits = settings.alert_limit_days.model_dump().items()
    # Working days are numbered on; days without work bear the number of the last working day before them.
    days = pd.date_range(f"{local_at.year - _CALENDAR_YEARS}-01-01", f"{local_at.year + 2}-12-31")
    is_working = np.array([is_working_day(day) for day in days.date])
    tables = {
        "setting": pd.DataFrame(
            [setting],
            columns=[
                "build_id",
                "built_at",
                "local_at",
                "complaint_limit_days",
                "alert_stuck_days",
                "repeat_days",
                "cluster_days",
                "rating_settle_days",
                "tender_threshold_yuan",
                "entry_limit_days",
                "peer_bounds",
                "peer_smallest",
            ],
        ),
        "alert_limit": pd.DataFrame(
            [(level, stage, steps[step]) for level, steps in limits for stage, step in _NEXT_STEP.items()],
            columns=["alert_level", "stage", "days"],
        ),
        "working_day": pd.DataFrame(
            {"day": days, "number": is_working.cumsum(), "is_working_day": is_working}
        ).astype({"day": "datetime64[s]"}),
    }
    for name, frame in tables.items():
        connection.from_df(frame).create(name)
    connection.execute("alter table working_day alter column day type date")


def _give_notes(connection: duckdb.DuckDBPyConnection, notes: pd.DataFrame | None) -> None:
    """Make the table decided_note; empty where nothing was decided."""
    types = ", ".join(f"{name} {kind}" for name, kind in NOTE_COLUMNS.items())
    connection.execute(f"create table decided_note ({types})")
    if notes is not None and len(notes):
        connection.register("notes", notes[list(NOTE_COLUMNS)])
        connection.execute("insert into decided_note from notes")
        connection.unregister("notes")


def _attach(connection: duckdb.DuckDBPyConnection, settings: Settings, build_id: str) -> None:
    """Open warehouse and part file so that bare names in the SQL find raw, staging and marts."""
    try:
        connection.execute(f"attach {snapshot.literal(settings.warehouse_path)} as warehouse (read_only)")
    except duckdb.IOException as error:
        if "lock" in str(error):
            raise CockpitError("数据正在导入，请等导入完成后再构建") from error
        raise CockpitError(f"仓库文件打不开：{reason(error)}") from error
    part = snapshot.literal(snapshot.part_path(settings, build_id))
    connection.execute(f"attach {part} as snapshot (row_group_size {_ROW_GROUP_SIZE})")
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
    for name, sql in outgrown(connection, "warehouse").items():
        connection.execute(f'create view memory.raw."{name}" as {sql}')
    connection.execute("set search_path = 'snapshot.main,memory.main,memory.raw,warehouse.raw'")


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
        comment = snapshot.literal(relation.comment)
        connection.execute(f'comment on table snapshot.main."{relation.name}" is {comment}')
        progress(f"已生成 {relation.name}：{count:,} 行")
