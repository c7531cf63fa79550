"""A panel of the analysis: a chart or table, what it says in one sentence, its definition, its export, its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from cockpit.charts.theme import PICK, PLOTLY_CONFIG
from cockpit.queries import Filters
from cockpit.queries.filters import Period
from cockpit.scope import Scope
from cockpit.ui import export, filters, frame
from cockpit.ui.wording import plain

LIST = "complaints"
PANEL_WIDTH_MIN = 400
# Longer tables scroll within themselves.
ROWS_IN_SIGHT, TABLE_HEIGHT = 13, 480


@dataclass(frozen=True)
class Panel:
    """One chart of a section, kept by `cached.by_scope`: everything in it is shared, nobody may change it.

    `chart` is a Vega-Lite specification, a Plotly figure, a frame to show as a table, or None, for which `empty`
    says why. `reading` (解读) is one sentence of `reading.py`, `definition` how the numbers come about; both are
    plain text, escaped here. `data` is what an export holds, columns named in Chinese, small cells already
    masked; None offers none. `picks` says which parameter of the address a click on a mark sets, and from where: the
    name of a field of a Vega-Lite mark, or the position in the `customdata` of a Plotly point (an empty first
    value ignores the click, other empty ones are left out). A click sets the filters of this page, or with `opens` opens that page under them.
    Of a table `marks` are the parameters that a click on each of its rows sets; without them its rows are not clickable.
    `rows` are the parameters, beside the filters, of the list of complaints behind the panel; None links none.
    """

    key: str
    title: str
    chart: Any
    reading: str
    definition: str
    data: pd.DataFrame | None = None
    empty: str = "没有可用的数据。"
    picks: tuple[tuple[str, str | int], ...] = ()
    marks: tuple[Mapping[str, str], ...] = ()
    opens: str | None = None
    rows: tuple[tuple[str, str], ...] | None = ()
    rows_label: str = "查看所列投诉"
    widths: tuple[tuple[str, Any], ...] = ()

    def draw(self, scope: Scope, chosen: Filters) -> None:
        """Draw the panel under the filters in force."""
        with st.container(border=True, height="stretch", key=f"panel-{self.key}"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{plain(self.title)}**", width="stretch")
                self._menu(scope, chosen)
            if self.chart is None:
                st.caption(plain(self.empty))
                return
            picked = self._chart(scope)
            if self.reading:
                st.markdown(f":material/lightbulb: **解读**　{plain(self.reading)}")
            if self.rows is not None:
                frame.link(LIST, self.rows_label, **dict(self.rows))
        if picked and self.opens:
            frame.go(self.opens, **picked)

    def _menu(self, scope: Scope, chosen: Filters) -> None:
        with st.popover("口径与导出", type="tertiary", icon=":material/info:", key=f"about-{self.key}"):
            st.markdown(plain(self.definition))
            if self.data is not None and len(self.data):
                data = self.data
                with st.container(horizontal=True):
                    export.buttons(
                        scope,
                        f"analysis-{self.key}",
                        self.title,
                        dict(filters.address(chosen)),
                        lambda: data,
                    )

    def _chart(self, scope: Scope) -> dict[str, str]:
        """Draw the chart and return what a click on it asks to open."""
        on_select: Any = "ignore"
        if self.picks or self.marks:
            on_select = "rerun" if self.opens else lambda: self._set(scope)
        if isinstance(self.chart, pd.DataFrame):
            st.dataframe(
                self.chart,
                hide_index=True,
                height="content" if len(self.chart) <= ROWS_IN_SIGHT else TABLE_HEIGHT,
                column_config=_columns(self.chart, dict(self.widths)),
                on_select=on_select,
                selection_mode="single-row",
                key=self.key,
                alt=self.title,
            )
        elif isinstance(self.chart, dict):
            st.vega_lite_chart(self.chart, key=self.key, on_select=on_select, width="stretch", alt=self.title)
        else:
            st.plotly_chart(
                self.chart,
                key=self.key,
                on_select=on_select,
                selection_mode="points",
                width="stretch",
                config=PLOTLY_CONFIG,
                alt=self.title,
            )
        return self._picked() if self.opens else {}

    def _picked(self) -> dict[str, str]:
        """Return the parameters of what is selected; {} for nothing, or a mark that stands for nothing to open."""
        selection = getattr(st.session_state.get(self.key), "selection", None)
        if not selection:
            return {}
        if isinstance(self.chart, pd.DataFrame):
            # What was selected may be gone.
            return next((dict(self.marks[row]) for row in selection["rows"] if row < len(self.marks)), {})
        marks = selection.get(PICK) if isinstance(self.chart, dict) else selection.get("points")
        if not marks:
            return {}
        mark = marks[0] if isinstance(self.chart, dict) else marks[0].get("customdata") or ()
        found: dict[str, str] = {}
        for name, where in self.picks:
            value = _at(mark, where)
            if value:
                found[name] = str(value)
            elif not found:
                return {}
        return found

    def _set(self, scope: Scope) -> None:
        picked = self._picked()
        if picked:
            filters.change(scope, **picked)


def _at(mark: Any, where: str | int) -> object:
    """Return what a mark carries under a field or at a position; None where there is nothing."""
    if isinstance(where, str):
        return mark.get(where) if isinstance(mark, dict) else None
    return mark[where] if where < len(mark) else None


def grid(panels: Sequence[Sequence[Panel]], scope: Scope, chosen: Filters) -> None:
    """Draw rows of panels, those of a row side by side where there is room."""
    for row in panels:
        with st.grid(len(row), min_column_width=PANEL_WIDTH_MIN):
            for panel in row:
                panel.draw(scope, chosen)


def period(chosen: Filters) -> Period:
    """Return the days of filters in force, which always have both; ValueError otherwise."""
    if chosen.start is None or chosen.end is None:
        raise ValueError("filters without a period")
    return chosen.start, chosen.end


def _columns(rows: pd.DataFrame, widths: Mapping[str, Any]) -> dict[str, Any]:
    """Return how columns are drawn: counts with separators, as everywhere else."""
    counts = {str(name) for name in rows.select_dtypes("integer")}
    return {
        name: st.column_config.NumberColumn(format="%,.0f", width=widths.get(name))
        if name in counts
        else st.column_config.Column(width=widths[name])
        for name in counts | widths.keys()
    }
