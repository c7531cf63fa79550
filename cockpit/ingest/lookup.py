"""What texts are looked up in: words, references, pseudonyms, regions, each a temporary table."""

from cockpit import region_code
from cockpit.contract import TABLES
from cockpit.error import CockpitError
from cockpit.ingest.rows import Binding
from cockpit.ingest.session import Load
from cockpit.ingest.source import Source
from cockpit.ingest.store import SQL, quoted


def prepare(this: Load, source: Source, bound: Binding) -> None:
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
            # Hashing is dear: once a person, not once a row; in one statement, for what this transaction wrote to a
            # table is read by one thread alone.
            connection.execute(
                f"create or replace temp table pseudonym_{column.name} as select key, pseudonym(key) as value "
                f"from (select distinct {bound.plain(column)} as key from {source.records}) where key is not null",
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
        f"create or replace temp table place as select distinct {bound.plain(bound.table.column('region_code'))} as text from {source.records}",
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
