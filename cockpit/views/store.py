"""The snapshot in service behind views with enforced scope: one parent connection a process, a cursor a reader."""

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.ma import MaskedArray
from numpy.typing import NDArray

from cockpit import region_code
from cockpit.error import CockpitError
from cockpit.scope import Scope
from cockpit.settings import Settings
from cockpit.settings import settings as process_settings
from cockpit.warehouse import snapshot

FOLDER = Path(__file__).parent
NOTHING = "~"
LOGGER = logging.getLogger(__name__)
_NULLS: dict[str, Any] = {**dict.fromkeys("iubf", np.nan), "M": np.datetime64("NaT")}
MACROS_BELOW = ("region_in_scope", "in_scope", "in_scope_month")
MACROS_ABOVE = ("complaint_cell", "alert_cell", "complaint_match", "alert_match")
VIEWS = tuple(sorted(path.stem for path in FOLDER.glob("*.sql")))


def scope_variables(scope: Scope) -> dict[str, object]:
    """Return the values of the cursor variables that every view tests its rows against.

    A person who may see no case rows gets bounds that hold no region. No list is empty, so that DuckDB knows
    its type; "~" is the code of nothing. (Variables apart, as a struct is copied at each use of a field.)
    """
    regions = scope.regions if scope.sees_cases else ()
    industries = scope.industries if regions else ()
    units = scope.units if regions else ()
    ranges = [dict(zip(("low", "high"), region_code.bounds(code), strict=True)) for code in regions]
    above = {ancestor for code in regions for ancestor in region_code.ancestors(code)}
    return {
        "scope_role": scope.role if scope.who else None,
        "scope_low": min((bounds["low"] for bounds in ranges), default=NOTHING),
        "scope_high": max((bounds["high"] for bounds in ranges), default=""),
        "scope_ranges": ranges or [{"low": NOTHING, "high": ""}],
        "scope_ancestors": sorted(above) or [NOTHING],
        "scope_industries": sorted({*industries} - {""}) or [NOTHING],
        "scope_units": sorted({*units} - {""}) or [NOTHING],
    }


@dataclass(frozen=True)
class Reader:
    """A cursor on one snapshot with a scope set; for one thread."""

    cursor: duckdb.DuckDBPyConnection
    scope: Scope

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


def _filled(column: "MaskedArray[Any, Any]") -> NDArray[Any]:
    """Return a column with its nulls as None, NaN or NaT; whole numbers and truths become floats for it.

    Left to itself numpy would fill whole numbers with 999,999 and texts with a question mark.
    """
    kind, values = column.dtype.kind, np.asarray(column.data)
    if kind in "iub":
        values = values.astype(float)
    null: Any = _NULLS.get(kind)
    return np.where(np.ma.getmaskarray(column), null, values)


class Store:
    """The snapshot in service of one installation; safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        """Open nothing yet: the first query does."""
        self.settings = settings
        self.problem: str | None = None
        self._lock = threading.Lock()
        self._path: Path | None = None
        self._parent: duckdb.DuckDBPyConnection | None = None
        self._looked_at = float("-inf")

    @contextmanager
    def reader(self, scope: Scope) -> Iterator["Reader"]:
        """Open a fresh cursor under a scope; all its frames come from one snapshot.

        Raises CockpitError while there is no snapshot to read.
        """
        with closing(self._cursor()) as cursor:
            for name, value in scope_variables(scope).items():
                cursor.execute(f"set variable {name} = $value", {"value": value})
            yield Reader(cursor, scope)

    def frame(self, sql: str, scope: Scope, parameters: Mapping[str, object] | None = None) -> pd.DataFrame:
        """Return the rows a scope sees of one query over the views; see `reader`."""
        with self.reader(scope) as reader:
            return reader.frame(sql, parameters)

    @property
    def build_id(self) -> str:
        """The name of the build in service, for the keys of caches; CockpitError without a snapshot."""
        with self._lock:
            return self._in_service()[0].stem

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a fresh cursor, with no scope set, on the snapshot in service."""
        with self._lock:
            return self._in_service()[1].cursor()

    def _in_service(self) -> tuple[Path, duckdb.DuckDBPyConnection]:
        """Return the snapshot in service and its connection, the lock being held; look for a newer one in time."""
        if time.monotonic() - self._looked_at >= self.settings.snapshot_poll_seconds:
            self._look()
            self._looked_at = time.monotonic()
        if self._path is None or self._parent is None:
            raise CockpitError(self.problem or "还没有可用的数据快照，请先运行 cockpit build。")
        return self._path, self._parent

    def _look(self) -> None:
        """Put a new snapshot into service, if there is one that can be read.

        A query in flight keeps its own cursor, and with it the old file, until it is done; DuckDB closes
        the file with the last cursor.
        """
        path = snapshot.current(self.settings)
        if path is None or path == self._path:
            return
        try:
            parent = open_snapshot(path, self.settings)
        except (duckdb.Error, OSError) as error:
            # The engine's own words are English, and name folders of this machine.
            if self.problem is None:
                LOGGER.warning("snapshot %s cannot be opened: %s", path.name, error)
            self.problem = f"数据快照 {path.name} 无法打开，详情已写入服务日志；请重新运行 cockpit build。"
            return
        self._path, self._parent, self.problem = path, parent, None


def open_snapshot(path: Path, settings: Settings) -> duckdb.DuckDBPyConnection:
    """Return a connection whose only relations are the views over a snapshot, locked down.

    Raises duckdb.Error when the file is no snapshot or lacks a column that a view names.
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
        parent.execute(f"attach {_literal(str(path))} as snapshot (read_only)")
        for name in MACROS_BELOW:
            parent.execute((FOLDER / "macro" / f"{name}.sql").read_text(encoding="utf-8"))
        for name in VIEWS:
            sql = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
            grain = sql.partition("\n")[0].removeprefix("--").strip()
            parent.execute(f'create view "{name}" as {sql.partition(chr(10))[2]}')
            parent.execute(f'comment on view "{name}" is {_literal(grain)}')
        for name in MACROS_ABOVE:
            parent.execute((FOLDER / "macro" / f"{name}.sql").read_text(encoding="utf-8"))
        parent.execute("set enable_external_access = false")
        parent.execute("set lock_configuration = true")
    except BaseException:
        parent.close()
        raise
    return parent


_stores: dict[Settings, Store] = {}
_stores_lock = threading.Lock()


def store(settings: Settings | None = None) -> Store:
    """Return the one store of an installation in this process."""
    key = settings or process_settings()
    with _stores_lock:
        return _stores.setdefault(key, Store(key))


def _literal(text: str) -> str:
    """Return a text as an SQL literal, for the two statements that take no parameters."""
    return "'" + text.replace("'", "''") + "'"
