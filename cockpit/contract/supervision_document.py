"""Source table supervision_document: the six kinds of documents in which supervision asks, hands over and reports."""

from cockpit.contract.table import UPDATED_AT, Check, Column, Table

TABLE = Table(
    name="supervision_document",
    label="监督文书",
    grain="One row per document issued.",
    key=("id",),
    aliases=("文书台账", "监督文书台账"),
    columns=(
        Column("id", "text", "文书编号", ("编号", "文号"), required=True),
        Column("kind", "text", "文书种类", ("种类", "类别"), required=True, codes="document_kind"),
        Column("region_code", "region", "区划代码", ("地区代码",), required=True),
        Column("industry_code", "text", "行业", ("领域", "重点领域"), refers_to="industry"),
        Column("unit_id", "text", "单位编号", ("主送单位", "责任单位"), refers_to="unit"),
        Column("title", "text", "标题", ("名称", "事由"), personal="text"),
        Column("issued_on", "date", "发出日期", ("印发日期", "日期"), required=True, past=True),
        Column("due_on", "date", "回复期限", ("办理期限", "截止日期")),
        Column("replied_on", "date", "回复日期", ("办结日期",), past=True),
        Column("alert_id", "text", "预警编号", refers_to="alert"),
        UPDATED_AT,
    ),
    checks=(
        Check("due_after_issued", "due_on >= issued_on", "回复期限早于发出日期"),
        Check("replied_after_issued", "replied_on >= issued_on", "回复日期早于发出日期"),
    ),
)
