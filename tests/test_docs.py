"""The documents made from the code say what the code says."""

import pytest

from cockpit.cli.docs import DOCUMENTS, FOLDER


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_is_in_step_with_the_code(name: str) -> None:
    written = (FOLDER / name).read_text(encoding="utf-8")
    assert written == DOCUMENTS[name](), "run `cockpit docs` and commit what changes"
