"""Large type and plain words: a way to show the station that stands in the address (`large=1`)."""

import streamlit as st

KEY = "large"
FIELD = "station-large"
# All of Streamlit's sizes follow from that of the root.
STYLE = "<style>html { font-size: 21px !important; } p, li { line-height: 1.6; }</style>"
# What the field says, in words of every day.
PLAIN = {
    "正常": "没发现问题",
    "关注": "要留意",
    "预警": "有问题，要马上看",
    "无数据": "这一年没有登记",
    "村级工程": "村里的工程",
    "资产资源": "集体的房屋、土地",
    "劳务用工": "村里请人干活",
    "村级采购": "村里买东西",
    "困难救助": "困难补助",
    "印章管理": "公章使用",
    "村级事项": "村里的六本账",
    "今日待办": "今天要办的事",
    "群众反映": "乡亲们反映的事",
    "公开事项": "应当公开的事",
    "整改": "要改正的问题",
    "与同类村比较": "和差不多的村比一比",
    "本期": "这一年",
    "未处置预警": "没办完的提醒",
    "迟填": "登记晚了",
    "最近录入": "最近登记",
    "逾期": "过了日子还没更新",
    "未公开": "一次也没公开过",
    "已公开": "公开了",
    "超期": "过了期限",
    "红色预警": "有严重的问题提醒",
    "预警超期": "有提醒过了期限没办",
    "预警在办": "有提醒正在办",
    "填报不及时": "登记不及时",
    "本期无记录": "这一年没有登记",
    "单一来源偏多": "只找一家买的太多",
    "救助交叉": "一户领了几样补助",
    "用印未经审批": "盖章没人批",
    "租金拖欠": "租金没收齐",
    "租约将到期": "租约快到期",
}


def is_on() -> bool:
    """Tell whether the page is shown in large type and plain words."""
    return st.query_params.get(KEY) == "1"


def switch() -> None:
    """Draw the switch, and the style where it is on."""
    # What a link says holds; without it what the session had, so that coming back from an alert changes nothing.
    if KEY not in st.query_params and st.session_state.get(KEY):
        st.query_params[KEY] = "1"
    st.session_state[KEY] = is_on()
    st.session_state[FIELD] = is_on()
    st.toggle("大字版", key=FIELD, on_change=_keep)
    if is_on():
        st.html(STYLE)


def words(text: str) -> str:
    """Return a word of the page, in large type the plain one for it where there is one."""
    return PLAIN.get(text, text) if is_on() else text


def columns(count: int) -> int:
    """Return how many columns there may be beside each other: one in large type."""
    return 1 if is_on() else count


def _keep() -> None:
    st.session_state[KEY] = st.session_state[FIELD]
    if st.session_state[FIELD]:
        st.query_params[KEY] = "1"
    else:
        st.query_params.pop(KEY, None)
