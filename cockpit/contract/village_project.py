"""Source table village_project: projects of a village from approval to payment."""

from cockpit.contract.table import UPDATED_AT, Check, Column, Table

TABLE = Table(
    name="village_project",
    label="村级工程",
    grain="One row per record of the module.",
    key=("id",),
    aliases=("工程项目",),
    columns=(
        Column("id", "text", "编号", ("业务编号",), required=True),
        Column("region_code", "region", "村区划代码", ("区划代码", "所属村", "village"), required=True),
        Column("title", "text", "事项名称", ("名称", "标题"), personal="text"),
        Column("occurred_on", "date", "发生日期", past=True),
        Column("reported_on", "date", "填报日期", ("录入日期",), past=True),
        Column("amount", "number", "金额", note="Yuan."),
        Column("stage", "text", "环节", ("状态",)),
        Column("completed_on", "date", "完成日期", past=True),
        Column("estimate", "number", "预算金额", ("概算",), note="Yuan."),
        Column("award_method", "text", "发包方式", ("招标方式",)),
        Column("bidder_count", "integer", "投标家数"),
        Column("contract_amount", "number", "合同金额", note="Yuan."),
        Column("contractor_code", "text", "承包方信用代码", ("统一社会信用代码",)),
        Column("paid_amount", "number", "已付金额", note="Yuan."),
        Column("progress", "number", "进度", note="Per cent, 0 to 100."),
        Column("changes", "integer", "变更次数"),
        UPDATED_AT,
    ),
    checks=(
        Check("amount_not_negative", "amount >= 0", "金额不能为负数"),
        Check("completed_after_occurred", "completed_on >= occurred_on", "完成日期早于发生日期"),
        Check("progress_in_range", "progress between 0 and 100", "进度须为 0 至 100"),
        Check("estimate_not_negative", "estimate >= 0", "预算金额不能为负数"),
    ),
)
