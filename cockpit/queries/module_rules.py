"""The rules that give a village's module its state: one registry, each rule explained with the numbers that made it hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

State = Literal["alarm", "watch", "normal", "none"]
Columns = Mapping[str, NDArray[Any]]
STATES: dict[str, str] = {"alarm": "预警", "watch": "关注", "normal": "正常", "none": "无数据"}
# A module has the heaviest state of the rules that hold, and is normal where none does.
_WEIGHTS: tuple[State, ...] = ("alarm", "watch", "none", "normal")
# Counts of persons: fewer than these are not told.
PERSONS_MIN = 5
_PERSONS = frozenset({"overlap_count"})


@dataclass(frozen=True)
class Rule:
    """A rule for one module, or all: it holds where `figure` is above `threshold` and `least` is reached.

    `threshold` is a number or another column of the frame (one without a value holds for nothing), `least` a column and its
    smallest value. `meaning` says the rule in Chinese, `sentence` what it found, with columns of the frame in braces.
    """

    name: str
    label: str
    state: State
    figure: str
    threshold: float | str
    meaning: str
    sentence: str
    module: str | None = None
    least: tuple[str, float] | None = None

    def holds(self, columns: Columns) -> NDArray[np.bool_]:
        """Return for which rows the rule holds."""
        limit = columns[self.threshold] if isinstance(self.threshold, str) else self.threshold
        found = columns[self.figure] > limit
        if self.module is not None:
            found = found & (columns["module"] == self.module)
        if self.least is not None:
            found = found & (columns[self.least[0]] >= self.least[1])
        return np.asarray(found, bool)


class Reason(NamedTuple):
    """A rule that holds for a village's module: its name, the value it looked at, and the sentence that tells it."""

    rule: str
    label: str
    state: str
    value: float
    sentence: str


RULES: tuple[Rule, ...] = (
    Rule(
        "red",
        "红色预警",
        "alarm",
        "red_count",
        0,
        "有红色预警尚未办结",
        "有 {red_count} 条红色预警尚未办结",
    ),
    Rule(
        "overdue",
        "预警超期",
        "alarm",
        "overdue_count",
        0,
        "有预警超过当前环节的期限",
        "有 {overdue_count} 条预警超过当前环节的期限",
    ),
    Rule(
        "untendered",
        "应招未招",
        "alarm",
        "untendered_count",
        0,
        "预算达到 {tender} 万元的工程没有公开招标",
        "有 {untendered_count} 个预算达到 {tender} 万元的工程没有公开招标",
        "village_project",
    ),
    Rule(
        "alert",
        "预警在办",
        "watch",
        "other_alert_count",
        0,
        "有其他预警正在办理",
        "有 {other_alert_count} 条黄色、蓝色预警正在办理，未超期",
    ),
    Rule(
        "late",
        "填报不及时",
        "watch",
        "late_share",
        0.2,
        "本期迟填（超过 {limit} 个工作日）的超过两成，且不少于 2 项",
        "本期 {dated_count} 项中有 {late_count} 项超过 {limit} 个工作日才填报",
        least=("late_count", 2),
    ),
    Rule(
        "over",
        "超支",
        "watch",
        "over_count",
        0,
        "工程付款超过合同，或合同超过预算",
        "有 {over_count} 个工程付款超过合同，或合同超过预算",
        "village_project",
    ),
    Rule(
        "near_threshold",
        "接近招标标准",
        "watch",
        "near_threshold_count",
        0,
        "工程预算在 {tender} 万元的九成以上而又不到 {tender} 万元",
        "有 {near_threshold_count} 个工程的预算刚好低于 {tender} 万元，请核对是否拆分",
        "village_project",
    ),
    Rule(
        "changed",
        "合同变更",
        "watch",
        "changed_count",
        1,
        "发生合同变更的工程不少于 2 个",
        "有 {changed_count} 个工程变更过合同",
        "village_project",
    ),
    Rule(
        "arrears",
        "租金拖欠",
        "watch",
        "arrears_count",
        0,
        "租金没有收齐",
        "有 {arrears_count} 项资产的租金没有收齐，共欠 {arrears_sum} 元",
        "asset",
    ),
    Rule(
        "due_soon",
        "租约将到期",
        "watch",
        "due_soon_count",
        0,
        "租约 90 天内到期，尚未续签",
        "有 {due_soon_count} 项租约 90 天内到期，尚未续签",
        "asset",
    ),
    Rule(
        "idle",
        "资产闲置",
        "watch",
        "idle_count",
        0,
        "租约已到期，之后没有新的租约",
        "有 {idle_count} 项资产租约已到期，之后没有新的租约",
        "asset",
    ),
    Rule(
        "pay",
        "劳务报酬偏高",
        "watch",
        "pay_per_day",
        "pay_high",
        "每人每天的报酬高于九成的同类村，且不少于 3 个人日",
        "平均每人每天 {pay_per_day} 元，高于九成的同类村（{pay_high} 元）",
        "labour",
        ("person_day_count", 3),
    ),
    Rule(
        "cadre",
        "村干部领取报酬",
        "watch",
        "cadre_share",
        0.2,
        "村干部的用工超过两成，且不少于 2 个人日",
        "本期 {person_day_count} 个人日中有 {cadre_day_count} 个是村干部的，请核对是否符合规定",
        "labour",
        ("cadre_day_count", 2),
    ),
    Rule(
        "single_source",
        "单一来源偏多",
        "watch",
        "single_source_share",
        0.5,
        "直接采购或只有一家报价的超过一半，且不少于 3 项",
        "本期 {item_count} 项采购中有 {single_source_count} 项直接采购或只有一家报价",
        "procurement",
        ("single_source_count", 3),
    ),
    Rule(
        "overlap",
        "救助交叉",
        "watch",
        "overlap_count",
        0,
        "同一对象本期领取两项以上救助",
        "本期领取两项以上救助的人数为 {overlap_count}，请核对是否重复",
        "relief",
    ),
    Rule(
        "unapproved",
        "用印未经审批",
        "watch",
        "unapproved_count",
        0,
        "用印没有登记审批人",
        "有 {unapproved_count} 次用印没有登记审批人",
        "seal",
    ),
    Rule(
        "missing",
        "本期无记录",
        "none",
        "is_missing",
        0,
        "本期没有任何记录（资产资源：也没有有效的租约）：没有数据不等于正常",
        "{missing}",
    ),
)


def _fields(sentence: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(sentence) if name]


_BY_WEIGHT = sorted(RULES, key=lambda one: _WEIGHTS.index(one.state))
# What rules and sentences name, but for the two words of settings and the columns made here.
_ASKED = sorted(
    {
        name
        for rule in RULES
        for name in (rule.figure, rule.threshold, *(rule.least or ())[:1], *_fields(rule.sentence), "module")
        if isinstance(name, str)
    }
    - {"tender", "limit", "missing", "is_missing"}
    | {"item_count", "running_count"}
)


def rules_of(module: str) -> tuple[Rule, ...]:
    """Return the rules that a module is judged by, in the order of the registry."""
    return tuple(rule for rule in RULES if rule.module in (None, module))


def states(columns: Columns) -> NDArray[np.object_]:
    """Return the state of each row of villages and modules, given by columns: those that the rules name."""
    asked = _with_missing(columns)
    found = np.full(len(columns["module"]), "", object)
    for rule in _BY_WEIGHT:
        found[rule.holds(asked) & (found == "")] = rule.state
    found[found == ""] = "normal"
    return found


def judged(frame: pd.DataFrame, words: Mapping[str, str]) -> pd.DataFrame:
    """Return a frame of villages and modules with `state` and `reasons` (a tuple of Reason, the heaviest first).

    `frame` has the columns that the rules name, `words` what settings put into sentences: tender, limit.
    """
    columns = _with_missing(
        {name: frame[name].to_numpy(object if name == "module" else float) for name in _ASKED}
    )
    columns["missing"] = _missing(frame)
    reasons: list[list[Reason]] = [[] for _ in range(len(frame))]
    for rule in _BY_WEIGHT:
        found = np.flatnonzero(rule.holds(columns))
        fields = [name for name in _fields(rule.sentence) if name not in words]
        rows = zip(columns[rule.figure][found], *(columns[name][found] for name in fields), strict=True)
        for at, (value, *values) in zip(found, rows, strict=True):
            told = {name: _written(name, one) for name, one in zip(fields, values, strict=True)}
            sentence = rule.sentence.format_map({**words, **told})
            reasons[at].append(Reason(rule.name, rule.label, rule.state, float(value), sentence))
    told_by = pd.Series([tuple(one) for one in reasons], index=frame.index, dtype=object)
    return frame.assign(state=states(columns), reasons=told_by)


def _with_missing(columns: Columns) -> dict[str, NDArray[Any]]:
    # A lease is entered once and runs for years.
    is_missing = (columns["item_count"] == 0) & ~(columns["running_count"] > 0)
    return {**columns, "is_missing": is_missing.astype(float)}


def _missing(frame: pd.DataFrame) -> NDArray[np.object_]:
    """Say of each row since when nothing has been entered."""
    latest = frame["latest_on"].to_numpy("datetime64[D]").astype(str)
    since = np.char.add("本期没有记录，最近一次填报在 ", latest)
    since[latest == "NaT"] = "有记录，但都没有日期"
    since[(frame["record_count"] == 0).to_numpy()] = "从未填报过"
    return since.astype(object)


def _written(name: str, value: object) -> str:
    """Write a value into a sentence; counts of fewer than five persons are not told."""
    if isinstance(value, str):
        return value
    number = float(str(value))
    if name in _PERSONS and number < PERSONS_MIN:
        return f"不足 {PERSONS_MIN}"
    return f"{number:,.0f}" if number.is_integer() else f"{number:,.2f}"
