"""`cockpit ingest`: source files into the warehouse."""

import argparse
import sys
from pathlib import Path
from typing import Any

from cockpit import ingest
from cockpit.cli.user import operator
from cockpit.contract import TABLES
from cockpit.ingest import job
from cockpit.ledger import open_ledger
from cockpit.settings import settings

_COLUMNS = ("读取", "接受", "拒绝", "未变", "文件", "表")


def add(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Name the command and its options."""
    parser = subparsers.add_parser(
        "ingest", help="载入源文件（csv、xlsx、parquet、ndjson、geojson 或文件夹）"
    )
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="文件或文件夹")
    parser.add_argument("--table", metavar="NAME", help="载入哪张表；不写则按文件名和表头判断")
    parser.add_argument(
        "--profile",
        metavar="FILE.toml",
        help="配置文件，或 data/profiles 及主目录 profiles 文件夹中的名称",
    )
    parser.add_argument("--dry-run", action="store_true", help="只试运行：给出各项数目，不写入数据仓库")
    parser.add_argument("--strict", action="store_true", help="有被拒绝的行时以 1 退出")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Load, print a line for each file and table, and return 1 when `--strict` meets rejects."""
    order = job.Order("try" if options.dry_run else "load", operator())
    with job.alone(settings(), order.kind, order.who):
        reports = ingest.load(
            options.paths,
            table=options.table,
            profile=options.profile,
            settings=settings(),
            progress=lambda text: print(text, file=sys.stderr, flush=True),
            is_trial=options.dry_run,
        )
    if options.dry_run:
        print("试运行，以下均未写入数据仓库。")
    print("\t".join(_COLUMNS))
    for report in reports:
        label = TABLES[report.table].label if report.table in TABLES else "边界"
        counts = (report.count_read, report.count_accepted, report.count_rejected, report.count_unchanged)
        print(*counts, report.file.name, f"{label}（{report.table}）", sep="\t")
        for note in report.notes:
            print(f"  {note}")
        if report.rejects_path is not None:
            print(f"  被拒绝的行：{report.rejects_path}")
        if options.dry_run:
            for one in report.first_rejects:
                print(f"  第 {one.row} 行\t{one.columns}\t{one.value}\t{one.reason}")
    job.record(open_ledger(settings()), reports, order)
    return int(options.strict and any(report.count_rejected for report in reports))
