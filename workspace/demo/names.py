"""Names that sound real and are invented: companies, people, codes, numbers nobody has."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from workspace.demo.places import City

_USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BASIC_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余"
    "叶杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷"
    "龙史陶贺顾毛郝龚邵万钱严覃武戚莫孔"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰建国文斌晨曦宇轩浩然佳怡雪梅志"
    "远思琪海波俊峰丹妮晓燕春生立新学友永康瑞安子涵博雅凯旋宁欣悦彤嘉铭启航若琳"
)
WORKER_SURNAMES = (
    *(("王", "wang"), ("李", "li"), ("张", "zhang"), ("刘", "liu"), ("杨", "yang")),
    *(("黄", "huang"), ("徐", "xu"), ("孙", "sun"), ("马", "ma"), ("朱", "zhu"), ("胡", "hu")),
    *(("郭", "guo"), ("罗", "luo"), ("高", "gao"), ("梁", "liang"), ("谢", "xie"), ("宋", "song")),
    *(("唐", "tang"), ("韩", "han"), ("冯", "feng"), ("曹", "cao"), ("彭", "peng"), ("田", "tian")),
)
WORKER_GIVEN = (
    *(("伟", "wei"), ("静", "jing"), ("磊", "lei"), ("洋", "yang"), ("涛", "tao"), ("明", "ming")),
    *(("超", "chao"), ("霞", "xia"), ("平", "ping"), ("建", "jian"), ("文", "wen"), ("斌", "bin")),
    *(("宇", "yu"), ("佳", "jia"), ("雪", "xue"), ("志", "zhi"), ("远", "yuan"), ("海", "hai")),
    *(("峰", "feng"), ("燕", "yan"), ("立", "li"), ("新", "xin"), ("欣", "xin"), ("宁", "ning")),
)
_BRAND_FIRST = (
    "云华蓝顺远青海锦恒沪康明东佳北宏瑞金盛泰鸿博天启新昌嘉德信和兴丰永润福景星安隆凯"
    "利美翔旭龙腾立百万千中光晟睿卓耀骏铭辰沃科诺优欧奥贝凌迈逸"
)
_BRAND_SECOND = (
    "杉瑞汀达川禾岳程通宁桥川祺木辰博源泽润丰茂盛隆祥和泰亿信诚佳美欣悦航宇峰海洋江湖"
    "林森德仁义康健宝利来福格朗斯特尔雅思维创联众合品尚麦逸驰威科奇凡"
)


@dataclass(frozen=True, slots=True)
class Trade:
    """A line of business: its industry, the words of a name, what it sends and how."""

    industry: str
    word: str  # in the registered name
    short: str
    goods: str
    services: tuple[tuple[str, float], ...]
    weight: float
    cod: float = 0.0  # part of the waybills with cash on delivery


STANDARD, FAST, LTL, FTL, COLD = "标准快递", "特快", "零担", "整车", "冷链"
_PARCELS = ((STANDARD, 8.0), (FAST, 1.5), (LTL, 0.5))
_MIXED = ((STANDARD, 3.0), (FAST, 1.0), (LTL, 4.0), (FTL, 0.6))
_FREIGHT = ((LTL, 7.0), (FTL, 2.0), (STANDARD, 1.0))
_CHILLED = ((COLD, 7.0), (FAST, 2.0), (STANDARD, 1.0))
TRADES = (
    Trade("电子商务", "电子商务", "电商", "日用百货", _PARCELS, 9, 0.06),
    Trade("服装鞋帽", "服饰", "服饰", "服装", _PARCELS, 9, 0.04),
    Trade("服装鞋帽", "鞋业", "鞋服", "鞋靴", _PARCELS, 4, 0.03),
    Trade("家用电器", "电器", "家电", "小家电、白电", _MIXED, 5),
    Trade("医药", "医药", "医药", "药品、疫苗", _CHILLED, 4),
    Trade("医疗器械", "医疗器械", "医疗", "耗材、设备", _MIXED, 4),
    Trade("汽车配件", "汽车零部件", "汽配", "汽车配件", _FREIGHT, 6),
    Trade("机械制造", "机械", "机械", "机床、备件", _FREIGHT, 5),
    Trade("机械制造", "重型机械", "重工", "大型设备", _FREIGHT, 1),
    Trade("化工", "化工", "化工", "涂料、助剂", _FREIGHT, 4),
    Trade("生鲜食品", "生鲜食品", "生鲜", "水果、冻品", _CHILLED, 4),
    Trade("食品饮料", "食品", "食品", "休闲食品", _MIXED, 6),
    Trade("光电", "光电科技", "光电", "显示模组", _MIXED, 3),
    Trade("纺织", "纺织", "纺织", "面料、纱线", _FREIGHT, 5),
    Trade("新能源", "新能源科技", "锂电", "电芯、电池包", _FREIGHT, 2),
    Trade("家居", "家居用品", "家居", "家具、软装", _FREIGHT, 5),
    Trade("电子", "电子", "电子", "元器件", _MIXED, 7),
    Trade("文教办公", "文化用品", "文具", "办公用品", _PARCELS, 3),
    Trade("母婴", "母婴用品", "母婴", "奶粉、纸品", _PARCELS, 3, 0.03),
    Trade("建材五金", "五金制品", "五金", "五金、建材", _FREIGHT, 6),
    Trade("包装印刷", "包装", "包装", "纸箱、包材", _FREIGHT, 3),
    Trade("茶酒", "茶业", "茶业", "茶叶、酒水", _PARCELS, 3),
    Trade("日化", "日化", "日化", "洗护用品", _MIXED, 4),
    Trade("玩具礼品", "玩具", "玩具", "玩具、礼品", _PARCELS, 3),
)
TRADE_OF = {trade.short: trade for trade in TRADES}
_FORMS_LARGE = ("股份有限公司", "集团有限公司", "有限公司", "有限公司")
_FORMS = ("有限公司", "有限公司", "贸易有限公司", "科技有限公司", "实业有限公司", "商贸有限公司")
_FORMS_TINY = ("经营部", "商行", "有限公司", "商行")
_SHOPS = {"服饰", "鞋服", "五金", "茶业", "文具", "玩具", "家居", "母婴"}


def brand(chance: Random) -> str:
    """Two signs that make a brand."""
    first = chance.choice(_BRAND_FIRST)
    return first + chance.choice(_BRAND_SECOND.replace(first, ""))


def registered_name(chance: Random, city: str, mark: str, trade: Trade, revenue: float) -> str:
    """A name as on a licence: place, brand, trade, form."""
    forms: Sequence[str] = _FORMS
    if revenue > 1_500_000:
        forms = _FORMS_LARGE
    elif trade.word.endswith(("科技", "商务")):
        forms = _FORMS[:1]
    elif revenue < 15_000 and trade.short in _SHOPS:
        forms = _FORMS_TINY
    return f"{city}{mark}{trade.word}{chance.choice(forms)}"


def person_name(chance: Random) -> str:
    """A name of two or three signs."""
    given = "".join(chance.sample(_GIVEN, chance.choice((1, 2, 2, 2))))
    return chance.choice(_SURNAMES) + given


def social_credit_code(chance: Random, city: City, *, enterprise: bool = True) -> str:
    """An invented code of 18 signs, with both check signs right (03 B12)."""
    body = "MA" + "".join(chance.choice(_USCC_SIGNS) for _ in range(6))
    code = f"9{1 if enterprise else 2}{city.division}{body}{_organization_check(body)}"
    return code + check_sign(code)


def check_sign(code: str) -> str:
    """The 18th sign for the first 17 (GB 32100-2015)."""
    total = sum(_USCC_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return _USCC_SIGNS[(31 - total) % 31]


def mobile(chance: Random) -> str:
    """Eleven digits of a range that no person has."""
    return f"1400{chance.randrange(10**7):07}"


def landline(chance: Random, city: City) -> str:
    """A number that no exchange gives out."""
    digits = 7 if len(city.dialling) == 3 else 6
    return f"{city.dialling}-1{chance.randrange(10**digits):0{digits}}"


def _organization_check(body: str) -> str:
    """The ninth sign of an organisation code (GB 11714)."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(
        _BASIC_SIGNS.index(sign) * weight for sign, weight in zip(body, weights, strict=True)
    )
    return "0123456789X0"[11 - total % 11]
