"""One alert (预警详情): its evidence, what became of it, and what this person may do with it now."""

from typing import Any

import pandas as pd
import streamlit as st

from cockpit.contract.codes import ALERT_STAGE
from cockpit.loop.limit import next_step
from cockpit.loop.state import AlertState
from cockpit.loop.transition import APPLIED_AS, GRADE, TRANSITIONS
from cockpit.queries import alert_detail, alert_timeline, related
from cockpit.scope import Scope
from cockpit.ui import (
    cached,
    course,
    detail,
    disposal,
    evidence,
    frame,
    narrowing,
    people,
    printed,
    wording,
)

TITLE = "预警详情"
ICON = ":material/policy:"
RELATED_WIDTH_MIN = 420


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
    }


def _standing(row: "pd.Series[Any]", state: AlertState) -> dict[str, object]:
    """Return who has the alert, by when, and what comes next."""
    step = next_step(state)
    pending = (
        f"{people.named(state.extension_by)} 申请 {state.extension_days} 个工作日，待审批"
        if state.extension_by
        else wording.NOTHING
    )
    return {
        "当前环节": f"{wording.code('alert_stage', state.stage)}（{wording.moment(row['stage_at'])}）",
        "下一步": TRANSITIONS[step].label if step else "已办结，无下一步",
        "承办人": people.named(state.handler)
        + ("" if not state.handler or state.is_accepted else "，尚未接单"),
        "下一步期限": wording.moment(row["due_at"]) if step else wording.NOTHING,
        **({"延期申请": pending} if state.extension_by else {}),
    }


def _result(row: "pd.Series[Any]", state: AlertState) -> dict[str, object]:
    return {
        "核查结论": wording.code("finding", state.finding),
        "查实金额（元）": wording.number(state.amount, 2),
        "处置方式": wording.code("disposition", state.disposition),
        "四种形态": wording.code("four_form", state.four_form),
        "处理人数（人）": wording.number(row["persons"]),
        "追回金额（元）": wording.number(row["recovered"], 2),
        "运用方式": _label(APPLIED_AS, state.applied_as),
        "考核等次": _label(GRADE, state.grade),
    }


def _label(labels: dict[str, str], code: object) -> str:
    return labels.get(code, code) if isinstance(code, str) else wording.NOTHING


def _steps(events: pd.DataFrame) -> list[detail.Step]:
    """Return events from both sides as steps: what was done, by whom, and all that was said of it."""
    return [_step({str(name): value for name, value in one.items()}) for one in events.to_dict("records")]


def _step(event: dict[str, Any]) -> detail.Step:
    is_here = event["origin"] == "here"
    said = {
        "承办人": people.named(event["handler"]) if is_here else wording.NOTHING,
        "核查结论": wording.code("finding", event["finding"]),
        "查实金额（元）": wording.number(event["amount"], 2),
        "处置方式": wording.code("disposition", event["disposition"]),
        "四种形态": wording.code("four_form", event["four_form"]),
        "处理人数（人）": wording.number(event["persons"]),
        "追回金额（元）": wording.number(event["recovered"], 2),
        "运用方式": _label(APPLIED_AS, event["applied_as"]),
        "考核等次": _label(GRADE, event["grade"]),
        "延期（工作日）": wording.number(event["extension_days"]),
        disposal.NOTES[event["action"]][0]
        if is_here and event["action"] in disposal.NOTES
        else "说明": event["note"] if isinstance(event["note"], str) and event["note"] else wording.NOTHING,
    }
    return detail.Step(
        title=TRANSITIONS[event["action"]].label if is_here else wording.code("alert_stage", event["stage"]),
        at=event["at"],
        origin="本系统" if is_here else "上游",
        who=people.named(event["who"]) if is_here else event["unit_name"],
        lines=[f"{label}：{words}" for label, words in said.items() if words != wording.NOTHING],
    )


def _conflict(row: "pd.Series[Any]", state: AlertState, events: pd.DataFrame) -> None:
    """Say what the sources tell and what was decided here, each with its time."""
    here = events[events["origin"] == "here"].iloc[-1]
    st.warning(
        f"**上游与本系统不一致**：上游 {wording.moment(row['upstream_at'])} 为"
        f"“{wording.code('alert_stage', row['upstream_stage'])}”；"
        f"本系统 {wording.moment(here['at'])} 由{wording.plain(people.named(here['who']))}"
        f"办理“{TRANSITIONS[here['action']].label}”，现为“{wording.code('alert_stage', state.stage)}”。"
        "系统不自动取舍：请核对后办理，下一次办理即为最终意见。",
        icon=":material/sync_problem:",
    )


@cached.by_scope
def _alike(scope: Scope, alert_id: str) -> dict[str, related.Alike]:
    rows = alert_detail(scope, alert_id)
    return related.alerts_alike(scope, rows.iloc[0], cached.build(scope).as_of.date()) if len(rows) else {}


@cached.by_scope
def _beside(scope: Scope, alert_id: str) -> related.Alike | None:
    rows = alert_detail(scope, alert_id)
    return related.complaints_beside(scope, rows.iloc[0]) if len(rows) else None


def _open(alert_id: str) -> None:
    st.query_params["id"] = alert_id


def _all(slug: str, label: str, alike: related.Alike) -> None:
    """Draw the link to the list of all of them: whatever is filtered elsewhere, narrowed as they were counted."""
    asked = {"region": alike.filters.region or "", "industry": alike.filters.industry or "", "level": ""}
    frame.link(slug, label, **asked, **narrowing.address(alike.narrowing))


def _related(scope: Scope, row: "pd.Series[Any]", *, is_printed: bool) -> None:
    """Draw alerts of the same subject, place and model, and complaints around it: how many, the latest, all."""
    kinds = {
        "subject": ("同一对象", "近十年；凭入库时生成的不可逆标识认定，不看姓名。"),
        "place": ("同一地点", "预警前一年至今。"),
        "model": ("同一监督模型", "预警前一年至今，您权限范围内。"),
    }
    found = _alike(scope, str(row["id"]))
    st.markdown("**相关预警与投诉**")
    with st.grid(2, min_column_width=RELATED_WIDTH_MIN):
        for kind, (label, note) in kinds.items():
            with st.container(border=True, gap="xsmall"):
                _kind(label, note, kind, found.get(kind), is_printed=is_printed)
        with st.container(border=True, gap="xsmall"):
            _complaints(scope, row, is_printed=is_printed)


def _kind(label: str, note: str, kind: str, alike: related.Alike | None, *, is_printed: bool) -> None:
    if alike is None:
        st.markdown(f"{label}的预警")
        st.caption("来源未提供，无法关联。")
        return
    others = max(alike.total - 1, 0)
    st.markdown(f"{label}的预警：另有 **{others:,}** 条")
    for one in alike.rows.to_dict("records"):
        _line({str(name): value for name, value in one.items()}, kind, is_printed=is_printed)
    if others and not is_printed:
        _all("alerts", f"查看全部 {alike.total:,} 条（含本条）", alike)
    st.caption(note)


def _complaints(scope: Scope, row: "pd.Series[Any]", *, is_printed: bool) -> None:
    beside = _beside(scope, str(row["id"]))
    if beside is None:
        return
    topic = f"、行业“{wording.plain(row['industry_name'])}”" if beside.filters.industry else ""
    st.markdown(f"同地{'同行业' if topic else ''}的投诉：**{beside.total:,}** 件")
    for one in beside.rows.to_dict("records"):
        text = wording.plain(one["subject"] or f"投诉 {one['id']}")
        words = f"{wording.day(one['received_at'])} · {text} · {'已办结' if one['is_closed'] else '未办结'}"
        if is_printed:
            st.caption(words)
        else:
            frame.link("complaint", words, id=str(one["id"]))
    if beside.total and not is_printed:
        _all("complaints", f"查看全部 {beside.total:,} 件", beside)
    st.caption(f"同一地点{topic}，预警前后各 90 天内受理。")


def _line(one: dict[str, Any], kind: str, *, is_printed: bool) -> None:
    words = " · ".join(
        (
            wording.day(one["raised_at"]),
            wording.alert_level(one["alert_level"]),
            wording.plain(one["title"] or f"预警 {one['id']}"),
            wording.code("alert_stage", one["stage"]),
        )
    )
    if is_printed:
        st.caption(words)
    else:
        # A link would leave the address of this page as it is.
        st.button(
            words,
            key=f"alike-{kind}-{one['id']}",
            icon=":material/policy:",
            type="tertiary",
            on_click=_open,
            args=(str(one["id"]),),
        )


def _subject() -> None:
    """Say where the name is that the page does not show: nothing here could unmask it."""
    st.caption(
        "本系统不保存预警对象的真实姓名和证件号码：入库时姓名即已脱敏，证件号码已换成不可逆的标识，"
        "任何角色都无法在此还原。确需核实身份的，请按规定向报送该预警的来源系统或责任单位查询。"
    )


def render(scope: Scope) -> None:
    """Draw the alert the address names, when the scope admits it; the look is recorded, and so is its printing."""
    disposal.settle(scope)
    is_printed = printed.is_asked()
    if not is_printed:
        with st.container(horizontal=True, vertical_alignment="center"):
            detail.back("alerts")
            course.draw("alert", "alerts")
    row = detail.find(scope, "alert", alert_detail)
    if row is None:
        return
    if is_printed:
        printed.head(scope, f"alert/{row['id']}")
    alert, state = disposal.alert_of(row), disposal.state_of(row)
    events = alert_timeline(scope, row["id"])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(wording.plain(row["title"] or f"预警 {row['id']}"), anchor=False)
        if not is_printed:
            printed.button()
    detail.marks(
        [
            (wording.alert_level(row["alert_level"]), wording.LEVEL_BADGES[row["alert_level"]]),
            (f"环节：{wording.code('alert_stage', row['stage'])}", "blue"),
            ("处置中", "gray") if row["is_open"] else ("已处置", "green"),
            *([("● 超期未处置", "red")] if row["is_overdue"] else []),
            *([("◆ 滞留", "orange")] if row["is_stuck"] else []),
            *([("▮ 督办", "violet")] if state.is_urged else []),
            *([("≠ 与上游不一致", "orange")] if row["has_conflict"] else []),
        ]
    )
    # Always there: what comes and goes above the form would move it, and what is typed would be lost.
    with st.container():
        if row["has_conflict"]:
            _conflict(row, state, events)
    # On paper what was raised stands before what was done about it.
    right, left = (st.container(), st.container()) if is_printed else reversed(st.columns(2))
    with left:
        detail.facts("办理情况", _standing(row, state))
        if not is_printed:
            disposal.draw(scope, alert, state)
        detail.history("时间线", _steps(events), ALERT_STAGE, start=row["raised_at"], current=state.stage)
    with right:
        detail.facts(wording.plain(f"预警 {row['id']}"), _facts(row))
        _subject()
        model = {
            "监督模型": row["model"] or wording.NOTHING,
            "预警来源": wording.code("alert_source", row["source"]),
        }
        evidence.draw("证据", row["evidence"], model, row["module"])
        detail.facts("核查与处置", _result(row, state))
    _related(scope, row, is_printed=is_printed)


if __name__ == "__main__":
    frame.enter()
