"""What places are coloured by: five figures, each with its definition, its classes and their marks."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from cockpit.analysis.classes import MISSING, ZERO, classes
from cockpit.analysis.rates import empirical_bayes
from cockpit.analysis.shrinkage import shrunken_shares
from cockpit.ui import wording

# A class is told by how high its mark is, not by its colour alone.
MARKS = {1: ("▆",), 2: ("▂", "▇"), 3: ("▂", "▅", "█"), 4: ("▂", "▄", "▆", "█"), 5: ("▁", "▃", "▅", "▆", "█")}
ZERO_MARK, MISSING_MARK = "○", "—"
SHRUNKEN = "小基数地区向全体收缩，故不会因一两条而极高或极低"


@dataclass(frozen=True)
class Colour:
    """One figure: counts of a column, a share of two columns, or a rate per resident and year."""

    label: str
    unit: str
    kind: Literal["count", "share", "rate"]
    numerator: str
    denominator: str | None
    definition: str
    decimals: int = 0


COLOURS: dict[str, Colour] = {
    "open": Colour(
        "未处置",
        "条",
        "count",
        "open_count",
        None,
        "期间内产生、尚未处置的预警条数；本系统办理过的以办理结果为准。",
    ),
    "overdue": Colour(
        "超期", "条", "count", "overdue_count", None, "期间内产生、尚未处置且当前环节已过期限的预警条数。"
    ),
    "substantiated": Colour(
        "查实率",
        "%",
        "share",
        "substantiated_count",
        "verified_count",
        f"分子：结论为属实或部分属实的预警；分母：已有核查结论的预警。经验贝叶斯（β-二项，Kleinman 1973）平滑：{SHRUNKEN}。",
        1,
    ),
    "red": Colour(
        "红色占比",
        "%",
        "share",
        "red_count",
        "alert_count",
        f"分子：红色预警；分母：期间内产生的预警。经验贝叶斯（β-二项，Kleinman 1973）平滑：{SHRUNKEN}。",
        1,
    ),
    "exposure": Colour(
        "每千人年",
        "条/千人·年",
        "rate",
        "alert_count",
        None,
        f"分子：期间内产生的预警；分母：人口×期间年数；乘以 1,000。经验贝叶斯（Marshall 1991）平滑：{SHRUNKEN}。",
        2,
    ),
}


@dataclass(frozen=True)
class Coloured:
    """The value of each place (nan: no base), its class, the marks and numbers of the legend."""

    values: "pd.Series[float]"
    of: "pd.Series[int]"
    legend: tuple[tuple[str, str, int], ...]


def coloured(places: pd.DataFrame, colour: Colour, years: float) -> Coloured:
    """Return the figure of each place and its class; `legend` has a mark, its range in words, and how many places.

    Places without the base of a share or rate have no value.
    """
    values = _values(places, colour, years)
    found = classes(values)
    marks = MARKS.get(len(found.ends), ())
    legend = [(ZERO_MARK, "0", int((found.of == ZERO).sum()))]
    for number, (mark, (low, high)) in enumerate(zip(marks, found.ends, strict=True), start=1):
        ends = [f"{end:,.{colour.decimals}f}" for end in (low, high)]
        legend.append(
            (mark, ends[0] if ends[0] == ends[1] else "–".join(ends), int((found.of == number).sum()))
        )
    legend.append(
        (MISSING_MARK, "无基数" if colour.kind != "count" else "无数据", int((found.of == MISSING).sum()))
    )
    return Coloured(
        pd.Series(values, index=places.index),
        pd.Series(found.of, index=places.index),
        tuple(one for one in legend if one[2]),
    )


def _values(
    places: pd.DataFrame, colour: Colour, years: float
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    above = places[colour.numerator].to_numpy(float)
    if colour.kind == "count" or not len(places):
        return above
    if colour.kind == "share":
        below = places[str(colour.denominator)].to_numpy(float)
        return np.where(below > 0, 100 * shrunken_shares(above, below)["share"].to_numpy(), np.nan)
    exposure = np.nan_to_num(places["population"].to_numpy(float)) * years
    rates = np.full(len(places), np.nan)
    has = exposure > 0
    rates[has] = 1000 * empirical_bayes(above[has], exposure[has])["rate"].to_numpy()
    return rates


def mark(of: int, count: int) -> str:
    """Return the mark of a class among so many."""
    return {MISSING: MISSING_MARK, ZERO: ZERO_MARK}.get(of) or MARKS[count][of - 1]


def written(value: float, colour: Colour) -> str:
    """Write a value with its unit."""
    if pd.isna(value):
        return wording.NOTHING
    return f"{value:,.{colour.decimals}f}{'' if colour.unit == '%' else ' '}{colour.unit}"
