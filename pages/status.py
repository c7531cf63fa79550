"""Data status (数据状态): the snapshot in service and how fresh it is; no case rows; for administrators."""

import pandas as pd
import streamlit as st

from cockpit.contract import TABLES
from cockpit.queries import data_status
from cockpit.scope import Scope
from cockpit.ui import cached, frame, wording

TITLE = "数据状态"
ICON = ":material/database:"


def render(scope: Scope) -> None:
    """Draw one row a source table: rows, last load, latest record."""
    build = cached.build(scope)
    st.markdown(f"快照 **{build.build_id}**，生成于 {wording.moment_utc(build.built_at)}。")
    rows = data_status(scope)
    st.dataframe(
        pd.DataFrame(
            {
                "数据表": rows["table_name"].map(lambda name: TABLES[name].label if name in TABLES else name),
                "表名": rows["table_name"],
                "行数": rows["count_row"],
                "最近装载": rows["loaded_at"].map(wording.moment_utc),
                "最新业务时间": rows["latest_at"].map(wording.moment),
            }
        ),
        hide_index=True,
        height="content",
        column_config={"行数": st.column_config.NumberColumn(format="localized")},
    )
    st.caption("“—”表示尚未装载或没有记录。装载用 cockpit ingest，生成快照用 cockpit build。")


if __name__ == "__main__":
    frame.enter()
