"""Source table rectification: problem lists, campaigns and rules, with their dates and results."""

from cockpit.contract.table import UPDATED_AT, Check, Column, Table

TABLE = Table(
    name="rectification",
    label="整改",
    grain="One row per problem list, campaign or rule.",
    key=("id",),
    aliases=("整改台账",),
    columns=(
        Column("id", "text", "编号", required=True),
        Column("kind", "text", "类别", required=True, codes="rectification_kind"),
        Column("level", "text", "级别", ("层级",), codes="region_level"),
        Column("region_code", "region", "区划代码", required=True),
        Column("industry_code", "text", "行业", ("领域", "重点领域"), refers_to="industry"),
        Column("unit_id", "text", "责任单位", ("单位编号",), refers_to="unit"),
        Column("title", "text", "名称", ("标题",), required=True, personal="text"),
        Column("started_on", "date", "开始日期"),
        Column("due_on", "date", "整改期限", ("截止日期",)),
        Column("completed_on", "date", "完成日期", past=True),
        Column("result", "text", "结果", personal="text"),
        UPDATED_AT,
    ),
    checks=(
        Check("completed_after_started", "completed_on >= started_on", "完成日期早于开始日期"),
        Check("due_after_started", "due_on >= started_on", "整改期限早于开始日期"),
    ),
)
