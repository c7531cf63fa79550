"""The SQL files of a build: what each reads, and the order that follows."""

from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import traverse_scope

from cockpit.error import CockpitError
from cockpit.warehouse.raw import RAW_TABLES

SQL = Path(__file__).parent / "sql"
# In the order of work among files that are ready: a failing check should cost no mart.
KINDS = ("staging", "checks", "marts")
# Made by the build itself: one row of settings, the calendar, the limits of an alert's steps, notes decided here; and, once the
# mart complaint is there, which complaints read alike and which tell of one problem.
GIVEN = frozenset(
    {
        "setting",
        "working_day",
        "alert_limit",
        "decided_note",
        "complaint_link",
        "complaint_link_block",
        "complaint_group",
        *(f"raw.{name}" for name in RAW_TABLES),
    }
)


@dataclass(frozen=True)
class Relation:
    """One SQL file: a staging view, a check or a mart; `comment` is its first line, `reads` its sources."""

    name: str
    kind: str
    sql: str
    comment: str
    reads: frozenset[str]


def read_relation(path: Path) -> Relation:
    """Read one file; CockpitError names it when it is no single select or lacks its first comment line."""
    sql = path.read_text(encoding="utf-8")
    first_line = sql.split("\n", 1)[0]
    if not first_line.startswith("-- "):
        raise CockpitError(f"{path.name} 的第一行须是说明（-- …）")
    try:
        tree = sqlglot.parse_one(sql, dialect="duckdb")
    except SqlglotError as error:
        raise CockpitError(f"{path.name} 不是一条可以解析的 SQL：{error}") from error
    if not isinstance(tree, exp.Query):
        raise CockpitError(f"{path.name} 须是一条 select 语句")
    reads = frozenset(
        ".".join(part for part in (source.db, source.name) if part)
        for scope in traverse_scope(tree)
        for source in scope.sources.values()
        if isinstance(source, exp.Table)
    )
    return Relation(path.stem, path.parent.name, sql, first_line.removeprefix("-- ").strip(), reads)


def ordered(folder: Path = SQL) -> Iterator[Relation]:
    """Yield all relations of a folder, each after those it reads and checks as early as they can run.

    CockpitError names the file of a cycle, of a name used twice or of a source that does not exist.
    """
    relations: dict[str, Relation] = {}
    for kind in KINDS:
        for path in sorted((folder / kind).glob("*.sql")):
            if path.stem in relations:
                raise CockpitError(f"{kind}/{path.name} 与 {relations[path.stem].kind} 中的文件重名")
            relations[path.stem] = read_relation(path)
    sources = GIVEN | {name for name, relation in relations.items() if relation.kind != "checks"}
    for relation in relations.values():
        if unknown := sorted(relation.reads - sources):
            raise CockpitError(
                f"{relation.kind}/{relation.name}.sql 引用了不存在的关系：{'、'.join(unknown)}"
            )
    graph = TopologicalSorter({name: relation.reads - GIVEN for name, relation in relations.items()})
    try:
        graph.prepare()
    except CycleError as error:
        raise CockpitError(
            f"SQL 文件循环引用：{' → '.join(f'{name}.sql' for name in error.args[1])}"
        ) from error
    while graph.is_active():
        ready = graph.get_ready()
        yield from sorted(
            (relations[name] for name in ready), key=lambda found: (KINDS.index(found.kind), found.name)
        )
        graph.done(*ready)
