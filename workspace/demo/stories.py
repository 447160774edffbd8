"""What there is to find: customers whose figures, money and words tell one thing.

Days count back from the first day of the demonstration (0) as negative numbers.
"""

from dataclasses import dataclass

from workspace.demo.company import LATE_OUTLET
from workspace.demo.profiles import Habit, Settlement, Trend

HOME = "YC-SHHQ"  # the outlet of most of them, all of one manager
MANAGER = "linxiao"
MONTHLY = Settlement("monthly", 31, 30, 1)
STEADY, ORDINARY = Trend(0.05), Habit()


@dataclass(frozen=True, slots=True)
class Note:
    """What a manager wrote down on a day."""

    day: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Voice:
    """What somebody of the customer answered on a day."""

    day: int
    role: str
    csat: int
    nps: int
    comment: str
    effort: int | None = None  # CES of 1 to 5, asked after a complaint


@dataclass(frozen=True, slots=True)
class Story:
    """A customer written by hand; `key` names the story, `revenue` is of an ordinary year."""

    key: str
    city: str
    brand: str
    trade: str  # short word
    form: str
    revenue: float
    trend: Trend = STEADY
    habit: Habit = ORDINARY
    settlement: Settlement = MONTHLY
    mood: float = 0.7
    margin: float = 0.14
    status: str = "active"
    outlet: str = HOME
    manager: str = MANAGER
    parent: str = ""  # brand of the group company
    years: int = 4  # with us
    limit: int | None = None
    advance: int = 0  # CNY that came four days ago without a word
    tags: tuple[str, ...] = ()
    attention: str = ""
    notes: tuple[Note, ...] = ()
    voices: tuple[Voice, ...] = ()


STORIES = (
    Story(
        *("largest", "上海", "华瑞", "家电", "股份有限公司", 15_500_000),
        trend=Trend(0.14),
        habit=Habit(late=-3, spread=1, part=0),
        settlement=Settlement("monthly", 25, 45, 3),
        mood=0.85,
        years=7,
        limit=4_500_000,
        tags=("华东大客户", "年框"),
        attention="双十一前两周需加派装卸班组；送货上门须预约。",
        notes=(
            Note(
                -180,
                "visit",
                "季度回顾。对干线稳定性满意，希望把售后件也交给我们，月均约 1,200 票。",
            ),
            Note(
                -33, "visit", "双十一备货会。确认加派 2 个装卸班组、4 条直发线，旺季费率维持不变。"
            ),
            Note(-6, "call", "财务核对 10 月账单无误，按期付款。来年年框意向续签。"),
        ),
        voices=(Voice(-12, "decider", 5, 9, "旺季保障到位，双十一没有爆仓。"),),
    ),
    Story(
        *("fading", "上海", "云杉", "电商", "股份有限公司", 10_800_000),
        trend=Trend(-0.02, fades_from=-70, half_life=40),
        habit=Habit(late=11, spread=5, part=0.2),
        settlement=Settlement("monthly", 31, 60, 1),
        mood=0.3,
        margin=0.115,
        years=6,
        limit=3_000_000,
        tags=("华东大客户", "价格敏感"),
        attention="竞品快驰物流报价低 8%，续签前需分公司同行。",
        notes=(
            Note(-150, "visit", "仓库主管高翔反映夜间提货排队，已协调错峰。总体满意。"),
            Note(-68, "call", "采购经理许静问我们能否跟进快驰物流的报价，低 8%。回复需分公司批。"),
            Note(
                -41, "visit", "物流总监韩磊：两条华南线已试用快驰。若时效再不稳，年底前全部切走。"
            ),
            Note(-16, "wechat", "双十一后三天积压，客服只回“正在核实”。韩磊很不满，要求书面说明。"),
            Note(
                -3,
                "call",
                "约总经理陆远航视频会，赵宏同行。需要带：临时仓方案、时效改进、价格底线。",
            ),
        ),
        voices=(
            Voice(-290, "influencer", 4, 8, "总体不错，夜间提货再快些就好。"),
            Voice(-104, "purchaser", 3, 6, "价格没有优势，服务也没有更好。"),
            Voice(-9, "influencer", 2, 3, "双十一后连续三天积压，客服只会说“正在核实”。", 5),
            Voice(-8, "decider", 3, 6, "同行报价更低，我们需要一个留下来的理由。"),
            Voice(-7, "user", 5, 9, "司机师傅和网点的人都很好。"),
        ),
    ),
    Story(
        *("steady", "上海", "蓝汀", "医药", "有限公司", 7_600_000),
        trend=Trend(0.26),
        habit=Habit(late=-4, spread=1, part=0),
        settlement=Settlement("monthly", 31, 45, 6),
        mood=0.95,
        margin=0.19,
        limit=2_200_000,
        tags=("华东大客户", "冷链"),
        attention="全程 2-8 ℃，每票附温度曲线。",
        notes=(
            Note(-95, "visit", "松江冷链库季度回顾：温度记录 100% 合格，拟增加西南两条线。"),
            Note(-20, "call", "质量部确认新冷藏车验证报告，下月起走成都、昆明。"),
        ),
        voices=(Voice(-10, "decider", 5, 10, "冷链最放心的一家，温度曲线随票即到。"),),
    ),
    Story(
        *("slow payer", "上海", "顺达", "汽配", "有限公司", 3_900_000),
        trend=Trend(-0.22),
        habit=Habit(late=12, spread=4, part=0.3, worsens_from=-270),
        settlement=Settlement("monthly", 31, 30, 1),
        mood=0.25,
        margin=0.08,
        limit=600_000,
        tags=("催收",),
        attention="逾期未清前，新增月结须网点负责人同意。",
        notes=(
            Note(-120, "call", "财务说主机厂回款慢，承诺下月补齐。"),
            Note(-75, "visit", "现场库存明显增多，两条产线停着。老板不在，财务只肯先付一半。"),
            Note(-30, "call", "第二次承诺月底付 20 万，未到账。已抄送何敏。"),
            Note(-4, "call", "仍以主机厂未结款为由拖延，建议先转现付。"),
        ),
        voices=(Voice(-100, "finance", 2, 2, "天天催款，先把丢件的赔了再说。", 4),),
    ),
    Story(
        *("fast grower", "上海", "远川", "锂电", "股份有限公司", 900_000),
        trend=Trend(since=-280, climbs_from=-280),
        habit=Habit(late=0, spread=3),
        settlement=Settlement("monthly", 31, 30, 2),
        mood=0.8,
        years=1,
        limit=400_000,
        tags=("潜力",),
        attention="锂电池按九类危险品申报，需 UN38.3 报告。",
        notes=(
            Note(-282, "visit", "首单试运行：苏州到成都 20 托，验货无误。"),
            Note(-60, "visit", "二期厂房年底投产，运量预计再翻一倍，问能否派驻场。"),
        ),
        voices=(Voice(-13, "decider", 5, 9, "跟得上我们扩产的节奏。"),),
    ),
    Story(
        *("dispute", "上海", "青禾", "生鲜", "有限公司", 2_700_000),
        trend=Trend(-0.06),
        habit=Habit(late=6, spread=4, disputes=frozenset({2})),
        settlement=Settlement("monthly", 25, 30, 4),
        mood=0.3,
        limit=700_000,
        tags=("冷链",),
        attention="到货温度超过 8 ℃ 拒收，须拍照留证。",
        notes=(
            Note(-62, "call", "两票樱桃到货 11 ℃，客户拒收并对当期账单提出异议。"),
            Note(
                -48,
                "visit",
                "与物流总监王敏复盘：郑州中转断链 3 小时。理赔金额未谈拢，对应的一期账单暂挂。",
            ),
            Note(-11, "call", "客户愿意先付无争议部分，争议部分等理赔结论。"),
        ),
        voices=(
            Voice(-55, "influencer", 2, 3, "到货温度超标两次，赔付谈了一个月。", 5),
            Voice(-9, "user", 3, 5, "最近好一些，但我们不敢放大单。"),
        ),
    ),
    Story(
        *("promoter", "上海", "锦程", "鞋服", "有限公司", 46_000),
        trend=Trend(0.03),
        habit=Habit(late=-2, spread=2),
        settlement=Settlement("monthly", 31, 30, 5),
        mood=1.0,
        margin=0.21,
        years=5,
        tags=("口碑客户",),
        attention="老板每次都推荐同行给我们；大部分货仍走自有车队。",
        notes=(
            Note(
                -140,
                "visit",
                "老板又介绍了两家同园区的客户。他自己九成的货走自有车队，可以谈外包。",
            ),
            Note(-25, "wechat", "问明年自有车队到期更新的事，可能是外包的机会。"),
        ),
        voices=(
            Voice(-280, "decider", 5, 10, "服务没话说，已推荐给好几个同行。"),
            Voice(-105, "decider", 5, 10, "一如既往。"),
            Voice(-14, "decider", 5, 10, "我逢人就推荐你们。"),
        ),
    ),
    Story(
        *("prospect", "上海", "海岳", "食品", "有限公司", 0),
        status="prospect",
        settlement=Settlement(),
        years=0,
        tags=("潜力", "待报价"),
        attention="现用两家承运商，合同明年一季度到期。",
        notes=(
            Note(-45, "call", "市场部转来的线索：青浦工厂，月均约 3,000 票，常温加冷藏。"),
            Note(
                -18, "visit", "首次拜访青浦工厂，提货等车两小时是他们的痛点。下次带路线方案和报价。"
            ),
        ),
    ),
    Story(
        *("near limit", "上海", "恒通", "化工", "有限公司", 1_050_000),
        trend=Trend(0.18),
        habit=Habit(late=3, spread=3),
        settlement=Settlement("monthly", 31, 60, 1),
        mood=0.5,
        limit=300_000,
        tags=("危化",),
        attention="部分品类为危险货物，须查验运输资质。",
        notes=(Note(-22, "call", "月结额度快用完，客户问能否调到 50 万。资料已交分公司财务。"),),
    ),
    Story(
        *("bills", "上海", "沪宁", "纺织", "有限公司", 820_000),
        habit=Habit(late=4, spread=5, bills=0.9),
        settlement=Settlement("monthly", 31, 30, 9),
        mood=0.55,
        limit=300_000,
        attention="习惯用六个月承兑汇票付款。",
        notes=(Note(-50, "call", "又寄来一张六个月的承兑，账面看着已付，其实在途。"),),
    ),
    Story(
        *("group", "上海", "北辰", "重工", "集团有限公司", 3_900_000),
        trend=Trend(0.04),
        settlement=Settlement("monthly", 25, 45, 1),
        years=8,
        limit=2_500_000,
        tags=("集团客户", "年框"),
        attention="集团统一议价，各子公司分别结算。",
        notes=(Note(-29, "visit", "年框谈判：要求四家公司合并计量，返利按总额阶梯。"),),
        voices=(Voice(-11, "decider", 4, 8, "集团各公司体验不一致，合肥那边问题多。"),),
    ),
    Story(
        *("group", "苏州", "北辰", "五金", "有限公司", 1_300_000),
        outlet="YC-SZYQ",
        manager="",
        parent="北辰",
    ),
    Story(
        *("group", "杭州", "北辰", "电子", "有限公司", 760_000),
        trend=Trend(0.05, rests=40),
        attention="每年这段时间停产检修约六周，期间不发货，不必催。",
        outlet="YC-HZXS",
        manager="",
        parent="北辰",
    ),
    Story(
        *("group", "合肥", "北辰", "汽配", "有限公司", 540_000),
        habit=Habit(late=25, spread=8),
        mood=0.3,
        outlet="YC-HFJK",
        manager="",
        parent="北辰",
    ),
    Story(
        *("late outlet", "郑州", "豫兴", "电子", "有限公司", 1_650_000),
        mood=0.2,
        outlet=LATE_OUTLET,
        manager="",
        attention="近三个月晚点集中在圃田网点派送段。",
        notes=(
            Note(-58, "call", "连续两周送货晚一天以上，客户要求换派送网点。"),
            Note(-19, "visit", "圃田网点换了外包派送商后人手不足，客户产线等料两次。"),
        ),
        voices=(Voice(-10, "user", 2, 2, "最近三个月几乎每周都晚到，产线停过两次。", 5),),
    ),
    Story(
        *("lost", "上海", "宏博", "家居", "有限公司", 1_400_000),
        trend=Trend(-0.1, until=-155),
        habit=Habit(late=8, spread=4),
        mood=0.2,
        status="lost",
        notes=(
            Note(-190, "visit", "家具破损赔付三次都超过一个月，客户说不再续签。"),
            Note(-154, "call", "客户确认全部转到快驰物流。原因：破损、理赔慢。"),
        ),
        voices=(Voice(-200, "decider", 1, 0, "破损赔付拖了又拖，我们不续了。", 5),),
    ),
    Story(
        *("portfolio", "上海", "明川", "光电", "有限公司", 3_600_000),
        trend=Trend(0.09),
        limit=900_000,
    ),
    Story(
        *("portfolio", "上海", "康桥", "医疗", "有限公司", 3_100_000), trend=Trend(0.12), mood=0.85
    ),
    Story(  # stopped without a word
        *("portfolio", "上海", "东祺", "电子", "有限公司", 2_300_000),
        trend=Trend(0.06, until=-12),
    ),
    Story(
        *("credit", "上海", "佳木", "家居", "有限公司", 860_000),
        trend=Trend(0.01),
        mood=0.5,
        advance=300_000,
        notes=(Note(-3, "call", "到了一笔 30 万没写用途，对方财务说是预付明年的，待书面确认。"),),
    ),
    Story(
        *("new key account", "上海", "鹏跃", "电子", "股份有限公司", 26_000_000),
        trend=Trend(since=-6),
        settlement=Settlement("monthly", 31, 30, 11),
        mood=0.8,
        years=0,
        limit=1_500_000,
        tags=("新签",),
        attention="首月试运行，每天 17:00 前回传签收率；异常 1 小时内电话告知。",
        notes=(
            Note(-40, "visit", "松江新厂投产，原承运商跟不上产能。对方要求先试一个月。"),
            Note(-7, "call", "试运行协议已签，明天起上海到全国六条线全部走我们。"),
            Note(-1, "wechat", "物流部：首周签收率好于预期，下月想把退货也并过来。"),
        ),
    ),
)
