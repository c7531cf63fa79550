"""The warehouse: one writer, raw tables made from the contract, rows kept by key and version."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import duckdb

from cockpit.error import CockpitError
from cockpit.secret import secret_key
from cockpit.settings import Settings
from cockpit.warehouse.failure import reason
from cockpit.warehouse.raw import RAW_TABLES, create_table_sql, outgrown

SQL = Path(__file__).parent / "sql"
BLOCK_BYTES = 64
# Who reads the log of loads holds the file for a moment.
LOCK_WAIT_SECONDS = 2.0


def scratch_path(settings: Settings) -> Path:
    """Return the folder that a load puts aside what it needs while it runs."""
    return settings.home / "ingest-scratch"


def quoted(name: str) -> str:
    """Return an identifier of the contract as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def _prepare(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema if not exists raw")
    for name in RAW_TABLES:
        connection.execute(create_table_sql(name))
    [(database,)] = connection.execute("select current_database()").fetchall()
    for name, sql in outgrown(connection, database).items():
        connection.execute(f'create or replace table raw."{name}" as {sql}')


def arm(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Give the session its macros and the padded keys of HMAC-SHA256 (RFC 2104)."""
    if len(key) > BLOCK_BYTES:
        key = sha256(key).digest()
    padded = key.ljust(BLOCK_BYTES, b"\0")
    for name, pad in (("pseudonym_inner", 0x36), ("pseudonym_outer", 0x5C)):
        connection.execute(f"set variable {name} = $key", {"key": bytes(byte ^ pad for byte in padded)})
    for name in ("value", "privacy", "place"):
        connection.execute((SQL / f"{name}.sql").read_text("utf-8"))


def is_locked(error: Exception) -> bool:
    """Tell whether another process has the warehouse open."""
    return "Could not set lock" in str(error) or "Conflicting lock" in str(error)


def _opened(settings: Settings, scratch: Path) -> duckdb.DuckDBPyConnection:
    until = time.monotonic() + LOCK_WAIT_SECONDS
    while True:
        try:
            return duckdb.connect(
                settings.warehouse_path,
                config={
                    "threads": settings.threads,
                    "memory_limit": f"{settings.memory_limit_mb}MB",
                    "temp_directory": str(scratch / "spill"),
                },
            )
        except duckdb.IOException as error:
            if not is_locked(error) or time.monotonic() > until:
                raise
            time.sleep(0.1)


@contextmanager
def warehouse(settings: Settings, *, is_trial: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for writing, with every raw table in place, in one transaction.

    Committed at the end, rolled back on any error and after a trial. Raises CockpitError when another process
    writes, the disk is full or the file is not a warehouse.
    """
    path, scratch = settings.warehouse_path, scratch_path(settings)
    is_new = not path.exists()
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        connection = _opened(settings, scratch)
    except (OSError, duckdb.Error) as error:
        raise CockpitError(_why(error, path)) from error
    path.chmod(0o600)
    # What a killed load left here may hold personal data.
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700, exist_ok=True)
    try:
        connection.execute("set TimeZone = 'Asia/Shanghai'")
        # The size of a text file is unknown to the optimizer: what is looked up in is built, the source streams.
        connection.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
        arm(connection, secret_key(settings.secrets_path, "pseudonym"))
        connection.begin()
        _prepare(connection)
        yield connection
        if is_trial:
            connection.rollback()
        else:
            connection.commit()
    except (OSError, duckdb.Error) as error:
        raise CockpitError(_why(error, path)) from error
    finally:
        connection.close()
        shutil.rmtree(scratch, ignore_errors=True)
        if is_trial and is_new:
            path.unlink(missing_ok=True)


def _why(error: Exception, path: Path) -> str:
    if is_locked(error):
        return f"数据仓库“{path}”正被另一个进程使用，请等它结束后再试。"
    return f"没有写入数据仓库“{path}”，原有数据未变：{reason(error)}。"
