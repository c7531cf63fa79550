"""Tiny snapshots after docs/architecture.md, made in plain Python so that no SQL under test builds its own input."""

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import count, pairwise
from pathlib import Path

import duckdb
import pyarrow as pa

from cockpit import region_code
from cockpit.settings import Settings
from tests.views import published, recorded

AS_OF = datetime(2026, 10, 20, 12)
# Two cities; two counties, one town with two villages; a city without counties, its town right below it.
REGIONS = {
    "990000000000": ("甲省", None, 5_000_000),
    "990100000000": ("乙市", "990000000000", 1_000_000),
    "990101000000": ("丙县", "990100000000", 400_000),
    "990101001000": ("丁镇", "990101000000", 30_000),
    "990101001001": ("戊村", "990101001000", 1_500),
    "990101001002": ("己村", "990101001000", 1_200),
    "990101002000": ("庚镇", "990101000000", 20_000),
    "990102000000": ("辛县", "990100000000", 300_000),
    "990200000000": ("壬市", "990000000000", 800_000),
    "990200003000": ("癸镇", "990200000000", 50_000),
}
INDUSTRIES = {"edu": "教育", "env": "生态环保"}
UNITS = {
    "u1": ("丙县教育局", "990101000000"),
    "u2": ("壬市环保局", "990200000000"),
    "u3": ("省直单位", None),
    "u4": ("戊村委会", "990101001001"),
}
COMPLAINT_KEYS = ("level", "region_code", "parent", "month", "industry_code", "unit_id")
ALERT_KEYS = (*COMPLAINT_KEYS, "alert_level", "stage")
_serial = count(1)


@dataclass
class Complaint:
    id: str
    region_code: str
    received_at: datetime
    industry_code: str | None = None
    unit_id: str | None = None
    closed_at: datetime | None = None
    satisfaction: int | None = None
    subject: str = "标题"
    text: str = "内容"
    stage: str = "accepted"
    category: str | None = None

    def row(self) -> dict[str, object]:
        due_at = self.received_at + timedelta(days=60)
        is_closed = self.closed_at is not None
        days = (self.closed_at - self.received_at) / timedelta(days=1) if self.closed_at else None
        is_on_time = self.closed_at <= due_at if self.closed_at else (False if due_at < AS_OF else None)
        return {
            "id": self.id,
            "region_code": self.region_code,
            "industry_code": self.industry_code,
            "unit_id": self.unit_id,
            "received_at": self.received_at,
            "received_month": self.received_at.date().replace(day=1),
            "category": self.category,
            "channel": "web",
            "subject": self.subject,
            "text": self.text,
            "place": None,
            "writer": "w",
            "stage": self.stage,
            "due_at": due_at,
            "closed_at": self.closed_at,
            "is_closed": is_closed,
            "is_on_time": is_on_time,
            "is_overdue": not is_closed and due_at < AS_OF,
            "handling_days": days,
            "satisfaction": self.satisfaction,
            "outcome": None,
        }


@dataclass
class Alert:
    id: str
    region_code: str
    raised_at: datetime
    industry_code: str | None = None
    unit_id: str | None = None
    alert_level: str = "red"
    stage: str = "raised"
    finding: str | None = None
    module: str | None = None
    persons: int | None = None
    recovered: float | None = None
    title: str = "预警"
    model: str | None = "模型"
    source: str | None = "collision"
    disposition: str | None = None

    def row(self) -> dict[str, object]:
        due_at = self.raised_at + timedelta(days=30)
        is_open = self.stage in ("raised", "assigned", "verified")
        return {
            "id": self.id,
            "region_code": self.region_code,
            "industry_code": self.industry_code,
            "unit_id": self.unit_id,
            "raised_at": self.raised_at,
            "raised_month": self.raised_at.date().replace(day=1),
            "model": self.model,
            "module": self.module,
            "alert_level": self.alert_level,
            "source": self.source,
            "title": self.title,
            "subject": "s",
            "subject_name": "张*",
            "amount": 100.0,
            "evidence": "{}",
            "search": f"{self.id}\n{self.title}\n模型\n张*".lower(),
            "due_at": due_at,
            "stage": self.stage,
            "stage_at": self.raised_at,
            "finding": self.finding,
            "disposition": self.disposition,
            "four_form": None,
            "has_clue": self.disposition == "clue",
            "has_case": self.disposition == "case_filed",
            "has_sanction": self.disposition == "sanction",
            "persons": self.persons,
            "recovered": self.recovered,
            "is_open": is_open,
            "is_overdue": is_open and due_at < AS_OF,
            "is_stuck": is_open and self.raised_at < AS_OF - timedelta(days=21),
        }


@dataclass
class Rectification:
    id: str
    region_code: str
    started_on: date
    kind: str = "campaign"
    industry_code: str | None = None
    unit_id: str | None = None
    level: str | None = None
    due_on: date | None = None
    completed_on: date | None = None

    def row(self) -> dict[str, object]:
        return {
            "id": self.id,
            "region_code": self.region_code,
            "industry_code": self.industry_code,
            "unit_id": self.unit_id,
            "kind": self.kind,
            "level": self.level or region_code.level(self.region_code),
            "title": f"名称 {self.id}",
            "entered_on": self.started_on,
            "started_on": self.started_on,
            "due_on": self.due_on,
            "completed_on": self.completed_on,
            "result": None,
            "is_completed": self.completed_on is not None,
            "is_overdue": self.completed_on is None
            and self.due_on is not None
            and self.due_on < AS_OF.date(),
        }


@dataclass
class Document:
    id: str
    region_code: str
    issued_on: date
    kind: str = "assignment"
    industry_code: str | None = None
    unit_id: str | None = None
    due_on: date | None = None
    replied_on: date | None = None

    def row(self) -> dict[str, object]:
        return {
            "id": self.id,
            "region_code": self.region_code,
            "industry_code": self.industry_code,
            "unit_id": self.unit_id,
            "kind": self.kind,
            "title": f"标题 {self.id}",
            "issued_on": self.issued_on,
            "due_on": self.due_on,
            "replied_on": self.replied_on,
            "alert_id": None,
            "is_replied": self.replied_on is not None,
            "is_overdue": self.replied_on is None and self.due_on is not None and self.due_on < AS_OF.date(),
            "is_late": bool(self.replied_on and self.due_on and self.replied_on > self.due_on),
        }


@dataclass
class World:
    """The rows of one snapshot, as plain dictionaries by relation."""

    complaints: Sequence[Complaint] = ()
    alerts: Sequence[Alert] = ()
    regions: dict[str, tuple[str, str | None, int]] = field(default_factory=lambda: dict(REGIONS))
    rectifications: Sequence[Rectification] = ()
    documents: Sequence[Document] = ()

    def frame(self) -> dict[str, list[dict[str, object]]]:
        """Return what stands whatever was complained of."""
        return {
            "region": [
                {
                    "code": code,
                    "name": name,
                    "full_name": name,
                    "level": region_code.level(code),
                    "parent": parent,
                    "population": population,
                    "households": population // 3,
                    "longitude": 110.0,
                    "latitude": 30.0,
                    "valid_from": None,
                    "valid_to": None,
                    "count_children": sum(other[1] == code for other in self.regions.values()),
                }
                for code, (name, parent, population) in sorted(self.regions.items())
            ],
            "boundary": [
                {
                    "region_code": code,
                    "level": region_code.level(code),
                    "parent": parent,
                    "geometry": '{"type":"Point","coordinates":[0,0]}',
                }
                for code, (_, parent, _) in sorted(self.regions.items())
            ],
            "unit": [
                {"id": code, "name": name, "kind": None, "region_code": region}
                for code, (name, region) in UNITS.items()
            ],
            "industry": [{"code": code, "name": name} for code, name in INDUSTRIES.items()],
            **_ratings(self.regions),
            **published.rows(self.regions),
            **recorded.rows(self.regions),
        }

    def rows(self) -> dict[str, list[dict[str, object]]]:
        complaint = [one.row() for one in self.complaints]
        alert = [one.row() for one in self.alerts]
        repeats = _repeats(complaint)
        repeated = {row["id"] for row in repeats}
        return {
            **self.frame(),
            "build": [
                {
                    "build_id": "b",
                    "built_at": AS_OF,
                    "as_of": AS_OF,
                    "period_from": AS_OF.date() - timedelta(days=364),
                    "period_to": AS_OF.date(),
                    "is_demo": True,
                    "count_complaint": len(complaint),
                    "count_alert": len(alert),
                }
            ],
            "source": [
                {"table_name": name, "count_row": number, "loaded_at": AS_OF, "latest_at": AS_OF}
                for name, number in (("alert", len(alert)), ("complaint", len(complaint)))
            ],
            "village_activity": [
                {
                    "region_code": code,
                    "count_row": len(
                        days := [row["received_at"] for row in complaint if row["region_code"] == code]
                    ),
                    "latest_on": max(days, default=None),
                }
                for code in sorted(self.regions)
                if region_code.level(code) == "village"
            ],
            "village_month": [
                {"region_code": code, "month": month, "labour": number, "seal": 0}
                for (code, month), number in Counter(
                    (row["region_code"], row["received_month"]) for row in complaint
                ).items()
                if region_code.level(code) == "village"
            ],
            "rectification": [one.row() for one in self.rectifications],
            "supervision_document": [one.row() for one in self.documents],
            "complaint": complaint,
            "complaint_event": _steps(complaint),
            "complaint_day": _days(complaint),
            "complaint_duration_month": _durations(complaint, repeats),
            "complaint_duration_unit": _unit_durations(complaint),
            "topic": [
                {"industry_code": industry, "category": category, "first_cell": number * len(REGIONS)}
                for (industry, category), number in _topics(complaint).items()
            ],
            "complaint_topic": _cells(complaint, repeated),
            "complaint_repeat": repeats,
            "complaint_cluster_member": _members(complaint),
            "complaint_month": _roll_up(
                complaint,
                "received_month",
                (),
                lambda row: _complaint_counts(row) | {"repeat_count": int(row["id"] in repeated)},
            ),
            "alert": alert,
            "alert_stay": _stays(alert),
            "alert_event": [
                {
                    "alert_id": row["id"],
                    "region_code": row["region_code"],
                    "industry_code": row["industry_code"],
                    "scope_unit_id": row["unit_id"],
                    "stage": "raised",
                    "at": row["raised_at"],
                    "unit_id": None,
                    "finding": None,
                    "disposition": None,
                    "four_form": None,
                    "persons": None,
                    "recovered": None,
                    "note": "产生",
                }
                for row in alert
            ],
            "alert_month": _roll_up(alert, "raised_month", ("alert_level", "stage"), _alert_counts),
        }


def _steps(complaint: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """Let each complaint be accepted, and referred three days on unless closed before."""
    steps = []
    for row in complaint:
        shared = {
            "complaint_id": row["id"],
            "region_code": row["region_code"],
            "industry_code": row["industry_code"],
            "scope_unit_id": row["unit_id"],
            "unit_id": None,
            "note": "受理",
            "received_at": row["received_at"],
        }
        since, end = row["received_at"], row["closed_at"]
        turn = since + timedelta(days=3)
        stays = [("accepted", since, min(turn, end or AS_OF), bool(end) or turn < AS_OF)]
        if turn < (end or AS_OF):
            stays.append(("referred", turn, end or AS_OF, bool(end)))
        steps += [
            {
                **shared,
                "stage": stage,
                "at": at,
                "stay_days": (to - at) / timedelta(days=1),
                "is_left": is_left,
            }
            for stage, at, to, is_left in stays
        ]
    return steps


def _coarse(row: dict[str, object]) -> list[tuple[str, str, str | None]]:
    """Return level, code and parent of the regions down to the county that a row lies in."""
    code = str(row["region_code"])
    own = region_code.LEVELS.index(region_code.level(code))
    codes = {region_code.ancestor(code, level) for level in region_code.LEVELS[: min(own + 1, 3)]}
    return [(region_code.level(one), one, REGIONS[one][1]) for one in sorted(codes)]


def _days(complaint: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    counts = Counter(
        (*place, row["received_at"].date(), row["industry_code"] or "", "*")
        for row in complaint
        for place in _coarse(row)
    )
    names = ("level", "region_code", "parent", "day", "industry_code", "unit_id")
    return [{**dict(zip(names, key, strict=True)), "complaint_count": n} for key, n in counts.items()]


def _durations(
    complaint: Sequence[dict[str, object]], repeats: Sequence[dict[str, object]]
) -> list[dict[str, object]]:
    of = {row["id"]: row for row in complaint}
    back: dict[object, float] = {}
    for one in repeats:
        earlier = of[one["repeat_of"]]
        if earlier["industry_code"] == one["industry_code"]:
            back[earlier["id"]] = one["days_since_closure"]
    spans = []
    for row in complaint:
        age = (AS_OF - row["received_at"]) / timedelta(days=1)
        spans.append((row, "whole", row["handling_days"] if row["is_closed"] else age, row["is_closed"]))
        if row["is_closed"]:
            watched = (AS_OF - row["closed_at"]) / timedelta(days=1)
            spans.append((row, "return", min(back.get(row["id"], watched), 180), row["id"] in back))
    spans += [
        (of[one["complaint_id"]], one["stage"], one["stay_days"], one["is_left"]) for one in _steps(complaint)
    ]
    counts = Counter(
        (*place, row["received_month"], row["industry_code"] or "", "*", span, int(days // 1), is_over)
        for row, span, days, is_over in spans
        for place in _coarse(row)
    )
    names = ("level", "region_code", "parent", "month", "industry_code", "unit_id", "span", "days", "is_over")
    return [{**dict(zip(names, key, strict=True)), "complaint_count": n} for key, n in counts.items()]


def _unit_durations(complaint: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    counts = Counter(
        (
            _coarse(row)[-1][1],
            row["received_month"],
            row["industry_code"] or "",
            row["unit_id"] or "",
            ((row["closed_at"] or AS_OF) - row["received_at"]) // timedelta(days=1),
            row["is_closed"],
        )
        for row in complaint
    )
    names = ("region_code", "month", "industry_code", "unit_id", "days", "is_closed")
    return [{**dict(zip(names, key, strict=True)), "complaint_count": n} for key, n in counts.items()]


def _topics(complaint: Sequence[dict[str, object]]) -> dict[tuple[object, object], int]:
    met = dict.fromkeys((row["industry_code"], row["category"]) for row in complaint)
    return {topic: number for number, topic in enumerate(met)}


def _cells(complaint: Sequence[dict[str, object]], repeated: set[object]) -> list[dict[str, object]]:
    topics = _topics(complaint)
    places = {code: number for number, code in enumerate(sorted(REGIONS))}
    sums: dict[tuple, Counter] = {}
    for row in complaint:
        topic = topics[row["industry_code"], row["category"]]
        cell = topic * len(places) + places[str(row["region_code"])]
        key = (row["region_code"], row["industry_code"], row["unit_id"], row["received_month"], cell)
        counts = {"complaint_count": 1, "repeat_count": int(row["id"] in repeated)}
        sums.setdefault(key, Counter()).update(counts)
    names = ("region_code", "industry_code", "unit_id", "month", "cell")
    parents = {parent for _, parent, _ in REGIONS.values()}
    return [
        {**dict(zip(names, key, strict=True)), "has_parts": key[0] in parents, **counts}
        for key, counts in sums.items()
    ]


def _repeats(complaint: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """Take each complaint for a repeat of the one before it in the list at the same place."""
    shared = ("id", "region_code", "industry_code", "unit_id", "received_at", "received_month", "category")
    return [
        {
            **{name: row[name] for name in shared},
            "repeat_of": before["id"],
            "repeat_of_unit_id": before["unit_id"],
            "days_since_closure": 1.5,
            "is_same_topic": True,
            "similarity": None,
            "is_same_writer": False,
        }
        for before, row in pairwise(sorted(complaint, key=lambda row: str(row["region_code"])))
        if before["region_code"] == row["region_code"]
    ]


def _members(complaint: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """Take all complaints of a region for one cluster; the later in the list, the more representative."""
    shared = ("id", "region_code", "industry_code", "unit_id", "received_at", "received_month", "category")
    return [
        {
            **{name: row[name] for name in (*shared, "subject", "text", "is_closed")},
            "cluster_id": f"k{row['region_code']}",
            "writer": [None, "w0", "w1"][position % 3],
            "is_recent": position % 2 == 0,
            "representative_order": len(complaint) - position,
        }
        for position, row in enumerate(complaint)
    ]


def _stays(alert: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """Take each alert to have left every stage before its own after so many days as the stage's number."""
    stages = ("raised", "assigned", "verified", "disposed", "applied", "assessed")
    shared = ("id", "region_code", "industry_code", "unit_id", "raised_at", "alert_level")
    return [
        {**{name: row[name] for name in shared}, "stage": stage, "days": days, "left_at": row["raised_at"]}
        for row in alert
        for days, stage in enumerate(stages[: stages.index(str(row["stage"]))])
    ]


def _complaint_counts(row: dict[str, object]) -> dict[str, float]:
    return {
        "complaint_count": 1,
        "closed_count": int(bool(row["is_closed"])),
        "due_count": int(row["is_on_time"] is not None),
        "on_time_count": int(row["is_on_time"] is True),
        "overdue_count": int(bool(row["is_overdue"])),
        "rated_count": int(row["satisfaction"] is not None),
        "satisfied_count": int((row["satisfaction"] or 0) >= 4),
        "handling_days_sum": row["handling_days"] or 0.0,
    }


def _alert_counts(row: dict[str, object]) -> dict[str, float]:
    return {
        "alert_count": 1,
        "open_count": int(bool(row["is_open"])),
        "overdue_count": int(bool(row["is_overdue"])),
        "verified_count": int(row["finding"] is not None),
        "substantiated_count": int(row["finding"] in ("substantiated", "partly")),
        "stuck_count": int(bool(row["is_stuck"])),
        "clue_count": int(bool(row["has_clue"])),
        "sanction_count": int(bool(row["has_sanction"])),
        "recovering_count": int((row["recovered"] or 0) > 0),
        "persons_sum": row["persons"] or 0,
        "recovered_sum": row["recovered"] or 0.0,
    }


def _roll_up(
    rows: Iterable[dict[str, object]], month: str, more: Sequence[str], counts
) -> list[dict[str, object]]:
    sums: dict[tuple, Counter] = {}
    for row in rows:
        code = str(row["region_code"])
        for level in region_code.LEVELS[: region_code.LEVELS.index(region_code.level(code)) + 1]:
            region = region_code.ancestor(code, level)
            if region_code.level(region) != level:
                continue  # a town right below a city belongs to no county
            parent = REGIONS[region][1]
            for unit in ("*", row["unit_id"] or ""):
                key = (level, region, parent, row[month], row["industry_code"] or "", unit)
                key += tuple(row[name] or "" for name in more)
                sums.setdefault(key, Counter()).update(counts(row))
    names = (*COMPLAINT_KEYS, *more)
    return [
        {**dict(zip(names, key, strict=True)), **total}
        for key, total in sorted(sums.items(), key=lambda item: (item[0][5], *map(str, item[0])))
    ]


def _ratings(regions: dict[str, tuple[str, str | None, int]]) -> dict[str, list[dict[str, object]]]:
    """Every place and unit rated once, with one note each; bands, means and versions belong to no place."""
    month = date(2026, 9, 1)
    targets = [
        *(("region", code, code, None) for code in regions),
        *(("unit", unit, region, unit) for unit, (_, region) in UNITS.items()),
    ]
    rated = [
        {
            "kind": kind,
            "code": code,
            "region_code": region,
            "level": region_code.level(code) if kind == "region" else "unit",
            "month": month,
            "version": "v",
            "score": 80.0,
            "grade": "B",
            "shown_grade": "B",
        }
        for kind, code, region, _ in targets
    ]
    return {
        "rating": rated,
        "rating_base": [
            {name: row[name] for name in ("kind", "code", "region_code", "level", "month")} for row in rated
        ],
        "rating_note": [
            {"id": f"n{code}", "kind": kind, "code": code, "region_code": region, "unit_id": unit}
            for kind, code, region, unit in targets
        ],
        "rating_prior": [
            {"level": "town", "month": month, "measure": "alert_rate", "mean": 0.1, "strength": 5.0}
        ],
        "rating_peer": [{"peer_group": "乡镇", "level": "town", "month": month, "measure": "score"}],
        "rating_version": [{"name": "v", "effective_from": month, "hash": "h", "content": "{}"}],
    }


TYPES = {
    **published.TYPES,
    **recorded.TYPES,
    "rating": (
        "kind varchar, code varchar, region_code varchar, level varchar, parent varchar, month date, "
        "version varchar, peer_group varchar, score double, grade varchar, shown_grade varchar, "
        "grey_reason varchar, limit_reason varchar, previous_grade varchar, previous_score double, "
        "change_reason varchar, geometric_score double, geometric_grade varchar, p_a double, p_b double, "
        "p_c double, p_d double, rank double, rank_low double, rank_high double, rank_of integer, "
        "is_borderline boolean, driver varchar"
    ),
    "rating_base": (
        "kind varchar, code varchar, region_code varchar, level varchar, parent varchar, "
        "unit_kind varchar, month date, months integer, population double, complaint_count integer, "
        "compared_count integer, repeat_count integer, rated_count integer, satisfied_count integer, "
        "complaint_due_count integer, complaint_late_count integer, record_count integer, "
        "entry_late_count integer, matter_count integer, alert_count integer, "
        "substantiated_count integer, serious_count integer, self_found_count integer, "
        "alert_due_count integer, alert_late_count integer, alert_undone_count integer, "
        "red_overdue_count integer, persons_1 integer, persons_2 integer, persons_3 integer, "
        "persons_4 integer, self_found_persons integer, item_count integer, public_count integer, "
        "rectification_due_count integer, rectification_late_count integer"
    ),
    "rating_note": (
        "id varchar, kind varchar, code varchar, region_code varchar, unit_id varchar, note_kind varchar, "
        "record varchar, decided_by varchar, decided_on date, expires_on date"
    ),
    "rating_prior": ("level varchar, month date, measure varchar, mean double, strength double"),
    "rating_peer": (
        "peer_group varchar, level varchar, month date, measure varchar, count_place integer, low double, "
        "mid double, high double"
    ),
    "rating_version": ("name varchar, effective_from date, hash varchar, content varchar"),
    "build": "build_id varchar, built_at timestamp, as_of timestamp, period_from date, period_to date,"
    " is_demo boolean, count_complaint bigint,"
    " count_alert bigint",
    "source": "table_name varchar, count_row bigint, loaded_at timestamp, latest_at timestamp",
    "region": "code varchar, name varchar, full_name varchar, level varchar, parent varchar, population bigint,"
    " households bigint, longitude double, latitude double, valid_from date, valid_to date, count_children bigint",
    "village_activity": "region_code varchar, count_row bigint, latest_on date",
    "village_month": "region_code varchar, month date, village_project bigint, asset bigint, labour bigint,"
    " procurement bigint, relief bigint, seal bigint",
    "rectification": "id varchar, region_code varchar, industry_code varchar, unit_id varchar, kind varchar,"
    " level varchar, title varchar, entered_on date, started_on date, due_on date, completed_on date,"
    " result varchar, is_completed boolean, is_overdue boolean",
    "supervision_document": "id varchar, region_code varchar, industry_code varchar, unit_id varchar,"
    " kind varchar, title varchar, issued_on date, due_on date, replied_on date, alert_id varchar,"
    " is_replied boolean, is_overdue boolean, is_late boolean",
    "boundary": "region_code varchar, level varchar, parent varchar, geometry varchar",
    "unit": "id varchar, name varchar, kind varchar, region_code varchar",
    "industry": "code varchar, name varchar",
    "complaint": "id varchar, region_code varchar, industry_code varchar, unit_id varchar, received_at timestamp,"
    " received_month date, category varchar, channel varchar, subject varchar, text varchar, place varchar,"
    " writer varchar, stage varchar, due_at timestamp, closed_at timestamp, is_closed boolean, is_on_time boolean,"
    " is_overdue boolean, handling_days double, satisfaction bigint, outcome varchar",
    "complaint_event": "complaint_id varchar, region_code varchar, industry_code varchar, scope_unit_id varchar,"
    ' stage varchar, "at" timestamp, unit_id varchar, note varchar, received_at timestamp, stay_days double,'
    " is_left boolean",
    "complaint_day": "level varchar, region_code varchar, parent varchar, day date, industry_code varchar,"
    " unit_id varchar, complaint_count bigint",
    "complaint_duration_month": "level varchar, region_code varchar, parent varchar, month date,"
    " industry_code varchar, unit_id varchar, span varchar, days integer, is_over boolean, complaint_count bigint",
    "complaint_duration_unit": "region_code varchar, month date, industry_code varchar, unit_id varchar,"
    " days integer, is_closed boolean, complaint_count integer",
    "topic": "industry_code varchar, category varchar, first_cell integer",
    "complaint_topic": "region_code varchar, industry_code varchar, unit_id varchar, month date, cell integer,"
    " has_parts boolean,"
    " complaint_count integer, repeat_count integer",
    "complaint_repeat": "id varchar, region_code varchar, industry_code varchar, unit_id varchar,"
    " received_at timestamp, received_month date, category varchar, repeat_of varchar, repeat_of_unit_id varchar,"
    " days_since_closure double, is_same_topic boolean, similarity double, is_same_writer boolean",
    "complaint_cluster_member": "cluster_id varchar, id varchar, region_code varchar, industry_code varchar,"
    " unit_id varchar, received_at timestamp, received_month date, category varchar, subject varchar,"
    " text varchar, writer varchar, is_closed boolean, is_recent boolean, representative_order bigint",
    "complaint_month": "level varchar, region_code varchar, parent varchar, month date, industry_code varchar,"
    " unit_id varchar, complaint_count bigint, closed_count bigint, due_count bigint, on_time_count bigint,"
    " overdue_count bigint, rated_count bigint, satisfied_count bigint, handling_days_sum double,"
    " repeat_count bigint",
    "alert": "id varchar, region_code varchar, industry_code varchar, unit_id varchar, raised_at timestamp,"
    " raised_month date, model varchar, module varchar, alert_level varchar, source varchar, title varchar,"
    " subject varchar, subject_name varchar, amount double, evidence varchar, search varchar, due_at timestamp, stage varchar,"
    " stage_at timestamp, finding varchar, disposition varchar, four_form varchar, has_clue boolean,"
    " has_case boolean, has_sanction boolean, persons bigint,"
    " recovered double, is_open boolean, is_overdue boolean, is_stuck boolean",
    "alert_event": "alert_id varchar, region_code varchar, industry_code varchar, scope_unit_id varchar,"
    ' stage varchar, "at" timestamp, unit_id varchar, finding varchar, disposition varchar, four_form varchar,'
    " persons bigint, recovered double, note varchar",
    "alert_stay": "id varchar, region_code varchar, industry_code varchar, unit_id varchar, raised_at timestamp,"
    " alert_level varchar, stage varchar, days integer, left_at timestamp",
    "alert_month": "level varchar, region_code varchar, parent varchar, month date, industry_code varchar,"
    " unit_id varchar, alert_level varchar, stage varchar, alert_count bigint, open_count bigint,"
    " overdue_count bigint, verified_count bigint, substantiated_count bigint, stuck_count bigint,"
    " clue_count bigint, sanction_count bigint, recovering_count bigint, persons_sum bigint,"
    " recovered_sum double",
}


def write(settings: Settings, world: World) -> Path:
    """Write a world as a new snapshot and put it into service."""
    folder = settings.snapshots_path
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"20260101T{next(_serial):012d}Z-0000.duckdb"
    frame = world.frame()
    path.write_bytes(_framed(json.dumps(world.regions)))
    _insert(path, {name: rows for name, rows in world.rows().items() if name not in frame})
    (folder / "CURRENT").write_text(f"{path.name}\n", encoding="utf-8")
    return path


@lru_cache
def _framed(regions: str) -> bytes:
    """Return a snapshot of all tables with a world's frame: examples come by the hundred, and share it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "framed.duckdb"
        with duckdb.connect(path) as connection:
            for name, columns in TYPES.items():
                connection.execute(f"create table {name} ({columns})")
        _insert(path, World(regions=json.loads(regions)).frame())
        return path.read_bytes()


def _insert(path: Path, tables: dict[str, list[dict[str, object]]]) -> None:
    with duckdb.connect(path) as connection:
        connection.begin()
        for name, rows in tables.items():
            if rows:
                connection.register("rows", pa.Table.from_pylist(rows))
                connection.execute(f"insert into {name} by name from rows")
                connection.unregister("rows")
        connection.commit()


def settings_in(folder: Path, **more: object) -> Settings:
    """Return settings whose home is a folder and that look for snapshots at every query."""
    return Settings(home=folder, snapshot_poll_seconds=1e-9, ledger_poll_seconds=1e-9, **more)


def day(text: str) -> datetime:
    """Return noon of a day."""
    return datetime.combine(date.fromisoformat(text), datetime.min.time()) + timedelta(hours=12)
