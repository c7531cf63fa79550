"""The frames of 预警热力: equal to plain counts for every scope, and to the overview and the list."""

import tempfile
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cockpit import region_code
from cockpit.queries import Filters, alert_list, heat, overview, previous_period
from cockpit.queries.heat import COUNTS
from cockpit.queries.overview import REMAINDER_NAME
from cockpit.scope import ALL, Scope
from tests.queries.test_identity import filters, kept
from tests.views import tiny
from tests.views.worlds import case_scopes, worlds

# Shrinking a failing world takes minutes: every step writes a snapshot.
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
PROVINCE = Scope("x", "leader", ("990000000000",), (ALL,), (ALL,))
VILLAGE, NEXT, TOWN, COUNTY = "990101001001", "990101001002", "990101001000", "990101000000"


def counts(rows: list[dict], before: list[dict]) -> dict[str, int]:
    return {
        "alert_count": len(rows),
        "open_count": sum(bool(row["is_open"]) for row in rows),
        "overdue_count": sum(bool(row["is_overdue"]) for row in rows),
        "red_count": sum(row["alert_level"] == "red" for row in rows),
        "red_open_count": sum(row["alert_level"] == "red" and bool(row["is_open"]) for row in rows),
        "verified_count": sum(row["finding"] is not None for row in rows),
        "substantiated_count": sum(row["finding"] in ("substantiated", "partly") for row in rows),
        "before_count": len(before),
    }


@settings(max_examples=15, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])
@given(
    world=worlds,
    scope=case_scopes,
    chosen=filters,
    level=st.sampled_from([None, "county", "town", "village"]),
)
def test_every_frame_equals_plain_counts(
    world: tiny.World, scope: Scope, chosen: Filters, level: str | None
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = tiny.settings_in(Path(folder))
        tiny.write(home, world)
        shown = overview(scope, chosen, settings=home)
        period = shown.periods["now"]
        everything = world.rows()["alert"]
        now = [row for row in everything if kept(row, scope, chosen, "raised_at", period)]
        before = [
            row for row in everything if kept(row, scope, chosen, "raised_at", previous_period(*period))
        ]
        places = heat.places(scope, chosen, level, settings=home)
        assert {name: int(places[name].sum()) for name in COUNTS} == counts(now, before)
        assert int(places["alert_count"].sum()) == int(shown.alert_now["alert_count"].iloc[0])
        named = places[places["name"] != REMAINDER_NAME]
        for row in named.to_dict("records"):
            inside = [
                [one for one in rows if region_code.contains(row["code"], one["region_code"])]
                for rows in (now, before)
            ]
            assert {name: row[name] for name in COUNTS} == counts(*inside)
        codes = named["code"].tolist()
        assert len(set(codes)) == len(codes)
        for by, key in (("month", "raised_month"), ("module", "module")):
            cells = heat.cells(scope, chosen, codes, by, settings=home)
            assert Counter(
                {(one["place"], one["key"]): one["alert_count"] for one in cells.to_dict("records")}
            ) == Counter(
                (
                    next((code for code in codes if region_code.contains(code, row["region_code"])), ""),
                    f"{row[key]:%Y-%m}" if by == "month" else row[key] or "",
                )
                for row in now
            )
            # A cell is the list it opens.
            for one in cells[cells["place"] != ""].head(2).to_dict("records"):
                if by == "month":
                    first = max(date.fromisoformat(f"{one['key']}-01"), period[0])
                    last = min(
                        (first.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1),
                        period[1],
                    )
                    listed = replace(chosen, region=one["place"], start=first, end=last)
                    assert alert_list(scope, listed, settings=home).total == one["alert_count"]
        check_kinds(scope, chosen, home, now)
        check_waits(scope, chosen, home, now)


def check_kinds(scope: Scope, chosen: Filters, home, now: list[dict]) -> None:
    kinds = heat.kinds(scope, chosen, settings=home)
    for kind, column in {
        "level": "alert_level",
        "source": "source",
        "model": "model",
        "module": "module",
        "stage": "stage",
    }.items():
        of_kind = kinds[kinds["kind"] == kind]
        assert Counter(dict(zip(of_kind["code"], of_kind["alert_count"], strict=True))) == Counter(
            row[column] or "" for row in now
        )
        assert of_kind["red_count"].sum() == sum(row["alert_level"] == "red" for row in now)
        assert of_kind["verified_count"].sum() == sum(row["finding"] is not None for row in now)


def check_waits(scope: Scope, chosen: Filters, home, now: list[dict]) -> None:
    is_open = [row for row in now if row["is_open"]]
    ages = heat.ages(scope, chosen, settings=home)
    assert Counter(
        {(one["stage"], one["days"]): one["alert_count"] for one in ages.to_dict("records")}
    ) == Counter((row["stage"], (tiny.AS_OF.date() - row["stage_at"].date()).days) for row in is_open)
    assert ages["stuck_count"].sum() == sum(row["is_stuck"] for row in now)
    owners = heat.owners(scope, chosen, settings=home)
    units = owners[owners["kind"] == "unit"]
    assert Counter(dict(zip(units["code"], units["open_count"], strict=True))) == Counter(
        row["unit_id"] or "" for row in is_open
    )
    assert owners.groupby("kind")["overdue_count"].sum().to_list() == (
        [sum(row["is_overdue"] for row in now)] * 2 if is_open else []
    )
    stays = heat.stays(scope, chosen, settings=home)
    stages = ("raised", "assigned", "verified", "disposed", "applied")
    left = Counter(
        (stage, days)
        for row in now
        for days, stage in enumerate((*stages, "assessed")[: (*stages, "assessed").index(row["stage"])])
    )
    told = stays[stays["is_left"]]
    assert (
        Counter({(one["stage"], one["days"]): one["stay_count"] for one in told.to_dict("records")}) == left
    )
    assert stays.loc[~stays["is_left"], "stay_count"].sum() == sum(row["stage"] != "assessed" for row in now)


def test_places_and_states_by_hand(home) -> None:
    alerts = [
        tiny.Alert("a", VILLAGE, tiny.day("2026-05-01")),
        tiny.Alert("b", COUNTY, tiny.day("2026-05-02")),
        tiny.Alert("c", "990200003000", tiny.day("2026-05-03")),
    ]
    late = tiny.Complaint("c1", NEXT, tiny.day("2026-01-05"))
    tiny.write(home, tiny.World([late], alerts))
    chosen = Filters(None, None, date(2026, 1, 1), date(2026, 6, 30))
    counties = heat.places(PROVINCE, chosen, "county", settings=home)
    # A town right below its city stands among the counties.
    assert counties[["code", "alert_count"]].to_numpy().tolist() == [
        ["990101000000", 2],
        ["990102000000", 0],
        ["990200003000", 1],
    ]
    inside = heat.places(PROVINCE, replace(chosen, region=COUNTY), "village", settings=home)
    # A town without villages stands among them.
    assert inside["name"].tolist() == ["戊村", "己村", "庚镇", REMAINDER_NAME]
    states = dict(zip(inside["code"], inside["state"], strict=True))
    assert states[VILLAGE] == "alerted"
    assert states[NEXT] == "silent"
    of_unit = Scope("t", "team", (TOWN,), (ALL,), ("u1",))
    told = heat.places(of_unit, chosen, settings=home)
    assert set(told["state"]) == {"unknown"}
    quiet = tiny.Complaint("c2", NEXT, tiny.AS_OF - timedelta(days=89))
    tiny.write(home, tiny.World([late, quiet], alerts[1:]))
    again = heat.places(PROVINCE, replace(chosen, region=TOWN), settings=home)
    assert dict(zip(again["code"], again["state"], strict=True)) == {VILLAGE: "no_data", NEXT: "quiet"}


def test_the_edges_of_a_month(home) -> None:
    """Whole months come from the roll-up, other periods from the alerts: both end where they say."""
    days = ("2026-04-30", "2026-05-01", "2026-05-31", "2026-06-01")
    alerts = [
        tiny.Alert(day, VILLAGE, tiny.day(day), alert_level="red" if at else "blue")
        for at, day in enumerate(days)
    ]
    tiny.write(home, tiny.World([], [*alerts, tiny.Alert("here", "990100000000", tiny.day("2026-05-09"))]))
    for last, count in ((31, 2), (30, 1)):
        chosen = Filters(None, None, date(2026, 5, 1), date(2026, 5, last))
        found = heat.places(PROVINCE, replace(chosen, region="990100000000"), settings=home).set_index("code")
        assert found.loc[COUNTY, ["alert_count", "red_count", "before_count"]].tolist() == [count, count, 1]
        # What was recorded at the city itself is no part's.
        assert found.loc["990100000000", ["name", "alert_count"]].tolist() == [REMAINDER_NAME, 1]


def test_nothing_outside_the_scope(home) -> None:
    tiny.write(home, tiny.World([], [tiny.Alert("a", VILLAGE, tiny.day("2026-05-01"))]))
    station = Scope("s", "station", (NEXT,), (ALL,), (ALL,))
    for chosen in (Filters(), Filters(region=VILLAGE), Filters(region="990000000000")):
        assert heat.places(station, chosen, settings=home)["alert_count"].sum() == 0
        assert heat.kinds(station, chosen, settings=home).empty
    assert heat.places(station, Filters(region=VILLAGE), settings=home).empty


def test_days_of_a_wait() -> None:
    today = date(2026, 10, 20)
    assert heat.began_on(0, 3, today) == (date(2026, 10, 17), None)
    assert heat.began_on(4, 7, today) == (date(2026, 10, 13), date(2026, 10, 16))
    assert heat.began_on(61, None, today) == (None, date(2026, 8, 20))
