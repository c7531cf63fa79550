"""`cockpit run`: on a fresh machine make the demonstration data and accounts, then serve."""

import argparse
import sys

from cockpit import demo, queries
from cockpit.cli.serve import serve
from cockpit.ingest import load
from cockpit.ledger import demo_accounts, open_ledger, rating_note
from cockpit.ledger.demo_accounts import DemoPlaces
from cockpit.loop import decision
from cockpit.queries import Filters
from cockpit.region_code import level
from cockpit.scope import ALL, Scope
from cockpit.settings import ROOT, Settings, settings
from cockpit.warehouse import snapshot
from cockpit.warehouse.build import build

DEMO_PROVINCE = "990000000000"
ASSIGNED_MAX = 3


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Name the arguments of `cockpit run`."""
    command = subparsers.add_parser("run", help="首次运行时生成演示数据和账号，然后启动驾驶舱")
    command.add_argument("--scale", default="city", choices=list(demo.SCALES), help="演示数据规模")
    command.add_argument("--prepare-only", action="store_true", help="只准备数据和账号，不启动")
    command.set_defaults(run=run)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def prepare(configured: Settings, scale: str) -> None:
    """Make demonstration data and accounts where the store is empty; leave a store in use as it is."""
    if snapshot.current(configured) is None:
        if not configured.warehouse_path.exists():
            out = ROOT / "data" / "demo" / scale
            demo.generate(scale, 1, out, _say)
            load([out], table=None, profile=None, settings=configured, progress=_say)
        build(configured, _say, notes=rating_note.decided(open_ledger(configured)))
    if places := _demo_places(configured):
        made = demo_accounts.ensure(configured, open_ledger(configured), places)
        if made:
            _assign(configured, places)
        path = made or configured.home / demo_accounts.FILE
        if path.exists():
            _say(path.read_text(encoding="utf-8"))
            _say(f"演示账号保存在 {path}（仅本人可读）。")


def _demo_places(configured: Settings) -> DemoPlaces | None:
    """Return where the demonstration accounts belong: the places with most complaints; None on real data.

    The village is the one of its town with most open alerts: its station has something to do.
    """
    root = Scope("cli:run", "leader", (DEMO_PROVINCE,), (ALL,), (ALL,))
    if not bool(queries.build(root, settings=configured)["is_demo"].iloc[0]):
        return None
    place = DEMO_PROVINCE
    chain = [place]
    while len(children := queries.region_children(root, place, settings=configured)):
        counts, alerts = (
            queries.run(name, root, {"region": place}, settings=configured).set_index("region_code")
            for name in ("complaint_by_region", "alert_by_region")
        )
        are_villages = (children["level"] == "village").all()
        inside = counts[["complaint_count"]].join(alerts["open_count"] * are_villages)
        inside = inside[inside.index.isin(children["code"])]
        place = str(inside.sort_values(["open_count", "complaint_count"]).index[-1])
        chain.append(place)
    # The first place with a choice below it: a leader need not click through a province of one city.
    root_code = next(
        (code for code in chain if len(queries.region_children(root, code, settings=configured)) > 1),
        chain[-1],
    )
    county = next((code for code in chain if level(code) == "county"), chain[-1])
    handling = queries.run("complaint_handling", root, {"region": county}, settings=configured)
    units = handling.sort_values("received_count")["unit_id"].loc[lambda ids: ids.str.len() > 0]
    return DemoPlaces(root_code, county, str(units.iloc[-1]) if len(units) else "", chain[-1])


def _assign(configured: Settings, places: DemoPlaces) -> None:
    """Have the demonstration room assign alerts of the village to its station, which else had nothing to do."""
    # The pages' own reading of an alert's row; with it comes what only a served cockpit needs.
    from cockpit.ui.disposal import alert_of

    ledger = open_ledger(configured)
    room = Scope("room", "room", (places.county,), (ALL,), (ALL,))
    village = Filters(region=places.village)
    rows = [
        queries.alert_detail(room, alert_id, settings=configured).iloc[0]
        for stage in ("raised", "assigned")
        for alert_id in queries.alert_list(
            room, village, stage=stage, rows=ASSIGNED_MAX, settings=configured
        ).frame["id"]
    ]
    for row in rows[:ASSIGNED_MAX]:
        given = decision.Given(handler="station", note="演示：请核查。")
        decision.act(ledger, room, alert_of(row), "assign", given, version=0, settings=configured)


def run(options: argparse.Namespace) -> int:
    """Prepare what is missing, say where the accounts are, and serve."""
    configured = settings()
    prepare(configured, options.scale)
    return 0 if options.prepare_only else serve(configured)
