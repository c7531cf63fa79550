import argparse
import shutil
from pathlib import Path

import pandas as pd
import pytest

from cockpit import queries
from cockpit.cli import run as command
from cockpit.ledger import account, open_ledger, store
from cockpit.ledger.demo_accounts import FILE
from cockpit.scope import ROLES, Scope
from cockpit.settings import Settings
from cockpit.warehouse import snapshot
from tests.installation import Installation


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_installation: Installation) -> Settings:
    """A home with the facts of the demo county, neither snapshot nor accounts."""
    monkeypatch.setattr(account, "HASH_ROUNDS", 4)
    monkeypatch.setattr(store, "_open", {})
    made = Settings(
        home=tmp_path / "home", ledger_url="", snapshot_poll_seconds=1e-9, ledger_poll_seconds=1e-9
    )
    made.home.mkdir()
    shutil.copy(fresh_installation.settings.warehouse_path, made.warehouse_path)
    monkeypatch.setattr(command, "settings", lambda: made)
    return made


def options(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers())
    return parser.parse_args(["run", *arguments])


def scopes(configured: Settings) -> dict[str, Scope]:
    return {one.username: account.scope_of(one) for one in account.accounts(open_ledger(configured))}


def test_the_first_run_builds_and_makes_an_account_a_role(
    configured: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    given = options("--prepare-only")
    assert given.run(given) == 0
    assert snapshot.current(configured)
    made = scopes(configured)
    assert {scope.role for scope in made.values()} == set(ROLES)
    said = capsys.readouterr().err
    path = configured.home / FILE
    assert path.stat().st_mode & 0o077 == 0
    for line in path.read_text("utf-8").splitlines():
        assert line in said
    # Everyone who may see cases sees some, each within the one above.
    totals = {
        role: int(
            queries.overview(made[role], queries.Filters(), settings=configured).complaint_now.iloc[0, 0]
        )
        for role in ("leader", "room", "team", "station")
    }
    assert totals["leader"] >= totals["room"] > totals["station"] > 0
    assert totals["team"] > 0
    assert queries.task_count(made["station"], settings=configured).open > 0

    # A second run leaves everything as it is.
    before, words = snapshot.current(configured), path.read_text("utf-8")
    assert given.run(given) == 0
    assert (snapshot.current(configured), path.read_text("utf-8")) == (before, words)
    assert scopes(configured) == made


def test_real_data_get_no_demo_accounts(configured: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "build", lambda scope, settings: pd.DataFrame({"is_demo": [False]}))
    command.prepare(configured, "village")
    assert snapshot.current(configured)
    assert not (configured.home / FILE).exists()
    assert account.accounts(open_ledger(configured)) == []


def test_an_empty_home_gets_demo_data_of_the_scale_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "HASH_ROUNDS", 4)
    monkeypatch.setattr(store, "_open", {})
    monkeypatch.setattr(command, "ROOT", tmp_path)
    made = Settings(
        home=tmp_path / "home", ledger_url="", snapshot_poll_seconds=1e-9, ledger_poll_seconds=1e-9
    )
    command.prepare(made, "village")
    assert (tmp_path / "data" / "demo" / "village" / "truth.json").exists()
    assert scopes(made)["station"].regions
    villages = queries.run("region_children", scopes(made)["room"], settings=made)
    assert len(villages)
    for ledger in store._open.values():
        ledger.engine.dispose()


def test_serving_follows_unless_only_preparing(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(command, "prepare", lambda configured, scale: done.append(scale))
    monkeypatch.setattr(command, "serve", lambda configured: done.append("serve") or 3)
    for arguments, code, expected in (
        (("--scale", "county"), 3, ["county", "serve"]),
        (("--prepare-only",), 0, ["city"]),
    ):
        done.clear()
        given = options(*arguments)
        assert given.run(given) == code
        assert done == expected
    with pytest.raises(SystemExit):
        options("--scale", "world")
