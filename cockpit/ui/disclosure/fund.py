"""Section 惠民资金: funds by place whole, and what was published of each against what was paid."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from cockpit import region_code
from cockpit.queries.filters import Filters
from cockpit.scope import Scope
from cockpit.ui import cached, wording
from cockpit.ui.analysis.choice import choice
from cockpit.ui.analysis.panel import TABLE_HEIGHT, grid
from cockpit.ui.disclosure import kept
from cockpit.ui.disclosure.kept import Narrowing
from cockpit.ui.effect.count_table import per_cent

# More rows than a person can read or a browser should be sent.
PLACES_MAX = 2000
NO_FUND, NO_YEAR = "未标明资金", "年度不明"
LEVELS = {"city": "市", "county": "县", "town": "乡镇", "village": "村"}
FIRST = {"province": "county", "city": "town", "county": "town", "town": "village", "village": "village"}
ALL_YEARS = "all"
TOTAL = "合计"
SUMS = ["paid_sum", "published_sum"]
MEASURES: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "difference": ("公开减发放（元）", lambda paid, published: published - paid),
    "paid": ("发放（元）", lambda paid, _published: paid),
    "published": ("公开（元）", lambda _paid, published: published),
}
DEFINITION = (
    "发放：困难救助记录中有完成日期或环节为“已发放”的，按完成日期（没有的按发生日期）计年。"
    "公开：惠民资金公开表中同一地区、同名资金、同一年度的金额。差额为公开减发放：负数为少公开，正数为多公开或未见发放记录。"
    "上级地区包含下级和记在本级的。"
)


@dataclass(frozen=True)
class FundTable(Narrowing):
    """Places by funds, whole: the names stay in sight, and numbers stay numbers."""

    def _chart(self, scope: Scope) -> dict[str, str]:
        first, *numbers = self.chart.columns
        st.dataframe(
            self.chart,
            hide_index=True,
            height="content" if len(self.chart) <= 16 else TABLE_HEIGHT + 160,
            column_config={
                first: st.column_config.Column(pinned=True, width=150),
                **{name: st.column_config.NumberColumn(format="%,.0f") for name in numbers},
            },
            on_select=(lambda: self._set(scope)) if self.marks else "ignore",
            selection_mode="single-row",
            key=self.key,
            placeholder="",
            alt=self.title,
        )
        return {}


@cached.by_build
def whole(scope: Scope, region: str | None) -> pd.DataFrame:
    """Return the funds of the focus itself, of several roots together, by fund and year."""
    roots = [region] if region else list(scope.regions)
    found = [
        rows[rows["region_code"] == code]
        for code in roots
        if len(rows := kept.funds(scope, code, region_code.level(code), None))
    ]
    if not found:
        return pd.DataFrame(columns=["fund", "year", *SUMS])
    rows = pd.concat(found, ignore_index=True)
    counts = ["payment_count", "recipient_count", "publication_count", "published_recipient_count"]
    return rows.groupby(["fund", "year"], as_index=False).agg(
        **{name: (name, "sum") for name in (*SUMS, *counts)}, latest_on=("latest_on", "max")
    )


def crossed(rows: pd.DataFrame, measure: str) -> tuple[pd.DataFrame, list[str]]:
    """Return a table of places by funds, all of them, with sums at both ends, and the codes of its rows but the last.

    `rows` has region_code, name, fund, SUMS. A fund a place has nothing of is blank.
    """
    count = MEASURES[measure][1]
    cells = rows.groupby(["region_code", "fund"], as_index=False)[SUMS].sum()
    names = rows.drop_duplicates("region_code").set_index("region_code")["name"]
    cells["value"] = count(cells["paid_sum"], cells["published_sum"])
    order = cells.groupby("fund")["paid_sum"].sum().sort_values(ascending=False, kind="stable").index
    wide = cells.pivot(index="region_code", columns="fund", values="value").reindex(columns=order)
    total = wide.sum()
    wide.insert(0, TOTAL, wide.sum(axis=1))
    wide.loc[""] = [wide[TOTAL].sum(), *total]
    wide = wide.rename(columns={"": NO_FUND})
    wide.insert(0, "地区", [*names.reindex(wide.index[:-1]), TOTAL])
    return wide.reset_index(drop=True), [
        str(code) for code in names.reindex(cells["region_code"].unique()).index
    ]


@cached.by_build
def table(scope: Scope, region: str | None, level: str, year: int | None, measure: str) -> FundTable:
    """Return the panel of places by funds."""
    rows = kept.funds(scope, region, level, year)
    label, _ = MEASURES[measure]
    title = f"{LEVELS.get(level, '省')}×资金：{label}"
    key = f"disclosure-fund-{level}-{year or ALL_YEARS}-{measure}"
    if rows.empty:
        return FundTable(key, title, None, "", DEFINITION, empty="所选年度没有发放或公开记录。", rows=None)
    count = rows["region_code"].nunique()
    if count > PLACES_MAX:
        return FundTable(
            key, title, None, "", DEFINITION, empty=f"共 {count:,} 个地区，请先选择上级地区。", rows=None
        )
    chart, codes = crossed(rows, measure)
    paid, published = (float(rows[name].sum()) for name in SUMS)
    is_own = codes == [kept.focus(scope, region)]
    return FundTable(
        key=key,
        title=title,
        chart=chart,
        reading=f"{count:,} 个地区 × {rows['fund'].nunique():,} 种资金；发放 {_money(paid)}，"
        f"公开 {_money(published)}，相当于发放的 {per_cent(published, paid)}。",
        definition=f"{DEFINITION}空格为没有发放也没有公开。点击一行进入该地区。",
        data=chart,
        rows=None,
        marks=() if is_own else tuple({"region": code} for code in codes),
    )


@cached.by_build
def by_fund(scope: Scope, region: str | None, year: int | None) -> Narrowing:
    """Return the panel of the focus itself by fund and year; persons and payments of fewer than five are not told."""
    rows = whole(scope, region)
    rows = rows if year is None else rows[rows["year"] == year]
    rows = rows.sort_values(["year", "paid_sum", "fund"], ascending=[False, False, True])
    key = f"disclosure-funds-{year or ALL_YEARS}"
    if rows.empty:
        return Narrowing(
            key, "发放与公开对照", None, "", DEFINITION, empty="所选年度没有发放或公开记录。", rows=None
        )
    is_few = (rows["payment_count"] > 0) & (rows["recipient_count"] < wording.PERSONS_MIN)
    few = f"<{wording.PERSONS_MIN}"
    told = pd.DataFrame(
        {
            "资金": rows["fund"].replace("", NO_FUND),
            "年度": [str(year) if year else NO_YEAR for year in rows["year"]],
            "发放（元）": rows["paid_sum"].map(wording.exact),
            "发放笔数": np.where(is_few, few, rows["payment_count"].map("{:,.0f}".format)),
            "发放人数": np.where(is_few, few, rows["recipient_count"].map("{:,.0f}".format)),
            "公开（元）": rows["published_sum"].map(wording.exact),
            "公开次数": rows["publication_count"].map("{:,.0f}".format),
            "公开减发放（元）": [
                _signed(published - paid)
                for paid, published in zip(rows["paid_sum"], rows["published_sum"], strict=True)
            ],
            "最近公开": rows["latest_on"].map(wording.day),
        }
    )
    unpublished = int(((rows["payment_count"] > 0) & (rows["publication_count"] == 0)).sum())
    return Narrowing(
        key=key,
        title="发放与公开对照",
        chart=told,
        reading=f"{len(rows):,} 项（一种资金一年为一项）中 {unpublished:,} 项有发放而从未公开。",
        definition=f"{DEFINITION}涉及人数少于 {wording.PERSONS_MIN} 的，人数和笔数不显示，导出亦同。",
        data=told,
        rows=None,
        widths=(("资金", "medium"),),
    )


def _money(yuan: float) -> str:
    return f"{yuan / 10_000:,.1f} 万元" if yuan >= 10_000 else f"{yuan:,.0f} 元"


def _signed(difference: float) -> str:
    return f"{difference:+,.0f}" if round(difference) else "0"


def draw(scope: Scope, chosen: Filters) -> None:
    """Draw the section."""
    rows = whole(scope, chosen.region)
    if rows.empty:
        st.info(
            "没有惠民资金数据：请装载“困难救助”表（relief）和“惠民资金公开”表（fund_publication）。",
            icon=":material/inbox:",
        )
        return
    years = sorted({int(year) for year in rows["year"]}, reverse=True)
    focus = kept.level(scope, chosen.region)
    below = list(LEVELS)[list(LEVELS).index(focus) + 1 :] if focus in LEVELS else list(LEVELS)
    first = FIRST.get(focus or "", "county")
    levels = dict.fromkeys([first, *(name for name in below if name != first)])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        level = choice("tier", "行", {name: LEVELS[name] for name in levels})
        year = choice(
            "year", "年度", {**{str(one): str(one) if one else NO_YEAR for one in years}, ALL_YEARS: "全部"}
        )
        measure = choice("measure", "数值", {name: label for name, (label, _) in MEASURES.items()})
    number = None if year == ALL_YEARS else int(year)
    grid(
        [
            (table(scope, chosen.region, level, number, measure),),
            (by_fund(scope, chosen.region, number),),
        ],
        scope,
        chosen,
    )
