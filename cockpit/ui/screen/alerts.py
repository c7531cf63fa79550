"""The panels on the right: alerts, each with the numbers of 总览, 预警热力 and 监督成效, and the grades that changed."""

from datetime import date

import pandas as pd
from markupsafe import Markup

from cockpit.charts.grade import MARKS
from cockpit.contract.codes import ALERT_LEVEL, ALERT_STAGE
from cockpit.queries import screen
from cockpit.queries.measures import MEASURES
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import cached
from cockpit.ui.ecology import kept as ecology
from cockpit.ui.ecology import whole
from cockpit.ui.effect.count_table import money as amount
from cockpit.ui.effect.count_table import per_cent
from cockpit.ui.screen import markup
from cockpit.ui.screen.complaints import totals
from cockpit.ui.screen.markup import Part
from cockpit.ui.screen.view import View

NOTHING = "本期没有预警。"
NOT_THEN = "过去某日的{}无法还原，不列出。"
OPEN_STAGES = ("raised", "assigned", "verified")
SHARE = 0.9
NAMED_MAX = 3
LEVEL_SIGNS = {"red": "▲▲▲", "yellow": "▲▲", "blue": "▲"}


@cached.by_scope
def new_red(scope: Scope, view: View) -> pd.DataFrame:
    """Return the red alerts raised in the last days, the newest first; see `screen.new_red`."""
    return screen.new_red(scope, view.region, view.day, settings().screen.new_days)


@cached.by_scope
def outcomes(scope: Scope, view: View) -> pd.DataFrame:
    """Return what became of the alerts of the period by month and stage; see `screen.outcomes`."""
    return screen.outcomes(scope, view.chosen)


@cached.by_scope
def standing(scope: Scope, view: View) -> pd.DataFrame:
    """Return alert_level, stage, alert_count of the alerts of the period: now, or at the end of a past day."""
    rows: pd.DataFrame = totals(scope, view.chosen).alert_by_level_stage
    if view.is_past:
        rows = screen.then(scope, view.chosen, view.day)
    return rows.groupby(["alert_level", "stage"])[["alert_count"]].sum().reset_index()


@cached.by_scope
def alerts(scope: Scope, view: View) -> Part:
    """Return the alerts of the period by level and stage."""
    rows = standing(scope, view)
    counts = {
        (level, stage): int(count)
        for level, stage, count in zip(rows["alert_level"], rows["stage"], rows["alert_count"], strict=True)
    }
    lines = {level: [counts.get((level, stage), 0) for stage in ALERT_STAGE] for level in ALERT_LEVEL}
    heads: list[object] = [
        Markup('<span class="level {}">{} {}</span>').format(level, LEVEL_SIGNS[level], label)
        for level, label in ALERT_LEVEL.items()
    ]
    every = [*lines.values(), [sum(column) for column in zip(*lines.values(), strict=True)]]
    shown = [
        [head, *(_short(one) for one in (*line, sum(line)))]
        for head, line in zip([*heads, "合计"], every, strict=True)
    ]
    return Part(
        "预警：等级与环节",
        markup.table(("", *ALERT_STAGE.values(), "合计"), shown, has_total=True)
        if len(rows)
        else markup.nothing(NOTHING),
        "期间内产生的预警目前所处的环节；过去某日按来源记录的环节计，本系统当时的办理不计入。▲ 越多越严重。",
        "heat",
        (("section", "course"),),
    )


def _short(count: int) -> str:
    """Write a count of a table that has room for five digits."""
    return f"{count / 10_000:,.1f}万" if count >= 10_000 else f"{count:,}" if count else "·"


@cached.by_scope
def red(scope: Scope, view: View) -> Part:
    """Return how many red alerts are open, and how old they are."""
    if view.is_past:
        rows = screen.then(scope, view.chosen, view.day)
        rows = rows[(rows["alert_level"] == "red") & rows["stage"].isin(OPEN_STAGES)]
    else:
        rows = screen.red_days(scope, view.chosen)
    days = rows.groupby("days")["alert_count"].sum()
    count = int(days.sum())
    body = markup.nothing("没有未处置的红色预警。")
    if count:
        reached = days.cumsum()
        body = markup.figures(
            (
                (f"{count:,}", "条未处置"),
                (f"{int(days.index[(reached >= SHARE * count).to_numpy()][0]):,}", "天内占九成"),
                (f"{int(days.index[-1]):,}", "天最久"),
            )
        )
    return Part(
        "未处置的红色预警",
        body,
        f"{MEASURES['red_open_count'].definition}天数自产生至数据日；九成位为最近秩。",
        "alerts",
        (("level", "red"), ("alert_state", "open")),
    )


@cached.by_scope
def cohorts(scope: Scope, view: View) -> Part:
    """Return what became of the alerts of each month of entry."""
    body = markup.nothing(NOT_THEN.format("转化情况"))
    if not view.is_past:
        rows = outcomes(scope, view)
        months = rows.groupby(["month", "is_mature"], as_index=False)[["alert_count", "clue_count"]].sum()
        ripe = rows[rows["is_mature"]].sum(numeric_only=True)
        young = rows["alert_count"].sum() - ripe["alert_count"]
        body = markup.nothing(NOTHING)
        if len(months):
            shares = (months["clue_count"] / months["alert_count"]).tolist()
            hollow = (~months["is_mature"]).tolist()
            first, last = (f"{month:%Y-%m}" for month in months["month"].iloc[[0, -1]])
            steps = "；".join(
                f"{label} {ripe[name]:,.0f}（{per_cent(ripe[name], ripe['alert_count'])}）"
                for label, name in (("转线索", "clue_count"), ("处分", "sanction_count"))
            )
            body = (
                markup.columns(shares, hollow, first, last)
                + markup.line(f"成熟 {ripe['alert_count']:,.0f} 条：{steps}")
                + markup.line(f"空心为未成熟月份（{young:,.0f} 条），比例还会变")
            )
    return Part(
        "预警→线索→处分（按产生月份）",
        body,
        f"柱高为各月产生的预警的{MEASURES['clue_rate'].label}。处分为给予党纪政务处分的预警条数。{MEASURES['clue_rate'].definition}",
        "effect",
        (("section", "cohort"),),
    )


@cached.by_scope
def stuck(scope: Scope, view: View) -> Part:
    """Return the stages in which alerts are left lying."""
    body = markup.nothing(NOT_THEN.format("滞留情况"))
    if not view.is_past:
        rows = (
            outcomes(scope, view)
            .groupby("stage", as_index=False)[["alert_count", "overdue_count", "stuck_count"]]
            .sum()
        )
        lying = rows[(rows["stuck_count"] > 0) | (rows["overdue_count"] > 0)]
        lying = lying.sort_values("stuck_count", ascending=False, kind="stable")
        body = markup.nothing("没有滞留或超期的预警。" if rows["alert_count"].sum() else NOTHING)
        if len(lying):
            body = markup.bars(
                [
                    (
                        ALERT_STAGE[row["stage"]],
                        row["stuck_count"],
                        f"滞留 {row['stuck_count']:,}，超期 {row['overdue_count']:,}",
                        "high",
                    )
                    for row in lying.head(NAMED_MAX).to_dict("records")
                ]
            )
    return Part(
        "滞留在哪个环节",
        body,
        f"滞留：在同一环节停留超过 {settings().alert_stuck_days} 个工作日；超期：未处置且当前环节已过期限。",
        "heat",
        (("section", "course"),),
    )


@cached.by_scope
def money(scope: Scope, view: View) -> Part:
    """Return the money recovered, by the month in which the alerts were raised."""
    body = markup.nothing(NOT_THEN.format("追回金额"))
    if not view.is_past:
        recovered = outcomes(scope, view)[["recovered_sum", "recovering_count"]].sum()
        label, words = amount("追回金额", recovered["recovered_sum"])
        body = markup.nothing("本期的预警尚未追回资金。")
        if recovered["recovered_sum"]:
            unit = label.partition("（")[2].rstrip("）")
            body = markup.figures(
                ((words, unit), (f"{recovered['recovering_count']:,.0f}", "条预警追回资金"))
            )
    return Part("追回资金", body, MEASURES["recovered"].definition, "effect", (("section", "cohort"),))


def rated_month(scope: Scope, view: View) -> date | None:
    """Return the newest month that had been rated by the day told of; None where nothing has been."""
    due = [
        month
        for month in ecology.months(scope)
        if (
            pd.Timestamp(month) + pd.offsets.MonthEnd(0) + pd.Timedelta(days=settings().rating_settle_days)
        ).date()
        <= view.day
    ]
    return due[-1] if due else None


@cached.by_build
def grades(scope: Scope, view: View) -> Part:
    """Return how many places have which grade, and which changed."""
    month = rated_month(scope, view)
    tier = ecology.FIRST.get(ecology.focus_level(scope, view.region) or "", "county")
    drawn = whole.drawing(scope, view.region, month, tier, "tiles") if month else None
    if month is None or drawn is None or not drawn.total:
        body = markup.nothing("尚无评价，或此处没有可评价的下级。")
    else:
        counts = markup.joined(
            Markup('<span class="grade g{}">{} {} <b>{}</b></span>').format(
                letter or "x", mark.sign, letter or "灰", f"{drawn.counts[letter]:,}"
            )
            for letter, mark in MARKS.items()
        )
        changed = drawn.changes.head(NAMED_MAX - 1).to_dict("records")
        rows = markup.joined(
            Markup('<p class="change" data-id="{}">{} {} → {}</p>').format(
                f"{month:%Y-%m}{code}", row["名称"], row["上期"], row["本期"]
            )
            for row, code in zip(changed, drawn.codes, strict=False)
        )
        rest = len(drawn.changes) - len(changed)
        body = Markup('<div class="grades">{}</div>{}{}').format(
            counts,
            rows,
            markup.line(
                f"{month:%Y-%m}，{drawn.total:,} 个{ecology.TIERS[tier]}；变化 {len(drawn.changes)} 个"
            )
            if rest or not changed
            else "",
        )
    return Part(
        "政治生态等级及变化",
        body,
        f"{ecology.LIMITS}字母与形状表示等级，与预警的 ▲ 无关。原因见该页。",
        "ecology",
        (("tier", tier),) if month is None else (("tier", tier), ("rated", f"{month:%Y-%m}")),
    )
