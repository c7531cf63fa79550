"""Source table asset: collective assets and their leases."""

from cockpit.contract.table import UPDATED_AT, Check, Column, Table

TABLE = Table(
    name="asset",
    label="资产资源",
    grain="One row per record of the module.",
    key=("id",),
    aliases=("三资",),
    columns=(
        Column("id", "text", "编号", ("业务编号",), required=True),
        Column("region_code", "region", "村区划代码", ("区划代码", "所属村", "village"), required=True),
        Column("title", "text", "事项名称", ("名称", "标题"), personal="text"),
        Column("occurred_on", "date", "发生日期", past=True),
        Column("reported_on", "date", "填报日期", ("录入日期",), past=True),
        Column("amount", "number", "金额", note="Yuan."),
        Column("stage", "text", "环节", ("状态",)),
        Column("completed_on", "date", "完成日期", past=True),
        Column("kind", "text", "资产类别"),
        Column("area", "number", "面积", note="Mu."),
        Column("lessee", "text", "承租人", personal="name"),
        Column("lease_from", "date", "租期起"),
        Column("lease_to", "date", "租期止"),
        Column("rent_due", "number", "应收租金", note="Yuan."),
        Column("rent_paid", "number", "实收租金", note="Yuan."),
        UPDATED_AT,
    ),
    checks=(
        Check("amount_not_negative", "amount >= 0", "金额不能为负数"),
        Check("completed_after_occurred", "completed_on >= occurred_on", "完成日期早于发生日期"),
        Check("lease_order", "lease_to >= lease_from", "租期止早于租期起"),
        Check("area_not_negative", "area >= 0", "面积不能为负数"),
    ),
)
