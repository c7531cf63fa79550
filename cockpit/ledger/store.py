"""The ledger itself: one transactional store a process, brought to the newest schema when opened."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url, text

from cockpit.error import CockpitError
from cockpit.settings import Settings

BUSY_TIMEOUT_MS = 10_000
MIGRATION_LOCK = 7_274_001
SENTENCES = {
    "SQLITE_BUSY": "台账正被其他程序占用，请稍后再试。",
    "SQLITE_LOCKED": "台账正被其他程序占用，请稍后再试。",
    "SQLITE_FULL": "磁盘已满，台账无法写入。",
    "SQLITE_CORRUPT": "台账文件已损坏，请用备份恢复。",
    "SQLITE_NOTADB": "台账文件已损坏或不是台账，请用备份恢复。",
    "SQLITE_CANTOPEN": "台账文件打不开，请检查路径和权限。",
    "SQLITE_READONLY": "台账文件只读，无法写入，请检查权限。",
    "SQLITE_PERM": "台账文件没有访问权限。",
    "SQLITE_IOERR": "读写台账文件时磁盘出错。",
}


def _sentence(error: exc.DBAPIError | exc.TimeoutError) -> str:
    original = error.orig if isinstance(error, exc.DBAPIError) else None
    # Extended names such as SQLITE_BUSY_SNAPSHOT begin with the plain one.
    name = "_".join(getattr(original, "sqlite_errorname", "").split("_")[:2])
    return SENTENCES.get(name, "台账无法访问，请检查 ledger_url 和数据库是否正常。")


@dataclass(frozen=True, eq=False)
class Ledger:
    """An open ledger; every read and write is one transaction of it."""

    engine: Engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection for reading; CockpitError when the ledger cannot be reached."""
        try:
            with self.engine.connect() as connection:
                yield connection
        except (exc.DBAPIError, exc.TimeoutError) as error:
            raise CockpitError(_sentence(error)) from error

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection whose changes are kept whole or not at all; CockpitError if they cannot be."""
        try:
            with self.engine.connect() as connection:
                # The write lock is taken at once: two who read and then write wait, and none fails.
                connection.execution_options(sqlite_begin="begin immediate")
                with connection.begin():
                    yield connection
        except (exc.DBAPIError, exc.TimeoutError) as error:
            raise CockpitError(_sentence(error)) from error


_open: dict[str, Ledger] = {}
_opening = threading.Lock()


def open_ledger(settings: Settings) -> Ledger:
    """Return the ledger of the settings, opened once a process, with its schema brought forward.

    Raises CockpitError when it cannot be opened, or was written by a newer program.
    """
    url = _url(settings)
    key = url.render_as_string(hide_password=False)
    with _opening:
        if key not in _open:
            _open[key] = _opened(url)
        return _open[key]


def _url(settings: Settings) -> URL:
    if not settings.ledger_url:
        return URL.create("sqlite", database=str(settings.home / "ledger.sqlite"))
    try:
        return make_url(settings.ledger_url)
    except exc.ArgumentError as error:
        raise CockpitError("设置 ledger_url 不是可用的数据库地址。") from error


def _opened(url: URL) -> Ledger:
    is_sqlite = url.get_backend_name() == "sqlite"
    if is_sqlite and url.database:
        _prepare(Path(url.database))
    try:
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000} if is_sqlite else {})
    except (ImportError, exc.NoSuchModuleError) as error:
        raise CockpitError(f"没有安装访问 {url.get_backend_name()} 的驱动程序。") from error
    if is_sqlite:
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", _begin)
    ledger = Ledger(engine)
    try:
        with ledger.write() as connection:
            _migrate(connection)
    except BaseException:
        engine.dispose()
        raise
    return ledger


def _prepare(path: Path) -> None:
    """Make the file, so that it and its journal are never readable by others."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise CockpitError(f"台账文件打不开，请检查路径和权限：{path}") from error


def _configure(connection: Any, _record: object) -> None:
    for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = on"):
        connection.execute(f"pragma {pragma}")


def _begin(connection: Connection) -> None:
    # The driver opens transactions only at the first change: reads and new tables would be outside of them.
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "begin"))


def _migrate(connection: Connection) -> None:
    # Alembic takes longer to import than most commands to run, but the version can only be judged with it.
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    config = Config(attributes={"connection": connection})
    folder = Path(__file__).with_name("migrations")
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    heads = MigrationContext.configure(connection).get_current_heads()
    known = {revision.revision for revision in script.walk_revisions()}
    if not set(heads) <= known:
        raise CockpitError(f"台账由更新版本的程序写成（{'、'.join(heads)}），请先升级本程序。")
    if set(heads) != set(script.get_heads()):
        command.upgrade(config, "head")
