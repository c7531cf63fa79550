"""cockpit demo: write the source files of a fictitious place."""

import argparse
import sys
from pathlib import Path

from cockpit.demo import SCALES, generate
from cockpit.settings import ROOT, settings


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser("demo", help="生成虚构地区的演示数据")
    parser.add_argument("--scale", choices=list(SCALES), default="city", help="规模，默认 city")
    parser.add_argument("--seed", type=int, default=1, help="随机种子，相同种子得到相同数据")
    parser.add_argument("--out", type=Path, help="输出文件夹，默认 data/demo/<规模>")
    parser.add_argument(
        "--format", choices=["csv", "parquet"], help="文件格式，province 默认 parquet，其余默认 csv"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the files and report progress on standard error."""
    out = options.out or ROOT / "data" / "demo" / options.scale
    generate(
        options.scale,
        options.seed,
        out,
        lambda line: print(line, file=sys.stderr, flush=True),
        file_format=options.format,
        threads=settings().threads,
    )
    return 0
