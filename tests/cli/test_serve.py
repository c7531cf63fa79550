"""`cockpit serve`: an address that a header names is believed only where an installation asks for it."""

import os
import subprocess
from types import SimpleNamespace

import pytest
import uvicorn

from cockpit.cli.serve import TRUSTED, serve
from cockpit.settings import Settings


@pytest.mark.parametrize(("asked", "trusted"), [(None, ""), ("127.0.0.1", "127.0.0.1")])
def test_addresses_named_by_headers_are_not_believed(
    monkeypatch: pytest.MonkeyPatch, asked: str | None, trusted: str
) -> None:
    given: dict[str, str] = {}

    def run(_command: list[str], *, env: dict[str, str], **_more: object) -> SimpleNamespace:
        given.update(env)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.delenv(TRUSTED, raising=False)
    if asked is not None:
        monkeypatch.setenv(TRUSTED, asked)
    assert serve(Settings()) == 0
    assert given["PATH"] == os.environ["PATH"]
    # As the server reads it; without any it believes whoever connects from this machine.
    monkeypatch.setenv(TRUSTED, given[TRUSTED])
    assert uvicorn.Config("app").forwarded_allow_ips == trusted
