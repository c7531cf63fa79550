"""Cards: one measure with its changes and its definition at hand."""

import pandas as pd
import streamlit as st

from cockpit.queries.measures import Measure, evaluate
from cockpit.ui import wording

PERCENT_BASE_MIN = 10


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
    """Say how a measure changed: points for a per cent, per cent for a count; counts only under a base of 10."""
    value, base = evaluate(now, measure).iloc[0], evaluate(before, measure).iloc[0]
    if pd.isna(value) or pd.isna(base):
        return None
    if measure.unit == "%":
        small = min(_base(measure, now), _base(measure, before)) < PERCENT_BASE_MIN
        return None if small else f"{value - base:+.1f} 个百分点"
    if base < PERCENT_BASE_MIN:
        return f"{value - base:+,.{measure.decimals}f}"
    return f"{100 * (value - base) / base:+.1f}%"


def card(measure: Measure, now: pd.DataFrame, previous: pd.DataFrame, last_year: pd.DataFrame) -> None:
    """Draw a measure's value, its change on the period before (环比) and on the year before (同比)."""
    period = change(measure, now, previous)
    year = change(measure, now, last_year)
    colour = {"up_good": "normal", "down_good": "inverse"}.get(measure.direction, "off")
    unit = f"（{measure.unit}）" if measure.unit != "%" else ""
    st.metric(
        f"{measure.label}{unit}",
        _value(measure, now),
        period or "—",
        delta_color=colour if period else "off",
        delta_arrow="auto" if period else "off",
        delta_description=f"环比 · 同比 {year or '—'}",
        help=measure.definition,
        border=True,
        height="stretch",
    )
