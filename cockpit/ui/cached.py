"""Cached access: what pages read, kept by build, decisions and what the scope sees, never by who asks."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd

from cockpit import queries, region_code
from cockpit.scope import Scope
from cockpit.ui import wording

P = ParamSpec("P")
T = TypeVar("T")
ANYONE = "*"


def _kept(
    function: Callable[Concatenate[Scope, P], T],
    key: Callable[[Scope], str],
    *,
    size: int = 128,
    is_personal: bool = False,
) -> Callable[Concatenate[Scope, P], T]:
    """Return a function that keeps what another returns, under a key of the moment."""

    @lru_cache(maxsize=size)
    def kept(moment: str, scope: Scope, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...]) -> T:
        return function(scope, *args, **dict(kwargs))

    @wraps(function)
    def call(scope: Scope, /, *args: P.args, **kwargs: P.kwargs) -> T:
        seen_by = scope if is_personal else replace(scope, who=ANYONE)
        return kept(key(scope), seen_by, args, tuple(kwargs.items()))

    return call


def by_scope(function: Callable[Concatenate[Scope, P], T]) -> Callable[Concatenate[Scope, P], T]:
    """Keep what a function of a scope and of hashable arguments returns, for the last 128 of them.

    The build in service, the last decision over it in the scope and all of the scope but the person's name are in the
    key, so that a new snapshot, a decision or another scope never meets an old result. What is kept is shared:
    nobody may change it.
    """
    return _kept(function, queries.revision)


def by_person(function: Callable[Concatenate[Scope, P], T]) -> Callable[Concatenate[Scope, P], T]:
    """Keep what depends on who asks, as `by_scope` does, and for a day at most: limits run out at its end."""
    return _kept(
        function,
        lambda scope: f"{queries.revision(scope)} {datetime.now(wording.LOCAL):%Y-%m-%d}",
        size=2048,
        is_personal=True,
    )


def by_build(function: Callable[Concatenate[Scope, P], T]) -> Callable[Concatenate[Scope, P], T]:
    """Keep what no decision changes, such as names, as `by_scope` does, for as long as the build is in service."""
    return _kept(function, lambda _: queries.build_id())


@dataclass(frozen=True)
class Build:
    """The build in service: its name, when it was made (UTC), the latest time in its facts."""

    build_id: str
    built_at: datetime
    as_of: datetime
    is_demo: bool


@by_build
def build(scope: Scope) -> Build:
    """Return the build in service; CockpitError without one."""
    row = queries.build(scope).iloc[0]
    return Build(
        row["build_id"], row["built_at"].to_pydatetime(), row["as_of"].to_pydatetime(), bool(row["is_demo"])
    )


def _names(rows: pd.DataFrame, key: str) -> dict[str, str]:
    return dict(zip(rows[key], rows["name"], strict=True))


@by_build
def children(scope: Scope, region: str | None) -> dict[str, str]:
    """Return names by code of the children of a region; for None those of the one root, or the roots."""
    if region is None and len(scope.regions) != 1:
        return roots(scope)
    return _names(queries.region_children(scope, region), "code")


@by_build
def path(scope: Scope, region: str) -> dict[str, str]:
    """Return names by code from the province down to a region in scope, itself included; {} outside."""
    return _names(queries.region_path(scope, region), "code")


@by_build
def roots(scope: Scope) -> dict[str, str]:
    """Return the names of the scope's own regions, by code."""
    return _names(queries.region_roots(scope), "code")


@by_build
def industry_names(scope: Scope) -> dict[str, str]:
    """Return the names of all industries by code."""
    return _names(queries.industries(scope), "code")


@by_build
def industries(scope: Scope) -> dict[str, str]:
    """Return the names of industries by code, those of the scope alone."""
    return {code: name for code, name in industry_names(scope).items() if scope.admits_industry(code)}


@by_build
def units(scope: Scope) -> dict[str, str]:
    """Return the names of the units the scope may name, by id."""
    return _names(queries.units(scope), "id")


@by_person
def task_count(scope: Scope) -> queries.TaskCount:
    """Return how many tasks a person has, and how many of them are overdue."""
    return queries.task_count(scope)


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
    path_names = list(path(scope, scope.regions[0]).values())
    common = "".join(path_names)
    return names.str.removeprefix(common).where(names != common, "".join(path_names[-1:]))


@by_build
def region_tree(scope: Scope) -> pd.DataFrame:
    """Return code, name, full_name, level, parent of every region whose name the scope may know."""
    return queries.region_tree(scope)


@by_build
def region_names(scope: Scope) -> dict[str, str]:
    """Return full names by code of every region whose name the scope may know."""
    rows = region_tree(scope)
    return dict(zip(rows["code"], rows["full_name"], strict=True))


@by_build
def region_branches(scope: Scope) -> dict[str, dict[str, str]]:
    """Return for each region the names of its children by code; for "" those of the regions without a parent."""
    rows = region_tree(scope)
    parents = rows["parent"].where(rows["parent"].isin(rows["code"]), "")
    return {str(parent): _names(part, "code") for parent, part in rows.groupby(parents, sort=False)}
