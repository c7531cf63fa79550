"""The frames of the complaint analysis: sums equal to plain counts for every scope, values by hand, odd input."""

import tempfile
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cockpit import region_code
from cockpit.queries import Filters, Narrowing, analysis, complaint_list, overview
from cockpit.queries.analysis import COUNTS, STAGES
from cockpit.scope import ALL, Scope
from cockpit.settings import Settings
from tests.installation import Installation
from tests.queries.test_identity import counted, filters, kept
from tests.views import tiny
from tests.views.worlds import case_scopes, visible_rows, worlds

# Shrinking a failing world takes minutes: every step writes a snapshot.
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
PROVINCE = Scope("x", "leader", ("990000000000",), (ALL,), (ALL,))
AUDITOR = Scope("a", "auditor", ("990000000000",), (ALL,), (ALL,))
VILLAGE, NEXT, TOWN = "990101001001", "990101001002", "990101001000"
BY = (None, "region", "unit", "industry")


def named(row: dict, by: str | None, chosen: Filters, scope: Scope) -> str:
    """Say in plain Python under which code a row is counted."""
    match by:
        case "industry":
            return row["industry_code"] or ""
        case "unit":
            return row["unit_id"] or ""
        case "region":
            roots = scope.regions if chosen.region is None else (chosen.region,)
            parts = roots
            if len(roots) == 1:
                parts = [code for code, (_, parent, _) in tiny.REGIONS.items() if parent == roots[0]]
            return next((p for p in parts if region_code.contains(p, row["region_code"])), roots[0])
    return ""


def tally(frame: pd.DataFrame, keys: list[str], counted: str) -> Counter:
    return Counter(
        {
            tuple(one[key] for key in keys): int(one[counted])
            for one in frame.to_dict("records")
            if int(one[counted])
        }
    )


@settings(max_examples=12, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds, scope=case_scopes, chosen=filters)
def test_every_frame_equals_plain_counts(world: tiny.World, scope: Scope, chosen: Filters) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = tiny.settings_in(Path(folder))
        tiny.write(home, world)
        rows = world.rows()
        shown = overview(scope, chosen, settings=home)
        periods = shown.periods
        repeated = {row["id"] for row in rows["complaint_repeat"]}

        def counts(row: dict) -> dict[str, float]:
            return tiny._complaint_counts(row) | {"repeat_count": int(row["id"] in repeated)}

        def facts(period: tuple[date, date] | None) -> list[dict]:
            anyway = (date.min, date.max)
            return [
                row for row in rows["complaint"] if kept(row, scope, chosen, "received_at", period or anyway)
            ]

        now = facts(periods["now"])
        total = counted(now, counts, COUNTS)
        assert total["complaint_count"] == shown.complaint_now["complaint_count"].iloc[0]
        for level in (None, "county", "village"):
            frame = analysis.region_counts(scope, chosen, level, settings=home)
            assert {name: round(float(frame[name].sum()), 6) for name in COUNTS} == total
            for row in frame[frame["level"].notna()].to_dict("records"):
                inside = [one for one in now if region_code.contains(row["region_code"], one["region_code"])]
                assert {name: round(float(row[name]), 6) for name in COUNTS} == counted(
                    inside, counts, COUNTS
                )
                assert level is None or row["level"] == level
        check_industries(scope, chosen, home, facts, periods)
        everything = facts(None)
        for by in (None, "region", "industry"):
            key = [f"{by}_code"] if by else []
            frame = analysis.months(scope, chosen, by, settings=home)
            assert tally(frame, ["month", *key], "complaint_count") == Counter(
                (pd.Timestamp(row["received_month"]), *([named(row, by, chosen, scope)] if by else []))
                for row in everything
            )
            assert (
                round(float(frame["handling_days_sum"].sum()), 6)
                == (counted(everything, counts, COUNTS)["handling_days_sum"])
            )
            start, end = date(2025, 1, 15), date(2026, 3, 9)
            frame = analysis.days(scope, chosen, start, end, by, settings=home)
            assert tally(frame, ["day", *key], "complaint_count") == Counter(
                (
                    pd.Timestamp(row["received_at"].date()),
                    *([named(row, by, chosen, scope)] if by else []),
                )
                for row in everything
                if start <= row["received_at"].date() <= end
            )
            groups = 1 if by is None else frame[key[0]].nunique()
            assert len(frame) == 419 * groups
        units = analysis.unit_counts(scope, chosen, settings=home)
        assert tally(units, ["unit_id"], "complaint_count") == Counter((row["unit_id"] or "",) for row in now)
        assert {name: round(float(units[name].sum()), 6) for name in COUNTS} == total
        check_durations(scope, chosen, home, rows, now)
        check_topics(scope, chosen, home, rows, now, repeated)


def check_industries(scope, chosen, home, facts, periods) -> None:
    frame = analysis.region_industry(scope, chosen, settings=home)
    for name in ("now", "previous", "last_year"):
        assert tally(frame, ["region_code", "industry_code"], name) == Counter(
            (named(row, "region", chosen, scope), row["industry_code"] or "") for row in facts(periods[name])
        )


def check_durations(scope, chosen, home, rows, now) -> None:
    of = {row["id"]: row for row in now}
    for by in BY:
        handled = analysis.handling_days(scope, chosen, by, settings=home)
        assert tally(handled, ["group", "days", "is_closed"], "complaint_count") == Counter(
            (
                named(row, by, chosen, scope),
                int(((row["closed_at"] or tiny.AS_OF) - row["received_at"]) // timedelta(days=1)),
                row["is_closed"],
            )
            for row in now
        )
        if by == "unit":
            apart = analysis.handling_days(scope, chosen, by, units={"u2", ""}, settings=home)
            expected = handled.assign(
                group=handled["group"].where(handled["group"].isin(["u2", ""]), analysis.OTHER_UNITS)
            )
            keys = ["group", "days", "is_closed"]
            assert tally(apart, keys, "complaint_count") == tally(expected, keys, "complaint_count")
            others = apart["group"] == analysis.OTHER_UNITS
            assert set(apart.loc[others, "name"]) <= {"其他单位"}
        stays = analysis.stage_days(scope, chosen, by, settings=home)
        assert tally(stays, ["group", "stage", "days", "is_left"], "visit_count") == Counter(
            (
                named(of[row["complaint_id"]], by, chosen, scope),
                row["stage"],
                int(row["stay_days"] // 1),
                row["is_left"],
            )
            for row in rows["complaint_event"]
            if row["complaint_id"] in of
        )
        dwell = analysis.stage_dwell(scope, chosen, by, settings=home)
        assert dwell["visit_count"].sum() == stays["visit_count"].sum()
    back = {
        row["repeat_of"]: row
        for row in visible_rows("complaint_repeat", rows, scope)
        if row["repeat_of"] in of and of[row["repeat_of"]]["industry_code"] == row["industry_code"]
    }
    found = analysis.repeats(scope, chosen, settings=home)
    closed = [row for row in now if row["is_closed"]]
    assert tally(found, ["days", "is_repeated"], "complaint_count") == Counter(
        (1, True)
        if row["id"] in back
        else (min((tiny.AS_OF - row["closed_at"]) // timedelta(days=1), 180), False)
        for row in closed
    )


def check_topics(scope, chosen, home, rows, now, repeated) -> None:
    found = analysis.topics(scope, chosen, settings=home)
    cells = Counter((row["region_code"], row["industry_code"] or "", row["category"] or "") for row in now)
    assert tally(found.histogram, ["industry_code", "category", "complaint_count"], "place_count") == Counter(
        (*topic, n) for (_, *topic), n in cells.items()
    )
    assert found.repeats["complaint_count"].sum() == len(now)
    assert tally(found.repeats, ["industry_code", "category"], "repeat_count") == Counter(
        (row["industry_code"] or "", row["category"] or "") for row in now if row["id"] in repeated
    )
    # A region that reaches beyond the scope counts as nothing, as everywhere.
    held = chosen.region is not None and scope.holds_region(chosen.region)
    roots = scope.regions if chosen.region is None else (chosen.region,) if held else ()
    inside = [
        code
        for code in tiny.REGIONS
        if any(scope.holds_region(root) and region_code.contains(root, code) for root in roots)
    ]
    parents = {parent for _, parent, _ in tiny.REGIONS.values()}
    own = {row["region_code"] for row in now}
    assert found.places == sum(code not in parents or code in own for code in inside)


narrowings = st.builds(
    Narrowing,
    category=st.sampled_from([None, None, "", "低保"]),
    unit=st.sampled_from([None, None, "", "u1", "u4"]),
    due=st.sampled_from([None, None, "due", "on_time", "late"]),
    rated=st.sampled_from([None, None, "rated", "satisfied", "unsatisfied"]),
    repeat=st.sampled_from([None, None, True, False]),
    own=st.sampled_from([None, None, None, True]),
    cluster=st.sampled_from([None, None, None, f"k{TOWN}", f"k{VILLAGE}"]),
    no_industry=st.sampled_from([None, None, None, True]),
    start=st.sampled_from([None, None, date(2025, 6, 3)]),
    end=st.sampled_from([None, None, date(2026, 5, 17)]),
)


@settings(max_examples=8, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds, asked=st.lists(st.tuples(case_scopes, filters, narrowings), min_size=4, max_size=4))
def test_a_narrowed_list_has_exactly_the_rows_asked_for(world, asked) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = tiny.settings_in(Path(folder))
        tiny.write(home, world)
        rows = world.rows()
        for question in asked:
            check_list(home, rows, *question)


def check_list(home, rows, scope, chosen, narrowed: Narrowing) -> None:
    repeated = {row["id"] for row in rows["complaint_repeat"]}
    focus = chosen.region or (scope.regions[0] if len(scope.regions) == 1 else None)

    def matches(row: dict) -> bool:
        period = (narrowed.start or chosen.start or date.min, narrowed.end or chosen.end or date.max)
        asked = [
            (narrowed.category, (row["category"] or "") == narrowed.category),
            (narrowed.unit, (row["unit_id"] or "") == narrowed.unit),
            (narrowed.repeat, (row["id"] in repeated) == narrowed.repeat),
            (narrowed.own, row["region_code"] == focus),
            (narrowed.cluster, f"k{row['region_code']}" == narrowed.cluster),
            (
                narrowed.due,
                {"due": row["is_on_time"] is not None, "on_time": row["is_on_time"] is True}.get(
                    narrowed.due or "", row["is_on_time"] is False
                ),
            ),
            (
                narrowed.rated,
                row["satisfaction"] is not None
                and (
                    narrowed.rated == "rated" or (row["satisfaction"] >= 4) == (narrowed.rated == "satisfied")
                ),
            ),
        ]
        within = chosen if not narrowed.no_industry else Filters(chosen.region)
        return (
            kept(row, scope, within, "received_at", period)
            and (not narrowed.no_industry or row["industry_code"] is None)
            and all(holds for value, holds in asked if value is not None)
        )

    page = complaint_list(scope, chosen, narrowing=narrowed, rows=500, settings=home)
    expected = {row["id"] for row in rows["complaint"] if matches(row)}
    assert set(page.frame["id"]) == expected
    assert page.total == len(page.frame) == len(expected)


ROLES = [
    ("leader", ("990000000000",), (ALL,), (ALL,)),
    ("room", ("990101000000", "990200000000"), (ALL,), (ALL,)),
    ("team", ("990000000000",), ("edu",), ("u1", "u4")),
    ("station", (VILLAGE,), (ALL,), (ALL,)),
]


@settings(max_examples=12, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds, role=st.sampled_from(ROLES), region=st.none() | st.sampled_from(sorted(tiny.REGIONS)))
def test_what_a_number_counts_is_what_its_list_shows(world, role, region) -> None:
    """Each number of the frames against the list that its link opens."""
    name, regions, industries, units = role
    scope = Scope("x", name, regions, industries, units)
    chosen = Filters(region, None, date(2025, 10, 1), date(2026, 9, 30))
    with tempfile.TemporaryDirectory() as folder:
        home = tiny.settings_in(Path(folder))
        tiny.write(home, world)

        def listed(filters: Filters = chosen, state: str | None = None, **narrowed: object) -> int:
            more = Narrowing(**narrowed)
            return complaint_list(scope, filters, state=state, narrowing=more, rows=10, settings=home).total

        regions_shown = analysis.region_counts(scope, chosen, settings=home).to_dict("records")
        for row in regions_shown[:4] + regions_shown[-1:]:
            at = Filters(row["region_code"], None, chosen.start, chosen.end)
            own = {"own": True} if pd.isna(row["level"]) else {}
            assert row["complaint_count"] == listed(at, **own)
            assert row["closed_count"] == listed(at, "closed", **own)
            assert row["overdue_count"] == listed(at, "overdue", **own)
            assert row["due_count"] == listed(at, due="due", **own)
            assert row["on_time_count"] == listed(at, due="on_time", **own)
            assert row["due_count"] - row["on_time_count"] == listed(at, due="late", **own)
            assert row["rated_count"] == listed(at, rated="rated", **own)
            assert row["satisfied_count"] == listed(at, rated="satisfied", **own)
            assert row["repeat_count"] == listed(at, repeat=True, **own)
        for row in analysis.unit_counts(scope, chosen, settings=home).to_dict("records"):
            assert row["complaint_count"] == listed(unit=row["unit_id"])
            assert row["repeat_count"] == listed(unit=row["unit_id"], repeat=True)
        for row in analysis.topics(scope, chosen, settings=home).repeats.to_dict("records"):
            at = Filters(region, row["industry_code"] or None, chosen.start, chosen.end)
            narrowed = {"category": row["category"], "no_industry": None if row["industry_code"] else True}
            assert row["complaint_count"] == listed(at, **narrowed)
            assert row["repeat_count"] == listed(at, repeat=True, **narrowed)
        for row in analysis.region_industry(scope, chosen, settings=home).to_dict("records")[:6]:
            at = Filters(row["region_code"], row["industry_code"] or None, chosen.start, chosen.end)
            narrowed = {"no_industry": None if row["industry_code"] else True}
            if row["name"] == analysis.REMAINDER_NAME:
                narrowed["own"] = True
            assert row["now"] == listed(at, **narrowed)
        for row in analysis.clusters(scope, chosen, settings=home).frame.to_dict("records"):
            assert row["period_count"] == listed(cluster=row["cluster_id"])
            members = analysis.cluster_members(scope, row["cluster_id"], settings=home)
            assert row["complaint_count"] == len(members)
            always = Filters(region)
            assert len(members) == listed(always, cluster=row["cluster_id"])


def test_stays_by_hand(home) -> None:
    """Five complaints accepted on 1 September: three referred after 3 days, one closed after 2, one waiting long."""
    at = datetime(2026, 9, 1)
    ends = [at + timedelta(days=days) for days in (10, 20, 30, 2)]
    tiny.write(
        home,
        tiny.World(
            [tiny.Complaint(f"c{n}", VILLAGE, at, closed_at=end) for n, end in enumerate(ends)]
            + [tiny.Complaint("c5", VILLAGE, at)]
        ),
    )
    chosen = Filters(None, None, date(2026, 9, 1), date(2026, 9, 30))
    for region in (None, "990101000000", VILLAGE):
        frame = analysis.stage_dwell(
            PROVINCE, Filters(region, None, chosen.start, chosen.end), settings=home
        ).set_index("stage")
        accepted, referred = frame.loc["accepted"], frame.loc["referred"]
        assert (accepted["visit_count"], accepted["left_count"]) == (5, 5)
        # Days 2, 3, 3, 3, 3.
        assert (accepted["p50"], accepted["p90"]) == (3, 3)
        assert (accepted["limit_days"], accepted["over_share"]) == (15, 0)
        # Left after 7, 17 and 27 days; one has waited 46 days: one in four never passes, so no nine tenths.
        assert (referred["visit_count"], referred["left_count"]) == (4, 3)
        assert referred["p50"] == 17
        assert np.isnan(referred["p90"])
        assert np.isnan(referred["over_share"])
    assert list(analysis.stage_dwell(PROVINCE, chosen, settings=home)["stage"]) == list(STAGES[:2])


def test_months_and_days_without_complaints_count_zero(home) -> None:
    tiny.write(
        home,
        tiny.World(
            [
                tiny.Complaint("a", VILLAGE, tiny.day("2026-07-05"), "edu"),
                tiny.Complaint("b", VILLAGE, tiny.day("2026-09-05")),
            ]
        ),
    )
    frame = analysis.months(PROVINCE, Filters(), settings=home)
    assert [f"{one:%Y-%m}" for one in frame["month"]] == ["2026-07", "2026-08", "2026-09", "2026-10"]
    assert list(frame["complaint_count"]) == [1, 0, 1, 0]
    assert list(frame["is_whole"]) == [True, True, True, False]
    by = analysis.months(PROVINCE, Filters(), "industry", settings=home)
    assert list(by["name"].unique()) == ["未标明行业", "教育"]
    assert len(by) == 8
    days = analysis.days(PROVINCE, Filters(), date(2026, 7, 4), date(2026, 7, 6), settings=home)
    assert list(days["complaint_count"]) == [0, 1, 0]


FUNCTIONS = {
    "region_counts": lambda scope, chosen, home: analysis.region_counts(scope, chosen, settings=home),
    "villages": lambda scope, chosen, home: analysis.region_counts(scope, chosen, "village", settings=home),
    "region_industry": lambda scope, chosen, home: analysis.region_industry(scope, chosen, settings=home),
    "strata": lambda scope, chosen, home: analysis.region_strata(scope, chosen, settings=home),
    "unit_counts": lambda scope, chosen, home: analysis.unit_counts(scope, chosen, settings=home),
    "repeats": lambda scope, chosen, home: analysis.repeats(scope, chosen, settings=home),
    "clusters": lambda scope, chosen, home: analysis.clusters(scope, chosen, settings=home).frame,
    "topics": lambda scope, chosen, home: analysis.topics(scope, chosen, settings=home).histogram,
    "members": lambda scope, chosen, home: analysis.cluster_members(scope, f"k{VILLAGE}", settings=home),
    **{
        f"{function.__name__} {by}": lambda scope, chosen, home, f=function, by=by: f(
            scope, chosen, by, settings=home
        )
        for function in (analysis.handling_days, analysis.stage_days, analysis.stage_dwell)
        for by in BY
    },
    **{
        f"months {by}": lambda scope, chosen, home, by=by: analysis.months(scope, chosen, by, settings=home)
        for by in (None, "region", "industry")
    },
    **{
        f"days {by}": lambda scope, chosen, home, by=by: analysis.days(
            scope, chosen, date(2026, 1, 1), date(2026, 1, 3), by, settings=home
        )
        for by in (None, "region", "industry")
    },
}
EMPTY = (PROVINCE, AUDITOR, Scope("s", "station", (VILLAGE,), (ALL,), (ALL,)))


@pytest.fixture(scope="module")
def one_and_none(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Settings]:
    """Return a home of one complaint and a home of none."""
    one, none = (tiny.settings_in(tmp_path_factory.mktemp(name)) for name in ("one", "none"))
    closed = tiny.day("2026-07-06")
    tiny.write(one, tiny.World([tiny.Complaint("a", NEXT, tiny.day("2026-07-05"), "edu", "u1", closed, 5)]))
    tiny.write(none, tiny.World())
    return one, none


@pytest.mark.parametrize("name", FUNCTIONS)
def test_nothing_to_count_keeps_its_columns(one_and_none, name: str) -> None:
    home, nothing = one_and_none
    full = FUNCTIONS[name](PROVINCE, Filters(), home)
    for chosen in (Filters(), Filters("990200000000"), Filters(VILLAGE), Filters(NEXT, "env")):
        for scope in (*EMPTY, PROVINCE):
            frame = FUNCTIONS[name](scope, chosen, home)
            assert list(frame.columns) == list(full.columns)
            if scope is AUDITOR or (scope.role == "station" and chosen.region != VILLAGE):
                numbers = frame.select_dtypes("number").filter(regex="count")
                assert not numbers.to_numpy().sum()
    empty = FUNCTIONS[name](PROVINCE, Filters(), nothing)
    assert list(empty.columns) == list(full.columns)
    assert not empty.filter(regex="count").to_numpy().astype(float).sum()


@pytest.mark.parametrize("industry", [None, "01"])
def test_levels_over_whole_months_are_those_of_the_overview(
    fresh_installation: Installation, industry: str | None
) -> None:
    scope, home = fresh_installation.scope("leader"), fresh_installation.settings
    chosen = Filters(start=date(2025, 1, 1), end=date(2025, 12, 31), industry=industry)
    shown = overview(scope, chosen, settings=home)
    parts = shown.complaint_by_region.set_index("region_code").loc[list(shown.focus.parts)]
    counts = list(shown.complaint_now.columns)
    [level] = parts["level"].unique()
    at_level = analysis.region_counts(scope, chosen, level, settings=home).set_index("region_code")
    assert 0 < parts["closed_count"].sum() < parts["complaint_count"].sum()
    for code in parts.index:
        assert at_level.loc[code, counts].to_dict() == pytest.approx(parts.loc[code, counts].to_dict())
    for below in ("town", "village"):
        rows = analysis.region_counts(scope, chosen, below, settings=home)
        assert rows[counts].sum().to_dict() == pytest.approx(shown.complaint_now.iloc[0].to_dict())


@pytest.mark.parametrize("username", ["leader", "room", "team", "station"])
@pytest.mark.parametrize("industry", [None, "01"])
def test_red_alerts_left_open_are_those_of_the_overview(
    fresh_installation: Installation, username: str, industry: str | None
) -> None:
    scope, home = fresh_installation.scope(username), fresh_installation.settings
    for region in (None, *overview(scope, Filters(), settings=home).focus.parts[:2]):
        chosen = Filters(region, industry, date(2025, 1, 1), date(2025, 12, 31))
        shown = overview(scope, replace(chosen, level="red"), settings=home)
        red = shown.alert_by_region.set_index("region_code")["red_open_count"]
        found = analysis.red_open_counts(scope, chosen, settings=home)
        assert {code: count for code, count in found.items() if count} == red[red > 0].to_dict()
        assert sum(found.values()) == shown.alert_now["red_open_count"].iloc[0]
