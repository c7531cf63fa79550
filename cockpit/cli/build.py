"""cockpit build: make a new snapshot from the warehouse and put it into service."""

import argparse
import sys
import time

from cockpit.cli.user import operator
from cockpit.ingest import job
from cockpit.ledger import audit, open_ledger, rating_note
from cockpit.settings import settings
from cockpit.warehouse.build import build


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("build", help="由已导入的数据构建新快照并启用")
    parser.set_defaults(run=run)


def run(_options: argparse.Namespace) -> int:
    """Build with the settings of this process and print the path of the snapshot."""
    started = time.monotonic()
    with job.alone(settings(), "build", operator()):
        ledger = open_ledger(settings())
        path = build(
            settings(),
            lambda line: print(line, file=sys.stderr, flush=True),
            notes=rating_note.decided(ledger),
        )
    audit.record(ledger, operator(), "build", path.stem)
    print(f"新快照已启用：{path}（{time.monotonic() - started:.1f} 秒）")
    return 0
