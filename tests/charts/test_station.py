"""A dot on a band lies where its value lies; days of work tell cadres from others by shape."""

import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.charts.like import BEYOND, like, place
from cockpit.charts.person_days import person_days
from tests.charts.test_specs import EVIL, data, schema

BANDS = pd.DataFrame(
    {
        "label": [EVIL, "迟填占比"],
        "value": [120.0, 0.0],
        "low": [80.0, 0.0],
        "mid": [110.0, 0.1],
        "high": [160.0, 0.5],
        "words": ["本村 120", EVIL],
    }
)
DAYS = pd.DataFrame(
    {
        "person": ["1d7767", "1d7767", "ef217f"],
        "day": pd.to_datetime(["2026-01-05", "2026-01-06", "2026-02-01"]),
        "pay": [150.0, None, 200.0],
        "is_cadre": [True, True, None],
    }
)


@pytest.mark.parametrize(("make", "frame"), [(like, BANDS), (person_days, DAYS)])
@pytest.mark.parametrize("rows", [None, 1, 0])
def test_a_specification_is_valid_and_asks_nobody(make: Any, frame: pd.DataFrame, rows: int | None) -> None:
    before = frame.copy(deep=True)
    text = json.dumps(make(frame if rows is None else frame.head(rows)), allow_nan=False)
    error = next(iter(schema().iter_errors(json.loads(text))), None)
    assert error is None, error.message[:500]
    assert '"url"' not in text
    pd.testing.assert_frame_equal(frame, before)
    assert rows != 0 or not data(make(frame.head(0)))


def test_a_value_lies_on_its_band() -> None:
    first, second = data(like(BANDS))
    assert (first["at"], first["mid"], first["low"], first["high"]) == (0.5, 0.375, 0, 1)
    assert (second["at"], second["mid"]) == (0.0, pytest.approx(0.2))


@given(low=st.floats(0, 1e6), width=st.floats(0, 1e6), value=st.floats(0, 1e7), other=st.floats(0, 1e7))
def test_more_never_lies_further_left(low: float, width: float, value: float, other: float) -> None:
    band = {"low": low, "high": low + width}
    at, beside = (place({**band, "value": one}) for one in sorted((value, other)))
    assert -BEYOND <= at <= beside <= 1 + BEYOND
    if width:
        for edge, where in ((low, 0), (low + width, 1)):
            assert width < 1e-3 or place({**band, "value": edge}) == pytest.approx(where, abs=1e-6)


def test_cadres_are_told_by_shape() -> None:
    spec = person_days(DAYS)
    assert [row["kind"] for row in data(spec)] == ["村干部", "村干部", "其他人员"]
    [layer] = spec["layer"]
    assert layer["encoding"]["shape"]["scale"] == {
        "domain": ["其他人员", "村干部"],
        "range": ["square", "diamond"],
    }
