"""cockpit publish: write the static site of what may be public."""

import argparse
import sys
import time
from pathlib import Path

from cockpit import queries
from cockpit.cli.user import operator
from cockpit.error import CockpitError
from cockpit.ledger import audit, open_ledger
from cockpit.publish.site import Written, publish
from cockpit.queries.extract import extract
from cockpit.region_code import is_code
from cockpit.scope import ALL, Scope
from cockpit.settings import settings


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("publish", help="写出可公开内容的静态网站，不含任何个人信息，可离线打开")
    parser.add_argument("out", type=Path, metavar="文件夹", help="新建，或替换此前写出的站点")
    parser.add_argument("--region", metavar="区划代码", help="只写这个地区，默认全部")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the site under the scope of a region, or of all, and record it as an export."""
    started = time.monotonic()
    regions = [options.region] if options.region else _roots()
    if not all(is_code(code) for code in regions):
        raise CockpitError(f"--region 须为 12 位区划代码：{options.region}。")
    scope = Scope(operator(), "leader", tuple(regions), (ALL,), (ALL,))
    detail = {"region": list(scope.regions), "folder": str(options.out.absolute())}

    def allow(written: Written) -> None:
        # Recorded first: what cannot be recorded is not handed out.
        audit.record(
            open_ledger(settings()),
            scope.who,
            "export",
            "publish",
            detail=detail,
            count_row=written.count_page,
        )

    with extract(scope) as found:
        written = publish(
            found,
            options.out,
            settings().title,
            lambda line: print(line, file=sys.stderr, flush=True),
            allow,
        )
    seconds = time.monotonic() - started
    print(
        f"公开站点已写到 {options.out.absolute()}：{written.count_page:,} 页，"
        f"{written.count_byte / 1_000_000:,.1f} MB（{seconds:.1f} 秒）"
    )
    return 0


def _roots() -> list[str]:
    """Return the regions that lie in no other: whoever runs commands here sees the names of all."""
    tree = queries.region_tree(Scope(operator(), "admin"))
    return [str(code) for code in tree.loc[~tree["parent"].isin(tree["code"]), "code"]]
