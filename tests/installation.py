"""One installation on demo data: its store, its accounts, and who may see what."""

import csv
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import pandas as pd

from cockpit import demo
from cockpit.ingest import load
from cockpit.ledger import Ledger, account, open_ledger, store
from cockpit.ledger.account import scope_of
from cockpit.ledger.demo_accounts import FILE, DemoPlaces, ensure
from cockpit.scope import Scope
from cockpit.settings import Settings
from cockpit.warehouse.build import build

SCALE, SEED, END = "county", 7, date(2025, 12, 31)
NEIGHBOUR = "neighbour"
# What must be shown as it stands: markup of a page, of Markdown (also an image from elsewhere), of a sheet.
HTML = '<img src="x" onerror="window.hacked=1"><b>粗</b><script>window.hacked=1</script>'
MARKDOWN = "![图](https://outside.example/x.png) [点](https://outside.example/) **粗** $x$ :red[红]"
FORMULAS = ('=HYPERLINK("https://outside.example","看")', "+1+1", "-2+3", "@SUM(1)")


@dataclass
class Installation:
    """A home with a snapshot, a ledger and one demo account a role, and a second station next door."""

    home: Path
    more: Mapping[str, object] = field(default_factory=dict)

    @cached_property
    def settings(self) -> Settings:
        # Looks for a new snapshot at every query.
        return Settings(home=self.home, ledger_url="", snapshot_poll_seconds=1e-9, **dict(self.more))

    @property
    def ledger(self) -> Ledger:
        return open_ledger(self.settings)

    @cached_property
    def passwords(self) -> dict[str, str]:
        lines = (self.home / FILE).read_text("utf-8").splitlines()
        words = [[part.split("：")[1] for part in line.split("\t")] for line in lines if "\t" in line]
        return {username: password for _, username, password in words}

    def scope(self, username: str) -> Scope:
        found = account.find(self.ledger, username)
        assert found
        return scope_of(found)

    def copy(self, home: Path) -> "Installation":
        shutil.copytree(self.home, home)
        return Installation(home)

    def load(self, folder: Path, **rows: Sequence[Mapping[str, object]]) -> None:
        """Load rows of contract tables through files, as anyone would."""
        folder.mkdir(parents=True, exist_ok=True)
        write(folder, **rows)
        reports = load([folder], settings=self.settings)
        assert all(not report.count_rejected for report in reports), reports
        shutil.rmtree(folder)

    def build(self) -> str:
        return build(self.settings, lambda _line: None).stem


def write(folder: Path, **rows: Sequence[Mapping[str, object]]) -> None:
    for table, records in rows.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(key for one in records for key in one)))
            writer.writeheader()
            writer.writerows(records)


def make(folder: Path) -> Installation:
    """Make demo data with a few rows nobody should write, and the accounts."""
    source, more = folder / "source", folder / "more"
    demo.generate(SCALE, SEED, source, lambda _line: None, END)
    made = Installation(folder / "home")
    places, neighbour = choose(source)
    more.mkdir()
    write(more, **nasty_rows(places.village))
    reports = load([source, more], settings=made.settings)
    assert not any(report.count_rejected for report in reports), reports
    made.build()
    rounds, account.HASH_ROUNDS = account.HASH_ROUNDS, 4
    try:
        ensure(made.settings, made.ledger, places)
        account.add(
            made.ledger,
            NEIGHBOUR,
            name="邻村",
            role="station",
            password=made.passwords["station"],
            regions=[neighbour],
            industries=["*"],
            units=["*"],
            who="test",
        )
    finally:
        account.HASH_ROUNDS = rounds
    made.ledger.engine.dispose()
    store._open.clear()
    shutil.rmtree(source)
    return made


def choose(source: Path) -> tuple[DemoPlaces, str]:
    """Return a county, in it a town, in it two villages, and a unit: the busiest of each."""
    rows = pd.read_csv(source / "complaint.csv", dtype=str)
    regions = pd.read_csv(source / "region.csv", dtype=str)
    [county] = regions.loc[regions["level"] == "county", "code"]
    inside = rows[rows["region_code"].isin(regions.loc[regions["level"] == "village", "code"])]
    town = inside["region_code"].str[:9].value_counts().index[0]
    first, second = (
        inside.loc[inside["region_code"].str.startswith(town), "region_code"].value_counts().index[:2]
    )
    unit = rows["unit_id"].value_counts().index[0]
    return DemoPlaces(county, town.ljust(12, "0"), unit, first), second


def nasty_rows(village: str) -> dict[str, list[dict[str, object]]]:
    complaint = {
        "region_code": village,
        "received_at": "2025-11-15 08:00:00",
        "channel": "web",
        "stage": "accepted",
        "text": f"{HTML} {MARKDOWN}",
    }
    return {
        "complaint": [
            complaint | {"id": "NASTY-HTML", "subject": HTML},
            complaint | {"id": "NASTY-MARKDOWN", "subject": MARKDOWN},
            *(
                complaint | {"id": f"NASTY-FORMULA-{index}", "subject": formula}
                for index, formula in enumerate(FORMULAS)
            ),
        ],
        "alert": [
            {
                "id": f"NASTY-{name}",
                "raised_at": "2025-11-16 08:00:00",
                "model": "模型",
                "module": "relief",
                "level": "red",
                "source": "manual",
                "region_code": village,
                "title": body,
                "evidence": f'{{"rule": "规则 <b>粗</b>", "{MARKDOWN[:34]}": "值", "rows": [{{"id": "<b>1</b>"}}]}}',
            }
            for name, body in (("HTML", HTML), ("MARKDOWN", MARKDOWN))
        ],
        "alert_event": [
            {
                "alert_id": f"NASTY-{name}",
                "stage": "assigned",
                "at": "2025-11-17 09:00:00",
                "note": f"{HTML} {MARKDOWN}",
            }
            for name in ("HTML", "MARKDOWN")
        ],
        "complaint_event": [
            {
                "complaint_id": f"NASTY-{name}",
                "stage": "accepted",
                "at": "2025-11-15 08:00:00",
                "note": f"{HTML} {MARKDOWN}",
            }
            for name in ("HTML", "MARKDOWN")
        ],
    }
