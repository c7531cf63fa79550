"""The ledger itself: one transactional store a process, brought to the newest schema when opened."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, inspect, make_url, text

from cockpit.error import CockpitError
from cockpit.secret import secret_key
from cockpit.settings import Settings

BUSY_TIMEOUT_MS = 10_000
CONNECT_TIMEOUT_S = 5
# One for writes and for migrations: numbers are given out in the order in which they are kept.
WRITE_LOCK = 7_274_001
AUDIT_KEY = "audit"
UNREACHABLE = "台账无法访问，请检查 ledger_url 和数据库是否正常。"
BUSY = "台账正被其他程序占用，请稍后再试。"
FULL = "磁盘已满，台账无法写入。"
REFUSED = "台账拒绝了这次写入：与已有记录冲突，或试图改动不得改动的记录。"
# By the first two words of SQLite's names, and by PostgreSQL's SQLSTATE or its class.
SENTENCES = {
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_FULL": FULL,
    "SQLITE_CORRUPT": "台账文件已损坏，请用备份恢复。",
    "SQLITE_NOTADB": "台账文件已损坏或不是台账，请用备份恢复。",
    "SQLITE_CANTOPEN": "台账文件打不开或已不在，请检查路径和权限。",
    "SQLITE_READONLY": "台账文件只读，无法写入，请检查权限。",
    "SQLITE_PERM": "台账文件没有访问权限。",
    "SQLITE_IOERR": "读写台账文件时磁盘出错。",
    "SQLITE_CONSTRAINT": REFUSED,
    "08": "连不上台账数据库，请检查其是否在运行、连接数是否已满、ledger_url 是否正确。",
    "28": "台账数据库拒绝登录，请检查 ledger_url 的用户名、密码和库名。",
    "42501": "台账数据库的账号权限不足。",
    "25006": "台账数据库只读，无法写入。",
    "53100": FULL,
    "53300": "台账数据库的连接数已满，请稍后再试。",
    "55P03": BUSY,
    "40": BUSY,
    "57": "台账数据库正在停止或启动，请稍后再试。",
    "58": "台账数据库读写磁盘出错。",
    "XX": "台账数据库已损坏，请用备份恢复。",
    "23": REFUSED,
    "P0": REFUSED,
}


def _sentence(error: exc.DBAPIError | exc.TimeoutError) -> str:
    original = error.orig if isinstance(error, exc.DBAPIError) else None
    if name := getattr(original, "sqlite_errorname", ""):
        # Extended names such as SQLITE_BUSY_SNAPSHOT begin with the plain one.
        return SENTENCES.get("_".join(name.split("_")[:2]), UNREACHABLE)
    state = getattr(original, "sqlstate", None) or _class_of(error)
    return SENTENCES.get(state) or SENTENCES.get(state[:2], UNREACHABLE)


def _class_of(error: exc.DBAPIError | exc.TimeoutError) -> str:
    """Return the class of SQLSTATE that fits a connection that failed, of which the client is told none."""
    if not isinstance(error, exc.OperationalError):
        return ""
    attempt = getattr(error.orig, "pgconn", None)
    has_answered = attempt is not None and (attempt.used_password or attempt.needs_password)
    return "28" if has_answered and error.statement is None else "08"


@dataclass(frozen=True, eq=False)
class Ledger:
    """An open ledger; every read and write is one transaction of it."""

    engine: Engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one state throughout; CockpitError when it cannot be reached."""
        try:
            with self.engine.connect() as connection:
                if self.engine.dialect.name == "postgresql":
                    connection.execution_options(isolation_level="REPEATABLE READ")
                yield connection
        except (exc.DBAPIError, exc.TimeoutError) as error:
            raise CockpitError(_sentence(error)) from error

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection whose changes are kept whole or not at all; CockpitError if they cannot be.

        Writers wait for each other, so what one reads stays true until it is done.
        """
        try:
            with self.engine.connect() as connection:
                # The write lock is taken at once: two who read and then write wait, and none fails.
                connection.execution_options(sqlite_begin="begin immediate")
                with connection.begin():
                    if self.engine.dialect.name == "postgresql":
                        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": WRITE_LOCK})
                    yield connection
                    self._check_file(connection)
        except (exc.DBAPIError, exc.TimeoutError) as error:
            raise CockpitError(_sentence(error)) from error

    def _check_file(self, connection: Connection) -> None:
        """Keep nothing in a file that is no longer where the ledger should be."""
        if self.engine.dialect.name == "sqlite":
            path = Path(str(self.engine.url.database))
            if _file_of(path) != connection.info["file"]:
                raise CockpitError("台账文件在写入时被移走或替换，这次写入未保存。")


_open: dict[str, Ledger] = {}
_opening = threading.Lock()


def open_ledger(settings: Settings) -> Ledger:
    """Return the ledger of the settings, opened once a process, with its schema brought forward.

    Raises CockpitError when it cannot be opened, or was written by a newer program.
    """
    url = url_of(settings)
    key = url.render_as_string(hide_password=False)
    with _opening:
        if key not in _open:
            _open[key] = opened(url, settings.secrets_path)
        return _open[key]


def url_of(settings: Settings) -> URL:
    """Return the address of the ledger of some settings; CockpitError when it is none."""
    if not settings.ledger_url:
        return URL.create("sqlite", database=str(settings.home / "ledger.sqlite"))
    try:
        return make_url(settings.ledger_url)
    except (exc.ArgumentError, ValueError):
        # Without its cause, which may hold the address and its password.
        raise CockpitError("设置 ledger_url 不是可用的数据库地址。") from None


def close(url: URL) -> None:
    """Let go of a ledger this process may have open."""
    with _opening:
        held = _open.pop(url.render_as_string(hide_password=False), None)
    if held is not None:
        held.engine.dispose()


def opened(url: URL, secrets: Path) -> Ledger:
    """Open the ledger at an address for the caller alone; CockpitError as with `open_ledger`."""
    ledger = Ledger(engine_of(url))
    try:
        with ledger.write() as connection:
            key = _migrate(connection, secrets)
    except BaseException:
        ledger.engine.dispose()
        raise
    ledger.engine.update_execution_options(audit_key=key)
    return ledger


def engine_of(url: URL) -> Engine:
    """Return an engine for an address, whatever lies there; CockpitError without its driver."""
    try:
        return _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)
    except (ImportError, exc.NoSuchModuleError) as error:
        raise CockpitError(f"没有安装访问 {url.get_backend_name()} 的驱动程序。") from error


def _sqlite(url: URL) -> Engine:
    path = Path(str(url.database))
    _prepare(path)
    # Opened for reading and writing, never made: a file taken away is not followed by an empty one.
    name = f"file:{quote(str(path.absolute()))}?mode=rw"
    engine = create_engine(
        url,
        creator=lambda: sqlite3.connect(
            name, uri=True, timeout=BUSY_TIMEOUT_MS / 1000, check_same_thread=False
        ),
    )

    def connected(connection: sqlite3.Connection, record: Any) -> None:
        for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = on"):
            connection.execute(f"pragma {pragma}")
        record.info["file"] = _file_of(path)

    def taken(_connection: object, record: Any, _proxy: object) -> None:
        # Another file has come to stand in its place: the pool opens that one instead.
        if record.info["file"] != _file_of(path):
            raise exc.DisconnectionError

    event.listen(engine, "connect", connected)
    event.listen(engine, "checkout", taken)
    event.listen(engine, "begin", _begin)
    return engine


def _postgresql(url: URL) -> Engine:
    waits = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_TIMEOUT_S}
    # Asked before each use whether it still answers: a server that was away is met again without a restart.
    engine = create_engine(url, connect_args=waits, pool_pre_ping=True, isolation_level="READ COMMITTED")

    def connected(connection: Any, _record: object) -> None:
        connection.execute(f"set lock_timeout = {BUSY_TIMEOUT_MS}")
        connection.commit()

    event.listen(engine, "connect", connected)
    return engine


def _file_of(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _prepare(path: Path) -> None:
    """Make the file, so that it and its journal are never readable by others."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise CockpitError(f"台账文件打不开，请检查路径和权限：{path}") from error


def _begin(connection: Connection) -> None:
    # The driver opens transactions only at the first change: reads and new tables would be outside of them.
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "begin"))


def _audit_key(connection: Connection, secrets: Path) -> bytes:
    """Return the key of the audit chain; a chain whose key is gone is not carried on with another."""
    has_chain = inspect(connection).has_table("audit_anchor")
    if has_chain and not (secrets / AUDIT_KEY).exists():
        raise CockpitError(
            f"审计链的密钥不在：{secrets / AUDIT_KEY}。请放回与台账一同备份的密钥；"
            "确已遗失的，可用 head -c 32 /dev/urandom 新建此文件，但此前的审计将无法再证明。"
        )
    try:
        return secret_key(secrets, AUDIT_KEY)
    except OSError as error:
        raise CockpitError(f"密钥文件无法读写：{secrets / AUDIT_KEY}") from error


def _migrate(connection: Connection, secrets: Path) -> bytes:
    """Bring the schema forward and return the key of the audit chain."""
    # Alembic takes longer to import than most commands to run, but the version can only be judged with it.
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    folder = Path(__file__).with_name("migrations")
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    heads = MigrationContext.configure(connection).get_current_heads()
    known = {revision.revision for revision in script.walk_revisions()}
    if not set(heads) <= known:
        raise CockpitError(f"台账由更新版本的程序写成（{'、'.join(heads)}），请先升级本程序。")
    key = _audit_key(connection, secrets)
    if set(heads) != set(script.get_heads()):
        connection.execution_options(audit_key=key)
        command.upgrade(config, "head")
    return key
