"""What a source table is: columns, types, Chinese aliases and checks."""

from dataclasses import dataclass, field
from typing import Literal

Type = Literal["text", "region", "integer", "number", "boolean", "date", "timestamp", "json"]
Personal = Literal["pseudonym", "name", "text"]

DUCKDB_TYPES: dict[Type, str] = {
    "text": "varchar",
    "region": "varchar",
    "integer": "bigint",
    "number": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
    "json": "json",
}


@dataclass(frozen=True)
class Column:
    """One column of a source table.

    `codes` names a list of cockpit.contract.codes: its codes or labels are accepted. `refers_to` names a
    source table whose key (or, where that table has one, whose `name`) is accepted. `personal` says what
    is done before the value is stored: replaced by a keyed pseudonym, masked as a name, or redacted as free text.
    `past` refuses times more than a day after the load.
    """

    name: str
    type: Type
    label: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    codes: str | None = None
    refers_to: str | None = None
    personal: Personal | None = None
    past: bool = False
    note: str = ""

    @property
    def sql_type(self) -> str:
        """The DuckDB type the value is stored as."""
        return DUCKDB_TYPES[self.type]


@dataclass(frozen=True)
class Check:
    """A rule every row keeps: an SQL condition over typed columns; null counts as kept."""

    name: str
    condition: str
    message: str


@dataclass(frozen=True)
class Table:
    """One source table: its grain, key, columns and checks."""

    name: str
    label: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    checks: tuple[Check, ...] = ()
    aliases: tuple[str, ...] = field(default=())

    def column(self, name: str) -> Column:
        """Return a column by name; KeyError when the table has none of it."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name}.{name}")


UPDATED_AT = Column(
    "updated_at",
    "timestamp",
    "更新时间",
    ("最后更新时间", "修改时间", "last_updated"),
    past=True,
    note="Version of the row: of two rows with one key the later stays; without it, the later loaded.",
)
