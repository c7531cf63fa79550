"""Accounts: who may sign in, in which role, and what they may see."""

import re
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address, ip_network
from itertools import pairwise
from typing import Any, Unpack
from zoneinfo import ZoneInfo

import bcrypt
from sqlalchemy import Connection, delete, exists, func, insert, select, update

from cockpit import region_code
from cockpit.error import CockpitError
from cockpit.ledger import audit
from cockpit.ledger.audit import By
from cockpit.ledger.release import release
from cockpit.ledger.store import Ledger
from cockpit.ledger.tables import account, account_scope
from cockpit.ledger.tables import audit as audit_table
from cockpit.scope import ALL, COUNT_ROLES, ROLE_LABELS, ROLES, Role, Scope

USERNAME_PATTERN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
# Scopes are joined into the keys of caches by these two marks, so no code may hold one.
CODE_PATTERN = re.compile(r"[^\s,|*]{1,64}|\*")
LENGTH_MIN = 12
BYTES_MAX = 72  # bcrypt reads no further
# No letters or digits that are taken for each other.
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
HASH_ROUNDS = 12
# For generated passwords, whose 79 bits nobody guesses: 24,000 of them at full rounds would take hours.
ONE_TIME_ROUNDS = 4
DISTINCT_MIN = 5
LOCAL = ZoneInfo("Asia/Shanghai")
# The role that signs in from its addresses alone, and the address of this machine, which is told as none.
KIOSK: Role = "kiosk"
HERE = "127.0.0.1"


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
    addresses: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


def is_at_home(account: Account, address: str | None) -> bool:
    """Tell whether an account may be used from an address (None: this machine); all but big screens may anywhere."""
    if account.role != KIOSK:
        return True
    try:
        here = ip_address((address or HERE).removeprefix("::ffff:"))
    except ValueError:
        return False
    return any(here in ip_network(network) for network in account.addresses)


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
    addresses: Sequence[str] = (),
    must_change_password: bool = False,
    **by: Unpack[By],
) -> Account:
    """Make an account and return it; `by` goes into the audit. CockpitError says what is wrong with it.

    `must_change_password`: somebody else has chosen the password, which opens nothing until it is changed.
    """
    made = checked(
        username,
        name=name,
        role=role,
        password=password,
        regions=regions,
        industries=industries,
        units=units,
        addresses=addresses,
        must_change_password=must_change_password,
    )
    with ledger.write() as connection:
        insert_account(connection, made, **by)
    return made


def find(ledger: Ledger, username: str) -> Account | None:
    """Return one account, None when there is none of that name; reads its rows alone."""
    with ledger.read() as connection:
        return next(iter(read(connection, [username])), None)


def accounts(ledger: Ledger) -> list[Account]:
    """Return all accounts in the order of their names; an empty ledger gives an empty list."""
    with ledger.read() as connection:
        return read(connection)


def change(
    ledger: Ledger,
    username: str,
    *,
    name: str,
    role: str,
    regions: Sequence[str] = (),
    industries: Sequence[str] = (),
    units: Sequence[str] = (),
    addresses: Sequence[str] = (),
    expected: Account | None = None,
    **by: Unpack[By],
) -> int:
    """Change name, role, scope or addresses; all but a new name ends the sessions of the account.

    Another role, or less to be seen, releases what the account has been assigned and not yet verified; returns
    how many alerts these are.
    `expected` is the account as whoever changes it saw it: CockpitError when it is another by now. Also when
    a value will not do, when it would leave no administrator, or when somebody changes their own role or scope.
    """
    name, scope = _described(username, name, role, regions, industries, units)
    homes = checked_addresses(scope.role, addresses)
    with ledger.write() as connection:
        before = _held(connection, username, expected)
        is_moved = (scope.role, _kinds(scope), homes) != (before.role, _kinds(before), before.addresses)
        if not is_moved and name == before.name:
            raise CockpitError("没有任何变更。")
        if is_moved and by["who"] == username:
            raise CockpitError("不能变更自己的角色或范围，请由其他系统管理员办理。")
        if scope.role != "admin":
            _keep_an_admin(connection, before)
        values: dict[str, Any] = {"name": name, "role": scope.role, "addresses": homes}
        _update(connection, username, values | {"session_epoch": before.session_epoch + is_moved})
        connection.execute(delete(account_scope).where(account_scope.c.username == username))
        _insert_scope(connection, username, scope)
        count = 0
        if _loses(before, scope):
            count = release(connection, username, "承办账号的角色或范围已变更，退回待分办。", **by)
        detail = {
            "before": {
                "name": before.name,
                "role": before.role,
                **_kinds(before),
                **_homes(before.addresses),
            },
            "after": {"name": name, "role": scope.role, **_kinds(scope), **_homes(homes)},
        }
        audit.add(connection, action="account_change", target=username, detail=detail, **by)
        return count


def set_password(
    ledger: Ledger,
    username: str,
    password: str,
    *,
    must_change_password: bool = False,
    expected: Account | None = None,
    **by: Unpack[By],
) -> None:
    """Give an account a new password, which ends its sessions; CockpitError when either will not do."""
    before = find(ledger, username)
    check_password(username, password, before.name if before else "")
    # Outside of the transaction: nobody else has to wait for what is slow on purpose.
    if before is not None and bcrypt.checkpw(password.encode(), before.password_hash.encode()):
        raise CockpitError("新密码不能与现密码相同。")
    changed = {
        "password_hash": hashed(password),
        "password_changed_at": datetime.now(UTC),
        "must_change_password": must_change_password,
    }
    with ledger.write() as connection:
        before = _held(connection, username, expected)
        _update(connection, username, changed | {"session_epoch": before.session_epoch + 1})
        detail = {
            "before": {"must_change_password": before.must_change_password},
            "after": {"must_change_password": must_change_password},
        }
        action: audit.Action = "account_reset" if must_change_password else "account_password"
        audit.add(connection, action=action, target=username, detail=detail, **by)


def reset_password(
    ledger: Ledger, username: str, *, expected: Account | None = None, **by: Unpack[By]
) -> str:
    """Give an account a one-time password, which ends its sessions, and return it; it is kept nowhere."""
    password = generated_password(username)
    set_password(ledger, username, password, must_change_password=True, expected=expected, **by)
    return password


def set_disabled(
    ledger: Ledger,
    username: str,
    is_disabled: bool,
    *,
    expected: Account | None = None,
    **by: Unpack[By],
) -> int:
    """Disable an account, which ends its sessions for good, or enable it again.

    Disabled, it loses what it has been assigned and not yet verified; returns how many alerts these are.

    CockpitError when it is unknown, no longer as `expected`, or the last administrator that could sign in.
    """
    with ledger.write() as connection:
        before = _held(connection, username, expected)
        if is_disabled:
            _keep_an_admin(connection, before)
        epoch = before.session_epoch + is_disabled
        _update(connection, username, {"is_disabled": is_disabled, "session_epoch": epoch})
        reason = "承办账号已停用，退回待分办。"
        count = release(connection, username, reason, **by) if is_disabled else 0
        detail = {"before": {"is_disabled": before.is_disabled}, "after": {"is_disabled": is_disabled}}
        action: audit.Action = "account_disable" if is_disabled else "account_enable"
        audit.add(connection, action=action, target=username, detail=detail, **by)
        return count


def end_sessions(ledger: Ledger, username: str, **by: Unpack[By]) -> None:
    """End every session and cookie of an account at its next run; CockpitError if unknown."""
    with ledger.write() as connection:
        before = _held(connection, username, None)
        _update(connection, username, {"session_epoch": before.session_epoch + 1})
        audit.add(connection, action="session_end", target=username, detail={"reason": "everywhere"}, **by)


def is_stale(account: Account, days: float) -> bool:
    """Tell whether a one-time password has lain about for too long to open anything."""
    return account.must_change_password and account.password_changed_at < datetime.now(UTC) - timedelta(days)


def generated_password(username: str) -> str:
    """Return a random password of 16 signs in four groups (79 bits) that the rules accept."""
    while True:
        signs = "".join(secrets.choice(SIGNS) for _ in range(16))
        password = "-".join(signs[start : start + 4] for start in range(0, 16, 4))
        if not _weakness(username, password):
            return password


def check_password(username: str, password: str, name: str = "") -> None:
    """Raise CockpitError when a password will not do for an account."""
    if weakness := _weakness(username, password, name):
        raise CockpitError(weakness)


def _weakness(username: str, password: str, name: str = "") -> str:
    """Return what is wrong with a password, nothing when it will do."""
    low = password.lower()
    neighbours = sum(abs(ord(one) - ord(other)) <= 1 for one, other in pairwise(low))
    rules = {
        f"密码至少 {LENGTH_MIN} 位。": len(password) < LENGTH_MIN,
        f"密码过长：不得超过 {BYTES_MAX} 字节（约 24 个汉字）。": len(password.encode()) > BYTES_MAX,
        "密码首尾不能有空格，也不能含控制字符。": password != password.strip() or not password.isprintable(),
        # Every password holds the empty name, and every generated one the mark between its groups.
        "密码不能包含用户名或姓名。": any(len(one) > 1 and one.lower() in low for one in (username, name)),
        f"密码至少含 {DISTINCT_MIN} 种不同的字符。": len(set(low)) < DISTINCT_MIN,
        # A text that is one piece again and again is found in its double before its end.
        "密码不能由同一段字符反复组成。": (low + low).find(low, 1) < len(low),
        "密码不能大半由连续或相同的字符组成（如 12345、aaaa）。": neighbours * 2 > len(low) - 1,
    }
    return next((sentence for sentence, is_broken in rules.items() if is_broken), "")


def hashed(password: str, rounds: int | None = None) -> str:
    """Return the bcrypt hash of a password, by default with full rounds."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(rounds or HASH_ROUNDS)).decode()


@cache
def nobody_hash(rounds: int) -> str:
    """Return the hash of a password nobody knows: checking against it takes as long as against a real one."""
    return hashed(secrets.token_urlsafe(32), rounds)


def spend_alike(kept: str) -> None:
    """Check against a hash of the weight that `kept` has not.

    Whoever then checks against `kept` has spent the time of one light and one full hash for every name:
    unknown, with a one-time password, and with one of their own.
    """
    is_full = int(kept[4:6]) == HASH_ROUNDS
    bcrypt.checkpw(b"", nobody_hash(ONE_TIME_ROUNDS if is_full else HASH_ROUNDS).encode())


def checked(
    username: str,
    *,
    name: str,
    role: str,
    password: str,
    regions: Sequence[str] = (),
    industries: Sequence[str] = (),
    units: Sequence[str] = (),
    addresses: Sequence[str] = (),
    must_change_password: bool = False,
) -> Account:
    """Return a new account that is not yet in the ledger; CockpitError says what is wrong with it."""
    if not USERNAME_PATTERN.fullmatch(username):
        raise CockpitError("用户名须为 2 至 32 位小写字母、数字、点、下划线或连字符，且以字母或数字开头。")
    name, scope = _described(username, name, role, regions, industries, units)
    check_password(username, password, name)
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
        must_change_password=must_change_password,
        addresses=checked_addresses(scope.role, addresses),
        regions=scope.regions,
        industries=scope.industries,
        units=scope.units,
    )


def insert_account(connection: Connection, made: Account, **by: Unpack[By]) -> None:
    """Put a checked account into the ledger, with its audit; CockpitError when the name is taken."""
    if connection.execute(select(exists().where(account.c.username == made.username))).scalar():
        raise CockpitError(f"账号已存在：{made.username}")
    connection.execute(
        insert(account).values({column.name: getattr(made, column.name) for column in account.c})
    )
    _insert_scope(connection, made.username, made)
    detail = {"name": made.name, "role": made.role, **_kinds(made), **_homes(made.addresses)}
    audit.add(connection, action="account_add", target=made.username, detail=detail, **by)


def from_rows(rows: Sequence[Mapping[Any, Any]]) -> Account:
    """Return an account from its row joined with its scope, one row a value (`kind` and `value` null: none)."""
    scope = defaultdict(list)
    for row in rows:
        scope[row["kind"]].append(row["value"])
    first = rows[0]
    return Account(
        **{column.name: first[column.name] for column in account.c},
        regions=tuple(sorted(scope["region"])),
        industries=tuple(sorted(scope["industry"])),
        units=tuple(sorted(scope["unit"])),
    )


def _described(
    username: str,
    name: str,
    role: str,
    regions: Sequence[str],
    industries: Sequence[str],
    units: Sequence[str],
) -> tuple[str, Scope]:
    """Return the name and scope of an account; CockpitError says what is wrong with them."""
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
    if scope.role in COUNT_ROLES:
        for label, codes in (("区域", regions), ("行业", industries), ("单位", units)):
            if not codes:
                hint = "" if label == "区域" else "，全部请写 *"
                raise CockpitError(f"{ROLE_LABELS[scope.role]}须明确给出{label}{hint}：空范围什么都看不到。")
    elif regions or industries or units:
        raise CockpitError(f"{ROLE_LABELS[scope.role]}不看案件数据，不能给范围。")
    return name, scope


def checked_addresses(role: Role, addresses: Sequence[str]) -> tuple[str, ...]:
    """Return the networks of an account in one form; CockpitError for a wrong one, a big screen without, others with any."""
    found = []
    for text in addresses:
        try:
            network = ip_network(text.strip(), strict=False)
        except ValueError as error:
            raise CockpitError(f"不是网络地址：{text}；请写如 10.1.2.3 或 10.1.2.0/24。") from error
        if not network.prefixlen:
            raise CockpitError(f"{text} 是全部地址，等于没有限定。")
        found.append(str(network))
    if role == KIOSK and not found:
        raise CockpitError("大屏终端须给出允许登录的地址，如 10.1.2.3 或 10.1.2.0/24。")
    if role != KIOSK and found:
        raise CockpitError(f"{ROLE_LABELS[role]}不限定登录地址，只有大屏终端限定。")
    return tuple(sorted(set(found)))


def _homes(addresses: Sequence[str]) -> dict[str, tuple[str, ...]]:
    return {"addresses": tuple(addresses)} if addresses else {}


def _kinds(made: Account | Scope) -> dict[str, tuple[str, ...]]:
    return {"region": made.regions, "industry": made.industries, "unit": made.units}


def _loses(before: Account, after: Scope) -> bool:
    """Tell whether an account may no longer handle all it could be assigned."""
    return (
        after.role != before.role
        or not all(map(after.holds_region, before.regions))
        or any(
            now != (ALL,) and not set(then) <= set(now)
            for then, now in ((before.industries, after.industries), (before.units, after.units))
        )
    )


def _insert_scope(connection: Connection, username: str, made: Account | Scope) -> None:
    if rows := [
        {"username": username, "kind": kind, "value": value}
        for kind, values in _kinds(made).items()
        for value in values
    ]:
        connection.execute(insert(account_scope), rows)


def _held(connection: Connection, username: str, expected: Account | None) -> Account:
    """Return an account under the write lock; CockpitError if unknown, or no longer what somebody saw."""
    held = next(iter(read(connection, [username])), None)
    if held is None:
        raise CockpitError(f"没有这个账号：{username}")
    if expected is not None and held != expected:
        last = connection.execute(
            select(audit_table.c.at, audit_table.c.who, audit_table.c.action)
            .where(audit_table.c.target == username, audit_table.c.action != "view")
            .order_by(audit_table.c.id.desc())
            .limit(1)
        ).one_or_none()
        told = (
            f"{last.who} 于 {last.at.astimezone(LOCAL):%m-%d %H:%M:%S} {audit.ACTION_LABELS[last.action]}，"
            if last
            else ""
        )
        raise CockpitError(f"账号 {username} 刚被变更：{told}本次操作未执行，请核对后再办。")
    return held


def _keep_an_admin(connection: Connection, before: Account) -> None:
    if before.role != "admin" or before.is_disabled:
        return
    others = select(func.count()).where(
        account.c.role == "admin", account.c.is_disabled.is_(False), account.c.username != before.username
    )
    if not connection.execute(others).scalar_one():
        raise CockpitError("这是最后一个可用的系统管理员账号，不能停用或改作他用。")


def _update(connection: Connection, username: str, values: dict[str, Any]) -> None:
    connection.execute(update(account).where(account.c.username == username).values(values))


def read(connection: Connection, usernames: Sequence[str] | None = None) -> list[Account]:
    """Return the accounts of some names, or (None) all, in the order of their names."""
    chosen, scoped = select(account).order_by(account.c.username), select(account_scope)
    if usernames is not None:
        chosen = chosen.where(account.c.username.in_(usernames))
        scoped = scoped.where(account_scope.c.username.in_(usernames))
    scopes: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name, kind, value in connection.execute(scoped):
        scopes[name, kind].append(value)
    return [
        Account(
            **row,
            regions=tuple(sorted(scopes[row["username"], "region"])),
            industries=tuple(sorted(scopes[row["username"], "industry"])),
            units=tuple(sorted(scopes[row["username"], "unit"])),
        )
        for row in connection.execute(chosen).mappings()
    ]
