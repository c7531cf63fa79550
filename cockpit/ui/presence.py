"""Presence: who writes is there, though a form tells the server nothing until it is sent."""

from contextlib import suppress
from functools import cache
from typing import Any

import streamlit as st

from cockpit.error import CockpitError
from cockpit.ledger import session
from cockpit.settings import settings
from cockpit.ui import signin

KEY = "presence"
# Told now and then while something is entered, whichever field it is; the module outlives what is drawn of the page.
WATCH = """
let told = Date.now();
export default function ({ data, setTriggerValue }) {
  const entered = () => {
    if (Date.now() - told < data.seconds * 1000) return;
    told = Date.now();
    setTriggerValue("entered", true);
  };
  document.addEventListener("input", entered, true);
  return () => document.removeEventListener("input", entered, true);
}
"""


@cache
def _component() -> Any:
    return st.components.v2.component("presence", js=WATCH)


def _seen() -> None:
    with suppress(CockpitError):
        signin.current(settings())


@st.fragment
def watch() -> None:
    """Keep the session alive while its person writes; drawn once beside forms that take a text."""
    _component()(
        key=KEY,
        data={"seconds": session.seen_seconds(settings().idle_minutes)},
        on_entered_change=_seen,
        height="content",
    )
