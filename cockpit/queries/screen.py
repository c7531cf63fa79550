"""Frames that only the big screen asks for: the age of open red alerts, the newest of them, stages on a past day."""

from datetime import date, timedelta

import pandas as pd

from cockpit.contract.codes import ALERT_STAGE
from cockpit.queries.effect import mature_until
from cockpit.queries.filters import DAY, Filters
from cockpit.queries.heat import as_of
from cockpit.queries.named import Query, fetch
from cockpit.scope import Scope
from cockpit.settings import Settings
from cockpit.settings import settings as process_settings
from cockpit.views.store import store

_OUTCOME = Query("screen_outcome", "大屏：预警的结果，按产生月份和环节")
_RED = Query("screen_red", "大屏：未处置红色预警，按产生后天数")
_NEW = Query("screen_new", "大屏：新增红色预警")
_THEN = Query("screen_then", "大屏：过去某日的预警等级与环节")


def outcomes(scope: Scope, filters: Filters, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return what became of the alerts raised in the period: a row per month (first day), is_mature, stage, and counts.

    alert_count, overdue_count, stuck_count, clue_count, sanction_count, recovering_count, recovered_sum: those of
    `effect.cohorts` and `effect.stages`, which tell more than a wall has room for and look at the alerts each anew.
    """
    found = _frame(_OUTCOME, scope, filters, settings)
    until = mature_until(as_of(scope, settings=settings).date(), None, settings or process_settings())
    is_mature = found["month"] + pd.offsets.MonthEnd(0) <= pd.Timestamp(until)
    found.insert(1, "is_mature", is_mature)
    return found


def red_days(scope: Scope, filters: Filters, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return how many open red alerts of the period were raised so many whole days before the data date: days, alert_count."""
    return _frame(_RED, scope, filters, settings, today=as_of(scope, settings=settings).date())


def new_red(
    scope: Scope, region: str | None, last: date, days: int, *, settings: Settings | None = None
) -> pd.DataFrame:
    """Return the red alerts of so many days up to the last, the newest first, in words safe to show.

    Columns: mark (tells one from another, and nothing else), raised_at, region_code (a town or what is above), module,
    stage, is_open.
    """
    asked = Filters(region=region, start=last - timedelta(days=days - 1), end=last)
    return _frame(_NEW, scope, asked, settings)


def then(scope: Scope, filters: Filters, day: date, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return where the alerts raised in the period stood at the end of a day: alert_level, stage, days, alert_count.

    `days` are those since a red alert was raised. Steps are those the sources tell of: what was decided here has no
    past but in the course of each alert.
    """
    return _frame(_THEN, scope, filters, settings, today=day, day_end=day + DAY, stages=list(ALERT_STAGE))


def _frame(
    query: Query, scope: Scope, filters: Filters, settings: Settings | None, **more: object
) -> pd.DataFrame:
    values = {"region": filters.region, "from": filters.start, "to": filters.end}
    with store(settings).reader(scope) as reader:
        return fetch(reader, query, {**values, **more})
