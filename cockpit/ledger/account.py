"""Accounts: who may sign in, in which role, and what they may see."""

import re
import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import bcrypt
from sqlalchemy import Connection, exists, insert, select, update

from cockpit import region_code
from cockpit.error import CockpitError
from cockpit.ledger import audit
from cockpit.ledger.store import Ledger
from cockpit.ledger.tables import account, account_scope
from cockpit.scope import CASE_ROLES, ROLE_LABELS, ROLES, Role, Scope

USERNAME_PATTERN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
# Scopes are joined into the keys of caches by these two marks, so no code may hold one.
CODE_PATTERN = re.compile(r"[^\s,|*]{1,64}|\*")
LENGTH_MIN = 12
BYTES_MAX = 72  # bcrypt reads no further
# No letters or digits that are taken for each other.
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
HASH_ROUNDS = 12


@dataclass(frozen=True)
class Account:
    """One account with its scope, as the ledger holds it; times are UTC."""

    username: str
    name: str
    role: Role
    password_hash: str = field(repr=False)
    is_disabled: bool
    created_at: datetime
    password_changed_at: datetime
    session_epoch: int
    must_change_password: bool = False
    regions: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


def scope_of(account: Account) -> Scope:
    """Return the scope of an account; a disabled one sees nothing."""
    if account.is_disabled:
        return Scope(who=account.username, role=account.role)
    return Scope(account.username, account.role, account.regions, account.industries, account.units)


def add(
    ledger: Ledger,
    username: str,
    *,
    name: str,
    role: str,
    password: str,
    regions: Sequence[str] = (),
    industries: Sequence[str] = (),
    units: Sequence[str] = (),
    who: str,
) -> Account:
    """Make an account and return it; `who` goes into the audit. CockpitError says what is wrong with it."""
    made = checked(
        username,
        name=name,
        role=role,
        password=password,
        regions=regions,
        industries=industries,
        units=units,
    )
    with ledger.write() as connection:
        insert_account(connection, made, who)
    return made


def find(ledger: Ledger, username: str) -> Account | None:
    """Return one account, None when there is none of that name; reads its rows alone."""
    with ledger.read() as connection:
        return next(iter(_read(connection, username)), None)


def accounts(ledger: Ledger) -> list[Account]:
    """Return all accounts in the order of their names; an empty ledger gives an empty list."""
    with ledger.read() as connection:
        return _read(connection)


def set_password(ledger: Ledger, username: str, password: str, *, who: str) -> None:
    """Give an account a new password, which ends its sessions; CockpitError when either will not do."""
    check_password(username, password)
    changed = {"password_hash": hashed(password), "password_changed_at": datetime.now(UTC)}
    with ledger.write() as connection:
        _update(connection, username, changed | {"session_epoch": account.c.session_epoch + 1})
        audit.add(connection, who, "account_password", username)


def set_disabled(ledger: Ledger, username: str, is_disabled: bool, *, who: str) -> None:
    """Disable an account, which ends its sessions for good, or enable it again; CockpitError if unknown."""
    changed: dict[str, Any] = {"is_disabled": is_disabled}
    if is_disabled:
        changed["session_epoch"] = account.c.session_epoch + 1
    with ledger.write() as connection:
        _update(connection, username, changed)
        audit.add(connection, who, "account_disable" if is_disabled else "account_enable", username)


def generated_password(username: str) -> str:
    """Return a random password of 16 signs in four groups (79 bits)."""
    while True:
        signs = "".join(secrets.choice(SIGNS) for _ in range(16))
        password = "-".join(signs[start : start + 4] for start in range(0, 16, 4))
        if username not in password:
            return password


def check_password(username: str, password: str) -> None:
    """Raise CockpitError when a password will not do for an account."""
    if len(password) < LENGTH_MIN:
        raise CockpitError(f"密码至少 {LENGTH_MIN} 位。")
    if len(password.encode()) > BYTES_MAX:
        raise CockpitError(f"密码过长：不得超过 {BYTES_MAX} 字节（约 24 个汉字）。")
    if password != password.strip() or not password.isprintable():
        raise CockpitError("密码首尾不能有空格，也不能含控制字符。")
    if username.lower() in password.lower():
        raise CockpitError("密码不能包含用户名。")


def hashed(password: str) -> str:
    """Return the bcrypt hash of a password."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(HASH_ROUNDS)).decode()


@cache
def nobody_hash() -> str:
    """Return the hash of a password nobody knows: checking against it takes as long as against a real one."""
    return hashed(secrets.token_urlsafe(32))


def checked(
    username: str,
    *,
    name: str,
    role: str,
    password: str,
    regions: Sequence[str] = (),
    industries: Sequence[str] = (),
    units: Sequence[str] = (),
) -> Account:
    """Return a new account that is not yet in the ledger; CockpitError says what is wrong with it."""
    if not USERNAME_PATTERN.fullmatch(username):
        raise CockpitError("用户名须为 2 至 32 位小写字母、数字、点、下划线或连字符，且以字母或数字开头。")
    name = name.strip()
    if not (0 < len(name) <= 40 and name.isprintable()):
        raise CockpitError("显示名须为 1 至 40 个字符。")
    known = next((one for one in ROLES if one == role), None)
    if known is None:
        raise CockpitError(
            f"没有角色“{role}”；可用的有：" + "、".join(f"{r}（{n}）" for r, n in ROLE_LABELS.items())
        )
    for code in regions:
        if not region_code.is_code(code):
            raise CockpitError(f"区划代码须为 12 位数字：{code}")
    for label, codes in (("行业", industries), ("单位", units)):
        for code in codes:
            if not CODE_PATTERN.fullmatch(code):
                raise CockpitError(
                    f"{label}代码不能为空，不能含空格、逗号、竖线或星号，至多 64 个字符：{code}"
                )
    scope = Scope(username, known, tuple(regions), tuple(industries), tuple(units))
    if scope.role in CASE_ROLES:
        for label, codes in (("区域", regions), ("行业", industries), ("单位", units)):
            if not codes:
                hint = "" if label == "区域" else "，全部请写 *"
                raise CockpitError(f"{ROLE_LABELS[scope.role]}须明确给出{label}{hint}：空范围什么都看不到。")
    elif regions or industries or units:
        raise CockpitError(f"{ROLE_LABELS[scope.role]}不看案件数据，不能给范围。")
    check_password(username, password)
    now = datetime.now(UTC)
    return Account(
        username=username,
        name=name,
        role=scope.role,
        password_hash=hashed(password),
        is_disabled=False,
        created_at=now,
        password_changed_at=now,
        session_epoch=0,
        regions=scope.regions,
        industries=scope.industries,
        units=scope.units,
    )


def insert_account(connection: Connection, made: Account, who: str) -> None:
    """Put a checked account into the ledger, with its audit; CockpitError when the name is taken."""
    if connection.execute(select(exists().where(account.c.username == made.username))).scalar():
        raise CockpitError(f"账号已存在：{made.username}")
    connection.execute(
        insert(account).values({column.name: getattr(made, column.name) for column in account.c})
    )
    if rows := [
        {"username": made.username, "kind": kind, "value": value}
        for kind, values in _scope_kinds(made).items()
        for value in values
    ]:
        connection.execute(insert(account_scope), rows)
    audit.add(connection, who, "account_add", made.username, detail={"role": made.role, **_scope_kinds(made)})


def _scope_kinds(made: Account) -> dict[str, tuple[str, ...]]:
    return {"region": made.regions, "industry": made.industries, "unit": made.units}


def _update(connection: Connection, username: str, values: dict[str, Any]) -> None:
    if connection.execute(update(account).where(account.c.username == username).values(values)).rowcount == 0:
        raise CockpitError(f"没有这个账号：{username}")


def _read(connection: Connection, username: str | None = None) -> list[Account]:
    chosen = select(account).order_by(account.c.username)
    scoped = select(account_scope).order_by(account_scope.c.kind, account_scope.c.value)
    if username is not None:
        chosen = chosen.where(account.c.username == username)
        scoped = scoped.where(account_scope.c.username == username)
    scopes: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name, kind, value in connection.execute(scoped):
        scopes[name, kind].append(value)
    return [
        Account(
            **row,
            regions=tuple(scopes[row["username"], "region"]),
            industries=tuple(scopes[row["username"], "industry"]),
            units=tuple(scopes[row["username"], "unit"]),
        )
        for row in connection.execute(chosen).mappings()
    ]
