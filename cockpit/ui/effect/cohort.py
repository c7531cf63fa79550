"""Section 转化: what became of the alerts of a month of entry, by month and by where they come from."""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import pandas as pd
import streamlit as st

from cockpit.analysis.funnel import funnel
from cockpit.analysis.rates import PER_CENT_BASE_MIN, wilson_intervals
from cockpit.charts import cohort_rate, shares
from cockpit.queries import Filters
from cockpit.queries.effect import Cohorts, Key
from cockpit.queries.measures import MEASURES
from cockpit.queries.named import NONE
from cockpit.scope import Scope
from cockpit.ui import cached
from cockpit.ui.analysis import reading
from cockpit.ui.analysis.choice import choice
from cockpit.ui.analysis.panel import Panel, grid
from cockpit.ui.effect import kept
from cockpit.ui.effect.count_table import ALERT_COUNTS, CountTable, Link, alerts, period_of, share, shown

BY: dict[Key, str] = {
    "source": "来源",
    "industry": "领域",
    "module": "模块",
    "model": "监督模型",
    "region": "地区",
}
# Shares of one cohort, by the name of their measure.
RATES = ("substantiation_rate", "verified_rate", "clue_rate", "case_rate", "sanction_rate", "recovery_share")
BASES = {"alert_count": "预警（条）", "verified_count": "已核查（条）"}
MATURITY = (
    "同一月份产生的预警是同一批，不论何时核查、处置都计在产生的月份。未成熟：自该月最后一天起，按预警等级中最长的处置时限计算，"
    "尚未过完；其比例还会变，不宜与前面的月份比。立案、处分往往更晚，成熟月份的数也可能增加。"
)
CHAIN = (
    "各列是同一批预警中分别达到的条数，线索、立案、处分不必依次经过，因此不是逐级漏斗。查实为属实或部分属实。"
    "处分人数为给予党纪政务处分的预警所处理的人数，处理人数为全部处理人数，同一人涉及多条预警的分别计入，不足 5 人的显示为“<5”。"
    "括号内为 95% 区间（Wilson 1927），基数不足 10 的只列件数。点击数字查看对应预警。"
)


def rate_of(rows: pd.DataFrame, rate: str) -> pd.DataFrame:
    """Return rows with `successes, trials, share, low, high` of a measure; nan under a base of 10."""
    measure = MEASURES[rate]
    above, below = (
        rows[name].to_numpy(float) for name in (measure.numerator, measure.denominator or measure.numerator)
    )
    low, high = wilson_intervals(above, below)
    told = below >= PER_CENT_BASE_MIN
    found = np.divide(above, below, out=np.full(len(rows), np.nan), where=told)
    return rows.assign(
        successes=above.astype(int),
        trials=below.astype(int),
        share=found,
        low=np.where(told, low, np.nan),
        high=np.where(told, high, np.nan),
    )


def _cells(counts: Mapping[Any, Any]) -> dict[str, object]:
    told = {label: shown(name, float(counts[name])) for name, (label, _) in ALERT_COUNTS.items()}
    told["查实率（%）"] = share(float(counts["substantiated_count"]), float(counts["verified_count"]))
    told["转线索率（%）"] = share(float(counts["clue_count"]), float(counts["alert_count"]))
    return told


def _links(**more: str) -> dict[str, Link]:
    return {label: alerts(asked, **more) for label, asked in ALERT_COUNTS.values()}


def _by_month(found: Cohorts) -> tuple[pd.DataFrame, tuple[dict[str, Link], ...]]:
    """Return the months and what they add up to, and the lists behind each count."""
    rows = found.by("month")
    months = [pd.Timestamp(month) for month in rows["key"]]
    cells = [
        {"产生月份": name, "状态": cohort_rate.RIPE if found.is_mature(month) else "◇ 未成熟", **_cells(row)}
        for name, month, row in zip(rows["name"], months, rows.to_dict("records"), strict=True)
    ]
    first, last = found.period
    links = [
        _links(
            start=f"{max(month.date(), first)}", end=f"{min((month + pd.offsets.MonthEnd(0)).date(), last)}"
        )
        for month in months
    ]
    ripe = [month for month in months if found.is_mature(month)]
    if len(ripe) < len(months) and ripe:
        cells.append({"产生月份": "成熟月份合计", "状态": cohort_rate.RIPE, **_cells(found.mature)})
        links.append(
            _links(
                start=f"{max(ripe[0].date(), first)}",
                end=f"{min((ripe[-1] + pd.offsets.MonthEnd(0)).date(), last)}",
            )
        )
    cells.append({"产生月份": "合计", "状态": "", **_cells(found.total)})
    return pd.DataFrame(cells), (*links, _links())


def _row_links(key: Key, code: str, focus: str | None) -> dict[str, Link]:
    if key == "region":
        return _links(region=code, **({"own": "true"} if code == focus else {})) if code else {}
    if key == "industry":
        return _links(industry=code) if code else _links(no_industry="true")
    return _links(**{key: code or NONE})


def _by_key(found: Cohorts, key: Key) -> tuple[pd.DataFrame, tuple[dict[str, Link], ...]]:
    rows = found.by(key)
    cells = [
        {BY[key]: name, **_cells(row)}
        for name, row in zip(rows["name"], rows.to_dict("records"), strict=True)
    ]
    cells.append({BY[key]: "合计", **_cells(found.total)})
    links = [_row_links(key, code, found.focus) for code in rows["key"]]
    return pd.DataFrame(cells), (*links, _links())


def told(found: Cohorts, chosen: Filters) -> str:
    """Say what became of the alerts of the period, and of those of mature months."""
    total, mature = found.total, found.mature
    if not total["alert_count"]:
        return "本期没有预警。"
    young = total["alert_count"] - mature["alert_count"]
    words = (
        f"{period_of(chosen)} 产生的 {total['alert_count']:,.0f} 条预警，已核查 {total['verified_count']:,.0f} 条，"
        f"查实率 {reading.share_of(int(total['substantiated_count']), int(total['verified_count']))}；"
        f"转问题线索 {total['clue_count']:,.0f} 条、立案 {total['case_count']:,.0f} 条、"
        f"党纪政务处分 {total['sanction_count']:,.0f} 条。"
    )
    if not young:
        return f"{words}各月均已成熟。"
    return (
        f"{words}其中 {young:,.0f} 条产生于未成熟的月份，比例还会变；"
        f"成熟月份的查实率 {reading.share_of(int(mature['substantiated_count']), int(mature['verified_count']))}。"
    )


@cached.by_scope
def by_month(scope: Scope, chosen: Filters, rate: str) -> tuple[Panel, ...]:
    """Return the panels by month of entry, one share of them drawn."""
    found = kept.cohorts(scope, chosen)
    measure, what = MEASURES[rate], MEASURES[rate].label
    rows = rate_of(found.by("month"), rate)
    rows = rows.assign(
        month=rows["name"], is_mature=[found.is_mature(pd.Timestamp(month)) for month in rows["key"]]
    )
    ripe = found.mature
    base = ripe[measure.denominator or measure.numerator]
    table, links = _by_month(found)
    is_any = bool(found.total["alert_count"])
    return (
        Panel(
            key="effect-rate",
            title=f"{what}（按产生月份）",
            chart=cohort_rate.cohort_rate(
                rows,
                target=ripe[measure.numerator] / base if base >= PER_CENT_BASE_MIN else None,
                what=what,
                trials_name=BASES[measure.denominator or measure.numerator],
            )
            if rows["share"].notna().any()
            else None,
            reading=_rate_told(rows, what),
            definition=f"{measure.definition}{MATURITY}竖线为 95% 区间（Wilson 1927），虚线为成熟月份合计；基数不足 10 的月份不画。",
            data=pd.DataFrame(
                {
                    "产生月份": rows["name"],
                    "分子": rows["successes"],
                    "分母": rows["trials"],
                    f"{what}（%）": (100 * rows["share"]).round(2),
                    "95% 区间下限（%）": (100 * rows["low"]).round(2),
                    "95% 区间上限（%）": (100 * rows["high"]).round(2),
                    "是否成熟": ["是" if one else "否" for one in rows["is_mature"]],
                }
            ),
            empty="没有一个月的基数达到 10，不计比例。",
            rows=None,
        ),
        CountTable(
            key="effect-months",
            title="同一批预警的去向（按产生月份）",
            chart=table if is_any else None,
            reading=told(found, chosen),
            definition=f"{CHAIN}{MATURITY}",
            data=table,
            empty="本期没有预警。可放宽左侧筛选。",
            rows=None,
            links=links,
        ),
    )


def _rate_told(rows: pd.DataFrame, what: str) -> str:
    """Say which mature months differ beyond chance from all mature ones."""
    ripe = rows[rows["is_mature"] & rows["share"].notna()]
    young = int((~rows["is_mature"]).sum())
    tail = f"另有 {young} 个月未成熟，不参加比较。" if young else ""
    if len(ripe) < 2:
        return f"成熟且基数达到 10 的月份不足两个，不作比较。{tail}"
    compared = funnel(ripe["successes"], ripe["trials"], kind="share", has_limits=False)
    side = compared.points["direction"].to_numpy()
    parts = [
        f"{reading.names(ripe['name'][side == sign].tolist())}明显{word}"
        for sign, word in ((1, "偏高"), (-1, "偏低"))
        if (side == sign).any()
    ]
    words = "，".join(parts) if parts else f"{len(ripe)} 个成熟月份的{what}未见明显变化"
    return f"{words}。{tail}"


@cached.by_scope
def by_key(scope: Scope, chosen: Filters, key: Key, rate: str) -> tuple[Panel, ...]:
    """Return the panels by source, industry, module, model or region."""
    found = kept.cohorts(scope, chosen)
    measure, what = MEASURES[rate], MEASURES[rate].label
    rows = rate_of(found.by(key), rate)
    drawn = rows[rows["trials"] >= PER_CENT_BASE_MIN].reset_index(drop=True)
    compared = funnel(drawn["successes"], drawn["trials"], kind="share", has_limits=False)
    drawn = drawn.assign(direction=compared.points["direction"], code=drawn["key"])
    drawn = drawn.sort_values("direction", key=np.abs, ascending=False, kind="stable")
    table, links = _by_key(found, key)
    successes, trials = (
        int(found.total[name]) for name in (measure.numerator, measure.denominator or measure.numerator)
    )
    return (
        Panel(
            key=f"effect-{key}-rate",
            title=f"{what}（按{BY[key]}）",
            chart=shares.shares(
                drawn,
                target=compared.target,
                what=what,
                trials_name=BASES[measure.denominator or measure.numerator],
            )
            if len(drawn)
            else None,
            reading=_key_told(drawn, what, successes, trials),
            definition=f"{measure.definition}横线为 95% 区间（Wilson 1927），虚线为总体；先列超出偶然的（与总体的精确检验，错误发现率 q≤0.05），"
            "再按件数，最多 12 个；基数不足 10 的不画；含未成熟的月份；不是排名。",
            data=_exported(rows, key, what),
            empty=f"没有一个{BY[key]}的基数达到 10，不计比例。",
            picks=_picks(key),
            opens=None if key in ("region", "industry") else "alerts",
            rows=None,
        ),
        CountTable(
            key=f"effect-{key}",
            title=f"同一批预警的去向（按{BY[key]}）",
            chart=table if len(rows) else None,
            reading="",
            definition=CHAIN,
            data=table,
            empty="本期没有预警。可放宽左侧筛选。",
            rows=None,
            links=links,
        ),
    )


def _picks(key: Key) -> tuple[tuple[str, str | int], ...]:
    return ((key, "code"),)


def _exported(rows: pd.DataFrame, key: Key, what: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            f"{BY[key]}代码": rows["key"],
            BY[key]: rows["name"],
            "分子": rows["successes"],
            "分母": rows["trials"],
            f"{what}（%）": (100 * rows["share"]).round(2),
            "95% 区间下限（%）": (100 * rows["low"]).round(2),
            "95% 区间上限（%）": (100 * rows["high"]).round(2),
        }
    )


def _key_told(kept: pd.DataFrame, what: str, successes: int, trials: int) -> str:
    whole = f"总体{what} {reading.share_of(successes, trials)}"
    if len(kept) < 2:
        return f"{whole}；可比较的不足两个，不作比较。"
    parts = [
        f"{reading.names(kept.loc[kept['direction'] == sign, 'name'].tolist())}明显{word}"
        for sign, word in ((1, "偏高"), (-1, "偏低"))
        if (kept["direction"] == sign).any()
    ]
    return f"{whole}；{'，'.join(parts) if parts else '彼此未见超出偶然的差异'}。"


def draw(scope: Scope, chosen: Filters) -> None:
    """Draw the section."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        rate = choice("rate", "比例", {name: MEASURES[name].label for name in RATES})
        key = cast("Key", choice("by", "分类", {str(code): f"按{label}" for code, label in BY.items()}))
    grid([(one,) for one in by_month(scope, chosen, rate)], scope, chosen)
    grid([(one,) for one in by_key(scope, chosen, key, rate)], scope, chosen)
