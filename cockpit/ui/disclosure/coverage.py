"""Section 覆盖: what villages have made public, by place, by item, and both together; for one village its own items."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from cockpit import region_code
from cockpit.charts.heat_cells import heat_cells
from cockpit.queries.disclosure import MARKS, interval
from cockpit.queries.filters import Filters
from cockpit.scope import Scope
from cockpit.ui import cached, wording
from cockpit.ui.analysis.choice import choice
from cockpit.ui.analysis.panel import grid
from cockpit.ui.disclosure import kept
from cockpit.ui.disclosure.kept import Narrowing
from cockpit.ui.effect.count_table import CountTable, per_cent

# More rows would be neither read nor told apart.
ROWS_MAX = 60
COUNTS = ["village_count", "public_count", "late_count", "missing_count"]
DEFINITION = (
    "按事项清单逐村逐项计数：最近一次公开后未满公开周期为已公开，满周期未再公开为逾期，从未公开为未公开。"
    "应公开项次 = 现有村数 × 事项数。评级中的公开率只要求一年内公开过，口径较宽。"
)
ALL_CATEGORIES = ""
VIEWS = {"chart": "图", "table": "表格"}


@dataclass(frozen=True)
class Drawing:
    """All that the section draws of several villages."""

    places: Narrowing
    items: Narrowing
    matrix: Narrowing
    cells: CountTable


@cached.by_build
def drawing(scope: Scope, region: str | None, category: str) -> Drawing:
    """Return what the section draws where something is told of villages."""
    rows = kept.coverage(scope, region)
    return Drawing(_places(scope, region, rows), _items(rows), *_matrix(rows, category))


def _summed(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    found = rows.groupby(keys, as_index=False, sort=False)[COUNTS].sum()
    return found.assign(share=found["public_count"] / found["village_count"])


def _table(rows: pd.DataFrame, named: dict[str, "pd.Series[str]"], unit: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            **named,
            f"应公开（{unit}）": rows["village_count"].astype(int),
            "● 已公开": rows["public_count"].astype(int),
            "▲ 逾期": rows["late_count"].astype(int),
            "○ 未公开": rows["missing_count"].astype(int),
            "公开率": [
                per_cent(above, below)
                for above, below in zip(rows["public_count"], rows["village_count"], strict=True)
            ],
        }
    )


def _places(scope: Scope, region: str | None, rows: pd.DataFrame) -> Narrowing:
    found = _summed(rows, ["region_code", "name"]).sort_values(["share", "region_code"], ignore_index=True)
    table = _table(found, {"地区": found["name"]}, "项次")
    is_own = len(found) == 1 and found["region_code"].iloc[0] == kept.focus(scope, region)
    least = found.iloc[0]
    reading = (
        f"{least['name']}的公开率最低（{per_cent(least['public_count'], least['village_count'])}），"
        f"有 {int(least['missing_count']):,} 项次从未公开。"
        if len(found) > 1
        else ""
    )
    return Narrowing(
        key="disclosure-places",
        title="按地区",
        chart=table,
        reading=reading,
        definition=f"{DEFINITION}点击一行进入该地区。",
        data=table,
        rows=None,
        marks=() if is_own else tuple({"region": code} for code in found["region_code"]),
        widths=(("地区", "medium"),),
    )


def _items(rows: pd.DataFrame) -> Narrowing:
    found = _summed(rows, ["code", "item_name", "category"]).sort_values(["share", "code"], ignore_index=True)
    table = _table(found, {"事项": found["item_name"], "类别": found["category"]}, "村")
    least = found.iloc[0]
    return Narrowing(
        key="disclosure-items",
        title="按事项",
        chart=table,
        reading=f"公开最少的事项是“{least['item_name']}”（{per_cent(least['public_count'], least['village_count'])}）。",
        definition=f"{DEFINITION}点击一行列出该事项未公开和逾期的村。",
        data=table,
        rows=None,
        marks=tuple({kept.SECTION: "late", kept.ITEM: code} for code in found["code"]),
        widths=(("事项", "medium"),),
    )


def _matrix(rows: pd.DataFrame, category: str) -> tuple[Narrowing, CountTable]:
    """Return places by categories, or by the items of one, drawn and as a table: the more is lacking, the darker."""
    column, code = ("category", "category") if category == ALL_CATEGORIES else ("item_name", "code")
    inside = rows if category == ALL_CATEGORIES else rows[rows["category"] == category]
    # Two items may bear one name.
    again = inside.groupby("item_name")["code"].transform("nunique") > 1
    inside = inside.assign(
        item_name=inside["item_name"].where(~again, inside["item_name"] + " " + inside["code"])
    )
    cells = _summed(inside, list(dict.fromkeys(["region_code", "name", column, code])))
    order = _summed(inside, ["region_code", "name"]).sort_values(["share", "region_code"])
    shown = order.head(ROWS_MAX)
    again = shown["name"].duplicated(keep=False)
    labels = dict(
        zip(
            shown["region_code"],
            shown["name"].where(~again, shown["name"] + " " + shown["region_code"].str[-6:]),
            strict=True,
        )
    )
    cells = cells[cells["region_code"].isin(list(labels))]
    columns = tuple(dict.fromkeys(cells[column]))
    is_single = bool((cells["village_count"] == 1).all())
    drawn = pd.DataFrame(
        {
            "row": cells["region_code"].map(labels),
            "column": cells[column],
            "count": (1 - cells["share"]) * 100,
            "words": np.where(
                is_single,
                cells["public_count"].map({1: "●"}).fillna(cells["late_count"].map({1: "▲", 0: "○"})),
                [
                    per_cent(above, below, 0)
                    for above, below in zip(cells["public_count"], cells["village_count"], strict=True)
                ],
            ),
            "note": [
                f"已公开 {public:,}，逾期 {late:,}，未公开 {missing:,}"
                for public, late, missing in zip(
                    cells["public_count"], cells["late_count"], cells["missing_count"], strict=True
                )
            ],
            "region": cells["region_code"],
            kept.SECTION: "late",
            kept.CATEGORY: cells[code] if code == "category" else "",
            kept.ITEM: cells[code] if code == "code" else "",
        }
    )
    fields = ("region", kept.SECTION, kept.CATEGORY, kept.ITEM)
    wide = drawn.pivot(index="row", columns="column", values="words").reindex(
        index=list(labels.values()), columns=list(columns)
    )
    what = "类别" if category == ALL_CATEGORIES else f"{category}各事项"
    more = f"只画出公开率较低的 {ROWS_MAX} 个，共 {len(order):,} 个。" if len(order) > ROWS_MAX else ""
    title = f"地区×{what}"
    definition = (
        f"{DEFINITION}格中为公开率（基数不足 10 时为已公开/应公开；单村单项 ● 已公开、▲ 逾期、○ 未公开），越深缺得越多。"
        "点击格子列出其中未公开和逾期的事项。"
    )
    data = wide.rename_axis("地区").reset_index()
    opened = {
        (row["row"], row["column"]): ("disclosure", {name: row[name] for name in fields if row[name]})
        for row in drawn.to_dict("records")
    }
    return (
        Narrowing(
            key=f"disclosure-matrix-{category}",
            title=title,
            chart=heat_cells(
                drawn,
                tuple(labels.values()),
                columns,
                fields=fields,
                what="公开",
                unit="",
                row_title="地区",
                full=100,
            ),
            reading=more,
            definition=definition,
            data=data,
            rows=None,
            picks=tuple((name, name) for name in fields),
        ),
        CountTable(
            key=f"disclosure-cells-{category}",
            title=title,
            chart=data,
            reading=more,
            definition=definition,
            data=data,
            rows=None,
            links=tuple(
                {column: opened[row, column] for column in columns if (row, column) in opened}
                for row in labels.values()
            ),
        ),
    )


def draw(scope: Scope, chosen: Filters) -> None:
    """Draw the section."""
    rows = kept.coverage(scope, chosen.region)
    if rows.empty:
        st.info(
            "没有公开公示数据：请装载“公开公示”表（disclosure）和“公开事项”表（disclosure_item）。",
            icon=":material/inbox:",
        )
        return
    _headline(rows)
    focus = kept.focus(scope, chosen.region)
    if focus is not None and region_code.level(focus) == "village":
        grid([(_own(scope, focus),)], scope, chosen)
        return
    names = {name: wording.plain(name) for name in dict.fromkeys(rows["category"])}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        category = choice("matrix", "矩阵的列", {ALL_CATEGORIES: "各类别", **names})
        view = choice("cells", "呈现方式", VIEWS)
    found = drawing(scope, chosen.region, category)
    grid([(found.cells if view == "table" else found.matrix,), (found.places, found.items)], scope, chosen)


def _headline(rows: pd.DataFrame) -> None:
    counts = {name: int(rows[name].sum()) for name in COUNTS}
    villages = int(rows.groupby("region_code")["village_count"].max().sum())
    with st.container(horizontal=True):
        st.metric("村", f"{villages:,}", border=True)
        st.metric(
            "● 已公开",
            per_cent(counts["public_count"], counts["village_count"]),
            help=f"{DEFINITION}{counts['public_count']:,} / {counts['village_count']:,} 项次。",
            border=True,
        )
        st.metric("▲ 逾期（项次）", f"{counts['late_count']:,}", border=True)
        st.metric("○ 未公开（项次）", f"{counts['missing_count']:,}", border=True)


@cached.by_build
def _own(scope: Scope, village: str) -> Narrowing:
    """Return the items of one village, what is not public first."""
    found = kept.items(scope, village)
    table = pd.DataFrame(
        {
            "状态": found["state"].map(MARKS),
            "事项": found["name"],
            "应公开": found["due_on"].map(wording.day),
            "超过（天）": found["days_late"].map(lambda days: "" if pd.isna(days) else f"{days:,.0f}"),
            "最近公开": found["published_on"].map(wording.day),
            "周期": found["interval_days"].map(interval),
            "类别": found["category"],
        }
    )
    lacking = int((found["state"] != "public").sum())
    return Narrowing(
        key="disclosure-own",
        title="本村公开事项",
        chart=table,
        reading=f"{len(found):,} 项中 {lacking:,} 项未公开或逾期。",
        definition=DEFINITION,
        data=table,
        rows=None,
        widths=(("事项", "medium"),),
    )
