"""Which complaints read alike and which tell of one problem: compared quarter by quarter in a build.

A quarter's texts are compared with one another and with those of the quarters within reach before it. What
came of it is taken over from the snapshot in service where none of these texts has changed.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cockpit.analysis.cluster import BUCKETS, Pairs, count_pairs, groups, similar
from cockpit.settings import Settings
from cockpit.warehouse import snapshot

# Part of the key of what is taken over: raise it when the comparison gives other links.
_METHOD = 1
# The most similar earlier complaints that each is linked to.
_LINKS_MAX = 20
# Characters compared at a time, about 60 bytes of memory each.
_CHARACTERS_MAX = 4_000_000
_SHORTEST_QUARTER_DAYS = 90

_TEXT_SQL = """
create view memory.main.complaint_text as
select
    id,
    region_code,
    received_at,
    cast(year(received_at) * 4 + quarter(received_at) - 1 as integer) as block,
    concat_ws(' ', subject, text) as words,
from complaint
where coalesce(subject, text) is not null
"""
_BLOCK_SQL = """
select
    block,
    count(*) as texts,
    bit_xor(hash(id, region_code, received_at, words)) as content,
from complaint_text
group by block
order by block desc
"""
_REGION_SQL = """
select
    region_code,
    sum(length(words))::bigint as characters,
from complaint_text
where list_contains($blocks, block)
group by region_code
order by region_code
"""
_READ_SQL = """
select
    id,
    region_code,
    received_at,
    block,
    words,
from complaint_text
where region_code between $low and $high and list_contains($blocks, block)
order by region_code, received_at, id
"""
_TABLES_SQL = """
create table snapshot.main.complaint_link (
    block integer, id varchar, other_id varchar, days integer, similarity double
);
create table snapshot.main.complaint_link_block (block integer, content varchar);
comment on table snapshot.main.complaint_link is
    'One row per complaint and an earlier one of the same place that reads alike.';
comment on table snapshot.main.complaint_link_block is
    'One row per quarter compared: the key of what its links were made from.';
"""
_LINKED_SQL = """
select
    later.rowid as one,
    earlier.rowid as other,
from complaint_link as link
inner join complaint as later on link.id = later.id
inner join complaint as earlier on link.other_id = earlier.id
where link.days <= $days
"""
# A cluster is named after its first complaint, by a hash: the id may be out of a reader's scope.
_GROUP_SQL = """
create table memory.main.complaint_group as
with linked as (
    select id, similarity from complaint_link where days <= $days
    union all
    select other_id as id, similarity from complaint_link where days <= $days
),

strength as (
    select id, sum(similarity::decimal(18, 4)) as similarity from linked group by id
)

select
    complaint.id,
    left(md5(first_value(complaint.id) over first_told), 16) as cluster_id,
    row_number() over most_alike as representative_order,
from member
inner join complaint on member.member = complaint.rowid
inner join strength on complaint.id = strength.id
window
    first_told as (partition by member.label order by complaint.received_at, complaint.id),
    most_alike as (
        partition by member.label order by strength.similarity desc, complaint.received_at, complaint.id
    )
"""


@dataclass(frozen=True)
class _Texts:
    """Texts by place and time, one entry each, and their pairs of characters."""

    ids: NDArray[np.object_]
    place: NDArray[np.int64]
    day: NDArray[np.int64]
    block: NDArray[np.int64]
    pairs: Pairs


def make(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    previous: Path | None,
    progress: Callable[[str], None],
) -> None:
    """Make snapshot.complaint_link, snapshot.complaint_link_block and memory.complaint_group.

    Reads the mart complaint; `previous` is the snapshot to take unchanged quarters over from. Without texts the
    tables are empty. At most `similar_texts_max` texts are compared, by whole quarters, the newest first.
    """
    connection.execute(_TEXT_SQL)
    for statement in duckdb.extract_statements(_TABLES_SQL):
        connection.execute(statement)
    blocks = connection.execute(_BLOCK_SQL).df()
    total = int(blocks["texts"].sum())
    blocks = blocks[(blocks["texts"].cumsum() <= settings.similar_texts_max) | (blocks.index == 0)]
    keys = _keys(blocks, settings)
    taken = _take_over(connection, keys, previous)
    _compare(connection, settings, sorted(keys.keys() - taken), blocks, progress)
    if keys:
        connection.from_df(pd.DataFrame(keys.items(), columns=["block", "content"])).insert_into(
            "snapshot.main.complaint_link_block"
        )
    _group(connection, settings)
    compared = int(blocks["texts"].sum())
    left_out = f"，较早的 {total - compared:,} 条未比较" if compared < total else ""
    progress(
        f"已比较投诉文本：{compared:,} 条，新算 {len(keys) - len(taken)} 个季度，沿用 {len(taken)} 个{left_out}"
    )


def _days_max(settings: Settings) -> int:
    """Return how many days apart two complaints may be received: closed in time, then told again in time."""
    return settings.repeat_days + settings.cluster_days


def _window(block: int, blocks: Sequence[int], settings: Settings) -> list[int]:
    """Return the quarters that texts of a quarter are compared with, itself included."""
    reach = -(-_days_max(settings) // _SHORTEST_QUARTER_DAYS)
    return [other for other in blocks if block - reach <= other <= block]


def _keys(blocks: pd.DataFrame, settings: Settings) -> dict[int, str]:
    """Return for each quarter a key of all that its links depend on."""
    content = dict(zip(blocks["block"].tolist(), blocks["content"].tolist(), strict=True))
    method = (_METHOD, settings.similarity_min, _days_max(settings), _LINKS_MAX)
    return {
        block: hashlib.sha256(
            repr(
                (method, [(other, content[other]) for other in _window(block, sorted(content), settings)])
            ).encode()
        ).hexdigest()
        for block in sorted(content)
    }


def _take_over(
    connection: duckdb.DuckDBPyConnection, keys: dict[int, str], previous: Path | None
) -> set[int]:
    """Copy the links of unchanged quarters and return these; none from a snapshot that has no links."""
    if previous is None or not keys:
        return set()
    try:
        connection.execute(f"attach {snapshot.literal(previous)} as previous (read_only)")
    except duckdb.Error:
        return set()
    try:
        known = dict(connection.execute("from previous.main.complaint_link_block").fetchall())
        same = sorted(block for block, key in keys.items() if known.get(block) == key)
        connection.execute(
            "insert into snapshot.main.complaint_link"
            " from previous.main.complaint_link where list_contains($same::integer[], block)",
            {"same": same},
        )
        return set(same)
    except duckdb.CatalogException:
        return set()
    finally:
        connection.execute("detach previous")


def _compare(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    stale: list[int],
    blocks: pd.DataFrame,
    progress: Callable[[str], None],
) -> None:
    """Find the links of the texts of some quarters, a portion of the places at a time."""
    if not stale:
        return
    known = sorted(blocks["block"].tolist())
    windows = {block: _window(block, known, settings) for block in stale}
    needed = sorted({other for window in windows.values() for other in window})
    texts = dict(zip(blocks["block"].tolist(), blocks["texts"].tolist(), strict=True))

    # Where all fits into one portion, the second pass finds what the first has read.
    @lru_cache(maxsize=1)
    def read(low: str, high: str, chosen: tuple[int, ...]) -> _Texts:
        found = connection.execute(_READ_SQL, {"low": low, "high": high, "blocks": chosen}).fetchnumpy()
        rows = {name: np.asarray(column) for name, column in found.items()}
        place = pd.factorize(rows["region_code"])[0].astype(np.int64)
        return _Texts(
            rows["id"],
            place,
            rows["received_at"].astype("datetime64[D]").astype(np.int64),
            rows["block"].astype(np.int64),
            count_pairs(rows["words"].tolist(), place),
        )

    portions = _portions(connection.execute(_REGION_SQL, {"blocks": needed}).df())
    texts_with = np.zeros((len(needed), BUCKETS), np.int32)
    for low, high, is_large in portions:
        for chosen in [(block,) for block in needed] if is_large else [tuple(needed)]:
            found = read(low, high, chosen)
            row = np.searchsorted(needed, found.block)
            np.add.at(texts_with.reshape(-1), row[found.pairs.text] * BUCKETS + found.pairs.bucket, 1)
    for done, (low, high, is_large) in enumerate(portions):
        if done:
            progress(f"正在比较投诉文本：{done}/{len(portions)}")
        for part in [[block] for block in stale] if is_large else [stale]:
            found = read(low, high, tuple(sorted({other for block in part for other in windows[block]})))
            for block in part:
                window = windows[block]
                chosen_texts = np.isin(found.block, window)
                links = similar(
                    found.pairs.of(chosen_texts),
                    texts_with[np.searchsorted(needed, window)].sum(axis=0),
                    sum(texts[other] for other in window),
                    found.place[chosen_texts],
                    found.day[chosen_texts],
                    found.block[chosen_texts] == block,
                    similarity_min=settings.similarity_min,
                    days_max=_days_max(settings),
                    links_max=_LINKS_MAX,
                )
                if len(links):
                    ids, day = found.ids[chosen_texts], found.day[chosen_texts]
                    one, other = links["text"].to_numpy(), links["earlier"].to_numpy()
                    frame = pd.DataFrame(
                        {
                            "block": block,
                            "id": ids[one],
                            "other_id": ids[other],
                            "days": day[one] - day[other],
                            "similarity": links["similarity"],
                        }
                    )
                    connection.register("link_frame", frame)
                    connection.execute("insert into snapshot.main.complaint_link from link_frame")
                    connection.unregister("link_frame")


def _portions(regions: pd.DataFrame) -> list[tuple[str, str, bool]]:
    """Return first and last region of each portion of the places, and whether it is one place too large for one."""
    portions: list[tuple[str, str, bool]] = []
    room = 0
    for code, characters in regions.itertuples(index=False):
        is_large = characters > _CHARACTERS_MAX
        if portions and not is_large and characters < room:
            portions[-1] = (portions[-1][0], code, False)
            room -= characters
        else:
            portions.append((code, code, is_large))
            room = max(0, _CHARACTERS_MAX - characters)
    return portions


def _group(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Make memory.complaint_group: the connected groups of complaints told within `cluster_days` of each other."""
    near = {"days": settings.cluster_days}
    linked = connection.execute(_LINKED_SQL, near).fetchnumpy()
    connection.register("member", groups(np.asarray(linked["one"]), np.asarray(linked["other"])))
    connection.execute(_GROUP_SQL, near)
    connection.unregister("member")
