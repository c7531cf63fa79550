"""Cards: one measure with its changes and its definition at hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from cockpit.analysis.rates import PER_CENT_BASE_MIN
from cockpit.queries.measures import Direction, Measure, value
from cockpit.ui import wording

COLOURS: dict[Direction, Literal["normal", "inverse", "off"]] = {
    "up_good": "normal",
    "down_good": "inverse",
    "neutral": "off",
}
# By whether the period before is that of the year before.
LEGENDS = {
    False: "箭头后为环比（与之前同样长的期间比），其后为同比；“点”为百分点；基数不足 10 时不计百分比。",
    True: "箭头后为同比，期间满 12 个月时环比与之相同；“点”为百分点；基数不足 10 时不计百分比。",
}


Counts = Mapping[str, float]


def _base(measure: Measure, counts: Counts) -> float:
    """Return what a per cent of this measure would be taken of."""
    return counts.get(measure.denominator or measure.numerator, 0)


def _shown(measure: Measure, counts: Counts) -> str:
    if measure.unit == "%" and 0 < _base(measure, counts) < PER_CENT_BASE_MIN:
        return f"{counts[measure.numerator]:.0f}/{_base(measure, counts):.0f}"
    shown = wording.number(value(counts, measure), measure.decimals)
    if shown == wording.NOTHING:
        return shown
    return f"{shown}{'' if measure.unit == '%' or shown.endswith('万') else ' '}{measure.unit}"


def change(measure: Measure, now: Counts, before: Counts) -> str | None:
    """Say how a measure changed: points for a per cent, else per cent, or the count under a base of 10."""
    later, base = value(now, measure), value(before, measure)
    if later is None or base is None:
        return None
    if measure.unit == "%":
        small = min(_base(measure, now), _base(measure, before)) < PER_CENT_BASE_MIN
        return None if small else _signed(later - base, 1, " 点")
    if base < PER_CENT_BASE_MIN:
        return _signed(later - base, measure.decimals, "")
    return _signed(100 * (later - base) / base, 1, "%")


def _signed(difference: float, decimals: int, unit: str) -> str:
    """Write a change with its sign; what rounds to nothing as a plain 0, which Streamlit draws grey."""
    return f"{difference:+,.{decimals}f}{unit}" if round(difference, decimals) else "0"


@dataclass(frozen=True)
class Card:
    """One measure as it is drawn: its words, its changes, its definition."""

    label: str
    value: str
    period: str | None
    description: str
    colour: Literal["normal", "inverse", "off"]
    definition: str

    def draw(self) -> None:
        """Draw the card."""
        st.metric(
            self.label,
            self.value,
            self.period or wording.NOTHING,
            delta_color=self.colour if self.period else "off",
            delta_arrow="auto" if self.period else "off",
            delta_description=self.description,
            help=self.definition,
            border=True,
            height="stretch",
        )


def card(measure: Measure, now: Counts, previous: Counts, last_year: Counts | None) -> Card:
    """Return a measure's card with its change on the period before (环比) and on the year before (同比).

    `last_year` is None where that is the period before: the change then stands once.
    """
    year = "" if last_year is None else f" {change(measure, now, last_year) or wording.NOTHING}"
    return Card(
        measure.label,
        _shown(measure, now),
        change(measure, now, previous),
        f"同比{year}",
        COLOURS[measure.direction],
        measure.definition,
    )
