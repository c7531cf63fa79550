"""What may be told of a tree of places: nobody can be made out of few, whatever is taken from each other."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from cockpit.analysis.suppression import MEASURES, shown


def cells(*rows: tuple[str, str, int]) -> pd.DataFrame:
    """Make cells of code, parent and persons, each with one payment a person and nothing published."""
    frame = pd.DataFrame(rows, columns=["code", "parent", "recipient_count"])
    return frame.assign(
        is_listed=True,
        payment_count=frame["recipient_count"],
        publication_count=0,
        published_recipient_count=0,
    )


def told(frame: pd.DataFrame) -> set[str]:
    return set(frame.loc[shown(frame, 5), "code"])


def test_a_few_persons_are_hidden_and_one_beside_them_so_that_the_sum_does_not_tell() -> None:
    assert told(cells(("t", "", 22), ("a", "t", 3), ("b", "t", 9), ("c", "t", 10))) == {"t", "c"}
    # Two that are hidden together are enough persons.
    assert told(cells(("t", "", 17), ("a", "t", 3), ("b", "t", 4), ("c", "t", 10))) == {"t", "c"}
    assert told(cells(("t", "", 19), ("b", "t", 9), ("c", "t", 10))) == {"t", "b", "c"}
    assert told(cells(("t", "", 4), ("a", "t", 4))) == set()


def test_what_is_recorded_at_the_place_itself_counts_as_hidden() -> None:
    assert told(cells(("t", "", 20), ("b", "t", 8), ("c", "t", 10))) == {"t", "c"}
    assert told(cells(("t", "", 23), ("b", "t", 8), ("c", "t", 10))) == {"t", "b", "c"}


def test_a_place_without_a_page_is_hidden() -> None:
    frame = cells(("t", "", 20), ("b", "t", 10), ("c", "t", 10))
    assert told(frame.assign(is_listed=[True, False, True])) == {"t", "c"}


def test_few_inside_a_town_hide_another_town_when_nothing_is_left_in_the_first() -> None:
    frame = cells(
        ("k", "", 23),
        ("t", "k", 3),
        ("a", "t", 3),
        ("u", "k", 10),
        ("b", "u", 10),
        ("v", "k", 10),
        ("c", "v", 10),
    )
    # The county less v must not tell a; and b, the only village of u, would tell u.
    assert told(frame) == {"k", "v", "c"}


def test_persons_unknown_and_persons_told_of_are_measured_apart() -> None:
    frame = cells(("t", "", 30), ("b", "t", 15), ("c", "t", 15))
    assert told(frame.assign(publication_count=[2, 1, 1], published_recipient_count=[12, 0, 12])) == {"t"}
    assert told(frame.assign(publication_count=[2, 1, 1], published_recipient_count=[12, 6, 6])) == {
        "t",
        "b",
        "c",
    }


def test_nothing_gives_nothing() -> None:
    assert shown(cells(), 5).tolist() == []


@st.composite
def trees(draw: st.DrawFn) -> tuple[pd.DataFrame, dict[str, dict[str, set[int]]]]:
    """Make places in up to four levels, with payments to persons at any of them, some shared between places."""
    parents = [draw(st.integers(-1, at - 1)) for at in range(draw(st.integers(1, 12)))]
    own = [draw(st.lists(st.integers(0, 30), max_size=7)) for _ in parents]
    paid: list[list[tuple[int, int]]] = [[] for _ in parents]
    for at, persons in enumerate(own):
        place = at
        while place >= 0:
            paid[place] += [(at, person) for person in persons]
            place = parents[place]
    frame = pd.DataFrame(
        {
            "code": [str(at) for at in range(len(parents))],
            "parent": ["" if parent < 0 else str(parent) for parent in parents],
            "is_listed": [draw(st.integers(0, 5)) > 0 for _ in parents],
            "payment_count": [len(rows) for rows in paid],
            "recipient_count": [len({person for _, person in rows}) for rows in paid],
            "publication_count": 0,
            "published_recipient_count": 0,
        }
    )
    return frame, {
        str(at): {str(place): {p for w, p in rows if w == place} for place, _ in rows}
        for at, rows in enumerate(paid)
    }


@given(trees())
def test_the_rest_of_a_place_shown_is_of_enough_persons(made) -> None:
    frame, persons = made
    is_shown = dict(zip(frame["code"], shown(frame, 5), strict=True))
    parent = dict(zip(frame["code"], frame["parent"], strict=True))
    for code, listed in zip(frame["code"], frame["is_listed"], strict=True):
        assert listed or not is_shown[code]
    # Each payment lies in the rest of the nearest place shown around it; those who see all sums see these rests alone.
    rest: dict[str, set[int]] = {}
    for root in [code for code in parent if parent[code] == ""]:
        for place, found in persons[root].items():
            around = place
            while around and not is_shown[around]:
                around = parent[around]
            if around and found:
                rest.setdefault(around, set()).update(found)
    assert all(len(found) >= 5 for found in rest.values()), rest


@given(trees())
def test_nothing_is_hidden_where_every_place_has_enough(made) -> None:
    frame, _ = made
    many = frame.assign(is_listed=True)
    for name in [name for pair in MEASURES for name in pair]:
        many[name] = 0
    sizes = np.zeros(len(many), dtype=int)
    parents = [int(parent) if parent else -1 for parent in many["parent"]]
    for at in range(len(many)):
        place = at
        while place >= 0:
            sizes[place] += 5
            place = parents[place]
    assert shown(many.assign(payment_count=sizes, recipient_count=sizes), 5).all()
