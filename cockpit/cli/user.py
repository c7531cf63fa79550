"""cockpit user: make, list, disable, unlock and import accounts, end their sessions, give them new passwords."""

import argparse
import getpass
import os
import pwd
import sys
from pathlib import Path

from cockpit.error import CockpitError
from cockpit.ledger import Ledger, account, lockout, open_ledger
from cockpit.scope import ALL, ROLE_LABELS, Scope
from cockpit.settings import settings

FAULTS_SHOWN = 50


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its own commands."""
    commands = subparsers.add_parser("user", help="管理账号").add_subparsers(required=True, metavar="操作")
    new = commands.add_parser("add", help="新建账号；密码随机生成并显示一次")
    new.add_argument("username", metavar="用户名")
    new.add_argument(
        "--role",
        default="",
        metavar="角色",
        help="、".join(f"{role}（{label}）" for role, label in ROLE_LABELS.items()),
    )
    new.add_argument(
        "--region", action="append", default=[], metavar="区划代码", help="12 位，可多次给出，含其下各级"
    )
    new.add_argument(
        "--industry", action="append", default=[], metavar="行业代码", help="可多次给出，全部写 '*'"
    )
    new.add_argument("--unit", action="append", default=[], metavar="单位编号", help="可多次给出，全部写 '*'")
    new.add_argument(
        "--address",
        action="append",
        default=[],
        metavar="地址",
        help="大屏终端允许登录的地址或网段，可多次给出",
    )
    new.add_argument("--display", default="", metavar="显示名", help="默认同用户名")
    _password_options(new)
    new.set_defaults(run=_add)
    commands.add_parser("list", help="列出账号").set_defaults(run=_list)
    for command, help_text, run, options in (
        ("disable", "停用账号", _switch, {"is_disabled": True}),
        ("enable", "启用账号", _switch, {"is_disabled": False}),
        ("unlock", "解除账号的登录锁定", _unlock, {}),
        ("end-sessions", "结束账号的全部会话", _end_sessions, {}),
    ):
        one = commands.add_parser(command, help=help_text)
        one.add_argument("username", metavar="用户名")
        one.set_defaults(run=run, **options)
    change = commands.add_parser("passwd", help="更换密码；随机生成并显示一次")
    change.add_argument("username", metavar="用户名")
    _password_options(change)
    change.set_defaults(run=_passwd)
    many = commands.add_parser("import", help="从 xlsx 批量新建联络站账号，一次性密码写入另一文件")
    many.add_argument("file", type=Path, metavar="账号表.xlsx")
    many.add_argument("--passwords", type=Path, metavar="密码表.csv", help="写一次性密码的新文件，仅本人可读")
    many.add_argument("--rejects", type=Path, metavar="退回表.csv", help="写退回行及原因的文件")
    many.add_argument("--blank-is-all", action="store_true", help="行业或单位留空即该地区的全部")
    many.set_defaults(run=_import)


def _password_options(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--password-stdin", action="store_true", help="从标准输入的第一行读取密码")
    source.add_argument("--prompt", action="store_true", help="在终端输入密码，不回显")
    parser.add_argument("--keep-password", action="store_true", help="密码由本人设定，首次登录不要求修改")


def _add(options: argparse.Namespace) -> None:
    password = _password(options)
    made = account.add(
        _ledger(),
        options.username,
        name=options.display or options.username,
        role=options.role,
        password=password,
        regions=options.region,
        industries=options.industry,
        units=options.unit,
        addresses=options.address,
        must_change_password=not options.keep_password,
        who=operator(),
    )
    print(f"已新建账号：{made.username}（{ROLE_LABELS[made.role]}）")
    _tell(options, password)


def _list(_options: argparse.Namespace) -> None:
    print("用户名\t显示名\t角色\t区域\t行业\t单位\t状态")
    for one in account.accounts(_ledger()):
        scope = [
            "、".join("全部" if value == ALL else value for value in values) or "无"
            for values in (one.regions, one.industries, one.units)
        ]
        print(
            one.username,
            one.name,
            ROLE_LABELS[one.role],
            *scope,
            "停用" if one.is_disabled else "启用",
            sep="\t",
        )


def _switch(options: argparse.Namespace) -> None:
    count = account.set_disabled(_ledger(), options.username, options.is_disabled, who=operator())
    released = f"；{count:,} 件未核查的预警已退回待分办" if count else ""
    print(f"已{'停用' if options.is_disabled else '启用'}账号：{options.username}{released}")


def _passwd(options: argparse.Namespace) -> None:
    password = _password(options)
    account.set_password(
        _ledger(),
        options.username,
        password,
        must_change_password=not options.keep_password,
        who=operator(),
    )
    print(f"已更换密码：{options.username}")
    _tell(options, password)


def _unlock(options: argparse.Namespace) -> None:
    lockout.unlock(_ledger(), settings(), options.username, who=operator())
    print(f"已解除锁定：{options.username}")


def _end_sessions(options: argparse.Namespace) -> None:
    account.end_sessions(_ledger(), options.username, who=operator())
    print(f"已结束全部会话：{options.username}")


def _import(options: argparse.Namespace) -> None:
    """Check a workbook, and make its accounts when a file for their passwords was named."""
    # Heavier than all other commands of this module together.
    from cockpit import queries
    from cockpit.ledger import account_import

    admin = Scope(operator(), "admin")
    industries, units = queries.industries(admin), queries.units(admin)
    places = account_import.Places(
        queries.region_tree(admin),
        dict(zip(industries["code"], industries["name"], strict=True)),
        dict(zip(units["id"], units["name"], strict=True)),
    )
    try:
        data = options.file.read_bytes()
    except OSError as error:
        raise CockpitError(f"文件读不出来：{options.file}") from error
    checked = account_import.check(
        _ledger(),
        account_import.read(data),
        places,
        file=options.file.name,
        digest=account_import.digest_of(data),
        blank_is_all=options.blank_is_all,
    )
    accepted, rejected = len(checked.accepted), len(checked.rejected)
    print(f"读取 {checked.count_read} 行：可导入 {accepted} 行，退回 {rejected} 行")
    for fault in checked.faults.head(FAULTS_SHOWN).itertuples():
        print(f"第 {fault.row} 行 {fault.column}：{fault.rule}（{fault.value}）")
    if options.rejects:
        _new_file(options.rejects, checked.rejected.to_csv(index=False), is_new=False)
    if not options.passwords:
        print("仅作核对，未建账号；要导入请用 --passwords 指定写一次性密码的文件。")
        return
    # Made first: accounts whose passwords cannot be written down would be of no use.
    _new_file(options.passwords, "")
    made = account_import.make(_ledger(), checked, lambda _share: None, who=operator())
    _new_file(options.passwords, made.to_csv(index=False), is_new=False)
    print(f"已新建 {len(made)} 个账号，一次性密码在 {options.passwords}；分发后请删除该文件。")


def _new_file(path: Path, text: str, *, is_new: bool = True) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | (os.O_EXCL if is_new else os.O_TRUNC), 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8-sig") as file:
            file.write(text)
    except OSError as error:
        raise CockpitError(f"文件写不进去，或已存在：{path}") from error


def _password(options: argparse.Namespace) -> str:
    if options.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if options.prompt:
        password = getpass.getpass("密码：")
        if password != getpass.getpass("再输一次："):
            raise CockpitError("两次输入的密码不一致。")
        return password
    return account.generated_password(options.username)


def _tell(options: argparse.Namespace, password: str) -> None:
    if not (options.password_stdin or options.prompt):
        print(f"密码（只显示这一次）：{password}")


def _ledger() -> Ledger:
    return open_ledger(settings())


def operator() -> str:
    """Return who runs a command, for the audit."""
    # From the system's own table: variables of the environment can name anyone.
    try:
        return f"cli:{pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"cli:{os.getuid()}"
