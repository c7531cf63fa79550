"""Every view shows exactly the rows in scope; without a scope, none."""

import tempfile
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from cockpit.scope import ALL, Scope, nobody
from cockpit.views.store import VIEWS, store
from tests.views import recorded, tiny
from tests.views.worlds import scopes, visible_rows, worlds

# Shrinking a failing world takes minutes: every step writes a snapshot.
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
KEYS = {
    "build": ("build_id",),
    "source": ("table_name",),
    "region": ("code",),
    "village_activity": ("region_code", "count_row"),
    "disclosure_item": ("code",),
    "disclosure_state": ("region_code", "item_code", "state"),
    "disclosure_count": ("region_code", "item_code", "missing_count"),
    "fund_year": ("region_code", "fund", "year"),
    "rating": ("kind", "code", "shown_grade"),
    "rating_base": ("kind", "code"),
    "rating_note": ("id",),
    "rating_peer": ("peer_group", "measure"),
    "rating_prior": ("level", "measure"),
    "rating_version": ("name",),
    **dict.fromkeys(recorded.MODULES, ("id", "region_code")),
    "module_figure": ("region_code", "module", "late_count"),
    "module_peer": ("peer_group", "module", "figure"),
    "village_month": ("region_code", "month", "labour"),
    "rectification": ("id",),
    "supervision_document": ("id",),
    "boundary": ("region_code",),
    "unit": ("id",),
    "industry": ("code",),
    "complaint": ("id",),
    "complaint_count": ("region_code", "industry_code", "received_at"),
    "complaint_event": ("complaint_id",),
    "complaint_month": (*tiny.COMPLAINT_KEYS, "complaint_count"),
    "complaint_month_unit": (*tiny.COMPLAINT_KEYS, "complaint_count"),
    "complaint_day": ("level", "region_code", "parent", "day", "industry_code", "unit_id", "complaint_count"),
    "complaint_duration_month": (*tiny.COMPLAINT_KEYS, "span", "days", "is_over", "complaint_count"),
    "complaint_duration_unit": (
        "region_code",
        "month",
        "industry_code",
        "unit_id",
        "days",
        "is_closed",
        "complaint_count",
    ),
    "topic": ("industry_code", "category", "first_cell"),
    "complaint_topic": ("region_code", "month", "cell", "complaint_count", "repeat_count"),
    "complaint_repeat": ("id", "repeat_of"),
    "complaint_cluster_member": ("id", "cluster_id"),
    "complaint_cluster": (
        "cluster_id",
        "representative_id",
        "complaint_count",
        "writer_count",
        "unsigned_count",
        "recent_count",
        "first_at",
        "last_at",
    ),
    "alert": ("id",),
    "alert_now": ("id",),
    "alert_count": ("region_code", "raised_at", "alert_level", "stage"),
    "alert_text": ("id",),
    "alert_event": ("alert_id",),
    "alert_stay": ("region_code", "raised_at", "alert_level", "stage", "days"),
    "alert_month": (*tiny.ALERT_KEYS, "alert_count"),
}
FULL = Scope("x", "leader", ("990000000000",), (ALL,), (ALL,))
ADMIN = Scope("x", "admin")


def rows(frame_rows, names: tuple[str, ...]) -> list[tuple[str, ...]]:
    return sorted(
        tuple(str(row[name])[:10] if name in ("month", "day") else str(row[name]) for name in names)
        for row in frame_rows
    )


def test_every_view_has_a_scope_test() -> None:
    assert set(KEYS) == set(VIEWS)


@settings(max_examples=12, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds, many=scopes.flatmap(lambda one: scopes.map(lambda other: (one, other))))
def test_a_view_shows_exactly_the_rows_in_scope(world: tiny.World, many: tuple[Scope, Scope]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = tiny.settings_in(Path(folder))
        tiny.write(home, world)
        everything = world.rows()
        for scope in (*many, FULL, ADMIN, nobody()):
            for view, names in KEYS.items():
                seen = store(home).frame(f'from "{view}"', scope)
                expected = visible_rows(view, everything, scope)
                for name in {"parent", "repeat_of", "industry_code", "category"} & {*names}:
                    seen[name] = seen[name].astype(object).where(seen[name].notna(), None)
                assert rows(seen.to_dict("records"), names) == rows(expected, names), (view, scope)


@pytest.fixture
def full_home(home):
    tiny.write(
        home,
        tiny.World(
            [tiny.Complaint(name, "990101001001", tiny.day("2026-01-01"), "edu", "u1") for name in "cd"],
            [tiny.Alert("a", "990101001001", tiny.day("2026-01-01"), "edu", "u1", stage="verified")],
            rectifications=[tiny.Rectification("r", "990101001001", date(2026, 1, 1), "rule", "edu", "u1")],
            documents=[tiny.Document("d", "990101001001", date(2026, 1, 1), "report", "edu", "u1")],
        ),
    )
    return home


@pytest.mark.parametrize("view", VIEWS)
def test_a_cursor_without_scope_sees_nothing(full_home, view: str) -> None:
    with closing(store(full_home)._in_service().parent.cursor()) as cursor:
        assert cursor.execute(f'select count(*) from "{view}"').fetchall() == [(0,)]
    full = ADMIN if view == "source" else FULL
    assert len(store(full_home).frame(f'from "{view}"', full)) > 0


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_carries_its_grain(full_home, view: str) -> None:
    with closing(store(full_home)._in_service().parent.cursor()) as cursor:
        [(comment,)] = cursor.execute(
            "select comment from duckdb_views() where view_name = $name and not internal", {"name": view}
        ).fetchall()
    assert comment.startswith("One row")
