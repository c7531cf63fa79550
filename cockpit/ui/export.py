"""Exports: rows under scope as csv or xlsx, with a line that says who took them and when."""

import io
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

import pandas as pd
import streamlit as st

from cockpit.error import CockpitError
from cockpit.ledger.audit import By
from cockpit.ledger.session import Session
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import signin, trail, wording

# Chinese spreadsheets take the wide signs for the narrow ones.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def watermark(scope: Scope, rows: int) -> str:
    """Return the line that goes with every export."""
    now = datetime.now(wording.LOCAL)
    facts = f"导出人：{scope.who}；时间：{now:%Y-%m-%d %H:%M:%S}；行数：{rows}"
    return f"{settings().title} 导出；{facts}；内部资料，注意保密"


def as_csv(rows: pd.DataFrame, line: str) -> bytes:
    """Write rows as csv with the line on top; text that a spreadsheet would run as a formula is quoted."""
    safe = rows.map(
        lambda cell: f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
    )
    return (f"{line}\r\n" + safe.to_csv(index=False, lineterminator="\r\n")).encode("utf-8-sig")


def as_xlsx(rows: pd.DataFrame, line: str) -> bytes:
    """Write rows as a workbook with the line on top; no text becomes a formula or a link."""
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with pd.ExcelWriter(buffer, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        rows.to_excel(writer, sheet_name="导出", index=False, startrow=1)
        writer.sheets["导出"].write_string(0, 0, line)
    return buffer.getvalue()


WRITERS = {"csv": as_csv, "xlsx": as_xlsx}


def _take(
    scope: Scope,
    session: Session | None,
    by: By,
    what: str,
    detail: dict[str, object],
    rows: Callable[[], pd.DataFrame],
    kind: str,
) -> bytes:
    _stand(scope, session, by, what, detail)
    taken = rows()
    # Recorded first: what cannot be recorded is not handed out.
    trail.record(scope, "export", what, detail, len(taken), by=by)
    return WRITERS[kind](taken, watermark(scope, len(taken)))


def _take_file(
    scope: Scope,
    session: Session | None,
    by: By,
    what: str,
    detail: dict[str, object],
    count: int,
    make: Callable[[], bytes],
) -> bytes:
    _stand(scope, session, by, what, detail)
    made = make()
    trail.record(scope, "export", what, detail, count, by=by)
    return made


def _stand(scope: Scope, session: Session | None, by: By, what: str, detail: dict[str, object]) -> None:
    """Refuse a download, which passes no entry point, when the session has ended or the scope has changed since."""
    if not signin.stands(settings(), session, scope):
        trail.record(scope, "denied", what, detail, by=by)
        raise CockpitError("会话已结束或权限已变更，请重新登录后再导出。")


def buttons(
    scope: Scope, what: str, label: str, detail: dict[str, object], rows: Callable[[], pd.DataFrame]
) -> None:
    """Draw one download button a format; the rows are read and the export recorded when one is pressed."""
    session, by = signin.session(), signin.by(scope.who)
    for kind in WRITERS:
        st.download_button(
            f"导出 {kind}",
            partial(_take, scope, session, by, what, detail | {"format": kind}, rows, kind),
            file_name=f"{label}.{kind}",
            key=f"export-{what}-{kind}",
            icon=":material/download:",
            on_click="ignore",
        )


def file_button(
    scope: Scope,
    what: str,
    file_name: str,
    detail: Mapping[str, object],
    count: int,
    make: Callable[[], bytes],
    *,
    label: str | None = None,
) -> None:
    """Draw a download of a file about `count` things; it is made, and the export recorded, when it is pressed."""
    session, by = signin.session(), signin.by(scope.who)
    kind = file_name.rsplit(".", 1)[-1]
    st.download_button(
        label or f"下载 {detail.get('format', kind)}",
        partial(_take_file, scope, session, by, what, dict(detail), count, make),
        file_name=file_name,
        key=f"file-{what}-{detail.get('format', kind)}",
        icon=":material/download:",
        on_click="ignore",
    )
