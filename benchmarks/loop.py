"""Time of one decision, and of what a page asks the ledger, in a ledger of a province's size.

`python -m benchmarks.loop --alerts 1000000` makes the ledger (three decisions an alert) and deletes it afterwards;
`--url postgresql+psycopg://…` takes an empty database instead, which it leaves filled.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, text

from cockpit.ledger import Ledger, audit, open_ledger
from cockpit.ledger.tables import account, account_scope
from cockpit.loop.decision import Given, act, candidates, history, latest_seq, state_of, states_since
from cockpit.loop.state import Action, Alert, base
from cockpit.scope import ALL, Role, Scope
from cockpit.settings import Settings

AT = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)
COUNTIES, TOWNS, VILLAGES = 100, 12, 20
BATCH = 100_000
DECISIONS = """
insert into decision (
    alert_id, version, at, who, role, action, from_stage, to_stage, upstream_stage, upstream_at, base, handler,
    finding, note, due_at
)
with recursive numbers (n) as (
    select cast(:first as bigint)
    union all
    select n + 1 from numbers where n < :last
),
steps (version, action, from_stage, to_stage) as (
    values (1, 'assign', 'raised', 'assigned'), (2, 'accept', 'assigned', 'assigned'),
        (3, 'verify', 'assigned', 'verified')
)
select
    'A-' || n, version, :at, case version when 1 then 'room1' else 'station1' end,
    case version when 1 then 'room' else 'station' end, action, from_stage, to_stage, 'raised', :at,
    case version when 1 then :base end, case version when 1 then 'station1' end,
    case version when 3 then 'partly' end, :note, :at
from numbers cross join steps
order by n, version
"""
STATES = """
insert into alert_state (
    alert_id, version, seq, stage, stage_at, handler, is_accepted, verified_by, finding, due_at, is_urged,
    upstream_stage, upstream_at
)
select
    alert_id, 3, seq, 'verified', at, 'station1', true, 'station1', 'partly', due_at, false, 'raised', upstream_at
from decision
where version = 3 and seq > :seq
"""


def village(number: int) -> str:
    """Return the code of one of 24,000 villages in 100 counties."""
    number, place = divmod(number % (COUNTIES * TOWNS * VILLAGES), VILLAGES)
    county, town = divmod(number, TOWNS)
    return f"99{county // 10 + 1:02}{county % 10 + 1:02}{town + 1:03}{place + 1:03}"


def county_of(number: int) -> str:
    """Return the county of a village."""
    return village(number)[:6] + "000000"


def alert(number: int) -> Alert:
    """Return one alert as its source tells of it."""
    return Alert(f"A-{number}", village(number), "relief", "U1", "yellow", "raised", AT, due_at=AT)


def scopes(count: int) -> list[Scope]:
    """Return the scopes of accounts: a station for each village, and rooms, teams and leaders of counties."""
    roles: tuple[Role, ...] = ("room", "room", "team", "leader")
    stations = [
        Scope(f"s{n}", "station", (village(n),), (ALL,), (ALL,)) for n in range(COUNTIES * TOWNS * VILLAGES)
    ]
    others = [
        Scope(f"{role[0]}{n}", role, (county_of(n * TOWNS * VILLAGES),), (ALL,), (ALL,))
        for n in range(max(count - len(stations), 400))
        if (role := roles[n // COUNTIES % 4])
    ]
    return [*others, *stations][:count]


def fill(ledger: Ledger, people: Sequence[Scope], alerts: int) -> None:
    """Make the accounts and, in bulk, alerts that have been assigned, accepted and verified here."""
    rows = [
        {
            "username": one.who,
            "name": f"姓名{one.who}",
            "role": one.role,
            "password_hash": "",
            "is_disabled": False,
        }
        | {"created_at": AT, "password_changed_at": AT, "session_epoch": 0}
        for one in people
    ]
    kinds = [
        {"username": one.who, "kind": kind, "value": values[0]}
        for one in people
        for kind, values in (("region", one.regions), ("industry", one.industries), ("unit", one.units))
    ]
    with ledger.write() as connection:
        connection.execute(insert(account), rows)
        connection.execute(insert(account_scope), kinds)
    # As text: this statement knows no types, and SQLite keeps moments without a zone.
    at = AT.replace(tzinfo=None).isoformat(" ", "microseconds")
    facts = {
        "at": AT if ledger.engine.name == "postgresql" else at,
        "base": base(alert(0)),
        "note": "核查情况" * 25,
    }
    for first in range(0, alerts, BATCH):
        with ledger.write() as connection:
            seq = connection.execute(text("select coalesce(max(seq), 0) from decision")).scalar_one()
            last = min(first + BATCH, alerts) - 1
            connection.execute(text(DECISIONS), facts | {"first": first, "last": last})
            connection.execute(text(STATES), {"seq": seq})


def report(name: str, work: Callable[[int], object], rounds: int) -> None:
    """Print the median, the 95th percentile and the longest of so many calls, in milliseconds."""
    taken = []
    for number in range(rounds + 3):
        began = time.perf_counter()
        work(number)
        taken.append((time.perf_counter() - began) * 1e3)
    taken = taken[3:]
    p95 = statistics.quantiles(taken, n=20)[-1]
    print(f"{name:42} {statistics.median(taken):8.1f} {p95:8.1f} {max(taken):8.1f}", flush=True)


def measure(ledger: Ledger, alerts: int, rounds: int) -> None:
    """Decide on alerts old and new, and ask what pages ask."""
    turn = random.Random(7)
    old = turn.sample(range(alerts), rounds + 3)
    new = [alerts + number for number in turn.sample(range(alerts), rounds + 3)]

    def county(role: Role, number: int) -> Scope:
        return Scope("me", role, (county_of(number),), (ALL,), (ALL,))

    def station(number: int) -> Scope:
        return Scope(f"s{number % 24_000}", "station", (village(number),), (ALL,), (ALL,))

    def once(scope: Scope, number: int, action: Action, version: int, given: Given) -> None:
        act(ledger, scope, alert(number), action, given, version=version, session="s", address="10.0.0.1")

    talk = Given(disposition="talk", four_form="1", persons=1, recovered=600)
    print(f"{'milliseconds':42} {'median':>8} {'p95':>8} {'longest':>8}")
    report(
        "act: assign (checks the handler)",
        lambda n: once(county("room", new[n]), new[n], "assign", 0, Given(handler=station(new[n]).who)),
        rounds,
    )
    report("act: accept", lambda n: once(station(new[n]), new[n], "accept", 1, Given()), rounds)
    verified = Given(finding="partly", note="核查情况" * 50)
    report("act: verify", lambda n: once(station(new[n]), new[n], "verify", 2, verified), rounds)
    report("act: dispose", lambda n: once(county("room", old[n]), old[n], "dispose", 3, talk), rounds)
    report(
        "yardstick: one audit row alone", lambda n: audit.record(ledger, "me", "view", f"alert/{n}"), rounds
    )
    report("candidates", lambda n: candidates(ledger, alert(old[n])), rounds)
    report("history", lambda n: history(ledger, f"A-{old[n]}"), rounds)
    report("state_of", lambda n: state_of(ledger, f"A-{old[n]}"), rounds)
    report("latest_seq", lambda _: latest_seq(ledger), rounds)
    latest = latest_seq(ledger)
    report("states_since, 100 decisions behind", lambda _: states_since(ledger, latest - 100), rounds)
    began, seq, total = time.perf_counter(), 0, 0
    while states := states_since(ledger, seq, limit=BATCH):
        seq, total = states[-1].seq, total + len(states)
    print(f"all {total:,} states, in batches: {time.perf_counter() - began:.1f} s")


def main() -> None:
    """Make the ledger and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=30_000)
    parser.add_argument("--alerts", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--url", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-loop-") as folder:
        ledger = open_ledger(Settings(home=Path(folder), ledger_url=options.url))
        began = time.perf_counter()
        fill(ledger, scopes(options.accounts), options.alerts)
        print(f"{ledger.engine.name}: {options.accounts:,} accounts, {options.alerts:,} alerts, ", end="")
        print(f"{latest_seq(ledger):,} decisions, made in {time.perf_counter() - began:.0f} s")
        measure(ledger, options.alerts, options.rounds)
        ledger.engine.dispose()


if __name__ == "__main__":
    main()
