"""The command line: one module a command, each with `add(subparsers)` that names its `run`."""

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Sequence

from cockpit.error import CockpitError


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands found beside this file."""
    root = argparse.ArgumentParser(prog="cockpit", description="清源驾驶舱")
    subparsers = root.add_subparsers(required=True, metavar="命令")
    for module in sorted(info.name for info in pkgutil.iter_modules(__path__)):
        importlib.import_module(f"{__name__}.{module}").add(subparsers)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 done with rejects, 2 not done."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except CockpitError as error:
        print(error, file=sys.stderr)
        return 2
