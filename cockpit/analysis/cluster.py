"""Texts that tell of one problem: counts of character pairs, TF-IDF, cosine, and the groups they link.

Weights are those of scikit-learn's TfidfVectorizer(analyzer="char", ngram_range=(2, 2), sublinear_tf=True); its
own counting goes character by character in Python and takes ten times as long.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# Pairs fall into this many buckets; two pairs that share one are taken for each other, too seldom to matter.
BITS = 20
BUCKETS = 1 << BITS
# No letter or digit has a code from here on, nor the one before.
_LETTERS_END = 0x33480
# Most cells of one product of vectors held at a time.
_CELLS_MAX = 20_000_000

Whole = NDArray[np.int64]
Real = NDArray[np.float64]


@dataclass(frozen=True)
class Pairs:
    """How often each pair of characters stands in each text: one entry a text and pair, ordered by text.

    `column` tells a pair of one place from the same pair elsewhere, so that places never meet in a product of
    vectors; it is -1 where no other text of the place has the pair.
    """

    text: Whole
    bucket: Whole
    count: Whole
    column: Whole

    def of(self, chosen: NDArray[np.bool_]) -> "Pairs":
        """Return the entries of the texts chosen (one truth a text), which are numbered anew."""
        kept = chosen[self.text]
        number = np.cumsum(chosen) - 1
        return Pairs(number[self.text[kept]], self.bucket[kept], self.count[kept], self.column[kept])


def count_pairs(texts: Sequence[str], place: Whole) -> Pairs:
    """Count the pairs of neighbouring letters and digits of each text; case, spaces and marks are passed over.

    `place` has the number of each text's place. A text of fewer than two letters or digits has no entry; no
    texts give no entries.
    """
    joined = "\n".join(text.replace("\n", " ") for text in texts).lower()
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    text = np.cumsum(codes == ord("\n"))
    kept = _is_word()[np.minimum(codes, _LETTERS_END - 1)]
    codes, text = codes[kept].astype(np.uint64), text[kept]
    whole = text[:-1] == text[1:]
    # Fibonacci hashing: the highest bits of a product with 2^64 over the golden ratio.
    drawn = ((codes[:-1] << np.uint64(21)) | codes[1:]) * np.uint64(0x9E3779B97F4A7C15)
    bucket = (drawn >> np.uint64(64 - BITS)).astype(np.int64)
    key, count = np.unique((text[:-1][whole] << BITS) | bucket[whole], return_counts=True)
    text, bucket = key >> BITS, key & (BUCKETS - 1)
    _, column, texts_with = np.unique((place[text] << BITS) | bucket, return_inverse=True, return_counts=True)
    is_shared = texts_with > 1
    number = np.where(is_shared, np.cumsum(is_shared) - 1, -1)
    return Pairs(text, bucket, count, number[column])


@cache
def _is_word() -> NDArray[np.bool_]:
    """Return for each code point whether it is a letter or digit."""
    return np.array([chr(code).isalnum() for code in range(_LETTERS_END)])


def similar(
    pairs: Pairs,
    texts_with: Whole,
    texts: int,
    place: Whole,
    day: Whole,
    is_new: NDArray[np.bool_],
    *,
    similarity_min: float,
    days_max: int,
    links_max: int,
) -> pd.DataFrame:
    """Return the links of each new text to earlier ones of its place: `text`, `earlier`, `similarity`.

    Texts are numbered by place, then time; `place`, `day` and `is_new` have one entry a text, `texts_with` says
    of each bucket how many of `texts` have it, those of other places included. A pair weighs (1 + ln count) · (ln((1 + n) / (1 + d)) + 1), d of n texts having it. A link joins texts at most `days_max`
    days apart whose cosine is at least `similarity_min`; each text keeps its `links_max` most similar ones, of
    equal ones the latest. Nothing similar gives no rows.
    """
    from scipy.sparse import csr_array

    size = len(place)
    rarity = np.log((1 + texts) / (1 + texts_with[pairs.bucket])) + 1
    value = (1 + np.log(pairs.count)) * rarity
    value /= np.sqrt(np.bincount(pairs.text, value**2, minlength=size))[pairs.text]
    kept = pairs.column >= 0
    text, column = pairs.text[kept], pairs.column[kept]
    vectors = csr_array((value[kept], (text, column)), shape=(size, column.max(initial=0) + 1))
    turned = vectors.T.tocsr()
    found = []
    for rows in _portions(np.flatnonzero(is_new), np.bincount(place, minlength=1)[place]):
        product = (vectors[rows] @ turned).tocoo()
        text, earlier = rows[product.row], product.col.astype(np.int64)
        strong = (earlier < text) & (product.data >= similarity_min) & (day[text] - day[earlier] <= days_max)
        found.append(
            pd.DataFrame(
                {
                    "text": text[strong],
                    "earlier": earlier[strong],
                    "similarity": np.minimum(product.data[strong], 1).round(4),
                }
            )
        )
    if not found:
        return pd.DataFrame({"text": text[:0], "earlier": text[:0], "similarity": value[:0]})
    links = pd.concat(found).sort_values(
        ["text", "similarity", "earlier"], ascending=[True, False, False], ignore_index=True
    )
    return links[links.groupby("text").cumcount() < links_max].reset_index(drop=True)


def _portions(rows: Whole, cells: Whole) -> Iterator[Whole]:
    """Yield rows in portions whose products have a bounded number of cells; `cells` has those of each row."""
    if len(rows):
        portion = np.cumsum(cells[rows]) // _CELLS_MAX
        yield from np.split(rows, np.flatnonzero(np.diff(portion)) + 1)


def groups(one: Whole, other: Whole) -> pd.DataFrame:
    """Return one row for each number that is linked: `member`, and `label` of its connected group from 0.

    No links give no rows; the order of the links changes nothing but the labels.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    member, numbered = np.unique(np.concatenate([one, other]), return_inverse=True)
    first, second = np.split(numbered, 2)
    size = len(member)
    if not size:
        return pd.DataFrame({"member": member, "label": member})
    graph = coo_array((np.ones(len(first), np.int8), (first, second)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    return pd.DataFrame({"member": member, "label": label.astype(np.int64)})
