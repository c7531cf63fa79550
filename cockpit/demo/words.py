"""What people say and what is looked at: the word lists of the demo, as frames ready for the queries.

The longer lists are csv files in the folder of the same name: `topic` (what residents complain about, with
two subjects and two bodies each), `model` (supervision models: `variant` ties a model to records of one kind,
`red` and `yellow` are shares of levels, `precision` the share of verified alerts found true or partly true)
and `disclosure_item` (the 116 items of public disclosure).
"""

from functools import cache
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).with_suffix("")
DEPARTMENTS = (
    "农业农村局",
    "教育局",
    "卫生健康局",
    "人力资源和社会保障局",
    "医疗保障局",
    "民政局",
    "住房和城乡建设局",
    "交通运输局",
    "水利局",
    "生态环境局",
    "自然资源局",
    "行政审批局",
)
INDUSTRIES = {
    "01": "乡村振兴",
    "02": "教育",
    "03": "医疗卫生",
    "04": "就业创业",
    "05": "养老社保",
    "06": "农村集体三资",
    "07": "工程建设",
    "08": "民政救助",
    "09": "住房保障",
    "10": "生态环保",
    "11": "政务服务",
}
# What complaint.sql puts into the texts, in the order of its arguments.
TOKENS = ("village", "group", "month", "amount", "count", "person", "digits", "digit", "four")
OPENINGS = (
    "您好，",
    "领导好，",
    "我是{village}的村民，",
    "我家在{village}{group}组，",
    "想反映一个问题：",
    "替家里老人问一下，",
    "",
    "之前向镇里反映过，",
)
CLOSINGS = (
    "请尽快核实处理。",
    "希望给一个明确的答复。",
    "请公开处理结果。",
    "谢谢。",
    "村里人都在等说法。",
    "如果再没有人管只能继续反映。",
    "",
    "盼复。",
)
# Numbers that look personal, so that redaction has work. None belongs to a person: numbers that begin with
# 1400 are given to machines, and no ID number begins with 99.
PERSONAL = (
    "我的电话是1400{digits}。",
    "联系人{person}，手机1400{digits}，随时可以来。",
    "身份证号990101198{digit}0615{four}，请帮我查一下。",
    "补贴应打到卡号622299000{digits}{four}，没有收到。",
    "具体找{person}了解。",
)
EVENT_NOTES = {
    "accepted": ("符合受理条件，予以受理", "已登记受理", "材料齐全，受理"),
    "referred": ("转承办单位办理", "按职责转办，请按期答复", "分转责任单位核实"),
    "handling": ("已联系反映人并入户走访", "调取台账核对", "现场核查，正在整改"),
    "reviewed": ("答复意见已审核", "材料完整，同意答复", "补充证据后审核通过"),
    "replied": ("已书面答复反映人", "电话答复并当面说明", "已答复并公示结果"),
    "rated": ("反映人已评价", "回访完成", "系统收到评价"),
}


@cache
def topics() -> pd.DataFrame:
    """Return one row a topic: its number `t`, its industry `i` from 0, and the columns of the list."""
    frame = _read("topic")
    for kind in ("subject", "body"):
        parts = [frame.pop(f"{kind}_1"), frame.pop(f"{kind}_2")]
        frame[kind] = [[positional(words) for words in pair] for pair in zip(*parts, strict=True)]
    frame["i"] = frame["industry_code"].astype(int) - 1
    return frame.rename_axis("t").reset_index()


@cache
def models() -> pd.DataFrame:
    """Return one row a supervision model: `model_no` and the columns of the list."""
    return _read("model").rename_axis("model_no").reset_index()


def frames() -> dict[str, pd.DataFrame]:
    """Return the word lists as frames by the table name under which the queries know them."""
    slots = models().loc[models().index.repeat(models()["weight"]), ["module", "variant", "model_no"]]
    kind = slots.groupby(["module", "variant"])["model_no"]
    items = _read("disclosure_item").rename_axis("item_no").reset_index()
    return {
        "industry": pd.DataFrame(INDUSTRIES.items(), columns=["code", "name"]),
        "department": pd.DataFrame(department_numbers().items(), columns=["name", "code"]),
        "topic": topics(),
        "industry_topic": topics().groupby("i", as_index=False).agg(first=("t", "min"), count=("t", "size")),
        "event_note": pd.DataFrame(EVENT_NOTES.items(), columns=["stage", "notes"]),
        "model": models(),
        "model_slot": slots.assign(slot=kind.cumcount(), count_slot=kind.transform("size")),
        "disclosure_item": items.assign(code=[f"GK{number + 1:03}" for number in items["item_no"]]),
    }


def positional(words: str) -> str:
    """Turn {village} and its like into the positions that complaint.sql fills."""
    return words.format(**{token: f"{{{position}}}" for position, token in enumerate(TOKENS)})


def department_numbers() -> dict[str, str]:
    """Return the two digits that stand for a department in the ids of units."""
    return {title: f"{number + 1:02}" for number, title in enumerate(DEPARTMENTS)}


def _read(table: str) -> pd.DataFrame:
    frame = pd.read_csv(FOLDER / f"{table}.csv", dtype={"industry_code": str}, keep_default_na=False)
    if "department" in frame:
        frame["department"] = frame["department"].map(department_numbers())
    return frame
