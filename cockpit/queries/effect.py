"""Frames of 监督成效: what became of the alerts of a month of entry, and what supervision changed beyond them.

Each is a function of a scope and filters, empty outside the scope; a side of the period left open takes the default
period's. Alerts are counted under the month in which they were raised, whenever something became of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, Literal

import pandas as pd

from cockpit import region_code
from cockpit.contract.codes import ALERT_SOURCE, ALERT_STAGE, DOCUMENT_KIND, MODULE
from cockpit.queries.filters import DAY, Filters, Period, add_months
from cockpit.queries.listing import Page
from cockpit.queries.named import QUERIES, Query, fetch, roots_of
from cockpit.queries.overview import NO_INDUSTRY_NAME, REMAINDER_NAME, parts_of, standing, with_period
from cockpit.scope import ALL, Scope
from cockpit.settings import Settings
from cockpit.settings import settings as process_settings
from cockpit.views.store import store
from cockpit.working_day import add_working_days

Series = Literal["complaint", "alert"]
Key = Literal["month", "source", "industry", "module", "model", "region"]
# What is counted of alerts; the sums of `persons` are of persons dealt with, once for each alert they stand in.
COUNTS = (
    "alert_count",
    "assigned_count",
    "verified_count",
    "substantiated_count",
    "disposed_count",
    "clue_count",
    "case_count",
    "sanction_count",
    "sanctioned_sum",
    "persons_sum",
    "dealt_count",
    "recovering_count",
    "recovered_sum",
)
MODULES = tuple(MODULE)
NOT_GIVEN = "未标明"
# Whole months before and after the beginning of a campaign, at most.
CAMPAIGN_MONTHS = 12
DOCUMENT_STATES = {"limited": "有回复期限", "replied": "已回复", "late": "逾期回复", "overdue": "超期未回复"}

_COHORT = Query("effect_cohort", "成效：预警的来龙去脉，按产生月份等")
_STAGE = Query("effect_stage", "成效：预警现在的环节")
_RECTIFICATION = Query("effect_rectification", "成效：问题清单、专项治理、制度")
_CAMPAIGN = Query("effect_campaign", "成效：专项治理前后，与没有专项治理的同级地区")
_COVERAGE = Query("effect_coverage", "成效：村级覆盖")
_DOCUMENT = Query("effect_document", "成效：监督文书，按种类")
_DOCUMENT_LIST = Query("effect_document_list", "成效：监督文书清单")


@dataclass(frozen=True)
class Cohorts:
    """What became of the alerts raised in a period, in cells of all keys together.

    `cells` has a row per month (first day), source, industry, module, model ('' for none) and region (the part of the
    focus, its own code for what is recorded at itself) with COUNTS; `names` the names of the codes, by key.
    `mature_until` is the last day of raising whose alerts have had all the working days that the longest of their
    limits leaves until disposal: later ones are still under way, and their shares will rise.
    """

    cells: pd.DataFrame
    names: Mapping[str, Mapping[str, str]]
    focus: str | None
    period: Period
    mature_until: date

    @cached_property
    def total(self) -> dict[str, float]:
        """The counts of all alerts; and those of models and industries named in them."""
        named = {
            f"{name}_count": float((self.cells[name].unique() != "").sum()) for name in ("model", "industry")
        }
        return {name: float(self.cells[name].sum()) for name in COUNTS} | named

    @cached_property
    def mature(self) -> dict[str, float]:
        """The counts of the alerts of mature months alone."""
        ripe = [month for month in self.cells["month"].unique() if self.is_mature(month)]
        rows = self.cells[self.cells["month"].isin(ripe)]
        return {name: float(rows[name].sum()) for name in COUNTS}

    def is_mature(self, month: "date | pd.Timestamp") -> bool:
        """Tell whether all alerts of a month have had their time."""
        return add_months(date(month.year, month.month, 1), 1) - DAY <= self.mature_until

    def by(self, key: Key) -> pd.DataFrame:
        """Return key, name and COUNTS per value of a key: months in their order, others by count, the most first.

        By model a row holds one supervision model; a request for a model, as 江西 counts them, is taken to be one.
        """
        found = self.cells.groupby(key, as_index=False)[list(COUNTS)].sum()
        if key != "month":
            found = found.sort_values(["alert_count", key], ascending=[False, True], ignore_index=True)
        names = self.names.get(key, {})
        rest = {"region": REMAINDER_NAME, "industry": NO_INDUSTRY_NAME}.get(key, NOT_GIVEN)
        shown = [f"{code:%Y-%m}" if key == "month" else names.get(code, code or rest) for code in found[key]]
        if key == "region":
            shown = [names.get(code, rest) for code in found[key]]
        found.insert(1, "name", pd.Series(shown, dtype=object))
        return found.rename(columns={key: "key"})


@dataclass(frozen=True)
class _Asked:
    scope: Scope
    period: Period
    as_of: date
    focus: str | None
    parts: Mapping[str, Any]
    industries: Mapping[str, str]
    values: dict[str, object]

    def part_of(self, cut: "pd.Series[str]") -> "pd.Series[str]":
        """Return the part that each place lies in, given by its first digits; the focus for what lies in none."""
        known = {region_code.prefix(code): code for code in self.parts["code"]}
        lengths = sorted({len(prefix) for prefix in known}, reverse=True)
        places = {
            code: next(
                (known[code[:length]] for length in lengths if code[:length] in known), self.focus or ""
            )
            for code in cut.unique()
        }
        return cut.map(places).astype(object)


def _asked(scope: Scope, filters: Filters, settings: Settings | None) -> _Asked:
    anyone = replace(scope, who="*") if scope.who else scope
    build_id = store(settings).build_id
    build, industries = standing(build_id, anyone, settings)
    parts = parts_of(build_id, anyone, filters.region, settings)
    filters, period = with_period(filters, build)
    as_of = build["as_of"].iloc[0] if len(build) else pd.NaT
    values: dict[str, object] = {
        "region": filters.region,
        "industry": filters.industry,
        "level": filters.level,
        "from": period[0],
        "to": period[1],
        "prefix": max((len(region_code.prefix(code)) for code in parts["code"]), default=12),
    }
    return _Asked(
        scope,
        period,
        date.today() if pd.isna(as_of) else as_of.date(),
        roots_of(scope, filters.region).code,
        parts,
        dict(zip(industries["code"], industries["name"], strict=True)),
        values,
    )


def _rows(asked: _Asked, query: Query, settings: Settings | None, **more: object) -> pd.DataFrame:
    with store(settings).reader(asked.scope) as reader:
        return fetch(reader, query, asked.values | more)


def cohorts(scope: Scope, filters: Filters, *, settings: Settings | None = None) -> Cohorts:
    """Return what became of the alerts raised in the period."""
    asked = _asked(scope, filters, settings)
    cells = _rows(asked, _COHORT, settings).rename(columns={"industry_code": "industry"})
    cells.insert(0, "region", asked.part_of(cells.pop("part")))
    names = {
        "region": dict(zip(asked.parts["code"], asked.parts["name"], strict=True)),
        "industry": asked.industries,
        "source": ALERT_SOURCE,
        "module": MODULE,
    }
    mature = mature_until(asked.as_of, filters.level, settings or process_settings())
    return Cohorts(cells, names, asked.focus, asked.period, mature)


@lru_cache(maxsize=64)
def mature_until(as_of: date, level: str | None, settings: Settings) -> date:
    """Return the last day of raising whose alerts have had the longest limit up to disposal, by a data date."""
    limits = settings.alert_limit_days.model_dump()
    chosen = [limits[level]] if level else list(limits.values())
    days = max(sum(steps[step] for step in ("assign", "accept", "verify", "dispose")) for steps in chosen)
    day = as_of
    while add_working_days(day, days) > as_of:
        day -= DAY
    return day


def stages(scope: Scope, filters: Filters, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return stage, alert_count, overdue_count, stuck_count, reached_count of the alerts raised in the period.

    One row per stage in their order. `reached_count` are those now in the stage or beyond: one cohort, so that it
    never rises from stage to stage.
    """
    frame = _rows(_asked(scope, filters, settings), _STAGE, settings)
    frame = frame.set_index("stage").reindex(list(ALERT_STAGE), fill_value=0).astype(int)
    frame["reached_count"] = frame["alert_count"][::-1].cumsum()[::-1]
    return frame.rename_axis("stage").reset_index()


def rectifications(scope: Scope, filters: Filters, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return the problem lists, campaigns and rules entered in the period, the latest first.

    Columns: id, kind, level, region_code, industry_code, region_name, industry_name, unit_name, title, entered_on (the first date
    known), started_on, due_on, completed_on, result, is_completed, is_overdue. The alert level means nothing here.
    """
    return _rows(_asked(scope, filters, settings), _RECTIFICATION, settings)


def campaigns(
    scope: Scope, filters: Filters, series: Series = "complaint", *, settings: Settings | None = None
) -> pd.DataFrame:
    """Return a row per campaign begun in the period and place: its own (`is_treated`), and its controls.

    Columns: campaign (id), region_code, is_treated, months (whole ones, on either side), since, began, resumed, until,
    before and after: complaints received or alerts raised, of the campaign's field where it names one, in the months
    from `since` to `began` and from `resumed` to `until`, ends not included. Controls are the regions beside it, in scope, without a campaign of the same field in these months.
    """
    asked = _asked(scope, filters, settings)
    frame = _rows(asked, _CAMPAIGN, settings, months=CAMPAIGN_MONTHS, series=series).rename(
        columns={"id": "campaign"}
    )
    # The names of regions above the scope are known, what lies in them is not.
    held = {code: scope.holds_region(code) for code in frame["region_code"].unique()}
    return frame[frame["region_code"].map(held).astype(bool)].reset_index(drop=True)


def coverage(scope: Scope, filters: Filters, *, settings: Settings | None = None) -> pd.DataFrame | None:
    """Return region_code, name, village_count, covered_count and one count a module per part with villages.

    Counted are villages of today, and of them those with a record of the modules in the months of the period. Records
    name neither industry nor unit: None for a scope over some of them, which sees no records.
    """
    if scope.industries != (ALL,) or scope.units != (ALL,):
        return None
    asked = _asked(scope, filters, settings)
    whole = {
        "from": asked.period[0].replace(day=1),
        "to": add_months(asked.period[1].replace(day=1), 1) - DAY,
    }
    found = _rows(asked, _COVERAGE, settings, **whole)
    found.insert(0, "region_code", asked.part_of(found.pop("part")))
    counts = ["village_count", "covered_count", *MODULES]
    found = found.groupby("region_code", as_index=False)[counts].sum()
    names = dict(zip(asked.parts["code"], asked.parts["name"], strict=True))
    name = pd.Series([names.get(code, REMAINDER_NAME) for code in found["region_code"]], dtype=object)
    found.insert(1, "name", name)
    return found


def documents(scope: Scope, filters: Filters, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return kind, document_count, limited_count (with a date to answer by), replied_count, late_count (answered after
    it), overdue_count (not answered, past it), of documents issued in the period; a row for each of the six kinds.
    """
    frame = _rows(_asked(scope, filters, settings), _DOCUMENT, settings)
    frame = frame.set_index("kind").reindex(list(DOCUMENT_KIND), fill_value=0).astype(int)
    return frame.rename_axis("kind").reset_index()


def document_list(
    scope: Scope,
    filters: Filters,
    *,
    kind: str | None = None,
    state: str | None = None,
    page: int = 1,
    rows: int | None = None,
    settings: Settings | None = None,
) -> Page:
    """Return one page (from 1) of the documents issued in the period, of a kind and in one of DOCUMENT_STATES."""
    asked = _asked(scope, filters, settings)
    rows = rows or (settings or process_settings()).list_page_rows
    narrowed = {"kind": kind, "state": state, "rows": rows, "skipped": (max(page, 1) - 1) * rows}
    frame = _rows(asked, _DOCUMENT_LIST, settings, **narrowed)
    total = int(frame.pop("total").max()) if len(frame) else 0
    return Page(frame, total)


def complaints(scope: Scope, filters: Filters, *, settings: Settings | None = None) -> dict[str, float]:
    """Return the counts of the complaints received in the period, as the overview has them; zeros outside the scope."""
    asked = _asked(scope, filters, settings)
    frame = _rows(asked, QUERIES["complaint_summary"], settings)
    names = ("complaint_count", "closed_count", "overdue_count")
    return {name: float(frame[name].iloc[0]) if len(frame) else 0.0 for name in names}
