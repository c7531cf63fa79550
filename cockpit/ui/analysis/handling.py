"""Section 办理: how long complaints take, stage by stage, and what share is on time, content, and back again."""

from dataclasses import dataclass, replace
from typing import Literal, cast

import numpy as np
import pandas as pd

from cockpit.analysis.discovery import q_values
from cockpit.analysis.funnel import Funnel, funnel
from cockpit.analysis.rates import wilson_intervals
from cockpit.analysis.survival import Survival, differences, kaplan_meier
from cockpit.charts import dwell, shares, survival
from cockpit.charts.theme import SIDES
from cockpit.contract.codes import COMPLAINT_STAGE
from cockpit.queries import Filters, analysis
from cockpit.scope import Scope
from cockpit.ui import cached
from cockpit.ui.analysis import reading
from cockpit.ui.analysis.choice import choice
from cockpit.ui.analysis.panel import Panel, grid, period
from cockpit.ui.wording import PERSONS_MIN

By = Literal["region", "unit", "industry"]
BY: dict[By, str] = {"region": "地区", "unit": "承办单位", "industry": "行业"}
CURVES_MAX, COMPARED_MAX, COMPARED_MIN = 5, 60, 10
AT_RISK_MIN = 5


@dataclass(frozen=True)
class Share:
    """One share to compare: its key and words, the counts it is made of, how it comes about, the rows behind."""

    key: str
    what: str
    successes: str
    trials: str
    trials_name: str
    definition: str
    rows: tuple[tuple[str, str], ...]
    rows_label: str
    are_persons: bool = False


SHARES = (
    Share(
        "on-time",
        "按期办结率",
        "on_time_count",
        "due_count",
        "已办结或已到期",
        "分子为按期办结件数，分母为已办结或已到期（含超期未办结）的件数；尚未到期的未办结件不计入。期限按来源，缺失时按设定天数。",
        (("due", "late"),),
        "查看未按期的投诉",
    ),
    Share(
        "satisfaction",
        "满意率",
        "satisfied_count",
        "rated_count",
        "有评价",
        "分子为满意度 4 分及以上的件数，分母为有评价的件数；评价由反映人自愿作出，应与评价率合看。有评价的少于 5 件的显示为“<5”，不列比率。",
        (("rated", "rated"),),
        "查看有评价的投诉",
        are_persons=True,
    ),
    Share(
        "repeat",
        "再次反映占比",
        "repeat_count",
        "complaint_count",
        "受理",
        "分子为同一地点、同一问题（类别相同或内容相近）在前一件办结后 180 天内再次反映的件数，分母为受理件数。来源未提供“退回重办”标记时以此代替。",
        (("repeat", "true"),),
        "查看再次反映的投诉",
    ),
)


def counts(scope: Scope, chosen: Filters, by: By) -> pd.DataFrame:
    """Return `code, name` and the counts of each group, those without complaints left out."""
    if by == "unit":
        rows = analysis.unit_counts(scope, chosen).rename(columns={"unit_id": "code"})
    elif by == "industry":
        months = analysis.months(scope, chosen, by="industry")
        start, end = period(chosen)
        inside = months["month"].between(pd.Timestamp(start), pd.Timestamp(end))
        rows = months[inside].groupby(["industry_code", "name"], as_index=False)[list(analysis.COUNTS)].sum()
        rows = rows.rename(columns={"industry_code": "code"})
    else:
        rows = analysis.region_counts(scope, chosen).rename(columns={"region_code": "code"})
        rows = rows[["code", "name", *analysis.COUNTS]]
    rows = rows[rows["complaint_count"] > 0]
    return rows.astype({name: int for name in analysis.COUNTS if name != "handling_days_sum"})


def compared(rows: pd.DataFrame, successes: str, trials: str) -> tuple[pd.DataFrame, Funnel]:
    """Return the groups with trials, findings first and then the largest, with share, interval and direction.

    Columns: code, name, successes, trials, share, low, high, direction, q_value. The funnel's points are in the same order.
    """
    known = rows[rows[trials] > 0]
    found = funnel(known[successes], known[trials], kind="share", has_limits=False)
    points = found.points
    low, high = wilson_intervals(known[successes], known[trials])
    told = pd.DataFrame(
        {
            "code": known["code"].to_numpy(object),
            "name": known["name"].to_numpy(object),
            "successes": known[successes].to_numpy(int),
            "trials": known[trials].to_numpy(int),
            "share": points["value"].to_numpy(),
            "low": low,
            "high": high,
            "direction": points["direction"].to_numpy(int),
            "q_value": points["q_value"].to_numpy(),
        }
    )
    is_usual = told["direction"] == 0
    order = told.assign(usual=is_usual, size=-told["trials"]).sort_values(["usual", "size", "code"]).index
    ordered = Funnel(
        points.loc[order].reset_index(drop=True), found.target, found.dispersion, found.is_widened
    )
    return told.loc[order].reset_index(drop=True), ordered


def exported(told: pd.DataFrame, share: Share, label: str) -> pd.DataFrame:
    """Return what is exported of the compared groups; where the trials are persons, fewer than 5 are not told."""
    hidden = (told["trials"] < PERSONS_MIN) & share.are_persons
    small = f"<{PERSONS_MIN}"
    frame = pd.DataFrame(
        {
            f"{label}代码": told["code"],
            label: told["name"],
            f"{share.what}分子（件）": told["successes"].astype(object),
            f"{share.trials_name}（件）": told["trials"].astype(object),
            **{
                f"{share.what}{end}（%）": (100 * told[name]).round(2).astype(object)
                for name, end in (("share", ""), ("low", "下限"), ("high", "上限"))
            },
            "判断": told["direction"].map({side: words for side, (_, _, words) in SIDES.items()}),
        }
    )
    frame.loc[hidden, frame.columns[2:]] = [small, small, None, None, None, None]
    return frame


def _told(share: Share, told: pd.DataFrame, found: Funnel, rows: pd.DataFrame, left_out: int) -> str:
    """Return what a comparison says; of fewer than five persons nothing."""
    successes, trials = int(told["successes"].sum()), int(told["trials"].sum())
    if not share.are_persons:
        return reading.shares(found, told["name"].tolist(), share.what, successes, trials)
    if 0 < trials < PERSONS_MIN:
        return f"有评价的少于 {PERSONS_MIN} 件，不列比率。"
    closed = int(rows["closed_count"].sum())
    # Of few persons it is not said either that they stand out.
    is_told = (told["trials"] >= PERSONS_MIN).to_numpy()
    found = replace(found, points=found.points[is_told])
    said = reading.shares(found, told.loc[is_told, "name"].tolist(), share.what, successes, trials)
    # Ratings may come before the closing is recorded.
    response = f"评价率 {reading.share_of(min(trials, closed), closed)}。" if closed else ""
    return said + response + (f"另有 {left_out} 个有评价的少于 {PERSONS_MIN} 件，不列。" if left_out else "")


def _share(share: Share, rows: pd.DataFrame, by: By) -> Panel:
    told, found = compared(rows, share.successes, share.trials)
    kept = told[told["trials"] >= PERSONS_MIN] if share.are_persons else told
    left_out = len(told) - len(kept)
    return Panel(
        key=f"handling-{share.key}",
        title=f"{share.what}（按{BY[by]}）",
        chart=shares.shares(kept, target=found.target, what=share.what, trials_name=share.trials_name)
        if len(kept)
        else None,
        reading=_told(share, told, found, rows, left_out),
        definition=f"{share.definition}横线为 95% 区间（Wilson 1927），虚线为总体；先列超出偶然的（漏斗图检验，错误发现率 q≤0.05），再按基数大小，"
        "最多 12 个，其余见导出；不是排名。",
        data=exported(told, share, BY[by]),
        empty=f"本期没有可计算{share.what}的投诉。",
        picks=((by, "code"),),
        opens="complaints" if by == "unit" else None,
        rows=share.rows,
        rows_label=share.rows_label,
    )


def curves(days: pd.DataFrame) -> tuple[Survival, pd.DataFrame, pd.DataFrame]:
    """Return the curve of all, the curves of the largest groups, and how groups compare with the others.

    `days` has `group, name, days, is_closed, complaint_count`; OTHER_UNITS is no group, but among the others of each.
    Groups: `name, complaint_count, closed_count, median, p_value, q_value, direction` (1 sooner than the others),
    those of at least ten complaints, the largest sixty.
    """
    spent, is_closed, count = (days[name].to_numpy() for name in ("days", "is_closed", "complaint_count"))
    whole = kaplan_meier(spent, is_closed, count)
    sizes = days.groupby(["group", "name"], as_index=False)["complaint_count"].sum()
    sizes = sizes[(sizes["complaint_count"] >= COMPARED_MIN) & (sizes["group"] != analysis.OTHER_UNITS)]
    order = sizes.sort_values(["complaint_count", "group"], ascending=[False, True], ignore_index=True)
    groups = order.head(COMPARED_MAX if len(order) > 1 else 0)
    number = pd.Index(groups["group"]).get_indexer(days["group"])
    found = differences(spent, is_closed, number, count, groups=len(groups))
    groups = groups.join(found.rename(columns={"ended": "closed_count"}))
    groups["q_value"] = q_values(groups["p_value"])
    groups["direction"] = groups["direction"].where(groups["q_value"] <= 0.05, 0)
    own = [
        kaplan_meier(*(one[number == place] for one in (spent, is_closed, count)))
        for place in range(len(groups))[:CURVES_MAX]
    ]
    drawn = [curve(name, one) for name, one in zip(groups["name"], own, strict=False)]
    return whole, pd.concat([curve("合计", whole), *drawn], ignore_index=True), groups


def curve(name: str, found: Survival) -> pd.DataFrame:
    """Return a curve as far as some are still watched: beyond, single complaints would draw it."""
    rows = found.curve[found.curve["at_risk"] >= min(max(AT_RISK_MIN, found.items / 200), found.items)]
    return rows[["day", "share", "low", "high", "at_risk"]].assign(group=name)


def _durations(scope: Scope, chosen: Filters, by: By, rows: pd.DataFrame) -> Panel:
    # Most complaints first, as analysis.unit_counts gives them.
    largest = rows["code"].head(COMPARED_MAX) if by == "unit" else None
    days = analysis.handling_days(scope, chosen, by, units=largest)
    whole, drawn, groups = curves(days)
    data = pd.DataFrame(
        {
            f"{BY[by]}": ["合计", *groups["name"]],
            "件数": [whole.items, *groups["complaint_count"]],
            "其中已办结": [whole.ended, *groups["closed_count"]],
            "半数办结天数": [whole.median, *groups["median"]],
            "q 值": [np.nan, *groups["q_value"].round(6)],
            "判断": ["", *groups["direction"].map({1: "明显快于其余", -1: "明显慢于其余", 0: "无明显差异"})],
        }
    )
    more = f"（件数最多的 {CURVES_MAX} 个）" if len(groups) > CURVES_MAX else ""
    return Panel(
        key="handling-durations",
        title=f"办理时长：受理后尚未办结的占比{more}",
        chart=survival.survival(drawn, x_title="受理后（天）", y_title="尚未办结（%）")
        if whole.items
        else None,
        reading=reading.durations(whole, groups),
        definition="Kaplan–Meier 曲线（1958）：未办结的按已等待天数计入，不当作已办结，也不剔除；只看已办结的会低估时长。"
        "各组与其余各组用对数秩检验比较，错误发现率 q≤0.05 才称快慢；不足 10 件的组不比较。",
        data=data,
        empty="本期没有可计时的投诉。",
        rows=(("state", "open"),),
        rows_label="查看未办结的投诉",
    )


@cached.by_scope
def _stages(scope: Scope, chosen: Filters) -> Panel:
    found = analysis.stage_dwell(scope, chosen)
    found = found.assign(label=found["stage"].map(COMPLAINT_STAGE))
    drawn = found.assign(
        stage=found["label"], visits=found["visit_count"], median=found["p50"], p90=found["p90"]
    )
    return Panel(
        key="handling-stages",
        title="六环节停留时长",
        chart=dwell.dwell(drawn) if len(found) else None,
        reading=reading.stages(found),
        definition="条形为半数离开该环节所需天数，橙色竖线为九成离开所需天数；尚在该环节的按已停留天数计入（Kaplan–Meier）。"
        "退回的环节计多次；最后的评价由反映人自愿作出，不计停留。受理环节按《信访工作条例》15 日衡量，其余环节没有单独期限。",
        data=pd.DataFrame(
            {
                "环节": found["label"],
                "停留次数": found["visit_count"],
                "已离开": found["left_count"],
                "半数离开天数": found["p50"],
                "九成离开天数": found["p90"],
                "期限（天）": found["limit_days"],
                "超过期限占比（%）": (100 * found["over_share"].astype(float)).round(2),
            }
        ),
        empty="来源没有各环节的办理记录。",
        rows=None,
    )


@cached.by_scope
def panels(scope: Scope, chosen: Filters, by: By) -> tuple[tuple[Panel, ...], ...]:
    """Return the panels of the section for a scope under filters, compared by regions, units or industries."""
    rows = counts(scope, chosen, by)
    return (
        (_durations(scope, chosen, by, rows), _stages(scope, chosen)),
        tuple(_share(one, rows, by) for one in SHARES),
    )


def draw(scope: Scope, chosen: Filters) -> None:
    """Draw the section."""
    by = choice("by", "比较对象", {str(code): f"按{label}" for code, label in BY.items()})
    grid(panels(scope, chosen, cast("By", by)), scope, chosen)
