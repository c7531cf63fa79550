"""The snapshot in service behind views with enforced scope: one parent connection a process, a cursor a reader."""

import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.ma import MaskedArray
from numpy.typing import NDArray

from cockpit import region_code
from cockpit.error import CockpitError
from cockpit.scope import ALL, Scope
from cockpit.settings import Settings
from cockpit.settings import settings as process_settings
from cockpit.views.overlay import Overlay
from cockpit.warehouse import snapshot

FOLDER = Path(__file__).parent
NOTHING = "~"
# Of this process alone.
SALT = secrets.token_hex()
# Cursors are kept for so many scopes.
SCOPES_KEPT = 64
PATIENCE_SECONDS = 2.0
LOGGER = logging.getLogger(__name__)
_NULLS: dict[str, Any] = {**dict.fromkeys("iubf", np.nan), "M": np.datetime64("NaT")}
MACROS_BELOW = ("region_in_scope", "in_scope_count", "in_scope", "in_scope_month")
MACROS_ABOVE = ("complaint_cell", "alert_cell", "complaint_match", "alert_match", "alert_duty")
# The view of alerts over some rows alone, for a join that finds few rows is not moved below those of a view; their
# columns are read by row number, or all rows would be read for them.
ALERT_AT = (
    "create macro alert_at(positions) as table ({})",
    "from overlay.alert_now as n",
    "from (from overlay.alert_now where rowid in"
    " (select rowid from overlay.alert_now where position in (select unnest(positions)))) as n",
)
VIEWS = tuple(sorted(path.stem for path in FOLDER.glob("*.sql")))


def scope_variables(scope: Scope) -> dict[str, object]:
    """Return the values of the cursor variables that every view tests its rows against.

    Whoever may see not even counts gets bounds that hold no region. No list is empty, so that DuckDB knows
    its type; "~" is the code of nothing. (Variables apart, as a struct is copied at each use of a field; what can
    be told beforehand is told here, as each statement binds all functions of a view anew.)
    """
    regions = scope.regions if scope.sees_counts else ()
    industries = scope.industries if regions else ()
    units = scope.units if regions else ()
    ranges = [dict(zip(("low", "high"), region_code.bounds(code), strict=True)) for code in regions]
    above = {ancestor for code in regions for ancestor in region_code.ancestors(code)}
    listed = sorted({*units} - {""}) or [NOTHING]
    return {
        "scope_role": scope.role if scope.who else None,
        "scope_sees_cases": scope.sees_cases,
        "scope_low": min((bounds["low"] for bounds in ranges), default=NOTHING),
        "scope_high": max((bounds["high"] for bounds in ranges), default=""),
        "scope_ranges": ranges or [{"low": NOTHING, "high": ""}],
        "scope_is_one_range": len(ranges) == 1,
        "scope_ancestors": sorted(above) or [NOTHING],
        "scope_industries": sorted({*industries} - {""}) or [NOTHING],
        "scope_has_all_industries": ALL in industries,
        "scope_units": listed,
        "scope_has_all_units": ALL in units,
        "scope_unit_low": listed[0],
        "scope_unit_high": listed[-1],
        "scope_salt": SALT,
    }


@dataclass(frozen=True)
class Reader:
    """A cursor on one snapshot with a scope set; for one thread. `build_id` names the snapshot."""

    cursor: duckdb.DuckDBPyConnection
    scope: Scope
    build_id: str

    def frame(self, sql: str, parameters: Mapping[str, object] | None = None) -> pd.DataFrame:
        """Return the rows the scope sees of a query over the views."""
        return self.cursor.execute(sql, dict(parameters or {})).df()

    def arrays(self, sql: str, parameters: Mapping[str, object] | None = None) -> dict[str, NDArray[Any]]:
        """Return the columns of such a query without the cost of a frame; nulls are None, NaN or NaT."""
        columns: dict[str, Any] = self.cursor.execute(sql, dict(parameters or {})).fetchnumpy()
        return {
            name: _filled(column) if isinstance(column, MaskedArray) else column
            for name, column in columns.items()
        }

    def batches(
        self, sql: str, parameters: Mapping[str, object] | None = None
    ) -> Iterator[dict[str, NDArray[Any]]]:
        """Return the columns of such a query that has no nulls, a million rows at a time: what is summed at once."""
        for batch in self.cursor.execute(sql, dict(parameters or {})).to_arrow_reader(1_000_000):
            yield {
                name: column.to_numpy()
                for name, column in zip(batch.schema.names, batch.columns, strict=True)
            }


def _filled(column: "MaskedArray[Any, Any]") -> NDArray[Any]:
    """Return a column with its nulls as None, NaN or NaT; whole numbers and truths become floats for it.

    Left to itself numpy would fill whole numbers with 999,999 and texts with a question mark.
    """
    kind, values = column.dtype.kind, np.asarray(column.data)
    if kind in "iub":
        values = values.astype(float)
    null: Any = _NULLS.get(kind)
    return np.where(np.ma.getmaskarray(column), null, values)


@dataclass(frozen=True)
class Served:
    """A snapshot in service: its file, a connection to the views over it, and the decisions laid over it."""

    path: Path
    parent: duckdb.DuckDBPyConnection
    overlay: Overlay
    # Cursors not in use, by the scope they are set to for good: to set one costs more than most queries.
    idle: OrderedDict[Scope, list[duckdb.DuckDBPyConnection]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, scope: Scope) -> duckdb.DuckDBPyConnection:
        """Return a cursor that sees what the scope does and that nobody else uses."""
        with self.lock:
            if cursors := self.idle.get(scope):
                return cursors.pop()
        cursor = self.parent.cursor()
        for name, value in scope_variables(scope).items():
            cursor.execute(f"set variable {name} = $value", {"value": value})
        return cursor

    def give_back(self, scope: Scope, cursor: duckdb.DuckDBPyConnection) -> None:
        """Keep a cursor for the next who asks under its scope; those of the scopes longest unused are closed."""
        with self.lock:
            self.idle.setdefault(scope, []).append(cursor)
            self.idle.move_to_end(scope)
            dropped = [] if len(self.idle) <= SCOPES_KEPT else self.idle.popitem(last=False)[1]
        for one in dropped:
            one.close()


class Store:
    """The snapshot in service of one installation; safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        """Open nothing yet: the first query does."""
        self.settings = settings
        self._lock = threading.Lock()
        self._served: Served | None = None
        self._opening: threading.Thread | None = None
        self._snapshot_problem: str | None = None
        self._ledger_problem: str | None = None
        self._snapshot_looked_at = self._ledger_looked_at = float("-inf")

    @contextmanager
    def reader(self, scope: Scope) -> Iterator["Reader"]:
        """Take a cursor under a scope; all its frames come from one snapshot and one state of the decisions.

        Raises CockpitError while there is no snapshot to read.
        """
        served = self._in_service()
        # Nothing of the scope but whether there is a person counts for what it sees.
        key = replace(scope, who="*" if scope.who else "")
        cursor = served.take(key)
        try:
            cursor.begin()
            yield Reader(cursor, scope, served.path.stem)
            cursor.rollback()
        except BaseException:
            cursor.close()
            raise
        served.give_back(key, cursor)

    def frame(self, sql: str, scope: Scope, parameters: Mapping[str, object] | None = None) -> pd.DataFrame:
        """Return the rows a scope sees of one query over the views; see `reader`."""
        with self.reader(scope) as reader:
            return reader.frame(sql, parameters)

    @property
    def build_id(self) -> str:
        """The name of the build in service, for the keys of caches; CockpitError without a snapshot."""
        return self._in_service().path.stem

    def revision(self, scope: Scope) -> str:
        """Return the build in service and the last decision over it that a scope may see, for the keys of caches.

        CockpitError without a snapshot.
        """
        served = self._in_service()
        return f"{served.path.stem}.{served.overlay.number(scope.regions)}"

    @property
    def problem(self) -> str | None:
        """Why what is shown may not be the newest, as a Chinese sentence; None when it is."""
        return self._snapshot_problem or self._ledger_problem

    def refresh(self) -> None:
        """Bring the decisions forward now, so that the next reader sees what was just decided."""
        self._in_service()
        with self._lock:
            if self._served:
                self._look_at_ledger(self._served)

    def _in_service(self) -> Served:
        """Return what is in service; whoever comes first after a while looks for something newer.

        Nobody else waits, and who looks not for long: what takes time comes into service when it is ready.
        """
        if self._lock.acquire(blocking=self._served is None):
            try:
                opening = self._look()
            finally:
                self._lock.release()
            if opening is not None:
                opening.join(None if self._served is None else PATIENCE_SECONDS)
        if self._served is None:
            raise CockpitError(self.problem or "还没有可用的数据快照，请先运行 cockpit build。")
        return self._served

    def _look(self) -> threading.Thread | None:
        """Look for new decisions and for a new snapshot in time; return the thread that opens one, just begun."""
        now = time.monotonic()
        if self._served and now - self._ledger_looked_at >= self.settings.ledger_poll_seconds:
            self._look_at_ledger(self._served)
        if self._opening and self._opening.is_alive():
            return None if self._served else self._opening
        if now - self._snapshot_looked_at < self.settings.snapshot_poll_seconds:
            return None
        self._snapshot_looked_at = now
        path = snapshot.current(self.settings)
        is_same = self._served is not None and path == self._served.path and not self._served.overlay.is_worn
        if path is None or is_same:
            return None
        self._opening = threading.Thread(target=self._open, args=(path,), name="snapshot", daemon=True)
        self._opening.start()
        return self._opening

    def _look_at_ledger(self, served: Served) -> None:
        """Bring the decisions forward, the lock being held; where that fails the last ones stay, and it is said."""
        self._ledger_looked_at = time.monotonic()
        try:
            served.overlay.refresh()
        except CockpitError as error:
            self._ledger_problem = f"暂时读不到台账，所示处置情况可能不是最新：{error}"
        except duckdb.Error:
            if self._ledger_problem is None:
                LOGGER.exception("decisions cannot be laid over snapshot %s", served.path.name)
            self._ledger_problem = "最新的办理情况暂时并不进来，所示可能不是最新，详情已写入服务日志。"
        else:
            self._ledger_problem = None

    def _open(self, path: Path) -> None:
        """Put a snapshot into service, if it can be read; with none in service, an older one that can.

        A query in flight keeps its own cursor, and with it the old file, until it is done; DuckDB closes
        the file with the last cursor.
        """
        older = [] if self._served else [one for one in snapshot.whole(self.settings) if one != path]
        for candidate in (path, *older):
            try:
                served = open_snapshot(candidate, self.settings)
            except (duckdb.Error, OSError) as error:
                # The engine's own words are English, and name folders of this machine.
                if self._snapshot_problem is None:
                    LOGGER.warning("snapshot %s cannot be opened: %s", candidate.name, error)
                self._snapshot_problem = (
                    f"数据快照 {path.name} 无法打开，详情已写入服务日志；请重新运行 cockpit build。"
                )
            except CockpitError as error:
                self._ledger_problem = str(error)
                return
            else:
                break
        else:
            return
        with self._lock:
            # Decisions made while it was being opened were shown before: they must not vanish for a moment.
            self._look_at_ledger(served)
            self._served = served
            if candidate == path:
                self._snapshot_problem = None


def open_snapshot(path: Path, settings: Settings) -> Served:
    """Return a connection whose only relations are the views over a snapshot, locked down, decisions laid over it.

    Raises duckdb.Error when the file is no snapshot or lacks a column that a view names, CockpitError when the
    ledger cannot be read.
    """
    parent = duckdb.connect(
        ":memory:",
        config={
            "threads": settings.threads,
            "memory_limit": f"{settings.memory_limit_mb}MB",
            "temp_directory": "",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    try:
        parent.execute(f"attach {snapshot.literal(path)} as snapshot (read_only)")
        overlay = Overlay(parent, settings)
        for name in MACROS_BELOW:
            parent.execute((FOLDER / "macro" / f"{name}.sql").read_text(encoding="utf-8"))
        for name in VIEWS:
            sql = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
            grain = sql.partition("\n")[0].removeprefix("--").strip()
            parent.execute(f'create view "{name}" as {sql.partition(chr(10))[2]}')
            parent.execute(f'comment on view "{name}" is {snapshot.literal(grain)}')
            if name == "alert":
                made, every, some = ALERT_AT
                parent.execute(made.format(sql.replace(every, some)))
        for name in MACROS_ABOVE:
            parent.execute((FOLDER / "macro" / f"{name}.sql").read_text(encoding="utf-8"))
        parent.execute("set enable_external_access = false")
        parent.execute("set lock_configuration = true")
        overlay.fill()
    except BaseException:
        parent.close()
        raise
    return Served(path, parent, overlay)


_stores: dict[Settings, Store] = {}
_stores_lock = threading.Lock()


def store(settings: Settings | None = None) -> Store:
    """Return the one store of an installation in this process."""
    key = settings or process_settings()
    with _stores_lock:
        return _stores.setdefault(key, Store(key))
