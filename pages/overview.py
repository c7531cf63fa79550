"""Overview (总览): the state of complaints and alerts, and the way down."""

import streamlit as st

from cockpit.charts import alerts, industries, monthly, ranking, region_map
from cockpit.charts.theme import PICK
from cockpit.queries.measures import MEASURES
from cockpit.scope import Scope
from cockpit.ui import cached, cards, filters, frame, panel

TITLE = "总览"
ICON = ":material/dashboard:"

COMPLAINT_MEASURES = ("complaint_count", "closure_rate", "on_time_rate", "overdue_count", "satisfaction_rate")
ALERT_MEASURES = (
    "alert_count",
    "alert_open_count",
    "alert_red_open_count",
    "substantiation_rate",
    "recovered_sum",
)


def _drill(scope: Scope, key: str, name: str) -> None:
    picked = st.session_state[key].selection.get(PICK)
    if picked:
        value = picked[0].get("code") or None
        filters.change(scope, **{name: value})


def render(scope: Scope) -> None:
    """Draw the overview of what the scope and the filters admit."""
    frame.breadcrumb(scope)
    chosen = filters.current(scope)
    data = cached.overview(scope, chosen)
    with st.container(horizontal=True):
        for name in COMPLAINT_MEASURES:
            cards.card(
                MEASURES[name], data.complaint_now, data.complaint_previous, data.complaint_last_year
            )
    with st.container(horizontal=True):
        for name in ALERT_MEASURES:
            cards.card(MEASURES[name], data.alert_now, data.alert_previous, data.alert_last_year)
