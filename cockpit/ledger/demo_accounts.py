"""One demonstration account a role with random passwords, for the first run."""

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import exists, select

from cockpit.error import CockpitError
from cockpit.ledger import account
from cockpit.ledger.store import Ledger
from cockpit.ledger.tables import account as account_table
from cockpit.scope import ALL, ROLE_LABELS, Role
from cockpit.settings import Settings

FILE = "demo-accounts.txt"


@dataclass(frozen=True)
class DemoPlaces:
    """Which places of the demonstration data the accounts are for: three region codes and a unit."""

    root: str
    county: str
    unit_id: str
    village: str


def ensure(settings: Settings, ledger: Ledger, places: DemoPlaces) -> Path | None:
    """Make the accounts and return the file with their passwords; None when the ledger holds any account."""
    if _has_account(ledger):
        return None
    scopes: dict[Role, tuple[str, str]] = {
        "leader": (places.root, ALL),
        "room": (places.county, ALL),
        "team": (places.root, places.unit_id),
        "station": (places.village, ALL),
        "kiosk": (places.root, ALL),
    }
    passwords = {role: account.generated_password(role) for role in ROLE_LABELS}
    lines = ["演示账号：密码为本机随机生成，仅供演示；正式使用前请停用。", ""]
    made = []
    for role, label in ROLE_LABELS.items():
        region, unit = scopes.get(role, ("", ""))
        made.append(
            account.checked(
                role,
                name=f"{label}（演示）",
                role=role,
                password=passwords[role],
                regions=[region] if region else [],
                industries=[ALL] if region else [],
                units=[unit] if region else [],
                # The machine the demonstration runs on.
                addresses=["127.0.0.0/8", "::1"] if role == account.KIOSK else [],
            )
        )
        lines.append(f"角色：{label}\t用户名：{role}\t密码：{passwords[role]}")
    path = settings.home / FILE
    with ledger.write() as connection:
        # Asked again under the lock: another process may have been first.
        if connection.execute(select(exists().select_from(account_table))).scalar():
            return None
        for one in made:
            account.insert_account(connection, one, who="cli:demo")
        # Before the commit, so that no account is ever left without its password written down.
        _write(path, "\n".join(lines) + "\n")
    return path


def _has_account(ledger: Ledger) -> bool:
    with ledger.read() as connection:
        return bool(connection.execute(select(exists().select_from(account_table))).scalar())


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise CockpitError(f"演示账号文件写不进去：{path}") from error
