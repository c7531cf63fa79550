"""Hypothesis strategies of worlds and scopes, and the scope rule in plain Python."""

from datetime import datetime, timedelta

from hypothesis import strategies as st

from cockpit import region_code
from cockpit.scope import ALL, ROLES, Scope
from tests.views import published, recorded
from tests.views.tiny import (
    AS_OF,
    INDUSTRIES,
    REGIONS,
    UNITS,
    Alert,
    Complaint,
    Document,
    Rectification,
    World,
)

regions = st.sampled_from(sorted(REGIONS))
industries = st.sampled_from([None, *INDUSTRIES])
units = st.sampled_from([None, *UNITS])
times = st.integers(0, 3 * 365 * 24).map(lambda hours: AS_OF - timedelta(hours=hours))


def _closed(received_at: datetime, days: int | None) -> datetime | None:
    closed_at = received_at + timedelta(days=days, hours=5) if days is not None else None
    return closed_at if closed_at is None or closed_at <= AS_OF else None


complaints = st.builds(
    lambda region, at, industry, unit, days, rating, category: Complaint(
        "",
        region,
        at,
        industry,
        unit,
        _closed(at, days),
        rating if days is not None else None,
        category=category,
    ),
    regions,
    times,
    industries,
    units,
    st.none() | st.integers(0, 100),
    st.none() | st.integers(1, 5),
    st.sampled_from([None, "低保", "校服"]),
)
alerts = st.builds(
    lambda region, at, industry, unit, level, stage, finding, persons: Alert(
        "", region, at, industry, unit, level, stage, finding, persons=persons, recovered=persons
    ),
    regions,
    times,
    industries,
    units,
    st.sampled_from(["red", "yellow", "blue"]),
    st.sampled_from(["raised", "verified", "disposed"]),
    st.sampled_from([None, "substantiated", "partly", "unsubstantiated"]),
    st.none() | st.integers(0, 3),
)


def _numbered(complaint: list[Complaint], alert: list[Alert]) -> World:
    for number, one in enumerate(complaint):
        one.id = f"c{number}"
    for number, other in enumerate(alert):
        other.id = f"a{number}"
    # Where an alert is, a campaign and a document are too.
    keys = [(one.id, one.region_code, one.raised_at.date(), one.industry_code, one.unit_id) for one in alert]
    return World(
        complaint,
        alert,
        rectifications=[Rectification(*key[:3], "campaign", *key[3:]) for key in keys],
        documents=[Document(*key[:3], "assignment", *key[3:]) for key in keys],
    )


worlds = st.builds(_numbered, st.lists(complaints, max_size=40), st.lists(alerts, max_size=30))
full_worlds = st.builds(
    _numbered, st.lists(complaints, min_size=20, max_size=40), st.lists(alerts, min_size=20, max_size=30)
)
some_regions = st.lists(regions, max_size=3).map(tuple)
some_industries = st.sampled_from([(ALL,), ("edu",), ("edu", "env"), ("",), ()])
some_units = st.sampled_from([(ALL,), ("u1",), ("u1", "u4"), ("u2", ""), ()])
scopes = st.builds(
    Scope, st.sampled_from(["", "x"]), st.sampled_from(ROLES), some_regions, some_industries, some_units
)
case_scopes = st.builds(
    Scope,
    st.just("x"),
    st.just("leader"),
    st.lists(regions, min_size=1, max_size=3).map(tuple),
    st.sampled_from([(ALL,), ("edu",), ("edu", "env")]),
    st.sampled_from([(ALL,), ("u1",), ("u1", "u4")]),
)


CASE_ROLES = ("leader", "room", "team", "station")
# What a big screen sees: rows that are only counted, and the names and outlines of places.
COUNTED = (
    "complaint_count",
    "complaint_month",
    "complaint_day",
    "complaint_topic",
    "alert_month",
    "alert_count",
    "rating",
)
OF_PLACES = ("region", "boundary", "topic")


def sees(
    scope: Scope, region: str | None, industry: str | None, unit: str | None, *, is_counted: bool = False
) -> bool:
    """Say in plain Python whether a scope sees a row."""
    return (
        (scope.role in CASE_ROLES or (is_counted and scope.role == "kiosk"))
        and any(
            region_code.prefix(root) == (region or "")[: len(region_code.prefix(root))]
            for root in scope.regions
        )
        and (ALL in scope.industries or (bool(industry) and industry in scope.industries))
        and (ALL in scope.units or (bool(unit) and unit in scope.units))
    )


def visible(view: str, row: dict[str, object], scope: Scope) -> bool:
    """Say in plain Python whether a scope sees a row of a view."""
    is_seen = scope.role in CASE_ROLES or (scope.role == "kiosk" and view in (*OF_PLACES, *COUNTED))
    roots = scope.regions if is_seen and scope.industries and scope.units else ()
    above = {ancestor for root in roots for ancestor in region_code.ancestors(root)}

    def inside(code: object) -> bool:
        return any(region_code.contains(root, str(code)) for root in roots)

    match view:
        case name if name in {*published.TYPES, *recorded.TYPES, "village_month"} - {
            "disclosure_item",
            "module_peer",
        }:
            return ALL in scope.industries and ALL in scope.units and inside(row["region_code"])
        case "rating_peer" | "rating_prior" | "module_peer":
            return bool(roots)
        case "rating_version":
            return scope.who != ""
        case "rating" | "rating_base" | "rating_note":
            unit = row["code"] if row["kind"] == "unit" else None
            return sees(scope, row["region_code"], None, unit, is_counted=view in COUNTED)  # type: ignore[arg-type]
        case "source":
            return scope.who != "" and scope.role == "admin"
        case "village_activity":
            everything = ALL in scope.industries and ALL in scope.units
            return (scope.who != "" and scope.role == "admin") or (everything and inside(row["region_code"]))
        case "region" | "unit" if scope.who != "" and scope.role == "admin":
            return True
        case "build" | "industry" | "disclosure_item":
            return scope.who != ""
        case "topic":
            named = bool(row["industry_code"]) and row["industry_code"] in scope.industries
            return scope.who != "" and bool(roots) and (ALL in scope.industries or named)
        case "region":
            return inside(row["code"]) or row["code"] in above
        case "boundary":
            return inside(row["region_code"])
        case "unit" if ALL in scope.units:
            return bool(roots) and (
                row["region_code"] is None or inside(row["region_code"]) or row["region_code"] in above
            )
        case "unit":
            return bool(roots) and row["id"] in scope.units
    unit = row["scope_unit_id"] if view.endswith("_event") else row["unit_id"]
    if view == "complaint_month_unit" and unit == "*":
        return False
    if view.endswith(("_month", "_day")):
        if (unit == "*") != (ALL in scope.units):
            return False
        unit = None if unit == "*" else unit
    is_counted = view in COUNTED
    return sees(scope, str(row["region_code"]), row["industry_code"], unit, is_counted=is_counted)  # type: ignore[arg-type]


def visible_rows(
    view: str, everything: dict[str, list[dict[str, object]]], scope: Scope
) -> list[dict[str, object]]:
    """Say in plain Python which rows of a view a scope sees, and what it sees of them."""
    if view == "complaint_month_unit":
        return [row for row in everything["complaint_month"] if visible(view, row, scope)]
    if view == "complaint_cluster":
        members = visible_rows("complaint_cluster_member", everything, scope)
        of = {name: [row for row in members if row["cluster_id"] == name] for name in _named(members)}
        return [
            {
                "cluster_id": name,
                "representative_id": min(rows, key=lambda row: row["representative_order"])["id"],  # type: ignore[arg-type, return-value]
                "complaint_count": len(rows),
                "writer_count": len({row["writer"] for row in rows} - {None}),
                "unsigned_count": sum(row["writer"] is None for row in rows),
                "recent_count": sum(bool(row["is_recent"]) for row in rows),
                "first_at": min(row["received_at"] for row in rows),  # type: ignore[type-var]
                "last_at": max(row["received_at"] for row in rows),  # type: ignore[type-var]
            }
            for name, rows in of.items()
            if len(rows) > 1
        ]
    told = "alert" if view in ("alert_now", "alert_text", "alert_count") else view
    told = "complaint" if view == "complaint_count" else told
    seen = [row for row in everything[told] if visible(view, row, scope)]
    if view == "complaint_repeat":
        return [
            row
            if sees(scope, row["region_code"], row["industry_code"], row["repeat_of_unit_id"])  # type: ignore[arg-type]
            else {**row, "repeat_of": None}
            for row in seen
        ]
    return seen


def _named(members: list[dict[str, object]]) -> list[object]:
    return list(dict.fromkeys(row["cluster_id"] for row in members))
