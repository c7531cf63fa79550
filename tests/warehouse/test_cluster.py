"""Complaints that come back and problems told by many, through a build."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cockpit.warehouse import cluster, snapshot
from cockpit.warehouse.build import build
from tests.warehouse.store import Warehouse, make_settings, snapshot_rows

REGIONS = [
    {"code": code, "name": name}
    for code, name in (
        ("110000000000", "省"),
        ("110100000000", "市"),
        ("110101000000", "县"),
        ("110101001000", "镇"),
        ("110101001001", "甲村"),
        ("110101001002", "乙村"),
    )
]
VILLAGE, OTHER = "110101001001", "110101001002"
ROAD = "三组通往村口的水泥路坏了两年没有人修"
ROAD_AGAIN = "三组到村口的水泥路坏了两年，一直没有人来修"
WATER = "自来水三天两头停，打电话也没有人管"
WELFARE = "低保评定不公平，名单没有公示"
MARTS = {
    "complaint_repeat": "id",
    "complaint_cluster_member": "id",
    "complaint_link": "id, other_id",
    "complaint_link_block": "block",
}
DAY0 = datetime(2025, 1, 10, 9)


def complaint(name: str, day: float, text: str | None = None, **more: Any) -> dict[str, Any]:
    if "closed" in more:
        more["closed_at"] = DAY0 + timedelta(days=more.pop("closed"))
    return {
        "id": name,
        "received_at": DAY0 + timedelta(days=day),
        "region_code": VILLAGE,
        "text": text,
        "writer": name,
    } | more


def built(warehouse: Warehouse, rows: Iterable[dict[str, Any]]) -> Path:
    warehouse.execute("delete from raw.region; delete from raw.industry; delete from raw.complaint")
    warehouse.insert("region", REGIONS)
    warehouse.insert("industry", [{"code": "01", "name": "农业"}, {"code": "02", "name": "教育"}])
    warehouse.insert("complaint", rows)
    return warehouse.build()


def content(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {name: snapshot_rows(path, f"from {name} order by {key}") for name, key in MARTS.items()}


def clusters(path: Path) -> list[list[str]]:
    return sorted(
        members
        for (members,) in snapshot_rows(
            path, "select list(id order by id) from complaint_cluster_member group by cluster_id"
        )
    )


def repeats(path: Path) -> list[tuple[Any, ...]]:
    return snapshot_rows(
        path,
        "select id, repeat_of, days_since_closure, is_same_topic, similarity is not null, is_same_writer"
        " from complaint_repeat order by id",
    )


def test_the_same_topic_at_the_same_place_within_the_days(warehouse: Warehouse) -> None:
    road, fees = {"industry_code": "01", "category": "道路"}, {"industry_code": "02"}
    path = built(
        warehouse,
        [
            complaint("a", 0, closed=10, writer="w", **road),
            complaint("b", 5, closed=20, **road),  # a was still open
            complaint("c", 30, closed=30, writer="w", **road),  # b was closed last
            complaint("d", 210, **road),  # 180 days after c to the hour
            complaint("e", 210.1, **road),  # just too late
            complaint("f", 31, **road, region_code=OTHER),
            complaint("g", 31, industry_code="01", category="水利"),
            complaint("h", 31, industry_code="02", category="道路"),
            complaint("i", 0, closed=1, **fees),
            complaint("j", 2, **fees),
            complaint("k", 0, closed=1),
            complaint("l", 2),
            complaint("m", 1, **fees),  # told at the very time of a closing
        ],
    )
    assert repeats(path) == [
        ("c", "b", 10, True, False, False),
        ("d", "c", 180, True, False, False),
        ("j", "i", 1, True, False, False),
    ]
    warehouse.settings = make_settings(warehouse.settings.home, repeat_days=9)
    assert repeats(warehouse.build()) == [("j", "i", 1, True, False, False)]


def test_what_reads_alike_comes_first(warehouse: Warehouse) -> None:
    path = built(
        warehouse,
        [
            complaint("a", 0, ROAD, closed=10, industry_code="01", category="道路", writer="w"),
            complaint("b", 1, WATER, closed=12, industry_code="01", category="道路"),
            complaint("c", 20, ROAD_AGAIN, industry_code="01", category="道路", writer="w"),
            complaint("d", 21, WATER),
            complaint("e", 22, WELFARE, industry_code="01", category="道路"),
            complaint("f", 15, ROAD, region_code=OTHER),
            complaint("g", 5, ROAD),  # a was still open
        ],
    )
    assert repeats(path) == [
        ("c", "a", 10, True, True, True),
        ("d", "b", 9, False, True, False),
        ("e", "b", 10, True, False, False),
    ]


def test_one_problem_told_by_many(warehouse: Warehouse) -> None:
    path = built(
        warehouse,
        [
            complaint("a", 0, ROAD),
            complaint("b", 80, ROAD_AGAIN),
            complaint("c", 160, ROAD_AGAIN + "，请处理", writer="b"),
            complaint("d", 251, ROAD),  # 91 days later is another matter
            complaint("e", 1, ROAD, region_code=OTHER),
            complaint("f", 2, WATER),
            complaint("g", 3, WATER),
            complaint("h", 4, WELFARE),
        ],
    )
    assert clusters(path) == [["a", "b", "c"], ["f", "g"]]
    # In reach of both others is b; of two alike the earlier stands for them.
    assert snapshot_rows(
        path, "select id from complaint_cluster_member where representative_order = 1 order by id"
    ) == [("b",), ("f",)]
    # As of the last complaint, day 251: later than day 161 is recent.
    assert snapshot_rows(path, "select bool_or(is_recent) from complaint_cluster_member") == [(False,)]
    name = "select distinct cluster_id from complaint_cluster_member where id in ('a', 'b', 'c')"
    [before] = snapshot_rows(path, name)
    later = [complaint("c2", 170, ROAD, received_at=DAY0 + timedelta(days=170))]
    warehouse.insert("complaint", later)
    path = warehouse.build()
    assert clusters(path) == [["a", "b", "c", "c2", "d"], ["f", "g"]]
    assert snapshot_rows(path, name) == [before]
    assert snapshot_rows(path, "select id from complaint_cluster_member where is_recent order by id") == [
        ("c2",),
        ("d",),
    ]


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [None, None],
        [ROAD],
        ["", ""],
        ["路", "路"],
        ["。。。。", "！！！！"],
    ],
)
def test_nothing_to_compare(warehouse: Warehouse, texts: list[str | None]) -> None:
    path = built(warehouse, [complaint(f"c{i}", i, text) for i, text in enumerate(texts)])
    assert clusters(path) == []
    assert repeats(path) == []


def test_identical_long_and_numeric_texts(warehouse: Warehouse) -> None:
    long = "".join(chr(0x4E00 + (i * 7919) % 5000) for i in range(10_000))
    texts = [ROAD] * 30 + [long] * 2 + ["13912345678"] * 2 + [WATER]
    path = built(warehouse, [complaint(f"c{i:02}", 0, text) for i, text in enumerate(texts)])
    assert [len(members) for members in clusters(path)] == [30, 2, 2]
    assert clusters(path)[0][0] == "c00"


texts = st.sampled_from([None, ROAD, ROAD_AGAIN, WATER, WATER + "，请处理", WELFARE, "1234567"])
worlds = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 1, 50, 100, 130, 300, 500]),
        texts,
        st.sampled_from([VILLAGE, OTHER]),
        st.sampled_from([None, "道路", "水利"]),
        st.none() | st.integers(0, 60),
    ),
    max_size=14,
)


def rows_of(world: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [
        complaint(f"c{i:02}", day, text, region_code=place, category=category, industry_code="01")
        | ({} if days is None else {"closed_at": DAY0 + timedelta(days=day + days)})
        for i, (day, text, place, category, days) in enumerate(world)
    ]


@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])
@given(worlds, worlds, st.integers(0, 99))
def test_rows_in_another_order_and_a_build_after_another_come_to_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    world: list[tuple[Any, ...]],
    more: list[tuple[Any, ...]],
    seed: int,
) -> None:
    rows = rows_of(world + more)
    whole = Warehouse(make_settings(tmp_path_factory.mktemp("whole")))
    expected = content(built(whole, rows))
    grown = Warehouse(make_settings(tmp_path_factory.mktemp("grown")))
    built(grown, rows[: len(world)])
    mixed = rows[:]
    random.Random(seed).shuffle(mixed)
    assert content(built(grown, mixed)) == expected


def test_only_what_changed_is_compared_again(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    # Five quarters: the first is out of reach of the last.
    rows = [complaint(f"c{i}{j}", 92 * i + j, ROAD) for i in range(5) for j in range(2)]
    seen: list[list[int]] = []
    compare = cluster._compare
    monkeypatch.setattr(
        cluster,
        "_compare",
        lambda *all_of: (seen.append(all_of[2]), compare(*all_of)),  # type: ignore[func-returns-value]
    )
    first = 2025 * 4
    before = content(built(warehouse, rows))
    assert seen.pop() == [first + i for i in range(5)]
    assert content(warehouse.build()) == before
    assert seen.pop() == []
    # Closing changes no text; a new complaint only its own quarter; a text of the first all within its reach.
    warehouse.execute("update raw.complaint set closed_at = received_at where id = 'c40'")
    warehouse.insert("complaint", [complaint("new", 92 * 4 + 5, ROAD)])
    warehouse.build()
    assert seen.pop() == [first + 4]
    warehouse.execute(f"update raw.complaint set text = '{WATER}' where id = 'c00'")
    warehouse.build()
    assert seen.pop() == [first + i for i in range(4)]
    warehouse.settings = make_settings(warehouse.settings.home, similarity_min=0.5)
    warehouse.build()
    assert len(seen.pop()) == 5


def test_a_snapshot_without_links_has_nothing_to_take_over(warehouse: Warehouse) -> None:
    path = built(warehouse, [complaint("a", 0, ROAD), complaint("b", 1, ROAD)])
    expected = content(path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop table complaint_link_block")
    assert content(warehouse.build()) == expected
    in_service = snapshot.current(warehouse.settings)
    assert in_service is not None
    in_service.write_bytes(in_service.read_bytes()[:4096])
    assert content(warehouse.build()) == expected


def test_portions_come_to_the_same(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        complaint(f"c{i:02}", i * 20, text, region_code=place)
        for i in range(12)
        for place, text in ((VILLAGE, ROAD), (OTHER, WATER))
        if not i % 2 or place == VILLAGE
    ]
    rows = [row | {"id": f"{row['id']}{row['region_code'][-1]}"} for row in rows]
    expected = content(built(warehouse, rows))
    for most in (1, 200):
        monkeypatch.setattr(cluster, "_CHARACTERS_MAX", most)
        warehouse.settings = make_settings(warehouse.settings.home / f"again{most}")
        again = Warehouse(warehouse.settings)
        assert content(built(again, rows)) == expected


def test_the_newest_quarters_that_fit_are_compared(warehouse: Warehouse) -> None:
    rows = [complaint(f"c{i}{j}", 92 * i + j, ROAD) for i in range(3) for j in range(2)]
    warehouse.settings = make_settings(warehouse.settings.home, similar_texts_max=5)
    lines: list[str] = []
    built(warehouse, rows)
    path = build(warehouse.settings, lines.append)
    assert "已比较投诉文本：4 条，新算 0 个季度，沿用 2 个，较早的 2 条未比较" in lines
    assert {block for (block,) in snapshot_rows(path, "select block from complaint_link_block")} == {
        8101,
        8102,
    }
