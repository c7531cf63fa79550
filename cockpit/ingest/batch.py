"""One load: files to typed rows, rows to the warehouse or to the file of rejects, all or nothing."""

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from cockpit.contract import TABLES, Table
from cockpit.error import CockpitError
from cockpit.ingest import header, lookup, store, upsert
from cockpit.ingest import profile as profiles
from cockpit.ingest.boundary import load_boundary
from cockpit.ingest.profile import Mapping, Profile
from cockpit.ingest.rows import Binding
from cockpit.ingest.session import Load, Reject, Report, user
from cockpit.ingest.source import EXTENSIONS, Source, open_source
from cockpit.ingest.store import quoted
from cockpit.settings import ROOT, Settings

LOCAL = ZoneInfo("Asia/Shanghai")
INDUSTRIES = ROOT / "data" / "codes" / "industry.csv"


def files_of(paths: Sequence[Path]) -> list[Path]:
    """Return the files named, folders opened into the readable files directly in them.

    Raises CockpitError when a path does not exist or a folder holds nothing readable.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise CockpitError(f"找不到文件“{path}”。")
        if path.is_dir():
            inside = sorted(
                file
                for file in path.iterdir()
                if file.is_file() and file.suffix.lower() in EXTENSIONS and not file.name.startswith(".")
            )
            if not inside:
                raise CockpitError(f"文件夹“{path}”里没有可读的文件（{'、'.join(EXTENSIONS)}）。")
            found += inside
        else:
            found.append(path)
    return found


def load(
    paths: Sequence[Path],
    *,
    table: str | None = None,
    profile: Path | str | None = None,
    settings: Settings,
    progress: Callable[[str], None] = lambda _: None,
    step: Callable[[int, int], None] = lambda _done, _total: None,
    is_trial: bool = False,
    load_id: str | None = None,
    loaded_by: str | None = None,
) -> list[Report]:
    """Load files into the warehouse in one transaction and return a report for each file and table.

    A trial does the same and then undoes it: nothing is kept, and no file of rejects is written. `progress`
    is told lines in Chinese, `step` how many of how many stages are done. Raises CockpitError, with the warehouse as it was, when a file cannot be used.
    """
    chosen = profiles.read(profile, settings) if profile is not None else None
    named = header.table_named(table) if table is not None else None
    files = files_of(paths)
    now = datetime.now(UTC)
    rejects: list[Path] = []
    try:
        with store.warehouse(settings, is_trial=is_trial) as connection:
            this = Load(
                connection,
                settings,
                progress,
                load_id or new_id(now),
                now,
                store.scratch_path(settings),
                rejects,
                loaded_by or user(),
                is_trial,
                step,
            )
            return _load_files(this, files, named, chosen)
    except BaseException:
        for path in rejects:
            path.unlink(missing_ok=True)
        raise


def new_id(now: datetime) -> str:
    """Return a name for a load that sorts by time."""
    return f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


def _load_files(this: Load, files: list[Path], named: Table | None, chosen: Profile | None) -> list[Report]:
    """Load files in the order in which their tables depend on each other, boundaries last."""
    if chosen is not None and named is not None and named.name != chosen.table:
        raise CockpitError(f"--table 写的是 {named.name}，配置文件写的是 {chosen.table}，两者不一致。")
    order = list(TABLES)
    planned: list[tuple[int, Source, Table]] = []
    boundaries: list[Path] = []
    for number, path in enumerate(files):
        if path.suffix.lower() == ".geojson":
            boundaries.append(path)
            continue
        source = open_source(
            path,
            this.connection,
            number=number,
            scratch=this.scratch,
            encoding=chosen.encoding if chosen else None,
            delimiter=chosen.delimiter if chosen else None,
            sheet=chosen.sheet if chosen else None,
        )
        table = TABLES[chosen.table] if chosen else named or header.table_of(path, source.headers)
        planned.append((order.index(table.name), source, table))
    # Numbering once a file; reading and comparing once a table.
    this.stages = len(planned) * (1 + 2 * len(chosen.mappings if chosen else (None,))) + len(boundaries)
    reports: list[Report] = []
    for _, source, table in sorted(planned, key=lambda plan: (plan[0], plan[1].path.name)):
        reports += _load_source(this, source, table, chosen)
    reports += [load_boundary(this, path) for path in boundaries]
    this.step(this.stages, this.stages)
    return reports


def _load_source(this: Load, source: Source, table: Table, chosen: Profile | None) -> list[Report]:
    """Load one file into its table, and into those a profile derives from it."""
    if any(column.refers_to == "industry" for column in table.columns):
        _ensure_industries(this)
    this.stage(f"{source.path.name}：编行号")
    source.number(this.connection)
    if chosen is None:
        return [_load_rows(this, source, _bind(source, table, None, None), "")]
    reports = []
    for mapping in chosen.mappings:
        is_main = mapping is chosen
        bound = _bind(source, TABLES[mapping.table], mapping, chosen)
        part = source if is_main else _derived(this, source, bound)
        reports.append(_load_rows(this, part, bound, chosen.name, is_main=is_main))
    return reports


def _positions(source: Source, mapping: Mapping) -> dict[str, tuple[int, ...]]:
    columns = dict(mapping.columns)
    if mapping.region is not None:
        columns["region_code"] = mapping.region.columns
    return {
        name: tuple(
            header.position(source.headers, part, source.path)
            for part in ((theirs,) if isinstance(theirs, str) else theirs)
        )
        for name, theirs in columns.items()
    }


def _persons(table: Table, positions: dict[str, tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(
        index
        for column in table.columns
        if column.personal in ("pseudonym", "name")
        for index in positions.get(column.name, ())
    )


def _bind(source: Source, table: Table, mapping: Mapping | None, chosen: Profile | None) -> Binding:
    """Return where the columns of a table come from: by the headers, or as a profile says.

    Raises CockpitError when a required column is missing.
    """
    if mapping is None or chosen is None:
        found = header.matched(table, source.headers)
        positions: dict[str, tuple[int, ...]] = {name: (index,) for name, index in found.items()}
        bound = Binding(table, positions, persons=_persons(table, positions))
    else:
        persons = (_persons(TABLES[each.table], _positions(source, each)) for each in chosen.mappings)
        bound = Binding(
            table,
            _positions(source, mapping),
            mapping.constants,
            mapping.values,
            mapping.region,
            chosen.date_formats,
            tuple(dict.fromkeys(index for each in persons for index in each)),
        )
    missing = [column for column in table.columns if column.required and not bound.has(column.name)]
    if missing:
        names = "、".join(f"{column.label}（{column.name}）" for column in missing)
        raise CockpitError(f"文件“{source.path}”缺少“{table.label}”表的必填列：{names}。")
    return bound


def _derived(this: Load, source: Source, bound: Binding) -> Source:
    """Return the distinct rows for a table filled from the rows of another; rows without its key are left out."""
    own = sorted({index for places in bound.positions.values() for index in places})
    names = ", ".join(f"c{index}" for index in own)
    more = "".join(f", any_value(c{index}) as c{index}" for index in bound.persons if index not in own)
    needed = " and ".join(
        "(" + " or ".join(f"clean(c{index}) is not null" for index in bound.positions[column.name]) + ")"
        for column in bound.table.columns
        if column.required and column.name in bound.positions
    )
    used = ", ".join(f"c{index}" for index in bound.used)
    name = f"derived_{bound.table.name}"

    this.connection.execute(
        f"create or replace temp table {name} as select min(row) as row, {names}{more} "
        f"from (select row, {used} from {source.relation}) where {needed or 'true'} group by {names}",
        source.parameters,
    )
    return Source(source.path, name, source.headers, is_numbered=True)


def _load_rows(
    this: Load, source: Source, bound: Binding, profile_name: str, *, is_main: bool = True
) -> Report:
    connection, table = this.connection, bound.table
    this.stage(f"{source.path.name} → {table.label}：读取、校验")
    lookup.prepare(this, source, bound)
    target = f"raw.{quoted(table.name)}"
    is_first = this.one(f"select count(*) from (select 1 from {target} limit 1)") == (0,)
    stage = target if is_first else "staging"
    if not is_first:
        connection.execute(f"create or replace temp table staging as select * from {target} limit 0")
    names = ", ".join(quoted(column.name) for column in table.columns)
    used = ", ".join(f"c{index}" for index in bound.used) or "1 as nothing"
    # Rows carry their numbers: their order need not be kept, which would cost memory.
    connection.execute("set preserve_insertion_order = false")
    connection.execute(
        f"insert into {stage} with source as (select row, {used} from {source.relation}), {bound.judged()} "
        f"select {names}, coalesce(updated_at, $local) as _version, "
        f"case when not is_faulty then hash({names}) end as _hash, $load_id, row from judged_clean",
        source.parameters | {"local": this.local, "load_id": this.load_id},
    )
    connection.execute("set preserve_insertion_order = true")
    read, faulty = this.one(f"select count(*), count(*) filter (_hash is null) from {stage}")
    notes: list[str] = [*source.notes]
    rejects_path, first_rejects = None, tuple[Reject, ...]()
    if faulty or source.broken:
        rejects_path, first_rejects = _write_rejects(this, source, bound)
        connection.execute(f"delete from {stage} where _hash is null")
    unchanged, outdated = upsert.thin(this, table, stage)
    new, replaced = read - faulty - unchanged - outdated, 0
    this.stage(f"{source.path.name} → {table.label}：与已有数据比对")
    if not is_first:
        new, replaced, more_unchanged, more_outdated = upsert.merge(this, table)
        unchanged, outdated = unchanged + more_unchanged, outdated + more_outdated
    if bound.is_lenient and (count := _count_uncertain(this, source, bound)):
        notes.append(f"地名不明或不止一处、归入上级的行：{count:,}")
    left_out = [text for index, text in enumerate(source.headers) if index not in bound.used and text]
    if left_out and is_main:
        notes.append(f"未载入的列：{'、'.join(left_out)}")
    report = Report(
        file=source.path,
        table=table.name,
        count_read=read + len(source.broken),
        count_accepted=read - faulty,
        count_rejected=faulty + len(source.broken),
        count_unchanged=unchanged,
        count_new=new,
        count_replaced=replaced,
        count_outdated=outdated,
        rejects_path=rejects_path,
        first_rejects=first_rejects,
        notes=tuple(notes),
    )
    this.record(report, profile_name)
    return report


def _write_rejects(this: Load, source: Source, bound: Binding) -> tuple[Path | None, tuple[Reject, ...]]:
    """Write the rejected rows, without the people in them; return the file and the first of them."""
    blank = "".join(", null" for _ in bound.columns)
    broken = f"union all select unnest($rows), '', '', unnest($reasons){blank}" if source.broken else ""
    parameters = source.parameters | {"file": source.path.name}
    if source.broken:
        parameters |= {"rows": list(source.broken), "reasons": list(source.broken.values())}
    used = ", ".join(f"c{index}" for index in bound.used) or "1 as nothing"
    this.connection.execute(
        f"create or replace temp table reject as with source as (select row, {used} from {source.relation}), {bound.rejected()} "
        f"select $file as file, * from (select * from told {broken}) order by row",
        parameters,
    )
    headers = [
        "/".join(source.headers[index] for index in bound.positions.get(column.name, ())) or column.label
        for column in bound.columns
    ]
    path = this.write_rejects(bound.table.name, ["文件", "行号", "列", "值", "原因", *headers])
    return path, this.first_rejects()


def _count_uncertain(this: Load, source: Source, bound: Binding) -> int:
    used = ", ".join(f"c{index}" for index in bound.used)
    return this.one(
        f"with source as (select row, {used} from {source.relation}), {bound.steps()} "
        "select count(*) from typed where not is_certain",
        source.parameters,
    )[0]


def _ensure_industries(this: Load) -> None:
    if this.one("select count(*) from raw.industry")[0] == 0:
        this.stages += 2
        source = open_source(INDUSTRIES, this.connection, number=-1, scratch=this.scratch)
        source.number(this.connection)
        _load_rows(this, source, _bind(source, TABLES["industry"], None, None), "")
