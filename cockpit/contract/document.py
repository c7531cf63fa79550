"""The data contract as a document; docs/data-contract.md is made from it."""

from collections.abc import Sequence

from cockpit.contract import TABLES, Column, Table
from cockpit.contract.codes import CODES

_INTRODUCTION = """\
# Data contract

The source tables the cockpit reads, in the order in which they are loaded. Made from `cockpit/contract`;
`cockpit docs` writes it anew.

A header in a source file may be the column's name, its Chinese label or one of the aliases; letter case, spaces and
underscores do not matter. Columns that are not in the contract are left out and named in the report. Where a column has
a code list, the code or its Chinese label is accepted; where it refers to a table, its key or, if only one row bears
it, its name. Personal columns never reach the store as they are: a *pseudonym* is a keyed hash (HMAC-SHA256), a *name*
keeps its first character, and from *text* identity numbers, telephone numbers, bank cards, mail addresses and names
are taken out. Of two rows with one key the one with the later `updated_at` stays; without it, the later loaded.
"""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _values(column: Column) -> str:
    parts = []
    if column.codes:
        parts.append(f"code list [{column.codes}](#{column.codes})")
    if column.refers_to:
        parts.append(f"refers to [{column.refers_to}](#{column.refers_to})")
    if column.personal:
        parts.append(f"personal: {column.personal}")
    if column.past:
        parts.append("not in the future")
    if column.note:
        parts.append(column.note)
    return "; ".join(parts)


def _table(table: Table) -> str:
    aliases = f" ({'、'.join(table.aliases)})" if table.aliases else ""
    lines = [
        f"## {table.name}",
        "",
        f"{table.label}{aliases}. {table.grain} Key: {', '.join(f'`{name}`' for name in table.key)}.",
        "",
        _row(("column", "type", "label", "aliases", "required", "values")),
        _row(("---",) * 6),
        *(
            _row(
                (
                    f"`{column.name}`",
                    column.type,
                    column.label,
                    "、".join(column.aliases),
                    "yes" if column.required else "",
                    _values(column),
                )
            )
            for column in table.columns
        ),
    ]
    if table.checks:
        lines += [
            "",
            _row(("check", "condition", "message")),
            _row(("---",) * 3),
            *(_row((f"`{check.name}`", f"`{check.condition}`", check.message)) for check in table.checks),
        ]
    return "\n".join(lines)


def _codes(name: str) -> str:
    rows = (_row((f"`{code}`", label)) for code, label in CODES[name].items())
    return "\n".join((f"### {name}", "", _row(("code", "label")), _row(("---",) * 2), *rows))


def markdown() -> str:
    """Return the text of docs/data-contract.md."""
    tables = (_table(table) for table in TABLES.values())
    codes = (_codes(name) for name in CODES)
    return "\n\n".join((_INTRODUCTION.rstrip(), *tables, "## Code lists", *codes)) + "\n"
