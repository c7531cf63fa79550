"""Section 行业: which industries make up most, where each is over-represented, what drove the change."""

import pandas as pd

from cockpit.analysis import concentration
from cockpit.analysis.rates import location_quotients
from cockpit.charts import matrix, pareto, waterfall
from cockpit.charts.theme import SIDES
from cockpit.queries import Filters, last_year_period, previous_period
from cockpit.queries.analysis import region_counts, region_industry
from cockpit.queries.measures import years
from cockpit.queries.overview import REMAINDER_NAME
from cockpit.scope import Scope
from cockpit.ui import cached
from cockpit.ui.analysis import reading
from cockpit.ui.analysis.choice import choice
from cockpit.ui.analysis.panel import LIST, Panel, grid, period

PLACES_MAX = 25
BASES = {"previous": "环比（上一期间）", "last_year": "同比（上年同期）"}
NO_COMPLAINTS = "所选范围和期间内没有投诉。"


def _pareto(totals: pd.DataFrame) -> Panel:
    parts = concentration.pareto(totals.set_index("industry_code")["now"])
    parts = parts.assign(code=parts.index, name=totals.set_index("industry_code")["industry_name"])
    held = parts[parts["count"] > 0]
    return Panel(
        key="industry-pareto",
        title="帕累托：投诉集中在哪些行业",
        chart=pareto.pareto(held, unit="件", height=max(220, 28 * (len(held) + 2) + 74))
        if len(held)
        else None,
        reading=reading.pareto(parts),
        definition="按期间内受理的投诉件数由多到少排列；深色为合计首先达到 80% 的行业。件数多可能因行业面广，"
        "是否偏高看区位商矩阵。点击条形按行业筛选。",
        data=pd.DataFrame(
            {
                "行业代码": parts["code"],
                "行业": parts["name"],
                "件数": parts["count"].astype(int),
                "占比": parts["share"].round(6),
                "累计占比": parts["cumulative"].round(6),
                "主要部分": parts["is_vital"].map({True: "是", False: ""}),
            }
        ),
        empty=NO_COMPLAINTS,
        picks=(("industry", "code"),),
    )


def _matrix(cells: pd.DataFrame) -> Panel:
    counted = cells.pivot_table(index="region_code", columns="industry_code", values="now", aggfunc="sum")
    found = location_quotients(counted)
    places = dict(zip(cells["region_code"], cells["name"], strict=True))
    industries = dict(zip(cells["industry_code"], cells["industry_name"], strict=True))
    found = found.assign(
        place_name=found["place"].map(places), industry_name=found["industry"].map(industries)
    )
    by_place = found.groupby("place")["count"].sum().sort_values(ascending=False)
    by_industry = found.groupby("industry")["count"].sum().sort_values(ascending=False)
    rows = [code for code, count in by_place.head(PLACES_MAX).items() if count]
    columns = [code for code, count in by_industry.items() if count]
    shown = found[found["place"].isin(rows) & found["industry"].isin(columns)]
    is_own = shown["place_name"] == REMAINDER_NAME
    shown = shown.assign(
        region=shown["place"],
        own=is_own.map({True: "true", False: ""}),
        no_industry=shown["industry"].map(lambda code: "" if code else "true"),
    )
    left_out = int((by_place > 0).sum()) - len(rows)
    return Panel(
        key="industry-matrix",
        title=f"地区×行业：区位商{f'（投诉最多的 {len(rows)} 个地区，另有 {left_out} 个未列）' if left_out else ''}",
        chart=matrix.matrix(shown, [places[one] for one in rows], [industries[one] for one in columns])
        if len(rows) > 1
        else None,
        reading=reading.matrix(found),
        definition="格中为件数；颜色为区位商＝（该地该行业件数/该地全部）÷（该行业件数/全部），1 为与总体占比相同。"
        "区间为精确二项（Clopper、Pearson 1934）。▲▼ 为错误发现率 q≤0.05 的偏高、偏低，其余属偶然范围。点击有件数的格打开这些投诉。",
        data=pd.DataFrame(
            {
                "地区代码": found["place"],
                "地区": found["place_name"],
                "行业代码": found["industry"],
                "行业": found["industry_name"],
                "件数": found["count"].astype(int),
                "预期件数": found["expected"].round(2),
                "区位商": found["quotient"].round(4),
                "下限（95%）": found["low"].round(4),
                "上限（95%）": found["high"].round(4),
                "q 值": found["q_value"].round(6),
                "判断": found["direction"].map({side: label for side, (_, _, label) in SIDES.items()}),
            }
        ),
        empty="有投诉的下级地区不足两个，不作比较。" if rows else NO_COMPLAINTS,
        picks=tuple((name, at) for at, name in enumerate(matrix.CARRIED)),
        opens=LIST,
    )


def _concentration(totals: pd.DataFrame, places: pd.DataFrame) -> Panel:
    counts = totals["now"].to_numpy(float)
    index = concentration.hhi(counts)
    spread = concentration.spread(places["complaint_count"], places["population"])
    rows = pd.DataFrame(
        [
            ("行业 HHI", f"{index:.3f}", f"{1 / max(1, (counts > 0).sum()):.3f}（各行业同样多时）"),
            (
                "相当于同样大的行业数",
                f"{1 / index:.1f}" if counts.sum() else "—",
                f"{(counts > 0).sum()}（有投诉的行业）",
            ),
            (
                "地区基尼系数",
                f"{spread.gini:.3f}",
                f"{spread.gini_low:.3f}–{spread.gini_high:.3f}（按人口随机分布）",
            ),
            (
                "有投诉的地区占比",
                f"{spread.prevalence:.1%}",
                f"{spread.prevalence_by_chance:.1%}（按人口随机分布）",
            ),
        ],
        columns=["指标", "实际", "对照"],
    ).replace(r".*nan.*", "—", regex=True)
    return Panel(
        key="industry-concentration",
        title="集中度",
        chart=rows if counts.sum() else None,
        reading=reading.concentration(index, int((counts > 0).sum()), spread),
        definition="HHI 为各行业占比平方和，1 为全在一个行业。基尼系数按下级地区计，0 为各地一样多；件数少时本来就不均，"
        "故与同样件数按人口随机分到各地的结果（199 次，95% 范围）对照，高出才称集中。",
        data=rows,
        empty=NO_COMPLAINTS,
        rows=None,
    )


def _waterfall(totals: pd.DataFrame, chosen: Filters, base: str) -> Panel:
    now_period = period(chosen)
    before_period = (previous_period if base == "previous" else last_year_period)(*now_period)
    by_code = totals.set_index("industry_code")
    steps = concentration.contributions(
        by_code[base], by_code["now"], exposure_ratio=years(*now_period) / years(*before_period)
    )
    steps = steps.assign(code=steps.index, name=by_code["industry_name"])
    moved = steps[steps["change"] != 0]
    before, now = float(by_code[base].sum()), float(by_code["now"].sum())
    span = f"{before_period[0]:%Y-%m} 至 {before_period[1]:%Y-%m}"
    return Panel(
        key="industry-waterfall",
        title=f"变化由哪些行业带来：与 {span} 比",
        chart=waterfall.waterfall(
            moved,
            before=before,
            now=now,
            before_name="对比期合计",
            unit="件",
            height=max(220, 28 * (len(moved) + 2) + 74),
        )
        if before or now
        else None,
        reading=reading.contributions(steps, before, now, BASES[base][:2]),
        definition="自对比期合计起，逐行业加减到本期合计，各步之和恰为总变化。两期件数以条件二项检验比较"
        "（Przyborowski、Wilenski 1940），▲▼ 为各行业同看后 q≤0.05；对比期不足 10 件不计百分比。点击条形按行业筛选。",
        data=pd.DataFrame(
            {
                "行业代码": steps["code"],
                "行业": steps["name"],
                "对比期": span,
                "对比期件数": steps["before"],
                "本期件数": steps["now"],
                "变化": steps["change"],
                "变化（%）": steps["percent"].astype(float).round(2),
                "P 值": steps["p_value"].round(6),
                "q 值": steps["q_value"].round(6),
                "判断": steps["direction"].map({1: "增加超出偶然", -1: "减少超出偶然", 0: "未见明显变化"}),
            }
        ),
        empty=NO_COMPLAINTS,
        picks=(("industry", "code"),),
    )


@cached.by_scope
def panels(scope: Scope, chosen: Filters, base: str) -> tuple[tuple[Panel, ...], ...]:
    """Return the panels of the section for a scope under filters, changes against `previous` or `last_year`."""
    cells = region_industry(scope, chosen)
    names = cells.drop_duplicates("industry_code").set_index("industry_code")["industry_name"]
    totals = cells.groupby("industry_code")[["now", "previous", "last_year"]].sum()
    totals = totals.join(names).reset_index()
    places = region_counts(scope, chosen)
    return (
        (_pareto(totals), _waterfall(totals, chosen, base)),
        (_matrix(cells),),
        (_concentration(totals, places),),
    )


def draw(scope: Scope, chosen: Filters) -> None:
    """Draw the section."""
    base = choice("base", "变化的对比期", BASES)
    grid(panels(scope, chosen, base), scope, chosen)
