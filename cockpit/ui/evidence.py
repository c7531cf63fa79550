"""Evidence: the rule that raised an alert and the records it struck, in the words and units of the data contract."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from cockpit.contract import TABLES, Column, Table
from cockpit.contract.codes import CODES
from cockpit.ui import wording

RULE = ("rule", "规则")
THRESHOLDS = ("thresholds", "threshold", "阈值", "限额", "标准")
ROWS, LINKS = "rows", "links"
# The words around the records; others are the contract's, or shown as they come.
LABELS = {"rows": "命中数据", "links": "关联记录", "label": "名称", "table": "来源表", "id": "编号"}
# Units by the column's name, beside yuan, which the contract notes.
UNITS = {
    "hours": "小时",
    "household_size": "人",
    "persons": "人",
    "quotes": "家",
    "bidder_count": "家",
    "changes": "次",
    "area": "亩",
    "progress": "%",
}
YUAN = "Yuan."
MONEY = re.compile("金额|报酬|工资|租金|资金|价款|补贴|补助")
SEVERAL = re.compile("([、，,；; ]+)")
NOBODY = {"", "无", "-", "—", "不详", "未知"}
HIDDEN = "已脱敏"
# Of more records than these the grid scrolls.
TABLE_ROWS_MAX = 30


def draw(title: str, body: str | None, facts: Mapping[str, object], module: object = None) -> None:
    """Draw evidence given as JSON beside facts on the model that raised it; whatever it is, it is drawn as text.

    `module` is the alert's: its table is asked first for the words. Columns that the contract calls personal are
    masked, whatever the source has put there.
    """
    with st.container(border=True):
        st.markdown(f"**{title}**")
        content = _content(body)
        about = content if isinstance(content, dict) else {}
        tables = _tables(about, module)
        _head(facts, about)
        if not body:
            st.caption("上游系统未提供证据。")
            return
        if not isinstance(content, dict):
            _part("", content, tables)
            return
        for key, value in content.items():
            if key not in {*RULE, *THRESHOLDS}:
                _part(key, value, tables)


def _content(body: str | None) -> Any:
    try:
        return json.loads(body) if body else {}
    except (ValueError, RecursionError):
        return body


def _tables(content: Mapping[str, Any], module: object) -> list[Table]:
    """Return the tables whose words the evidence is in: those its links name, that of the module."""
    links = content.get(LINKS)
    named = [one.get("table") for one in links if isinstance(one, dict)] if isinstance(links, list) else []
    names = [name for name in (*named, module) if isinstance(name, str) and name in TABLES]
    return [TABLES[name] for name in dict.fromkeys(names)]


def _head(facts: Mapping[str, object], content: Mapping[str, Any]) -> None:
    rule = next((content[key] for key in RULE if content.get(key)), None)
    limits = next((content[key] for key in THRESHOLDS if content.get(key)), None)
    told = {**facts, "规则": _said(rule, []) if rule else "上游系统未提供规则文本"}
    if limits:
        told["阈值"] = _said(limits, [])
    with st.grid(2, min_column_width=200):
        for label, words in told.items():
            with st.container(gap="xsmall"):
                st.caption(label)
                st.text(str(words))


def _part(key: str, value: Any, tables: Sequence[Table]) -> None:
    """Draw one part: records as a table, a single one as its fields, everything else as text."""
    if key:
        st.caption(wording.plain(LABELS.get(key, _heading(key, tables))))
    records = value if isinstance(value, list) else [value]
    if not records or not all(isinstance(one, dict) for one in records):
        st.text(_shown(key, value, tables))
    elif len(records) == 1 and key != LINKS:
        _fields(records[0], tables)
    else:
        frame = _frame(records, tables)
        if len(frame) <= TABLE_ROWS_MAX:
            escaped = frame.map(wording.plain)
            st.table(escaped.rename(columns=wording.plain), hide_index=True)
        else:
            st.dataframe(frame, hide_index=True)


def _fields(record: Mapping[str, Any], tables: Sequence[Table]) -> None:
    with st.grid(2, min_column_width=130):
        for key, value in record.items():
            with st.container(gap="xsmall"):
                st.caption(wording.plain(_heading(key, tables)))
                st.text(_shown(key, value, tables))


def _frame(records: Sequence[Mapping[str, Any]], tables: Sequence[Table]) -> pd.DataFrame:
    """Return records as a table of texts; of two columns of one heading the later keeps its key."""
    keys = list(dict.fromkeys(key for one in records for key in one))
    headings: dict[str, str] = {}
    for key in keys:
        heading = _heading(key, tables)
        headings[key] = heading if heading not in headings.values() else f"{heading}（{key}）"
    rows = [
        {headings[key]: _shown(key, one[key], tables) if key in one else wording.NOTHING for key in keys}
        for one in records
    ]
    return pd.DataFrame(rows, columns=list(headings.values()))


def _columns(key: str, tables: Sequence[Table]) -> Iterator[Column]:
    """Yield the columns of the contract that go by a word: those of the given tables, else of any, personal ones first."""

    def among(some: Sequence[Table]) -> list[Column]:
        return [
            column
            for table in some
            for column in table.columns
            if key in (column.name, column.label, *column.aliases)
        ]

    found = among(tables) or among(list(TABLES.values()))
    yield from sorted(found, key=lambda column: column.personal in (None, "text"))


def _unit(key: str, column: Column | None) -> str:
    if column is None or not column.note.startswith(YUAN):
        return UNITS.get(column.name, "") if column else "元" if MONEY.search(key) else ""
    return "元"


def _heading(key: str, tables: Sequence[Table]) -> str:
    column = next(_columns(key, tables), None)
    label = LABELS.get(key) or (column.label if column else key)
    unit = _unit(key, column)
    return f"{label}（{unit}）" if unit and "（" not in label else label


def _shown(key: str, value: Any, tables: Sequence[Table]) -> str:
    """Return a value as people read it: masked where personal, by its label where coded, numbers with separators."""
    column = next(_columns(key, tables), None)
    if column is not None and column.personal == "pseudonym":
        return HIDDEN if value else wording.NOTHING
    if column is not None and column.personal == "name":
        return _masked(value)
    if key == "table" and isinstance(value, str) and value in TABLES:
        return TABLES[value].label
    if column is not None and column.codes and isinstance(value, str):
        return CODES[column.codes].get(value, value)
    if isinstance(value, int | float) and not isinstance(value, bool) and _unit(key, column):
        return wording.exact(value)
    return _said(value, tables)


def _said(value: Any, tables: Sequence[Table]) -> str:
    match value:
        case None | "":
            return wording.NOTHING
        case bool():
            return "是" if value else "否"
        case float():
            return wording.exact(value) if abs(value) < 1e15 else str(value)
        case dict():
            return "；".join(
                f"{_heading(key, tables)}：{_shown(key, one, tables)}" for key, one in value.items()
            )
        case list():
            return "、".join(_said(one, tables) for one in value) or wording.NOTHING
    return str(value)


def _masked(value: Any) -> str:
    """Return names with all but their first sign hidden, as the contract has it; several one by one."""
    if isinstance(value, list):
        return "、".join(_masked(one) for one in value) or wording.NOTHING
    if isinstance(value, dict):
        return HIDDEN
    parts = SEVERAL.split(str(value or "").strip())
    return (
        "".join(part if SEVERAL.fullmatch(part) or part in NOBODY else f"{part[0]}**" for part in parts)
        or wording.NOTHING
    )
