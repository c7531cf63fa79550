"""Panels: a titled card around one chart, with its reading aid and, when empty, the reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from cockpit.charts.theme import PICK


@dataclass(frozen=True)
class Panel:
    """One chart to draw: `note` says how to read it, `empty` why there is none.

    `picks` names the filter that a click sets and the field of the clicked mark it is set to.
    """

    key: str
    title: str
    spec: dict[str, Any] | None
    note: str
    empty: str
    picks: tuple[str, str] | None = None

    def draw(self, on_pick: Callable[[str, str], None]) -> None:
        """Draw the panel; `on_pick` gets the filter and its value when something is clicked."""
        with st.container(border=True, height="stretch"):
            st.markdown(f"**{self.title}**", help=self.note)
            if self.spec is None:
                st.caption(self.empty)
                return
            st.vega_lite_chart(
                self.spec,
                key=self.key,
                on_select=(lambda: self._picked(on_pick)) if self.picks else "ignore",
                width="stretch",
                alt=f"{self.title}：{self.note}",
            )

    def _picked(self, on_pick: Callable[[str, str], None]) -> None:
        picked = st.session_state[self.key].selection.get(PICK)
        if self.picks and picked and picked[0].get(self.picks[1]):
            on_pick(self.picks[0], picked[0][self.picks[1]])
