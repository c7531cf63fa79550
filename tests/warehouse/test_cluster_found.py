"""How much of what is known to be there is found: the demo's planted texts and topics, and real messages."""

import os
import re
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest

from cockpit.analysis.recurrence import recurring
from cockpit.demo import season, words
from cockpit.demo.place import make_place
from cockpit.demo.scale import SCALES
from cockpit.demo.truth import plant
from cockpit.ingest import load
from cockpit.settings import Settings
from cockpit.warehouse import snapshot
from cockpit.warehouse.build import build
from tests import installation
from tests.installation import Installation
from tests.warehouse.store import snapshot_rows

CELL_SQL = """
select
    region_code as place,
    concat(industry_code, ' ', category) as topic,
    count(*) as complaint_count,
    count(complaint_repeat.id) as repeat_count,
from complaint
left join complaint_repeat using (id, region_code, industry_code, category)
where category is not null and not ends_with(region_code, '000')
group by all
"""


def in_service(settings: Settings) -> Path:
    path = snapshot.current(settings)
    assert path
    return path


def told(text: str, bodies: list[str]) -> int:
    """Return which of the bodies of a topic a demo text was made from, by its longest fixed part."""
    parts = [max(re.split(r"\{\d+\}", body), key=len) for body in bodies]
    return [part in text for part in parts].index(True)


def test_the_demo_s_texts_that_tell_the_same_are_linked_and_few_others(
    demo_installation: Installation,
) -> None:
    path = in_service(demo_installation.settings)
    bodies = {(row.industry_code, row.category): row.body for row in words.topics().itertuples(index=False)}
    rows = snapshot_rows(
        path,
        "select id, region_code, industry_code, category, received_at, text from complaint"
        " where category is not null and not ends_with(region_code, '000') order by received_at",
    )
    places: dict[tuple[str, ...], list[tuple[str, object]]] = {}
    topic, body = {}, {}
    for name, region, industry, category, at, text in rows:
        topic[name] = (industry, category)
        body[name] = (industry, category, told(text, bodies[industry, category]))
        places.setdefault((region, *body[name]), []).append((name, at))
    same = {
        (later, earlier)
        for members in places.values()
        for (earlier, before), (later, after) in combinations(members, 2)
        if (after.date() - before.date()).days <= 270  # type: ignore[attr-defined]
    }
    links = {
        pair for pair in snapshot_rows(path, "select id, other_id from complaint_link") if pair[0] in topic
    }
    assert len(same) > 500
    assert len(links & same) / len(same) > 0.9
    assert sum(topic[one] == topic[other] for one, other in links) / len(links) > 0.95
    assert sum(body[one] == body[other] for one, other in links) / len(links) > 0.85


def test_the_demo_s_planted_topics_come_back_and_few_others(demo_installation: Installation) -> None:
    size = SCALES[installation.SCALE]
    months = season.months(season.calendar(installation.END))
    place = make_place(size, installation.SEED, lambda _line: None)
    truth = plant(place, installation.SCALE, installation.SEED, months, installation.END)
    planted = {(one.region_code, f"{one.industry_code} {one.category}") for one in truth.recurring}
    cells = pd.DataFrame(
        snapshot_rows(in_service(demo_installation.settings), CELL_SQL),
        columns=["place", "topic", "complaint_count", "repeat_count"],
    )
    found = recurring(cells, size.villages)
    keys = pd.Series(list(zip(found["place"], found["topic"], strict=True)), index=found.index)
    is_planted = keys.isin(planted)
    # A planted topic told six times or more can be told from chance; fewer tellings prove nothing.
    enough = found[is_planted & (found["complaint_count"] >= 6)]
    assert enough["is_recurring"].all()
    assert (found["is_recurring"] & ~is_planted).sum() <= 1


@pytest.mark.real
def test_real_messages(tmp_path: Path) -> None:
    folder = os.environ.get("COCKPIT_REAL_DATA")
    if not folder:
        pytest.skip("COCKPIT_REAL_DATA is not set")
    settings = Settings(home=tmp_path, threads=1)
    load([Path(folder) / "citizen_message_regions.csv"], settings=settings, progress=lambda _line: None)
    load(
        [Path(folder) / "citizen_messages.xlsx"],
        profile="citizen_messages",
        settings=settings,
        progress=lambda _line: None,
    )
    path = build(settings, lambda _line: None)
    clusters = snapshot_rows(
        path,
        "select list(subject order by received_at, id), count(distinct writer)"
        " from complaint_cluster_member group by cluster_id",
    )
    assert 60 <= len(clusters) <= 100
    assert max(len(subjects) for subjects, _ in clusters) <= 6
    # What a reader finds on looking: the same matter told by several, in other words.
    for words_of_each in (
        ("拆除五一桥", "拆除五一桥", "拆除五一桥"),
        ("东方水岸明珠6期", "东方水岸明珠6期", "东方水岸明珠6期"),
        ("K6县团头村转朝四组公路", "团头村转朝四组工路"),
    ):
        assert any(
            len(subjects) == len(words_of_each)
            and all(any(part in subject for subject in subjects) for part in words_of_each)
            for subjects, writers in clusters
            if writers > 1
        ), words_of_each
    assert snapshot_rows(path, "select count(*) from complaint_repeat where similarity is null") == [(0,)]
