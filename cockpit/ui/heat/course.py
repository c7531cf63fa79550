"""Section 环节与时限: who and what alerts come from, how long they wait and stay, who is late, which are stuck."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from cockpit.analysis.rates import PER_CENT_BASE_MIN, wilson_intervals
from cockpit.analysis.survival import kaplan_meier
from cockpit.charts.dwell import dwell
from cockpit.charts.heat_cells import heat_bars
from cockpit.contract.codes import ALERT_LEVEL, ALERT_SOURCE, ALERT_STAGE, MODULE
from cockpit.queries import Filters, alert_list, heat
from cockpit.queries.named import NONE
from cockpit.scope import Scope
from cockpit.ui import cached, frame, people, wording
from cockpit.ui.analysis.choice import choice
from cockpit.ui.analysis.panel import Panel, grid
from cockpit.ui.heat.table import Table

KINDS = {"level": "等级", "source": "来源", "model": "监督模型", "module": "模块", "stage": "环节"}
OWNERS = {"unit": "责任单位", "handler": "承办人"}
NAMES = {"level": ALERT_LEVEL, "source": ALERT_SOURCE, "module": MODULE, "stage": ALERT_STAGE, "model": {}}
# The parameter of the list of alerts for each kind.
ASKED = {"level": "level", "source": "source", "model": "model", "module": "module", "stage": "alert_stage"}
# Whole days waited: from, to (None: and more).
BUCKETS = ((0, 3), (4, 7), (8, 15), (16, 30), (31, 60), (61, None))
OPEN_STAGES = ("raised", "assigned", "verified")
BARS_MAX, STUCK_MAX = 12, 10
TOTAL = "合计"
NO_NAME = "未标明"
P90 = 0.1


@dataclass(frozen=True)
class Drawing:
    """All that the section draws for one kind."""

    kind: Panel
    ages: Table
    stays: Panel
    owners: tuple[Panel, ...]
    stuck: pd.DataFrame
    stuck_count: int


@cached.by_scope
def drawing(scope: Scope, chosen: Filters, kind: str) -> Drawing:
    """Return what the section draws under filters, for one kind of what alerts come from."""
    owners = heat.owners(scope, chosen)
    stuck = alert_list(scope, chosen, state="stuck", sort="stage_at", descending=False, rows=STUCK_MAX)
    return Drawing(
        _kind(scope, chosen, kind),
        _ages(scope, chosen),
        _stays(scope, chosen),
        tuple(_owners(owners, code, label) for code, label in OWNERS.items()),
        stuck.frame,
        stuck.total,
    )


def _kind(scope: Scope, chosen: Filters, kind: str) -> Panel:
    found = heat.kinds(scope, chosen)
    rows = found[found["kind"] == kind].reset_index(drop=True)
    names, title = NAMES[kind], KINDS[kind]
    rows["name"] = [
        names.get(code, code) or (NO_NAME if kind != "module" else "无模块") for code in rows["code"]
    ]
    if kind != "model":
        order = list(names)
        rows = rows.sort_values("code", key=lambda codes: codes.map({c: n for n, c in enumerate(order)}))
    low, high = wilson_intervals(rows["substantiated_count"], rows["verified_count"])
    rows["words"] = [
        f"{count:,}，查实 {_share(done, checked)}"
        for count, done, checked in zip(
            rows["alert_count"], rows["substantiated_count"], rows["verified_count"], strict=True
        )
    ]
    bars = rows.head(BARS_MAX if kind == "model" else len(rows))
    bars = bars.assign(all=bars["alert_count"], part=bars["open_count"])
    bars[ASKED[kind]] = bars["code"].where(bars["code"] != "", NONE)
    data = pd.DataFrame(
        {
            title: rows["name"],
            "预警（条）": rows["alert_count"],
            "红色（条）": rows["red_count"],
            "未处置（条）": rows["open_count"],
            "超期（条）": rows["overdue_count"],
            "已核查（条）": rows["verified_count"],
            "查实（条）": rows["substantiated_count"],
            "查实率": (rows["substantiated_count"] / rows["verified_count"].replace(0, np.nan)).round(4),
            "下限（95%）": pd.Series(low, rows.index).round(4),
            "上限（95%）": pd.Series(high, rows.index).round(4),
        }
    )
    top = rows.iloc[int(rows["alert_count"].to_numpy().argmax())] if len(rows) else None
    left = len(rows) - len(bars)
    return Panel(
        key=f"heat-kind-{kind}",
        title=f"{title}构成{f'（最多 {BARS_MAX} 个，另有 {left} 个见导出）' if left else ''}",
        chart=heat_bars(
            bars[["name", "all", "part", "words", ASKED[kind]]],
            fields=(ASKED[kind],),
            all_label="预警",
            part_label="未处置",
            unit="条",
        )
        if len(bars)
        else None,
        reading=""
        if top is None
        else f"最多的是{top['name']}（{top['alert_count']:,} 条）；查实率须连同基数与区间看。",
        definition="期间内产生的预警；查实率＝属实或部分属实÷已有核查结论，基数不足 10 时写作件数。导出含 95% 区间（Wilson 1927）。点击条形打开清单。",
        data=data,
        empty="本期没有预警。",
        picks=((ASKED[kind], ASKED[kind]),),
        opens="alerts",
        rows=None,
    )


def _share(done: int, checked: int) -> str:
    if checked < PER_CENT_BASE_MIN:
        return f"{done}/{checked}" if checked else "尚无结论"
    return f"{100 * done / checked:.1f}%（{done:,}/{checked:,}）"


def _label(first: int, last: int | None) -> str:
    return f"{first}–{last} 天" if last is not None else f"{first} 天以上"


def _ages(scope: Scope, chosen: Filters) -> Table:
    rows = heat.ages(scope, chosen)
    today = heat.as_of(scope).date()
    upper = [last for _, last in BUCKETS if last is not None]
    rows = rows.assign(bucket=np.searchsorted(upper, rows["days"].to_numpy(int)))
    counts = rows.groupby(["stage", "bucket"], as_index=False)[
        ["alert_count", "overdue_count", "stuck_count"]
    ].sum()
    cells = [
        _cell(ALERT_STAGE[one["stage"]], BUCKETS[one["bucket"]], one, one["stage"], today)
        for one in counts.to_dict("records")
    ]
    for stage, of_stage in rows.groupby("stage"):
        cells.append(_cell(ALERT_STAGE[str(stage)], None, _sums(of_stage), str(stage), today))
    for bucket, in_bucket in rows.groupby("bucket"):
        cells.append(_cell(TOTAL, BUCKETS[int(str(bucket))], _sums(in_bucket), "", today))
    if len(rows):
        cells.append(_cell(TOTAL, None, _sums(rows), "", today))
    over = int(rows.loc[rows["days"] > upper[-2], "alert_count"].sum())
    return Table(
        key="heat-age",
        title="未处置预警：环节×已停留天数",
        cells=pd.DataFrame(cells),
        rows=(*(ALERT_STAGE[stage] for stage in OPEN_STAGES), TOTAL),
        columns=(*(_label(*bucket) for bucket in BUCKETS), TOTAL),
        fields=("alert_state", "alert_stage", "stage_from", "stage_to"),
        what="未处置预警",
        reading=f"未处置 {int(rows['alert_count'].sum()):,} 条，其中在当前环节已停留 {upper[-2] + 1} 天以上的 {over:,} 条，超期 {int(rows['overdue_count'].sum()):,} 条，滞留 {int(rows['stuck_count'].sum()):,} 条。",
        definition=f"期间内产生、尚未处置的预警，按当前环节和进入该环节至数据时间（{today:%Y-%m-%d}）的整天数计。点击格子打开对应清单。",
        empty="没有未处置的预警。",
    )


def _sums(rows: pd.DataFrame) -> dict[str, int]:
    return {name: int(rows[name].sum()) for name in ("alert_count", "overdue_count", "stuck_count")}


def _cell(
    row: str, bucket: tuple[int, int | None] | None, one: Mapping[Any, Any], stage: str, today: date
) -> dict[str, object]:
    start, end = heat.began_on(*bucket, today) if bucket else (None, None)
    is_sum = bucket is None or row == TOTAL
    return {
        "row": row,
        "column": _label(*bucket) if bucket else TOTAL,
        "count": np.nan if is_sum else float(one["alert_count"]),
        "words": f"{one['alert_count']:,}",
        "note": f"超期 {one['overdue_count']:,}，滞留 {one['stuck_count']:,}",
        "alert_state": "open",
        "alert_stage": stage,
        "stage_from": start.isoformat() if start else "",
        "stage_to": end.isoformat() if end else "",
    }


def _stays(scope: Scope, chosen: Filters) -> Panel:
    rows = heat.stays(scope, chosen)
    found = []
    for stage in heat.STAGES:
        of_stage = rows[rows["stage"] == stage]
        if not len(of_stage):
            continue
        told = kaplan_meier(of_stage["days"], of_stage["is_left"], of_stage["stay_count"])
        down = told.curve[told.curve["share"] <= P90 + 1e-12]
        found.append(
            {
                "stage": ALERT_STAGE[stage],
                "visits": told.items,
                "left": told.ended,
                "median": told.median,
                "median_low": told.median_low,
                "median_high": told.median_high,
                "p90": float(down["day"].iloc[0]) if len(down) else np.nan,
            }
        )
    table = pd.DataFrame(found)
    longest = (
        table.iloc[int(table["median"].fillna(-1).to_numpy().argmax())]
        if len(table) and table["median"].notna().any()
        else None
    )
    return Panel(
        key="heat-stay",
        title="各环节停留：半数与九成",
        chart=dwell(table) if len(table) else None,
        reading=""
        if longest is None
        else f"半数停留最久的环节是{longest['stage']}（{longest['median']:.0f} 天）。",
        definition="Kaplan–Meier：尚在该环节的预警计到数据时间为止，不当作已离开，也不剔除，故不会因慢的未办完而显得快。"
        "条形为半数离开的天数，竖线为九成离开的天数；没有竖线或条形的，到数据时间尚不足九成或半数离开。"
        "退回再来的重复计。上游各步全计；在本系统办理的只计当前环节的停留。",
        data=None
        if not len(table)
        else pd.DataFrame(
            {
                "环节": table["stage"],
                "次数": table["visits"],
                "已离开": table["left"],
                "半数天数": table["median"],
                "半数下限（95%）": table["median_low"],
                "半数上限（95%）": table["median_high"],
                "九成天数": table["p90"],
            }
        ),
        empty="本期没有预警。",
        rows=None,
    )


def _owners(found: pd.DataFrame, kind: str, label: str) -> Panel:
    rows = found[(found["kind"] == kind) & (found["overdue_count"] > 0)].reset_index(drop=True)
    names = (
        [
            name or code or "未标明单位"
            for name, code in zip(rows["name"].fillna(""), rows["code"], strict=True)
        ]
        if kind == "unit"
        else [people.named(code) if code else "尚无承办人" for code in rows["code"]]
    )
    rows["label"] = pd.Series(names, rows.index, dtype=str)
    rows["words"] = [
        f"超期 {late:,}/{count:,}，最久 {days:.0f} 天"
        for late, count, days in zip(
            rows["overdue_count"], rows["open_count"], rows["late_days"], strict=True
        )
    ]
    bars = rows.head(BARS_MAX)
    left = len(rows) - len(bars)
    # Two of one name would share a bar.
    again = bars["label"].duplicated(keep=False)
    bars = bars.assign(
        name=bars["label"].where(~again, bars["label"] + " " + bars["code"].astype(str)),
        all=bars["open_count"],
        part=bars["overdue_count"],
        alert_state="overdue",
        **{kind: bars["code"].where(bars["code"] != "", NONE)},
    )
    late = int(rows["overdue_count"].sum())
    return Panel(
        key=f"heat-owner-{kind}",
        title=f"超期未处置：按{label}{f'（最多 {BARS_MAX} 个，另有 {left} 个见导出）' if left else ''}",
        chart=heat_bars(
            bars[["name", "all", "part", "words", "alert_state", kind]],
            fields=("alert_state", kind),
            all_label="未处置",
            part_label="超期",
            unit="条",
        )
        if len(bars)
        else None,
        reading=f"超期共 {late:,} 条，涉及 {len(rows):,} 个{label}。" if late else "",
        definition=f"期间内产生、尚未处置的预警按{label}计，深色为其中当前环节已过期限的。没有按规模折算，不作高低评价。点击条形打开超期清单。",
        data=pd.DataFrame(
            {
                label: rows["label"],
                "未处置（条）": rows["open_count"],
                "超期（条）": rows["overdue_count"],
                "最久超期（天）": rows["late_days"],
            }
        ),
        empty="没有超期未处置的预警。",
        picks=(("alert_state", "alert_state"), (kind, kind)),
        opens="alerts",
        rows=None,
    )


def draw(scope: Scope, chosen: Filters) -> None:
    """Draw the section."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = choice("kind", "构成", KINDS)
        view = choice("cells", "呈现方式", {"chart": "图", "text": "表格"})
    drawn = drawing(scope, chosen, kind)
    drawn.ages.draw(scope, chosen, is_text=view == "text")
    grid([[drawn.kind, drawn.stays], list(drawn.owners)], scope, chosen)
    _stuck(scope, drawn)


def _stuck(scope: Scope, drawn: Drawing) -> None:
    """Draw the alerts left lying longest; a row opens the alert."""
    with st.container(border=True, key="heat-stuck"):
        st.markdown(f"**滞留的预警（{drawn.stuck_count:,} 条，列出停留最久的）**")
        if not drawn.stuck_count:
            st.caption("没有滞留的预警。")
            return
        rows = drawn.stuck
        table = st.dataframe(
            pd.DataFrame(
                {
                    "等级": rows["alert_level"].map(wording.alert_level),
                    "地区": cached.below_root(scope, rows["region_name"]),
                    "预警内容": rows["title"],
                    "环节": rows["stage"].map(lambda code: wording.code("alert_stage", code)),
                    "进入环节": rows["stage_at"].map(wording.day),
                    "承办人": rows["handler"].map(people.named),
                }
            ),
            hide_index=True,
            height="content",
            on_select="rerun",
            selection_mode="single-row",
            key="heat-stuck-table",
            alt="滞留的预警",
        )
        frame.link("alerts", "查看全部滞留预警", alert_state="stuck")
    if table.selection.rows:
        frame.go("alert", id=str(rows["id"].iloc[table.selection.rows[0]]))
