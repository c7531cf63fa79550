"""Complaint list (投诉清单)."""

import pandas as pd

from cockpit.contract.codes import COMPLAINT_STAGE
from cockpit.queries import complaint_list
from cockpit.scope import Scope
from cockpit.ui import frame, listing, narrowing, wording

TITLE = "投诉清单"
ICON = ":material/forum:"


def _read(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "编号": rows["id"],
            "受理时间": rows["received_at"].map(wording.moment),
            "地区": rows["region_name"],
            "行业": rows["industry_name"].fillna("未分类"),
            "标题": rows["subject"],
            "承办单位": rows["unit_name"].fillna(wording.NOTHING),
            "环节": rows["stage"].map(lambda code: wording.code("complaint_stage", code)),
            "办理期限": rows["due_at"].map(wording.day),
            "办结时间": rows["closed_at"].map(wording.moment),
            "超期": rows["is_overdue"].map({True: "● 超期", False: ""}),
            "满意度": rows["satisfaction"],
        }
    )


LISTING = listing.Listing(
    slug="complaints",
    detail="complaint",
    label="投诉",
    counter="件",
    rows=complaint_list,
    stages=COMPLAINT_STAGE,
    states={"open": "未办结", "overdue": "超期未办结", "closed": "已办结"},
    sorts={
        "received_at": "受理时间",
        "due_at": "办理期限",
        "closed_at": "办结时间",
        "handling_days": "办理天数",
    },
    read=_read,
    widths={"标题": 330, "地区": "medium", "行业": 110, "承办单位": 190, "超期": 84},
    linked=narrowing.complaints,
)


def render(scope: Scope) -> None:
    """Draw the complaints the scope and the filters admit."""
    frame.breadcrumb(scope)
    listing.draw(LISTING, scope)


if __name__ == "__main__":
    frame.enter()
