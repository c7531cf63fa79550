"""Boundaries: GeoJSON geometries, one a region."""

import glob
from pathlib import Path

import duckdb

from cockpit.contract import TABLES
from cockpit.error import CockpitError
from cockpit.ingest.session import Load, Reject, Report


def load_boundary(this: Load, path: Path) -> Report:
    """Load the geometries of a GeoJSON file, one a region; a region not in the table is a reject."""
    connection = this.connection
    this.stage(f"{path.name} → 边界：读取、校验")
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
    rejects_path, first_rejects = None, tuple[Reject, ...]()
    if rejected:
        connection.execute(
            "create or replace temp table reject as select $file as file, row, '区划代码' as columns, "
            "inert(redact_numbers(coalesce(text, ''))) as \"values\", reason from outline where reason is not null order by row",
            {"file": path.name},
        )
        rejects_path = this.write_rejects("boundary", ["文件", "行号", "列", "值", "原因"])
        first_rejects = this.first_rejects()
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
        first_rejects=first_rejects,
    )
    this.record(report, "")
    return report
