"""cockpit user: make, list, disable and enable accounts, and give them new passwords."""

import argparse
import getpass
import os
import pwd
import sys

from cockpit.error import CockpitError
from cockpit.ledger import Ledger, account, open_ledger
from cockpit.scope import ALL, ROLE_LABELS
from cockpit.settings import settings


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
    new.add_argument("--display", default="", metavar="显示名", help="默认同用户名")
    _password_options(new)
    new.set_defaults(run=_add)
    commands.add_parser("list", help="列出账号").set_defaults(run=_list)
    for command, help_text, is_disabled in (("disable", "停用账号", True), ("enable", "启用账号", False)):
        switch = commands.add_parser(command, help=help_text)
        switch.add_argument("username", metavar="用户名")
        switch.set_defaults(run=_switch, is_disabled=is_disabled)
    change = commands.add_parser("passwd", help="更换密码；随机生成并显示一次")
    change.add_argument("username", metavar="用户名")
    _password_options(change)
    change.set_defaults(run=_passwd)


def _password_options(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--password-stdin", action="store_true", help="从标准输入的第一行读取密码")
    source.add_argument("--prompt", action="store_true", help="在终端输入密码，不回显")


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
    account.set_disabled(_ledger(), options.username, options.is_disabled, who=operator())
    print(f"已{'停用' if options.is_disabled else '启用'}账号：{options.username}")


def _passwd(options: argparse.Namespace) -> None:
    password = _password(options)
    account.set_password(_ledger(), options.username, password, who=operator())
    print(f"已更换密码：{options.username}")
    _tell(options, password)


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
