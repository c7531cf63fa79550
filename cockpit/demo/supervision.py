"""Supervision models and the items of public disclosure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Model:
    """One supervision model: what it watches, the rule it applies, who answers, and how its alerts turn out.

    `variant` ties a model to records of one kind, told by the record itself; '' are all others. `red` and `yellow` are the shares of
    these levels, the rest is blue. `precision` is the share of its verified alerts found true or partly true.
    """

    module: str
    name: str
    industry_code: str
    department: str
    rule: str
    weight: int = 1
    red: float = 0.06
    yellow: float = 0.3
    precision: float = 0.5
    variant: str = ""


MODELS: tuple[Model, ...] = (
    Model("village_project", "拆分工程规避招标", "07", "住房和城乡建设局",
        "同一村同类工程一年内多次发包，单项合同额接近但低于 400 万元限额", 2, 0.12, 0.4, 0.55, variant="split"),
    Model("village_project", "变更发包方式", "07", "住房和城乡建设局", "实际发包方式与立项核准的方式不一致", 2, 0.08),
    Model("village_project", "发包程序不规范", "07", "住房和城乡建设局", "投标家数不足三家仍确定中标单位", 3, 0.05, variant="few"),
    Model("village_project", "违规更换承包方", "07", "水利局", "施工期间承包方信用代码发生变化且无审批记录", 1, 0.12, variant="changed"),
    Model("village_project", "超合同支付工程款", "07", "交通运输局", "已付金额大于合同金额", 2, 0.1, 0.4, 0.6, variant="overpaid"),
    Model("asset", "集体资产低价出租", "06", "农业农村局", "合同租金低于资产评估租金的七成", 2, 0.07),
    Model("asset", "租金拖欠", "06", "农业农村局", "实收租金少于应收租金且逾期超过 90 天", 3, 0.03, 0.25, 0.65, variant="owed"),
    Model("asset", "合同到期未收回", "06", "自然资源局", "租期已满仍在使用，未续签也未收回", 2, 0.04, variant="expired"),
    Model("labour", "村干部超额领取劳务报酬", "06", "农业农村局", "村干部在误工补贴之外领取劳务报酬，超出规定标准", 2, 0.12, 0.4, 0.6, variant="cadre"),
    Model("labour", "虚报用工", "06", "农业农村局", "用工人员当日在外地有就医、参保或务工记录", 2, 0.1, 0.35, 0.45),
    Model("labour", "同日多处用工", "04", "人力资源和社会保障局", "同一人同一天在两处以上领取用工报酬", 3, 0.04),
    Model("procurement", "化整为零采购", "06", "农业农村局", "同一供应商短期内多笔采购，单笔低于限额、合计超过限额", 2),
    Model("procurement", "关联供应商", "06", "农业农村局", "供应商股东与村干部存在亲属关系", 1, 0.15, 0.4, 0.4),
    Model("procurement", "报价不足三家", "06", "农业农村局", "询价采购报价家数少于三家", 3, 0.02, 0.2, variant="few"),
    Model("procurement", "校服定制", "02", "教育局", "校服采购未征求家长意见或价格高于同县均价三成", 1, 0.06, 0.35, 0.5, "校服"),
    Model("relief", "低保对象名下有企业", "08", "民政局", "低保对象或共同生活家庭成员登记为企业股东或法定代表人", 1, 0.1, 0.4, 0.5, "最低生活保障"),
    Model("relief", "冬春救助", "08", "民政局", "同一家庭同一年度重复领取冬春救助", 1, 0.05, 0.3, 0.5, "冬春救助"),
    Model("relief", "临时救助异常", "08", "民政局", "一年内临时救助超过三次或领取人已死亡", 1, 0.06, 0.3, 0.45, "临时救助"),
    Model("relief", "雨露计划", "01", "农业农村局", "受助学生学籍已注销或与普高助学金重复享受", 1, 0.05, 0.3, 0.55, "雨露计划"),
    Model("relief", "普高助学金", "02", "教育局", "受助家庭不在困难家庭名单内", 1, 0.04, 0.3, 0.4, "普高助学金"),
    Model("relief", "创业担保贷款", "04", "人力资源和社会保障局", "贴息期内经营主体已注销或转为他人经营", 1, 0.05, 0.3, 0.4, "创业担保贷款"),
    Model("relief", "外出务工交通补贴", "04", "人力资源和社会保障局", "申领人当年在本县连续参保，无外出务工记录", 1, 0.03, 0.25, 0.6, "外出务工交通补贴"),
    Model("relief", "危房改造", "09", "住房和城乡建设局", "改造对象名下另有住房", 1, 0.07, 0.35, 0.5, "危房改造"),
    Model("seal", "无审批用印", "11", "行政审批局", "用印记录没有对应的审批人或文件编号", 3, 0.03, 0.25, 0.5, variant="blank"),
    Model("seal", "工作时间外用印", "11", "行政审批局", "用印登记时间在夜间或节假日", 1, 0.04, 0.3, 0.35),
    Model("seal", "用印事由与合同不符", "06", "农业农村局", "用印事由与合同台账登记内容不一致", 1, 0.08, 0.35, 0.45),
)  # fmt: skip

SCHEMES = tuple(model.variant for model in MODELS if model.module == "relief")

DISCLOSURE: dict[str, str] = {
    "党务公开": "党组织班子成员及分工 党支部年度计划 主题党日安排 党员发展对象公示 党费收缴情况 组织生活会整改 民主评议结果"
    " 党员承诺事项 换届选举结果 村干部任职备案 党组织议事决定 党风廉政责任",
    "村务决策": "村民代表会议决议 四议两公开事项 村规民约 村民自治章程 村干部坐班安排 年度工作目标 年度工作总结 村民小组长名单"
    " 村务监督委员会名单 村务监督报告 印章使用登记 村民代表名单",
    "财务收支": "月度收入明细 月度支出明细 银行存款余额 债权债务 村干部报酬 误工补贴 招待费用 办公费用 报刊订阅费 差旅费用"
    " 上级拨款 社会捐赠 一事一议筹资 专项资金使用 年度预算 年度决算 审计结果 票据管理",
    "集体资产资源": "固定资产台账 资产处置 资产出租合同 租金收缴 土地承包台账 土地流转 机动地发包 山林承包 水面承包 四荒拍卖"
    " 集体经营收益 收益分配方案 股权设置 股东名册 征地补偿收支 集体建设用地",
    "工程项目": "项目立项 项目预算 招标公告 中标结果 施工合同 开工情况 进度情况 设计变更 质量验收 工程决算 工程款支付 项目监督人"
    " 用工公示 后续管护",
    "惠民补贴": "耕地地力补贴 种粮补贴 农机购置补贴 生态公益林补偿 退耕还林补助 农业保险理赔 产业奖补 危房改造补助 厕所改造补助"
    " 移民后扶资金 高龄津贴 计划生育奖扶 独生子女补助 雨露计划 普高助学金 外出务工交通补贴 创业担保贷款贴息 小额信贷贴息",
    "社会救助": "低保对象评议 低保对象名单 低保金发放 特困供养 临时救助 冬春救助 医疗救助 残疾人补贴 孤儿保障 救灾款物 慰问款物"
    " 防返贫监测对象",
    "便民服务": "宅基地申请 宅基地审批 证明事项清单 代办事项清单 公益性岗位选聘 公益性岗位报酬 养老保险缴费 医疗保险缴费"
    " 计划生育服务 户籍办理指南 用水收费 卫生费收缴 便民电话 投诉举报渠道",
}
"""Items of public disclosure by category; 116 in all."""
INTERVALS = {"财务收支": 30, "工程项目": 90, "集体资产资源": 90, "惠民补贴": 180, "社会救助": 90}
"""Days within which the items of a category are to be renewed; a year where nothing is said."""
