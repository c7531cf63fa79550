"""One module of the village: why it has its state, what is particular to it, its like, and its records."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

import pandas as pd
import streamlit as st

from cockpit.charts.calendar import calendar
from cockpit.charts.person_days import person_days
from cockpit.contract.codes import MODULE
from cockpit.queries import AlertNarrowing, Page, module
from cockpit.queries.target import FIRST_DAY
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import cached, export, frame, narrowing, trail, wording
from cockpit.ui.analysis.choice import choice
from cockpit.ui.effect.count_table import per_cent, persons
from cockpit.ui.station import kept, large, peers
from cockpit.ui.station.large import words

ROWS = 20
# More persons would be neither read nor drawn.
PERSONS_MAX = 30
# What every module tells of its records, beside what is its own.
FIRST = {"title": "事项", "occurred_on": "发生", "amount": "金额（元）"}
LAST = {"reported_on": "录入", "id": "编号"}
# Flags that say nothing of a record by themselves, and columns of the others where they are not `is_` and the flag.
PLAIN_FLAGS = ("period", "open", "running")
FLAG_COLUMNS = {"late": "is_late_entry"}
NOT_GIVEN = "未标明"
PURPOSES_MAX = 8
# What counts persons.
PERSONS = ("overlap_count", "cadre_count", "person_count")


@dataclass(frozen=True)
class Kind:
    """What is particular to a module: columns of its list, sums in words, a drawing."""

    columns: Mapping[str, str]
    sums: Callable[[Mapping[Any, Any]], list[str]]
    draw: Callable[[Scope, str], None] | None = None


@cached.by_build
def records(scope: Scope, village: str, code: str, flag: str | None, page: int, rows: int) -> Page:
    """Return one page of the records of a module, the newest first; see `module.records`."""
    return module.records(scope, village, code, flag=flag, page=page, rows=rows)


def _money(yuan: float) -> str:
    return f"{wording.number(yuan)} 元".replace("万 元", "万元")


def _stages(scope: Scope, village: str) -> None:
    rows = module.project_stages(scope, village)
    st.markdown("**按环节**")
    if rows.empty:
        st.caption("没有工程记录。")
        return
    st.dataframe(
        pd.DataFrame(
            {
                "环节": rows["stage"].replace("", NOT_GIVEN),
                "项数": rows["project_count"],
                "预算": rows["estimate_sum"].map(wording.number),
                "合同": rows["contract_sum"].map(wording.number),
                "已付": rows["paid_sum"].map(wording.number),
                "超支": rows["over_count"],
                "有变更": rows["changed_count"],
            }
        ),
        hide_index=True,
        height="content",
        placeholder=wording.NOTHING,
        alt="工程按环节",
    )


def _days(scope: Scope, village: str) -> None:
    rows = module.labour_days(scope, village)
    st.markdown("**哪天、谁在干活**", help="人员为假名的前六位；◆ 为村干部。点上标记看当天报酬。")
    if rows.empty:
        st.caption("本期没有用工记录。")
        return
    rows = rows.assign(person=rows["person"].fillna(NOT_GIVEN))
    # Cadres first, then those with most days.
    most = rows.groupby("person").agg(is_cadre=("is_cadre", "max"), days=("day", "nunique"))
    order = most.sort_values(["is_cadre", "days"], ascending=False).head(PERSONS_MAX).index
    shown = rows[rows["person"].isin(order)].sort_values(
        "person", key=lambda one: one.map(list(order).index), kind="stable"
    )
    st.vega_lite_chart(
        person_days(shown), width="stretch", alt="用工日历；不便看图时请用下面的清单，“村干部”可单独列出。"
    )
    if len(most) > PERSONS_MAX:
        st.caption(f"共 {len(most):,} 人，画出村干部和天数最多的 {PERSONS_MAX} 人；其余见清单。")


def _uses(scope: Scope, village: str) -> None:
    rows = module.seal_days(scope, village)
    st.markdown("**哪天、为何用印**")
    if rows.empty:
        st.caption("本期没有用印记录。")
        return
    rows = rows.assign(purpose=rows["purpose"].replace("", NOT_GIVEN))
    purposes = rows.groupby("purpose")["use_count"].sum().sort_values(ascending=False)
    labels = {"": f"全部 {purposes.sum():,}"}
    for name, count in purposes.head(PURPOSES_MAX).items():
        labels[str(name)] = f"{wording.plain(str(name))} {count:,}"
    asked = choice(kept.PURPOSE, "事由", labels, is_titled=False)
    days = rows[rows["purpose"] == asked] if asked else rows
    first, last = kept.period(scope)
    counts = (
        days.groupby(pd.to_datetime(days["day"]))["use_count"]
        .sum()
        .reindex(pd.date_range(first, last), fill_value=0)
    )
    st.vega_lite_chart(
        calendar(counts.rename_axis("day").reset_index(name="count"), unit="次"),
        width="stretch",
        alt=f"用印日历，共 {int(counts.sum()):,} 次，分布在 {int((counts > 0).sum()):,} 天。",
    )


KINDS: dict[str, Kind] = {
    "village_project": Kind(
        columns={
            "stage": "环节",
            "award_method": "发包方式",
            "estimate": "预算（元）",
            "contract_amount": "合同（元）",
            "paid_amount": "已付（元）",
            "progress": "进度（%）",
            "changes": "变更（次）",
            "completed_on": "完成",
        },
        sums=lambda row: [f"在建 **{row['open_count']:,.0f}** 项", f"金额 **{_money(row['amount_sum'])}**"],
        draw=_stages,
    ),
    "asset": Kind(
        columns={
            "kind": "类别",
            "area": "面积（亩）",
            "lessee": "承租人",
            "lease_from": "租期起",
            "lease_to": "租期止",
            "rent_due": "应收（元）",
            "rent_paid": "实收（元）",
            "arrears": "欠租（元）",
        },
        sums=lambda row: [
            f"出租中 **{row['running_count']:,.0f}** 项",
            f"欠租 **{_money(row['arrears_sum'])}**",
        ],
    ),
    "labour": Kind(
        columns={
            "person": "人员",
            "worked_on": "用工日期",
            "hours": "工时",
            "pay": "报酬（元）",
            "is_cadre": "村干部",
        },
        sums=lambda row: [
            f"**{persons(row['person_count'])}** 人、**{row['person_day_count']:,.0f}** 人天",
            f"报酬 **{_money(row['pay_sum'])}**",
            f"日均 **{wording.number(row['pay_per_day'])} 元**",
            f"村干部 **{row['cadre_day_count']:,.0f}** 人天",
        ],
        draw=_days,
    ),
    "procurement": Kind(
        columns={"method": "采购方式", "quotes": "报价（家）", "supplier_code": "供应商"},
        sums=lambda row: [
            f"金额 **{_money(row['amount_sum'])}**",
            f"单一来源 **{per_cent(row['single_source_count'], row['item_count'], 0)}**",
        ],
    ),
    "relief": Kind(
        columns={"scheme": "救助项目", "recipient": "对象", "household_size": "家庭人口"},
        sums=lambda row: [
            f"金额 **{_money(row['amount_sum'])}**",
            f"**{persons(row['person_count'])}** 人",
            f"同时享受多项 **{persons(row['overlap_count'])}** 人",
        ],
    ),
    "seal": Kind(
        columns={"purpose": "事由", "approver": "审批人", "document_no": "文号"},
        sums=lambda _row: [],
        draw=_uses,
    ),
}


def draw(scope: Scope, village: str, code: str, row: Mapping[Any, Any]) -> None:
    """Draw a module of a village, a row of `module.modules`."""
    trail.record_once(scope, "view", f"station/{village}/{code}")
    kind, mark = KINDS[code], kept.MARKS[row["state"]]
    with st.container(border=True, key="module-state"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"### {words(MODULE[code])}", width="content")
            st.markdown(f":{mark.colour}-badge[{mark.sign} {words(mark.word)}]", width="content")
            _rules(code)
        _reasons(row)
        parts = [f"{words('本期')} **{row['item_count']:,.0f}** 项", *kind.sums(row)]
        parts += [
            f"{words('迟填')} **{row['late_count']:,.0f}**",
            f"{words('最近录入')} {wording.day(row['latest_on'])}",
        ]
        st.markdown("　".join(parts))
        if row["open_alert_count"]:
            _alerts(scope, village, code, int(row["open_alert_count"]))
    with st.grid(large.columns(1 if kind.draw is None else 2), min_column_width=340):
        if kind.draw is not None:
            with st.container(border=True, height="stretch"):
                kind.draw(scope, village)
        peers.draw(scope, village, code)
    _list(scope, village, code, row)


def _reasons(row: Mapping[Any, Any]) -> None:
    """Say why the module has its state: every rule that holds, with its numbers."""
    if not row["reasons"]:
        st.markdown(f"{words('本期')}有记录，没有触发任何一条规则。")
        return
    lines = []
    for reason in row["reasons"]:
        mark = kept.MARKS[reason.state]
        lines.append(f"- {mark.sign} **{words(reason.label)}**：{wording.plain(reason.sentence)}")
    st.markdown("\n".join(lines))


def _rules(code: str) -> None:
    """Draw the rules that make the state of a module, at hand."""
    with st.popover("规则", type="tertiary", icon=":material/info:"):
        for state, mark in kept.MARKS.items():
            meanings = [module.meaning(one) for one in module.rules_of(code) if one.state == state]
            if state == "normal":
                meanings = ["本期有记录，且没有触发其他规则"]
            st.markdown(f"**{mark.words}**")
            st.markdown("\n".join(f"- {wording.plain(one)}" for one in meanings))


def _alerts(scope: Scope, village: str, code: str, count: int) -> None:
    asked = AlertNarrowing(module=code, start=FIRST_DAY, end=kept.period(scope)[1])
    frame.link(
        "alerts",
        f"{words('未处置预警')} **{count:,}** 条",
        **narrowing.address(asked),
        region=village,
        alert_state="open",
        # What other pages were narrowed to would make another count of it.
        industry="",
        level="",
    )


def _flags(code: str, row: Mapping[Any, Any]) -> dict[str, str]:
    """Return what the list may be narrowed to, with how many there are; what is not there is no choice."""
    labels = {"": f"全部 {row['record_count']:,.0f}"}
    for flag, told in module.FLAGS[code].items():
        count = row[told.figure]
        if count or st.query_params.get(kept.FLAG) == flag:
            number = persons(count) if told.figure in PERSONS else f"{count:,.0f}"
            labels[flag] = f"{words(told.label)} {number}"
    return labels


def read(code: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return records as people read them, with what is to be known of each in words."""
    told = pd.Series("", index=rows.index)
    for flag, one in module.FLAGS[code].items():
        if flag == "arrears":
            told = told.where(~(rows[flag] > 0), told + " " + one.label)
        elif flag not in PLAIN_FLAGS:
            told = told.where(~rows[FLAG_COLUMNS.get(flag, f"is_{flag}")].eq(True), told + " " + one.label)
    shown: dict[str, Any] = {}
    for name, label in (FIRST | dict(KINDS[code].columns) | LAST).items():
        column = rows[name]
        if pd.api.types.is_datetime64_any_dtype(column):
            shown[label] = column.map(wording.day)
        elif name.startswith("is_"):
            shown[label] = column.map({True: "是", False: "否"}).fillna("")
        else:
            shown[label] = column
    found = pd.DataFrame(shown)
    found.insert(1, "提示", told.str.strip())
    return found


def _list(scope: Scope, village: str, code: str, row: Mapping[Any, Any]) -> None:
    """Draw the records of a module, narrowed to one of its flags."""
    with st.container(border=True, key="module-records"):
        st.markdown(f"**{words(MODULE[code])}清单**")
        labels = _flags(code, row)
        flag = choice(kept.FLAG, "只看", labels, is_titled=False) or None
        key = f"records-{code}-{flag or 'all'}"
        body = st.container()
        found = records(scope, village, code, flag, int(st.session_state.get(key) or 1), ROWS)
        if not found.total:
            found = records(scope, village, code, flag, 1, ROWS)
        pages = ceil(found.total / ROWS)
        if pages > 1:
            st.pagination(pages, key=key)
        with body:
            if not found.total:
                st.caption("没有符合条件的记录。")
                return
            st.caption(f"共 {found.total:,} 条，最近的在前")
            st.dataframe(
                _written(read(code, found.frame)),
                hide_index=True,
                height="content",
                column_config={
                    "事项": st.column_config.Column(width=170),
                    "提示": st.column_config.Column(width=110),
                },
                placeholder=wording.NOTHING,
                alt=f"{MODULE[code]}清单",
            )
        limit = settings().export_rows_max
        with st.container(horizontal=True):
            export.buttons(
                scope,
                f"station-{code}",
                MODULE[code],
                {"region": village, "module": code, "state": flag or ""},
                lambda: read(code, module.records(scope, village, code, flag=flag, page=1, rows=limit).frame),
            )


def _written(rows: pd.DataFrame) -> pd.DataFrame:
    numbers = rows.select_dtypes("number")
    return rows.assign(**{str(name): numbers[name].map(wording.exact) for name in numbers})
