"""Cached access: what pages read, kept by build and by what the scope sees, never by who asks.

Each public function passes the build and `Scope.key` to a bounded cache, so that a new snapshot or another
scope never meets an old result.
"""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import streamlit as st

from cockpit import queries, region_code
from cockpit.queries import Filters, Overview
from cockpit.scope import Scope


@dataclass(frozen=True)
class Build:
    """The build in service: its name, when it was made (UTC), the latest time in its facts."""

    build_id: str
    built_at: datetime
    as_of: datetime
    is_demo: bool


@st.cache_data(max_entries=4, show_spinner=False)
def _build(build_id: str, _scope: Scope) -> Build:
    row = queries.build(_scope).iloc[0]
    return Build(
        build_id, row["built_at"].to_pydatetime(), row["as_of"].to_pydatetime(), bool(row["is_demo"])
    )


def build(scope: Scope) -> Build:
    """Return the build in service; CockpitError without one."""
    return _build(queries.build_id(), scope)


@st.cache_data(max_entries=512, max_size="64MB", show_spinner=False)
def _overview(build_id: str, scope_key: str, filters: Filters, _scope: Scope) -> Overview:
    return queries.overview(_scope, filters)


def overview(scope: Scope, filters: Filters) -> Overview:
    """Return all frames of the overview."""
    return _overview(queries.build_id(), scope.key, filters, scope)


@st.cache_data(max_entries=2048, show_spinner=False)
def _children(build_id: str, scope_key: str, region: str | None, _scope: Scope) -> dict[str, str]:
    several = region is None and len(_scope.regions) != 1
    rows = queries.region_roots(_scope) if several else queries.region_children(_scope, region)
    return dict(zip(rows["code"], rows["name"], strict=True))


def children(scope: Scope, region: str | None) -> dict[str, str]:
    """Return names by code of the children of a region; for None those of the one root, or the roots."""
    return _children(queries.build_id(), scope.key, region, scope)


@st.cache_data(max_entries=2048, show_spinner=False)
def _path(build_id: str, scope_key: str, region: str, _scope: Scope) -> dict[str, str]:
    rows = queries.region_path(_scope, region)
    return dict(zip(rows["code"], rows["name"], strict=True))


def path(scope: Scope, region: str) -> dict[str, str]:
    """Return names by code from the province down to a region in scope, itself included; {} outside."""
    return _path(queries.build_id(), scope.key, region, scope)


@st.cache_data(max_entries=256, show_spinner=False)
def _names(build_id: str, scope_key: str, kind: str, _scope: Scope) -> dict[str, str]:
    if kind == "industry":
        rows, key = queries.industries(_scope), "code"
    elif kind == "unit":
        rows, key = queries.units(_scope), "id"
    else:
        rows, key = queries.region_roots(_scope), "code"
    return dict(zip(rows[key], rows["name"], strict=True))


def industries(scope: Scope) -> dict[str, str]:
    """Return the names of industries by code, those of the scope alone."""
    names = _names(queries.build_id(), scope.key, "industry", scope)
    return {code: name for code, name in names.items() if scope.admits_industry(code)}


def units(scope: Scope) -> dict[str, str]:
    """Return the names of the units the scope may name, by id."""
    return _names(queries.build_id(), scope.key, "unit", scope)


def roots(scope: Scope) -> dict[str, str]:
    """Return the names of the scope's own regions, by code."""
    return _names(queries.build_id(), scope.key, "region", scope)


@st.cache_data(max_entries=256, max_size="64MB", show_spinner=False)
def _boundaries(build_id: str, scope_key: str, region: str | None, _scope: Scope) -> pd.DataFrame:
    return queries.boundaries(_scope, region)


def boundaries(scope: Scope, region: str | None) -> pd.DataFrame:
    """Return region_code, name, level, geometry of the parts of a region in scope."""
    return _boundaries(queries.build_id(), scope.key, region, scope)


def steps(scope: Scope, region: str | None) -> list[str]:
    """Return the codes from below the scope's root down to a region, step by step."""
    if region is None:
        return []
    inside = [code for code in (*region_code.ancestors(region), region) if scope.holds_region(code)]
    return inside[1:] if len(scope.regions) == 1 else inside


def below_root(scope: Scope, names: "pd.Series[str]") -> "pd.Series[str]":
    """Return full names of places without the part that all of the scope has in common."""
    if len(scope.regions) != 1:
        return names
    common = "".join(path(scope, scope.regions[0]).values())
    return names.str.removeprefix(common).where(names != common, names)
