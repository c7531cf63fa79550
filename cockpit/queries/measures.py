"""The registry of measures: one record each; pages name measures and repeat no formula."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from cockpit.queries.filters import DAY

Direction = Literal["up_good", "down_good", "neutral"]
Subject = Literal["complaint", "alert", "village"]
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Measure:
    """One measure: `scale` · numerator / denominator, both columns of a frame of counts.

    Without a denominator it is the numerator itself. `share` names the denominator's own measure where a
    figure must not be shown without it.
    """

    name: str
    label: str
    unit: str
    subject: Subject
    numerator: str
    denominator: str | None
    definition: str
    direction: Direction
    scale: float = 1
    decimals: int = 0
    share: str | None = None


MEASURES: dict[str, Measure] = {
    one.name: one
    for one in (
        Measure(
            "complaint_count",
            "投诉量",
            "件",
            "complaint",
            "complaint_count",
            None,
            "所选范围和期间内受理的投诉件数，按受理时间计。",
            "neutral",
        ),
        Measure(
            "complaint_rate",
            "每千人年投诉量",
            "件/千人·年",
            "complaint",
            "complaint_count",
            "person_years",
            "分子：期间内受理的投诉件数；分母：人口 × 期间年数；乘以 1,000。投诉多也可能说明渠道畅通。",
            "neutral",
            scale=1000,
            decimals=2,
        ),
        Measure(
            "closure_rate",
            "办结率",
            "%",
            "complaint",
            "closed_count",
            "complaint_count",
            "分子：期间内受理且已办结的投诉件数；分母：期间内受理的投诉件数。",
            "up_good",
            scale=100,
            decimals=1,
        ),
        Measure(
            "on_time_rate",
            "按期办结率",
            "%",
            "complaint",
            "on_time_count",
            "due_count",
            "分子：在期限内办结的投诉件数；分母：期间内受理、且已办结或已过期限的投诉件数；"
            "未到期限的未办结件不计入分母。",
            "up_good",
            scale=100,
            decimals=1,
        ),
        Measure(
            "complaint_open_count",
            "未办结投诉",
            "件",
            "complaint",
            "open_count",
            None,
            "期间内受理、截至数据时间尚未办结的投诉件数。",
            "down_good",
        ),
        Measure(
            "complaint_overdue_count",
            "超期未办结投诉",
            "件",
            "complaint",
            "overdue_count",
            None,
            "期间内受理、截至数据时间尚未办结且已过期限的投诉件数。",
            "down_good",
        ),
        Measure(
            "satisfaction_rate",
            "满意率",
            "%",
            "complaint",
            "satisfied_count",
            "rated_count",
            "分子：评价为 4 分或 5 分的投诉件数；分母：有评价的投诉件数。须与评价率同看。",
            "up_good",
            scale=100,
            decimals=1,
            share="response_rate",
        ),
        Measure(
            "response_rate",
            "评价率",
            "%",
            "complaint",
            "rated_count",
            "closed_count",
            "分子：有评价的投诉件数；分母：期间内受理且已办结的投诉件数。",
            "up_good",
            scale=100,
            decimals=1,
        ),
        Measure(
            "handling_days_mean",
            "平均办理天数",
            "天",
            "complaint",
            "handling_days_sum",
            "closed_count",
            "分子：已办结投诉从受理到办结的天数之和；分母：已办结的投诉件数；未办结件不计入。",
            "down_good",
            decimals=1,
        ),
        Measure(
            "alert_count",
            "预警量",
            "条",
            "alert",
            "alert_count",
            None,
            "所选范围和期间内产生的预警条数，按预警时间计。",
            "neutral",
        ),
        Measure(
            "alert_open_count",
            "未处置预警",
            "条",
            "alert",
            "open_count",
            None,
            "期间内产生、尚未处置的预警条数；本系统办理过的以办理结果为准，其余以数据时间为准。",
            "down_good",
        ),
        Measure(
            "alert_overdue_count",
            "超期未处置预警",
            "条",
            "alert",
            "overdue_count",
            None,
            "期间内产生、尚未处置且当前环节已过期限的预警条数；本系统办理过的以现在为准，其余以数据时间为准。",
            "down_good",
        ),
        Measure(
            "red_open_count",
            "未处置红色预警",
            "条",
            "alert",
            "red_open_count",
            None,
            "期间内产生、尚未处置的红色预警条数；本系统办理过的以办理结果为准，其余以数据时间为准。",
            "down_good",
        ),
        Measure(
            "verified_rate",
            "核查率",
            "%",
            "alert",
            "verified_count",
            "alert_count",
            "分子：已有核查结论的预警条数；分母：期间内产生的预警条数。",
            "up_good",
            scale=100,
            decimals=1,
        ),
        Measure(
            "substantiation_rate",
            "查实率",
            "%",
            "alert",
            "substantiated_count",
            "verified_count",
            "分子：结论为属实或部分属实的预警条数；分母：已有核查结论的预警条数。",
            "neutral",
            scale=100,
            decimals=1,
        ),
        Measure(
            "recovered",
            "追回金额",
            "元",
            "alert",
            "recovered_sum",
            None,
            "期间内产生的预警在处置中追回的金额之和。",
            "up_good",
        ),
        Measure(
            "persons",
            "处理人数",
            "人",
            "alert",
            "persons_sum",
            None,
            "期间内产生的预警在处置中处理的人数之和；同一人涉及多条预警的分别计入。",
            "neutral",
        ),
        Measure(
            "clue_rate",
            "转线索率",
            "%",
            "alert",
            "clue_count",
            "alert_count",
            "分子：曾转为问题线索的预警条数，不论何时转出；分母：期间内产生的预警条数。",
            "neutral",
            scale=100,
            decimals=1,
        ),
        Measure(
            "case_rate",
            "立案率",
            "%",
            "alert",
            "case_count",
            "alert_count",
            "分子：曾立案的预警条数，不论何时立案；分母：期间内产生的预警条数。",
            "neutral",
            scale=100,
            decimals=1,
        ),
        Measure(
            "sanction_rate",
            "处分率",
            "%",
            "alert",
            "sanction_count",
            "alert_count",
            "分子：曾给予党纪政务处分的预警条数，不论何时作出；分母：期间内产生的预警条数。",
            "neutral",
            scale=100,
            decimals=1,
        ),
        Measure(
            "sanctioned",
            "处分人数",
            "人",
            "alert",
            "sanctioned_sum",
            None,
            "期间内产生、曾给予党纪政务处分的预警所处理的人数之和；同一人涉及多条预警的分别计入。",
            "neutral",
        ),
        Measure(
            "sanctioned_per_clue",
            "处分人数与线索之比",
            "%",
            "alert",
            "sanctioned_sum",
            "clue_count",
            "分子：期间内产生的预警中的处分人数；分母：其中曾转为问题线索的条数。一条线索可以涉及多人，这是两个数之比，不是占比。",
            "neutral",
            scale=100,
            decimals=1,
        ),
        Measure(
            "recovery_share",
            "追回资金的预警占比",
            "%",
            "alert",
            "recovering_count",
            "alert_count",
            "分子：追回了资金的预警条数；分母：期间内产生的预警条数。",
            "up_good",
            scale=100,
            decimals=1,
        ),
        Measure(
            "coverage_rate",
            "村级覆盖率",
            "%",
            "village",
            "covered_count",
            "village_count",
            "分子：期间内六个业务模块中任一模块有记录的村数；分母：现有的村数。只表示有数据，不表示数据齐全。",
            "up_good",
            scale=100,
            decimals=2,
        ),
    )
}


def value(counts: Mapping[str, float], measure: Measure) -> float | None:
    """Return a measure of one set of counts, in its unit, unrounded; None where `evaluate` would give null."""
    numerator = _count(counts, measure.numerator)
    denominator = 1.0 if measure.denominator is None else _count(counts, measure.denominator)
    if numerator is None or not denominator or denominator < 0:
        return None
    return measure.scale * numerator / denominator


def _count(counts: Mapping[str, float], name: str) -> float | None:
    if name == "open_count" and name not in counts and "complaint_count" in counts:
        return counts["complaint_count"] - counts["closed_count"]
    return counts.get(name)


def evaluate(frame: pd.DataFrame, measure: Measure) -> pd.Series:
    """Return a measure for every row of a frame of counts, in its unit, unrounded.

    Null where the denominator is 0 or missing, or a column is not there; an empty frame gives an empty series.
    """
    numerator = _column(frame, measure.numerator)
    if measure.denominator is None:
        return (measure.scale * numerator).rename(measure.name)
    denominator = _column(frame, measure.denominator)
    return (measure.scale * numerator / denominator.where(denominator > 0)).rename(measure.name)


def with_person_years(frame: pd.DataFrame, start: date, end: date) -> pd.DataFrame:
    """Return the frame with `person_years`: its population times the length of a period, both days included."""
    return frame.assign(person_years=_column(frame, "population") * years(start, end))


def years(start: date, end: date) -> float:
    """Return the length of a period in years, both days included."""
    return (end - start + DAY).days / DAYS_A_YEAR


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return a column as floats, all null where the frame has none of it; what is open is what is not closed."""
    if name == "open_count" and name not in frame and "complaint_count" in frame:
        return _column(frame, "complaint_count") - _column(frame, "closed_count")
    if name not in frame:
        return pd.Series(float("nan"), index=frame.index, name=name)
    return frame[name].astype("float64")
