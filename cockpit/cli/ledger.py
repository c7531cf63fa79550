"""cockpit ledger: copy the ledger, put a copy back, and check that it is whole."""

import argparse
import sys
from itertools import groupby
from pathlib import Path

from sqlalchemy import exists, select

from cockpit.cli.audit import progress
from cockpit.cli.user import operator
from cockpit.ledger import Ledger, audit, backup, open_ledger
from cockpit.ledger.tables import alert_state, decision
from cockpit.loop.state import Decision, replay
from cockpit.settings import settings

BATCH = 5_000
TOLD_MAX = 20


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its own commands."""
    commands = subparsers.add_parser("ledger", help="备份、恢复和检查台账").add_subparsers(
        required=True, metavar="操作"
    )
    take = commands.add_parser("backup", help="备份台账，不必停止服务")
    take.add_argument("path", type=Path, metavar="文件")
    take.set_defaults(run=_backup)
    put = commands.add_parser("restore", help="用备份替换台账，须先停止服务；被替换的留在旁边")
    put.add_argument("path", type=Path, metavar="文件")
    put.add_argument("--accept-broken", action="store_true", help="备份的审计链已断开也恢复")
    put.set_defaults(run=_restore)
    check = commands.add_parser("verify", help="检查文件、外键、审计链和预警状态；有问题以 1 退出")
    check.set_defaults(run=_verify)


def _backup(options: argparse.Namespace) -> None:
    verdict = backup.backup(open_ledger(settings()), options.path, who=operator())
    print(f"已备份到 {options.path}。{verdict.sentence}")
    print(
        f"审计链的密钥不在备份中，须另行妥善保存：{settings().secrets_path / 'audit'}。缺了它，备份无法恢复和核对。"
    )


def _restore(options: argparse.Namespace) -> int:
    kept, verdict = backup.restore(
        settings(), options.path, who=operator(), accept_broken=options.accept_broken
    )
    print(f"已用 {options.path} 恢复台账。{verdict.sentence}")
    if kept:
        print(f"被替换的台账留在：{kept}")
    return 0 if verdict.broken is None else 1


def _verify(_options: argparse.Namespace) -> int:
    ledger = open_ledger(settings())
    verdict = audit.verify(ledger, progress if sys.stderr.isatty() else None)
    audit.record_verdict(ledger, verdict, who=operator())
    print(verdict.sentence)
    wrong = [*backup.faults(ledger), *_states(ledger)]
    for line in wrong[:TOLD_MAX]:
        print(line)
    if len(wrong) > TOLD_MAX:
        print(f"……共 {len(wrong):,} 处")
    if not wrong:
        print("文件、外键完好；每条预警的状态都与其办理记录推得的一致。")
    print(f"请确认审计链的密钥与备份一同保存：{settings().secrets_path / 'audit'}")
    return 1 if wrong or verdict.broken else 0


def _states(ledger: Ledger) -> list[str]:
    """Return where the kept state of an alert is not what its decisions come to; [] when nowhere."""
    alone = select(alert_state.c.alert_id).where(
        ~exists().where(decision.c.alert_id == alert_state.c.alert_id)
    )
    both = (
        select(decision, alert_state)
        .outerjoin(alert_state, alert_state.c.alert_id == decision.c.alert_id)
        .order_by(decision.c.alert_id, decision.c.version)
    )
    width = len(decision.c)
    with ledger.read() as connection:
        wrong = [f"预警 {name}：有状态而没有办理记录" for name in connection.execute(alone).scalars()]
        rows = connection.execution_options(yield_per=BATCH).execute(both)
        for name, group in groupby(rows, lambda row: row[1]):
            made = list(group)
            try:
                is_same = replay([Decision._make(row[:width]) for row in made]) == made[0][width:]
            except ValueError:
                is_same = False
            if not is_same:
                wrong.append(f"预警 {name}：状态与其办理记录推得的不一致")
    return wrong
