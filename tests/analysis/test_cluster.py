"""Texts that read alike: against scikit-learn, by hand, and with texts nobody should write."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from cockpit.analysis import cluster
from cockpit.analysis.cluster import BUCKETS, count_pairs, groups, similar

ROAD = "三组通往村口的水泥路坏了两年没有人修"
TEXTS = [
    ROAD,
    "三组到村口的水泥路坏了两年，一直没有人来修。",
    "低保评定不公平，名单没有公示",
    "LED 路灯 12 盏不亮",
    "led路灯12盏不亮！",
    "路",
    "",
]


def links(
    texts: list[str], place: list[int], day: list[int], is_new: list[bool] | None = None, **more: float
) -> pd.DataFrame:
    where = np.array(place, np.int64)
    pairs = count_pairs(texts, where)
    options = {"similarity_min": 0.4, "days_max": 90, "links_max": 20, **more}
    return similar(
        pairs,
        np.bincount(pairs.bucket, minlength=BUCKETS),
        len(texts),
        where,
        np.array(day, np.int64),
        np.array(is_new if is_new is not None else [True] * len(texts), bool),
        **options,  # type: ignore[arg-type]
    )


def named(found: pd.DataFrame) -> list[tuple[int, int]]:
    return list(zip(found["text"].tolist(), found["earlier"].tolist(), strict=True))


def test_similarities_are_those_of_scikit_learn() -> None:
    found = links(TEXTS, [0] * 7, [0] * 7, similarity_min=1e-6)
    words = ["".join(filter(str.isalnum, text)) for text in TEXTS]
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(2, 2), sublinear_tf=True).fit_transform(words)
    expected = np.tril((vectors @ vectors.T).toarray(), -1)
    assert named(found.sort_values(["text", "earlier"])) == [tuple(at) for at in np.argwhere(expected > 1e-6)]
    for text, earlier, similarity in found.itertuples(index=False):
        assert similarity == pytest.approx(expected[text, earlier], abs=1e-4)


def test_a_pair_counts_once_a_text_with_how_often() -> None:
    pairs = count_pairs(["路路路", "坏路。坏\n路", "a", "", "1234"], np.zeros(5, np.int64))
    # 路路 twice; 坏路 twice, 路坏 once across the mark; nothing; nothing; three pairs of digits.
    assert sorted(zip(pairs.text.tolist(), pairs.count.tolist(), strict=True)) == [
        (0, 2),
        (1, 1),
        (1, 2),
        (4, 1),
        (4, 1),
        (4, 1),
    ]
    assert (pairs.column == -1).all()


def test_place_and_days_part_texts() -> None:
    assert named(links([ROAD] * 3, [0, 0, 1], [0, 5, 5])) == [(1, 0)]
    assert named(links([ROAD] * 3, [0, 0, 0], [0, 90, 181])) == [(1, 0)]
    assert links([ROAD] * 3, [0, 1, 2], [0, 0, 0]).empty


def test_only_new_texts_are_linked_and_only_to_the_most_similar_and_latest() -> None:
    texts = [ROAD, ROAD, ROAD + "，请尽快处理", ROAD]
    assert named(links(texts, [0] * 4, [0] * 4, [False, False, False, True])) == [(3, 1), (3, 0), (3, 2)]
    assert named(links(texts, [0] * 4, [0] * 4, [False, False, False, True], links_max=1)) == [(3, 1)]


@pytest.mark.parametrize(
    "texts",
    [[], [""], [ROAD], ["", "", "路"], ["12345", "67890"], ["\n", "\0", "\ud800"], ["😀😀", "😀😀"]],
)
def test_nothing_reads_alike(texts: list[str]) -> None:
    found = links(texts, [0] * len(texts), [0] * len(texts))
    assert found.empty
    assert list(found.columns) == ["text", "earlier", "similarity"]
    assert groups(found["text"].to_numpy(), found["earlier"].to_numpy()).empty


def test_digits_and_very_long_texts_read_alike_as_others_do() -> None:
    long = "".join(chr(0x4E00 + (i * 7919) % 5000) for i in range(10_000))
    found = links(["13800001234", "13800001234", long, long + "完"], [0] * 4, [0] * 4)
    assert named(found) == [(1, 0), (3, 2)]
    assert found["similarity"].between(0.99, 1).all()


def test_many_identical_texts_are_one_group() -> None:
    found = links([ROAD] * 60, [0] * 60, [0] * 60)
    assert found.groupby("text").size().max() == 20
    group = groups(found["text"].to_numpy(), found["earlier"].to_numpy())
    assert len(group) == 60
    assert group["label"].nunique() == 1


def test_portions_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [TEXTS[i % 5] for i in range(50)]
    whole = links(texts, [i // 25 for i in range(50)], [0] * 50)
    monkeypatch.setattr(cluster, "_CELLS_MAX", 60)
    pd.testing.assert_frame_equal(whole, links(texts, [i // 25 for i in range(50)], [0] * 50))


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=20).filter(
        lambda edges: all(a != b for a, b in edges)
    ),
    st.randoms(use_true_random=False),
)
def test_groups_are_the_connected_ones_in_any_order(edges: list[tuple[int, int]], random) -> None:
    def partition(pairs: list[tuple[int, int]]) -> set[frozenset[int]]:
        one, other = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
        found = groups(one, other)
        return {frozenset(members) for members in found.groupby("label")["member"].agg(set)}

    expected = {frozenset({end}) for edge in edges for end in edge}
    for edge in edges:
        touched = {part for part in expected if part & {*edge}}
        expected = (expected - touched) | {frozenset().union(*touched)}
    mixed = [edge[::-1] if random.random() < 0.5 else edge for edge in edges]
    random.shuffle(mixed)
    assert partition(edges) == partition(mixed) == expected
