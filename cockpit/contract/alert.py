"""Source table alert: what supervision models and people raise."""

from cockpit.contract.table import UPDATED_AT, Check, Column, Table

TABLE = Table(
    name="alert",
    label="预警",
    grain="One row per alert.",
    key=("id",),
    aliases=("预警信息",),
    columns=(
        Column("id", "text", "预警编号", ("编号", "alert_id"), required=True),
        Column("raised_at", "timestamp", "预警时间", ("产生时间",), required=True, past=True),
        Column("model", "text", "监督模型", ("模型", "模型名称")),
        Column("module", "text", "模块", ("业务模块",), codes="module"),
        Column("level", "text", "预警等级", ("等级", "级别"), required=True, codes="alert_level"),
        Column("source", "text", "预警来源", ("来源",), codes="alert_source"),
        Column("region_code", "region", "区划代码", ("地区代码",), required=True),
        Column("industry_code", "text", "行业", ("领域", "重点领域"), refers_to="industry"),
        Column("unit_id", "text", "单位编号", ("责任单位",), refers_to="unit"),
        Column("title", "text", "预警内容", ("标题", "预警标题"), personal="text"),
        Column("subject", "text", "预警对象标识", ("证件号码", "身份证号"), personal="pseudonym"),
        Column("subject_name", "text", "预警对象", ("姓名", "对象姓名"), personal="name"),
        Column("amount", "number", "涉及金额", ("金额",), note="Yuan."),
        Column(
            "evidence",
            "json",
            "证据",
            ("预警依据",),
            personal="text",
            note="JSON: the rule and rows behind it.",
        ),
        Column("due_at", "timestamp", "办理期限", ("截止时间",)),
        UPDATED_AT,
    ),
    checks=(
        Check("amount_not_negative", "amount >= 0", "涉及金额不能为负数"),
        Check("due_after_raised", "due_at >= raised_at", "办理期限早于预警时间"),
    ),
)
