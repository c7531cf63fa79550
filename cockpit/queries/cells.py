"""Counted cells of one subject: sums of them by period and key, without the cost of a frame for each step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cockpit.queries.filters import Period
from cockpit.queries.target import TOTAL, Focus

Columns = Mapping[str, NDArray[Any]]
Rows = NDArray[np.intp]
Counts = NDArray[np.float64]


@dataclass(frozen=True)
class Cells:
    """Keys and counts of cells (`counts`: cells by `names`), the rows of the focus by period, and of its parts now."""

    keys: Columns
    names: tuple[str, ...]
    counts: Counts
    total_rows: Mapping[str, Rows]
    part_rows: Rows

    def total(self, period: str) -> pd.DataFrame:
        """Return one row of counts for the whole focus."""
        return self.frame(self.sum(period)[None, :])

    def sum(self, period: str) -> Counts:
        """Return the counts of the whole focus."""
        sums: Counts = self.counts[self.total_rows[period]].sum(axis=0)
        return sums

    def by(self, period: str, *keys: str) -> pd.DataFrame:
        """Return a row of counts per value of the keys met in a period, in their order."""
        summed = self._summed(self.total_rows[period], keys)
        values = sorted(summed)
        shown = {
            key: np.array([value[position] for value in values], dtype=self.keys[key].dtype)
            for position, key in enumerate(keys)
        }
        return self.frame(self.at(summed, values), shown)

    def by_value(self, period: str, key: str) -> dict[Any, Counts]:
        """Return the counts per value of one key in a period."""
        return {value: counts for (value,), counts in self._summed(self.total_rows[period], (key,)).items()}

    def by_part(self) -> dict[str, Counts]:
        """Return the counts per part of the focus."""
        return {area: counts for (area,), counts in self._summed(self.part_rows, ("area",)).items()}

    def at(self, summed: Mapping[Any, Counts], values: Iterable[Any]) -> Counts:
        """Return the counts of some values in their order, zeros for those without any."""
        nothing = np.zeros(len(self.names))
        return np.array([summed.get(value, nothing) for value in values]).reshape(-1, len(self.names))

    def frame(self, counts: Counts, shown: Mapping[str, object] | None = None) -> pd.DataFrame:
        """Return counts as a frame, columns of their keys before them."""
        if shown is None:
            return pd.DataFrame(counts, columns=_index(self.names))
        return pd.DataFrame({**shown, **dict(zip(self.names, counts.T, strict=True))}, copy=False)

    def _summed(self, rows: Rows, keys: Sequence[str]) -> dict[tuple[Any, ...], Counts]:
        groups: dict[tuple[Any, ...], int] = {}
        labels = zip(*(self.keys[key][rows].tolist() for key in keys), strict=True)
        places = [groups.setdefault(label, len(groups)) for label in labels]
        sums = np.zeros((len(groups), len(self.names)))
        np.add.at(sums, places, self.counts[rows])
        return dict(zip(groups, sums, strict=True))


def of_months(columns: Columns, names: tuple[str, ...], focus: Focus, periods: Mapping[str, Period]) -> Cells:
    """Return cells of rows per month of the roots and of the parts; several roots are their own parts."""
    months, is_part = columns["month"], columns["is_part"]
    within = {
        name: (months >= np.datetime64(start)) & (months <= np.datetime64(end))
        for name, (start, end) in periods.items()
    }
    rows = {name: np.flatnonzero(inside & ~is_part) for name, inside in within.items()}
    parts = rows["now"] if focus.code is None else np.flatnonzero(within["now"] & is_part)
    keys = {**columns, "area": columns["region_code"]}
    return Cells(keys, names, _matrix(columns, names), rows, parts)


def of_periods(columns: Columns, names: tuple[str, ...], periods: Mapping[str, Period]) -> Cells:
    """Return cells of rows whose area and period SQL has already told."""
    is_total = columns["area"] == TOTAL
    rows = {name: np.flatnonzero(is_total & (columns["period"] == name)) for name in periods}
    return Cells(columns, names, _matrix(columns, names), rows, np.flatnonzero(~is_total))


def _matrix(columns: Columns, names: tuple[str, ...]) -> Counts:
    return np.column_stack([columns[name] for name in names]).astype(np.float64)


@cache
def _index(names: tuple[str, ...]) -> pd.Index:
    return pd.Index(names)
