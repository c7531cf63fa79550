"""Source table industry: the fields of supervision (重点领域); the site may change the list."""

from cockpit.contract.table import UPDATED_AT, Column, Table

TABLE = Table(
    name="industry",
    label="行业",
    grain="One row per industry.",
    key=("code",),
    aliases=("重点领域", "领域"),
    columns=(
        Column("code", "text", "行业代码", ("领域代码", "industry_code"), required=True),
        Column("name", "text", "行业名称", ("领域名称", "industry_name"), required=True),
        UPDATED_AT,
    ),
)
