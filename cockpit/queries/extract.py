"""What the published site tells, read under a scope from one snapshot: no person, no pseudonym, no sum over few persons."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import numpy as np
import pandas as pd

from cockpit import region_code
from cockpit.analysis import suppression
from cockpit.queries.named import QUERIES, Query, fetch
from cockpit.scope import Scope
from cockpit.settings import Settings
from cockpit.views.store import Reader, store

# A cell that concerns fewer persons is not told.
PERSONS_MIN = 5
# Payments and projects of this year and of the two before it.
YEARS = 3

_ITEM = Query("disclosure_item", "公开：事项清单")
_PLACE = Query("disclosure_place", "公开：各地事项数")
_STATE = Query("disclosure_state", "公开：各村各事项")
_PROJECT = Query("disclosure_project", "公开：村级工程")
_FUND = Query("disclosure_fund", "公开：惠民资金，按地区与年度")


@dataclass(frozen=True)
class Extract:
    """What may be public of the places of a scope; all frames come from one snapshot."""

    reader: Reader
    scope: Scope

    @cached_property
    def build(self) -> tuple[str, datetime, bool]:
        """The name of the build, the latest time in its facts, whether they are invented."""
        row = fetch(self.reader, QUERIES["build"], {}).iloc[0]
        return str(row["build_id"]), row["as_of"].to_pydatetime(), bool(row["is_demo"])

    @property
    def since(self) -> date:
        """The first day of the years told of."""
        return date(self.build[1].year - YEARS + 1, 1, 1)

    @cached_property
    def items(self) -> pd.DataFrame:
        """One row per item: code, name, category, interval_days."""
        return fetch(self.reader, _ITEM, {})

    @cached_property
    def places(self) -> pd.DataFrame:
        """One row per region of today in scope: code, name, level, parent, village_count and its items by state.

        The items are public_count, late_count and missing_count, over all villages inside.
        """
        found = fetch(self.reader, _PLACE, {"region": None})
        is_inside = np.array([self.scope.holds_region(code) for code in found["code"]], dtype=bool)
        return found[is_inside].reset_index(drop=True)

    @cached_property
    def funds(self) -> pd.DataFrame:
        """One row per place, fund and year with anything: code, fund, year, is_shown, and what was paid and published.

        Of what is not shown the sums and counts are missing. Whether a sum is shown is settled over all places of the
        scope together, as `suppression.shown` does; years before the three told of, or unknown ones, are left out.
        """
        levels = [
            fetch(self.reader, _FUND, {"place_level": level, "year": None}) for level in region_code.LEVELS
        ]
        found = pd.concat(levels, ignore_index=True)
        found = found[found["year"] >= self.since.year].rename(columns={"region_code": "code"})
        parents = dict(zip(self.places["code"], self.places["parent"], strict=True))
        found = found.assign(
            # Of places that are no more the parent follows from the code: they hide in it.
            parent=[parents.get(code) or _parent(code) for code in found["code"]],
            is_listed=found["code"].isin(list(parents)),
        )
        is_shown = pd.Series(False, index=found.index)
        for _, cells in found.groupby(["fund", "year"], sort=False):
            is_shown[cells.index] = suppression.shown(cells, PERSONS_MIN)
        sums = ["paid_sum", "payment_count", "published_sum", "publication_count"]
        told = found[["code", "fund", "year", *sums]].assign(is_shown=is_shown)
        told[sums] = told[sums].where(is_shown)
        return told[found["is_listed"]].reset_index(drop=True)

    def states(self, low: str, high: str) -> pd.DataFrame:
        """Return region_code, item_code, published_on, due_on, state of the villages between two codes."""
        return fetch(self.reader, _STATE, {"code_low": low, "code_high": high})

    def projects(self, low: str, high: str) -> pd.DataFrame:
        """Return region_code, title, day, stage, estimate, contract_amount, paid_amount, progress between two codes."""
        return fetch(self.reader, _PROJECT, {"code_low": low, "code_high": high, "since": self.since})


def _parent(code: str) -> str:
    return region_code.ancestors(code)[-1] if region_code.level(code) != "province" else ""


@contextmanager
def extract(scope: Scope, *, settings: Settings | None = None) -> Iterator[Extract]:
    """Read what may be public under a scope; CockpitError without a snapshot."""
    with store(settings).reader(scope) as reader:
        yield Extract(reader, scope)
