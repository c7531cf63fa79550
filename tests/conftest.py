"""What is made once a test session: a county of demo data, built and with accounts."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from cockpit.ledger import store
from tests import installation
from tests.installation import Installation
from tests.postgres import postgres
from tests.publish.place import demo_place

__all__ = ["demo_place", "postgres"]

# How long an example takes is the machine's business.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(scope="session")
def demo_installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The one of all workers; only to be copied."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo-installation"
    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".made").exists():
            for left in ("source", "more", "home"):
                shutil.rmtree(folder / left, ignore_errors=True)
            installation.make(folder)
            (folder / ".made").touch()
    return Installation(folder / "home")


@pytest.fixture(scope="session")
def fresh_installation(
    demo_installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """A copy of this worker's own, for tests that leave the facts alone."""
    yield demo_installation.copy(Path(tmp_path_factory.mktemp("installation")) / "home")
    for ledger in store._open.values():
        ledger.engine.dispose()
