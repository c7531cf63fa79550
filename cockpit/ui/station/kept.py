"""What the parts of the station share: the village looked at, its modules as they stand, states as marks."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd
import streamlit as st

from cockpit import region_code
from cockpit.error import CockpitError
from cockpit.queries import module
from cockpit.queries.module_rules import STATES
from cockpit.scope import ALL, Scope
from cockpit.ui import cached, filters

# Parameters of the address.
MODULE, SECTION, FLAG, PURPOSE, ITEM_STATE = "module", "section", "flag", "purpose", "item_state"


@dataclass(frozen=True)
class Mark:
    """How a state is told: a word, a shape beside it, a colour that says nothing of its own; its ground in tables."""

    word: str
    sign: str
    colour: Literal["red", "orange", "green", "gray"]
    ground: str

    @property
    def words(self) -> str:
        """The state as tables have it."""
        return f"{self.sign} {self.word}"


# Neither the ▲ of alerts nor the letters of ratings.
MARKS = {
    "alarm": Mark(STATES["alarm"], "‼", "red", "#f3c6c1"),
    "watch": Mark(STATES["watch"], "！", "orange", "#f7deb0"),
    "normal": Mark(STATES["normal"], "√", "green", "#c5e5d2"),
    "none": Mark(STATES["none"], "□", "gray", "#dfe4ea"),
}


def village(scope: Scope) -> str | None:
    """Return the village in focus; None when none has been chosen."""
    code = filters.current().region or (scope.regions[0] if len(scope.regions) == 1 else None)
    return code if code and region_code.level(code) == "village" else None


def sees_modules(scope: Scope) -> bool:
    """Tell whether a scope sees the records of villages, which name no industry and no unit."""
    return scope.industries == (ALL,) and scope.units == (ALL,)


@cached.by_scope
def modules(scope: Scope, region: str | None) -> pd.DataFrame:
    """Return one row per village and module; see `module.modules`."""
    return module.modules(scope, region)


@cached.by_build
def period(scope: Scope) -> tuple[date, date]:
    """Return the first and the last day of what the page calls 本期; see `module.period`."""
    found = module.period(scope)
    if found is None:
        raise CockpitError("没有数据时间，请重新运行 cockpit build。")
    return found


def show(**parameters: str) -> None:
    """Show another part of this page on the next run, or without parameters all of it; for callbacks."""
    for name in (MODULE, SECTION, FLAG, PURPOSE, ITEM_STATE):
        if name in parameters:
            st.query_params[name] = parameters[name]
        else:
            st.query_params.pop(name, None)
