"""Which of several rows with one key stays: in a file, and between a file and the warehouse."""

from cockpit.contract import Table
from cockpit.ingest.session import Load
from cockpit.ingest.store import quoted


def thin(this: Load, table: Table, stage: str) -> tuple[int, int]:
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


def merge(this: Load, table: Table) -> tuple[int, int, int, int]:
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
