"""Source table fund_publication: public money for people (惠民资金) as a place has made it public."""

from cockpit.contract.table import UPDATED_AT, Check, Column, Table

TABLE = Table(
    name="fund_publication",
    label="惠民资金公开",
    grain="One row per publication of what was paid out of a fund in a place.",
    key=("id",),
    aliases=("惠民资金公示", "资金公开"),
    columns=(
        Column("id", "text", "编号", ("公开编号",), required=True),
        Column("region_code", "region", "区划代码", ("所属村", "村区划代码", "village"), required=True),
        Column(
            "fund",
            "text",
            "资金名称",
            ("惠民资金", "项目名称", "救助项目"),
            required=True,
            note="Named as `scheme` of relief.",
        ),
        Column("amount", "number", "公开金额", ("金额",), note="Yuan."),
        Column("recipients", "integer", "发放人数", ("人数", "户数")),
        Column("published_on", "date", "公开日期", required=True, past=True),
        Column(
            "for_year",
            "integer",
            "所属年度",
            ("年度",),
            note="Year of the payments; without it, that of the publication.",
        ),
        UPDATED_AT,
    ),
    checks=(
        Check("amount_not_negative", "amount >= 0", "公开金额不能为负数"),
        Check("recipients_not_negative", "recipients >= 0", "发放人数不能为负数"),
        Check("year_plausible", "for_year between 1949 and 2100", "所属年度须为四位年份"),
    ),
)
