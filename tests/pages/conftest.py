"""The entry point without a browser, for whoever a test says."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from cockpit import settings as settings_module
from cockpit.scope import Scope
from cockpit.settings import ROOT
from cockpit.ui import signin
from tests.installation import Installation

Open = Callable[..., AppTest]


@pytest.fixture
def home(fresh_installation: Installation) -> Path:
    """The home of the installation; a test may name another."""
    return fresh_installation.home


@pytest.fixture
def open_page(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Give a function that opens an address for a scope."""
    monkeypatch.setenv("COCKPIT_HOME", str(home))
    monkeypatch.setenv("COCKPIT_SNAPSHOT_POLL_SECONDS", "0.001")
    settings_module.settings.cache_clear()
    monkeypatch.setattr(type(st.context), "url", property(lambda self: "http://localhost/somewhere"))
    monkeypatch.setattr(type(st.context), "ip_address", property(lambda self: None))

    def open_as(scope: Scope, slug: str = "", **parameters: str) -> AppTest:
        monkeypatch.setattr(signin, "sign_in", lambda settings: scope)
        monkeypatch.setattr(signin, "current", lambda settings, **_how: scope)
        # As text: beside a folder of pages the library would run their files without the entry point.
        page = AppTest.from_string((ROOT / "app.py").read_text("utf-8"), default_timeout=60)
        if slug:
            page._page_hash = calc_hash(slug)
        for name, value in parameters.items():
            page.query_params[name.removesuffix("_")] = value
        return page.run()

    yield open_as
    settings_module.settings.cache_clear()
    st.cache_data.clear()


def said(page: AppTest) -> str:
    """Return all a page says, once it has run without failing."""
    assert not page.exception
    kinds = (page.markdown, page.caption, page.text, page.info, page.warning, page.error, page.subheader)
    return "\n".join(str(one.value) for kind in kinds for one in kind)
