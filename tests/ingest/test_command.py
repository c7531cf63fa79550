"""`cockpit ingest` as a user types it."""

import pytest

from cockpit import cli
from cockpit.settings import Settings
from tests.ingest.conftest import REGIONS


@pytest.fixture
def command(monkeypatch, home: Settings):
    monkeypatch.setattr("cockpit.cli.ingest.settings", lambda: home)
    return lambda *arguments: cli.main(["ingest", *map(str, arguments)])


def test_exit_codes(command, write, capsys) -> None:
    region = write("region.csv", REGIONS)
    bad = write("complaint.csv", "id,received_at,region_code\n1,2024-01-02,9901\n2,x,9901\n")
    assert command(region) == 0
    assert command(bad) == 0
    assert command(bad, "--strict") == 1
    output = capsys.readouterr().out
    assert "2\t1\t1\t1\tcomplaint.csv\t投诉（complaint）" in output
    assert "被拒绝的行：" in output
    assert command(bad, "--table", "没有") == 2
    assert capsys.readouterr().err.strip().splitlines()[-1].startswith("没有名为“没有”的表")


def test_profile_by_name(command, write, capsys) -> None:
    assert command(write("x.csv", "a\n1\n"), "--profile", "nyc311") == 2
    assert "没有配置文件所写的列" in capsys.readouterr().err
