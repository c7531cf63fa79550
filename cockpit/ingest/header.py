"""Headers of a file against the contract: which table it is, which column is which."""

import re
from collections.abc import Sequence
from pathlib import Path

from cockpit.contract import TABLES, Column, Table
from cockpit.error import CockpitError


def folded(text: str) -> str:
    """Return a header as it is compared: without case, spaces, underscores and brackets' width."""
    return re.sub(r"[\s_\ufeff]+", "", text).replace("（", "(").replace("）", ")").casefold()


def _names(column: Column) -> tuple[str, ...]:
    return tuple(folded(name) for name in (column.name, column.label, *column.aliases))


def matched(table: Table, headers: Sequence[str]) -> dict[str, int]:
    """Return the position of the header of each column found; a name wins over a label, a label over an alias."""
    places: dict[str, int] = {}
    for index, header in enumerate(headers):
        places.setdefault(folded(header), index)
    found: dict[str, int] = {}
    taken: set[int] = set()
    width = max(len(_names(column)) for column in table.columns)
    for rank in range(width):
        for column in table.columns:
            names = _names(column)
            if column.name in found or rank >= len(names):
                continue
            place = places.get(names[rank])
            if place is not None and place not in taken:
                found[column.name] = place
                taken.add(place)
    return found


def position(headers: Sequence[str], name: str, path: Path) -> int:
    """Return where a profile's column stands; CockpitError when the file has none of it."""
    wanted = folded(name)
    for index, header in enumerate(headers):
        if folded(header) == wanted:
            return index
    raise CockpitError(f"文件“{path}”没有配置文件所写的列“{name}”（有：{'、'.join(headers)}）。")


def table_named(name: str) -> Table:
    """Return the table of a name, label or alias; CockpitError when there is none."""
    wanted = folded(name)
    for table in TABLES.values():
        if wanted in (folded(text) for text in (table.name, table.label, *table.aliases)):
            return table
    raise CockpitError(f"没有名为“{name}”的表，可用：{'、'.join(TABLES)}。")


def table_of(path: Path, headers: Sequence[str]) -> Table:
    """Return the table a file holds, by its name or by its headers.

    Raises CockpitError when no table, or more than one, fits.
    """
    stem = folded(path.stem)
    for table in TABLES.values():
        if stem in (folded(text) for text in (table.name, table.label, *table.aliases)):
            return table
    fits: dict[str, int] = {}
    for table in TABLES.values():
        found = matched(table, headers)
        if all(column.name in found for column in table.columns if column.required):
            fits[table.name] = len(found)
    best = [name for name, count in fits.items() if count == max(fits.values())]
    if not best:
        raise CockpitError(f"看不出文件“{path}”是哪张表，请用 --table 指明（可用：{'、'.join(TABLES)}）。")
    if len(best) > 1:
        raise CockpitError(f"文件“{path}”同样像 {'、'.join(best)}，请用 --table 指明。")
    return TABLES[best[0]]
