"""A table of counts, each of which opens the rows behind it; and how shares, persons and money are written."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from cockpit.analysis.rates import PER_CENT_BASE_MIN, wilson_interval
from cockpit.queries import AlertNarrowing, Filters
from cockpit.scope import Scope
from cockpit.ui import filters, frame, narrowing, wording
from cockpit.ui.analysis.panel import TABLE_HEIGHT, Panel

# With so large a base a second digit means something.
FINE_BASE_MIN = 10_000
# What a click on a count opens: a page and its parameters beside the filters.
Link = tuple[str, Mapping[str, str]]
# The counts of alerts, and the list behind each.
ALERT_COUNTS: dict[str, tuple[str, AlertNarrowing]] = {
    "alert_count": ("预警（条）", AlertNarrowing()),
    "verified_count": ("已核查", AlertNarrowing(finding="verified")),
    "substantiated_count": ("查实", AlertNarrowing(finding="confirmed")),
    "clue_count": ("转问题线索", AlertNarrowing(has_clue=True)),
    "case_count": ("立案", AlertNarrowing(has_case=True)),
    "sanction_count": ("党纪政务处分", AlertNarrowing(has_sanction=True)),
    "sanctioned_sum": ("处分人数", AlertNarrowing(has_sanction=True)),
    "persons_sum": ("处理人数", AlertNarrowing(has_persons=True)),
    "recovered_sum": ("追回（万元）", AlertNarrowing(has_recovered=True)),
}
# This page, and the parameters that are its own.
HERE = "effect"
OWN = ("section", "kind", "kind_level", "done", "document", "state", "document_page")
# A year of months and what they add up to stand in sight.
ROWS_IN_SIGHT = 16
PERSONS = ("sanctioned_sum", "persons_sum")


@dataclass(frozen=True)
class CountTable(Panel):
    """A panel whose table opens rows cell by cell: `links` has, for each row, what the columns open."""

    links: tuple[Mapping[str, Link], ...] = ()

    def _chart(self, scope: Scope) -> dict[str, str]:
        st.dataframe(
            written(self.chart),
            hide_index=True,
            height="content" if len(self.chart) <= ROWS_IN_SIGHT else TABLE_HEIGHT,
            column_config={name: st.column_config.Column(width=width) for name, width in self.widths},
            on_select=partial(self._choose, scope),
            selection_mode="single-cell",
            key=self.key,
            alt=self.title,
        )
        # Taken up once: what is selected stays selected when people come back.
        link: Link | None = st.session_state.pop(f"{self.key}-opens", None)
        if link:
            frame.go(link[0], **link[1])
        return {}

    def _choose(self, scope: Scope) -> None:
        for row, column in st.session_state[self.key].selection.cells:
            # What was selected may be gone.
            link = self.links[int(row)].get(column) if int(row) < len(self.links) else None
            if link and link[0] == HERE:
                show(scope, link[1])
            elif link:
                st.session_state[f"{self.key}-opens"] = link


def show(scope: Scope, parameters: Mapping[str, str]) -> None:
    """Narrow this page to parameters of the address; for callbacks."""
    if "region" in parameters:
        filters.change(scope, region=parameters["region"])
    for name in OWN:
        if name in parameters:
            st.query_params[name] = parameters[name]
        else:
            st.query_params.pop(name, None)


def alerts(asked: AlertNarrowing, **more: str) -> Link:
    """Return what opens the list of alerts narrowed so."""
    return "alerts", {**narrowing.address(asked), **more}


def share(successes: float, trials: float) -> str:
    """Write a share with its 95 % interval (Wilson, 1927); under a base of 10 the counts alone."""
    if not trials:
        return wording.NOTHING
    if trials < PER_CENT_BASE_MIN:
        return f"{successes:,.0f}/{trials:,.0f}"
    low, high = wilson_interval(int(successes), int(trials))
    return f"{per_cent(successes, trials)}（{100 * low:.1f}–{100 * high:.1f}）"


def per_cent(above: float, below: float, decimals: int | None = None) -> str:
    """Write a ratio in per cent, of a large base to the hundredth; under a base of 10 the numbers themselves."""
    if decimals is None:
        decimals = 2 if below >= FINE_BASE_MIN else 1
    if not below:
        return wording.NOTHING
    if below < PER_CENT_BASE_MIN:
        return f"{above:,.0f}/{below:,.0f}"
    return f"{100 * above / below:.{decimals}f}%"


def persons(count: float) -> str:
    """Write a number of persons; from one to four they are not told."""
    return wording.persons(int(count)) if count else "0"


def money(label: str, yuan: float) -> tuple[str, str]:
    """Write a label with the unit of an amount, and the amount: from 10,000 yuan up in 万元, to the hundredth."""
    if abs(yuan) >= 10_000:
        return f"{label}（万元）", f"{yuan / 10_000:,.2f}"
    return f"{label}（元）", f"{yuan:,.0f}"


def shown(name: str, count: float) -> object:
    """Write one of ALERT_COUNTS as a table has it; numbers stay numbers where they can."""
    if name in PERSONS:
        return persons(count)
    return round(count / 10_000, 2) if name == "recovered_sum" else int(count)


def written(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its numbers written out, for people to read; exports keep the numbers."""
    return rows.map(
        lambda cell: cell if isinstance(cell, str) else wording.exact(cell) if cell is not None else ""
    )


def period_of(chosen: Filters) -> str:
    """Write the months of filters in force."""
    return f"{chosen.start:%Y-%m} 至 {chosen.end:%Y-%m}"
