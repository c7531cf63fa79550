"""Live: an open page learns within seconds of what was decided elsewhere, of a new build, of its session's end."""

import streamlit as st
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession

from cockpit import queries
from cockpit.error import CockpitError
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import signin

EVERY_SECONDS = 3
SHOWN = "live-shown"
DRAWN = "live-drawn"
_request = AppSession.request_rerun


def _asked(session: AppSession, told: ClientState | None) -> None:
    """Run what a page's clock asks for on what the server knows of the page, never on what the clock tells.

    Streamlit has the clock tell all fields and the address as the browser holds them. Sent before the last change has
    arrived there, that would be taken for a person's choice, and take the change back.
    """
    if told is not None and told.is_auto_rerun:
        if session._scriptrunner is not None:
            # A run is under way, and what it will leave is not known yet: the clock asks again.
            return
        told.ClearField("widget_states")
        told.query_string = session._client_state.query_string
        told.page_script_hash = session._client_state.page_script_hash
    _request(session, told)


def settle() -> None:
    """Have the clocks of all sessions of this process heard as `_asked` says; once or again."""
    AppSession.request_rerun = _asked  # type: ignore[assignment,method-assign]


def begin(scope: Scope) -> None:
    """Remember what the page is about to show; called before anything of it is read."""
    st.session_state[DRAWN] = True
    try:
        st.session_state[SHOWN] = _revision(scope)
    except CockpitError:
        # Nothing can be shown; what the page itself reads says why. The first that can be is news.
        st.session_state[SHOWN] = None


def _revision(scope: Scope) -> str:
    """Return what a page changes with; nothing for who sees no case rows, whose forms stay as they are."""
    return queries.revision(scope) if scope.sees_cases else ""


@st.fragment(run_every=EVERY_SECONDS)
def watch(scope: Scope) -> None:
    """Run the page again when what it shows has changed or the session has ended, and only then.

    Drawn with the page it has nothing to look at: the run around it has just read all of that. What is being typed is the browser's until it is sent, and the fields keep their identity: a run loses none.
    """
    if st.session_state.pop(DRAWN, False):
        return
    try:
        is_same = _revision(scope) == st.session_state.get(SHOWN)
        if is_same and signin.current(settings(), is_activity=False) is not None:
            return
    except CockpitError:
        # Ledger or snapshot cannot be asked just now: what stands on the page is worth more than the message.
        return
    signin.rerun_unasked()
