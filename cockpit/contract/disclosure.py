"""Source table disclosure: what a village has made public."""

from cockpit.contract.table import UPDATED_AT, Column, Table

TABLE = Table(
    name="disclosure",
    label="公开公示",
    grain="One row per village, item and day of publication.",
    key=("region_code", "item_code", "published_on"),
    aliases=("公开记录",),
    columns=(
        Column("region_code", "region", "村区划代码", ("区划代码", "village"), required=True),
        Column("item_code", "text", "事项代码", ("item",), required=True, refers_to="disclosure_item"),
        Column("published_on", "date", "公开日期", required=True, past=True),
        UPDATED_AT,
    ),
)
