"""One course of an alert: what its sources tell of and what was decided here, by time, each with its origin."""

from collections.abc import Sequence

import pandas as pd

from cockpit.loop.state import LOCAL, Decision

ORIGIN_LABELS = {"upstream": "上游", "here": "本系统"}
COLUMNS = {
    **dict.fromkeys(
        ("stage", "action", "from_stage", "unit_name", "who", "role", "handler", "finding"), "str"
    ),
    **dict.fromkeys(("disposition", "four_form", "applied_as", "grade", "note"), "str"),
    **dict.fromkeys(("amount", "recovered"), "Float64"),
    **dict.fromkeys(("persons", "extension_days", "version"), "Int64"),
}


def with_decisions(steps: pd.DataFrame, decisions: Sequence[Decision]) -> pd.DataFrame:
    """Return steps (`at`, local, `origin`, `stage` …) with decisions among them, of equal times the steps first.

    Columns: at, origin (upstream or here), stage come to, the other fields of a step or decision, due_at (local).
    """
    made = pd.DataFrame(decisions, columns=list(Decision._fields))
    made = made.rename(columns={"to_stage": "stage"}).assign(origin="here")
    for name in ("at", "due_at"):
        made[name] = pd.to_datetime(made[name], utc=True).dt.tz_convert(LOCAL).dt.tz_localize(None)
    names = ["at", "origin", *COLUMNS, "due_at"]
    both = [frame.reindex(columns=names).astype(COLUMNS) for frame in (steps, made)]
    for frame in both:
        frame[["at", "due_at"]] = frame[["at", "due_at"]].astype("datetime64[us]")
    return pd.concat(both).sort_values("at", kind="stable", ignore_index=True)
