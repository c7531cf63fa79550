"""Source table labour: who worked for the village, which day, what for."""

from cockpit.contract.table import UPDATED_AT, Check, Column, Table

TABLE = Table(
    name="labour",
    label="劳务用工",
    grain="One row per record of the module.",
    key=("id",),
    aliases=("用工记录",),
    columns=(
        Column("id", "text", "编号", ("业务编号",), required=True),
        Column("region_code", "region", "村区划代码", ("区划代码", "所属村", "village"), required=True),
        Column("title", "text", "事项名称", ("名称", "标题"), personal="text"),
        Column("occurred_on", "date", "发生日期", past=True),
        Column("reported_on", "date", "填报日期", ("录入日期",), past=True),
        Column("amount", "number", "金额", note="Yuan."),
        Column("stage", "text", "环节", ("状态",)),
        Column("completed_on", "date", "完成日期", past=True),
        Column("person", "text", "务工人员标识", ("身份证号",), personal="pseudonym"),
        Column("day", "date", "用工日期", past=True),
        Column("hours", "number", "工时"),
        Column("pay", "number", "报酬", ("工资",), note="Yuan."),
        Column("is_cadre", "boolean", "是否村干部"),
        UPDATED_AT,
    ),
    checks=(
        Check("amount_not_negative", "amount >= 0", "金额不能为负数"),
        Check("completed_after_occurred", "completed_on >= occurred_on", "完成日期早于发生日期"),
        Check("hours_in_range", "hours between 0 and 24", "工时须为 0 至 24"),
        Check("pay_not_negative", "pay >= 0", "报酬不能为负数"),
    ),
)
