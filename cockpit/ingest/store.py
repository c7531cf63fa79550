"""The warehouse: one writer, raw tables made from the contract, rows kept by key and version."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import duckdb

from cockpit.error import CockpitError
from cockpit.secret import secret_key
from cockpit.settings import Settings
from cockpit.warehouse.raw import RAW_TABLES, create_table_sql

SQL = Path(__file__).parent / "sql"
BLOCK_BYTES = 64


def quoted(name: str) -> str:
    """Return an identifier of the contract as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def _prepare(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema if not exists raw")
    for name in RAW_TABLES:
        connection.execute(create_table_sql(name))


def arm(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Give the session its macros and the padded keys of HMAC-SHA256 (RFC 2104)."""
    if len(key) > BLOCK_BYTES:
        key = sha256(key).digest()
    padded = key.ljust(BLOCK_BYTES, b"\0")
    for name, pad in (("pseudonym_inner", 0x36), ("pseudonym_outer", 0x5C)):
        connection.execute(f"set variable {name} = $key", {"key": bytes(byte ^ pad for byte in padded)})
    for name in ("value", "privacy", "place"):
        connection.execute((SQL / f"{name}.sql").read_text("utf-8"))


@contextmanager
def warehouse(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for writing, with every raw table in place, in one transaction.

    Committed at the end, rolled back on any error. Raises CockpitError when another process writes, the disk
    is full or the file is not a warehouse.
    """
    path, scratch = settings.warehouse_path, settings.home / "ingest-scratch"
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        connection = duckdb.connect(
            path,
            config={
                "threads": settings.threads,
                "memory_limit": f"{settings.memory_limit_mb}MB",
                "temp_directory": str(scratch / "spill"),
            },
        )
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
        connection.commit()
    except (OSError, duckdb.Error) as error:
        raise CockpitError(_why(error, path)) from error
    finally:
        connection.close()
        shutil.rmtree(scratch, ignore_errors=True)


def _why(error: Exception, path: Path) -> str:
    text = str(error)
    if "Could not set lock" in text or "Conflicting lock" in text:
        return f"数据仓库“{path}”正被另一个进程使用，请等它结束后再试。"
    if "No space left" in text or "max_temp_directory_size" in text or "File too large" in text:
        return f"磁盘空间不足，没有写入数据仓库“{path}”，原有数据未变。"
    if isinstance(error, duckdb.OutOfMemoryException):
        return f"内存不足，没有写入数据仓库“{path}”，原有数据未变；可调大 memory_limit_mb。"
    if isinstance(error, PermissionError) or "Permission denied" in text:
        return f"没有权限写入数据仓库“{path}”。"
    reason = text.splitlines()[0] if text else type(error).__name__
    return f"写入数据仓库“{path}”时出错，原有数据未变：{reason}"
