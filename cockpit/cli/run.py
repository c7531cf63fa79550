"""`cockpit run`: on a fresh machine make the demonstration data and accounts, then serve."""

import argparse
import json
import sys

from cockpit import demo
from cockpit.cli.serve import serve
from cockpit.ingest import load
from cockpit.ledger import demo_accounts, open_ledger
from cockpit.settings import ROOT, Settings, settings
from cockpit.warehouse import snapshot
from cockpit.warehouse.build import build


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Name the arguments of `cockpit run`."""
    command = subparsers.add_parser("run", help="首次运行时生成演示数据和账号，然后启动驾驶舱")
    command.add_argument("--scale", default="city", choices=list(demo.SCALES), help="演示数据规模（默认 city）")
    command.add_argument("--prepare-only", action="store_true", help="只准备数据和账号，不启动")
    command.set_defaults(run=run)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def prepare(settings_: Settings, scale: str) -> None:
    """Make demonstration data and accounts where the store is empty; leave a store in use as it is."""
    if snapshot.current(settings_) is None:
        if not settings_.warehouse_path.exists():
            out = ROOT / "data" / "demo" / scale
            demo.generate(scale, 1, out, _say)
            load([out], table=None, profile=None, settings=settings_, progress=_say)
        build(settings_, _say)


def run(options: argparse.Namespace) -> int:
    """Prepare what is missing, say where the accounts are, and serve."""
    configured = settings()
    prepare(configured, options.scale)
    return 0 if options.prepare_only else serve(configured)
