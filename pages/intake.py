"""Data intake (数据接入): load, build and publish, the log of loads, silent sources and villages; for administrators."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pandas as pd
import streamlit as st

from cockpit import queries
from cockpit.contract import TABLES
from cockpit.error import CockpitError
from cockpit.ingest import history, job
from cockpit.ingest.source import EXTENSIONS
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import cached, export, frame, intake, upload, wording

TITLE = "数据接入"
ICON = ":material/database_upload:"
SECTIONS = {"load": "导入与发布", "history": "装载记录", "sources": "来源时效", "villages": "沉默村"}
ORIGINS = {"upload": "上传", "inbox": "收件箱"}
STATES = {"silent": "沉默", "no_data": "无数据"}
ROWS_SHOWN = 500
ROWS_IN_SIGHT, TALL = 14, 560


def render(scope: Scope) -> None:
    """Draw the job under way, then the section that is chosen."""
    intake.follow(scope)
    section = st.segmented_control(
        "内容",
        list(SECTIONS),
        default="load",
        format_func=lambda name: SECTIONS[name],
        key="intake",
        bind="query-params",
        required=True,
        label_visibility="collapsed",
    )
    {"load": _load, "history": _history, "sources": _sources, "villages": _villages}[section](scope)


def _load(scope: Scope) -> None:
    running = job.running(settings())
    left, right = st.columns([2, 1])
    with left.container(border=True):
        st.markdown("**导入**")
        _choose_and_load(scope, is_busy=running is not None)
    with right.container(border=True):
        st.markdown("**构建并发布**")
        st.caption("由已导入的数据生成新快照并启用；检查不过或中途停止时，原有快照继续使用。")
        try:
            build = cached.build(scope)
            st.caption(f"现用快照 {build.build_id}，生成于 {wording.moment_utc(build.built_at)}。")
        except CockpitError as error:
            st.caption(str(error))
        if intake.asked(
            "构建并发布",
            "确认构建",
            "构建期间各页照常可用，完成后自动换用新快照。",
            icon=":material/publish:",
            is_closed=running is not None,
        ):
            _begin(scope, "build")


def _choose_and_load(scope: Scope, *, is_busy: bool) -> None:
    source = st.segmented_control(
        "文件来自",
        list(ORIGINS),
        default="upload",
        format_func=lambda name: ORIGINS[name],
        key="intake-source",
        required=True,
    )
    uploads, names = [], []
    if source == "inbox":
        names = intake.waiting()
    else:
        limit = int(st.get_option("server.maxUploadSize"))
        kinds = "、".join(extension.removeprefix(".") for extension in EXTENSIONS)
        uploads = upload.draw_many(
            f"选择或拖入文件：可多个，每个不超过 {limit} MB（{kinds}）", key="intake-files"
        )
    columns = st.columns(2)
    with columns[1]:
        table = st.selectbox(
            "表",
            ["", *TABLES],
            format_func=lambda name: TABLES[name].label if name else "按配置、文件名和表头判断",
            key="intake-table",
        )
    with columns[0]:
        profile = intake.chosen_profile()
    is_idle = is_busy or not (uploads or names)
    with st.container(horizontal=True):
        is_tried = st.button("试运行", icon=":material/science:", disabled=is_idle, key="intake-try")
        is_loaded = intake.asked(
            "导入",
            "确认导入",
            f"将 {len(uploads) + len(names)} 个文件写入数据仓库；全部成功才生效。",
            icon=":material/database_upload:",
            is_closed=is_idle,
        )
    if is_tried or is_loaded:
        _begin(scope, "try" if is_tried else "load", uploads, names, table or None, profile)
    st.caption("试运行只给出数目和最先被拒绝的行，不写入任何数据。")
    if profile is not None:
        intake.describe(profile)


def _begin(
    scope: Scope,
    kind: job.Kind,
    uploads: list[st.runtime.uploaded_file_manager.UploadedFile] | None = None,
    names: list[str] | None = None,
    table: str | None = None,
    profile: Path | None = None,
) -> None:
    try:
        intake.begin(scope, kind, uploads or (), names or (), table, profile)
    except CockpitError as error:
        st.error(wording.plain(str(error)), icon=":material/error:")


def _history(scope: Scope) -> None:
    found = history.history(settings())
    if found.is_behind:
        st.caption("数据仓库正在写入：以下是写入开始之前的记录。")
    loads = found.loads
    if loads.empty:
        st.info("还没有导入过数据。", icon=":material/inbox:")
        return
    st.caption(f"最近 {len(loads):,} 条，点选一行可下载当次被拒绝的行。")
    table = st.dataframe(
        pd.DataFrame(
            {
                "时间": loads["loaded_at"].map(wording.moment_utc),
                "操作人": loads["loaded_by"],
                "文件": loads["file"].map(lambda file: Path(file).name),
                "表": loads["table_name"].map(lambda name: intake.LABELS.get(name, name)),
                "配置": loads["profile"].replace("", wording.NOTHING),
                "读取": loads["count_read"],
                "接受": loads["count_accepted"],
                "拒绝": loads["count_rejected"],
                "未变": loads["count_unchanged"],
            }
        ),
        hide_index=True,
        height=_height(loads),
        column_config={
            name: st.column_config.NumberColumn(format="localized")
            for name in ("读取", "接受", "拒绝", "未变")
        },
        on_select="rerun",
        selection_mode="single-row",
        key="intake-history",
        alt="装载记录",
    )
    if rows := table.selection.rows:
        load_id = str(loads["load_id"].iloc[rows[0]])
        if history.rejects_of(settings(), load_id):
            intake.rejects(scope, load_id)
        else:
            st.caption("当次没有被拒绝的行，或其文件已清理。")


def _sources(scope: Scope) -> None:
    try:
        status = queries.data_status(scope)
    except CockpitError as error:
        st.caption(str(error))
        status = pd.DataFrame(columns=["table_name", "count_row", "loaded_at", "latest_at"])
    try:
        found = history.history(settings())
        latest = found.latest
    except CockpitError as error:
        st.caption(f"{error}以下装载时间取自现用快照。")
        known = status.dropna(subset="loaded_at")
        latest = {
            name: at.to_pydatetime().replace(tzinfo=UTC)
            for name, at in zip(known["table_name"], known["loaded_at"], strict=True)
        }
    promised = settings().source_interval_days
    standing = history.standing(latest, promised, datetime.now(UTC))
    silent = sum(one.is_silent for one in standing.values())
    with st.container(horizontal=True):
        st.metric("沉默来源", f"{silent} 个", help="约定了间隔而逾期未到、或从未到过的来源。", border=True)
        st.metric("已约定间隔", f"{len(promised)} 个", border=True)
    if unknown := sorted(set(promised) - set(TABLES)):
        st.warning(
            f"设置 source_interval_days 中没有这些表：{wording.plain('、'.join(unknown))}",
            icon=":material/warning:",
        )
    st.dataframe(
        intake.sources(standing, latest, status), hide_index=True, height="content", alt="各来源的时效"
    )
    st.caption(
        "按自然日计：最近一次有接受行的装载之后，过了约定天数仍未再装载即逾期。间隔由设置 source_interval_days 约定。"
    )


@cached.by_scope
def _village_rows(scope: Scope, days: int) -> pd.DataFrame:
    return queries.village_activity(scope, days)


def _villages(scope: Scope) -> None:
    days = settings().silence_days
    rows = _village_rows(scope, days)
    quiet = rows[rows["state"] != "active"]
    with st.container(horizontal=True):
        st.metric("村", f"{len(rows):,} 个", border=True)
        for state, label in STATES.items():
            count = int((rows["state"] == state).sum())
            st.metric(f"{label}村", f"{count:,} 个", border=True)
    st.caption(
        f"沉默：有过记录，但截至数据日近 {days} 天没有任何六模块记录和投诉；无数据：从来没有。只列村名和日期，不含案件内容。"
    )
    if quiet.empty:
        st.info("没有沉默或无数据的村。", icon=":material/inbox:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        county = st.selectbox(
            "县",
            ["", *quiet["county_name"].dropna().unique()],
            format_func=lambda name: name or "全部",
            width=240,
        )
        state = st.segmented_control(
            "状态", ["", *STATES], default="", format_func=lambda one: STATES.get(one, "全部"), required=True
        )
        chosen = quiet[
            (quiet["county_name"].eq(county) | (not county)) & (quiet["state"].eq(state or "") | (not state))
        ]
        listed = pd.DataFrame(
            {
                "县": chosen["county_name"].fillna(wording.NOTHING),
                "乡镇": chosen["town_name"].fillna(wording.NOTHING),
                "村": chosen["name"],
                "区划代码": chosen["region_code"],
                "状态": chosen["state"].map(STATES),
                "最近记录": chosen["latest_on"].map(wording.day),
            }
        )
        export.buttons(
            scope, "villages", "沉默村", {"county": county, "state": state, "days": days}, lambda: listed
        )
    towns = listed.groupby(["县", "乡镇", "状态"]).size().unstack(fill_value=0).reset_index()
    left, right = st.columns([1, 2])
    with left:
        st.markdown(f"**按县、乡镇**（{len(towns):,} 个乡镇）")
        st.dataframe(towns, hide_index=True, height=_height(towns), alt="各乡镇的沉默村数")
    with right:
        more = f"，显示前 {ROWS_SHOWN} 个，其余请导出" if len(listed) > ROWS_SHOWN else ""
        st.markdown(f"**村**（{len(listed):,} 个{more}）")
        shown = listed.head(ROWS_SHOWN)
        st.dataframe(shown, hide_index=True, height=_height(shown), alt="沉默和无数据的村")


def _height(rows: pd.DataFrame) -> Literal["content"] | int:
    """Return the height of a table: long ones scroll within themselves."""
    return "content" if len(rows) <= ROWS_IN_SIGHT else TALL


if __name__ == "__main__":
    frame.enter()
