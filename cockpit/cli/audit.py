"""cockpit audit: follow the chain of the audit, and remove what is older than it is to be kept."""

import argparse
import sys

from cockpit.cli.user import operator
from cockpit.ledger import audit, open_ledger
from cockpit.settings import settings


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its own commands."""
    commands = subparsers.add_parser("audit", help="核验和清理审计").add_subparsers(
        required=True, metavar="操作"
    )
    check = commands.add_parser("verify", help="逐行核对审计链；断开时指出第一处并以 1 退出")
    check.set_defaults(run=_verify)
    prune = commands.add_parser("prune", help="清理超过保留期的审计记录，链仍可核对")
    prune.add_argument(
        "--days", type=int, default=None, metavar="天数", help="保留天数，默认按设置 audit_days，不少于 180"
    )
    prune.set_defaults(run=_prune)


def _verify(_options: argparse.Namespace) -> int:
    ledger = open_ledger(settings())
    verdict = audit.verify(ledger, progress if sys.stderr.isatty() else None)
    audit.record_verdict(ledger, verdict, who=operator())
    print(verdict.sentence)
    print(
        f"末行编号 {verdict.last}，哈希 {verdict.hash or '（无）'}。请异地记下，与下次核对相比可发现整库回退。"
    )
    return 0 if verdict.broken is None else 1


def progress(done: int, total: int) -> None:
    """Show on a terminal how far a check has come."""
    print(f"\r已核对 {done:,} / {total:,} 行", end="\n" if done == total else "", file=sys.stderr, flush=True)


def _prune(options: argparse.Namespace) -> None:
    days = settings().audit_days if options.days is None else options.days
    count = audit.prune(open_ledger(settings()), days, who=operator())
    print(f"已清理 {count:,} 行 {days} 天以前的审计记录；其余各行仍可逐行核对。")
