"""Every breakdown sums to its total, and equals a plain count over the facts in scope."""

import tempfile
from datetime import date, datetime, timedelta
from hashlib import md5
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cockpit import region_code
from cockpit.queries import (
    COMPLAINT_SORTS,
    QUERIES,
    Filters,
    alert_list,
    complaint_list,
    fetch,
    overview,
    run,
    screen,
)
from cockpit.queries.filters import is_whole_months
from cockpit.queries.named import ROLLED, counting
from cockpit.queries.overview import ALERT_COUNTS, COMPLAINT_COUNTS, REMAINDER_NAME
from cockpit.scope import ALL, Scope
from cockpit.settings import Settings
from cockpit.views.store import store
from tests.views import tiny
from tests.views.worlds import case_scopes, full_worlds, sees, worlds

# Shrinking a failing world takes minutes: every step writes a snapshot.
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
PROVINCE = Scope("x", "leader", ("990000000000",), (ALL,), (ALL,))
days = st.dates(date(2023, 10, 1), date(2026, 10, 31))
periods = st.tuples(days, st.integers(0, 500), st.booleans()).map(
    lambda one: (
        (one[0].replace(day=1), _month_end(one[0] + timedelta(days=one[1])))
        if one[2]
        else (one[0], one[0] + timedelta(days=one[1]))
    )
)
filters = st.builds(
    lambda region, industry, period, level: Filters(region, industry, *(period or (None, None)), level),
    st.none() | st.sampled_from(sorted(tiny.REGIONS)),
    st.sampled_from([None, None, "edu"]),
    st.none() | periods,
    st.sampled_from([None, None, "red"]),
)


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def kept(row: dict, scope: Scope, chosen: Filters, at: str, period: tuple[date, date] | None = None) -> bool:
    start, end = period or (chosen.start or date.min, chosen.end or date.max)
    region = chosen.region
    return (
        sees(scope, row["region_code"], row["industry_code"], row["unit_id"])
        and (
            region is None
            or (scope.holds_region(region) and region_code.contains(region, row["region_code"]))
        )
        and (chosen.industry is None or row["industry_code"] == chosen.industry)
        and (at == "received_at" or chosen.level is None or row["alert_level"] == chosen.level)
        and start <= row[at].date() <= end
    )


def counted(rows: list[dict], counts, names) -> dict[str, float]:
    sums = [counts(row) for row in rows]
    return {name: round(sum(one[name] for one in sums), 6) for name in names}


def alert_counts(row: dict) -> dict[str, float]:
    red = int(row["alert_level"] == "red" and row["is_open"])
    return {**tiny._alert_counts(row), "red_open_count": red}


def summed(frame: pd.DataFrame, names, ending: str = "") -> dict[str, float]:
    return {name: round(float(frame[name + ending].sum()), 6) for name in names}


def parameters(chosen: Filters, *, alerts: bool) -> dict[str, str]:
    given_values = {
        "region": chosen.region,
        "industry": chosen.industry,
        "from": chosen.start and chosen.start.isoformat(),
        "to": chosen.end and chosen.end.isoformat(),
        "level": chosen.level if alerts else None,
    }
    return {name: value for name, value in given_values.items() if value}


def check_parts(
    frame: pd.DataFrame, rows: list[dict], scope: Scope, region: str | None, counts, names
) -> None:
    """Check each part against the facts below it, and the remainder against those at the focus itself."""
    roots = scope.regions if region is None else (region,)
    if len(roots) == 1:
        parts = [code for code, (_, parent, _) in tiny.REGIONS.items() if parent == roots[0]]
    else:
        parts = list(roots)
    expected = {
        code: counted([row for row in rows if region_code.contains(code, row["region_code"])], counts, names)
        for code in parts
    }
    rest = counted(
        [row for row in rows if not any(region_code.contains(c, row["region_code"]) for c in parts)],
        counts,
        names,
    )
    if next(iter(rest.values())):
        expected[roots[0]] = rest
    shown = {
        row["region_code"]: {name: round(float(row[name]), 6) for name in names}
        for row in frame.to_dict("records")
    }
    assert shown == expected
    remainder = frame[frame["name"] == REMAINDER_NAME]
    assert set(remainder["region_code"]) <= {roots[0]}
    assert remainder["population"].isna().all()


@settings(max_examples=15, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds, scope=case_scopes, chosen=filters)
def test_every_breakdown_sums_to_the_facts_in_scope(world: tiny.World, scope: Scope, chosen: Filters) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = tiny.settings_in(Path(folder))
        tiny.write(home, world)
        rows = world.rows()
        is_inside = chosen.region is None or scope.holds_region(chosen.region)
        for subject, at, counts, names in (
            ("complaint", "received_at", tiny._complaint_counts, COMPLAINT_COUNTS),
            ("alert", "raised_at", alert_counts, ALERT_COUNTS),
        ):
            facts = [row for row in rows[subject] if kept(row, scope, chosen, at)]
            expected = counted(facts, counts, names)
            asked = parameters(chosen, alerts=subject == "alert")
            summary = run(f"{subject}_summary", scope, asked, settings=home)
            assert len(summary) == int(is_inside)
            by_region = run(f"{subject}_by_region", scope, asked, settings=home)
            if not is_inside:
                assert not len(by_region)
                assert not facts
                continue
            for ending in ("summary", "by_month", "by_industry", "by_region"):
                assert summed(run(f"{subject}_{ending}", scope, asked, settings=home), names) == expected, (
                    ending
                )
            check_parts(by_region, facts, scope, chosen.region, counts, names)
        alert_facts = [row for row in rows["alert"] if kept(row, scope, chosen, "raised_at")]
        asked = parameters(chosen, alerts=True)
        if is_inside:
            for ending in ("by_level", "by_stage"):
                frame = run(f"alert_{ending}", scope, asked, settings=home)
                assert summed(frame, ALERT_COUNTS) == counted(alert_facts, alert_counts, ALERT_COUNTS)
        assert alert_list(scope, chosen, settings=home).total == len(alert_facts)
        page = complaint_list(scope, chosen, settings=home, rows=500)
        complaint_facts = [row for row in rows["complaint"] if kept(row, scope, chosen, "received_at")]
        assert page.total == len(page.frame) == len(complaint_facts)
        assert set(page.frame["id"]) == {row["id"] for row in complaint_facts}
        handled = run("complaint_handling", scope, parameters(chosen, alerts=False), settings=home)
        check_handling(handled, complaint_facts, is_inside)


def check_handling(frame: pd.DataFrame, facts: list[dict], is_inside: bool) -> None:
    if not is_inside:
        assert not len(frame)
        return
    total, units = frame.iloc[-1], frame.iloc[:-1]
    assert total["name"] == "合计"
    assert total["received_count"] == units["received_count"].sum() == len(facts)
    assert total["open_count"] + total["closed_count"] == len(facts)
    spent = pd.Series([row["handling_days"] for row in facts if row["is_closed"]], dtype=float)
    if len(spent):
        assert abs(total["median_days"] - spent.median()) < 1e-9
        assert total["days_p0"] == spent.min() // 1
        assert total["days_p100"] == spent.max() // 1


@settings(max_examples=15, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds, scope=case_scopes, chosen=filters)
def test_the_overview_equals_plain_counts(world: tiny.World, scope: Scope, chosen: Filters) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = tiny.settings_in(Path(folder))
        tiny.write(home, world)
        rows = world.rows()
        shown = overview(scope, chosen, settings=home)
        is_inside = chosen.region is None or scope.holds_region(chosen.region)
        for subject, at, counts, names in (
            ("complaint", "received_at", tiny._complaint_counts, COMPLAINT_COUNTS),
            ("alert", "raised_at", alert_counts, ALERT_COUNTS),
        ):
            facts = {
                name: [row for row in rows[subject] if kept(row, scope, shown.filters, at, period)]
                for name, period in shown.periods.items()
            }
            frames = vars(shown)
            for name in ("now", "previous", "last_year"):
                frame = frames[f"{subject}_{name}"]
                assert len(frame) == 1
                assert summed(frame, names) == counted(facts[name], counts, names), (subject, name)
            by_month = frames[f"{subject}_by_month"]
            month = "received_month" if subject == "complaint" else "raised_month"
            expected = {
                value: counted([row for row in facts["trend"] if row[month] == value], counts, names)
                for value in {row[month] for row in facts["trend"]}
            }
            assert {
                row["month"].date(): {n: round(float(row[n]), 6) for n in names}
                for row in by_month.to_dict("records")
            } == expected
            if is_inside:
                check_parts(frames[f"{subject}_by_region"], facts["now"], scope, chosen.region, counts, names)
            else:
                assert not len(frames[f"{subject}_by_region"])
        assert summed(shown.complaint_by_industry, COMPLAINT_COUNTS) == summed(
            shown.complaint_now, COMPLAINT_COUNTS
        )
        assert summed(shown.complaint_by_industry, COMPLAINT_COUNTS, "_previous") == summed(
            shown.complaint_previous, COMPLAINT_COUNTS
        )
        assert summed(shown.alert_by_level_stage, ALERT_COUNTS) == summed(shown.alert_now, ALERT_COUNTS)
        assert is_whole_months(*shown.periods["now"]) or chosen.start or chosen.end


@settings(max_examples=10, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])
@given(
    world=worlds,
    sort=st.sampled_from(COMPLAINT_SORTS),
    descending=st.booleans(),
    rows=st.integers(1, 12),
    state=st.none() | st.sampled_from(["open", "closed", "overdue"]),
)
def test_pages_put_together_are_the_whole_list(
    world: tiny.World, sort: str, descending: bool, rows: int, state: str | None
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = tiny.settings_in(Path(folder))
        tiny.write(home, world)
        pages = [
            complaint_list(
                PROVINCE,
                Filters(),
                state=state,
                sort=sort,
                descending=descending,
                page=page,
                rows=rows,
                settings=home,
            )
            for page in range(1, 42 // rows + 2)
        ]
        wanted = {
            None: lambda row: True,
            "open": lambda row: not row["is_closed"],
            "closed": lambda row: row["is_closed"],
            "overdue": lambda row: row["is_overdue"],
        }[state]
        facts = sorted(
            filter(wanted, world.rows()["complaint"]), key=lambda row: row["id"], reverse=descending
        )
        given_value = [row for row in facts if row[sort] is not None]
        given_value.sort(key=lambda row: row[sort], reverse=descending)
        expected = [row["id"] for row in given_value + [row for row in facts if row[sort] is None]]
        assert [one for page in pages for one in page.frame["id"]] == expected
        assert {page.total for page in pages} == {len(expected)}


EDGES = [
    (date(2026, 1, 1), date(2026, 4, 30)),
    (date(2026, 1, 1), date(2026, 4, 29)),
    (date(2026, 1, 2), date(2026, 4, 30)),
    (date(2026, 1, 17), date(2026, 3, 9)),
    (date(2026, 1, 17), date(2026, 2, 9)),
    (date(2026, 2, 3), date(2026, 2, 27)),
    (date(2026, 2, 28), date(2026, 3, 1)),
    (date(2026, 3, 31), date(2026, 3, 31)),
    (date(2026, 3, 1), date(2026, 3, 31)),
]


def test_days_at_the_edges_of_a_period_are_exact(home) -> None:
    places = sorted(tiny.REGIONS)
    at = [datetime(2026, 1, 1) + timedelta(days=number) for number in range(120)]
    midnight = [one if number % 2 else one + timedelta(hours=23, minutes=59) for number, one in enumerate(at)]
    tiny.write(
        home,
        tiny.World(
            [tiny.Complaint(f"c{i}", places[i % len(places)], one) for i, one in enumerate(midnight)],
            [tiny.Alert(f"a{i}", places[i % len(places)], one) for i, one in enumerate(midnight)],
        ),
    )
    for start, end in EDGES:
        length = (end - start).days + 1
        expected = sum(start <= one.date() <= end for one in midnight)
        assert expected == length
        chosen = Filters(start=start, end=end)
        shown = overview(PROVINCE, chosen, settings=home)
        for subject in ("complaint", "alert"):
            name = f"{subject}_count"
            asked = parameters(chosen, alerts=False)
            for ending in ("summary", "by_month", "by_industry", "by_region"):
                assert run(f"{subject}_{ending}", PROVINCE, asked, settings=home)[name].sum() == length
            frames = vars(shown)
            for ending in ("now", "by_region"):
                assert frames[f"{subject}_{ending}"][name].sum() == length
            before = shown.periods["previous"]
            assert frames[f"{subject}_previous"][name].iloc[0] == sum(
                before[0] <= one.date() <= before[1] for one in midnight
            )
            until = sum(one.date() <= end for one in midnight)
            assert frames[f"{subject}_by_month"][name].sum() == until


@settings(max_examples=10, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])
@given(world=full_worlds, scope=st.just(PROVINCE) | case_scopes, data=st.data())
def test_what_a_roll_up_counts_of_a_list_is_what_the_facts_count(
    world: tiny.World, scope: Scope, data: st.DataObject
) -> None:
    months = st.none() | periods.map(lambda one: (one[0].replace(day=1), _month_end(one[1])))
    with tempfile.TemporaryDirectory() as folder:
        home = tiny.settings_in(Path(folder))
        tiny.write(home, world)
        with store(home).reader(scope) as reader:
            for name, (rolled, told, states) in ROLLED.items():
                for state in [None, *sorted(states)] * 4:
                    start, end = data.draw(months) or (None, None)
                    offered = {
                        "region": data.draw(st.none() | st.sampled_from(sorted(tiny.REGIONS))),
                        "industry": data.draw(st.sampled_from([None, None, "edu", ""])),
                        "level": data.draw(st.sampled_from([None, "red"])),
                        "stage": data.draw(st.sampled_from([None, None, "raised", "disposed"])),
                    }
                    asked = {key: value for key, value in offered.items() if key in told}
                    asked |= {"from": start, "to": end, "state": state}
                    assert counting(reader, QUERIES[name], asked) is rolled
                    facts = QUERIES[name.replace("_list", "_count")]
                    pd.testing.assert_frame_equal(
                        fetch(reader, rolled, asked), fetch(reader, facts, asked), check_dtype=False
                    )


def test_a_list_is_counted_by_its_facts_where_a_roll_up_cannot_tell_them(home: Settings) -> None:
    tiny.write(home, tiny.World([], []))
    with store(home).reader(PROVINCE) as reader:
        for name, asked in (
            ("alert_list", {"state": "conflict"}),
            ("alert_list", {"module": "labour"}),
            ("alert_list", {"has_clue": False}),
            ("alert_list", {"from": date(2026, 1, 2)}),
            ("alert_list", {"to": date(2026, 1, 30)}),
            ("complaint_list", {"stage": "closed"}),
            ("complaint_list", {"search": "路"}),
        ):
            assert counting(reader, QUERIES[name], asked).name == name.replace("_list", "_count")


@pytest.mark.parametrize("role", ["kiosk", "auditor"])
def test_who_sees_counts_alone_is_not_told_how_long_a_list_is(home: Settings, role: str) -> None:
    when = tiny.day("2026-03-05")
    village = "990101001001"
    tiny.write(home, tiny.World([tiny.Complaint("c", village, when)], [tiny.Alert("a", village, when)]))
    scope = Scope("x", role, PROVINCE.regions, (ALL,), (ALL,))
    for listed in (alert_list, complaint_list):
        assert listed(PROVINCE, Filters(), settings=home).total == 1
        page = listed(scope, Filters(), settings=home)
        assert (page.total, len(page.frame)) == (0, 0)


def test_what_tells_alerts_apart_on_a_wall_does_not_tell_their_ids(home: Settings) -> None:
    village, when = "990101001001", tiny.day("2026-10-15")
    tiny.write(home, tiny.World([], [tiny.Alert(name, village, when) for name in ("a", "b")]))
    marks = screen.new_red(PROVINCE, None, when.date(), 7, settings=home)["mark"]
    assert marks.nunique() == 2
    assert not set(marks) & {md5(name.encode()).hexdigest() for name in ("a", "b")}
