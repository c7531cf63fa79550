"""Evidence comes from other systems: whatever it is, the page that shows it stands."""

import json

import pytest
from streamlit.testing.v1 import AppTest


def evidence(body: str) -> None:
    from cockpit.ui import evidence

    evidence.draw("证据", body, {})


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"rows": [{"table": ["alert"], "id": {"a": 1}}, {"table": "alert", "id": 2}]}),
        json.dumps({"rows": [{"id": 1, "编号": "x"}]}),
        json.dumps([[{"id": 1}], 2, None]),
        "[" * 100_000,
        "{half",
    ],
)
def test_any_evidence_is_shown(body: str) -> None:
    page = AppTest.from_function(evidence, args=(body,), default_timeout=30).run()
    assert not page.exception
    assert page.table or page.dataframe or page.text
