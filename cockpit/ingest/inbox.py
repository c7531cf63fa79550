"""The inbox: files that wait to be loaded, none outside its folder reachable; and names of files as people see them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cockpit.error import CockpitError
from cockpit.ingest.source import EXTENSIONS
from cockpit.settings import Settings

NAME_BYTES_MAX = 200


@dataclass(frozen=True)
class Waiting:
    """One file of the inbox: its name, its size in bytes, when it was last written (UTC)."""

    name: str
    size: int
    written_at: datetime


def waiting(settings: Settings) -> tuple[list[Waiting], int]:
    """Return the readable files directly in the inbox by name, and how many others lie there.

    Links, folders, hidden files, other types and names that cannot be shown are among the others.
    """
    found, others = [], 0
    try:
        entries = sorted(settings.inbox.iterdir())
    except FileNotFoundError:
        return [], 0
    except OSError as error:
        raise CockpitError("收件箱文件夹读不出来，请检查路径和权限。") from error
    for path in entries:
        if path.is_symlink() or not path.is_file() or not is_usable(path.name):
            others += 1
            continue
        stat = path.stat()
        found.append(Waiting(path.name, stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC)))
    return found, others


def path_of(settings: Settings, name: str) -> Path:
    """Return the path of a file of the inbox; CockpitError for whatever is not listed there."""
    if name not in {one.name for one in waiting(settings)[0]}:
        raise CockpitError(f"收件箱里没有可读的文件“{shown(name)}”。")
    return settings.inbox / name


def is_usable(name: str) -> bool:
    """Tell whether a file may have this name: one plain part, shown as it is, of a type that can be read."""
    return (
        Path(name).name == name
        and "\\" not in name
        and not name.startswith(".")
        and name.isprintable()
        and len(name.encode("utf-8", "replace")) <= NAME_BYTES_MAX
        and Path(name).suffix.lower() in EXTENSIONS
    )


def shown(name: str) -> str:
    """Return a name as it can be shown and recorded: one line, nothing that hides or turns text."""
    return "".join(sign if sign.isprintable() else "�" for sign in name)[:NAME_BYTES_MAX]
