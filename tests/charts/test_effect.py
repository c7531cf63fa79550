"""The charts of 监督成效 are valid, hold what was given, and tell by shape and word what colour tells."""

from typing import Any

import pandas as pd
import pytest

from cockpit.charts import cohort_rate, reached
from tests.charts.test_specs import data, schema

MONTHS = pd.DataFrame(
    {
        "month": ["2026-08", "2026-09", "2026-10"],
        "successes": [5, 20, 3],
        "trials": [10, 40, 4],
        "share": [0.5, 0.5, float("nan")],
        "low": [0.2, 0.4, float("nan")],
        "high": [0.8, 0.6, float("nan")],
        "is_mature": [True, False, False],
    }
)
STAGES = pd.DataFrame(
    {"label": ["预警", "分办", "核查"], "reached_count": [10, 7, 4], "alert_count": [3, 3, 4]}
)


def rate(rows: pd.DataFrame) -> dict[str, Any]:
    return cohort_rate.cohort_rate(
        rows, target=0.45 if len(rows) else None, what="查实率", trials_name="已核查"
    )


@pytest.mark.parametrize("count", [3, 1, 0])
def test_specifications_are_valid(count: int) -> None:
    for spec in (rate(MONTHS.head(count)), reached.reached(STAGES.head(count))):
        assert not list(schema().iter_errors(spec))


def test_months_without_a_base_are_left_out_and_young_ones_marked() -> None:
    drawn = [row for row in data(rate(MONTHS)) if "month" in row]
    assert [(row["month"], row["share"], row["ripe"]) for row in drawn] == [
        ("2026-08", 50, cohort_rate.RIPE),
        ("2026-09", 50, cohort_rate.UNRIPE),
    ]
    point = rate(MONTHS)["layer"][0]["layer"][2]["encoding"]
    assert len(set(point["shape"]["scale"]["range"])) == 2


def test_a_bar_is_as_long_as_what_came_so_far() -> None:
    rows = data(reached.reached(STAGES))
    sums = pd.DataFrame(rows).groupby("label", sort=False)["count"].sum()
    assert sums.to_dict() == {"预警": 10, "分办": 7, "核查": 4}
