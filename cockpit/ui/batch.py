"""One action on several alerts, each by itself under the version it was seen at."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from cockpit.error import CockpitError
from cockpit.ledger import Ledger
from cockpit.ledger.audit import By
from cockpit.loop import decision
from cockpit.loop.decision import Given
from cockpit.loop.state import Action
from cockpit.loop.transition import TRANSITIONS
from cockpit.scope import Scope
from cockpit.ui import disposal

# At most so many at once: each takes the lock of the ledger for itself.
PICKS_MAX = 50


@dataclass
class Outcome:
    """What became of a batch: the alerts acted on, and why others were not."""

    done: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def act_on_each(
    ledger: Ledger,
    scope: Scope,
    rows: pd.DataFrame,
    picks: Mapping[str, int],
    action: Action,
    given: Given,
    outcome: Outcome,
    by: By,
) -> None:
    """Act on each alert picked, in `rows` of `alerts_picked`, by itself; write into the outcome what became of it.

    CockpitError when there are more than PICKS_MAX; then nothing is done. Whatever ends it midway, the outcome tells
    of those before.
    """
    if len(picks) > PICKS_MAX:
        raise CockpitError(f"一次至多{TRANSITIONS[action].label} {PICKS_MAX} 条，现选 {len(picks)} 条。")
    found = {str(row["id"]): row for _, row in rows.iterrows()}
    for name, version in picks.items():
        try:
            if name not in found:
                raise CockpitError("没有这条预警，或已不在您的可见范围内。")
            alert = disposal.alert_of(found[name])
            decision.act(
                ledger,
                scope,
                alert,
                action,
                given,
                version=version,
                session=by["session"],
                address=by["address"],
            )
        except CockpitError as error:
            outcome.failed[name] = str(error)
        else:
            outcome.done.append(name)
