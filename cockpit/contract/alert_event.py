"""Source table alert_event: what was done about an alert, as other systems report it."""

from cockpit.contract.table import UPDATED_AT, Check, Column, Table

TABLE = Table(
    name="alert_event",
    label="预警处置记录",
    grain="One row per alert, stage and time.",
    key=("alert_id", "stage", "at"),
    aliases=("预警流程", "预警办理记录"),
    columns=(
        Column("alert_id", "text", "预警编号", required=True, refers_to="alert"),
        Column("stage", "text", "环节", ("处置环节",), required=True, codes="alert_stage"),
        Column("at", "timestamp", "时间", ("办理时间", "发生时间"), required=True, past=True),
        Column("unit_id", "text", "单位编号", ("办理单位",), refers_to="unit"),
        Column("finding", "text", "核查结论", ("核查结果",), codes="finding"),
        Column("disposition", "text", "处置方式", codes="disposition"),
        Column("four_form", "text", "四种形态", codes="four_form"),
        Column("persons", "integer", "处理人数", ("人数",)),
        Column("recovered", "number", "追回金额", ("挽回损失",), note="Yuan."),
        Column("note", "text", "说明", ("备注",), personal="text"),
        UPDATED_AT,
    ),
    checks=(
        Check("persons_not_negative", "persons >= 0", "处理人数不能为负数"),
        Check("recovered_not_negative", "recovered >= 0", "追回金额不能为负数"),
    ),
)
