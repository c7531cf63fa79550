"""Source table unit: supervised bodies."""

from cockpit.contract.table import UPDATED_AT, Column, Table

TABLE = Table(
    name="unit",
    label="单位",
    grain="One row per supervised body.",
    key=("id",),
    aliases=("监督对象", "被监督单位"),
    columns=(
        Column("id", "text", "单位编号", ("单位代码", "unit_id"), required=True),
        Column("name", "text", "单位名称", ("unit_name",), required=True),
        Column("kind", "text", "单位类别", ("单位类型",)),
        Column("region_code", "region", "所属区划", ("区划代码", "所属区划代码")),
        UPDATED_AT,
    ),
)
