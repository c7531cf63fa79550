"""How the station words counts, days, items and comparisons."""

from typing import Any

import pandas as pd
import pytest

from cockpit.contract.codes import MODULE
from cockpit.queries import disclosure
from cockpit.queries.module import PEER_FIGURES, STATES, Satisfaction, rules_of
from cockpit.ui.station import disclosed, kept, large, peers, rectification, suggestions


@pytest.fixture(autouse=True)
def plainly(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Say whether large type is on; off at first."""
    switch = [False]
    monkeypatch.setattr(large, "is_on", lambda: switch[0])
    return switch


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(0, 0, "—"), (7, 8, "7/8"), (9, 9, "9/9"), (7, 10, "7/10（70%）"), (41, 64, "41/64（64%）")],
)
def test_a_share_of_few_is_told_by_its_counts(part: int, whole: int, words: str) -> None:
    assert suggestions.of(part, whole) == words


def test_the_middle_of_days_leaves_out_what_is_open() -> None:
    assert suggestions.middle(pd.Series([1.0, None, 4.0, 20.0])) == "4 天"
    assert suggestions.middle(pd.Series([None, None], dtype=float)) == "—"


def test_suggestions_in_one_line() -> None:
    rows = pd.DataFrame(
        {"is_overdue": [True, False], "first_action_days": [2.0, None], "result_days": [None, 9.0]}
    )
    said = suggestions.summary(rows, Satisfaction(2, 1, 1, 1))
    assert (
        said
        == "本期收到 **2** 件　已办结 **1** 件　:red[● 超期 **1** 件]　着手 **2 天**、有结果 **9 天**（中位）　满意 **1/1**"
    )
    row = {
        "received_at": pd.Timestamp("2026-03-01 10:00"),
        "first_action_days": 2.2,
        "result_days": float("nan"),
    }
    assert suggestions.took(row) == "2026-03-01 收到，2 天后着手"


def item(**more: Any) -> dict[str, Any]:
    day = pd.Timestamp("2026-01-31")
    return {"name": "收支", "state": "late", "due_on": day, "published_on": day, "days_late": 5, **more}


def test_an_item_says_its_state_its_date_and_how_late() -> None:
    assert (
        disclosed.line(item())
        == "- □ **收支**　:red[逾期]，应于 2026-01-31 前公开，已过 5 天，上次 2026-01-31"
    )
    never = disclosed.line(item(state="missing", published_on=None))
    assert never == "- □ **收支**　:orange[未公开]，应于 2026-01-31 前公开，已过 5 天"
    public = disclosed.line(item(state="public", days_late=None))
    assert public == "- √ 收支　:green[已公开]，2026-01-31，下次 2026-01-31 前"
    assert r"\*\*" in disclosed.line(item(name="**粗**"))
    assert set(disclosed.MARKS) == set(disclosure.STATES)


def test_what_is_put_right_says_so() -> None:
    row = {
        "title": "清单",
        "kind": "problem_list",
        "is_completed": False,
        "is_overdue": True,
        "due_on": pd.Timestamp("2026-01-31"),
        "completed_on": None,
        "result": None,
    }
    assert rectification.line(row) == "- :red[● 超期]　**清单**（问题清单），期限 2026-01-31"
    row |= {
        "is_completed": True,
        "is_overdue": False,
        "completed_on": pd.Timestamp("2026-02-01"),
        "result": "已改",
    }
    assert rectification.line(row) == "- :green[√ 已完成]　**清单**（问题清单），完成 2026-02-01；已改"


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.1, "低于多数同类村"), (0.2, "在多数同类村之间"), (0.5, "在多数同类村之间"), (0.51, "高于多数同类村")],
)
def test_a_village_among_its_like_has_no_rank(value: float, words: str) -> None:
    row = {"figure": "late_share", "value": value, "low": 0.2, "mid": 0.3, "high": 0.5, "count_place": 12}
    assert peers.said(row) == f"本村 {100 * value:.0f}%，{words}（20%—50%，中位 30%；12 个村）"
    assert "名" not in peers.said(row)


def test_every_figure_is_written_in_its_unit() -> None:
    for figure, told in PEER_FIGURES.items():
        assert peers.written(figure, 0.5).endswith(told.unit)


def test_every_state_has_a_shape_of_its_own(plainly: list[bool]) -> None:
    assert list(kept.MARKS) == list(STATES)
    assert len({mark.sign for mark in kept.MARKS.values()}) == len(STATES)
    assert not {mark.sign for mark in kept.MARKS.values()} & {"▲", "●", "■", "◆", "✖", "○", "◇"}
    plainly[0] = True
    assert all(large.words(word) != word for word in (*STATES.values(), *MODULE.values()))


def test_plain_words_know_the_reasons(plainly: list[bool]) -> None:
    labels = {rule.label for module in MODULE for rule in rules_of(module)}
    known = {label for label in labels if label in large.PLAIN}
    assert {"红色预警", "预警超期", "预警在办", "填报不及时", "本期无记录"} <= known
    plainly[0] = True
    assert large.columns(6) == 1
    assert disclosed.line(item()).startswith("- □ **收支**　:red[过了日子还没更新]")
