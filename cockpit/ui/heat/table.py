"""A table of counts whose cells open their rows: drawn, or as a table for the keyboard and for screen readers."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from cockpit.charts.heat_cells import heat_cells
from cockpit.queries import Filters
from cockpit.scope import Scope
from cockpit.ui import frame
from cockpit.ui.analysis.panel import Panel
from cockpit.ui.wording import plain

TABLE_ROW, TABLE_MAX = 36, 700


@dataclass(frozen=True)
class Table:
    """Cells by row and column; `fields` are the parameters of the list of alerts that a cell opens.

    `cells` has row, column, count (nan: words alone), words, note and the fields, '' for what is not asked; a cell
    whose first field is '' opens nothing. `rows` and `columns` are labels in order.
    """

    key: str
    title: str
    cells: pd.DataFrame
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    fields: tuple[str, ...]
    what: str
    reading: str
    definition: str
    empty: str

    def draw(self, scope: Scope, chosen: Filters, *, is_text: bool) -> None:
        """Draw the table under the filters in force; `is_text` for one that keys and screen readers reach."""
        chart = None
        if len(self.cells) and not is_text:
            chart = heat_cells(
                self.cells, self.rows, self.columns, fields=self.fields, what=self.what, unit="条"
            )
        panel = Panel(
            key=self.key,
            title=self.title,
            chart=chart,
            reading=self.reading,
            definition=self.definition,
            data=self._wide(),
            empty=self.empty,
            picks=tuple((name, name) for name in self.fields),
            opens="alerts",
            rows=None,
        )
        if not is_text or not len(self.cells):
            panel.draw(scope, chosen)
            return
        self._text()

    def _wide(self) -> pd.DataFrame:
        if not len(self.cells):
            return pd.DataFrame()
        counts = self.cells.assign(
            words=self.cells["words"].where(self.cells["count"].isna(), self.cells["count"])
        )
        wide = counts.pivot_table(index="row", columns="column", values="words", aggfunc="first")
        return wide.reindex(index=list(self.rows), columns=list(self.columns)).reset_index(names=self.what)

    def _text(self) -> None:
        with st.container(border=True, key=f"text-{self.key}"):
            st.markdown(f"**{plain(self.title)}**", help=plain(self.definition))
            wide = self.cells.pivot_table(index="row", columns="column", values="words", aggfunc="first")
            wide = wide.reindex(index=list(self.rows), columns=list(self.columns)).fillna("")
            table = st.dataframe(
                wide.rename_axis(self.what),
                height=min(TABLE_MAX, TABLE_ROW * (len(wide) + 1)),
                on_select="rerun",
                selection_mode="single-cell",
                key=f"table-{self.key}",
                alt=self.title,
            )
            st.markdown(f":material/lightbulb: **解读**　{plain(self.reading)}")
        chosen = table.selection.cells
        if chosen:
            row, column = chosen[0]
            cell = self.cells[(self.cells["row"] == self.rows[int(row)]) & (self.cells["column"] == column)]
            if len(cell) and cell[self.fields[0]].iloc[0]:
                asked = {name: str(cell[name].iloc[0]) for name in self.fields}
                frame.go("alerts", **{name: value for name, value in asked.items() if value})
