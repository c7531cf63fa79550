"""Source table complaint: what residents report."""

from cockpit.contract.table import UPDATED_AT, Check, Column, Table

TABLE = Table(
    name="complaint",
    label="投诉",
    grain="One row per complaint.",
    key=("id",),
    aliases=("信访投诉", "投诉举报", "留言"),
    columns=(
        Column("id", "text", "投诉编号", ("编号", "信访编号", "complaint_id"), required=True),
        Column(
            "received_at",
            "timestamp",
            "受理时间",
            ("收件时间", "投诉时间", "登记时间"),
            required=True,
            past=True,
        ),
        Column("region_code", "region", "区划代码", ("地区代码", "问题属地代码"), required=True),
        Column("place", "text", "地点", ("问题属地", "地址"), personal="text"),
        Column("industry_code", "text", "行业", ("领域", "重点领域", "行业代码"), refers_to="industry"),
        Column("category", "text", "问题类别", ("类别", "投诉类别")),
        Column("channel", "text", "渠道", ("来源渠道", "投诉渠道"), codes="complaint_channel"),
        Column("unit_id", "text", "承办单位", ("单位编号", "被投诉单位"), refers_to="unit"),
        Column("subject", "text", "标题", ("主题", "投诉标题"), personal="text"),
        Column("text", "text", "内容", ("投诉内容", "详情"), personal="text"),
        Column("writer", "text", "投诉人", ("举报人", "留言人", "姓名"), personal="pseudonym"),
        Column("stage", "text", "环节", ("办理环节", "当前环节"), codes="complaint_stage"),
        Column("due_at", "timestamp", "办理期限", ("应办结时间", "截止时间")),
        Column("closed_at", "timestamp", "办结时间", ("答复时间",), past=True),
        Column("satisfaction", "integer", "满意度", ("评价得分",), note="1 very poor to 5 very good."),
        Column("outcome", "text", "办理结果", ("核查结果",), codes="finding"),
        UPDATED_AT,
    ),
    checks=(
        Check("closed_after_received", "closed_at >= received_at", "办结时间早于受理时间"),
        Check("due_after_received", "due_at >= received_at", "办理期限早于受理时间"),
        Check("satisfaction_in_range", "satisfaction between 1 and 5", "满意度须为 1 至 5"),
    ),
)
