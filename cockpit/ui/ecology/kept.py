"""What the sections of 政治生态 share: ratings kept by build, the month and tier chosen, grades in words, what opens a place."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from cockpit import region_code
from cockpit.charts.grade import MARKS
from cockpit.charts.theme import PICK
from cockpit.error import CockpitError
from cockpit.queries import rating
from cockpit.queries.rating import Target
from cockpit.rating_rules import GREY_REASONS, Version, in_force
from cockpit.scope import ALL, Scope
from cockpit.ui import cached, filters, wording
from cockpit.ui.analysis.choice import choice

UNIT = "unit"
TIERS = {"city": "市", "county": "县", "town": "乡镇", "village": "村", UNIT: "单位"}
# The tier drawn first, by the level of the focus.
FIRST = {"province": "county", "city": "town", "county": "town", "town": "village", "village": "village"}
LIMITS = "等级按全部行业、评价月止的 12 个月计算。"
# More would be neither read nor sent.
CHOICES_MAX = 400
# Parameters of the address.
PLACE, MONTH, SECTION = "place", "rated", "section"


@cached.by_build
def months(scope: Scope) -> tuple[date, ...]:
    """Return the months with ratings, the newest last."""
    return tuple(rating.months(scope))


def grades(scope: Scope, month: date, region: str | None, tier: str) -> pd.DataFrame:
    """Return the ratings of a tier inside a region, not kept: all villages of a province are megabytes."""
    return rating.grades(scope, month, region, tier)


@cached.by_build
def version(scope: Scope, month: date) -> Version:
    """Return the rules that a month was rated by, as they were then; CockpitError when there are none."""
    found = in_force(rating.rated_by(scope), month)
    if found is None:
        raise CockpitError(f"{month:%Y-%m} 没有生效的评级规则，请重新构建数据。")
    return found


@cached.by_build
def one(scope: Scope, month: date, code: str) -> pd.DataFrame:
    """Return the rating of one place or unit, at most one row."""
    if region_code.is_code(code):
        return rating.grades(scope, month, code, region_code.level(code)).query("code == @code")
    return rating.grades(scope, month, None, UNIT).query("code == @code")


@cached.by_build
def names(scope: Scope, month: date, region: str | None, tier: str) -> tuple[dict[str, str], int]:
    """Return the names by code of the first CHOICES_MAX of a tier inside a region, and how many there are."""
    rows = grades(scope, month, region, tier)
    first = rows.head(CHOICES_MAX)
    return dict(zip(first["code"], first["name"], strict=True)), len(rows)


@cached.by_build
def contributions(scope: Scope, code: str, month: date) -> pd.DataFrame:
    """Return what each indicator takes from a place's 100; see `rating.contributions`."""
    return rating.contributions(scope, code, month)


@cached.by_build
def history(scope: Scope, code: str) -> pd.DataFrame:
    """Return a place's grades by month; see `rating.history`."""
    return rating.history(scope, code)


@cached.by_build
def peer_scores(scope: Scope, level: str, peer_group: str) -> pd.DataFrame:
    """Return the band of scores of a peer group by month; see `rating.peer_scores`."""
    return rating.peer_scores(scope, level, peer_group)


def target(row: Mapping[Any, Any]) -> Target:
    """Return what a row of ratings is about."""
    return Target(str(row["region_code"]), str(row["code"]) if row["kind"] == UNIT else None)


def notes(scope: Scope, row: Mapping[Any, Any]) -> pd.DataFrame:
    """Return vetoes, caps and appeals of a row's place or unit, read anew each time; see `rating.notes`."""
    return rating.notes(scope, target(row))


@cached.by_build
def ways_up(scope: Scope, code: str, month: date) -> pd.DataFrame:
    """Return the single changes that would change a place's grade; see `rating.ways_up`."""
    return rating.ways_up(scope, code, month)


def month(scope: Scope) -> date | None:
    """Draw the choice of the month; None when nothing has been rated, and says why."""
    rated = months(scope)
    if not rated:
        st.info(
            "尚无评价：需要至少 12 个月的投诉或预警数据，由“数据构建”按月生成；也可能是您的范围内没有可评价的地区或单位。",
            icon=":material/inbox:",
        )
        return None
    names = {f"{one:%Y-%m}": one for one in reversed(rated)}
    asked = st.query_params.get(MONTH, "")
    key = "ecology-month"
    st.session_state[key] = asked if asked in names else next(iter(names))

    def keep() -> None:
        st.query_params[MONTH] = st.session_state[key]

    st.selectbox("评价月", list(names), key=key, on_change=keep, width=140)
    return names[st.session_state[key]]


def tier(scope: Scope, region: str | None) -> str:
    """Draw the choice of what is rated: the levels below the focus, and units; for who sees single units, these alone."""
    if ALL not in scope.units:
        return choice("tier", "评价对象", {UNIT: TIERS[UNIT]})
    level = focus_level(scope, region)
    levels = list(region_code.LEVELS)
    below = levels[levels.index(level) + 1 :] if level else levels[1:]
    labels = {name: TIERS[name] for name in below if name in TIERS} or {"village": TIERS["village"]}
    first = FIRST.get(level or "", "county")
    ordered = [first, *(name for name in labels if name != first)]
    return choice("tier", "评价对象", {name: TIERS[name] for name in (*ordered, UNIT)})


def focus_level(scope: Scope, region: str | None) -> str | None:
    """Return the level of the one region in focus; None for several roots."""
    code = region or (scope.regions[0] if len(scope.regions) == 1 else None)
    return code and region_code.level(code)


def words(grade: object) -> str:
    """Write a grade with its shape, letter and words."""
    return MARKS[grade if isinstance(grade, str) and grade in MARKS else ""].words


def shown(rows: pd.DataFrame) -> pd.DataFrame:
    """Return ratings with `grade` as it is shown (after veto and cap), and `note`: score, doubt, what limits it."""
    notes = [_note(row) for row in rows.to_dict("records")]
    return rows.assign(grade=rows["shown_grade"], note=pd.Series(notes, rows.index, dtype=object))


def _note(row: Mapping[Any, Any]) -> str:
    parts = []
    if isinstance(row["score"], float) and not pd.isna(row["score"]):
        parts.append(f"得分 {row['score']:.1f}")
    if row["grey_reason"]:
        parts.append(grey(row["grey_reason"]))
    if row["shown_grade"] != row["grade"]:
        parts.append(f"按得分为 {row['grade'] or '灰'}，因否决或限制改列")
    if row["is_borderline"] is True or row["is_borderline"] == 1:
        parts.append("临界：换一组合理的权重可能变色")
    return "；".join(parts) or "没有数据"


def grey(reason: object) -> str:
    """Write why a place has no grade."""
    return GREY_REASONS.get(str(reason), str(reason)) if isinstance(reason, str) and reason else ""


def open_place(code: str) -> None:
    """Show one place or unit on the next run."""
    st.query_params[PLACE] = code
    st.query_params[SECTION] = "place"


def pick(key: str) -> None:
    """Show the place that was clicked in a chart."""
    state = st.session_state.get(key)
    picked = state.selection.get(PICK) if state else None
    if picked and picked[0].get("code"):
        open_place(str(picked[0]["code"]))


def go_down(scope: Scope, code: str) -> None:
    """Look inside a region on the next run."""
    st.query_params.pop(PLACE, None)
    st.query_params.pop(SECTION, None)
    filters.change(scope, region=code)


def figure(value: object, decimals: int = 1) -> str:
    """Write a number that may be missing."""
    return (
        wording.NOTHING if not isinstance(value, int | float) or pd.isna(value) else f"{value:,.{decimals}f}"
    )


def is_small(row: Mapping[Any, Any]) -> bool:
    """Tell whether the counts of an indicator tell of so few persons that they are not shown."""
    return bool(0 < row["persons"] < wording.PERSONS_MIN)


def counted(row: Mapping[Any, Any], name: str) -> str:
    """Write a count of an indicator; one that tells of few persons is not told."""
    hidden = is_small(row) and (name == "numerator" or row["denominator"] == row["persons"])
    return f"<{wording.PERSONS_MIN}" if hidden else figure(row[name], 0)
