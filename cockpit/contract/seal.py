"""Source table seal: each use of the village seal."""

from cockpit.contract.table import UPDATED_AT, Check, Column, Table

TABLE = Table(
    name="seal",
    label="印章管理",
    grain="One row per record of the module.",
    key=("id",),
    aliases=("用印记录",),
    columns=(
        Column("id", "text", "编号", ("业务编号",), required=True),
        Column("region_code", "region", "村区划代码", ("区划代码", "所属村", "village"), required=True),
        Column("title", "text", "事项名称", ("名称", "标题"), personal="text"),
        Column("occurred_on", "date", "发生日期", past=True),
        Column("reported_on", "date", "填报日期", ("录入日期",), past=True),
        Column("amount", "number", "金额", note="Yuan."),
        Column("stage", "text", "环节", ("状态",)),
        Column("completed_on", "date", "完成日期", past=True),
        Column("purpose", "text", "用印事由"),
        Column("approver", "text", "审批人", personal="name"),
        Column("document_no", "text", "文件编号"),
        UPDATED_AT,
    ),
    checks=(
        Check("amount_not_negative", "amount >= 0", "金额不能为负数"),
        Check("completed_after_occurred", "completed_on >= occurred_on", "完成日期早于发生日期"),
    ),
)
