"""Frames of the political-ecology rating: grades, what they are made of, how they were and what would change them.

Each is a function of a scope, empty outside of it; peers are bands over at least five places. A month is its first day; a level is one of
village, town, county, city, province, unit; a grade is A, B, C, D, or '' (grey).
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

import numpy as np
import pandas as pd

from cockpit.analysis import rating as scoring
from cockpit.analysis.rating import MEASURES, Priors
from cockpit.ledger import open_ledger, rating_note
from cockpit.ledger.rating_note import Note, Target
from cockpit.queries.named import Query, fetch
from cockpit.rating_rules import GREY_REASONS, LIMIT_REASONS, Version, as_toml, in_force
from cockpit.rating_rules import rules as read_rules
from cockpit.scope import Scope
from cockpit.settings import Settings
from cockpit.settings import settings as process_settings
from cockpit.views.store import Reader, store

__all__ = [
    "GREY_REASONS",
    "LEVELS",
    "LIMIT_REASONS",
    "NOTE_STATES",
    "Target",
    "Version",
    "as_toml",
    "contributions",
    "grades",
    "history",
    "months",
    "notes",
    "peer_scores",
    "rated_by",
    "rules",
    "shares",
    "version_at",
    "ways_up",
    "what_if",
]

LEVELS = ("village", "town", "county", "city", "province", "unit")
NOTE_STATES = {
    "in_force": "有效",
    "expired": "已失效",
    "pending": "未到生效日期",
    "lifted": "已撤销",
    "open": "待答复",
    "upheld": "申诉成立",
    "refused": "申诉不成立",
}
_ENDED = {"lift": "lifted", "uphold": "upheld", "refuse": "refused"}

_MONTH = Query("rating_month", "评级：已评月份")
_SHARE = Query("rating_share", "评级：各等级个数")
_GRADE = Query("rating_grade", "评级：某月某级的等级")
_HISTORY = Query("rating_history", "评级：一地或一单位的历次等级")
_BASE = Query("rating_base", "评级：指标底数")
_PRIOR = Query("rating_prior", "评级：同级平均与平滑强度")
_PEER = Query("rating_peer", "评级：同类区间")
_PEER_SCORE = Query("rating_peer_score", "评级：同类得分区间")
_NOTE = Query("rating_note", "评级：否决、限制与申诉")
_VERSION = Query("rating_version", "评级：已用规则")


def rules(settings: Settings | None = None) -> tuple[Version, ...]:
    """Return the versions of the rules file by the day they come into force; CockpitError when it is broken."""
    return read_rules(settings)


def version_at(month: date, settings: Settings | None = None) -> Version | None:
    """Return the version of the rules file that is in force in a month; None before the first."""
    return in_force(read_rules(settings), month)


def months(scope: Scope, *, settings: Settings | None = None) -> list[date]:
    """Return the rated months that the scope sees, the newest last."""
    with store(settings).reader(scope) as reader:
        return [month.date() for month in fetch(reader, _MONTH, {})["month"]]


def rated_by(scope: Scope, *, settings: Settings | None = None) -> tuple[Version, ...]:
    """Return the versions that months were rated by, as they were then, by the day they came into force."""
    with store(settings).reader(scope) as reader:
        return tuple(_version(content) for content in fetch(reader, _VERSION, {})["content"])


def shares(
    scope: Scope, month: date, region: str | None, level: str, *, settings: Settings | None = None
) -> pd.DataFrame:
    """Return how many places of a level inside a region bear each grade: their sum is the number of rows of `grades`.

    Columns: peer_group, shown_grade, previous_grade (None where the month before has none), is_borderline, count_place.
    """
    with store(settings).reader(scope) as reader:
        return fetch(reader, _SHARE, {"month": month, "region": region, "rated_level": level})


def grades(
    scope: Scope,
    month: date,
    region: str | None,
    level: str,
    *,
    worst: int | None = None,
    is_changed: bool = False,
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Return one row per place (or unit, for the level unit) of a level inside a region, or the whole scope for None.

    By code; with `worst` no more than so many, the worst grade and score first (what has no grade between C and B); with
    `is_changed` only those whose grade is another than the month before.
    Columns: those of the view rating, name, longitude, latitude. The columns from geometric_score to driver are missing but for
    the month that was the newest of its build; rank counts all graded places of the level.
    """
    with store(settings).reader(scope) as reader:
        return _grades(reader, month, region, level, worst, is_changed=is_changed)


def _grades(
    reader: Reader, month: date, region: str | None, level: str, worst: int | None, *, is_changed: bool
) -> pd.DataFrame:
    values: dict[str, object] = {"month": month, "region": region, "rated_level": level}
    values |= {"is_changed": is_changed, "is_worst_first": worst is not None, "rows": worst}
    return fetch(reader, _GRADE, values)


def contributions(scope: Scope, code: str, month: date, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return one row per indicator of a place or unit, in the order of the rules; empty outside the scope.

    Columns: family, family_label, indicator (the measure), label, definition, reason, better, value (shrunken, in `unit`), raw
    (not shrunken), numerator, denominator, unit, best, worst, points (0–100), weight (of 100, those of missing indicators dealt to the others), lost
    (weight × (100 − points) / 100: they sum to 100 − score), peer_low, peer_mid, peer_high (a tenth, half and nine tenths of the peers lie
    below), peer_count, is_missing, persons (how many persons the counts tell of, nan where they tell of none).
    """
    with store(settings).reader(scope) as reader:
        found = _one(reader, code, month)
        if found is None:
            return pd.DataFrame(columns=list(_CONTRIBUTION))
        base, version, priors = found
        level, population = base["level"].iloc[0], base["population"].iloc[0]
        group = version.peer_group(level, population, base["unit_kind"].iloc[0])
        peers = fetch(reader, _PEER, {"month": month, "rated_level": level, "peer_group": group}).set_index(
            "measure"
        )
    scheme = version.scheme
    values = scoring.values(base, scheme, priors)
    points = scoring.points(values, scheme)
    weights, lost = scoring.shares(points, scheme), scoring.lost(points, scheme)
    rows = []
    for at, one in enumerate(version.indicators):
        measure, family = MEASURES[one.measure], version.family(one.family)
        [above] = scoring.numerator(base, one.measure, scheme.factors)
        [below] = scoring.denominator(base, one.measure)
        mean = priors[one.measure][0]
        told = (1 / mean if mean > 0 else np.nan) if measure.is_relative else measure.per
        band = peers.loc[one.measure] if one.measure in peers.index else None
        rows.append(
            (
                family.name,
                family.label,
                one.measure,
                one.name,
                measure.definition,
                one.reason,
                one.better,
                values[0, at],
                above / below * told if below > 0 else np.nan,
                above,
                below,
                measure.unit,
                one.best,
                one.worst,
                points[0, at],
                weights[0, at] * 100,
                lost[0, at],
                *(
                    (np.nan, np.nan, np.nan, 0)
                    if band is None
                    else band[["low", "mid", "high", "count_place"]]
                ),
                bool(np.isnan(points[0, at])),
                _persons(base, one.measure),
            )
        )
    return pd.DataFrame(rows, columns=list(_CONTRIBUTION))


def _persons(base: pd.DataFrame, measure: str) -> float:
    """Return how many persons a place's counts for a measure tell of: those dealt with, or who rated."""
    columns = {"discipline": [f"persons_{form}" for form in (1, 2, 3, 4)], "satisfaction": ["rated_count"]}
    return float(base[columns[measure]].sum(axis=1).iloc[0]) if measure in columns else np.nan


_CONTRIBUTION = (
    "family",
    "family_label",
    "indicator",
    "label",
    "definition",
    "reason",
    "better",
    "value",
    "raw",
    "numerator",
    "denominator",
    "unit",
    "best",
    "worst",
    "points",
    "weight",
    "lost",
    "peer_low",
    "peer_mid",
    "peer_high",
    "peer_count",
    "is_missing",
    "persons",
)


def history(scope: Scope, code: str, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return the rated months of a place or unit, the newest last; at most two years are made by one build.

    Columns: month, version, level, peer_group, score, grade, shown_grade, grey_reason, limit_reason, change_reason, is_new_version.
    """
    with store(settings).reader(scope) as reader:
        found = fetch(reader, _HISTORY, {"code": code})
    before = found["version"].shift()
    return found.assign(is_new_version=before.notna() & (before != found["version"]))


def peer_scores(
    scope: Scope, level: str, peer_group: str, *, settings: Settings | None = None
) -> pd.DataFrame:
    """Return the band of the scores of a peer group by month: month, count_place, low, mid, high."""
    with store(settings).reader(scope) as reader:
        return fetch(reader, _PEER_SCORE, {"peer_group": peer_group, "rated_level": level})


def notes(scope: Scope, target: Target, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return vetoes, caps and appeals of a place or unit, told by sources or decided here, the latest first.

    Columns: id, kind (veto, cap, appeal), record, decided_by, decided_on, expires_on, state (NOTE_STATES, as of the data for
    what sources tell, as of now for what was decided here), number (of a note decided here that has not ended, else 0),
    answer (what ended it, else None).
    """
    settings = settings or process_settings()
    with store(settings).reader(scope) as reader:
        told = fetch(
            reader,
            _NOTE,
            {"code": target.unit_id or target.region_code, "decided_here": rating_note.ID_PREFIX},
        )
        [as_of] = reader.frame("select cast(as_of as date) as day from build")["day"].tolist() or [pd.NaT]
    expired = told["expires_on"] < as_of
    pending = told["decided_on"] > as_of
    told["state"] = np.select([expired, pending], ["expired", "pending"], "in_force")
    today = datetime.now(rating_note.LOCAL).date()
    here = [
        {
            "id": str(note.id),
            "kind": note.action,
            "record": note.record,
            "decided_by": note.decided_by,
            "decided_on": note.at.astimezone(rating_note.LOCAL).date(),
            "expires_on": note.expires_on,
            "state": _state(note, today),
            "number": 0 if note.end else note.id,
            "answer": f"{note.end_record}（{note.ended_by}）" if note.end else None,
        }
        for note in rating_note.notes(open_ledger(settings), scope, target)
    ]
    found = pd.concat(
        [
            told.astype(object).assign(number=0, answer=None),
            pd.DataFrame(here, columns=[*told, "number", "answer"], dtype=object),
        ],
        ignore_index=True,
    )
    for name in ("decided_on", "expires_on"):
        found[name] = pd.to_datetime(found[name])
    return found.sort_values("decided_on", ascending=False, kind="stable", ignore_index=True)


def _state(note: Note, today: date) -> str:
    if note.end:
        return _ENDED[note.end]
    if note.action == "appeal":
        return "open"
    return "expired" if note.expires_on and note.expires_on < today else "in_force"


def ways_up(scope: Scope, code: str, month: date, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return the single changes that would lift a place or unit to the next better grade, the smallest first.

    Columns: indicator, label, unit, better, from, to (shrunken values), numerator, numerator_to, denominator (what the change means in cases), grade (then), persons (see contributions).
    Empty for A, without data, outside the scope, and where no single indicator suffices. Vetoes and caps stand beside it.
    """
    with store(settings).reader(scope) as reader:
        found = _one(reader, code, month)
    columns = [
        "indicator",
        "label",
        "unit",
        "better",
        "from",
        "to",
        "numerator",
        "numerator_to",
        "denominator",
        "grade",
        "persons",
    ]
    if found is None:
        return pd.DataFrame(columns=columns)
    base, version, priors = found
    scheme = version.scheme
    rows = []
    for way in scoring.ways_up(base, scheme, priors):
        one = version.indicators[way.indicator]
        rows.append(
            (
                one.measure,
                one.name,
                MEASURES[one.measure].unit,
                one.better,
                way.value,
                way.wanted,
                float(scoring.numerator(base, one.measure, scheme.factors)[0]),
                way.cases_wanted,
                float(scoring.denominator(base, one.measure)[0]),
                way.grade,
                _persons(base, one.measure),
            )
        )
    return pd.DataFrame(rows, columns=columns)


def what_if(
    scope: Scope, month: date, level: str, version: Version, *, settings: Settings | None = None
) -> pd.DataFrame:
    """Return the grades of the places of a level in scope under another version of the rules, limits left out.

    Columns: kind, code, parent, score, grade, new_score, new_grade, is_changed. Not official: nothing is kept. `frame["is_changed"].sum()` is the number
    that would change colour.
    """
    with store(settings).reader(scope) as reader:
        base = fetch(reader, _BASE, {"month": month, "rated_level": level, "code": None})
        if base.empty:
            columns = ["kind", "code", "parent", "score", "grade", "new_score", "new_grade", "is_changed"]
            return pd.DataFrame(columns=columns)
        priors = _priors(reader, month, level)
        official = _grades(reader, month, None, level, None, is_changed=False)
    scheme = version.scheme
    points = scoring.points(scoring.values(base, scheme, priors), scheme)
    grade, _ = scoring.judged(base, points, scheme, priors)
    found = base[["kind", "code", "parent"]].merge(
        official[["code", "score", "grade"]], on="code", how="left"
    )
    found["new_score"], found["new_grade"] = scoring.scores(points, scheme), grade
    return found.assign(is_changed=found["grade"] != found["new_grade"])


def _one(reader: Reader, code: str, month: date) -> tuple[pd.DataFrame, Version, Priors] | None:
    """Return the inputs of one place or unit, the version it was rated by and the priors; None where it is not in scope."""
    base = fetch(reader, _BASE, {"month": month, "code": code, "rated_level": None})
    if base.empty:
        return None
    rated = fetch(reader, _HISTORY, {"code": code})
    name = rated.loc[rated["month"].dt.date == month, "version"].iloc[0]
    contents = fetch(reader, _VERSION, {}).set_index("name")["content"]
    return base, _version(contents[name]), _priors(reader, month, base["level"].iloc[0])


@lru_cache(maxsize=16)
def _version(content: str) -> Version:
    return Version.model_validate_json(content)


def _priors(reader: Reader, month: date, level: str) -> Mapping[str, tuple[float, float]]:
    rows = fetch(reader, _PRIOR, {"month": month, "rated_level": level})
    return {
        measure: (float(mean), float(strength))
        for measure, mean, strength in rows[["measure", "mean", "strength"]].itertuples(index=False)
    }
