import pytest

from cockpit.queries.measures import MEASURES
from cockpit.ui import cards


def row(**counts: float) -> dict[str, float]:
    return counts


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (13, 10, "+30.0%"),
        (5, 10, "-50.0%"),
        (10, 10, "0"),
        # On a base under 10 one case moves more than ten points: the count itself.
        (13, 9, "+4"),
        (0, 3, "-3"),
        (5, 0, "+5"),
        (0, 0, "0"),
    ],
)
def test_change_of_a_count(now: int, before: int, words: str) -> None:
    measure = MEASURES["complaint_count"]
    assert cards.change(measure, row(complaint_count=now), row(complaint_count=before)) == words


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        # (closed, received): 15 of 20 after 10 of 20.
        ((15, 20), (10, 20), "+25.0 点"),
        ((9, 12), (12, 12), "-25.0 点"),
        ((9, 9), (10, 20), None),
        ((10, 20), (9, 9), None),
        ((0, 0), (10, 20), None),
        ((10, 20), (0, 0), None),
    ],
)
def test_change_of_a_share_is_in_points(
    now: tuple[int, int], before: tuple[int, int], words: str | None
) -> None:
    frames = [row(closed_count=closed, complaint_count=count) for closed, count in (now, before)]
    assert cards.change(MEASURES["closure_rate"], *frames) == words
