"""What the pages leave in the audit: who, in which session, from where, under which scope."""

from collections.abc import Mapping

import streamlit as st

from cockpit.ledger import audit, open_ledger
from cockpit.ledger.audit import By
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import signin

SEARCHED = "searches-recorded"
SEEN = "looks-recorded"


def record(
    scope: Scope,
    action: audit.Action,
    target: str | None = None,
    detail: Mapping[str, object] | None = None,
    count_row: int | None = None,
    *,
    by: By | None = None,
) -> None:
    """Write a row of what somebody does; CockpitError when it cannot be kept: then refuse it.

    What runs outside of a page's run, such as a download, gives the `signin.by` of the run that offered it.
    """
    audit.record(
        open_ledger(settings()),
        action=action,
        target=target,
        detail={**(detail or {}), "scope": scope_detail(scope)},
        count_row=count_row,
        **(by or signin.by(scope.who)),
    )


def record_once(scope: Scope, action: audit.Action, target: str, count_row: int | None = None) -> None:
    """Write down what somebody looks at, once a session: pages run again with everything that is touched."""
    seen: set[object] = st.session_state.setdefault(SEEN, set())
    if (action, target) not in seen:
        record(scope, action, target, count_row=count_row)
        seen.add((action, target))


def record_search(scope: Scope, target: str, chosen: Mapping[str, object], count_row: int) -> None:
    """Write down what a list was searched for or narrowed to, once a session for each that differs."""
    seen: set[object] = st.session_state.setdefault(SEARCHED, set())
    key = (target, *sorted((name, str(value)) for name, value in chosen.items()))
    if key not in seen:
        record(scope, "search", target, chosen, count_row)
        seen.add(key)


def scope_detail(scope: Scope) -> dict[str, object]:
    """Return a scope as the audit keeps it: the role, and the codes of what it holds where there are any."""
    parts = {"region": scope.regions, "industry": scope.industries, "unit": scope.units}
    return {"role": scope.role, **{name: list(codes) for name, codes in parts.items() if codes}}
