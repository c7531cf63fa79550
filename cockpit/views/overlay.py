"""What has been decided here, laid over one snapshot: kept in memory, brought forward from the ledger."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path

import duckdb
import pandas as pd
from sqlalchemy import Text, cast, func, select

from cockpit.ledger import Ledger, open_ledger
from cockpit.ledger.tables import UtcTime, alert_state, decision
from cockpit.loop.state import LOCAL
from cockpit.region_code import PREFIX_LENGTHS, ancestors
from cockpit.settings import Settings
from cockpit.working_day import DAY, is_working_day

FOLDER = Path(__file__).parent / "decided"
BATCH_ROWS = 50_000
# Rows of the roll-up added decision by decision lie in no order: beyond so many a fresh overlay reads faster.
ADDED_ROWS_MAX = 200_000
# All units together ('*' in the roll-up), and each of its own.
KINDS = [True, False]
LEVELS = [{"level": level, "digits": digits} for level, digits in PREFIX_LENGTHS.items()]
_NUMBERS = itertools.count(1)
_DTYPES = {"BIGINT": "Int64", "INTEGER": "Int64", "BOOLEAN": "boolean", "FLOAT": "Float64"}
_TOLD, _ARRIVED, _CELL, _ROLLED, _STAYED = (
    (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    for name in ("told", "arrived", "cell", "rolled", "stayed")
)
# Open ones whose limit, or whose time in one stage, has run out since they were last looked at.
_LAPSED = """
from overlay.alert_now
where
    version > 0
    and position not in (select position from moved)
    and is_open
    and ((not is_overdue and due_at < $now) or (not is_stuck and stage_at < $stuck_before))
"""


class Overlay:
    """The decisions over one snapshot: the tables `alert_now`, `decided_month` and `decided_stay` of its schema `overlay`.

    The first has every alert as it now stands, but for its long texts; the second the cells of the roll-up that
    decisions leave and enter; the third the stays in stages that decisions have ended.

    Who reads within a transaction sees one state of it; `number` tells of whose alerts it is. For one writer at a time.
    """

    def __init__(self, parent: duckdb.DuckDBPyConnection, settings: Settings) -> None:
        """Make the tables, empty, on a connection that has the snapshot attached and is not yet locked."""
        self.seq = 0
        self.is_worn = False
        self._settings = settings
        # States are numbered through all overlays of a process: a fresh one never bears the number of another.
        self._made = next(_NUMBERS)
        self._touched: dict[str, int] = {}
        self._added = 0
        self._lapse_at = datetime.min
        parent.execute("attach ':memory:' as overlay (compress)")
        self._writer = parent.cursor()
        self._writer.register("batch", _frame([]))
        self._writer.execute(f"create table overlay.alert_now as {_TOLD}")
        self._writer.execute("create table overlay.decided_month as from snapshot.alert_month limit 0")
        self._writer.execute(
            "create table overlay.decided_stay as select *, null::timestamp as began_at from snapshot.alert_stay limit 0"
        )

    def fill(self) -> None:
        """Lay all decisions over the snapshot, before anyone reads it; CockpitError without a ledger."""
        self._bring(open_ledger(self._settings), is_first=True)
        if self._touched:
            # Back into the order of the snapshot: who sees few places finds theirs together.
            self._writer.execute(
                "create or replace table overlay.alert_now as from overlay.alert_now order by position"
            )
        self._writer.execute("checkpoint overlay")
        self._added = 0

    def number(self, regions: Iterable[str]) -> int:
        """Return the number of the last state that changed an alert in some regions; it only grows."""
        return max((self._touched.get(code, 0) for code in regions), default=0) or self._made

    def refresh(self) -> None:
        """Lay over it what was decided since, and what has become overdue; CockpitError without a ledger."""
        ledger = open_ledger(self._settings)
        latest = _latest(ledger)
        if latest < self.seq:
            # Another ledger, or an older one put back: nothing of this overlay can be trusted.
            self.is_worn = True
        elif latest > self.seq or datetime.now(LOCAL).replace(tzinfo=None) >= self._lapse_at:
            self._writer.begin()
            try:
                self._bring(ledger, is_first=False)
            except BaseException:
                self._writer.rollback()
                raise
            self.is_worn = self._added > ADDED_ROWS_MAX

    def _bring(self, ledger: Ledger, *, is_first: bool) -> None:
        """Replace what has moved; the first time, with many rows, the roll-up level by level."""
        run, now = self._writer.execute, datetime.now(LOCAL).replace(tzinfo=None)
        moment = {"now": now, "stuck_before": _stuck_before(now.date(), self._settings.alert_stuck_days)}
        run("create or replace temp table moved as from overlay.alert_now limit 0")
        seq = self.seq
        for batch, last in _batches(ledger, seq):
            self._writer.register("batch", batch)
            run(f"insert into moved by name {_ARRIVED}")
            seq = last
        for moves in _moves(ledger, self.seq, seq):
            self._writer.register("moves", moves)
            run(f"insert into overlay.decided_stay by name {_STAYED}")
            self._writer.unregister("moves")
        if now >= self._lapse_at:
            run(f"insert into moved {_LAPSED}", moment)
        run(
            "update moved set is_overdue = is_open and coalesce(due_at < $now, false),"
            " is_stuck = is_open and stage_at < $stuck_before",
            moment,
        )
        run(f"create or replace temp table cell as {_CELL}")
        run("delete from overlay.alert_now where position in (select position from moved)")
        run("insert into overlay.alert_now from moved")
        regions = run("select distinct region_code from moved").fetchall()
        run("drop table moved")
        steps = [([level], [kind]) for kind in KINDS for level in LEVELS] if is_first else [(LEVELS, KINDS)]
        for levels, kinds in steps:
            given = {"levels": levels, "kinds": kinds}
            [(added,)] = run(f"insert into overlay.decided_month {_ROLLED}", given).fetchall()
            self._added += added
            if is_first:
                # Packed, the rows take a tenth of the memory; nobody reads yet who would be in the way.
                run("checkpoint overlay")
        run("drop table cell")
        self._writer.unregister("batch")
        [(due_at,)] = run(
            "select min(due_at) from overlay.alert_now where version > 0 and is_open and not is_overdue"
        ).fetchall()
        midnight = datetime.combine(now.date() + DAY, time())
        if not is_first:
            # Nobody is told of a state, nor is it counted as reached, before it can be read.
            self._writer.commit()
        self._lapse_at = min(due_at or midnight, midnight)
        self.seq = seq
        if regions:
            number = next(_NUMBERS)
            above = {one for (code,) in regions for one in (*ancestors(code), code)}
            self._touched |= dict.fromkeys(above, number)


def _latest(ledger: Ledger) -> int:
    with ledger.read() as connection:
        return connection.execute(select(func.max(alert_state.c.seq))).scalar() or 0


def _batches(ledger: Ledger, after: int) -> Iterator[tuple[pd.DataFrame, int]]:
    """Yield the states that came after a decision in their order, and the number of the last of each batch."""
    # Times as the engine's text: a million of them as Python's own would take seconds.
    columns = [cast(one, Text) if isinstance(one.type, UtcTime) else one for one in alert_state.c]
    asked = select(*columns).where(alert_state.c.seq > after).order_by(alert_state.c.seq)
    position = alert_state.c.keys().index("seq")
    with ledger.read() as connection:
        for rows in connection.execution_options(yield_per=BATCH_ROWS).execute(asked).partitions():
            yield _frame(rows), rows[-1][position]


def _moves(ledger: Ledger, after: int, last: int) -> Iterator[pd.DataFrame]:
    """Yield the decisions after one, up to another, that moved an alert on, with when the stage left had begun; times are text, UTC."""
    of = decision.c
    is_move = of.from_stage != of.to_stage
    # Of the first decision that moves an alert: when its sources had last told of it.
    began_at = func.coalesce(
        func.lag(cast(of.at, Text)).over(partition_by=of.alert_id, order_by=of.version),
        cast(of.upstream_at, Text),
    )
    asked = select(
        of.alert_id, of.seq, of.from_stage, cast(of.at, Text).label("at"), began_at.label("began_at")
    )
    asked = asked.where(is_move)
    if after:
        asked = asked.where(of.alert_id.in_(select(of.alert_id).where(of.seq > after)))
    moved = asked.subquery().c
    names = [moved.alert_id, moved.from_stage, moved.at, moved.began_at]
    with ledger.read() as connection:
        found = connection.execution_options(yield_per=BATCH_ROWS).execute(
            select(*names).where(moved.seq > after, moved.seq <= last)
        )
        for rows in found.partitions():
            yield pd.DataFrame(list(map(tuple, rows)), columns=[one.name for one in names], dtype="string")


def _frame(rows: Sequence[Sequence[object]]) -> pd.DataFrame:
    """Return rows of alert_state with types that hold even where all is null; times are text, UTC."""
    kinds = {one.name: _DTYPES.get(str(one.type), "string") for one in alert_state.c}
    return pd.DataFrame(list(map(tuple, rows)), columns=list(kinds), dtype=object).astype(kinds)


def _stuck_before(today: date, days: int) -> datetime:
    """Return the moment before which a stage began that has by now lasted longer than so many working days."""
    day = today
    while days:
        day -= DAY
        days -= is_working_day(day)
    return datetime.combine(day, time())
