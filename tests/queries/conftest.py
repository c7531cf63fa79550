"""A home whose snapshots hold a few rows."""

from pathlib import Path

import pytest

from cockpit.settings import Settings
from tests.views.tiny import settings_in


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Return settings of a home without a snapshot."""
    return settings_in(tmp_path)
