"""评价报告: one place or unit as docx or pdf, or all of a tier as one archive; each taken is recorded first."""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from cockpit.contract.codes import RATING_NOTE_KIND
from cockpit.queries import Filters
from cockpit.queries.rating import NOTE_STATES
from cockpit.report import WRITERS, Bars, Block, Facts, Grades, Heading, Report, Table, Text
from cockpit.scope import Scope
from cockpit.ui import cached, export, wording
from cockpit.ui.ecology import kept

BATCH_MAX = 40
NAME = re.compile(r'[\\/:*?"<>|\s]+')
LIMITS = (
    "本报告用于确定监督重点，不是认定问题、处理人员的依据，不评价任何个人。",
    "投诉多也可能是群众信任、渠道畅通；等级只看固定目标值，不设名额，不排名。",
    "小基数地区的数值已向同级平均收缩；标“临界”的等级换一组合理的权重就可能改变。",
    "数据来自各来源系统，漏报、迟报会影响结果；对等级有异议的，可由监督检查室、派驻组或联络站在“单个对象”中提出申诉。",
)


def notes_table(notes: pd.DataFrame) -> pd.DataFrame:
    """Return vetoes, caps and appeals as people read them."""
    return pd.DataFrame(
        {
            "类别": notes["kind"].map(lambda kind: RATING_NOTE_KIND.get(kind, kind)),
            "依据": notes["record"].fillna(wording.NOTHING)
            + notes["answer"].map(lambda text: f" —— {text}" if isinstance(text, str) else ""),
            "决定单位": notes["decided_by"].fillna(wording.NOTHING),
            "决定日期": notes["decided_on"].map(wording.day),
            "有效期至": notes["expires_on"].map(wording.day),
            "状态": notes["state"].map(NOTE_STATES),
        }
    )


def made(scope: Scope, row: Mapping[Any, Any], month: date) -> Report:
    """Return the report of one place or unit in a month."""
    # The section imports this module.
    from cockpit.ui.ecology import place

    code, version = str(row["code"]), kept.version(scope, month)
    build, now = cached.build(scope), datetime.now(wording.LOCAL)
    parts = kept.contributions(scope, code, month)
    parts = place.with_peers(parts).assign(words=place.label(parts)).sort_values("lost", ascending=False)
    course, notes = kept.history(scope, code), kept.notes(scope, row)
    ways = kept.ways_up(scope, code, month)
    has_score = not pd.isna(row["score"])
    chances = [f"{one} {100 * row[f'p_{one.lower()}']:.0f}%" for one in "ABCD"] if has_score else []
    blocks: list[Block] = [
        Heading("一、结论"),
        Text(_verdict(row, month)),
        Facts(
            (
                ("显示等级", kept.words(row["shown_grade"])),
                ("得分等级", kept.words(row["grade"])),
                ("得分", kept.figure(row["score"])),
                ("上月得分", kept.figure(row["previous_score"])),
                ("各等级概率", "　".join(chances) or wording.NOTHING),
                (
                    "名次范围（5–95%）",
                    f"{kept.figure(row['rank_low'], 0)}–{kept.figure(row['rank_high'], 0)}",
                ),
                ("同类组", str(row["peer_group"] or wording.NOTHING)),
                ("规则版本", f"{version.name}（{version.effective_from:%Y-%m-%d} 起）"),
                ("评价期", f"{pd.Period(month, 'M') - 11} 至 {month:%Y-%m}"),
                ("数据截至", f"{wording.moment(build.as_of)}（快照 {build.build_id}）"),
            )
        ),
        Heading("二、得分由来"),
    ]
    if has_score:
        blocks.append(Bars("由 100 分起逐项扣减", _steps(parts[~parts["is_missing"]], float(row["score"]))))
    blocks += [
        Table(
            ("指标", "数值（分子/分母）", "指标分", "同类中位", "权重", "扣分"),
            tuple(
                (
                    str(one["label"]),
                    str(one["words"]),
                    kept.figure(one["points"]),
                    kept.figure(one["peer_mid"]),
                    kept.figure(one["weight"]),
                    kept.figure(one["lost"], 2),
                )
                for one in parts.to_dict("records")
            ),
            (0.23, 0.37, 0.1, 0.1, 0.1, 0.1),
            frozenset({2, 3, 4, 5}),
        ),
        Text("扣分 = 权重 ×（100 − 指标分）；缺数据的指标不计，权重按比例分给其他指标。", True),
        Heading("三、近 24 个月"),
        Grades(
            "各月得分与显示等级（含否决与限制；竖线为规则变更）",
            tuple(
                (
                    f"{pd.Timestamp(one['month']):%Y-%m}",
                    None if pd.isna(one["score"]) else float(one["score"]),
                    str(one["shown_grade"] or ""),
                )
                for one in course.sort_values("month").to_dict("records")
            ),
            place.cuts(version),
            place.changes(course),
        ),
        Heading("四、怎样会变色"),
        *_ways(row, ways),
        Heading("五、否决、限制与申诉"),
        *_notes(notes),
        Heading("六、说明与限度"),
        *(Text(f"· {one}", True) for one in LIMITS),
        Text(f"· 规则说明：{version.reason}", True),
    ]
    return Report(
        "政治生态评价报告",
        f"{row['name']} · {month:%Y-%m} · 规则 {version.name} · 数据截至 {wording.day(build.as_of)}"
        + (" · 演示数据" if build.is_demo else ""),
        export.watermark(scope, 1),
        now,
        tuple(blocks),
    )


def _verdict(row: Mapping[Any, Any], month: date) -> str:
    if row["grey_reason"] and not row["shown_grade"]:
        return f"{row['name']} {month:%Y 年 %m 月}未评等级：{kept.grey(row['grey_reason'])}。"
    text = f"{row['name']} {month:%Y 年 %m 月}为 {kept.words(row['shown_grade'])}，得分 {kept.figure(row['score'])}。"
    if row["shown_grade"] != row["grade"]:
        text += f"按得分为 {kept.words(row['grade'])}，因否决或限制改列，依据见第五部分。"
    if row["is_borderline"]:
        text += "该等级为临界，应结合概率看待。"
    reason = row["change_reason"]
    return text + (f"较上月变化的原因：{reason}。" if isinstance(reason, str) and reason else "")


def _steps(parts: pd.DataFrame, score: float) -> tuple[tuple[str, float, float, str], ...]:
    left, found = 100.0, [("满分", 0.0, 100.0, "100.0")]
    for one in parts.to_dict("records"):
        found.append(
            (
                str(one["label"]),
                left,
                left - one["lost"],
                f"−{one['lost']:.1f}" if one["lost"] >= 0.05 else "0",
            )
        )
        left -= one["lost"]
    return (*found, ("得分", 0.0, score, f"{score:.1f}"))


def _ways(row: Mapping[Any, Any], ways: pd.DataFrame) -> list[Block]:
    from cockpit.ui.ecology import place

    if not len(ways):
        is_best = row["grade"] == "A"
        return [
            Text(
                "已是最高等级。" if is_best else "没有哪一项单独改进就能改变等级，或数据不足以评价。",
                True,
            )
        ]
    return [
        Text("其他各项不变，只改一项时，最小要改到：", True),
        Table(
            ("指标", "现在", "改到", "变为"),
            tuple(
                (
                    str(one["label"]),
                    place.stated(one, "from", "numerator"),
                    place.stated(one, "to", "numerator_to"),
                    kept.words(one["grade"]),
                )
                for one in ways.to_dict("records")
            ),
            (0.25, 0.3, 0.3, 0.15),
        ),
    ]


def _notes(notes: pd.DataFrame) -> list[Block]:
    if not len(notes):
        return [Text("没有否决、限制或申诉。", True)]
    table = notes_table(notes)
    rows = tuple(tuple(str(cell) for cell in one) for one in table.itertuples(index=False))
    return [Table(tuple(table.columns), rows, (0.12, 0.34, 0.18, 0.13, 0.13, 0.1))]


def buttons(scope: Scope, row: Mapping[Any, Any], month: date) -> None:
    """Draw one download a format of the report of one place or unit."""
    with st.container(horizontal=True, vertical_alignment="center", key="ecology-report"):
        st.markdown("**评价报告**", width="content")
        for kind, write in WRITERS.items():
            export.file_button(
                scope,
                f"rating/{row['code']}",
                f"{_file(str(row['name']))}-{month:%Y-%m}-评价报告.{kind}",
                {"format": kind, "month": f"{month:%Y-%m}"},
                1,
                # Written when it is pressed.
                partial(_written, scope, row, month, write),
            )


def _written(scope: Scope, row: Mapping[Any, Any], month: date, write: Any) -> bytes:
    done: bytes = write(made(scope, row, month))
    return done


def batch(scope: Scope, chosen: Filters, month: date, tier: str, rows: pd.DataFrame, total: int) -> None:
    """Draw one download a format of the reports of all places shown, as an archive."""
    with st.container(border=True, key="ecology-batch"):
        label = kept.TIERS[tier]
        st.markdown(f"**批量评价报告**　{month:%Y-%m}，{total:,} 个{label}")
        if total > BATCH_MAX:
            st.caption(f"一次最多 {BATCH_MAX} 份，请先选择上级地区。")
            return
        detail = {"month": f"{month:%Y-%m}", "tier": tier, "region": chosen.region or ""}
        with st.container(horizontal=True):
            for kind, write in WRITERS.items():
                export.file_button(
                    scope,
                    "rating-batch",
                    f"评价报告-{label}-{month:%Y-%m}-{kind}.zip",
                    {**detail, "format": kind},
                    len(rows),
                    partial(_archive, scope, rows.to_dict("records"), month, kind, write),
                )
        st.caption("每份报告均注明规则版本、数据截至时间和使用限度；下载会记入审计日志。")


def _archive(scope: Scope, rows: list[dict[Any, Any]], month: date, kind: str, write: Any) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for row in rows:
            # Rows as the page shows them: the grade of the score stands in its own rating.
            [one] = kept.one(scope, month, str(row["code"])).to_dict("records")
            name = f"{_file(str(one['name']))}-{one['code']}-{month:%Y-%m}.{kind}"
            archive.writestr(name, _written(scope, one, month, write))
    return buffer.getvalue()


def _file(name: str) -> str:
    return NAME.sub("_", name)[:60]
