"""Schema `raw` of the warehouse: what ingest loads and staging reads."""

import duckdb

from cockpit.contract import TABLES

_BOOKKEEPING = {"_version": "timestamp", "_hash": "ubigint", "_load_id": "varchar", "_row": "bigint"}

# Columns and types of every raw table, in their order.
RAW_TABLES: dict[str, dict[str, str]] = {
    **{
        name: {column.name: column.sql_type for column in table.columns} | _BOOKKEEPING
        for name, table in TABLES.items()
    },
    "boundary": {"region_code": "varchar", "geometry": "varchar"},
    "load": {
        "load_id": "varchar",
        "loaded_at": "timestamp",
        "loaded_by": "varchar",
        "file": "varchar",
        "table_name": "varchar",
        "profile": "varchar",
        "count_read": "bigint",
        "count_accepted": "bigint",
        "count_rejected": "bigint",
        "count_unchanged": "bigint",
    },
}


def create_table_sql(name: str) -> str:
    """Return the statement that makes a raw table where there is none; KeyError for an unknown name."""
    columns = ", ".join(f'"{column}" {sql_type}' for column, sql_type in RAW_TABLES[name].items())
    return f'create table if not exists raw."{name}" ({columns})'


def outgrown(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, str]:
    """Return, for each raw table of a database that an earlier contract made, the select that gives today's columns.

    Optional columns it did not have are null; a table that lacks any other is left out, as are those that lack none.
    """
    rows = connection.execute(
        "select table_name, list(column_name) from duckdb_columns()"
        " where database_name = $database and schema_name = 'raw' group by table_name",
        {"database": database},
    ).fetchall()
    found = {}
    for name, present in rows:
        lacking = RAW_TABLES.get(name, {}).keys() - {*present}
        table = TABLES.get(name)
        optional = {column.name for column in table.columns if not column.required} if table else set()
        if lacking and lacking <= optional:
            columns = ", ".join(
                f'null::{sql_type} as "{column}"' if column in lacking else f'"{column}"'
                for column, sql_type in RAW_TABLES[name].items()
            )
            found[name] = f'select {columns} from "{database}".raw."{name}"'
    return found
