"""The log of loads, freshness against promises, and the inbox."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cockpit.contract import TABLES
from cockpit.error import CockpitError
from cockpit.ingest import inbox
from cockpit.ingest.history import Freshness, freshness, history, read_rejects, rejects_of, standing
from tests.ingest.test_failure import HEADER


def at(text: str) -> datetime:
    """A moment here (UTC+8) as UTC."""
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("loaded", "days", "now", "expected"),
    [
        ("2026-11-01 09:00", 7, "2026-11-01 09:00", Freshness("on_time")),
        ("2026-11-01 09:00", 7, "2026-11-08 23:59", Freshness("on_time")),
        ("2026-11-01 09:00", 7, "2026-11-09 00:00", Freshness("late", 1)),
        ("2026-11-01 09:00", 7, "2026-11-30 12:00", Freshness("late", 22)),
        # Half past midnight here is still the day before in UTC.
        ("2026-11-01 00:30", 1, "2026-11-03 00:10", Freshness("late", 1)),
        ("2026-10-31 23:30", 1, "2026-11-01 00:10", Freshness("on_time")),
        (None, 7, "2026-11-01 00:00", Freshness("never")),
        (None, None, "2026-11-01 00:00", Freshness("unpromised")),
        ("2020-01-01 00:00", None, "2026-11-01 00:00", Freshness("unpromised")),
    ],
)
def test_freshness(loaded: str | None, days: int | None, now: str, expected: Freshness) -> None:
    assert freshness(at(loaded) if loaded else None, days, at(now)) == expected
    assert expected.is_silent == (expected.punctuality in ("late", "never"))


def test_the_silent_stand_first() -> None:
    latest = {
        "complaint": at("2026-10-01 08:00"),
        "alert": at("2026-10-20 08:00"),
        "seal": at("2026-10-31 08:00"),
    }
    promised = {"complaint": 1, "alert": 7, "seal": 30, "unit": 365}
    found = standing(latest, promised, at("2026-11-01 08:00"))
    assert list(found)[:3] == ["complaint", "alert", "unit"]
    assert set(found) == set(TABLES)
    assert [found[name].days_late for name in ("complaint", "alert", "unit", "seal")] == [30, 5, 0, 0]


def test_the_log_is_that_of_the_loads(regions, home, write, ingest) -> None:
    assert list(history(home).latest) == ["region"]
    (report,) = ingest(write("complaint.csv", HEADER + "1,2024-01-02,9901,甲\n2,x,9901,电话13812345678\n"))
    ingest(write("alert.csv", "id,raised_at,level,region_code\n1,x,red,9901\n"))
    found = history(home)
    assert found.loads["table_name"].tolist() == ["alert", "complaint", "industry", "region"]
    assert found.loads["count_rejected"].tolist() == [1, 1, 0, 0]
    # A load that accepted nothing has brought nothing.
    assert set(found.latest) == {"complaint", "industry", "region"}
    load_id = found.loads["load_id"].iloc[1]
    assert rejects_of(home, load_id) == [report.rejects_path]
    rows = read_rejects(report.rejects_path)
    assert rows.columns.tolist() == ["文件", "行号", "列", "值", "原因"]
    assert rows.values.tolist() == [["complaint.csv", "3", "受理时间", "x", "日期无法识别或不存在"]]
    assert rejects_of(home, "../" + load_id) == []
    with pytest.raises(CockpitError, match="已不在"):
        read_rejects(report.rejects_path.with_name("nothing.csv"))


def test_without_a_warehouse(home) -> None:
    found = history(home)
    assert found.loads.empty
    assert found.latest == {}


def test_no_path_outside_the_inbox(home, tmp_path: Path) -> None:
    assert inbox.waiting(home) == ([], 0)
    home.inbox.mkdir(parents=True)
    (tmp_path / "secret.csv").write_text("x")
    (home.inbox / "good.csv").write_text("a\n")
    (home.inbox / "UPPER.XLSX").write_text("a\n")
    (home.inbox / "link.csv").symlink_to(tmp_path / "secret.csv")
    (home.inbox / ".hidden.csv").write_text("a\n")
    (home.inbox / "note.docx").write_text("a\n")
    (home.inbox / "\u202egpj.csv").write_text("a\n")
    (home.inbox / "folder.csv").mkdir()
    Path(os.fsdecode(os.fsencode(str(home.inbox)) + b"/\xff.csv")).write_text("a\n")
    found, others = inbox.waiting(home)
    assert [(one.name, one.size) for one in found] == [("UPPER.XLSX", 2), ("good.csv", 2)]
    assert others == 6
    assert inbox.path_of(home, "good.csv") == home.inbox / "good.csv"
    for name in (
        "link.csv",
        "../secret.csv",
        str(tmp_path / "secret.csv"),
        "..",
        ".",
        "",
        "folder.csv",
        "\udcff.csv",
    ):
        with pytest.raises(CockpitError, match="没有可读的文件"):
            inbox.path_of(home, name)


def test_an_inbox_elsewhere(home, tmp_path: Path) -> None:
    elsewhere = home.model_copy(update={"inbox_path": tmp_path / "elsewhere"})
    assert inbox.waiting(elsewhere) == ([], 0)
    elsewhere.inbox.mkdir()
    (elsewhere.inbox / "a.csv").touch()
    assert [one.name for one in inbox.waiting(elsewhere)[0]] == ["a.csv"]
