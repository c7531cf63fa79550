"""Source table complaint_event: the way of a complaint through its six stages."""

from cockpit.contract.table import UPDATED_AT, Column, Table

TABLE = Table(
    name="complaint_event",
    label="投诉办理记录",
    grain="One row per complaint, stage and time.",
    key=("complaint_id", "stage", "at"),
    aliases=("投诉流程", "投诉环节"),
    columns=(
        Column("complaint_id", "text", "投诉编号", ("信访编号",), required=True, refers_to="complaint"),
        Column("stage", "text", "环节", ("办理环节",), required=True, codes="complaint_stage"),
        Column("at", "timestamp", "时间", ("办理时间", "发生时间"), required=True, past=True),
        Column("unit_id", "text", "单位编号", ("办理单位", "承办单位"), refers_to="unit"),
        Column("note", "text", "说明", ("办理意见", "备注"), personal="text"),
        UPDATED_AT,
    ),
)
