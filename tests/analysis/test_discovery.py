"""False discoveries against the published example and by hand."""

import numpy as np
import pytest

from cockpit.analysis.discovery import direction, q_values

# Benjamini and Hochberg (1995), section 3.2: fifteen end points of a trial of thrombolysis.
BENJAMINI_HOCHBERG_1995 = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]


def test_the_published_example() -> None:
    """The paper rejects the four smallest at 0.05; the fourth has q = 0.0095 · 15 / 4."""
    q = q_values(BENJAMINI_HOCHBERG_1995)
    assert (q <= 0.05).tolist() == [True] * 4 + [False] * 11
    assert q[3] == pytest.approx(0.0095 * 15 / 4)
    assert q[-1] == 1


def test_missing_tests_do_not_count() -> None:
    assert q_values([0.01, np.nan, 0.04]).tolist() == pytest.approx([0.02, np.nan, 0.04], nan_ok=True)
    assert q_values([[0.01], [0.04]]).tolist() == [[pytest.approx(0.02)], [pytest.approx(0.04)]]
    assert q_values([]).shape == (0,)
    assert np.isnan(q_values([np.nan])).all()


def test_direction_needs_a_finding() -> None:
    found = direction([2.0, -2.0, 2.0, 0.0, np.nan, 1.0], [0.05, 0.01, 0.06, 0.01, 0.01, np.nan])
    assert found.tolist() == [1, -1, 0, 0, 0, 0]
    assert direction([], []).tolist() == []
