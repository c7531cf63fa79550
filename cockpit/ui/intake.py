"""Intake: the job that runs as it is followed, what may be loaded, how a profile reads, how sources stand."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from cockpit.contract import TABLES
from cockpit.error import CockpitError
from cockpit.ingest import history, inbox, job, profile
from cockpit.ingest.history import Freshness
from cockpit.ingest.job import Job, Order
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import export, signin, wording

SHOWN = "intake-job-shown"
FOLLOW_SECONDS = 1.0
IDLE_SECONDS = 5.0
LABELS = {name: table.label for name, table in TABLES.items()} | {"boundary": "边界"}
# With a shape each, so that colour never stands alone.
STANDING = {"on_time": "● 按时", "late": "▲ 逾期", "never": "■ 从未", "unpromised": "○ 未约定"}


def follow(scope: Scope) -> None:
    """Draw the job that runs or the last one, and keep it up to date; when it ends the page is run again."""
    found = job.latest(settings())
    st.session_state[SHOWN] = _state(found)
    seconds = FOLLOW_SECONDS if found and found.is_running else IDLE_SECONDS
    st.fragment(_follow, run_every=seconds)(scope)


def _follow(scope: Scope) -> None:
    account = signin.current(settings(), is_activity=False)
    if account is None or account.role != "admin":
        signin.rerun_unasked()
        return
    found = job.latest(settings())
    if _state(found) != st.session_state.get(SHOWN):
        signin.rerun_unasked()
    if found is None:
        st.caption("还没有从本页开始过任务。")
    elif found.is_running:
        _running(found)
    else:
        _ended(scope, found)


def _state(found: Job | None) -> tuple[str, datetime | None, bool] | None:
    return (found.id, found.since, found.is_running) if found else None


def _title(found: Job) -> str:
    names = f" · {wording.plain('、'.join(found.names))}" if found.names else ""
    return f"**{job.KIND_LABELS[found.kind]}** · {wording.plain(found.who)}{names}"


def _running(found: Job) -> None:
    seconds = (datetime.now(UTC) - found.since).total_seconds()
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f":material/hourglass_top: {_title(found)} · 自 {_clock(found.since)} · 已 {seconds:.0f} 秒",
                width="stretch",
            )
            if found.id:
                sentence = "中止后，这项任务所做的全部撤销，原有数据不变。"
                if asked("中止", "确认中止", sentence, icon=":material/cancel:"):
                    _cancel(found)
        if found.total:
            last = found.lines[-1] if found.lines else "准备"
            st.progress(
                min(found.done / found.total, 1.0),
                text=f"{found.done}/{found.total} 步 · {wording.plain(last)}",
            )
        else:
            st.caption("正在准备…" if found.id else "由命令行开始，没有进度可看；结束后本页自动更新。")
        for line in found.lines[-4:-1]:
            st.caption(wording.plain(line))


def _cancel(found: Job) -> None:
    account = signin.current(settings())
    if account is None:
        signin.rerun_unasked()
        return
    try:
        job.cancel(settings(), found.id, **signin.by(account.username))
    except CockpitError as error:
        st.error(str(error), icon=":material/error:")
    else:
        st.rerun()


def _ended(scope: Scope, found: Job) -> None:
    with st.container(border=True):
        st.markdown(f"{_title(found)} · {_clock(found.since)} 开始")
        if found.error:
            st.error(wording.plain(found.error), icon=":material/error:")
        elif found.result is None:
            _undone(found)
        elif found.kind == "build":
            st.success(
                f"新快照 {found.result['build_id']} 已启用，用时 {found.result['seconds']} 秒。",
                icon=":material/check_circle:",
            )
            with st.expander("各表行数"):
                for line in found.result["lines"]:
                    st.caption(wording.plain(line))
        else:
            _result(found)
            if found.kind == "load":
                rejects(scope, found.id)


def _undone(found: Job) -> None:
    how = (
        f"已由 {wording.plain(found.cancelled_by)} 中止" if found.cancelled_by else "被中断（进程或机器停止）"
    )
    if found.kind == "load":
        kept = job.is_kept(settings(), found)
        after = {
            True: "停止前已全部写入",
            False: "没有写入任何数据，原有数据未变",
            None: "是否写入请稍后看装载记录",
        }
        st.warning(f"导入{how}：{after[kept]}。", icon=":material/warning:")
    else:
        st.warning(f"{job.KIND_LABELS[found.kind]}{how}：原有数据和快照未变。", icon=":material/warning:")


def _result(found: Job) -> None:
    reports: list[dict[str, Any]] = (found.result or {})["reports"]
    seconds = (found.result or {})["seconds"]
    total = {
        name: sum(one[f"count_{name}"] for one in reports)
        for name in ("read", "accepted", "rejected", "unchanged")
    }
    counts = (
        f"读取 {total['read']:,} 行，接受 {total['accepted']:,}（其中未变 {total['unchanged']:,}），"
        f"拒绝 {total['rejected']:,}，用时 {seconds} 秒。"
    )
    if found.kind == "try":
        st.info(f"试运行完成，没有写入：{counts}", icon=":material/science:")
    else:
        st.success(f"已导入：{counts}构建并发布后才在各页可见。", icon=":material/check_circle:")
    st.dataframe(
        pd.DataFrame(
            {
                "文件": [one["file"] for one in reports],
                "表": [LABELS[one["table"]] for one in reports],
                "读取": [one["count_read"] for one in reports],
                "接受" if found.kind == "load" else "将接受": [one["count_accepted"] for one in reports],
                "新增": [one["count_new"] for one in reports],
                "更新": [one["count_replaced"] for one in reports],
                "未变": [one["count_unchanged"] for one in reports],
                "过期未用": [one["count_outdated"] for one in reports],
                "拒绝" if found.kind == "load" else "将拒绝": [one["count_rejected"] for one in reports],
            }
        ),
        hide_index=True,
        height="content",
        alt="各文件各表的行数",
    )
    for note in dict.fromkeys(note for one in reports for note in one["notes"]):
        st.caption(wording.plain(note))
    first = [(one["file"], reject) for one in reports for reject in one["first_rejects"]]
    if first:
        st.markdown(f"**最先被拒绝的 {len(first)} 行**（个人信息和文字内容已遮盖）")
        st.dataframe(
            pd.DataFrame(
                {
                    "文件": [file for file, _ in first],
                    "行号": [reject["row"] for _, reject in first],
                    "列": [reject["columns"] for _, reject in first],
                    "值": [reject["value"] for _, reject in first],
                    "原因": [reject["reason"] for _, reject in first],
                }
            ),
            hide_index=True,
            height="content",
            alt="最先被拒绝的行",
        )


def rejects(scope: Scope, load_id: str) -> None:
    """Draw the downloads of the rows a load did not accept; nothing when there are none."""
    for path in history.rejects_of(settings(), load_id):
        table = path.stem.removeprefix(f"{load_id}_")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"被拒绝的行：{wording.plain(LABELS.get(table, table))}", width="content")
            export.buttons(
                scope,
                f"rejects/{path.stem}",
                f"被拒绝的行_{path.stem}",
                {"load": load_id, "file": path.name},
                lambda path=path: history.read_rejects(path),  # type: ignore[misc]
            )


def waiting() -> list[str]:
    """Draw the files of the inbox to choose from, and return the names of those chosen."""
    found, others = inbox.waiting(settings())
    if others:
        st.caption(f"另有 {others} 项未列出：文件夹、链接、隐藏文件、其他类型，或名称无法显示。")
    if not found:
        st.info(
            "收件箱是空的：请把文件放入服务器上的收件箱文件夹（设置 inbox_path）。", icon=":material/inbox:"
        )
        return []
    table = st.dataframe(
        pd.DataFrame(
            {
                "文件": [one.name for one in found],
                "大小": [size(one.size) for one in found],
                "修改时间": [wording.moment(one.written_at.astimezone(wording.LOCAL)) for one in found],
            }
        ),
        hide_index=True,
        height="content" if len(found) <= 10 else 400,
        on_select="rerun",
        selection_mode="multi-row",
        key="intake-inbox",
        alt="收件箱中的文件",
    )
    return [found[row].name for row in table.selection.rows if row < len(found)]


def size(count: int) -> str:
    """Write a number of bytes as people read it."""
    if count < 1000:
        return f"{count} B"
    value = count / 1000
    for unit in ("KB", "MB"):
        if value < 1000:
            return f"{value:,.1f} {unit}"
        value /= 1000
    return f"{value:,.1f} GB"


def chosen_profile() -> Path | None:
    """Draw the choice of a profile; None for files that need none."""
    known = profile.available(settings())
    name = st.selectbox(
        "配置（把对方的列对应到本系统的列）",
        ["", *known],
        format_func=lambda name: name or "不用配置：表头已是标准列名",
        key="intake-profile",
    )
    return known[name] if name else None


def describe(chosen: Path) -> None:
    """Draw what a profile maps, or what is wrong with it."""
    try:
        held = profile.read(chosen, settings())
    except CockpitError as error:
        st.error(wording.plain(str(error)), icon=":material/error:")
        return
    with st.expander(f"配置 {wording.plain(chosen.stem)} 的对应关系", icon=":material/schema:"):
        for mapping in held.mappings:
            table = TABLES[mapping.table]
            columns: dict[str, str] = {
                name: theirs if isinstance(theirs, str) else " + ".join(theirs)
                for name, theirs in mapping.columns.items()
            } | {name: f"固定为“{value}”" for name, value in mapping.constants.items()}
            if mapping.region is not None:
                how = {"code": "代码", "path": "地名路径", "text": "文字中的地名"}[mapping.region.method]
                columns["region_code"] = f"{' + '.join(mapping.region.columns)}（按{how}）"
            st.markdown(f"**{table.label}**（{table.name}）")
            st.dataframe(
                pd.DataFrame(
                    {
                        "本系统的列": [table.column(name).label for name in columns],
                        "来自": list(columns.values()),
                        "值的对应": [
                            "；".join(f"{one} → {ours or '空'}" for one, ours in mapping.values[name].items())
                            if name in mapping.values
                            else ""
                            for name in columns
                        ],
                    }
                ),
                hide_index=True,
                height="content",
                alt=f"{table.label}的对应关系",
            )


def asked(label: str, sure: str, sentence: str, *, icon: str, is_closed: bool = False) -> bool:
    """Draw a button that asks once more, and tell whether it was confirmed in this run; it then folds up."""
    key = f"intake-ask-{label}"
    with st.popover(label, icon=icon, disabled=is_closed, key=key, on_change="rerun"):
        st.markdown(sentence)
        return st.button(
            sure, type="primary", key=f"{key}-sure", disabled=is_closed, on_click=_fold, args=(key,)
        )


def _fold(key: str) -> None:
    st.session_state[key] = False


def begin(
    scope: Scope,
    kind: job.Kind,
    uploads: Sequence[UploadedFile] = (),
    names: Sequence[str] = (),
    table: str | None = None,
    chosen: Path | None = None,
) -> None:
    """Begin a job for this person and run the page again; CockpitError when it cannot begin."""
    order = Order(
        kind,
        **signin.by(scope.who),
        files=tuple(str(inbox.path_of(settings(), name)) for name in names),
        table=table,
        profile=str(chosen) if chosen else None,
    )
    job.start(settings(), order, [(one.name, one) for one in uploads])
    st.rerun()


def standing_words(one: Freshness) -> str:
    """Write how a source stands, with its shape."""
    return f"{STANDING[one.punctuality]}{f' {one.days_late} 天' if one.days_late else ''}"


def sources(
    standing: Mapping[str, Freshness], latest: Mapping[str, datetime], status: pd.DataFrame
) -> pd.DataFrame:
    """Return the table of sources as people read it; `status` as `queries.data_status` gives it."""
    rows = status.set_index("table_name") if len(status) else status
    promised = settings().source_interval_days
    return pd.DataFrame(
        {
            "数据表": [LABELS[name] for name in standing],
            "表名": list(standing),
            "时效": [standing_words(one) for one in standing.values()],
            "约定": [f"每 {promised[name]} 天" if name in promised else wording.NOTHING for name in standing],
            "最近装载": [
                wording.moment(latest[name].astimezone(wording.LOCAL)) if name in latest else wording.NOTHING
                for name in standing
            ],
            "快照行数": [
                f"{rows['count_row'][name]:,}" if name in rows.index else wording.NOTHING for name in standing
            ],
            "最新业务时间": [
                wording.moment(rows["latest_at"][name]) if name in rows.index else wording.NOTHING
                for name in standing
            ],
        }
    )


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(wording.LOCAL):%m-%d %H:%M:%S}"
