"""Sentences say what the numbers do: with a claim what is claimed, without one that nothing is seen."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.analysis import concentration, season
from cockpit.analysis.funnel import funnel
from cockpit.analysis.rates import Change, change, location_quotients, standardised
from cockpit.analysis.season import Evaluation
from cockpit.ui.analysis import reading

CLAIMS = ("明显偏高", "明显偏低", "超出偶然", "热点", "多于", "少于")
COUNTS = st.lists(st.integers(0, 400), min_size=0, max_size=12)


def claims(sentence: str) -> bool:
    """Tell whether a sentence claims a finding: words of one outside a denial."""
    denied = ("未见超出偶然", "未超出偶然", "未见明显", "均未", "没有")
    return any(word in sentence for word in CLAIMS) and not any(word in sentence for word in denied)


def places(count: int) -> list[str]:
    return [f"{number}镇" for number in range(count)]


@given(COUNTS)
def test_a_funnel_claims_what_its_test_claims(counts: list[int]) -> None:
    found = funnel(np.array(counts), np.full(len(counts), 1000.0))
    sentence = reading.funnel(found, places(len(counts)))
    high = found.points.index[found.points["direction"] == 1]
    low = found.points.index[found.points["direction"] == -1]
    assert ("明显偏高" in sentence) == (len(high) > 0)
    assert ("明显偏低" in sentence) == (len(low) > 0)
    if len(high) <= 3:
        assert all(f"{number}镇" in sentence for number in high)
    if not len(high) and not len(low):
        assert "镇" not in sentence


def test_a_funnel_of_places_alike_says_so_and_one_that_differs_everywhere_does_not() -> None:
    flat = reading.funnel(funnel(np.full(12, 20), np.full(12, 1000.0)), places(12))
    assert flat == "12 个地区未见超出偶然的差异。"
    one = funnel(np.array([60, *[20] * 11]), np.full(12, 1000.0))
    assert reading.funnel(one, places(12)).startswith("0镇投诉率明显偏高，其余地区不分高低。")
    wild = funnel(np.array([5, 60] * 8), np.full(16, 1000.0))
    assert wild.is_widened
    assert "差异超出偶然" in reading.funnel(wild, places(16))
    assert "未见" not in reading.funnel(wild, places(16))
    assert reading.funnel(funnel([], []), []) == "可比较的地区不足两个，不作判断。"


def test_a_ranking_names_only_intervals_off_the_mean() -> None:
    rates = pd.DataFrame(
        {
            "code": ["1", "2", "3"],
            "name": ["甲", "乙", "丙"],
            "rate": [9.0, 5.0, 1.0],
            "low": [7.0, 3.0, 0.5],
            "high": [11.0, 7.0, 2.0],
        }
    )
    assert reading.ranking(rates, 5.0).startswith("甲的区间全部高于平均；丙的区间全部低于平均")
    assert "未见明显差异" in reading.ranking(rates.assign(low=0, high=20), 5.0)
    assert "不足两个" in reading.ranking(rates.head(1), 5.0)
    assert "不足两个" in reading.ranking(rates, None)
    assert (
        reading.siblings(rates, "1") == "甲的投诉率明显高于 1 个同级地区（区间不相交），与其余 1 个难分高低。"
    )
    assert "未见明显差异" in reading.siblings(rates.assign(low=0, high=20), "1")
    assert reading.siblings(rates, "9") == "没有可比较的同级地区。"


@given(COUNTS)
def test_what_the_mix_explains_is_not_claimed(counts: list[int]) -> None:
    observed = np.array(counts, float).reshape(-1, 1)
    found = standardised(observed, np.full((len(counts), 1), 500.0)).assign(name=places(len(counts)))
    sentence = reading.standardised(found, "重复投诉")
    assert ("多于" in sentence) == bool((found["direction"] == 1).any())
    assert ("少于" in sentence) == bool((found["direction"] == -1).any())


def test_hot_spots_are_told_with_their_surroundings() -> None:
    found = pd.DataFrame(
        {"p_value": [0.001] * 8, "q_value": [0.01] * 8, "direction": [1, 1, -1, 0, 0, 0, 0, 0], "z": 1.0}
    )
    assert reading.spots(found, places(8), "村") == "0镇、1镇及其周边形成热点；2镇及其周边形成冷点。"
    assert reading.spots(found.assign(direction=0), places(8), "村") == "8 个村中未见超出偶然的聚集。"
    assert "不足 8 个" in reading.spots(found.head(3), places(3), "村")
    assert "不足 8 个" in reading.spots(found.assign(p_value=np.nan), places(8), "村")


def test_the_parts_of_a_pareto() -> None:
    parts = concentration.pareto(pd.Series({"a": 60, "b": 25, "c": 15, "d": 0})).assign(name=list("甲乙丙丁"))
    assert reading.pareto(parts) == "3 个行业中，甲、乙合计占 85%。"
    assert reading.pareto(parts.assign(count=0)) == "本期没有投诉。"


def test_uneven_places_are_called_concentrated_only_beyond_chance() -> None:
    even = concentration.spread(np.full(20, 50), np.full(20, 1000))
    assert reading.concentration(0.5, 2, even).endswith("未见超出偶然的地区集中。")
    heap = concentration.spread([800, *[5] * 19], np.full(20, 1000))
    assert reading.concentration(0.5, 2, heap).endswith("投诉在少数地区的集中超出偶然。")
    assert (
        reading.concentration(float("nan"), 0, concentration.spread([0], [1])) == "本期没有投诉，不作判断。"
    )


def test_cells_are_named_when_claimed() -> None:
    counts = pd.DataFrame({"x": [90, 10, 10], "y": [10, 90, 90]}, index=["a", "b", "c"])
    cells = location_quotients(counts)
    cells = cells.assign(place_name=cells["place"], industry_name=cells["industry"])
    assert "a的x为总体占比的 2.5 倍" in reading.matrix(cells)
    assert claims(reading.matrix(cells))
    assert reading.matrix(cells.assign(direction=0)) == "6 个格中未见超出偶然的偏高或偏低。"


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_change_is_one_only_beyond_chance(now: int, before: int) -> None:
    test = change(now, before)
    sentence = reading.change(test, "同比")
    assert ("超出偶然" in sentence) == test.is_significant
    assert ("未见明显变化" in sentence) != test.is_significant
    assert ("%" in sentence) == (before >= 10)
    assert reading.side(test) == (np.sign(now - before) if test.is_significant else 0)


def test_a_change_of_unequal_periods_goes_by_the_day() -> None:
    # Twice as long a period with 150 against 100: fewer a day, though more in all.
    test = change(150, 100, exposure_ratio=2.0)
    assert isinstance(test, Change)
    assert reading.side(test) == -1
    assert "减少超出偶然" in reading.change(test, "环比")


def test_what_drove_a_change() -> None:
    steps = concentration.contributions(pd.Series({"a": 40, "b": 30}), pd.Series({"a": 90, "b": 31}))
    steps = steps.assign(name=steps.index)
    assert reading.contributions(steps, 70, 121, "环比") == (
        "环比由 70 件变为 121 件（+51）；a（+50）增加超出偶然。"
    )
    assert reading.contributions(steps.assign(direction=0), 70, 121, "环比").endswith(
        "各行业的增减均未超出偶然。"
    )
    assert reading.contributions(steps.head(0), 0, 0, "环比") == "两个期间都没有投诉。"


def months(**columns: object) -> pd.DataFrame:
    start = pd.date_range("2026-01-01", periods=3, freq="MS")
    return pd.DataFrame(
        {"start": start, "count": [10, 30, 11], "expected": [10.0, 11.0, 12.0], "q_value": [0.9, 0.001, 0.9]}
        | {"is_exceeded": [False, True, False], "is_signal": [False, True, False]}
        | columns
    )


def test_months_are_named_when_they_are_signals() -> None:
    assert reading.band(months()) == "2026-02（30 件，预期 11.0 件）高于预期且超出偶然。"
    assert (
        reading.band(months(is_signal=False))
        == "3 个月均未见超出偶然的升高（1 个月高于 99% 上限，同看多个月时属偶然范围）。"
    )
    assert reading.band(months(expected=np.nan)) == "历史不足（至少 18 个月），不作判断。"


def test_a_season_is_told_by_its_strength() -> None:
    index = pd.date_range("2021-01-01", periods=48, freq="MS")
    wave = pd.Series(100 + 40 * np.sin(2 * np.pi * (index.month.to_numpy() - 1) / 12), index)
    told = reading.decomposition(season.decompose(wave))
    assert told.startswith("每年 4 月前后偏高、10 月前后偏低")
    assert "不强" not in told
    noise = pd.Series(np.random.default_rng(0).poisson(100, 48), index).astype(float)
    found = season.decompose(noise)
    assert found is not None
    assert (found.season_strength < reading.WEAK) == ("未见明显季节规律" in reading.decomposition(found))
    assert reading.decomposition(None) == "不足两个整年，不能区分趋势与季节。"


def test_festivals_are_compared_over_what_both_have() -> None:
    sums = pd.Series({2025: 100.0, 2026: 103.0})
    assert "未见明显变化" in reading.festival(sums, change(103, 100))
    assert reading.festival(sums, None) == "可对比的春节不足两个。"


def test_days_are_described() -> None:
    daily = pd.Series([4, 4, 4, 4, 4, 1, 3], pd.date_range("2026-03-02", periods=7))
    assert reading.weekdays(daily).startswith(
        "最多的一天是 2026-03-02，4 件；周一至周五日均 4.0 件，周六、周日日均 2.0 件"
    )
    assert reading.weekdays(daily.head(1)) == "最多的一天是 2026-03-02，4 件。"
    assert reading.weekdays(daily.head(0)) == "所选期间没有投诉。"


def test_exceedances_and_early_signals() -> None:
    found = months(series_name=["甲", "甲", "甲"], is_early=[False, False, False])
    assert reading.exceedances(found, found.head(0)) == "同看 3 个地区（行业）月份，未见超出偶然的升高。"
    assert reading.exceedances(found, found.iloc[1:2]) == "同看 3 个地区（行业）月份，1 个超出偶然，涉及甲。"
    assert reading.exceedances(found.head(0), found.head(0)) == "历史不足（至少 18 个月），不作判断。"
    assert "未见早期信号" in reading.signals(found, "地区")
    # A signal of weeks ago is none of today.
    assert "未见早期信号" in reading.signals(found.assign(is_early=[False, True, False]), "地区")
    assert reading.signals(found.assign(is_early=[False, False, True]), "地区").startswith("甲连续两个窗口")


def test_how_alarms_fare() -> None:
    told = reading.evaluation(Evaluation(0.04, 0.75, 14.0, 36), 18)
    assert "发现 75%，从开始到报出中位 14 天" in told
    assert "每周合计 0.04 个信号" in told
    assert "不能依赖" in reading.evaluation(Evaluation(0.0, 0.0, float("nan"), 36), 18)
    nothing = float("nan")
    assert "无法实测" in reading.evaluation(Evaluation(nothing, nothing, nothing, 0), 0)
    assert "无法实测" in reading.evaluation(None, 0)


def test_red_alerts_with_rising_repeats() -> None:
    found = pd.DataFrame({"name": ["甲"]})
    assert reading.rising(found, 7).startswith("甲既有未处置红色预警，重复投诉又增加超出偶然")
    assert reading.rising(found.head(0), 7).endswith("未见早期信号。")
    assert reading.rising(found.head(0), 0) == "不足六个整月，不作判断。"


@pytest.mark.parametrize(
    ("count", "told"), [(0, ""), (1, "0镇"), (3, "0镇、1镇、2镇"), (5, "0镇、1镇、2镇等 5 个")]
)
def test_names_beyond_three_are_counted(count: int, told: str) -> None:
    assert reading.names(places(count)) == told
