"""What is decided lies over the snapshot: in rows, in every roll-up, under scope, at once and whole."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from cockpit.error import CockpitError
from cockpit.ledger import open_ledger
from cockpit.ledger import store as ledger_store
from cockpit.ledger.tables import alert_state, decision
from cockpit.loop.state import LOCAL, Alert, AlertState
from cockpit.loop.transition import tasks as duties
from cockpit.queries import AlertNarrowing, Filters, alert_list, overview, run, task_count, tasks
from cockpit.scope import ALL, Scope
from cockpit.settings import Settings
from cockpit.views import overlay
from cockpit.views.store import store
from tests.views import tiny
from tests.views.decided import NOW, Decided, decide, decided, expected
from tests.views.worlds import case_scopes, sees, visible, worlds

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
SLOW = [HealthCheck.too_slow]
FULL = Scope("x", "leader", ("990000000000",), (ALL,), (ALL,))
SHOWN = (
    *("id", "stage", "stage_at", "finding", "disposition", "has_clue", "has_case", "has_sanction"),
    *("persons", "recovered", "due_at", "is_open", "is_overdue", "is_stuck"),
)
HERE = ("handler", "version", "has_conflict")
KEYS = tiny.ALERT_KEYS
COUNTS = (
    "alert_count",
    "open_count",
    "overdue_count",
    "verified_count",
    "substantiated_count",
    "stuck_count",
    "clue_count",
    "sanction_count",
    "recovering_count",
    "persons_sum",
)


@pytest.fixture(autouse=True)
def _ledgers_closed() -> Iterator[None]:
    yield
    for one in ledger_store._open.values():
        one.engine.dispose()
    ledger_store._open.clear()


def plain(frame: pd.DataFrame, names: tuple[str, ...]) -> list[tuple[object, ...]]:
    rows = frame[list(names)].astype(object)
    rows = rows.where(rows.notna(), None)
    return sorted(tuple(map(text, row)) for row in rows.itertuples(index=False))


def text(value: object) -> str:
    """Write a value, whole numbers alike whatever their type."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value:g}" if is_number else str(value)


def texts(rows: list[dict[str, object]], names: tuple[str, ...]) -> list[tuple[str, ...]]:
    frame = pd.DataFrame(rows, columns=list(names)).astype(object)
    return plain(frame, names) if len(rows) else []


def cells(frame: pd.DataFrame) -> dict[tuple[object, ...], tuple[float, ...]]:
    """Return the counts that are left of a roll-up by its keys, cells without any left out."""
    frame["parent"] = frame["parent"].astype(object).where(frame["parent"].notna(), None)
    frame["month"] = frame["month"].astype(str).str[:10]
    summed = frame.groupby(list(KEYS), dropna=False, observed=True)[[*COUNTS, "recovered_sum"]].sum().round(6)
    kept = summed[(summed != 0).any(axis=1)]
    return {
        tuple(None if pd.isna(part) else part for part in key): tuple(float(v) for v in row)
        for key, row in zip(kept.index, kept.itertuples(index=False), strict=True)
    }


def rolled(rows: list[dict[str, object]], scope: Scope) -> dict[tuple[object, ...], tuple[float, ...]]:
    up = tiny._roll_up(rows, "raised_month", ("alert_level", "stage"), tiny._alert_counts)
    up = [row for row in up if visible("alert_month", row, scope)]
    return cells(pd.DataFrame(up, columns=[*KEYS, *COUNTS, "recovered_sum"])) if up else {}


@settings(max_examples=15, phases=QUICK, suppress_health_check=SLOW)
@given(
    world=worlds,
    rounds=st.lists(st.lists(decided, min_size=1, max_size=8), max_size=4),
    scope=case_scopes,
    is_filled=st.booleans(),
)
def test_rows_and_every_roll_up_follow_any_decisions(
    world: tiny.World, rounds: list[list[Decided]], scope: Scope, is_filled: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = tiny.settings_in(Path(folder))
        tiny.write(home, world)
        if not is_filled:
            store(home).frame("from build", FULL)
        last: dict[str, tuple[Decided, int]] = {}
        for states in rounds:
            last |= decide(home, states)
            rows = expected(world, last)
            for one in (FULL, scope):
                inside = [r for r in rows if sees(one, r["region_code"], r["industry_code"], r["unit_id"])]
                shown = store(home).frame("from alert", one)
                assert plain(shown, (*SHOWN, *HERE)) == texts(inside, (*SHOWN, *HERE))
                assert cells(store(home).frame("from alert_month", one)) == rolled(rows, one)


def test_tasks_are_the_duties_of_the_loop(home: Settings) -> None:
    states = [
        Decided(
            0,
            stage,
            NOW,
            handler,
            accepted,
            verified,
            disposed,
            due_at=due,
            is_urged=urged,
            extension_by=asks,
        )
        for stage, handler, accepted, verified, disposed, due, urged, asks in product(
            ("raised", "assigned", "verified", "disposed", "applied", "assessed"),
            (None, "amy", "bob"),
            (False, True),
            (None, "amy bob"),
            (None, "bob amy"),
            (NOW - timedelta(days=1), NOW + timedelta(days=1)),
            (False, True),
            (None, "amy", "bob"),
        )
    ]
    for number, state in enumerate(states):
        state.alert = number
    levels = ("red", "blue")
    regions = ("990101001001", "990200003000")
    alerts = [
        tiny.Alert(f"a{number}", regions[number % 7 == 0], NOW, alert_level=levels[number % 5 == 0])
        for number in range(len(states) + 1)
    ]
    tiny.write(home, tiny.World([], alerts))
    decide(home, states)
    rows = store(home).frame("from alert", FULL).astype(object).to_dict("records")
    for row in rows:
        row |= {key: None for key, value in row.items() if pd.isna(value)}
    roles = ("leader", "room", "team", "station", "auditor", "admin")
    for who, role in product(("amy", "zoe"), roles):
        me = Scope(who, role, ("990100000000",), (ALL,), (ALL,))
        due = {(row["id"], task) for row in rows for task in duty_of(row, me)}
        assert (len(due) > 0) == (role in ("leader", "room", "team") or (role, who) == ("station", "amy"))
        pages = [tasks(me, page=page, rows=1000, settings=home) for page in (1, 2)]
        found = pd.concat([page.frame for page in pages])
        assert len(found) == min(len(due), 2000)
        assert {page.total for page in pages} == {len(due)}
        whole = tasks(me, rows=5000, settings=home).frame
        assert set(zip(whole["id"], whole["task"], strict=True)) == due
        assert found["id"].tolist() == whole["id"].tolist()[:2000]
        assert whole["due_at"].dropna().is_monotonic_increasing
        count = task_count(me, settings=home)
        assert (count.open, count.overdue) == (len(due), int(whole["is_overdue"].sum()))
        mine = run("tasks", me, {"task": "dispose", "rows": "5000"}, settings=home)
        assert set(mine["id"]) == {name for name, task in due if task == "dispose"}


def duty_of(row: dict[str, Any], me: Scope) -> tuple[str, ...]:
    """Return what the loop says is a person's to do on an alert as the view shows it."""
    fields = {name: row.get(name) for name in AlertState._fields}
    state = AlertState(**fields | {"due_at": row["due_at"] and row["due_at"].tz_localize(LOCAL)})
    places = (row["region_code"], row["industry_code"], row["unit_id"], row["alert_level"])
    alert = Alert(row["id"], *places, row["stage"], row["stage_at"].to_pydatetime())
    return duties(state, me, alert, now=NOW.replace(tzinfo=LOCAL))


AT = tiny.day("2026-10-01")
WORLD = tiny.World(
    [],
    [
        tiny.Alert("a0", "990101001001", AT, "edu", "u1", recovered=5.0),
        tiny.Alert("a1", "990200003000", AT, "env", "u2", "blue", "verified", "partly"),
    ],
)


def test_a_decision_shows_at_once_everywhere(home: Settings) -> None:
    tiny.write(home, WORLD)
    asked = Filters(start=AT.date().replace(day=1), end=AT.date().replace(day=31))
    assert overview(FULL, asked, settings=home).alert_now["open_count"].iloc[0] == 2
    before = store(home).revision(FULL)
    away = Scope("y", "room", ("990200000000",), (ALL,), (ALL,))
    near = Scope("z", "station", ("990101001001",), (ALL,), (ALL,))
    still, moved = store(home).revision(away), store(home).revision(near)
    state = Decided(0, "disposed", finding="substantiated", persons=3, recovered=600.0, handler="bob")
    decide(home, [state])
    assert store(home).revision(FULL) != before
    # Pages and caches of other places have nothing to draw again.
    assert store(home).revision(away) == still
    assert store(home).revision(near) != moved
    shown = overview(FULL, asked, settings=home)
    [now] = shown.alert_now.to_dict("records")
    assert (now["alert_count"], now["open_count"], now["substantiated_count"]) == (2, 1, 2)
    assert (now["persons_sum"], now["recovered_sum"]) == (3, 600.0)
    by_region = shown.alert_by_region.set_index("region_code")["persons_sum"].to_dict()
    assert by_region == {"990100000000": 3, "990200000000": 0}
    [row] = alert_list(FULL, Filters(), narrowing=AlertNarrowing(handler="bob"), settings=home).frame.to_dict(
        "records"
    )
    assert (row["id"], row["stage"], row["recovered"], row["version"]) == ("a0", "disposed", 600.0, 1)
    assert alert_list(FULL, Filters(), stage="raised", settings=home).total == 0
    stages = run("alert_by_stage", FULL, {}, settings=home)
    assert dict(zip(stages["stage"], stages["alert_count"], strict=True)) == {"disposed": 1, "verified": 1}
    [city] = alert_list(away, Filters(), settings=home).frame["id"]
    assert city == "a1"


def moved(home: Settings, seq: int, step: tuple[str, str], moment: datetime, upstream_at: datetime) -> None:
    """Write one decision on a0 and the state it leaves."""
    from_stage, to_stage = step
    with open_ledger(home).write() as connection:
        connection.execute(
            decision.insert().values(
                seq=seq,
                alert_id="a0",
                version=seq,
                at=moment.replace(tzinfo=LOCAL),
                who="bob",
                role="room",
                action="assign",
                from_stage=from_stage,
                to_stage=to_stage,
                upstream_stage="raised",
                upstream_at=upstream_at.replace(tzinfo=LOCAL),
            )
        )
    decide(home, [Decided(0, to_stage, stage_at=moment, upstream_at=upstream_at)])


def test_stays_ended_here_count_beside_those_that_sources_tell(home: Settings) -> None:
    tiny.write(home, WORLD)
    stays = "select stage, days from alert_stay where region_code = '990101001001' order by days"
    assert store(home).frame(stays, FULL).values.tolist() == []
    began = NOW - timedelta(days=30)
    moved(home, 1, ("raised", "assigned"), began + timedelta(days=3, hours=5), began)
    assert store(home).frame(stays, FULL).values.tolist() == [["raised", 3]]
    # What moves nothing ends no stay; the next counts from the last that did.
    moved(home, 2, ("assigned", "assigned"), began + timedelta(days=4), began)
    moved(home, 3, ("assigned", "verified"), began + timedelta(days=10, hours=4), began)
    assert store(home).frame(stays, FULL).values.tolist() == [["raised", 3], ["assigned", 6]]
    away = Scope("y", "room", ("990200000000",), (ALL,), (ALL,))
    assert store(home).frame(stays, away).empty
    # A fresh overlay, which reads all decisions at once, says the same.
    tiny.write(home, WORLD)
    assert store(home).frame(stays, FULL).values.tolist() == [["raised", 3], ["assigned", 6]]


@pytest.mark.parametrize(("known_until", "told"), [(0, [["assigned", 1], ["raised", 0]]), (1, [])])
def test_what_sources_tell_after_a_decision_is_not_counted_twice(
    home: Settings, known_until: int, told: list[list[object]]
) -> None:
    """The sources tell of two stays that ended on AT: before the decision, or a day after the time it was made from."""
    alert = tiny.Alert("a0", "990101001001", AT, "edu", "u1", stage="verified")
    tiny.write(home, tiny.World([], [alert, tiny.Alert("a1", "990200003000", AT, "env", stage="assigned")]))
    stays = "select stage, days from alert_stay where region_code = '{}' order by stage"
    since = AT - timedelta(days=known_until)
    moved(home, 1, ("verified", "disposed"), AT + timedelta(days=9), since)
    found = store(home).frame(stays.format("990101001001"), FULL).values.tolist()
    assert found == [*told, ["verified", 9 + known_until]]
    assert store(home).frame(stays.format("990200003000"), FULL).values.tolist() == [["raised", 0]]


def test_a_limit_that_runs_out_is_seen_without_a_decision(home: Settings, monkeypatch) -> None:
    tiny.write(home, WORLD)
    decide(home, [Decided(0, "assigned", due_at=NOW + timedelta(days=3), stage_at=NOW)])
    seen = "select is_overdue, is_stuck from alert where id = 'a0'"
    counted = "select sum(overdue_count) as n from alert_month where level = 'province'"
    assert store(home).frame(seen, FULL).values.tolist() == [[False, False]]
    before = store(home).frame(counted, FULL)["n"].iloc[0]

    class Later(overlay.datetime):
        @classmethod
        def now(cls, zone=None):
            return super().now(zone) + timedelta(days=4)

    monkeypatch.setattr(overlay, "datetime", Later)
    assert store(home).frame(seen, FULL).values.tolist() == [[True, False]]
    assert store(home).frame(counted, FULL)["n"].iloc[0] == before + 1
    number = store(home).revision(FULL)
    assert store(home).revision(FULL) == number

    class MuchLater(overlay.datetime):
        @classmethod
        def now(cls, zone=None):
            return super().now(zone) + timedelta(days=40)

    monkeypatch.setattr(overlay, "datetime", MuchLater)
    assert store(home).frame(seen, FULL).values.tolist() == [[True, True]]


def test_a_conflict_is_shown_until_the_next_decision(home: Settings) -> None:
    tiny.write(home, WORLD)
    decide(home, [Decided(0, "assigned", upstream_stage="raised", upstream_at=AT)])
    asked = "select has_conflict, stage, upstream_stage from alert where id = 'a0'"
    assert store(home).frame(asked, FULL).values.tolist() == [[False, "assigned", "raised"]]
    later = tiny.Alert("a0", "990101001001", AT + timedelta(days=2), "edu", "u1", stage="verified")
    tiny.write(home, tiny.World([], [later, WORLD.alerts[1]]))
    assert store(home).frame(asked, FULL).values.tolist() == [[True, "assigned", "verified"]]
    assert alert_list(FULL, Filters(), state="conflict", settings=home).frame["id"].tolist() == ["a0"]
    decide(home, [Decided(0, "assigned", upstream_stage="verified", upstream_at=AT + timedelta(days=2))])
    assert store(home).frame(asked, FULL).values.tolist() == [[False, "assigned", "verified"]]


def test_a_reader_sees_one_state_and_the_next_one_the_new(home: Settings) -> None:
    tiny.write(home, WORLD)
    asked = "select (select count(*) from alert where is_open) as a, sum(open_count) as b from alert_month where level = 'province'"
    with store(home).reader(FULL) as reader:
        assert reader.frame(asked).values.tolist() == [[2, 2]]
        decide(home, [Decided(0, "disposed")])
        store(home).refresh()
        assert reader.frame(asked).values.tolist() == [[2, 2]]
    assert store(home).frame(asked, FULL).values.tolist() == [[1, 1]]


def test_a_ledger_out_of_reach_leaves_the_last_state_and_says_so(home: Settings, monkeypatch) -> None:
    tiny.write(home, WORLD)
    decide(home, [Decided(0, "disposed")])
    assert store(home).problem is None
    assert len(store(home).frame("from alert where is_open", FULL)) == 1

    def broken(settings: Settings) -> None:
        raise CockpitError("台账无法访问。")

    with monkeypatch.context() as patched:
        patched.setattr(overlay, "open_ledger", broken)
        assert len(store(home).frame("from alert where is_open", FULL)) == 1
        assert "台账无法访问" in (store(home).problem or "")
        fresh = home.model_copy(update={"list_page_rows": 77})
        with pytest.raises(CockpitError, match="台账无法访问"):
            store(fresh).frame("from alert", FULL)
    assert len(store(home).frame("from alert where is_open", FULL)) == 1
    assert store(home).problem is None


class Watched:
    """A connection that tells of each commit before it, and has no room for it while it is full."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, told: Callable[[], object]) -> None:
        self.connection, self.told, self.is_full = connection, told, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    def commit(self) -> None:
        self.told()
        if self.is_full:
            raise duckdb.OutOfMemoryException("no memory")
        self.connection.commit()


def test_no_state_is_told_of_before_it_can_be_read(home: Settings) -> None:
    tiny.write(home, WORLD)
    before = store(home).revision(FULL)
    laid = store(home)._served.overlay
    seen: list[int] = []
    laid._writer = Watched(laid._writer, lambda: seen.append(laid.number(FULL.regions)))  # type: ignore[assignment]
    decide(home, [Decided(0, "disposed")])
    store(home).refresh()
    assert seen == [laid._made]
    assert store(home).revision(FULL) != before


def test_what_could_not_be_laid_over_is_said_and_comes_with_the_next_look(home: Settings) -> None:
    tiny.write(home, WORLD)
    assert store(home).problem is None
    assert len(store(home).frame("from alert where is_open", FULL)) == 2
    laid = store(home)._served.overlay
    laid._writer = watched = Watched(laid._writer, lambda: None)  # type: ignore[assignment]
    watched.is_full = True
    decide(home, [Decided(0, "disposed")])
    store(home).refresh()
    assert "不是最新" in (store(home).problem or "")
    watched.is_full = False
    store(home).refresh()
    assert store(home).problem is None
    assert len(store(home).frame("from alert where is_open", FULL)) == 1


def test_a_ledger_put_back_is_read_anew(home: Settings) -> None:
    tiny.write(home, WORLD)
    decide(home, [Decided(0, "disposed"), Decided(1, "disposed")])
    asked = "from alert where is_open"
    assert len(store(home).frame(asked, FULL)) == 0
    with open_ledger(home).write() as connection:
        connection.execute(delete(alert_state).where(alert_state.c.alert_id == "a1"))
    store(home).refresh()
    assert len(store(home).frame(asked, FULL)) == 1


def test_many_decisions_make_a_fresh_overlay(home: Settings, monkeypatch) -> None:
    monkeypatch.setattr(overlay, "ADDED_ROWS_MAX", 30)
    tiny.write(home, WORLD)
    store(home).frame("from alert", FULL)
    first = store(home)._served
    revisions = [store(home).revision(FULL)]
    for number in range(4):
        decide(home, [Decided(0, ["assigned", "verified"][number % 2])])
        store(home).frame("from alert", FULL)
        revisions.append(store(home).revision(FULL))
    assert store(home)._served is not first
    # Under the number of an earlier state a cache would show that state again.
    assert len({*revisions}) == 5
    rows = expected(WORLD, {"a0": (Decided(0, "verified"), 4)})
    assert cells(store(home).frame("from alert_month", FULL)) == rolled(rows, FULL)


def test_another_process_is_seen_within_five_seconds(home: Settings) -> None:
    patient = home.model_copy(update={"ledger_poll_seconds": 1.0})
    tiny.write(patient, WORLD)
    assert len(store(patient).frame("from alert where is_open", FULL)) == 2
    code = (
        "import sys; from pathlib import Path; from tests.views import tiny, decided;"
        "decided.decide(tiny.settings_in(Path(sys.argv[1])), [decided.Decided(0, 'disposed')])"
    )
    subprocess.run([sys.executable, "-c", code, str(home.home)], check=True, cwd=Path(__file__).parents[2])
    deadline = time.monotonic() + 5
    while len(store(patient).frame("from alert where is_open", FULL)) == 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_truncated_snapshot_leaves_an_older_one_to_a_fresh_start(home: Settings) -> None:
    old = tiny.write(home, WORLD)
    new = tiny.write(home, WORLD)
    with new.open("r+b") as file:
        file.truncate(5000)
    assert store(home).build_id == old.stem
    assert new.name in (store(home).problem or "")
