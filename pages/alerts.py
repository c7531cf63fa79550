"""Alert list (预警清单)."""

import pandas as pd

from cockpit.contract.codes import ALERT_STAGE
from cockpit.queries import alert_list
from cockpit.scope import Scope
from cockpit.ui import assigning, frame, listing, narrowing, people, wording

TITLE = "预警清单"
ICON = ":material/notification_important:"


MARKS = {"is_urged": "▮ 督办", "is_stuck": "◆ 滞留", "has_conflict": "≠ 与上游不一致"}


def _marks(rows: pd.DataFrame) -> "pd.Series[str]":
    """Return what else is to be known of each alert, in words."""
    marks = pd.Series("", index=rows.index)
    for name, words in MARKS.items():
        marks = marks.where(~rows[name].astype(bool), marks + " " + words)
    return marks.str.strip()


def _read(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "编号": rows["id"],
            "预警时间": rows["raised_at"].map(wording.moment),
            "等级": rows["alert_level"].map(wording.alert_level),
            "地区": rows["region_name"],
            "预警内容": rows["title"],
            "环节": rows["stage"].map(lambda code: wording.code("alert_stage", code)),
            "承办人": rows["handler"].map(people.named),
            "办理期限": rows["due_at"].map(wording.day),
            "超期": rows["is_overdue"].map({True: "● 超期", False: ""}),
            "提示": _marks(rows),
            "核查结论": rows["finding"].map(lambda code: wording.code("finding", code)),
            "涉及金额（元）": rows["amount"],
            "模块": rows["module"].map(lambda code: wording.code("module", code)),
            "监督模型": rows["model"],
            "预警来源": rows["source"].map(lambda code: wording.code("alert_source", code)),
            "行业": rows["industry_name"].fillna("未分类"),
            "责任单位": rows["unit_name"].fillna(wording.NOTHING),
            "预警对象（已脱敏）": rows["subject_name"].fillna(wording.NOTHING),
            "处置方式": rows["disposition"].map(lambda code: wording.code("disposition", code)),
            "四种形态": rows["four_form"].map(lambda code: wording.code("four_form", code)),
            "处理人数（人）": rows["persons"],
            "追回金额（元）": rows["recovered"],
            "进入环节时间": rows["stage_at"].map(wording.moment),
        }
    )


LISTING = listing.Listing(
    slug="alerts",
    detail="alert",
    label="预警",
    counter="条",
    rows=alert_list,
    stages=ALERT_STAGE,
    states={
        "open": "未处置",
        "overdue": "超期未处置",
        "stuck": "滞留",
        "conflict": "与上游不一致",
        "closed": "已处置",
    },
    sorts={"raised_at": "预警时间", "due_at": "办理期限", "amount": "涉及金额"},
    read=_read,
    widths={"预警内容": 320, "地区": "medium", "超期": 84, "提示": 130},
    linked=narrowing.alerts,
    columns=(
        "编号",
        "预警时间",
        "等级",
        "地区",
        "预警内容",
        "环节",
        "承办人",
        "办理期限",
        "超期",
        "提示",
        "核查结论",
        "涉及金额（元）",
        "模块",
        "监督模型",
    ),
    is_assignable=True,
)


def render(scope: Scope) -> None:
    """Draw the alerts the scope and the filters admit."""
    assigning.settle(scope)
    frame.breadcrumb(scope)
    listing.draw(LISTING, scope)


if __name__ == "__main__":
    frame.enter()
