"""One alert (预警详情): its evidence and what became of it; read-only."""

from typing import Any

import pandas as pd
import streamlit as st

from cockpit.contract.codes import ALERT_STAGE
from cockpit.queries import alert_detail, alert_events
from cockpit.scope import Scope
from cockpit.ui import detail, frame, wording

TITLE = "预警详情"
ICON = ":material/policy:"
LEVEL_BADGES = {"red": "red", "yellow": "orange", "blue": "blue"}


def _facts(row: "pd.Series[Any]") -> dict[str, object]:
    return {
        "地区": row["region_name"],
        "模块": wording.code("module", row["module"]),
        "监督模型": row["model"],
        "预警来源": wording.code("alert_source", row["source"]),
        "行业": row["industry_name"],
        "责任单位": row["unit_name"],
        "预警对象（已脱敏）": row["subject_name"],
        "涉及金额（元）": wording.number(row["amount"], 2),
        "预警时间": wording.moment(row["raised_at"]),
        "办理期限": wording.moment(row["due_at"]),
    }


def _result(row: "pd.Series[Any]") -> dict[str, object]:
    return {
        "核查结论": wording.code("finding", row["finding"]),
        "处置方式": wording.code("disposition", row["disposition"]),
        "四种形态": wording.code("four_form", row["four_form"]),
        "处理人数": wording.number(row["persons"]),
        "追回金额（元）": wording.number(row["recovered"], 2),
        "当前环节时间": wording.moment(row["stage_at"]),
    }


def _described(events: pd.DataFrame) -> pd.DataFrame:
    """Add to each event the lines that say what was found and done."""

    def lines(event: "pd.Series[Any]") -> list[str]:
        said = [
            ("核查结论", wording.code("finding", event["finding"])),
            ("处置方式", wording.code("disposition", event["disposition"])),
            ("四种形态", wording.code("four_form", event["four_form"])),
            ("处理人数", wording.number(event["persons"])),
            ("追回金额（元）", wording.number(event["recovered"], 2)),
            ("说明", event["note"] if event["note"] and not pd.isna(event["note"]) else wording.NOTHING),
        ]
        return [f"{label}：{words}" for label, words in said if words != wording.NOTHING]

    return events.assign(lines=events.apply(lines, axis=1, result_type="reduce") if len(events) else None)


def render(scope: Scope) -> None:
    """Draw the alert the address names, when the scope admits it; the look is recorded."""
    row = detail.find(scope, "alert", alert_detail, back="alerts")
    if row is None:
        return
    st.subheader(wording.plain(row["title"] or f"预警 {row['id']}"), anchor=False)
    detail.marks(
        [
            (wording.alert_level(row["alert_level"]), LEVEL_BADGES[row["alert_level"]]),
            (f"环节：{wording.code('alert_stage', row['stage'])}", "blue"),
            ("处置中", "gray") if row["is_open"] else ("已处置", "green"),
            *([("● 超期未处置", "red")] if row["is_overdue"] else []),
        ]
    )
    left, right = st.columns([3, 2])
    with left:
        detail.facts(wording.plain(f"预警 {row['id']}"), _facts(row))
        detail.evidence("证据", row["evidence"])
    with right:
        detail.facts("核查与处置", _result(row))
        events = _described(alert_events(scope, row["id"]))
        detail.timeline("处置时间线", ALERT_STAGE, events, start=row["raised_at"], current=row["stage"])


if __name__ == "__main__":
    frame.enter()
