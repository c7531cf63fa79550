"""Source table region: places, their names over time and their size."""

from cockpit.contract.table import UPDATED_AT, Check, Column, Table

TABLE = Table(
    name="region",
    label="区划",
    grain="One row per region code.",
    key=("code",),
    aliases=("行政区划", "地区"),
    columns=(
        Column("code", "region", "区划代码", ("统计用区划代码", "地区代码", "region_code"), required=True),
        Column("name", "text", "名称", ("区划名称", "地区名称", "region_name"), required=True),
        Column("level", "text", "级别", ("层级", "region_level"), codes="region_level"),
        Column("parent", "region", "上级代码", ("上级区划代码", "parent_code")),
        Column("valid_from", "date", "启用日期"),
        Column("valid_to", "date", "停用日期"),
        Column("population", "integer", "人口", ("常住人口", "人口数")),
        Column("households", "integer", "户数"),
        Column("longitude", "number", "经度", ("lon", "lng")),
        Column("latitude", "number", "纬度", ("lat",)),
        UPDATED_AT,
    ),
    checks=(
        Check("population_not_negative", "population >= 0", "人口不能为负数"),
        Check("households_not_negative", "households >= 0", "户数不能为负数"),
        Check("longitude_in_range", "longitude between -180 and 180", "经度超出 -180 至 180"),
        Check("latitude_in_range", "latitude between -90 and 90", "纬度超出 -90 至 90"),
        Check("valid_order", "valid_to >= valid_from", "停用日期早于启用日期"),
    ),
)
