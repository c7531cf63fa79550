"""Section 方法: the rules in force in plain words, with their reasons, weights, goalposts and limits."""

from datetime import date

import pandas as pd
import streamlit as st

from cockpit.analysis.rating import MEASURES
from cockpit.queries import Filters
from cockpit.rating_rules import Version
from cockpit.scope import Scope
from cockpit.ui.ecology import kept
from cockpit.ui.wording import plain

STEPS = (
    "**先算指标**：取评价月止 12 个月的数，小地方的比率向同级平均收缩（经验贝叶斯），不因一两件而大起大落。",
    "**再折成分**：每个指标有固定的“满分值”和“零分值”，之间按比例折成 0–100 分；目标值不随别人的好坏变动。",
    "**加权相加**：得分 = 100 − Σ 权重 ×（100 − 指标分），每项扣几分都能对上。缺数据的指标不计，权重分给其他指标。",
    "**按分数线定等级**：不设各色名额，大家都好可以都是绿色。",
    "**数据不足的为灰色**：没有投诉而公开又少的是“沉默”，不算好。",
    "**否决与限制在分数之外**：有依据、决定单位和有效期，过期自动失效，单独列示。",
    "**看把握大小**：在至少 1,000 组合理权重下重算，给出各等级概率和名次范围；最可能的等级不到规定概率的标为“临界”。",
)


def draw(scope: Scope, _chosen: Filters, month: date) -> None:
    """Draw the section."""
    version = kept.version(scope, month)
    st.markdown(
        f"**规则 {plain(version.name)}**　自 {version.effective_from:%Y-%m-%d} 起施行，用于 {month:%Y-%m} 的评价"
    )
    st.info(
        "评价用于确定监督的重点，不是认定问题的依据，只评地区和单位，不评任何个人。投诉多也可能是信任多。",
        icon=":material/info:",
    )
    for number, step in enumerate(STEPS, start=1):
        st.markdown(f"{number}. {step}")
    st.markdown(f"**规则理由**　{plain(version.reason)}")
    st.dataframe(families(version), hide_index=True, height="content", alt="各类权重")
    st.dataframe(indicators(version), hide_index=True, height="content", alt="各项指标")
    for title, reason in (
        (f"分数线：A ≥{version.cuts.a:g}，B ≥{version.cuts.b:g}，C ≥{version.cuts.c:g}", version.cuts.reason),
        (
            f"灰色：数据不足 {version.grey.months} 个月，预期件数不足 {version.grey.expected:g}，或有数据的权重不足 {version.grey.weight_share:.0%}",
            version.grey.reason,
        ),
        (
            f"否决至多 {kept.words(version.limits.veto)}，限制至多 {kept.words(version.limits.cap)}",
            version.limits.reason,
        ),
        (f"自查发现的轻微问题按 {version.self_found.factor:.0%} 计扣", version.self_found.reason),
        (
            f"把握：{version.robust.draws:,} 组权重，各上下浮动 {version.robust.spread:.0%}，低于 {version.robust.borderline:.0%} 为临界",
            version.robust.reason,
        ),
        (f"同类组：至少 {version.peers.smallest} 个才给出范围", version.peers.reason),
    ):
        st.markdown(f"**{plain(title)}**　{plain(reason)}")
    st.caption(
        "方法依据：OECD/JRC《综合指标构建手册》（2008）；Kleinman（1973）、Marshall（1991）经验贝叶斯。"
    )


def families(version: Version) -> pd.DataFrame:
    """Return the families as a table."""
    return pd.DataFrame(
        [(one.label, f"{one.weight:g}", one.reason) for one in version.families],
        columns=["类别", "权重", "理由"],
    )


def indicators(version: Version) -> pd.DataFrame:
    """Return the indicators as a table."""
    return pd.DataFrame(
        [
            (
                one.name,
                version.family(one.family).label,
                f"{one.weight:g}",
                f"{one.best:g}",
                f"{one.worst:g}",
                MEASURES[one.measure].unit,
                MEASURES[one.measure].definition,
                one.reason,
            )
            for one in version.indicators
        ],
        columns=["指标", "类别", "权重", "满分值", "零分值", "单位", "算法", "理由"],
    )
