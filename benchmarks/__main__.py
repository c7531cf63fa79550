"""Runs every benchmark one after the other at a modest size; each takes arguments of its own for larger ones."""

import subprocess
import sys

RUNS = (
    ("ingest", "--rows", "1000000"),
    ("build", "--rows", "1000000"),
    ("queries", "--rows", "1000000"),
    ("analysis", "--places", "24000"),
    ("analysis_page", "--rows", "1000000"),
    ("loop", "--alerts", "100000"),
    ("browser",),
)


def main() -> int:
    """Run all and return 1 when one failed."""
    failed = 0
    for name, *arguments in RUNS:
        print(f"== {name} {' '.join(arguments)}", flush=True)
        failed |= subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}", *arguments], check=False
        ).returncode
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
