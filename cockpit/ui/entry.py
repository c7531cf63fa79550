"""A row of the audit as people read it: what was done, to what, under which filters and scope."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from cockpit.contract import TABLES
from cockpit.contract.codes import CODES
from cockpit.ledger import audit
from cockpit.ledger.rating_note import ACTION_LABELS
from cockpit.loop.transition import TRANSITIONS
from cockpit.queries.disclosure import STATES
from cockpit.scope import ALL, ROLE_LABELS
from cockpit.ui import wording

TARGETS = {
    "alert": "预警",
    "complaint": "投诉",
    "cluster": "同一问题",
    "station": "联络站",
    "region": "地区",
    "rating": "评级",
    "rating_note": "评级备注",
}
PAGES = {
    "alerts": "预警清单",
    "complaints": "投诉清单",
    "overview": "总览",
    "audit": "审计日志",
    "accounts": "账号管理",
    "intake": "数据接入",
    "status": "数据状况",
    "tasks": "待办",
    "analysis": "投诉分析",
    "heat": "预警热力",
    "effect": "监督成效",
    "ecology": "政治生态",
    "screen": "指挥大屏",
    "station": "联络站",
    "town": "乡镇看板",
    "disclosure": "公开公示",
    "disclosure-late": "未公开与逾期清单",
    "disclosure-code": "公开二维码",
    "publish": "公开站点",
    "station-disclosure": "公开事项清单",
    **{f"station-{module}": f"{label}清单" for module, label in CODES["module"].items()},
}
KEYS = {
    "search": "搜索",
    "stage": "环节",
    "state": "状态",
    "region": "地区",
    "industry": "行业",
    "unit": "单位",
    "from": "从",
    "to": "至",
    "level": "预警等级",
    "module": "模块",
    "handler": "承办人",
    "sort": "排序",
    "descending": "降序",
    "format": "格式",
    "reason": "原因",
    "role": "角色",
    "name": "姓名",
    "action": "动作",
    "version": "第几步",
    "note": "备注编号",
    "follows": "针对备注",
    "category": "类别",
    "item": "公开事项",
    "folder": "文件夹",
    "scope": "可见范围",
    "before": "变更前",
    "after": "变更后",
    "must_change_password": "须改密码",
    "is_disabled": "停用",
    "who": "账号",
    "target": "对象",
    "address": "来源地址",
    "addresses": "登记的地址",
    "since": "起始日",
    "until": "截止日",
    "load": "批次",
    "loads": "批次",
    "table": "数据表",
    "files": "文件",
    "kind": "事项",
    "begun_by": "发起人",
    "error": "错误",
    "read": "读取",
    "accepted": "接收",
    "rejected": "拒收",
    "unchanged": "未变",
    "sha256": "文件摘要",
    "first": "首个",
    "last": "末行",
    "hash": "哈希",
    "whole": "完整",
    "found": "结论",
    "replaced": "被替换的台账",
}
WORDS: dict[str, str] = {
    "unknown name": "没有此账号",
    "disabled": "账号已停用",
    "wrong password": "密码错误",
    "wrong old password": "原密码错误",
    "one-time password expired": "一次性密码已过期",
    "locked": "已锁定",
    "account gone": "账号已不在",
    "account disabled": "账号已停用",
    "session gone": "会话已不在",
    "session ended": "会话已结束",
    "session revoked": "会话已被收回",
    "session expired": "会话已到期",
    "session idle": "久未操作",
    "wrong address": "不在登记的地址",
    "cookie not ours": "凭证不是本系统签发",
    "everywhere": "在所有设备退出",
    "started": "已开始",
    "failed": "失败",
    "open": "未办结",
    "overdue": "超期",
    "closed": "已办结",
    "stuck": "停滞",
    "conflict": "与上游不一致",
    **STATES,
    **{str(action): label for action, label in ACTION_LABELS.items()},
    **{str(action): transition.label for action, transition in TRANSITIONS.items()},
}
# Which codes a key's values are; of a stage that depends on what the row is of.
CODED: dict[str, Mapping[str, str]] = {
    "level": CODES["alert_level"],
    "module": CODES["module"],
    "role": {str(role): label for role, label in ROLE_LABELS.items()},
    "table": {name: table.label for name, table in TABLES.items()},
    "region": {ALL: "全部"},
    "industry": {ALL: "全部"},
    "unit": {ALL: "全部"},
}
OF_ACCOUNTS = ("sign_in_failed", "session_end", "lock_out")
ACTIONS: dict[str, str] = {str(action): label for action, label in audit.ACTION_LABELS.items()}


def action(entry: audit.Entry) -> str:
    """Return what was done, in words; an unknown action as it is."""
    return ACTIONS.get(entry.action, entry.action)


def target(entry: audit.Entry) -> str:
    """Return to what it was done, in words; a dash when the row names nothing."""
    if entry.target and (entry.action.startswith("account_") or entry.action in OF_ACCOUNTS):
        # An account may bear the name of a page.
        return entry.target
    kind, is_record, name = (entry.target or "").partition("/")
    if is_record and kind in TARGETS:
        return f"{TARGETS[kind]} {name}"
    return PAGES.get(kind, entry.target or wording.NOTHING)


def detail(entry: audit.Entry) -> str:
    """Return the rest in words, but for the scope; a dash when there is none."""
    if not isinstance(entry.detail, dict):
        return wording.NOTHING if entry.detail is None else str(entry.detail)
    rest = {name: value for name, value in entry.detail.items() if name != "scope"}
    return _said(entry, rest) or wording.NOTHING


def scope(entry: audit.Entry) -> str:
    """Return under which scope it was done; a dash when the row does not say."""
    held = entry.detail.get("scope") if isinstance(entry.detail, dict) else None
    return _said(entry, held) if isinstance(held, dict) else wording.NOTHING


def table(entries: Sequence[audit.Entry]) -> pd.DataFrame:
    """Return rows as a table with Chinese heads, times of Beijing; an empty one for no rows."""
    return pd.DataFrame(
        [
            {
                "编号": one.id,
                "时间": f"{one.at.astimezone(wording.LOCAL):%Y-%m-%d %H:%M:%S}",
                "账号": one.who or wording.NOTHING,
                "动作": action(one),
                "对象": target(one),
                "行数": one.count_row,
                "说明": detail(one),
                "来源地址": one.address or wording.NOTHING,
                "可见范围": scope(one),
                "会话": one.session or wording.NOTHING,
            }
            for one in entries
        ]
    ).astype({"行数": "Int64"} if entries else {})


def _said(entry: audit.Entry, values: Mapping[str, Any]) -> str:
    return "；".join(
        f"{_key(entry, name)}：{_value(entry, name, value)}"
        for name, value in values.items()
        if value not in (None, "", [])
    )


def _key(entry: audit.Entry, name: str) -> str:
    # Of a decision these are stages, elsewhere months.
    stages = {"from": "原环节", "to": "现环节"}
    return stages[name] if entry.action == "act" and name in stages else KEYS.get(name, name)


def _value(entry: audit.Entry, name: str, value: Any) -> str:
    if isinstance(value, dict):
        return f"（{_said(entry, value)}）"
    if isinstance(value, list):
        return "、".join(_value(entry, name, one) for one in value)
    if isinstance(value, bool) or value in {"True", "False"}:
        return "是" if str(value) == "True" else "否"
    text = str(value)
    if name in {"search", "name"}:
        return f"“{text}”"
    codes: Mapping[str, str] = CODED.get(name, WORDS)
    if name == "stage" or (entry.action == "act" and name in {"from", "to"}):
        codes = CODES["complaint_stage" if (entry.target or "").startswith("complaint") else "alert_stage"]
    elif name in {"action", "kind"}:
        codes = WORDS if entry.action in {"act", "denied", "rating_note"} else ACTIONS
    return codes.get(text, text)
