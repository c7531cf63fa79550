"""Section 村×月、村×模块: where alerts lie in time and module, and which villages are silent rather than quiet."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import streamlit as st

from cockpit.charts import theme
from cockpit.contract.codes import MODULE
from cockpit.queries import Filters, heat
from cockpit.queries.heat import NO_DATA, QUIET, SILENT, By
from cockpit.queries.named import NONE
from cockpit.queries.overview import REMAINDER_NAME
from cockpit.scope import Scope
from cockpit.ui import cached, wording
from cockpit.ui.analysis.choice import choice
from cockpit.ui.analysis.panel import Panel, period
from cockpit.ui.heat import place
from cockpit.ui.heat.table import Table

ORDERS = {"burden": "按数量", "change": "按增加"}
ROWS = {"parts": "按下级", "villages": "按村"}
VIEWS = {"chart": "图", "text": "表格"}
ROWS_MAX, PAGE = 20, "heat_page"
FIELDS = ("region", "start", "end", "module", "own")
NO_MODULE = "无模块"
TOTAL, CHANGE = "合计", "增减"
OTHERS = "其余地区"
SIGNS = {SILENT: "◇ ", NO_DATA: "◇ ", QUIET: "○ "}
MONTHS_MAX = 36
KEYS: tuple[By, By] = ("month", "module")


@dataclass(frozen=True)
class Drawing:
    """Two tables over the same places, and the villages by state."""

    months: Table
    modules: Table
    silent: Panel
    pages: int


@cached.by_scope
def drawing(scope: Scope, chosen: Filters, rows: str, order: str, page: int) -> Drawing:
    """Return what the section draws: `page` (from 1) of the places in the order chosen."""
    level = "village" if rows == "villages" else None
    found = place.places(scope, chosen, level)
    named = found[found["name"] != REMAINDER_NAME]
    named = named.assign(change=named["alert_count"] - named["before_count"])
    by = ["alert_count", "change"] if order == "burden" else ["change", "alert_count"]
    named = named.sort_values([*by, "code"], ascending=[False, False, True], kind="stable")
    pages = max(1, -(-len(named) // ROWS_MAX))
    shown = named.iloc[(min(page, pages) - 1) * ROWS_MAX : min(page, pages) * ROWS_MAX]
    labels = _labels(shown)
    own = chosen.region or (scope.regions[0] if len(scope.regions) == 1 else "")
    is_own = len(named) == len(shown) and level is None and bool(own)
    others = REMAINDER_NAME if is_own else OTHERS
    total = found[list(heat.COUNTS)].sum()
    months, modules = (
        _table(scope, chosen, one, shown, labels, others, own if is_own else "", total) for one in KEYS
    )
    return Drawing(months, modules, _silent(scope, chosen), pages)


def _labels(shown: pd.DataFrame) -> dict[str, str]:
    """Return names by code, told apart where they are the same, with the sign of what a village without alerts is."""
    names = shown["state"].map(SIGNS).fillna("") + shown["name"]
    again = names.duplicated(keep=False)
    names = names.where(~again, names + " " + shown["code"].str[-6:])
    return dict(zip(shown["code"], names, strict=True))


def _table(
    scope: Scope,
    chosen: Filters,
    by: By,
    shown: pd.DataFrame,
    labels: dict[str, str],
    others: str,
    own: str,
    total: "pd.Series[int]",
) -> Table:
    cells = heat.cells(scope, chosen, tuple(labels), by)
    start, end = period(chosen)
    if by == "month":
        months = pd.period_range(start, end, freq="M").strftime("%Y-%m").tolist()
        # So many as can be read; those before stand together in the total.
        keys = {month: month[2:] for month in months[-MONTHS_MAX:]}
    else:
        keys = MODULE | {"": NO_MODULE}
    rows = {**labels, "": others}
    cells = cells[cells["key"].isin(keys) & cells["place"].isin(rows)]
    asked = pd.DataFrame(
        {
            "row": cells["place"].map(rows),
            "column": cells["key"].map(keys),
            "count": cells["alert_count"].astype(float),
            "words": cells["alert_count"].map("{:,}".format),
            "note": [
                f"未处置 {one:,}，超期 {late:,}"
                for one, late in zip(cells["open_count"], cells["overdue_count"], strict=True)
            ],
            "region": cells["place"].where(cells["place"] != "", own),
            "start": [_first(key, start).isoformat() if by == "month" else "" for key in cells["key"]],
            "end": [_last(key, end).isoformat() if by == "month" else "" for key in cells["key"]],
            "module": ["" if by == "month" else key or NONE for key in cells["key"]],
            "own": np.where(cells["place"] == "", "true" if own else "", ""),
        }
    )
    sums = shown.assign(row=shown["code"].map(labels))
    left = total - shown[list(heat.COUNTS)].sum()
    beside = [
        (one["row"], one["alert_count"], one["before_count"], one["code"], "")
        for one in sums.to_dict("records")
    ]
    if left["alert_count"] or left["before_count"]:
        beside.append((others, left["alert_count"], left["before_count"], own, "true" if own else ""))
    totals = [
        {
            "row": row,
            "column": column,
            "count": np.nan,
            "words": f"{now:,}" if column == TOTAL else f"{now - before:+,}" if now != before else "0",
            "note": f"本期 {now:,}，上期 {before:,}",
            "region": code if column == TOTAL and now else "",
            "start": "",
            "end": "",
            "module": "",
            "own": is_own,
        }
        for row, now, before, code, is_own in beside
        for column in (TOTAL, CHANGE)
    ]
    both = pd.DataFrame(theme.records(asked) + totals, columns=list(asked.columns))
    what = "月份" if by == "month" else "模块"
    highest = asked.iloc[int(asked["count"].to_numpy().argmax())] if len(asked) else None
    return Table(
        key=f"heat-{by}",
        title=f"地区×{what}",
        cells=both,
        rows=tuple(dict.fromkeys(row for row, *_ in beside)),
        columns=(*keys.values(), TOTAL, CHANGE),
        fields=FIELDS,
        what="预警",
        reading=""
        if highest is None
        else f"所列单格最多的是{highest['row']}的{highest['column']}（{highest['words']} 条）；共 {int(total['alert_count']):,} 条。数量未按人口折算，高低比较请看地图的“每千人年”。",
        definition="按产生时间计的预警条数；合计含本期全部，增减为与之前同样长的期间之差。点击格子打开对应清单。"
        "◇ 为沉默的村（久无任何数据），○ 为平静的村（有数据、没有预警）：没有预警不等于没有数据。"
        f"“{others}”为未列出的地区与记在本级的预警，各行之和等于总数。",
        empty="本期没有预警。",
    )


def _first(key: str, start: date) -> date:
    return max(date.fromisoformat(f"{key}-01"), start)


def _last(key: str, end: date) -> date:
    first = date.fromisoformat(f"{key}-01")
    return min(first.replace(day=monthrange(first.year, first.month)[1]), end)


def _silent(scope: Scope, chosen: Filters) -> Panel:
    """Return the villages without alerts, those without data first."""
    villages = place.places(scope, chosen, "village")
    counts = place.activity(villages)
    told = villages[villages["state"].isin([SILENT, NO_DATA])].sort_values(["state", "code"])
    names = cached.region_names(scope)
    table = pd.DataFrame(
        {
            "地区": cached.below_root(scope, told["code"].map(names).fillna(told["name"])),
            "状态": told["state"].map({SILENT: "◇ 沉默", NO_DATA: "◇ 从无数据"}),
            "人口": told["population"].map(wording.number),
        }
    )
    days = place.silence_days()
    unknown = counts["unknown"]
    reading = (
        f"{sum(counts.values()):,} 个村中：有预警 {counts['alerted']:,}，平静 {counts[QUIET]:,}（有数据、没有预警），"
        f"沉默 {counts[SILENT]:,}（{days} 天以上没有任何数据），从无数据 {counts[NO_DATA]:,}"
        + (f"，权限内无法判断 {unknown:,}" if unknown else "")
        + "。没有预警不等于没有数据。"
    )
    return Panel(
        key="heat-silent",
        title="沉默的村",
        chart=table if len(table) else None,
        reading=reading,
        definition=f"截至数据时间 {days} 天以上没有任何投诉和六个模块记录的村为沉默，从无记录的为从无数据；有预警的村不在此列。"
        "只见部分单位或行业的人不被告知他人的记录，故无法判断。已撤并的村不计。",
        data=table,
        empty=reading,
        rows=None,
        widths=(("地区", "large"),),
    )


def draw(scope: Scope, chosen: Filters) -> None:
    """Draw the section."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        level = heat.focus_level(scope, chosen.region)
        rows = "parts" if level in ("town", "village") else choice("rows", "行", ROWS)
        order = choice("order", "排序", ORDERS)
        view = choice("cells", "呈现方式", VIEWS)
    asked = str(st.session_state.get(PAGE) or st.query_params.get(PAGE, ""))
    page = int(asked) if asked.isdecimal() and len(asked) < 7 and int(asked) else 1
    drawn = drawing(scope, chosen, rows, order, page)
    if drawn.pages > 1:
        page = st.pagination(drawn.pages, key=PAGE, bind="query-params")
        drawn = drawing(scope, chosen, rows, order, page)
    drawn.months.draw(scope, chosen, is_text=view == "text")
    drawn.modules.draw(scope, chosen, is_text=view == "text")
    drawn.silent.draw(scope, chosen)
