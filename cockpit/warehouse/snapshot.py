"""Snapshot files: the one in service, its replacement, and what is cleared away."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cockpit.error import CockpitError
from cockpit.settings import Settings

POINTER = "CURRENT"
SUFFIX = ".duckdb"
PART_SUFFIX = ".duckdb.part"
SPILL_SUFFIX = ".spill"
_NAME = re.compile(r"[0-9]{8}T[0-9]{12}Z-[0-9a-f]{4}\.duckdb")


def current(settings: Settings) -> Path | None:
    """Return the snapshot in service, or None before the first build.

    Where the pointer is missing, broken or leads nowhere, it is the newest whole snapshot.
    """
    folder = settings.snapshots_path
    try:
        name = (folder / POINTER).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        name = ""
    if _NAME.fullmatch(name) and _is_whole(folder / name):
        return folder / name
    return next(iter(whole(settings)), None)


def whole(settings: Settings) -> list[Path]:
    """Return the snapshots that look whole, the newest first."""
    return [path for path in _newest_first(settings.snapshots_path) if _is_whole(path)]


def part_path(settings: Settings, build_id: str) -> Path:
    """Return where a build writes until it is whole."""
    return settings.snapshots_path / f"{build_id}{PART_SUFFIX}"


def spill_path(settings: Settings, build_id: str) -> Path:
    """Return the folder where a build puts what does not fit into memory."""
    return settings.snapshots_path / f"{build_id}{SPILL_SUFFIX}"


@contextmanager
def only_builder(settings: Settings) -> Iterator[None]:
    """Hold the right to build, in this process alone; CockpitError when another build holds it."""
    settings.snapshots_path.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (settings.snapshots_path / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CockpitError("另一次构建正在进行，请等它完成后再试") from error
        yield


def publish(settings: Settings, build_id: str) -> Path:
    """Put a finished part file into service and return its final path; a crash leaves the old one or this."""
    folder = settings.snapshots_path
    part = part_path(settings, build_id)
    path = folder / f"{build_id}{SUFFIX}"
    _sync(part)
    part.rename(path)
    draft = folder / f"{POINTER}.part"
    with draft.open("w", encoding="utf-8") as file:
        file.write(f"{path.name}\n")
        file.flush()
        os.fsync(file.fileno())
    _sync(folder)
    draft.replace(folder / POINTER)
    _sync(folder)
    return path


def clear_leftovers(settings: Settings) -> None:
    """Remove what unfinished builds left; only for the holder of `only_builder`."""
    for path in settings.snapshots_path.iterdir():
        if path.name.endswith((".part", ".part.wal")):
            path.unlink(missing_ok=True)
        elif path.name.endswith(SPILL_SUFFIX):
            shutil.rmtree(path, ignore_errors=True)


def clear_old(settings: Settings) -> None:
    """Remove all but the last `snapshots_kept` snapshots, never the one in service."""
    in_service = current(settings)
    for path in list(_newest_first(settings.snapshots_path))[settings.snapshots_kept :]:
        if path != in_service:
            path.unlink(missing_ok=True)


def _newest_first(folder: Path) -> list[Path]:
    return sorted(
        (path for path in folder.glob(f"*{SUFFIX}") if _NAME.fullmatch(path.name)),
        key=lambda path: path.name,
        reverse=True,
    )


def _is_whole(path: Path) -> bool:
    """Tell whether a file begins as a DuckDB database does: a checksum of 8 bytes, then its mark."""
    try:
        with path.open("rb") as file:
            return file.read(12)[8:] == b"DUCK"
    except OSError:
        return False


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def literal(text: object) -> str:
    """Return a text as an SQL literal, for statements that take no parameters: attach, comment on."""
    return "'" + str(text).replace("'", "''") + "'"
