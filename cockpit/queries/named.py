"""Named queries: one SQL file each, their parameters, and the one way to run them under a scope."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from numpy.typing import NDArray

from cockpit import region_code
from cockpit.contract import codes
from cockpit.error import CockpitError
from cockpit.ledger import open_ledger
from cockpit.loop.decision import history
from cockpit.loop.state import LOCAL
from cockpit.loop.transition import TRANSITIONS
from cockpit.queries.filters import DAY, add_months, is_whole_months, parse_day
from cockpit.queries.target import FIRST_DAY, LAST_DAY, NO_REGION, TOTAL, Focus, targets
from cockpit.queries.timeline import with_decisions
from cockpit.scope import Scope
from cockpit.settings import Settings
from cockpit.settings import settings as process_settings
from cockpit.views.store import Reader, store

FOLDER = Path(__file__).parent / "sql"
STATES = {
    "open": "未办结",
    "closed": "已办结",
    "overdue": "已超期",
    "stuck": "滞留（预警）",
    "conflict": "与上游有出入（预警）",
}
DUE = {"due": "已办结或已到期限", "on_time": "按期办结", "late": "逾期"}
RATED = {"rated": "已评价", "satisfied": "满意（4、5 分）", "unsatisfied": "不满意（1 至 3 分）"}
FOUND = {"verified": "已核查", "confirmed": "属实或部分属实", **codes.FINDING}
# How the text of a parameter asks for what has no value.
NONE = "-"
# What may be a person's to do: the actions of the loop that carry a duty.
TASKS: dict[str, str] = {action: one.label for action, one in TRANSITIONS.items() if one.duty}
_NAMED = re.compile(r"\$([a-z_]+)")
_IDENTIFIER = re.compile(r"[a-z_]+")


@dataclass(frozen=True)
class Parameter:
    """One parameter of named queries: how its text is read, and what it means."""

    name: str
    label: str
    parse: Callable[[str], object]
    is_required: bool = False


@dataclass(frozen=True)
class Query:
    """One named query: its SQL file, what people may set, and what it yields in one line."""

    name: str
    description: str
    parameters: tuple[str, ...] = ()
    area: Literal["", "total", "parts", "focus"] = ""
    sorts: Mapping[str, str] = field(default_factory=dict)
    is_narrow: bool = False

    @cached_property
    def sql(self) -> str:
        """The text of the file of the same name."""
        return (FOLDER / f"{self.name}.sql").read_text(encoding="utf-8")


def _region(text: str) -> str:
    if not region_code.is_code(text):
        raise ValueError("须为 12 位区划代码")
    return text


def _code(code_list: Mapping[str, str]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        for code, label in code_list.items():
            if text in (code, label):
                return code
        raise ValueError("须为 " + "、".join(code_list) + " 之一")

    return parse


def _day(*, is_end: bool) -> Callable[[str], date]:
    def parse(text: str) -> date:
        try:
            day = parse_day(text, is_end=is_end)
        except (ValueError, OverflowError):
            day = None
        if day is None or not FIRST_DAY <= day <= LAST_DAY:
            raise ValueError("须为 YYYY-MM-DD 或 YYYY-MM 形式的日期")
        return day

    return parse


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 1_000_000_000:
        raise ValueError("须为正整数")
    return int(text)


def _text(text: str) -> str:
    return text


def _or_none(text: str) -> str:
    return "" if text == NONE else text


def _code_or_none(code_list: Mapping[str, str]) -> Callable[[str], str]:
    return lambda text: "" if text == NONE else _code(code_list)(text)


def _truth(text: str) -> bool:
    return _code({"true": "是", "false": "否"})(text) == "true"


def _name(text: str) -> str:
    if not _IDENTIFIER.fullmatch(text):
        raise ValueError("须为列名")
    return text


PARAMETERS: dict[str, Parameter] = {
    one.name: one
    for one in (
        Parameter("region", "区划代码（12 位）", _region),
        Parameter("industry", "行业代码，- 为未标明", _or_none),
        Parameter("from", "开始日期（含）", _day(is_end=False)),
        Parameter("to", "结束日期（含）", _day(is_end=True)),
        Parameter("level", "预警等级", _code(codes.ALERT_LEVEL)),
        Parameter("stage", "环节", _text),
        Parameter("state", "办理状态", _code(STATES)),
        Parameter("handler", "承办账号，- 为尚无", _or_none),
        Parameter("module", "模块，- 为未标明", _code_or_none(codes.MODULE)),
        Parameter("model", "监督模型，- 为未标明", _or_none),
        Parameter("source", "预警来源，- 为未标明", _code_or_none(codes.ALERT_SOURCE)),
        Parameter("finding", "核查结论，- 为尚无", _code_or_none(FOUND)),
        Parameter("disposition", "处置方式，- 为尚无", _code_or_none(codes.DISPOSITION)),
        Parameter("has_clue", "是否曾转问题线索：true 或 false", _truth),
        Parameter("has_case", "是否曾立案：true 或 false", _truth),
        Parameter("has_sanction", "是否曾给予处分：true 或 false", _truth),
        Parameter("has_persons", "是否处理了人员：true 或 false", _truth),
        Parameter("has_recovered", "是否追回资金：true 或 false", _truth),
        Parameter("stage_from", "进入当前环节的开始日期（含）", _day(is_end=False)),
        Parameter("stage_to", "进入当前环节的结束日期（含）", _day(is_end=True)),
        Parameter("subject_of", "与此编号的预警同一对象", _text),
        Parameter("task", "待办事项", _code(TASKS)),
        Parameter("late", "是否已超期：true 或 false", _truth),
        Parameter("search", "包含的文字", _text),
        Parameter("category", "问题类别，- 为未标明", _or_none),
        Parameter("unit", "承办单位编号，- 为未标明", _or_none),
        Parameter("due", "期限", _code(DUE)),
        Parameter("rated", "评价", _code(RATED)),
        Parameter("own", "只看记在该区划本级的：true", _truth),
        Parameter("repeat", "是否为办结后再次投诉：true 或 false", _truth),
        Parameter("cluster", "同一问题的编号", _text),
        Parameter("sort", "排序列", _name),
        Parameter("order", "顺序：asc 或 desc（默认）", _code({"asc": "升序", "desc": "降序"})),
        Parameter("page", "第几页，从 1 起", _number),
        Parameter("rows", "每页行数", _number),
        Parameter("id", "编号", _text, is_required=True),
        Parameter("days", "沉默天数", _number, is_required=True),
    )
}
# What lists may be sorted by: the name in a link, and the SQL behind it; the first is the default.
_COMPLAINT_SORTS = {
    name: name
    for name in ("received_at", "due_at", "closed_at", "handling_days", "satisfaction", "region_code", "id")
}
_ALERT_SORTS = {
    **{name: name for name in ("raised_at", "due_at", "stage_at", "amount", "region_code", "id")},
    "alert_level": "list_position(['blue', 'yellow', 'red'], alert_level)",
    "stage": "list_position(['raised', 'assigned', 'verified', 'disposed', 'applied', 'assessed'], stage)",
}
_WHERE = ("region", "industry", "from", "to")
_WHERE_ALERT = (*_WHERE, "level", "stage")
_WHERE_COMPLAINT = (
    *_WHERE,
    "stage",
    "state",
    "search",
    "category",
    "unit",
    "due",
    "rated",
    "own",
    "repeat",
    "cluster",
)
_WHERE_LISTED = (
    *_WHERE_ALERT,
    "state",
    "handler",
    "search",
    "module",
    "model",
    "source",
    "unit",
    "finding",
    "disposition",
    "has_clue",
    "has_case",
    "has_sanction",
    "has_persons",
    "has_recovered",
    "stage_from",
    "stage_to",
    "own",
    "subject_of",
)
_PAGED = ("sort", "order", "page", "rows")

QUERIES: dict[str, Query] = {
    one.name: one
    for one in (
        Query("complaint_summary", "投诉总体情况", _WHERE, "total"),
        Query("complaint_by_region", "投诉按下级区划", _WHERE, "parts"),
        Query("complaint_by_month", "投诉按受理月份", _WHERE, "total"),
        Query("complaint_by_industry", "投诉按行业", _WHERE, "total"),
        Query("complaint_handling", "投诉办理时长，按承办单位及合计", _WHERE),
        Query(
            "complaint_list",
            "投诉清单，分页",
            (*_WHERE_COMPLAINT, *_PAGED),
            sorts=_COMPLAINT_SORTS,
        ),
        Query("complaint_count", "投诉清单各月的件数", _WHERE_COMPLAINT),
        Query("complaint_detail", "一件投诉的详情", ("id",)),
        Query("complaint_events", "一件投诉的办理过程", ("id",)),
        Query("alert_summary", "预警总体情况", _WHERE_ALERT, "total"),
        Query("alert_by_region", "预警按下级区划", _WHERE_ALERT, "parts"),
        Query("alert_by_month", "预警按产生月份", _WHERE_ALERT, "total"),
        Query("alert_by_industry", "预警按行业", _WHERE_ALERT, "total"),
        Query("alert_by_level", "预警按等级", _WHERE_ALERT, "total"),
        Query("alert_by_stage", "预警按环节", _WHERE_ALERT, "total"),
        Query(
            "alert_list",
            "预警清单，分页",
            (*_WHERE_LISTED, *_PAGED),
            sorts=_ALERT_SORTS,
            is_narrow=True,
        ),
        Query("alert_count", "预警清单各月的条数", _WHERE_LISTED),
        Query("alert_detail", "一条预警的详情", ("id",)),
        Query("alert_timeline", "一条预警的全过程：上游环节与本系统的办理", ("id",)),
        Query("tasks", "本人的待办，按期限分页", (*_WHERE, "level", "task", "late", "page", "rows")),
        Query("task_count", "本人待办的件数与超期件数", (*_WHERE, "level", "task", "late")),
        Query("region_children", "一个区划的下级", ("region",)),
        Query("region_path", "一个区划及其各级上级", ("region",)),
        Query("region_roots", "权限内的最高区划"),
        Query("region_tree", "可知名称的全部区划"),
        Query("boundaries", "下级区划的边界", ("region",), "focus"),
        Query("units", "权限内的单位"),
        Query("industries", "行业代码表"),
        Query("data_status", "各数据表的行数与时间"),
        Query("village_activity", "各村最近的记录，以及沉默与无数据的村", ("days",)),
        Query("build", "当前数据快照"),
    )
}


# What counts the rows of a list by month from a roll-up, what the list may be narrowed to then, and by which states.
ROLLED = {
    "complaint_list": (
        Query("complaint_count_rolled", "投诉清单各月的件数，整月"),
        {*_WHERE, "state", *_PAGED},
        {"open", "closed", "overdue"},
    ),
    "alert_list": (
        Query("alert_count_rolled", "预警清单各月的条数，整月"),
        {*_WHERE_ALERT, "state", *_PAGED},
        {"open", "closed", "overdue", "stuck"},
    ),
}
_ALERT_ROWS = Query("alert_rows", "一页预警的各列")
_NAMES = Query("names", "地区、行业、单位的名称")
_NAMED_BY = {"region": "region_code", "industry": "industry_code", "unit": "unit_id"}


def run(
    name: str, scope: Scope, parameters: Mapping[str, str] | None = None, *, settings: Settings | None = None
) -> pd.DataFrame:
    """Return the rows of a named query that a scope sees, its parameters given as text.

    Raises CockpitError for an unknown query or parameter, a missing or an unreadable value.
    """
    if name not in QUERIES:
        raise CockpitError(f"没有名为 {name} 的查询；可用的查询：{'、'.join(QUERIES)}。")
    query = QUERIES[name]
    given = {key: value for key, value in (parameters or {}).items() if value != ""}
    unknown = [key for key in given if key not in query.parameters]
    if unknown:
        known = "、".join(query.parameters) or "无"
        raise CockpitError(f"查询 {name} 没有参数 {'、'.join(unknown)}；可用的参数：{known}。")
    values: dict[str, object] = {}
    for key in query.parameters:
        parameter = PARAMETERS[key]
        if key in given:
            try:
                values[key] = parameter.parse(given[key])
            except ValueError as error:
                raise CockpitError(f"参数 {key} 的值 {given[key]!r} 无效：{error}。") from error
        elif parameter.is_required:
            raise CockpitError(f"查询 {name} 需要参数 {key}（{parameter.label}）。")
    sort = values.get("sort")
    if sort is not None and sort not in query.sorts:
        raise CockpitError(f"不能按 {sort} 排序；可用的排序列：{'、'.join(query.sorts)}。")
    settings = settings or process_settings()
    with store(settings).reader(scope) as reader:
        if query.sorts:
            return fetch_page(reader, query, {"rows": settings.list_page_rows, **values})[0]
        if name == "tasks":
            return fetch_tasks(reader, {"rows": settings.list_page_rows, **values})[0]
        if name == "alert_timeline":
            return fetch_timeline(reader, values, settings)
        return fetch(reader, query, values)


def fetch_page(reader: Reader, query: Query, values: Mapping[str, object]) -> tuple[pd.DataFrame, int]:
    """Return one page of a list and the length of the whole: `sort`, `order`, `page` from 1, `rows` a page.

    Rows without a value in the sorted column come last; equal ones are in the order of their ids, alerts in that of
    the snapshot. In the order of time only the months that the page lies in are sorted.
    """
    default = next(iter(query.sorts))
    sort = query.sorts[str(values.get("sort") or default)]
    direction = "asc" if values.get("order") == "asc" else "desc"
    rows, page = int(str(values["rows"])), max(int(str(values.get("page") or 1)), 1)
    asked = {**values, "rows": rows, "skipped": (page - 1) * rows}
    total: int | None = None
    # To look into the texts twice, once for the months, would take longer than to sort all that is found.
    if not query.is_narrow or (sort == default and not values.get("search")):
        months = fetch_arrays(reader, counting(reader, query, values), values)
        total = int(months["total"].sum())
        if sort == default and total:
            asked |= _window(months, asked, rows, is_descending=direction == "desc")
    last = "position" if query.is_narrow else "id"
    written = f"order by {default} desc nulls last, {last} desc"
    if written not in query.sql:
        raise ValueError(f"{query.name}.sql has no {written!r}")
    sql = query.sql.replace(written, f"order by {sort} {direction} nulls last, {last} {direction}")
    frame = reader.frame(sql, _parameters(reader, query, asked, sql))
    if not query.is_narrow:
        return frame, int(total or 0)
    counted = int(frame.pop("total").iloc[0])
    return fetch_rows(reader, frame.dropna(subset=["position"])), counted if total is None else total


def counting(reader: Reader, query: Query, values: Mapping[str, object]) -> Query:
    """Return what counts the rows of a list by month: the roll-up where it can tell them, else the facts."""
    rolled, told, states = ROLLED[query.name]
    is_rolled = (
        reader.scope.sees_cases
        and is_whole_months(*_days(values))
        and values.get("state") in (None, *states)
        and all(values.get(name) is None for name in query.parameters if name not in told)
    )
    return rolled if is_rolled else QUERIES[query.name.replace("_list", "_count")]


def fetch_rows(reader: Reader, page: pd.DataFrame) -> pd.DataFrame:
    """Return all columns of the alerts on a page, in its order, beside those the page has of its own.

    `page` has position. A statement apart: DuckDB would join every decision before it looks which alerts are on
    the page. Names of places, industries and units are put in here: to join them costs as much as to find the rows.
    """
    rows = reader.frame(_ALERT_ROWS.sql, {"positions": page["position"].tolist()}).set_index("position")
    for kind, names in _names(reader).items():
        found = [names.get(code) for code in rows[_NAMED_BY[kind]]]
        rows[f"{kind}_name"] = pd.array(found, dtype="str")
    return page.join(rows.drop(columns=page.columns, errors="ignore"), on="position").drop(columns="position")


def _names(reader: Reader) -> dict[str, dict[str, str]]:
    """Return the names a reader may know by kind and code, read once a build and scope."""
    kept = _names_of(reader.build_id, replace(reader.scope, who="*" if reader.scope.who else ""))
    if not kept:
        rows = reader.arrays(_NAMES.sql)
        found: dict[str, dict[str, str]] = {kind: {} for kind in _NAMED_BY}
        for kind, code, name in zip(rows["kind"], rows["code"], rows["name"], strict=True):
            found[kind][code] = name
        kept |= found
    return kept


@lru_cache(maxsize=64)
def _names_of(_build_id: str, _scope: Scope) -> dict[str, dict[str, str]]:
    return {}


def _window(
    months: Mapping[str, NDArray[Any]], asked: Mapping[str, object], rows: int, *, is_descending: bool
) -> dict[str, object]:
    """Return the days of the months a page lies in, and how many rows of them come before it."""
    step = 1 if is_descending else -1
    month, ends = months["month"][::step].tolist(), months["total"][::step].cumsum()
    skipped = int(str(asked["skipped"]))
    first = min(int(ends.searchsorted(skipped, side="right")), len(month) - 1)
    last = min(int(ends.searchsorted(skipped + rows)), len(month) - 1)
    low, high = sorted((month[first].date(), month[last].date()))
    start, end = _days(asked)
    before = int(ends[first - 1]) if first else 0
    return {"from": max(start, low), "to": min(end, add_months(high, 1) - DAY), "skipped": skipped - before}


def fetch_tasks(reader: Reader, values: Mapping[str, object]) -> tuple[pd.DataFrame, int]:
    """Return one page of a person's tasks, `page` from 1, `rows` a page, and how many there are in all."""
    rows, number = int(str(values["rows"])), max(int(str(values.get("page") or 1)), 1)
    asked = {**values, "skipped": (number - 1) * rows}
    found = fetch(reader, QUERIES["tasks"], asked)
    total = int(found.pop("total").iloc[0])
    frame = fetch_rows(reader, found.dropna(subset=["position"]))
    return frame.drop(columns="is_overdue").rename(columns={"is_late": "is_overdue"}), total


def fetch_timeline(reader: Reader, values: Mapping[str, object], settings: Settings) -> pd.DataFrame:
    """Return the course of an alert, upstream and here; empty when it lies outside the scope."""
    steps = fetch(reader, QUERIES["alert_timeline"], values)
    # Whose steps cannot be seen, his decisions cannot: a raising is always among them.
    decisions = history(open_ledger(settings), str(values["id"])) if len(steps) else []
    return with_decisions(steps, decisions)


def fetch(reader: Reader, query: Query, values: Mapping[str, object]) -> pd.DataFrame:
    """Return the rows of a query for values of their own types."""
    return reader.frame(query.sql, _parameters(reader, query, values, query.sql))


def fetch_arrays(reader: Reader, query: Query, values: Mapping[str, object]) -> dict[str, NDArray[Any]]:
    """Return the columns of a query; see `fetch`."""
    return reader.arrays(query.sql, _parameters(reader, query, values, query.sql))


def fetch_batches(
    reader: Reader, query: Query, values: Mapping[str, object]
) -> Iterator[dict[str, NDArray[Any]]]:
    """Return the columns of a query, many rows at a time; see `fetch`."""
    return reader.batches(query.sql, _parameters(reader, query, values, query.sql))


def _parameters(reader: Reader, query: Query, values: Mapping[str, object], sql: str) -> dict[str, object]:
    offered = {**bind(reader, query, values), **values}
    return {name: offered.get(name) for name in _NAMED.findall(sql)}


def bind(reader: Reader, query: Query, values: Mapping[str, object]) -> dict[str, object]:
    """Return what the parameters of SQL files are made into: bounds of region and time, and what is counted."""
    region = _text_or_none(values.get("region"))
    focus = roots_of(reader.scope, region)
    code = focus.code or NO_REGION
    levels = {region_code.level(root) for root in focus.roots}
    low, high = ("", "~") if focus.roots else (NO_REGION, "")
    if region is not None and focus.roots:
        low, high = region_code.bounds(region)
    start, end = _days(values)
    bound: dict[str, object] = {
        "focus": code,
        "region_low": low,
        "region_high": high,
        "path": [*region_code.ancestors(code), code] if focus.code else [NO_REGION],
        "roots": list(focus.roots) or [NO_REGION],
        "root_level_low": min(levels, default=NO_REGION),
        "root_level_high": max(levels, default=""),
        "since": datetime.combine(start, time()),
        "until": datetime.combine(end + DAY, time()),
        "stage_since": _midnight(values.get("stage_from")),
        "stage_until": _midnight(values.get("stage_to"), DAY),
        "who": reader.scope.who,
        "role": reader.scope.role,
        "now": datetime.now(LOCAL).replace(tzinfo=None),
    }
    if query.area:
        focus = focus_of(reader, region)
        period = {"now": (start, end)}
        bound |= targets(
            focus,
            period if query.area == "total" else {},
            period if query.area == "parts" else {},
        )
        areas = [*focus.parts, *([focus.code] if focus.code else [])]
        bound |= {"remainder": focus.code or TOTAL, "areas": areas or [NO_REGION]}
        bound |= {"parts": list(focus.parts or focus.roots) or [NO_REGION]}
    return bound


def _days(values: Mapping[str, object]) -> tuple[date, date]:
    start, end = values.get("from"), values.get("to")
    return (
        start if isinstance(start, date) else FIRST_DAY,
        end if isinstance(end, date) else LAST_DAY,
    )


def _midnight(day: object, later: timedelta = timedelta()) -> datetime | None:
    return datetime.combine(day + later, time()) if isinstance(day, date) else None


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)


def roots_of(scope: Scope, region: str | None) -> Focus:
    """Return what a region (or the scope itself, for None) is counted as, its parts not yet known.

    A region outside the scope, or a scope without counts, is counted as nothing.
    """
    if not scope.sees_counts:
        return Focus((), ())
    if region is None:
        return Focus(scope.regions, ())
    is_inside = region_code.is_code(region) and scope.holds_region(region)
    return Focus((region,) if is_inside else (), ())


def focus_of(reader: Reader, region: str | None) -> Focus:
    """Return what is counted and in which parts: the children of one region, or the scope's several regions."""
    focus = roots_of(reader.scope, region)
    if focus.code is None:
        return Focus(focus.roots, focus.roots)
    children = fetch(reader, QUERIES["region_children"], {"region": focus.code})
    return Focus(focus.roots, tuple(children["code"]))
