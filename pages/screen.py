"""The big screen (指挥大屏): what a room sees from five metres, every number that of the page behind it."""

from datetime import date, datetime

import streamlit as st

from cockpit import queries
from cockpit.error import CockpitError
from cockpit.queries.target import FIRST_DAY
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import frame, signin, wording
from cockpit.ui.screen import wall
from cockpit.ui.screen.view import view

TITLE = "指挥大屏"
ICON = ":material/tv:"

# The session's: the place drilled to, what the wall last showed, and that the page has just been drawn.
FOCUS, SHOWN, DRAWN = "screen-focus", "screen-shown", "screen-drawn"
# The address's: the place the screen is held at, and the day it looks back to.
PINNED, DAY = "region", "date"


def _day() -> date | None:
    try:
        day = date.fromisoformat(st.query_params.get(DAY, ""))
    except ValueError:
        return None
    return day if day >= FIRST_DAY else None


def _told(name: str) -> str:
    return str(getattr(st.session_state.get(wall.KEY), name, "") or "")


def _go() -> None:
    """Look at the place the wall asks for, at all of the scope, or again at where the screen is held."""
    asked = _told("go")
    st.session_state[FOCUS] = {"all": "", "home": None}.get(asked, asked)


def _pin() -> None:
    """Hold the screen at the place it shows, or let it go."""
    region = _told("pin")
    if region == "none":
        st.query_params.pop(PINNED, None)
    else:
        st.query_params[PINNED] = region


def _look_back() -> None:
    day = _told("day")
    if day == "now":
        st.query_params.pop(DAY, None)
    else:
        st.query_params[DAY] = day


def _revision(scope: Scope) -> str:
    return f"{queries.revision(scope)} {queries.problem() or ''} {datetime.now(wording.LOCAL):%Y-%m-%d}"


def _watch(scope: Scope) -> None:
    """Tell the wall that the server is there, and draw it again when what it shows has changed, and only then."""
    is_first = st.session_state.pop(DRAWN, False)
    if not is_first:
        try:
            is_same = _revision(scope) == st.session_state.get(SHOWN)
            is_gone = signin.current(settings(), is_activity=False) is None
        except CockpitError:
            # Ledger or snapshot cannot be asked just now: what stands there is worth more than the message.
            is_same, is_gone = True, False
        if is_gone or not is_same:
            signin.rerun_unasked()
    wall.beat(datetime.now(wording.LOCAL).isoformat(timespec="milliseconds"))


def render(scope: Scope) -> None:
    """Draw the screen of the place and the day in the address, or of where it was drilled to."""
    st.session_state[DRAWN] = True
    # Nothing until it could be read: the first that can be is news.
    st.session_state[SHOWN] = None
    st.fragment(_watch, run_every=settings().screen.refresh_seconds)(scope)
    st.session_state[SHOWN] = _revision(scope)
    pinned = st.query_params.get(PINNED, "")
    focus = st.session_state.get(FOCUS)
    shown = view(scope, pinned if focus is None else focus, _day())
    wall.draw(
        scope,
        shown,
        is_pinned=bool(pinned) and shown.region == pinned,
        callbacks={"go": _go, "pin": _pin, "day": _look_back},
    )


if __name__ == "__main__":
    frame.enter()
