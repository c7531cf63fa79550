"""The panels on the left: complaints, each with the numbers of 总览 and 投诉分析."""

import pandas as pd
from markupsafe import Markup

from cockpit.analysis import concentration
from cockpit.analysis import funnel as funnels
from cockpit.analysis.rates import PER_CENT_BASE_MIN
from cockpit.queries import Filters, Overview, analysis, overview, previous_period
from cockpit.queries.measures import MEASURES, years
from cockpit.scope import Scope
from cockpit.ui import cached
from cockpit.ui.analysis import period, recurrence, region
from cockpit.ui.analysis.panel import period as days_of
from cockpit.ui.screen import markup
from cockpit.ui.screen.markup import Part
from cockpit.ui.screen.view import View, level

MONTHS_SHOWN = 24
NAMED_MAX = 3
NOTHING = "本期没有投诉。"
KINDS = ("普遍且反复", "局部反复", "普遍发生", "个别发生")
SATISFACTION = (MEASURES["satisfaction_rate"], MEASURES["response_rate"])


@cached.by_scope
def totals(scope: Scope, chosen: Filters) -> Overview:
    """Return the frames of the overview; see `queries.overview`."""
    return overview(scope, chosen)


@cached.by_build
def expected(scope: Scope, chosen: Filters) -> pd.DataFrame:
    """Return whole months up to the end of the period beside what was to be expected; see `period.expected`."""
    rows = analysis.months(scope, chosen)
    rows = rows[rows["is_whole"].astype(bool) & (rows["month"] <= pd.Timestamp(days_of(chosen)[1]))]
    # The first month may have begun in its middle.
    return period.expected(rows.set_index("month")["complaint_count"].iloc[1:])


@cached.by_build
def volume(scope: Scope, view: View) -> Part:
    """Return the months beside what was to be expected of them."""
    shown = expected(scope, view.chosen).tail(MONTHS_SHOWN).reset_index(drop=True)
    return Part(
        "投诉走势与预期范围",
        _band(shown) if shown["count"].any() else markup.nothing("没有可比的整月投诉。"),
        "每月件数与只用此前数据得出的预期；阴影为预期至 99% 上限，◆ 为高于上限且不少于 5 件（Farrington 等 1996）。",
        "analysis",
        (("section", "period"),),
    )


def _band(shown: pd.DataFrame) -> Markup:
    counts = shown["count"].to_numpy(float)
    known = shown["expected"].notna().to_numpy()
    top = 1.08 * max(counts.max(), shown["upper"].fillna(0).max(), 1.0)
    step = markup.WIDTH / max(1, len(shown) - 1)
    band = ""
    if known.any():
        first = int(known.argmax())
        upper = markup.points(shown["upper"].fillna(0).tolist(), top).split()[first:]
        lower = markup.points(shown["expected"].fillna(0).tolist(), top).split()[first:]
        band = " ".join([*upper, *reversed(lower)])
    diamonds = markup.joined(
        Markup('<b class="diamond" style="left:{:.1f}%;top:{:.1f}%">◆</b>').format(
            100 * at * step / markup.WIDTH, 100 * (1 - counts[at] / top)
        )
        for at in shown.index[shown["is_exceeded"].astype(bool)]
    )
    last = shown.iloc[-1]
    told = f"{last['start']:%Y-%m} 受理 {last['count']:,.0f}"
    if pd.notna(last["expected"]):
        told += f"，预期 {last['expected']:,.0f}，上限 {last['upper']:,.0f}"
        told += " ◆ 异常升高" if last["is_exceeded"] else ""
    return Markup(
        '<div class="chart"><svg viewBox="0 0 {w} {h}" preserveAspectRatio="none" aria-hidden="true">'
        '<polygon class="band" points="{band}"/><polyline class="count" points="{line}"/></svg>{diamonds}</div>'
        '<div class="ends"><span>{first}</span><span>{last}</span></div>{told}'
    ).format(
        w=markup.WIDTH,
        h=markup.HEIGHT,
        band=band,
        line=markup.points(counts.tolist(), top),
        diamonds=diamonds,
        first=f"{shown['start'].iloc[0]:%Y-%m}",
        last=f"{last['start']:%Y-%m}",
        told=markup.line(told),
    )


@cached.by_build
def regions(scope: Scope, view: View) -> Part:
    """Return the places whose rate lies beyond chance, smoothed."""
    parts, rates = region.rated(scope, view.chosen, level(scope, view.region))
    found = funnels.funnel(rates["count"], rates["person_years"])
    told = rates.assign(direction=found.points["direction"].to_numpy(), q=found.points["q_value"].to_numpy())
    high = told[told["direction"] == 1].sort_values("rate", ascending=False)
    low = int((told["direction"] == -1).sum())
    if not len(rates):
        body = markup.nothing(region.NO_POPULATION if len(parts) else region.NO_PARTS)
    elif len(rates) < 2:
        body = markup.nothing("可比较的地区不足两个，不作判断。")
    else:
        words = f"平均 {1000 * found.target:.2f} {region.UNIT}；"
        words += f"{len(rates)} 个地区中偏高 {len(high)} 个、偏低 {low} 个"
        body = markup.bars(
            [
                (row["name"], row["rate"], f"▲ {row['rate']:.2f}", "high")
                for row in high.head(NAMED_MAX).to_dict("records")
            ]
        ) + (markup.line(f"{words}。") if len(high) else markup.nothing(f"{words}，没有超出偶然的偏高。"))
    return Part(
        "投诉率异常的地区",
        body,
        "漏斗图中明显偏高的地区（精确泊松，错误发现率 q≤0.05，Spiegelhalter 2005），数字为经验贝叶斯平滑率（Marshall 1991）。",
        "analysis",
        (("section", "region"),),
    )


@cached.by_build
def industries(scope: Scope, view: View) -> Part:
    """Return the industries that most of the change since the period before comes from."""
    counts = totals(scope, view.chosen).complaint_by_industry.set_index("industry_code")
    now, before = counts["complaint_count"], counts["complaint_count_previous"]
    base = previous_period(*days_of(view.chosen))
    steps = concentration.contributions(
        before, now, exposure_ratio=years(*days_of(view.chosen)) / years(*base)
    )
    steps = steps.assign(name=counts["name"])
    moved = steps[steps["change"] != 0].sort_values("change", key=abs, ascending=False)
    rows = [
        (
            row["name"],
            row["change"],
            f"{row['change']:+,.0f}{'*' if row['direction'] else ''}",
            "high" if row["change"] > 0 else "low",
        )
        for row in moved.head(NAMED_MAX).to_dict("records")
    ]
    return Part(
        "变化由哪些行业带来",
        markup.bars(rows)
        + markup.line(
            f"合计 {before.sum():,.0f} → {now.sum():,.0f} 件（{now.sum() - before.sum():+,.0f}）；* 超出偶然"
        )
        if rows
        else markup.nothing(NOTHING if not now.sum() else "与上期相同。"),
        f"本期与之前同样长的期间（{base[0]:%Y-%m} 至 {base[1]:%Y-%m}）各行业件数之差；* 为条件二项检验后 q≤0.05。",
        "analysis",
        (("section", "industry"),),
    )


@cached.by_build
def topics(scope: Scope, view: View) -> Part:
    """Return the problems that are widespread and keep coming back."""
    told = recurrence.placed(scope, view.chosen)
    shown = told.shown.sort_values("complaint_count", ascending=False)
    both = shown[shown["kind"] == KINDS[0]]
    if told.places < 2 or not len(shown):
        body = markup.nothing(
            "单个地方没有普遍与否之分。"
            if told.places == 1
            else f"没有达到 {recurrence.TOPIC_MIN} 件的问题类别。"
        )
    else:
        rows = [
            [
                row["name"],
                f"{100 * row['prevalence']:.0f}%",
                f"{100 * row['repeat_share']:.0f}%",
                f"{row['complaint_count']:,}",
            ]
            for row in (both if len(both) else shown).head(NAMED_MAX).to_dict("records")
        ]
        counts = "，".join(f"{kind} {int((shown['kind'] == kind).sum())}" for kind in KINDS)
        body = markup.table(
            (KINDS[0] if len(both) else "件数最多", "普遍", "反复", "件"), rows
        ) + markup.line(f"{counts} 类")
    return Part(
        "普遍与反复的问题",
        body,
        f"普遍：有此类投诉的地方占全部 {told.places:,} 个地方的比例；反复：办结后再次反映的占比；分界为各类中位数与总体反复率。",
        "analysis",
        (("section", "recurrence"),),
    )


@cached.by_build
def satisfaction(scope: Scope, view: View) -> Part:
    """Return the satisfaction, never without the share of those who answered."""
    counts = totals(scope, view.chosen).complaint_now.iloc[0]
    rated, closed, satisfied = (counts[name] for name in ("rated_count", "closed_count", "satisfied_count"))
    if view.is_past:
        body = markup.nothing("过去某日的评价无法还原，不列出。")
    elif not rated:
        body = markup.nothing("本期办结的投诉尚无评价。")
    else:
        body = markup.bars(
            [
                ("满意率", satisfied / rated, _share(satisfied, rated), "good"),
                ("评价率", rated / closed if closed else 0, _share(rated, closed), "plain"),
            ],
            most=1,
        )
    return Part(
        "满意率与评价率",
        body,
        " ".join(f"{one.label}：{one.definition}" for one in SATISFACTION),
        "analysis",
        (("section", "handling"),),
    )


def _share(above: float, below: float) -> str:
    if below < PER_CENT_BASE_MIN:
        return f"{above:,.0f}/{below:,.0f}"
    return f"{100 * above / below:.1f}%（{above:,.0f}/{below:,.0f}）"
