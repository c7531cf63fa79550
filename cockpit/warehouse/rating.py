"""Rate the places and units of a build, month by month, by the rules in force; what was published before is kept.

A month that the snapshot in service has rated is taken over with its inputs and the text of its rules, so that data that come in
late, or rules that are written later, change no colour that people have seen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cockpit.analysis import rating
from cockpit.error import CockpitError
from cockpit.rating_rules import GREY_REASONS, LIMIT_REASONS, Version, in_force
from cockpit.warehouse import snapshot

LEVELS = ("province", "city", "county", "town", "village", "unit")
_KEPT = ("rating", "rating_prior", "rating_peer", "rating_version")
_TABLES_SQL = """
create table snapshot.main.rating (
    kind varchar, code varchar, region_code varchar, level varchar, parent varchar, month date, version varchar,
    peer_group varchar, score double, grade varchar, shown_grade varchar, grey_reason varchar, limit_reason varchar,
    previous_grade varchar, previous_score double, change_reason varchar, geometric_score double,
    geometric_grade varchar, p_a double, p_b double, p_c double, p_d double, rank double, rank_low double,
    rank_high double, rank_of integer, is_borderline boolean, driver varchar
);
create table snapshot.main.rating_prior (level varchar, month date, measure varchar, mean double, strength double);
create table snapshot.main.rating_peer (
    peer_group varchar, level varchar, month date, measure varchar, count_place integer, low double, mid double,
    high double
);
create table snapshot.main.rating_version (name varchar, effective_from date, hash varchar, content varchar);
comment on table snapshot.main.rating is 'One row per place or unit and rated month.';
comment on table snapshot.main.rating_prior is 'One row per level, rated month and measure: what small places are drawn towards.';
comment on table snapshot.main.rating_peer is 'One row per peer group, rated month and measure: a band over at least five places.';
comment on table snapshot.main.rating_version is 'One row per version of the rules that a month was rated by.';
"""
_NOTE_SQL = """
select
    kind,
    code,
    bool_or(note_kind = 'veto') as has_veto,
    bool_or(note_kind = 'cap') as has_cap,
from rating_note
where
    decided_on <= $last
    and (expires_on is null or expires_on >= $last)
group by kind, code
"""


@dataclass(frozen=True)
class Rated:
    """The places of one level in one month, as they are rated; arrays in the order of `base`."""

    base: pd.DataFrame
    version: Version
    priors: dict[str, tuple[float, float]]
    values: NDArray[np.float64]
    points: NDArray[np.float64]
    score: NDArray[np.float64]
    grade: NDArray[np.object_]
    grey: NDArray[np.object_]


def rated(
    base: pd.DataFrame, version: Version, priors: dict[str, tuple[float, float]] | None = None
) -> Rated:
    """Return how the places of one level and month stand under a version; priors of their own where none are given."""
    scheme = version.scheme
    known = priors or rating.fit(base, scheme.factors)
    values = rating.values(base, scheme, known)
    points = rating.points(values, scheme)
    score = rating.scores(points, scheme)
    grade, grey = rating.judged(base, points, scheme, known)
    return Rated(base, version, known, values, points, score, grade, grey)


def make(
    connection: duckdb.DuckDBPyConnection,
    versions: tuple[Version, ...],
    previous: Path | None,
    progress: Callable[[str], None],
) -> None:
    """Make snapshot.rating, rating_prior, rating_peer and rating_version beside the marts rating_base and rating_note.

    `previous` is the snapshot whose rated months are taken over. Months before the first version stay unrated. CockpitError
    when a version that a month was rated by has been changed since.
    """
    for statement in duckdb.extract_statements(_TABLES_SQL):
        connection.execute(statement)
    taken = _take_over(connection, previous, versions)
    months = [
        month
        for (month,) in connection.execute("select distinct month from rating_base order by 1").fetchall()
    ]
    new = [month for month in months if month not in taken]
    before: dict[str, Rated] = {}
    for month in new:
        version = in_force(versions, month)
        if version is None:
            connection.execute("delete from snapshot.main.rating_base where month = $month", {"month": month})
            continue
        if not before and taken:
            before = _published(connection, max((one for one in taken if one < month), default=None))
        before = _rate(connection, month, version, before, is_newest=month == new[-1])
    used = {name for (name,) in connection.execute("select distinct version from rating").fetchall()}
    kept = {name for (name,) in connection.execute("select name from rating_version").fetchall()}
    for one in versions:
        if one.name in used - kept:
            connection.execute(
                "insert into snapshot.main.rating_version values ($name, $from, $hash, $content)",
                {"name": one.name, "from": one.effective_from, "hash": one.hash, "content": one.content},
            )
    progress(f"已评级：新评 {len(new)} 个月，沿用已发布的 {len(taken)} 个月")


def _take_over(
    connection: duckdb.DuckDBPyConnection, previous: Path | None, versions: tuple[Version, ...]
) -> set[date]:
    """Copy the rated months of the snapshot in service and return them; none from one that has no ratings."""
    if previous is None:
        return set()
    try:
        connection.execute(f"attach {snapshot.literal(previous)} as previous (read_only)")
    except duckdb.Error:
        return set()
    try:
        known = dict(connection.execute("select name, hash from previous.main.rating_version").fetchall())
        for one in versions:
            if known.get(one.name, one.hash) != one.hash:
                raise CockpitError(
                    f"评级规则“{one.name}”已用于发布评级，内容不能再改：请恢复原样，另加一个新版本"
                )
        for name in _KEPT:
            connection.execute(f"insert into snapshot.main.{name} by name from previous.main.{name}")
        months = {
            month
            for (month,) in connection.execute("select distinct month from snapshot.main.rating").fetchall()
        }
        connection.execute(
            "delete from snapshot.main.rating_base where list_contains($months::date[], month)",
            {"months": sorted(months)},
        )
        connection.execute(
            "insert into snapshot.main.rating_base by name"
            " from previous.main.rating_base where list_contains($months::date[], month)",
            {"months": sorted(months)},
        )
    except duckdb.CatalogException:
        return set()
    else:
        return months
    finally:
        connection.execute("detach previous")


def _base(connection: duckdb.DuckDBPyConnection, month: date, level: str) -> pd.DataFrame:
    return connection.execute(
        "from rating_base where month = $month and level = $level order by code",
        {"month": month, "level": level},
    ).df()


def _published(connection: duckdb.DuckDBPyConnection, month: date | None) -> dict[str, Rated]:
    """Return a published month as it was rated: its inputs under its own rules and priors."""
    if month is None:
        return {}
    content = dict(connection.execute("select name, content from rating_version").fetchall())
    found = connection.execute(
        "select any_value(version) from rating where month = $month", {"month": month}
    ).fetchone()
    version = Version.model_validate_json(content[found[0]] if found else "")
    rows = connection.execute(
        "select level, measure, mean, strength from rating_prior where month = $month", {"month": month}
    ).fetchall()
    priors: dict[str, dict[str, tuple[float, float]]] = {}
    for level, measure, mean, strength in rows:
        priors.setdefault(level, {})[measure] = (float("nan") if mean is None else mean, strength)
    return {level: rated(_base(connection, month, level), version, known) for level, known in priors.items()}


def _rate(
    connection: duckdb.DuckDBPyConnection,
    month: date,
    version: Version,
    before: dict[str, Rated],
    *,
    is_newest: bool,
) -> dict[str, Rated]:
    """Rate all levels of a month and write what came of it."""
    last = (pd.Timestamp(month) + pd.offsets.MonthEnd()).date()
    notes = connection.execute(_NOTE_SQL, {"last": last}).df().set_index(["kind", "code"])
    now: dict[str, Rated] = {}
    for level in LEVELS:
        base = _base(connection, month, level)
        if base.empty:
            continue
        one = now[level] = rated(base, version)
        limit = _limits(one, notes)
        frame = base[["kind", "code", "region_code", "level", "parent", "month"]].copy()
        frame["version"] = version.name
        frame["peer_group"] = [
            version.peer_group(level, population, kind)
            for population, kind in zip(base["population"], base["unit_kind"], strict=True)
        ]
        frame["score"], frame["grade"], frame["grey_reason"] = one.score, one.grade, one.grey
        limit_grade = np.array([version.limit_grade(name) for name in limit], object)
        frame["shown_grade"] = rating.limited(one.grade, limit_grade)
        frame["limit_reason"] = limit
        frame = _with_change(frame, one, before.get(level), connection)
        if is_newest:
            frame = _with_robustness(frame, one)
        _write(connection, "rating", frame)
        _write(
            connection,
            "rating_prior",
            pd.DataFrame(
                [(level, month, name, mean, strength) for name, (mean, strength) in one.priors.items()],
                columns=["level", "month", "measure", "mean", "strength"],
            ),
        )
        _write(connection, "rating_peer", _peers(one, frame, month))
    return now


def _limits(one: Rated, notes: pd.DataFrame) -> NDArray[np.object_]:
    """Return by what each place is limited: veto, cap, red_overdue, the hardest first; '' by nothing."""
    found = notes.reindex(pd.MultiIndex.from_frame(one.base[["kind", "code"]]))
    has_red = (one.base["red_overdue_count"].to_numpy() > 0) & bool(one.version.limits.red_overdue)
    rules = (
        (found["has_veto"].eq(True).to_numpy(), "veto"),
        (found["has_cap"].eq(True).to_numpy(), "cap"),
        (has_red, "red_overdue"),
    )
    return np.select([rule for rule, _ in rules], [np.array(name, object) for _, name in rules], "").astype(
        object
    )


def _with_change(
    frame: pd.DataFrame, now: Rated, before: Rated | None, connection: duckdb.DuckDBPyConnection
) -> pd.DataFrame:
    """Add the grade shown and the score of the month before, and why the shown grade has changed."""
    frame = frame.assign(previous_grade=None, previous_score=np.nan, change_reason="")
    if before is None or before.base.empty:
        return frame
    month = before.base["month"].iloc[0]
    shown = connection.execute(
        "select code, grade, shown_grade, score, limit_reason from rating where month = $month and level = $level",
        {"month": month, "level": now.base["level"].iloc[0]},
    ).df()
    at = pd.Index(before.base["code"]).get_indexer(now.base["code"])
    old = shown.set_index("code").reindex(frame["code"])
    frame["previous_grade"] = (
        old["shown_grade"].astype(object).where(old["shown_grade"].notna(), None).to_numpy()
    )
    frame["previous_score"] = old["score"].to_numpy(float)
    changed = np.flatnonzero(
        (at >= 0) & (frame["previous_grade"].to_numpy() != frame["shown_grade"].to_numpy())
    )
    if not len(changed):
        return frame
    names = list(dict.fromkeys(one.measure for one in (*before.version.indicators, *now.version.indicators)))
    labels = {one.measure: one.name for one in (*before.version.indicators, *now.version.indicators)}
    gained = _lost(before, names)[at[changed]] - _lost(now, names)[changed]
    rows = frame.iloc[changed]
    is_better = rows["score"].to_numpy(float) > rows["previous_score"].to_numpy(float)
    moved = np.where(is_better, gained.argmax(axis=1), gained.argmin(axis=1))
    old = old.iloc[changed]
    limit, limit_before = (
        np.where(one["shown_grade"].to_numpy() != one["grade"].to_numpy(), one["limit_reason"], "")
        for one in (rows, old)
    )
    reasons = frame["change_reason"].to_numpy(object).copy()
    reasons[changed] = [
        _reason(
            str(is_limited),
            str(was_limited),
            str(grey),
            str(grade_before),
            (before.version.name, now.version.name),
            f"{labels[names[at_most]]} {one[at_most]:+.1f} 分",
        )
        for is_limited, was_limited, grey, grade_before, at_most, one in zip(
            limit, limit_before, rows["grey_reason"], rows["previous_grade"], moved, gained, strict=True
        )
    ]
    frame["change_reason"] = reasons
    return frame


def _lost(one: Rated, names: list[str]) -> NDArray[np.float64]:
    """Return what each of the measures named takes from 100, 0 for those that a version does not have."""
    lost = pd.DataFrame(
        rating.lost(one.points, one.version.scheme), columns=[rule.measure for rule in one.version.indicators]
    )
    return lost.reindex(columns=names, fill_value=0.0).to_numpy(float)


def _reason(
    limit: str, limit_before: str, grey: str, grade_before: str, versions: tuple[str, str], moved: str
) -> str:
    """Say why a shown grade has changed: a limit, data, new rules, or the indicator that moved the score most."""
    if limit != limit_before:
        return LIMIT_REASONS[limit] if limit else f"{LIMIT_REASONS[limit_before]}已解除"
    if grey:
        return GREY_REASONS[grey]
    if not grade_before:
        return "数据已满足评级条件"
    if versions[0] != versions[1]:
        return f"规则由“{versions[0]}”改为“{versions[1]}”"
    return moved


def _with_robustness(frame: pd.DataFrame, one: Rated) -> pd.DataFrame:
    """Add how sure the grades are; grey places have no part in the ranks."""
    scheme = one.version.scheme
    found = rating.robustness(np.where((one.grade == "")[:, None], np.nan, one.points), scheme)
    names = np.array([indicator.measure for indicator in scheme.indicators] + [""], object)
    found["driver"] = names[found["driver"].fillna(-1).astype(int).to_numpy()]
    found["geometric_grade"] = (
        found["geometric_grade"].astype(object).where(found["geometric_grade"].notna(), "")
    )
    found["rank_of"] = int((one.grade != "").sum())
    found.index = frame.index
    return pd.concat([frame, found], axis=1)


def _peers(one: Rated, frame: pd.DataFrame, month: date) -> pd.DataFrame:
    """Return bands (tenth, half, nine tenths) of every indicator and the score, by groups large enough to hide each."""
    names = [indicator.measure for indicator in one.version.indicators]
    known = pd.DataFrame(one.values, columns=names)
    known["score"] = np.where(one.grade == "", np.nan, one.score)
    grouped = known.groupby(frame["peer_group"].to_numpy())
    parts = {"count_place": grouped.count()} | {
        name: grouped.quantile(share) for name, share in (("low", 0.1), ("mid", 0.5), ("high", 0.9))
    }
    found = pd.DataFrame({name: part.stack() for name, part in parts.items()}).reset_index()
    found.columns = pd.Index(["peer_group", "measure", *parts])
    found["level"], found["month"] = one.base["level"].iloc[0], month
    return found[found["count_place"] >= one.version.peers.smallest]


def _write(connection: duckdb.DuckDBPyConnection, name: str, frame: pd.DataFrame) -> None:
    connection.register("rating_frame", frame)
    connection.execute(f"insert into snapshot.main.{name} by name from rating_frame")
    connection.unregister("rating_frame")
