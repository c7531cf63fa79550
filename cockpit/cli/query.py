"""`cockpit query`: run a named query under somebody's scope; without a scope, nothing."""

import argparse
import sys
from collections.abc import Sequence

import pandas as pd

from cockpit.error import CockpitError
from cockpit.ledger import account, open_ledger
from cockpit.queries import PARAMETERS, QUERIES
from cockpit.queries import run as run_query
from cockpit.scope import ALL, Scope
from cockpit.settings import settings


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Name the arguments of `cockpit query`."""
    command = subparsers.add_parser("query", help="按权限运行一个命名查询")
    command.add_argument("name", nargs="?", metavar="查询名", help="不写则列出全部查询")
    command.add_argument("--list", action="store_true", help="列出全部查询及其参数")
    who = command.add_mutually_exclusive_group()
    who.add_argument("--as", dest="username", metavar="用户名", help="以该账号的权限查询")
    who.add_argument("--scope", nargs="+", metavar="区划代码", help="直接给出区划范围")
    command.add_argument("--industry", nargs="+", metavar="行业代码", help="与 --scope 同用，默认全部行业")
    command.add_argument("--unit", nargs="+", metavar="单位编号", help="与 --scope 同用，默认全部单位")
    command.add_argument("--param", action="append", default=[], metavar="名=值", help="查询参数，可多次给出")
    command.add_argument("--format", choices=("table", "csv", "json"), default="table", help="输出格式")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Print the rows of a query; CockpitError says what is missing or wrong."""
    if options.list or options.name is None:
        print(_listing(), end="")
        return
    frame = run_query(options.name, _scope(options), _parameters(options.param))
    if options.format == "csv":
        frame.to_csv(sys.stdout, index=False, lineterminator="\n")
    elif options.format == "json":
        print(frame.to_json(orient="records", force_ascii=False, date_format="iso", date_unit="s", indent=2))
    else:
        with pd.option_context("display.unicode.east_asian_width", True):
            print(frame.to_string(index=False, na_rep="") if len(frame) else "（没有数据）")


def _listing() -> str:
    lines = [
        f"{one.name}  {one.description}  {' '.join(one.parameters)}".rstrip() for one in QUERIES.values()
    ]
    lines += ["", "参数："]
    lines += [f"  {one.name}  {one.label}" for one in PARAMETERS.values()]
    return "\n".join(lines) + "\n"


def _parameters(pairs: Sequence[str]) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise CockpitError(f"参数 {pair!r} 须写成 名=值 的形式。")
        if name in parameters:
            raise CockpitError(f"参数 {name} 给出了两次。")
        parameters[name] = value
    return parameters


def _scope(options: argparse.Namespace) -> Scope:
    if options.username is not None:
        if options.industry or options.unit:
            raise CockpitError("--industry 和 --unit 只能与 --scope 同用。")
        found = account.find(open_ledger(settings()), options.username)
        if found is None:
            raise CockpitError(f"没有账号 {options.username}。")
        if found.is_disabled:
            raise CockpitError(f"账号 {options.username} 已停用。")
        return account.scope_of(found)
    if not options.scope:
        raise CockpitError("请用 --as 用户名 或 --scope 区划代码 说明以谁的权限查询。")
    try:
        return Scope(
            "命令行",
            "leader",
            tuple(options.scope),
            tuple(options.industry or (ALL,)),
            tuple(options.unit or (ALL,)),
        )
    except ValueError as error:
        raise CockpitError(f"--scope 须为 12 位区划代码：{'、'.join(options.scope)}。") from error
