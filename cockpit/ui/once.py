"""One-time passwords on the page: shown until cleared away, and kept nowhere else."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from cockpit.scope import Scope
from cockpit.ui import export, wording

KEY = "once"


@dataclass(frozen=True)
class Once:
    """What is shown: a sentence, a table whose last column is the password, and the table as a workbook."""

    sentence: str
    rows: pd.DataFrame
    workbook: bytes


def keep(scope: Scope, sentence: str, rows: pd.DataFrame) -> None:
    """Show rows from the next run on, in this browser connection alone, until they are cleared away."""
    workbook = export.as_xlsx(rows, export.watermark(scope, len(rows)))
    st.session_state[KEY] = Once(sentence, rows, workbook)


def draw() -> None:
    """Draw what is to be shown once, if there is anything."""
    held: Once | None = st.session_state.get(KEY)
    if held is None:
        return
    with st.container(border=True):
        st.warning(
            f"{wording.plain(held.sentence)}一次性密码只在此处显示，系统不保存；请下载或抄录后清除。",
            icon=":material/key:",
        )
        if len(held.rows) == 1:
            st.code(str(held.rows.iloc[0, -1]), language=None)
        with st.container(horizontal=True):
            st.download_button(
                "下载密码表 xlsx",
                held.workbook,
                file_name="一次性密码.xlsx",
                key="once-download",
                icon=":material/download:",
                on_click="ignore",
            )
            st.button("已妥善保存，清除", key="once-clear", on_click=_clear, icon=":material/delete:")


def _clear() -> None:
    st.session_state.pop(KEY, None)
