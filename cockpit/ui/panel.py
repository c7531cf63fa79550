"""Panels: a titled card around one chart, with its reading aid and, when empty, the reason."""

from collections.abc import Callable
from typing import Any

import streamlit as st


def chart(
    title: str,
    spec: dict[str, Any] | None,
    *,
    key: str,
    note: str,
    empty: str,
    on_pick: Callable[[], None] | None = None,
) -> None:
    """Draw a chart under its title; `note` says how to read it, `empty` why there is none."""
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{title}**", help=note)
        if spec is None:
            st.caption(empty)
            return
        st.vega_lite_chart(
            spec, key=key, on_select=on_pick or "ignore", width="stretch", alt=f"{title}：{note}"
        )
