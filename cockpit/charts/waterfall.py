"""What each part adds to the change between two totals."""

import pandas as pd

from cockpit.charts.theme import ACCENT, HIGH, LOW, Spec, chart, pick, records

KINDS = {"total": "合计", "more": "增加", "less": "减少"}
MARKS = {1: " ▲", -1: " ▼", 0: ""}


def waterfall(
    steps: pd.DataFrame, *, before: float, now: float, before_name: str, unit: str, height: int = 380
) -> Spec:
    """Draw the total before, one step a part, the total now; ▲ and ▼ stand at steps that are more than chance.

    `steps` has `code, name, before, now, change, start, end, percent, direction`, in order. A click on a step reports
    `code`. Empty input gives the two totals.
    """
    rows = [
        {
            "code": "",
            "name": before_name,
            "low": 0,
            "high": before,
            "kind": KINDS["total"],
            "text": f"{before:,.0f}",
        },
        *(
            {
                "code": row["code"],
                "name": row["name"],
                "low": min(row["start"], row["end"]),
                "high": max(row["start"], row["end"]),
                "kind": KINDS["more" if row["change"] > 0 else "less"],
                "text": f"{row['change']:+,.0f}{_percent(row['percent'])}{MARKS[row['direction']]}",
                "before": row["before"],
                "now": row["now"],
            }
            for row in records(steps)
        ),
        {
            "code": "",
            "name": "本期合计",
            "low": 0,
            "high": now,
            "kind": KINDS["total"],
            "text": f"{now:,.0f}",
        },
    ]
    steps_at = [row[end] for row in rows[1:-1] for end in ("low", "high")]
    low, high = min([before, now, *steps_at]), max([before, now, *steps_at])
    room = max(high - low, 1)
    # Far from zero the steps would be slivers: the axis then begins below the lowest of them.
    least = max(0.0, low - 0.3 * room) if low > room else 0.0
    for row in rows:
        row["low"] = max(row["low"], least)
    y = {
        "field": "name",
        "type": "nominal",
        "sort": [row["name"] for row in rows],
        "title": None,
        "axis": {"labelOverlap": False},
    }
    view: Spec = {
        "encoding": {
            "y": y,
            "tooltip": [
                {"field": "name", "title": "名称"},
                {"field": "before", "type": "quantitative", "format": ",", "title": f"对比期（{unit}）"},
                {"field": "now", "type": "quantitative", "format": ",", "title": f"本期（{unit}）"},
                {"field": "text", "title": "变化"},
            ],
        },
        "layer": [
            {
                "mark": {"type": "bar", "cursor": "pointer"},
                "params": [pick("code")],
                "encoding": {
                    "x": {
                        "field": "low",
                        "type": "quantitative",
                        "title": unit if not least else f"{unit}（横轴不从零开始）",
                        "scale": {"domain": [least, high + 0.6 * room], "zero": False, "nice": False},
                    },
                    "x2": {"field": "high"},
                    "color": {
                        "field": "kind",
                        "type": "nominal",
                        "scale": {"domain": list(KINDS.values()), "range": [ACCENT, HIGH, LOW]},
                        "legend": {"orient": "top", "title": None},
                    },
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 5},
                "encoding": {"x": {"field": "high", "type": "quantitative"}, "text": {"field": "text"}},
            },
        ],
    }
    return chart(height, rows, view)


def _percent(value: float | None) -> str:
    return "" if value is None or pd.isna(value) else f"（{value:+.0f}%）"
