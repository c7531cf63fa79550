from datetime import date, datetime

import pandas as pd
import pytest

from cockpit.ui import wording


@pytest.mark.parametrize(
    ("value", "decimals", "words"),
    [
        (None, 0, "—"),
        (float("nan"), 1, "—"),
        (0, 0, "0"),
        (1234.56, 1, "1,234.6"),
        (99_999, 0, "99,999"),
        (100_000, 0, "10.0 万"),
        (-250_000, 2, "-25.0 万"),
    ],
)
def test_numbers(value: float | None, decimals: int, words: str) -> None:
    assert wording.number(value, decimals) == words


def test_times_and_days() -> None:
    assert wording.moment(datetime(2026, 3, 4, 5, 6, 7)) == "2026-03-04 05:06"
    assert wording.day(date(2026, 3, 4)) == "2026-03-04"
    assert wording.moment(None) == wording.moment(pd.NaT) == wording.day(pd.NaT) == "—"


def test_codes() -> None:
    assert wording.code("complaint_stage", "accepted") == "受理"
    assert wording.code("complaint_stage", "unheard of") == "unheard of"
    assert wording.code("complaint_stage", None) == wording.code("finding", float("nan")) == "—"  # type: ignore[arg-type]
    assert wording.alert_level("red") == "▲ 红色"
    assert wording.alert_level(None) == "—"


def test_plain_text_leaves_markdown_nothing_to_read() -> None:
    assert wording.plain("![a](b)") == r"\!\[a\]\(b\)"
    assert wording.plain("# 一\n## 二") == r"\# 一 \#\# 二"
    assert wording.plain("丁镇（一）：好") == "丁镇（一）：好"


@pytest.mark.parametrize(
    ("value", "words"),
    [(195_432.1, "195,432.10"), (5, "5"), (1_000.0, "1,000"), (0, "0"), (None, "—"), (float("nan"), "—")],
)
def test_exact_loses_nothing(value: float | None, words: str) -> None:
    assert wording.exact(value) == words
