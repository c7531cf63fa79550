"""Rows by columns of counts, each cell to be clicked; and bars of counts with what stands out of them."""

from collections.abc import Sequence

import pandas as pd

from cockpit.charts.theme import ACCENT, HIGH, MUTED, PICK, SEQUENCE, Spec, chart, records

ROW_HEIGHT = 26
# In two lines, so that a telephone shows a dozen columns: at a dash, a blank, or in the middle.
LABEL = (
    "indexof(datum.label, ' ') > 0 ? split(datum.label, ' ') : indexof(datum.label, '-') > 0 ? split(datum.label, '-')"
    " : [slice(datum.label, 0, floor(length(datum.label) / 2)), slice(datum.label, floor(length(datum.label) / 2))]"
)


def heat_cells(
    cells: pd.DataFrame,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    fields: Sequence[str],
    what: str,
    unit: str,
    row_title: str = "",
    full: float | None = None,
) -> Spec:
    """Draw one square a cell, its words in it, darker with more; one without a value is blank.

    `cells` has `row, column` (labels), `count` (nan for words alone), `words`, `note` (shown on hover) and the `fields` a click
    reports. `rows` and `columns` are the labels from the top and the left, `full` the darkest count (the highest). Empty input gives axes alone.
    """
    x = {
        "field": "column",
        "type": "ordinal",
        "sort": list(columns),
        "scale": {"domain": list(columns), "paddingInner": 0.05},
        "axis": {
            "orient": "top",
            "title": None,
            "labelAngle": 0,
            "labelExpr": LABEL,
            "labelLineHeight": 12,
            "labelOverlap": False,
            "ticks": False,
            "domain": False,
            "labelFontSize": 11,
        },
    }
    y = {
        "field": "row",
        "type": "ordinal",
        "sort": list(rows),
        "scale": {"domain": list(rows), "paddingInner": 0.08},
        "axis": {"title": None, "labelOverlap": False, "ticks": False, "domain": False, "labelLimit": 130},
    }
    tooltip = [
        {"field": "row", "title": row_title or ("地区" if what == "预警" else "环节")},
        {"field": "column", "title": "列"},
        {"field": "words", "title": f"{what}（{unit}）" if unit else what},
        {"field": "note", "title": "说明"},
    ]
    said = cells["row"] + " " + cells["column"] + "：" + cells["words"] + f" {unit}{what}，" + cells["note"]
    drawn = cells.assign(said=said, count=cells["count"].astype(object).where(cells["count"].notna(), None))
    most = full or max((value for value in drawn["count"] if value is not None), default=0)
    view: Spec = {
        "encoding": {"x": x, "y": y, "tooltip": tooltip},
        "layer": [
            {
                "mark": {"type": "rect", "cornerRadius": 2, "aria": False},
                "encoding": {
                    "color": {
                        "condition": {"test": "!isValid(datum.count)", "value": "rgba(128, 140, 160, 0.10)"},
                        "field": "count",
                        "type": "quantitative",
                        "scale": {"range": SEQUENCE, "domainMin": 0, "domainMax": most or 1},
                        "legend": None,
                    }
                },
            },
            {
                "mark": {"type": "text", "fontSize": 12, "aria": False},
                "encoding": {
                    "text": {"field": "words"},
                    "color": {
                        "condition": [
                            {
                                "test": f"isValid(datum.count) && datum.count > {0.55 * most}",
                                "value": "#ffffff",
                            },
                            {"test": "!isValid(datum.count)", "value": "#6f7f95"},
                        ],
                        "value": "#1b2430",
                    },
                },
            },
            _picked("rect", fields, {"description": {"field": "said"}}),
        ],
    }
    return chart(60 + ROW_HEIGHT * max(1, len(rows)), records(drawn), view)


def heat_bars(
    bars: pd.DataFrame, *, fields: Sequence[str], all_label: str, part_label: str, unit: str
) -> Spec:
    """Draw one bar a row, the part that stands out (hatched by a darker inset and told in words) inside it.

    `bars` has `name, all, part, words` and the `fields` a click reports, in order. Empty input gives an empty chart.
    """
    order = bars["name"].tolist()
    y = {
        "field": "name",
        "type": "nominal",
        "sort": order,
        "scale": {"domain": order},
        "title": None,
        "axis": {"labelOverlap": False, "labelLimit": 170},
    }
    tooltip = [
        {"field": "name", "title": "名称"},
        {"field": "all", "format": ",", "title": f"{all_label}（{unit}）"},
        {"field": "part", "format": ",", "title": f"{part_label}（{unit}）"},
        {"field": "words", "title": "说明"},
    ]
    view: Spec = {
        "encoding": {"y": y, "tooltip": tooltip},
        "layer": [
            {
                "mark": {"type": "bar", "color": MUTED, "opacity": 0.75, "aria": False},
                "encoding": {
                    "x": {
                        "field": "all",
                        "type": "quantitative",
                        "title": f"{all_label}（浅）与其中{part_label}（深）（{unit}）",
                    }
                },
            },
            {
                "mark": {
                    "type": "bar",
                    "color": HIGH if part_label.startswith("超期") else ACCENT,
                    "aria": False,
                    "height": {"band": 0.4},
                },
                "encoding": {"x": {"field": "part", "type": "quantitative"}},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 5, "aria": False},
                "encoding": {"x": {"field": "all", "type": "quantitative"}, "text": {"field": "words"}},
            },
            _picked(
                "bar",
                fields,
                {"x": {"field": "all", "type": "quantitative"}, "description": {"field": "said"}},
            ),
        ],
    }
    return chart(
        70 + ROW_HEIGHT * max(2, len(order)),
        records(bars.assign(said=bars["name"] + "：" + bars["words"])),
        view,
    )


def _picked(mark: str, fields: Sequence[str], encoding: Spec) -> Spec:
    """Return marks that nobody sees, over all others: words would take the click from what lies beneath them."""
    return {
        "mark": {"type": mark, "opacity": 0.01, "color": "#ffffff", "cursor": "pointer"},
        "params": [{"name": PICK, "select": {"type": "point", "fields": list(fields), "toggle": False}}],
        "encoding": encoding,
    }
