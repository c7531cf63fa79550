"""Sentences of recurrence, handling and comparison: what was tested and nothing more, bases always with shares."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from cockpit.analysis.funnel import funnel
from cockpit.analysis.peers import against_peers
from cockpit.analysis.survival import kaplan_meier
from cockpit.ui.analysis import handling, reading

GROUPS = pd.DataFrame({"name": [], "direction": [], "q_value": []})


def test_a_share_comes_with_its_base_and_no_per_cent_on_a_small_one() -> None:
    assert reading.share_of(0, 0) == "—（没有基数）"
    assert reading.share_of(3, 9) == "3/9（基数不足 10，不计百分比）"
    assert reading.share_of(364, 368).startswith("98.9%（364/368，95% 区间 97.2%–99.6%）")


@how(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=14))
def test_shares_name_what_the_test_claims(pairs: list[tuple[int, int]]) -> None:
    counts = [(one, one + other) for one, other in pairs]
    successes, trials = (np.array([pair[at] for pair in counts]) for at in (0, 1))
    found = funnel(successes, trials, kind="share")
    said = reading.shares(
        found, [f"{n}局" for n in range(len(counts))], "满意率", int(successes.sum()), int(trials.sum())
    )
    low = found.points.index[found.points["direction"] == -1]
    high = found.points.index[found.points["direction"] == 1]
    assert ("明显偏低" in said) == (len(low) > 0)
    assert ("明显偏高" in said) == (len(high) > 0)
    assert ("局" in said) == bool(len(low) + len(high))
    assert "nan" not in said


def test_returns_are_said_as_far_as_they_were_watched() -> None:
    found = kaplan_meier([20, 60, 100], [True, False, False], [10, 10, 80])
    said = reading.recurrence(found, (30, 90, 180))
    assert "30 天内 10.0%" in said
    assert "90 天内 10.0%" in said
    assert "180 天内" not in said
    assert "尚不能判断" in reading.recurrence(kaplan_meier([3, 4], [False, False]), (30, 90))
    assert "不作判断" in reading.recurrence(kaplan_meier([], []), (30,))


def test_half_closed_or_not_yet() -> None:
    half = reading.durations(kaplan_meier([5, 8, -1], [True, False, True], [30, 10, 2]), GROUPS)
    assert half.startswith("半数在 5 天内办结")
    assert "未办结的 10 件" in half
    assert "2 件办结早于受理" in half
    not_yet = reading.durations(kaplan_meier([5, 8], [True, False], [10, 30]), GROUPS)
    assert "办结不足一半（10/40）" in not_yet
    assert reading.durations(kaplan_meier([], []), GROUPS) == "本期没有可计时的投诉。"


def test_groups_alike_are_called_so() -> None:
    rng = np.random.default_rng(5)
    days = pd.DataFrame({"days": rng.geometric(0.1, 400), "is_closed": True, "complaint_count": 1})
    days["group"] = days["name"] = np.repeat(["甲", "乙"], 200)
    whole, _, groups = handling.curves(days)
    assert "未见明显差异" in reading.durations(whole, groups)
    assert "甲" not in reading.durations(whole, groups)


def test_the_longest_stage_and_the_limits() -> None:
    stages = pd.DataFrame(
        {
            "label": ["受理", "办理"],
            "p50": [1.0, np.nan],
            "p90": [3.0, 40.0],
            "limit_days": [15, None],
            "over_share": [0.02, np.nan],
        }
    )
    assert reading.stages(stages) == "停留最长的是办理：九成 40 天内离开；受理超过 15 天的占 2.0%。"
    assert reading.stages(stages.assign(p90=np.nan)) == "没有可用的环节记录。"


def test_places_of_like_size() -> None:
    size = np.full(30, 1000.0)
    events = np.full(30, 10)
    names = [f"{n}村" for n in range(30)]
    said = reading.similar(against_peers(events, size), names, "村")
    assert said == "30 个村与人口相近的村相比，未见明显差异。"
    events[3] = 60
    said = reading.similar(against_peers(events, size), names, "村")
    assert said == "3村明显多于人口相近的村。"
    few = reading.similar(against_peers(events[:4], size[:4]), names[:4], "村")
    assert few == "同类村不足，不作比较。"


def test_topics_are_told_by_their_test_and_not_their_quadrant() -> None:
    shown = pd.DataFrame(
        {
            "name": ["教育·校服", "环保·养殖"],
            "kind": ["普遍且反复", "个别发生"],
            "direction": [0, 0],
            "q_value": [1.0, 1.0],
        }
    )
    alike = funnel([30, 31], [100, 100], kind="share")
    assert "未见超出偶然" in reading.topics(shown, alike)
    assert "校服" not in reading.topics(shown, alike)
    differ = replace(alike, dispersion=9.0, is_widened=True)
    assert "差异超出偶然（φ=9.0）但普遍" in reading.topics(shown, differ)
    said = reading.topics(shown.assign(direction=[1, 1], q_value=[0.01, 0.02]), alike)
    assert said.startswith("教育·校服既普遍、反复率又明显高于总体；环保·养殖反复率明显高于总体")
    assert "不作判断" in reading.topics(shown.head(0), alike)


@pytest.mark.parametrize(
    ("judged", "different", "expected"),
    [
        ([False, False], [False, False], "两边的基数不足，不作判断。"),
        ([True, True], [False, False], "甲与乙相比，2 项指标未见明显差异。"),
        ([True, True], [True, False], "甲与乙相比，满意率较高，超出偶然；2 项指标中其余未见明显差异。"),
        (
            [True, True],
            [True, True],
            "甲与乙相比，满意率较高，投诉率较低，超出偶然；2 项指标中其余未见明显差异。",
        ),
    ],
)
def test_a_pair(judged: list[bool], different: list[bool], expected: str) -> None:
    rows = pd.DataFrame(
        {
            "label": ["满意率", "投诉率"],
            "is_judged": judged,
            "is_different": different,
            "difference": [0.2, -3.0],
        }
    )
    assert reading.pair(rows, "甲", "乙") == expected


def test_the_hottest_problem() -> None:
    first = pd.Series({"region_name": "甲村", "recent_count": 2, "complaint_count": 5})
    assert (
        reading.clusters(7, first) == "共 7 个问题有两件以上投诉反映；近期最多的在甲村，近期 2 件，共 5 件。"
    )
    assert "近期都没有新的反映；最多的在甲村，5 件" in reading.clusters(7, first.replace(2, 0))
    assert reading.clusters(0, None) == "本期没有多件投诉反映同一问题。"
