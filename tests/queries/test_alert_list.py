"""The list of alerts narrowed, searched, sorted and paged: exactly the rows asked for, against plain Python."""

import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cockpit.queries import AlertNarrowing, Filters, alert_list, alerts_picked, complaint_list, related
from cockpit.queries import alert_detail as detail
from cockpit.scope import ALL, Scope
from tests.queries.test_analysis import QUICK
from tests.queries.test_identity import filters, kept
from tests.views import tiny
from tests.views.worlds import case_scopes, industries, regions, times, units

PROVINCE = Scope("x", "leader", ("990000000000",), (ALL,), (ALL,))
VILLAGE, NEXT, TOWN = "990101001001", "990101001002", "990101001000"
STATION = Scope("s", "station", (VILLAGE,), (ALL,), (ALL,))


@dataclass
class Alert(tiny.Alert):
    """An alert with a subject of its own."""

    subject: str | None = None
    entered: int = 0

    def row(self) -> dict[str, object]:
        stage_at = self.raised_at + timedelta(days=self.entered)
        return {**super().row(), "subject": self.subject, "stage_at": stage_at}


alerts = st.builds(
    Alert,
    st.just(""),
    regions,
    times,
    industries,
    units,
    st.sampled_from(["red", "blue"]),
    st.sampled_from(["raised", "verified", "disposed"]),
    st.sampled_from([None, "substantiated", "partly", "unsubstantiated"]),
    module=st.sampled_from([None, "labour", "relief"]),
    persons=st.sampled_from([None, 0, 3]),
    recovered=st.sampled_from([None, 0.0, 600.0]),
    title=st.sampled_from(["虚报用工", "重复领取"]),
    model=st.sampled_from([None, "甲", "乙"]),
    source=st.sampled_from([None, "collision", "manual"]),
    disposition=st.sampled_from([None, "clue", "case_filed", "sanction", "talk"]),
    subject=st.sampled_from([None, "s1", "s2"]),
    entered=st.integers(0, 9),
)


@st.composite
def some_worlds(draw: st.DrawFn) -> tiny.World:
    found = draw(st.lists(alerts, max_size=40))
    for number, one in enumerate(found):
        one.id = f"a{number}"
    return tiny.World([], found)


MAYBE = [None, None, None, None]
TRUTH = st.sampled_from([*MAYBE, True, False])
narrowings = st.builds(
    AlertNarrowing,
    module=st.sampled_from([*MAYBE, "", "labour"]),
    model=st.sampled_from([*MAYBE, "", "甲"]),
    source=st.sampled_from([*MAYBE, "", "manual"]),
    unit=st.sampled_from([*MAYBE, "", "u1"]),
    handler=st.sampled_from([*MAYBE, "", "nobody"]),
    finding=st.sampled_from([*MAYBE, "", "partly", "verified", "confirmed"]),
    disposition=st.sampled_from([*MAYBE, "", "clue"]),
    has_clue=TRUTH,
    has_case=TRUTH,
    has_sanction=TRUTH,
    has_persons=TRUTH,
    has_recovered=TRUTH,
    own=st.sampled_from([*MAYBE, True]),
    no_industry=st.sampled_from([*MAYBE, True]),
    subject_of=st.sampled_from([*MAYBE, "a0", "a1"]),
    start=st.sampled_from([*MAYBE, date(2025, 6, 3)]),
    end=st.sampled_from([*MAYBE, date(2026, 5, 17)]),
    stage_from=st.sampled_from([*MAYBE, date(2025, 3, 5)]),
    stage_to=st.sampled_from([*MAYBE, date(2026, 5, 17)]),
)
FOUND = {
    "": {None},
    "partly": {"partly"},
    "verified": {"substantiated", "partly", "unsubstantiated"},
    "confirmed": {"substantiated", "partly"},
}


questions = st.tuples(
    case_scopes,
    filters,
    narrowings,
    st.sampled_from([None, None, "用工", "A1", "无此字"]),
    st.sampled_from(["raised_at", "amount"]),
    st.booleans(),
)


@settings(max_examples=12, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])
@given(world=some_worlds(), asked=st.lists(questions, min_size=4, max_size=4))
def test_a_narrowed_list_has_exactly_the_rows_asked_for(world, asked) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = tiny.settings_in(Path(folder))
        tiny.write(home, world)
        rows = {row["id"]: row for row in world.rows()["alert"]}
        for question in asked:
            check_list(home, rows, *question)


def check_list(home, rows, scope, chosen, narrowed: AlertNarrowing, search, sort, descending) -> None:
    focus = chosen.region or (scope.regions[0] if len(scope.regions) == 1 else None)
    whose = rows.get(narrowed.subject_of or "")
    if whose and not kept(whose, scope, Filters(), "raised_at"):
        whose = None

    def matches(row: dict) -> bool:
        period = (narrowed.start or chosen.start or date.min, narrowed.end or chosen.end or date.max)
        within = Filters(chosen.region, level=chosen.level) if narrowed.no_industry else chosen
        asked = [
            *(
                (getattr(narrowed, name), (row[key] or "") == getattr(narrowed, name))
                for name, key in (
                    ("module", "module"),
                    ("model", "model"),
                    ("source", "source"),
                    ("unit", "unit_id"),
                    ("disposition", "disposition"),
                )
            ),
            (narrowed.handler, narrowed.handler == ""),
            (narrowed.finding, row["finding"] in FOUND.get(narrowed.finding or "", set())),
            *(
                (getattr(narrowed, name), row[name] == getattr(narrowed, name))
                for name in ("has_clue", "has_case", "has_sanction")
            ),
            (narrowed.has_persons, bool(row["persons"]) == narrowed.has_persons),
            (narrowed.has_recovered, bool(row["recovered"]) == narrowed.has_recovered),
            (narrowed.own, row["region_code"] == focus),
            (narrowed.no_industry, row["industry_code"] is None),
            (
                narrowed.subject_of,
                bool(whose) and whose["subject"] is not None and row["subject"] == whose["subject"],
            ),
            (narrowed.stage_from, row["stage_at"].date() >= (narrowed.stage_from or date.min)),
            (narrowed.stage_to, row["stage_at"].date() <= (narrowed.stage_to or date.max)),
            (search, (search or "").lower() in row["search"]),
        ]
        return kept(row, scope, within, "raised_at", period) and all(
            holds for value, holds in asked if value is not None
        )

    expected = {name for name, row in rows.items() if matches(row)}
    pages = [
        alert_list(
            scope,
            chosen,
            narrowing=narrowed,
            search=search,
            sort=sort,
            descending=descending,
            page=number,
            rows=7,
            settings=home,
        )
        for number in range(1, len(expected) // 7 + 2)
    ]
    listed = [name for page in pages for name in page.frame["id"]]
    assert {page.total for page in pages} == {len(expected)}
    assert len(listed) == len(set(listed))
    assert set(listed) == expected
    if sort == "raised_at":
        moments = [rows[name]["raised_at"] for name in listed]
        assert moments == sorted(moments, reverse=descending)


WORLD = tiny.World(
    [
        tiny.Complaint("near", VILLAGE, tiny.day("2026-02-01"), "edu", "u1"),
        tiny.Complaint("late", VILLAGE, tiny.day("2026-08-01"), "edu", "u1"),
        tiny.Complaint("other", VILLAGE, tiny.day("2026-02-01"), "env", "u1"),
        tiny.Complaint("beside", NEXT, tiny.day("2026-02-01"), "edu", "u1"),
    ],
    [
        Alert("a", VILLAGE, tiny.day("2026-03-05"), "edu", "u1", model="甲", subject="s1"),
        Alert("b", VILLAGE, tiny.day("2026-01-05"), "edu", "u1", model="乙", subject="s1"),
        Alert("c", NEXT, tiny.day("2026-04-05"), "edu", "u1", model="甲", subject="s1"),
        Alert("d", TOWN, tiny.day("2026-04-06"), None, None, model=None, subject=None),
        Alert("e", VILLAGE, tiny.day("2024-01-05"), "edu", "u1", model="甲", subject="s1"),
    ],
)


@pytest.fixture
def full(home):
    tiny.write(home, WORLD)
    return home


@pytest.mark.parametrize("scope", [PROVINCE, STATION], ids=["leader", "station"])
def test_what_is_alike_is_what_its_list_shows(full, scope: Scope) -> None:
    row = detail(scope, "a", settings=full).iloc[0]
    found = related.alerts_alike(scope, row, date(2026, 10, 20), settings=full)
    everything = scope is PROVINCE
    assert set(found["subject"].rows["id"]) == ({"b", "c", "e"} if everything else {"b", "e"})
    assert set(found["place"].rows["id"]) == {"b"}
    assert set(found["model"].rows["id"]) == ({"c"} if everything else set())
    for alike in found.values():
        listed = alert_list(scope, alike.filters, narrowing=alike.narrowing, settings=full)
        assert listed.total == alike.total == len(alike.rows) + 1
    beside = related.complaints_beside(scope, row, settings=full)
    assert beside.rows["id"].tolist() == ["near"]
    listed = complaint_list(scope, beside.filters, narrowing=beside.narrowing, settings=full)
    assert listed.total == beside.total == 1


def test_an_alert_without_subject_and_model_has_neither(full) -> None:
    row = detail(PROVINCE, "d", settings=full).iloc[0]
    found = related.alerts_alike(PROVINCE, row, date(2026, 10, 20), settings=full)
    assert set(found) == {"place"}
    # Recorded at the town itself: the villages below are other places.
    assert (found["place"].total, len(found["place"].rows)) == (1, 0)


def test_a_subject_is_asked_for_by_an_alert_in_scope_alone(full) -> None:
    for name, count in (("a", 3), ("c", 0), ("d", 0), ("' or 1=1 --", 0)):
        narrowed = AlertNarrowing(subject_of=name)
        page = alert_list(STATION, Filters(), narrowing=narrowed, settings=full)
        assert page.total == (2 + 1 if count else 0) == count
        assert set(page.frame["id"]) <= {"a", "b", "e"}


def test_alerts_picked_are_those_in_scope(full) -> None:
    asked = ["a", "c", "nothing", "' or 1=1 --"]
    assert set(alerts_picked(PROVINCE, asked, settings=full)["id"]) == {"a", "c"}
    assert set(alerts_picked(STATION, asked, settings=full)["id"]) == {"a"}
    assert alerts_picked(STATION, [], settings=full).empty
