"""Section 覆盖: villages with any record of the six modules in the period."""

import pandas as pd

from cockpit.contract.codes import MODULE
from cockpit.queries import Filters
from cockpit.queries.measures import MEASURES
from cockpit.scope import Scope
from cockpit.ui import cached
from cockpit.ui.analysis.panel import Panel, grid
from cockpit.ui.effect import kept
from cockpit.ui.effect.count_table import CountTable, per_cent

UNKNOWN = "业务记录不分行业和单位，您的范围限于部分行业或单位，不计覆盖。"
DEFINITION = (
    f"{MEASURES['coverage_rate'].definition}业务记录按发生日期（没有的按填报日期）计月，所选期间按整月计，行业和预警等级筛选在此不起作用。"
    "村数为全数，不是抽样，因此不给区间。没有记录可能是没有业务，也可能是没有填报。"
)


@cached.by_scope
def panels(scope: Scope, chosen: Filters) -> tuple[Panel, ...]:
    """Return the coverage by module and by part; without rows for a scope that sees no records."""
    rows = kept.coverage(scope, chosen)
    empty = UNKNOWN if rows is None else "此范围内没有村。"
    if rows is None or not len(rows):
        return tuple(
            Panel(key=key, title=title, chart=None, reading="", definition=DEFINITION, empty=empty, rows=None)
            for key, title in (
                ("effect-coverage-module", "各模块的村级覆盖"),
                ("effect-coverage", "各地的村级覆盖"),
            )
        )
    villages, covered = (int(rows[name].sum()) for name in ("village_count", "covered_count"))
    names = {"covered_count": "任一模块", **MODULE}
    modules = pd.DataFrame(
        {
            "模块": list(names.values()),
            "有记录的村": [int(rows[name].sum()) for name in names],
            "没有记录的村": [villages - int(rows[name].sum()) for name in names],
            "村数": villages,
            "覆盖率": [per_cent(rows[name].sum(), villages, 2) for name in names],
        }
    )
    parts = pd.DataFrame(
        {
            "地区": rows["name"],
            "有记录的村": rows["covered_count"].astype(int),
            "没有记录的村": (rows["village_count"] - rows["covered_count"]).astype(int),
            "村数": rows["village_count"].astype(int),
            "覆盖率": [
                per_cent(above, below, 2)
                for above, below in zip(rows["covered_count"], rows["village_count"], strict=True)
            ],
            **{label: rows[name].astype(int) for name, label in MODULE.items()},
        }
    )
    is_leaf = len(rows) == 1 and rows["region_code"].iloc[0] == chosen.region
    full = int((rows["covered_count"] == rows["village_count"]).sum())
    return (
        CountTable(
            key="effect-coverage-module",
            title="各模块的村级覆盖",
            chart=modules,
            reading=f"{villages:,} 个村中 {covered:,} 个（{per_cent(covered, villages, 2)}）至少有一个模块有记录。",
            definition=DEFINITION,
            data=modules,
            rows=None,
        ),
        CountTable(
            key="effect-coverage",
            title="各地的村级覆盖",
            chart=parts,
            reading=f"{len(rows):,} 个地区中，{full:,} 个的村全部有记录。" if len(rows) > 1 else "",
            definition=f"{DEFINITION}点击一行的数字进入该地区，直到每个村。",
            data=parts,
            rows=None,
            links=tuple(
                {}
                if is_leaf
                else {
                    str(column): ("effect", {"section": "coverage", "region": str(code)})
                    for column in parts.columns[1:]
                }
                for code in rows["region_code"]
            ),
        ),
    )


def draw(scope: Scope, chosen: Filters) -> None:
    """Draw the section."""
    grid([(one,) for one in panels(scope, chosen)], scope, chosen)
