"""The carrier itself: its units and the people who work there."""

from dataclasses import dataclass
from functools import cache

from workspace.demo.chance import stream
from workspace.demo.names import WORKER_GIVEN, WORKER_SURNAMES

GROUP = "YC"
LATE_OUTLET = "YC-ZZPT"  # its deliveries have been late for three months
_BRANCHES = (
    ("YC-HD", "华东分公司", "上海"),
    ("YC-HN", "华南分公司", "广州"),
    ("YC-HB", "华北分公司", "北京"),
    ("YC-HZ", "华中分公司", "武汉"),
    ("YC-XN", "西南分公司", "成都"),
    ("YC-XB", "西北分公司", "西安"),
)
_OUTLETS = (  # code, name, branch, city, weight: its part of the customers
    ("YC-SHHQ", "上海虹桥网点", "YC-HD", "上海", 9),
    ("YC-SHSJ", "上海松江网点", "YC-HD", "上海", 6),
    ("YC-HZXS", "杭州萧山网点", "YC-HD", "杭州", 6),
    ("YC-NBBL", "宁波北仑网点", "YC-HD", "宁波", 4),
    ("YC-SZYQ", "苏州园区网点", "YC-HD", "苏州", 6),
    ("YC-NJJN", "南京江宁网点", "YC-HD", "南京", 4),
    ("YC-GZBY", "广州白云网点", "YC-HN", "广州", 7),
    ("YC-SZBA", "深圳宝安网点", "YC-HN", "深圳", 7),
    ("YC-DGHM", "东莞虎门网点", "YC-HN", "东莞", 4),
    ("YC-FSNH", "佛山南海网点", "YC-HN", "佛山", 3),
    ("YC-XMHL", "厦门湖里网点", "YC-HN", "厦门", 3),
    ("YC-BJSY", "北京顺义网点", "YC-HB", "北京", 6),
    ("YC-TJDL", "天津东丽网点", "YC-HB", "天津", 3),
    ("YC-QDCY", "青岛城阳网点", "YC-HB", "青岛", 3),
    ("YC-JNLC", "济南历城网点", "YC-HB", "济南", 3),
    ("YC-WHDX", "武汉东西湖网点", "YC-HZ", "武汉", 4),
    ("YC-CSYH", "长沙雨花网点", "YC-HZ", "长沙", 3),
    ("YC-ZZPT", "郑州圃田网点", "YC-HZ", "郑州", 4),
    ("YC-HFJK", "合肥经开网点", "YC-HZ", "合肥", 3),
    ("YC-CDSL", "成都双流网点", "YC-XN", "成都", 4),
    ("YC-CQYB", "重庆渝北网点", "YC-XN", "重庆", 3),
    ("YC-KMCG", "昆明呈贡网点", "YC-XN", "昆明", 2),
    ("YC-XABQ", "西安灞桥网点", "YC-XB", "西安", 3),
    ("YC-LZXG", "兰州西固网点", "YC-XB", "兰州", 1),
)
_NAMED = (  # username, name, role, unit
    ("shenlan", "沈岚", "unit_manager", "YC"),
    ("qianwen", "钱文", "finance", "YC"),
    ("guyan", "顾言", "analyst", "YC"),
    ("zhenghao", "郑好", "service_agent", "YC"),
    ("zhaohong", "赵宏", "unit_manager", "YC-HD"),
    ("wuyue", "吴悦", "finance", "YC-HD"),
    ("hemin", "何敏", "unit_manager", "YC-SHHQ"),
    ("linxiao", "林晓", "account_manager", "YC-SHHQ"),
    ("zhoukai", "周凯", "account_manager", "YC-SHHQ"),
    ("chenying", "陈颖", "account_manager", "YC-SHHQ"),
)
ADMINISTRATOR = ("xuning", "许宁")


@dataclass(frozen=True, slots=True)
class Unit:
    """A place of the tree; `weight` counts for outlets only."""

    code: str
    name: str
    level: str
    parent: str
    city: str
    weight: float = 0


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here."""

    username: str
    name: str
    role: str
    unit: str


@cache
def units() -> tuple[Unit, ...]:
    """The tree, from the top."""
    return (
        Unit(GROUP, "驿程速运集团", "group", "", "上海"),
        *(Unit(code, name, "branch", GROUP, city) for code, name, city in _BRANCHES),
        *(
            Unit(code, name, "outlet", branch, city, weight)
            for code, name, branch, city, weight in _OUTLETS
        ),
    )


@cache
def outlets() -> tuple[Unit, ...]:
    """Where customers belong."""
    return tuple(unit for unit in units() if unit.level == "outlet")


@cache
def outlet_of(city: str) -> str:
    """The outlet that delivers in a city; "" where partners do."""
    return next((unit.code for unit in outlets() if unit.city == city), "")


@cache
def people() -> tuple[Person, ...]:
    """Everybody but the administrator."""
    staff = [Person(*named) for named in _NAMED]
    taken = {person.username for person in staff} | {ADMINISTRATOR[0]}
    filled = {(person.role, person.unit) for person in staff}
    for role, unit in _posts():
        if (role, unit) not in filled:
            staff.append(_person(len(staff), role, unit, taken))
            taken.add(staff[-1].username)
    return tuple(staff)


@cache
def managers_of(unit: str) -> tuple[Person, ...]:
    """The account managers of an outlet."""
    return tuple(each for each in people() if (each.unit, each.role) == (unit, "account_manager"))


def _posts() -> list[tuple[str, str]]:
    """Every post of the company: role and unit."""
    posts = [(role, code) for code, _n, _c in _BRANCHES for role in ("unit_manager", "finance")]
    posts += [("service_agent", code) for code, _n, _c in _BRANCHES[:3]]
    for unit in outlets():
        posts.append(("unit_manager", unit.code))
        posts += [("account_manager", unit.code)] * (2 if unit.weight >= 6 else 1)
    return posts


def _person(number: int, role: str, unit: str, taken: set[str]) -> Person:
    chance = stream("person", number)
    while True:
        surname, first = chance.choice(WORKER_SURNAMES)
        given = chance.sample(WORKER_GIVEN, chance.choice((1, 2, 2)))
        username = first + "".join(sound for _sign, sound in given)
        if username not in taken:
            return Person(username, surname + "".join(sign for sign, _sound in given), role, unit)
