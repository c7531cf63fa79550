"""Cards: one measure with its changes and its definition at hand."""

from typing import Literal

import pandas as pd
import streamlit as st

from cockpit.queries.measures import Direction, Measure, evaluate
from cockpit.ui import wording

PERCENT_BASE_MIN = 10
COLOURS: dict[Direction, Literal["normal", "inverse", "off"]] = {
    "up_good": "normal",
    "down_good": "inverse",
    "neutral": "off",
}
LEGEND = "箭头后为环比（与之前同样长的期间比），其后为同比；“点”为百分点；基数不足 10 时不计百分比。"


def _base(measure: Measure, row: pd.DataFrame) -> float:
    """Return what a per cent of this measure would be taken of."""
    column = measure.denominator or measure.numerator
    return float(row[column].sum()) if column in row else 0.0


def _value(measure: Measure, row: pd.DataFrame) -> str:
    if measure.unit == "%" and 0 < _base(measure, row) < PERCENT_BASE_MIN:
        return f"{row[measure.numerator].sum():.0f}/{_base(measure, row):.0f}"
    shown = wording.number(evaluate(row, measure).iloc[0], measure.decimals)
    return shown if shown == wording.NOTHING or measure.unit != "%" else f"{shown}%"


def change(measure: Measure, now: pd.DataFrame, before: pd.DataFrame) -> str | None:
    """Say how a measure changed: points for a per cent, else per cent, or the count under a base of 10."""
    value, base = evaluate(now, measure).iloc[0], evaluate(before, measure).iloc[0]
    if pd.isna(value) or pd.isna(base):
        return None
    if measure.unit == "%":
        small = min(_base(measure, now), _base(measure, before)) < PERCENT_BASE_MIN
        return None if small else f"{value - base:+.1f} 点"
    if base < PERCENT_BASE_MIN:
        return f"{value - base:+,.{measure.decimals}f}"
    return f"{100 * (value - base) / base:+.1f}%"


def card(measure: Measure, now: pd.DataFrame, previous: pd.DataFrame, last_year: pd.DataFrame) -> None:
    """Draw a measure's value, its change on the period before (环比) and on the year before (同比).

    Where both are the same period, the same frame is given for both, and the change stands once.
    """
    period = change(measure, now, previous)
    year = change(measure, now, last_year)
    unit = f"（{measure.unit}）" if measure.unit != "%" else ""
    st.metric(
        f"{measure.label}{unit}",
        _value(measure, now),
        period or "—",
        delta_color=COLOURS[measure.direction] if period else "off",
        delta_arrow="auto" if period else "off",
        delta_description="同比" if previous is last_year else f"同比 {year or '—'}",
        help=measure.definition,
        border=True,
        height="stretch",
    )
