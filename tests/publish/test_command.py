"""`cockpit publish`: whole or of one region, recorded as an export."""

from pathlib import Path

import pytest

from cockpit import settings as settings_module
from cockpit.cli import main
from cockpit.cli.user import operator
from cockpit.ledger import audit, open_ledger
from tests.publish.place import Place


@pytest.fixture
def home(demo_place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("COCKPIT_HOME", str(demo_place.settings.home))
    settings_module.settings.cache_clear()
    yield demo_place
    settings_module.settings.cache_clear()


def test_the_whole_and_a_part_are_recorded(
    home: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["publish", str(tmp_path / "all")]) == 0
    assert "页" in capsys.readouterr().out
    [last] = audit.entries(open_ledger(home.settings), who=operator(), limit=1)
    assert (last.action, last.target) == ("export", "publish")
    assert last.count_row == len(list((tmp_path / "all").rglob("*.html"))) == 17
    assert last.detail["region"] == ["990000000000"]
    assert main(["publish", str(tmp_path / "one"), "--region", home.villages[0]]) == 0
    [last] = audit.entries(open_ledger(home.settings), who=operator(), limit=1)
    assert (last.count_row, last.detail["region"]) == (2, [home.villages[0]])
    assert last.detail["folder"] == str(tmp_path / "one")


@pytest.mark.parametrize("region", ["990000000001", "99", "x' or 1=1"])
def test_a_region_that_is_none_is_refused(
    home: Place, tmp_path: Path, region: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["publish", str(tmp_path / "site"), "--region", region]) == 2
    assert capsys.readouterr().err.strip()
    assert not list(tmp_path.iterdir())
