"""What supervision came to in the period: a row of figures, each with its definition and the rows behind it."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from cockpit.queries import AlertNarrowing, Filters, effect
from cockpit.queries.measures import MEASURES
from cockpit.region_code import LEVEL_LABELS
from cockpit.scope import Scope
from cockpit.ui import cached, frame, narrowing, wording
from cockpit.ui.effect import kept
from cockpit.ui.effect.count_table import HERE, money, per_cent, persons, show

LEVEL_OF = {
    "problem_list": "期间内建立的问题清单份数，按开始日期计；没有开始日期的按完成日期、整改期限或更新日期计。",
    "campaign": "期间内开始的专项治理项数；日期口径同问题清单。",
    "rule": "期间内制定或修订的制度项数，按印发层级分列；日期口径同问题清单。",
}
FIGURE_WIDTH_MIN = 170


@dataclass(frozen=True)
class Figure:
    """One figure: its words, its definition, and the page and parameters that show its rows."""

    label: str
    value: str
    note: str
    definition: str
    slug: str
    parameters: Mapping[str, str]

    def draw(self, scope: Scope) -> None:
        """Draw the figure with the link to its rows."""
        with st.container(border=True, height="stretch", gap="xsmall"):
            st.metric(self.label, self.value, help=self.definition)
            st.caption(self.note)
            if self.slug == HERE:
                st.button(
                    "查看明细",
                    key=f"effect-figure-{'-'.join(self.parameters.values())}",
                    type="tertiary",
                    icon=":material/arrow_downward:",
                    on_click=show,
                    args=(scope, self.parameters),
                )
            else:
                frame.link(self.slug, "查看明细", **self.parameters)


def levels(counts: Mapping[str, int]) -> str:
    """Write counts by level, city and county together as published reports have them."""
    parts = {
        "省级": counts.get("province", 0),
        "市县级": counts.get("city", 0) + counts.get("county", 0),
        **{
            f"{LEVEL_LABELS[level]}级": counts.get(level, 0)
            for level in ("town", "village")
            if counts.get(level)
        },
    }
    return "，".join(f"{name} {count:,}" for name, count in parts.items())


@cached.by_scope
def figures(scope: Scope, chosen: Filters) -> tuple[Figure, ...]:
    """Return the figures of a scope under filters."""
    total = kept.cohorts(scope, chosen).total
    told = kept.rectifications(scope, chosen)
    complaints = effect.complaints(scope, chosen)

    def alerts(label: str, value: str, note: str, definition: str, asked: AlertNarrowing) -> Figure:
        return Figure(label, value, note, definition, "alerts", narrowing.address(asked))

    def kind(code: str, label: str, unit: str) -> Figure:
        rows = told[told["kind"] == code]
        counts = {str(level): int(count) for level, count in rows["level"].value_counts().items()}
        note = levels(counts) if code == "rule" else f"已完成 {int(rows['is_completed'].sum()):,}"
        opened = {"section": "change", "kind": code}
        return Figure(f"{label}（{unit}）", f"{len(rows):,}", note, LEVEL_OF[code], "effect", opened)

    clues, sanctioned = total["clue_count"], total["sanctioned_sum"]
    return (
        alerts(
            "预警（条）",
            f"{total['alert_count']:,.0f}",
            f"{total['model_count']:,.0f} 个监督模型，{total['industry_count']:,.0f} 个领域",
            f"{MEASURES['alert_count'].definition}模型数、领域数为这些预警中出现过的监督模型、领域的个数。",
            AlertNarrowing(),
        ),
        alerts(
            "查实（条）",
            f"{total['substantiated_count']:,.0f}",
            f"占已核查 {per_cent(total['substantiated_count'], total['verified_count'])}"
            f"（{total['verified_count']:,.0f}）",
            MEASURES["substantiation_rate"].definition,
            AlertNarrowing(finding="confirmed"),
        ),
        alerts(
            "转问题线索（条）",
            f"{clues:,.0f}",
            f"占预警 {per_cent(clues, total['alert_count'])}",
            MEASURES["clue_rate"].definition,
            AlertNarrowing(has_clue=True),
        ),
        alerts(
            "处分人数（人）",
            persons(sanctioned),
            # A masked number must not come back through a ratio.
            f"与线索数之比 {per_cent(sanctioned, clues)}"
            if not 0 < sanctioned < wording.PERSONS_MIN
            else "人数少，不列比值",
            f"{MEASURES['sanctioned'].definition}比值：{MEASURES['sanctioned_per_clue'].definition}"
            "不足 5 人的显示为“<5”。",
            AlertNarrowing(has_sanction=True),
        ),
        alerts(
            "处理人数（人）",
            persons(total["persons_sum"]),
            f"涉及预警 {total['dealt_count']:,.0f} 条",
            f"{MEASURES['persons'].definition}不足 5 人的显示为“<5”。",
            AlertNarrowing(has_persons=True),
        ),
        alerts(
            *money("追回金额", total["recovered_sum"]),
            f"涉及预警 {total['recovering_count']:,.0f} 条",
            MEASURES["recovered"].definition,
            AlertNarrowing(has_recovered=True),
        ),
        _coverage(scope, chosen),
        kind("problem_list", "问题清单", "份"),
        kind("campaign", "专项治理", "项"),
        kind("rule", "制度", "项"),
        Figure(
            "投诉办结",
            per_cent(complaints["closed_count"], complaints["complaint_count"]),
            f"受理 {complaints['complaint_count']:,.0f} 件，办结 {complaints['closed_count']:,.0f} 件",
            MEASURES["closure_rate"].definition,
            "complaints",
            {},
        ),
    )


def _coverage(scope: Scope, chosen: Filters) -> Figure:
    rows = kept.coverage(scope, chosen)
    words = (wording.NOTHING, "您的范围限于部分行业或单位，不计覆盖")
    if rows is not None:
        covered, villages = int(rows["covered_count"].sum()), int(rows["village_count"].sum())
        words = (per_cent(covered, villages, 2), f"{covered:,} / {villages:,} 个村")
    return Figure("村级覆盖", *words, MEASURES["coverage_rate"].definition, "effect", {"section": "coverage"})


def draw(scope: Scope, chosen: Filters) -> None:
    """Draw the figures."""
    shown = figures(scope, chosen)
    with st.grid(6, min_column_width=FIGURE_WIDTH_MIN):
        for figure in shown:
            figure.draw(scope)
