"""One load: files to typed rows, rows to the warehouse or to the file of rejects, all or nothing."""

import csv
import getpass
import glob
import os
import secrets
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from cockpit import region_code
from cockpit.contract import TABLES, Table
from cockpit.error import CockpitError
from cockpit.ingest import header, store
from cockpit.ingest import profile as profiles
from cockpit.ingest.profile import Mapping, Profile
from cockpit.ingest.rows import Binding
from cockpit.ingest.source import EXTENSIONS, Source, open_source
from cockpit.ingest.store import SQL, quoted
from cockpit.settings import ROOT, Settings

LOCAL = ZoneInfo("Asia/Shanghai")
INDUSTRIES = ROOT / "data" / "codes" / "industry.csv"


@dataclass(frozen=True)
class Report:
    """What became of the rows of one file in one table; accepted + rejected = read.

    Accepted rows are new, replace an older one, are unchanged, or are outdated and kept out.
    """

    file: Path
    table: str
    count_read: int
    count_accepted: int
    count_rejected: int
    count_unchanged: int
    count_new: int = 0
    count_replaced: int = 0
    count_outdated: int = 0
    rejects_path: Path | None = None
    notes: tuple[str, ...] = ()


@dataclass
class Load:
    """What all files of one call share."""

    connection: duckdb.DuckDBPyConnection
    settings: Settings
    progress: Callable[[str], None]
    load_id: str
    loaded_at: datetime
    scratch: Path
    rejects: list[Path]

    def __post_init__(self) -> None:
        """Set the clock of the session."""
        self.connection.execute(
            "set variable latest = $latest::timestamp", {"latest": self.local + timedelta(days=1)}
        )

    @property
    def local(self) -> datetime:
        """The time of the load as local time without zone."""
        return self.loaded_at.astimezone(LOCAL).replace(tzinfo=None)

    def one(self, sql: str, parameters: dict[str, object] | None = None) -> tuple[int, ...]:
        """Return the single row of a query of counts."""
        row = self.connection.execute(sql, parameters).fetchone()
        return row or ()


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
) -> list[Report]:
    """Load files into the warehouse in one transaction and return a report for each file and table.

    Raises CockpitError, with the warehouse as it was, when a file cannot be used.
    """
    chosen = profiles.read(profile) if profile is not None else None
    named = header.table_named(table) if table is not None else None
    files = files_of(paths)
    now = datetime.now(UTC)
    load_id = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    rejects: list[Path] = []
    try:
        with store.warehouse(settings) as connection:
            this = Load(
                connection, settings, progress, load_id, now, settings.home / "ingest-scratch", rejects
            )
            return _load_files(this, files, named, chosen)
    except BaseException:
        for path in rejects:
            path.unlink(missing_ok=True)
        raise


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
    reports: list[Report] = []
    for _, source, table in sorted(planned, key=lambda plan: (plan[0], plan[1].path.name)):
        reports += _load_source(this, source, table, chosen)
    return reports + [_load_boundary(this, path) for path in boundaries]


def _load_source(this: Load, source: Source, table: Table, chosen: Profile | None) -> list[Report]:
    """Load one file into its table, and into those a profile derives from it."""
    if any(column.refers_to == "industry" for column in table.columns):
        _ensure_industries(this)
    this.progress(f"{source.path.name}：编行号")
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


def _look_up(this: Load, source: Source, bound: Binding) -> None:
    """Make the temporary tables that texts are looked up in: words, references, regions."""
    connection = this.connection
    for name, value in bound.variables.items():
        connection.execute(f"set variable {name} = $value", {"value": value})
    connection.execute("create or replace temp table word (column_name varchar, key varchar, meant varchar)")
    if words := bound.words():
        connection.executemany("insert into word values ($1, $2, $3)", [list(word) for word in words])
    for name in {column.refers_to for column in bound.columns if column.refers_to}:
        other = TABLES[name]
        key = quoted(other.key[0])
        named = (
            f" union all select name, min({key}) from raw.{quoted(name)} where name not in "
            f"(select {key} from raw.{quoted(name)}) group by name having count(*) = 1"
            if any(column.name == "name" for column in other.columns)
            else ""
        )
        connection.execute(
            f"create or replace temp table reference_{name} as "
            f"select {key} as key, {key} as value from raw.{quoted(name)}{named}"
        )
    for column in bound.columns:
        if column.personal == "pseudonym":
            # Hashing is dear: once a person, not once a row.
            connection.execute(
                f"create or replace temp table pseudonym_{column.name} as select key, pseudonym(key) as value from "
                f"(select distinct {bound.plain(column)} as key from {source.relation}) where key is not null",
                source.parameters,
            )
    if any(bound.is_place(column) for column in bound.columns):
        _look_up_regions(this, source, bound)


def _look_up_regions(this: Load, source: Source, bound: Binding) -> None:
    connection, region = this.connection, bound.region
    root = region.root if region else None
    low, high = region_code.bounds(root) if root else ("0" * 12, "9" * 12)
    is_lenient = bound.is_lenient
    certain = "coalesce(code, common_code)" if is_lenient else "code"
    for name, value in {"region_low": low, "region_high": high}.items():
        connection.execute(f"set variable {name} = $value", {"value": value})
    connection.execute(
        f"create or replace temp table region_key as select key, {certain} as code, code is not null as is_certain "
        f"from ({(SQL / 'region_key.sql').read_text('utf-8')})"
    )
    if root is None and is_lenient:
        root = this.connection.execute(
            "select any_value(code) from raw.region "
            "where code = (select common_region(min(code), max(code)) from raw.region)"
        ).fetchall()[0][0]
    elif root and this.one("select count(*) from raw.region where code = $root", {"root": root}) == (0,):
        raise CockpitError(f"区划表中没有配置文件所写的 root“{root}”，请先载入区划。")
    connection.execute("set variable region_root = $root", {"root": root})
    if region is None or (region.method != "text" and not is_lenient):
        return
    known = (
        "false"
        if region.method == "text"
        else (
            "coalesce(parse_region(text), place_key(text)) in (select key from region_key) "
            "or '~' || bare_key(text) in (select key from region_key)"
        )
    )
    connection.execute(
        f"create or replace temp table place as select distinct {bound.plain(bound.table.column('region_code'))} as text from {source.relation}",
        source.parameters,
    )
    connection.execute(f"delete from place where text is null or ({known})")
    this.progress(f"{source.path.name}：在 {this.one('select count(*) from place')[0]:,} 段文字中找地名")
    connection.execute(
        f"create or replace temp table region_found as select text, {certain} as code, code is not null as is_certain "
        f"from ({(SQL / 'region_found.sql').read_text('utf-8')})"
    )
    if is_lenient:
        connection.execute(
            "insert into region_found select text, max_by(region.code, region_depth(region.code)), false from place "
            "inner join raw.region on region.code in (region_at(parse_region(text), 1), "
            "region_at(parse_region(text), 2), region_at(parse_region(text), 3), region_at(parse_region(text), 4)) "
            "where region.code between getvariable('region_low') and getvariable('region_high') "
            "and text not in (select text from region_found) group by text"
        )


def _load_rows(
    this: Load, source: Source, bound: Binding, profile_name: str, *, is_main: bool = True
) -> Report:
    connection, table = this.connection, bound.table
    this.progress(f"{source.path.name} → {table.label}：读取、校验")
    _look_up(this, source, bound)
    target = f"raw.{quoted(table.name)}"
    is_first = this.one(f"select count(*) from (select 1 from {target} limit 1)") == (0,)
    stage = target if is_first else "staging"
    if not is_first:
        connection.execute(f"create or replace temp table staging ({store.stored_columns(table)})")
    names = ", ".join(quoted(column.name) for column in table.columns)
    used = ", ".join(f"c{index}" for index in bound.used) or "1 as nothing"
    connection.execute(
        f"insert into {stage} with source as (select row, {used} from {source.relation}), {bound.judged()} "
        f"select {names}, coalesce(updated_at, $local) as _version, "
        f"case when not is_faulty then hash({names}) end as _hash, $load_id, row from judged_clean",
        source.parameters | {"local": this.local, "load_id": this.load_id},
    )
    read, faulty = this.one(f"select count(*), count(*) filter (_hash is null) from {stage}")
    notes: list[str] = []
    rejects_path = None
    if faulty or source.broken:
        rejects_path = _write_rejects(this, source, bound)
        connection.execute(f"delete from {stage} where _hash is null")
    unchanged, outdated = _thin(this, table, stage)
    new, replaced = read - faulty - unchanged - outdated, 0
    if not is_first:
        this.progress(f"{source.path.name} → {table.label}：与已有数据比对")
        new, replaced, more_unchanged, more_outdated = _merge(this, table)
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
        notes=tuple(notes),
    )
    _record(this, report, profile_name)
    return report


def _count_uncertain(this: Load, source: Source, bound: Binding) -> int:
    used = ", ".join(f"c{index}" for index in bound.used)
    return this.one(
        f"with source as (select row, {used} from {source.relation}), {bound.steps()} "
        "select count(*) from typed where not is_certain",
        source.parameters,
    )[0]


def _thin(this: Load, table: Table, stage: str) -> tuple[int, int]:
    """Keep the newest of the rows with one key; return how many others equal it, and how many do not."""
    key = ", ".join(quoted(name) for name in table.key)
    if this.one(f"select count(*) = count(distinct hash({key})) from {stage}")[0]:
        return 0, 0
    this.connection.execute(
        f"create or replace temp table loser as select rowid as id, _hash = first_value(_hash) over newest as is_same "
        f"from {stage} window newest as (partition by {key} order by _version desc, _row desc) "
        "qualify row_number() over newest > 1"
    )
    same, other = this.one("select count(*) filter (is_same), count(*) filter (not is_same) from loser")
    this.connection.execute(f"delete from {stage} where rowid in (select id from loser)")
    return same, other


def _merge(this: Load, table: Table) -> tuple[int, int, int, int]:
    """Put the staged rows into their table; return how many are new, replace, are unchanged, are outdated."""
    target = f"raw.{quoted(table.name)}"
    keys = " and ".join(f"old.{quoted(name)} = staging.{quoted(name)}" for name in table.key)
    this.connection.execute(
        "create or replace temp table fate as select staging.rowid as id, old.rowid as old_id, case "
        "when old.rowid is null then 'new' when old._hash = staging._hash then 'unchanged' "
        "when staging._version < old._version then 'outdated' else 'replaced' end as fate "
        f"from staging left join {target} as old on {keys}"
    )
    this.connection.execute(
        f"delete from {target} where rowid in (select old_id from fate where fate = 'replaced')"
    )
    this.connection.execute(
        f"insert into {target} select staging.* from staging "
        "where rowid in (select id from fate where fate in ('new', 'replaced'))"
    )
    new, replaced, unchanged, outdated = this.one(
        "select count(*) filter (fate = 'new'), count(*) filter (fate = 'replaced'), "
        "count(*) filter (fate = 'unchanged'), count(*) filter (fate = 'outdated') from fate"
    )
    return new, replaced, unchanged, outdated


def _ensure_industries(this: Load) -> None:
    if this.one("select count(*) from raw.industry")[0] == 0:
        source = open_source(INDUSTRIES, this.connection, number=-1, scratch=this.scratch)
        source.number(this.connection)
        _load_rows(this, source, _bind(source, TABLES["industry"], None, None), "")


def _user() -> str:
    """Return who loads; an account without a name is its number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _record(this: Load, report: Report, profile_name: str) -> None:
    this.connection.execute(
        "insert into raw.load values ($load_id, $loaded_at, $loaded_by, $file, $table_name, $profile, "
        "$count_read, $count_accepted, $count_rejected, $count_unchanged)",
        {
            "load_id": this.load_id,
            "loaded_at": this.loaded_at.replace(tzinfo=None),
            "loaded_by": _user(),
            "file": str(report.file),
            "table_name": report.table,
            "profile": profile_name,
            "count_read": report.count_read,
            "count_accepted": report.count_accepted,
            "count_rejected": report.count_rejected,
            "count_unchanged": report.count_unchanged,
        },
    )


def _write_rejects(this: Load, source: Source, bound: Binding) -> Path:
    """Write the rejected rows, without the people in them, and return the file."""
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
    return _save_rejects(this, bound.table.name, ["文件", "行号", "列", "值", "原因", *headers])


def _save_rejects(this: Load, table_name: str, headers: list[str]) -> Path:
    """Write the temporary table `reject` as a file that spreadsheets open."""
    path = this.settings.rejects_path / f"{this.load_id}_{table_name}.csv"
    number = 1
    while path in this.rejects:
        number += 1
        path = path.with_name(f"{this.load_id}_{table_name}_{number}.csv")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    this.rejects.append(path)
    body = this.scratch / path.name
    this.connection.table("reject").write_csv(str(body), header=False)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerow(headers)
    with path.open("ab") as file, body.open("rb") as rows:
        shutil.copyfileobj(rows, file)
    body.unlink()
    return path


def _load_boundary(this: Load, path: Path) -> Report:
    """Load the geometries of a GeoJSON file, one a region; a region not in the table is a reject."""
    connection = this.connection
    this.progress(f"{path.name} → 边界：读取、校验")
    codes = TABLES["region"].column("code")
    keys = [f'$."{name}"' for name in ("code", codes.label, *codes.aliases)]
    try:
        connection.execute(
            "create or replace temp table feature as select row_number() over () as row, feature from "
            "(select unnest(features) as feature from read_json($path, columns = {'features': 'json[]'}, "
            "maximum_object_size = $size))",
            {"path": glob.escape(str(path)), "size": max(path.stat().st_size + 1024, 1 << 24)},
        )
    except duckdb.Error:
        raise CockpitError(f"文件“{path}”不是有效的 GeoJSON，或已损坏。") from None
    connection.execute(
        "create or replace temp table outline as with part as (select row, "
        "clean(list_extract(list_filter(json_extract_string(feature -> 'properties', $keys), "
        "lambda code: code is not null), 1)) as text, feature -> 'geometry' as geometry from feature) "
        "select row, text, region.code as region_code, geometry::varchar as geometry, case "
        "when text is null then '没有区划代码' when region.code is null then '在区划表中找不到' "
        "when not coalesce(geometry ->> 'type' in ('Polygon', 'MultiPolygon'), false) then '边界应为面' "
        "end as reason from part left join raw.region on region.code = parse_region(text)",
        {"keys": keys},
    )
    read, rejected = this.one("select count(*), count(reason) from outline")
    if read == 0:
        raise CockpitError(f"文件“{path}”里没有边界。")
    rejects_path = None
    if rejected:
        connection.execute(
            "create or replace temp table reject as select $file as file, row, '区划代码' as columns, "
            "inert(redact_numbers(coalesce(text, ''))) as \"values\", reason from outline where reason is not null order by row",
            {"file": path.name},
        )
        rejects_path = _save_rejects(this, "boundary", ["文件", "行号", "列", "值", "原因"])
    connection.execute(
        "create or replace temp table latest as select region_code, last(geometry order by row) as geometry "
        "from outline where reason is null group by region_code"
    )
    (changed,) = this.one(
        "select count(*) from latest left join raw.boundary as old using (region_code) "
        "where old.geometry is distinct from latest.geometry"
    )
    connection.execute(
        "delete from raw.boundary using latest where boundary.region_code = latest.region_code "
        "and boundary.geometry <> latest.geometry"
    )
    connection.execute(
        "insert into raw.boundary select * from latest anti join raw.boundary using (region_code)"
    )
    report = Report(
        file=path,
        table="boundary",
        count_read=read,
        count_accepted=read - rejected,
        count_rejected=rejected,
        count_unchanged=read - rejected - changed,
        rejects_path=rejects_path,
    )
    _record(this, report, "")
    return report
