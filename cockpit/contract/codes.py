"""Closed code lists: code to Chinese label, in the order in which they are shown."""

REGION_LEVEL = {"province": "省", "city": "市", "county": "县", "town": "乡镇", "village": "村"}
COMPLAINT_STAGE = {
    "accepted": "受理",
    "referred": "转办",
    "handling": "办理",
    "reviewed": "审核",
    "replied": "答复",
    "rated": "评价",
}
COMPLAINT_CHANNEL = {
    "scan": "扫码",
    "app": "小程序/App",
    "web": "网站",
    "hotline": "12388 电话",
    "letter": "来信",
    "visit": "来访",
    "other": "其他",
}
MODULE = {
    "village_project": "村级工程",
    "asset": "资产资源",
    "labour": "劳务用工",
    "procurement": "村级采购",
    "relief": "困难救助",
    "seal": "印章管理",
}
ALERT_LEVEL = {"red": "红色", "yellow": "黄色", "blue": "蓝色"}
ALERT_SOURCE = {
    "collision": "数据碰撞",
    "investigation": "审查调查反馈",
    "inspection": "巡察反馈",
    "embedded_module": "嵌入模块",
    "manual": "人工",
}
ALERT_STAGE = {
    "raised": "预警",
    "assigned": "分办",
    "verified": "核查",
    "disposed": "处置",
    "applied": "运用",
    "assessed": "考核",
}
FINDING = {"substantiated": "属实", "partly": "部分属实", "unsubstantiated": "不属实"}
DISPOSITION = {
    "closed": "予以了结",
    "talk": "提醒谈话",
    "rectify": "责令整改",
    "recover": "追回资金",
    "clue": "转问题线索",
    "case_filed": "立案",
    "sanction": "党纪政务处分",
    "transfer": "移送司法",
}
FOUR_FORM = {"1": "第一种形态", "2": "第二种形态", "3": "第三种形态", "4": "第四种形态"}
RATING_NOTE_KIND = {"veto": "一票否决", "cap": "限制等级", "appeal": "申诉"}
DOCUMENT_KIND = {
    "report": "请示报告书",
    "clue_approval": "问题线索审批单",
    "assignment": "分办函",
    "work_notice": "工作提示",
    "inspection": "检查报告",
    "proposal": "建议书",
}
RECTIFICATION_KIND = {"problem_list": "问题清单", "campaign": "专项治理", "rule": "制度建设"}

CODES: dict[str, dict[str, str]] = {
    "region_level": REGION_LEVEL,
    "complaint_stage": COMPLAINT_STAGE,
    "complaint_channel": COMPLAINT_CHANNEL,
    "module": MODULE,
    "alert_level": ALERT_LEVEL,
    "alert_source": ALERT_SOURCE,
    "alert_stage": ALERT_STAGE,
    "finding": FINDING,
    "disposition": DISPOSITION,
    "four_form": FOUR_FORM,
    "rating_note_kind": RATING_NOTE_KIND,
    "rectification_kind": RECTIFICATION_KIND,
    "document_kind": DOCUMENT_KIND,
}
