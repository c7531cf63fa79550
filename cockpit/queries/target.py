"""What a counting query is to count: regions and periods as whole months in roll-ups and edge days in facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cockpit import region_code
from cockpit.queries.filters import DAY, Period, add_months

TOTAL = ""
NO_REGION = "~"
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True)
class Focus:
    """The regions counted together (`roots`) and the parts they are shown in; both empty out of scope."""

    roots: tuple[str, ...]
    parts: tuple[str, ...]

    @property
    def code(self) -> str | None:
        """The one region in focus, None for several."""
        return self.roots[0] if len(self.roots) == 1 else None


def targets(
    focus: Focus, total: Mapping[str, Period], parts: Mapping[str, Period], *, has_rest: bool = True
) -> dict[str, object]:
    """Return the parameters `targets`, `edges` and `bound` of complaint_cell and alert_cell.

    `total` and `parts` name the periods counted for the focus as a whole (area `TOTAL`) and for its
    parts (area: the code). Where parts are counted for one focus, what they leave of it is counted under
    the code of the focus, unless `has_rest` is false: the focus with sign 1, each part with sign -1.
    """
    asked: list[tuple[str, str, int, str, Period]] = []
    for name, period in total.items():
        asked += [(TOTAL, name, 1, code, period) for code in focus.roots]
    for name, period in parts.items():
        asked += [(code, name, 1, code, period) for code in focus.parts]
        if focus.code is not None and has_rest:
            asked.append((focus.code, name, 1, focus.code, period))
            asked += [(focus.code, name, -1, code, period) for code in focus.parts]
    months = [_month_target(*one) for one in asked]
    edges = [edge for one in asked for edge in _edges(*one)]
    return {
        "targets": months or [_month_target(TOTAL, "", 0, "", (LAST_DAY, FIRST_DAY))],
        "edges": edges or [_edge(TOTAL, "", 0, "", FIRST_DAY, FIRST_DAY)],
        "bound": {
            "level_low": min((str(one["level"]) for one in months), default="~"),
            "level_high": max((str(one["level"]) for one in months), default=""),
            "region_low": min((one[3] for one in asked), default=NO_REGION),
            "region_high": max((region_code.bounds(one[3])[1] for one in asked), default=""),
            "has_edge": bool(edges),
        },
    }


def _month_target(area: str, name: str, sign: int, code: str, period: Period) -> dict[str, object]:
    first, after = whole_months(*period)
    return {
        "area": area,
        "period": name,
        "sign": sign,
        "level": region_code.level(code) if code else "",
        "region_code": code,
        "month_low": first,
        "month_high": after - DAY,
    }


def _edges(area: str, name: str, sign: int, code: str, period: Period) -> list[dict[str, object]]:
    return [_edge(area, name, sign, code, since, until) for since, until in edge_days(*period)]


def _edge(area: str, name: str, sign: int, code: str, since: date, until: date) -> dict[str, object]:
    low, high = region_code.bounds(code) if code else (NO_REGION, "")
    return {
        "area": area,
        "period": name,
        "sign": sign,
        "region_low": low,
        "region_high": high,
        "month": since.replace(day=1),
        "since": since,
        "until": until,
    }


def whole_months(start: date, end: date) -> Period:
    """Return the first day of the first month wholly inside a period, and the day after the last one."""
    first = start if start.day == 1 else add_months(start.replace(day=1), 1)
    return first, (end + DAY).replace(day=1)


def edge_days(start: date, end: date) -> Sequence[Period]:
    """Return the days outside whole months as at most two runs inside one month, the end not included."""
    first, after = whole_months(start, end)
    until = end + timedelta(days=1)
    runs = [(start, min(first, until)), (max(after, first), until)]
    return [(since, to) for since, to in runs if since < to]
