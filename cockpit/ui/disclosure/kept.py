"""What the sections of 公开公示 share: frames kept by build, what a click narrows the page to, who sees nothing and why."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from cockpit import region_code
from cockpit.queries import disclosure
from cockpit.scope import ALL, Scope
from cockpit.ui import cached, filters
from cockpit.ui.analysis.panel import Panel

# Parameters of the address that narrow the sections.
SECTION, STATE, CATEGORY, ITEM, PAGE = "section", "state", "category", "item", "disclosure_page"
OWN = (STATE, CATEGORY, ITEM, PAGE)
PARTIAL = "公开公示不分行业和单位，您的范围限于部分行业或单位，因此不显示。"
NO_CATEGORY = "其他"


@cached.by_build
def coverage(scope: Scope, region: str | None) -> pd.DataFrame:
    """Return the villages by part, item and state; see `disclosure.coverage`."""
    found = disclosure.coverage(scope, region)
    return found.assign(category=found["category"].replace("", NO_CATEGORY))


@cached.by_build
def items(scope: Scope, village: str) -> pd.DataFrame:
    """Return the items of one village; see `disclosure.items`."""
    return disclosure.items(scope, village)


@cached.by_build
def funds(scope: Scope, region: str | None, level: str, year: int | None) -> pd.DataFrame:
    """Return the funds of the places of a level; see `disclosure.funds`."""
    return disclosure.funds(scope, region, level, year)


def is_partial(scope: Scope) -> bool:
    """Tell whether a scope sees nothing here, for it is over some industries or units alone."""
    return scope.industries != (ALL,) or scope.units != (ALL,)


def focus(scope: Scope, region: str | None) -> str | None:
    """Return the one region in focus; None for several roots."""
    return region or (scope.regions[0] if len(scope.regions) == 1 else None)


def level(scope: Scope, region: str | None) -> str | None:
    """Return the level of the one region in focus; None for several roots."""
    code = focus(scope, region)
    return code and region_code.level(code)


def show(scope: Scope, parameters: Mapping[str, str]) -> None:
    """Narrow this page to parameters of the address; for callbacks."""
    if "region" in parameters:
        filters.change(scope, region=parameters["region"])
    if SECTION in parameters:
        st.query_params[SECTION] = parameters[SECTION]
    for name in OWN:
        st.session_state.pop(name, None)
        if parameters.get(name):
            st.query_params[name] = parameters[name]
        else:
            st.query_params.pop(name, None)


@dataclass(frozen=True)
class Narrowing(Panel):
    """A panel whose clicks narrow this page."""

    def _set(self, scope: Scope) -> None:
        if picked := self._picked():
            show(scope, picked)
