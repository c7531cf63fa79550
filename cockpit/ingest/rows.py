"""The rows of one source as SQL: each column's text, its typed value, what is stored, what is wrong with it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from cockpit.contract import TABLES, Column, Table
from cockpit.contract.codes import CODES
from cockpit.ingest.profile import Region
from cockpit.ingest.store import quoted

_PARSERS = {
    "integer": "parse_integer",
    "number": "parse_number",
    "boolean": "parse_boolean",
    "date": "parse_timestamp",
    "timestamp": "parse_timestamp",
}
_UNREADABLE = {
    "integer": "不是整数",
    "number": "不是数",
    "boolean": "应为“是”或“否”",
    "date": "日期无法识别或不存在",
    "timestamp": "日期无法识别或不存在",
    "json": "不是有效的 JSON",
    "region": "应为 2、4、6、9 或 12 位区划代码",
}


@dataclass(frozen=True)
class Fault:
    """What may be wrong with a row: the columns it concerns, SQL that is true for it, a sentence."""

    columns: tuple[Column, ...]
    condition: str
    sentence: str


@dataclass(frozen=True)
class Binding:
    """Where the columns of a table come from: positions in the source, or constants.

    `persons` are positions whose raw values name a person and are masked wherever they stand in free text.
    """

    table: Table
    positions: dict[str, tuple[int, ...]]
    constants: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    region: Region | None = None
    date_formats: tuple[str, ...] = ()
    persons: tuple[int, ...] = ()

    def has(self, name: str) -> bool:
        """Tell whether the source fills a column."""
        return name in self.positions or name in self.constants

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the table that the source fills."""
        return tuple(column for column in self.table.columns if self.has(column.name))

    @property
    def used(self) -> tuple[int, ...]:
        """The positions in the source that are read, in order."""
        own = {index for places in self.positions.values() for index in places}
        return tuple(sorted(own | set(self.persons)))

    @property
    def variables(self) -> dict[str, object]:
        """The values of a profile that the SQL of these rows reads, as variables of the session."""
        found: dict[str, object] = {f"constant_{name}": value for name, value in self.constants.items()}
        return found | {"date_formats": list(self.date_formats)}

    def is_place(self, column: Column) -> bool:
        """Tell whether a column names a region that has to be in the table of regions."""
        return column.type == "region" and self.table.name != "region"

    def has_words(self, column: Column) -> bool:
        """Tell whether texts of a column stand for other texts."""
        return column.codes is not None or column.name in self.values

    def words(self) -> list[tuple[str, str, str | None]]:
        """Return column, folded text and what it means: codes, labels and the values of a profile."""
        rows: list[tuple[str, str, str | None]] = []
        for column in self.columns:
            meant: dict[str, str | None] = {}
            for code, label in CODES[column.codes].items() if column.codes else ():
                meant[code.casefold()] = code
                meant[label.casefold()] = code
            for text, value in self.values.get(column.name, {}).items():
                known = meant.get(value.casefold(), value) if column.codes else value
                meant[text.strip().casefold()] = known or None
            rows.extend((column.name, text, value) for text, value in meant.items())
        return rows

    def plain(self, column: Column) -> str:
        """Return SQL over the source for the text of a column; several of theirs are joined, places as a path."""
        if column.name in self.constants:
            return f"getvariable('constant_{column.name}')"
        parts = [f"clean(c{index})" for index in self.positions[column.name]]
        mark = "/" if self.is_place(column) else " "
        return parts[0] if len(parts) == 1 else f"nullif(concat_ws('{mark}', {', '.join(parts)}), '')"

    def text(self) -> str:
        """Return the select from `source` that gives each column's text as t_name, persons as person_n."""
        parts = ["row"]
        parts += [f"{self.plain(column)} as t_{column.name}" for column in self.columns]
        parts += [f"clean(c{index}) as person_{number}" for number, index in enumerate(self.persons)]
        return f"select {', '.join(parts)} from source"

    def meant(self) -> str:
        """Return the select from `text` that adds, as m_name, what each text stands for."""
        parts, joins = ["text.*"], []
        for column in self.columns:
            text, word = f"t_{column.name}", f"w_{column.name}"
            if not self.has_words(column):
                parts.append(f"{text} as m_{column.name}")
                continue
            other = "null" if column.codes else text
            parts.append(
                f"case when {word}.key is null then {other} else {word}.meant end as m_{column.name}"
            )
            parts.append(f"{word}.key is not null as is_known_{column.name}")
            joins.append(
                f"left join (select key, meant from word where column_name = '{column.name}') as {word} "
                f"on {word}.key = lower({text})"
            )
        return f"select {', '.join(parts)} from text {' '.join(joins)}"

    def typed(self) -> str:
        """Return the select from `meant` that adds every column of the table as its typed value."""
        parts, joins = ["meant.*"], []
        for column in self.table.columns:
            name, text = quoted(column.name), f"m_{column.name}"
            if not self.has(column.name):
                parts.append(f"null::{column.sql_type} as {name}")
            elif self.is_place(column):
                value, certain, more = self._place_value(column)
                joins += more
                parts.append(f"{value} as {name}")
                if column.name == "region_code":
                    parts.append(f"{certain} as is_certain")
            elif column.personal == "pseudonym":
                joins.append(
                    f"left join pseudonym_{column.name} as h_{column.name} on h_{column.name}.key = {text}"
                )
                parts.append(f"h_{column.name}.value as {name}")
            elif column.refers_to:
                joins.append(
                    f"left join reference_{column.refers_to} as r_{column.name} on r_{column.name}.key = {text}"
                )
                parts.append(f"r_{column.name}.value as {name}")
            else:
                parts.append(f"{self._value(column, text)} as {name}")
        return f"select {', '.join(parts)} from meant {' '.join(joins)}"

    def _value(self, column: Column, text: str) -> str:
        match column.type:
            case "region":
                return f"parse_region({text})"
            case "json":
                return f"case when json_valid({text}) then {text} end"
            case "text":
                return text
        value = f"{_PARSERS[column.type]}({text})"
        if column.type in ("date", "timestamp") and self.date_formats:
            value = f"coalesce(try_strptime({text}, getvariable('date_formats')), {value})"
        return f"{value}::date" if column.type == "date" else value

    @property
    def is_lenient(self) -> bool:
        """Tell whether a place that is not certain goes to the nearest region that is."""
        return self.region is not None and self.region.fallback == "ancestor"

    def _place_value(self, column: Column) -> tuple[str, str, list[str]]:
        """Return SQL for the region of a row, SQL that tells whether it is certain, and the joins they need."""
        text = f"m_{column.name}"
        key, bare, found = (f"{kind}_{column.name}" for kind in ("k", "b", "f"))
        region = self.region if column.name == "region_code" else None
        method = region.method if region else "path"
        joins, value, certain = [], "null", "false"
        if region and (method == "text" or self.is_lenient):
            joins.append(f"left join region_found as {found} on {found}.text = {text}")
            value = f"{found}.code"
            # What a path says beyond the names found in it is unknown, however certain those are.
            certain = f"coalesce({found}.is_certain, false)" if method == "text" else "false"
        if method != "text":
            joins.append(
                f"left join region_key as {key} on {key}.key = coalesce(parse_region({text}), place_key({text}))"
            )
        if method == "path":
            joins.append(
                f"left join region_key as {bare} on {bare}.key = "
                f"case when {key}.key is null then '~' || bare_key({text}) end"
            )
            value = f"case when {bare}.key is not null then {bare}.code else {value} end"
            certain = f"coalesce({bare}.is_certain, {certain})"
        if method != "text":
            value = f"case when {key}.key is not null then {key}.code else {value} end"
            certain = f"coalesce({key}.is_certain, {certain})"
        if region and self.is_lenient:
            value = f"coalesce({value}, getvariable('region_root')::varchar)"
        return value, certain, joins

    def faults(self) -> list[Fault]:
        """Return what may be wrong with a typed row."""
        found: list[Fault] = []
        for column in self.columns:
            name, text, one = quoted(column.name), f"m_{column.name}", (column,)
            unread = f"{text} is not null and {name} is null"
            if column.required:
                found.append(Fault(one, f"{name} is null and {text} is null", "必填项为空"))
            if column.codes:
                labels = "、".join(CODES[column.codes].values())
                unknown = f"t_{column.name} is not null and not is_known_{column.name}"
                found.append(Fault(one, unknown, f"不在取值范围内（可用：{labels}）"))
            elif self.is_place(column):
                found.append(Fault(one, unread, "在区划表中找不到，或同名不止一处"))
            elif column.refers_to:
                found.append(Fault(one, unread, f"在“{TABLES[column.refers_to].label}”表中找不到"))
            elif column.type in ("date", "timestamp"):
                beyond = f"{name} < date '1900-01-01' or {name} >= date '2101-01-01'"
                found.append(Fault(one, f"{unread} or coalesce({beyond}, false)", _UNREADABLE[column.type]))
            elif column.type != "text":
                found.append(Fault(one, unread, _UNREADABLE[column.type]))
            if column.past:
                late = f"coalesce({name} > getvariable('latest') and {name} < date '2101-01-01', false)"
                found.append(Fault(one, late, "时间在未来"))
        for check in self.table.checks:
            columns = tuple(
                column for column in self.table.columns if re.search(rf"\b{column.name}\b", check.condition)
            )
            found.append(Fault(columns, f"not coalesce(({check.condition}), true)", check.message))
        return found

    def without_people(self, columns: Sequence[str], of: str) -> str:
        """Return common table expressions that take people out of text columns of a relation, one step each.

        The last is named `of`_clean. Steps, for a macro repeats its argument wherever it uses it.
        """
        hidden = []
        for name in columns:
            value = quoted(name)
            for number in range(len(self.persons)):
                value = f"hide({value}, person_{number})"
            hidden.append(f"{value} as {quoted(name)}")
        steps = (
            ("hidden", of, hidden),
            (
                "plain",
                f"{of}_hidden",
                [f"redact_numbers({quoted(name)}) as {quoted(name)}" for name in columns],
            ),
            ("clean", f"{of}_plain", [f"redact_names({quoted(name)}) as {quoted(name)}" for name in columns]),
        )
        return ", ".join(
            f"{of}_{step} as (select * replace ({', '.join(changed)}) from {before})"
            if changed
            else f"{of}_{step} as (select * from {before})"
            for step, before, changed in steps
        )

    def steps(self) -> str:
        """Return the common table expressions from `source` to `typed`."""
        return f"text as ({self.text()}), meant as ({self.meant()}), typed as ({self.typed()})"

    def judged(self) -> str:
        """Return the common table expressions from `source` to `judged_clean`, the rows as they are stored."""
        wrong = " or ".join(f"({fault.condition})" for fault in self.faults()) or "false"
        changed = [
            f"mask_name({quoted(column.name)}) as {quoted(column.name)}"
            if column.personal == "name"
            else f"quote_numbers({quoted(column.name)}) as {quoted(column.name)}"
            for column in self.columns
            if column.personal == "name" or (column.personal and column.type == "json")
        ]
        names = ", ".join(quoted(column.name) for column in self.table.columns)
        persons = "".join(f", person_{number}" for number in range(len(self.persons)))
        replaced = f" replace ({', '.join(changed)})" if changed else ""
        texts = [column.name for column in self.columns if column.personal == "text"]
        return (
            f"{self.steps()}, kept as (select row, {wrong} as is_faulty, {names}{persons} from typed), "
            f"judged as (select *{replaced} from kept), {self.without_people(texts, 'judged')}"
        )

    def _shown(self, column: Column) -> str:
        """Return SQL for the value of a column as whoever mends the file may see it: no free text."""
        is_text = column.name == "region_code" and self.region is not None and self.region.method == "text"
        text = f"coalesce(t_{column.name}, '')"
        return f"case when {text} <> '' then '***' else '' end" if column.personal or is_text else text

    def rejected(self) -> str:
        """Return the common table expressions from `source` to `wrong_clean`: the texts of faulty rows as shown."""
        faults = self.faults()
        columns, values, reasons = [], [], []
        for number, fault in enumerate(faults):
            columns.append(
                f"case when fault_{number} then {literal('、'.join(c.label for c in fault.columns))} end"
            )
            texts = [self._shown(c) for c in fault.columns if self.has(c.name)]
            shown = f"concat_ws('、', {', '.join(texts)})" if texts else "''"
            values.append(f"case when fault_{number} then {shown} end")
            reasons.append(f"case when fault_{number} then {literal(fault.sentence)} end")
        marks = ", ".join(f"({fault.condition}) as fault_{number}" for number, fault in enumerate(faults))
        texts = [f"t_{column.name}" for column in self.columns]
        hidden = [
            f"case when {name} is not null then '***' end as {name}"
            for column, name in zip(self.columns, texts, strict=True)
            if column.personal in ("pseudonym", "name")
        ]
        replaced = f" replace ({', '.join(hidden)})" if hidden else ""
        persons = "".join(f", person_{number}" for number in range(len(self.persons)))
        found = " or ".join(f"fault_{number}" for number in range(len(faults))) or "false"
        inert = ", ".join(f"inert({name})" for name in texts)
        return (
            f"{self.steps()}, marked as (select row, {', '.join(texts)}{persons}, {marks or 'false as fault_0'} from typed), "
            f"wrong as (select *{replaced} from marked where {found}), {self.without_people(texts, 'wrong')}, "
            f"told as (select row, {_joined(columns)} as columns, inert({_joined(values)}) as shown, "
            f"{_joined(reasons)} as reasons, {inert} from wrong_clean)"
        )


def literal(text: str) -> str:
    """Return a sentence of the contract as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _joined(parts: Sequence[str]) -> str:
    return f"array_to_string(list_filter([{', '.join(parts)}], lambda part: part is not null), '；')"
