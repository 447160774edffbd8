"""Chinese names of a company's customers and their people, as SQL over a number `n`.

An outlet's customers carry its city in their names: what is common in the company is then rare in
most outlets, which is the hard case of searching.
"""

from workspace.demo.names import TRADES

CITIES = [
    *("上海", "杭州", "宁波", "温州", "苏州", "南京", "无锡", "合肥", "广州", "深圳"),
    *("东莞", "佛山", "北京", "天津", "青岛", "济南", "成都", "重庆", "武汉", "长沙"),
]
BRAND = (
    "云华蓝顺远青海锦恒沪康明东佳北宏瑞金盛泰鸿博天启新昌嘉德信和兴丰永润福景星安隆凯利美翔旭龙腾立"
    "杉汀达川禾岳程通桥祺木辰源泽茂祥亿诚欣悦航宇峰洋江湖林森仁义健宝来格朗斯特尔雅思维创联众合品尚麦逸驰"
)
WORDS = sorted({trade.word for trade in TRADES} | {"供应链管理", "国际物流", "电子商务", "进出口"})
_FORMS = ("有限公司", "有限公司", "贸易有限公司", "科技有限公司", "实业有限公司", "股份有限公司")
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁单仇解"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰建国文斌晨曦宇轩浩然佳怡雪梅志远"


def _one_of(words: "list[str] | tuple[str, ...] | str", salt: int) -> str:
    """An SQL expression: one of the words, by a hash of n."""
    array = ", ".join(f"'{word}'" for word in words)
    return f"(ARRAY[{array}])[1 + (hashint8(n * 31 + {salt}) & 1048575) % {len(words)}]"


CITY = f"(ARRAY[{', '.join(repr(city) for city in CITIES)}])[1 + n % {len(CITIES)}]"
SHORT_NAME = f"{_one_of(BRAND, 11)} || {_one_of(BRAND, 12)} || {_one_of(WORDS, 13)}"
NAME = f"{CITY} || {SHORT_NAME} || {_one_of(_FORMS, 14)}"
USCC = "'91' || lpad((n % 340000)::text, 6, '3') || upper(substr(md5(n::text), 1, 10))"
PHONE = "'0' || (21 + n % 70) || '-' || (60000000 + (hashint8(n) & 16777215))"
PERSON = f"{_one_of(_SURNAMES, 21)} || {_one_of(_GIVEN, 22)} || {_one_of(_GIVEN, 23)}"
MOBILE = "'1' || (30 + n % 70) || lpad((hashint8(n * 7) & 67108863)::text, 8, '0')"
