"""`cockpit job`: what the intake page begins: a trial, a load or a build, told of in lines of JSON."""

import argparse
import sys

from cockpit.ingest import job


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Name the command; its order comes on standard input."""
    parser = subparsers.add_parser("job", help="由“数据接入”页调用：从标准输入读取任务单并执行")
    parser.set_defaults(run=lambda _options: job.run(sys.stdin.read()))
