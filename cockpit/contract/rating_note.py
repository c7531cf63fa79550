"""Source table rating_note: vetoes, caps and appeals beside a rating."""

from cockpit.contract.table import UPDATED_AT, Check, Column, Table

TABLE = Table(
    name="rating_note",
    label="评价备注",
    grain="One row per note on the rating of a unit or region.",
    key=("id",),
    aliases=("否决与申诉",),
    columns=(
        Column("id", "text", "编号", required=True),
        Column("region_code", "region", "区划代码"),
        Column("unit_id", "text", "单位编号", refers_to="unit"),
        Column("kind", "text", "类别", required=True, codes="rating_note_kind"),
        Column("record", "text", "依据", ("事由",), required=True, personal="text"),
        Column("decided_by", "text", "决定单位"),
        Column("decided_on", "date", "决定日期"),
        Column("expires_on", "date", "有效期至", ("失效日期",)),
        UPDATED_AT,
    ),
    checks=(
        Check("has_target", "region_code is not null or unit_id is not null", "区划代码与单位编号至少填一项"),
        Check("expiry_order", "expires_on >= decided_on", "有效期早于决定日期"),
    ),
)
