"""Source table procurement: what the village buys, from whom, how."""

from cockpit.contract.table import UPDATED_AT, Check, Column, Table

TABLE = Table(
    name="procurement",
    label="村级采购",
    grain="One row per record of the module.",
    key=("id",),
    aliases=("采购记录",),
    columns=(
        Column("id", "text", "编号", ("业务编号",), required=True),
        Column("region_code", "region", "村区划代码", ("区划代码", "所属村", "village"), required=True),
        Column("title", "text", "事项名称", ("名称", "标题"), personal="text"),
        Column("occurred_on", "date", "发生日期", past=True),
        Column("reported_on", "date", "填报日期", ("录入日期",), past=True),
        Column("amount", "number", "金额", note="Yuan."),
        Column("stage", "text", "环节", ("状态",)),
        Column("completed_on", "date", "完成日期", past=True),
        Column("supplier_code", "text", "供应商信用代码", ("统一社会信用代码",)),
        Column("method", "text", "采购方式"),
        Column("quotes", "integer", "报价家数"),
        UPDATED_AT,
    ),
    checks=(
        Check("amount_not_negative", "amount >= 0", "金额不能为负数"),
        Check("completed_after_occurred", "completed_on >= occurred_on", "完成日期早于发生日期"),
        Check("quotes_not_negative", "quotes >= 0", "报价家数不能为负数"),
    ),
)
