"""Section 闭环: two loops over the same events and tables, 苏州's six stages and 浙江's five."""

import pandas as pd

from cockpit.charts.reached import reached as bars
from cockpit.contract.codes import ALERT_STAGE
from cockpit.queries import AlertNarrowing, Filters, effect
from cockpit.scope import Scope
from cockpit.ui import cached
from cockpit.ui.analysis.panel import Panel, grid
from cockpit.ui.effect import change, kept
from cockpit.ui.effect.count_table import CountTable, Link, alerts, per_cent, period_of


@cached.by_scope
def _stages(scope: Scope, chosen: Filters) -> pd.DataFrame:
    return effect.stages(scope, chosen)


@cached.by_scope
def six(scope: Scope, chosen: Filters) -> tuple[Panel, ...]:
    """Return the six stages of the alerts raised in the period."""
    rows = _stages(scope, chosen)
    total = int(rows["reached_count"].iloc[0])
    labels = rows["stage"].map(ALERT_STAGE)
    table = pd.DataFrame(
        {
            "环节": labels,
            "到达或越过（条）": rows["reached_count"],
            "占产生": [per_cent(count, total) for count in rows["reached_count"]],
            "现处此环节": rows["alert_count"],
            "其中超期": rows["overdue_count"],
            "其中滞留": rows["stuck_count"],
        }
    )
    links: list[dict[str, Link]] = []
    for stage in rows["stage"]:
        here = {"alert_stage": str(stage)}
        link: dict[str, Link] = {
            "现处此环节": alerts(AlertNarrowing(), **here),
            "其中超期": alerts(AlertNarrowing(), **here, alert_state="overdue"),
            "其中滞留": alerts(AlertNarrowing(), **here, alert_state="stuck"),
        }
        if stage == "raised":
            link["到达或越过（条）"] = alerts(AlertNarrowing())
        if stage == "disposed":
            link["到达或越过（条）"] = alerts(AlertNarrowing(), alert_state="closed")
        links.append(link)
    definition = (
        "期间内产生的预警为一批，按现在所处的环节统计；“到达或越过”为现处该环节及其后各环节的条数之和，退回的按退回后的环节。"
        "超期为未处置且当前环节已过期限，滞留为在同一环节停留超过规定的工作日。点击数字查看对应预警。"
    )
    return (
        Panel(
            key="effect-six",
            title="六环节：预警→分办→核查→处置→运用→考核",
            chart=bars(rows.assign(label=labels)) if total else None,
            reading=_slowest(rows, total),
            definition=definition,
            data=table,
            empty="本期没有预警。",
            rows=None,
        ),
        CountTable(
            key="effect-six-table",
            title="六环节的条数",
            chart=table if total else None,
            reading="",
            definition=definition,
            data=table,
            empty="本期没有预警。",
            rows=None,
            links=tuple(links),
        ),
    )


def _slowest(rows: pd.DataFrame, total: int) -> str:
    """Say how far the alerts have come and where most of those past their limit are."""
    if not total:
        return ""
    reached = _reached(rows)
    late = rows.set_index("stage")["overdue_count"].loc[["raised", "assigned", "verified"]]
    words = (
        f"{total:,} 条预警中，已处置 {per_cent(reached['disposed'], total)}，"
        f"已考核 {per_cent(reached['assessed'], total)}"
    )
    if not late.sum():
        return f"{words}；没有超期未处置的。"
    return f"{words}；超期未处置 {late.sum():,} 条，最多的在{ALERT_STAGE[str(late.idxmax())]}环节（{late.max():,} 条）。"


def _reached(rows: pd.DataFrame) -> dict[str, int]:
    return dict(zip(rows["stage"], rows["reached_count"].astype(int), strict=True))


@cached.by_scope
def five(scope: Scope, chosen: Filters) -> CountTable:
    """Return the five stages from the alerts and what was set up in the period; no one cohort, so side by side."""
    reached = _reached(_stages(scope, chosen))
    rows = kept.rectifications(scope, chosen)
    total = rows["kind"].value_counts()
    done = rows[rows["is_completed"]]["kind"].value_counts()
    lines: list[tuple[str, str, int, str, Link]] = [
        (
            "预警处置",
            "产生的预警（条）",
            reached["raised"],
            f"已处置 {reached['disposed']:,}",
            alerts(AlertNarrowing()),
        ),
        *(
            (
                stage,
                what,
                int(total.get(kind, 0)),
                f"已完成 {int(done.get(kind, 0)):,}",
                ("effect", {"section": "change", "kind": kind}),
            )
            for stage, what, kind in (
                ("问题归集", "问题清单（份）", "problem_list"),
                ("面上整改", "专项治理（项）", "campaign"),
                ("制度重塑", "制度（项）", "rule"),
            )
        ),
        (
            "成效评价",
            "已考核的预警（条）",
            reached["assessed"],
            "专项治理的前后对照见“整改与制度”",
            alerts(AlertNarrowing(), alert_stage="assessed"),
        ),
    ]
    table = pd.DataFrame([line[:4] for line in lines], columns=["环节", "依据", "数量", "其中"])
    return CountTable(
        key="effect-five",
        title="五环节：预警处置→问题归集→面上整改→制度重塑→成效评价",
        chart=table,
        reading=f"{period_of(chosen)}，五个环节各有多少，取自同一批预警事件和同一张整改台账；各环节的单位不同，是并列的件数，不能相除成转化率。",
        definition=f"预警处置、成效评价：期间内产生的预警现在的环节；问题归集、面上整改、制度重塑：整改台账，{change.DATED}点击数字查看明细。",
        data=table,
        rows=None,
        links=tuple({"数量": line[4]} for line in lines),
    )


def draw(scope: Scope, chosen: Filters) -> None:
    """Draw the section."""
    grid([six(scope, chosen)], scope, chosen)
    grid([(five(scope, chosen),)], scope, chosen)
