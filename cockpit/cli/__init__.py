"""The command line: one module a command, each with `add(subparsers)` that names its `run`."""

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Sequence

from cockpit.error import CockpitError


def parser(command: str = "") -> argparse.ArgumentParser:
    """Return the parser of the commands found beside this file: the named one alone, or all."""
    root = argparse.ArgumentParser(prog="cockpit", description="清源驾驶舱")
    subparsers = root.add_subparsers(required=True, metavar="命令")
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    # One command need not wait for what the others import.
    for module in [command] if command in names else names:
        importlib.import_module(f"{__name__}.{module}").add(subparsers)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 done with rejects, 2 not done."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    options = parser(given[0] if given else "").parse_args(given)
    try:
        return int(options.run(options) or 0)
    except CockpitError as error:
        print(error, file=sys.stderr)
        return 2
