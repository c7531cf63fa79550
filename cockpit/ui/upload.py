"""A field for files in Chinese: Streamlit writes its own words in English, and no setting changes them."""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile


def draw(label: str, types: Sequence[str], *, key: str) -> UploadedFile | None:
    """Draw a field for one file of some types, and return it, None before there is one."""
    return st.file_uploader(label, list(types), key=key)
