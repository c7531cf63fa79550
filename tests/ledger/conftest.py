"""A fresh ledger a test, with quick password hashes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cockpit.ledger import Ledger, account, open_ledger, store
from cockpit.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setattr(account, "HASH_ROUNDS", 4)
    monkeypatch.setattr(store, "_open", {})
    yield Settings(home=tmp_path / "home", ledger_url="")
    for ledger in store._open.values():
        ledger.engine.dispose()


@pytest.fixture
def ledger(settings: Settings) -> Ledger:
    return open_ledger(settings)
