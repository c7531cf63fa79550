"""Whatever the rows: loading twice, in halves or shuffled ends in the same store."""

import csv
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cockpit.ingest import load
from cockpit.settings import Settings
from tests.ingest.conftest import REGIONS

Row = tuple[str, str, str, str, str]
HEADER = ("id", "received_at", "region_code", "text", "updated_at")
ROWS = st.lists(
    st.tuples(
        st.sampled_from("abcde"),
        st.sampled_from(["2024-01-02", "2024/1/3 4:05", "昨天", ""]),
        st.sampled_from(["990101001001", "9901", "青江市/西山县", "和平村", "981"]),
        st.text("路灯,\"\n '；", max_size=4),
        st.integers(1, 28).map(lambda day: f"2024-02-{day:02d}"),
    ),
    max_size=12,
    # One version of a key has one content: otherwise the order of loading decides, as it should.
    unique_by=lambda row: (row[0], row[4]),
)


def _load(home: Path, parts: Sequence[Sequence[Row]]) -> list[tuple[object, ...]]:
    configured = Settings(home=home, threads=1, memory_limit_mb=512)
    source = home.with_suffix(".csv")
    for part in parts:
        with source.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADER, *part])
        (report,) = load([source], table="complaint", settings=configured)
        assert report.count_read == len(part)
        assert report.count_read == report.count_accepted + report.count_rejected
        assert report.count_accepted == sum(
            (report.count_new, report.count_replaced, report.count_unchanged, report.count_outdated)
        )
    with duckdb.connect(configured.warehouse_path, read_only=True) as connection:
        return connection.execute(
            "select * exclude (_load_id, _row) from raw.complaint order by id"
        ).fetchall()


@settings(max_examples=4, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS, st.integers(0, 12), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(rows: list[Row], cut: int, chance: random.Random) -> None:
    shuffled = chance.sample(rows, len(rows))
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        (base / "region.csv").write_text(REGIONS, encoding="utf-8")
        load([base / "region.csv"], settings=Settings(home=base / "empty", threads=1, memory_limit_mb=512))
        homes = [base / f"home{number}" for number in range(4)]
        for home in homes:
            home.mkdir()
            for file in (base / "empty").glob("*.duckdb"):
                (home / file.name).write_bytes(file.read_bytes())
        once = _load(homes[0], [rows])
        assert _load(homes[1], [rows, rows]) == once
        assert _load(homes[2], [rows[:cut], rows[cut:]]) == once
        assert _load(homes[3], [shuffled]) == once
