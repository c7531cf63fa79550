"""Fields for files in Chinese: Streamlit writes its own words in English, and no setting changes them."""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

# The words of the field stand in its label; what Streamlit says of limits and mistakes is replaced.
STYLE = """<style>
[data-testid="stFileUploaderDropzoneInstructions"],
[data-testid="stFileUploaderDropzone"] button [data-testid="stMarkdownContainer"],
[data-testid="stFileUploaderDropzone"] [role="alert"] { display: none; }
[data-testid="stFileUploaderDropzone"] button:has([data-testid="stMarkdownContainer"])::after {
    content: "选择文件"; margin-inline-start: 0.4rem; font-size: 0.875rem;
}
[data-testid="stFileUploaderDropzone"] [aria-invalid="true"]::after {
    content: "太大或类型不对，未上传"; white-space: nowrap;
}
[data-testid="stFileUploaderDropzone"] > div:not([data-testid]) > span:only-child:not(:has(*)) { font-size: 0; }
</style>"""


def draw(label: str, types: Sequence[str], *, key: str) -> UploadedFile | None:
    """Draw a field for one file of some types, and return it, None before there is one."""
    st.html(STYLE)
    return st.file_uploader(label, list(types), key=key)


def draw_many(label: str, *, key: str) -> list[UploadedFile]:
    """Draw a field for files of any type, and return them; [] before there is one."""
    st.html(STYLE)
    return st.file_uploader(label, accept_multiple_files=True, key=key)
