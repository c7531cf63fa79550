"""The frames of 监督成效: equal to plain counts for every scope, to the overview and to the list."""

import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from cockpit import region_code
from cockpit.contract.codes import ALERT_STAGE, DOCUMENT_KIND
from cockpit.queries import Filters, alert_list, effect, overview
from cockpit.queries.effect import COUNTS, Key
from cockpit.scope import ALL, Scope
from cockpit.settings import Settings
from cockpit.working_day import working_days
from tests.queries.test_identity import filters, kept
from tests.views import tiny
from tests.views.worlds import case_scopes, sees, worlds

# Shrinking a failing world takes minutes: every step writes a snapshot.
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
PROVINCE = Scope("x", "leader", ("990000000000",), (ALL,), (ALL,))
VILLAGE, NEXT, COUNTY, BESIDE = "990101001001", "990101001002", "990101000000", "990102000000"
KEYS: tuple[Key, ...] = ("month", "source", "industry", "module", "model", "region")
THIRD, FOURTH = "990103000000", "990104000000"
YEAR = Filters(None, None, date(2025, 10, 1), date(2026, 9, 30))


def plain(rows: list[dict]) -> dict[str, float]:
    """Count alerts as one would by hand."""

    def total(name: str, among: list[dict]) -> float:
        return float(sum(row[name] or 0 for row in among))

    sanctioned = [row for row in rows if row["has_sanction"]]
    return {
        "alert_count": len(rows),
        "assigned_count": sum(row["stage"] != "raised" for row in rows),
        "verified_count": sum(row["finding"] is not None for row in rows),
        "substantiated_count": sum(row["finding"] in ("substantiated", "partly") for row in rows),
        "disposed_count": sum(row["stage"] in ("disposed", "applied", "assessed") for row in rows),
        "clue_count": sum(row["has_clue"] for row in rows),
        "case_count": sum(row["has_case"] for row in rows),
        "sanction_count": len(sanctioned),
        "sanctioned_sum": total("persons", sanctioned),
        "persons_sum": total("persons", rows),
        "dealt_count": sum((row["persons"] or 0) > 0 for row in rows),
        "recovering_count": sum((row["recovered"] or 0) > 0 for row in rows),
        "recovered_sum": total("recovered", rows),
    }


@settings(max_examples=15, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds, scope=case_scopes, chosen=filters)
def test_every_cohort_equals_plain_counts_the_overview_and_the_list(
    world: tiny.World, scope: Scope, chosen: Filters
) -> None:
    for number, one in enumerate(world.alerts):
        one.disposition = ("clue", "case_filed", "sanction", "talk", None)[number % 5]
        one.source = ("collision", "manual", None)[number % 3]
        one.module = ("labour", None)[number % 2]
    with tempfile.TemporaryDirectory() as folder:
        home = tiny.settings_in(Path(folder))
        tiny.write(home, world)
        shown = overview(scope, chosen, settings=home)
        found = effect.cohorts(scope, chosen, settings=home)
        assert found.period == shown.periods["now"]
        rows = [
            row
            for row in world.rows()["alert"]
            if kept(row, scope, chosen, "raised_at", shown.periods["now"])
        ]
        assert {name: found.total[name] for name in COUNTS} == plain(rows)
        told = shown.alert_now.iloc[0]
        for name in ("alert_count", "verified_count", "substantiated_count", "persons_sum", "recovered_sum"):
            assert found.total[name] == told[name], name
        assert alert_list(scope, shown.filters, settings=home).total == len(rows)
        for key in KEYS:
            by = found.by(key)
            assert by[list(COUNTS)].sum().to_dict() == plain(rows), key
            assert by["key"].is_unique
            assert by["name"].map(bool).all()
        for _, row in found.by("month").iterrows():
            entered = [one for one in rows if one["raised_month"] == row["key"].date()]
            assert {name: row[name] for name in COUNTS} == plain(entered)
        for _, row in found.by("source").iterrows():
            of = [one for one in rows if (one["source"] or "") == row["key"]]
            assert {name: row[name] for name in COUNTS} == plain(of)
        stages = effect.stages(scope, chosen, settings=home).set_index("stage")
        assert list(stages.index) == list(ALERT_STAGE)
        assert stages["alert_count"].sum() == len(rows) == stages["reached_count"].iloc[0]
        assert stages["reached_count"].is_monotonic_decreasing
        for stage, row in stages.iterrows():
            here = [one for one in rows if one["stage"] == stage]
            assert (row["alert_count"], row["overdue_count"]) == (
                len(here),
                sum(one["is_overdue"] for one in here),
            )


@settings(max_examples=10, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds, scope=case_scopes)
def test_documents_and_rectification_are_those_in_scope(world: tiny.World, scope: Scope) -> None:
    chosen = Filters(None, None, date(2020, 1, 1), date(2030, 12, 31))
    with tempfile.TemporaryDirectory() as folder:
        home = tiny.settings_in(Path(folder))
        tiny.write(home, world)
        seen = {
            one.id for one in world.documents if sees(scope, one.region_code, one.industry_code, one.unit_id)
        }
        counts = effect.documents(scope, chosen, settings=home).set_index("kind")["document_count"]
        assert list(counts.index) == list(DOCUMENT_KIND)
        assert counts.sum() == counts["assignment"] == len(seen)
        listed = effect.document_list(scope, chosen, kind="assignment", rows=100, settings=home)
        assert (listed.total, set(listed.frame["id"])) == (len(seen), seen)
        assert set(effect.rectifications(scope, chosen, settings=home)["id"]) == seen
        held = set(effect.campaigns(scope, chosen, settings=home)["region_code"])
        assert all(scope.holds_region(code) for code in held)


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_documents_by_state(home: Settings) -> None:
    # The data date is 2026-10-20.
    documents = [
        tiny.Document("open", COUNTY, day("2026-09-01"), "proposal", due_on=day("2026-11-01")),
        tiny.Document("overdue", COUNTY, day("2026-09-01"), "proposal", due_on=day("2026-10-19")),
        tiny.Document("due today", COUNTY, day("2026-09-01"), "proposal", due_on=day("2026-10-20")),
        tiny.Document(
            "late",
            COUNTY,
            day("2026-09-02"),
            "proposal",
            due_on=day("2026-09-09"),
            replied_on=day("2026-09-10"),
        ),
        tiny.Document("no limit", COUNTY, day("2026-09-02"), "proposal"),
        tiny.Document("other", BESIDE, day("2026-09-02"), "report"),
        tiny.Document("before", COUNTY, day("2025-09-30"), "proposal"),
    ]
    tiny.write(home, tiny.World(documents=documents))
    found = effect.documents(PROVINCE, YEAR, settings=home).set_index("kind")
    assert found.loc["proposal"].to_dict() == {
        "document_count": 5,
        "limited_count": 4,
        "replied_count": 1,
        "late_count": 1,
        "overdue_count": 1,
    }
    assert found.loc["report", "document_count"] == 1
    for state, count in (("limited", 4), ("replied", 1), ("late", 1), ("overdue", 1)):
        assert (
            effect.document_list(PROVINCE, YEAR, kind="proposal", state=state, settings=home).total == count
        )
    first, second = (
        effect.document_list(PROVINCE, YEAR, rows=4, page=page, settings=home) for page in (1, 2)
    )
    assert (first.total, second.total, len(first.frame), len(second.frame)) == (6, 6, 4, 2)


def complaints(region: str, month: str, count: int, industry: str = "edu") -> list[tiny.Complaint]:
    at = datetime.fromisoformat(f"{month}-05 09:00")
    return [tiny.Complaint(f"{region}-{month}-{number}", region, at, industry) for number in range(count)]


def test_a_campaign_counts_whole_months_on_either_side_and_leaves_out_who_has_one_too(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = {code: (name, "990100000000", 9) for code, name in ((THIRD, "第三县"), (FOURTH, "第四县"))}
    monkeypatch.setattr(tiny, "REGIONS", tiny.REGIONS | more)
    world = tiny.World(
        alerts=[
            tiny.Alert(f"a{month}", COUNTY, datetime(2026, month, 9, 9), industry)
            for month, industry in ((5, "edu"), (6, "env"), (7, "edu"), (9, "edu"), (10, "edu"))
        ],
        complaints=[
            *complaints(COUNTY, "2026-06", 3),
            # The month of the beginning counts on neither side.
            *complaints(COUNTY, "2026-07", 50),
            *complaints(COUNTY, "2026-08", 2),
            *complaints(COUNTY, "2026-09", 1),
            *complaints(COUNTY, "2026-05", 4),
            *complaints(COUNTY, "2026-04", 60),
            *complaints(COUNTY, "2026-06", 7, "env"),
            *complaints(BESIDE, "2026-06", 5),
            *complaints(BESIDE, "2026-08", 6),
            *complaints(THIRD, "2026-06", 9),
        ],
        rectifications=[
            tiny.Rectification("c", COUNTY, day("2026-07-10"), industry_code="edu"),
            # Of the same field, in these months: no control. Of another field: one.
            tiny.Rectification("d", THIRD, day("2026-06-20"), industry_code="edu"),
            tiny.Rectification("e", BESIDE, day("2026-06-20"), industry_code="env"),
            tiny.Rectification(
                "f", FOURTH, day("2025-01-01"), industry_code="edu", completed_on=day("2025-06-01")
            ),
        ],
    )
    tiny.write(home, world)
    found = effect.campaigns(PROVINCE, YEAR, settings=home)
    mine = found[found["campaign"] == "c"].set_index("region_code")
    # Two whole months after July by 20 October, so two before it.
    assert set(mine["months"]) == {2}
    counted = mine[["is_treated", "before", "after"]].to_dict("index")
    assert counted == {
        COUNTY: {"is_treated": True, "before": 7, "after": 3},
        BESIDE: {"is_treated": False, "before": 5, "after": 6},
        FOURTH: {"is_treated": False, "before": 0, "after": 0},
    }
    alerts = effect.campaigns(PROVINCE, YEAR, "alert", settings=home)
    assert alerts.loc[alerts["campaign"] == "c", ["before", "after"]].to_numpy().sum() == 2
    # Begun on a first day: that month is one of those after.
    world.rectifications = [tiny.Rectification("c", COUNTY, day("2026-07-01"), industry_code="edu")]
    tiny.write(home, world)
    mine = effect.campaigns(PROVINCE, YEAR, settings=home).set_index("region_code").loc[COUNTY]
    assert (mine["months"], mine["before"], mine["after"]) == (3, 67, 53)
    # Who sees one county alone has no controls.
    alone = effect.campaigns(Scope("x", "room", (COUNTY,), (ALL,), (ALL,)), YEAR, settings=home)
    assert alone["region_code"].tolist() == [COUNTY]


def test_coverage_counts_villages_with_any_record(home: Settings) -> None:
    world = tiny.World([*complaints(VILLAGE, "2026-06", 2), *complaints(NEXT, "2025-06", 1)])
    tiny.write(home, world)
    found = effect.coverage(PROVINCE, YEAR, settings=home)
    assert found is not None
    assert found[["village_count", "covered_count", "labour", "seal"]].sum().tolist() == [2, 1, 1, 0]
    inside = effect.coverage(PROVINCE, Filters(COUNTY, None, YEAR.start, YEAR.end), settings=home)
    assert inside is not None
    assert inside["village_count"].sum() == 2
    own = effect.coverage(Scope("x", "station", (NEXT,), (ALL,), (ALL,)), YEAR, settings=home)
    assert own is not None
    assert own[["region_code", "village_count", "covered_count"]].to_numpy().tolist() == [[NEXT, 1, 0]]
    assert effect.coverage(Scope("x", "team", (COUNTY,), (ALL,), ("u1",)), YEAR, settings=home) is None
    assert effect.coverage(Scope("x", "room", (COUNTY,), ("edu",), (ALL,)), YEAR, settings=home) is None


@pytest.mark.parametrize(("level", "limit"), [("red", 12), ("yellow", 24), ("blue", 36), (None, 36)])
def test_a_month_is_mature_when_the_longest_limit_has_run_out(
    home: Settings, level: str | None, limit: int
) -> None:
    tiny.write(home, tiny.World())
    chosen = Filters(None, None, YEAR.start, YEAR.end, level)
    found, as_of = effect.cohorts(PROVINCE, chosen, settings=home), tiny.AS_OF.date()
    last = found.mature_until
    assert working_days(last, as_of) >= limit > working_days(last + timedelta(days=1), as_of)
    ends = [date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31)]
    assert [found.is_mature(end.replace(day=1)) for end in ends] == [end <= last for end in ends]


def test_parts_beyond_the_scope_count_as_nothing(home: Settings) -> None:
    tiny.write(home, tiny.World(alerts=[tiny.Alert("a", VILLAGE, datetime(2026, 5, 5, 9))]))
    outside = Scope("x", "room", (BESIDE,), (ALL,), (ALL,))
    for chosen in (YEAR, Filters(COUNTY, None, YEAR.start, YEAR.end)):
        assert effect.cohorts(outside, chosen, settings=home).total["alert_count"] == 0
        assert not effect.stages(outside, chosen, settings=home)["alert_count"].any()
    assert region_code.level(BESIDE) == "county"
    auditor = Scope("x", "auditor", ("990000000000",), (ALL,), (ALL,))
    assert effect.cohorts(auditor, YEAR, settings=home).total["alert_count"] == 0
