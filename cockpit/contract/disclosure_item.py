"""Source table disclosure_item: what every village has to make public."""

from cockpit.contract.table import UPDATED_AT, Check, Column, Table

TABLE = Table(
    name="disclosure_item",
    label="公开事项",
    grain="One row per item of public disclosure.",
    key=("code",),
    aliases=("公开事项清单",),
    columns=(
        Column("code", "text", "事项代码", ("item_code",), required=True),
        Column("name", "text", "事项名称", ("item_name",), required=True),
        Column("category", "text", "事项类别", ("类别",)),
        Column("interval_days", "integer", "公开周期天数", ("公开周期",)),
        UPDATED_AT,
    ),
    checks=(Check("interval_positive", "interval_days > 0", "公开周期天数必须大于 0"),),
)
