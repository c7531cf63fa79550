"""Schema `raw` of the warehouse: what ingest loads and staging reads."""

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
