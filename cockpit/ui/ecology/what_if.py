"""Section 试算: other weights and cuts, in a sandbox that changes nothing; what would change colour, and as a proposal."""

from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from cockpit.charts.grade import MARKS
from cockpit.error import CockpitError
from cockpit.queries import Filters, rating
from cockpit.rating_rules import Version, as_toml, check
from cockpit.scope import Scope
from cockpit.ui import cached, export, wording
from cockpit.ui.analysis.panel import ROWS_IN_SIGHT, TABLE_HEIGHT
from cockpit.ui.ecology import kept

KEY = "ecology-trial"
CUTS = ("a", "b", "c")
# More would be neither read nor sent.
LISTED_MAX = 500


def draw(scope: Scope, chosen: Filters, month: date) -> None:
    """Draw the section."""
    st.warning(
        "试算沙盒，**非正式结果**：只在本页显示，不改变任何等级；可导出为建议版本，经批准后由管理员写入规则文件。",
        icon=":material/science:",
    )
    version = kept.version(scope, month)
    tier = kept.tier(scope, chosen.region)
    with st.form("ecology-trial-form"):
        st.markdown("**各类权重**（合计自动折成 100）")
        with st.grid(3, min_column_width=220):
            weights = {
                one.name: st.slider(one.label, 0, 40, round(one.weight), key=f"{KEY}-{one.name}")
                for one in version.families
            }
        st.markdown("**分数线**")
        with st.grid(3, min_column_width=220):
            cuts = {
                name: st.slider(
                    f"{MARKS[name.upper()].words} 不低于",
                    30,
                    99,
                    round(getattr(version.cuts, name)),
                    key=f"{KEY}-cut-{name}",
                )
                for name in CUTS
            }
        asked = st.form_submit_button("试算", icon=":material/calculate:", type="primary")
    if asked:
        st.session_state[KEY] = (weights, cuts)
    held = st.session_state.get(KEY)
    if held is None:
        st.caption("调整滑块后按“试算”，查看有多少对象会变色。")
        return
    try:
        proposed = proposal(version, *held)
    except CockpitError as error:
        st.error(wording.plain(str(error)), icon=":material/error:")
        return
    _result(scope, chosen, month, tier, proposed)


def proposal(version: Version, weights: dict[str, int], cuts: dict[str, int]) -> Version:
    """Return a version with other weights of families (scaled to 100) and cuts; CockpitError when they cannot be rules."""
    total = sum(weights.values())
    if not total:
        raise CockpitError("权重不能全部为 0。")
    if not cuts["a"] > cuts["b"] > cuts["c"]:
        raise CockpitError("分数线须 A 高于 B、B 高于 C。")
    given = version.model_dump(mode="python")
    scaled = {name: 100 * weight / total for name, weight in weights.items()}
    before = {one.name: one.weight for one in version.families}
    given["name"] = f"{version.name}-建议"
    given["reason"] = f"由 {version.name} 调整权重与分数线的试算建议，未经批准。"
    # A family without weight takes its indicators with it.
    given["families"] = [
        {**one, "weight": scaled[one["name"]]} for one in given["families"] if scaled[one["name"]] > 0
    ]
    given["indicators"] = [
        {**one, "weight": one["weight"] * scaled[one["family"]] / before[one["family"]]}
        for one in given["indicators"]
        if scaled[one["family"]] > 0
    ]
    given["cuts"] = {**given["cuts"], **{name: float(cut) for name, cut in cuts.items()}}
    return check(given)


@cached.by_build
def tried(scope: Scope, region: str | None, month: date, tier: str, text: str) -> pd.DataFrame:
    """Return the grades of a tier by a proposed version (its TOML) beside those published."""
    import tomllib

    [given] = tomllib.loads(text)["version"]
    rows = kept.grades(scope, month, region, tier)
    found = rating.what_if(scope, month, tier, check(given))
    new = found[["code", "new_grade", "new_score"]]
    return (
        rows[["code", "name", "grade", "score"]].merge(new, on="code").sort_values("code", ignore_index=True)
    )


def _result(scope: Scope, chosen: Filters, month: date, tier: str, proposed: Version) -> None:
    text = as_toml(proposed)
    rows = tried(scope, chosen.region, month, tier, text)
    label = kept.TIERS[tier]
    moved = rows[rows["grade"] != rows["new_grade"]]
    with st.container(border=True, key="ecology-tried"):
        st.markdown(
            f"**试算（非正式）**　{month:%Y-%m} 的 {len(rows):,} 个{label}中，**{len(moved):,}** 个会变色（按得分，未计否决与限制）"
        )
        order = list(MARKS)
        cross = pd.crosstab(rows["grade"], rows["new_grade"]).reindex(
            index=order, columns=order, fill_value=0
        )
        cross.index = pd.Index([kept.words(one) for one in order], name="现等级 ＼ 试算")
        cross.columns = pd.Index([kept.words(one) for one in order])
        st.dataframe(cross.reset_index(), hide_index=True, height="content", alt="现等级与试算等级")
        if len(moved) > LISTED_MAX:
            st.caption(f"会变色的共 {len(moved):,} 个，列出其中 {LISTED_MAX} 个；导出的建议版本不受此限。")
        if len(moved):
            listed = moved.head(LISTED_MAX)
            st.dataframe(
                pd.DataFrame(
                    {
                        "名称": listed["name"],
                        "现等级": listed["grade"].map(kept.words),
                        "试算": listed["new_grade"].map(kept.words),
                        "现得分": listed["score"].map(kept.figure),
                        "试算得分": listed["new_score"].map(kept.figure),
                    }
                ),
                hide_index=True,
                height="content" if len(listed) <= ROWS_IN_SIGHT else TABLE_HEIGHT,
                alt="会变色的对象",
            )
        export.file_button(
            scope,
            "rating-proposal",
            f"评级规则建议-{proposed.name}.toml",
            {"month": f"{month:%Y-%m}", "tier": tier, "moved": len(moved)},
            len(rows),
            partial(_proposed, text),
            label="导出为建议版本（TOML）",
        )


def _proposed(text: str) -> bytes:
    return f"# 试算建议，未经批准，不是正式规则；生效前请改名称、生效日期与理由。\n{text}".encode()
