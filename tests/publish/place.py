"""A small place of demo data, its source files kept, with some more payments so that villages have sums to tell."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from cockpit import demo
from cockpit.ingest import load
from cockpit.settings import Settings
from cockpit.warehouse.build import build
from tests.installation import HTML, write

END = date(2025, 12, 31)


@dataclass(frozen=True)
class Place:
    """Settings of a home, the folder of its source files, two villages with payments to many."""

    settings: Settings
    source: Path
    villages: tuple[str, str]


@pytest.fixture(scope="session")
def demo_place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("published")
    source, more = folder / "source", folder / "more"
    demo.generate("village", 7, source, lambda _line: None, END)
    with (source / "region.csv").open(encoding="utf-8") as file:
        villages = [row["code"] for row in csv.DictReader(file) if row["level"] == "village"]
    many, few, *_ = villages
    more.mkdir()
    relief = [
        {
            "id": f"M{village}-{number}",
            "region_code": village,
            "scheme": "高龄津贴",
            "amount": 100 + number,
            "recipient": f"欧阳{'甲乙丙丁戊己庚辛壬癸子丑'[number]}山{village}",
            "completed_on": "2025-03-01",
        }
        for village, count in ((many, 12), (few, 3), (villages[2], 9))
        for number in range(count)
    ]
    project = {
        "id": "M1",
        "region_code": many,
        "title": HTML,
        "occurred_on": "2025-05-01",
        "estimate": 1234567,
        "contractor_code": "91990101MA99999999",
    }
    write(more, relief=relief, village_project=[project])
    settings = Settings(home=folder / "home", ledger_url="", threads=1)
    reports = load([source, more], settings=settings)
    assert not any(report.count_rejected for report in reports), reports
    build(settings, lambda _line: None)
    return Place(settings, source, (many, few))
