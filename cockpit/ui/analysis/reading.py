"""What the numbers of a panel say in one sentence (解读): by rules, never more than was tested.

A place, industry or month is named only where its test holds after all were looked at together (`direction`,
`is_signal`); otherwise the sentence says 未见明显差异 or 未见明显变化. Every function is pure and gives plain text.
"""

from collections.abc import Sequence
from math import isnan
from typing import Any

import pandas as pd

from cockpit.analysis.concentration import Spread
from cockpit.analysis.funnel import Funnel
from cockpit.analysis.rates import PER_CENT_BASE_MIN, Change, wilson_interval
from cockpit.analysis.season import Decomposition, Evaluation
from cockpit.analysis.space import PLACES_MIN
from cockpit.analysis.survival import Survival
from cockpit.ui.wording import number

NAMED_MAX = 3
STRONG, WEAK = 0.6, 0.3


def names(all_of: Sequence[str]) -> str:
    """Return the first three names and how many there are in all; empty for none."""
    shown = "、".join(all_of[:NAMED_MAX])
    return f"{shown}等 {len(all_of)} 个" if len(all_of) > NAMED_MAX else shown


def ranking(rates: pd.DataFrame, mean: float | None) -> str:
    """Say which places' intervals (`low`, `high`, by `rate`) lie wholly above or below the mean of all."""
    if mean is None or len(rates) < 2:
        return "可比较的地区不足两个，不作比较。"
    by_rate = rates.sort_values("rate", ascending=False)
    above = by_rate.loc[by_rate["low"] > mean, "name"].tolist()
    below = by_rate.loc[by_rate["high"] < mean, "name"].tolist()[::-1]
    if not above and not below:
        return f"{len(rates)} 个地区的 95% 区间都包含平均水平，未见明显差异。"
    parts = [
        f"{names(some)}的区间全部{side}平均" for some, side in ((above, "高于"), (below, "低于")) if some
    ]
    return f"{'；'.join(parts)}（每个地区单独看，二十个中约有一个属偶然；是否超出偶然以漏斗图为准）。"


def funnel(found: Funnel, places: Sequence[str], what: str = "投诉率") -> str:
    """Say which places are claimed above or below the target; `places` are the names in the order of the points."""
    points = found.points
    judged = int(points["value"].notna().sum())
    if judged < 2:
        return "可比较的地区不足两个，不作判断。"
    by_size = points.assign(name=list(places)).sort_values("q_value")
    parts = [
        f"{names(by_size.loc[by_size['direction'] == side, 'name'].tolist())}{what}{word}"
        for side, word in ((1, "明显偏高"), (-1, "明显偏低"))
        if (by_size["direction"] == side).any()
    ]
    widened = (
        f"地区之间本身差异较大（φ={found.dispersion:.1f}），控制限已相应放宽。" if found.is_widened else ""
    )
    if not parts and found.is_widened:
        return (
            f"{judged} 个地区之间的差异超出偶然（φ={found.dispersion:.1f}），但差异普遍，没有哪一个格外突出："
            "控制限已按 √φ 放宽。"
        )
    if not parts:
        outside = int((points["position"] != 0).sum())
        more = f"（有 {outside} 个在 95% 线外，属多个地区同看时的偶然范围）" if outside else ""
        return f"{judged} 个地区未见超出偶然的差异{more}。"
    rest = "，其余地区不分高低" if judged > (points["direction"] != 0).sum() else ""
    return f"{'；'.join(parts)}{rest}。{widened}"


def standardised(ratios: pd.DataFrame, what: str) -> str:
    """Say which places (`name`) have more or less of something than their mix of industries leads to expect."""
    known = ratios[ratios["ratio"].notna()]
    if len(known) < 2:
        return "可比较的地区不足两个，不作判断。"
    parts = []
    for side, word in ((1, "多于"), (-1, "少于")):
        claimed = known[known["direction"] == side].sort_values("q_value")
        if len(claimed):
            first = claimed.iloc[0]
            parts.append(
                f"{names(claimed['name'].tolist())}{what}{word}按行业构成应有的水平"
                f"（{first['name']}为 {first['ratio']:.2f} 倍，{first['observed']:,.0f} 件，预期 {first['expected']:,.1f} 件）"
            )
    return f"{'；'.join(parts)}。" if parts else f"扣除行业构成后，各地区{what}未见明显差异。"


def spots(found: pd.DataFrame, places: Sequence[str], what: str) -> str:
    """Say which places are hot or cold together with those around them; `what` names the places (村, 乡镇)."""
    if int(found["p_value"].notna().sum()) < PLACES_MIN:
        return f"可比较的{what}不足 {PLACES_MIN} 个，或彼此没有差异，不作聚集判断。"
    by_q = found.assign(name=list(places)).sort_values(["q_value", "name"])
    parts = [
        f"{names(by_q.loc[by_q['direction'] == side, 'name'].tolist())}及其周边形成{word}"
        for side, word in ((1, "热点"), (-1, "冷点"))
        if (by_q["direction"] == side).any()
    ]
    return f"{'；'.join(parts)}。" if parts else f"{len(found)} 个{what}中未见超出偶然的聚集。"


def siblings(rates: pd.DataFrame, here: str) -> str:
    """Say where the place with a code stands among its siblings, by whether intervals overlap."""
    mine = rates[rates["code"] == here]
    if not len(mine) or len(rates) < 2:
        return "没有可比较的同级地区。"
    one = mine.iloc[0]
    others = rates[rates["code"] != here]
    lower, higher = int((others["high"] < one["low"]).sum()), int((others["low"] > one["high"]).sum())
    if not lower and not higher:
        return f"{one['name']}与 {len(others)} 个同级地区的区间都有重叠，未见明显差异。"
    parts = [
        f"{word} {count} 个同级地区" for count, word in ((lower, "明显高于"), (higher, "明显低于")) if count
    ]
    rest = len(others) - lower - higher
    more = f"，与其余 {rest} 个难分高低" if rest else ""
    return f"{one['name']}的投诉率{'、'.join(parts)}（区间不相交）{more}。"


def pareto(parts: pd.DataFrame) -> str:
    """Say how many parts (`name`, `count`, `is_vital`) make up 80 %."""
    held = parts[parts["count"] > 0]
    if not len(held):
        return "本期没有投诉。"
    vital = held[held["is_vital"]]
    share = 100 * vital["count"].sum() / held["count"].sum()
    return f"{len(held)} 个行业中，{names(vital['name'].tolist())}合计占 {share:.0f}%。"


def concentration(index: float, parts: int, spread: Spread) -> str:
    """Say how concentrated industries are (HHI), and whether places are more uneven than residents explain."""
    if isnan(index):
        return "本期没有投诉，不作判断。"
    even = f"行业 HHI 为 {index:.2f}，相当于 {1 / index:.1f} 个同样大的行业（共 {parts} 个有投诉）"
    if spread.places < 2 or not spread.total:
        return f"{even}；可比较的地区不足两个，不判断地区集中度。"
    by = f"地区基尼系数 {spread.gini:.2f}，按人口随机分布时为 {spread.gini_low:.2f}–{spread.gini_high:.2f}"
    if spread.is_concentrated:
        return f"{even}；{by}，投诉在少数地区的集中超出偶然。"
    return f"{even}；{by}，未见超出偶然的地区集中。"


def matrix(cells: pd.DataFrame) -> str:
    """Say which cells (`place_name`, `industry_name`, `quotient`, `q_value`, `direction`) stand out."""
    known = cells[cells["quotient"].notna()]
    high = known[known["direction"] == 1].sort_values(["q_value", "quotient"], ascending=[True, False])
    low = int((known["direction"] == -1).sum())
    if not len(high) and not low:
        return f"{len(known)} 个格中未见超出偶然的偏高或偏低。"
    told = "；".join(
        f"{row['place_name']}的{row['industry_name']}为总体占比的 {row['quotient']:.1f} 倍"
        for row in high.head(NAMED_MAX).to_dict("records")
    )
    more = f"，偏低的有 {low} 个" if low else ""
    if not len(high):
        return f"没有明显偏高的格{more}。"
    return f"明显偏高的有 {len(high)} 个{more}。其中{told}。"


def change(test: Change, what: str) -> str:
    """Say how a count compares with the one before; `what` names the comparison (同比, 环比)."""
    counts = f"{number(test.before)} → {number(test.now)} 件"
    percent = (
        f"{test.percent:+.1f}%" if test.percent is not None else f"基数不足 {PER_CENT_BASE_MIN}，不计百分比"
    )
    if not side(test):
        return f"{what}：{counts}（{percent}），未见明显变化。"
    return f"{what}：{counts}（{percent}），{'增加' if side(test) > 0 else '减少'}超出偶然。"


def side(test: Change) -> int:
    """Return 1 for an increase that is more than chance, -1 for a decrease, 0 where nothing can be claimed."""
    if not test.is_significant:
        return 0
    return 1 if (test.percent > 0 if test.percent is not None else test.now > test.before) else -1


def contributions(steps: pd.DataFrame, before: float, now: float, what: str) -> str:
    """Say which parts (`name`, `change`, `direction`) drove the change of the total."""
    if not before and not now:
        return "两个期间都没有投诉。"
    total = f"{what}由 {before:,.0f} 件变为 {now:,.0f} 件（{now - before:+,.0f}）"
    parts = []
    for side, word in ((1, "增加"), (-1, "减少")):
        claimed = steps[steps["direction"] == side]
        if len(claimed):
            told = [f"{row['name']}（{row['change']:+,.0f}）" for row in claimed.to_dict("records")]
            parts.append(f"{names(told)}{word}超出偶然")
    return f"{total}；{'；'.join(parts)}。" if parts else f"{total}，各行业的增减均未超出偶然。"


def band(windows: pd.DataFrame) -> str:
    """Say which months exceed what was expected (`start`, `count`, `expected`, `is_exceeded`, `is_signal`)."""
    judged = windows[windows["expected"].notna()]
    if not len(judged):
        return "历史不足（至少 18 个月），不作判断。"
    signals = judged[judged["is_signal"]]
    if not len(signals):
        over = int(judged["is_exceeded"].sum())
        more = f"（{over} 个月高于 99% 上限，同看多个月时属偶然范围）" if over else ""
        return f"{len(judged)} 个月均未见超出偶然的升高{more}。"
    told = [
        f"{row['start']:%Y-%m}（{row['count']:,.0f} 件，预期 {row['expected']:,.1f} 件）"
        for row in signals.sort_values("q_value").to_dict("records")
    ]
    return f"{names(told)}高于预期且超出偶然。"


def decomposition(found: Decomposition | None) -> str:
    """Say how much season and trend explain, and between which months the season runs."""
    if found is None:
        return "不足两个整年，不能区分趋势与季节。"
    parts = found.parts
    months = pd.DatetimeIndex(parts.index).month
    by_month = parts["season"].groupby(months).mean()
    season = (
        f"每年 {by_month.idxmax()} 月前后偏高、{by_month.idxmin()} 月前后偏低"
        f"（季节强度 {found.season_strength:.2f}）"
    )
    if found.season_strength < WEAK:
        season = f"未见明显季节规律（季节强度 {found.season_strength:.2f}）"
    elif found.season_strength < STRONG:
        season += "，规律不强"
    trend = parts["trend"]
    year = trend.iloc[-1] - trend.iloc[-13] if len(trend) > 12 else 0.0
    if found.trend_strength < WEAK:
        return f"{season}；未见明显趋势（趋势强度 {found.trend_strength:.2f}）。"
    return f"{season}；剔除季节后，月均水平较一年前{year:+,.1f} 件（趋势强度 {found.trend_strength:.2f}，描述，未作检验）。"


def festival(sums: pd.Series, test: Change | None) -> str:
    """Say how the latest Spring Festival compares with the one before over the days both have; `sums` by year."""
    if test is None or len(sums) < 2:
        return "可对比的春节不足两个。"
    now, before = sums.index[-1], sums.index[-2]
    return change(test, f"{now} 年与 {before} 年春节前后同期相比")


def weekdays(daily: pd.Series) -> str:
    """Say the busiest day, and how weekends compare with working weekdays, as a description."""
    if not daily.sum():
        return "所选期间没有投诉。"
    top = daily.idxmax()
    weekend = pd.DatetimeIndex(daily.index).day_of_week >= 5
    if weekend.all() or not weekend.any():
        return f"最多的一天是 {top:%Y-%m-%d}，{daily.max():,.0f} 件。"
    return (
        f"最多的一天是 {top:%Y-%m-%d}，{daily.max():,.0f} 件；周一至周五日均 {daily[~weekend].mean():,.1f} 件，"
        f"周六、周日日均 {daily[weekend].mean():,.1f} 件（描述，未作检验）。"
    )


def exceedances(found: pd.DataFrame, claimed: pd.DataFrame) -> str:
    """Say how many of the months and series looked at exceed what was expected; both have `series_name`."""
    judged = int(found["expected"].notna().sum()) if len(found) else 0
    if not judged:
        return "历史不足（至少 18 个月），不作判断。"
    if not len(claimed):
        return f"同看 {judged} 个地区（行业）月份，未见超出偶然的升高。"
    involved = list(dict.fromkeys(claimed["series_name"]))
    return f"同看 {judged} 个地区（行业）月份，{len(claimed)} 个超出偶然，涉及{names(involved)}。"


def evaluation(found: Evaluation | None, series: int) -> str:
    """Say how the early signals fare when measured by injected spikes; None or nan: too short a history."""
    if found is None or not found.injected or isnan(found.found_share):
        return "早期信号的误报与时效：历史不足，无法实测。"
    days = (
        f"从开始到报出中位 {found.days_to_detection:.0f} 天"
        if found.found_share
        else "没有一次报出，不能依赖"
    )
    return (
        f"早期信号实测（在这 {series} 个序列上注入四周的翻倍升高 {found.injected} 次）：发现 {found.found_share:.0%}，{days}；"
        f"未注入时每周合计 {found.false_alarms_per_week:.2f} 个信号（含真实的升高，是误报的上限）。"
    )


def rising(found: pd.DataFrame, judged: int) -> str:
    """Say which of the places judged (`name`) have both a red alert left open and more repeats than chance explains."""
    if not judged:
        return "不足六个整月，不作判断。"
    if not len(found):
        return f"{judged} 个地区中，没有既有未处置红色预警、重复投诉又增加超出偶然的，未见早期信号。"
    return f"{names(found['name'].tolist())}既有未处置红色预警，重复投诉又增加超出偶然，为早期信号，宜核实。"


def signals(found: pd.DataFrame, what: str) -> str:
    """Say what series (`series_name`) are early signals: `is_early` in the latest window judged."""
    judged = found[found["expected"].notna()]
    if not len(judged):
        return "历史不足一年，不作判断。"
    latest = judged[(judged["start"] == judged["start"].max()) & judged["is_early"]]
    if not len(latest):
        return f"最近一个窗口没有连续两个窗口异常升高的{what}，未见早期信号。"
    return f"{names(latest['series_name'].tolist())}连续两个窗口高于 99% 上限，为早期信号，宜核实；不等于已发生问题。"


def share_of(successes: int, trials: int) -> str:
    """Write a share with its base and 95 % interval; without per cent on a base under 10."""
    if not trials:
        return "—（没有基数）"
    if trials < PER_CENT_BASE_MIN:
        return f"{successes}/{trials}（基数不足 {PER_CENT_BASE_MIN}，不计百分比）"
    low, high = wilson_interval(successes, trials)
    return f"{100 * successes / trials:.1f}%（{successes:,}/{trials:,}，95% 区间 {100 * low:.1f}%–{100 * high:.1f}%）"


def _unnamed(found: Funnel, alike: str) -> str:
    """Say that none stands out: because all are alike, or because all differ."""
    if found.is_widened:
        return f"彼此之间的差异超出偶然（φ={found.dispersion:.1f}）但普遍，没有哪一个格外突出"
    return alike


def topics(shown: pd.DataFrame, found: Funnel) -> str:
    """Say which topics (`name`, `kind`, `direction` of the repeats) are widespread and come back more than chance."""
    if not len(shown):
        return "没有达到 10 件的问题类别，不作判断。"
    back = shown[shown["direction"] == 1].sort_values("q_value")
    both = back[back["kind"] == "普遍且反复"]["name"].tolist()
    alone = back[back["kind"] != "普遍且反复"]["name"].tolist()
    parts = [
        f"{names(some)}{words}"
        for some, words in ((both, "既普遍、反复率又明显高于总体"), (alone, "反复率明显高于总体"))
        if some
    ]
    if not parts:
        return f"{len(shown)} 类问题的反复率{_unnamed(found, '未见超出偶然的差异')}；象限只表示位置，不等于结论。"
    return f"{'；'.join(parts)}；其余类别不分高低。"


def recurrence(found: Survival, days: Sequence[int]) -> str:
    """Say what share has come back so many days after closing, by a curve of what has not."""
    if not found.items:
        return "期间内受理的投诉中没有已办结的，不作判断。"
    told = [(day, found.at(day)) for day in days]
    known = [(day, one) for day, one in told if one[0] == one[0]]
    if not known:
        return f"{found.items:,} 件办结投诉的观察期不足 {days[0]} 天，尚不能判断。"
    words = "、".join(
        f"{day} 天内 {100 * (1 - share):.1f}%（{100 * (1 - high):.1f}%–{100 * (1 - low):.1f}%）"
        for day, (share, low, high) in known
    )
    return f"{found.items:,} 件已办结的投诉，再次反映的占比：{words}。同村同类投诉多的地方，巧合也会计入。"


def clusters(total: int, first: "pd.Series[Any] | None") -> str:
    """Say how many problems several complaints tell of, and which is the hottest."""
    if not total or first is None:
        return "本期没有多件投诉反映同一问题。"
    most = (
        f"近期最多的在{first['region_name']}，近期 {first['recent_count']:,} 件，共 "
        if first["recent_count"]
        else f"近期都没有新的反映；最多的在{first['region_name']}，"
    )
    return f"共 {total:,} 个问题有两件以上投诉反映；{most}{first['complaint_count']:,} 件。"


def similar(found: Funnel, places: Sequence[str], what: str) -> str:
    """Say which places have more or fewer complaints than places of like size."""
    points = found.points.assign(name=list(places))
    judged = points[points["p_value"].notna()]
    if not len(judged):
        return f"同类{what}不足，不作比较。"
    parts = [
        f"{names(judged[judged['direction'] == side].sort_values('q_value')['name'].tolist())}明显{word}人口相近的{what}"
        for side, word in ((1, "多于"), (-1, "少于"))
        if (judged["direction"] == side).any()
    ]
    return (
        f"{'；'.join(parts)}。"
        if parts
        else f"{len(judged):,} 个{what}与人口相近的{what}相比，{_unnamed(found, '未见明显差异')}。"
    )


def durations(whole: Survival, groups: pd.DataFrame) -> str:
    """Say by when half is closed, and which groups (`name`, `direction`: 1 sooner) differ from the others."""
    if not whole.items:
        return "本期没有可计时的投诉。"
    still = whole.items - whole.ended
    if whole.median != whole.median:
        half = f"至今办结不足一半（{whole.ended:,}/{whole.items:,}）"
    else:
        high = f"{whole.median_high:.0f}" if whole.median_high == whole.median_high else "未定"
        half = f"半数在 {whole.median:.0f} 天内办结（95% 区间 {whole.median_low:.0f}–{high} 天）"
    open_ = f"，已计入未办结的 {still:,} 件" if still else ""
    left_out = f"；{whole.left_out:,} 件办结早于受理或受理晚于数据日期，未计入" if whole.left_out else ""
    parts = [
        f"{names(groups[groups['direction'] == side].sort_values('q_value')['name'].tolist())}明显{word}其余"
        for side, word in ((-1, "慢于"), (1, "快于"))
        if (groups["direction"] == side).any()
    ]
    told = "；".join(parts) if parts else "各组快慢未见明显差异" if len(groups) > 1 else ""
    return f"{half}{open_}{left_out}{'；' + told if told else ''}。"


def stages(found: pd.DataFrame) -> str:
    """Say in which stage (`label`, `p50`, `p90`, `limit_days`, `over_share`) complaints stay longest."""
    known = found[found["p90"].notna()]
    if not len(known):
        return "没有可用的环节记录。"
    slowest = known.sort_values("p90").iloc[-1]
    half = f"半数 {slowest['p50']:.0f} 天内离开，" if slowest["p50"] == slowest["p50"] else ""
    told = f"停留最长的是{slowest['label']}：{half}九成 {slowest['p90']:.0f} 天内离开"
    late = found[found["over_share"].notna()]
    limits = "；".join(
        f"{row['label']}超过 {row['limit_days']:.0f} 天的占 {100 * row['over_share']:.1f}%"
        for row in late.to_dict("records")
    )
    return f"{told}{'；' + limits if limits else ''}。"


def shares(found: Funnel, of: Sequence[str], what: str, successes: int, trials: int) -> str:
    """Say the share of all, and which groups (`of`, in the order of the points) lie beyond chance."""
    if not trials:
        return f"本期没有可计算{what}的投诉。"
    whole = f"总体{what} {share_of(successes, trials)}"
    points = found.points.assign(name=list(of))
    if int(points["value"].notna().sum()) < 2:
        return f"{whole}；可比较的不足两个，不作比较。"
    parts = [
        f"{names(points[points['direction'] == side].sort_values('q_value')['name'].tolist())}明显{word}"
        for side, word in ((-1, "偏低"), (1, "偏高"))
        if (points["direction"] == side).any()
    ]
    if not parts:
        return f"{whole}；{_unnamed(found, '未见超出偶然的差异')}。"
    widened = f"（彼此差异较大，φ={found.dispersion:.1f}，界限已放宽）" if found.is_widened else ""
    return f"{whole}；{'，'.join(parts)}{widened}。"


def pair(rows: pd.DataFrame, first: str, second: str, what: str = "项指标") -> str:
    """Say in what (`label`, `is_judged`, `is_different`, `difference`) the first differs from the second beyond chance."""
    judged = rows[rows["is_judged"]]
    if not len(judged):
        return "两边的基数不足，不作判断。"
    told = judged[judged["is_different"]]
    if not len(told):
        return f"{first}与{second}相比，{len(judged)} {what}未见明显差异。"
    parts = [
        f"{names(told[sign * told['difference'] > 0]['label'].tolist())}{word}"
        for sign, word in ((1, "较高"), (-1, "较低"))
        if (sign * told["difference"] > 0).any()
    ]
    return f"{first}与{second}相比，{'，'.join(parts)}，超出偶然；{len(judged)} {what}中其余未见明显差异。"
