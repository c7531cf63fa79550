"""Station accounts from a workbook: template, dry run with every fault named, import with progress."""

import io
from functools import partial

import pandas as pd
import streamlit as st

from cockpit.error import CockpitError
from cockpit.ledger import account_import, open_ledger
from cockpit.ledger.account_import import COLUMNS, Checked, Places
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import cached, export, once, signin, upload, wording

BYTES_MAX = 20_000_000
FAULTS_SHOWN = 200
ROWS_IN_SIGHT, TALL = 10, 400
EXAMPLE = {
    "用户名": "（可留空，留空时为 z 加区划代码）",
    "姓名": "（必填）",
    "区划代码": "（12 位，与地区路径至少填一项）",
    "地区路径": "（全路径，如 某某省/某某市/某某县/某某镇/某某村）",
    "行业": "（名称或代码，多个用顿号；全部写“全部”）",
    "单位": "（名称或编号，多个用顿号；全部写“全部”）",
}
CHECKED = "account-import-checked"
IMPORTED = "account-imported"


def draw(scope: Scope) -> None:
    """Draw the steps of an import, each once the one before is done."""
    st.markdown(
        "逐行核对后导入：合格的行建账号，不合格的行退回，可改好后再传；同一文件传两次不会重复建账号。"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "下载模板 xlsx",
            template,
            file_name="联络站账号模板.xlsx",
            key="account-template",
            icon=":material/download:",
            on_click="ignore",
        )
    is_all = st.checkbox(
        "行业或单位留空的账号，可见本地区全部行业、全部单位（我已知悉）", key="account-blank"
    )
    # Another key after each import: its file is done with.
    key = f"account-file-{st.session_state.get(IMPORTED, 0)}"
    file = upload.draw("联络站账号表（xlsx）", ["xlsx"], key=key)
    if file is None:
        return
    checked = _checked(scope, file.name, file.getvalue(), is_all)
    accepted, rejected = len(checked.accepted), len(checked.rejected)
    st.markdown(f"读取 **{checked.count_read:,}** 行：可导入 **{accepted:,}** 行，退回 **{rejected:,}** 行。")
    if checked.unknown_columns:
        st.caption(f"未使用的列：{wording.plain('、'.join(checked.unknown_columns))}")
    if rejected:
        _faults(scope, checked)
    if accepted:
        _import(scope, checked)


def template() -> bytes:
    """Return an empty workbook with the columns, and a sheet that explains them."""
    buffer = io.BytesIO()
    with pd.ExcelWriter(buffer, engine="xlsxwriter") as writer:
        # As text, or a spreadsheet would round codes of 12 digits when they are typed in.
        text = writer.book.add_format({"num_format": "@"})
        pd.DataFrame(columns=list(COLUMNS.values())).to_excel(writer, sheet_name="账号", index=False)
        writer.sheets["账号"].set_column(0, len(COLUMNS) - 1, 22, text)
        notes = pd.DataFrame({"列": list(EXAMPLE), "说明": list(EXAMPLE.values())})
        notes.to_excel(writer, sheet_name="填写说明", index=False)
        writer.sheets["填写说明"].set_column(0, 1, 48)
    return buffer.getvalue()


def _checked(scope: Scope, name: str, data: bytes, is_all: bool) -> Checked:
    """Return a workbook checked, once for each of its contents."""
    if len(data) > BYTES_MAX:
        raise CockpitError(f"文件过大：至多 {BYTES_MAX // 1_000_000} MB，请分成几个文件。")
    key = (account_import.digest_of(data), is_all)
    kept: tuple[tuple[str, bool], Checked] | None = st.session_state.get(CHECKED)
    if kept is not None and kept[0] == key:
        return kept[1]
    tree = cached.region_tree(scope)
    places = Places(tree, cached.industry_names(scope), cached.units(scope))
    with st.spinner("正在逐行核对…"):
        checked = account_import.check(
            open_ledger(settings()),
            account_import.read(data),
            places,
            file=name,
            digest=key[0],
            blank_is_all=is_all,
        )
    st.session_state[CHECKED] = (key, checked)
    return checked


def _faults(scope: Scope, checked: Checked) -> None:
    faults = checked.faults.rename(columns={"row": "行", "column": "列", "value": "值", "rule": "问题"})
    counts = (
        faults.groupby(["列", "问题"]).size().reset_index(name="处数").sort_values("处数", ascending=False)
    )
    st.dataframe(counts, hide_index=True, height="content", alt="各类问题的处数")
    st.dataframe(
        faults.head(FAULTS_SHOWN),
        hide_index=True,
        height="content" if len(faults) < ROWS_IN_SIGHT else TALL,
        alt="逐处问题",
    )
    if len(faults) > FAULTS_SHOWN:
        st.caption(f"只列前 {FAULTS_SHOWN} 处，全部见退回表。")
    with st.container(horizontal=True):
        detail: dict[str, object] = {"file": checked.file, "sha256": checked.digest}
        rows = partial(pd.DataFrame.copy, checked.rejected)
        export.buttons(scope, "account-rejects", "退回的账号", detail, rows)


def _import(scope: Scope, checked: Checked) -> None:
    count = len(checked.accepted)
    with st.popover(f"导入 {count:,} 个账号", icon=":material/group_add:"):
        st.markdown(
            f"将新建 **{count:,}** 个{wording.plain('村级监察工作联络站')}账号，各给一次性密码，"
            f"{settings().initial_password_days:g} 天内首次登录须改密。"
        )
        if not st.button("确认导入", key="account-import-sure", type="primary"):
            return
    if signin.current(settings()) is None:
        raise CockpitError("会话已结束，请重新登录。")
    bar = st.progress(0.0, "正在生成一次性密码并建立账号，请勿关闭页面…")
    made = account_import.make(
        open_ledger(settings()),
        checked,
        lambda share: _show(bar, share),
        **signin.by(scope.who),
    )
    names = cached.region_names(scope)
    rows = pd.DataFrame(
        {
            "用户名": made["username"],
            "姓名": made["name"],
            "地区": made["region"].map(names),
            "区划代码": made["region"],
            "一次性密码": made["password"],
        }
    )
    st.session_state.pop(CHECKED, None)
    st.session_state[IMPORTED] = st.session_state.get(IMPORTED, 0) + 1
    once.keep(scope, f"已导入 {count:,} 个账号，退回 {len(checked.rejected):,} 行。", rows)
    st.rerun()


def _show(bar: "st.delta_generator.DeltaGenerator", share: float) -> None:
    bar.progress(share, f"正在生成一次性密码并建立账号，请勿关闭页面…{share:.0%}")
