"""A choice of a few, kept in the address by its code: Streamlit's own binding would put the Chinese label there."""

from collections.abc import Mapping

import streamlit as st


def choice(name: str, label: str, labels: Mapping[str, str], *, is_titled: bool = True) -> str:
    """Draw a row of buttons, one a code of `labels`, and return the code chosen: the first unless the address says so."""
    default = next(iter(labels))
    asked = st.query_params.get(name, default)
    key = f"choice-{name}"
    st.session_state[key] = asked if asked in labels else default
    st.segmented_control(
        label,
        list(labels),
        key=key,
        required=True,
        on_change=_keep,
        args=(name, key, default),
        label_visibility="visible" if is_titled else "collapsed",
        format_func=lambda code: labels[code],
    )
    return str(st.session_state[key])


def _keep(name: str, key: str, default: str) -> None:
    chosen = st.session_state[key] or default
    if chosen == default:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = chosen
